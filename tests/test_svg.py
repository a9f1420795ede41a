"""The picture: XML that any reader takes, names that meet nothing, marks for what is implied or disputed, and its legend."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import struct
from pathlib import Path

import networkx
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from movement_kg import draw
from movement_kg.draw import labels, text
from movement_kg.draw.drawing import Drawing
from movement_kg.draw.look import EDGES, NODES
from movement_kg.draw.svg import DISPUTED

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path(draw.__file__).parent / "fonts"
ABOUT = {
    "projection": "organisations",
    "title": "Organisations and what joins them",
    "description": "A test.",
    "filters": {},
    "version": "2026-11-21",
    "content": "0123456789ab",
    "licence": "CC BY 4.0",
    "sources": {"900": "A page about the River Lamp Union", "901": "Another page", "902": "Not cited"},
    "passages": {
        "900-2": {"source": "900", "locator": "sentence 2"},
        "900-5": {"source": "900", "locator": "sentence 5"},
        "901-1": {"source": "901", "locator": "sentence 1"},
    },
    "countries": {"DK": "Denmark"},
    "isolates": 0,
    "caveats": ["What no source tells is not here."],
}


def edge(source, target, kind="partner", **other):
    told = {
        "kind": kind, "label": kind, "group": "link", "weight": 1, "directed": False, "certainty": "explicit",
        "disputed": False, "via": [], "citations": ["900-2"],
    }  # fmt: skip
    return source, target, kind, told | other


def drawing(*edges, nodes=None, positions=None, **about):
    """A drawing of edges between nodes named after their kind (`person/mira`), with the labels given."""
    graph = networkx.MultiDiGraph()
    kinds = {"org": "organisation", "work": "publication", "concept": "theme"}
    for name in sorted({end for one in edges for end in one[:2]} | set(nodes or {})):
        head, _, tail = name.partition("/")
        label = (nodes or {}).get(name, tail.replace("-", " ").title())
        graph.add_node(
            name, iri=f"https://w3id.org/movement-kg/{name}", label=label, short=label, kind=kinds.get(head, head),
            type="", countries=[],
        )  # fmt: skip
    for source, target, kind, told in edges:
        graph.add_edge(source, target, key=kind, **told)
    graph.graph.update(ABOUT | about)
    return Drawing(graph, positions or draw.places(graph), draw.sizes(graph))


def written(picture):
    return b"".join(draw.write(picture, "svg"))


def root(picture):
    return etree.fromstring(written(picture))


def texts(element):
    return [one.text for one in element.iter(f"{SVG}text")]


def layer(picture, name):
    return root(picture).find(f".//{SVG}g[@id='{name}']")


def drawn_edges(picture):
    """For each edge in words, its path, and what else is drawn for it."""
    found = {}
    for group in layer(picture, "edges").iterchildren(f"{SVG}g"):
        title, path, *marks = group
        found[title.text] = path, marks
    return found


UNION, BUS, HOUSE = "org/lamp-union", "org/night-bus", "org/quiet-house"
SMALL = drawing(edge(UNION, BUS), edge(BUS, HOUSE))

# The document


def test_picture_is_svg():
    assert root(SMALL).tag == f"{SVG}svg"


def test_picture_is_told_to_those_who_do_not_see_it():
    picture = root(SMALL)
    named = {one.get("id"): one for one in picture.iterchildren() if one.get("id")}
    assert picture.get("role") == "img"
    assert [named[name].tag for name in picture.get("aria-labelledby").split()] == [f"{SVG}title", f"{SVG}desc"]
    assert named["title"].text == "Organisations and what joins them"
    assert named["description"].text == (
        "A network of 3 nodes and 2 edges. A test. Most neighbours: Night Bus, Lamp Union, Quiet House. No filters. "
        "What no source tells is not here."
    )


def test_every_id_stands_once():
    found = [one.get("id") for one in root(SMALL).iter() if one.get("id")]
    assert sorted(found) == ["description", "edges", "labels", "nodes", "title"]


def test_same_bytes_twice():
    assert written(SMALL) == written(drawing(edge(BUS, HOUSE), edge(UNION, BUS)))


def grid(many):
    """A network of pairs, as wide and high as its layout is."""
    return drawing(*(edge(f"org/a-{number:03}", f"org/b-{number:03}") for number in range(many)))


def line(many, *, down=False):
    """A path along one axis."""
    names = [f"org/n-{number:02}" for number in range(many)]
    places = {name: (0.0, 60.0 * number) if down else (60.0 * number, 0.0) for number, name in enumerate(names)}
    return drawing(*(edge(*pair) for pair in itertools.pairwise(names)), positions=places)


@pytest.mark.parametrize(
    "picture", [SMALL, grid(60), line(40), line(40, down=True)], ids=["small", "grid", "wide", "high"]
)
def test_page_is_a4_across(picture):
    found = root(picture)
    left, top, width, height = map(float, found.get("viewBox").split())
    assert (left, top) == (0, 0)
    assert width / height == pytest.approx(297 / 210, abs=1e-3)
    assert found.get("width") == "297mm"
    assert float(found.get("height").removesuffix("mm")) == pytest.approx(210, abs=0.1)


@pytest.mark.parametrize("picture", [SMALL, grid(60), line(40, down=True)], ids=["small", "grid", "high"])
def test_nodes_and_names_stand_on_the_page_under_the_heading_and_above_the_legend(picture):
    found = root(picture)
    _, _, width, height = map(float, found.get("viewBox").split())
    groups = found.iterchildren(f"{SVG}g")
    moved = [tuple(map(float, re.match(r"translate\((\S+) (\S+)\)", one.get("transform")).groups())) for one in groups]
    (_, (left, top), (_, bottom)) = moved
    for node, (x, y) in picture.positions.items():
        reach = picture.sizes[node] / 2
        assert reach <= left + x <= width - reach
        assert reach <= top + y <= bottom - reach
    assert bottom < height


def test_nothing_is_fetched_from_elsewhere():
    picture = drawing(edge("org/a", "person/b", "shared-people", group="shared-people"), edge("org/a", "event/c"))
    found = written(picture).decode()
    assert re.findall(r"https?://[^\"]*", found) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"url\(|@import|href|<image|<script|<foreignObject|<use| on\w+=", found)


def test_dark_grounds_have_colours_of_their_own():
    picture = drawing(edge(UNION, "person/mira", "leader", group="membership"), edge(UNION, BUS))
    style = root(picture).find(f"{SVG}style").text
    _, dark = style.split("@media screen and (prefers-color-scheme:dark)")
    assert "@page{size:A4 landscape;margin:8mm}" in style
    used = {name for one in root(picture).iter() for name in (one.get("class") or "").split()}
    assert used > {"ground", "n-organisation", "n-person", "e-membership", "e-link", "halo", "ink"}
    assert {name for name in used if f".{name}{{" not in dark} == set()
    assert f".n-organisation{{fill:{NODES['organisation'].dark}}}" in dark


# Nodes and edges


def test_node_has_a_title():
    picture = drawing(edge(UNION, BUS))
    picture.graph.nodes[UNION].update(type="user organisation", countries=["DK", "NO"], short="LU")
    titles = [one.text for one in layer(picture, "nodes").iter(f"{SVG}title")]
    assert titles == ["Lamp Union (user organisation, DK, NO)", "Night Bus (organisation)"]
    assert texts(layer(picture, "labels")) == ["LU", "Night Bus"]


@pytest.mark.parametrize(("kind", "look"), NODES.items())
def test_kind_of_node_has_a_shape_and_a_colour(kind, look):
    group = layer(drawing(edge(f"{kind}/one", f"{kind}/two")), "nodes")[0]
    assert group[1].get("class") == f"node n-{kind}"
    assert group[1].get("fill") == look.light
    shapes = {"ellipse": "circle", "round-rectangle": "rect"}
    assert group[1].tag == SVG + shapes.get(look.shape, "polygon")


def test_node_of_a_kind_that_nobody_knew_is_drawn_as_a_thing():
    group = layer(drawing(edge("org/a", "novelty/b")), "nodes")[0]
    assert (group[1].get("class"), group[1].get("fill")) == ("node n-thing", NODES["thing"].light)


def test_edge_says_who_says_so():
    picture = drawing(
        edge(UNION, BUS, "shared-events", label="took part in the same event", group="shared-events", weight=2,
             via=["A vigil", "A meeting (host)"], citations=["900-5", "901-1"], certainty="implied", disputed=True)
    )  # fmt: skip
    assert list(drawn_edges(picture)) == [
        "Lamp Union – took part in the same event (implied) (disputed) – Night Bus: A vigil, A meeting (host). "
        "source 900, sentence 5; source 901, sentence 1"
    ]


def test_implied_edges_are_dashed():
    picture = drawing(edge(UNION, BUS, "partner"), edge(UNION, HOUSE, "supports", certainty="implied"))
    dashes = {title: path.get("stroke-dasharray") for title, (path, _) in drawn_edges(picture).items()}
    assert dashes == {
        "Lamp Union – partner – Night Bus. source 900, sentence 2": None,
        "Lamp Union – supports (implied) – Quiet House. source 900, sentence 2": "5 3.5",
    }


def test_disputed_edges_are_marked():
    picture = drawing(edge(UNION, BUS, disputed=True), edge(UNION, HOUSE, "supports", directed=True, disputed=True))
    for path, marks in drawn_edges(picture).values():
        assert (path.get("class"), path.get("stroke"), path.get("stroke-dasharray")) == (
            "disputed",
            DISPUTED[0],
            "1.5 2.5",
        )
        assert marks[-1].text == "?"
    assert ".disputed{stroke:#ff7a8a;fill:#ff7a8a}" in root(picture).find(f"{SVG}style").text


def test_edges_between_the_same_nodes_run_apart():
    picture = drawing(
        edge(UNION, BUS, "partner"),
        edge(UNION, BUS, "supports"),
        edge(BUS, UNION, "funds"),
        edge(BUS, UNION, "partner"),
    )
    paths = [path.get("d") for path, _ in drawn_edges(picture).values()]
    assert len(set(paths)) == 4
    bends = sorted(tuple(map(float, re.search(r"Q(\S+) (\S+)", path).groups())) for path in paths)
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 10 for a, b in itertools.pairwise(bends))


def test_single_edge_is_straight_and_ends_at_the_borders():
    picture = drawing(edge(UNION, BUS), positions={UNION: (0.0, 0.0), BUS: (100.0, 0.0)})
    ((path, _),) = drawn_edges(picture).values()
    assert path.get("d") == "M7 0Q50 0 93 0"  # each node is 14 points wide


def test_loops_on_one_node_run_apart():
    picture = drawing(edge(UNION, UNION, "partner"), edge(UNION, UNION, "supports"), edge(UNION, BUS))
    paths = [path.get("d") for title, (path, _) in drawn_edges(picture).items() if "Night Bus" not in title]
    assert len(paths) == 2
    assert len(set(paths)) == 2


def test_arrows_are_for_what_has_a_direction():
    picture = drawing(edge(UNION, BUS, "partner"), edge(HOUSE, UNION, "supports", directed=True))
    heads = {title.split(" – ")[1]: [one.tag for one in marks] for title, (_, marks) in drawn_edges(picture).items()}
    assert heads == {"partner": [], "supports": [f"{SVG}polygon"]}


def test_arrow_points_at_the_node_it_leads_to():
    picture = drawing(edge(UNION, BUS, directed=True), positions={UNION: (0.0, 0.0), BUS: (100.0, 0.0)})
    ((_, (head,)),) = drawn_edges(picture).values()
    corners = [tuple(map(float, pair.split(","))) for pair in head.get("points").split()]
    assert corners[0] == (92, 0)
    assert all(x < 92 for x, _ in corners[1:])


@pytest.mark.parametrize(("group", "look"), EDGES.items())
def test_group_of_edges_has_a_colour_and_a_mark(group, look):
    ((path, marks),) = drawn_edges(drawing(edge(UNION, BUS, group=group))).values()
    assert (path.get("class"), path.get("stroke")) == (f"e-{group}", look.light)
    assert len(marks) == bool(look.mark)


def test_thickness_grows_with_what_is_shared():
    widths = [
        float(path.get("stroke-width"))
        for weight in (1, 2, 8)
        for path, _ in drawn_edges(drawing(edge(UNION, BUS, weight=weight))).values()
    ]
    assert widths == [1.1, 2.2, 4.4]


# Names


def assert_apart(placed, positions, sizes):
    """No name meets another or a node: told by the numbers alone, not by our own way of finding out."""
    found = [(one.box.left, one.box.top, one.box.right, one.box.bottom) for one in placed]
    for (left, top, right, low), (left2, top2, right2, low2) in itertools.combinations(found, 2):
        assert right <= left2 or right2 <= left or low <= top2 or low2 <= top
    for left, top, right, low in found:
        assert left < right
        assert top < low
        for node, (x, y) in positions.items():
            near = min(max(x, left), right), min(max(y, top), low)
            assert (near[0] - x) ** 2 + (near[1] - y) ** 2 >= (sizes[node] / 2) ** 2


NAMES = ["A", "INPUD", "European Network of People who Use Drugs", "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", "Лампа"]


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 300), st.sampled_from([7, 14, 30, 56]), st.sampled_from(NAMES)),
        min_size=1,
        max_size=60,
        unique_by=lambda one: one[:2],
    ),
    st.integers(0, 30),
)
def test_no_name_meets_another_or_a_node(nodes, many):
    positions = {f"n{number:02}": (float(x), float(y)) for number, (x, y, *_) in enumerate(nodes)}
    sizes = {f"n{number:02}": float(size) for number, (_, _, size, _) in enumerate(nodes)}
    names = {f"n{number:02}": name for number, (*_, name) in enumerate(nodes)}
    ends = list(itertools.islice(itertools.combinations(positions.values(), 2), many))
    placed = labels.place(names, positions, sizes, [(*one, *other) for one, other in ends])
    assert_apart(placed, positions, sizes)
    assert len({label.node for label in placed}) == len(placed)


@pytest.mark.parametrize("step", [16, 40, 90])
def test_names_of_a_dense_grid_meet_nothing(step):
    positions = {f"n{x:02}{y:02}": (x * float(step), y * float(step)) for x in range(15) for y in range(15)}
    sizes = {node: 7.0 + 3 * (place % 5) for place, node in enumerate(positions)}
    placed = labels.place({node: f"Organisation {node}" for node in positions}, positions, sizes, [])
    assert_apart(placed, positions, sizes)
    assert (len(placed) == 225) == (step == 90)
    assert placed


@pytest.mark.parametrize("size", [7.0, 14.0, 30.0, 56.0])
@pytest.mark.parametrize("shape", sorted({look.shape for look in NODES.values()}))
def test_no_name_meets_the_shape_of_its_node(shape, size):
    from movement_kg.draw.shapes import outline

    (label,) = labels.place({"n": "Name"}, {"n": (0.0, 0.0)}, {"n": size}, [])
    _, attributes = outline(shape, 0, 0, size)
    corners = [tuple(map(float, pair.split(","))) for pair in attributes.get("points", "").split()]
    inside = [
        (x, y) for (x, y) in corners if label.box.left < x < label.box.right and label.box.top < y < label.box.bottom
    ]
    assert inside == []


def test_name_stands_beside_its_node_where_there_is_room():
    (label,) = labels.place({"n": "INPUD"}, {"n": (0.0, 0.0)}, {"n": 20.0}, [])
    assert label.lines == ("INPUD",)
    assert label.leader is None
    assert (label.box.left, label.box.right) == pytest.approx((12.5, 12.5 + text.width("INPUD", 8.5) + 1))
    assert label.box.top == -label.box.bottom


def test_name_gives_way_to_an_edge():
    (label,) = labels.place({"n": "INPUD"}, {"n": (0.0, 0.0)}, {"n": 20.0}, [(10.0, 0.0, 200.0, 0.0)])
    assert label.box.right < 0  # to the left


def test_greatest_nodes_have_names_first():
    placed = labels.place({"a": "A", "b": "B"}, {"a": (0.0, 0.0), "b": (200.0, 0.0)}, {"a": 10.0, "b": 40.0}, [])
    assert [(label.node, label.bold) for label in placed] == [("b", True), ("a", False)]


def test_name_that_stands_apart_has_a_leader():
    around = [(x, y) for x in range(-30, 31, 12) for y in range(-30, 31, 12)]
    positions = {"middle": (0.0, 0.0)} | {f"n{x}{y}": (float(x), float(y)) for x, y in around}
    sizes = dict.fromkeys(positions, 7.0) | {"middle": 10.0}
    placed = {label.node: label for label in labels.place(dict.fromkeys(positions, "Name"), positions, sizes, [])}
    assert placed["middle"].leader == (0.0, 0.0)


def test_names_in_the_picture_fill_the_places_found_for_them():
    picture = grid(30)
    names = {node: told["short"] for node, told in picture.graph.nodes(data=True)}
    found = [one.text for one in layer(picture, "labels").iter(f"{SVG}text")]
    assert sorted(found) == sorted(names.values())
    for one in layer(picture, "labels").iter(f"{SVG}text"):
        assert float(one.get("textLength")) == pytest.approx(
            text.width(one.text, float(one.get("font-size"))), abs=0.01
        )


def test_node_without_a_name_has_no_label():
    picture = drawing(edge(UNION, BUS), nodes={UNION: " "})
    assert texts(layer(picture, "labels")) == ["Night Bus"]


# Hostile texts

HOSTILE = [
    '<script>alert("1")</script>',
    "R&D ]]> &amp; 'x'",
    "Line\x00 one\r\ntwo\u2028\ud800\uffff",
    "مریم 👩🏽‍🚀 Ünï",
]


def cleaned(told):
    """On one line, without what XML cannot hold."""
    return " ".join(re.sub("[\\x00\\ud800\\uffff]", "", told).split())


@pytest.mark.parametrize("told", HOSTILE, ids=range(len(HOSTILE)))
def test_names_are_escaped(told):
    picture = drawing(edge(UNION, BUS, label=told, via=[told], kind="x"), nodes={UNION: told}, title=told)
    found = root(picture)
    assert found.find(f".//{SVG}script") is None
    assert found.find(f"{SVG}title").text == cleaned(told)
    assert f"{cleaned(told)} (organisation)" in [one.text for one in found.iter(f"{SVG}title")]


@pytest.mark.parametrize("told", HOSTILE, ids=range(len(HOSTILE)))
def test_texts_of_the_legend_are_escaped(told):
    picture = drawing(edge(UNION, BUS), sources={"900": told}, filters={"ego": told}, caveats=[told])
    assert root(picture).find(f".//{SVG}script") is None
    assert legend(picture)[1].count(cleaned(told)) == 3


# The legend


def legend(picture):
    """The samples' names and the lines under them."""
    group = root(picture).findall(f"{SVG}g")[-1]
    samples = [one.text for one in group.iterfind(f"{SVG}g/{SVG}text")]
    return samples, " ".join(one.text for one in group.iterfind(f"{SVG}text"))


