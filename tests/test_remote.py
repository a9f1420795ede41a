"""Asking a server elsewhere: what it does wrong is named, has an exit code of its own, and leaves no half answer."""

import base64
import email.utils
import json
import subprocess
import sys
import time

import pytest
from faulty import JSON, ROW, capped, cut, dripping, names, own_certificate, query_of, reply, results, serving, slow

from movement_kg.engines import transport
from movement_kg.engines.endpoint import Endpoint
from movement_kg.engines.paging import Select, form_of
from movement_kg.engines.remote import RemoteEngine
from movement_kg.errors import EndpointAnswerError, EndpointRefusalError, QueryError, RequestError, TimeLimitError

QUERY = "SELECT ?name WHERE { ?x skos:prefLabel ?name } ORDER BY ?name"
XML = b"""<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="name"/></head>
<results><result><binding name="name"><literal>a name</literal></binding></result></results></sparql>"""


def good(handler) -> None:
    reply(handler, 200, JSON, results(ROW))


def status(code, body=b"", kind="text/plain", **headers):
    return lambda handler: reply(handler, code, kind, body, **headers)


def ask(*arguments, **environment):
    """`movement-kg query` as a process."""
    return subprocess.run(
        [sys.executable, "-m", "movement_kg", "query", QUERY, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


FAULTS = {
    "redirect": ([status(302, Location="http://127.0.0.1:9/there")], 7, "redirects to http://127.0.0.1:9/there"),
    "a web page": ([status(200, b"<html>Hello", "text/html")], 7, "answers text/html where SPARQL results were asked"),
    "half an answer": ([cut], 7, "broke off after"),
    "nonsense": ([status(200, b'{"head": {"vars"', JSON)], 7, "breaks off or is not what it says it is"),
    "a failure": (
        [status(500, b"out of\x1b[31m memory")],
        7,
        "failed with the status 500. It says: out of [31m memory",
    ),
    "nothing there": ([status(404)], 7, "there is nothing at this address"),
    "a password wanted": ([status(401, b"who are you")], 6, "MOVEMENT_KG_USER"),
    "forbidden": ([status(403)], 6, "refuses us (status 403)"),
    "too busy": ([status(503, Retry_After="0")], 6, "still too busy after 4 tries"),
    "a wrong query": ([status(400, b"line 1: what?")], 2, "finds the query wrong: line 1: what?"),
    "slow": ([slow], 3, "gave no whole answer within 0.5 s"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_nothing_is_written(fault, tmp_path):
    answers, code, words = FAULTS[fault]
    file = tmp_path / "answer.csv"
    with serving(*answers) as (url, _):
        done = ask("--endpoint", url, "--timeout", "0.5", "-f", "csv", "-o", str(file))
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert url in done.stderr
    assert "Traceback" not in done.stderr
    assert [*tmp_path.iterdir()] == []


def half_a_fault(handler) -> None:
    handler.send_response(500)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"x")
    handler.wfile.flush()
    time.sleep(1)


def counted(count):
    """A server that sends the first thousand rows whatever is asked, and answers a COUNT as told."""
    page = results(*names(1000))
    return lambda handler: count(handler) if "COUNT(*)" in query_of(handler) else reply(handler, 200, JSON, page)


def number(value):
    return status(200, results({"n": {"type": "literal", "value": value}}, column="n"), JSON)


YES = status(200, b'{"head": {}, "boolean": true}', JSON)


@pytest.mark.parametrize(
    ("answer", "query", "words"),
    [
        (half_a_fault, QUERY, "failed with the status 500"),
        (YES, QUERY, "asked for rows"),
        (good, "ASK { ?s ?p ?o }", "asked for yes or no"),
        (counted(number("many")), QUERY, "asked for a number of rows"),
        (counted(status(200, results(), JSON)), QUERY, "asked for a number of rows"),
        (counted(YES), QUERY, "asked for a number of rows"),
        (counted(status(400, b"no sub-select")), QUERY, "refuses to count them.*no sub-select"),
        (counted(number("2500")), QUERY, "pages overlap"),
        (counted(number("2000")), QUERY, "pages overlap"),
    ],
)
def test_an_answer_that_cannot_be_whole_is_none(answer, query, words):
    with serving(answer) as (url, _), pytest.raises(EndpointAnswerError, match=words):
        list(RemoteEngine(Endpoint(url, seconds=0.3)).ask(query))


@pytest.mark.parametrize(("rows", "told"), [(["1"], b"true"), (["0"], b"false"), ([], b"false")])
def test_virtuoso_says_yes_by_a_row_and_is_understood(rows, told):
    found = ({"__ASK_RETVAL": {"type": "literal", "value": value}} for value in rows)
    with serving(status(200, results(*found, column="__ASK_RETVAL"), JSON)) as (url, _):
        answer = b"".join(RemoteEngine(Endpoint(url)).ask("ASK { ?s ?p ?o }"))
    assert answer == b'boolean{"head":{},"boolean":%s}' % told


def test_a_pause_that_is_no_number_is_not_waited_for():
    with serving(status(429, Retry_After="\u00b2"), good) as (url, _):
        assert next(RemoteEngine(Endpoint(url)).ask(QUERY)) == b"rows"


def date(seconds):
    """A moment so many seconds from now, as HTTP writes it, which leaves out parts of a second."""
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


def test_a_pause_may_be_a_date():
    assert 3 < transport._pause(date(5)) <= 5
    assert transport._pause(date(-5)) == 0
    assert transport._pause("tomorrow") is None
    with serving(status(503, Retry_After=date(0)), good) as (url, seen):
        assert next(RemoteEngine(Endpoint(url)).ask(QUERY)) == b"rows"
    assert len(seen) == 2


def test_no_pause_is_longer_than_the_time_there_is():
    busy = status(503, Retry_After=date(3600))
    with serving(busy, good) as (url, seen), pytest.raises(EndpointRefusalError, match="after 1 try "):
        list(RemoteEngine(Endpoint(url, seconds=1)).ask(QUERY))
    assert len(seen) == 1


@pytest.mark.parametrize("begin", [0, 30, 100])
def test_the_time_limit_is_for_the_whole_answer(begin):
    with serving(dripping(begin)) as (url, _), pytest.raises(TimeLimitError, match="no whole answer within 0.5 s"):
        list(RemoteEngine(Endpoint(url, seconds=0.5)).ask(QUERY))


def test_the_time_limit_is_for_all_pages_together():
    def unhurried(handler):
        time.sleep(0.2)
        capped(names(2000), 100)(handler)

    with serving(unhurried) as (url, seen), pytest.raises(TimeLimitError):
        list(RemoteEngine(Endpoint(url, seconds=1)).ask(QUERY))
    assert 2 < len(seen) < 22


def test_the_words_of_a_fault_are_not_waited_for_longer():
    with (
        serving(dripping(100, 500)) as (url, _),
        pytest.raises(EndpointAnswerError, match="500.*nothing that could be"),
    ):
        list(RemoteEngine(Endpoint(url, seconds=0.5)).ask(QUERY))


def test_the_request_is_made_by_the_library():
    import SPARQLWrapper

    assert hasattr(SPARQLWrapper.SPARQLWrapper, "_createRequest"), (
        "SPARQLWrapper makes its requests no longer by _createRequest, which engines/transport.py calls: it has no public way "
        "to one that is not sent at once, with redirects followed and the password along"
    )
    request = transport._request(Endpoint("http://127.0.0.1:1/sparql", "a:g", "ada", "s3cret"), QUERY, JSON)
    assert request.get_method() == "GET"
    assert request.full_url.startswith("http://127.0.0.1:1/sparql?default-graph-uri=a%3Ag&query=SELECT")
    assert request.get_header("Accept") == JSON
    assert request.get_header("Authorization").startswith("Basic ")


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://a:b/", "http://", "http://a/\u00e9", "http://a/\x01", "https://ada:s3cret@a/"]
)
def test_what_is_no_address_is_refused_and_no_password_is_shown(url):
    with pytest.raises(RequestError) as refused:
        Endpoint(url)
    assert "s3cret" not in str(refused.value)


def test_a_token_that_no_header_can_carry_is_refused_and_not_shown():
    with pytest.raises(RequestError) as refused:
        Endpoint("http://127.0.0.1:1/", token="s3cret\nX: y")
    assert "s3cret" not in str(refused.value)


def test_half_a_character_is_refused_before_it_is_sent():
    with pytest.raises(QueryError, match="lone surrogate"):
        list(RemoteEngine(Endpoint("http://127.0.0.1:1/")).ask('ASK { ?s ?p "\ud800" }'))


def test_tables_that_cannot_be_asked_leave_no_folder(tmp_path):
    with serving(status(500)) as (url, _):
        command = [sys.executable, "-m", "movement_kg", "export", "-f", "csv", "-o", str(tmp_path / "tables")]
        done = subprocess.run([*command, "--endpoint", url], capture_output=True, timeout=60, check=False)
    assert done.returncode == 7
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_is_down_is_named():
    done = ask("--endpoint", "http://127.0.0.1:1/sparql")
    assert (done.returncode, done.stdout) == (5, "")
    assert "nothing answers there (connection refused)" in done.stderr


def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path):
    with serving(good, certificate=own_certificate(tmp_path)) as (url, seen):
        done = ask("--endpoint", url)
    assert done.returncode == 8
    assert "cannot be trusted" in done.stderr
    assert seen == []


def test_a_certificate_that_one_trusts_is_enough_and_the_time_limit_holds_behind_it(tmp_path, monkeypatch):
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(good, dripping(100), certificate=certificate) as (url, _):
        engine = RemoteEngine(Endpoint(url, seconds=1))
        assert next(engine.ask(QUERY)) == b"rows"
        with pytest.raises(TimeLimitError):
            list(engine.ask(QUERY))


def test_a_busy_server_is_asked_again():
    with serving(status(429, Retry_After="0"), status(503, Retry_After="1"), good) as (url, seen):
        assert next(RemoteEngine(Endpoint(url)).ask(QUERY)) == b"rows"
    assert len(seen) == 3


def test_every_third_request_failing_is_told_and_the_others_are_answered():
    with serving(good, good, status(500), good) as (url, _):
        codes = [ask("--endpoint", url, "-f", "csv").returncode for _ in range(4)]
    assert codes == [0, 0, 7, 0]


def test_a_server_that_speaks_xml_only_is_understood():
    with serving(status(200, XML, "application/sparql-results+xml")) as (url, _):
        for form, wanted in (("csv", b"name\r\na name\r\n"), ("tsv", b'?name\n"a name"\n')):
            assert b"".join([*RemoteEngine(Endpoint(url)).ask(QUERY, form)][1:]) == wanted


#: 2 500 rows, 1 000 at a time: the first answer, a count that shows it was cut, three pages.
CAPS = [
    (2500, 1000, 5),
    (1000, 1000, 2),
    (999, 1000, 2),
    (99, 1000, 1),
    (2500, 777, 6),
    (25_000, 10_001, 5),
    (101, 100, 4),
]


@pytest.mark.parametrize(("total", "cap", "requests"), CAPS)
def test_a_silent_cap_is_noticed_and_the_rows_come_page_by_page(total, cap, requests):
    with serving(capped(names(total), cap)) as (url, seen):
        answer = json.loads(b"".join([*RemoteEngine(Endpoint(url)).ask(QUERY)][1:]))
    assert answer["results"]["bindings"] == names(total)
    assert len(seen) == requests


def test_as_many_rows_as_were_asked_for_are_all():
    with serving(capped(names(500), 1000)) as (url, seen):
        assert next(RemoteEngine(Endpoint(url)).ask(QUERY + "\nlimit  500")) == b"rows"
    assert len(seen) == 1


def test_fewer_rows_than_came_at_once_before_are_all():
    def answer(handler):
        capped(names(300 if "ASC" in query_of(handler) else 500), 500)(handler)

    with serving(answer) as (url, seen):
        engine = RemoteEngine(Endpoint(url))
        for query, requests in ((QUERY, 2), (QUERY.replace("?name", "ASC(?name)"), 3), (QUERY, 5)):
            assert next(engine.ask(query)) == b"rows"
            assert len(seen) == requests


NUMBER = "http://www.w3.org/2001/XMLSchema#"
ODD = [
    {"name": {"type": "literal", "value": 'a\tb\nc\rd"e\\f'}},
    {},
    {"name": {"type": "literal", "value": "01", "datatype": NUMBER + "integer"}},
    {"name": {"type": "literal", "value": "1.50", "datatype": NUMBER + "decimal"}},
    {"name": {"type": "literal", "value": "true", "datatype": NUMBER + "boolean"}},
    {"name": {"type": "literal", "value": 'é, "ı', "xml:lang": "tr"}},
    {"name": {"type": "uri", "value": "https://example.org/é#?&"}},
    {"name": {"type": "bnode", "value": "b1"}},
    {"name": {"type": "literal", "value": ""}},
]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_that_came_in_pages_are_written_like_others(form):
    rows = ODD * 20
    with serving(capped(rows, 101)) as (cut_off, seen), serving(capped(rows, 1000)) as (whole, _):
        pieces = [[*RemoteEngine(Endpoint(url)).ask(QUERY, form)] for url in (cut_off, whole)]
    assert len(seen) == 4
    assert b"".join(pieces[0]) == b"".join(pieces[1])


def test_a_graph_comes_as_rows_that_can_be_counted():
    with serving(capped(names(2500), 777)) as (url, seen):
        lines = b"".join(
            [*RemoteEngine(Endpoint(url)).ask("CONSTRUCT { <a:a> <a:a> ?name } WHERE { ?x <a:b> ?name }")][1:]
        )
    assert lines.splitlines() == [b'<a:a> <a:a> "%06d" .' % number for number in range(2500)]
    assert len(seen) == 6


@pytest.mark.parametrize(("count", "named"), [(10_000, ""), (20_001, ""), (51, "50")])
def test_a_graph_that_looks_cut_off_is_refused_where_it_cannot_be_counted(count, named):
    lines = b"".join(b'<a:a> <a:b> "%d" .\n' % number for number in range(count))
    answer = status(200, lines, "application/n-triples", X_SPARQL_MaxRows=named)
    with serving(answer) as (url, _), pytest.raises(EndpointAnswerError, match=f"exactly {count} triples"):
        list(RemoteEngine(Endpoint(url)).ask("DESCRIBE <a:a>"))


def test_a_graph_that_looks_whole_is_taken():
    lines = b"".join(b'<a:a> <a:b> "%d" .\n' % number for number in range(1001))
    for query, named in (("DESCRIBE <a:a>", ""), ("DESCRIBE <a:a> LIMIT 9", "1000")):
        with serving(status(200, lines, "application/n-triples", X_SPARQL_MaxRows=named)) as (url, _):
            assert b"".join([*RemoteEngine(Endpoint(url)).ask(query)][1:]) == lines


PARTIAL = [
    status(200, results(ROW), JSON, X_SQL_State="S1TAT", X_SQL_Message="interrupted by result timeout"),
    status(206, results(ROW), JSON),
]


@pytest.mark.parametrize("partial", PARTIAL, ids=["told in a header", "told by the status"])
def test_an_answer_that_time_cut_off_is_refused(partial):
    with serving(partial) as (url, _), pytest.raises(EndpointAnswerError, match="only a part of its answer"):
        list(RemoteEngine(Endpoint(url)).ask(QUERY))


ADA = {"MOVEMENT_KG_USER": "ada", "MOVEMENT_KG_PASSWORD": "s3cret"}


def test_credentials_come_from_the_environment_and_stay_out_of_messages():
    with serving(good) as (url, seen):
        assert ask("--endpoint", url, **ADA).returncode == 0
        assert seen[0].headers["Authorization"] == "Basic " + base64.b64encode(b"ada:s3cret").decode()
        ask("--endpoint", url, MOVEMENT_KG_TOKEN="t0ken")
        assert seen[-1].headers["Authorization"] == "Bearer t0ken"
    with serving(status(401)) as (url, _):
        assert "s3cret" not in ask("--endpoint", url, **ADA).stderr
    assert "s3cret" not in repr(Endpoint(url, password="s3cret"))


def test_no_password_follows_a_redirect():
    with serving(good) as (target, seen), serving(status(307, Location=target)) as (url, _):
        assert ask("--endpoint", url, **ADA).returncode == 7
    assert seen == []


@pytest.mark.parametrize(("length", "verb"), [(0, "GET"), (3000, "POST")])
def test_a_long_query_is_posted(length, verb):
    with serving(good) as (url, seen):
        list(RemoteEngine(Endpoint(url)).ask(QUERY + " #" + "x" * length))
    assert seen[0].command == verb


def test_prefixes_are_declared_and_the_graph_is_named():
    asked = []

    def answer(handler) -> None:
        asked.append((handler.path, query_of(handler)))
        good(handler)

    with serving(answer) as (url, _):
        list(RemoteEngine(Endpoint(url, graph="https://example.org/g")).ask(QUERY))
    path, query = asked[0]
    assert query == f"PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n{QUERY}"
    assert "default-graph-uri=https" in path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--endpoint", "ftp://example.org"], "--endpoint takes an address"),
        (["--graph", "https://example.org/g"], "give --endpoint too"),
        (["--endpoint", "http://127.0.0.1:1/", "--graph", "no iri"], "--graph takes the IRI"),
        (["--endpoint", "http://127.0.0.1:1/", "--build", "x"], "give one of them"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments, words):
    done = ask(*arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_what_is_no_query_is_refused_before_it_is_sent():
    with pytest.raises(QueryError, match="neither SELECT"):
        form_of("FROB { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("SELECT ?x { ?x ?p ?y } LIMIT 5", 5),
        ("SELECT ?x { ?x ?p ?y } OFFSET 7 limit\n 12", 12),
        ("SELECT ?x { { SELECT ?x { ?x ?p ?y } LIMIT 5 } }", None),
        ("SELECT ?x { ?x ?p 'LIMIT 5' } # LIMIT 6", None),
        ("SELECT ?x { ?x ?p ?LIMIT } OFFSET 3", None),
    ],
)
def test_the_limit_is_that_of_the_whole_query(query, limit):
    assert Select.read(query, ["x"]).limit == limit


def test_a_page_orders_by_all_columns():
    select = Select.read("PREFIX a: <a:b>\nSELECT ?x ?y { ?x ?p ?y } ORDER BY DESC(?y)", ["x", "y"])
    ordered = "SELECT ?x ?y { ?x ?p ?y } ORDER BY DESC(?y)\n ?x ?y\n"
    assert select.page(10, 20) == f"PREFIX a: <a:b>\nSELECT ?x ?y WHERE {{ {{ {ordered} }} }} LIMIT 10 OFFSET 20"
