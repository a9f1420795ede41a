"""The server among strangers: each attack has a healthy client beside it, who must always get an answer."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections import Counter
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import pyoxigraph
import pytest
import rdflib
from lxml import etree, html
from server import EASY, FORM, JSON, Server, form, healthy, status_of, triples
from world import make_world

from movement_kg import assets
from movement_kg.build import build
from movement_kg.finished import Recipe

pytest_plugins = ["server"]

KG = "https://w3id.org/movement-kg/"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
#: What a server may say to a request that is none; 0 stands for a connection closed without a word.
REFUSED = {0, 400, 404, 405, 408, 411, 413, 414, 417, 421, 426, 431, 501, 505}


@pytest.fixture(scope="module")
def target(serve) -> Server:
    return serve("--timeout", "2")


@pytest.fixture(autouse=True)
def beside(target):
    """Somebody else who asks an easy question all the while."""
    with healthy(target):
        yield
    assert target.is_alive()


def outcome(server: Server, query: str, **options) -> tuple[int, object]:
    """The status of an answer and what it holds; 0 where the connection broke. An answer of 200 is whole."""
    try:
        reply = server.post(query, None, **options)
    except (http.client.HTTPException, ConnectionError):
        return 0, None
    return reply.status, reply.json() if reply.type == JSON else reply.text


# Requests that the server should make for somebody


@pytest.fixture
def canary():
    """An address on this machine to which nobody may connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()


FORGED = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { service <%s> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVIC\\u0045 <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE#a comment\n<%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n\r\t SILENT\n<%s>{ ?s ?p ?o } }",
    "SELECT * { SERVICE<%s>{ ?s ?p ?o } }",
    "SELECT * {SERVICE ?x {?s ?p ?o} VALUES ?x {<%s>}}",
    "SELECT * { BIND(<%s> AS ?x) SERVICE SILENT ?x { ?s ?p ?o } }",
    "PREFIX c: <%s> SELECT * { SERVICE c: { ?s ?p ?o } }",
    "BASE <%s> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <%s> { ?s ?p ?o } } } } }",
    "SELECT * { FILTER NOT EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { BIND(EXISTS { SERVICE <%s> { ?s ?p ?o } } AS ?x) }",
    "# '''\nSELECT * { SERVICE <%s> { ?s ?p ?o } } # '''",
    "SELECT * { ?s ?p '\\u0027 . SERVICE <%s> { ?s ?p ?o } #' }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <%s> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * FROM <%s> { ?s ?p ?o }",
    "SELECT * from named <%s> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * \\u0046ROM <%s> { ?s ?p ?o }",
    "ASK FROM <%s> { ?s ?p ?o }",
    "DESCRIBE <a:b> FROM <%s>",
    "CONSTRUCT FROM <%s> WHERE { ?s ?p ?o }",
    "LOAD <%s>",
    "LOAD SILENT <%s> INTO GRAPH <a:b>",
    "ASK { ?s ?p ?o } ; LOAD <%s>",
]


@pytest.mark.parametrize("query", FORGED)
def test_no_query_makes_the_server_ask_another(query, canary, target):
    for address in (canary, "file:///etc/passwd"):
        for reply in (target.ask(query % address), target.post(query % address)):
            assert reply.status in (400, 403), reply.text
            assert "root:" not in reply.text


NAMED_GRAPHS = [
    "SELECT * { GRAPH <%s> { ?s ?p ?o } }",
    "CONSTRUCT { <%s> a <%s> } {}",
    "DESCRIBE <%s>",
    "ASK { <%s> ?p ?o }",
]


@pytest.mark.parametrize("query", NAMED_GRAPHS)
def test_an_iri_in_a_query_is_a_name_and_no_address(query, canary, target):
    for address in (canary, "file:///etc/passwd"):
        reply = target.post(query.replace("%s", address), "*/*")
        assert reply.status in (200, 400)
        assert "root:" not in reply.text


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri"])
def test_the_dataset_of_a_request_is_a_name_and_no_address(name, canary, target):
    for address in (canary, "file:///etc/passwd", "file:/etc/passwd", "../../etc/passwd"):
        reply = target.ask(
            "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } LIMIT 5", more=f"&{name}={quote(address)}"
        )
        assert reply.status == 400 or reply.json()["results"]["bindings"] == [] or name == "using-graph-uri"
        assert "root:" not in reply.text


def test_no_header_makes_the_server_ask_another(canary, target):
    profile = f'application/ld+json;profile="{canary}", application/ld+json;context="{canary}"'
    for path in ("/org/inpud", f"/sparql?query={quote(f'DESCRIBE <{KG}org/inpud>')}"):
        for accept in (profile, "application/ld+json"):
            link = f'<{canary}>; rel="http://www.w3.org/ns/json-ld#context"'
            reply = target.get(path, accept, Link=link, Referer=canary, Origin=canary, X_Forwarded_Host=canary)
            assert reply.status in (200, 406)
            assert canary not in reply.text


def test_no_form_makes_the_server_ask_another(canary, target):
    for path in ("/search?q=", "/queries/organisations-in-country.json?country=", "/network?ego=", "/sparql?query="):
        for address in (canary, canary.replace("http:", ""), "file:///etc/passwd"):
            assert "root:" not in target.get(path + quote(address), BROWSER).text


