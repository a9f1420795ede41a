"""Making the index: one SQLite file, written in one pass over the sorted lines of a graph.

thing   its number in order of importance, the path of its IRI, its kind
name    the names of a thing, the best first: as written, and as compared
named   the words of names (FTS5, without text); rows come in order of importance, so that a limit keeps the most important
told    the words of names and descriptions, for things that have a description
word    every word of a name, the most frequent first, and how many things have it
gram    for three letters in a row, the numbers of the words that have them
"""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..terms import language, value
from ..vocabulary import BASE
from .words import FIRST, KIND, KINDS, LABEL, LAST, LONGEST_WORD, SORTS, fold, grams, kind_of

#: What a thing is called: the sort of name, its language, its text.
Name = tuple[int, str, str]

_OURS = f"<{BASE}".encode()
_LINES_AT_ONCE = 50_000
_FTS = "USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1 2 3 4 5 6')"
_SCHEMA = f"""
PRAGMA page_size = 4096;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE thing (id INTEGER PRIMARY KEY, path TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE name (thing INTEGER, place INTEGER, sort INTEGER, language TEXT, text TEXT, words TEXT,
    tokens TEXT, PRIMARY KEY (thing, place)) WITHOUT ROWID;
CREATE VIRTUAL TABLE named {_FTS};
CREATE VIRTUAL TABLE told {_FTS};
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL, things INTEGER NOT NULL);
CREATE TABLE gram (gram TEXT PRIMARY KEY, words BLOB NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE staged (path TEXT, kind TEXT, sort INTEGER, language TEXT, text TEXT,
    PRIMARY KEY (path, sort, language, text)) WITHOUT ROWID;
CREATE TEMP TABLE seen (path TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE pair (gram TEXT, word INTEGER);
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, named, 'row');
"""


def write(lines: Iterable[bytes], path: Path) -> None:
    """Make the index from the lines of a graph in N-Triples, in place of what stands at the path.

    The same lines give the same bytes with the same version of SQLite. The memory taken does not grow with the graph.
    """
    path.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript(_SCHEMA)
        base.execute("BEGIN")
        _stage(base, lines)
        _write_things(base)
        _write_names(base)
        _write_words(base)
        base.execute("COMMIT")
        base.execute("VACUUM")


def _stage(base: sqlite3.Connection, lines: Iterable[bytes]) -> None:
    remaining = filter(bytes.strip, lines)
    while block := [line.split(b" ", 2) for line in itertools.islice(remaining, _LINES_AT_ONCE)]:
        base.executemany("INSERT OR IGNORE INTO staged VALUES (?, ?, ?, ?, ?)", _names_in(block))
        base.executemany(
            "INSERT INTO seen VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET times = times + excluded.times",
            Counter(_objects_in(block)).items(),
        )


def _names_in(block: Iterable[list[bytes]]) -> Iterator[tuple[str, str, int, str, str]]:
    for subject, predicate, rest in block:
        sort = SORTS.get(predicate)
        if sort is None or not (subject.startswith(_OURS) and rest.startswith(b'"')):
            continue
        path = subject[len(_OURS) : -1].decode()
        kind = kind_of(path)
        # Of people nothing but their names may come into the file.
        if kind in KINDS and not (kind == "person" and sort >= LABEL):
            term = rest.decode().rstrip().removesuffix(".").rstrip()
            yield path, kind, sort, language(term), _text(term)


def _objects_in(block: Iterable[list[bytes]]) -> Iterator[str]:
    for _, _, rest in block:
        if rest.startswith(_OURS):
            yield rest[len(_OURS) : rest.index(b">")].decode()


def _text(term: str) -> str:
    """The text of a literal; parsing those with escapes alone saves most of the time."""
    return value(term) if "\\" in term else term[1 : term.rindex('"')]


def _write_things(base: sqlite3.Connection) -> None:
    last = ", ".join(f"'{kind}'" for kind in LAST)
    base.execute(f"""INSERT INTO thing
        SELECT row_number() OVER (ORDER BY kind IN ({last}), coalesce(times, 0) DESC, path), path, kind
        FROM (SELECT DISTINCT path, kind FROM staged) LEFT JOIN seen USING (path) ORDER BY 1""")


