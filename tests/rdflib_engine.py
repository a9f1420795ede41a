"""A second engine for the tests: rdflib in memory behind the same one method."""

import json
from collections.abc import Iterator

import rdflib

from movement_kg.vocabulary import PREFIXES


class RdflibEngine:
    """The lines of a graph in rdflib; answers rows as JSON, truth values and graphs like the embedded engine."""

    def __init__(self, lines: bytes) -> None:
        self.graph = rdflib.Graph(bind_namespaces="none")
        self.graph.parse(data=lines, format="nt")

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        answer = self.graph.query(query, initNs=dict(PREFIXES))
        if answer.type in ("CONSTRUCT", "DESCRIBE"):
            yield b"graph"
            yield answer.serialize(format="nt") or b""
        else:
            yield b"boolean" if answer.type == "ASK" else b"rows"
            yield json.dumps(json.loads(answer.serialize(format=form) or b"")).encode()
