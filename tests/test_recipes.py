"""The recipes of docs/recipes: heavy work shared out to workers gives what one process gives."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import networkx
import pyoxigraph
import pytest

from movement_kg import assets, shapes
from movement_kg.network.simple import simple

RECIPES = Path(__file__).resolve().parents[1] / "docs" / "recipes"
WORKERS = 3
#: Three shapes that the shipped graph does not keep to, and one that it does; all named, as blank labels differ at each reading.
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix mk: <https://w3id.org/movement-kg/ontology/> . @prefix ex: <https://example.org/> .
ex:founded a sh:NodeShape ; sh:targetClass org:Organization ; sh:property ex:founding .
ex:founding sh:path mk:founded ; sh:minCount 1 ; sh:message "has no founding" .
ex:named a sh:NodeShape ; sh:targetClass foaf:Person ; sh:property ex:name .
ex:name sh:path skos:prefLabel ; sh:maxLength 5 ; sh:message "has a long name" .
ex:closed a sh:NodeShape ; sh:targetClass mk:Provision ; sh:closed true ; sh:message "says too much" .
ex:labelled a sh:NodeShape ; sh:targetClass org:Organization ; sh:property ex:label .
ex:label sh:path skos:prefLabel ; sh:minCount 1 .
"""


@pytest.fixture(scope="module")
def client():
    """Worker processes on loopback, as a cluster would have them on other machines."""
    try:
        import distributed
    except ImportError:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Dask is not installed (PyPI: distributed)")
    where = {"host": "127.0.0.1", "dashboard_address": None, "worker_dashboard_address": None}
    with (
        distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, **where) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(WORKERS)
        for name in ("betweenness_dask.py", "validation_dask.py"):
            client.upload_file(str(RECIPES / name))
        yield client


def recipe(name: str):
    """A recipe as a module, under the name that the workers know."""
    spec = importlib.util.spec_from_file_location(name, RECIPES / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(one: dict[str, float], other: dict[str, float]) -> bool:
    """Equal but for the order in which fractions were added."""
    return one.keys() == other.keys() and all(one[node] == pytest.approx(other[node], rel=1e-12) for node in one)


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_betweenness_of_the_shipped_network(client, shipped, batch):
    graph = simple(shipped.network("organisations"))
    found = recipe("betweenness_dask").betweenness(client, graph, batch)
    assert same(found, networkx.betweenness_centrality(graph))
    assert max(found.values()) > 0.05


@pytest.mark.parametrize(
    "graph",
    [
        networkx.path_graph(2),
        networkx.star_graph(5),
        networkx.disjoint_union(networkx.cycle_graph(5), networkx.path_graph(4)),
        networkx.barabasi_albert_graph(120, 2, seed=1),
    ],
    ids=["two", "star", "pieces", "heavy-tailed"],
)
def test_betweenness_of_other_graphs(client, graph):
    found = recipe("betweenness_dask").betweenness(client, graph, 10)
    assert same(found, networkx.betweenness_centrality(graph))


def test_batches_reach_every_worker(client):
    from distributed import get_task_stream

    with get_task_stream(client) as tasks:
        recipe("betweenness_dask").betweenness(client, networkx.barabasi_albert_graph(600, 3, seed=2), 10)
    assert {task["worker"] for task in tasks.data} == set(client.scheduler_info()["workers"])


def test_validation(client, shipped, tmp_path):
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES, "utf-8")
    store = shipped.build.store.resolve()
    found = recipe("validation_dask").validate(client, store, path)
    assert found == shapes.validate(pyoxigraph.Store.read_only(str(store)), path)
    assert {result.message for result in found} == {"has no founding", "has a long name", "says too much"}


def test_validation_by_the_shapes_of_the_project(client, shipped):
    store, path = shipped.build.store.resolve(), assets.ontology() / "shapes.ttl"
    found = recipe("validation_dask").validate(client, store, path)
    assert found == shapes.validate(pyoxigraph.Store.read_only(str(store)), path)
