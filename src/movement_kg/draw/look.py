"""What things look like on every map: a shape and a colour for each kind of node, a colour and a mark for each kind of edge.

Colours are Okabe and Ito's, which people with any form of colour blindness tell apart ("Color Universal Design", 2008), and
Tol's muted ones beyond these eight; shape says the same again. Shapes bear the names that cytoscape.js gives them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NodeLook:
    """How a kind of node is drawn: its name in a legend, shape, and colour on a light and on a dark ground."""

    label: str
    shape: str
    light: str
    dark: str


@dataclass(frozen=True)
class EdgeLook:
    """How a group of edges is drawn: its name in a legend, colours, and the shape of the mark at its middle ("" for none)."""

    label: str
    light: str
    dark: str
    mark: str = ""


NODES = {
    "organisation": NodeLook("Organisation", "ellipse", "#0072b2", "#4fb0e8"),
    "person": NodeLook("Person", "triangle", "#d55e00", "#ff9a52"),
    "event": NodeLook("Event", "rectangle", "#e69f00", "#f5c04a"),
    "publication": NodeLook("Publication", "round-rectangle", "#009e73", "#3fd0a4"),
    "country": NodeLook("Country", "hexagon", "#56b4e9", "#8fd0f7"),
    "region": NodeLook("Region", "octagon", "#117733", "#6cc48a"),
    "place": NodeLook("Place", "pentagon", "#999933", "#cccc66"),
    "theme": NodeLook("Theme", "star", "#cc79a7", "#eaa6cb"),
    "provision": NodeLook("Provision", "diamond", "#332288", "#9f94ea"),
    "position": NodeLook("Position", "rhomboid", "#aa4499", "#e08ad2"),
    "figure": NodeLook("Figure", "vee", "#882255", "#d57aa7"),
    "thing": NodeLook("Other", "heptagon", "#666666", "#aaaaaa"),
}
EDGES = {
    "link": EdgeLook("Stated link", "#4a4a4a", "#c4c4c4"),
    "membership": EdgeLook("Membership", "#a34700", "#ff9a52"),
    "participation": EdgeLook("Participation", "#8a5f00", "#f5c04a"),
    "contribution": EdgeLook("Contribution", "#00704f", "#3fd0a4"),
    "on-behalf-of": EdgeLook("Acted on behalf of", "#005685", "#4fb0e8"),
    "shared-people": EdgeLook("Shared people", "#d55e00", "#ff9a52", "ellipse"),
    "shared-organisations": EdgeLook("Shared organisation", "#0072b2", "#4fb0e8", "ellipse"),
    "shared-events": EdgeLook("Shared events", "#b87f00", "#f5c04a", "rectangle"),
    "shared-publications": EdgeLook("Shared publications", "#009e73", "#3fd0a4", "round-rectangle"),
    "mention": EdgeLook("Mention", "#8a8a8a", "#8f8f8f"),
    "property": EdgeLook("Property", "#5d5d9a", "#a9a9e0"),
}


def node_look(kind: str) -> NodeLook:
    """How nodes of a kind are drawn; kinds unknown here as any other thing."""
    return NODES.get(kind, NODES["thing"])


def edge_look(group: str) -> EdgeLook:
    """How edges of a group are drawn; groups unknown here as a property."""
    return EDGES.get(group, EDGES["property"])
