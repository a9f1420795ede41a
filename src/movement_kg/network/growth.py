"""How a network grew: what of it is known to have existed by the end of each year."""

from __future__ import annotations

from typing import Any

import networkx

from .simple import simple

COLUMNS = ("year", "nodes", "edges", "components", "largest", "undated_nodes", "undated_edges")


def growth(graph: networkx.MultiDiGraph[str]) -> list[tuple[int, ...]]:
    """A row for each year from the first date to the last: what has begun by its end, in the order of `COLUMNS`.

    A node has begun in the earliest year that its founding, event or issue can have; an edge when both its ends and, where a
    date of its own is given, the edge itself have. What has no date at all is counted apart, the same in each year, and is
    in no component: a node without a date may have been there all the time. Ends are not counted, as few are written down.
    """
    begun = {node: _year(attributes) for node, attributes in graph.nodes(data=True)}
    edges = [
        (source, target, max(known) if (known := _years(begun, source, target, edge)) else None)
        for source, target, edge in graph.edges(data=True)
    ]
    years = [year for year in (*begun.values(), *(year for *_, year in edges)) if year]
    return [_row(year, begun, edges) for year in range(min(years), max(years) + 1)] if years else []


def _row(
    year: int,
    begun: dict[str, int | None],
    edges: list[tuple[str, str, int | None]],
) -> tuple[int, ...]:
    there = {node for node, first in begun.items() if first and first <= year}
    joined = [(source, target) for source, target, first in edges if first and first <= year]
    dated: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    dated.add_nodes_from(there)
    dated.add_edges_from((source, target) for source, target in joined if source in there and target in there)
    parts = [len(part) for part in networkx.connected_components(simple(dated))]
    undated = sum(first is None for first in begun.values()), sum(first is None for *_, first in edges)
    return (year, len(there), len(joined), len(parts), max(parts, default=0), *undated)


def _year(attributes: dict[str, Any]) -> int | None:
    return int(attributes["start"][:4]) if "start" in attributes else None


def _years(begun: dict[str, int | None], source: str, target: str, edge: dict[str, Any]) -> list[int]:
    own = _year(edge)
    return [year for year in (own, begun[source], begun[target]) if year]
