"""The embedded engine: Oxigraph on the files of a build, each query in a child process that can be stopped."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from ..errors import EngineError, TimeLimitError
from . import worker
from .embedded import Request
from .faults import fault
from .frames import DATA, DONE, FAULT, HEADER_SIZE, header, pack
from .quiet import hush


@dataclass(frozen=True)
class Limits:
    """What one query may use: seconds of time, and bytes of memory on top of what its process has at rest.

    `services` are the addresses that SERVICE may name in it; where there are none, its process can open no socket.
    """

    seconds: float = 30.0
    memory: int = 4 << 30
    services: tuple[str, ...] = ()


class LocalEngine:
    """A store on disk, asked through one child process that lives until `close` or until a query must be stopped.

    Not for use from several threads at once.
    """

    def __init__(self, store: Path, limits: Limits = Limits()) -> None:
        self._store = store
        self._limits = limits
        self._child: _Child | None = None

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's bytes: SPARQL results as `json`, `xml`, `csv` or `tsv`; a graph comes as N-Triples.

        The first piece names the answer's kind: b"rows", b"boolean" or b"graph". Raises QueryError for a query that is
        wrong, TimeLimitError and EngineError where it had to be stopped. What strangers write goes through
        `sparql.guard` first, which tells them more than a process that was stopped.
        """
        child = self._child or _Child(self._store, self._limits)
        self._child = None  # a generator left half-read must not leave its rest to the next question
        deadline = time.monotonic() + self._limits.seconds
        try:
            child.requests.write(pack(DATA, Request(query, form).pack()))
            child.requests.flush()
            yield from child.frames(query, deadline, self._limits)
        except BaseException:
            child.kill()
            raise
        self._child = child

    def close(self) -> None:
        """End the child process."""
        if self._child:
            self._child.kill()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class _Child:
    """A forked process with a pipe each way."""

    def __init__(self, store: Path, limits: Limits) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become_worker(str(store), theirs_in, theirs_out, (ours_in, ours_out), limits)
        os.close(theirs_in)
        os.close(theirs_out)
        self.requests: IO[bytes] = os.fdopen(ours_out, "wb")
        self._answers = ours_in

    def frames(self, query: str, deadline: float, limits: Limits) -> Iterator[bytes]:
        """The pieces of one answer."""
        while True:
            kind, length = header(self._read(HEADER_SIZE, deadline, limits))
            payload = self._read(length, deadline, limits)
            if kind == DONE:
                return
            if kind == FAULT:
                raise fault(payload.decode(), query)
            yield payload

    def kill(self) -> None:
        """Stop the process and take its pipes down."""
        if self.pid:
            with _Quiet():
                os.kill(self.pid, signal.SIGKILL)
            with _Quiet():
                os.waitpid(self.pid, 0)
            self.pid = 0
            with _Quiet():
                self.requests.close()
            os.close(self._answers)

    def _read(self, count: int, deadline: float, limits: Limits) -> bytes:
        data = bytearray()
        while len(data) < count:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self._answers], [], [], wait)[0]:
                raise TimeLimitError(f"the query ran longer than {limits.seconds:g} s and was stopped (--timeout)")
            piece = os.read(self._answers, count - len(data))
            if not piece:
                raise EngineError(
                    "the query ended its process: too deep, or more memory than it may use; make it simpler"
                )
            data += piece
        return bytes(data)


class _Quiet:
    """Passes over the errors of a process or pipe that is gone already."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, OSError)


def _become_worker(store: str, requests: int, answers: int, others: tuple[int, int], limits: Limits) -> None:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for descriptor in others:
            os.close(descriptor)
        hush()
        worker.run(store, requests, answers, limits.memory, limits.services)
    finally:
        os._exit(1)
