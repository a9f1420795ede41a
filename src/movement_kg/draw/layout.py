"""Where each node of a network stands on paper: the same place on every run, whatever the order of nodes and edges.

Each component is laid out by its stress, turned and given room for discs and labels; then all are packed on a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import ConvexHull, Delaunay, QhullError, cKDTree

from .packing import pack
from .stress import Floats, Indices, Terms, majorise, stress_places

#: Width to height of the page: A4 and its kin, landscape.
ASPECT = 2**0.5
#: Points from node to neighbour, between the discs of two nodes, and between two components.
EDGE, GAP, MARGIN = 66.0, 5.0, 24.0
#: Points beyond a node's disc, sideways and up or down, that its label takes in part; less where nodes are many.
LABEL_WIDTH, LABEL_HEIGHT, MANY = 52.0, 9.0, 150
#: Which part of a component's rectangle the rooms of its nodes may fill, unless so many of all neighbours have theirs.
FILLED, USUAL = 0.4, 0.9
#: Rounds of making room; what still touches then is parted by growth.
ROUNDS = 60


@dataclass(frozen=True)
class Piece:
    """A component: its nodes' indices and links, their diameters, and the room (width, height) that each asks for."""

    nodes: Indices
    links: sparse.csr_array
    sizes: Floats
    room: Floats


def layout(graph: networkx.Graph[str], sizes: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The centre of each node in points (1/72 inch), x to the right and y downwards, discs of the given diameters apart.

    Direction, weight, parallel edges and self-loops make no difference. The map is about as wide to its height as A4 in
    landscape, unless it is one long component.
    """
    names = sorted(graph.nodes)
    if not names:
        return {}
    pieces = list(_pieces(names, graph, sizes))
    placed = [_placed(piece) for piece in pieces]
    boxes = [
        tuple(np.ptp(_outline(piece, places), axis=0) + MARGIN) for piece, places in zip(pieces, placed, strict=True)
    ]
    everywhere = np.zeros((len(names), 2))
    for piece, places, corner in zip(pieces, placed, pack(boxes, ASPECT), strict=True):
        everywhere[piece.nodes] = places - _outline(piece, places).min(axis=0) + np.array(corner)
    radii = np.array([sizes[name] for name in names])[:, None] / 2
    everywhere -= (everywhere - radii).min(axis=0)
    return {name: (round(x, 1), round(y, 1)) for name, (x, y) in zip(names, everywhere.tolist(), strict=True)}


def _pieces(names: list[str], graph: networkx.Graph[str], sizes: Mapping[str, float]) -> Iterator[Piece]:
    """The components, by their first node."""
    index = {name: number for number, name in enumerate(names)}
    pairs = sorted(
        {(min(a, b), max(a, b)) for a, b in ((index[one], index[other]) for one, other in graph.edges()) if a != b}
    )
    one, other = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    upper = sparse.coo_array((np.ones(len(pairs)), (one, other)), shape=(len(names), len(names))).tocsr()
    links = sparse.csr_array(upper + upper.T)
    diameters = np.array([float(sizes[name]) for name in names])
    share = min(1.0, (MANY / len(names)) ** 0.5)
    _, label = csgraph.connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    for nodes in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        own = diameters[nodes]
        room = own[:, None] + GAP + share * np.array([LABEL_WIDTH, LABEL_HEIGHT])
        yield Piece(nodes, links[nodes][:, nodes], own, room)


def _placed(piece: Piece) -> Floats:
    """Places for one component's nodes, in points: cliques and stars by their symmetry, all others by their stress."""
    count = len(piece.nodes)
    degrees = np.diff(piece.links.indptr)
    if piece.links.nnz == count * (count - 1):
        return _circle(piece, np.arange(count))
    if degrees.max() == count - 1 == piece.links.nnz / 2:
        return _circle(piece, np.delete(np.arange(count), degrees.argmax()))
    unit = _turned(stress_places(piece.links).round(6))
    places = _parted(piece, _roomy(piece, _scaled(piece, unit)))
    places[:, 1] *= max(1.0, _aspect(places) / max(ASPECT, _aspect(unit)))  # as far down as labels drew it across
    return places


def _circle(piece: Piece, around: Indices) -> Floats:
    """A clique's nodes, or a star's leaves about their hub, evenly in a circle, symmetric from left to right."""
    count = len(around)
    pitch = piece.room[around, 1].max()
    edge = max(EDGE, piece.room[:, 0].mean(), 2 * GAP + (piece.sizes[around].max() + piece.sizes.max()) / 2)
    radius = max(edge / (2 if count == len(piece.nodes) == 2 else 1), pitch / (2 * np.sin(np.pi / max(count, 2))))
    angle = 2 * np.pi * np.arange(count) / count - np.pi / 2 + (np.pi / count if count % 2 == 0 else 0)
    places = np.zeros((len(piece.nodes), 2))
    places[around] = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    return places


def _turned(places: Floats) -> Floats:
    """The places in their smallest rectangle, its longer side across, the heavier half to the left and above."""
    try:
        corners = places[ConvexHull(places).vertices]
    except QhullError:
        corners = places[np.lexsort(places.T)[[0, -1]]]
    sides = np.roll(corners, -1, axis=0) - corners
    angles = np.unique(np.arctan2(sides[:, 1], sides[:, 0]).round(9) % (np.pi / 2))
    areas = [round(float(np.prod(np.ptp(corners @ _rotation(angle), axis=0))), 6) for angle in angles]
    turned = places @ _rotation(float(angles[int(np.argmin(areas))]))
    turned = turned[:, ::-1] if _aspect(turned) < 1 else turned
    turned = turned - (turned.min(axis=0) + turned.max(axis=0)) / 2
    lean = turned.mean(axis=0).round(6)
    first = np.where(lean == 0, turned[0].round(6), lean)
    return np.asarray(turned * np.where(first > 0, -1, 1))


def _rotation(angle: float) -> Floats:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _aspect(places: Floats) -> float:
    width, height = np.ptp(places, axis=0)
    return float(width / max(height, 1e-9))


def _scaled(piece: Piece, unit: Floats) -> Floats:
    """The places in points: an edge as long as a network of this size asks for, more where the nodes need it.

    What they need is the room of all, or less where nearly all neighbours have enough, as on a long path.
    """
    places = unit * EDGE * min(1.0, (MANY / len(unit)) ** 0.25)
    crowded = float(np.quantile(_crowding(piece, places, _neighbours(places)), USUAL))
    filled = piece.room.prod(axis=1).sum() / max(FILLED * np.ptp(places, axis=0).prod(), 1e-9)
    return np.asarray(places * max(1.0, min(crowded, filled**0.5)))


def _roomy(piece: Piece, places: Floats) -> Floats:
    """PRISM: neighbours of the Delaunay triangulation move apart until no node stands in another's room, the shape kept.

    Gansner & Hu, "Efficient, proximity-preserving node overlap removal", 2010.
    """
    for _ in range(ROUNDS):
        pairs = _neighbours(places)
        crowded = _crowding(piece, places, pairs)
        if crowded.max() <= 1.001:
            pairs = _distinct(np.vstack([pairs, _close(piece, places)]), len(places))
            crowded = _crowding(piece, places, pairs)
            if crowded.max() <= 1.001:
                break
        apart = places[pairs[:, 0]] - places[pairs[:, 1]]
        wanted = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-3) * np.minimum(crowded, 1.5)
        places = majorise(Terms(pairs[:, 0], pairs[:, 1], wanted, wanted**-2), places, rounds=1)
    return places


