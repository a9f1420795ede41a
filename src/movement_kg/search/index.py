"""The index, opened: a text in, hits out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import RequestError
from .finding import Hit, answer
from .reading import Question
from .words import KINDS, LONGEST_WORD, fold

_LONGEST_TEXT, _MOST_WORDS, _MOST_HITS = 200, 8, 100


class Index:
    """An index, opened for reading.

    Any thread may ask: one connection, and a lock around each question, as a question takes a few milliseconds.
    Raises RequestError where the path holds no index.
    """

    def __init__(self, path: Path) -> None:
        address = path.resolve().as_uri() + "?mode=ro&immutable=1"
        self._lock = threading.Lock()
        try:
            self._base = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error:
            raise _no_index(path) from None
        try:
            self._base.execute("SELECT thing FROM name LIMIT 1").fetchall()
        except sqlite3.Error:
            self._base.close()
            raise _no_index(path) from None

    def find(self, text: str, language: str = "en", limit: int = 10, kinds: Sequence[str] = ()) -> list[Hit]:
        """The things whose names have every word of the text, or words that begin so; the best first, at most 100.

        Where that gives too little, those whose descriptions do, then those with the text inside a word; where it
        gives nothing, those spelled nearly so. Any text will do: nothing in it is an instruction, and a long one is cut.
        """
        words = [*dict.fromkeys(word[:LONGEST_WORD] for word in fold(text[:_LONGEST_TEXT]))][:_MOST_WORDS]
        limit = min(limit, _MOST_HITS)
        wanted = tuple(kind for kind in KINDS if not kinds or kind in kinds)
        if not (words and wanted) or limit < 1:
            return []
        with self._lock:
            return answer(self._base, Question(tuple(words), language, limit, wanted))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _no_index(path: Path) -> RequestError:
    return RequestError(f"{path}: is no search index; make the build anew with movement-kg build")
