"""Measures: each against values by hand or by another library, and the real network recomputed from the tables."""

from __future__ import annotations

import collections
import csv
import io
import itertools

import igraph
import networkx
import pytest
import rdflib.query
from lxml import etree, html

from movement_kg import assets, network
from movement_kg.errors import EngineError, RequestError
from movement_kg.network import MEASURES, backends
from movement_kg.network.measures import RANKINGS, ranking

BASE = "https://w3id.org/movement-kg/"


def made(pairs, weights=None):
    """A network by hand from pairs of names; parallel pairs are edges of different kinds."""
    graph = networkx.MultiDiGraph()
    for name in sorted({end for pair in pairs for end in pair}):
        graph.add_node(name, iri=f"{BASE}org/{name}", label=name.upper())
    for number, (source, target) in enumerate(pairs):
        weight = (weights or {}).get((source, target), 1)
        graph.add_edge(source, target, key=f"kind-{number}", kind=f"kind-{number}", weight=weight)
    return graph


PATH = made(["ab", "bc", "cd"])
STAR = made(["ma", "mb", "mc", "md"])
TRIANGLES = made(["ab", "bc", "ca", "cd", "de", "ef", "fd"])  # c and d are the bridge
ISLANDS = made(["ab", "bc", "ca", "xy"])
GRAPHS = {"path": PATH, "star": STAR, "triangles": TRIANGLES, "islands": ISLANDS}


def flat(graph):
    """The same edges as a plain graph, made without our own code."""
    return networkx.Graph([(source, target) for source, target in graph.edges()])


def values(graph, name, **options):
    """A measure of nodes: the name of each node in order, and its value."""
    answer = network.measure(graph, [name], **options)
    assert answer.columns == ["node", "name", name]
    return {row["node"].removeprefix(f"{BASE}org/"): row[name] for row in answer}


def table(graph, name):
    """A measure that makes a table, its IRIs short and without the columns of names, which are those of the nodes."""
    short = []
    for row in network.measure(graph, [name]):
        for node, label in (("node", "name"), ("other", "other_name")):
            assert node not in row or row.pop(label) == row[node].removeprefix(f"{BASE}org/").upper()
        short.append(
            tuple(cell.removeprefix(f"{BASE}org/") if isinstance(cell, str) else cell for cell in row.values())
        )
    return [column for column in network.measure(graph, [name]).columns if "name" not in column], short


def rounded(found):
    return {node: pytest.approx(value, abs=5e-7) for node, value in found.items()}


# Values by hand


