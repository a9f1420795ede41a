"""An answer on its way from a worker to whoever asked, who may be slower: kept in memory while small, on disk when large."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import IO

from ..errors import MovementKGError

_HEAD = 1 << 18
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16


class PoolAnswer:
    """One answer: its sort, its bytes as they come, its end or its fault."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.sort = b""
        self.size = 0
        self.is_whole = False
        self._fault: MovementKGError | None = None
        self._stop = stop
        self._pieces: deque[bytes] = deque()
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._waiter: asyncio.Future[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.is_whole or self._fault is not None

    async def begun(self) -> None:
        """Return when the answer is whole or long. Raises its fault."""
        await self._grown(_HEAD)

    async def ended(self) -> None:
        """Return when the answer is whole. Raises its fault."""
        await self._grown(None)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, as they come. Raises the fault that ends them early; stops the worker where the reader leaves early."""
        try:
            while True:
                piece = self._next()
                if piece:
                    yield piece
                elif self.is_whole:
                    return
                elif self._fault:
                    raise self._fault
                else:
                    await self._change()
        finally:
            self.stop()

    def whole(self) -> bytes:
        """All bytes of an answer that `is_whole`, when nothing of it was read yet."""
        pieces = []
        while piece := self._next():
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def digest(self) -> str:
        """A short hash of what is in memory of the answer, before any of it was read."""
        summed = hashlib.blake2b(digest_size=12)
        for piece in self._pieces:
            summed.update(piece)
        return summed.hexdigest() + (f"-{self.size}" if self._file else "")

    def stop(self) -> None:
        """Give up what has not come yet."""
        self._stop()
        if self._file:
            self._file.close()
            self._file = None
            self._pieces.clear()

    def put(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        if self._file is None and self.size > _IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the answer)
        if self._file:
            self._file.seek(self._written)
            self._written += self._file.write(piece)
        else:
            self._pieces.append(piece)
        self._wake()

    def finish(self) -> None:
        """The answer is whole."""
        self.is_whole = True
        self._wake()

    def fail(self, error: MovementKGError) -> None:
        """No more will come: what came is not whole."""
        self._fault = error
        self._wake()

    async def _grown(self, size: int | None) -> None:
        while not self.is_over and (size is None or self.size < size):
            await self._change()
        if self._fault:
            raise self._fault

    def _next(self) -> bytes:
        if self._pieces:
            return self._pieces.popleft()
        if not self._file or self._read >= self._written:
            return b""
        self._file.seek(self._read)
        piece = self._file.read(_PIECE)
        self._read += len(piece)
        return piece

    async def _change(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
