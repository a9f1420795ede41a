"""The endpoint and the site as their standards ask: each request over the network, each answer read by others' readers."""

from __future__ import annotations

import contextlib
import csv
import gzip
import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
import rdflib
from lxml import etree, html
from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import ORG, VOID
from server import FORM, JSON, form, status_of, triples
from world import make_world

from movement_kg import assets
from movement_kg.build import build
from movement_kg.finished import Recipe
from movement_kg.queries import read_folder

pytest_plugins = ["server"]

KG = "https://w3id.org/movement-kg/"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
RESULT = "{http://www.w3.org/2005/sparql-results#}"
ROWS = {
    "json": JSON,
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
#: A graph format's media type, its suffix, and what rdflib calls it.
GRAPHS = {
    "turtle": ("text/turtle", "ttl", "turtle"),
    "ntriples": ("application/n-triples", "nt", "nt"),
    "jsonld": ("application/ld+json", "jsonld", "json-ld"),
    "rdfxml": ("application/rdf+xml", "rdf", "xml"),
    "trig": ("application/trig", "trig", "trig"),
    "nquads": ("application/n-quads", "nq", "nquads"),
}
BY_GRAPH = pytest.mark.parametrize(("form_", "media", "suffix", "reader"), [(k, *v) for k, v in GRAPHS.items()])
YES, NO = "ASK { ?s ?p ?o }", "ASK { ?s <https://example.org/none> ?o }"
FOUNDED = f"CONSTRUCT {{ ?s <{KG}ontology/founded> ?o }} WHERE {{ ?s <{KG}ontology/founded> ?o }}"
#: Every kind of term, and what is hard to write in one format or another.
TERMS = """SELECT ?a ?b ?c { VALUES (?a ?b ?c) {
  (<https://example.org/é?x=1&y=2> "quote \\" comma , tab \\t less < amp & newline \\n end"@fr UNDEF)
  ("" "юность 🙂" 5) (UNDEF "2006-01-01"^^<http://www.w3.org/2001/XMLSchema#date> true) } }"""
TERMS_READ = [
    [
        URIRef("https://example.org/é?x=1&y=2"),
        Literal('quote " comma , tab \t less < amp & newline \n end', lang="fr"),
        None,
    ],
    [Literal(""), Literal("юность 🙂"), Literal("5", datatype=XSD.integer)],
    [None, Literal("2006-01-01", datatype=XSD.date), Literal("true", datatype=XSD.boolean)],
]
PAGES = ["/", "/org/inpud", "/organisations", "/people", "/countries", "/regions", "/events", "/publications", "/themes",
         "/sources", "/search?q=union", "/network", "/timeline", "/map", "/conflicts", "/queries", "/queries/first-groups",
         "/sparql", "/country/CA"]  # fmt: skip
DATA = ["/org/inpud.ttl", "/org/inpud.jsonld", "/queries/first-groups.json", "/queries/first-groups.csv",
        "/search.json?q=union", "/openapi.json", "/.well-known/void", "/-/versions.json",
        f"/sparql?query={quote(YES)}"]  # fmt: skip
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def truth(shipped) -> rdflib.Graph:
    """The triples on founding dates, taken from the build's own file by hand."""
    wanted = f"<{KG}ontology/founded>".encode()
    return triples(b"".join(line for line in shipped.lines("all") if line.split(b" ", 2)[1] == wanted), "nt")


def boolean(reply) -> bool:
    assert reply.status == 200, reply.text
    return reply.json()["boolean"]


# How a query arrives


def by_get(server, fields):
    return server.get(f"/sparql?{urlencode(fields)}", JSON)


def by_form(server, fields):
    return server.request("POST", "/sparql", urlencode(fields).encode(), Content_Type=FORM, Accept=JSON)


def by_body(server, fields):
    rest = urlencode([field for field in fields if field[0] != "query"])
    body = dict(fields)["query"].encode()
    return server.request("POST", f"/sparql?{rest}", body, Content_Type="application/sparql-query", Accept=JSON)


WAYS = pytest.mark.parametrize("way", [by_get, by_form, by_body], ids=lambda way: way.__name__)


@WAYS
@pytest.mark.parametrize(("query", "answer"), [(YES, True), (NO, False)])
def test_a_query_arrives_by_each_way(way, query, answer, server):
    assert boolean(way(server, [("query", query)])) is answer


@WAYS
def test_a_query_arrives_with_every_character_whole(way, server):
    text = "é ü 🙂 + & = % # ; \\\\ 'quoted'"
    answer = way(server, [("query", f'SELECT ("{text}" AS ?x) {{}}')])
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == text.replace("\\\\", "\\")


@WAYS
@pytest.mark.parametrize(
    ("dataset", "plain", "named"),
    [
        pytest.param([("default-graph-uri", KG)], True, False, id="ours"),
        pytest.param([("default-graph-uri", "https://example.org/other")], False, False, id="another"),
        pytest.param(
            [("default-graph-uri", "https://example.org/x"), ("default-graph-uri", KG)], True, False, id="two"
        ),
        pytest.param([("named-graph-uri", "https://example.org/other")], False, False, id="named-only"),
        pytest.param([("default-graph-uri", KG), ("named-graph-uri", "https://example.org/x")], True, False, id="both"),
    ],
)
def test_a_dataset_can_be_named_on_each_way(way, dataset, plain, named, server):
    assert boolean(way(server, [("query", YES), *dataset])) is plain
    assert boolean(way(server, [("query", "ASK { GRAPH ?g { ?s ?p ?o } }"), *dataset])) is named


@pytest.mark.parametrize("media", [
    "application/sparql-query", "application/sparql-query; charset=utf-8", 'application/sparql-query;charset="UTF-8"',
    "Application/SPARQL-Query",
])  # fmt: skip
def test_a_query_as_body_has_its_type_in_any_spelling(media, server):
    assert boolean(server.request("POST", "/sparql", YES.encode(), Content_Type=media, Accept=JSON))


@pytest.mark.parametrize("media", [FORM, FORM + "; charset=UTF-8", FORM.title()])
def test_a_form_has_its_type_in_any_spelling(media, server):
    assert boolean(server.request("POST", "/sparql", form(query=YES), Content_Type=media, Accept=JSON))


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", "nonsense", ""])
def test_a_body_of_another_type_is_refused(media, server):
    assert server.request("POST", "/sparql", YES.encode(), Content_Type=media).status == 415


@pytest.mark.parametrize(
    "path",
    ["/sparql?query=", f"/sparql?query={quote(YES)}&query={quote(NO)}", "/sparql?query=%FF%FE"],
    ids=["empty", "two", "no-utf-8"],
)
def test_a_wrong_get_is_refused(path, server):
    assert server.get(path, JSON).status == 400


@pytest.mark.parametrize(
    ("media", "body"),
    [
        pytest.param(FORM, b"", id="form-empty"),
        pytest.param(FORM, b"other=1", id="form-without-query"),
        pytest.param(FORM, form(query=YES) + b"&" + form(query=NO), id="form-with-two"),
        pytest.param(FORM, b"query=%FF%FE", id="form-no-utf-8"),
        pytest.param("application/sparql-query", b"", id="body-empty"),
        pytest.param("application/sparql-query", b"ASK { ?s ?p '\xff' }", id="body-no-utf-8"),
    ],
)
def test_a_wrong_post_is_refused(media, body, server):
    assert server.request("POST", "/sparql", body, Content_Type=media).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "TRACE"])
