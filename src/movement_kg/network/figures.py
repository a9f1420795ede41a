"""The figures of a network: a function for each measure, from a run on the simple graph to values of nodes or to a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx

from .. import results
from . import backends
from .growth import COLUMNS as GROWTH_COLUMNS
from .growth import growth

Values = Mapping[str, Any]
Table = tuple[Sequence[str], list[list[Any]]]
SEED = 1


@dataclass(frozen=True)
class Run:
    """One network to measure: the simple graph, the backend asked for, and notes on how a figure came about."""

    graph: networkx.Graph[str]
    backend: str = ""
    notes: list[str] = field(default_factory=list)

    def call(self, function: str, graph: networkx.Graph[str] | None = None, **options: Any) -> Any:
        """A function of networkx on the graph, by the backend."""
        return backends.call(function, self.graph if graph is None else graph, self.backend, self.notes, **options)


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {node: round(value, 6) + 0.0 for node, value in values.items()}


def degree(run: Run) -> Values:
    """The number of neighbours."""
    return dict(run.graph.degree())


def strength(run: Run) -> Values:
    """The sum of the weights of a node's edges."""
    return dict(run.graph.degree(weight="weight"))


def betweenness(run: Run) -> Values:
    """Betweenness, scaled to 0 to 1."""
    return _rounded(run.call("betweenness_centrality"))


def closeness(run: Run) -> Values:
    """Closeness, scaled by the share of the network that a node reaches."""
    return _rounded(run.call("closeness_centrality"))


def eigenvector(run: Run) -> Values:
    """Of the largest component, the only one that the definition speaks of; 0 elsewhere."""
    largest = run.graph.subgraph(min(components(run.graph), key=lambda part: (-len(part), part), default=[])).copy()
    values = dict(run.call("eigenvector_centrality", largest, max_iter=10_000, tol=1e-9)) if largest else {}
    return _rounded({node: values.get(node, 0.0) for node in run.graph})


def pagerank(run: Run) -> Values:
    """PageRank with damping 0.85; the values sum to 1."""
    return _rounded(run.call("pagerank", weight="weight", tol=1e-10, max_iter=1000))


def core(run: Run) -> Values:
    """The greatest k of which the node is in a k-core."""
    return dict(run.call("core_number"))


def constraint(run: Run) -> Values:
    """Burt's constraint; nothing for a node without neighbours."""
    return _rounded(run.call("constraint"))


def cut(run: Run) -> Values:
    """Whether the node is an articulation point."""
    cut = set(run.call("articulation_points"))
    return {node: node in cut for node in run.graph}


def components(graph: networkx.Graph[str]) -> list[list[str]]:
    """The components, the largest first, each sorted by name."""
    return sorted((sorted(part) for part in networkx.connected_components(graph)), key=lambda part: (-len(part), part))


def communities(run: Run) -> list[list[str]]:
    """The communities, the largest first, each sorted by name."""
    found = run.call("louvain_communities", weight="weight", seed=SEED)
    return sorted((sorted(part) for part in found), key=lambda part: (-len(part), part))


def component(run: Run) -> Values:
    """The number of each node's component."""
    return {node: number for number, part in enumerate(components(run.graph), 1) for node in part}


def community(run: Run) -> Values:
    """The number of each node's community."""
    return {node: number for number, part in enumerate(communities(run), 1) for node in part}


def summary_table(run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """The figures of the whole network."""
    parts, flat = components(run.graph), run.graph
    groups = communities(run)
    modularity = networkx.community.modularity(flat, map(set, groups), weight="weight") if flat.size() else 0.0
    figures: list[tuple[str, float]] = [
        ("nodes", flat.number_of_nodes()),
        ("edges", graph.number_of_edges()),
        ("joined pairs", flat.number_of_edges()),
        *(
            [("nodes without any edge, not in the network", graph.graph["isolates"])]
            if graph.graph.get("isolates")
            else []
        ),
        ("components", len(parts)),
        ("nodes in the largest component", len(parts[0]) if parts else 0),
        ("density", networkx.density(flat)),
        ("mean degree", 2 * flat.number_of_edges() / max(1, len(flat))),
        ("transitivity", run.call("transitivity") if run.graph else 0),
        ("communities", len(groups)),
        ("modularity", modularity),
        ("bridges", sum(1 for _ in networkx.bridges(flat))),
        ("articulation points", sum(1 for _ in networkx.articulation_points(flat))),
    ]
    return ["figure", "value"], [[name, round(value, 6) + 0] for name, value in figures]


def _parts_table(parts: list[list[str]], what: str, graph: networkx.MultiDiGraph[str]) -> Table:
    rows = [[number, len(part), *named(graph, node)] for number, part in enumerate(parts, 1) for node in part]
    return [what, "size", "node", "name"], [[*row] for row in rows]


def components_table(run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """Each component with its size and its nodes."""
    return _parts_table(components(run.graph), "component", graph)


def communities_table(run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """Each community with its size and its nodes; a note tells their modularity."""
    parts = communities(run)
    modularity = networkx.community.modularity(run.graph, map(set, parts), weight="weight") if run.graph.size() else 0.0
    run.notes.append(f"{len(parts)} communities; modularity {modularity:.4f}")
    return _parts_table(parts, "community", graph)


def bridges_table(run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """The joined pairs whose edge is a bridge."""
    found = sorted(sorted(pair) for pair in run.call("bridges"))
    return ["node", "name", "other", "other_name"], [[*named(graph, one), *named(graph, other)] for one, other in found]


def brokers_table(run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """Nodes with any betweenness, the greatest first, and what else tells of brokers."""
    between, held, pieces = betweenness(run), constraint(run), _pieces(run.graph)
    rows = [
        [*named(graph, node), between[node], run.graph.degree(node), held[node], pieces[node]]
        for node in sorted(run.graph, key=lambda node: (-between[node], node))
        if between[node]
    ]
    return ["node", "name", "betweenness", "degree", "constraint", "pieces"], rows


def _pieces(graph: networkx.Graph[str]) -> Counter[str]:
    """Into how many pieces the component of each node falls without it: the blocks that the node stands in."""
    return Counter(node for block in networkx.biconnected_components(graph) for node in block)  # type: ignore[misc]  # (the stubs nest one set too many)


def growth_table(_: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    """What is known to have begun by the end of each year."""
    return GROWTH_COLUMNS, [[*row] for row in growth(graph)]


def named(graph: networkx.MultiDiGraph[str], node: str) -> list[Any]:
    """A node as two cells of a table: its IRI and its name."""
    told = graph.nodes[node]
    return [results.Thing(str(told.get("iri", node))), str(told.get("label", node))]
