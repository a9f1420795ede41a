"""Oxigraph's own server on the store of a finished build: the same rows as from ours, and none of our guards."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live import free_port, program
from mortal import started

from movement_kg import assets
from movement_kg.errors import QueryError
from movement_kg.queries import read_folder
from movement_kg.sparql import guard

QUERIES = [query for query in read_folder(assets.queries()) if query.test is not None]
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
BURDEN = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }"


@contextlib.contextmanager
def native(store: Path, *options: str) -> Iterator[str]:
    """The address of Oxigraph's server on a store that it only reads."""
    address = f"127.0.0.1:{free_port()}"
    command = [program("oxigraph", "PyPI: oxigraph"), "serve-read-only", "--location", str(store), "--bind", address]
    with started([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(process, address)
            yield f"http://{address}"
        finally:
            process.kill()


def wait_for(process: subprocess.Popen, address: str) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(tuple(address.split(":"))):
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def asked(server: str, path: str = "/query", accept: str = "application/sparql-results+json", **fields: str) -> bytes:
    request = urllib.request.Request(f"{server}{path}", urlencode(fields).encode(), {"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def rows(server: str, text: str) -> list[dict]:
    return json.loads(asked(server, query=text))["results"]["bindings"]


def refused(server: str, path: str, **fields: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as fault:
        asked(server, path, **fields)
    with fault.value:
        return fault.value.code


@pytest.fixture(scope="module")
def server(shipped):
    with native(shipped.build.store) as address:
        yield address


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_named_query_has_the_rows_that_it_has_with_us(shipped, server, query):
    text = shipped.text_of(query.name, **query.test)
    kind, *pieces = shipped.engine.ask(text)
    assert kind == b"rows"
    ours = json.loads(b"".join(pieces))["results"]["bindings"]
    assert rows(server, text) == ours
    assert ours


def test_several_servers_and_we_read_one_store_at_once(shipped):
    with native(shipped.build.store) as one, native(shipped.build.store) as other:
        answers = [rows(one, COUNT), rows(other, COUNT)]
        pieces = list(shipped.engine.ask(COUNT))[1:]
    answers.append(json.loads(b"".join(pieces))["results"]["bindings"])
    whole = str(sum(shipped.info["triples"].values()))
    assert [answer[0]["n"]["value"] for answer in answers] == [whole] * 3


def test_server_goes_on_with_the_build_it_began_with(world):
    """New builds neither disturb it nor reach it, not even when its build is two behind and its folder gone."""
    old = world.build()
    with native(old.store) as server:
        before = rows(server, COUNT)
        for year in ("1993", "1992"):
            text = world.read("organisations.csv")
            world.write("organisations.csv", text.replace(text.partition("local,")[2][:4], year))
            new = world.build()
            assert rows(server, COUNT) == before
        assert not old.folder.exists()
        founded = "SELECT ?date WHERE { ?org <https://w3id.org/movement-kg/ontology/founded> ?date }"
        assert [row["date"]["value"][-4:] for row in rows(server, founded)] == ["1994"]
        with native(new.store) as other:
            assert [row["date"]["value"][-4:] for row in rows(other, founded)] == ["1992"]


# What docs/beyond.md says that it has, and that it lacks


def test_nothing_can_be_written(server):
    assert refused(server, "/update", update="CLEAR ALL") == 403
    assert refused(server, "/store?default", nothing="") == 403


def test_limit_of_time_where_one_is_set(shipped):
    with native(shipped.build.store, "--timeout-s", "1") as server:
        with contextlib.suppress(urllib.error.HTTPError):
            body = asked(server, query=BURDEN)
            with pytest.raises(ValueError):
                json.loads(body)
        assert rows(server, COUNT)


def test_service_is_asked_by_it_and_refused_by_us(server):
    """The host of a query's choice is asked; where it fails the status is 200 all the same, and the answer breaks off."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        query = f"SELECT * WHERE {{ SERVICE <http://127.0.0.1:{elsewhere.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        heard: list[bytes] = []

        def hear() -> None:
            line, _ = elsewhere.accept()
            with line:
                heard.append(line.recv(1000))

        thread = threading.Thread(target=hear)
        thread.start()
        body = asked(server, query=query)
        thread.join()
    with pytest.raises(ValueError):
        json.loads(body)
    assert heard[0].startswith(b"POST / HTTP/1.1")
    with pytest.raises(QueryError, match="SERVICE"):
        guard(query)