@pytest.mark.parametrize(
    "query",
    [
        'ASK { ?s ?p "SERVICE <http://127.0.0.1/> FROM <file:///etc/passwd> LOAD" }',
        "ASK { ?s ?p '''\n SERVICE <a:b> { } \n''' }",
        "# SERVICE <a:b> FROM <c:d> LOAD\nASK { ?s ?p ?o }",
        "ASK { <https://example.org/SERVICE> ?p <https://example.org/FROM/LOAD> }",
        "PREFIX SERVICE: <a:> PREFIX from: <b:> ASK { SERVICE:FROM from:SERVICE from:LOAD }",
        "SELECT ?SERVICE ?from $LOAD { ?SERVICE ?from $LOAD } LIMIT 1",
        'ASK { ?s ?p "x"@from }',
        "ASK { ?s ?p _:SERVICE }",
    ],
)
def test_the_words_alone_are_no_offence(query, target):
    assert target.ask(query).status == 200, target.ask(query).text


# What is no HTTP

H = b"Host: %HOST%\r\n"
POST = b"POST /sparql HTTP/1.1\r\n" + H + b"Content-Type: application/sparql-query\r\n"
MALFORMED = {
    "nonsense": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "empty-method": b" / HTTP/1.1\r\n" + H + b"\r\n",
    "no-target": b"GET HTTP/1.1\r\n" + H + b"\r\n",
    "four-words": b"GET / x HTTP/1.1\r\n" + H + b"\r\n",
    "space-in-target": b"GET /a b HTTP/1.1\r\n" + H + b"\r\n",
    "version-9.9": b"GET / HTTP/9.9\r\n" + H + b"\r\n",
    "version-x": b"GET / HTTP/x\r\n" + H + b"\r\n",
    "other-protocol": b"GET / ICY/1.1\r\n" + H + b"\r\n",
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "header-without-colon": b"GET / HTTP/1.1\r\n" + H + b"nonsense\r\n\r\n",
    "header-without-name": b"GET / HTTP/1.1\r\n" + H + b": x\r\n\r\n",
    "space-before-colon": b"GET / HTTP/1.1\r\n" + H + b"Accept : */*\r\n\r\n",
    "nul-in-header": b"GET / HTTP/1.1\r\n" + H + b"Accept: a\x00b\r\n\r\n",
    "nul-in-target": b"GET /\x00 HTTP/1.1\r\n" + H + b"\r\n",
    "lone-cr-in-header": b"GET / HTTP/1.1\r\n" + H + b"Accept: a\rX-Other: b\r\n\r\n",
    "cr-in-target": b"GET /a\rb HTTP/1.1\r\n" + H + b"\r\n",
    "no-host": b"GET / HTTP/1.1\r\n\r\n",
    "two-hosts": b"GET / HTTP/1.1\r\n" + H + H + b"\r\n",
    "two-other-hosts": b"GET / HTTP/1.1\r\n" + H + b"Host: evil.example\r\n\r\n",
    "length-negative": POST + b"Content-Length: -5\r\n\r\nASK{}",
    "length-plus": POST + b"Content-Length: +5\r\n\r\nASK{}",
    "length-hex": POST + b"Content-Length: 0x5\r\n\r\nASK{}",
    "length-list": POST + b"Content-Length: 5, 6\r\n\r\nASK{}x",
    "length-nonsense": POST + b"Content-Length: five\r\n\r\nASK{}",
    "length-huge": POST + b"Content-Length: 99999999999999999999999999\r\n\r\nASK{}",
    "length-large": POST + b"Content-Length: 9999999999\r\n\r\nASK{}",
    "two-lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}x",
    "coding-unknown": POST + b"Transfer-Encoding: nonsense\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
    "coding-chunked-not-last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n",
    "chunk-size-nonsense": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK{}\r\n0\r\n\r\n",
    "chunk-size-negative": POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nASK{}\r\n0\r\n\r\n",
    "chunk-size-huge": POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nASK{}\r\n0\r\n\r\n",
    "chunk-too-short": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nASK{}\r\n0\r\n\r\n",
    "connect": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + H + b"\r\n",
    "trace": b"TRACE / HTTP/1.1\r\n" + H + b"Secret: x\r\n\r\n",
    "method-unknown": b"BREW / HTTP/1.1\r\n" + H + b"\r\n",
    "method-long": b"A" * 20_000 + b" / HTTP/1.1\r\n" + H + b"\r\n",
    "target-of-another": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "target-is-a-file": b"GET file:///etc/passwd HTTP/1.1\r\n" + H + b"\r\n",
    "target-is-no-path": b"GET nonsense HTTP/1.1\r\n" + H + b"\r\n",
    "header-of-20-kB": b"GET / HTTP/1.1\r\n" + H + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
    "header-of-2-MB": b"GET / HTTP/1.1\r\n" + H + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "2000-headers": b"GET / HTTP/1.1\r\n" + H + b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(2000)) + b"\r\n",
    "target-of-100-kB": b"GET /search?q=" + b"a" * 100_000 + b" HTTP/1.1\r\n" + H + b"\r\n",
    "blank-lines": b"\r\n" * 5000,
    "expect-unknown": POST + b"Content-Length: 5\r\nExpect: miracles\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_request_is_refused(data, target):
    answer = target.raw(data.replace(b"%HOST%", target.host))
    assert status_of(answer) in REFUSED, answer[:300]
    assert b"Traceback" not in answer
    assert b"Secret: x" not in answer


