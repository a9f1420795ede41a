"""Where the nodes of a network stand: laid out once for each build and projection, and kept beside the build."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import networkx

from .layout import layout

Places = Mapping[str, tuple[float, float]]
_LEAST, _MOST, _PER_ROOT = 7.0, 56.0, 7.0


def sizes(graph: networkx.MultiDiGraph[str]) -> dict[str, float]:
    """The diameter of each node in points: its area grows with its number of neighbours."""
    neighbours = {node: len({*graph.successors(node), *graph.predecessors(node)} - {node}) for node in graph}
    return {node: round(min(_MOST, _LEAST + _PER_ROOT * count**0.5), 1) for node, count in neighbours.items()}


def places(graph: networkx.MultiDiGraph[str]) -> Places:
    """Where the nodes of a network stand when it is laid out by itself."""
    return layout(graph, sizes(graph))


def kept(file: Path, make: Callable[[], networkx.MultiDiGraph[str]]) -> Places:
    """The places that a file holds; where there is no such file, those of the network that `make` gives, then kept in it.

    A folder that cannot be written is no fault: the places are computed again the next time.
    """
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        return {node: (float(x), float(y)) for node, (x, y) in json.loads(file.read_text("utf-8")).items()}
    found = places(make())
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        part = file.with_name(f".{file.name}-{os.getpid()}")
        part.write_text(json.dumps(dict(sorted(found.items()))), "utf-8")
        part.replace(file)
    return found
