"""Claims as reifiers of RDF 1.2: instead of rdf:subject, rdf:predicate and rdf:object one rdf:reifies of a triple term.

Follows "RDF 1.2 Concepts and Abstract Data Model", section on triple terms and reification.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pyoxigraph

from .terms import blocks, documents
from .vocabulary import MK, RDF

FORMATS = {"turtle": "TURTLE", "ntriples": "N_TRIPLES", "nquads": "N_QUADS", "trig": "TRIG"}
_PARTS = tuple(RDF + name for name in ("subject", "predicate", "object"))
_STATEMENTS = frozenset(MK + name for name in ("Claim", "Derivation", "Reference"))


def write(lines: Iterable[bytes], form: str) -> Iterator[bytes]:
    """Sorted N-Triples of all layers in an RDF 1.2 syntax; `form` is a key of FORMATS."""
    wanted = getattr(pyoxigraph.RdfFormat, FORMATS[form])
    yield from documents((_reified(block) for block in blocks(lines)), wanted)


def _reified(triples: Iterable[pyoxigraph.Triple]) -> Iterator[pyoxigraph.Triple]:
    for subject, group in itertools.groupby(triples, key=lambda triple: triple.subject):
        node = [*group]
        if any(t.predicate.value == RDF + "type" and _value(t.object) in _STATEMENTS for t in node):
            node = [*_with_reifier(subject, node)]
        yield from node


def _with_reifier(subject: object, node: list[pyoxigraph.Triple]) -> Iterator[pyoxigraph.Triple]:
    parts = {triple.predicate.value: triple.object for triple in node}
    term = pyoxigraph.Triple(*(parts[name] for name in _PARTS))  # type: ignore[arg-type]
    yield pyoxigraph.Triple(subject, pyoxigraph.NamedNode(RDF + "reifies"), term)  # type: ignore[arg-type]
    yield from (triple for triple in node if triple.predicate.value not in _PARTS)


def _value(term: object) -> str:
    return term.value if isinstance(term, pyoxigraph.NamedNode) else ""