def test_other_methods_are_refused_with_those_there_are(method, server):
    answer = server.request(method, "/sparql")
    assert answer.status == 405 or (method in ("PROPFIND", "TRACE") and answer.status in (400, 501))
    if answer.status == 405:
        assert allowed(answer) == {"GET", "HEAD", "POST", "OPTIONS"}


def allowed(answer) -> set[str]:
    return {method.strip() for method in answer.headers["Allow"].split(",")}


UPDATE = "INSERT DATA { <https://example.org/a> <https://example.org/b> 1 }"


@pytest.mark.parametrize(
    ("body", "media"),
    [(UPDATE.encode(), "application/sparql-update"), (form(update=UPDATE), FORM)],
    ids=["body", "form"],
)
def test_an_update_is_refused(body, media, server):
    answer = server.request("POST", "/sparql", body, Content_Type=media)
    assert answer.status == 403
    assert allowed(answer) == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize(
    "update",
    [UPDATE, "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP ALL", "PREFIX a: <a:> insert { ?s ?p 1 } where { ?s ?p ?o }",
     "CREATE GRAPH <a:b>", "COPY DEFAULT TO <a:b>", "LOAD <https://example.org/x>", f"{YES} ; {UPDATE}"],
)  # fmt: skip
def test_an_update_in_place_of_a_query_is_refused_and_changes_nothing(update, server):
    assert server.ask(update).status in (400, 403)
    assert server.post(update).status in (400, 403)
    assert not boolean(server.ask("ASK { <https://example.org/a> ?p ?o }"))


# What comes back: rows


def test_json_is_the_results_of_the_standard(server):
    answer = server.post(TERMS, ROWS["json"])
    assert answer.type == ROWS["json"]
    read_ = answer.json()
    assert read_["head"]["vars"] == ["a", "b", "c"]
    found = [[cell(row.get(name)) for name in "abc"] for row in read_["results"]["bindings"]]
    assert found == TERMS_READ


def cell(value):
    if value is None or value["type"] == "uri":
        return value and URIRef(value["value"])
    datatype = value.get("datatype")
    return Literal(value["value"], lang=value.get("xml:lang"), datatype=datatype and URIRef(datatype))


def test_xml_is_the_results_of_the_standard(server):
    answer = server.post(TERMS, ROWS["xml"])
    assert answer.type == ROWS["xml"]
    root = etree.fromstring(answer.body)
    assert [one.get("name") for one in root.iter(RESULT + "variable")] == ["a", "b", "c"]
    found = [{b.get("name"): xml_term(b[0]) for b in row} for row in root.iter(RESULT + "result")]
    assert [[row.get(name) for name in "abc"] for row in found] == TERMS_READ


def xml_term(node):
    if node.tag == RESULT + "uri":
        return URIRef(node.text)
    datatype = node.get("datatype")
    language = node.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Literal(node.text or "", lang=language, datatype=datatype and URIRef(datatype))


def test_csv_is_the_values_of_the_standard(server):
    answer = server.post(TERMS, ROWS["csv"])
    assert answer.type == ROWS["csv"]
    assert answer.body.startswith(b"a,b,c\r\n")
    found = [*csv.reader(io.StringIO(answer.text, newline=""))]
    assert found == [["a", "b", "c"], *([str(term or "") for term in row] for row in TERMS_READ)]


def test_tsv_is_the_terms_of_the_standard(server):
    answer = server.post(TERMS, ROWS["tsv"])
    assert answer.type == ROWS["tsv"]
    found = rdflib.query.Result.parse(io.BytesIO(answer.body), format="tsv")
    assert [str(name) for name in found.vars] == ["a", "b", "c"]
    assert [[row.get(rdflib.Variable(name)) for name in "abc"] for row in found.bindings] == TERMS_READ


