"""Several servers on one build behind a balancer, as docs/beyond.md tells it: one of them dies and nobody notices."""

from __future__ import annotations

import contextlib
import http.client
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from live import free_port, program
from mortal import started
from server import FORM, JSON, Server, form

pytest_plugins = ["server"]
CONFIGURATION = Path(__file__).resolve().parents[1] / "docs" / "haproxy.cfg"
#: The addresses that stand in the configuration: the balancer's and those of the three servers.
BALANCER, *REPLICAS = (f"127.0.0.1:{port}" for port in (8020, 8021, 8022, 8023))
CLIENTS = 4
GROUPS = "SELECT ?group WHERE { ?group a <http://www.w3.org/ns/org#Organization> } ORDER BY ?group"
#: Method, path, body: what browsers and programs ask of a site like ours.
ASKED = (
    ("GET", "/org/inpud", None),
    ("GET", "/org/inpud.ttl", None),
    ("GET", "/queries/first-groups.csv", None),
    ("GET", f"/sparql?query={quote(GROUPS)}", None),
    ("POST", "/sparql", form(query=GROUPS)),
)


@dataclass
class Site:
    """The servers by their port, and the port of the balancer before them."""

    build: Path
    port: int
    servers: dict[int, Server] = field(default_factory=dict)

    def start(self, port: int) -> None:
        known = f"http://127.0.0.1:{self.port}"
        options = (
            "--base-url",
            known,
            "--proxy",
            "127.0.0.1",
            "--log-requests",
            "--timeout",
            "50",
            "--build",
            str(self.build),
        )
        self.servers[port] = Server(*options, "--port", str(port))
        self.servers[port].port = port

    def answered(self, port: int) -> int:
        """How many of our requests a server has had."""
        told = self.servers[port].told()
        return told.count("/org/inpud") + told.count("/sparql") + told.count("/queries/first-groups")


@pytest.fixture(scope="module")
def site(shipped, tmp_path_factory):
    """Three servers on one build, and HAProxy as users would set it up, but for the ports."""
    haproxy = program("haproxy", "Debian: haproxy")
    site = Site(shipped.build.folder.parent, free_port())
    try:
        for _ in REPLICAS:
            site.start(free_port())
        settings = tmp_path_factory.mktemp("balancer") / "haproxy.cfg"
        settings.write_text(configured(site), "utf-8")
        with started([haproxy, "-db", "-f", str(settings)]) as balancer:
            try:
                wait_for(lambda: asked(site.port, *ASKED[0])[0] == 200)
                yield site
            finally:
                balancer.kill()
    finally:
        for server in site.servers.values():
            server.stop()


def configured(site: Site) -> str:
    text = CONFIGURATION.read_text("utf-8")
    for written, port in zip((BALANCER, *REPLICAS), (site.port, *site.servers), strict=True):
        assert text.count(written) == 1, f"{written} stands {text.count(written)} times"
        text = text.replace(written, f"127.0.0.1:{port}")
    return text


def asked(port: int, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    """The status and the body of an answer; 0 and the fault where there was no whole answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Accept": JSON} if path.startswith("/sparql") else {"Accept": "*/*"}
    try:
        with contextlib.closing(line):
            line.request(method, path, body, headers | ({"Content-Type": FORM} if body else {}))
            answer = line.getresponse()
            return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as fault:
        return 0, repr(fault).encode()


def wait_for(is_so) -> None:
    deadline = time.monotonic() + 180
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextlib.contextmanager
def load(port: int):
    """Clients that ask without a pause; a list of what each got, with the place in ASKED."""
    got: list[tuple[int, int, bytes]] = []
    over = threading.Event()

    def client(first: int) -> None:
        turn = first
        while not over.is_set():
            turn = (turn + 1) % len(ASKED)
            got.append((turn, *asked(port, *ASKED[turn])))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_each_server_sends_the_same_bytes(site):
    for one in ASKED:
        answers = {asked(port, *one) for port in (*site.servers, site.port)}
        assert len(answers) == 1, f"{one}: {len(answers)} different answers"
        assert answers.pop()[0] == 200


def test_server_that_is_killed_costs_no_request(site):
    wanted = [asked(site.port, *one) for one in ASKED]
    doomed, *others = site.servers
    with load(site.port) as got:
        wait_for(lambda: all(site.answered(port) > 5 for port in site.servers))
        before = len(got)
        site.servers[doomed].stop(signal.SIGKILL)
        wait_for(lambda: len(got) > before + 40)
        site.start(doomed)  # and comes back
        wait_for(lambda: site.answered(doomed) > 5)
    failed = [(ASKED[turn][:2], status, body[:200]) for turn, status, body in got if (status, body) != wanted[turn]]
    assert failed == []
    assert len(got) > before + 40
    assert all(site.answered(port) for port in others)


def test_configuration_has_no_fault():
    done = subprocess.run(
        [program("haproxy", "Debian: haproxy"), "-c", "-f", CONFIGURATION], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
