"""`serve --endpoint`: a copy of what other servers hold is served, page for page what a build of it would show."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pyoxigraph
import pytest
from faulty import JSON, reply, results, serving
from live import oxigraph, parts
from mortal import started
from server import Server

from movement_kg import copied
from movement_kg.engines.endpoint import Endpoint
from movement_kg.engines.federation import engine_for
from movement_kg.errors import RequestError
from movement_kg.finished import current
from movement_kg.vocabulary import BASE, MK, RDF
from movement_kg.web.inprocess import get
from movement_kg.web.options import Options
from movement_kg.withdrawal import without

QUERY = "SELECT ?s ?name { ?s skos:prefLabel ?name } ORDER BY ?s ?name LIMIT 50"
MADE = "CONSTRUCT WHERE { ?s a org:Organization ; skos:prefLabel ?name }"
PAGES = [
    "/",
    "/org/inpud.ttl",
    "/es/org/inpud.html",
    "/people",
    "/organisations",
    "/timeline",
    "/map",
    "/conflicts",
    "/sources",
    "/about",
    "/downloads",
    "/network/organisations.svg",
    "/search.json?q=inpud",
    "/queries/first-groups.csv",
    "/-/versions.json",
]
MIRA = f"<{BASE}person/aaaa1111>"
TOMBSTONE = f"""\
{MIRA} <{RDF}type> <{MK}Tombstone> .
{MIRA} <{MK}withdrawnOn> "2026-11-21"^^<http://www.w3.org/2001/XMLSchema#date> .
{MIRA} <{MK}withdrawalReason> <{BASE}concept/withdrawal-reason/request> .
""".encode()


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    """The folder for temporary files of every process that the test starts."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def there(world, tmp_path):
    """Oxigraph's server with the tiny world, which can be changed."""
    (folder := tmp_path / "there").mkdir()
    with oxigraph(folder, b"".join(world.build().lines("all")), writable=True) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def sites(shipped, tmp_path_factory):
    """The site of the shipped build, and that of a copy of it, both under one address."""
    everything, named = b"".join(shipped.lines("all")), ("--base-url", "https://example.org")
    with (
        oxigraph(tmp_path_factory.mktemp("whole"), everything) as endpoint,
        Server("--endpoint", endpoint.url, "--refresh", "0", *named) as copy,
        Server("--build", str(shipped.build.folder.parent), *named) as build,
    ):
        yield build, copy


def run(*options: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "movement_kg", "serve", "--port", "0", *options]
    known = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=known, timeout=120, check=False)


def update(endpoint: Endpoint, text: str) -> None:
    address = endpoint.url.replace("/query", "/update")
    urlopen(Request(address, text.encode(), {"Content-Type": "application/sparql-update"}), timeout=30).close()


def until(is_so) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)


