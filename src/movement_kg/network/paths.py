"""Neighbourhoods and paths: the ego network of a thing, and how two things are connected."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import networkx

from .. import results
from ..errors import RequestError
from .simple import simple

MOST_PATHS = 1000


def ego(graph: networkx.MultiDiGraph[str], node: str, depth: int = 1) -> networkx.MultiDiGraph[str]:
    """The nodes within `depth` steps of one, whatever the direction of edges, and all edges between them.

    Raises RequestError for a node that the network does not have.
    """
    if depth < 1:
        raise RequestError(f"the depth must be 1 or more (got {depth})")
    _known(graph, node)
    near = networkx.single_source_shortest_path_length(simple(graph), node, cutoff=depth)
    found: networkx.MultiDiGraph[str] = graph.subgraph(near).copy()
    found.graph["isolates"] = 0
    found.graph["filters"] = {**graph.graph.get("filters", {}), "ego": f"{_name(graph, node)}, depth {depth}"}
    return found


def paths(graph: networkx.MultiDiGraph[str], source: str, target: str, longest: int = 0) -> list[list[str]]:
    """The paths between two nodes, whatever the direction of edges: all of the least length, or, where `longest` is more
    than 0, all without repeated nodes up to that many steps; shortest first, at most 1 000.

    Raises RequestError for a node that the network does not have, and where no path leads from one to the other.
    """
    _known(graph, source)
    _known(graph, target)
    if source == target:
        raise RequestError(f"a path needs two different nodes (got {_name(graph, source)} twice)")
    try:
        found = [*itertools.islice(_paths(simple(graph), source, target, longest), MOST_PATHS)]
    except networkx.NetworkXNoPath:
        found = []
    if not found:
        within = f" of {longest} steps or fewer" if longest else ""
        raise RequestError(
            f"no path{within} leads from {_name(graph, source)} to {_name(graph, target)} in this network; "
            "that says what was written down, not what there was"
        )
    return sorted(found, key=lambda path: (len(path), path))


def table(graph: networkx.MultiDiGraph[str], found: list[list[str]]) -> results.Answer:
    """The paths as rows: the number of the path, the step, the two nodes, how they are joined, and who says so."""
    rows: list[list[object]] = []
    for number, path in enumerate(found, 1):
        for step, (before, (node, edges)) in enumerate(zip(path, along(graph, path), strict=False), 1):
            joined = "; ".join(sorted({_told(edge, is_back=end != node) for end, edge in edges}))
            cited = sorted({str(citation) for _, edge in edges for citation in edge["citations"]})
            rows.append([number, step, _thing(graph, before), joined, _thing(graph, node), " ".join(cited)])
    labels = {str(each["iri"]): str(each["label"]) for _, each in graph.nodes(data=True)}
    notes = [f"only the first {MOST_PATHS} paths are listed"] if len(found) == MOST_PATHS else []
    notes.append("A path shows what was written down; a missing one does not say that two never met.")
    return results.answer(["path", "step", "from", "joined_by", "to", "passages"], rows, labels, notes)


def along(graph: networkx.MultiDiGraph[str], path: list[str]) -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """For each step of a path, the node it leads to and the edges that it may take, each with the node that the edge leads to."""
    for before, after in itertools.pairwise(path):
        edges = [
            (ends[1], graph.edges[key]) for ends in ((before, after), (after, before)) for key in _keys(graph, *ends)
        ]
        yield after, edges


def _told(edge: dict[str, Any], *, is_back: bool) -> str:
    """An edge in words, with an arrow that says which way it reads."""
    arrow = "" if not edge["directed"] else "← " if is_back else "→ "
    shared = f": {', '.join(edge['via'])}" if edge["via"] else ""
    return f"{arrow}{edge['label']}{shared}{' (implied)' if edge['certainty'] == 'implied' else ''}"


def _thing(graph: networkx.MultiDiGraph[str], node: str) -> results.Thing:
    return results.Thing(str(graph.nodes[node].get("iri", node)))


def _keys(graph: networkx.MultiDiGraph[str], source: str, target: str) -> list[tuple[str, str, str]]:
    return [(source, target, key) for key in sorted(map(str, graph.get_edge_data(source, target, default={})))]


def _paths(graph: networkx.Graph[str], source: str, target: str, longest: int) -> Iterator[list[str]]:
    if not longest:
        return networkx.all_shortest_paths(graph, source, target)
    lengths = networkx.single_source_shortest_path_length(graph, target, cutoff=longest)
    near = graph.subgraph(lengths)  # what is farther away lies on no path that is short enough
    return _by_length(near, source, target, longest) if source in near else iter(())


def _by_length(graph: networkx.Graph[str], source: str, target: str, longest: int) -> Iterator[list[str]]:
    """All simple paths, the shortest first, so that cutting the list loses the longest."""
    for path in networkx.shortest_simple_paths(graph, source, target):
        if len(path) - 1 > longest:
            return
        yield path


def _known(graph: networkx.MultiDiGraph[str], node: str) -> None:
    if node not in graph:
        raise RequestError(f"{node} has no edge in this network; other filters or another projection may hold it")


def _name(graph: networkx.MultiDiGraph[str], node: str) -> str:
    return str(graph.nodes[node].get("label", node))
