"""The layout: discs apart, components apart and close, known shapes as one draws them, and the same on every run."""

import itertools
import json
import math
import random
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movement_kg.draw.layout import layout
from movement_kg.draw.packing import pack

BENCH = spec_from_file_location("bench_layout", Path(__file__).parents[1] / "bench" / "layout.py")
bench = module_from_spec(BENCH)
BENCH.loader.exec_module(bench)


def named(graph):
    """The graph with names such as n007 for 7."""
    return networkx.relabel_nodes(graph, {node: f"n{number:03}" for number, node in enumerate(graph)})


def several():
    """A scale-free component of 60 nodes and small ones of all sorts."""
    parts = [networkx.powerlaw_cluster_graph(60, 2, 0.4, seed=3), networkx.complete_graph(4), networkx.empty_graph(3)]
    parts += (
        [networkx.path_graph(2)] * 8 + [networkx.path_graph(3)] * 3 + [networkx.star_graph(6), networkx.cycle_graph(5)]
    )
    return named(networkx.disjoint_union_all(parts))


GRAPHS = {
    "star": networkx.star_graph(40),
    "ring": networkx.cycle_graph(20),
    "path": networkx.path_graph(12),
    "clique": networkx.complete_graph(9),
    "tree": networkx.balanced_tree(3, 3),
    "grid": networkx.convert_node_labels_to_integers(networkx.grid_2d_graph(6, 7)),
    "bridge": networkx.barbell_graph(8, 0),
    "dense": networkx.gnp_random_graph(60, 0.5, seed=1),
    "scale-free": networkx.powerlaw_cluster_graph(120, 2, 0.4, seed=2),
    "large": networkx.powerlaw_cluster_graph(1_100, 2, 0.4, seed=2),
    "large tree": networkx.barabasi_albert_graph(1_050, 1, seed=2),
    "pairs": networkx.disjoint_union_all([networkx.path_graph(2)] * 60),
    "alone": networkx.empty_graph(30),
    "several": several(),
}


def sizes(graph):
    return {node: min(30.0, 6 + 3 * math.sqrt(degree)) for node, degree in graph.degree()}


def placed(graph):
    return layout(graph, sizes(graph))


def boxes(graph, positions):
    """The rectangle (left, top, right, low) of each component's discs, that of most nodes first."""
    radius = {node: size / 2 for node, size in sizes(graph).items()}
    found = []
    for nodes in sorted(networkx.connected_components(graph), key=len, reverse=True):
        x = [(positions[node][0] - radius[node], positions[node][0] + radius[node]) for node in nodes]
        y = [(positions[node][1] - radius[node], positions[node][1] + radius[node]) for node in nodes]
        found.append((min(x)[0], min(y)[0], max(right for _, right in x), max(low for _, low in y)))
    return found


def extent(rectangles):
    left, top, right, low = zip(*rectangles, strict=True)
    return max(right) - min(left), max(low) - min(top)


def gap(one, other):
    return max(other[0] - one[2], one[0] - other[2], other[1] - one[3], one[1] - other[3])


@pytest.mark.parametrize("name", GRAPHS)
def test_discs_stand_apart_and_inside_the_page(name):
    graph = named(GRAPHS[name])
    positions, radius = placed(graph), {node: size / 2 for node, size in sizes(graph).items()}
    assert sorted(positions) == sorted(graph)
    centres = np.array([positions[node] for node in graph])
    radii = np.array([radius[node] for node in graph])
    apart = np.linalg.norm(centres[:, None] - centres, axis=2) - radii[:, None] - radii
    assert apart[~np.eye(len(centres), dtype=bool)].min() > 3
    assert np.abs((centres - radii[:, None]).min(axis=0)).max() < 0.1
    assert all(round(value, 1) == value for place in positions.values() for value in place)


@pytest.mark.parametrize("name", ["several", "pairs", "alone"])
def test_components_stand_apart_and_together(name):
    graph = named(GRAPHS[name])
    rectangles = boxes(graph, placed(graph))
    for number, one in enumerate(rectangles):
        gaps = [gap(one, other) for other in rectangles[:number] + rectangles[number + 1 :]]
        assert min(gaps) >= 20
        assert min(gaps) <= 80, "an island"
    width, height = extent(rectangles)
    padded = sum((right - left + 80) * (low - top + 40) for left, top, right, low in rectangles)
    assert padded > 0.6 * width * height


@pytest.mark.parametrize("name", ["several", "pairs", "alone", "scale-free", "dense", "large"])
def test_the_page_is_nearly_an_a4_in_landscape(name):
    graph = named(GRAPHS[name])
    width, height = extent(boxes(graph, placed(graph)))
    assert 1.1 < width / height < 1.8


@pytest.mark.parametrize("name", ["star", "grid", "scale-free", "several", "large"])
def test_the_order_of_nodes_and_edges_makes_no_difference(name):
    graph = named(GRAPHS[name])
    nodes, edges = list(graph), [edge[:: random.Random(1).choice([1, -1])] for edge in graph.edges()]
    random.Random(2).shuffle(nodes)
    random.Random(3).shuffle(edges)
    other = networkx.MultiDiGraph()
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)
    assert layout(other, sizes(graph)) == placed(graph) == placed(graph)


