"""The interactive map in a real browser without a network: everything the page promises, by pointer and by key."""

import hashlib
import json
import os
import shutil
import time
import xml.etree.ElementTree as ET

import pytest

from movement_kg.draw.page import HERE, page

CHROMIUM, CHROMEDRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
HOSTILE = "</script><script>window.hurt=1</script><img src=x onerror=window.hurt=2>"
SWITCHES = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --window-size=1280,800""".split()


def node(name, label, kind="organisation", x=0.0, y=0.0, **more):
    plain = {"iri": f"https://example.org/{name}", "short": "", "type": "", "countries": [], "size": 20.0, "facts": []}
    return {"id": name, "label": label, "kind": kind, "x": x, "y": y} | plain | more


def edge(name, one, other, kind="partner", **more):
    plain = {"label": f"{kind} of", "group": "link", "weight": 1, "directed": False, "certainty": "explicit"}
    ends = {"id": name, "from": one, "to": other, "kind": kind}
    return ends | plain | {"disputed": False, "via": [], "citations": ["000-12"]} | more


def looks(*rows):
    return {name: {"label": label, "light": light, "dark": dark} | more for name, label, light, dark, more in rows}


NETWORK = {
    "title": "Organisations & <others>",
    "description": "A small network for tests.",
    "projection": "organisations",
    "filters": {"country": "any"},
    "version": "2026-11-21",
    "content": "0e6f2556f157",
    "licence": "CC BY 4.0",
    "sources": {"000": "A history of the unions", "002": "Minutes"},
    "passages": {
        "000-12": {"source": "000", "locator": "Episode 3, paragraph 2"},
        "002-3": {"source": "002", "locator": "page 4"},
    },
    "countries": {"NL": "Netherlands", "DK": "Denmark"},
    "caveats": ["What the documents do not say is not on the map."],
    "isolates": 3,
    "core": {"shown": 1000, "of": 10000, "measure": "degree"},
    "look": {
        "nodes": looks(
            ("organisation", "Organisation", "#0072b2", "#4fb0e8", {"shape": "ellipse"}),
            ("person", "Person", "#d55e00", "#ff9a52", {"shape": "triangle"}),
            ("event", "Event", "#e69f00", "#f5c04a", {"shape": "rectangle"}),
        ),
        "edges": looks(
            ("link", "Stated link", "#4a4a4a", "#c4c4c4", {"mark": ""}),
            ("membership", "Membership", "#a34700", "#ff9a52", {"mark": ""}),
            ("shared-people", "Shared people", "#d55e00", "#ff9a52", {"mark": "triangle"}),
        ),
    },
    "nodes": [
        node(
            "org/inpud",
            "International Network of People who Use Drugs",
            short="INPUD",
            type="user organisation",
            countries=["NL"],
            start="2006-01-01",
            facts=[
                {"property": "founded", "value": "2006", "citations": ["002-3", "000-12"], "marks": ["implied"]},
                {"property": "seat", "value": "London", "citations": ["000-12"], "marks": []},
            ],
        ),
        node("org/bf", "Brugerforeningen for aktive stofbrugere", x=150, countries=["DK"]),
        node("org/mdhg", "Medisch-sociale Dienst Heroïnegebruikers", x=150, y=150, short="MDHG", countries=["NL"]),
        node("person/theo", "Theo van Dam", "person", x=300, y=80),
        node("person/ada", HOSTILE, "person", x=300, y=200),
        node("event/first", "First meeting", "event", x=450, y=80, start="1990-05-01", end="1990-05-03"),
        node("org/far", "Far away", x=450, y=250),
        node("org/alone", "Alone with Near", x=600, y=250, countries=["DK"]),
    ],
    "edges": [
        edge("e1", "org/inpud", "org/bf", start="2006-01-01", end="2010-12-31", citations=["000-12", "002-3"]),
        edge(
            "e2",
            "org/inpud",
            "org/bf",
            "shared-people",
            label="shared people",
            group="shared-people",
            via=["Theo van Dam"],
        ),
        edge("e3", "person/theo", "org/bf", "member", group="membership", directed=True, certainty="implied"),
        edge("e4", "org/bf", "org/mdhg", start="1980-01-01", end="1989-12-31"),
        edge("e5", "event/first", "person/theo", "participant", directed=True, start="1990-01-01", end="1990-12-31"),
        edge("e6", "org/mdhg", "person/ada", disputed=True, start="1995-01-01"),
        edge("e7", "org/alone", "org/far", "leader", label=HOSTILE),
    ],
}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser that has no network and records what it asks for and complains of."""
    webdriver = _webdriver()
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for switch in [*SWITCHES, f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND"]:
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=webdriver.ChromeService(CHROMEDRIVER), options=options)
    driver.downloads = tmp_path_factory.mktemp("downloads")
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(driver.downloads)})
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    yield driver
    driver.quit()


