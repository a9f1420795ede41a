"""Triples in a store: whether they are held, put in, taken out, and read by their subject."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

import pyoxigraph

from .terms import Term, Triple, value

_FEW, _AT_ONCE = 5_000, 50_000


def quads(triples: Iterable[Triple]) -> Iterator[pyoxigraph.Quad]:
    """The triples as the engine's own, in its default graph."""
    lines = "".join(triple.line for triple in triples).encode()
    return pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)


def holds(store: pyoxigraph.Store, triple: Triple) -> bool:
    """Whether the store holds the triple."""
    return next(quads([triple])) in store


def put(store: pyoxigraph.Store, triples: Iterable[Triple]) -> None:
    """Add triples to the store."""
    load(store, (triple.line.encode() for triple in triples))


def load(store: pyoxigraph.Store, lines: Iterable[bytes]) -> None:
    """Add lines of N-Triples to the store: a few as one change, many as files of their own, which is slow for a few.

    What is not yet in the store takes some tens of megabytes, however many lines there are.
    """
    lines = iter(lines)
    while held := [*itertools.islice(lines, _AT_ONCE)]:
        text = b"".join(held)
        if len(held) < _FEW:
            store.extend(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))
        else:
            store.bulk_load(text, pyoxigraph.RdfFormat.N_TRIPLES)


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
