"""What the page of a network holds: its nodes with their facts, its edges with their passages, looks and caveats, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..drawing import Drawing
from ..files.records import edge_id
from ..look import EDGES, NODES

_NODE = ("iri", "label", "short", "kind", "type", "countries", "start", "end")
_EDGE = ("kind", "label", "group", "weight", "directed", "certainty", "disputed", "start", "end", "via", "citations")
_WHOLE = (
    "title",
    "description",
    "projection",
    "filters",
    "version",
    "content",
    "licence",
    "countries",
    "caveats",
    "isolates",
)

_FactsOf = Callable[[Sequence[str]], tuple[Mapping[str, Any], Mapping[str, Any]]]


def content(drawing: Drawing, facts: _FactsOf | None = None) -> dict[str, Any]:
    """Everything that `page` needs, in the shape that its docstring documents; passages are those that are cited."""
    graph = drawing.graph
    told, passages = facts([graph.nodes[node]["iri"] for node in sorted(graph)]) if facts else ({}, {})
    edges = [_edge(*edge) for edge in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])]
    nodes = [_node(drawing, node, told) for node in sorted(graph)]
    cited = {citation for edge in edges for citation in edge["citations"]}
    cited |= {citation for node in nodes for fact in node["facts"] for citation in fact["citations"]}
    known = {**passages, **graph.graph["passages"]}
    shown = {citation: known[citation] for citation in sorted(cited)}
    return {
        **{name: graph.graph.get(name, "") for name in _WHOLE},
        "core": graph.graph.get("core"),
        "sources": {number: graph.graph["sources"][number] for number in sorted({p["source"] for p in shown.values()})},
        "passages": shown,
        "look": {
            "nodes": {kind: asdict(look) for kind, look in NODES.items()},
            "edges": {group: asdict(look) for group, look in EDGES.items()},
        },
        "nodes": nodes,
        "edges": edges,
    }


def _node(drawing: Drawing, node: str, told: Mapping[str, Any]) -> dict[str, Any]:
    attributes = drawing.graph.nodes[node]
    x, y = drawing.positions[node]
    return {
        "id": node,
        **{name: attributes[name] for name in _NODE if name in attributes},
        "x": x,
        "y": y,
        "size": drawing.sizes[node],
        "facts": told.get(attributes["iri"], []),
    }


def _edge(source: str, target: str, kind: str, edge: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: edge[name] for name in _EDGE if name in edge}
    return {"id": edge_id(source, kind, target), "from": source, "to": target, **known}
