"""The map, the timeline and the chart: what comes in is what comes out, as text, as links, in its place, and legibly."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import re
from pathlib import Path

import pytest
from lxml import etree

from movement_kg import draw
from movement_kg.dates import parse
from movement_kg.draw import frame, timeline, worldmap
from movement_kg.draw.chart import Bar, bars
from movement_kg.draw.dated import ENGLISH, items
from movement_kg.draw.timeline import Entry, Wording, strip
from movement_kg.draw.world import equal_earth, world
from movement_kg.draw.worldmap import Mark, highlight

SVG = "{http://www.w3.org/2000/svg}"
WORLD = Path(draw.__file__).parent / "world"
HOSTILE = '</text></svg><script>alert("1")</script>&amp; \x00\'"'


def root(pieces):
    """The picture as a tree, as a page's parser would see it."""
    return etree.fromstring(b"".join(pieces).replace(b"<svg ", b'<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def titles(picture, tag="a"):
    """The titles of links, and where they lead."""
    return [(one.find(f"{SVG}title").text, one.get("href")) for one in picture.iter(f"{SVG}{tag}")]


def said(picture):
    return " ".join(" ".join(one.itertext()) for one in picture.iter(f"{SVG}text"))


def entry(label, edtf, kind="event", href=None, *, disputed=False):
    date = parse(edtf)
    return Entry(
        label, href or f"/event/{label.lower()}", date.earliest, date.latest, date.precision, kind, kind, date.label, disputed
    )  # fmt: skip


MARKS = {
    "CA": Mark("Canada", 12, "/country/CA"),
    "MT": Mark("Malta", 1, "/country/MT", "the smallest"),
    "NO": Mark("Norway", 3, "/country/NO"),
}
ENTRIES = [
    entry("Meeting", "2018-08-31"),
    entry("Union", "198X", "organisation"),
    entry("Network", "2006", "organisation", "/org/network", disputed=True),
    entry("Network", "2008", "organisation", "/org/network", disputed=True),
    entry("Epidemic", "1980/.."),
    entry("Notice", "[..2018-08-31]", "publication"),
    entry("Campaign", "2012-07/2013-02"),
]
BARS = [Bar("observes", 28, "/q?stance=observes"), Bar("demands", 6, "/q?stance=demands", "of 7"), Bar("warns", 0)]
PICTURES = {
    "map": lambda **other: worldmap.worldmap(MARKS, "A title", "What it shows", **other),
    "highlight": lambda **other: highlight("GE", "A title", "What it shows", **other),
    "timeline": lambda **other: timeline.timeline(ENTRIES, "A title", "What it shows", **other),
    "column": lambda **other: timeline.timeline(ENTRIES, "A title", "What it shows", vertical=True, width=360, **other),
    "strip": lambda **other: strip(ENTRIES, "A title", "What it shows", **other),
    "chart": lambda **other: bars(BARS, "A title", "What it shows", **other),
}


# All of them


@pytest.mark.parametrize("name", PICTURES)
def test_picture_says_what_it_is_and_is_the_same_twice(name):
    picture = root(PICTURES[name]())
    assert (picture.find(f"{SVG}title").text, picture.find(f"{SVG}desc").text) == ("A title", "What it shows")
    assert picture.get("aria-label") == "A title"
    assert picture.get("role") == ("group" if picture.find(f".//{SVG}a") is not None else "img")
    assert b"".join(PICTURES[name]()) == b"".join(PICTURES[name]())


@pytest.mark.parametrize("name", PICTURES)
def test_picture_in_a_page_has_no_style_script_or_id_of_its_own(name):
    for one in root(PICTURES[name]()).iter(etree.Element):
        assert etree.QName(one).localname not in {"style", "script", "foreignObject"}
        assert not [key for key in one.keys() if key in {"style", "id"} or key.startswith("on")]  # noqa: SIM118


@pytest.mark.parametrize("name", PICTURES)
def test_picture_alone_brings_title_and_style(name):
    picture = etree.fromstring(b"".join(PICTURES[name](standalone=True)))
    assert picture.find(f"{SVG}style").text == frame.STYLE.read_text("utf-8")
    assert "A title" in said(picture)


@pytest.mark.parametrize("name", PICTURES)
def test_classes_that_are_drawn_have_a_style(name):
    style = frame.STYLE.read_text("utf-8")
    used = {word for one in root(PICTURES[name]()).iter(etree.Element) for word in (one.get("class") or "").split()}
    plain = {"name", "picture-map-small", "numbers", "axis", "key", "on-1", "on-2", "on-3", "bar", "dot"}
    assert {word for word in used - plain if f".{word}" not in style} == set()


def test_style_is_text_that_an_svg_can_hold():
    assert not set(frame.STYLE.read_text("utf-8")) & set("<&")


def test_hostile_texts_stay_texts():
    date = datetime.date(2006, 1, 1)
    told = Entry(HOSTILE, HOSTILE, date, date, "day", HOSTILE, HOSTILE, HOSTILE, disputed=True)
    pictures = [
        worldmap.worldmap({"CA": Mark(HOSTILE, 1, HOSTILE, HOSTILE)}, HOSTILE, HOSTILE, unit=HOSTILE),
        highlight(HOSTILE, HOSTILE, HOSTILE),
        timeline.timeline([told], HOSTILE, HOSTILE),
        timeline.timeline([told], HOSTILE, HOSTILE, vertical=True),
        strip([told], HOSTILE, HOSTILE, href=HOSTILE),
        bars([Bar(HOSTILE, 1, HOSTILE, HOSTILE)], HOSTILE, HOSTILE),
    ]
    for pieces in pictures:
        picture = root(pieces)
        assert picture.find(f".//{SVG}script") is None
        assert picture.find(f"{SVG}title").text == HOSTILE.replace("\x00", "")


@pytest.mark.parametrize("href", ["javascript:alert(1)", "JaVaScRiPt:x", " data:text/html,x", "java\nscript:x", ""])
def test_addresses_that_are_none_of_the_web_are_no_links(href):
    assert titles(root(bars([Bar("a", 1, href)], "t", "d"))) == []


# The map


def test_countries_are_links_in_the_order_of_their_names():
    assert titles(root(PICTURES["map"]())) == [
        ("Canada: 12", "/country/CA"),
        ("Malta: 1, the smallest", "/country/MT"),
        ("Norway: 3", "/country/NO"),
    ]


def test_countries_have_steps_numbers_and_small_ones_a_dot():
    picture = root(PICTURES["map"](unit="organisations"))
    links = list(picture.iter(f"{SVG}a"))
    assert [one.get("class") for one in links] == ["mark step-4", "mark step-1", "mark step-2"]
    assert [one.find(f"{SVG}circle[@class='dot']") is not None for one in links] == [False, True, False]
    assert sorted(one.text for one in picture.find(f".//{SVG}g[@class='numbers']").iter(f"{SVG}text")) == [
        "1",
        "12",
        "3",
    ]
    assert re.findall(r"\S+", said(picture.find(f".//{SVG}g[@class='legend']"))) == ["12", "3", "1", "organisations"]


def test_countries_without_a_count_and_unknown_codes_are_not_marked():
    marks = {"CA": Mark("Canada", 0, "/country/CA"), "XX": Mark("Nowhere", 2, "/country/XX")}
    assert titles(root(worldmap.worldmap(marks, "t", "d"))) == []


def test_every_country_but_antarctica_has_a_place(shipped_codes):
    earth = world(1000, 1)
    assert shipped_codes - set(earth.shapes) == {"AQ"}
    assert all(0 < shape.middle[0] < 1000 and 0 < shape.middle[1] < earth.height for shape in earth.shapes.values())


@pytest.fixture
def shipped_codes():
    table = Path(draw.__file__).parents[3] / "data" / "reference" / "countries.csv"
    return {line.partition(",")[0] for line in table.read_text("utf-8").splitlines()[1:]}


def test_all_countries_marked_are_all_links(shipped_codes):
    marks = {code: Mark(code, 1 + len(code) * ord(code[0]), f"/country/{code}") for code in shipped_codes}
    assert len(titles(root(worldmap.worldmap(marks, "t", "d")))) == len(shipped_codes) - 1


def test_numbers_on_the_map_do_not_meet():
    earth = world(1000, 1)
    marks = {code: Mark(code, 7, f"/country/{code}") for code in earth.shapes}
    boxes = [one.box for one in worldmap._numbers(earth, marks, {7: 1}) if one.leader]
    assert len(boxes) > 60
    assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))


