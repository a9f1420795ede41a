"""What is asked of the index, and reading its tables within limits, so that no text makes a question long."""

from __future__ import annotations

import difflib
import functools
import heapq
import itertools
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .words import FIRST, KIND, KINDS, LABEL, grams

#: What one look may read: things for a query, numbers in lists of words, words compared letter by letter, words kept.
CANDIDATES, _NUMBERS, _COMPARED, _KEPT = 40, 6000, 40, 10
#: FTS5 keeps lists for beginnings up to so many letters; it would gather those of longer ones while the reader waits.
LISTED = 6
#: A word that so few things have is looked up alone and the others are then compared; how many words may begin alike.
RARE, ALIKE = 250, 500
#: How like a word must be to stand for another.
_LEAST_RATIO = 0.7


@dataclass(frozen=True)
class Question:
    """What is asked: the words, compared forms all; the reader's language; how many hits, and of which kinds."""

    words: tuple[str, ...]
    language: str
    limit: int
    kinds: tuple[str, ...]

    @functools.cached_property
    def text(self) -> str:
        """The words with a space between."""
        return " ".join(self.words)

    @functools.cached_property
    def together(self) -> str:
        """The words without a space between."""
        return "".join(self.words)

    @property
    def candidates(self) -> int:
        """How many things a look may find."""
        return max(CANDIDATES, 2 * self.limit)

    def match(self, *groups: str) -> str:
        """A query of FTS5: every group, and one of the kinds where not all are wanted."""
        kinds = [] if len(self.kinds) == len(KINDS) else [" OR ".join(word_query(KIND + kind) for kind in self.kinds)]
        return " AND ".join(f"({group})" for group in (*groups, *kinds))


@dataclass(frozen=True)
class Meant:
    """What a typed word can mean: parts of a query, any of which will do, and how many things have them at least."""

    groups: tuple[str, ...]
    things: int

    @property
    def group(self) -> str:
        """The parts as one part of a query."""
        return " OR ".join(self.groups)


class NameRow(NamedTuple):
    """A name of a thing: what sort it is, its language, how it is written, and what of it is compared."""

    sort: int
    language: str
    text: str
    words: str
    tokens: str


def word_query(word: str) -> str:
    """A word in a query of FTS5; a folded word holds no quotation mark."""
    return f'"{word}"'


def beginning(word: str) -> str:
    """The words that begin so, in a query of FTS5."""
    return f'"{word}" *'


def marked(group: str) -> str:
    """The same at the head of a name."""
    return f'"{FIRST}{group[1:]}'


def meant(base: sqlite3.Connection, word: str, others: Iterable[str] = ()) -> Meant:
    """The words that begin like a word, and others that may stand for it."""
    alike = base.execute(
        "SELECT word, things FROM word WHERE word >= ? AND word < ? LIMIT ?", (word, word + "\U0010ffff", ALIKE)
    ).fetchall()
    known = dict(alike)
    rest = [other for other in others if other not in known]
    known.update(base.execute(f"SELECT word, things FROM word WHERE word IN ({_marks(rest)})", rest))
    if len(alike) < ALIKE and len(word) > LISTED:
        groups = tuple(word_query(one) for one in sorted(known))
    else:
        groups = (*((beginning(word),) if alike else ()), *map(word_query, rest))
    return Meant(groups, sum(known.values()) if len(alike) < ALIKE else RARE + 1)


def called(base: sqlite3.Connection, question: Question) -> Iterator[int]:
    """The things that have exactly this name."""
    rows = base.execute(
        f"""SELECT DISTINCT thing FROM name WHERE words = ? AND sort < {LABEL}
        AND (SELECT kind FROM thing WHERE id = thing) IN ({_marks(question.kinds)}) ORDER BY thing LIMIT ?""",
        (question.text, *question.kinds, question.candidates),
    )
    return (thing for (thing,) in rows)


def things_found(base: sqlite3.Connection, table: str, query: str, limit: int) -> Iterator[int]:
    """The most important things that a query finds."""
    rows = base.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid LIMIT ?", (query, limit))
    return (thing for (thing,) in rows)


def names_of(base: sqlite3.Connection, things: set[int]) -> Iterator[tuple[int, list[NameRow]]]:
    """Each thing's number with all its names."""
    rows = base.execute(
        f"""SELECT thing, sort, language, text, words, tokens FROM name WHERE thing IN ({_marks(things)})
        ORDER BY thing, place""",
        sorted(things),
    )
    for thing, group in itertools.groupby(rows, key=lambda row: row[0]):
        yield thing, [NameRow(*row) for _, *row in group]


def paths_of(base: sqlite3.Connection, things: Sequence[int]) -> dict[int, str]:
    """The paths of things by their numbers."""
    return dict(base.execute(f"SELECT id, path FROM thing WHERE id IN ({_marks(things)})", things))


def containing(base: sqlite3.Connection, fragment: str) -> dict[str, float]:
    """Words that have the fragment inside, the most frequent first."""
    lists = [set(numbers) for numbers in _numbers(base, grams(fragment))]
    if not lists:
        return {}
    shared = heapq.nsmallest(_COMPARED, set.intersection(*lists))
    return dict.fromkeys([word for word in _spelled(base, shared) if fragment in word][:_KEPT], 1.0)


def near(base: sqlite3.Connection, word: str) -> dict[str, float]:
    """The words spelled most like a word, or that begin most like it, each with its likeness from 0.7 to 1."""
    shared = Counter(itertools.chain.from_iterable(_numbers(base, grams(f"^{word}$"))))
    most = heapq.nsmallest(_COMPARED, shared.items(), key=lambda pair: (-pair[1], pair[0]))
    matcher = difflib.SequenceMatcher(b=word, autojunk=False)
    likes = ((_ratio(matcher, other, len(word)), other) for other in _spelled(base, [number for number, _ in most]))
    close = sorted((-like, other) for like, other in likes if like >= _LEAST_RATIO)
    return {other: -like for like, other in close[:_KEPT]}


def _ratio(matcher: difflib.SequenceMatcher[str], other: str, length: int) -> float:
    """The likeness of whole words; that of a beginning counts for less."""
    matcher.set_seq1(other)
    whole = matcher.ratio()
    if len(other) <= length + 1:
        return whole
    matcher.set_seq1(other[:length])
    return max(whole, 0.9 * matcher.ratio())


def _numbers(base: sqlite3.Connection, grams: set[str]) -> Iterator[tuple[int, ...]]:
    """The lists of words of the rarest grams, so many numbers in all as may be read."""
    left = _NUMBERS
    sizes = base.execute(
        f"SELECT gram, length(words) / 4 FROM gram WHERE gram IN ({_marks(grams)}) ORDER BY 2, 1", sorted(grams)
    ).fetchall()
    for gram, size in sizes:
        taken = min(size, left)
        if taken:
            ((packed,),) = base.execute("SELECT substr(words, 1, ?) FROM gram WHERE gram = ?", (4 * taken, gram))
            yield struct.unpack(f"<{taken}I", packed)
        left -= taken


def _spelled(base: sqlite3.Connection, numbers: Sequence[int]) -> list[str]:
    rows = base.execute(f"SELECT word FROM word WHERE id IN ({_marks(numbers)}) ORDER BY id", numbers)
    return [word for (word,) in rows]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
