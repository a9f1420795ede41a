"""The child process that runs queries: it opens the store, gives up files, sockets and memory, and answers in frames.

A query never runs in the caller's process: the child can be killed, and what it cannot open it cannot leak.
"""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NoReturn, cast

from ..errors import QueryError
from . import services as federated
from .embedded import Request, evaluate, kind, open_store, serialise
from .frames import DATA, DONE, FAULT, KIND, Sender, receive
from .rows import RowCounter

_FIRST_TO_GO = "1000"


class UnwantedError(Exception):
    """The answer is of a sort that the asker takes in no format."""


class TooMuchError(Exception):
    """The answer is larger than the request allows."""


def run(store: str, requests: int, answers: int, memory: int, services: Collection[str] = ()) -> NoReturn:
    """Serve requests from one descriptor to another until the first is closed.

    `memory` is how many bytes the queries may take on top of what the process has when it begins. Where there are
    `services`, the addresses that queries may ask, the process can open sockets.
    """
    sender = Sender(answers)
    try:
        opened = open_store(store)
        bound_memory(memory)
        if not services:
            shut_files()
    except Exception as error:  # the parent tells the caller
        sender.put(FAULT, f"store\n{error}".encode())
        sender.flush()
        os._exit(1)
    while (frame := receive(requests)) is not None:
        _answer(opened, Request.unpack(frame[1]), sender, services)
    os._exit(0)


def shut_files() -> None:
    """No descriptor beyond those open now: no file, no socket."""
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))


def bound_memory(memory: int) -> None:
    """No core files, and no more memory than so many bytes on top of what the process has now.

    Where memory runs out all the same, this process is the first that the kernel ends.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    """How many bytes of address space the process has now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _answer(store: Any, request: Request, sender: Sender, services: Collection[str]) -> None:
    try:
        answer = evaluate(store, request, services)
        _write(answer, request, sender)
        sender.put(DONE)
    except SyntaxError as error:
        _tell(sender, f"syntax\n{error.msg}")
    except QueryError as error:
        _tell(sender, f"refused\n{error}")
    except TooMuchError as error:
        _tell(sender, f"limit\n{error}")
    except UnwantedError as error:
        _tell(sender, f"unacceptable\n{error}")
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        failed = federated.told(error, request.query) if services else ""
        _tell(sender, f"service\n{failed}" if failed else f"run\n{error}")
    sender.flush()


def _write(answer: Any, request: Request, sender: Sender) -> None:
    sort = kind(answer)
    form = request.graph if sort == b"graph" else request.rows
    if not form:
        raise UnwantedError(sort.decode())
    sender.put(KIND, sort)
    output = _Output(sender, request, form if sort == b"rows" else "")
    serialise(answer, request, cast("Any", output))
    output.flush()


def _tell(sender: Sender, fault: str) -> None:
    sender.forget()
    sender.put(FAULT, fault.encode(errors="replace"))


class _Output:
    """Where a serialiser writes: pieces are gathered, held against the limits, and sent on."""

    _PIECE = 1 << 15

    def __init__(self, sender: Sender, request: Request, rows: str) -> None:
        self._sender = sender
        self._request = request
        self._counter = RowCounter(rows) if rows and request.max_rows else None
        self._waiting = bytearray()
        self._sent = 0

    def write(self, data: bytes) -> int:
        """Take bytes; send them on when there are many."""
        self._waiting += data
        if len(self._waiting) >= self._PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what waits. Raises TooMuchError where that passes a limit."""
        piece = bytes(self._waiting)
        self._waiting.clear()
        self._sent += len(piece)
        most = self._request
        if most.max_bytes and self._sent > most.max_bytes:
            raise TooMuchError(f"the answer is longer than {most.max_bytes} bytes")
        # No row is shorter than two bytes, so most answers need no counting.
        is_long = self._sent > 2 * most.max_rows or len(piece) >= self._PIECE
        if self._counter and is_long and self._counter.add(piece) > most.max_rows:
            raise TooMuchError(f"the answer has more than {most.max_rows} rows")
        if piece:
            self._sender.put(DATA, piece)

    def close(self) -> None:
        """Nothing to close: the descriptor outlives an answer."""


def work(store: str, memory: str, *services: str) -> Callable[[int], NoReturn]:
    """What the children of a nursery run: serve requests from a socket. The arguments are those of `run`, as text."""
    return lambda descriptor: run(store, descriptor, descriptor, int(memory), services)
