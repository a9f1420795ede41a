"""Rows in parts: what a graph is made of when it is made part by part, and never held as a whole.

What is said of a thing depends on the rows that speak of it, and on the things from which its ties take their dates. So a
part holds all rows that speak of its things and of those; what all parts make together is what all rows make at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ..ontology import Vocabulary
from ..tables import Column, Row, Table
from ..vocabulary import expand
from .facts import Reader
from .ties import DATED_BY_HEAD


class Parts:
    """The rows of a data folder in parts of some thousand rows, each a list in the order of the tables.

    Rows that are read only if used stand in none: a reader reads them with the rows that lead to them.
    """

    def __init__(self, rows: Sequence[Row], reader: Reader, words: Vocabulary, size: int) -> None:
        self._rows, self._reader, self._words, self._size = rows, reader, words, size
        self._place: dict[str, int] = {}
        self._merged: list[int] = []
        self._groups: list[list[int]] = []
        for number, row in enumerate(rows):
            if not row.table.only_if_used:
                self._groups[self._group(row)].append(number)

    def __iter__(self) -> Iterator[list[Row]]:
        """The parts. Decisions about things that are read only if used come last: by then all that leads to these is read."""
        held: list[int] = []
        last: list[int] = []
        for group in self._groups:
            if any(self._is_on_used(self._rows[number]) for number in group):
                last += group
                continue
            held += group
            if len(held) >= self._size:
                yield self._whole(held)
                held = []
        for rest in filter(None, (held, last)):
            yield self._whole(rest)

    def about(self, thing: str) -> list[Row]:
        """The rows of the least part that tells all of a thing, which is given by its IRI in the graph."""
        place = self._place.get(thing)
        return [] if place is None else self._whole(self._groups[self._find(place)])

    def _group(self, row: Row) -> int:
        """The number of the group of all rows that speak of the things that this one speaks of."""
        things = {self._reader.written(thing) or thing for thing in spoken_of(row)}
        own, *others = sorted({self._find(self._place[thing]) for thing in things & self._place.keys()}) or [
            self._new()
        ]
        for other in others:
            self._merged[other] = own
            self._groups[own] += self._groups[other]
            self._groups[other] = []
        self._place.update(dict.fromkeys(things, own))
        return own

    def _new(self) -> int:
        self._groups.append([])
        self._merged.append(len(self._merged))
        return len(self._merged) - 1

    def _find(self, group: int) -> int:
        while self._merged[group] != group:
            group = self._merged[group]
        return group

    def _whole(self, numbers: Iterable[int]) -> list[Row]:
        """The rows with these numbers, and those that speak of the things from which their ties take dates."""
        found, fresh = set[int](), set(numbers)
        while fresh:
            found |= fresh
            led_to = {self._find(place) for number in fresh for place in self._heads(self._rows[number])}
            fresh = {number for group in led_to for number in self._groups[group]} - found
        return [self._rows[number] for number in sorted(found)]

    def _is_on_used(self, row: Row) -> bool:
        return any(self._reader.is_only_if_used(thing) for thing in decided_on([row]))

    def _heads(self, row: Row) -> Iterator[int]:
        for column in self._dating[row.table]:
            named = row.expand(column.value_url or "")
            place = self._place.get(self._reader.written(named) or "") if named else None
            if place is not None:
                yield place

    @cached_property
    def _dating(self) -> dict[Table, tuple[Column, ...]]:
        return {table: tuple(heads(table, self._words)) for table in {row.table for row in self._rows}}


def spoken_of(row: Row) -> Iterator[str]:
    """The IRIs of the things that a row speaks of, as the tables write them; decisions and identities name theirs in a cell."""
    templates = {row.table.about_url, *(column.about_url for column in row.table.columns)}
    for template in templates - {None}:
        expanded = row.expand(template or "")
        if expanded:
            yield expanded
    for column in ("subject", "subject_id"):
        if row.table.about_url is None and column in row.cells:
            yield expand(row.cells[column])


def decided_on(rows: Iterable[Row]) -> Iterator[str]:
    """The IRIs of the things that the decisions among the rows are about, as the tables write them."""
    return (expand(row.cells["subject"]) for row in rows if row.table.name == "resolutions" and "subject" in row.cells)


def heads(table: Table, words: Vocabulary) -> Iterator[Column]:
    """The columns that name the things from which the ties of a table's relations take their dates."""
    dating = {head for one, (_, head, _) in words.relations.items() if words.labels[one] in DATED_BY_HEAD}
    return (column for column in table.columns if column.property_url in dating)
