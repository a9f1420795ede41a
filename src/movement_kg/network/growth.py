"""How a network grew: what of it is known to have existed by the end of each year."""

from __future__ import annotations

from typing import Any

import networkx

from .simple import simple

COLUMNS = ("year", "nodes", "edges", "components", "largest", "undated_nodes", "undated_edges")


def growth(graph: networkx.MultiDiGraph[str]) -> list[tuple[int, ...]]:
    """A row for each year from the first date to the last: what is known to have begun by its end, as `COLUMNS` names it.

    A node is counted from the latest year that its founding, event or issue can have; an edge from the latest that it can
    have begun itself, and not before both its ends are counted. What has no such date is counted apart, the same in each
    year, and is in no component: it may have been there all the time. Ends are not counted, as few are written down.
    """
    begun = {node: _year(attributes) for node, attributes in graph.nodes(data=True)}
    edges = [
        (source, target, _joined(begun, source, target, _year(edge))) for source, target, edge in graph.edges(data=True)
    ]
    years = [year for year in (*begun.values(), *(year for *_, year in edges)) if year]
    return [_row(year, begun, edges) for year in range(min(years), max(years) + 1)] if years else []


def _row(year: int, begun: dict[str, int | None], edges: list[tuple[str, str, int | None]]) -> tuple[int, ...]:
    there = {node for node, first in begun.items() if first and first <= year}
    joined = [(source, target) for source, target, first in edges if first and first <= year]
    dated: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    dated.add_nodes_from(there)
    dated.add_edges_from((source, target) for source, target in joined if source in there and target in there)
    parts = [len(part) for part in networkx.connected_components(simple(dated))]
    undated = sum(first is None for first in begun.values()), sum(first is None for *_, first in edges)
    return (year, len(there), len(joined), len(parts), max(parts, default=0), *undated)


def _year(attributes: dict[str, Any]) -> int | None:
    return int(attributes["begun_by"][:4]) if "begun_by" in attributes else None


def _joined(begun: dict[str, int | None], source: str, target: str, own: int | None) -> int | None:
    """The year from which an edge is counted: none where nothing says when it began."""
    return max([own, *(year for year in (begun[source], begun[target]) if year)]) if own else None
