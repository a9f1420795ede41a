"""Files for other programs, each opened by a tool that is not ours."""

import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import igraph
import networkx
import pandas
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from movement_kg.draw.drawing import Drawing
from movement_kg.draw.files import WRITERS, csv_tables
from movement_kg.draw.files.records import clean
from movement_kg.draw.look import EDGES

HERE = Path(__file__).parent / "gexf"
G = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"

ABOUT = {
    "projection": "everything",
    "title": "All & <sundry>",
    "filters": {"until": "1999", "country": "dk"},
    "version": "2025-09-30",
    "content": "0123abcd",
    "sources": {"900": "A page about the River Lamp Union", "000": 'The "Lantern"'},
    "passages": {
        "000-3": {"source": "000", "locator": "Episode 3, paragraph 2"},
        "900-2": {"source": "900", "locator": "paragraph 2"},
        "900-5": {"source": "900", "locator": "paragraph 5"},
    },
    "countries": {"dk": "Denmark", "no": "Norway"},
    "isolates": 2,
    "caveats": ["What no source tells is not here.", "A tie is not a friendship."],
}
#: Name: label, kind, and what else is known; x grows, y too, by ten points a node.
NODES = {
    "country/denmark": ('=HYPERLINK("http://x","y")', "country", {"countries": ["dk"]}),
    "event/night-meeting": ("Line\x00 one\r\n\tline\u2028two\x85three", "event", {"start": "1996-05-01", "end": "1996-05-02"}),
    "org/lamp-union": ('R&D "Lamp" <Union> \\N \\', "organisation",
                       {"short": "@LU", "type": "user organisation", "countries": ["dk", "no"], "start": "1994-01-01"}),
    "person/mira": ("-Мира 李 مریم 👩🏽‍🚀 \ud800\uffff", "person", {}),
    "publication/lantern": ("The Lantern &lt;&amp;", "publication", {"end": "1999-12-31"}),
    "something/new": ("", "unheard-of", {}),
}  # fmt: skip
#: From, kind, to, group, directed, and what else is known.
LINKS = [
    ("org/lamp-union", "publisher", "publication/lantern", "link", True, {"citations": ["000-3", "900-2", "900-5"]}),
    ("person/mira", "member", "org/lamp-union", "membership", True, {"start": "1995-01-01", "end": "1996-12-31"}),
    ("person/mira", "leader", "org/lamp-union", "membership", True, {"disputed": True, "weight": 2}),
    ("person/mira", "participant", "event/night-meeting", "participation", True, {}),
    ("person/mira", "author", "publication/lantern", "contribution", True, {}),
    ("person/mira", "on-behalf-of", "org/lamp-union", "on-behalf-of", True, {"start": "1996-05-01"}),
    ("event/night-meeting", "shared-people", "org/lamp-union", "shared-people", False,
     {"certainty": "implied", "weight": 4, "via": ["Mira", 'Tomas "Tom" \\ Quill']}),
    ("event/night-meeting", "shared-organisations", "person/mira", "shared-organisations", False, {"certainty": "implied"}),
    ("org/lamp-union", "shared-events", "person/mira", "shared-events", False, {"certainty": "implied"}),
    ("org/lamp-union", "shared-publications", "person/mira", "shared-publications", False, {"certainty": "implied"}),
    ("publication/lantern", "mention", "org/lamp-union", "mention", True, {}),
    ("org/lamp-union", "country", "country/denmark", "property", True, {"certainty": "implied"}),
    ("org/lamp-union", "self", "org/lamp-union", "link", True, {}),
]  # fmt: skip


def drawing(nodes=tuple(NODES), links=tuple(LINKS), labels=None, order=None):
    """A drawing of these nodes and links, put together in a random order if a random number generator is given."""
    nodes, links = list(nodes), list(links)
    if order:
        order.shuffle(nodes)
        order.shuffle(links)
    graph = networkx.MultiDiGraph(**ABOUT)
    for name in nodes:
        label, kind, more = NODES[name]
        known = {"short": "", "type": "", "countries": [], **more}
        graph.add_node(name, iri=f"https://kg/{name}", label=(labels or {}).get(name, label), kind=kind, **known)
    for source, kind, target, group, directed, more in links:
        known = {"weight": 1, "certainty": "explicit", "disputed": False, "via": [], "citations": ["900-2"], **more}
        graph.add_edge(source, target, key=kind, kind=kind, label=f"{kind} of", group=group, directed=directed, **known)
    place = {name: 10.0 * number for number, name in enumerate(NODES)}
    return Drawing(graph, {name: (place[name], 2 * place[name]) for name in nodes}, dict.fromkeys(nodes, 18.004))


