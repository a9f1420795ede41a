"""Many questions at once: a pool of worker processes behind one event loop, any of which can be stopped at any moment.

A question that runs long is moved to the slow lane: its process gives way to all others, and only so many may be there. Those
that come and go keep the rest of the pool for themselves, so that an easy question is answered while hard ones run.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import BusyError, EngineError, MovementKGError, TimeLimitError
from .answers import PoolAnswer
from .faults import fault
from .frames import DATA, DONE, FAULT, HEADER_SIZE, header, pack
from .nursery import Nursery

_READ = 1 << 18
_TICK = 0.05
_MOMENT = 0.2
#: The niceness of the slow lane: a tenth of the processor's time where others want it, not so little that nothing ends.
_SLOW = 10


@dataclass(frozen=True)
class Lanes:
    """How much may run at once.

    `seconds`: how long one question may run. `most`: processes at most; `long`: how many of them may be in the slow lane,
    and `long_of_client` for one asker; `warm`: how many wait ready; `crowd`: while so many come and go, a question waits a
    moment for one of them rather than have a new one made. `young`: seconds before a question counts as long. `patience`:
    seconds that a question waits for a process, `waiting` at most do. `tasks`: what a process may answer before a fresh one
    takes its place; `idle`: seconds after which one that is more than `warm` is ended.
    """

    seconds: float = 10.0
    most: int = 32
    long: int = 24
    long_of_client: int = 20
    warm: int = 3
    crowd: int = 4
    idle: float = 20.0
    young: float = 0.4
    patience: float = 3.0
    waiting: int = 256
    tasks: int = 1000


class Pool:
    """Workers born of one nursery. For use within one event loop; `start` first, `close` at the end."""

    def __init__(self, nursery: Callable[[], Nursery], lanes: Lanes) -> None:
        self.lanes = lanes
        self._make = nursery
        self._nursery: Nursery | None = None
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._long: Counter[str] = Counter()
        self._clock: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the nursery and the warm workers."""
        self._nursery = await asyncio.to_thread(self._make)
        self._clock = asyncio.create_task(self._watch())
        self._fill()

    async def close(self) -> None:
        """End all workers at once; answers under way break."""
        nursery, self._nursery = self._nursery, None
        if self._clock:
            self._clock.cancel()
        for worker in [*self._busy]:
            self._end(worker, EngineError("the server is going down"))
        while self._idle:
            self._idle.pop().kill()
        if nursery:
            await asyncio.to_thread(nursery.close)

    @property
    def busy(self) -> int:
        """How many questions are under way."""
        return len(self._busy)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return sorted(worker.pid for worker in [*self._busy, *self._idle])

    async def ask(self, request: bytes, client: str = "", *, query: str = "", seconds: float = 0) -> PoolAnswer:
        """The answer to a request, once it is whole or has grown to 256 KiB; its worker is free again as soon as it is whole.

        `client` is who asks, `query` the text that a syntax error is shown in, `seconds` a time limit other than the usual.
        Raises what the worker tells (QueryError, FormatError, SizeLimitError, EngineError), TimeLimitError, BusyError.
        Who does not read an answer to its end must `stop` it.
        """
        if not self._idle:
            await self._room()
        worker = self._idle.pop() if self._idle else self._born()
        worker.begin(client, query, seconds or self.lanes.seconds)
        self._busy.add(worker)
        answer = worker.answer
        try:
            await worker.send(pack(DATA, request))
            await answer.begun()
        except BaseException:
            answer.stop()
            raise
        return answer

    async def _room(self) -> None:
        """Return when there is a free worker, or when one more may be made."""
        quick = len(self._busy) - self._long.total()
        if quick < self.lanes.crowd and len(self._busy) < self.lanes.most:
            return
        with contextlib.suppress(TimeoutError):
            await self._turn(_MOMENT)
            return
        if len(self._busy) >= self.lanes.most and not self._idle:
            try:
                await self._turn(self.lanes.patience)
            except TimeoutError:
                message = "the server is busy with other questions; try again in a moment"
                raise BusyError(message, of_client=False) from None

    async def _turn(self, seconds: float) -> None:
        """Wait to be let on. Raises TimeoutError, and BusyError where too many wait."""
        if len(self._waiting) >= self.lanes.waiting:
            raise BusyError("too many questions wait already; try again in a moment", of_client=False)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (time.monotonic(), place)
        self._waiting.append(entry)
        try:
            await asyncio.wait_for(place, seconds)
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)

    def _let_on(self) -> None:
        """The next may go on: the first that came; the last where the first has waited so long that all cannot be served."""
        while self._waiting:
            is_crowded = time.monotonic() - self._waiting[0][0] > self.lanes.young
            _, place = self._waiting.pop() if is_crowded else self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return

    def _born(self) -> _Worker:
        if self._nursery is None:
            raise EngineError("the server is going down")
        return _Worker(*self._nursery.birth(), self._release, self._lost)

    def _fill(self) -> None:
        while self._nursery and len(self._idle) + len(self._busy) < self.lanes.warm:
            self._idle.append(self._born())

    def _release(self, worker: _Worker) -> None:
        """A worker is done: kept warm, or replaced where it is slow, old or broken; and who waits may go on."""
        self._busy.discard(worker)
        if worker.is_long:
            self._long[worker.client] -= 1
            self._long = +self._long
        is_fit = worker.is_sound and not worker.is_long and worker.tasks < self.lanes.tasks
        if is_fit:
            worker.began = time.monotonic()
            self._idle.append(worker)
        else:
            worker.kill()
        self._let_on()
        self._fill()

    def _lost(self, worker: _Worker) -> None:
        """A worker ended while it had nothing to do."""
        worker.kill()
        if worker in self._idle:
            self._idle.remove(worker)  # another is made within a second: not at once, as it may end as soon

    def _end(self, worker: _Worker, error: MovementKGError) -> None:
        """Stop a worker, and tell who waits for its answer why."""
        worker.answer.fail(error)
        self._release(worker)

    async def _watch(self) -> None:
        """Move questions to the slow lane, and stop those that are too many there or have run too long."""
        filled = 0.0
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            if now - filled > 1:
                self._fill()
                filled = now
            for worker in [*self._busy]:
                age = now - worker.began
                if age > worker.seconds:
                    self._end(worker, TimeLimitError(f"it ran longer than {worker.seconds:g} s and was stopped"))
                elif age > self.lanes.young and not worker.is_long:
                    self._slow(worker)
            while len(self._idle) > self.lanes.warm and now - self._idle[0].began > self.lanes.idle:
                self._idle.pop(0).kill()

    def _slow(self, worker: _Worker) -> None:
        if self._long[worker.client] >= self.lanes.long_of_client:
            most = f"one client may have {self.lanes.long_of_client} long questions under way"
            self._end(worker, BusyError(f"{most}; wait until some have ended", of_client=True))
        elif self._long.total() >= self.lanes.long:
            self._end(
                worker, BusyError("too many long questions are under way; try again in a moment", of_client=False)
            )
        else:
            worker.is_long = True
            self._long[worker.client] += 1
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _SLOW)