def _webdriver():
    missing = [path for path in (CHROMIUM, CHROMEDRIVER) if not shutil.which(path)]
    try:
        from selenium import webdriver
    except ImportError:
        missing.append("selenium")
    if missing:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"the map's tests need {', '.join(missing)}")
    return webdriver


class Map:
    """The page in the browser, with the few things that a reader does to it."""

    def __init__(self, driver, address):
        self.driver, self.address = driver, address

    def open(self, fragment=""):
        self.driver.get("about:blank")
        self.driver.get(self.address + fragment)
        self.wait("return Boolean(window.movementMap && movementMap.firstPictureMs)")
        return self

    def run(self, code, *values):
        return self.driver.execute_script(code, *values)

    def wait(self, code, *values):
        """What the code returns as soon as it is true."""
        until = time.monotonic() + 10
        while not (found := self.run(code, *values)):
            assert time.monotonic() < until, f"never true: {code}"
            time.sleep(0.03)
        return found

    def text(self, identifier):
        return self.run("return document.getElementById(arguments[0]).textContent", identifier).replace("\u00a0", " ")

    def click(self, identifier):
        opened = (
            "const e = document.getElementById(arguments[0]), f = e.closest('details'); if (f) f.open = true; e.click()"
        )
        self.run(opened, identifier)

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(getattr(Keys, key, key)).perform()

    def focus(self, identifier):
        self.run("document.getElementById(arguments[0]).focus()", identifier)

    def tap(self, name):
        """A click with the pointer at the place where the map shows a node."""
        from selenium.webdriver.common.action_chains import ActionChains

        x, y = self.run(
            "const c = document.getElementById('map'); const p = c._cyreg.cy.getElementById(arguments[0]).renderedPosition();"
            "const r = c.getBoundingClientRect(); return [Math.round(r.x + p.x), Math.round(r.y + p.y)]",
            self.key(name),
        )
        actions = ActionChains(self.driver, duration=0)
        actions.w3c_actions.pointer_action.move_to_location(x, y)
        actions.w3c_actions.pointer_action.click()
        actions.perform()
        self.wait("return document.querySelector('.close') !== null")

    @staticmethod
    def key(name):
        return f"n{[one['id'] for one in NETWORK['nodes']].index(name)}"

    def shown(self, group="nodes"):
        """What the map draws, by name."""
        code = (
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done("
            f"document.getElementById('map')._cyreg.cy.{group}().filter(e => e.visible()).map(e => e.id()))))"
        )
        return {NETWORK[group][int(key[1:])]["id"] for key in self.driver.execute_async_script(code)}

    def marked(self, mark, group="nodes"):
        code = f"return document.getElementById('map')._cyreg.cy.{group}('.{mark}').map(e => e.id())"
        return {NETWORK[group][int(key[1:])]["id"] for key in self.run(code)}

    def chosen(self):
        return self.run("return (document.getElementById('panel-title') || {}).textContent")

    def download(self, ending):
        """The file that an export button leaves."""
        before = set(self.driver.downloads.iterdir())
        self.click(f"export-{ending}")
        until = time.monotonic() + 10
        while not (
            made := {one for one in self.driver.downloads.glob(f"*.{ending}*") if one.suffix == f".{ending}"} - before
        ):
            assert time.monotonic() < until, "nothing was saved"
            time.sleep(0.05)
        return made.pop()

    def complaints(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]

    def requests(self):
        """The addresses that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event for event in events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "map.html"
    path.write_bytes(b"".join(page(NETWORK)))
    return path.as_uri()


@pytest.fixture
def reader(chromium, address):
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    chromium.get("about:blank")
    made = Map(chromium, address)
    made.requests()  # what the browser's own first tab asked for
    made.open()
    yield made
    assert made.complaints() == []
    assert [one for one in made.requests() if not one.startswith(("file:", "data:", "blob:", "about:"))] == []


# The file


def test_equal_data_give_equal_bytes():
    turned = {key: NETWORK[key] for key in reversed(NETWORK)}
    assert b"".join(page(NETWORK)) == b"".join(page(turned))


def test_labels_cannot_end_the_element_that_holds_them():
    text = b"".join(page(NETWORK | {"description": "a\u2028b"})).decode()
    assert HOSTILE not in text
    assert "\\u003c/script\\u003e" in text
    assert text.count("</script>") == 3
    assert "<title>Organisations &amp; &lt;others&gt;</title>" in text
    assert '"a\\u2028b"' in text


def test_without_scripts_the_page_says_what_it_needs():
    text = b"".join(page(NETWORK)).decode()
    assert "<noscript>" in text
    assert "needs JavaScript" in text
    assert '<p class="description">A small network for tests.</p>' in text


def test_the_policy_allows_only_what_is_inside():
    policy = b"".join(page(NETWORK)).decode().partition('Policy" content="')[2].partition('"')[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_vendored_files_are_those_that_are_named():
    rows = [
        line.split("|")
        for line in (HERE / "VENDORED.md").read_text("utf-8").splitlines()
        if "`cytoscape.min.js` |" in line
    ]
    assert [row[1:3] for row in rows] == [[" cytoscape.js ", " 3.34.4 "]]
    assert rows[0][5].strip(" `") == hashlib.sha256((HERE / "cytoscape.min.js").read_bytes()).hexdigest()
    assert "Copyright" in (HERE / "cytoscape.LICENSE").read_text("utf-8")


def test_own_files_are_short_and_call_no_one():
    own = [*HERE.glob("*.js"), *HERE.glob("*.css"), *HERE.glob("*.html")]
    for path in own:
        if path.name != "cytoscape.min.js":
            text = path.read_text("utf-8")
            assert len(text.splitlines()) <= 320, path.name
            assert "innerHTML" not in text
            assert "fetch(" not in text


# The map


def test_it_starts_with_everything(reader):
    assert len(reader.shown()) == 8
    assert len(reader.shown("edges")) == 7
    assert reader.run("return document.documentElement.scrollHeight <= window.innerHeight"), "a desk needs no scrolling"
    assert reader.text("count") == "8 of 8 nodes, 7 of 7 edges"
    assert reader.text("core") == "Shows the 1 000 nodes with the greatest degree of 10 000"
    assert reader.run("return movementMap.ready instanceof Promise && typeof cytoscape") == "undefined"
    assert "What the documents do not say" in reader.text("panel")
    assert "3 further things" in reader.text("panel")


def test_the_legend_tells_kinds_filters_sources_version_and_licence(reader):
    legend = reader.text("legend")
    for words in (
        "Organisation",
        "Membership",
        "Implied",
        "Disputed",
        "country: any",
        "2 sources",
        "2026-11-21",
        "CC BY 4.0",
    ):
        assert words in legend
    reader.click("certainty-implied")
    assert "without: implied edges" in reader.text("legend")


def test_hostile_labels_do_nothing(reader):
    reader.tap("person/ada")
    assert reader.chosen() == HOSTILE
    assert reader.run("return window.hurt === undefined && document.querySelectorAll('img').length === 0")


def test_lines_tell_certainty_dispute_and_direction(reader):
    style = "return document.getElementById('map')._cyreg.cy.getElementById(arguments[0]).style(arguments[1])"
    assert reader.run(style, "e2", "line-style") == "dashed"
    assert reader.run(style, "e5", "line-style") == "dotted"
    assert reader.run(style, "e5", "label") == "?"
    assert reader.run(style, "e2", "target-arrow-shape") == "triangle"
    assert reader.run(style, "e0", "target-arrow-shape") == "none"
    assert reader.run(style, "e1", "mid-target-arrow-shape") == "triangle"
    middle = (
        "const m = document.getElementById('map')._cyreg.cy.getElementById(arguments[0]).midpoint(); return [m.x, m.y]"
    )
    assert reader.run(middle, "e0") != reader.run(middle, "e1"), "parallel edges fan out"


# Search


@pytest.mark.parametrize(
    ("asked", "found"),
    [("inpud", "International Network"), ("HEROINEGEBR", "Medisch-sociale"), ("dam theo", "Theo van Dam")],
)
def test_search_finds_names_and_acronyms(reader, asked, found):
    reader.focus("search")
    reader.press(asked)
    assert found in reader.text("search-hits")
    reader.press("ENTER")
    assert reader.chosen().startswith(found)
    reader.wait("return /node=/.test(location.hash)")


def test_search_hits_are_walked_by_key_and_missing_names_said(reader):
    reader.focus("search")
    reader.press("e", "ARROW_DOWN", "ARROW_DOWN")
    active = reader.run("return document.getElementById('search').getAttribute('aria-activedescendant')")
    assert active == "search-hits-1"
    reader.press("xyz")
    assert reader.text("search-hits") == "No node has this name"
    reader.press("ESCAPE")
    assert reader.run("return document.getElementById('search-hits').hidden")


# Filters


def test_filter_by_kind_of_node(reader):
    reader.click("kind-2")
    assert reader.shown() == {"org/inpud", "org/bf", "org/mdhg", "org/far", "org/alone"}
    reader.click("alone")
    assert reader.shown() == {"org/inpud", "org/bf", "org/mdhg", "org/far", "org/alone", "event/first"}


def test_filter_by_kind_of_edge(reader):
    boxes = reader.run(
        "return [...document.querySelectorAll('#filter-edges .check')].map(e => [e.querySelector('input').id, e.textContent])"
    )
    member = next(name for name, words in boxes if "Member" in words)
    reader.click(member)
    assert reader.shown("edges") == {"e1", "e2", "e4", "e5", "e6", "e7"}


def test_filter_by_country(reader):
    reader.click("country-1")
    assert reader.shown() == {"org/inpud", "org/mdhg", "org/bf", "person/ada"}, "edges with an end in the Netherlands"
    assert reader.shown("edges") == {"e1", "e2", "e4", "e6"}
    reader.click("country-1")
    reader.click("country-0")
    assert reader.shown() == {"org/inpud", "org/mdhg", "org/bf", "person/theo", "org/alone", "org/far"}


def test_filter_by_certainty(reader):
    reader.click("certainty-implied")
    assert "e3" not in reader.shown("edges")
    reader.click("certainty-disputed")
    assert reader.shown("edges") == {"e1", "e2", "e4", "e5", "e7"}
    reader.click("reset")
    assert len(reader.shown("edges")) == 7


def test_filter_by_period_keeps_what_may_overlap(reader):
    slide = (
        "const s = document.getElementById(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('input'))"
    )
    reader.run(slide, "year-from", 1991)
    assert reader.shown("edges") == {"e1", "e2", "e3", "e6", "e7"}
    reader.run(slide, "year-to", 1993)
    assert reader.shown("edges") == {"e2", "e3", "e7"}, "without dates an edge counts always"
    assert reader.text("period") == "1991–1993"
    assert "unknown" in reader.text("period-hint")
    assert reader.run("return document.getElementById('year-from').getAttribute('aria-describedby')") == "period-hint"


# Selection


def test_a_click_shows_facts_with_numbered_sources(reader):
    reader.tap("org/inpud")
    assert reader.chosen() == "International Network of People who Use Drugs"
    rows = reader.run("return [...document.querySelectorAll('.fact')].map(e => e.innerText.replace(/\\s+/g, ' '))")
    assert "Founded 2006 implied [1] [2]" in rows
    assert "Seat London [2]" in rows
    sources = reader.run(
        "return [...document.querySelectorAll('#panel .sources li')].map(e => e.innerText.replace(/\\s+/g, ' '))"
    )
    assert sources == ["[1] Minutes. page 4", "[2] A history of the unions. Episode 3, paragraph 2"]
    assert "INPUD" in reader.text("panel")
    assert "Netherlands" in reader.text("panel")


def test_an_edge_shows_its_time_its_middle_and_its_sources(reader):
    reader.open("#edge=e2")
    assert reader.chosen() == "Shared people"
    assert "Theo van Dam" in reader.text("panel")
    assert "Episode 3, paragraph 2" in reader.text("panel")
    reader.open("#edge=e1")
    assert "2006–2010" in reader.text("panel")


def test_the_map_is_walked_by_key(reader):
    reader.focus("map")
    reader.press("ENTER")
    assert reader.chosen() == "Brugerforeningen for aktive stofbrugere"
    reader.press("ARROW_LEFT")
    assert reader.chosen().startswith("International Network")
    assert "Selected International Network" in reader.wait("return document.getElementById('said').textContent")
    reader.press("ARROW_RIGHT", "ARROW_DOWN")
    assert reader.chosen().startswith("Medisch")
    reader.press("ESCAPE")
    assert reader.chosen() == "How to read it"


def test_the_neighbourhood_lights_up_and_can_stand_alone(reader):
    reader.tap("org/inpud")
    assert reader.marked("lit") == {"org/inpud", "org/bf"}
    assert "org/far" in reader.marked("faded")
    reader.click("depth-2")
    assert reader.marked("lit") == {"org/inpud", "org/bf", "org/mdhg", "person/theo"}
    reader.click("only")
    assert reader.shown() == {"org/inpud", "org/bf", "org/mdhg", "person/theo"}
    assert reader.text("table-summary") == "Table: 4 nodes, 4 edges"
    reader.click("depth-3")
    assert reader.shown() == {"org/inpud", "org/bf", "org/mdhg", "person/theo", "person/ada", "event/first"}


# Path


def test_the_shortest_path_is_shown_and_told(reader):
    reader.run("document.getElementById('path').open = true")
    reader.focus("path-from")
    reader.press("INPUD", "ENTER")
    reader.focus("path-to")
    reader.press("first", "ENTER")
    stops = reader.run(
        "return [...document.querySelectorAll('#path-result li')].map(e => e.innerText.replace(/\\s+/g, ' ').trim())"
    )
    assert stops == [
        "INPUD",
        "partner of; shared people Brugerforeningen for aktive stofbrugere",
        "member of ↑ (implied) Theo van Dam",
        "participant of ↑ First meeting",
    ]
    assert reader.marked("path", "edges") == {"e1", "e2", "e3", "e5"}
    reader.click("path-clear")
    assert reader.marked("path") == set()


def test_where_no_path_is_it_says_so(reader):
    reader.open("#from=org/inpud&to=org/far")
    assert reader.text("path-result") == "No path joins INPUD and Far away in what the filters leave."


# The table twin


def test_the_table_is_one_tab_stop_and_walks_to_neighbours(reader):
    reader.run("document.getElementById('table-fold').open = true")
    reader.wait("return document.querySelector('#rows tbody tr')")
    assert (
        reader.run(
            "return document.querySelectorAll('#rows [tabindex=\"0\"], #rows button, #rows a, #rows input').length"
        )
        == 1
    )
    reader.focus("tab-nodes")
    reader.press("TAB")
    focused = "return document.activeElement.querySelector('th').textContent"
    names = sorted(one["label"] for one in NETWORK["nodes"] if one["label"] != HOSTILE)
    assert reader.run("return document.activeElement.tagName") == "TR"
    reader.press("HOME")
    reader.press(*["ARROW_DOWN"] * 7)
    reader.press("ARROW_UP", "HOME", "ARROW_DOWN")
    assert reader.run("return document.querySelectorAll('#rows tbody tr').length") == 8
    reader.run("document.querySelector('#rows tr[data-key=n1]').click()")
    assert reader.run("return document.activeElement.getAttribute('aria-selected')") == "true"
    assert reader.chosen().startswith("Brugerforeningen")
    reader.press("ARROW_RIGHT")
    assert reader.run(focused).endswith("(INPUD)")
    assert "neighbour 1 of 3" in reader.wait("return document.getElementById('said').textContent")
    reader.press("ARROW_RIGHT")
    assert reader.chosen().startswith("Medisch")
    reader.press("ENTER", "ARROW_LEFT")
    assert reader.chosen() in {HOSTILE, *names}
    assert reader.run("return document.querySelectorAll('#rows [tabindex=\"0\"]').length") == 1


def test_enter_and_space_select_a_row(reader):
    reader.run("document.getElementById('table-fold').open = true")
    reader.wait("return document.querySelector('#rows tbody tr')")
    reader.focus("tab-nodes")
    reader.press("TAB", "END", "HOME", "ARROW_DOWN", "ENTER")
    first = reader.chosen()
    assert first != "How to read it"
    reader.press("ARROW_DOWN", " ")
    assert reader.chosen() != first


def test_a_long_table_is_listed_whole_on_demand(reader, tmp_path):
    many = [node(f"org/{number}", f"Organisation {number:03}", x=20.0 * number) for number in range(250)]
    path = tmp_path / "many.html"
    path.write_bytes(b"".join(page(NETWORK | {"nodes": many, "edges": []})))
    Map(reader.driver, path.as_uri()).open()
    reader.run("document.getElementById('table-fold').open = true")
    reader.wait("return document.querySelectorAll('#rows tbody tr').length === 200")
    assert reader.text("show-all") == "Show all 250"
    reader.run("document.getElementById('show-all').click()")
    assert reader.run("return document.querySelectorAll('#rows tbody tr').length") == 250
    reader.focus("search")
    reader.press("Organisation 249", "ENTER")
    assert reader.run("return document.querySelector('#rows [tabindex=\"0\"]').dataset.key") == "n249"


def test_the_edges_have_a_table_too(reader):
    reader.run("document.getElementById('table-fold').open = true")
    reader.wait("return document.querySelector('#rows tbody tr')")
    reader.focus("tab-nodes")
    reader.press("ARROW_RIGHT")
    assert reader.run("return document.activeElement.id") == "tab-edges"
    rows = reader.run(
        "return [...document.querySelectorAll('#rows tbody tr')].map(r => r.innerText.replace(/\\s+/g, ' '))"
    )
    assert len(rows) == 7
    assert rows[0].startswith("INPUD partner of Brugerforeningen for aktive stofbrugere none 2006–2010 explicit 1")
    reader.click("certainty-disputed")
    assert reader.run("return document.querySelectorAll('#rows tbody tr').length") == 6


# The link


def test_a_link_brings_the_view_back(reader):
    reader.tap("org/inpud")
    reader.click("depth-2")
    reader.click("certainty-implied")
    reader.click("country-0")
    reader.click("alone")
    reader.click("zoom-in")
    reader.wait("return /at=/.test(location.hash)")
    place = "const cy = document.getElementById('map')._cyreg.cy; return [cy.zoom(), cy.pan().x, cy.pan().y]"
    before = (reader.shown(), reader.chosen(), reader.run("return location.hash"))
    where = reader.run(place)
    reader.open(before[2])
    assert (reader.shown(), reader.chosen(), reader.run("return location.hash")) == before
    assert reader.run(place) == pytest.approx(where, rel=1e-3, abs=0.5)
    assert reader.run(
        "return document.getElementById('depth-2').checked && !document.getElementById('certainty-implied').checked"
    )


def test_a_changed_address_is_followed_and_garbage_is_let_be(reader):
    reader.run("location.hash = '#node=org/bf&years=1991-1993'")
    reader.wait("return document.getElementById('panel-title').textContent.startsWith('Bruger')")
    assert reader.shown("edges") == {"e2", "e3", "e7"}
    garbage = (
        "#node=__proto__&edge=%E0%A4%A&depth=99&at=1,NaN,-3&years=9-&hide=constructor&in=%00&only=maybe&from=x&&=&%"
    )
    reader.open(garbage)
    assert reader.chosen() == "How to read it"
    assert len(reader.shown()) == 8


def test_copy_link_says_what_it_did(reader):
    reader.run("document.getElementById('copy-link').click()")
    assert reader.wait("return document.getElementById('said').textContent") in {
        "Link copied",
        "The link is in the address bar",
    }


# Exports


def test_the_svg_is_whole_and_holds_only_what_is_visible(reader):
    reader.click("kind-0")
    root = ET.fromstring(reader.download("svg").read_text("utf-8"))
    words = " ".join(root.itertext())
    assert "Organisations & <others>" in words
    assert "INPUD" in words
    assert "2 sources" in words.replace("\u00a0", " ")
    assert "2026-11-21" in words
    assert "Membership" in words
    assert "First meeting" not in words
    assert HOSTILE in words


def test_the_png_is_a_picture(reader):
    made = reader.download("png").read_bytes()
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20], "big") == 2400


def test_the_gexf_is_read_by_networkx(reader):
    import networkx

    reader.click("certainty-disputed")
    graph = networkx.read_gexf(reader.download("gexf"))
    assert set(graph) == reader.shown()
    assert graph.number_of_edges() == 6
    assert graph.nodes["org/inpud"]["label"] == "International Network of People who Use Drugs"
    assert graph.nodes["org/inpud"]["short"] == "INPUD"
    assert graph.nodes["org/inpud"]["viz"]["position"]["x"] == 0
    labels = {data["label"] for _, _, data in graph.edges(data=True)}
    assert HOSTILE in labels


# Screens


def test_a_phone_has_nothing_beside_the_screen(reader):
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    reader.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    reader.open("#node=org/inpud")
    for fold in ("controls-fold", "table-fold", "legend-fold", "path", "filter-countries"):
        reader.run("document.getElementById(arguments[0]).open = true", fold)
    reader.wait("return document.querySelector('#rows tbody tr')")
    assert reader.run("return document.documentElement.scrollWidth") <= 390
    assert reader.run("return window.innerWidth") == 390
    small = reader.run(
        "return [...document.querySelectorAll('button, summary, label.check, label.pill, input[type=search]')]"
        ".filter(e => e.checkVisibility() && !e.matches('.edge-button, .node-button'))"
        ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_dark_follows_the_system_and_the_button(reader):
    ground = "return getComputedStyle(document.querySelector('.stage')).backgroundColor"
    color = "return document.getElementById('map')._cyreg.cy.getElementById('n0').style('background-color')"
    light = (reader.run(ground), reader.run(color))
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    reader.wait("return document.getElementById('theme').textContent === 'Light'")
    night = (reader.run(ground), reader.run(color))
    assert night[0] != light[0]
    assert night[1] != light[1]
    reader.run("document.getElementById('theme').click()")
    assert (reader.run(ground), reader.run(color)) == light


def test_every_field_has_a_label_and_the_page_its_landmarks(reader):
    unnamed = reader.run(
        "return [...document.querySelectorAll('input')]"
        ".filter(e => !e.labels.length && !e.getAttribute('aria-label')).map(e => e.id)"
    )
    assert unnamed == []
    assert reader.run("return document.documentElement.lang") == "en"
    assert reader.run("return ['header', 'main', 'aside', 'h1'].every(tag => document.querySelector(tag))")


def test_an_empty_network_is_a_page_too(reader, tmp_path):
    bare = {"nodes": [], "edges": [], "sources": {}, "passages": {}, "core": None, "caveats": [], "filters": {}}
    path = tmp_path / "empty.html"
    path.write_bytes(b"".join(page(NETWORK | bare)))
    Map(reader.driver, path.as_uri()).open()
    assert reader.text("count") == "0 of 0 nodes, 0 of 0 edges"