def test_another_process_with_another_hash_seed_finds_the_same_places():
    code = (
        "import json, sys, networkx; from movement_kg.draw.layout import layout;"
        "graph = networkx.Graph([edge for edge in set(map(tuple, json.load(sys.stdin)))]);"
        "print(json.dumps(layout(graph, dict.fromkeys(graph, 9.0))))"
    )
    graph = named(networkx.powerlaw_cluster_graph(150, 2, 0.4, seed=5))
    found = []
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        edges = json.dumps(list(graph.edges()))
        done = subprocess.run(
            [sys.executable, "-c", code], input=edges, env=environment, check=True, capture_output=True, text=True
        )
        found.append(json.loads(done.stdout))
    assert (
        found[0] == found[1] == {node: list(place) for node, place in layout(graph, dict.fromkeys(graph, 9.0)).items()}
    )


def test_leaves_stand_evenly_round_their_hub():
    positions = placed(named(networkx.star_graph(40)))
    hub = positions.pop("n000")
    angles = sorted(math.atan2(y - hub[1], x - hub[0]) for x, y in positions.values())
    steps = np.diff([*angles, angles[0] + 2 * math.pi])
    assert steps == pytest.approx(2 * math.pi / 40, rel=0.05)
    assert np.ptp([math.dist(hub, place) for place in positions.values()]) < 1


def test_a_path_is_straight_and_lies_across():
    positions = placed(named(networkx.path_graph(12)))
    x, y = np.array(sorted(positions.values())).T
    assert np.ptp(y) < 0.02 * np.ptp(x)
    assert sorted(positions, key=positions.get) in (sorted(positions), sorted(positions, reverse=True))
    assert np.diff(x) == pytest.approx(np.diff(x).mean(), rel=0.05)


def test_a_ring_is_round_and_a_clique_has_no_node_in_another_pairs_way():
    for graph in (networkx.cycle_graph(20), networkx.complete_graph(9)):
        places = np.array(list(placed(named(graph)).values()))
        radii = np.linalg.norm(places - places.mean(axis=0), axis=1)
        assert radii == pytest.approx(radii.mean(), rel=0.05)


@pytest.mark.parametrize("name", ["tree", "path", "star", "ring", "grid"])
def test_planar_shapes_have_no_crossing(name):
    graph = named(GRAPHS[name])
    assert bench.crossings(graph, placed(graph)) == 0


@pytest.mark.parametrize("name", ["tree", "ring", "grid", "bridge", "dense", "scale-free", "several"])
def test_stress_is_at_most_that_of_a_spring_layout(name):
    graph = named(GRAPHS[name])
    assert bench.stress(graph, placed(graph)) <= bench.stress(graph, networkx.spring_layout(graph, seed=1))


def test_no_node_one_node_two_nodes():
    assert layout(networkx.Graph(), {}) == {}
    alone = networkx.Graph()
    alone.add_node("a")
    assert layout(alone, {"a": 10.0}) == {"a": (5.0, 5.0)}
    (x, y), (far, level) = layout(networkx.Graph([("a", "b")]), {"a": 10.0, "b": 10.0}).values()
    assert y == level == 5.0
    assert abs(far - x) >= 60


def test_loops_and_parallel_edges_make_no_difference():
    plain = named(networkx.balanced_tree(2, 3))
    many = networkx.MultiDiGraph(
        [*plain.edges(), *plain.edges(), *((b, a) for a, b in plain.edges()), ("n000", "n000")]
    )
    assert layout(many, sizes(plain)) == placed(plain)
    loop = networkx.MultiDiGraph([("a", "a")])
    assert layout(loop, {"a": 8.0}) == {"a": (4.0, 4.0)}


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(st.floats(0.5, 120), min_size=1, max_size=14),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=40),
)
def test_places_are_finite_and_apart_for_any_graph_and_sizes(diameters, pairs):
    graph = networkx.empty_graph(len(diameters))
    graph.add_edges_from((one % len(diameters), other % len(diameters)) for one, other in pairs)
    graph = named(graph)
    wide = dict(zip(graph, diameters, strict=True))
    positions = layout(graph, wide)
    assert all(math.isfinite(value) for place in positions.values() for value in place)
    assert all(value >= wide[node] / 2 - 0.1 for node, place in positions.items() for value in place)
    for one, other in itertools.combinations(graph, 2):
        assert math.dist(positions[one], positions[other]) > (wide[one] + wide[other]) / 2 + 3


@given(st.lists(st.tuples(st.floats(1, 500), st.floats(1, 500)), max_size=25))
def test_no_box_lies_over_another(sides):
    corners = pack(sides, 1.41)
    placed_boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sides, strict=True)]
    gaps = [gap(one, other) for number, one in enumerate(placed_boxes) for other in placed_boxes[:number]]
    assert min(gaps, default=0) >= -1e-6


def test_the_measures_know_a_perfect_map_and_a_cross():
    square = networkx.cycle_graph(4)
    assert bench.crossings(square, {0: (0, 0), 1: (1, 1), 2: (1, 0), 3: (0, 1)}) == 1
    assert bench.crossings(square, {0: (0, 0), 1: (1, 0), 2: (1, 1), 3: (0, 1)}) == 0
    assert bench.stress(networkx.path_graph(3), {0: (0, 0), 1: (7, 0), 2: (14, 0)}) == pytest.approx(0)
    assert bench.stress(networkx.path_graph(3), {0: (0, 0), 1: (7, 0), 2: (0, 0)}) > 0.1
