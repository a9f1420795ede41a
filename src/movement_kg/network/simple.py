"""The simple graph behind a network, which most measures are defined on."""

from __future__ import annotations

import networkx


def simple(graph: networkx.MultiDiGraph[str]) -> networkx.Graph[str]:
    """The undirected graph without loops in which two nodes are neighbours where any edge joins them.

    The weight of an edge is the sum of the weights of the edges it stands for. Nodes and edges come in sorted order.
    """
    found: networkx.Graph[str] = networkx.Graph()
    found.add_nodes_from(sorted(graph.nodes))
    weights: dict[tuple[str, str], float] = {}
    for source, target, weight in graph.edges(data="weight", default=1):
        if source != target:
            pair = (source, target) if source < target else (target, source)
            weights[pair] = weights.get(pair, 0) + weight
    found.add_weighted_edges_from((*pair, weights[pair]) for pair in sorted(weights))
    return found
