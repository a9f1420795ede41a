"""A push: the graph is on the server whole and read back, or the old one is as it was, whatever dies at whatever moment."""

import contextlib
import http.client
import io
import itertools
import subprocess
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import live
import pytest
from faulty import reply, serving

from movement_kg import assets
from movement_kg.cli import main
from movement_kg.cli.push import _bar, _store
from movement_kg.content import content, written
from movement_kg.engines.endpoint import Endpoint
from movement_kg.engines.graphstore import GraphStore
from movement_kg.engines.remote import RemoteEngine
from movement_kg.errors import (
    EndpointAnswerError,
    EndpointError,
    EndpointRefusalError,
    EngineError,
    RequestError,
)
from movement_kg.push import Load, Target, _batches, _difference, _plain, _prepare, compare, push

NAME = "https://example.org/movement"
TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OURS = b"<https://w3id.org/movement-kg/dataset> %s <http://rdfs.org/ns/void#Dataset> .\n" % TYPE
RECIPES = assets.home() / "docs" / "push.md"


def load(size, name="a"):
    """So many triples that are ours, some of which a server may spell otherwise."""
    literals = [
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
        '"a \\"word\\"\\n"@en',
        '"01"',
        '"1 ʒ \U0001d518"',
    ]
    lines = {f"<urn:{name}:{n // 3:05}> <urn:p> {literals[n % 4]} .\n".encode() for n in range(size - 1)}
    lines |= {f"<urn:{name}:x{n:05}> <urn:q> <urn:o{n}> .\n".encode() for n in range(size - 1 - len(lines))}
    return of_lines({*lines, OURS})


def of_lines(lines):
    ordered = sorted(lines)
    return Load(lambda: iter(ordered), len(ordered), written(content(ordered)))


def target(endpoint, graph=NAME):
    if endpoint.url.endswith("/sparql"):
        endpoint = replace(endpoint, graph="", user="dba", password="dba")
    return Target(RemoteEngine(endpoint), _store(endpoint, None, None), graph)


def holding(place, graph=NAME):
    """What a graph holds, as lines, values in one spelling."""
    rows = place.rows(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return {_plain(f"{row[0]} {row[1]} {row[2]} .\n".encode()) for row in rows}


def lines(one):
    return set(one.lines())


def nothing_left(place):
    return not (place.count(place.beside) or place.count(place.note))


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory):
    with live.oxigraph(tmp_path_factory.mktemp("oxigraph"), OURS, writable=True) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory):
    with live.virtuoso(tmp_path_factory.mktemp("virtuoso"), OURS) as endpoint:
        yield endpoint


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def server(request):
    return request.getfixturevalue(request.param)


def test_a_graph_is_put_replaced_and_left_alone_where_it_is_there(server):
    place, other = target(server, f"{NAME}/replaced"), target(server, f"{NAME}/other")
    old, new = load(50), load(70, "b")
    push(old, other)
    push(old, place, chunk=7)
    assert holding(place, place.graph) == lines(old)
    done = push(new, place, chunk=1000)
    assert (done.was_there, done.found) == (False, 0)
    assert holding(place, place.graph) == lines(new)
    assert push(new, place).was_there
    assert holding(other, other.graph) == lines(old)
    assert nothing_left(place)


def test_the_shipped_facts_come_whole_and_are_read_back(server, shipped):
    sent = Load.of(shipped.build, "facts")
    place = target(server, f"{NAME}/shipped")
    done = push(sent, place)
    assert place.count(place.graph) == sent.size == shipped.info["triples"]["facts"]
    assert holding(place, place.graph) == lines(sent)
    if done.compared.respelled == 0:
        assert done.compared.content == sent.content
    else:  # Virtuoso: truth values
        assert done.compared.respelled <= sum(line.endswith(b"#boolean> .\n") for line in sent.lines())


