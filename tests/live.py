"""Real SPARQL servers for the tests, on loopback and free ports, in folders of their own: Oxigraph's server and Virtuoso.

Where one is not installed, a test that wants it is skipped with the reason; in CI it fails.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from movement_kg.engines.remote import Endpoint, RemoteEngine
from movement_kg.errors import MovementKGError

GRAPH = "https://w3id.org/movement-kg/"
CAP = 1000
_WAIT = 60
_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
AllowOSCalls = 0
NumberOfBuffers = 20000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 4
EnabledDavVSP = 0
[SPARQL]
ResultSetMaxRows = {cap}
"""


def program(name: str, package: str) -> str:
    """The path of a program; without it the test is skipped, and fails in CI."""
    path = shutil.which(str(Path(sys.executable).parent / name)) or shutil.which(name)
    if path is None:
        message = f"{name} is not installed ({package})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return path


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
    settings.write_text(_VIRTUOSO.format(folder=folder, port=port, sql=sql, cap=CAP))
    (folder / "triples.nt").write_bytes(triples)
    with _process([binary, "+foreground", "+configfile", str(settings)], folder) as server:
        endpoint = _answering(Endpoint(f"http://127.0.0.1:{port}/sparql", GRAPH), server)
        load = f"DB.DBA.TTLP (file_to_string_output ('{folder}/triples.nt'), '', '{GRAPH}', 0);"
        command = [client, f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=stdout", f"exec={load}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_WAIT)
        assert "Error" not in done.stdout, done.stdout
        yield endpoint


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
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
