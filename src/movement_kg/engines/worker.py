"""The child process that runs queries: it opens the store, gives up files, sockets and memory, and answers through a pipe.

pyoxigraph has no time limit, no memory cap and no cancel, and a deep query ends the process it runs in. So a query never
runs in the caller's process: the child can be killed, and what it cannot open it cannot leak.
"""

from __future__ import annotations

import os
import resource
import struct
from typing import IO, NoReturn

from ..vocabulary import PREFIXES

DATA, FAULT, DONE, KIND = b"D", b"F", b"E", b"K"
_HEADER = struct.Struct("!cI")
_CHUNK = 1 << 16
_FORMATS = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}


def run(store: str, requests: int, answers: int, memory: int) -> NoReturn:
    """Serve requests from one pipe to another until the first is closed; `memory` is the limit in bytes."""
    import pyoxigraph

    try:
        opened = pyoxigraph.Store.read_only(store)
        opened.query("ASK { ?s ?p ?o }")
        _confine(memory)
    except Exception as error:  # the parent tells the caller
        _send(answers, FAULT, f"store\n{error}".encode())
        os._exit(1)
    while (request := _receive(requests)) is not None:
        kind, _, query = request.partition("\n")
        _answer(opened, kind, query, answers)
    os._exit(0)


def _confine(memory: int) -> None:
    """No more memory than allowed, no core files, and no descriptor beyond those open now: no file, no socket."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))


def _answer(store: object, kind: str, query: str, answers: int) -> None:
    import pyoxigraph

    assert isinstance(store, pyoxigraph.Store)
    try:
        answer = store.query(query, prefixes=dict(PREFIXES))
        if isinstance(answer, pyoxigraph.QueryTriples):
            _send(answers, KIND, b"graph")
            pyoxigraph.serialize(answer, _Pipe(answers), format=pyoxigraph.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
        else:
            _send(answers, KIND, b"boolean" if isinstance(answer, pyoxigraph.QueryBoolean) else b"rows")
            wanted = getattr(pyoxigraph.QueryResultsFormat, _FORMATS[kind])
            answer.serialize(_Pipe(answers), format=wanted)  # type: ignore[arg-type]
        _send(answers, DONE, b"")
    except SyntaxError as error:
        _send(answers, FAULT, f"syntax\n{error.msg}".encode())
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        _send(answers, FAULT, f"run\n{error}".encode())


class _Pipe:
    """A pipe end that a serialiser can write to; small writes are gathered into frames."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; send them on when there are many."""
        self._waiting += data
        if len(self._waiting) >= _CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            _send(self._descriptor, DATA, bytes(self._waiting))
            self._waiting.clear()

    def close(self) -> None:
        """Nothing to close: the pipe outlives an answer."""


def _send(descriptor: int, kind: bytes, payload: bytes) -> None:
    view = memoryview(_HEADER.pack(kind, len(payload)) + payload)
    while view:
        view = view[os.write(descriptor, view) :]


def _receive(descriptor: int) -> str | None:
    head = _exactly(descriptor, _HEADER.size)
    if head is None:
        return None
    _, length = _HEADER.unpack(head)
    body = _exactly(descriptor, length)
    return None if body is None else body.decode()


def _exactly(descriptor: int, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = os.read(descriptor, count - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


def request(stream: IO[bytes], kind: str, query: str) -> None:
    """Write a request as the child reads it."""
    payload = f"{kind}\n{query}".encode()
    stream.write(_HEADER.pack(DATA, len(payload)) + payload)
    stream.flush()


def header(data: bytes) -> tuple[bytes, int]:
    """The kind and the length that a frame's five bytes announce."""
    kind, length = _HEADER.unpack(data)
    return kind, length


HEADER_SIZE = _HEADER.size
