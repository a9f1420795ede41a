"""Measures: what each means, where its formula stands, what five documents can and cannot support, and its values.

All are taken on the simple graph (see `simple`): undirected, parallel edges merged. Numbers are rounded to six decimals, so
that the same network gives the same table whichever library counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx

from .. import results
from ..errors import RequestError, suggest
from . import backends
from .growth import COLUMNS as GROWTH_COLUMNS
from .growth import growth
from .simple import simple

Graph = networkx.Graph
Values = Mapping[str, Any]
SEED = 1
_COUNTED = "It counts what the sources tell: who is written about more has more of it."
_ISLANDS = (
    "Islands are an artefact of what was written down: a missing edge says that no source names it, not that there was "
    "none."
)


@dataclass(frozen=True)
class Run:
    """One network to measure: the simple graph, the backend asked for, and notes on how a figure came about."""

    graph: networkx.Graph[str]
    backend: str = ""
    notes: list[str] = field(default_factory=list)

    def call(self, function: str, graph: networkx.Graph[str] | None = None, **options: Any) -> Any:
        """A function of networkx on the graph, by the backend."""
        return backends.call(function, self.graph if graph is None else graph, self.backend, self.notes, **options)


@dataclass(frozen=True)
class Measure:
    """One measure: its meaning, the source of its formula, the caveat that is printed with it, and how it is computed.

    A measure of nodes has `values`, from node to value; any other has `table`, its columns and rows. `functions` are the
    functions of networkx that a backend must have for it.
    """

    name: str
    meaning: str
    formula: str
    caveat: str
    functions: tuple[str, ...] = ()
    values: Callable[[Run], Values] | None = None
    table: Callable[[Run, networkx.MultiDiGraph[str]], tuple[Sequence[str], list[list[Any]]]] | None = None


def measure(graph: networkx.MultiDiGraph[str], names: Sequence[str], backend: str = "", top: int = 0) -> results.Answer:
    """Measures of a network as a table: one row for each node, greatest first, or the table that a single measure makes.

    `top` keeps the first rows only (0 keeps all). The answer's notes hold each measure's caveat and how figures came about.
    Raises RequestError for an unknown measure or backend, a backend that lacks the measure, and several tables at once.
    """
    chosen = [_known(name) for name in dict.fromkeys(names)]
    _check_backend(chosen, backend)
    run = Run(simple(graph), backend)
    columns, rows = _table(chosen, run, graph)
    notes = [*run.notes, *dict.fromkeys(one.caveat for one in chosen)]
    labels = {str(each["iri"]): str(each["label"]) for _, each in graph.nodes(data=True)}
    return results.answer(columns, rows[:top] if top else rows, labels, notes)


def ranking(graph: networkx.MultiDiGraph[str], by: str) -> dict[str, float]:
    """The values by which nodes can be ranked. Raises RequestError for a measure that ranks no nodes."""
    known = _known(by)
    if known.values is None or by in _UNRANKED:
        raise RequestError(f"{by} does not rank nodes (these do: {', '.join(RANKINGS)})")
    return {node: float(value) for node, value in known.values(Run(simple(graph))).items()}


def _known(name: str) -> Measure:
    if name in MEASURES:
        return MEASURES[name]
    near = suggest(name, MEASURES)
    hint = f"; did you mean {near!r}?" if near else ""
    raise RequestError(f"there is no measure {name!r}{hint} (there are {', '.join(MEASURES)})")


def _check_backend(chosen: Sequence[Measure], backend: str) -> None:
    """Refuse a backend that is not there, or that lacks a measure, before anything is counted."""
    if not backend:
        return
    backends.known(backend)
    for one in chosen:
        if missing := [name for name in one.functions if not backends.has(backend, name)]:
            able = [
                m.name for m in MEASURES.values() if m.functions and all(backends.has(backend, f) for f in m.functions)
            ]
            raise RequestError(
                f"the backend {backend!r} has no {', '.join(missing)}, which {one.name} needs; it can do: "
                f"{', '.join(able) or 'none of these measures'}. Leave out --backend, or measure these"
            )


def _table(
    chosen: Sequence[Measure], run: Run, graph: networkx.MultiDiGraph[str]
) -> tuple[Sequence[str], list[list[Any]]]:
    tables = [one for one in chosen if one.table]
    if len(chosen) > 1 and tables:
        raise RequestError(f"{tables[0].name} makes a table of its own; ask for it alone")
    if tables:
        assert tables[0].table
        return tables[0].table(run, graph)
    found = [one.values(run) for one in chosen if one.values]
    rows = [[_node(graph, node), *(values[node] for values in found)] for node in run.graph]
    rows.sort(key=lambda row: ([-_number(cell) for cell in row[1:]], str(row[0])))
    return ["node", *(one.name for one in chosen)], rows


def _number(value: Any) -> float:
    number = float(value)
    return number if math.isfinite(number) else -math.inf


def _node(graph: networkx.MultiDiGraph[str], node: str) -> results.Thing:
    return results.Thing(str(graph.nodes[node].get("iri", node)))


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {node: round(value, 6) + 0.0 for node, value in values.items()}


def _degree(run: Run) -> Values:
    return dict(run.graph.degree())


def _strength(run: Run) -> Values:
    return dict(run.graph.degree(weight="weight"))


def _betweenness(run: Run) -> Values:
    return _rounded(run.call("betweenness_centrality"))


def _closeness(run: Run) -> Values:
    return _rounded(run.call("closeness_centrality"))


def _eigenvector(run: Run) -> Values:
    """Of the largest component, the only one that the definition speaks of; 0 elsewhere."""
    largest = run.graph.subgraph(min(_components(run.graph), key=lambda part: (-len(part), part), default=[])).copy()
    values = run.call("eigenvector_centrality", largest, max_iter=10_000, tol=1e-9) if largest else {}
    return _rounded({node: values.get(node, 0.0) for node in run.graph})


def _pagerank(run: Run) -> Values:
    return _rounded(run.call("pagerank", weight="weight"))


def _core(run: Run) -> Values:
    return dict(run.call("core_number"))


def _constraint(run: Run) -> Values:
    return _rounded(run.call("constraint"))


def _cut(run: Run) -> Values:
    cut = set(run.call("articulation_points"))
    return {node: node in cut for node in run.graph}


def _components(graph: networkx.Graph[str]) -> list[list[str]]:
    return sorted((sorted(part) for part in networkx.connected_components(graph)), key=lambda part: (-len(part), part))


def _communities(run: Run) -> list[list[str]]:
    found = run.call("louvain_communities", weight="weight", seed=SEED)
    return sorted((sorted(part) for part in found), key=lambda part: (-len(part), part))


def _component(run: Run) -> Values:
    return {node: number for number, part in enumerate(_components(run.graph), 1) for node in part}


def _community(run: Run) -> Values:
    return {node: number for number, part in enumerate(_communities(run), 1) for node in part}


def _summary_table(run: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    parts, flat = _components(run.graph), run.graph
    communities = _communities(run)
    modularity = networkx.community.modularity(flat, map(set, communities), weight="weight") if flat.size() else 0.0
    figures: list[tuple[str, float]] = [
        ("nodes", flat.number_of_nodes()),
        ("edges", graph.number_of_edges()),
        ("joined pairs", flat.number_of_edges()),
        ("nodes without any edge, not in the network", graph.graph.get("isolates", 0)),
        ("components", len(parts)),
        ("nodes in the largest component", len(parts[0]) if parts else 0),
        ("density", networkx.density(flat)),
        ("mean degree", 2 * flat.number_of_edges() / max(1, len(flat))),
        ("transitivity", run.call("transitivity") if run.graph else 0),
        ("communities", len(communities)),
        ("modularity", modularity),
        ("bridges", sum(1 for _ in networkx.bridges(flat))),
        ("articulation points", sum(1 for _ in networkx.articulation_points(flat))),
    ]
    return ["figure", "value"], [[name, round(value, 6) + 0] for name, value in figures]


def _parts_table(
    parts: list[list[str]], what: str, graph: networkx.MultiDiGraph[str]
) -> tuple[Sequence[str], list[list[Any]]]:
    rows = [[number, len(part), _node(graph, node)] for number, part in enumerate(parts, 1) for node in part]
    return [what, "size", "node"], [[*row] for row in rows]


def _components_table(run: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    return _parts_table(_components(run.graph), "component", graph)


def _communities_table(run: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    parts = _communities(run)
    modularity = networkx.community.modularity(run.graph, map(set, parts), weight="weight") if run.graph.size() else 0.0
    run.notes.append(f"{len(parts)} communities; modularity {modularity:.4f}")
    return _parts_table(parts, "community", graph)


def _bridges_table(run: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    found = sorted(sorted(pair) for pair in run.call("bridges"))
    return ["node", "other"], [[_node(graph, one), _node(graph, other)] for one, other in found]


def _brokers_table(run: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    between, held, pieces = _betweenness(run), _constraint(run), _pieces(run.graph)
    rows = [
        [_node(graph, node), between[node], run.graph.degree(node), held[node], pieces[node]]
        for node in sorted(run.graph, key=lambda node: (-between[node], node))
        if between[node]
    ]
    return ["node", "betweenness", "degree", "constraint", "pieces"], rows


def _pieces(graph: networkx.Graph[str]) -> Counter[str]:
    """Into how many pieces the component of each node falls without it: the blocks that the node stands in."""
    return Counter(node for block in networkx.biconnected_components(graph) for node in block)  # type: ignore[misc]  # (the stubs nest one set too many)


def _growth_table(_: Run, graph: networkx.MultiDiGraph[str]) -> tuple[Sequence[str], list[list[Any]]]:
    return GROWTH_COLUMNS, [[*row] for row in growth(graph)]


def _all() -> Iterator[Measure]:
    yield Measure(
        "degree",
        "How many other nodes a node is joined to.",
        "Freeman 1978, Social Networks 1",
        _COUNTED,
        values=_degree,
    )
    yield Measure(
        "strength", "The degree, each edge counted with its weight: the number of things shared, 1 for what is stated.",
        "Barrat et al. 2004, PNAS 101", _COUNTED, values=_strength,
    )  # fmt: skip
    yield Measure(
        "betweenness", "The share of shortest paths between other nodes that lead through a node, from 0 to 1.",
        "Freeman 1977, Sociometry 40; computed as in Brandes 2001", "A broker here is one through whom the sources' "
        "accounts connect; one unmentioned edge can change who that is.", ("betweenness_centrality",), _betweenness,
    )  # fmt: skip
    yield Measure(
        "closeness", "How near a node is to all it can reach, scaled by the share of the network that is.",
        "Wasserman and Faust 1994, p. 201, with their scaling for several components", _ISLANDS,
        ("closeness_centrality",), _closeness,
    )  # fmt: skip
    yield Measure(
        "eigenvector", "How much a node is joined to nodes that are joined a lot; of the largest component, 0 elsewhere.",
        "Bonacich 1972, Journal of Mathematical Sociology 2", _COUNTED, ("eigenvector_centrality",), _eigenvector,
    )  # fmt: skip
    yield Measure(
        "pagerank", "The share of time that a random walk spends at a node, weights counted, damping 0.85.",
        "Page et al. 1999, Stanford InfoLab 1999-66", _COUNTED, ("pagerank",), _pagerank,
    )  # fmt: skip
    yield Measure(
        "core", "The greatest k for which the node is in a part where each has k neighbours or more.",
        "Seidman 1983, Social Networks 5; Batagelj and Zaveršnik 2003", "One list of participants makes a core by itself: "
        "look at what the edges rest on before calling it a group.", ("core_number",), _core,
    )  # fmt: skip
    yield Measure(
        "constraint", "How much a node's neighbours are joined among themselves: a low value is room to broker.",
        "Burt 1992, Structural Holes, chapter 2", "Neighbours that no source joins may well have known each other.",
        ("constraint",), _constraint,
    )  # fmt: skip
    yield Measure(
        "articulation", "Whether the network falls into more pieces without the node.",
        "Hopcroft and Tarjan 1973, Communications of the ACM 16", _ISLANDS, ("articulation_points",), _cut,
    )  # fmt: skip
    yield Measure(
        "component", "The number of the component that a node is in, the largest first.", "Wasserman and Faust 1994, chapter 4",
        _ISLANDS, values=_component,
    )  # fmt: skip
    yield Measure(
        "community", "The number of the community that a node is in, the largest first (fixed seed).",
        "Blondel et al. 2008, J. Stat. Mech. P10008; with igraph: Traag et al. 2019, Scientific Reports 9",
        "Communities follow what the documents tell together; another cut can be nearly as good.",
        ("louvain_communities",), _community,
    )  # fmt: skip
    yield Measure(
        "summary", "The network as a whole: size, density, components, communities.", "Wasserman and Faust 1994, chapter 4",
        _ISLANDS, ("transitivity", "louvain_communities"), table=_summary_table,
    )  # fmt: skip
    yield Measure(
        "components", "The parts that no edge joins, with their nodes.", "Wasserman and Faust 1994, chapter 4", _ISLANDS,
        table=_components_table,
    )  # fmt: skip
    yield Measure(
        "communities", "Groups that have more edges inside than chance would give, with their nodes.",
        "Blondel et al. 2008, J. Stat. Mech. P10008; with igraph: Traag et al. 2019, Scientific Reports 9",
        "Communities follow what the documents tell together; another cut can be nearly as good.",
        ("louvain_communities",), table=_communities_table,
    )  # fmt: skip
    yield Measure(
        "bridges", "Joined pairs without which a component falls in two.", "Tarjan 1974, Information Processing Letters 2",
        _ISLANDS, ("bridges",), table=_bridges_table,
    )  # fmt: skip
    yield Measure(
        "brokers", "Nodes by betweenness, with degree, constraint, and the pieces their component falls into without them.",
        "Freeman 1977; Burt 1992", "A broker here is one through whom the sources' accounts connect; one unmentioned edge "
        "can change who that is.", ("betweenness_centrality", "constraint"), table=_brokers_table,
    )  # fmt: skip
    yield Measure(
        "growth", "What of the network is known to have begun by the end of each year.", "docs/networks.md",
        "Few things are dated: what has no date is counted apart, and the curve shows when dates were written down.",
        table=_growth_table,
    )  # fmt: skip


MEASURES = {one.name: one for one in _all()}
_UNRANKED = ("articulation", "component", "community", "constraint")
#: The measures that `core` and the size of nodes may go by.
RANKINGS = tuple(name for name, one in MEASURES.items() if one.values and name not in _UNRANKED)