TOLERATED = {
    "bare-lf": b"GET /-/health HTTP/1.1\nHost: %HOST%\n\n",
    "folded-header": b"GET /-/health HTTP/1.1\r\n" + H + b"Accept: text/html,\r\n text/plain\r\n\r\n",
    "http-0.9": b"GET /\r\n",
    "http-0.9-with-lf": b"GET /\n",
    "absolute-target": b"GET http://%HOST%/-/health HTTP/1.1\r\n" + H + b"\r\n",
    "options-of-all": b"OPTIONS * HTTP/1.1\r\n" + H + b"\r\n",
    "upgrade-to-h2c": b"GET /-/health HTTP/1.1\r\n"
    + H
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    "upgrade-to-websocket": b"GET /-/health HTTP/1.1\r\n" + H + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "high-bytes": b"GET /org/\xff\xfe HTTP/1.1\r\n" + H + b"X: \xff\r\n\r\n",
    "early-blank-line": b"\r\nGET /-/health HTTP/1.1\r\n" + H + b"\r\n",
    "chunk-extension": POST + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nASK{}\r\n0\r\n\r\n",
    "trailer": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\nHost: evil.example\r\n\r\n",
    "body-with-get": b"GET /-/health HTTP/1.1\r\n" + H + b"Content-Length: 5\r\n\r\nASK{}",
}


@pytest.mark.parametrize("data", TOLERATED.values(), ids=TOLERATED.keys())
def test_what_is_odd_is_answered_or_refused(data, target):
    answer = target.raw(data.replace(b"%HOST%", target.host))
    assert status_of(answer) in REFUSED | {200, 204, 301, 302, 307, 308}, answer[:300]
    assert b"Traceback" not in answer


HIDDEN = b"GET /robots.txt HTTP/1.1\r\n" + H + b"\r\n"
SMUGGLED = {
    "length-and-chunks": POST + b"Content-Length: %LENGTH%\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks-and-length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: %LENGTH%\r\n\r\n0\r\n\r\n" + HIDDEN,
    "short-length-and-chunks": POST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nSMUGGLED\r\n0\r\n\r\n" + HIDDEN,
    "two-lengths": POST + b"Content-Length: 0\r\nContent-Length: %LENGTH%\r\n\r\n" + HIDDEN,
    "obscured-coding": POST + b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "vertical-tab-coding": POST + b"Content-Length: 5\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "coding-twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + HIDDEN,
    "lone-cr": b"GET /-/health HTTP/1.1\r\n" + H + b"X: a\r\rGET /robots.txt HTTP/1.1\r" + H + b"\r\n",
}  # fmt: skip


