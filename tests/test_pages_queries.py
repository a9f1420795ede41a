"""Pages of named queries, the SPARQL page, and what the site gives to programs: asked in-process, over the shipped build."""

import csv
import io
import json
import subprocess
import zipfile

import pytest
import rdflib
from lxml import etree, html

from movement_kg.web.pages import answer, open_build, shared
from movement_kg.web.pages.asked import Asked
from movement_kg.web.pages.snippets import curl, python, r
from movement_kg.web.pages.texts import Texts
from movement_kg.web.pages.words import load

ORIGIN = "https://kg.example"
KG = "https://w3id.org/movement-kg/"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")


@pytest.fixture(scope="module")
def get(shipped):
    """Ask for a path; the reply's status, headers and bytes."""
    ready, opened = shared("", ORIGIN, load(), {"seconds": 5}), open_build(shipped.build, Texts())

    def ask(path, accept="text/html", given=None, **params):
        values = {name: [value] if isinstance(value, str) else value for name, value in params.items()}
        reply = answer(ready, opened, Asked(path, values, accept, "en", given or {}))
        return reply.status, {"content-type": reply.type, **dict(reply.headers)}, b"".join(reply.body)

    return ask


@pytest.fixture(scope="module")
def page(get):
    """The parsed HTML of a page, and its status; no id stands in it twice."""

    def parse(path, **params):
        status, headers, body = get(path, **params)
        assert headers["content-type"] == "text/html; charset=utf-8"
        tree = html.fromstring(body.decode())
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert not tree.xpath("//@style|//@onclick|//style|//script[not(@src) and not(@type='application/json')]")
        return status, tree

    return parse


def texts(tree, path):
    return [" ".join(node.text_content().split()) for node in tree.xpath(path)]


def rows(tree):
    """The cells of the answer's table, by heading."""
    heads = texts(tree, "//table[contains(@class, 'query-rows')]/thead//th")
    found = tree.xpath("//table[contains(@class, 'query-rows')]/tbody/tr")
    return [dict(zip(heads, row.xpath("td"), strict=True)) for row in found]


# All queries


def test_every_query_is_listed_once(page, shipped):
    _, tree = page("/queries")
    linked = tree.xpath("//ul[@class='query-list']/li/a/@href")
    assert sorted(linked) == sorted(f"/queries/{query.name}" for query in shipped.queries())


def test_what_is_often_asked_comes_first(page):
    _, tree = page("/queries")
    assert texts(tree, "//main//h2")[0] == "Often asked"


# One query


def test_rows_are_shown_at_once_where_nothing_must_be_given(page):
    status, tree = page("/queries/founding-dates")
    shown = [(row["Organisation"].text_content(), row["Date"].text_content()) for row in rows(tree)]
    assert status == 200
    assert ("International Network of People who Use Drugs", "2006") in shown
    assert ("International Network of People who Use Drugs", "2008") in shown


def test_things_and_passages_are_links(page):
    _, tree = page("/queries/founding-dates")
    row = next(row for row in rows(tree) if row["Date"].text_content() == "2006")
    assert row["Organisation"].xpath("a/@href") == ["/org/inpud"]
    assert row["Passage"].xpath("a/@href")[0].startswith("/citation/002-")
    assert row["Source"].xpath("a/@href")[0].startswith("/")


def test_the_name_of_a_thing_is_not_said_twice(page):
    _, tree = page("/queries/founding-dates")
    assert "Name" not in rows(tree)[0]
    assert "the files have it" in texts(tree, "//p[@class='query-count']")[0]


def test_a_reader_of_spanish_stays_in_spanish(page):
    _, tree = page("/es/queries/countries")
    names = [(row.xpath("td[1]/a/@href")[0], row.xpath("td[1]")[0].text_content()) for row in tree.xpath("//tbody/tr")]
    assert ("/es/country/DE", "Alemania") in names


def test_numbers_stand_to_the_right(page):
    _, tree = page("/queries/coverage-by-source")
    assert tree.xpath("//th[contains(@class, 'number')]/text()")[-1:] == ["Implied"]
    assert rows(tree)[0]["Claims"].get("class") == "number"


def test_a_form_waits_for_what_must_be_given(page):
    status, tree = page("/queries/organisations-in-country")
    assert status == 200
    assert tree.xpath("//select[@name='country']/@required")
    assert ("country/CA", "Canada") in [(o.get("value"), o.text_content()) for o in tree.xpath("//select/option")]
    assert rows(tree) == []
    assert tree.xpath("//p[@class='query-example']/a/@href") == ["/queries/organisations-in-country?country=Canada"]