def _write_names(base: sqlite3.Connection) -> None:
    rows = base.execute("""SELECT thing.id, thing.kind, sort, language, text
        FROM thing CROSS JOIN staged ON staged.path = thing.path ORDER BY thing.id, sort, language, text""")
    for (thing, kind), group in itertools.groupby(rows, key=lambda row: (row[0], row[1])):
        write_names(base, thing, kind, [(sort, tongue, text) for _, _, sort, tongue, text in group])
    base.execute(f"CREATE INDEX name_words ON name (words, thing) WHERE sort < {LABEL}")
    for table in ("named", "told"):
        base.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def write_names(base: sqlite3.Connection, thing: int, kind: str, said: Sequence[Name]) -> None:
    """Write the names of a thing, given in order, and the words by which they are found."""
    names = [*_without_repetitions(said)]
    base.executemany(
        "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((thing, place, *name, *_compared(name[2])) for place, name in enumerate(names)),
    )
    for table, text in words_of(kind, names).items():
        base.execute(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (thing, text))


def words_of(kind: str, names: Sequence[Name]) -> dict[str, str]:
    """For each table of words, the words of a thing with these names."""
    strong = {token for sort, _, text in names if sort < LABEL for token in _tokens(text)}
    weak = {token for sort, _, text in names if sort >= LABEL for token in fold(text)}
    found = {"named": strong, "told": strong | weak if weak else set()}
    return {table: " ".join(sorted({*tokens, KIND + kind})) for table, tokens in found.items() if tokens}


def names_in(lines: Iterable[bytes]) -> dict[str, list[Name]]:
    """The names that stand in lines of N-Triples, in order, by the path of the thing; only things of the kinds that are found."""
    found: dict[str, set[Name]] = {}
    for path, _, sort, tongue, text in _names_in(line.split(b" ", 2) for line in lines):
        found.setdefault(path, set()).add((sort, tongue, text))
    return {path: sorted(names) for path, names in found.items()}


def _without_repetitions(names: Sequence[Name]) -> Iterator[Name]:
    """The names without what labels repeat; a label that repeats a description has its language."""
    tongues = {text: tongue for _, tongue, text in reversed(names) if tongue}
    known = set()
    for sort, tongue, text in names:
        if sort < LABEL or text not in known:
            yield sort, tongue or tongues.get(text, ""), text
        known.add(text)


def _tokens(text: str) -> Iterator[str]:
    """The words of a name, its first word marked, and what stands without a space in between as one word."""
    words = fold(text)
    yield from words
    yield from (FIRST + word for word in words[:1])
    yield from _pieces(text)


def _pieces(text: str) -> Iterator[str]:
    return filter(None, ("".join(fold(piece)) for piece in text.split()))


def _compared(text: str) -> tuple[str, str]:
    """A name's words, and these with its pieces, a space around each."""
    words = fold(text)
    return " ".join(words), f" {' '.join(dict.fromkeys([*words, *_pieces(text)]))} "


def _write_words(base: sqlite3.Connection) -> None:
    base.execute(
        """INSERT INTO word SELECT row_number() OVER (ORDER BY doc DESC, term), term, doc FROM vocabulary
        WHERE substr(term, 1, 1) NOT IN (?, ?) ORDER BY 1""",
        (FIRST, KIND),
    )
    base.execute("CREATE INDEX word_word ON word (word, things)")
    several = base.execute("SELECT id, word FROM word WHERE length(word) BETWEEN 3 AND ? ORDER BY id", (LONGEST_WORD,))
    for number, word in several:
        base.executemany("INSERT INTO pair VALUES (?, ?)", ((gram, number) for gram in grams(f"^{word}$")))
    pairs = base.execute("SELECT gram, word FROM pair ORDER BY gram, word")
    for gram, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
        numbers = [number for _, number in group]
        base.execute("INSERT INTO gram VALUES (?, ?)", (gram, struct.pack(f"<{len(numbers)}I", *numbers)))