def test_legend_lists_the_kinds_that_are_there():
    picture = drawing(
        edge(UNION, "person/mira", "leader", group="membership", directed=True),
        edge(UNION, BUS, "shared-people", group="shared-people", certainty="implied"),
        edge(UNION, HOUSE, "shared-people", group="shared-people", disputed=True),
    )
    assert legend(picture)[0] == [
        "Organisation (3)",
        "Person (1)",
        "Membership (1)",
        "Shared people (2)",
        "has a direction",
        "implied: a reader infers it",
        "disputed: sources disagree",
    ]


def test_legend_lists_no_mark_that_is_not_there():
    assert legend(SMALL)[0] == ["Organisation (3)", "Stated link (2)"]


def test_legend_says_what_the_picture_rests_on():
    picture = drawing(edge(UNION, BUS, citations=["900-2", "900-5"]), edge(UNION, HOUSE, citations=["900-5", "901-1"]))
    assert (
        "Rests on 3 passages of 2 sources: 900 A page about the River Lamp Union; 901 Another page."
        in legend(picture)[1]
    )
    assert (
        "Rests on 1 passage of 1 source: 900 A page about the River Lamp Union." in legend(drawing(edge(UNION, BUS)))[1]
    )


def test_legend_tells_version_build_licence_and_filters():
    assert (
        "movement-kg, network of organisations, data of 2026-11-21, build 0123456789ab, CC BY 4.0. No filters."
        in legend(SMALL)[1]
    )
    told = legend(drawing(edge(UNION, BUS), filters={"country": "DK or NO", "until": "1999"}))[1]
    assert told.endswith("CC BY 4.0. Filters: country: DK or NO; until: 1999.")