@pytest.mark.parametrize("value", ["Canada", "country/CA", KG + "country/CA"])
def test_a_value_given_in_any_way_stays_chosen(page, value):
    _, tree = page("/queries/organisations-in-country", country=value)
    assert tree.xpath("//select[@name='country']/option[@selected]/@value") == ["country/CA"]
    assert rows(tree)


def test_a_scheme_is_a_list_to_choose_from(page):
    _, tree = page("/queries/provisions", theme="naloxone")
    assert tree.xpath("//select[@name='theme']/option[@selected]/text()") == ["naloxone"]
    assert "in place" in tree.xpath("//select[@name='state']/option/@value")


def test_fields_that_were_left_empty_are_none(page):
    _, tree = page("/queries/events-by-date", country="", since="2008", until="")
    _, same = page("/queries/events-by-date", since="2008")
    assert len(rows(tree)) == len(rows(same)) > 0


def test_several_values_are_alternatives(get):
    def count(*values):
        return len(
            json.loads(get("/queries/organisations-in-country.json", country=[*values])[2])["results"]["bindings"]
        )

    assert count("Canada", "Germany") == count("Canada") + count("Germany")


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"country": "Canadda"}, "did you mean 'Canada'?"),
        ({"country": "Canada", "contry": "x"}, "did you mean 'country'?"),
        ({"country": "<script>alert(1)</script>"}, "nothing is called '<script>alert(1)</script>'"),
    ],
)
def test_a_wrong_value_is_told_beside_the_form(page, params, told):
    status, tree = page("/queries/organisations-in-country", **params)
    assert status == 400
    assert told in texts(tree, "//*[@role='alert']")[0]
    assert tree.xpath("//form[@class='query-form']")


def test_a_wrong_date_is_told(page):
    status, tree = page("/queries/events-by-date", since="lately")
    assert (status, "'since' cannot be 'lately'" in texts(tree, "//*[@role='alert']")[0]) == (400, True)


def test_values_that_multiply_are_refused(get):
    many = [f"{number}" for number in range(30)]
    status, _, _ = get("/queries/provisions.csv", state=many, theme=["theme"] * 30)
    assert status == 400


# Pictures


def test_a_timeline_joins_dates_that_are_disputed(page):
    _, tree = page("/queries/founding-dates")
    assert "2006 or 2008" in tree.xpath("string(//div[@class='on-wide']//*[name()='svg'])")
    assert tree.xpath("//div[@class='on-narrow']//*[name()='svg']")


def test_a_map_counts_for_a_country_what_lies_in_its_places(page):
    _, tree = page("/queries/consumption-rooms")
    assert "Australia: 2, in place" in tree.xpath("//*[name()='svg']//*[name()='a']/*[name()='title']/text()")


def test_a_chart_has_a_bar_for_each_row(page):
    _, tree = page("/queries/coverage-by-source")
    assert len(tree.xpath("//div[@class='on-wide']//*[name()='g'][@role='listitem']")) == len(rows(tree))


def test_a_network_is_that_of_its_projection(page):
    _, tree = page("/queries/network-organisations", country="Netherlands")
    assert tree.xpath("//figure//img/@src") == ["/network/organisations.svg?country=Netherlands"]
    assert tree.xpath("//figure/a/@href") == ["/network/organisations?country=Netherlands"]
    assert rows(tree)


def test_a_network_that_is_no_projection_is_a_table(page):
    _, tree = page("/queries/inspired-by")
    assert not tree.xpath("//figure")
    assert rows(tree)


def test_the_rows_of_everything_are_there_for_who_asks_for_them(page):
    _, tree = page("/queries/network-everything")
    assert tree.xpath("//figure//img/@src") == ["/network/everything.svg"]
    assert (rows(tree), texts(tree, "//main//a[text()='all of them']")) == ([], ["all of them"])
    _, tree = page("/queries/network-everything", kind="part-of")
    assert rows(tree)


# Files


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        ("rq", "application/sparql-query; charset=utf-8"),
    ],
)
def test_an_ending_chooses_the_format(get, ending, kind):
    status, headers, _ = get(f"/queries/countries.{ending}", "*/*")
    assert (status, headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-query", "application/sparql-query; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
    ],
)
def test_accept_chooses_where_there_is_no_ending(get, accept, kind):
    status, headers, _ = get("/queries/countries", accept)
    assert (status, headers["content-type"], headers["vary"]) == (200, kind, "Accept, Accept-Language")


def test_what_cannot_be_had_is_406(get):
    assert get("/queries/countries", "image/png")[0] == 406


def test_csv_is_the_answer_of_the_command(get, shipped):
    _, _, body = get("/queries/organisations-in-country.csv", country="Canada")
    text = shipped.text_of("organisations-in-country", country="Canada")
    assert body == b"".join(shipped.stream(text, "csv"))