def test_no_line_runs_across_the_map():
    """A ring that crosses the 180th meridian must go on beyond it, not back to the other side."""
    for shape in world(1000, 1).shapes.values():
        for ring in filter(None, shape.path.split("M")):
            steps = [float(step) for step in re.findall(r"-?[\d.]+", ring.partition("l")[2])]
            assert all(abs(step) < 100 for step in steps), shape.code


def test_projection_is_equal_earth():
    """x and y of the formula's own table: Šavrič, Patterson and Jenny 2018, at the pole and at 45°."""
    assert equal_earth(0, 90)[1] == pytest.approx(-1.3173627)
    assert equal_earth(180, 0)[0] == pytest.approx(2.7066300)


def test_shapes_are_those_that_their_page_names():
    (told,) = re.findall(r"`countries\.json` \| `([0-9a-f]{64})`", (WORLD / "VENDORED.md").read_text("utf-8"))
    assert told == hashlib.sha256((WORLD / "countries.json").read_bytes()).hexdigest()
    assert "Permission to use, copy, modify" in (WORLD / "world-atlas.LICENSE").read_text("utf-8")


def test_small_map_marks_one_country_and_rings_a_small_one():
    here = [one.get("class") for one in root(highlight("SG", "t", "d")) if one.get("class") in {"here", "ring"}]
    assert here == ["here", "here", "ring"]
    assert [one.get("class") for one in root(highlight("CA", "t", "d")) if one.get("class")] == [
        "land",
        "border",
        "here",
    ]
    assert [one.get("class") for one in root(highlight("XX", "t", "d")) if one.get("class")] == ["land", "border"]