@pytest.mark.parametrize("media", ROWS.values())
def test_a_truth_value_comes_in_every_format(media, server):
    assert b"true" in server.ask(YES, media).body
    assert b"false" in server.ask(NO, media).body


def test_a_page_of_an_answer_for_browsers(server):
    answer = server.ask(TERMS, BROWSER)
    assert (answer.status, answer.type) == (200, "text/html")
    assert "юность 🙂" in html.fromstring(answer.text).text_content()


# What comes back: graphs


@BY_GRAPH
def test_a_graph_comes_in_every_format(form_, media, suffix, reader, server, truth):
    answer = server.ask(FOUNDED, media)
    assert (answer.status, answer.type) == (200, media)
    assert set(triples(answer.body, reader)) == set(truth)
    assert server.ask(FOUNDED, "*/*", more=f"&format={form_}").body == answer.body


def test_a_graph_is_turtle_unless_asked_otherwise(server):
    assert server.ask(FOUNDED, None).type == server.ask(FOUNDED, "*/*").type == "text/turtle"


def test_describe_gives_the_thing(server):
    found = triples(server.ask(f"DESCRIBE <{KG}org/inpud>", "text/turtle").body, "turtle")
    assert (URIRef(KG + "org/inpud"), RDF.type, ORG.Organization) in found


def test_an_empty_graph_is_an_answer(server):
    empty = FOUNDED.replace("WHERE {", "WHERE { <https://example.org/none> ?x ?y .")
    for media, _, reader in GRAPHS.values():
        assert len(triples(server.ask(empty, media).body, reader)) == 0


# Which format


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.9", "text/tab-separated-values"),
        (f"{JSON};q=0, text/csv;q=0.1", "text/csv"),
        (f"{JSON};q=0.1, application/sparql-results+xml", "application/sparql-results+xml"),
        ("*/*;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("text/turtle, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
        ("image/png, */*;q=0.01", JSON),
        ("TEXT/CSV", "text/csv"),
        ("text/csv ; q=1.0 , image/png", "text/csv"),
        ("text/csv;charset=utf-8", "text/csv"),
        ('text/csv;x="a,b;q=0"', "text/csv"),
        (BROWSER, "text/html"),
    ],
)
def test_rows_come_in_the_format_that_is_liked_best(accept, media, server):
    answer = server.ask("SELECT ?s { ?s ?p ?o } LIMIT 1", accept)
    assert answer.status == 200
    assert answer.type == media or {answer.type, media} == {JSON, "application/json"}
    assert {"accept", "accept-encoding"} <= {part.strip().lower() for part in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    "accept", [";;;", "q=x", "text/csv;q=", "text/csv;q=2", "*/csv", "/", ",,,", "a" * 4000, "*;q=.2"]
)
def test_a_crooked_accept_is_no_fault_of_the_server(accept, server):
    assert server.ask(YES, accept).status in (200, 400, 406)


@pytest.mark.parametrize("query", [YES, FOUNDED], ids=["rows", "graph"])
@pytest.mark.parametrize("accept", ["image/png", "application/pdf;q=1, video/*", "*/*;q=0"])
def test_what_nobody_can_write_is_said_with_what_there_is(query, accept, server):
    answer = server.ask(query, accept)
    assert answer.status == 406
    for media in ROWS.values() if query == YES else [media for media, *_ in GRAPHS.values()]:
        assert media in answer.text


def test_rows_are_no_graph_and_a_graph_no_rows(server):
    assert server.ask(YES, "application/n-triples").status == 406
    assert server.ask(FOUNDED, JSON).status == 406
    assert server.ask(YES, "*/*", more="&format=turtle").status in (400, 406)
    assert server.ask(FOUNDED, "*/*", more="&format=csv").status in (400, 406)


@pytest.mark.parametrize(("name", "media"), [*ROWS.items(), ("html", "text/html")])
def test_the_format_of_the_address_goes_before_that_of_the_header(name, media, server):
    answer = server.ask(YES, "text/nonsense", more=f"&format={name}")
    assert (answer.status, answer.type) == (200, media)


def test_an_unknown_format_is_refused_or_the_header_decides(server):
    answer = server.ask(YES, "text/csv", more="&format=docx")
    assert answer.status == 400 or (answer.status, answer.type) == (200, "text/csv")


# Faults


def test_a_syntax_error_says_line_and_column(server):
    answer = server.ask("SELECT ?s WHERE {\n  ?s ?p }", None)
    assert (answer.status, answer.type) == (400, "text/plain")
    assert re.search(r"line 2, column \d+", answer.text)


def test_a_fault_is_json_for_programs_and_a_page_for_people(server):
    wrong = "SELECT <script>alert(1)</script>"
    problem = server.ask(wrong, "application/json")
    assert (problem.status, problem.type) == (400, "application/problem+json")
    assert problem.json()["status"] == 400
    page = server.ask(wrong, BROWSER)
    assert (page.status, page.type) == (400, "text/html")
    assert b"<script>alert" not in page.body


@pytest.mark.parametrize(
    "query",
    ["", "nonsense", "SELECT", "ASK {", "SELECT ?x { ?x ?y", f"{YES} {YES}", "ASK { none:b ?p ?o }", "\0"],
)
def test_what_is_no_query_is_refused_without_inner_workings(query, server):
    answer = server.post(query)
    assert answer.status == 400
    for trace in ("Traceback", ".py", "movement_kg", "site-packages", str(Path.home())):
        assert trace not in answer.text


def test_limits_are_said_in_the_answer(server):
    assert server.ask(YES).headers["Movement-KG-Limits"] == "seconds=10, rows=100000, bytes=50000000"


