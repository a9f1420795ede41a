"""GEXF 1.3 (https://gexf.net), for Gephi, Gephi Lite and other programs that draw networks.

A network that has edges with and without direction is written so, as the primer has it ("Graphs in GEXF are mixed") and Gephi
reads it; `mutual`, the other way to say it, Gephi rejects. `networkx.read_gexf` refuses mixed graphs; it reads all of one as
directed once the marks are gone, `data.replace(b' type="undirected"', b"")`, and each edge still has its `directed`.

Looks stand in the namespace viz, as the primer, the RELAX NG schema and networkx have them; the XML Schema published
beside it, made from it by a tool, expects them in the main namespace.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

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

#: How many elements leave at once.
_LINES = 1000


def gexf(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as GEXF: dynamic if any date is known; what is said of the whole network is its description."""
    network = plain(drawing)
    root = {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "version": "1.3"}
    graph = {**_time(network), "defaultedgetype": "directed" if network.is_directed() else "undirected"}
    yield b"<?xml version='1.0' encoding='UTF-8'?>\n"
    yield f"<gexf{_marks(root)}>\n{_meta(network.graph)}<graph{_marks(graph)}>\n".encode()
    yield f"{_columns('node', _NODE)}{_columns('edge', _EDGE)}".encode()
    yield f'<nodes count="{len(network)}">\n'.encode()
    yield from _pieces(_node(name, node) for name, node in network.nodes.items())
    yield f'</nodes>\n<edges count="{network.number_of_edges()}">\n'.encode()
    yield from _pieces(_edge(*edge) for edge in network.edges(data=True))
    yield b"</edges>\n</graph>\n</gexf>\n"


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    while piece := "".join(itertools.islice(lines, _LINES)):
        yield piece.encode()


def _marks(attributes: Mapping[str, str]) -> str:
    return "".join([f" {name}={quoteattr(value)}" for name, value in attributes.items()])


def _tag(name: str, attributes: Mapping[str, str], inside: str = "") -> str:
    """An element on a line of its own, with what it holds."""
    return f"<{name}{_marks(attributes)}>\n{inside}</{name}>\n" if inside else f"<{name}{_marks(attributes)}/>\n"


def _meta(about: Mapping[str, Any]) -> str:
    """Who made it, what it holds; the version as its date, if it is one."""
    told = escape("\n".join(_description(about)))
    words = escape(f"knowledge graph, people who use drugs, history, {about['projection']}")
    inside = f"<creator>movement-kg</creator>\n<description>{told}</description>\n<keywords>{words}</keywords>\n"
    return _tag("meta", _date(about["version"]), inside)


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


def _columns(owner: str, columns: Mapping[str, str]) -> str:
    told = (_tag("attribute", {"id": name, "title": name, "type": kind}) for name, kind in columns.items())
    return _tag("attributes", {"class": owner}, "".join(told))


def _node(name: str, node: Mapping[str, Any]) -> str:
    look = node_look(node["kind"])
    # Gephi draws a size as a radius, and y upwards.
    inside = _values(node, _NODE) + _colour(look.light) + f'<viz:size value="{node["size"] / 2}"/>\n'
    inside += f'<viz:position x="{node["x"]}" y="{0 - node["y"]}" z="0.0"/>\n'
    if look.shape in _SHAPES:
        inside += _tag("viz:shape", {"value": _SHAPES[look.shape]})
    return _tag("node", {"id": name, "label": node["label"], **_spell(node)}, inside)


def _edge(source: str, target: str, edge: Mapping[str, Any]) -> str:
    marks = {"id": edge["id"], "source": source, "target": target, "kind": edge["kind"], "label": edge["label"]}
    direction = "directed" if edge["directed"] else "undirected"
    shape = "dashed" if edge["certainty"] == "implied" else "solid"
    inside = _values(edge, _EDGE) + _colour(edge_look(edge["group"]).light)
    inside += f'<viz:thickness value="{thickness(edge["weight"])}"/>\n<viz:shape value="{shape}"/>\n'
    return _tag("edge", {**marks, "type": direction, "weight": str(edge["weight"]), **_spell(edge)}, inside)


def _spell(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The one time in which a thing existed; an end that is not known stays open."""
    return {name: attributes[name] for name in ("start", "end") if name in attributes}


def _values(attributes: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    told = [
        f"<attvalue for={quoteattr(name)} value={quoteattr(_value(attributes[name]))}/>\n"
        for name in columns
        if attributes[name] not in ("", [])
    ]
    return f"<attvalues>\n{''.join(told)}</attvalues>\n"


def _value(value: object) -> str:
    """A value as GEXF writes it; a list of texts in brackets and quotes (primer, "List attributes"), which is also JSON.

    >>> _value(True), _value(["Oslo", 'the "Lamp"'])
    ('true', '["Oslo", "the \\\\"Lamp\\\\""]')
    """
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@functools.cache
def _colour(code: str) -> str:
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>\n'