class _Worker:
    """A child process that answers one request after another through a socket."""

    def __init__(
        self, pid: int, link: socket.socket, release: Callable[[_Worker], None], lost: Callable[[_Worker], None]
    ) -> None:
        self.pid = pid
        self.tasks = 0
        self.is_long = False
        self.is_sound = False  # whether it told the end of its last answer, and can be asked again
        self.client = ""
        self.began = self.seconds = 0.0
        self.answer = PoolAnswer(lambda: None)
        self.answer.finish()  # of no question yet
        self._query = ""
        self._link = link
        self._release = release
        self._lost = lost
        self._unread = b""
        link.setblocking(False)  # noqa: FBT003 (the library's signature)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(link.fileno(), self._read)

    def begin(self, client: str, query: str, seconds: float) -> None:
        """Be ready for a request."""
        self.client, self._query, self.seconds, self.began = client, query, seconds, time.monotonic()
        self.tasks += 1
        self.is_sound = False
        answer = PoolAnswer(lambda: self._stop(answer))
        self.answer = answer

    async def send(self, frame: bytes) -> None:
        """Hand the request over."""
        try:
            sent = self._link.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the reader sees the end of the process and tells of it
        if sent < len(frame):
            await self._loop.sock_sendall(self._link, frame[sent:])

    def kill(self) -> None:
        """End the process."""
        if self.pid:
            self._loop.remove_reader(self._link.fileno())
            self._link.close()
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            self.pid = 0

    def _stop(self, answer: PoolAnswer) -> None:
        """Nobody wants the answer any more; the process may be at another one already."""
        if self.pid and answer is self.answer and not answer.is_over:
            answer.fail(EngineError("the answer was given up"))
            self._release(self)

    def _read(self) -> None:
        try:
            data = self._link.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._ended()
            return
        data, start = self._unread + data, 0
        while len(data) - start >= HEADER_SIZE:
            kind, length = header(data, start)
            if len(data) - start - HEADER_SIZE < length:
                break
            start += HEADER_SIZE
            self._take(kind, data[start : start + length])
            start += length
        self._unread = data[start:]

    def _take(self, kind: bytes, payload: bytes) -> None:
        if self.answer.is_over:
            self._lost(self)  # nothing was asked: whatever it says, it is not to be trusted with a question
        elif kind == FAULT:
            told = payload.decode()
            self.is_sound = not told.startswith("store")
            self.answer.fail(fault(told, self._query))
            self._release(self)
        elif kind == DONE:
            self.is_sound = True
            self.answer.finish()
            self._release(self)
        elif kind == DATA:
            self.answer.put(payload)
        else:
            self.answer.sort = payload

    def _ended(self) -> None:
        """The process is gone: by its own fault where it was at work."""
        if self.answer.is_over:
            self._lost(self)
        else:
            message = "it ended its process: too deep, or more memory than it may use; make it simpler"
            self.answer.fail(EngineError(message))
            self._release(self)
