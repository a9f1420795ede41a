"""JSON documents: for Cytoscape and Cytoscape.js, and for networkx and D3. Values that are lists stay lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import networkx

from ..drawing import Drawing
from .records import plain


def cytoscape(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as Cytoscape.js JSON (https://js.cytoscape.org/#notation/elements-json), which Cytoscape Desktop calls cyjs.

    Positions stand where Cytoscape looks for them, and the layout "preset" leaves them there; attributes of the whole network
    are the fields of `data`.
    """
    graph = plain(drawing)
    document = networkx.cytoscape_data(graph, name="label")
    document["data"] = {"name": graph.graph["title"], **graph.graph}
    document["layout"] = {"name": "preset"}
    for node in document["elements"]["nodes"]:
        node["position"] = {"x": node["data"]["x"], "y": node["data"]["y"]}
    yield _json(document)


def node_link(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as node-link JSON, read by `networkx.node_link_graph`; `directed` and `multigraph` say which class it was."""
    yield _json(networkx.node_link_data(plain(drawing), edges="edges"))


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"
