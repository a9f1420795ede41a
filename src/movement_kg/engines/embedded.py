"""Oxigraph in this very process: opening a store, and answering one request of it.

Only for processes that may end at any moment: pyoxigraph has no time limit, no memory cap and no cancel, and a deep query
ends the process it runs in.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyoxigraph

from ..errors import EngineError
from ..sparql import guard
from ..vocabulary import BASE, PREFIXES

_PREFIXES = dict(PREFIXES)
_Named = pyoxigraph.NamedNode | pyoxigraph.BlankNode
_Graph = _Named | pyoxigraph.DefaultGraph
_ROWS = {name: getattr(pyoxigraph.QueryResultsFormat, name.upper()) for name in ("json", "xml", "csv", "tsv")}
_GRAPHS = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
#: The names of the default graph: the dataset's, and those by which rdflib and Jena call theirs.
_DEFAULT = (BASE, "urn:x-rdflib:default", "urn:x-arq:DefaultGraph")
_PREFIXED = ("turtle", "trig", "rdfxml")


@dataclass(frozen=True, slots=True)
class Request:
    """A query and how it is to be answered.

    `rows` and `graph` name the format of either sort of answer ("" where none suits the asker); `guarded` says that a
    stranger wrote the query; `default_graphs` and `named_graphs` are the dataset of the SPARQL 1.1 Protocol (section 2.1.4),
    None where the asker named none; `max_rows` and `max_bytes` are limits, 0 for none.
    """

    query: str
    rows: str = "json"
    graph: str = "ntriples"
    guarded: bool = False
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    max_rows: int = 0
    max_bytes: int = 0

    def pack(self) -> bytes:
        """The request as bytes that `unpack` reads."""
        return json.dumps([getattr(self, name) for name in self.__slots__]).encode()

    @classmethod
    def unpack(cls, data: bytes) -> Request:
        """The request that the bytes hold."""
        return cls(*json.loads(data))


def open_store(path: Path | str) -> pyoxigraph.Store:
    """A build's store, opened for reading and warmed up. Raises EngineError where it cannot be opened."""
    try:
        store = pyoxigraph.Store.read_only(str(path))
        store.query("ASK { ?s ?p ?o }")
    except (OSError, RuntimeError) as error:
        raise EngineError(f"the store cannot be opened: {error}") from None
    return store


def evaluate(store: pyoxigraph.Store, request: Request, services: Collection[str] = ()) -> Any:
    """The library's answer, whose rows are computed as they are read. `services` are the addresses that SERVICE may name.

    Raises SyntaxError for what is no query, QueryError for what may not run.
    """
    query = guard(request.query, services) if request.guarded else request.query
    if request.default_graphs is None and request.named_graphs is None:
        return store.query(query, prefixes=_PREFIXES)
    defaults: list[_Graph] = [_graph(name) for name in request.default_graphs or ()]
    named: list[_Named] = [pyoxigraph.NamedNode(name) for name in request.named_graphs or ()]
    return store.query(query, prefixes=_PREFIXES, default_graph=defaults, named_graphs=named)


def kind(answer: Any) -> bytes:
    """What sort of answer it is: b"rows", b"boolean" or b"graph"."""
    if isinstance(answer, pyoxigraph.QueryTriples):
        return b"graph"
    return b"boolean" if isinstance(answer, pyoxigraph.QueryBoolean) else b"rows"


def serialise(answer: Any, request: Request, output: IO[bytes]) -> None:
    """Write an answer in the format that the request names for its sort."""
    if isinstance(answer, pyoxigraph.QueryTriples):
        prefixes = _PREFIXES if request.graph in _PREFIXED else None
        pyoxigraph.serialize(answer, output, format=_GRAPHS[request.graph], prefixes=prefixes)
    else:
        answer.serialize(output, format=_ROWS[request.rows])


class EmbeddedEngine:
    """An engine without a process of its own."""

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's kind, then its bytes: results as `form`, a graph as N-Triples."""
        answer = evaluate(self._store, Request(query, form))
        yield kind(answer)
        if isinstance(answer, pyoxigraph.QueryTriples):
            yield pyoxigraph.serialize(answer, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
        else:
            yield answer.serialize(format=_ROWS[form]) or b""

    def close(self) -> None:
        """Nothing to give up."""


def _graph(name: str) -> pyoxigraph.NamedNode | pyoxigraph.DefaultGraph:
    """The graph of a name: the dataset's own IRI is the one graph there is."""
    return pyoxigraph.DefaultGraph() if name in _DEFAULT else pyoxigraph.NamedNode(name)