def test_a_thing_with_more_facts_than_the_server_sends_at_once_is_read_back(server):
    many = of_lines({OURS, *(f"<urn:many> <urn:p> <urn:o{n}> .\n".encode() for n in range(2 * live.CAP + 7))})
    place = target(server, f"{NAME}/many")
    push(many, place)
    assert compare(many, place, place.graph, lambda *_: None).differs == b""


@pytest.mark.parametrize(
    "name",
    [
        "https://example.org/it's",
        "https://example.org/);DROP(--",
        "https://example.org/ø?x=1&graph=urn:y;z#f",
        "urn:x:%7D%20%3E+a*$1",
    ],
)
def test_a_hostile_name_is_a_name(name, server):
    place, bystander = target(server, name), target(server, "urn:y")
    push(load(9), bystander)
    push(load(5, "h"), place)
    assert holding(place, name) == lines(load(5, "h"))
    assert holding(bystander, "urn:y") == lines(load(9))
    assert nothing_left(place)


@pytest.mark.parametrize(
    "name", ["", "no iri", "urn:x> } ; DROP ALL #", "urn:\\u003e", "relative", "https://w3id.org/movement-kg/push/x"]
)
def test_what_is_no_name_of_a_graph_is_refused(name):
    with pytest.raises(RequestError, match="--graph"):
        target(Endpoint("http://127.0.0.1:1/query"), name)


def test_a_graph_of_somebody_else_is_not_replaced(server):
    place = target(server, f"{NAME}/theirs")
    place.store.add(place.graph, b"<urn:a> <urn:b> <urn:c> .\n")
    for size in (1, 5):
        with pytest.raises(RequestError, match="no graph of ours"):
            push(load(size), place)
    assert place.count(place.graph) == 1


def test_values_in_another_spelling_are_the_same_and_others_are_not(server):
    place = target(server, f"{NAME}/values")
    sent = load(20)
    push(sent, place)
    for change in (
        'DELETE DATA { GRAPH <G> { <urn:a:00000> <urn:p> "01" } } ; INSERT DATA { GRAPH <G> { <urn:a:00000> <urn:p> "1" } }',
        'INSERT DATA { GRAPH <G> { <urn:a:00000> <urn:p> "more" } }',
    ):
        place.store.update(change.replace("<G>", f"<{place.graph}>"))
        assert compare(sent, place, place.graph, lambda *_: None).differs.startswith(b"<urn:a:00000> <urn:p> ")
    assert not push(sent, place).was_there
    assert holding(place, place.graph) == lines(sent)


def through(url, *, until=10**9, is_done=False, fails=lambda number: False):
    """What forwards requests to a server; the connection breaks from one on, which is still done where `is_done` says so."""
    numbers, parts = iter(range(1, 10**9)), urlsplit(url)

    def answer(handler):
        number = next(numbers)
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        if fails(number):
            reply(handler, 500, "text/plain", b"for a moment")
            return
        if number > until or (number == until and not is_done):
            return
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        with contextlib.closing(connection):
            kept = {name: handler.headers[name] for name in ("Content-Type", "Accept") if name in handler.headers}
            connection.request(handler.command, handler.path, body or None, kept)
            got = connection.getresponse()
            told = got.read()
        if number < until:
            reply(handler, got.status, got.headers.get("Content-Type", "text/plain"), told)

    return answer


