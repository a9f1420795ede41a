"""How requests and answers travel between processes: frames, each a kind (one byte), a length (four bytes) and its bytes."""

from __future__ import annotations

import os
import struct

#: What a frame holds: what sort of answer follows, a piece of it, a fault in its place, or its end.
KIND, DATA, FAULT, DONE = b"K", b"D", b"F", b"E"
_HEADER = struct.Struct("!cI")
HEADER_SIZE = _HEADER.size
_CHUNK = 1 << 16


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """A frame.

    >>> pack(DATA, b"abc")
    b'D\\x00\\x00\\x00\\x03abc'
    """
    return _HEADER.pack(kind, len(payload)) + payload


def header(data: bytes, start: int = 0) -> tuple[bytes, int]:
    """The kind and the length that the five bytes at `start` announce.

    >>> header(pack(DATA, b"abc"))
    (b'D', 3)
    """
    kind, length = _HEADER.unpack_from(data, start)
    return kind, length


def receive(descriptor: int) -> tuple[bytes, bytes] | None:
    """The next frame of a pipe or socket, None where the other end was closed."""
    data = os.read(descriptor, _CHUNK)
    while len(data) < HEADER_SIZE or len(data) < HEADER_SIZE + header(data)[1]:
        piece = os.read(descriptor, _CHUNK)
        if not piece:
            return None
        data += piece
    return data[:1], data[HEADER_SIZE:]


class Sender:
    """Frames on their way out: small ones are gathered, so that a short answer is one write."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()

    def put(self, kind: bytes, payload: bytes = b"") -> None:
        """Take a frame; send all that waits when there is much."""
        self._waiting += pack(kind, payload)
        if len(self._waiting) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        view = memoryview(bytes(self._waiting))
        self._waiting.clear()
        while view:
            view = view[os.write(self._descriptor, view) :]

    def forget(self) -> None:
        """Drop what waits: a fault takes its place."""
        self._waiting.clear()
