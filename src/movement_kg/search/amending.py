"""An index amended: a copy in which the names of some things are put right.

What is written is found at once, as in a new index. The order of importance, by which equal matches are listed, stays that of
the last index that was made whole, and what is new comes last in it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from .words import FIRST, KIND, LONGEST_WORD, grams, kind_of
from .writing import Name, names_in, words_of, write_names


def amend(before: Path, path: Path, old: Iterable[bytes], new: Iterable[bytes]) -> None:
    """Make the index at a path from the one before it, which stays as it is.

    `old` are the lines of N-Triples about the things concerned, all of them, as they were, and `new` as they are.
    """
    was, has = names_in(old), names_in(new)
    changed = sorted(one for one in was.keys() | has.keys() if was.get(one) != has.get(one))
    if not changed:
        os.link(before, path)
        return
    shutil.copyfile(before, path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
        for one in changed:
            _put_right(base, one, has.get(one, []))
        base.execute("COMMIT")


def _put_right(base: sqlite3.Connection, path: str, names: Sequence[Name]) -> None:
    kind = kind_of(path)
    row = base.execute("SELECT id FROM thing WHERE path = ?", (path,)).fetchone()
    thing = row[0] if row else _new_thing(base, path, kind)
    words = _forget(base, thing, kind)
    if names:
        write_names(base, thing, kind, names)
    else:
        base.execute("DELETE FROM thing WHERE id = ?", (thing,))
    now = set(words_of(kind, names).get("named", "").split())
    _count(base, words - now, -1)
    _count(base, now - words, 1)


def _new_thing(base: sqlite3.Connection, path: str, kind: str) -> int:
    cursor = base.execute("INSERT INTO thing SELECT coalesce(max(id), 0) + 1, ?, ? FROM thing", (path, kind))
    return int(cursor.lastrowid or 0)


def _forget(base: sqlite3.Connection, thing: int, kind: str) -> set[str]:
    """Remove the names of a thing; the words by which it was found by name (an index without texts must be told them again)."""
    names = base.execute("SELECT sort, language, text FROM name WHERE thing = ? ORDER BY place", (thing,)).fetchall()
    found = words_of(kind, names)
    for table, text in found.items():
        base.execute(f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)", (thing, text))
    base.execute("DELETE FROM name WHERE thing = ?", (thing,))
    return set(found.get("named", "").split())


def _count(base: sqlite3.Connection, words: set[str], step: int) -> None:
    """Note that one thing more, or less, has each of the words."""
    for word in sorted(word for word in words if word[0] not in (FIRST, KIND)):
        row = base.execute("SELECT id, things FROM word WHERE word = ?", (word,)).fetchone()
        if row is None:
            number = base.execute("INSERT INTO word SELECT coalesce(max(id), 0) + 1, ?, 1 FROM word", (word,)).lastrowid
            _list(base, word, int(number or 0), adds=True)
        elif row[1] + step:
            base.execute("UPDATE word SET things = things + ? WHERE id = ?", (step, row[0]))
        else:
            base.execute("DELETE FROM word WHERE id = ?", (row[0],))
            _list(base, word, row[0], adds=False)


def _list(base: sqlite3.Connection, word: str, number: int, *, adds: bool) -> None:
    """Add a word to the lists of its parts, or take it from them."""
    if not 3 <= len(word) <= LONGEST_WORD:
        return
    for gram in grams(f"^{word}$"):
        row = base.execute("SELECT words FROM gram WHERE gram = ?", (gram,)).fetchone()
        numbers = set(struct.unpack(f"<{len(row[0]) // 4}I", row[0])) if row else set()
        numbers ^= {number} if adds != (number in numbers) else set()
        packed = struct.pack(f"<{len(numbers)}I", *sorted(numbers))
        base.execute("INSERT OR REPLACE INTO gram VALUES (?, ?)", (gram, packed))
