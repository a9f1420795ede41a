"""People who were withdrawn, taken out of lines that others still hold: what one server forgot, another may tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .vocabulary import BASE, CONCEPT, MK, RDF, XSD

_IS_TOMBSTONE = f" <{RDF}type> <{MK}Tombstone> .\n".encode()
_LEFT = {f"<{MK}{name}>".encode() for name in ("withdrawnOn", "withdrawalReason")}
_REASON = f"<{CONCEPT}withdrawal-reason/".encode()
_DAY = re.compile(rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^<{re.escape(XSD)}date> \.\n'.encode())
#: Kinds of nodes that join things: each goes as a whole where it names somebody withdrawn.
_RELATIONS = tuple(
    f"<{BASE}{kind}/".encode()
    for kind in "membership participation contribution link mention figure position provision".split()
)
#: Kinds of nodes that say something of something: each goes with what it is about.
_CLAIMS = tuple(f"<{BASE}{kind}/".encode() for kind in ("claim", "derivation", "reference", "tie"))
_SUBJECT, _OBJECT, _CONFLICT = (iri.encode() for iri in (f"<{RDF}subject>", f"<{RDF}object>", f"<{MK}conflictsWith>"))
_END = b" .\n"


def without(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of N-Triples without what they say of those with a tombstone; the tombstones stay.

    `lines` is read several times, unless nobody was withdrawn. With a person go all relations, positions and claims that
    name them. Their name in the text of something else is not sought.

    >>> mira, rest = f"<{BASE}person/a> ", f" <{MK}Tombstone> .\\n"
    >>> told = [f'{mira}<a:name> "Mira" .\\n'.encode(), f"{mira}<{RDF}type>{rest}".encode()]
    >>> [*without(told)] == told[1:]
    True
    """
    people = {line.partition(b" ")[0] for line in lines if line.endswith(_IS_TOMBSTONE)}
    gone = _with_claims(people | _relations(people, lines), lines) if people else people
    return (line for line in lines if _is_kept(line, gone)) if gone else iter(lines)


def _relations(people: set[bytes], lines: Iterable[bytes]) -> set[bytes]:
    """The relations that name the people, in plain triples or, where they are only implied, in claims."""
    found, telling = set(), set()
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if rest[: -len(_END)] in people:
            found |= {subject} if line.startswith(_RELATIONS) else set()
            telling |= {subject} if predicate == _OBJECT else set()
    if telling:
        about = (line.split(b" ", 2) for line in lines if line.startswith(_CLAIMS))
        found |= {rest[: -len(_END)] for one, predicate, rest in about if predicate == _SUBJECT and one in telling}
    return {one for one in found if one.startswith(_RELATIONS)}


def _with_claims(gone: set[bytes], lines: Iterable[bytes]) -> set[bytes]:
    """What is gone and the claims about it, what is derived of these claims, and so on."""
    found, size = set(gone), 0
    while len(found) > size:
        size = len(found)
        told = (line.split(b" ", 2) for line in lines if line.startswith(_CLAIMS))
        found |= {one for one, predicate, rest in told if predicate != _CONFLICT and rest[: -len(_END)] in found}
    return found


def _is_kept(line: bytes, gone: set[bytes]) -> bool:
    subject, predicate, rest = line.split(b" ", 2)
    if subject in gone:
        return line.endswith(_IS_TOMBSTONE) or _is_left(predicate, rest)
    return rest[: -len(_END)] not in gone


def _is_left(predicate: bytes, rest: bytes) -> bool:
    """Whether the line is the date or the reason of a tombstone."""
    return predicate in _LEFT and (rest.startswith(_REASON) or _DAY.fullmatch(rest) is not None)
