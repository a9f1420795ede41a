"""Three live servers that each hold a part of the graph; one of them, ours, is asked queries with SERVICE to the others."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pyoxigraph
import pytest
from faulty import JSON, cut, reply, results, serving, slow
from live import free_port, oxigraph, parts
from server import Server

from movement_kg import assets
from movement_kg.engines import Limits
from movement_kg.errors import EndpointError, QueryError, TimeLimitError
from movement_kg.finished import Build
from movement_kg.knowledge_graph import KnowledgeGraph

DOCUMENT = assets.home() / "docs" / "federation.md"
#: Which server of the three holds what: the first is ours. Those of the others stand in braces.
QUESTIONS = {
    "who took part in what": """
        SELECT ?who ?event {
          ?participation mk:agent ?agent ; mk:event ?thing . ?agent rdfs:label ?who
          SERVICE <{events}> { ?thing rdfs:label ?event }
        } ORDER BY ?who ?event""",
    "and which source says so": """
        SELECT ?who ?event ?source ?passage {
          ?participation mk:agent ?agent ; mk:event ?thing . ?agent rdfs:label ?who
          SERVICE <{events}> { ?thing rdfs:label ?event }
          SERVICE <{claims}> {
            ?claim rdf:subject ?participation ; rdf:predicate mk:agent ; mk:citation ?citation .
            ?citation mk:locator ?passage ; dcterms:source ?document
          }
          SERVICE <{events}> { ?document dcterms:identifier ?source }
        } ORDER BY ?who ?event ?source ?passage""",
    "organisations with positions, and those without": """
        SELECT ?name ?text {
          ?organisation a org:Organization ; rdfs:label ?name
          OPTIONAL { SERVICE <{events}> { ?position mk:holder ?organisation ; dcterms:description ?text } }
        } ORDER BY ?name ?text""",
    "how many claims on each organisation": """
        SELECT ?name (COUNT(*) AS ?claims) {
          ?organisation a org:Organization ; rdfs:label ?name
          SERVICE <{claims}> { ?claim rdf:subject ?organisation }
        } GROUP BY ?organisation ?name ORDER BY DESC(?claims) ?name""",
    "how much each of the three holds": """
        SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things) {
          { ?thing a foaf:Person . BIND("people" AS ?kind) }
          UNION { SERVICE <{events}> { ?thing a mk:Event } BIND("events" AS ?kind) }
          UNION { SERVICE <{claims}> { ?thing a mk:Claim } BIND("claims" AS ?kind) }
        } GROUP BY ?kind ORDER BY ?kind""",
}


@pytest.fixture(scope="module")
def others(shipped, tmp_path_factory):
    """The servers of events and of claims, by those names."""
    with contextlib.ExitStack() as stack:
        _, events, claims = parts(shipped.lines("all"))
        held = {"events": events, "claims": claims}
        yield {
            name: stack.enter_context(oxigraph(tmp_path_factory.mktemp(name), part)).url for name, part in held.items()
        }


@pytest.fixture(scope="module")
def first(shipped, tmp_path_factory) -> Build:
    """A build of people and organisations alone."""
    folder = tmp_path_factory.mktemp("first") / shipped.build.folder.name
    shutil.copytree(shipped.build.folder, folder, ignore=shutil.ignore_patterns("store"))
    store = pyoxigraph.Store(str(folder / "store"))
    store.bulk_load(parts(shipped.lines("all"))[0], format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.flush()
    (folder.parent / "CURRENT").write_text(folder.name)
    return Build(folder, shipped.build.manifest)


@pytest.fixture(scope="module")
def ours(first, others):
    with _served(first, *others.values()) as server:
        yield server


def _served(build: Build, *services: str, seconds: float = 20) -> Server:
    allowed = [word for service in services for word in ("--allow-service", service)]
    return Server("--build", str(build.folder.parent), "--as-it-is", "--timeout", str(seconds), *allowed)


def _asking(query: str, places: dict[str, str]) -> str:
    return re.sub(r"<\{(\w+)\}>", lambda match: f"<{places[match[1]]}>", query)


def _whole(query: str) -> str:
    """The same question to a server that holds all."""
    return re.sub(r"SERVICE <\{\w+\}> ", "", query)


@pytest.mark.parametrize("query", QUESTIONS.values(), ids=QUESTIONS)
def test_the_rows_are_those_of_the_same_question_on_the_whole(query, ours, others, shipped):
    expected = b"".join(shipped.stream(_whole(query), "csv"))
    assert len(expected.splitlines()) > 3
    reply = ours.post(_asking(query, others), "text/csv")
    assert (reply.status, reply.body) == (200, expected), reply.text


@pytest.mark.parametrize("query", QUESTIONS.values(), ids=QUESTIONS)
def test_no_part_alone_has_these_rows(query, ours, shipped):
    expected = b"".join(shipped.stream(_whole(query), "csv"))
    assert ours.post(_whole(query), "text/csv").body != expected


def _forwarded(url: str):
    def answer(handler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        names = ("Content-Type", "Accept")
        request = urllib.request.Request(url, body, {name: handler.headers[name] for name in names})
        with urllib.request.urlopen(request) as found:
            reply(handler, 200, found.headers["Content-Type"], found.read())

    return answer


@pytest.mark.parametrize("query", QUESTIONS.values(), ids=QUESTIONS)
def test_each_block_is_one_request(query, first, others):
    with serving(_forwarded(others["events"])) as events, serving(_forwarded(others["claims"])) as claims:
        places = {"events": events[0], "claims": claims[0]}
        with _graph(first, *places.values()) as graph:
            graph.query(_asking(query, places))
        assert len(events[1]) == query.count("{events}")
        assert len(claims[1]) == query.count("{claims}")


def test_a_block_within_exists_is_a_request_for_every_row_and_within_minus_one(first, others, shipped):
    """What docs/federation.md says of the cost."""
    people = len(shipped.query("SELECT ?s { ?s a foaf:Person }").rows)
    with serving(_forwarded(others["events"])) as (address, seen), _graph(first, address) as graph:
        query = f"SELECT ?s {{ ?s a foaf:Person %s {{ SERVICE <{address}> {{ ?x mk:holder ?s }} }} }}"
        for words, requests in (("MINUS", 1), ("OPTIONAL", 1), ("FILTER NOT EXISTS", people)):
            seen.clear()
            graph.query(query % words)
            assert len(seen) == requests


def test_an_address_that_is_not_on_the_list_is_refused_with_those_that_are(ours, others):
    for address in (f"{others['events']}?more", "http://127.0.0.1:9/sparql", others["events"].upper()):
        reply = ours.post(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        assert reply.status == 400
        assert "SERVICE may name" in reply.text
        assert others["events"] in reply.text


def test_a_server_that_is_down_is_named(first, others):
    down = f"http://127.0.0.1:{free_port()}/sparql"
    with _served(first, others["events"], down) as server:
        query = QUESTIONS["and which source says so"]
        reply = server.post(_asking(query, {**others, "claims": down}))
        assert reply.status == 502
        assert f"SERVICE <{down}> failed" in reply.text
        assert others["events"] not in reply.text
        assert server.post("ASK { ?s ?p ?o }").status == 200


def test_one_that_is_down_and_silent_leaves_the_rows_as_they_are(first):
    # section 2.3 of Federated Query: the solution is then one without bindings
    down = f"http://127.0.0.1:{free_port()}/sparql"
    query = "SELECT ?name ?x { ?s a foaf:Person ; rdfs:label ?name %s } ORDER BY ?name"
    with _graph(first, down) as graph:
        silent = graph.query(query % f"SERVICE SILENT <{down}> {{ ?s mk:none ?x }}").rows
        assert silent == graph.query(query % "").rows
        assert silent


def test_a_slow_one_is_ended_by_the_time_limit_of_the_server_that_is_asked(first):
    with serving(slow) as (address, _), _served(first, address, seconds=0.5) as server:
        reply = server.post(f"SELECT * {{ SERVICE <{address}> {{ ?name ?p ?o }} }}")
        assert reply.status == 504
        assert "longer than 0.5 s" in reply.text
        with _graph(first, address, seconds=0.5) as graph, pytest.raises(TimeLimitError):
            graph.query(f"SELECT * {{ SERVICE <{address}> {{ ?name ?p ?o }} }}")


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: reply(handler, 500, "text/plain", b"out of order"),
        lambda handler: reply(handler, 200, "text/html", b"<p>Please log in"),
        lambda handler: reply(handler, 200, JSON, b'{"head": {"vars": ["s"]}, "results": {"bindings": [{'),
        lambda handler: reply(handler, 302, "text/plain", b"", Location="http://127.0.0.1:9/"),
        cut,
    ],
    ids=["status 500", "a web page", "half a document", "redirect", "half a body"],
)
def test_one_that_answers_wrongly_is_named_and_nothing_is_answered_from_a_part(answer, first):
    with serving(answer) as (address, seen), _graph(first, address) as graph:
        with pytest.raises(EndpointError, match=re.escape(address)):
            graph.query(f"SELECT * {{ ?s a foaf:Person OPTIONAL {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }}")
        assert len(seen) == 1


def test_of_several_that_answer_wrongly_all_are_named_that_may_be_meant(first):
    half = lambda handler: reply(handler, 200, JSON, b'{"head')  # noqa: E731
    well = lambda handler: reply(handler, 200, JSON, results())  # noqa: E731
    with serving(half) as (one, _), serving(well) as (other, _), _graph(first, one, other) as graph:
        query = f"SELECT * {{ {{ SERVICE <{one}> {{ ?s ?p ?o }} }} UNION {{ SERVICE <{other}> {{ ?s ?p ?o }} }} }}"
        with pytest.raises(EndpointError, match="to one of") as told:
            graph.query(query)
        assert one in str(told.value)
        assert other in str(told.value)


def _graph(build: Build, *services: str, seconds: float = 20) -> KnowledgeGraph:
    return KnowledgeGraph(build, Limits(seconds, services=services))


def test_without_a_list_no_query_names_another_server(shipped, others):
    with pytest.raises(QueryError, match="another server"):
        shipped.query(f"SELECT * {{ SERVICE <{others['events']}> {{ ?s ?p ?o }} }}")


def _command(build: Path, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "movement_kg", "query", *words, "--build", str(build), "-f", "csv"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ})


def test_the_command_has_the_same_list(shipped, others, tmp_path):
    build, query = shipped.build.folder.parent, tmp_path / "question.rq"
    query.write_text(_asking(QUESTIONS["and which source says so"], others))
    allowed = [word for address in others.values() for word in ("--allow-service", address)]
    done = _command(build, str(query), *allowed)
    assert done.returncode == 0, done.stderr
    expected = b"".join(shipped.stream(_whole(QUESTIONS["and which source says so"]), "csv"))
    assert done.stdout.splitlines() == expected.decode().splitlines()
    refused = _command(build, str(query), *allowed[:2])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "SERVICE may name" in refused.stderr


def test_the_command_tells_of_a_server_that_is_down_with_the_exit_code_for_that(shipped):
    down = f"http://127.0.0.1:{free_port()}/sparql"
    done = _command(shipped.build.folder.parent, f"ASK {{ SERVICE <{down}> {{ ?s ?p ?o }} }}", "--allow-service", down)
    assert (done.returncode, done.stdout) == (5, "")
    assert f"SERVICE <{down}> failed" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--allow-service", "file:///etc/passwd"], "begins with http://"),
        (["--allow-service", "http://a.example/", "--endpoint", "http://b.example/"], "is for a build"),
    ],
)
def test_a_list_that_cannot_be_is_told(words, said):
    command = [sys.executable, "-m", "movement_kg", "query", "people", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_what_the_document_shows_is_what_is_answered(ours, others, shipped):
    """The example of docs/federation.md, as it stands there, with the addresses of these servers."""
    text = DOCUMENT.read_text("utf-8").partition("## Or ask from one to the other: SERVICE")[2]
    query, output = re.findall(r"```(?:sparql|text)\n(.*?)```", text, re.DOTALL)[1:3]
    there = query.replace("https://two.example/sparql", others["events"])
    there = there.replace("https://three.example/sparql", others["claims"])
    assert (
        b"".join(shipped.stream(re.sub(r"SERVICE <\S+> ", "", query), "csv")).decode().splitlines()
        == output.splitlines()
    )
    assert ours.post(there, "text/csv").text.splitlines() == output.splitlines()
