"""A moment by which an answer must be whole, kept by the connection itself: many small pieces do not put it off."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Deadline:
    """So many seconds, and the moment (of `time.monotonic`) when they are over."""

    seconds: float
    moment: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        """The deadline so many seconds from now."""
        return cls(seconds, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError where none are."""
        left = self.moment - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """A urllib opener whose `timeout` is for the whole of a request: to connect, to send, and to read the answer to its end."""
    return urllib.request.build_opener(_Http(), _Https(), *handlers)


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, req)  # type: ignore[arg-type]


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, req)  # type: ignore[arg-type]


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, timeout: float, **more: Any) -> None:
        super().__init__(host, timeout=timeout, **more)
        self.response_class = functools.partial(_Response, deadline=Deadline.within(timeout))  # type: ignore[assignment]


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, timeout: float, **more: Any) -> None:
        super().__init__(host, timeout=timeout, **more)
        self.response_class = functools.partial(_Response, deadline=Deadline.within(timeout))  # type: ignore[assignment]


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, deadline: Deadline, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_Received(sock, self.fp.detach(), deadline))


class _Received(io.RawIOBase):
    """What a socket receives; each wait is as long as what is left."""

    def __init__(self, line: socket.socket, file: io.RawIOBase, deadline: Deadline) -> None:
        self._line, self._file, self._deadline = line, file, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._line.settimeout(self._deadline.left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
