"""`movement-kg serve` as a process of its own on a free port, and the clients that talk to it, polite and rude.

A test module takes the fixtures by `pytest_plugins = ["server"]`, and imports the rest before that is read, which pytest would
warn of: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlencode

import pytest
import rdflib
from mortal import started

#: The address that attacks come from, and that of the healthy client beside them: all of 127/8 is loopback.
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
EASY = "ASK { ?s ?p ?o }"
JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """One whole answer of the server."""

    status: int
    headers: Message
    body: bytes

    @property
    def type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running server: its address, requests to it, and what its processes use. A context manager."""

    def __init__(self, *options: str) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        self._last_words = ""
        port = (
            _free_port() if "--base-url" in options else 0
        )  # it says the address that visitors know, without the port
        command = [sys.executable, "-m", "movement_kg", "serve", "--port", str(port), *options]
        self.process = started(command, stdout=subprocess.PIPE, stderr=self._told)
        try:
            self.base = self._first_line(180).rstrip("/")
            self.port = port or int(self.base.rpartition(":")[2])
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _first_line(self, seconds: float) -> str:
        deadline, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            ready = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]
            piece = os.read(self.process.stdout.fileno(), 1) if ready else b""
            if not piece:
                raise AssertionError(f"the server said no address but {line!r}; on standard error:\n{self.told()}")
            line += piece
        return line.decode().strip()

    def told(self) -> str:
        """What the server has written to standard error."""
        if self._told.closed:
            return self._last_words
        size = os.fstat(self._told.fileno()).st_size
        return os.pread(self._told.fileno(), size, 0).decode("utf-8", "replace")  # the place is shared with the process

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        """Ask the process to end, insist after a while; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process.stdout.close()
            self._last_words = self.told()
            self._told.close()

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        source: str = HERE,
        timeout: float = 30,
        **headers: str,
    ) -> Reply:
        """One request on a connection of its own; `Content_Type="…"` is the header Content-Type."""
        line = http.client.HTTPConnection(HERE, self.port, timeout=timeout, source_address=(source, 0))
        with contextlib.closing(line):
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def get(self, path: str, accept: str | None = None, **headers: Any) -> Reply:
        return self.request("GET", path, **({"Accept": accept} if accept is not None else {}), **headers)

    def ask(self, query: str, accept: str | None = JSON, *, more: str = "", **headers: Any) -> Reply:
        """A query by GET; `more` is put behind it as it is (`&format=csv`)."""
        return self.get(f"/sparql?query={quote(query, safe='')}{more}", accept, **headers)

    def post(self, query: str, accept: str | None = JSON, **headers: Any) -> Reply:
        """A query as a form, which may be longer than an address."""
        accepted = {} if accept is None else {"Accept": accept}
        return self.request("POST", "/sparql", form(query=query), Content_Type=FORM, **accepted, **headers)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of an answer, each cell by its text."""
        found = self.post(query)
        assert found.status == 200, found.text
        return [{name: cell["value"] for name, cell in row.items()} for row in found.json()["results"]["bindings"]]

    def connect(self, source: str = HERE, timeout: float = 20) -> socket.socket:
        return socket.create_connection((HERE, self.port), timeout=timeout, source_address=(source, 0))

    def raw(self, data: bytes, *, timeout: float = 2.5) -> bytes:
        """What comes back for these bytes until the server closes, or is quiet for a moment after an answer."""
        with self.connect(timeout=timeout) as line:
            with contextlib.suppress(OSError):  # a server that has refused need not read the rest
                line.sendall(data)
            return read_all(line)

    def raw_status(self, data: bytes, *, timeout: float = 2.5) -> int:
        """The status for these bytes; 0 where the server closed the connection without a word."""
        return status_of(self.raw(data, timeout=timeout))

    @property
    def host(self) -> bytes:
        return f"{HERE}:{self.port}".encode()

    def processes(self) -> list[Path]:
        """The server's process and all that descend from it, as folders of /proc."""
        return [Path("/proc") / str(pid) for pid in _family(self.process.pid)]

    def memory(self) -> int:
        """The bytes that all its processes have of their own: what a fork shares is divided among those who share it."""
        return sum(_proportional(folder) for folder in self.processes())

    def ticks(self) -> int:
        """The processor time used so far by all its living processes, in clock ticks."""
        return sum(_ticks(folder) for folder in self.processes())

    def comes_to_rest(self, seconds: float = 20) -> bool:
        """Whether within this time a second comes in which all its processes together use next to no time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before = self.ticks()
            time.sleep(1)
            if self.ticks() - before <= os.sysconf("SC_CLK_TCK") // 4:
                return True
        return False


class Starter:
    """Starts servers, one for each set of options, and ends them all."""

    def __init__(self, build: Path) -> None:
        self._build = build
        self.running: dict[tuple[str, ...], Server] = {}

    def __call__(self, *options: str, build: Path | None = None) -> Server:
        whole = ("--build", str(build or self._build), *options)
        if whole not in self.running or not self.running[whole].is_alive():
            self.running[whole] = Server(*whole)
        return self.running[whole]

    def stop(self) -> None:
        for server in self.running.values():
            server.stop()


@pytest.fixture(scope="session")
def serve(shipped) -> Iterator[Starter]:
    """A function from options to a server of the shipped data that has them; the same options give the same server."""
    starter = Starter(shipped.build.folder.parent)
    yield starter
    starter.stop()


@pytest.fixture(scope="session")
def server(serve) -> Server:
    """The server with no options but the build."""
    return serve()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that fails shows what its servers wrote to standard error."""
    report = yield
    if report.failed:
        for one in _servers_of(getattr(item, "funcargs", {}).values()):
            report.sections.append((f"standard error of {one.base}", one.told()[-5000:]))
    return report


