"""Who counts: networkx, one of its backends by its own dispatch, or igraph for the slow measures where it is installed."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

import networkx

from ..errors import EngineError, unknown

#: From this product of nodes and edges on, networkx alone takes many minutes for exact betweenness; it samples then.
EXACT = 200_000_000
SAMPLES = 200
SEED = 1
#: Rounds of Leiden's method: more of them gain less than a hundredth of modularity on 100 000 edges.
_ROUNDS = 10


def known(backend: str) -> None:
    """Raise RequestError for a backend that is not installed."""
    names = sorted({"networkx", *(entry.name for entry in entry_points(group="networkx.backends"))})
    if backend not in names:
        raise unknown("there is no backend", backend, names, "installed are")


def has(backend: str, function: str) -> bool:
    """Whether a backend says that it has a function of networkx."""
    return backend == "networkx" or backend in getattr(_function(function), "backends", ())


def call(function: str, graph: networkx.Graph[str], backend: str, notes: list[str], **options: Any) -> Any:
    """A function of networkx on a graph, its result as networkx gives it.

    Without a backend, igraph runs what it is faster at. Raises EngineError where the backend fails.
    """
    if not backend and function in _IGRAPH and len(graph) and igraph_is_installed():
        return _IGRAPH[function](graph, notes, **options)
    if not backend and function == "betweenness_centrality" and _is_large(graph):
        notes.append(_SAMPLED.format(samples=SAMPLES, nodes=len(graph)))
        options |= {"k": min(SAMPLES, len(graph)), "seed": SEED}
    run = _function(function)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backend's own remarks on caching are not the user's business
            return run(graph, **options, **({"backend": backend} if backend else {}))
    except networkx.NetworkXException as error:
        raise EngineError(f"{function} has no result for this network: {error}") from error
    except Exception as error:
        if not backend:
            raise
        raise EngineError(f"the backend {backend!r} failed at {function}: {error}") from error


def igraph_is_installed() -> bool:
    """Whether the extra `fast` is there."""
    return importlib.util.find_spec("igraph") is not None


_SAMPLED = (
    "betweenness is estimated from {samples} of {nodes} nodes (seed 1), as exact figures would take very long; "
    "pip install 'movement-kg[fast]' makes them exact"
)


def _is_large(graph: networkx.Graph[str]) -> bool:
    return graph.number_of_nodes() * graph.number_of_edges() > EXACT


def _function(name: str) -> Callable[..., Any]:
    home = networkx if hasattr(networkx, name) else networkx.community
    return getattr(home, name)  # type: ignore[no-any-return]


def _as_igraph(graph: networkx.Graph[str]) -> tuple[Any, list[str], dict[str, Any]]:
    import igraph

    nodes = [*graph]
    places = {node: place for place, node in enumerate(nodes)}
    edges = [(places[source], places[target]) for source, target in graph.edges]
    return (
        igraph.Graph(n=len(nodes), edges=edges),
        nodes,
        {"weights": [w for *_, w in graph.edges(data="weight", default=1)]},
    )


def _betweenness(graph: networkx.Graph[str], _: list[str]) -> dict[str, float]:
    """As networkx scales it: by the pairs of other nodes."""
    fast, nodes = _as_igraph(graph)[:2]
    pairs = (len(nodes) - 1) * (len(nodes) - 2) / 2
    return {node: value / pairs if pairs else 0.0 for node, value in zip(nodes, fast.betweenness(), strict=True)}


def _closeness(graph: networkx.Graph[str], _: list[str]) -> dict[str, float]:
    """As networkx scales it: each component's values by the share of the other nodes that it holds."""
    fast, nodes = _as_igraph(graph)[:2]
    sizes = {place: len(part) for part in fast.connected_components() for place in part}
    values = fast.closeness(normalized=True)
    return {
        node: values[place] * (sizes[place] - 1) / (len(nodes) - 1) if sizes[place] > 1 else 0.0
        for place, node in enumerate(nodes)
    }


def _communities(graph: networkx.Graph[str], notes: list[str], *, seed: int, **_: str) -> list[set[str]]:
    """Leiden's refinement of Louvain, as igraph does it."""
    import random

    import igraph

    fast, nodes, weights = _as_igraph(graph)
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 (a seed, no secret)
    try:
        found = fast.community_leiden(objective_function="modularity", n_iterations=_ROUNDS, **weights)
    finally:
        igraph.set_random_number_generator(random)
    notes.append("communities by igraph's Leiden method")
    return [{nodes[place] for place in part} for part in found]


_IGRAPH: dict[str, Callable[..., Any]] = {
    "betweenness_centrality": _betweenness,
    "closeness_centrality": _closeness,
    "louvain_communities": _communities,
}
