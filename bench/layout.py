"""The layout beside networkx.spring_layout: time, stress and crossings on generated networks of several components.

Run `python bench/layout.py`; it prints a table in Markdown. Each layout runs in its own process, with a time limit.
"""

import json
import math
import random
import subprocess
import sys
import time

import networkx
import numpy as np
from scipy.sparse import csgraph

SEED, LIMIT_SECONDS = 1, 300
#: Above these, a sample of pairs of nodes, or of edges, with a fixed seed.
ALL_NODES, SAMPLED_SOURCES, ALL_EDGES = 2_000, 200, 3_000
#: nodes of the great component, edges that each of them brings
NETWORKS = {"1 000": (320, 3), "10 000": (1_600, 6), "100 000": (10_000, 10)}


def network(nodes, edges_each):
    """A scale-free component and a tail of small ones, a twentieth as many, as organisations make them."""
    parts = [networkx.powerlaw_cluster_graph(nodes, edges_each, 0.3, seed=SEED)]
    chosen = random.Random(SEED)
    for _ in range(nodes // 20):
        parts.append(networkx.star_graph(chosen.choice([1, 1, 1, 2, 2, 3, 5])))
    joined = networkx.disjoint_union_all(parts)
    return networkx.relabel_nodes(joined, {node: f"org/{node:06}" for node in joined})


def sizes(graph):
    """Diameters in points, by the root of the degree."""
    return {node: min(30.0, 6 + 3 * math.sqrt(degree)) for node, degree in graph.degree()}


def stress(graph, positions):
    """The normalised stress at the best scale: 0 is perfect; of pairs in different components nothing is asked.

    It is the mean over pairs of (scale * length / distance - 1)^2, the scale chosen to make it least (Gansner, Hu & North,
    "A maxent-stress model for graph layout", 2013); of large graphs, over the pairs of some nodes with all others.
    """
    nodes = sorted(graph)
    simple = networkx.Graph(graph)
    links = networkx.to_scipy_sparse_array(simple, nodelist=nodes, weight=None)
    places = np.array([positions[node] for node in nodes], dtype=float)
    draw = np.random.default_rng(SEED)
    sources = np.arange(len(nodes))
    if len(nodes) > ALL_NODES:
        sources = np.sort(draw.choice(len(nodes), SAMPLED_SOURCES, replace=False))
    ratios = [_ratios(links, places, source) for source in sources]
    ratio = np.concatenate(ratios) if ratios else np.zeros(0)
    if not np.square(ratio).sum():
        return 0.0
    scale = ratio.sum() / np.square(ratio).sum()
    return float(np.square(scale * ratio - 1).mean())


def _ratios(links, places, source):
    hops = csgraph.dijkstra(links, directed=False, unweighted=True, indices=source)
    known = np.isfinite(hops) & (hops > 0)
    return np.linalg.norm(places[known] - places[source], axis=1) / hops[known]


def crossings(graph, positions):
    """How many pairs of edges cross, estimated from a sample of edges where there are many."""
    edges = sorted({(min(edge), max(edge)) for edge in networkx.Graph(graph).edges() if edge[0] != edge[1]})
    ends = np.array([(positions[one], positions[other]) for one, other in edges]).reshape(-1, 2, 2)
    names = np.array(edges).reshape(-1, 2)
    chosen = np.arange(len(edges))
    if len(edges) > ALL_EDGES:
        chosen = np.random.default_rng(SEED).choice(len(edges), ALL_EDGES, replace=False)
    found = sum(int(_crossed(ends[edge], names[edge], ends[chosen], names[chosen]).sum()) for edge in chosen)
    return round(found / 2 * (len(edges) / max(len(chosen), 1)) ** 2)


def _crossed(edge, pair, others, pairs):
    """Which of the other edges cross this one; edges with a common end do not."""
    (a, b), c, d = edge, others[:, 0], others[:, 1]
    apart = ~np.isin(pairs, pair).any(axis=1)
    return apart & (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)


def _side(a, b, c):
    first, second = b - a, c - a
    return np.sign(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def laid_out(method, name):
    """The seconds that a method takes in this process for a network, and the positions it finds."""
    graph = network(*NETWORKS[name])
    if method == "ours":
        from movement_kg.draw.layout import layout

        start = time.perf_counter()
        positions = layout(graph, sizes(graph))
    else:
        start = time.perf_counter()
        positions = networkx.spring_layout(graph, seed=SEED)
    seconds = time.perf_counter() - start
    return seconds, {node: [float(x), float(y)] for node, (x, y) in positions.items()}


def measured(method, name):
    """(seconds, stress, crossings) of a method in a process of its own, None when it takes too long."""
    try:
        command = [sys.executable, __file__, method, name]
        done = subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    seconds, positions = json.loads(done.stdout)
    graph = network(*NETWORKS[name])
    return seconds, stress(graph, positions), crossings(graph, positions)


def row(name):
    """A line of the table: ours, spring's, and the ratio of each."""
    ours, spring = measured("ours", name), measured("spring", name)
    seconds, tension, crossed = ours
    if spring is None:
        return f"| {name} | {seconds:.2f} | over {LIMIT_SECONDS} | – | {tension:.3f} | – | – | {crossed} | – | – |"
    parts = [name]
    for mine, theirs, digits in zip(ours, spring, (2, 3, 0), strict=True):
        parts += [f"{mine:.{digits}f}", f"{theirs:.{digits}f}", f"{mine / theirs:.2f}"]
    return f"| {' | '.join(parts)} |"


def main():
    if len(sys.argv) == 3:
        print(json.dumps(laid_out(*sys.argv[1:])))
        return
    print("| edges | s | spring, s | ratio | stress | spring | ratio | crossings | spring | ratio |")
    print("| ---: " * 10 + "|")
    for name in NETWORKS:
        print(row(name), flush=True)


if __name__ == "__main__":
    main()