def _servers_of(values) -> set[Server]:
    found = {value for value in values if isinstance(value, Server)}
    starters = [value for value in values if isinstance(value, Starter)]
    return found | {one for starter in starters for one in starter.running.values()}


@dataclass
class Healthy:
    """What a client saw that asks an easy question ten times a second."""

    seen: list[tuple[int | str, float]]

    def check(self, bound: float = 8) -> None:
        """Every question was answered, and none too late."""
        assert self.seen, "the healthy client asked nothing"
        assert {status for status, _ in self.seen} == {200}
        assert max(seconds for _, seconds in self.seen) < bound


@contextlib.contextmanager
def healthy(server: Server, bound: float = 8) -> Iterator[Healthy]:
    """A client beside what happens in the block, at another address; afterwards it must have had all its answers."""
    client, over = Healthy([]), threading.Event()

    def ask() -> None:
        while True:
            client.seen.append(_timed(server))
            if over.wait(0.1):
                return

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield client
    finally:
        over.set()
        thread.join()
    client.check(bound)


def _timed(server: Server) -> tuple[int | str, float]:
    start = time.monotonic()
    try:
        status: int | str = server.ask(EASY, source=ELSEWHERE).status
    except (OSError, http.client.HTTPException) as fault:
        status = repr(fault)
    return status, time.monotonic() - start


def triples(data: bytes, reader: str) -> rdflib.Graph:
    """What a document says, in whichever graph, as rdflib reads it; `reader` is rdflib's name of the format."""
    found = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's dataset warns of itself
        dataset = rdflib.Dataset().parse(data=data, format=reader, publicID="https://example.org/document")
        for s, p, o, _ in dataset.quads():
            found.add((s, p, o))
    return found


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as line:
        return line.getsockname()[1]


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def read_all(line: socket.socket, quiet: float = 0.3) -> bytes:
    """Everything that comes: until the other end closes, or is quiet for a while after the first bytes."""
    data = bytearray()
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while piece := line.recv(1 << 16):
            data += piece
            line.settimeout(quiet)
    return bytes(data)


def status_of(answer: bytes) -> int:
    """The status of the first answer in these bytes; 0 where there is none."""
    first = answer.partition(b"\r\n")[0].split(b" ")
    return int(first[1]) if first[0].startswith(b"HTTP/1.") and len(first) > 1 else 0


def _family(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parents.setdefault(int(_stat(folder)[1]), []).append(int(folder.name))
    family = [root]
    for pid in family:
        family += parents.get(pid, [])
    return family


def _stat(folder: Path) -> list[str]:
    """The fields of a process's `stat` behind its name: state, parent …"""
    return (folder / "stat").read_text("utf-8").rpartition(")")[2].split()


def _ticks(folder: Path) -> int:
    with contextlib.suppress(OSError):
        fields = _stat(folder)
        return int(fields[11]) + int(fields[12])
    return 0


def _proportional(folder: Path) -> int:
    with contextlib.suppress(OSError):
        lines = (folder / "smaps_rollup").read_text("utf-8").splitlines()
        return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0
