"""A network with a place and a size for each node: what every picture and every file is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkx


@dataclass(frozen=True)
class Drawing:
    """A network and its map.

    `positions` gives each node's centre in points (1/72 inch), x to the right and y downwards, the smallest of both near 0;
    `sizes` its diameter in points. The attributes of graph, nodes and edges are those that `network.project` documents.
    """

    graph: networkx.MultiDiGraph[str]
    positions: Mapping[str, tuple[float, float]]
    sizes: Mapping[str, float]
