"""Pages of networks, time, place, disagreements, sources and search: asked in-process, over the shipped build and a tiny one."""

import csv
import io
import json
import re
from pathlib import Path

import networkx
import pytest
from lxml import etree, html
from world import make_world

import movement_kg
from movement_kg import assets
from movement_kg.build import build
from movement_kg.finished import Recipe
from movement_kg.network import PROJECTIONS
from movement_kg.web.pages import answer, open_build, shared, whole_networks
from movement_kg.web.pages.asked import Asked
from movement_kg.web.pages.texts import Texts, read
from movement_kg.web.pages.words import load

HOSTILE = '"><script>alert(1)</script>'


class Visitor:
    """Somebody who asks a site for paths, and reads what comes."""

    def __init__(self, build, texts=None) -> None:
        self._shared = shared("", "https://kg.example", load(), {})
        self.opened = open_build(build, texts or Texts())

    def get(self, path, **params):
        """The whole reply, its body as bytes."""
        values = {name: value if isinstance(value, list) else [value] for name, value in params.items()}
        reply = answer(self._shared, self.opened, Asked(path, values, "text/html", "en"))
        return reply, b"".join(reply.body)

    def page(self, path, status=200, **params):
        """The parsed page; no id stands in it twice, and nothing in it needs more than the site's policy allows."""
        reply, body = self.get(path, **params)
        assert (reply.status, reply.type) == (status, "text/html; charset=utf-8"), body
        tree = html.fromstring(body.decode())
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert not tree.xpath("//@style|//@onclick|//style|//script[not(@src) and not(contains(@type, 'json'))]")
        assert all(
            one.xpath("//label[@for=$id]", id=one.get("id")) for one in tree.xpath("//main//select|//main//input")
        )
        return tree


@pytest.fixture(scope="module")
def site(shipped):
    whole_networks.prepare(shipped)
    return Visitor(shipped.build)


@pytest.fixture(scope="module")
def lamp(tmp_path_factory):
    """The tiny world, in which two passages disagree on a founding, and the editors prefer one of them; with its text."""
    world = make_world(tmp_path_factory.mktemp("lamp"))
    world.add("organisations.csv", id="lamp-union", founded="1996", cite="900-5")
    world.add(
        "resolutions.csv",
        subject="org/lamp-union",
        property="mk:founded",
        value="1994",
        status="preferred",
        reason="the page says so",
        decider="editors",
        date="2026-11-21",
    )
    world.replace("events.csv", "A gathering of members and visitors.", HOSTILE.replace('"', '""').join('""'))
    made = build(Recipe(world.data, assets.ontology(), assets.queries()), world.out)
    return Visitor(made, read(world.texts))


def texts(tree, path):
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def cells(tree, table):
    """The texts of a table's cells, row by row."""
    return [texts(row, "th|td") for row in tree.xpath(f"//table[contains(@class, '{table}')]/tbody/tr")]


# Networks


def test_the_overview_shows_every_network_with_what_it_means_and_a_picture(site):
    tree = site.page("/network")
    links = tree.xpath("//li[contains(@class, 'view-card')]//h2/a/@href")
    assert links == [f"/network/{name}" for name in PROJECTIONS]
    assert len(tree.xpath("//li[contains(@class, 'view-card')]/svg//circle[1]")) == len(PROJECTIONS)
    assert "52 nodes, 62 edges" in texts(tree, "//li[contains(@class, 'view-card')]/p")


def test_nobody_who_looks_around_waits_for_a_layout(lamp):
    tree = lamp.page("/network")
    assert len(tree.xpath("//li[contains(@class, 'view-card')]")) == len(PROJECTIONS)
    assert not tree.xpath("//main//svg")


