"""The simple graph behind a network, which most measures are defined on, and the core of one that is too large to draw."""

from __future__ import annotations

import networkx


def simple(graph: networkx.MultiDiGraph[str]) -> networkx.Graph[str]:
    """The undirected graph without loops in which two nodes are neighbours where any edge joins them.

    The weight of an edge is the sum of the weights of the edges it stands for. Nodes and edges come in sorted order.
    """
    found: networkx.Graph[str] = networkx.Graph()
    found.add_nodes_from(sorted(graph.nodes))
    ends = sorted((min(u, v), max(u, v), edge.get("weight", 1)) for u, v, edge in graph.edges(data=True) if u != v)
    for source, target, weight in ends:
        before = found.edges[source, target]["weight"] if found.has_edge(source, target) else 0
        found.add_edge(source, target, weight=before + weight)
    return found


def core(graph: networkx.MultiDiGraph[str], keep: int, by: str = "degree") -> networkx.MultiDiGraph[str]:
    """The part of a network between the `keep` nodes that a measure of nodes ranks first; equals by their names.

    Nodes that keep no edge are left out. Raises RequestError for a measure that ranks no nodes.
    """
    from .measures import ranking

    values = ranking(graph, by)
    first = sorted(values, key=lambda node: (-values[node], node))[:keep]
    part: networkx.MultiDiGraph[str] = graph.subgraph(first).copy()
    part.remove_nodes_from([*networkx.isolates(part)])
    part.graph["core"] = {"shown": part.number_of_nodes(), "of": graph.number_of_nodes(), "measure": by}
    return part