MIXED = drawing()
DIRECTED = drawing(links=[link for link in LINKS if link[4]])
UNDIRECTED = drawing(links=[link for link in LINKS if not link[4]])
UNDATED = drawing(["person/mira", "country/denmark"], [])
ONE = drawing(["org/lamp-union"], [])
EMPTY = drawing([], [])
WORLDS = {
    "mixed": MIXED,
    "directed": DIRECTED,
    "undirected": UNDIRECTED,
    "undated": UNDATED,
    "one": ONE,
    "empty": EMPTY,
}
LABELS = {
    "country/denmark": '=HYPERLINK("http://x","y")',
    "event/night-meeting": "Line one line two three",
    "org/lamp-union": 'R&D "Lamp" <Union> \\N \\',
    "person/mira": "-Мира 李 مریم 👩🏽‍🚀",
    "publication/lantern": "The Lantern &lt;&amp;",
    "something/new": "",
}

worlds = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


def written(form, world):
    return b"".join(WRITERS[form](world))


def tables(world):
    return {name: data.decode("utf-8-sig") for name, data in csv_tables(world)}


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def gexf(world):
    return etree.fromstring(written("gexf", world))


def read_gexf(data):
    return networkx.read_gexf(io.BytesIO(data))


def columns(element):
    return {value.get("for"): value.get("value") for value in element.iter(f"{G}attvalue")}


