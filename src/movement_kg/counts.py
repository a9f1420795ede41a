"""What a graph holds, in numbers: counted while its lines pass, so that no graph is too large for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from .graph import thing_kind
from .terms import Triple
from .vocabulary import MK, RDF

_TYPE, _CITATION, _CONFLICT = (iri.encode() for iri in (f"<{RDF}type>", f"<{MK}citation>", f"<{MK}conflictsWith>"))
_NAMED = {
    (_TYPE, f"<{MK}Claim> .\n".encode()): "claims",
    (_TYPE, f"<{MK}Derivation> .\n".encode()): "derived",
    (f"<{MK}certainty>".encode(), f"<{MK}implied> .\n".encode()): "implied",
}


class Counts:
    """Counts lines of canonical N-Triples, each of which must come once."""

    def __init__(self) -> None:
        self._things: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        self._cited: set[bytes] = set()
        self._conflicts = 0

    def passing(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, which are counted on the way."""
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if name := _NAMED.get((predicate, rest)):
                self._named[name] += 1
            if predicate == _TYPE:
                kind = thing_kind(Triple(subject.decode(), predicate.decode(), rest.decode()[: -len(" .\n")]))
                self._things.update([kind] if kind else ())
            elif predicate == _CITATION:
                self._cited.add(rest)
            elif predicate == _CONFLICT:
                self._conflicts += 1
            yield line

    def summary(self) -> dict[str, Any]:
        """Things by kind, claims, those only implied, citations in use, pairs of claims in conflict, derived facts."""
        return {
            "things": dict(sorted(self._things.items())),
            **{name: self._named[name] for name in ("claims", "implied")},
            "citations": len(self._cited),
            "conflicts": self._conflicts // 2,
            "derived": self._named["derived"],
        }