def test_heading_tells_counts_and_filters():
    picture = drawing(edge(UNION, BUS), filters={"country": "DK"})
    heading = root(picture).findall(f"{SVG}g")[0]
    assert texts(heading) == ["Organisations and what joins them", "2 nodes · 1 edge · Filters: country: DK"]


def test_legend_tells_what_is_not_shown():
    picture = drawing(edge(UNION, BUS), isolates=1234, core={"shown": 2, "of": 7, "measure": "degree"})
    assert "1\u202f234 things of these kinds without any edge not shown." in legend(picture)[1]
    assert "Only the 2 nodes of greatest degree of 7." in legend(picture)[1]
    assert "What no source tells is not here." in legend(picture)[1]


def test_legend_counts_the_names_without_room():
    crowd = {f"org/n-{number:02}": (number * 4.0, (number % 3) * 4.0) for number in range(40)}
    names = {name: f"The organisation of the number {name[-2:]}" for name in crowd}
    picture = drawing(*(edge(*pair) for pair in itertools.pairwise(sorted(crowd))), positions=crowd, nodes=names)
    left_out = 40 - sum(one.text.startswith("The") for one in layer(picture, "labels").iter(f"{SVG}text"))
    assert left_out > 0
    assert f"{left_out} names without room left out." in legend(picture)[1]