@pytest.mark.parametrize("data", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_no_request_hides_in_another(data, target):
    hidden = HIDDEN.replace(b"%HOST%", target.host)
    whole = data.replace(b"%HOST%", target.host).replace(b"%LENGTH%", b"%d" % (len(hidden) + 5))
    answer = target.raw(whole)
    assert b"user-agent" not in answer.lower()
    assert answer.count(b"HTTP/1.1 200") <= (1 if b"lone" in data else 0), answer[:300]


# Files


TRAVERSALS = [
    "{}../../../../../../etc/passwd", "{}..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "{}%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "{}%252e%252e%252f%252e%252e%252fetc%252fpasswd", "{}..\\..\\..\\..\\etc\\passwd", "{}..%5c..%5c..%5cetc%5cpasswd",
    "{}....//....//....//etc/passwd", "{}%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "{}..%c0%af..%c0%afetc%c0%afpasswd",
    "{}%00", "{}../../../../etc/passwd%00.css", "{}/etc/passwd", "{}//etc/passwd", "{}%2fetc%2fpasswd", "{}..;/..;/etc/passwd",
    "{}../../__init__.py", "{}..%2f..%2f__main__.py", "{}../templates/sparql.html", "{}.%2e/manifest.json", "{}~root",
    "{}..%ef%bc%8f..%ef%bc%8fetc/passwd", "{}%u002e%u002e/", "{}file:///etc/passwd", "{}../CURRENT", "{}../../pyproject.toml",
]  # fmt: skip


@pytest.fixture(scope="module")
def folders(target) -> list[str]:
    """Where files and things are served from."""
    page = html.fromstring(target.get("/", BROWSER).body)
    static = {
        urlsplit(one).path.rpartition("/")[0] + "/"
        for one in page.xpath("//link[@rel='stylesheet']/@href | //script/@src")
    }
    return ["/", "/org/", "/downloads/", "/queries/", "/es/", "/.well-known/", "/concept/theme/", *sorted(static)]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(path, target, folders):
    for folder in folders:
        data = path.format(folder).encode()
        answer = target.raw(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (data, target.host))
        assert status_of(answer) in {0, 400, 404, 301, 302, 307, 308, 405}, (data, answer[:200])
        for inside in (b"root:x:", b"import annotations", b"[build-system]", b"{% extends", b'"inputs"'):
            assert inside not in answer, data


def test_a_build_shows_no_more_than_it_should(target):
    for path in (
        "/.git/config",
        "/.env",
        "/pyproject.toml",
        "/build/CURRENT",
        "/store/CURRENT",
        "/data/people.csv",
        "/server-status",
    ):
        assert target.get(path).status == 404
    for path in ("/static", "/static/", "/downloads/../", "/.well-known/"):
        answer = target.get(path, BROWSER)
        assert answer.status in (301, 302, 307, 308, 400, 404)


# Scripts

POLYGLOT = (
    "\"'></script></title></textarea></style></svg>--><xss-canary onload=alert(1)>"
    "<img src=x onerror=alert(1)>{{31337*31337}}${31337*31337}"
)
PAYLOADS = {
    "polyglot": POLYGLOT,
    "javascript": "javascript:alert(1)//",
    "attribute": "' onfocus=alert(1) autofocus x=' \" onfocus=alert(1) autofocus x=\"",
    "script": '"><script>alert(1)</script>',
    "line-break": "x\r\nSet-Cookie: a=b\r\n\r\n<xss-canary>",
    "json": '</script><!--<script>\u2028"\\',
}
PAGES = ["/", "/organisations", "/people", "/countries", "/regions", "/events", "/publications", "/themes", "/sources",
         "/search", "/network", "/timeline", "/map", "/conflicts", "/queries", "/sparql", "/org/inpud",
         "/queries/organisations-in-country"]  # fmt: skip
FIELDS = ["q", "query", "format", "country", "ego", "depth", "projection", "since", "until", "page", "sort", "lang", "language",
          "callback", "default-graph-uri", "view", "theme", "kind", "next", "url", "certainty", "colour", "size"]  # fmt: skip


def check_html(data: bytes) -> etree._Element:
    """The page, parsed as browsers do, in which nothing runs that we did not write."""
    page = html.document_fromstring(data)
    assert page.xpath("//xss-canary | //img[@src='x']") == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert page.xpath("//script[not(@src)][not(contains(@type, 'json'))]") == []
    links = page.xpath("//@href | //@src | //@action | //@formaction | //@data")
    assert [
        one for one in links if re.match(r"[\s\x00-\x20]*(javascript|vbscript|data:text)", one, re.IGNORECASE)
    ] == []
    assert "982007569" not in page.text_content()
    for script in page.xpath("//script[contains(@type, 'json')]"):
        json.loads(script.text)
    return page


def check_answer(reply) -> None:
    """An answer to something hostile: no inner fault, no header of the attacker's, no script of his."""
    assert reply.status not in (500, 502)
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in reply.body
    if reply.type in ("text/html", "application/xhtml+xml") and reply.body:
        check_html(reply.body)
    elif reply.type == "image/svg+xml":
        check_svg(reply.body)


def check_svg(data: bytes) -> None:
    root = etree.fromstring(data)
    assert root.xpath("//*[local-name()='script' or local-name()='xss-canary' or local-name()='foreignObject']") == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
@pytest.mark.parametrize("path", PAGES)
def test_no_parameter_of_a_page_becomes_a_script(path, payload, target):
    page = html.fromstring(target.get(path, BROWSER).body)
    linked = [urlsplit(one).query for one in page.xpath("//a/@href")]
    fields = {
        *page.xpath("//form//@name"),
        *(name for one in linked for name, _ in parse_qsl(one, keep_blank_values=True)),
    }
    check_answer(target.get(f"{path}?{urlencode(dict.fromkeys([*FIELDS, *sorted(fields)], payload))}", BROWSER))
    for name in sorted(fields) if payload == POLYGLOT else ():
        check_answer(target.get(f"{path}?{urlencode({name: payload, payload: name})}", BROWSER))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_no_path_becomes_a_script(payload, target):
    for start in (
        "/",
        "/org/",
        "/person/",
        "/queries/",
        "/es/",
        "/concept/theme/",
        "/network/",
        "/downloads/",
        "/static/",
        "/search.json?q=",
    ):
        for end in ("", ".html", ".svg", ".json", ".ttl"):
            check_answer(target.get(start + quote(payload, safe="") + end, BROWSER))


HEADERS = ["Referer", "User_Agent", "Accept_Language", "X_Forwarded_Host", "X_Forwarded_Prefix", "X_Forwarded_Proto", "Forwarded",
           "X_Original_URL", "X_Rewrite_URL", "Cookie", "Origin", "If_None_Match", "X_Script_Name"]  # fmt: skip


@pytest.mark.parametrize("payload", [value for key, value in PAYLOADS.items() if key not in ("line-break", "json")])
def test_no_header_becomes_a_script(payload, target):
    for name in HEADERS:
        for path in ("/", "/none", "/sparql?query=nonsense"):
            check_answer(target.get(path, BROWSER, **{name: payload}))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_no_query_becomes_a_script(payload, target):
    literal = json.dumps(payload)
    iri = quote(payload, safe=":/()")
    for query in (
        f"SELECT ?x (<http://example.org/{iri}> AS ?y) {{ BIND({literal} AS ?x) }}",
        f"SELECT (<{iri if ':' in payload else 'javascript:alert(1)'}> AS ?x) {{}}",
        f"CONSTRUCT {{ <javascript:alert(1)> <http://example.org/{iri}> {literal} }} {{}}",
        f"ASK {{ ?s ?p {literal} ",
        payload,
    ):
        check_answer(target.ask(query, BROWSER))
        check_answer(target.post(query, BROWSER))


NASTY = {
    "person": "Mira <script>alert(1)</script> Solberg",
    "organisation": POLYGLOT,
    "place": "Copen</script><!--<script>hagen",
    "work": "The \u0641\u0627\u0646\u0648\u0633 ]]> &lt;xss-canary&gt; <xss-canary>",
    "author": 'Tomas "Quill" \\" {{31337*31337}} ${31337*31337} {%% raw %%} #{31337*31337}',
    "description": "</script><script>alert(1)</script>'\"><img src=x onerror=alert(1)>--> \\u003c",
}


@pytest.fixture(scope="module")
def hostile(serve, tmp_path_factory) -> Server:
    """A server of the tiny world, written by somebody who means harm. (Invisible characters the check refuses.)"""
    world = make_world(tmp_path_factory.mktemp("hostile"))
    world.write("names.csv", world.read("names.csv").splitlines()[0] + "\n")
    subjects = {"org/lamp-union": "organisation", "person/mira-solberg": "person", "person/tomas-quill": "author",
                "place/copenhagen": "place", "work/lantern": "work"}  # fmt: skip
    for subject, key in subjects.items():
        world.add("names.csv", subject=subject, name=NASTY[key], language="en", kind="preferred", cite="900-4")
    text = NASTY["description"]
    for table, cells in {
        "events.csv": {"id": "lamp-meeting", "cite": "900-5"},
        "publications.csv": {"id": "lantern", "cite": "900-4"},
        "organisations.csv": {"id": "lamp-union", "cite": "900-2"},
    }.items():
        world.add(table, **cells, description=text, nuance=text, note=text)
    world.add("events.csv", id="other-meeting", kind="meeting", date="1997", description=POLYGLOT, cite="900-5")
    world.replace(
        "positions.csv", "Heated places should not shut in the evening.", '"' + POLYGLOT.replace('"', '""') + '"'
    )
    world.replace("provisions.csv", "Beds for those without a home.", '"' + text.replace('"', '""') + '"')
    world.replace("figures.csv", "People who came from outside.", '"' + text.replace('"', '""') + '"')
    world.replace("mentions.csv", "in-heading,,", 'in-heading,"' + POLYGLOT.replace('"', '""') + '",')
    build(Recipe(world.data, assets.ontology(), assets.queries()), world.out)
    return serve("--data", str(world.data), build=world.out)


START = [*PAGES[:-2], "/org/lamp-union", "/person/aaaa1111", "/search?q=lamp", "/search.json?q=alert", "/network.svg",
         "/es/org/lamp-union", "/org/lamp-union.jsonld"]  # fmt: skip
READERS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld",
           "application/rdf+xml": "xml", "application/trig": "trig", "application/n-quads": "nquads"}  # fmt: skip