def content(server: Server) -> str:
    return server.get("/-/versions.json").json()["content"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_copy_has_the_bytes_of_the_build_s(path, sites):
    ours, copy = (site.get(path) for site in sites)
    assert (ours.status, copy.status) == (200, 200)
    assert copy.body == ours.body


@pytest.mark.parametrize(("query", "accept"), [(QUERY, "text/csv"), (QUERY, JSON), (MADE, "application/n-triples")])
def test_an_answer_of_the_copy_has_the_bytes_of_the_build_s(query, accept, sites):
    ours, copy = (site.ask(query, accept) for site in sites)
    assert (ours.status, copy.status) == (200, 200)
    assert copy.body == ours.body
    assert len(copy.body) > 1000


def test_three_servers_are_copied_as_one(shipped, tmp_path):
    with contextlib.ExitStack() as stack:
        held = []
        for number, part in enumerate(parts(shipped.lines("all"))):
            (folder := tmp_path / str(number)).mkdir()
            held.append(stack.enter_context(oxigraph(folder, part)))
        named = [word for endpoint in held for word in ("--endpoint", endpoint.url)]
        done = run(*named, "--build", str(tmp_path / "copy"), "--get", "/org/inpud.ttl")
    assert done.returncode == 0, done.stderr
    made = current(tmp_path / "copy")
    assert len(made.manifest["copied"]["endpoints"]) == 3
    assert {name: made.manifest[name] for name in shipped.info if name != "inputs"} == {
        name: told for name, told in shipped.info.items() if name != "inputs"
    }
    assert [*made.lines("all")] == [*shipped.lines("all")]
    assert get(shipped.build.folder.parent, Options(), "/org/inpud.ttl") == (200, done.stdout.encode())


def test_a_copy_that_would_be_the_same_is_not_made_again(there, tmp_path):
    first, second = (copied.copy(engine_for([there]), tmp_path / "copy") for _ in range(2))
    assert second.folder == first.folder
    update(
        there,
        f"DELETE DATA {{ <{BASE}work/lantern> <http://www.w3.org/2004/02/skos/core#prefLabel> 'The Lantern'@en }}",
    )
    third = copied.copy(engine_for([there]), tmp_path / "copy")
    assert third.folder != first.folder
    assert {*first.lines("all")} - {*third.lines("all")} == {
        f'<{BASE}work/lantern> <http://www.w3.org/2004/02/skos/core#prefLabel> "The Lantern"@en .\n'.encode()
    }


@pytest.mark.parametrize("minutes", ["0", "0.02"])
def test_a_change_there_is_taken_on_at_a_signal_or_by_itself(minutes, there, scratch):
    with Server("--endpoint", there.url, "--refresh", minutes) as server:
        before = content(server)
        assert "The Bright Lantern" not in server.get("/work/lantern.html").text
        old, new = (
            f"<{BASE}work/lantern> skos:prefLabel '{name}'@en" for name in ("The Lantern", "The Bright Lantern")
        )
        prefix = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        update(there, f"{prefix} DELETE DATA {{ {old} }} ; INSERT DATA {{ {new} }}")
        if minutes == "0":
            server.process.send_signal(signal.SIGHUP)
        until(lambda: content(server) != before)
        assert "The Bright Lantern" in server.get("/work/lantern.html").text
        assert server.get("/search.json?q=bright").json()
        assert server.stop() == 0
    assert not [*scratch.iterdir()]


def test_a_server_that_dies_later_leaves_the_site_up(world, tmp_path, scratch):
    (folder := tmp_path / "there").mkdir()
    with contextlib.ExitStack() as stack:
        with oxigraph(folder, b"".join(world.build().lines("all"))) as endpoint:
            server = stack.enter_context(Server("--endpoint", endpoint.url, "--refresh", "0"))
            before = server.get("/work/lantern.html")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "was not read again" in server.told())
        (line,) = server.told().splitlines()
        assert endpoint.url in line
        after = server.get("/work/lantern.html")
        assert (before.status, after.status) == (200, 200)
        assert after.body == before.body
        assert server.ask("ASK { ?s ?p ?o }").json()["boolean"]


