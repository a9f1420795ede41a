"""Serving: an HTTP server that bears with nobody for long, signals, and a new build taken on without dropping a request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..beside import Beside
from ..errors import MovementKGError, RequestError
from ..finished import current
from .app import Front, log
from .live import Live
from .options import Options
from .pages.asked import Asked

_HEAD_BYTES = 16 << 10
_HEAD_SECONDS = 10.0
_KEEP_ALIVE_SECONDS = 10
_MOST_CONNECTIONS = 2_000
_GRACE_SECONDS = 10
_LOOK_SECONDS = 2.0
_WARM_SECONDS = 900.0
_END = b"\r\n\r\n"


class _Joined:
    """A transport that sends what is written in one turn of the loop as one piece.

    An answer's head and its body come as two writes. Where the process is killed between them, a balancer has half an answer
    and cannot ask another server any more.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            self._transport.write(b"".join(self._held))
            self._held.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with a limit of size and time on a request's head, and origin-form targets only."""

    def connection_made(self, transport: Any) -> None:
        """Begin a connection; too many are turned away at once."""
        super().connection_made(_Joined(transport, self.loop))  # type: ignore[arg-type]
        self._head = 0
        self._is_in_head = True
        self._timer = self.loop.call_later(_HEAD_SECONDS, self._too_slow)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless the head grows too long."""
        if self._is_in_head:
            end = data.find(_END)
            self._head += len(data) if end < 0 else end
            if self._head > _HEAD_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_in_head = True
        self._timer.cancel()
        self._timer = self.loop.call_later(_HEAD_SECONDS, self._too_slow)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A request's head is whole."""
        self._is_in_head = False
        self._head = 0
        self._timer.cancel()
        if not self.url.startswith(b"/"):
            raise ValueError("the target must be a path")  # the parser makes it a bad request
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is whole; the next one may begin."""
        self._is_in_head = True
        super().on_message_complete()

    def _too_slow(self) -> None:
        if self._head or not self.transport.is_closing():
            self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes) -> None:
        self.transport.write(b"HTTP/1.1 %s\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status)
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in good order at Ctrl-C and SIGTERM, and with the exit code 0: it is what was asked for."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


@dataclass(frozen=True)
class Running:
    """What a server does beside answering: `ready` is called once it is up, `proxies` are trusted to say who asks.

    `is_copy` says that the build is a copy of what other servers hold: it is read again at SIGHUP, and every `minutes`; 0 for
    never.
    """

    ready: Callable[[], None]
    proxies: str = ""
    is_copy: bool = False
    minutes: float = 0


def serve(folder: Path, options: Options, listen: socket.socket, running: Running) -> None:
    """Serve the build in use below a folder until a signal says to stop.

    Raises RequestError where there is no build, EngineError where its processes cannot be made.
    """
    _many_files()
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(folder, options, listen, running))


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises RequestError where the address is taken or not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listen = socket.socket(family, socket.SOCK_STREAM)
    listen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listen.bind((host, port))
    except OSError as error:
        listen.close()
        message = f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port"
        raise RequestError(message) from None
    return listen


async def _serve(folder: Path, options: Options, listen: socket.socket, running: Running) -> None:
    live = Live(current(folder), options)
    await live.start()
    front = Front(live, options)
    server = _Server(_config(front, running.proxies), running.ready)
    look, again = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, (again if running.is_copy else look).set)
    beside = [_follow(front, folder, look), _warm(front)]
    if running.is_copy:
        beside.append(_refresh(folder, running.minutes, again, look))
    tasks = [asyncio.create_task(work) for work in beside]
    try:
        await server.serve(sockets=[listen])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await front.live.close()


def _config(front: Front, proxies: str) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.CRITICAL,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        backlog=2048,
    )


async def reload(front: Front, folder: Path) -> None:
    """Take on the build that is in use now; requests under way end with the one that they began with."""
    try:
        build = current(folder)
        if build.folder == front.live.build.folder:
            return
        live = Live(build, front.options)
        await live.start()
    except MovementKGError as error:
        log.error("the new build cannot be served, the old one goes on: %s", error)
        return
    before, front.live = front.live, live
    _spawn(_warm(front))
    log.warning("now serving the build %s", build.manifest["content"][:12])
    await before.retire()


async def _refresh(folder: Path, minutes: float, again: asyncio.Event, look: asyncio.Event) -> None:
    """Have the graph read that the build is a copy of, when told and every so many minutes, and say when that is done."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(again.wait(), minutes * 60 or None)
        again.clear()
        try:
            await _copy_again(folder)
        except (MovementKGError, OSError) as error:
            log.error("the graph was not read again, the copy of before goes on: %s", error)
        look.set()


async def _copy_again(folder: Path) -> None:
    """In a process of its own, which ends with this one: a graph is large, and visitors are answered meanwhile."""
    with Beside() as beside:
        beside.run("movement_kg.copied", "again", folder)
        await asyncio.to_thread(beside.wait)


async def _follow(front: Front, folder: Path, look: asyncio.Event) -> None:
    """Look now and then, and when told, whether another build was put in place."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(look.wait(), _LOOK_SECONDS)
        if look.is_set():
            look.clear()
            await reload(front, folder)
        with contextlib.suppress(MovementKGError):
            if current(folder).folder != front.live.build.folder:
                await reload(front, folder)


async def _warm(front: Front) -> None:
    """Have made, once the server is up, what takes long the first time, so that no visitor waits for it."""
    with contextlib.suppress(MovementKGError):
        answer = await front.live.pages.ask(Asked("/", given={"prepare": True}).pack(), "", seconds=_WARM_SECONDS)
        answer.stop()


_tasks: set[asyncio.Task[None]] = set()


def _spawn(work: Any) -> None:
    """Run beside; the task is held, as the loop alone does not hold it."""
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _many_files() -> None:
    """As many connections as the system lets us have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
