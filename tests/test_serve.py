"""The server as its operator meets it: it opens, takes on a new build without dropping a request, and ends in good order."""

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from world import World

from movement_kg.web.formats import GRAPHS, HTML, ROWS, choose
from movement_kg.web.inprocess import get
from movement_kg.web.options import Options

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


class Serving:
    """A server over a tiny world, as a process of its own."""

    def __init__(self, world: World, *options: str) -> None:
        self.world = world
        command = [sys.executable, "-m", "movement_kg", "serve", "--port", "0", "--build", str(world.out)]
        self.process = subprocess.Popen(
            [*command, "--data", str(world.data), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.address = self.process.stdout.readline().strip()
        assert self.address, self.process.stderr.read()
        self.port = _listening(self)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """The exit code after a signal, and what was said on standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture
def serving(world):
    started = []

    def start(*options: str) -> Serving:
        started.append(Serving(world, *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_the_exit_code_nought_and_no_child_is_left(serving, number):
    server = serving()
    status, _, body = server.get("/-/health")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    children = [path for path in Path("/proc").glob("[0-9]*") if _parent(path) == server.process.pid]
    assert len(children) == 2
    assert server.stop(number)[0] == 0
    assert not [path for path in children if path.exists()]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def test_a_request_under_way_is_answered_before_it_ends(serving):
    server = serving("--timeout", "2")
    answers = []
    asker = threading.Thread(target=lambda: answers.append(server.get(f"/sparql?query={quote(SLOW)}")[0]))
    asker.start()
    time.sleep(0.7)
    code, _ = server.stop()
    asker.join()
    assert code == 0
    assert answers in ([504], [200])


def test_a_new_build_is_taken_on_without_dropping_a_request(serving, world):
    server = serving()
    first = json.loads(server.get("/-/versions.json")[2])["content"]
    statuses, running = [], True

    def ask() -> None:
        while running:
            statuses.append(server.get(f"/sparql?query={quote('ASK { ?s ?p ?o }')}")[0])

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    world.replace("names.csv", "The Lantern", "The Bright Lantern")
    world.build()
    server.process.send_signal(signal.SIGHUP)
    for _ in range(200):
        if json.loads(server.get("/-/versions.json")[2])["content"] != first:
            break
        time.sleep(0.1)
    assert "The Bright Lantern" in server.get("/work/lantern")[2].decode()
    running = False
    for asker in askers:
        asker.join()
    assert set(statuses) == {200}
    assert server.stop()[0] == 0


def test_a_build_is_followed_without_a_signal_too(serving, world):
    server = serving()
    before = json.loads(server.get("/-/versions.json")[2])["content"]
    world.replace("names.csv", "The Lantern", "The Dim Lantern")
    world.build()
    for _ in range(300):
        if json.loads(server.get("/-/versions.json")[2])["content"] != before:
            return
        time.sleep(0.1)
    pytest.fail("the new build was not taken on")


def test_logs_hold_neither_queries_nor_addresses_unless_asked(serving):
    quiet, open_ = serving("--log-requests"), serving("--log-queries")
    for server in (quiet, open_):
        server.get("/sparql?query=ASK%20%7B%7D%20%23secret")
    said = quiet.stop()[1]
    assert "GET /sparql 200" in said
    assert "secret" not in said
    assert "127.0.0.1" not in said
    assert "secret" in open_.stop()[1]


def test_a_site_below_a_path_links_below_it_whether_its_proxy_keeps_the_path_or_not(serving):
    server = serving("--base-url", "https://example.org/kg")
    assert server.address == "https://example.org/kg/"
    for path in ("/kg/org/lamp-union", "/org/lamp-union"):
        status, headers, body = server.get(path, Host="example.org", Accept="text/html")
        assert status == 200, body.decode()
        assert 'href="/kg/organisations"' in body.decode()
        assert "/kg/org/lamp-union.ttl" in headers["link"]


def _listening(server: "Serving") -> int:
    """The port that a server listens on, whatever address it prints."""
    held = {str(path.readlink()) for path in Path(f"/proc/{server.process.pid}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (port,) = {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held}
    return port


def test_the_texts_are_shown_where_the_operator_has_them_and_nowhere_else(serving, world):
    words = "Mira Solberg chairs the union."
    assert words not in serving().get("/citation/900-3", Accept="text/html")[2].decode()
    assert words in serving("--sources", str(world.texts)).get("/citation/900-3", Accept="text/html")[2].decode()


def test_service_is_for_addresses_that_the_operator_listed(serving):
    other = serving()
    server = serving("--allow-service", f"{other.address}sparql")
    ask = f"SELECT ?name {{ SERVICE <{other.address}sparql> {{ ?s skos:prefLabel ?name }} }} ORDER BY ?name LIMIT 1"
    status, _, body = server.get(f"/sparql?format=csv&query={quote(ask)}")
    assert (status, body.splitlines()[0]) == (200, b"name")
    assert len(body.splitlines()) == 2
    for address in ("http://127.0.0.1:9/sparql", f"{other.address}other"):
        status, _, body = server.get(f"/sparql?query={quote(ask.replace(f'{other.address}sparql', address))}")
        assert status == 400
        assert b"SERVICE may name" in body
    assert server.get(f"/sparql?query={quote('SELECT * { SERVICE ?x { ?s ?p ?o } }')}")[0] == 400


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--base-url", "example.org"], "--base-url must be such as"),
        (["--host", "0.0.0.0"], "say under which name"),
        (["--sources", "/nowhere"], "names the folder that holds the texts"),
        (["--allow-service", "file:///etc/passwd"], "begins with http://"),
        (["--get", "org/lamp-union"], "a path that begins with /"),
    ],
)
def test_options_that_cannot_be_are_told_and_nothing_is_served(world, options, said):
    world.build()
    command = [sys.executable, "-m", "movement_kg", "serve", "--build", str(world.out), "--data", str(world.data)]
    done = subprocess.run([*command, "--port", "0", *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_port_that_is_taken_is_told(serving, world):
    server = serving()
    command = [sys.executable, "-m", "movement_kg", "serve", "--build", str(world.out), "--data", str(world.data)]
    done = subprocess.run([*command, "--port", str(server.port)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{server.port}" in done.stderr


def test_a_page_without_a_server_is_the_same_as_with_one(serving, world):
    server = serving()
    for path in ("/org/lamp-union.ttl", "/queries/organisations.csv", "/search.json?q=lamp"):
        assert get(world.out, Options(), path)[:2] == (200, server.get(path)[2])


def test_what_there_is_not_is_an_exit_code_when_got_without_a_server(world):
    world.build()
    command = [sys.executable, "-m", "movement_kg", "serve", "--build", str(world.out), "--data", str(world.data)]
    done = subprocess.run([*command, "--get", "/org/nobody"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "answered with the status 404" in done.stderr


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        ("", ROWS, "json"),
        ("*/*", GRAPHS, "turtle"),
        ("text/*", {**ROWS, **HTML}, "xml"),
        ("application/sparql-results+xml;q=0.4, text/csv;q=0.5", ROWS, "csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", {**HTML, **ROWS}, "html"),
        ("text/csv;q=0, */*;q=0.1", ROWS, "json"),
        ("application/sparql-results+json;q=nonsense", ROWS, ""),
        ("image/png", {**ROWS, **GRAPHS}, ""),
        ("TEXT/TURTLE ; q=1.0", GRAPHS, "turtle"),
    ],
)
def test_the_format_that_is_liked_best_is_chosen(accept, offers, chosen):
    assert choose(accept, offers) == chosen
