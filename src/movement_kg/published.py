"""A graph that other servers hold: what a build on disk tells of itself, asked of an endpoint or of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from . import queries as named
from .engines.federation import FederatedEngine
from .engines.remote import RemoteEngine
from .entity import PROLOGUE, ask
from .errors import RequestError
from .terms import sorted_lines
from .vocabulary import BASE, CLAIM_KINDS, CLAIM_LAYER, compact

_CLAIM_LAYER = tuple(start.encode() for start in CLAIM_LAYER)
_COUNTS = {
    "claims": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Claim }",
    "implied": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Claim ; mk:certainty mk:implied }",
    "citations": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?claim a mk:Claim ; mk:citation ?x }",
    "both": "SELECT (COUNT(*) AS ?n) { ?x mk:conflictsWith ?y }",
    "derived": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a mk:Derivation }",
}


@dataclass(frozen=True)
class Published:
    """The graph at an endpoint, or those at several as one, and the folder of the named queries to ask it."""

    engine: RemoteEngine | FederatedEngine
    folder: Path

    @property
    def place(self) -> str:
        """The address asked, or all of them."""
        return ", ".join(endpoint.url for endpoint in self.engine.endpoints)

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
            graph = self.engine.endpoints[0].graph
            where = f"the graph {graph}" if graph else "the default graph"
            raise RequestError(f"{self.place}: {where} holds nothing; --graph IRI names the graph to ask")
        return {
            "version": "",
            "content": "",
            "triples": {"all": triples},
            "counts": {**counts, "conflicts": conflicts, "things": self._things()},
        }

    def lines(self, layer: str) -> Iterator[bytes]:
        """The graph's lines of N-Triples, sorted: the facts, or `all`."""
        return sorted_lines(line for line in self.engine.lines() if layer == "all" or not line.startswith(_CLAIM_LAYER))

    def _things(self) -> dict[str, int]:
        rows = ask(
            self.engine,
            PROLOGUE
            + f"""SELECT ?kind (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ?kind
            FILTER(STRSTARTS(STR(?x), "{BASE}") && !REGEX(STR(?x), "^{BASE}({"|".join(CLAIM_KINDS)})/")) }}
            GROUP BY ?kind ORDER BY ?kind""",
        )
        found = {compact(str(row["kind"])): int(str(row["n"])) for row in rows}
        return {kind: count for kind, count in found.items() if not kind.startswith(("owl:", "skos:"))}

    def _count(self, query: str) -> int:
        return int(str(next(iter(ask(self.engine, PROLOGUE + query)))["n"]))
