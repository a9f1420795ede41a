"""Places for the nodes of a connected graph: as far apart on paper as they are in the graph, as nearly as a plane allows.

The stress of a map is the sum over pairs of weight * (length - distance)^2, weight = distance^-2, where distance counts
edges (Kamada & Kawai, "An algorithm for drawing general undirected graphs", 1989). It is lowered by majorization (Gansner,
Koren & North, "Graph drawing by stress majorization", 2004) from the places that PivotMDS gives (Brandes & Pich,
"Eigensolver methods for progressive multidimensional scaling of large data", 2007). In a large graph some nodes, the
landmarks, are placed by all pairs of their own, and each other node by its distance to all of these, as de Silva &
Tenenbaum ("Sparse multidimensional scaling using landmark points", 2004) do for classical scaling. Sparse stress (Ortmann,
Klimenta & Brandes, 2016), where pivots also follow the nodes that they place, was tried and gave two to three times the
stress on scale-free graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import LinearOperator, cg
from scipy.spatial.distance import cdist

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]

#: Up to so many nodes all pairs count; beyond, those with so many landmarks.
ALL_PAIRS, LANDMARKS = 1000, 500
#: How many nodes far from one another stand for all in PivotMDS.
PIVOTS = 50
#: Majorization ends after so many rounds, or when a round moves the nodes by less than this part of the map's extent.
ROUNDS, STILL = 200, 2e-4
#: Rounds for nodes among landmarks, each of which finds its place on its own.
FITTING = 30
#: A step goes beyond the minimum of the majorant, which about halves the rounds (de Leeuw & Heiser 1980: up to 2 is safe).
STEP = 1.7
#: Each node turns by the golden angle from the one before, so that nodes in one place part evenly.
GOLDEN_ANGLE = np.pi * (3 - 5**0.5)


@dataclass(frozen=True)
class Terms:
    """The pairs (`one`, `other`) that a stress counts, how far apart they want to be, and what each weighs."""

    one: Indices
    other: Indices
    distance: Floats
    weight: Floats


def stress_places(links: sparse.csr_array) -> Floats:
    """Places (n x 2) of low stress, an edge about 1 long, for a connected graph's symmetric adjacency matrix (n x n)."""
    start = _start(links)
    if links.shape[0] <= ALL_PAIRS:
        return _majorise_all(csgraph.dijkstra(links, unweighted=True), start)
    marks = _landmarks(links)
    hops = csgraph.dijkstra(links, unweighted=True, indices=marks)
    placed = _majorise_all(hops[:, marks], start[marks])
    places = _fitted(hops.T, placed, start - start[marks].mean(axis=0))
    places[marks] = placed
    return places + _parting(places)


def majorise(terms: Terms, places: Floats, rounds: int = ROUNDS) -> Floats:
    """The places after lowering the stress of some pairs; the graph of these pairs is connected."""
    apart = _incidence(terms, len(places))
    together = sparse.csr_array(apart.T)
    laplacian = sparse.csr_array(together @ sparse.diags_array(terms.weight) @ apart)
    diagonal = laplacian.diagonal()
    precondition = LinearOperator(laplacian.shape, matvec=lambda vector: vector / diagonal, dtype=np.float64)
    for _ in range(rounds):
        between = apart @ places
        length = np.maximum(np.sqrt(np.square(between).sum(axis=1)), 1e-9)
        pull = together @ (between * (terms.weight * terms.distance / length)[:, None])
        columns = zip(pull.T, places.T, strict=True)
        solved = [cg(laplacian, want, x0=now, rtol=1e-4, maxiter=50, M=precondition)[0] for want, now in columns]
        places, before = places + STEP * (np.column_stack(solved) - places), places
        if _still(before, places):
            break
    return np.asarray(places - places.mean(axis=0))


def _start(links: sparse.csr_array) -> Floats:
    """Places to begin from: a tree's branches side by side, so that none crosses another; for all others PivotMDS."""
    pivots, hops = _pivots(links, min(links.shape[0], PIVOTS))
    if links.nnz == 2 * (links.shape[0] - 1):
        places = _radial(links, int(hops.max(axis=1).argmin()))
        return places + _parting(places)
    return _pivot_scaling(pivots, hops)


