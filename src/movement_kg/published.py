"""A graph that another server holds: what a build on disk tells of itself, asked of an endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph

from . import queries as named
from .engines.remote import RemoteEngine
from .errors import RequestError
from .results import Answer, read_json
from .vocabulary import BASE, CLAIM_KINDS, compact

_PROLOGUE = f"PREFIX mk: <{BASE}ontology/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
_CLAIM_LAYER = tuple(f"<{BASE}{kind}/" for kind in CLAIM_KINDS)
_COUNTS = {
    "claims": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Claim }",
    "implied": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Claim ; mk:certainty mk:implied }",
    "citations": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?claim a mk:Claim ; mk:citation ?x }",
    "both": "SELECT (COUNT(*) AS ?n) { ?x mk:conflictsWith ?y }",
    "derived": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Derivation }",
}


@dataclass(frozen=True)
class Published:
    """The graph at an endpoint, and the folder of the named queries to ask it."""

    engine: RemoteEngine
    folder: Path

    def queries(self) -> list[named.NamedQuery]:
        """The named queries of this program: they are sent, not fetched."""
        return named.read_folder(self.folder)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What a build's manifest tells, counted by the server; `content` is empty, as no server tells a hash."""
        counts = {name: self._count(query) for name, query in _COUNTS.items()}
        conflicts = counts.pop("both") // 2  # each pair is said from both sides
        triples = self._count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        if not triples:
            where = f"the graph {self.engine.endpoint.graph}" if self.engine.endpoint.graph else "the default graph"
            raise RequestError(f"{self.engine.endpoint.url}: {where} holds nothing; --graph IRI names the graph to ask")
        return {
            "version": "",
            "content": "",
            "triples": {"all": triples},
            "counts": {**counts, "conflicts": conflicts, "things": self._things()},
        }

    def lines(self, layer: str) -> Iterator[bytes]:
        """The graph's lines of N-Triples, sorted: the facts, or `all`."""
        pieces = self.engine.ask("SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o")
        next(pieces)
        rows = pyoxigraph.parse_query_results(b"".join(pieces), format=pyoxigraph.QueryResultsFormat.JSON)
        assert isinstance(rows, pyoxigraph.QuerySolutions)
        lines = (f"{row[0]} {row[1]} {row[2]} .\n" for row in rows)
        return iter(sorted(line.encode() for line in lines if layer == "all" or not line.startswith(_CLAIM_LAYER)))

    def _things(self) -> dict[str, int]:
        rows = self._ask(f"""SELECT ?kind (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ?kind
            FILTER(STRSTARTS(STR(?x), "{BASE}") && !REGEX(STR(?x), "^{BASE}({"|".join(CLAIM_KINDS)})/")) }}
            GROUP BY ?kind ORDER BY ?kind""")
        found = {compact(str(row["kind"])): int(str(row["n"])) for row in rows}
        return {kind: count for kind, count in found.items() if not kind.startswith(("owl:", "skos:"))}

    def _count(self, query: str) -> int:
        return int(str(next(iter(self._ask(query)))["n"]))

    def _ask(self, query: str) -> Answer:
        pieces = self.engine.ask(_PROLOGUE + query)
        next(pieces)
        return read_json(pieces)
