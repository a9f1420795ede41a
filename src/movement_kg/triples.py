"""Triples in a store: whether they are held, put in, taken out, and read by their subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph

from .terms import Term, Triple, value

_FEW = 5_000


def quads(triples: Iterable[Triple]) -> Iterator[pyoxigraph.Quad]:
    """The triples as the engine's own, in its default graph."""
    lines = "".join(triple.line for triple in triples).encode()
    return pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)


def holds(store: pyoxigraph.Store, triple: Triple) -> bool:
    """Whether the store holds the triple."""
    return next(quads([triple])) in store


def put(store: pyoxigraph.Store, triples: Collection[Triple]) -> None:
    """Add triples to the store: a few as one change, many as files of their own, which is slow for a few."""
    if len(triples) < _FEW:
        store.extend(quads(triples))
        return
    lines = "".join([f"{s} {p} {o} .\n" for s, p, o in triples])
    store.bulk_load(lines.encode(), pyoxigraph.RdfFormat.N_TRIPLES)


def take(store: pyoxigraph.Store, triples: Iterable[Triple]) -> None:
    """Remove triples from the store."""
    for quad in quads(triples):
        store.remove(quad)


def about(store: pyoxigraph.Store, subject: Term) -> Iterator[Triple]:
    """The triples with that subject, an IRI."""
    return found(store, subject=subject)


def found(
    store: pyoxigraph.Store, *, subject: Term | None = None, predicate: Term | None = None, obj: Term | None = None
) -> Iterator[Triple]:
    """The triples with the IRIs that are given; at least one should be, or the whole store is read."""
    wanted = (None if term is None else pyoxigraph.NamedNode(value(term)) for term in (subject, predicate, obj))
    for quad in store.quads_for_pattern(*wanted):
        yield Triple(str(quad.subject), str(quad.predicate), str(quad.object))