def test_no_cell_becomes_a_script(hostile):
    """Everything that links from the pages lead to, of a world in which each cell is an attack."""
    seen, waiting, kinds = set(START), [*START], Counter()
    while waiting and sum(kinds.values()) < 400:
        path = waiting.pop(0)
        reply = hostile.get(path, BROWSER)
        kinds[reply.type] += 1
        assert reply.status in (200, 400, 404, 406), path
        for link in found_in(reply, path):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert kinds["text/html"] > 30
    assert kinds["text/turtle"]


def found_in(reply, path: str) -> list[str]:
    """The links of a page, after it and whatever it is has been read without harm."""
    try:
        if reply.type == "text/html":
            page = check_html(reply.body)
            links = {
                urljoin(path, one).partition("#")[0]
                for one in page.xpath("//a/@href | //link/@href | //img/@src | //object/@data")
            }
            return sorted(one for one in links if one.startswith("/"))
        if "rdf12" in path:
            return [*pyoxigraph.parse(reply.body, pyoxigraph.RdfFormat.from_media_type(reply.type))][
                :0
            ]  # rdflib reads 1.1
        check_data(reply)
    except Exception as fault:
        raise AssertionError(f"{path}: {fault}") from fault
    return []


def check_data(reply) -> None:
    if reply.type == "image/svg+xml":
        check_svg(reply.body)
    elif reply.type in READERS:
        triples(reply.body, READERS[reply.type])
    elif reply.type.endswith("json"):
        json.loads(reply.body)


@pytest.mark.parametrize("media", READERS)
def test_a_hostile_name_is_the_same_name_in_every_format(media, hostile):
    found = triples(hostile.get("/org/lamp-union", media).body, READERS[media])
    assert POLYGLOT in map(str, found.objects(rdflib.URIRef(KG + "org/lamp-union")))


def test_a_hostile_name_is_read_on_its_page(hostile):
    for path, key in (("/org/lamp-union", "organisation"), ("/person/aaaa1111", "person"), ("/work/lantern", "work")):
        text = html.document_fromstring(hostile.get(path, BROWSER).text).text_content()
        assert " ".join(NASTY[key].split()) in " ".join(text.split())


# Whom the request is for


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:%PORT%", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "evil.example@127.0.0.1:%PORT%",
     "", "127.0.0.1:%PORT%, evil.example", "127.0.0.1:x", "[::1", "169.254.169.254", "evil.example/127.0.0.1",
     "127.0.0.1#evil.example", "\u0430.example"],
)  # fmt: skip
def test_a_request_for_another_host_is_refused(host, target):
    name = host.replace("%PORT%", str(target.port)).encode()
    for path in (b"/", b"/sparql?query=ASK%7B%7D", b"/org/inpud.ttl"):
        answer = target.raw(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (path, name))
        assert status_of(answer) in (0, 400, 421), answer[:200]
        assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]


def test_a_host_may_be_allowed(serve):
    server = serve("--timeout", "2", "--allow-host", "kg.example")
    assert server.get("/-/health", Host="kg.example").status == 200
    assert server.get("/-/health", Host="KG.Example").status == 200
    assert server.get("/-/health", Host="other.example").status in (400, 421)


# Much, and slowly


def test_a_body_that_is_too_large_is_refused(target):
    body = b"#" * 300_000 + EASY.encode()
    assert target.raw_status(
        POST.replace(b"%HOST%", target.host) + b"Content-Length: %d\r\n\r\n" % len(body) + body
    ) in (0, 413)
    chunks = b"".join(b"2710\r\n" + b"#" * 10_000 + b"\r\n" for _ in range(30)) + b"0\r\n\r\n"
    head = POST.replace(b"%HOST%", target.host) + b"Transfer-Encoding: chunked\r\n\r\n"
    assert target.raw_status(head + chunks) in (0, 413)
    head = b"POST /sparql HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: 300000\r\n\r\n"
    assert target.raw_status(head % (target.host, FORM.encode()) + b"query=" + b"a" * 299_994) in (0, 413)


def test_a_packed_body_is_no_bomb(target):
    import gzip

    bomb = gzip.compress(b"#" * 20_000_000)
    reply = target.request("POST", "/sparql", bomb, Content_Type="application/sparql-query", Content_Encoding="gzip")
    assert reply.status in (400, 413, 415)


def test_a_form_of_very_many_fields_is_refused_or_read(target):
    body = b"&".join(b"a%d=" % n for n in range(20_000)) + b"&" + form(query=EASY)
    reply = target.request("POST", "/sparql", body, Content_Type=FORM)
    assert reply.status in (200, 400, 413)