@pytest.mark.parametrize(
    "filters",
    [{}, {"country": " or ".join(["Bosnia and Herzegovina"] * 12)}],
    ids=["none", "many"],
)
def test_heading_and_legend_stay_on_the_page(filters):
    assert too_wide(root(drawing(edge(UNION, BUS), filters=filters))) == []


def too_wide(picture):
    """The lines of heading and legend that do not end on the page."""
    width = float(picture.get("viewBox").split()[2])
    found = []
    for group in picture.iterchildren(f"{SVG}g"):
        left, scale = re.match(r"translate\((\S+) \S+\)(?: scale\((\S+)\))?", group.get("transform")).groups()
        for one in group.iterchildren(f"{SVG}text"):
            right = float(left) + float(scale) * text.width(one.text, float(one.get("font-size")))
            found += [one.text] if right > width else []
    return found


@pytest.mark.parametrize("projection", ["organisations", "people-organisations", "organisations-countries"])
def test_picture_of_the_real_network(shipped, projection):
    found = shipped.network(projection)
    picture = etree.fromstring(b"".join(found.write("svg")))
    nodes, edges = (picture.find(f".//{SVG}g[@id='{name}']") for name in ("nodes", "edges"))
    assert (len(nodes), len(edges)) == (found.number_of_nodes(), found.number_of_edges())
    names = {node: str(told["short"]) for node, told in found.nodes(data=True)}
    drawn = found.drawing()
    assert_apart(labels.place(names, drawn.positions, drawn.sizes, []), drawn.positions, drawn.sizes)
    assert too_wide(picture) == []