def run_dot(data, *options):
    program = shutil.which("dot")
    if not program:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Graphviz is not installed: no dot")
    done = subprocess.run([program, "-Kneato", "-n2", *options], input=data, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout


# Every format


def test_the_drawing_has_every_group_of_edges():
    assert {link[3] for link in LINKS} == set(EDGES)


@pytest.mark.parametrize("form", WRITERS)
@worlds
def test_equal_drawings_give_equal_bytes(form, world):
    links = [link for link in LINKS if world.graph.has_edge(link[0], link[2], link[1])]
    for seed in range(5):
        shuffled = drawing(world.graph, links, order=random.Random(seed))
        assert written(form, shuffled) == written(form, world)
        assert dict(csv_tables(shuffled)) == dict(csv_tables(world))


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_keeps_sources_and_what_is_said_of_the_whole(form):
    text = written(form, MIXED).decode().replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    for told in (
        "900: A page about the River Lamp Union",
        "000: Episode 3, paragraph 2",
        "A tie is not a friendship.",
        "until: 1999",
        "All & <sundry>",
        "2025-09-30",
        "0123abcd",
        "everything",
    ):
        assert told in text, told


def test_an_edge_has_one_id_in_all_formats():
    ids = {edge["Id"] for edge in rows(tables(MIXED)["edges"])}
    assert len(ids) == len(LINKS)
    assert all(re.fullmatch("e[0-9a-f]{12}", name) for name in ids)
    assert {edge.get("id") for edge in gexf(MIXED).iter(f"{G}edge")} == ids
    graph = networkx.read_graphml(io.BytesIO(written("graphml", MIXED)))
    assert {edge["id"] for *_, edge in graph.edges(data=True)} == ids
    assert {edge["id"] for edge in json.loads(written("node-link", MIXED))["edges"]} == ids
    assert {edge["data"]["id"] for edge in json.loads(written("cytoscape", MIXED))["elements"]["edges"]} == ids
    assert set(re.findall(r'\bid="(\w+)"', written("dot", MIXED).decode())) == ids


# GEXF


@worlds
def test_gexf_is_as_the_primer_has_it(world):
    etree.RelaxNG(etree.parse(HERE / "gexf.rng")).assertValid(gexf(world))


def test_gexf_is_mixed_and_dynamic_where_the_network_is():
    graphs = {name: dict(gexf(world).find(f"{G}graph").attrib) for name, world in WORLDS.items()}
    dynamic = {"mode": "dynamic", "timeformat": "date"}
    assert graphs["mixed"] == graphs["directed"] == {**dynamic, "defaultedgetype": "directed"}
    assert graphs["undirected"] == {**dynamic, "defaultedgetype": "undirected"}
    assert graphs["undated"] == graphs["empty"] == {"mode": "static", "defaultedgetype": "directed"}


def test_gexf_of_a_node():
    node = gexf(MIXED).find(f".//{G}node[@id='org/lamp-union']")
    assert dict(node.attrib) == {"id": "org/lamp-union", "label": LABELS["org/lamp-union"], "start": "1994-01-01"}
    assert columns(node) == {
        "kind": "organisation",
        "type": "user organisation",
        "short": "@LU",
        "iri": "https://kg/org/lamp-union",
        "countries": '["dk", "no"]',
        "degree": "4",
    }
    assert [(etree.QName(look).localname, *look.attrib.values()) for look in node[1:]] == [
        ("color", "0", "114", "178"),
        ("size", "9.0"),
        ("position", "20.0", "-40.0", "0.0"),
        ("shape", "disc"),
    ]


def test_gexf_of_an_edge():
    edge = gexf(MIXED).find(f".//{G}edge[@kind='shared-people']")
    told = dict(edge.attrib)
    assert (told.pop("id")[0], told) == (
        "e",
        {
            "source": "event/night-meeting",
            "target": "org/lamp-union",
            "kind": "shared-people",
            "label": "shared-people of",
            "type": "undirected",
            "weight": "4.0",
        },
    )
    assert columns(edge) == {
        "kind": "shared-people",
        "group": "shared-people",
        "directed": "false",
        "certainty": "implied",
        "disputed": "false",
        "via": '["Mira", "Tomas \\"Tom\\" \\\\ Quill"]',
        "citations": '["900-2"]',
        "sources": '["900: A page about the River Lamp Union"]',
        "passages": '["900: paragraph 2"]',
    }
    looks = [(etree.QName(look).localname, *look.attrib.values()) for look in edge[1:]]
    assert looks == [("color", "213", "94", "0"), ("thickness", "3.0"), ("shape", "dashed")]


def test_gexf_without_a_date_as_version_has_none():
    world = drawing()
    world.graph.graph["version"] = "today"
    assert dict(gexf(world).find(f"{G}meta").attrib) == {}


@pytest.mark.parametrize("world", [DIRECTED, UNDIRECTED, ONE], ids=["directed", "undirected", "one"])
def test_networkx_reads_gexf(world):
    graph = read_gexf(written("gexf", world))
    assert {name: graph.nodes[name]["label"] for name in graph} == {name: LABELS[name] for name in world.graph}
    assert graph.number_of_edges() == world.graph.number_of_edges()
    assert graph.is_directed() == (world is not UNDIRECTED)


def test_networkx_reads_mixed_gexf_without_its_marks():
    data = written("gexf", MIXED)
    with pytest.raises(networkx.NetworkXError, match="Undirected edge found in directed graph"):
        read_gexf(data)
    graph = read_gexf(data.replace(b' type="undirected"', b""))
    assert isinstance(graph, networkx.MultiDiGraph)
    assert {(source, edge["kind"], target): edge["directed"] for source, target, edge in graph.edges(data=True)} == {
        link[:3]: link[4] for link in LINKS
    }


# GraphML


@worlds
def test_networkx_reads_graphml(world):
    graph = networkx.read_graphml(io.BytesIO(written("graphml", world)), force_multigraph=True)
    assert {name: graph.nodes[name]["label"] for name in graph} == {name: LABELS[name] for name in world.graph}
    assert {(edge["kind"], edge["weight"], edge["directed"]) for *_, edge in graph.edges(data=True)} == {
        (edge["kind"], edge["weight"], edge["directed"]) for *_, edge in world.graph.edges(data=True)
    }
    assert graph.number_of_edges() == world.graph.number_of_edges()
    assert graph.is_directed() == (world is not UNDIRECTED)
    assert graph.graph["caveats"] == "What no source tells is not here. | A tie is not a friendship."


@worlds
def test_igraph_reads_what_networkx_reads(world, tmp_path):
    path = tmp_path / "network.graphml"
    path.write_bytes(written("graphml", world))
    ours = networkx.read_graphml(path, force_multigraph=True)
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (
        len(ours),
        ours.number_of_edges(),
        ours.is_directed(),
    )
    for vertex in graph.vs:
        assert known(vertex.attributes()) == known({"id": vertex["id"], **ours.nodes[vertex["id"]]})
    theirs = {edge["id"]: known(edge.attributes()) for edge in graph.es}
    assert theirs == {edge["id"]: known(edge) for *_, edge in ours.edges(data=True)}
    assert graph["title"] == ours.graph["title"]


def known(attributes):
    """Attributes without the empty texts that igraph gives where a file has none."""
    return {name: value for name, value in attributes.items() if value != ""}


# JSON


@worlds
def test_networkx_reads_node_link(world):
    graph = networkx.node_link_graph(json.loads(written("node-link", world)))
    assert {name: graph.nodes[name]["label"] for name in graph} == {name: LABELS[name] for name in world.graph}
    assert set(graph.edges(keys=True)) == set(world.graph.edges(keys=True))
    for edge in graph.edges:
        assert graph.edges[edge]["via"] == world.graph.edges[edge]["via"]
        assert graph.edges[edge]["citations"] == world.graph.edges[edge]["citations"]
    assert graph.graph["filters"] == ["country: dk", "until: 1999"]


def test_node_link_of_a_node_and_of_an_edge():
    document = json.loads(written("node-link", MIXED))
    nodes = {node["id"]: node for node in document["nodes"]}
    assert nodes["event/night-meeting"] == {
        "label": "Line one line two three",
        "short": "",
        "kind": "event",
        "type": "",
        "countries": [],
        "start": "1996-05-01",
        "end": "1996-05-02",
        "iri": "https://kg/event/night-meeting",
        "degree": 2,
        "x": 10.0,
        "y": 20.0,
        "size": 18.0,
        "id": "event/night-meeting",
    }
    edge = next(edge for edge in document["edges"] if edge["kind"] == "publisher")
    assert edge["sources"] == ['000: The "Lantern"', "900: A page about the River Lamp Union"]
    assert edge["passages"] == ["000: Episode 3, paragraph 2", "900: paragraph 2", "900: paragraph 5"]


@worlds
def test_cytoscape_is_what_cytoscape_and_networkx_read(world):
    document = json.loads(written("cytoscape", world))
    nodes, edges = document["elements"]["nodes"], document["elements"]["edges"]
    assert {node["data"]["id"]: node["data"]["name"] for node in nodes} == {
        name: LABELS[name] or name for name in world.graph
    }
    assert all(node["position"] == {"x": node["data"]["x"], "y": node["data"]["y"]} for node in nodes)
    ids = [element["data"]["id"] for element in (*nodes, *edges)]
    assert len(ids) == len(set(ids))
    assert document["layout"] == {"name": "preset"}
    assert document["data"]["name"] == "All & <sundry>"
    graph = networkx.cytoscape_graph(document)
    assert set(graph.edges(keys=True)) == set(world.graph.edges(keys=True))


# DOT


@worlds
def test_graphviz_draws_dot(world):
    svg = etree.fromstring(run_dot(written("dot", world), "-Tsvg"))
    shapes = [shape.get("class") for shape in svg.iter("{*}g")]
    assert (shapes.count("node"), shapes.count("edge")) == (len(world.graph), world.graph.number_of_edges())
    texts = {" ".join("".join(text.itertext()).split()) for text in svg.iter("{*}text")}
    assert texts >= {label for name, label in LABELS.items() if name in world.graph and label}


def test_graphviz_leaves_nodes_at_their_places():
    nodes = {node["name"]: node for node in json.loads(run_dot(written("dot", MIXED), "-Tjson"))["objects"]}
    places = {name: tuple(map(float, nodes[name]["pos"].rstrip("!").split(","))) for name in nodes}
    origin = places["country/denmark"]
    for name, (x, y) in MIXED.positions.items():
        assert places[name] == pytest.approx((origin[0] + x, origin[1] - y), abs=0.01)
    svg = etree.fromstring(run_dot(written("dot", MIXED), "-Tsvg"))
    assert [(disc.get("rx"), disc.get("ry")) for disc in svg.iterfind(".//{*}g[@class='node']/{*}ellipse")] == [
        ("9", "9")
    ]
    looks = {name: (node["shape"], node["fillcolor"], node["style"]) for name, node in nodes.items()}
    assert looks["publication/lantern"] == ("box", "#009e73", "filled,rounded")
    assert looks["something/new"] == ("septagon", "#666666", "filled")


def test_dot_marks_direction_and_certainty():
    text = written("dot", MIXED).decode()
    implied = next(line for line in text.splitlines() if 'kind="shared-people"' in line)
    assert 'dir="none", style="dashed", color="#d55e00", penwidth=3.0' in implied
    assert text.startswith("digraph {")
    assert '"org/lamp-union" -- "person/mira"' in written("dot", UNDIRECTED).decode()


# CSV


@worlds
def test_tables_open_in_pandas(world):
    nodes, edges = (pandas.read_csv(io.BytesIO(data), keep_default_na=False) for _, data in csv_tables(world))
    assert list(nodes) == "id label short kind type countries start end x y size degree iri".split()
    assert list(edges)[:6] == ["Source", "Target", "Type", "Id", "Label", "Weight"]
    assert list(edges)[6:] == "kind group certainty disputed start end via citations passages sources".split()
    assert (len(nodes), len(edges)) == (len(world.graph), world.graph.number_of_edges())
    assert set(zip(edges["Source"], edges["Target"], edges["kind"], strict=True)) == set(world.graph.edges(keys=True))


def test_the_cells_of_an_edge():
    edge = next(edge for edge in rows(tables(MIXED)["edges"]) if edge["kind"] == "publisher")
    del edge["Id"]
    assert edge == {
        "Source": "org/lamp-union",
        "Target": "publication/lantern",
        "Type": "Directed",
        "Label": "publisher of",
        "Weight": "1.0",
        "kind": "publisher",
        "group": "link",
        "certainty": "explicit",
        "disputed": "false",
        "start": "",
        "end": "",
        "via": "",
        "citations": "000-3 | 900-2 | 900-5",
        "passages": "000: Episode 3, paragraph 2 | 900: paragraph 2 | 900: paragraph 5",
        "sources": '000: The "Lantern" | 900: A page about the River Lamp Union',
    }


def test_no_cell_is_a_formula():
    nodes = {node["id"]: node for node in rows(tables(MIXED)["nodes"])}
    assert nodes["country/denmark"]["label"] == '\'=HYPERLINK("http://x","y")'
    assert nodes["person/mira"]["label"] == "'-Мира 李 مریم 👩🏽‍🚀"
    assert nodes["org/lamp-union"]["short"] == "'@LU"
    assert nodes["org/lamp-union"]["countries"] == "dk | no"
    assert nodes["org/lamp-union"]["degree"] == "4"


def test_tables_have_marks_and_line_ends_as_spreadsheets_do():
    for _, data in csv_tables(MIXED):
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


# Any label

ANY = st.dictionaries(st.sampled_from(list(NODES)), st.text(), min_size=1)
HOSTILE = dict.fromkeys(NODES, '\\" \\\\" \n\r\x1f\x7f\x9f]]> &#0; &nosuch; \ufffe \\E <b>')


@given(ANY)
@example(HOSTILE)
def test_any_label_survives_xml_and_csv(labels):
    world = drawing(labels=labels)
    names = {name: clean(label) for name, label in labels.items()}
    graph = read_gexf(written("gexf", drawing(labels=labels, links=())))
    assert {name: graph.nodes[name]["label"] for name in names} == names
    graph = networkx.read_graphml(io.BytesIO(written("graphml", world)), force_multigraph=True)
    assert {name: graph.nodes[name]["label"] for name in names} == names
    cells = {node["id"]: node["label"] for node in rows(tables(world)["nodes"])}
    assert {name: cells[name].removeprefix("'") for name in names} == {
        name: names[name].removeprefix("'") for name in names
    }
    assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in cells.values())


@given(st.text())
@example("a \0 b\r\x08\rc\x1cd\ud800")
def test_cleaning_keeps_what_can_be_printed(text):
    assert clean(clean(text)) == clean(text)
    if text.isprintable():
        assert clean(text) == re.sub(" +", " ", text).strip(" ")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY)
@example(HOSTILE)
def test_any_label_survives_dot(labels):
    nodes = json.loads(run_dot(written("dot", drawing(labels=labels)), "-Tdot_json"))["objects"]
    assert {node["name"] for node in nodes} == set(NODES)
    found = {
        node["name"]: re.sub(r"\\(.)", r"\1", node["label"]).replace("&amp;", "&") for node in nodes if "label" in node
    }
    for name, label in labels.items():
        assert found[name] == clean(label).replace("&amp;", "&")
