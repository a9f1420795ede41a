"""Dates as sources give them: the part of EDTF (ISO 8601-2:2019, levels 0 to 2) that the tables use."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from urllib.parse import quote

_POINT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<mark>[?~%])?"
)
_ONE_OF = re.compile(r"\[(?:\.\.(?P<by>[^\],]+)|(?P<since>[^\],]+)\.\.)\]")
_MARKS = {None: "", "?": "uncertain", "~": "approximate", "%": "uncertain and approximate"}


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A date as a source gives it: the first and the last day it can be, None where that end is open or unknown.

    `precision` is day, month, year, decade, century or interval.
    """

    edtf: str
    earliest: datetime.date | None
    latest: datetime.date | None
    precision: str
    label: str

    @property
    def path(self) -> str:
        """The last step of the date's IRI: the EDTF percent-encoded, so that `/..` and `?` survive resolution.

        >>> parse("198X/..").path
        '198X%2F..'
        """
        return quote(self.edtf, safe="")

    def disjoint(self, other: EdtfDate) -> bool:
        """Whether the two cannot both be true of one moment: their intervals share no day.

        >>> parse("2006").disjoint(parse("2008")), parse("1981").disjoint(parse("1981-01"))
        (True, False)
        """
        return _before(self.latest, other.earliest) or _before(other.latest, self.earliest)


def parse(text: str) -> EdtfDate:
    """Read an EDTF date: `1981-01-30`, `198X`, `19XX`, `2000?`, `1980/..`, `../1999`, `/2001`, `[..2018-08-31]`, `[2008..]`.

    Raises ValueError, with a message a curator can act on, for anything else and for days that do not exist.

    >>> date = parse("198X/..")
    >>> date.earliest, date.latest, date.label
    (datetime.date(1980, 1, 1), None, '1980s onwards')
    >>> parse("2018-02-30")
    Traceback (most recent call last):
    ValueError: there is no day 30 in February 2018
    """
    one_of = _ONE_OF.fullmatch(text)
    if one_of:
        return _one_of(text, one_of)
    if "/" in text:
        return _interval(text)
    return _point(text)


def _before(end: datetime.date | None, start: datetime.date | None) -> bool:
    return end is not None and start is not None and end < start


def _one_of(text: str, match: re.Match[str]) -> EdtfDate:
    if match["by"]:
        limit = _point(match["by"])
        return EdtfDate(text, None, limit.latest, "interval", f"by {limit.label}")
    limit = _point(match["since"])
    return EdtfDate(text, limit.earliest, None, "interval", f"{limit.label} or later")


def _interval(text: str) -> EdtfDate:
    first, _, last = text.partition("/")
    if first in ("", "..") and last in ("", ".."):
        raise ValueError("an interval needs at least one date")
    start = None if first in ("", "..") else _point(first)
    end = None if last in ("", "..") else _point(last)
    if start and end and _before(end.latest, start.earliest):
        raise ValueError("the end lies before the start")
    earliest = start.earliest if start else None
    latest = end.latest if end else None
    return EdtfDate(text, earliest, latest, "interval", _interval_label(start, end, first, last))


def _interval_label(start: EdtfDate | None, end: EdtfDate | None, first: str, last: str) -> str:
    if start and end:
        return f"{start.label} to {end.label}"
    if start:
        return f"{start.label} onwards" if last == ".." else f"{start.label} to an unknown end"
    assert end is not None
    return f"until {end.label}" if first == ".." else f"from an unknown start to {end.label}"


def _point(text: str) -> EdtfDate:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError("must be a date such as 1981, 1981-01, 1981-01-30, 198X, 2000?, 1980/.. or [..2018-08-31]")
    first, last, precision = _bounds(match["year"], match["month"], match["day"])
    label = _label(match["year"], first, precision)
    mark = _MARKS[match["mark"]]
    return EdtfDate(text, first, last, precision, f"{label} ({mark})" if mark else label)


def _bounds(year: str, month: str | None, day: str | None) -> tuple[datetime.date, datetime.date, str]:
    if "X" in year and month:
        raise ValueError("a decade or century has no month")
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if low == 0:
        raise ValueError("there is no year 0 in the tables")
    if not month:
        precision = ("year", "decade", "century")[year.count("X")]
        return datetime.date(low, 1, 1), datetime.date(high, 12, 31), precision
    if not 1 <= int(month) <= 12:
        raise ValueError(f"there is no month {month}")
    days = calendar.monthrange(low, int(month))[1]
    if not day:
        return datetime.date(low, int(month), 1), datetime.date(low, int(month), days), "month"
    if not 1 <= int(day) <= days:
        raise ValueError(f"there is no day {day} in {calendar.month_name[int(month)]} {low}")
    exact = datetime.date(low, int(month), int(day))
    return exact, exact, "day"


def _label(year: str, first: datetime.date, precision: str) -> str:
    month = calendar.month_name[first.month]
    return {
        "day": f"{first.day} {month} {first.year}",
        "month": f"{month} {first.year}",
        "year": str(first.year),
        "decade": f"{first.year}s",
        "century": f"{year[:2]}00s",
    }[precision]
