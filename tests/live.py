"""Real SPARQL servers for the tests, on loopback and free ports, in folders of their own: Oxigraph's, Virtuoso, Jena's ARQ.

Where one is not installed, a test that wants it is skipped with the reason; in CI it fails.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from mortal import started

from movement_kg.engines.endpoint import Endpoint
from movement_kg.engines.remote import RemoteEngine
from movement_kg.errors import MovementKGError

GRAPH = "https://w3id.org/movement-kg/"
CAP = 1000
_WAIT = 60
_HERE = Path(__file__).parent
_VIRTUOSO = (_HERE / "virtuoso.ini").read_text("utf-8")
#: The archives that Debian's Jena needs for queries on triples in memory; it does not list them itself.
_JARS = """jena-arq jena-core jena-base jena-iri slf4j-api slf4j-nop guava gson thrift protobuf commons-lang3 commons-csv
    commons-io commons-compress commons-codec dexx.collection jsonld-java titanium-json-ld jackson-core jackson-databind
    jackson-annotations""".split()
_JAVA = Path("/usr/share/java")
_SHADED = "org/apache/jena/ext/"


KIND = re.compile(rb"<https://w3id\.org/movement-kg/([a-z-]+)/")
PEOPLE = (b"person", b"org", b"membership", b"contribution", b"participation", b"link")
EVENTS = (b"event", b"work", b"mention", b"position", b"provision", b"figure")
#: What every organisation would hold a copy of: the words that all of them use.
SHARED = (b"ontology", b"scheme", b"concept", b"country", b"region", b"date", b"")


def program(name: str, package: str) -> str:
    """The path of a program; without it the test is skipped, and fails in CI."""
    path = shutil.which(str(Path(sys.executable).parent / name)) or shutil.which(name)
    return path or _missing(f"{name} is not installed ({package})")


def _missing(message: str) -> NoReturn:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(message)


def parts(lines) -> list[bytes]:
    """People and organisations, events and works, the rest with all claims; the ontology and the lists stand in each."""
    held: list[list[bytes]] = [[], [], []]
    for line in lines:
        found = KIND.match(line)
        kind = found[1] if found else b""
        places = (0, 1, 2) if kind in SHARED else (0,) if kind in PEOPLE else (1,) if kind in EVENTS else (2,)
        for place in places:
            held[place].append(line)
    return [b"".join(one) for one in held]


@contextlib.contextmanager
def oxigraph(folder: Path, triples: bytes, *, writable: bool = False) -> Iterator[Endpoint]:
    """Oxigraph's server with the triples in its default graph."""
    binary = program("oxigraph", "PyPI: oxigraph")
    store, file, port = folder / "store", folder / "triples.nt", free_port()
    file.write_bytes(triples)
    subprocess.run([binary, "load", "--location", store, "--file", file], check=True, capture_output=True)
    verb = "serve" if writable else "serve-read-only"
    with _process([binary, verb, "--location", str(store), "--bind", f"127.0.0.1:{port}"], folder) as server:
        yield _answering(Endpoint(f"http://127.0.0.1:{port}/query"), server)


@contextlib.contextmanager
def virtuoso(folder: Path, triples: bytes) -> Iterator[Endpoint]:
    """Virtuoso with the triples in a named graph, and a cap of so few rows that answers are cut off."""
    binary, client = (
        program("virtuoso-t", "Debian: virtuoso-opensource"),
        program("isql-vt", "Debian: virtuoso-opensource"),
    )
    port, sql, settings = free_port(), free_port(), folder / "virtuoso.ini"
    settings.write_text(virtuoso_settings(folder, port, sql))
    (folder / "triples.nt").write_bytes(triples)
    with _process([binary, "+foreground", "+configfile", str(settings)], folder) as server:
        endpoint = _answering(Endpoint(f"http://127.0.0.1:{port}/sparql", GRAPH), server)
        load = f"DB.DBA.TTLP (file_to_string_output ('{folder}/triples.nt'), '', '{GRAPH}', 0);"
        command = [client, f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=stdout", f"exec={load}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_WAIT)
        assert "Error" not in done.stdout, done.stdout
        yield endpoint


def virtuoso_settings(folder: Path, port: int, sql: int) -> str:
    """The settings of a Virtuoso that listens on these ports, with few rows in an answer and memory for a small graph."""
    return _VIRTUOSO.format(folder=folder, port=port, sql=sql, cap=CAP, buffers=40_000, dirty=30_000)


@contextlib.contextmanager
def jena(folder: Path, triples: bytes) -> Iterator[Endpoint]:
    """Jena's ARQ with the triples in its default graph, behind the HTTP server of tests/Arq.java."""
    program("javac", "Debian: default-jdk-headless")  # a source file is run, for which a runtime alone is not enough
    java, port, file = program("java", "Debian: default-jdk-headless"), free_port(), folder / "triples.nt"
    jars = [_JAVA / f"{name}.jar" for name in _JARS]
    if missing := [jar.name for jar in jars if not jar.exists()]:
        _missing(f"{', '.join(missing)} not there (Debian: libapache-jena-java)")
    file.write_bytes(triples)
    _put_messages(jars[1], folder)
    command = [java, "-cp", ":".join(map(str, [folder, *jars])), str(_HERE / "Arq.java"), str(port), str(file)]
    with _process(command, folder) as server:
        yield _answering(Endpoint(f"http://127.0.0.1:{port}/sparql"), server)


def _put_messages(jar: Path, folder: Path) -> None:
    """Debian moved the classes of Xerces in Jena, and forgot their messages: put these where the classes look for them."""
    with zipfile.ZipFile(jar) as packed:
        for name in packed.namelist():
            if name.startswith(_SHADED) and name.endswith(".properties"):
                path = folder / name.removeprefix(_SHADED)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(packed.read(name))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen]:
    with (folder / "server.log").open("wb") as log:
        process = started(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _answering(endpoint: Endpoint, server: subprocess.Popen) -> Endpoint:
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            list(RemoteEngine(endpoint).ask("ASK { }"))
        except MovementKGError:
            assert server.poll() is None, "the server ended at once"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)
        else:
            return endpoint