@pytest.mark.parametrize(
    ("name", "graph", "found"),
    [
        ("degree", PATH, {"b": 2, "c": 2, "a": 1, "d": 1}),
        ("degree", STAR, {"m": 4, "a": 1, "b": 1, "c": 1, "d": 1}),
        ("degree", TRIANGLES, {"c": 3, "d": 3, "a": 2, "b": 2, "e": 2, "f": 2}),
        ("degree", made(["ab", "ba", "ab", "aa"]), {"a": 1, "b": 1}),
        ("strength", made(["ab", "ba", "bc"], {("a", "b"): 3}), {"b": 5, "a": 4, "c": 1}),
        ("betweenness", PATH, {"b": 0.666667, "c": 0.666667, "a": 0, "d": 0}),
        ("betweenness", STAR, {"m": 1, "a": 0, "b": 0, "c": 0, "d": 0}),
        ("betweenness", TRIANGLES, {"c": 0.6, "d": 0.6, "a": 0, "b": 0, "e": 0, "f": 0}),
        ("betweenness", ISLANDS, {"a": 0, "b": 0, "c": 0, "x": 0, "y": 0}),
        ("closeness", PATH, {"b": 0.75, "c": 0.75, "a": 0.5, "d": 0.5}),
        ("closeness", STAR, {"m": 1, "a": 0.571429, "b": 0.571429, "c": 0.571429, "d": 0.571429}),
        ("closeness", ISLANDS, {"a": 0.5, "b": 0.5, "c": 0.5, "x": 0.25, "y": 0.25}),
        ("eigenvector", ISLANDS, {"a": 0.57735, "b": 0.57735, "c": 0.57735, "x": 0, "y": 0}),
        ("eigenvector", STAR, {"m": 0.707107, "a": 0.353553, "b": 0.353553, "c": 0.353553, "d": 0.353553}),
        ("pagerank", ISLANDS, {"a": 0.2, "b": 0.2, "c": 0.2, "x": 0.2, "y": 0.2}),
        ("core", ISLANDS, {"a": 2, "b": 2, "c": 2, "x": 1, "y": 1}),
        ("core", TRIANGLES, {"a": 2, "b": 2, "c": 2, "d": 2, "e": 2, "f": 2}),
        ("constraint", STAR, {"m": 0.25, "a": 1, "b": 1, "c": 1, "d": 1}),
        ("constraint", made(["ab", "bc", "ca"]), {"a": 1.125, "b": 1.125, "c": 1.125}),
        ("articulation", PATH, {"b": True, "c": True, "a": False, "d": False}),
        ("articulation", TRIANGLES, {"c": True, "d": True, "a": False, "b": False, "e": False, "f": False}),
        ("component", ISLANDS, {"a": 1, "b": 1, "c": 1, "x": 2, "y": 2}),
        ("community", TRIANGLES, {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 2}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_measure_by_hand(name, graph, found):
    assert list(values(graph, name).items()) == [*found.items()]


def test_summary_by_hand():
    columns, rows = table(TRIANGLES, "summary")
    assert columns == ["figure", "value"]
    assert rows == [
        ("nodes", 6),
        ("edges", 7),
        ("joined pairs", 7),
        ("components", 1),
        ("nodes in the largest component", 6),
        ("density", 0.466667),
        ("mean degree", 2.333333),
        ("transitivity", 0.6),
        ("communities", 2),
        ("modularity", 0.357143),
        ("bridges", 1),
        ("articulation points", 2),
    ]


def test_summary_counts_edges_and_joined_pairs_apart():
    figures = dict(table(made(["ab", "ba", "bc"]), "summary")[1])
    assert (figures["edges"], figures["joined pairs"]) == (3, 2)


@pytest.mark.parametrize(
    ("name", "graph", "columns", "rows"),
    [
        ("components", ISLANDS, ["component", "size", "node"],
         [(1, 3, "a"), (1, 3, "b"), (1, 3, "c"), (2, 2, "x"), (2, 2, "y")]),
        ("communities", TRIANGLES, ["community", "size", "node"],
         [(1, 3, "a"), (1, 3, "b"), (1, 3, "c"), (2, 3, "d"), (2, 3, "e"), (2, 3, "f")]),
        ("bridges", TRIANGLES, ["node", "other"], [("c", "d")]),
        ("bridges", STAR, ["node", "other"], [("a", "m"), ("b", "m"), ("c", "m"), ("d", "m")]),
        ("brokers", STAR, ["node", "betweenness", "degree", "constraint", "pieces"], [("m", 1, 4, 0.25, 4)]),
        ("brokers", PATH, ["node", "betweenness", "degree", "constraint", "pieces"],
         [("b", 0.666667, 2, 0.5, 2), ("c", 0.666667, 2, 0.5, 2)]),
        ("brokers", ISLANDS, ["node", "betweenness", "degree", "constraint", "pieces"], []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_table_by_hand(name, graph, columns, rows):
    assert table(graph, name) == (columns, rows)


def test_growth_as_a_table():
    graph = made(["ab"])
    graph.nodes["a"]["begun_by"], graph.nodes["b"]["begun_by"] = "1990-01-01", "1991-06-01"
    graph.edges["a", "b", "kind-0"]["begun_by"] = "1990-12-31"
    assert table(graph, "growth") == (
        ["year", "nodes", "edges", "components", "largest", "undated_nodes", "undated_edges"],
        [(1990, 1, 0, 1, 1, 0, 0), (1991, 2, 1, 1, 2, 0, 0)],
    )


# Values by other libraries

BY_NETWORKX = {
    "degree": lambda g: dict(g.degree()),
    "strength": lambda g: dict(g.degree()),
    "betweenness": networkx.betweenness_centrality,
    "closeness": networkx.closeness_centrality,
    "pagerank": lambda g: networkx.pagerank(g, tol=1e-10, max_iter=1000),
    "core": networkx.core_number,
    "constraint": networkx.constraint,
    "articulation": lambda g: {node: node in set(networkx.articulation_points(g)) for node in g},
}
BY_IGRAPH = {
    "degree": lambda g: g.degree(),
    "strength": lambda g: g.degree(),
    "pagerank": lambda g: g.pagerank(),
    "core": lambda g: g.coreness(),
    "constraint": lambda g: g.constraint(),
    "articulation": lambda g: [place in g.articulation_points() for place in range(g.vcount())],
}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("name", BY_NETWORKX)
def test_measure_by_networkx(graph, name):
    assert values(graph, name) == rounded(BY_NETWORKX[name](flat(graph)))


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("name", BY_IGRAPH)
def test_measure_by_igraph(graph, name):
    """Within 2e-6, as networkx stops a walk at that."""
    nodes = sorted(graph)
    other = igraph.Graph(edges=[(nodes.index(source), nodes.index(target)) for source, target in graph.edges()])
    assert values(graph, name) == pytest.approx(dict(zip(nodes, BY_IGRAPH[name](other), strict=True)), abs=2e-6)


def test_eigenvector_by_networkx_on_the_largest_component():
    assert values(TRIANGLES, "eigenvector") == rounded(
        networkx.eigenvector_centrality(flat(TRIANGLES), max_iter=10_000, tol=1e-9)
    )


@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_what_is_left_without_the_node(seed):
    plain = networkx.relabel_nodes(networkx.gnp_random_graph(25, 0.09, seed=seed), lambda number: f"n{number:02}")
    graph = made([*plain.edges])
    whole = flat(graph)
    for node, _, degree, _, pieces in table(graph, "brokers")[1]:
        part = whole.subgraph(networkx.node_connected_component(whole, node) - {node})
        assert (degree, pieces) == (whole.degree(node), networkx.number_connected_components(part))
    assert len(table(graph, "brokers")[1]) == sum(map(bool, networkx.betweenness_centrality(whole).values()))


# Who counts: igraph, networkx, a backend

RANDOM = {
    "sparse": networkx.gnp_random_graph(40, 0.04, seed=1),
    "dense": networkx.gnp_random_graph(30, 0.4, seed=2),
    "scale-free": networkx.powerlaw_cluster_graph(60, 2, 0.4, seed=3),
    "tree": networkx.balanced_tree(3, 3),
    "pairs": networkx.disjoint_union_all([networkx.path_graph(2)] * 5),
    "alone": networkx.empty_graph(4),
    "one": networkx.empty_graph(1),
    "two": networkx.path_graph(2),
    "several": networkx.disjoint_union_all(
        [networkx.complete_graph(5), networkx.path_graph(6), networkx.empty_graph(2), networkx.star_graph(4)]
    ),
}


@pytest.mark.parametrize("graph", RANDOM.values(), ids=RANDOM)
@pytest.mark.parametrize("function", ["betweenness_centrality", "closeness_centrality"])
def test_igraph_and_networkx_agree(monkeypatch, graph, function):
    graph = networkx.relabel_nodes(graph, lambda number: f"n{number:02}")
    by_igraph = backends.call(function, graph, "", [])
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: False)
    by_networkx = backends.call(function, graph, "", [])
    assert by_igraph == pytest.approx(by_networkx, abs=1e-12)
    assert by_networkx == getattr(networkx, function)(graph)


def clear_communities():
    """Three groups of six in which all are joined, in a ring."""
    ring = networkx.relabel_nodes(networkx.ring_of_cliques(3, 6), lambda number: f"n{number:02}")
    return made([*ring.edges])


THREE = [(number // 6 + 1, 6, f"n{number:02}") for number in range(18)]


@pytest.mark.parametrize("with_igraph", [True, False])
def test_clear_communities_are_found_by_either_library(monkeypatch, with_igraph):
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: with_igraph)
    assert table(clear_communities(), "communities")[1] == THREE


@pytest.mark.parametrize("with_igraph", [True, False])
def test_communities_are_the_same_twice(monkeypatch, with_igraph):
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: with_igraph)
    graph = made([*networkx.relabel_nodes(networkx.gnp_random_graph(60, 0.08, seed=5), lambda n: f"n{n:02}").edges])
    first = values(graph, "community")
    assert values(graph, "community") == first
    assert len(set(first.values())) > 2


def test_communities_tell_their_method_and_modularity():
    notes = network.measure(clear_communities(), ["communities"]).notes
    assert notes == [
        "communities by igraph's Leiden method",
        "3 communities; modularity 0.6042",
        MEASURES["communities"].caveat,
    ]


def test_communities_count_weights():
    heavy = dict.fromkeys([("a", "b"), ("c", "d")], 9)
    square = made([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")], heavy)
    assert values(square, "community") == {"c": 2, "d": 2, "a": 1, "b": 1}


def test_large_network_is_sampled_and_says_so(monkeypatch):
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: False)
    monkeypatch.setattr(backends, "EXACT", 10)
    monkeypatch.setattr(backends, "SAMPLES", 3)
    answer = network.measure(TRIANGLES, ["betweenness"])
    assert answer.notes == [
        "betweenness is estimated from 3 of 6 nodes (seed 1), as exact figures would take very long; "
        "pip install 'movement-kg[fast]' makes them exact",
        MEASURES["betweenness"].caveat,
    ]
    sampled = networkx.betweenness_centrality(network.simple(TRIANGLES), k=3, seed=1)
    assert values(TRIANGLES, "betweenness") == rounded(sampled)


def test_samples_are_no_more_than_there_are_nodes(monkeypatch):
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: False)
    monkeypatch.setattr(backends, "EXACT", 10)
    assert values(TRIANGLES, "betweenness") == rounded(networkx.betweenness_centrality(flat(TRIANGLES)))


def test_small_network_is_not_sampled(monkeypatch):
    monkeypatch.setattr(backends, "igraph_is_installed", lambda: False)
    assert network.measure(TRIANGLES, ["betweenness"]).notes == [MEASURES["betweenness"].caveat]


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("name", ["pagerank", "eigenvector"])
def test_graphblas_agrees(graph, name):
    other = values(graph, name, backend="graphblas")
    assert other == {node: pytest.approx(value, abs=1e-6) for node, value in values(graph, name).items()}


@pytest.mark.parametrize("name", ["betweenness", "closeness", "pagerank", "core", "bridges", "summary"])
def test_networkx_may_be_asked_for_by_name(name):
    one, other = (network.measure(TRIANGLES, [name], backend=backend) for backend in ("", "networkx"))
    assert [*one] == [*other]


@pytest.mark.parametrize(
    ("name", "lacks"), [("betweenness", "betweenness_centrality"), ("brokers", "betweenness_centrality")]
)
def test_backend_that_lacks_a_measure_says_what_it_can_do(name, lacks):
    with pytest.raises(RequestError) as fault:
        network.measure(TRIANGLES, [name], backend="graphblas")
    said = str(fault.value)
    assert said.startswith(f"the backend 'graphblas' has no {lacks}")
    assert f"which {name} needs; it can do: eigenvector, pagerank" in said


def test_unknown_backend():
    with pytest.raises(
        RequestError, match="there is no backend 'grafblas'; did you mean 'graphblas'\\? \\(installed are "
    ):
        network.measure(TRIANGLES, ["pagerank"], backend="grafblas")


def test_backend_that_fails_is_named(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("of no use")

    broken.backends = {"graphblas"}
    monkeypatch.setattr(backends, "_function", lambda _: broken)
    with pytest.raises(EngineError, match="the backend 'graphblas' failed at pagerank: of no use"):
        network.measure(TRIANGLES, ["pagerank"], backend="graphblas")


# Requests


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["betweeness"], "there is no measure 'betweeness'; did you mean 'betweenness'? (there are degree, strength,"),
        (["xyz"], "there is no measure 'xyz' (there are degree,"),
        (["degree", "summary"], "summary makes a table of its own; ask for it alone"),
        (["bridges", "brokers"], "bridges makes a table of its own; ask for it alone"),
    ],
)
def test_wrong_measure_says_what_there_is(names, said):
    with pytest.raises(RequestError) as fault:
        network.measure(TRIANGLES, names)
    assert said in str(fault.value)


def test_several_measures_are_columns_and_the_first_one_orders():
    answer = network.measure(PATH, ["degree", "articulation", "degree"], top=3)
    assert [tuple(row.values()) for row in answer] == [
        (f"{BASE}org/b", "B", 2, True),
        (f"{BASE}org/c", "C", 2, True),
        (f"{BASE}org/a", "A", 1, False),
    ]
    assert answer.columns == ["node", "name", "degree", "articulation"]


@pytest.mark.parametrize("name", MEASURES)
def test_caveat_stands_in_the_notes(name):
    assert MEASURES[name].caveat in network.measure(TRIANGLES, [name]).notes


@pytest.mark.parametrize("name", MEASURES)
def test_measure_says_what_it_is(name):
    one = MEASURES[name]
    assert one.meaning.endswith((".", ")"))
    assert one.caveat.endswith(".")
    assert one.formula
    assert bool(one.values) != bool(one.table)


@pytest.mark.parametrize("name", RANKINGS)
def test_ranking_gives_each_node_a_number(name):
    found = ranking(TRIANGLES, name)
    assert found == pytest.approx(values(TRIANGLES, name))


@pytest.mark.parametrize("name", MEASURES)
def test_network_without_real_edges_has_measures_too(name):
    graph = made(["aa"])
    rows = [*network.measure(graph, [name])]
    assert len(rows) == {"summary": 12, "bridges": 0, "brokers": 0, "growth": 0}.get(name, 1)


def test_constraint_of_a_node_without_neighbours_is_no_number():
    (cell,) = [row[2] for row in network.measure(made(["aa"]), ["constraint"]).rows]
    assert cell is None or cell.datatype != "http://www.w3.org/2001/XMLSchema#decimal"


# Every form of a table


def answered():
    return network.measure(PATH, ["degree", "closeness", "articulation"])


#: The node, its name, degree, closeness and whether the network falls apart without it, as texts.
ROWS = [
    (f"{BASE}org/b", "B", "2", "0.75", "true"),
    (f"{BASE}org/c", "C", "2", "0.75", "true"),
    (f"{BASE}org/a", "A", "1", "0.5", "false"),
    (f"{BASE}org/d", "D", "1", "0.5", "false"),
]
COLUMNS = ["node", "name", "degree", "closeness", "articulation"]


def written(form):
    return b"".join(answered().written(form))


@pytest.mark.parametrize("form", ["json", "xml", "tsv"])
def test_results_are_read_by_rdflib(form):
    found = rdflib.query.Result.parse(io.BytesIO(written(form)), format=form)
    assert [str(name) for name in found.vars] == COLUMNS
    assert [tuple(map(str, row)) for row in found] == ROWS
    assert [term.toPython() for term in next(iter(found))[2:]] == [2, pytest.approx(0.75), True]


def test_csv_is_read_by_the_csv_module():
    assert [*csv.reader(io.StringIO(written("csv").decode()))] == [COLUMNS, *map(list, ROWS)]


def test_xml_is_read_by_lxml():
    root = etree.fromstring(written("xml"))
    spaces = {"s": "http://www.w3.org/2005/sparql-results#"}
    assert root.xpath("//s:head/s:variable/@name", namespaces=spaces) == COLUMNS
    assert root.xpath("//s:result[1]//text()[normalize-space()]", namespaces=spaces) == list(ROWS[0])


def test_html_is_read_by_lxml():
    (found, *notes) = html.fragments_fromstring(b"".join(answered().html()).decode())
    assert [cell.text for cell in found.iter("th")] == COLUMNS
    assert [cell.text for cell in found.iter("td")][:5] == ["org/b", "B", "2", "0.75", "true"]
    assert [note.text for note in notes] == [*answered().notes]


def test_table_is_text():
    lines = b"".join(answered().table(200)).decode().splitlines()
    assert lines[0].split() == COLUMNS
    assert [line.split() for line in lines[2:6]] == [
        ["org/b", "B", "2", "0.75", "true"],
        ["org/c", "C", "2", "0.75", "true"],
        ["org/a", "A", "1", "0.5", "false"],
        ["org/d", "D", "1", "0.5", "false"],
    ]
    assert lines[6:] == ["(4 rows)", *(f"Note: {note}" for note in answered().notes)]


# The real network, recomputed from the tables and by networkx alone


def relations(table, *columns):
    """The relations of a table, rows with the same id merged: for each column its values, and whether any row says so.

    `said` tells whether any row of the relation is more than implied.
    """
    found = {}
    with (assets.data() / table).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = found.setdefault(row["id"], {"said": False} | {column: {} for column in columns})
            is_said = row["certainty"] != "implied"
            one["said"] |= is_said
            for column in columns:
                if row[column]:
                    one[column][row[column]] = one[column].get(row[column], False) or is_said
    return found.values()


def is_person(thing):
    return thing.startswith("person/")


def is_organisation(thing):
    return thing.startswith("org/")


def prefixed(head, values):
    return {head + key: said for key, said in values.items()}


def joined(table, tail, head, kind):
    """From and to of each tie that a table's relations make, those left out that are only implied of a person."""
    is_membership = table == "memberships.csv"
    for one in relations(table, tail, head, kind, "on_behalf_of"):
        behalf = prefixed("org/", one["on_behalf_of"])
        tails = prefixed("person/" if is_membership else "", one[tail])
        heads = prefixed("org/" if is_membership else "", one[head])
        if any(map(is_person, [*tails, *heads])) and not one["said"]:
            continue
        ties = [*itertools.product([*tails.items(), *behalf.items()], heads.items(), one[kind].items())]
        ties += itertools.product(tails.items(), behalf.items())
        for (source, _), (target, _), *_ in (tie for tie in ties if all(said for _, said in tie) or not of_person(tie)):
            if source != target:
                yield source, target


def of_person(tie):
    return any(is_person(end) for end, _ in tie[:2])


def sharing(pairs):
    """The pairs of organisations that are joined to the same thing, from (organisation, thing)."""
    groups = collections.defaultdict(set)
    for one, shared in pairs:
        if is_organisation(one):
            groups[shared].add(one)
    return {pair for group in groups.values() for pair in itertools.combinations(sorted(group), 2)}


def organisation_pairs():
    """The pairs of organisations that the tables join, by a stated link or by what they share."""
    links = {*joined("links.csv", "from", "to", "kind")}
    members = {*joined("memberships.csv", "person", "organisation", "role")}
    parts = {*joined("participations.csv", "agent", "event", "role")}
    works = {*joined("contributions.csv", "agent", "publication", "role")}
    parts |= {*organisers()}
    acts = {(person, org) for person, org in members | parts | works if is_person(person) and is_organisation(org)}
    stated = {tuple(sorted(pair)) for pair in links if all(map(is_organisation, pair))}
    return stated | sharing((org, person) for person, org in acts) | sharing(parts) | sharing(works)


def organisers():
    """Who organised which event."""
    with (assets.data() / "events.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["organiser"] and (row["certainty"] != "implied" or not is_person(row["organiser"])):
                yield row["organiser"], row["id"]


@pytest.fixture(scope="module")
def recomputed():
    graph = networkx.Graph()
    graph.add_edges_from(organisation_pairs())
    return graph


def test_no_decision_or_withdrawal_stands_between_the_tables_and_the_network():
    for name in ("resolutions.csv", "withdrawals.csv"):  # the recomputation knows neither
        with (assets.data() / name).open(encoding="utf-8", newline="") as file:
            assert [*csv.DictReader(file)] == []


def test_pairs_of_organisations_are_those_of_the_tables(shipped, recomputed):
    found = {tuple(sorted(pair)) for pair in shipped.network("organisations").edges()}
    assert found == {tuple(sorted(pair)) for pair in recomputed.edges}
    assert len(found) > 50


def test_components_are_those_of_the_tables(shipped, recomputed):
    figures = {row["figure"]: row["value"] for row in shipped.network("organisations").measure()}
    parts = [*networkx.connected_components(recomputed)]
    assert figures["nodes"] == len(recomputed)
    assert figures["joined pairs"] == recomputed.number_of_edges()
    assert figures["components"] == len(parts)
    assert figures["nodes in the largest component"] == max(map(len, parts))


def test_brokers_are_those_of_the_tables(shipped, recomputed):
    between = networkx.betweenness_centrality(recomputed)
    first = sorted(between, key=lambda node: (-round(between[node], 6), node))[:5]
    found = shipped.network("organisations").measure("brokers", top=5)
    assert [(row["node"].removeprefix(BASE), row["betweenness"]) for row in found] == [
        (node, pytest.approx(between[node], abs=5e-7)) for node in first
    ]
    assert [row["degree"] for row in found] == [recomputed.degree(node) for node in first]


def test_graphblas_agrees_on_the_real_network(shipped):
    found = shipped.network("organisations")
    assert values(found, "pagerank", backend="graphblas") == pytest.approx(values(found, "pagerank"), abs=2e-6)


def test_organisations_without_edges_are_those_of_the_tables(shipped, recomputed):
    with (assets.data() / "organisations.csv").open(encoding="utf-8", newline="") as file:
        every = {f"org/{row['id']}" for row in csv.DictReader(file)}
    assert shipped.network("organisations").graph["isolates"] == len(every - set(recomputed))