def test_slow_senders_are_let_go(target):
    """Half of them never end their headers, half never end their body."""
    heads = b"GET /-/health HTTP/1.1\r\nHost: %s\r\nX: " % target.host
    bodies = POST.replace(b"%HOST%", target.host) + b"Content-Length: 1000\r\n\r\n"
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(target.connect()) for _ in range(100)]
        for number, line in enumerate(lines):
            line.sendall(heads if number % 2 else bodies)
        left = lines
        for _ in range(60):
            left = [line for line in left if drips(line)]
            if not left:
                break
            time.sleep(1)
        assert left == []


def drips(line: socket.socket) -> bool:
    """Whether the connection took one more byte and has said nothing."""
    line.settimeout(0)
    try:
        line.send(b"a")
        line.recv(1000)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def test_idle_connections_keep_nobody_out(target):
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(target.connect())
        for _ in range(10):
            assert target.ask(EASY).status == 200


def test_slow_readers_hold_nobody_up(target):
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(slow_reader(target)) for _ in range(25)]
        for _ in range(5):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.recv(1)
            time.sleep(1)
        assert target.ask(EASY).status == 200
    assert target.comes_to_rest()


def slow_reader(server: Server) -> socket.socket:
    """A connection that has asked for everything and has room for next to nothing."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.settimeout(5)
    line.connect(("127.0.0.1", server.port))
    line.sendall(b"GET /sparql?query=%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (quote(ALL).encode(), server.host))
    return line


def test_who_hangs_up_leaves_no_work_behind(serve):
    patient = serve("--timeout", "100")
    head = b"GET /sparql?query=%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (quote(HEAVY).encode(), patient.host)
    with healthy(patient):
        for _ in range(3):
            with contextlib.ExitStack() as stack:
                for _ in range(6):
                    stack.enter_context(patient.connect()).sendall(head)
                time.sleep(1)
        abrupt(patient, head)
    assert patient.comes_to_rest(15)


def abrupt(server: Server, head: bytes) -> None:
    """The connection ends by a reset, without a goodbye."""
    with server.connect() as line:
        line.sendall(head)
        time.sleep(0.5)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


# Many at once


def at_once(count: int, ask) -> list:
    """What as many threads got that begin together."""
    gate = threading.Barrier(count)

    def one(number: int):
        gate.wait()
        return ask(number)

    with concurrent.futures.ThreadPoolExecutor(count) as threads:
        return [*threads.map(one, range(count))]


def test_many_easy_questions_at_once(target):
    replies = at_once(200, lambda n: target.ask(f"SELECT ({n} AS ?x) {{}}", timeout=60))
    check_flood(replies, {200, 429, 503})
    for n, reply in enumerate(replies):
        if reply.status == 200:
            assert reply.json()["results"]["bindings"][0]["x"]["value"] == str(n)
    assert sum(reply.status == 200 for reply in replies) >= 100


REFUSALS = {
    "no-such-form": lambda server: server.ask(EASY, "application/n-triples"),
    "a-graph-as-rows": lambda server: server.ask(f"DESCRIBE <{KG}org/inpud>"),
    "syntax": lambda server: server.ask("ASK {"),
    "forbidden": lambda server: server.ask("ASK { SERVICE <a:b> {} }"),
    "too-slow": lambda server: server.ask(HEAVY),
}


@pytest.mark.parametrize("refused", REFUSALS.values(), ids=REFUSALS.keys())
def test_after_a_refusal_everybody_gets_the_answer_to_their_own_question(refused, target):
    for turn in range(3):
        assert refused(target).status >= 400
        replies = at_once(12, lambda n, turn=turn: target.ask(f"SELECT ({12 * turn + n} AS ?x) {{ ?s ?p ?o }} LIMIT 1"))
        found = [reply.json()["results"]["bindings"][0]["x"]["value"] for reply in replies]
        assert found == [str(12 * turn + n) for n in range(12)]


def test_many_hard_questions_at_once(target):
    replies = at_once(60, lambda n: target.ask(HEAVY.replace("?i", f"?i{n}"), timeout=60))
    check_flood(replies, {429, 503, 504})
    assert target.comes_to_rest()


def test_many_pages_at_once(target):
    replies = at_once(60, lambda n: target.get(PAGES[n % len(PAGES)], BROWSER, timeout=60))
    check_flood(replies, {200, 429, 503, 504})


def test_many_large_answers_at_once(target):
    replies = at_once(15, lambda n: outcome(target, f"{ALL} LIMIT {20_000 + n}", timeout=60))
    assert {status for status, _ in replies} <= {0, 200, 429, 503, 504}
    for n, (status, answer) in enumerate(replies):
        assert status != 200 or len(answer["results"]["bindings"]) == 20_000 + n


def check_flood(replies, statuses: set[int]) -> None:
    found = Counter(reply.status for reply in replies)
    assert set(found) <= statuses, found
    for reply in replies:
        if reply.status in (429, 503):
            assert int(reply.headers["Retry-After"]) >= 0


# Questions that should never end

DEEP = 20_000
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
KILLERS = {
    "cross-product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a = 1) }",
    "count-of-a-cross-product": HEAVY,
    "cross-product-distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross-product-sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY RAND()",
    "cross-product-grouped": "SELECT ?a (COUNT(DISTINCT ?d) AS ?n) (SAMPLE(?e) AS ?x) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a",
    "cross-product-minus": "SELECT * { ?a ?b ?c . ?g ?h ?i MINUS { ?d ?e ?c . FILTER(?d != ?a) } }",
    "cross-product-not-exists": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?c = ?i && ?d = 1) } }",
    "construct-a-cross-product": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "describe-everything": "DESCRIBE * { ?a ?b ?c . ?d ?e ?f }",
    "offset": "SELECT * { ?a ?b ?c . ?d ?e ?f } OFFSET 999999999999 LIMIT 1",
    "union-of-products": "SELECT * {" + " UNION ".join("{ ?a ?b ?c . ?d ?e ?f FILTER(?a = 1) }" for _ in range(200)) + "}",
    "groups-deep": "ASK " + "{" * DEEP + "}" * DEEP,
    "brackets-deep": "ASK { FILTER" + "(" * DEEP + "true" + ")" * DEEP + "}",
    "open-brackets": "ASK { FILTER" + "(" * 99_000,
    "unions-deep": "ASK " + "{ { ?s ?p ?o } UNION " * 4000 + "{}" + "}" * 4000,
    "unions-long": "ASK { " + " UNION ".join(["{?s ?p 1}"] * 9000) + "}",
    "optionals": "SELECT * {" + "OPTIONAL{?a ?b ?c}" * 5000 + "}",
    "optionals-deep": "SELECT * {" + "OPTIONAL { ?a ?b ?c " * 3000 + "}" * 3001,
    "nots-deep": "ASK { FILTER(" + "!" * 50_000 + "true) }",
    "minuses-deep": "ASK { FILTER(" + "-" * 50_000 + "1 = 1) }",
    "additions-long": "ASK { FILTER(1" + "+1" * 40_000 + " = 1) }",
    "ors-long": "ASK { ?s ?p ?o FILTER(" + "||".join(["?s=?o"] * 12_000) + ") }",
    "ifs-deep": "SELECT (" + "IF(true," * 5000 + "1" + ",2)" * 5000 + " AS ?x) {}",
    "coalesces-deep": "SELECT (" + "COALESCE(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}",
    "exists-deep": "ASK {" + "FILTER EXISTS {" * 3000 + "?s ?p ?o" + "}" * 3001,
    "sub-selects-deep": "SELECT * {" + "{ SELECT * {" * 3000 + "?s ?p ?o" + "} }" * 3000 + "}",
    "graphs-deep": "ASK {" + "GRAPH ?g {" * 4000 + "?s ?p ?o" + "}" * 4001,
    "paths-deep": "ASK { ?s " + "(" * DEEP + "<a:b>" + ")" * DEEP + " ?o }",
    "paths-inverse-deep": "ASK { ?s " + "^" * 50_000 + "<a:b> ?o }",
    "paths-stars-deep": "ASK { ?s " + "(" * 3000 + "<a:b>" + ")*" * 3000 + " ?o }",
    "paths-long": "ASK { ?s " + "/".join(["<a:b>"] * 15_000) + " ?o }",
    "paths-wide": "ASK { ?s (" + "|".join(["!<a:b>"] * 9000) + ")* ?o }",
    "paths-everywhere": "SELECT (COUNT(*) AS ?n) { ?s (<a:b>|!<a:b>)* ?o }",
    "paths-both-ways": "SELECT (COUNT(*) AS ?n) { ?s (!<a:b>|^!<a:b>)+ ?m . ?m (!<a:c>|^!<a:c>)* ?o }",
    "paths-nested": "SELECT (COUNT(*) AS ?n) { ?s (((!<a:b>)*/(^!<a:b>)*)*)* ?o }",
    "collections-deep": "ASK { ?s ?p " + "(" * DEEP + ")" * DEEP + " }",
    "blank-nodes-deep": "ASK { ?s ?p " + "[ ?p " * DEEP + "1" + "]" * DEEP + " }",
    "collection-long": "ASK { ?s ?p (" + "1 " * 45_000 + ") }",
    "values-long": "SELECT (COUNT(*) AS ?n) { VALUES ?a {" + "1 " * 49_000 + "} VALUES ?b {1 2 3} }",
    "values-product": "SELECT (COUNT(*) AS ?n) {" + " ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 0 }}" for n in range(20)) + "}",
    "ins-long": "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(["1"] * 45_000) + ")) }",
    "regex-backtracking": f'ASK {{ FILTER REGEX("{"a" * 40_000}b", "^(a+)+$") }}',
    "regex-repeated": 'ASK { FILTER REGEX("a", "(((a{1,1000}){1,1000}){1,1000})") }',
    "regex-long": f'ASK {{ ?s ?p ?o FILTER REGEX(STR(?o), "{"(a|b)*" * 9000}") }}',
    "regex-on-a-product": 'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), "(.*)(.*)(.*)zzz$") }',
    "replace-bomb": "SELECT (STRLEN(?h) AS ?n) { BIND('aaaaaaaaaa' AS ?a) "
    + " ".join(f'BIND(REPLACE(?{x}, "a", "aaaaaaaaaaaaaaaaaaaa") AS ?{y})' for x, y in zip("abcdefg", "bcdefgh", strict=True))
    + "}",
    "concat-doubling": f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('a' AS ?x0) {DOUBLED} }}",
    "concat-doubling-shown": f"SELECT ?x40 {{ BIND('a' AS ?x0) {DOUBLED} }}",
    "encode-bomb": "SELECT (STRLEN(?x) AS ?n) { BIND(" + "ENCODE_FOR_URI(" * 30 + '"éééééééééé"' + ")" * 30 + " AS ?x) }",
    "group-concat-bomb": "SELECT (STRLEN(GROUP_CONCAT(?c; SEPARATOR=', ')) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "group-concat-long-separator": f"SELECT (STRLEN(GROUP_CONCAT(?c; SEPARATOR='{'x' * 90_000}')) AS ?n) {{ ?a ?b ?c }}",
    "binds-long": "SELECT ?x999 { BIND(1 AS ?x0) " + " ".join(f"BIND(?x{n}+1 AS ?x{n + 1})" for n in range(999)) + "}",
    "patterns-long": "ASK {" + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(5000)) + "}",
    "patterns-chained": "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?s{n} ?p{n} ?s{n + 1} ." for n in range(30)) + "}",
    "patterns-star": "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?s{n} a ?type ." for n in range(12)) + "}",
    "quotes-unclosed": "ASK { ?s ?p " + '"' * 50_001,
    "quotes-mixed": "ASK { ?s ?p " + "'\"" * 40_000,
    "quotes-long-unclosed": 'ASK { ?s ?p """' + 'a""' * 30_000,
    "iris-unclosed": "ASK { " + "<" * 90_000,
    "escapes": "ASK { ?s ?p '" + "\\" * 90_001,
    "codepoints": "ASK { ?s ?p '" + "\\u0027" * 15_000,
    "codepoints-nonsense": "ASK { ?s ?p '\\UFFFFFFFF\\uD800' }",
    "comments": "ASK { ?s ?p ?o } " + "#\n" * 49_000,
    "blanks": "ASK" + " " * 99_000 + "{ ?s ?p ?o }",
    "prefixes": "".join(f"PREFIX p{n}: <a:{n}> " for n in range(5000)) + EASY,
    "name-long": f"ASK {{ ?s a:{'a.' * 45_000} ?o }}",
    "name-of-colons": f"ASK {{ ?s a{':' * 90_000} ?o }}",
    "language-long": f"ASK {{ ?s ?p 'x'@{'a-' * 45_000} }}",
    "number-long": f"SELECT ({'9' * 90_000} AS ?x) {{}}",
    "number-power": "SELECT (9999999999 * 9999999999 * 9999999999 AS ?x) {}",
    "variable-long": f"SELECT ?{'a' * 90_000} {{}}",
    "columns-long": "SELECT " + " ".join(f"?v{n}" for n in range(12_000)) + " { ?s ?p ?o }",
    "order-long": "SELECT * { ?s ?p ?o } ORDER BY " + "?s " * 30_000,
    "limit-huge": f"SELECT * {{}} LIMIT {'9' * 1000}",
    "nul": "ASK { ?s ?p '\0' }",
    "surrogates": "ASK { ?s ?p '\\uD83D' }",
    "bidi": "ASK { ?s ?p '\u202e\u2066' }",
    "too-long": "ASK { ?s ?p ?o } #" + "x" * 150_000,
}  # fmt: skip
#: What is right where such a question has an answer.
RIGHT = {
    "values-long": "147000", "offset": "", "values-product": str(10**20), "concat-doubling": str(2**40),
    "ifs-deep": "1", "coalesces-deep": "1", "binds-long": "1000",
}  # fmt: skip


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_ends_with_a_status_and_hurts_nobody(name, target):
    status, answer = outcome(target, KILLERS[name], timeout=30)
    assert status in (0, 200, 400, 413, 503, 504), answer
    if status == 200 and name in RIGHT:
        values = [cell["value"] for row in answer["results"]["bindings"] for cell in row.values()]
        assert "".join(values) == RIGHT[name]


