"""The way back to the client: what every response has, copies of small ones, and noticing that nobody is there any more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from ..engines.answers import PoolAnswer
from ..errors import MovementKGError
from .cache import Kept
from .http import Headers, Message, as_fault, is_known, respond

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_EVERYWHERE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Movement-KG-Limits, Retry-After"),
]
_WATCHED_AFTER = 0.05
_KEPT_STATUS = (200, 404, 410)
_KEPT_BYTES = 1 << 20
_AT_ONCE = 1 << 20
_SEND_SECONDS = 30.0


class ClientGoneError(Exception):
    """The client hung up; nobody is left to answer."""


class BrokenAnswerError(Exception):
    """An answer broke off after its beginning was sent: the connection must be dropped."""


async def send_answer(scope: Message, send: Any, head: tuple[int, Headers], answer: PoolAnswer) -> None:
    """Send an answer with a status and headers: at once where it is whole and small, else as it comes.

    HTTP/1.0 has no pieces, so its answers wait until their length is known. Raises HttpError for a fault before anything was
    sent, BrokenAnswerError for one after.
    """
    status, headers = head
    is_head = scope["method"] == "HEAD"
    if scope.get("http_version") == "1.0" and not answer.is_whole:
        try:
            await answer.ended()
        except MovementKGError as error:
            raise as_fault(error) from None
    if answer.is_whole and answer.size <= _AT_ONCE:
        await respond(send, status, headers, answer.whole(), with_body=not is_head)
        return
    sized = [(b"content-length", b"%d" % answer.size)] if answer.is_whole else []
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *sized]})
    if is_head:
        answer.stop()
    else:
        await _stream(send, answer)
    await send({"type": "http.response.body", "body": b""})


async def _stream(send: Any, answer: PoolAnswer) -> None:
    try:
        async for piece in answer.pieces():
            async with asyncio.timeout(_SEND_SECONDS):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    except (MovementKGError, TimeoutError):
        raise BrokenAnswerError from None


class Answered:
    """The way to the client: adds what every response has, and knows whether one has begun."""

    def __init__(self, send: Any) -> None:
        self.status = 0
        self._send = send

    async def __call__(self, message: Message) -> None:
        """Send an event of ASGI."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*_varying(message["headers"]), *_EVERYWHERE]
            if not any(name == b"content-security-policy" for name, _ in headers):
                headers.append((b"content-security-policy", _POLICY.encode()))
            message = {**message, "headers": headers}
        await self._send(message)


def _varying(headers: Headers) -> Headers:
    """The headers, with one Vary that says that the encoding varies too, whether this response is encoded or not."""
    varies = b", ".join(value for name, value in headers if name == b"vary")
    if b"Accept-Encoding" not in varies:
        varies = b", ".join(filter(None, (varies, b"Accept-Encoding")))
    return [*((name, value) for name, value in headers if name != b"vary"), (b"vary", varies)]


class Keeping:
    """The way to the client, with a copy kept of a response that is whole and small."""

    def __init__(self, send: Any) -> None:
        self.status = 0
        self._send = send
        self._start: Message | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_whole = False

    async def __call__(self, message: Message) -> None:
        """Send an event of ASGI."""
        if message["type"] == "http.response.start":
            self._start, self.status = message, message["status"]
        else:
            self._size += len(message.get("body", b""))
            if self._size <= _KEPT_BYTES:
                self._pieces.append(message.get("body", b""))
            self._is_whole = not message.get("more_body")
        await self._send(message)

    def response(self) -> Kept | None:
        """The response, None where it is not to be kept."""
        start = self._start
        if start is None or not self._is_whole or self._size > _KEPT_BYTES or start["status"] not in _KEPT_STATUS:
            return None
        headers = [*start["headers"]]
        named = dict(headers)
        if b"no-store" in named.get(b"cache-control", b""):
            return None
        return Kept(start["status"], headers, b"".join(self._pieces), named.get(b"etag", b""))


async def again(scope: Message, send: Any, kept: Kept) -> None:
    """An answer that was given before, its headers as they were sent."""
    if is_known(scope, kept.tag):
        await respond(send, 304, [(b"etag", kept.tag)])
        return
    await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
    await send({"type": "http.response.body", "body": kept.body})


@contextlib.contextmanager
def watched(receive: Any) -> Iterator[None]:
    """Cancel what is done inside when the client hangs up. Raises ClientGoneError then.

    Short work is over before a watch would begin: it costs next to nothing there.
    """
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    watch: list[asyncio.Task[None]] = []
    gone: list[bool] = []

    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.append(True)
        if task:
            task.cancel()

    timer = loop.call_later(_WATCHED_AFTER, lambda: watch.append(loop.create_task(until_gone())))
    try:
        yield
    except asyncio.CancelledError:
        if not gone:
            raise
        if task:
            task.uncancel()
        raise ClientGoneError from None
    finally:
        timer.cancel()
        for each in watch:
            each.cancel()