# PNG


def test_png_is_2400_wide_and_the_same_twice():
    one, two = (b"".join(draw.write(SMALL, "png")) for _ in range(2))
    assert one == two
    with PIL.Image.open(io.BytesIO(one)) as image:
        image.load()
        assert (image.format, image.width) == ("PNG", 2400)
        assert image.height == pytest.approx(2400 * 210 / 297, abs=1)
        assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_png_shows_nodes_in_their_colours():
    with PIL.Image.open(io.BytesIO(b"".join(draw.write(SMALL, "png")))) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
    assert {(0x00, 0x72, 0xB2), (0x1B, 0x1B, 0x1B)} <= colours


# The widths of letters


def advances(file):
    """The advance of each character of a TrueType font in thousandths of its size: cmap format 4, hmtx, head, hhea."""
    data = file.read_bytes()
    tables = {}
    for place in range(struct.unpack(">H", data[4:6])[0]):
        tag, _, start, length = struct.unpack(">4sIII", data[12 + 16 * place : 28 + 16 * place])
        tables[tag.decode()] = data[start : start + length]
    (units,) = struct.unpack(">H", tables["head"][18:20])
    (known,) = struct.unpack(">H", tables["hhea"][34:36])
    widths = [struct.unpack(">H", tables["hmtx"][4 * glyph : 4 * glyph + 2])[0] for glyph in range(known)]
    return {chr(code): 1000 * widths[min(glyph, known - 1)] / units for code, glyph in glyphs(tables["cmap"]) if glyph}


