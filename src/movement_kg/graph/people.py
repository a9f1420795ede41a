"""The keys of things: a person's readable key becomes an opaque id, a relation's id a hash, and who was withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import Problem
from ..tables import Row
from ..vocabulary import BASE

PERSON = f"{BASE}person/"


@dataclass(frozen=True)
class Keys:
    """How the IRIs of the tables are written in the graph.

    `people` maps a person's key to the opaque id, `hashed` holds the beginnings of IRIs whose last step is hashed, and
    `gone` the opaque ids of those who were withdrawn.
    """

    people: Mapping[str, str]
    hashed: frozenset[str]
    gone: frozenset[str]

    def iri(self, text: str) -> str | None:
        """The IRI as the graph writes it; None for a person who has no opaque id."""
        if text.startswith(PERSON):
            opaque = self.people.get(text[len(PERSON) :])
            return PERSON + opaque if opaque else None
        head, _, key = text.rpartition("/")
        if head in self.hashed:
            return f"{head}/{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        return text

    def is_hashed(self, iri: str | None) -> bool:
        """Whether the last step of such an IRI is a hash in the graph."""
        return iri is not None and iri.rpartition("/")[0] in self.hashed

    def is_gone(self, iri: str | None) -> bool:
        """Whether the IRI is that of somebody withdrawn."""
        return iri is not None and iri.startswith(PERSON) and iri[len(PERSON) :] in self.gone

    def gone_keys(self) -> list[str]:
        """The readable keys of those withdrawn whose rows still stand in the tables."""
        return sorted(key for key, opaque in self.people.items() if opaque in self.gone)


def read_keys(rows: Sequence[Row]) -> tuple[Keys, list[Problem]]:
    """The keys that the rows hold; a person without an opaque id, or with one that is taken, is a problem."""
    problems: list[Problem] = []
    found: dict[str, str] = {}
    taken: set[str] = set()
    faulty: set[str] = set()
    people = [row for row in rows if row.table.opaque_column and "id" in row.cells]
    for row in people:
        key, opaque = row.cells["id"], row.cells.get(row.table.opaque_column or "")
        fault = _fault(key, opaque, found, taken)
        if fault:
            faulty.add(key)
            problems.append(Problem(row.origin("iri"), "MK021", fault, opaque))
        elif opaque:
            found[key] = opaque
            taken.add(opaque)
    first = {row.cells["id"]: row for row in reversed(people)}
    for key, row in first.items():
        if key not in found and key not in faulty:
            message = f"the person {key!r} needs an opaque id (movement-kg new-id makes one)"
            problems.append(Problem(row.origin("iri"), "MK021", message))
    gone = (row.cells["iri"] for row in rows if row.table.name == "withdrawals" and "iri" in row.cells)
    return Keys(found, frozenset(_hashed(rows)), frozenset(gone)), problems


def _fault(key: str, opaque: str | None, found: Mapping[str, str], taken: set[str]) -> str | None:
    if opaque and found.get(key, opaque) != opaque:
        return f"the person {key!r} already has the id {found[key]!r}"
    if opaque and key not in found and opaque in taken:
        return "this id stands for somebody else"
    return None


def _hashed(rows: Iterable[Row]) -> set[str]:
    return {(row.table.about_url or "").rpartition("/")[0] for row in rows if row.table.opaque}