# The timeline


def test_every_date_is_a_link_in_order_of_time():
    assert titles(root(PICTURES["column"]())) == [
        (
            "1980s onwards: Epidemic" if "1980s" in ENTRIES[4].date_label else "1980 onwards: Epidemic",
            "/event/epidemic",
        ),
        ("1980s: Union", "/event/union"),
        ("2006: Network (sources disagree)", "/org/network"),
        ("2008: Network (sources disagree)", "/org/network"),
        ("July 2012 to February 2013: Campaign", "/event/campaign"),
        ("31 August 2018: Meeting", "/event/meeting"),
        ("by 31 August 2018: Notice", "/event/notice"),
    ]
    assert sorted(titles(root(PICTURES["timeline"]()))) == sorted(titles(root(PICTURES["column"]())))


def marks(edtf):
    """What a lone entry is drawn with across a page: elements and their widths, the label left out."""
    picture = root(timeline.timeline([entry("A", edtf)], "t", "d"))
    (one,) = picture.iter(f"{SVG}a")
    return [
        (etree.QName(part).localname, float(part.get("width") or 0))
        for part in one
        if part.get("class") not in {None, "date"}
    ]


def test_marks_are_as_long_as_their_time():
    assert marks("2018-08-31") == [("circle", 0)]
    assert marks("2018-08")[0] == ("rect", pytest.approx(976 / 10 * 31 / 365, abs=0.3))
    assert marks("2018")[0] == ("rect", pytest.approx(97.6, abs=0.1))
    assert marks("198X") == []  # it has no place in its decade
    assert [name for name, _ in marks("1980/..")] == ["path", "path", "polygon"]
    assert [name for name, _ in marks("2012-07/2013-02")] == ["path"]


def test_disputed_dates_are_joined_and_say_so():
    picture = root(timeline.timeline(ENTRIES[2:4], "t", "d"))
    assert len(picture.findall(f".//{SVG}path[@class='disputed']")) == 2  # the join, and the key's sample
    assert "2006 or 2008" in said(picture)
    told = said(root(timeline.timeline(ENTRIES[2:4], "t", "d", vertical=True)))
    assert "Sources disagree: also 2008" in told
    assert "Sources disagree: also 2006" in told


def test_entries_stand_once_and_only_with_a_date():
    undated = Entry("No date", "/event/none", None, None, "interval", "event", "", "")
    assert titles(root(timeline.timeline([ENTRIES[0], ENTRIES[0], undated], "t", "d"))) == [
        ("31 August 2018: Meeting", "/event/meeting")
    ]
    for vertical in (False, True):
        assert titles(root(timeline.timeline([undated], "t", "d", vertical=vertical))) == []
    assert titles(root(strip([undated], "t", "d"))) == []


