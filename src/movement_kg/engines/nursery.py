"""A process that does nothing but fork: workers are born of it, alike, quickly, and with nothing of the server's in them.

The server itself must not fork: it has threads, and connections that a child would inherit. What a worker needs is loaded
here once; each child shares it. When the server ends, however it ends, so does this process, and with it all workers.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn, Self

from ..beside import die_with_parent
from ..errors import EngineError
from .quiet import hush

_PID = 8


class Nursery:
    """The server's end. `work` names a function, as `package.module:function`.

    It is called once, with the arguments, and gives what each child runs: a function of the socket's descriptor that never
    returns.
    """

    def __init__(self, work: str, *arguments: str) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", __name__, str(theirs.fileno()), work, *arguments]
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
        self._socket = ours

    def birth(self) -> tuple[int, socket.socket]:
        """A new worker: its process id, and the socket to talk to it. Raises EngineError where none can be made."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._socket, [b"+"], [theirs.fileno()])
                told = self._socket.recv(_PID)
            except OSError as error:
                ours.close()
                raise EngineError(f"no process can be made for the query ({error.strerror})") from None
        if len(told) < _PID:
            ours.close()
            raise EngineError("no process can be made for the query: the one that makes them has ended")
        return int.from_bytes(told), ours

    def close(self) -> None:
        """End the process and all its children."""
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def main(descriptor: int, work: str, arguments: list[str]) -> None:
    """Fork a child for each request until the server's end is closed."""
    module, _, name = work.partition(":")
    run = getattr(importlib.import_module(module), name)(*arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends with the server, not before
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system takes dead children away
    control, parent = socket.socket(fileno=descriptor), os.getpid()
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        (theirs,) = descriptors
        pid = os.fork()
        if pid == 0:
            control.close()
            _live(run, theirs, parent)
        os.close(theirs)
        control.sendall(pid.to_bytes(_PID))


def _live(run: Callable[[int], NoReturn], descriptor: int, parent: int) -> NoReturn:
    try:
        die_with_parent(parent)  # elsewhere than on Linux it ends when its socket is closed, after the request it is at
        _give_way()
        hush()
        run(descriptor)
    finally:
        os._exit(1)


def _give_way() -> None:
    """A worker that wakes does not take the processor from the server that woke it, which has others to answer (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
