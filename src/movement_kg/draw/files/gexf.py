"""GEXF 1.3 (https://gexf.net), for Gephi, Gephi Lite and other programs that draw networks.

A network that has edges with and without direction is written so, as the primer has it ("Graphs in GEXF are mixed") and Gephi
reads it; `mutual`, the other way to say it, Gephi rejects. `networkx.read_gexf` refuses mixed graphs; it reads all of one as
directed once the marks are gone, `data.replace(b' type="undirected"', b"")`, and each edge still has its `directed`.

Looks stand in the namespace viz, as the primer, the RELAX NG schema and networkx have them; the XML Schema published
beside it, made from it by a tool, expects them in the main namespace.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import networkx

from ..drawing import Drawing
from ..look import edge_look, node_look
from .records import plain, thickness

#: The attributes that are columns in Gephi, with their types; the others are attributes or elements that GEXF defines.
_NODE = {
    "kind": "string",
    "type": "string",
    "short": "string",
    "iri": "string",
    "countries": "liststring",
    "degree": "integer",
}
_EDGE = {
    "kind": "string",
    "group": "string",
    "directed": "boolean",
    "certainty": "string",
    "disputed": "boolean",
    "via": "liststring",
    "citations": "liststring",
    "sources": "liststring",
    "passages": "liststring",
}
#: The shapes of `look` that GEXF has; a node of another shape has none, which readers draw as a disc.
_SHAPES = {
    "ellipse": "disc",
    "triangle": "triangle",
    "rectangle": "square",
    "round-rectangle": "square",
    "diamond": "diamond",
}


def gexf(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as GEXF: dynamic if any date is known; what is said of the whole network is its description."""
    network = plain(drawing)
    root = Element("gexf", {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "version": "1.3"})
    _meta(root, network.graph)
    graph = SubElement(root, "graph", _time(network))
    graph.set("defaultedgetype", "directed" if network.is_directed() else "undirected")
    _columns(graph, "node", _NODE)
    _columns(graph, "edge", _EDGE)
    _nodes(graph, network)
    _edges(graph, network)
    indent(root)
    yield tostring(root, encoding="UTF-8", xml_declaration=True)
    yield b"\n"


def _meta(root: Element, about: Mapping[str, Any]) -> None:
    """Who made it, what it holds; the version as its date, if it is one."""
    meta = SubElement(root, "meta", _date(about["version"]))
    SubElement(meta, "creator").text = "movement-kg"
    SubElement(meta, "description").text = "\n".join(_description(about))
    SubElement(meta, "keywords").text = f"knowledge graph, people who use drugs, history, {about['projection']}"


def _date(version: str) -> dict[str, str]:
    try:
        return {"lastmodifieddate": datetime.date.fromisoformat(version).isoformat()}
    except ValueError:
        return {}


def _description(about: Mapping[str, Any]) -> Iterator[str]:
    for name, value in about.items():
        if isinstance(value, list):
            yield from (f"{name}: {item}" for item in value)
        else:
            yield f"{name}: {value}"


def _time(network: networkx.MultiGraph[str]) -> dict[str, str]:
    things = (*network.nodes.values(), *network.edges.values())
    dated = any("start" in thing or "end" in thing for thing in things)
    return {"mode": "dynamic", "timeformat": "date"} if dated else {"mode": "static"}


def _columns(graph: Element, owner: str, columns: Mapping[str, str]) -> None:
    attributes = SubElement(graph, "attributes", {"class": owner})
    for name, kind in columns.items():
        SubElement(attributes, "attribute", {"id": name, "title": name, "type": kind})


def _nodes(graph: Element, network: networkx.MultiGraph[str]) -> None:
    nodes = SubElement(graph, "nodes", {"count": str(len(network))})
    for name, node in network.nodes.items():
        look = node_look(node["kind"])
        element = SubElement(nodes, "node", {"id": name, "label": node["label"], **_spell(node)})
        _values(element, node, _NODE)
        _colour(element, look.light)
        # Gephi draws a size as a radius, and y upwards.
        SubElement(element, "viz:size", {"value": str(node["size"] / 2)})
        SubElement(element, "viz:position", {"x": str(node["x"]), "y": str(0 - node["y"]), "z": "0.0"})
        if look.shape in _SHAPES:
            SubElement(element, "viz:shape", {"value": _SHAPES[look.shape]})


def _edges(graph: Element, network: networkx.MultiGraph[str]) -> None:
    edges = SubElement(graph, "edges", {"count": str(network.number_of_edges())})
    for source, target, edge in network.edges(data=True):
        marks = {"id": edge["id"], "source": source, "target": target, "kind": edge["kind"], "label": edge["label"]}
        direction = "directed" if edge["directed"] else "undirected"
        element = SubElement(edges, "edge", {**marks, "type": direction, "weight": str(edge["weight"]), **_spell(edge)})
        _values(element, edge, _EDGE)
        _colour(element, edge_look(edge["group"]).light)
        SubElement(element, "viz:thickness", {"value": str(thickness(edge["weight"]))})
        SubElement(element, "viz:shape", {"value": "dashed" if edge["certainty"] == "implied" else "solid"})


def _spell(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The one time in which a thing existed; an end that is not known stays open."""
    return {name: attributes[name] for name in ("start", "end") if name in attributes}


def _values(element: Element, attributes: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    values = SubElement(element, "attvalues")
    for name in columns:
        if attributes[name] not in ("", []):
            SubElement(values, "attvalue", {"for": name, "value": _value(attributes[name])})


def _value(value: object) -> str:
    """A value as GEXF writes it; a list of texts in brackets and quotes (primer, "List attributes"), which is also JSON.

    >>> _value(True), _value(["Oslo", 'the "Lamp"'])
    ('true', '["Oslo", "the \\\\"Lamp\\\\""]')
    """
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _colour(element: Element, code: str) -> None:
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    SubElement(element, "viz:color", {"r": str(red), "g": str(green), "b": str(blue)})
