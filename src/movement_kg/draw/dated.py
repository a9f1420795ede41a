"""Things with dates as pictures of time take them: entries, those of one thing that disagree together, and an axis of years."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

#: The kinds that have a colour; a lane or a word says the same again.
KINDS = ("organisation", "event", "publication", "provision")
PRECISIONS = ("day", "month", "year", "decade", "century", "interval")


@dataclass(frozen=True)
class Wording:
    """The words that a timeline adds to those of its entries, in one language; `{}` is a decade's first year, or other dates."""

    decade: str = "{}s"
    either: str = " or "
    also: str = "Sources disagree: also {}"
    disagree: str = "sources disagree"
    day: str = "a day"
    month: str = "a month"
    year: str = "a year"
    some_time: str = "some time in the decade"
    span: str = "from … to"
    open_end: str = "open end, or on into another decade"


ENGLISH = Wording()


@dataclass(frozen=True)
class Entry:
    """One date of one thing: its name, its page, the first and the last day that the date can be (None where that end is open).

    `precision` is that of an EdtfDate; `kind` gives the colour; `lane` is a word for the kind in the page's language, "" for
    none; `date_label` is the date in words. Entries whose sources disagree are disputed, and bear one label and one address.
    """

    label: str
    href: str
    earliest: datetime.date | None
    latest: datetime.date | None
    precision: str
    kind: str
    lane: str
    date_label: str
    disputed: bool = False

    @property
    def start(self) -> datetime.date:
        """The first day known: the last one, where the start is open."""
        day = self.earliest or self.latest
        assert day
        return day

    @property
    def end(self) -> datetime.date:
        """The last day known: the first one, where the end is open."""
        day = self.latest or self.earliest
        assert day
        return day

    @property
    def order(self) -> tuple[datetime.date, datetime.date, str, str]:
        """What entries are sorted by: first day, last day, name, address."""
        return self.start, self.end, self.label, self.href

    @property
    def style(self) -> str:
        """The class that gives the kind its colour."""
        return f"kind-{self.kind if self.kind in KINDS else 'other'}"

    def told(self, wording: Wording) -> str:
        """The entry in words."""
        return f"{self.date_label}: {self.label}{f' ({wording.disagree})' if self.disputed else ''}"


@dataclass(frozen=True)
class Item:
    """What stands in one place of a picture: an entry, or all dates that sources give for one thing."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The earliest entry."""
        return self.entries[0]

    def dates(self, wording: Wording) -> str:
        """Its dates in words: `2006 or 2008`."""
        return wording.either.join(dict.fromkeys(entry.date_label for entry in self.entries))


@dataclass(frozen=True)
class Axis:
    """Years on a line: the first, the one after the last, and where they lie."""

    first: int
    last: int
    left: float
    right: float

    @staticmethod
    def about(entries: Sequence[Entry], left: float, right: float) -> Axis:
        """The axis that holds all entries, from a full decade on; what is less precise than a decade does not stretch it."""
        close = [entry for entry in entries if entry.precision != "century"] or entries
        first = min(entry.start.year for entry in close) // 10 * 10
        last = -(-(max(entry.end.year for entry in close) + 1) // 5) * 5
        return Axis(first, last, left, right)

    def at(self, day: datetime.date) -> float:
        """Where a day begins."""
        opening = datetime.date(day.year, 1, 1)
        days = (datetime.date(day.year, 12, 31) - opening).days + 1
        share = (day.year + (day - opening).days / days - self.first) / (self.last - self.first)
        return min(max(self.left + share * (self.right - self.left), self.left), self.right)

    def span(self, entry: Entry) -> tuple[float, float]:
        """Where an entry begins and ends: its last day is in it."""
        following = entry.end if entry.end == datetime.date.max else entry.end + datetime.timedelta(days=1)
        return self.at(entry.start), self.at(following)

    def decades(self) -> range:
        """The years that begin a decade."""
        return range(self.first, self.last + 1, 10)


def dated(entries: Iterable[Entry]) -> list[Entry]:
    """Each entry that has a date once, in order of time."""
    return sorted({entry for entry in entries if entry.earliest or entry.latest}, key=lambda entry: entry.order)


def items(entries: Iterable[Entry]) -> list[Item]:
    """Entries in order of time, those that disagree on one thing together, at the first of them."""
    found: dict[object, list[Entry]] = {}
    for entry in dated(entries):
        found.setdefault((entry.href, entry.label, entry.lane) if entry.disputed else entry, []).append(entry)
    return [Item(tuple(same)) for same in found.values()]


def decades(found: Sequence[Item]) -> Iterator[tuple[int, list[Item]]]:
    """Items by the decade of their first day, each decade with its first year."""
    for decade, inside in itertools.groupby(found, key=lambda item: item.first.start.year // 10 * 10):
        yield decade, list(inside)
