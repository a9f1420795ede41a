"""The texts of the sources where the operator has them: each passage by its offsets, shown beside what rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...citations import digest, normalise


@dataclass(frozen=True)
class Texts:
    """Normalised texts by their digest; none where no folder was named."""

    by_digest: Mapping[str, str] = field(default_factory=dict)

    def passage(self, text_digest: str, start: int, end: int, passage_digest: str) -> str:
        """The words of a passage, "" where the text is not here or is another one."""
        words = self.by_digest.get(text_digest, "")[start:end]
        return words if words and digest(words) == passage_digest else ""


def read(folder: Path | None) -> Texts:
    """The `.txt` files of a folder."""
    if folder is None:
        return Texts()
    texts = (normalise(path.read_text("utf-8", errors="replace")) for path in sorted(folder.glob("*.txt")))
    return Texts({digest(text): text for text in texts})