def _radial(links: sparse.csr_array, root: int) -> Floats:
    """A tree round its root: each branch has a sector as wide as it has leaves (Eades, "Drawing free trees", 1992)."""
    order, parent = csgraph.breadth_first_order(links, root)
    leaves, first, depth = np.zeros((3, len(order)))
    for node in order[:0:-1]:
        leaves[node] = max(leaves[node], 1)
        leaves[parent[node]] += leaves[node]
    taken = np.zeros(len(order))
    for node in order[1:]:
        first[node] = taken[node] = taken[parent[node]]
        taken[parent[node]] += leaves[node]
        depth[node] = depth[parent[node]] + 1
    angle = 2 * np.pi * (first + leaves / 2) / leaves[root]
    return np.asarray(depth[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


def _pivots(links: sparse.csr_array, count: int) -> tuple[Indices, Floats]:
    """Nodes far from one another, the first that with most edges, and the distance of each node (row) to each of them."""
    pivots = [int(np.argmax(np.diff(links.indptr)))]
    columns = [_hops(links, pivots[0])]
    nearest = columns[0]
    while len(pivots) < count:
        pivots.append(int(np.argmax(nearest)))
        columns.append(_hops(links, pivots[-1]))
        nearest = np.minimum(nearest, columns[-1])
    return np.array(pivots), np.column_stack(columns)


def _hops(links: sparse.csr_array, source: int) -> Floats:
    return np.asarray(csgraph.dijkstra(links, unweighted=True, indices=[source])[0])


def _pivot_scaling(pivots: Indices, hops: Floats) -> Floats:
    """PivotMDS: the projection of the doubly centred squared distances on their two main directions, none in one place."""
    squares = hops**2
    centred = squares.mean(axis=1, keepdims=True) + squares.mean(axis=0, keepdims=True) - squares - squares.mean()
    _, vectors = linalg.eigh(centred.T @ centred)
    main = vectors[:, ::-1][:, :2]
    main = main * np.where(main[np.abs(main).argmax(axis=0), range(main.shape[1])] < 0, -1, 1)
    places = centred @ main
    lengths = cdist(places, places[pivots])
    scale = (lengths * hops).sum() / max((lengths**2).sum(), 1e-12)
    return np.asarray(places * scale + _parting(places * scale))


def _parting(places: Floats) -> Floats:
    """Small offsets for nodes that share a place, no two alike, which part them in all directions (Vogel 1979)."""
    _, group, counts = np.unique(places.round(3), axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(places))
    rank[order] = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    radius = 0.1 * np.sqrt(rank / counts[group])
    return np.column_stack([radius * np.cos(rank * GOLDEN_ANGLE), radius * np.sin(rank * GOLDEN_ANGLE)])


def _majorise_all(hops: Floats, places: Floats) -> Floats:
    """The places after lowering the stress of all pairs: one inverse of their Laplacian serves every round."""
    count = len(hops)
    closeness = 1 / np.where(hops > 0, hops, np.inf)
    laplacian = np.diag(np.square(closeness).sum(axis=1)) - np.square(closeness)
    inverse = linalg.inv(laplacian + 1 / count, overwrite_a=True)
    for _ in range(ROUNDS):
        pulled = _pulls(closeness, cdist(places, places)) @ np.column_stack([places, np.ones(count)])
        moved = inverse @ (pulled[:, 2:] * places - pulled[:, :2])
        places, before = places + STEP * (moved - places), places
        if _still(before, places):
            break
    return np.asarray(places - places.mean(axis=0))


def _landmarks(links: sparse.csr_array) -> Indices:
    """Nodes of all degrees, from the highest to the lowest at even steps."""
    by_degree = np.argsort(-np.diff(links.indptr), kind="stable")
    return np.asarray(by_degree[np.linspace(0, len(by_degree) - 1, LANDMARKS).round().astype(np.intp)])


def _fitted(hops: Floats, marks: Floats, places: Floats) -> Floats:
    """The places after lowering the stress of each node's pairs with the landmarks (hops: n x k), which stay."""
    closeness = 1 / np.where(hops > 0, hops, np.inf)
    weights = np.square(closeness)
    anchor, total = weights @ marks, weights.sum(axis=1)[:, None]
    for _ in range(FITTING):
        pulled = _pulls(closeness, cdist(places, marks)) @ np.column_stack([marks, np.ones(len(marks))])
        moved = (anchor + pulled[:, 2:] * places - pulled[:, :2]) / total
        places = places + STEP * (moved - places)
    return places


def _pulls(closeness: Floats, lengths: Floats) -> Floats:
    """Weight times distance over length, written over the lengths."""
    return np.divide(closeness, np.maximum(lengths, 1e-9, out=lengths), out=lengths)


def _incidence(terms: Terms, count: int) -> sparse.csr_array:
    """A row for each pair, which takes the place of the other from that of the one."""
    rows = np.repeat(np.arange(len(terms.one)), 2)
    columns = np.column_stack([terms.one, terms.other]).ravel()
    signs = np.tile([1.0, -1.0], len(terms.one))
    return sparse.csr_array((signs, (rows, columns)), shape=(len(terms.one), count))


def _still(before: Floats, after: Floats) -> bool:
    return bool(np.sqrt(np.square(after - before).mean()) < STILL * np.ptp(after, axis=0).max())