def test_a_network_has_picture_map_figures_brokers_and_edges_with_passages(site):
    tree = site.page("/network/organisations")
    (picture,) = tree.xpath("//main//img")
    assert picture.get("src") == "/network/organisations.svg"
    assert picture.get("alt").startswith(
        "A network of 52 nodes and 62 edges. With the most neighbours: International Network of People who Use Drugs; "
    )
    assert tree.xpath("//iframe/@src") == ["/network/organisations.html"]
    assert tree.xpath("//iframe/@title") == ["Interactive map: Organisations and what joins them"]
    assert cells(tree, "view-figures")[:2] == [["nodes", "52"], ["edges", "62"]]
    brokers = cells(tree, "view-brokers")
    assert (len(brokers), brokers[0][0]) == (10, "International Network of People who Use Drugs")
    assert any(
        note.startswith("A broker here is one through whom the sources' accounts connect")
        for note in texts(tree, "//p")
    )
    edges = tree.xpath("//table[contains(@class, 'view-edges')]/tbody/tr")
    assert len(edges) == 62
    assert all(
        re.fullmatch(r"/citation/\d{3}-[\d-]+", href) for href in tree.xpath("//td[@class='view-passages']//@href")
    )
    assert all(row.xpath("td[@class='view-passages']//a") for row in edges)


def test_filters_are_those_of_the_command_and_stay_in_every_address(site):
    tree = site.page("/network/organisations", kind="partner", certainty="explicit")
    assert texts(tree, "//select[@name='kind']/option[@selected]") == ["partner of"]
    assert tree.xpath("//main//img/@src") == ["/network/organisations.svg?kind=partner&certainty=explicit"]
    assert tree.xpath("//iframe/@src") == ["/network/organisations.html?kind=partner&certainty=explicit"]
    assert "/network/organisations.gexf?kind=partner&certainty=explicit" in tree.xpath(
        "//ul[@class='view-files']//@href"
    )
    assert len(tree.xpath("//table[contains(@class, 'view-edges')]/tbody/tr")) == 2


def test_several_values_of_a_filter_stay_chosen(site):
    tree = site.page("/network/organisations", country=["Canada", "NO"])
    assert texts(tree, "//select[@name='country' and @multiple]/option[@selected]") == ["Canada", "Norway"]


def test_a_network_may_be_seen_from_one_thing(site):
    near = site.page("/network/organisations", ego="INPUD")
    far = site.page("/network/organisations", ego="org/inpud", depth="2")
    nodes = [int(texts(tree, "//table[contains(@class, 'view-figures')]//td")[0]) for tree in (near, far)]
    assert 1 < nodes[0] < nodes[1] < 52


def test_a_great_network_is_cut_for_the_eye_and_whole_in_its_files(site):
    tree = site.page("/network/everything")
    assert tree.xpath("//main//img/@src") == ["/network/everything.svg?core=120"]
    assert tree.xpath("//iframe/@src") == ["/network/everything.html?core=400"]
    assert len(tree.xpath("//table[contains(@class, 'view-edges')]/tbody/tr")) == 400
    assert "/network/everything.gexf" in tree.xpath("//ul[@class='view-files']//@href")


def test_marriages_are_in_no_network_that_nobody_asked_for(site):
    for projection in PROJECTIONS:
        assert not [
            kind
            for *_, kind in whole_networks.whole(site.opened.graph, projection).edges(keys=True)
            if kind == "spouse"
        ]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"country": "XX"}, "nothing is called 'XX'"),
        ({"certainty": "sure"}, "certainty cannot be 'sure' (there are explicit, asserted, any)"),
        ({"kind": "partner", "country": "CA"}, "no edge is left: without kind there "),
        ({"since": "last week"}, "since cannot be 'last week'"),
        ({"ego": "org/nobody"}, "nothing is called 'org/nobody'"),
    ],
)
def test_what_leaves_nothing_is_told_above_the_form_that_asked(site, params, message):
    tree = site.page("/network/organisations", status=400, **params)
    (fault,) = texts(tree, "//div[@role='alert']")
    assert fault.startswith(message)
    assert tree.xpath("//details[@open]//form")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"depth": "0"}, "depth must be a whole number, 1 or more (got '0')"),
        ({"core": "9" * 20}, "core must be a whole number, 0 or more"),
        ({"contry": "CA"}, "a network has no option 'contry'; did you mean 'country'?"),
    ],
)
def test_a_wrong_option_of_a_network_is_refused(site, params, message):
    assert texts(site.page("/network/people", status=400, **params), "//p[@class='lead']")[0].startswith(message)