def glyphs(cmap):
    """The code points and glyphs of a cmap's Unicode table of format 4."""
    for place in range(struct.unpack(">H", cmap[2:4])[0]):
        platform, encoding, start = struct.unpack(">HHI", cmap[4 + 8 * place : 12 + 8 * place])
        sub = cmap[start:]
        if (platform, encoding) == (3, 1) and struct.unpack(">H", sub[:2])[0] == 4:
            many = struct.unpack(">H", sub[6:8])[0] // 2
            rows = [
                struct.unpack(f">{many}{sign}", sub[at : at + 2 * many])
                for sign, at in (("H", 14), ("H", 16 + 2 * many), ("h", 16 + 4 * many), ("H", 16 + 6 * many))
            ]
            for segment, (last, first, delta, offset) in enumerate(zip(*rows, strict=True)):
                for code in range(first, min(last, 0xFFFE) + 1):
                    at = 16 + 6 * many + 2 * segment + offset + 2 * (code - first)
                    glyph = code if not offset else struct.unpack(">H", sub[at : at + 2])[0]
                    yield code, (glyph + delta) % 65536 if glyph or not offset else 0


def test_widths_are_those_of_the_font():
    found = advances(FONTS / "Arimo-Regular.ttf")
    letters = [chr(code) for code in range(0x20, 0x7F)]
    assert {letter: text.width(letter, 1000) for letter in letters} == {
        letter: pytest.approx(found[letter], abs=2) for letter in letters
    }


