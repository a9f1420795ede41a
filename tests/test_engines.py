"""One seam, several engines: the same file gives the same rows; and no query gets out or stays for ever."""

import json
import socket

import pytest
from rdflib_engine import RdflibEngine

from movement_kg import assets, entity
from movement_kg.engines import Limits, LocalEngine
from movement_kg.errors import EngineError, QueryError, RequestError, TimeLimitError
from movement_kg.knowledge_graph import KnowledgeGraph
from movement_kg.queries import read_folder
from movement_kg.results import read_json
from movement_kg.sparql import guard

QUERIES = read_folder(assets.queries())
BY_NAME = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
HOSTILE = [
    "https://example.org/none",
    '"} } SELECT * WHERE { ?s ?p ?o } #',
    "' || 1=1 --",
    "<https://example.org/x> } UNION { ?s ?p ?o",
    "\\u007D \\u007D",
    "?s",
    "\n\r\t\0",
]


@pytest.fixture(scope="session")
def other_engine(shipped: KnowledgeGraph) -> RdflibEngine:
    return RdflibEngine(b"".join(shipped.lines("all")))


def rows(pieces) -> list[list[object]]:
    """The rows of an answer as values, whatever spelling of numbers an engine has."""
    next(pieces)
    answer = read_json(pieces)
    return [[value and (value.kind, value.python(), value.language) for value in row] for row in answer.rows]


def test_there_are_enough_named_queries():
    assert len(QUERIES) >= 35


@BY_NAME
def test_a_named_query_gives_the_same_rows_on_both_engines(query, shipped, other_engine):
    text = query.bound(query.test, shipped.resolve)
    ours, theirs = rows(shipped.engine.ask(text)), rows(other_engine.ask(text))
    assert ours, "its test values give no row"
    assert ours == theirs


@BY_NAME
def test_a_named_query_is_plain_sparql_without_its_parameters(query, shipped):
    assert next(shipped.engine.ask(query.text)) in (b"rows", b"graph")


@BY_NAME
def test_a_named_query_lists_its_columns_and_orders_its_rows(query, shipped):
    pieces = shipped.engine.ask(query.text)
    if next(pieces) == b"rows":
        columns = json.loads(b"".join(pieces))["head"]["vars"]
        assert [*query.columns] == columns
        assert "ORDER BY" in query.text.upper()
        assert "SELECT *" not in query.text.upper()


NONSENSE = {"iri": "https://example.org/none", "integer": "987654321", "string": "no such thing"}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [(query, parameter) for query in QUERIES for parameter in query.parameters],
    ids=lambda value: value.name,
)
def test_a_nonsense_value_gives_no_row(query, parameter, shipped):
    dates = {"since": "9999-01-01", "until": "0001-01-01"}
    values = {**query.test, parameter.name: dates.get(parameter.name, NONSENSE.get(parameter.type, "9999-01-01"))}
    text = query.bound(values, shipped.resolve)
    found = rows(shipped.engine.ask(text))
    if query.name.startswith("network-") and parameter.name in dates:  # what has no date is in every period
        column = [*query.columns].index("end" if parameter.name == "since" else "start")
        found = [row for row in found if row[column]]
    assert found == []


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("query", [query for query in QUERIES if query.parameters], ids=lambda query: query.name)
def test_no_value_changes_what_a_query_asks(query, value, shipped):
    for parameter in query.parameters:
        try:
            text = query.bound({**query.test, parameter.name: value}, shipped.resolve)
        except RequestError:
            continue  # refused before any query was made
        assert rows(shipped.engine.ask(text)) == []


FORBIDDEN = [
    "SELECT ?s { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT ?s { \\u0053ERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT ?s { service silent <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT ?s FROM <http://127.0.0.1:{port}/x> { ?s ?p ?o }",
    "SELECT ?s FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT ?s FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    "LOAD <http://127.0.0.1:{port}/>",
    "INSERT DATA { <a:b> <a:b> <a:b> }",
]


@pytest.mark.parametrize("query", FORBIDDEN)
def test_a_forbidden_query_is_refused_and_reaches_nothing(query, shipped):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        text = query.replace("{port}", str(server.getsockname()[1]))
        with pytest.raises(QueryError):
            shipped.query(text)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_process_itself_cannot_open_a_socket(shipped):
    """Behind the guard: SERVICE straight to the worker does not reach a server that listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        with pytest.raises(QueryError, match="cannot be run"):
            list(shipped.engine.ask(f"SELECT ?s {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"))
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?s { ?s ?p "SERVICE FROM LOAD" } LIMIT 1',
        "SELECT ?s { ?s ?p ?service } LIMIT 1 # SERVICE",
        "PREFIX service: <https://example.org/> SELECT ?s { ?s service:SERVICE ?o } LIMIT 1",
        "SELECT ?from { ?from <https://example.org/SERVICE> ?o } LIMIT 1",
    ],
)
def test_the_words_alone_are_no_fault(query):
    assert guard(query) == query


@pytest.mark.parametrize("query", ["SELECT ?s {", "SELECT ?s {\n", "ASK {\n\n ?s", ""])
def test_a_query_that_ends_too_soon_says_so(query, shipped):
    with pytest.raises(QueryError, match="near 'the end'|no SPARQL 1.1 near"):
        list(shipped.engine.ask(query))


def test_a_syntax_error_says_where(shipped):
    with pytest.raises(QueryError, match=r"line 2, column 1\d: the query is no SPARQL 1.1 near '.*SELEKT"):
        shipped.query("ASK\nWHERE { } SELEKT { ?s ?p ?o }")


def test_a_query_that_runs_too_long_is_stopped(shipped):
    with (
        LocalEngine(shipped.build.store, Limits(seconds=0.3)) as engine,
        pytest.raises(TimeLimitError, match="longer than 0.3 s"),
    ):
        list(engine.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))


def test_a_deep_query_is_refused_and_would_not_take_us_with_it(shipped):
    deep = "SELECT ?s { " + "{" * 20_000 + "}" * 20_000 + "}"
    with pytest.raises(QueryError, match="nested more than"):
        shipped.query(deep)
    with LocalEngine(shipped.build.store) as engine:
        with pytest.raises(EngineError, match="ended its process"):
            list(engine.ask(deep))
        assert next(engine.ask("ASK { ?s ?p ?o }")) == b"boolean"


def test_a_query_that_wants_too_much_memory_is_stopped(shipped):
    greedy = 'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?f)); separator="") AS ?all) { ?a ?b ?c . ?d ?e ?f }'
    with (
        LocalEngine(shipped.build.store, Limits(seconds=20, memory=20 << 20)) as engine,
        pytest.raises((EngineError, QueryError)),
    ):
        list(engine.ask(greedy))


def test_an_answer_left_half_read_does_not_leak_into_the_next(shipped):
    with LocalEngine(shipped.build.store) as engine:
        pieces = engine.ask("SELECT ?s ?p ?o { ?s ?p ?o }")
        assert [next(pieces), next(pieces)[:7]] == [b"rows", b'{"head"']
        assert entity.ask(engine, "SELECT (1 AS ?one) {}").rows[0][0].text == "1"


def test_a_store_that_is_none_says_so(tmp_path):
    with pytest.raises(EngineError, match="cannot be opened"):
        list(LocalEngine(tmp_path / "none").ask("ASK {}"))