def test_a_killer_is_stopped_at_its_time(target):
    assert outcome(target, HEAVY)[0] == 504
    assert target.comes_to_rest()


@pytest.mark.parametrize("name", ["groups-deep", "brackets-deep", "paths-deep", "collections-deep", "blank-nodes-deep"])
def test_what_is_too_deep_is_said_to_be(name, target):
    status, told = outcome(target, KILLERS[name])
    assert status in (400, 413)
    assert re.search(r"deep|long|tokens", told)


def test_named_queries_cannot_be_made_killers(target):
    for value in (
        "x" * 50_000,
        "?s",
        "} UNION { ?s ?p ?o",
        "<a:b> <a:c>",
        '" } #',
        "country/CA\0",
        "\\u007D",
        "*",
        "%",
    ):
        asked = urlencode({"country": value})
        reply = target.get(f"/queries/organisations-in-country.json?{asked}")
        assert reply.status in (200, 400, 414, 431)
        assert reply.status != 200 or reply.json()["results"]["bindings"] == []
    many = "&".join(f"country=country/{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH")
    assert target.get(f"/queries/organisations-in-country.json?{many}").status in (200, 400)


# Afterwards


def test_memory_comes_back(target):
    def some(start: int) -> None:
        for n in range(start, start + 300):
            status, _ = outcome(target, VARIED[n % len(VARIED)].format(n=n))
            assert status in (200, 400, 413, 504)

    some(0)
    before = target.memory()
    some(300)
    assert target.memory() < before * 1.3 + 50_000_000


VARIED = [
    "SELECT ({n} AS ?x) {{}}",
    "SELECT * {{ ?s ?p ?o }} LIMIT {n}",
    "SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY ?p ORDER BY ?n LIMIT {n}",
    "ASK {{ ?s ?p '{n}' }}",
    "nonsense {n}",
    "SELECT ?a {{ ?a <http://www.w3.org/ns/org#hasMember>+ ?b }} LIMIT {n}",
    "SELECT (GROUP_CONCAT(?l) AS ?x) {{ SELECT ?l {{ ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }} LIMIT {n} }}",
    "SELECT * {{ SERVICE <a:{n}> {{}} }}",
]


def test_nothing_of_all_this_was_a_surprise(target):
    """The last test of the file: the first process still runs, and no fault was one that nobody had thought of."""
    assert target.is_alive()
    assert "Traceback" not in target.told()
    assert "Exception" not in target.told()
    assert "root:x:" not in target.told()
