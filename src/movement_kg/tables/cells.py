"""The cells of a table: what a value may not be, by the datatype that the metadata gives its column."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping

from .. import dates
from ..terms import is_iri
from .metadata import Column

MAX_CELL = 10_000
_INTEGER = re.compile(r"0|[1-9][0-9]*")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\ufffd]")


def faults_of(column: Column, cell: str) -> Iterator[tuple[str, str]]:
    """The faults of a cell that is not empty: each the number of its rule, and what is wrong."""
    forbidden = _FORBIDDEN.search(cell)
    if len(cell) > MAX_CELL:
        yield "MK009", f"is {len(cell)} characters long; the most is {MAX_CELL}"
    elif forbidden:
        yield "MK010", f"holds the invisible character U+{ord(forbidden[0]):04X}, which can hide what a text says"
    elif cell != cell.strip():
        yield "MK010", "begins or ends with a blank"
    elif cell[0] in "=+@" or (cell[0] == "-" and column.base == "string"):
        yield "MK011", f"begins with {cell[0]!r}: a spreadsheet would run it as a formula"
    else:
        yield from _datatype_faults(column, cell)


def _datatype_faults(column: Column, cell: str) -> Iterator[tuple[str, str]]:
    if column.is_edtf:
        yield from _date_faults(cell)
    elif column.base in _CHECKS:
        is_valid, message = _CHECKS[column.base]
        if not is_valid(cell):
            yield "MK016" if column.base == "anyURI" else "MK013", message
    elif column.format and not re.fullmatch(column.format, cell):
        yield "MK015", f"must look like {column.format}"


def _date_faults(cell: str) -> Iterator[tuple[str, str]]:
    try:
        dates.parse(cell)
    except ValueError as error:
        yield "MK014", str(error)


def _is_day(cell: str) -> bool:
    try:
        return datetime.date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


_CHECKS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "integer": (_INTEGER.fullmatch, "must be a whole number without signs, blanks or leading zeros, such as 126"),
    "decimal": (_DECIMAL.fullmatch, "must be a number such as 10300 or 1.5, without separators"),
    "boolean": (re.compile("true|false").fullmatch, "must be true or false"),
    "date": (_is_day, "must be a day of the calendar such as 2026-11-21"),
    "anyURI": (is_iri, "must be an IRI such as https://example.org/"),
}
