"""Which rows of the tables changed between two states of a data folder, and which other rows belong to them.

Nothing here reads a whole table row by row: what changed lies between what two files begin and end with alike, and the rows
about a thing are sought by the text of its key, at the speed of reading a file. Sound tables have one row a line (a cell
cannot hold a line break); whatever is not as expected is left to the full build, which says what is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..graph.parts import spoken_of
from ..graph.people import PERSON, Keys
from ..tables import Column, Row, Table, parse, read_metadata
from ..vocabulary import BASE

_MOST_LINES = 5_000


class TooMuchError(Exception):
    """The change is not one that can be followed row by row: all must be built anew."""


@dataclass(frozen=True)
class Change:
    """The lines of a table that went, and those that came."""

    gone: tuple[bytes, ...]
    come: tuple[bytes, ...]


class Text:
    """The text of one table in one state of the data."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.table = table
        self._path = folder / table.url
        self._file = f"{folder.name}/{table.url}"

    @cached_property
    def raw(self) -> bytes:
        """The bytes of the file, one line break at its end. Raises TooMuchError where it cannot be read."""
        try:
            raw = self._path.read_bytes()
        except OSError:
            raise TooMuchError from None
        if b"\r" in raw or raw.startswith(b"\xef\xbb\xbf") or b"\0" in raw:
            raise TooMuchError
        return raw if raw.endswith(b"\n") else raw + b"\n"

    @cached_property
    def head(self) -> bytes:
        """What stands before the first row: comment lines and the header."""
        prefix = (self.table.comment_prefix or "").encode()
        end = 0
        while True:
            line = self.raw[end : self.raw.index(b"\n", end) + 1]
            end += len(line)
            if not (prefix and line.startswith(prefix)):
                return self.raw[:end]

    def rows(self, lines: Iterable[bytes]) -> list[Row]:
        """The rows that stand in lines of the file. Raises TooMuchError where one has a fault."""
        wanted = [*lines]
        if any(line.count(b'"') % 2 for line in wanted):
            raise TooMuchError
        try:
            text = (self.head + b"".join(wanted)).decode()
        except UnicodeDecodeError:
            raise TooMuchError from None
        rows, problems = parse(text, self.table, self._file)
        if problems or len(rows) != len(wanted):
            raise TooMuchError
        return rows

    def all_rows(self) -> list[Row]:
        """Every row of the table."""
        return self.rows(line for line in self.raw[len(self.head) :].splitlines(keepends=True) if line.strip())

    def lines_with(self, text: bytes) -> Iterator[bytes]:
        """The lines below the header that hold a text."""
        found = self.raw.find(text, len(self.head))
        while found >= 0:
            start, end = self.raw.rfind(b"\n", 0, found) + 1, self.raw.index(b"\n", found) + 1
            yield self.raw[start:end]
            found = self.raw.find(text, end)

    def pointing(self, things: set[str], column: Column) -> list[Row]:
        """The rows in which a column names one of the things, given as the tables write their IRIs."""
        found = self.rows(dict.fromkeys(line for key in _keys(things) for line in self.lines_with(key)))
        return [row for row in found if row.expand(column.value_url or "") in things]


class State:
    """The tables of one state of a data folder."""

    def __init__(self, folder: Path) -> None:
        self.texts = {table.url: Text(folder, table) for table in read_metadata(folder)}
        opaque = (text.table.about_url or "" for text in self.texts.values() if text.table.opaque)
        self._keys = Keys({}, frozenset(url.rpartition("/")[0] for url in opaque), frozenset())

    def about(self, subjects: set[str]) -> list[Row]:
        """The rows that speak of things, which are given by their IRIs as the tables write them."""
        hashed = {self._keys.iri(one) or one for one in subjects if not one.startswith(PERSON)}
        wanted = subjects | hashed  # a decision may name a relation by its hash
        keys, found = _keys(wanted), []
        for text in self.texts.values():
            if not text.table.only_if_used:
                lines = dict.fromkeys(line for key in keys for line in text.lines_with(key))
                found += [row for row in text.rows(lines) if wanted & set(spoken_of(row))]
        return found


def difference(before: Text, now: Text) -> Change:
    """The lines by which two states of a table differ. Raises TooMuchError for a change of the header, or a large one."""
    one, other = before.raw, now.raw
    if one == other:
        return Change((), ())
    if before.head != now.head:
        raise TooMuchError
    shared = _shared_start(one, other)
    start = one.rfind(b"\n", 0, shared) + 1
    tail = _shared_start(one[start:][::-1], other[start:][::-1])
    end, other_end = len(one) - tail, len(other) - tail
    if not (_begins_line(one, end) and _begins_line(other, other_end)):
        rest = one.find(b"\n", end) + 1 - end
        end, other_end = end + rest, other_end + rest
    if one[:start].count(b'"') % 2:
        raise TooMuchError
    was, has = (_lines(part) for part in (one[start:end], other[start:other_end]))
    change = Change(tuple((was - has).elements()), tuple((has - was).elements()))
    if len(change.gone) + len(change.come) > _MOST_LINES:
        raise TooMuchError
    return change


def _shared_start(one: bytes, other: bytes) -> int:
    """How many bytes two texts begin with alike; by halving, as comparing slices is what the machine does fastest."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _lines(part: bytes) -> Counter[bytes]:
    return Counter(filter(bytes.strip, part.splitlines(keepends=True)))


def _begins_line(text: bytes, place: int) -> bool:
    return place == 0 or text[place - 1 : place] == b"\n"


def _keys(iris: Iterable[str]) -> list[bytes]:
    return sorted({_key(one).encode() for one in iris})


def _key(iri: str) -> str:
    """The text by which the tables name a thing: the step after its kind."""
    steps = iri.removeprefix(BASE).split("/")
    if not iri.startswith(BASE) or len(steps) < 2 or "%" in iri:
        raise TooMuchError
    return steps[1]