def test_the_query_comes_as_its_file_has_it_and_bound_where_values_are_given(get, shipped):
    query = next(query for query in shipped.queries() if query.name == "names-of")
    assert get("/queries/names-of.rq")[2].decode() == query.text
    bound = get("/queries/names-of.rq", thing="INPUD")[2].decode()
    assert f"VALUES ( ?_thing_iri ) {{ ( <{KG}org/inpud> ) }}" in bound


@pytest.mark.parametrize(
    "path", ["/queries/nope", "/queries/nope.csv", "/queries/countries.ttl", "/queries/a/b", "/queries/%00"]
)
def test_what_is_not_there_is_404(get, path):
    assert get(path)[0] == 404


def test_a_file_without_what_must_be_given_is_400(get):
    status, _, body = get("/queries/names-of.csv", "text/csv")
    assert status == 400
    assert b"needs a value for" in body


# Text for other programs

HOSTILE = [("thing", 'it\'s $(rm -rf ~) `x` "y" \\ \n& é')]


def test_curl_gets_the_value_as_it_is():
    told = 'curl() { printf "%s\\0" "$@"; }\n' + curl("https://kg.example/q.csv", HOSTILE)
    words = subprocess.run(["sh", "-c", told], capture_output=True, check=True).stdout.decode().split("\0")
    value = f"thing={HOSTILE[0][1]}"
    assert words == ["--fail", "--get", "https://kg.example/q.csv", "--data-urlencode", value, ""]


def test_python_gets_the_value_as_it_is():
    names: dict = {}
    exec(python("https://kg.example/q.csv", HOSTILE).split("with ", maxsplit=1)[0], names)
    assert names["values"] == HOSTILE


def test_r_has_no_quote_in_its_string():
    text = r("https://kg.example/q.csv", HOSTILE)
    assert text.splitlines()[0].count('"') == 2
    assert text.isascii()
    assert "\\" not in text


def test_the_page_shows_them_with_its_whole_address(page):
    _, tree = page("/queries/names-of", thing="INPUD")
    assert tree.xpath("//input[@id='permalink']/@value") == [f"{ORIGIN}/queries/names-of?thing=INPUD"]
    assert f"curl --fail --get {ORIGIN}/queries/names-of.csv" in texts(tree, "//pre")[0]


# SPARQL


def test_the_editor_has_the_named_queries_as_examples(page, shipped):
    _, tree = page("/sparql")
    examples = json.loads(tree.xpath("//script[@id='editor-examples']/text()")[0])
    assert examples.keys() == {query.name for query in shipped.queries()}
    assert "country/CA" in examples["organisations-in-country"]


def test_an_answer_is_shown_with_names(page):
    rows_ = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": KG + "org/inpud"}}]}}
    given = {"query": "SELECT ?s {}", "answer": rows_, "triples": None, "fault": None}
    _, tree = page("/sparql", given=given)
    cell = tree.xpath("//table/tbody//td/a")[0]
    assert cell.get("href") == "/org/inpud"
    assert cell.text == "org/inpud (International Network of People who Use Drugs)"


def test_hostile_values_of_an_answer_stay_text(page):
    value = {"type": "literal", "value": "<img src=x onerror=alert(1)>", "xml:lang": "en"}
    link = {"type": "uri", "value": "javascript:alert(1)"}
    document = {"head": {"vars": ["a", "b"]}, "results": {"bindings": [{"a": value, "b": link}, {}]}}
    _, tree = page("/sparql", given={"query": "</textarea>", "answer": document, "triples": None, "fault": None})
    assert texts(tree, "//table/tbody/tr[1]/td")[0].startswith("<img src=x onerror=alert(1)>")
    assert not tree.xpath("//table//a")
    assert tree.xpath("//textarea")[0].text.strip() == "</textarea>"


def test_at_most_a_thousand_rows_are_shown(page):
    one = {"n": {"type": "literal", "value": "1"}}
    document = {"head": {"vars": ["n"]}, "results": {"bindings": [one] * 1001}}
    _, tree = page("/sparql", given={"query": "q", "answer": document, "triples": None, "fault": None})
    assert len(tree.xpath("//table/tbody/tr")) == 1000