def test_width_of_a_text_is_the_sum_of_its_letters():
    found = advances(FONTS / "Arimo-Regular.ttf")
    told = "International Network of People who Use Drugs (INPUD), 2006"
    assert text.width(told, 10) == pytest.approx(sum(found[letter] for letter in told) / 100, rel=0.002)


def test_accents_do_not_widen_letters():
    found = advances(FONTS / "Arimo-Regular.ttf")
    told = "Réduction des risques, Ángel Muñoz, Žižek, São Paulo, Łódź"
    assert text.width(told, 10) == pytest.approx(sum(found[letter] for letter in told) / 100, rel=0.02)


def test_bold_letters_are_about_as_wide_as_told():
    found = advances(FONTS / "Arimo-Bold.ttf")
    told = "European Network of People who Use Drugs"
    assert text.width(told, 10, bold=True) == pytest.approx(sum(found[letter] for letter in told) / 100, rel=0.03)


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("INPUD", ["INPUD"]),
        ("European Network of People who Use Drugs", ["European Network of", "People who Use Drugs"]),
        ("one two three four", ["one two", "three four"]),
        ("a b c d e f g h i j k l m", ["a b c d e", "f g h i j", "k l m"]),
        ("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd", ["aaaaaaaaa", "bbbbbbbbb", "ccccccccc …"]),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["aaaaaaaaaaaaaaaaa…"]),
    ],
)
def test_lines(told, broken):
    assert text.lines(told, 24 if "European" in told else 10) == broken


def test_fonts_are_those_that_their_page_names():
    folder = Path(draw.__file__).parent / "fonts"
    sums = re.findall(r"`(\S+\.ttf)` \| `([0-9a-f]{64})`", (folder / "VENDORED.md").read_text("utf-8"))
    assert dict(sums) == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.ttf")}
    assert "SIL Open Font License" in (folder / "Arimo.LICENSE").read_text("utf-8")