def _neighbours(places: Floats) -> Indices:
    """The pairs (m x 2, the lower first) of the Delaunay triangulation; of points on one line, each and the next."""
    try:
        corners = Delaunay(places).simplices
        pairs = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    except QhullError:
        order = np.lexsort(places.T)
        pairs = np.column_stack([order[:-1], order[1:]])
    return _distinct(pairs.astype(np.intp), len(places))


def _distinct(pairs: Indices, count: int) -> Indices:
    low, high = pairs.min(axis=1).astype(np.intp), pairs.max(axis=1).astype(np.intp)
    return np.column_stack(np.divmod(np.unique(low * count + high), count))


def _close(piece: Piece, places: Floats) -> Indices:
    """All pairs near enough for their rooms to overlap."""
    reach = piece.room.max(axis=0)
    found: Indices = cKDTree(places / reach).query_pairs(1.0, p=np.inf, output_type="ndarray")
    return found


def _crowding(piece: Piece, places: Floats, pairs: Indices) -> Floats:
    """By how much each pair must draw apart for its rooms to part: 1 where they do already."""
    apart = np.abs(places[pairs[:, 0]] - places[pairs[:, 1]])
    reach = (piece.room[pairs[:, 0]] + piece.room[pairs[:, 1]]) / 2
    ratio: Floats = np.maximum((reach / np.maximum(apart, 1e-9)).min(axis=1), 1)
    return ratio


def _parted(piece: Piece, places: Floats) -> Floats:
    """The places with a gap between any two discs: those that touch push each other, and should that not end, all grow."""
    reach = piece.sizes.max() + GAP
    for round_ in range(10 * ROUNDS):
        pairs = cKDTree(places).query_pairs(reach, output_type="ndarray")
        apart = places[pairs[:, 0]] - places[pairs[:, 1]]
        length = np.hypot(apart[:, 0], apart[:, 1])
        missing = piece.sizes[pairs].mean(axis=1) + GAP - length
        if not (missing > 1e-6).any():
            break
        push = np.maximum(missing, 0)[:, None] * apart / np.maximum(length, 1e-9)[:, None] * 0.51
        places = places.copy()
        np.add.at(places, pairs[:, 0], push)
        np.add.at(places, pairs[:, 1], -push)
        places *= 1.01 if round_ > ROUNDS else 1
    return places


def _outline(piece: Piece, places: Floats) -> Floats:
    """The corners of the rectangles of all nodes' rooms (2n x 2)."""
    return np.vstack([places - piece.room / 2, places + piece.room / 2])