@pytest.mark.parametrize(
    "path", ["/network/friends", "/network/people.doc", "/network/people/x", "/map/x", "/sources/9"]
)
def test_below_these_pages_is_nothing_else(site, path):
    site.page(path, status=404)


def test_the_picture_may_style_itself_and_nothing_more(site):
    reply, body = site.get("/network/people.svg")
    (policy,) = [value for name, value in reply.headers if name == "content-security-policy"]
    assert reply.type == "image/svg+xml"
    assert etree.fromstring(body).tag == "{http://www.w3.org/2000/svg}svg"
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]+=*'; frame-ancestors 'self'", policy)


def test_the_map_runs_under_its_own_policy_and_may_stand_in_a_page_of_ours(site):
    reply, body = site.get("/network/people.html")
    (policy,) = [value for name, value in reply.headers if name == "content-security-policy"]
    assert f'content="{policy.removesuffix("; frame-ancestors " + chr(39) + "self" + chr(39))}"' in body.decode()
    assert "'unsafe-inline'" not in policy
    assert policy.endswith("frame-ancestors 'self'")


def test_a_network_is_taken_away_in_every_format(site):
    endings = ("png", "gexf", "graphml", "cyjs", "json", "dot")
    kinds = {ending: site.get(f"/network/people.{ending}")[0].type for ending in endings}
    assert kinds == {
        "png": "image/png",
        "gexf": "application/gexf+xml",
        "graphml": "application/graphml+xml",
        "cyjs": "application/json",
        "json": "application/json",
        "dot": "text/vnd.graphviz; charset=utf-8",
    }
    whole = whole_networks.whole(site.opened.graph, "people")
    graph = networkx.read_graphml(io.BytesIO(site.get("/network/people.graphml")[1]), force_multigraph=True)
    edges = [*csv.DictReader(io.StringIO(site.get("/network/people.edges.csv")[1].decode("utf-8-sig")))]
    assert graph.number_of_edges() == whole.number_of_edges() == len(edges)


def test_a_kept_network_is_the_one_that_was_made(shipped):
    made = shipped.network("people-organisations")
    kept = whole_networks.whole(shipped, "people-organisations")
    whole_networks.whole.cache_clear()
    again = whole_networks.whole(shipped, "people-organisations")
    for network in (kept, again):
        assert json.dumps(networkx.node_link_data(network, edges="edges")) == json.dumps(
            networkx.node_link_data(made, edges="edges")
        )


# Time


def test_the_timeline_tells_each_date_as_precisely_as_its_source(site):
    tree = site.page("/timeline")
    rows = [row[:4] for row in cells(tree, "view-dates")]
    assert len(rows) == 48
    assert (rows[0][0], rows[-1][0]) == ("1961", "2021")
    inpud = "International Network of People who Use Drugs founded sources disagree"
    assert ["2006", inpud, "organisation", "002: Episode 10, sentence 11"] in rows
    assert len(tree.xpath("//*[local-name()='svg']")) == 2


def test_what_has_no_date_is_counted_and_named(site):
    undated = site.page("/timeline", kind="event").xpath("//div[contains(@class, 'view-undated')]")[0]
    (summary,) = texts(undated, ".//summary")
    assert summary == f"{len(undated.xpath('.//li'))} events"
    dated = site.page("/timeline").xpath("//table[contains(@class, 'view-dates')]//@href")
    assert not {*undated.xpath(".//li//@href")} & {*dated}


