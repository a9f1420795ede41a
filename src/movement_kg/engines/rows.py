"""Counting the rows of an answer while it is written, in any SPARQL 1.1 result format, from its bytes alone."""

from __future__ import annotations

import re

_CSV_QUOTED = re.compile(rb'"[^"]*"')
#: For each format: what stands between rows or once a row, how long that is, and what to add for the whole. In JSON the end of a
#: string may look like the mark but for the byte after it; rows without a value are not counted there.
_MARKS = {
    "json": (re.compile(rb'\},\{"[^},]'), 5, 1),
    "xml": (re.compile(rb"<result>"), 8, 0),
    "csv": (re.compile(rb"\n"), 1, -1),
    "tsv": (re.compile(rb"\n"), 1, -1),
}


class RowCounter:
    """How many rows the pieces of an answer hold; a row too many for one that has begun and is not whole.

    >>> counter = RowCounter("csv")
    >>> counter.add(b'n\\r\\n"a\\r\\nb"\\r\\n'), counter.add(b"c\\r\\n")
    (1, 2)
    """

    def __init__(self, form: str) -> None:
        self._mark, self._length, self._more = _MARKS[form]
        self._has_quotes = form == "csv"
        self._open = b""
        self._marks = 0

    def add(self, piece: bytes) -> int:
        """Take the next piece; the number of rows until its end."""
        seen = self._open + piece
        if self._has_quotes:
            seen = _CSV_QUOTED.sub(b"", seen)
            start = seen.find(b'"')
            seen, self._open = (seen, b"") if start < 0 else (seen[:start], seen[start:])
        else:
            self._open = seen[max(0, len(seen) - self._length + 1) :]
        self._marks += len(self._mark.findall(seen))
        return self._marks + self._more