def test_the_copy_goes_with_the_server_and_stays_in_a_folder_of_its_own(there, tmp_path, scratch):
    for options in ((), ("--build", str(tmp_path / "copy"))):
        with Server("--endpoint", there.url, *options) as server:
            kept = content(server)
            assert bool([*scratch.iterdir()]) is not bool(options)
            assert server.stop() == 0
        assert not [*scratch.iterdir()]
    done = run("--build", str(tmp_path / "copy"), "--as-it-is", "--get", "/-/versions.json")
    assert kept in done.stdout
    again = run("--build", str(tmp_path / "copy"), "--get", "/-/versions.json")  # and no tables are built in its place
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_a_page_is_got_without_a_server_and_nothing_stays(there, world, scratch):
    done = run("--endpoint", there.url, "--get", "/org/lamp-union.ttl")
    assert done.returncode == 0, done.stderr
    assert (200, done.stdout.encode()) == get(world.out, Options(), "/org/lamp-union.ttl")
    assert run("--endpoint", there.url, "--get", "/org/nobody").returncode == 2
    assert not [*scratch.iterdir()]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--endpoint", "http://127.0.0.1:1/sparql"], 5, "http://127.0.0.1:1/sparql: "),
        (["--endpoint", "ftp://example.org/"], 2, "--endpoint takes an address"),
        (["--endpoint", "https://a.example/", "--endpoint", "https://a.example/"], 2, "given twice"),
        (["--endpoint", "https://a.example/", "--data", "tables"], 2, "--data and --as-it-is are for a build"),
        (["--endpoint", "https://a.example/", "--as-it-is"], 2, "--data and --as-it-is are for a build"),
        (["--endpoint", "https://a.example/", "--graph", "no iri"], 2, "--graph takes the IRI"),
        (["--graph", "https://a.example/"], 2, "give --endpoint too"),
    ],
)
def test_what_cannot_be_copied_is_told_and_nothing_is_left(options, code, said, scratch):
    done = run(*options)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not [*scratch.iterdir()]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"", "holds nothing; --graph IRI names"),
        (
            b"<https://a.example/x> <https://a.example/y> 'z' .\n".replace(b"'", b'"'),
            "holds 1 triples, none of them about",
        ),
        (f"<{MK}Claim> <{RDF}type> <http://www.w3.org/2002/07/owl#Class> .\n".encode(), "none of them about a thing"),
        (
            b'<https://a.example/x> <https://a.example/y> <<( <https://a.example/x> <https://a.example/y> "z" )>> .\n',
            "RDF 1.2",
        ),
    ],
    ids=["empty", "foreign", "ontology alone", "RDF 1.2"],
)
def test_a_graph_with_nothing_to_show_is_refused(held, said, tmp_path, scratch):
    (folder := tmp_path / "there").mkdir()
    with oxigraph(folder, held) as endpoint:
        done = run("--endpoint", endpoint.url, "--build", str(tmp_path / "copy"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "copy").exists()
    assert not [*scratch.iterdir()]


def test_a_build_of_tables_is_not_replaced_by_a_copy(there, world):
    before = current(world.out)
    done = run("--endpoint", there.url, "--build", str(world.out), "--get", "/")
    assert done.returncode == 2
    assert "holds a build made of tables" in done.stderr
    assert current(world.out).folder == before.folder


def told(world) -> tuple[bytes, bytes]:
    """What a server of the world answers: all triples as rows, and how many there are."""
    store = pyoxigraph.Store()
    store.load(b"".join(world.build().lines("all")), format=pyoxigraph.RdfFormat.N_TRIPLES)
    rows = store.query("SELECT ?s ?p ?o { ?s ?p ?o }").serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    return rows, results({"n": {"type": "literal", "value": str(len(store))}}, column="n")


def never(_) -> None:
    time.sleep(30)


def test_a_password_is_asked_for_and_sent(world, scratch):
    rows, count = told(world)

    def answer(handler) -> None:
        if handler.headers["Authorization"] != "Bearer t0ken":
            reply(handler, 401, "text/plain", b"who are you?")
        else:
            reply(handler, 200, JSON, count if "COUNT" in handler.path else rows)

    with serving(answer) as (address, _):
        refused = run("--endpoint", address, "--get", "/-/versions.json")
        given = run("--endpoint", address, "--get", "/-/versions.json", MOVEMENT_KG_TOKEN="t0ken")
    assert (refused.returncode, refused.stdout) == (6, "")
    assert address in refused.stderr
    assert given.returncode == 0, given.stderr
    assert current(world.out).manifest["content"] in given.stdout
    assert not [*scratch.iterdir()]


def test_a_signal_while_the_graph_is_read_leaves_nothing(scratch):
    with serving(never) as (address, seen):
        command = [sys.executable, "-m", "movement_kg", "serve", "--port", "0", "--endpoint", address]
        process = started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process:
            until(lambda: seen)
            assert [*scratch.iterdir()]
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 128 + signal.SIGTERM
    assert not [*scratch.iterdir()]


def test_a_signal_while_the_graph_is_read_again_leaves_nothing(world, scratch):
    rows, count = ((lambda handler, body=body: reply(handler, 200, JSON, body)) for body in told(world))
    with (
        serving(rows, count, rows, count) as (one, _),
        serving(rows, count, never) as (other, seen),
        Server("--endpoint", one, "--endpoint", other, "--refresh", "0") as server,
    ):
        assert len(seen) == 2
        server.process.send_signal(signal.SIGHUP)
        until(lambda: len(seen) > 2)
        assert server.ask("ASK { ?s ?p ?o }").json()["boolean"]
        assert server.stop() == 0
    assert not [*scratch.iterdir()]


def test_whom_one_server_withdrew_no_other_tells_of(world, tmp_path):
    whole = b"".join(world.build().lines("all"))
    assert b"Mira Solberg" in whole
    with contextlib.ExitStack() as stack:
        held = []
        for number, triples in enumerate((whole, TOMBSTONE)):
            (folder := tmp_path / str(number)).mkdir()
            held.append(stack.enter_context(oxigraph(folder, triples)))
        made = copied.copy(engine_for(held), tmp_path / "copy")
    lines = [*made.lines("all")]
    assert not [line for line in lines if b"Solberg" in line]
    assert [line for line in lines if b"aaaa1111" in line] == sorted(TOMBSTONE.splitlines(keepends=True))
    assert made.manifest["withdrawn"]
    assert get(tmp_path / "copy", Options(), "/person/aaaa1111.html")[0] == 410
    assert get(tmp_path / "copy", Options(), "/search.json?q=Solberg")[1] == get(
        tmp_path / "copy", Options(), "/search.json?q=Zzyzx"
    )[1].replace(b"Zzyzx", b"Solberg")


def test_what_is_left_is_what_a_build_without_them_holds(world):
    world.add(
        "memberships.csv",
        id="solberg-member",
        person="mira-solberg",
        organisation="lamp-union",
        role="member",
        cite="900-3",
        certainty="implied",
        note="who chairs a union is a member of it",
    )
    before = [*world.build().lines("all")]
    world.append("withdrawals.csv", "aaaa1111,2026-11-21,request\n")
    after = {*world.build().lines("all")}
    assert {*without(sorted([*before, *TOMBSTONE.splitlines(keepends=True)]))} == after


def test_a_tombstone_has_a_day_and_a_reason_and_no_room_for_words():
    words = f'{MIRA} <{MK}withdrawnOn> "Mira Solberg"^^<http://www.w3.org/2001/XMLSchema#date> .\n'.encode()
    lines = sorted([words, *TOMBSTONE.splitlines(keepends=True)])
    assert [*without(lines)] == [line for line in lines if line != words]


def test_the_version_of_a_copy_is_the_last_day_of_change_and_no_other_words(there, tmp_path):
    modified = f"<{BASE}dataset> <http://purl.org/dc/terms/modified>"
    update(there, f"DELETE WHERE {{ {modified} ?day }}")
    first = copied.copy(engine_for([there]), tmp_path / "copy")
    update(there, f"INSERT DATA {{ {modified} 'zz', '2025-01-02', '2026-11-21T10:00:00Z' }}")
    second = copied.copy(engine_for([there]), tmp_path / "copy")
    assert (first.manifest["version"], second.manifest["version"]) == ("unknown", "2026-11-21")


def test_lines_without_a_tombstone_pass_as_they_are(world):
    lines = [*world.build().lines("all")]
    assert [*without(lines)] == lines


def test_a_folder_of_a_copy_is_no_folder_of_tables(there, tmp_path):
    copied.copy(engine_for([there]), tmp_path / "copy")
    done = run("--build", str(tmp_path / "copy"), "--data", str(tmp_path), "--get", "/")
    assert done.returncode == 2
    assert "holds a copy of another server's graph" in done.stderr


def test_the_graph_is_not_read_where_the_folder_is_no_place_for_it(world):
    world.build()
    engine = engine_for([Endpoint("http://127.0.0.1:1/sparql")])
    with pytest.raises(RequestError, match="made of tables"):
        copied.copy(engine, world.out)
