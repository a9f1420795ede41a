"""What every file tells of a network: the same nodes, edges and attributes, in one order, as plain values."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import networkx

from ..drawing import Drawing

#: Spaces, and all that `str.splitlines` breaks a line at, as networkx does with GraphML.
_SPACES = re.compile(r"[ \t-\r\x1c-\x1e\x85\u2028\u2029]+")
#: What else no XML 1.0 document can hold (clause 2.2), nor UTF-8 (lone surrogates).
_INVALID = re.compile(r"[^\t-\r\x1c-\x1e\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def plain(drawing: Drawing) -> networkx.MultiGraph[str]:
    """The drawing as a graph whose attributes are texts, numbers, truth values and lists of texts; unknown dates are absent.

    Nodes and edges come sorted by name. Nodes gain `degree`, `x`, `y` and `size`; edges `id`, `sources` and `passages`, texts
    to read beside the `citations`. It is a MultiGraph if no edge has a direction; otherwise a MultiDiGraph, whose edges say by
    `directed` which of them have one, for few readers take a graph of both.
    """
    whole = drawing.graph
    edges = sorted(whole.edges(keys=True))
    directed = not edges or any(whole.edges[edge]["directed"] for edge in edges)
    graph: networkx.MultiGraph[str] = networkx.MultiDiGraph() if directed else networkx.MultiGraph()
    graph.graph.update(_about(whole.graph))
    for name in sorted(whole):
        graph.add_node(name, **_node(drawing, name))
    for source, target, kind in edges:
        attributes = whole.edges[source, target, kind]
        graph.add_edge(source, target, key=kind, **_edge((source, kind, target), attributes, whole.graph))
    return graph


def clean(text: object) -> str:
    """A text on one line, its spaces single, without the characters that XML cannot hold.

    >>> clean("Two\\r\\nlines\\x00 and\\u2028more ")
    'Two lines and more'
    """
    return _SPACES.sub(" ", _INVALID.sub("", str(text))).strip(" ")


def joined(value: object) -> object:
    """A list as one text, for the formats that have no lists; any other value as it is.

    >>> joined(["dk", "no"])
    'dk | no'
    """
    return " | ".join(value) if isinstance(value, list) else value


def thickness(weight: float) -> float:
    """How thick to draw an edge, in points: 1 for a weight of 1, and 1 more for each doubling."""
    return round(1 + math.log2(max(weight, 1)), 2)


def _about(graph: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the whole network."""
    return {
        "projection": clean(graph["projection"]),
        "title": clean(graph["title"]),
        "filters": _told(graph["filters"]),
        "version": clean(graph["version"]),
        "content": clean(graph["content"]),
        "sources": _told(graph["sources"]),
        "countries": _told(graph["countries"]),
        "isolates": graph["isolates"],
        "caveats": _texts(graph["caveats"]),
    }


def _node(drawing: Drawing, name: str) -> dict[str, Any]:
    node = drawing.graph.nodes[name]
    x, y = drawing.positions[name]
    return {
        "label": clean(node["label"]),
        "short": clean(node.get("short") or ""),
        "kind": clean(node["kind"]),
        "type": clean(node.get("type") or ""),
        "countries": _texts(node.get("countries") or ()),
        **_dates(node),
        "iri": clean(node["iri"]),
        "degree": len({*drawing.graph.successors(name), *drawing.graph.predecessors(name)} - {name}),
        "x": _length(x),
        "y": _length(y),
        "size": _length(drawing.sizes[name]),
    }


def _edge(ends: tuple[str, str, str], edge: Mapping[str, Any], graph: Mapping[str, Any]) -> dict[str, Any]:
    citations = [str(citation) for citation in edge["citations"]]
    passages = [graph["passages"][citation] for citation in citations]
    cited = {passage["source"] for passage in passages}
    return {
        "id": edge_id(*ends),
        "kind": clean(edge["kind"]),
        "label": clean(edge["label"]),
        "group": clean(edge["group"]),
        "weight": float(edge["weight"]),
        "directed": bool(edge["directed"]),
        "certainty": clean(edge["certainty"]),
        "disputed": bool(edge["disputed"]),
        **_dates(edge),
        "via": _texts(edge.get("via") or ()),
        "citations": citations,
        "sources": _told({source: graph["sources"][source] for source in cited}),
        "passages": [clean(f"{passage['source']}: {passage['locator']}") for passage in passages],
    }


def edge_id(source: str, kind: str, target: str) -> str:
    """An edge's name in every file: the same for the same relation in every build.

    >>> edge_id("org/a", "partner", "org/b")
    'e7349225befce'
    """
    return "e" + hashlib.sha256(f"{source}\0{kind}\0{target}".encode()).hexdigest()[:12]


def _dates(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(attributes[name]) for name in ("start", "end") if attributes.get(name)}


def _texts(values: Iterable[object]) -> list[str]:
    return [clean(value) for value in values]


def _told(values: Mapping[Any, object]) -> list[str]:
    """A mapping as texts, sorted by name: `900: A page about lamps`."""
    return [clean(f"{name}: {values[name]}") for name in sorted(values, key=str)]


def _length(points: float) -> float:
    return round(float(points), 2) + 0.0  # without it, -0.0 and 0.0 would differ
