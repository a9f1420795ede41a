"""The core of a network that is too large to draw."""

from __future__ import annotations

import networkx

from .measures import ranking


def core(graph: networkx.MultiDiGraph[str], keep: int, by: str = "degree") -> networkx.MultiDiGraph[str]:
    """The part of a network between the `keep` nodes that a measure of nodes ranks first; equals by their names.

    Raises RequestError for a measure that ranks no nodes.
    """
    values = ranking(graph, by)
    first = sorted(values, key=lambda node: (-values[node], node))[:keep]
    part: networkx.MultiDiGraph[str] = graph.subgraph(first).copy()
    part.graph["isolates"] = 0
    part.graph["filters"] = {**graph.graph.get("filters", {}), "core": f"{keep} nodes of greatest {by}"}
    part.graph["core"] = {"shown": part.number_of_nodes(), "of": graph.number_of_nodes(), "measure": by}
    return part