def test_more_rows_than_allowed_never_look_whole(serve):
    small = serve("--max-rows", "100")
    assert len(small.rows("SELECT * { ?s ?p ?o } LIMIT 100")) == 100
    for limit in (101, 5000, 90000):
        never_cut(small, f"SELECT * {{ ?s ?p ?o }} LIMIT {limit}", 413)


def test_more_bytes_than_allowed_never_look_whole(serve):
    small = serve("--max-bytes", "100000")
    for media in (*ROWS.values(), *(media for media, *_ in GRAPHS.values())):
        what = "SELECT *" if media in ROWS.values() else "CONSTRUCT { ?s ?p ?o }"
        never_cut(small, f"{what} {{ ?s ?p ?o }} LIMIT 50000", 413, media)


def test_more_time_than_allowed_never_looks_whole(serve):
    never_cut(
        serve("--timeout", "2"),
        "SELECT * { { ?s ?p ?o } UNION { ?a ?b ?c . ?d ?e ?f . FILTER(CONCAT(STR(?a), STR(?f)) = '') } }",
        504,
    )


def never_cut(server, query, status, media=JSON):
    """The answer is a status of fault, or a connection that breaks."""
    try:
        answer = server.post(query, media)
    except (http.client.IncompleteRead, ConnectionError):
        return
    assert answer.status == status, f"{answer.status} with {len(answer.body)} bytes"


# HTTP


@pytest.mark.parametrize("path", [*PAGES, *DATA, "/org/none", "/sparql?query=x"])
def test_head_is_get_without_the_body(path, server):
    got, head = (server.request(method, path, Accept="*/*") for method in ("GET", "HEAD"))
    assert (head.status, head.body) == (got.status, b"")
    assert headers(head) == headers(got)


@pytest.mark.parametrize(
    "path", ["/country/AF", "/country/AF.ttl", "/queries/campaigns.csv", f"/sparql?query={quote(YES + '#')}"]
)
def test_a_head_that_comes_first_takes_nothing_from_a_get(path, server):
    assert server.request("HEAD", path).body == b""
    assert server.get(path).body
    assert server.get(path).body


def headers(answer) -> dict[str, str]:
    """What an answer says of itself; the length may be left out by HEAD (RFC 9110, section 9.3.2)."""
    loose = {"date", "content-length", "transfer-encoding", "connection"}
    return {name.lower(): value for name, value in answer.headers.items() if name.lower() not in loose}


TAGGED = ["/org/inpud", "/org/inpud.ttl", f"/sparql?query={quote(YES)}", f"/sparql?query={quote(FOUNDED)}",
          "/queries/first-groups.json"]  # fmt: skip


@pytest.mark.parametrize("path", TAGGED)
def test_an_etag_spares_the_second_transfer(path, server):
    first = server.get(path)
    tag = first.headers["ETag"]
    assert tag == server.get(path).headers["ETag"]
    for value in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = server.get(path, If_None_Match=value)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
    assert server.get(path, If_None_Match='W/"other"').body == first.body
    assert server.request("HEAD", path, If_None_Match=tag).status == 304


def test_another_query_or_format_has_another_etag(server):
    answers = [server.ask(YES), server.ask(NO), server.ask(YES, "text/csv"), server.ask(YES, "text/html")]
    tags = {answer.headers["ETag"] for answer in answers}
    assert len(tags) == 4
    assert all(tag.startswith('W/"') for tag in tags)