@pytest.mark.parametrize("vertical", [False, True])
def test_words_of_a_timeline_are_those_of_a_language(vertical):
    french = Wording(
        decade="années {}", either=" ou ", also="Les sources divergent : aussi {}", disagree="sources divergentes"
    )
    picture = root(timeline.timeline(ENTRIES[2:4], "t", "d", vertical=vertical, wording=french))
    assert "années 2000" in said(picture)
    assert "aussi 2008" in said(picture) or "2006 ou 2008" in said(picture)
    assert titles(picture)[0][0] == "2006: Network (sources divergentes)"


def test_labels_do_not_meet():
    many = [
        entry(
            f"The thing of the number {number} with a long name, longer than a line",
            f"{1990 + number % 30}-0{1 + number % 9}",
        )
        for number in range(120)
    ]
    for band in timeline._bands(items([*many, *ENTRIES]), 1080, ENGLISH):
        boxes = [one.box for one in (*band.placed, *band.broad)]
        assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))
        assert all(box.left >= 90 and box.right <= 1080 for box in boxes)
        assert all(band.top < box.top and box.bottom < band.top + band.height for box in boxes)


def test_strip_is_one_link_with_a_dot_for_each_date_known_to_the_year():
    picture = root(PICTURES["strip"]())
    assert titles(picture) == [("A title", "/timeline")]
    assert len(list(picture.iter(f"{SVG}circle"))) == 3
    assert len([one for one in picture.iter(f"{SVG}path") if one.get("class").startswith("line")]) == 4


# The chart


def test_bars_are_as_long_as_their_values():
    picture = root(PICTURES["chart"]())
    assert titles(picture) == [("observes: 28", BARS[0].href), ("demands: 6, of 7", BARS[1].href)]
    widths = [float(one.get("width")) for one in picture.iter(f"{SVG}rect") if one.get("class") == "mark"]
    assert widths[0] / widths[1] == pytest.approx(28 / 6, rel=0.01)
    assert widths[2] == 0
    assert [one.text for one in picture.iter(f"{SVG}text") if one.get("class") == "value"] == ["28", "6", "0"]


@pytest.mark.parametrize("width", [360, 720])
def test_chart_stays_in_its_width(width):
    rows = [
        Bar("A long name of a thing that is counted here, and longer than that " * 3, 1234567),
        Bar("b", 0.5),
        Bar("c", -2),
    ]
    picture = root(bars(rows, "t", "d", width=width))
    for one in picture.iter(f"{SVG}rect"):
        assert float(one.get("x") or 0) + float(one.get("width")) <= width
    assert root(bars([], "t", "d")).get("viewBox") == "0 0 720 1"


# Colours


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one, other, share):
    """The colour that color-mix(in srgb) makes."""
    return "#" + "".join(
        f"{round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share)):02x}"
        for at in (1, 3, 5)
    )


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark by preference", "dark by choice"])
def test_colours_can_be_told_from_their_ground(scheme):
    """WCAG 2.2: text 4.5:1 (1.4.3), what has a meaning 3:1 (1.4.11)."""
    blocks = re.findall(r"\{[^{}]*--p-ground[^{}]*\}", frame.STYLE.read_text("utf-8"))
    colour = dict(re.findall(r"--p-([a-z-]+): (?:var\(--[a-z]+, )?(#[0-9a-f]{6})", blocks[scheme]))
    texts = ["ink", "quiet", "warn", "organisation", "event", "publication", "provision", "other"]
    assert all(contrast(colour[name], colour["ground"]) >= 4.5 for name in texts)
    assert contrast(colour["accent"], colour["ground"]) >= 3
    shares = re.findall(
        r"step-(\d) \{ fill: color-mix\(in srgb, var\(--p-accent\) (\d+)%", frame.STYLE.read_text("utf-8")
    )
    for step, share in [*shares, ("5", "100")]:
        fill = mixed(colour["accent"], colour["ground"], int(share) / 100)
        assert contrast(colour["on-accent" if step in "45" else "ink"], fill) >= 4.5
