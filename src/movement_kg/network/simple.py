"""The simple graph behind a network, which most measures are defined on."""

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