@pytest.mark.parametrize(
    "path", ["/org/inpud", "/org/inpud.ttl", f"/sparql?query={quote('SELECT * {?s ?p ?o} LIMIT 999')}"]
)
def test_an_answer_is_packed_for_whoever_can_unpack_it(path, server):
    plain, packed = server.get(path), server.get(path, Accept_Encoding="br;q=0, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    for never in ("gzip;q=0", "identity", "br"):
        assert server.get(path, Accept_Encoding=never).headers["Content-Encoding"] is None


@pytest.mark.parametrize("path", DATA)
def test_data_may_be_read_from_any_page(path, server):
    assert server.get(path, Origin="https://example.org").headers["Access-Control-Allow-Origin"] == "*"


def test_faults_too_may_be_read_from_any_page(server):
    assert server.ask("nonsense", Origin="https://example.org").headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_may_ask_before_it_posts(server):
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type"}
    answer = server.request("OPTIONS", "/sparql", Origin="https://example.org", **asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST"} <= {one.strip() for one in answer.headers["Access-Control-Allow-Methods"].split(",")}
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in answer.headers


ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"


def test_a_large_answer_begins_before_it_ends(server):
    start = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(line):
        line.request("POST", "/sparql", form(query=ALL), {"Content-Type": FORM, "Accept": JSON})
        answer = line.getresponse()
        pieces = [answer.read(1)]
        first = time.monotonic() - start
        pieces.append(answer.read())
        whole = time.monotonic() - start
    assert first < whole / 2
    assert len(json.loads(b"".join(pieces))["results"]["bindings"]) > 90_000


def test_a_length_is_given_or_pieces_are_sent(server):
    for path in (*PAGES, *DATA):
        answer = server.get(path)
        length, coding = answer.headers["Content-Length"], answer.headers["Transfer-Encoding"]
        assert (length is None) != (coding is None), path
        assert length is None or int(length) == len(answer.body)


def test_http_1_0_gets_no_pieces(server):
    for path in (b"/org/inpud", b"/sparql?query=" + quote(ALL + " LIMIT 5000").encode()):
        head, _, body = server.raw(b"GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" % (path, server.host), timeout=20).partition(
            b"\r\n\r\n"
        )
        assert status_of(head) == 200
        assert b"transfer-encoding" not in head.lower()
        assert body


def test_a_connection_serves_several_requests_and_a_row_of_them(server):
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with contextlib.closing(line):
        for path in ("/-/health", "/org/inpud.ttl", "/org/none", f"/sparql?query={quote(YES)}", "/-/health"):
            line.request("GET", path)
            sock = line.sock
            line.getresponse().read()
            assert line.sock is sock, f"closed after {path}"
    one = b"GET /-/health HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host
    assert server.raw(one * 3).count(b"HTTP/1.1 200") == 3


def test_expect_100_continue_is_met(server):
    head = b"POST /sparql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/sparql-query\r\nAccept: text/csv\r\n"
    body = YES.encode()
    with server.connect() as line:
        line.sendall(head % server.host + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(body))
        assert line.recv(1000).startswith(b"HTTP/1.1 100")
        line.sendall(body)
        assert status_of(line.recv(1000)) == 200


SAFE = [*PAGES, *DATA, "/org/none", "/sparql?query=x", "/org/none.ttl", "/robots.txt"]


@pytest.mark.parametrize("path", SAFE)
def test_every_answer_has_the_headers_of_safety(path, server):
    answer = server.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors" in policy
    assert "unsafe-" not in policy
    assert not {"server", "set-cookie", "x-powered-by", "via"} & {name.lower() for name in answer.headers}


# What describes the service


def test_the_endpoint_describes_itself(server):
    for media, _, reader in GRAPHS.values():
        answer = server.get("/sparql", media)
        assert (answer.status, answer.type) == (200, media)
        found = triples(answer.body, reader)
        (service,) = found.subjects(RDF.type, SD.Service)
        (endpoint,) = found.objects(service, SD.endpoint)
        assert str(endpoint) == server.base + "/sparql"
        assert SD.SPARQL11Query in found.objects(service, SD.supportedLanguage)
        formats = {str(one).rpartition("/")[2] for one in found.objects(service, SD.resultFormat)}
        assert {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "Turtle", "N-Triples"} <= formats
        assert [*found.objects(service, SD.defaultDataset)]
        assert SD.BasicFederatedQuery not in found.objects(service, SD.feature)


def test_the_endpoint_is_an_editor_for_people(server):
    answer = server.get("/sparql", BROWSER)
    assert (answer.status, answer.type) == (200, "text/html")
    assert html.fromstring(answer.text).xpath("//textarea | //form[contains(@action, 'sparql')]")


def test_void_says_where_everything_is(server):
    found = triples(server.get("/.well-known/void", "text/turtle").body, "turtle")
    datasets = {*found.subjects(RDF.type, VOID.Dataset)}
    assert datasets
    assert server.base + "/sparql" in {str(one) for one in found.objects(None, VOID.sparqlEndpoint)}
    assert max(int(one) for one in found.objects(None, VOID.triples)) > 10_000
    for dump in found.objects(None, VOID.dataDump):
        assert server.request("HEAD", urlsplit(str(dump)).path).status == 200, dump


def test_openapi_names_every_query(server):
    told = server.get("/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert told["info"]["title"]
    assert told["info"]["version"]
    paths = " ".join(told["paths"])
    for query in read_folder(assets.queries()):
        assert re.search(rf"/queries/{query.name}\b", paths), query.name
    operations = [
        (path, item, operation)
        for path, item in told["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post")
    ]
    assert all(operation["responses"] for _, _, operation in operations)
    names = [operation["operationId"] for _, _, operation in operations if "operationId" in operation]
    assert len(names) == len(set(names))
    for path, item, operation in operations:
        given = [*item.get("parameters", []), *operation.get("parameters", [])]
        in_path = {one["name"] for one in given if one.get("in") == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))


def test_openapi_names_every_parameter(server):
    paths = server.get("/openapi.json").json()["paths"]
    for query in read_folder(assets.queries()):
        for path, item in paths.items():
            if re.fullmatch(rf"/queries/{query.name}(\..+)?", path):
                given = {one["name"] for one in item["get"].get("parameters", []) if "name" in one}
                assert {parameter.name for parameter in query.parameters} <= given


def test_health_and_versions(server, shipped):
    assert server.get("/-/health").status == 200
    versions = server.get("/-/versions.json")
    assert versions.type == "application/json"
    assert isinstance(versions.json(), dict)
    assert shipped.info["version"] in versions.text


def test_robots_are_told_and_icons_never_fail(server):
    assert server.get("/robots.txt").type == "text/plain"
    assert server.get("/favicon.ico").status in (200, 204, 301, 302, 303, 307, 308, 404)


# Things


@BY_GRAPH
def test_a_thing_comes_in_every_format(form_, media, suffix, reader, server):
    by_accept, by_suffix = server.get("/org/inpud", media), server.get(f"/org/inpud.{suffix}", "image/png")
    assert (by_accept.status, by_accept.type) == (by_suffix.status, by_suffix.type) == (200, media)
    found = triples(by_suffix.body, reader)
    assert set(found) == set(triples(by_accept.body, reader)) == set(triples(server.get("/org/inpud.nt").body, "nt"))
    assert (URIRef(KG + "org/inpud"), RDF.type, ORG.Organization) in found


def test_a_thing_is_a_page_for_people(server):
    for answer in (server.get("/org/inpud", BROWSER), server.get("/org/inpud.html", "text/turtle")):
        assert (answer.status, answer.type) == (200, "text/html")
        assert "International Network of People who Use Drugs" in html.fromstring(answer.text).text_content()


def test_json_ld_needs_nobody_else(server):
    one, other = server.get("/org/inpud.json"), server.get("/org/inpud.jsonld")
    assert one.body == other.body
    assert '"@context": "http' not in one.text
    assert '"@context":"http' not in one.text


def test_a_thing_says_which_other_forms_it_has(server):
    link = ", ".join(server.get("/org/inpud", BROWSER).headers.get_all("Link"))
    page = html.fromstring(server.get("/org/inpud", BROWSER).text)
    linked = {one.get("type"): one.get("href") for one in page.xpath("//link[@rel='alternate'][@type]")}
    given = [one for one in re.split(r",\s*(?=<)", link) if re.search(r'rel="?alternate', one)]
    for media in ("text/turtle", "application/ld+json"):
        assert any(f'type="{media}"' in one for one in given)
        assert server.get(urlsplit(linked[media]).path).type == media


def test_what_nobody_can_write_of_a_thing_is_said(server):
    assert server.get("/org/inpud", "image/png").status == 406


@pytest.mark.parametrize("kind", ["Organization", "Membership"])
def test_things_of_the_graph_have_pages(kind, server):
    things = server.rows(f"SELECT ?s {{ ?s a <http://www.w3.org/ns/org#{kind}> }} ORDER BY ?s LIMIT 5")
    check_things(server, [row["s"] for row in things])


@pytest.mark.parametrize(
    "kind",
    ["Event", "Publication", "Provision", "Figure", "Position", "Mention", "Link", "Country", "Region", "Place", "Date",
     "Source", "Claim", "Citation", "Participation", "Contribution"],
)  # fmt: skip
def test_things_of_our_own_kinds_have_pages(kind, server):
    things = server.rows(f"SELECT ?s {{ ?s a <{KG}ontology/{kind}> }} ORDER BY ?s LIMIT 5")
    assert things
    check_things(server, [row["s"] for row in things])


def check_things(server, iris):
    for iri in iris:
        path = "/" + iri.removeprefix(KG)
        page, data = server.get(path, BROWSER), server.get(path, "text/turtle")
        assert (page.status, page.type) == (200, "text/html"), iri
        assert (data.status, data.type) == (200, "text/turtle"), iri
        assert set(triples(data.body, "turtle").triples((URIRef(iri), None, None))), iri


@pytest.mark.parametrize(
    "path",
    ["/org/none", "/nothing", "/org/none.ttl", "/person/zzzzzzzz", "/queries/none", "/es/org/none", "/concept/theme/none",
     "/static/none.css", "/downloads/none", "/-/none"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(path, server):
    answer = server.get(path, BROWSER)
    assert answer.status == 404
    assert server.get(path, "text/turtle").status == answer.status


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_ours_alone(path, server):
    answer = server.get(path, BROWSER)
    assert (answer.status, answer.type) == (200, "text/html")
    page = html.fromstring(answer.body)
    assert page.get("lang")
    asked = page.xpath(
        "//script/@src | //img/@src | //link[@rel!='alternate' and @rel!='canonical']/@href | //iframe/@src"
    )
    assert [one for one in asked if urlsplit(one).netloc] == []
    assert page.xpath("//script[not(@src)][not(contains(@type, 'json'))]") == []
    assert page.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(path, server):
    page = html.fromstring(server.get(path, BROWSER).body)
    page.make_links_absolute(server.base + path)
    ours = {one.partition("#")[0] for one in page.xpath("//a/@href | //script/@src | //link/@href | //img/@src")}
    local = sorted(one.removeprefix(server.base) or "/" for one in ours if one.startswith(server.base))
    faults = [one for one in local[:25] if server.request("HEAD", one, Accept=BROWSER).status >= 400]
    assert faults == []


@pytest.mark.parametrize("language", ["es", "fr", "ru", "en"])
def test_a_page_speaks_the_language_asked_for(language, server):
    by_path, by_header = server.get(f"/{language}/org/inpud", BROWSER), server.get(
        "/org/inpud", BROWSER, Accept_Language=f"{language}-XX, de;q=0.5"
    )  # fmt: skip
    assert html.fromstring(by_path.text).get("lang") == html.fromstring(by_header.text).get("lang") == language
    assert "accept-language" in by_header.headers["Vary"].lower()


def test_search_finds_in_every_form(server):
    found = server.get("/search.json?q=INPUD")
    assert found.type == "application/json"
    assert "org/inpud" in found.text
    assert "org/inpud" in server.get("/search?q=inpud", BROWSER).text
    for odd in ("", "%00", "%FF", "%25", "a" * 5000, quote("(((*\"'"), "&q=b"):
        assert server.get(f"/search?q={odd}", BROWSER).status in (200, 400, 414)
        assert server.get(f"/search.json?q={odd}").status in (200, 400, 414)


# Somebody who was withdrawn


@pytest.fixture(scope="module")
def withdrawn(serve, tmp_path_factory):
    """A server of the tiny world from which one person has gone."""
    world = make_world(tmp_path_factory.mktemp("withdrawn"))
    world.add("withdrawals.csv", iri="aaaa1111", date="2026-11-21", reason="request")
    build(Recipe(world.data, assets.ontology(), assets.queries()), world.out)
    return serve("--data", str(world.data), build=world.out)


@pytest.mark.parametrize(
    "path", ["/person/aaaa1111", "/es/person/aaaa1111", "/person/aaaa1111.ttl", "/person/aaaa1111.html"]
)
@pytest.mark.parametrize("accept", [BROWSER, "text/turtle", "*/*"])
def test_somebody_withdrawn_is_gone_without_a_name(path, accept, withdrawn):
    answer = withdrawn.get(path, accept)
    assert answer.status == 410
    assert "solberg" not in answer.text.lower()
    assert "Traceback" not in answer.text


def test_somebody_withdrawn_is_nowhere(withdrawn):
    for path in ("/people", "/search?q=solberg", "/search.json?q=Mira", "/org/lamp-union", "/org/lamp-union.ttl", "/"):
        answer = withdrawn.get(path, BROWSER)
        assert answer.status == 200
        assert "Mira" not in answer.text.replace("q=Mira", "")
        assert "/person/aaaa1111" not in answer.text
    assert withdrawn.get("/person/mira-solberg").status == 404
    assert withdrawn.get("/person/bbbb2222").status == 200


# Behind a proxy, below a path


@pytest.fixture(scope="module")
def behind(serve):
    return serve("--base-url", "https://example.org/kg")


@pytest.mark.parametrize("path", PAGES)
def test_below_a_path_every_link_stays_below_it(path, behind):
    answer = behind.get("/kg" + path, BROWSER, Host="example.org")
    assert answer.status == 200
    links = html.fromstring(answer.body).xpath("//@href | //@src | //@action")
    assert links
    astray = [one for one in links if one.startswith("/") and not (one.startswith("/kg/") or one == "/kg")]
    astray += [
        one for one in links if one.startswith("https://example.org") and not one.startswith("https://example.org/kg")
    ]
    assert astray == []
    assert [one for one in links if "127.0.0.1" in one] == []


def test_below_a_path_data_and_descriptions_name_the_public_address(behind):
    answer = behind.get("/kg/sparql", "text/turtle", Host="example.org")
    assert URIRef("https://example.org/kg/sparql") in set(triples(answer.body, "turtle").objects(None, SD.endpoint))
    void = behind.get("/kg/.well-known/void", "text/turtle", Host="example.org")
    assert URIRef("https://example.org/kg/sparql") in set(
        triples(void.body, "turtle").objects(None, VOID.sparqlEndpoint)
    )
    link = ", ".join(behind.get("/kg/org/inpud", BROWSER, Host="example.org").headers.get_all("Link"))
    assert re.search(r"<(https://example\.org)?/kg/org/inpud\.ttl>", link)
    assert boolean(behind.get(f"/kg/sparql?query={quote(YES)}", JSON, Host="example.org"))


def test_below_a_path_redirects_stay_below_it(behind):
    for path in ("/kg", "/kg/organisations/", "/kg/network/"):
        answer = behind.get(path, BROWSER, Host="example.org")
        assert answer.status in (200, 301, 302, 303, 307, 308, 404)
        assert answer.headers.get("Location", "/kg/").removeprefix("https://example.org").startswith("/kg")


# Named queries


NAMED = read_folder(assets.queries())


@pytest.mark.parametrize("query", NAMED, ids=lambda query: query.name)
def test_a_named_query_is_an_address(query, server):
    asked = urlencode({name: str(value) for name, value in query.test.items()})
    answer = server.get(f"/queries/{query.name}.json?{asked}")
    assert answer.status == 200, answer.text
    assert [*answer.json()["head"]["vars"]] == [*query.columns]
    table = server.get(f"/queries/{query.name}.csv?{asked}")
    assert table.type == "text/csv"
    read_ = [*csv.reader(io.StringIO(table.text, newline=""))]
    assert read_[0] == [*query.columns]
    assert len(read_) - 1 == len(answer.json()["results"]["bindings"]) > 0


def test_a_named_query_takes_a_parameter_and_a_format(server, shipped):
    truth = shipped.query("organisations-in-country", country="Canada")
    path = "/queries/organisations-in-country"
    for country in ("Canada", "country/CA", KG + "country/CA"):
        found = server.get(f"{path}.json?{urlencode({'country': country})}").json()
        assert len(found["results"]["bindings"]) == len(truth)
    assert server.get(f"{path}?country=Canada", "text/csv").type == "text/csv"
    assert server.get(f"{path}?country=Canada", ROWS["xml"]).type == ROWS["xml"]
    assert server.get(f"{path}?country=Canada", BROWSER).type == "text/html"


@pytest.mark.parametrize(
    "asked", ["", "country=Kanadda", "country=Canada&colour=red", "country=Canada&country=Kanadda"]
)
def test_a_wrong_parameter_is_refused(asked, server):
    answer = server.get(f"/queries/organisations-in-country.json?{asked}")
    assert answer.status == 400
    assert "Traceback" not in answer.text


def test_all_named_queries_are_listed(server):
    links = html.fromstring(server.get("/queries", BROWSER).text).xpath("//a/@href")
    for query in NAMED:
        assert any(re.search(rf"/queries/{query.name}\b", link) for link in links), query.name


# The process


def get(shipped, *arguments):
    command = [sys.executable, "-m", "movement_kg", "serve", "--build", str(shipped.build.folder.parent), *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def test_any_answer_can_be_had_without_a_server(shipped):
    done = get(shipped, "--get", "/org/inpud", "--accept", "text/turtle")
    assert done.returncode == 0, done.stderr.decode()
    assert (URIRef(KG + "org/inpud"), RDF.type, ORG.Organization) in triples(done.stdout, "turtle")
    assert json.loads(get(shipped, "--get", f"/sparql?query={quote(YES)}", "--accept", JSON).stdout)["boolean"]
    assert html.fromstring(get(shipped, "--get", "/").stdout.decode()).get("lang")


@pytest.mark.parametrize("path", ["/org/none", "/sparql?query=nonsense", "/../../etc/passwd"])
def test_what_cannot_be_had_without_a_server_is_told_by_the_exit_code(path, shipped):
    assert get(shipped, "--get", path).returncode == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_the_server_ends_when_asked(how, serve):
    server = serve("--timeout", "9" if how == signal.SIGTERM else "8")
    assert server.get("/-/health").status == 200
    processes = server.processes()
    assert server.stop(how) == 0, server.told()
    assert [one for one in processes if one.exists() and "Z" not in (one / "stat").read_text()] == []
    assert "Traceback" not in server.told()


def test_a_reload_drops_no_request(serve):
    server = serve("--timeout", "7")
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(line):
        line.request("POST", "/sparql", form(query=ALL), {"Content-Type": FORM, "Accept": JSON})
        answer = line.getresponse()
        server.process.send_signal(signal.SIGHUP)
        statuses = [server.ask(YES).status for _ in range(40)]
        assert len(json.loads(answer.read())["results"]["bindings"]) > 90_000
    assert set(statuses) == {200}
    assert server.is_alive()


def test_no_question_is_written_down(server):
    for query in ('ASK { ?s ?p "hush-hush-1" }', "ASK { hush-hush-2", 'SELECT (CONCAT("hush-hush-3", 1/0) AS ?x) {}'):
        server.ask(query)
        server.post(query)
    server.get("/search?q=hush-hush-4", BROWSER)
    assert "hush-hush" not in server.told()


# Clients that others wrote


def wrapped(server, query, form_, method="GET"):
    import SPARQLWrapper

    client = SPARQLWrapper.SPARQLWrapper(server.base + "/sparql")
    client.setQuery(query)
    client.setReturnFormat(form_)
    client.setMethod(method)
    return client.query()


COUNTRIES = f"SELECT ?c {{ ?c a <{KG}ontology/Country> }} ORDER BY ?c"


@pytest.fixture(scope="module")
def countries(shipped) -> list[str]:
    ending = f" <{RDF.type}> <{KG}ontology/Country> .\n".encode()
    return sorted(line.removesuffix(ending).decode()[1:-1] for line in shipped.lines("facts") if line.endswith(ending))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_rows(method, server, countries):
    found = wrapped(server, COUNTRIES, "json", method).convert()
    assert [row["c"]["value"] for row in found["results"]["bindings"]] == countries
    document = wrapped(server, COUNTRIES, "xml", method).convert()
    assert len(document.getElementsByTagName("result")) == len(countries)
    assert wrapped(server, COUNTRIES, "csv", method).convert().decode().split() == ["c", *countries]
    assert len(wrapped(server, COUNTRIES, "tsv", method).convert().split()) == len(countries) + 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper's own
@pytest.mark.filterwarnings("ignore:.*(default_context|ConjunctiveGraph).*:DeprecationWarning")  # its use of rdflib
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_graphs(method, server, truth):
    for named in ("turtle", "n3"):
        assert set(triples(wrapped(server, FOUNDED, named, method).convert(), "turtle")) == set(truth)
    for named in ("xml", "rdf+xml", "json-ld"):  # it says `format=` in spellings of its own; xml is its default
        assert set(wrapped(server, FOUNDED, named, method).convert()) == set(truth)


def test_sparqlwrapper_is_told_of_faults(server):
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    with pytest.raises(QueryBadFormed, match="line 1"):
        wrapped(server, "SELECT nonsense", "json")


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_store(method, server, truth, countries):
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(server.base + "/sparql", method=method, returnFormat="xml")
    graph = rdflib.Graph(store)  # an identifier would be sent as default-graph-uri
    assert [str(row[0]) for row in graph.query(COUNTRIES)] == countries
    assert set(graph.triples((None, URIRef(KG + "ontology/founded"), None))) == set(truth)
    assert bool(graph.query(YES))
    assert set(graph.query(FOUNDED).graph) == set(truth)


def run(*command):
    program = shutil.which(command[0])
    if not program:
        pytest.skip(f"{command[0]} is not on this machine")
    return subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=60, check=False)


def test_redland_reads_rows(server, countries):
    """Rasqal's protocol mode reads rows alone: neither graphs nor truth values."""
    endpoint = server.base + "/sparql"
    found = run("roqet", "-q", "-p", endpoint, "-r", "csv", "-e", COUNTRIES)
    assert found.stdout.split() == ["c", *countries], found.stderr


def test_curl_gets_what_it_asks_for(server, countries):
    endpoint = server.base + "/sparql"
    base = ("curl", "-sS", "--fail-with-body", "--compressed", endpoint)
    by_post = run(*base, "--data-urlencode", f"query={COUNTRIES}", "-H", "Accept: text/csv")
    by_get = run(*base, "-G", "--data-urlencode", f"query={COUNTRIES}", "-d", "format=csv")
    by_body = run(*base, "-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv", "--data", COUNTRIES)
    assert by_post.stdout.split() == by_get.stdout.split() == by_body.stdout.split() == ["c", *countries]
    assert run(*base, "-d", "query=nonsense").returncode == 22


def comunica() -> str | None:
    """The program of Comunica: in the folder that MOVEMENT_KG_COMUNICA names, or on the path."""
    folder = os.environ.get("MOVEMENT_KG_COMUNICA")
    places = [os.path.join(folder, *end) for end in ((".bin",), ("node_modules", ".bin"))] if folder else []  # noqa: PTH118
    return next(filter(None, (shutil.which("comunica-sparql", path=place) for place in (*places, None))), None)


@pytest.mark.skipif(not comunica(), reason="no Comunica: name its node_modules in MOVEMENT_KG_COMUNICA")
@pytest.mark.parametrize("source", ["sparql@{endpoint}", "{endpoint}"], ids=["told", "guessed"])
def test_comunica_reads_the_endpoint(source, server, countries):
    asked = (comunica(), source.format(endpoint=server.base + "/sparql"), COUNTRIES, "-t", JSON)
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert [row["c"]["value"] for row in json.loads(done.stdout)["results"]["bindings"]] == countries
