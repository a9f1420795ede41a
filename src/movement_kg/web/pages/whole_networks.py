"""The whole networks, which are kept beside a build: nobody who only looks around waits for them."""

from __future__ import annotations

import contextlib
import functools
import json
import os
from pathlib import Path

from ...draw import Network
from ...draw.places import kept
from ...entity import facts_of
from ...errors import RequestError
from ...knowledge_graph import KnowledgeGraph
from ...network import PROJECTIONS


def prepare(graph: KnowledgeGraph) -> None:
    """Make and keep, beside the build, the whole networks and their maps, for which no visitor should have to wait."""
    for projection in PROJECTIONS:
        with contextlib.suppress(RequestError):  # a graph may have no such ties
            whole(graph, projection).drawing()


@functools.lru_cache(maxsize=len(PROJECTIONS))
def whole(graph: KnowledgeGraph, projection: str) -> Network:
    """A network without filters, as it is kept beside the build; made and kept where it is not."""
    folder = graph.build.folder / "layouts"
    file = folder / f"{projection}-network.json"
    found = _read(file)
    if found is None:
        found = graph.network(projection)
        _keep(file, found)
    found.facts = lambda things: facts_of(graph.engine, things)
    found.map = lambda: kept(folder / f"{projection}-asserted.json", lambda: found)
    return found


def _read(file: Path) -> Network | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(file.read_text("utf-8"))
        found = Network()
        found.graph |= told["graph"]
        found.add_nodes_from((node, attributes) for node, attributes in told["nodes"])
        for one, other, kind, attributes in told["edges"]:
            found.add_edge(one, other, kind, **attributes)
        return found
    return None


def _keep(file: Path, found: Network) -> None:
    """A folder that cannot be written is no fault: the network is made again the next time."""
    nodes, edges = [*found.nodes(data=True)], [*found.edges(keys=True, data=True)]
    with contextlib.suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        part = file.with_name(f".{file.name}-{os.getpid()}")
        part.write_text(json.dumps({"graph": found.graph, "nodes": nodes, "edges": edges}), "utf-8")
        part.replace(file)
