"""Three live servers that each hold a part of the graph, asked as one: the same rows as on the whole.

The table in docs/federation.md is what this run found; `--rewrite-engines` writes it.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from faulty import JSON, reply, serving
from live import oxigraph, parts
from test_real_engines import BEGIN, END, QUERIES, rows

from movement_kg import assets
from movement_kg.engines.endpoint import Endpoint
from movement_kg.engines.federation import FederatedEngine, from_environment
from movement_kg.engines.remote import RemoteEngine
from movement_kg.errors import EndpointAnswerError, EndpointError, RequestError
from movement_kg.published import Published

TABLE = assets.home() / "docs" / "federation.md"


@pytest.fixture(scope="module")
def everything(shipped) -> list[bytes]:
    return [*shipped.lines("all")]


@pytest.fixture(scope="module")
def endpoints(everything, tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(oxigraph(tmp_path_factory.mktemp(f"part{number}"), part))
            for number, part in enumerate(parts(everything))
        ]


@pytest.fixture(scope="module")
def federation(endpoints):
    engine = FederatedEngine(endpoints)
    yield engine
    engine.close()


def test_no_part_is_the_whole_and_they_overlap(everything):
    held = [len(part.splitlines()) for part in parts(everything)]
    assert max(held) < len(everything) < sum(held)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_named_query_gives_the_rows_of_the_whole(query, shipped, federation):
    text = query.bound(query.test, shipped.resolve)
    ours = rows(shipped.engine, text)
    assert ours
    assert rows(federation, text) == ours


@pytest.mark.parametrize(
    "row",
    [
        {"s": {"type": "uri", "value": "https://a.example/"}, "p": {"type": "uri", "value": "https://a.example/p"}},
        {name: {"type": "literal", "value": "x"} for name in "spo"},
        {
            "s": {"type": "bnode", "value": "b"},
            "p": {"type": "bnode", "value": "c"},
            "o": {"type": "literal", "value": "x"},
        },
    ],
    ids=["no object", "a literal as subject", "a blank node as predicate"],
)
def test_rows_that_are_no_triples_are_an_error_that_names_the_server(row):
    body = json.dumps({"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": [row]}}).encode()
    with serving(lambda handler: reply(handler, 200, JSON, body)) as (url, _):
        for engine in (FederatedEngine([Endpoint(url), Endpoint(f"{url}?two")]), RemoteEngine(Endpoint(url))):
            with contextlib.closing(engine), pytest.raises(EndpointAnswerError, match=re.escape(url)):
                list(engine.lines())


def test_the_table_in_the_documents_is_what_was_found(shipped, federation, request):
    lines = ["| query | rows | three servers as one |", "| --- | --- | --- |"]
    for query in QUERIES:
        text = query.bound(query.test, shipped.resolve)
        ours = rows(shipped.engine, text)
        lines.append(f"| {query.name} | {len(ours)} | {'same' if rows(federation, text) == ours else 'differs'} |")
    before, _, rest = TABLE.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    found = before + BEGIN + "\n".join([*lines, ""]) + end + after
    if request.config.getoption("--rewrite-engines"):
        TABLE.write_text(found, "utf-8")
    assert TABLE.read_text("utf-8") == found


def test_counts_and_the_export_are_those_of_the_whole(shipped, federation, everything):
    there = Published(federation, assets.queries())
    assert there.manifest["counts"] == shipped.info["counts"]
    assert there.manifest["triples"]["all"] == len(everything)
    assert [*there.lines("all")] == everything
    assert [*there.lines("facts")] == [*shipped.lines("facts")]


def test_a_server_that_is_down_stops_the_question_and_leaves_nothing(endpoints, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    engine = FederatedEngine([endpoints[0], Endpoint("http://127.0.0.1:1/sparql")])
    with pytest.raises(EndpointError, match="127.0.0.1:1"):
        list(engine.ask("ASK { }"))
    assert not [*tmp_path.iterdir()]


def test_what_was_gathered_is_gone_after_close(endpoints, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    engine = FederatedEngine(endpoints[:2])
    assert next(engine.ask("ASK { ?s ?p ?o }")) == b"boolean"
    assert [*tmp_path.iterdir()]
    engine.close()
    assert not [*tmp_path.iterdir()]


def test_blank_nodes_of_two_servers_stay_two(tmp_path):
    line = b'_:b <https://example.org/p> "%d" .\n'
    with contextlib.ExitStack() as stack:
        held = []
        for number in (1, 2):
            (folder := tmp_path / str(number)).mkdir()
            held.append(stack.enter_context(oxigraph(folder, line % number)))
        engine = FederatedEngine(held)
        stack.callback(engine.close)
        assert rows(engine, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")[0][0][1] == 2


def test_a_secret_goes_to_the_server_it_is_numbered_for(monkeypatch):
    monkeypatch.setenv("MOVEMENT_KG_TOKEN_2", "t0ken")
    first, second = from_environment(["https://a.example/", "https://b.example/"])
    assert (first.token, second.token) == ("", "t0ken")
    monkeypatch.setenv("MOVEMENT_KG_PASSWORD", "s3cret")
    with pytest.raises(RequestError, match="MOVEMENT_KG_PASSWORD_1"):
        from_environment(["https://a.example/", "https://b.example/"])


def test_a_server_named_twice_is_refused():
    with pytest.raises(RequestError, match="given twice"):
        FederatedEngine([Endpoint("https://a.example/"), Endpoint("https://a.example/")])


@pytest.mark.parametrize(
    "verb",
    [
        ["query", "first-groups", "-f", "csv"],
        ["show", "INPUD"],
        ["network", "--measure", "degree", "--top", "5", "-f", "csv"],
        ["info"],
    ],
    ids=lambda verb: verb[0],
)
def test_every_reading_verb_takes_several(verb, endpoints, shipped, tmp_path):
    named = [word for endpoint in endpoints for word in ("--endpoint", endpoint.url)]
    command = [sys.executable, "-m", "movement_kg", *verb]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([*command, *named], capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not [*Path(tmp_path).iterdir()]