@pytest.fixture
def patient(monkeypatch):
    """Pauses between tries take no time."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


@pytest.mark.parametrize("is_done", [False, True], ids=["request lost", "answer lost"])
def test_whenever_the_server_goes_away_the_old_graph_or_the_new_one_is_there(is_done, oxigraph, patient):
    place = target(oxigraph, f"{NAME}/dying")
    old, new, until = load(40), load(30, "b"), 1
    while True:
        push(old, place)
        with serving(through(oxigraph.url, until=until, is_done=is_done)) as (url, seen):
            broken = target(Endpoint(url.replace("/sparql", "/query"), seconds=20), place.graph)
            try:
                push(new, broken, chunk=10)
            except EndpointError as fault:
                assert "<https://example.org/movement/dying> is" in str(fault) or until <= 2  # nothing was begun
            else:
                break
        assert holding(place, place.graph) in (lines(old), lines(new))
        push(new, place, chunk=10)
        assert holding(place, place.graph) == lines(new)
        assert nothing_left(place)
        until += 1
    assert until > 12
    assert len(seen) < until


def test_a_push_goes_on_where_another_machine_stopped(oxigraph, patient):
    place, sent = target(oxigraph, f"{NAME}/resumed"), load(100)
    with (
        serving(through(oxigraph.url, until=9)) as (url, _),
        pytest.raises(EndpointError, match="The same command goes on"),
    ):
        push(sent, target(Endpoint(url.replace("/sparql", "/query")), place.graph), chunk=10)
    assert place.count(place.graph) == 0
    assert 0 < place.count(place.beside) < 100
    steps = []
    done = push(sent, place, 15, lambda *step: steps.append(step))
    assert 0 < done.found < 100
    assert steps[0][1] > 15
    assert holding(place, place.graph) == lines(sent)


def test_what_an_older_push_left_is_removed(oxigraph):
    place = target(oxigraph, f"{NAME}/older")
    _prepare(load(90), place)
    place.store.add(place.beside, b"".join(load(90).lines()))
    push(load(20, "b"), place)
    assert holding(place, place.graph) == lines(load(20, "b"))
    assert nothing_left(place)


def test_every_third_request_failing_is_borne(oxigraph, patient):
    place = target(oxigraph, f"{NAME}/third")
    with serving(through(oxigraph.url, fails=lambda number: number > 6 and number % 3 == 0)) as (url, seen):
        push(load(200), target(Endpoint(url.replace("/sparql", "/query")), place.graph), chunk=10)
    assert holding(place, place.graph) == lines(load(200))
    assert len(seen) > 30


def test_a_busy_server_is_sent_to_again(oxigraph, patient):
    place = target(oxigraph, f"{NAME}/busy")
    forward, times = through(oxigraph.url), iter([429, 503] * 5)

    def busy(handler):
        if handler.command == "POST" and (status := next(times, 0)):
            handler.rfile.read(int(handler.headers["Content-Length"]))
            reply(handler, status, "text/plain", b"later", Retry_After="0")
        else:
            forward(handler)

    with serving(busy) as (url, _):
        with pytest.raises(EndpointRefusalError, match="still too busy after 4 tries"):
            push(load(20), target(Endpoint(url.replace("/sparql", "/query")), place.graph))
        next(times), next(times), next(times)
        push(load(20), target(Endpoint(url.replace("/sparql", "/query")), place.graph))
    assert holding(place, place.graph) == lines(load(20))


def test_two_pushes_at_once_leave_the_old_graph_or_one_of_the_new(oxigraph):
    place = target(oxigraph, f"{NAME}/two")
    push(load(10, "old"), place)
    mine, theirs = load(30), load(30, "b")

    def meddle(step, done, size):
        if (step, done) == ("sent", size):
            _prepare(theirs, place)

    with pytest.raises(EndpointAnswerError, match="another push may have run"):
        push(mine, place, progress=meddle)
    assert holding(place, place.graph) == lines(load(10, "old"))
    _prepare(theirs, place)
    place.store.add(place.beside, b"".join(mine.lines()))
    place.store.update(_difference(mine, place))
    assert holding(place, place.graph) == lines(load(10, "old"))


def test_a_foreign_triple_beside_is_found_and_nothing_is_switched(oxigraph):
    place = target(oxigraph, f"{NAME}/foreign")
    push(load(10, "old"), place)

    def meddle(step, done, size):
        if (step, done) == ("sent", size):
            place.store.add(place.beside, b"<urn:foreign> <urn:p> <urn:o> .\n")

    with pytest.raises(EndpointAnswerError, match="holds 31 triples where 30 were sent"):
        push(load(30), place, progress=meddle)
    assert holding(place, place.graph) == lines(load(10, "old"))
    push(load(30), place)
    assert holding(place, place.graph) == lines(load(30))


def test_readers_see_the_old_graph_or_the_new_one(oxigraph):
    place, sizes = target(oxigraph, f"{NAME}/readers"), set()
    push(load(4000), place)
    ended = threading.Event()

    def read():
        reader = target(oxigraph, place.graph)
        while not ended.is_set():
            sizes.add(reader.count(place.graph))

    thread = threading.Thread(target=read)
    thread.start()
    push(load(3000, "b"), place)
    ended.set()
    thread.join()
    assert sizes <= {4000, 3000}
    assert 4000 in sizes


def oxigraph_process(folder, port):
    command = [
        live.program("oxigraph", "PyPI: oxigraph"),
        "serve",
        "--location",
        "store",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    return live._process(command, folder), Endpoint(f"http://127.0.0.1:{port}/query", seconds=60)


def virtuoso_process(folder, port, limit=50_000_000):
    settings = live.virtuoso_settings(folder, port, live.free_port())
    settings = settings.replace("[Parameters]", f"[Parameters]\nTransactionAfterImageLimit = {limit}")
    (folder / "virtuoso.ini").write_text(settings)
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    command = [live.program("virtuoso-t", "Debian: virtuoso-opensource"), "+foreground", "+configfile", "virtuoso.ini"]
    return live._process(command, folder), Endpoint(f"http://127.0.0.1:{port}/sparql", seconds=60)


@contextlib.contextmanager
def running(start, folder, port):
    process, endpoint = start(folder, port)
    with process as server:
        yield target(live._answering(endpoint, server)), server


@pytest.mark.parametrize("start", [oxigraph_process, virtuoso_process])
def test_a_server_killed_in_the_middle_keeps_its_old_graph_and_the_push_goes_on(start, tmp_path, monkeypatch):
    old, new, port = load(500), load(3000, "b"), live.free_port()
    with running(start, tmp_path, port) as (place, server):
        push(old, place)

        def kill(step, done, size):
            if step == "sent" and done >= size // 2:
                server.kill()

        monkeypatch.setattr(time, "sleep", lambda _: None)
        with pytest.raises(EndpointError, match="is as it was"):
            push(new, place, 300, kill)
        monkeypatch.undo()
    with running(start, tmp_path, port) as (place, _):
        assert holding(place) == lines(old)
        done = push(new, place, 300)
        assert holding(place) == lines(new)
        assert nothing_left(place)
        assert done.found > 0


@pytest.mark.parametrize("start", [oxigraph_process, virtuoso_process])
def test_a_server_killed_while_it_switches_has_the_old_graph_or_the_new_one(start, tmp_path, monkeypatch):
    old, new, port = load(500), load(6000, "b"), live.free_port()
    with running(start, tmp_path, port) as (place, server):
        push(old, place)

        def kill(step, done, size):
            if (step, done) == ("switched", 0):
                threading.Timer(0.1, server.kill).start()

        monkeypatch.setattr("movement_kg.push._TRIES", 1)
        with contextlib.suppress(EndpointError):
            push(new, place, 3000, kill)
        server.wait(20)
    with running(start, tmp_path, port) as (place, _):
        assert holding(place) in (lines(old), lines(new))
        push(new, place)
        assert holding(place) == lines(new)
        assert nothing_left(place)


def test_the_bulk_recipe_of_the_documents_loads_the_build(shipped, tmp_path):
    client, port = live.program("isql-vt", "Debian: virtuoso-opensource"), live.free_port()
    with running(virtuoso_process, tmp_path, port) as (other, _):
        place = replace(other, graph=live.GRAPH)
        (tmp_path / "movement.nt").write_bytes(b"".join(shipped.lines("all")))
        recipe = RECIPES.read_text("utf-8").partition("```sql\n")[2].partition("```")[0]
        (tmp_path / "load.sql").write_text(recipe.replace("/srv/movement", str(tmp_path)))
        sql = (tmp_path / "virtuoso.ini").read_text().partition("ServerPort = ")[2].partition("\n")[0]
        command = [client, sql, "dba", "dba", "ERRORS=stdout", "load.sql"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
        assert "Error" not in done.stdout
        whole = Load.of(shipped.build, "all")
        assert f"\n{whole.size}\n" in done.stdout
        assert place.count(place.graph) == whole.size
        some = next(itertools.islice(_batches(whole.lines()), 5, None))
        assert compare(of_lines(some), place, place.graph, lambda *_: None).differs == b""


CHALLENGES = {
    "basic": ('Basic realm="x"', "Basic YWRhOnMzY3JldA=="),
    "digest": (
        'Digest realm="x", nonce="n", qop="auth", opaque="", algorithm="MD5"',
        'Digest username="ada", realm="x"',
    ),
    "digest that nobody knows": ('Digest realm="x", nonce="n", algorithm="SHA-512-256"', None),
    "nothing": ("", "Basic YWRhOnMzY3JldA=="),
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_password_is_sent_as_the_server_wants_it_and_once(name):
    challenge, wanted = CHALLENGES[name]

    def answer(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        told = handler.headers.get("Authorization", "")
        is_known = wanted is not None and told.startswith(wanted)
        more = {} if is_known or not challenge else {"WWW_Authenticate": challenge}
        reply(handler, 204 if is_known else 401, "text/plain", b"", **more)

    with serving(answer) as (url, seen):
        store = GraphStore(Endpoint(url, user="ada", password="s3cret"), f"{url}/update", url)
        if wanted is None:
            with pytest.raises(EndpointRefusalError, match="refuses us"):
                store.add(NAME, b"")
            return
        store.add(NAME, b"")
        store.add(NAME, b"")
    assert ["Authorization" in one.headers for one in seen] == [False, True, True]
    assert b"s3cret" not in seen[0].requestline.encode()


def test_a_wrong_password_is_refused_after_two_requests_and_not_shown():
    def answer(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        reply(handler, 401, "text/plain", b"no", WWW_Authenticate='Digest realm="x", nonce="n", qop="auth"')

    with serving(answer) as (url, seen), pytest.raises(EndpointRefusalError) as refused:
        GraphStore(Endpoint(url, user="ada", password="s3cret"), url, url).update("DROP ALL")
    assert len(seen) == 2
    assert "s3cret" not in str(refused.value)


def test_a_token_is_sent_at_once_and_follows_no_redirect():
    with serving(lambda handler: reply(handler, 204, "text/plain", b"")) as (there, seen):
        GraphStore(Endpoint(there, token="t0ken"), there, there).update("DROP ALL")
        assert seen.pop().headers["Authorization"] == "Bearer t0ken"
        away = lambda handler: reply(handler, 307, "text/plain", b"", Location=there)  # noqa: E731 (as short as it can be)
        with serving(away) as (url, _), pytest.raises(EndpointAnswerError, match="redirects to"):
            GraphStore(Endpoint(url, token="t0ken"), url, url).add(NAME, b"")
    assert seen == []


def test_what_a_server_finds_wrong_is_said_in_its_words(server):
    place = target(server)
    with pytest.raises(EndpointAnswerError, match="finds what was sent wrong"):
        place.store.update("DROP NONSENSE")
    with pytest.raises(EndpointAnswerError):
        place.store.add(f"{NAME}/broken", b"<urn:a> <urn:b> ")


def test_virtuoso_lets_nobody_write_without_the_password(virtuoso):
    for user in ({}, {"user": "dba", "password": "wrong"}):
        reader = replace(virtuoso, graph="", **user)
        with pytest.raises(EndpointRefusalError, match="MOVEMENT_KG_USER"):
            push(load(5), Target(RemoteEngine(reader), _store(reader, None, None), NAME))


def test_a_damaged_build_is_not_sent(shipped):
    manifest = {**shipped.build.manifest, "content": "0" * 64}
    with pytest.raises(EngineError, match="is damaged"):
        Load.of(replace(shipped.build, manifest=manifest), "all")


@pytest.mark.parametrize(
    ("value", "other", "is_same"),
    [
        ('"true"^^<{}boolean>', '"1"^^<{}boolean>', True),
        ('"false"^^<{}boolean>', '"1"^^<{}boolean>', False),
        ('"1.50"^^<{}decimal>', '"1.5"^^<{}decimal>', True),
        ('"100"^^<{}integer>', '"+0100"^^<{}integer>', True),
        ('"100"^^<{}integer>', '"100"^^<{}decimal>', False),
        ('"01"', '"1"', False),
        ('"1\\"^^<{}boolean>"', '"true\\"^^<{}boolean>"', False),
    ],
)
def test_a_value_is_the_same_in_any_spelling_of_its_type_alone(value, other, is_same):
    one, two = (
        _plain(f"<urn:a> <urn:b> {text.replace('{}', 'http://www.w3.org/2001/XMLSchema#')} .\n".encode())
        for text in (value, other)
    )
    assert (one == two) == is_same


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "movement_kg", "push", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--endpoint", "http://127.0.0.1:1/query"], 5, "nothing answers there"),
        (["--endpoint", "http://127.0.0.1:1/ds"], 2, "cannot be guessed"),
        (["--endpoint", "http://127.0.0.1:1/ds", "--update", "http://127.0.0.1:1/u"], 2, "give both addresses"),
        (["--endpoint", "http://127.0.0.1:1/ds", "--update", "u", "--store", "s"], 2, "--update takes an address"),
        (["--endpoint", "http://127.0.0.1:1/query", "--graph", "no iri"], 2, "--graph takes the IRI of a graph"),
        (["--endpoint", "ftp://127.0.0.1/query"], 2, "--endpoint takes an address"),
    ],
)
def test_the_command_names_what_is_wrong(arguments, code, words, world):
    build = ["--data", str(world.data), "--build", str(world.out)]
    done = command(*arguments, *build)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_puts_a_graph_and_says_what_it_did(oxigraph, world):
    arguments = ["--endpoint", oxigraph.url, "--graph", f"{NAME}/command", "--data", str(world.data)]
    arguments += ["--build", str(world.out)]
    first, second = command(*arguments, "--chunk", "50"), command(*arguments)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout.startswith("sent ")
    assert "read back, content " in first.stdout
    assert second.stdout.startswith("nothing to do: it is there already")
    facts = command(*arguments, "--layer", "facts")
    assert facts.stdout.startswith("sent ")
    place = target(oxigraph, f"{NAME}/command")
    assert f"sent {place.count(place.graph)} triples" in facts.stdout


def test_a_switch_too_large_for_one_transaction_of_virtuoso_leaves_the_old_graph(tmp_path):
    old, new = load(100), load(6000, "b")
    with running(partial(virtuoso_process, limit=100_000), tmp_path, live.free_port()) as (place, _):
        push(old, place)
        with pytest.raises(EndpointAnswerError, match=r"SR325.*\n.*the same command finds out"):
            push(new, place, chunk=500)
        assert holding(place) == lines(old)


def test_an_interruption_says_how_to_go_on(world, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("movement_kg.cli.push.put", interrupted)
    arguments = ["push", "--endpoint", "http://127.0.0.1:1/query", "--data", str(world.data), "--build", str(world.out)]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 130
    assert "the same command goes on where it stopped" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "is_seen"), [(Terminal, True), (io.StringIO, False)])
def test_a_bar_is_shown_on_a_terminal_alone(stream, is_seen, monkeypatch):
    written_to = stream()
    monkeypatch.setattr(sys, "stderr", written_to)
    with _bar() as progress:
        progress("sent", 10, 20)
        progress("read back", 20, 20)
    assert ("read back" in written_to.getvalue()) == is_seen