def test_no_query_of_a_page_asks_for_two_patterns_within_an_exists():
    """Engines do not plan what stands in an EXISTS: of two patterns, each is read whole for every row."""
    pages = Path(movement_kg.__file__).parent / "web" / "pages"
    inside = [
        part for path in pages.glob("*.py") for part in re.findall(r"EXISTS \{+ (.*?) \}", path.read_text("utf-8"))
    ]
    assert len(inside) > 5
    assert [part for part in inside if re.search(r" [;.] |/a ", part)] == []


def test_the_timeline_of_a_country_and_of_a_theme(site):
    portugal = site.page("/timeline", country="pt")
    assert texts(portugal, "//select[@name='country']/option[@selected]") == ["Portugal"]
    kinds = {*texts(portugal, "//table[contains(@class, 'view-dates')]/tbody/tr/td[2]")}
    assert kinds <= {"event", "law or service"}
    theme = site.page("/timeline", theme="harm-reduction")
    assert texts(theme, "//select[@name='theme']/option[@selected]") == ["harm reduction"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"kind": "people"},
            "kind cannot be 'people' (there are event, organisation, publication, provision, relation)",
        ),
        ({"country": "INPUD"}, "'INPUD' is no country (it is org/inpud)"),
        ({"theme": HOSTILE}, "nothing is called "),
        ({"year": "2006"}, "this page has no option 'year' (there are kind, country, theme)"),
    ],
)
def test_a_wrong_option_of_the_timeline_is_refused(site, params, message):
    assert texts(site.page("/timeline", status=400, **params), "//p[@class='lead']")[0].startswith(message)


def test_a_hostile_name_stays_text_in_picture_and_table(lamp):
    tree = lamp.page("/timeline")
    assert HOSTILE in texts(tree, "//table[contains(@class, 'view-dates')]//th/a")
    assert b"<script>alert" not in lamp.get("/timeline")[1]


def test_a_timeline_of_nothing_says_so(lamp):
    tree = lamp.page("/timeline", kind="publication")
    assert "Nothing that fits has a date." in texts(tree, "//main/p")
    assert not tree.xpath("//*[local-name()='svg']")


# Place


def test_the_map_counts_what_is_asked_for_and_the_list_says_the_same(site):
    tree = site.page("/map", count="provisions")
    assert texts(tree, "//nav[@class='view-tabs']//a[@aria-current]") == ["Laws and services"]
    assert cells(tree, "view-countries")[0] == ["Australia", "5", "6", "13", "5"]
    assert "Australia: 13" in texts(tree, "//*[local-name()='svg']//*[local-name()='a']/*[local-name()='title']")
    assert any("No view on sovereignty is taken" in told for told in texts(tree, "//main//p"))


def test_the_map_counts_nothing_else(site):
    message = "count cannot be 'people' (there are organisations, events, provisions, passages)"
    assert texts(site.page("/map", status=400, count="people"), "//p[@class='lead']") == [message]


# Disagreement


def test_both_sides_of_every_disagreement_stand_with_their_passages(site):
    tree = site.page("/conflicts")
    first = tree.xpath("//h2[@id='facts']/following-sibling::ul[1]/li[1]")[0]
    assert texts(first, "h3") == ["International Network of People who Use Drugs"]
    assert texts(first, ".//p[@class='view-value']") == ["2006", "2008"]
    assert texts(first, ".//p[@class='view-passages']") == [
        "1 passage says so: 002: Episode 10, sentence 11",
        "1 passage says so: 004: Timeline, sentence 17",
    ]
    assert "Nothing was decided: both stand." in texts(first, "p")
    pairs = [
        tree.xpath(f"count(//h2[@id='{part}']/following-sibling::ul[1]/li)") for part in ("facts", "names", "positions")
    ]
    assert pairs == [2, 4, 3]


def test_what_was_decided_stands_beside_the_disagreement(lamp):
    (one,) = lamp.page("/conflicts").xpath("//li[contains(@class, 'view-conflict')]")
    assert texts(one, ".//p[@class='view-value']") == ["1994 preferred", "1996"]
    assert texts(one, "p[@class='view-decided']") == ["Decided: the page says so (editors, 21 November 2026)"]