def test_a_fault_is_told(page):
    fault = {"message": "expected a brace", "line": 2, "column": 7}
    _, tree = page("/sparql", given={"query": "SELECT", "answer": None, "triples": None, "fault": fault})
    assert "expected a brace" in tree.xpath("string(//*[@role='alert'])")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/turtle", "application/ld+json", "application/rdf+xml;q=0.9, text/html;q=0.5"],
)
def test_programs_get_the_description_of_the_service(get, accept):
    _, headers, body = get("/sparql", accept)
    found = rdflib.Graph().parse(data=body, format=headers["content-type"].partition(";")[0])
    service = found.value(predicate=rdflib.RDF.type, object=SD.Service)
    assert found.value(service, SD.endpoint) == rdflib.URIRef(f"{ORIGIN}/sparql")
    assert found.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert (service, SD.feature, None) not in found
    graph = found.value(found.value(service, SD.defaultDataset), SD.defaultGraph)
    assert int(found.value(graph, VOID.triples)) > 10_000


# Data documents


def test_void_counts_what_there_is(get, shipped):
    _, headers, body = get("/.well-known/void", "*/*")
    assert headers["content-type"] == "text/turtle; charset=utf-8"
    found = rdflib.Graph().parse(data=body)
    parts = {found.value(part, VOID["class"]): part for part in found.objects(None, VOID.classPartition)}
    counted = shipped.info["counts"]["things"]
    people = parts[rdflib.URIRef("http://xmlns.com/foaf/0.1/Person")]
    assert int(found.value(people, VOID.entities)) == counted["foaf:Person"]
    dumps = found.objects(rdflib.URIRef(KG + "dataset"), VOID.dataDump)
    assert rdflib.URIRef(f"{ORIGIN}/downloads/movement-kg-all.ttl") in dumps
    assert not [node for node in found.all_nodes() if isinstance(node, rdflib.BNode)]


def test_nothing_else_is_well_known(get):
    assert get("/.well-known/security.txt", "*/*")[0] == 404


def test_openapi_has_every_query_with_typed_parameters(get, shipped):
    document = json.loads(get("/openapi.json")[2])
    for query in shipped.queries():
        operation = document["paths"][f"/queries/{query.name}"]["get"]
        assert [p["name"] for p in operation["parameters"]] == [p.name for p in query.parameters]
        assert [p["required"] for p in operation["parameters"]] == [p.required for p in query.parameters]
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert operation["responses"]["400"] == {"$ref": "#/components/responses/Fault400"}
    assert "Fault400" in document["components"]["responses"]


@pytest.mark.parametrize(
    ("name", "form", "layer"),
    [
        ("movement-kg-facts.nt", "ntriples", "facts"),
        ("movement-kg-facts.ttl", "turtle", "facts"),
        ("movement-kg-all.nq", "nquads", "all"),
    ],
)
def test_downloads_are_the_exports(get, shipped, name, form, layer):
    status, headers, body = get(f"/downloads/{name}", "*/*")
    assert (status, headers["content-disposition"]) == (200, f'attachment; filename="{name}"')
    assert body == b"".join(shipped.export(form, layer))


def test_every_file_on_the_page_of_downloads_is_there_and_nothing_else(page, get):
    _, tree = page("/downloads")
    linked = tree.xpath("//a[@download and starts-with(@href, '/downloads/')]/@href")
    assert len(linked) == 17
    assert get("/downloads/movement-kg-rdf12.rdf")[0] == get("/downloads/../../etc/passwd")[0] == 404


def test_tables_come_in_one_file_that_is_always_the_same(get):
    _, _, body = get("/downloads/movement-kg-tables.zip")
    assert body == get("/downloads/movement-kg-tables.zip")[2]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = archive.read("movement-kg-tables/Country.csv").decode("utf-8-sig")
    assert "country/DE" in [row["iri"] for row in csv.DictReader(io.StringIO(text))]


def test_the_editor_is_offered_the_words_of_the_graph(get):
    document = json.loads(get("/-/vocabulary.json")[2])
    assert document["prefixes"]["mk"] == KG + "ontology/"
    assert {"mk:Claim", "org:Organization", "foaf:Person"} <= {one["name"] for one in document["classes"]}
    assert {"mk:founded", "skos:prefLabel", "dcterms:source"} <= {one["name"] for one in document["properties"]}
    assert next(one for one in document["classes"] if one["name"] == "mk:Claim")["comment"]


def test_no_crawler_is_led_to_a_person(get):
    lines = get("/robots.txt")[2].decode().splitlines()
    assert {"Disallow: /person/", "Disallow: /es/person/", "Disallow: /people"} <= set(lines)
    found = etree.fromstring(get("/sitemap.xml")[2])
    pages = found.xpath("//*[local-name()='loc']/text()")
    assert f"{ORIGIN}/org/inpud" in pages
    assert not [page for page in pages if "/person/" in page]
    assert len(pages) == len(set(pages))


def test_browsers_learn_how_to_search(get):
    found = etree.fromstring(get("/opensearch.xml")[2])
    assert f"{ORIGIN}/search?q={{searchTerms}}" in found.xpath("//@template")
