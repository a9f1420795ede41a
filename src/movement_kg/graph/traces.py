"""What would tell of somebody withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..citations import normalise
from ..errors import Problem
from ..tables import Row
from ..vocabulary import compact
from .people import Keys


def traces(keys: Keys, entered: Iterable[Row], rows: Sequence[Row]) -> Iterator[Problem]:
    """What would tell of somebody withdrawn: their name in any cell that enters the graph, their key in any id.

    `entered` are those of the rows that enter the graph.
    """
    gone = keys.gone_keys()
    if not gone:
        return
    settled = {(row.cells.get("subject"), row.cells.get("value")) for row in rows if row.table.name == "resolutions"}
    names = [
        row.cells["name"] for row in rows if row.table.name == "names" and _is_of(row, gone) and "name" in row.cells
    ]
    found = _any_of(names, r"\b(?:{})\b")
    in_ids = _any_of(gone, r"(?:^|[-/])(?:{})(?:$|[-/])")
    for row in entered:
        about = row.cells.get("subject") or compact(row.expand(row.table.about_url or "") or "")
        for column, cell in row.cells.items():
            is_key = column == "id" and not row.table.opaque and in_ids.search(cell)
            if (is_key or found.search(normalise(cell).casefold())) and (about, cell) not in settled:
                message = (
                    f"{about} still holds the name of somebody withdrawn; change it, or settle it in resolutions.csv"
                )
                yield Problem(row.origin(column), "MK022", message)


def _is_of(row: Row, people: Sequence[str]) -> bool:
    return row.cells.get("subject", "").removeprefix("person/") in people


def _any_of(texts: Sequence[str], pattern: str) -> re.Pattern[str]:
    """A pattern that finds any of the texts, and nothing where there are none."""
    wanted = "|".join(re.escape(normalise(text).casefold()) for text in texts)
    return re.compile(pattern.format(wanted) if wanted else "(?!)")