# Sources


def test_each_source_says_what_rests_on_it_and_where_it_can_be_had(site):
    tree = site.page("/sources")
    assert texts(tree, "//li[contains(@class, 'view-source')]/h2")[3] == "003 News of June to September 2018"
    told = texts(tree, "//li[contains(@class, 'view-source')][4]//dd")
    assert told[:3] == ["web page", "English", "28 passages, 503 facts, of these 55 are implied"]
    assert told[3].startswith("ask the publisher")
    assert "The operator of this site has it" not in " ".join(told)


def test_the_number_of_a_source_leads_to_its_page(site):
    reply, _ = site.get("/sources/003")
    assert (reply.status, dict(reply.headers)["location"]) == (303, "/work/news-2018")


def test_the_passages_of_a_source_come_in_the_order_of_its_text(site):
    tree = site.page("/work/news-2018", show="passages")
    found = tree.xpath("//ol[@class='view-passage-list']/li")
    assert len(found) == 28
    starts = [
        int(re.search(r"characters (\d+)–", text)[1]) for text in texts(tree, "//ol[@class='view-passage-list']/li")
    ]
    assert starts == sorted(starts)
    assert not tree.xpath("//blockquote")
    assert "The text is not republished here." in texts(tree, "//p[@class='note']")[0]


def test_the_words_of_a_passage_are_shown_where_the_operator_has_the_text(lamp):
    tree = lamp.page("/work/lamp-page", show="passages")
    assert texts(tree, "//li[@id='passage-900-3']/blockquote") == ["Mira Solberg chairs the union."]
    assert "The operator of this site has it" in " ".join(texts(lamp.page("/sources"), "//dd"))


# Search


def test_a_search_tells_by_which_name_a_thing_was_found(site):
    tree = site.page("/search", q="inpuud")
    assert texts(tree, "//section/h2") == ["Organisations 1"]
    assert texts(tree, "//ul[@class='view-hits']/li") == [
        "International Network of People who Use Drugs found as: INPUUD"
    ]


def test_what_is_spelled_nearly_so_is_offered_and_not_taken_for_found(site):
    tree = site.page("/search", q="inpdu")
    assert "Nothing has such a name." in texts(tree, "//div[@role='status']")[0]
    assert texts(tree, "//ul[@class='view-hits']/li")[0].startswith("International Network of People who Use Drugs")
    assert "Names that are nearly so" in texts(tree, "//h2")


def test_a_search_may_be_of_one_kind_only(site):
    tree = site.page("/search", q="network", kind="event")
    assert [heading.partition(" ")[0] for heading in texts(tree, "//section/h2")] == ["Events"]


def test_a_search_for_nothing_says_how_to_search(site):
    assert "How to search" in texts(site.page("/search"), "//h2")
    assert "How to search" in texts(site.page("/search", q=""), "//h2")


def test_what_was_searched_for_stays_text(site):
    assert texts(site.page("/search", q=HOSTILE), "//h1") == [f"Search: {HOSTILE}"]


def test_suggestions_are_few_and_say_where_they_lead(site):
    reply, body = site.get("/es/search.json", q="inpuud", limit="3")
    assert reply.type == "application/json"
    assert json.loads(body)[0] == {
        "iri": "https://w3id.org/movement-kg/org/inpud",
        "path": "/es/org/inpud",
        "name": "International Network of People who Use Drugs",
        "kind": "org",
        "kind_label": json.loads(body)[0]["kind_label"],
        "matched": "INPUUD",
    }
    assert len(json.loads(site.get("/search.json", q="a", limit="3")[1])) == 3
    assert json.loads(site.get("/search.json")[1]) == []


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1", "²", "9" * 30])
def test_a_wrong_limit_is_refused(site, limit):
    assert site.get("/search.json", q="a", limit=limit)[0].status == 400
