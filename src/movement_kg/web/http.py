"""What is said over HTTP besides the pages: plain responses, faults and their statuses, reading a body within limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, MutableMapping
from typing import Any

from ..errors import (
    BusyError,
    EndpointError,
    EngineError,
    FormatError,
    MovementKGError,
    QueryError,
    RequestError,
    SizeLimitError,
    TimeLimitError,
)
from .formats import choose

Message = MutableMapping[str, Any]
Headers = list[tuple[bytes, bytes]]
METHODS = b"GET, HEAD, POST, OPTIONS"
READING = b"GET, HEAD, OPTIONS"
#: What an expected fault is to HTTP (RFC 9110); a query that is wrong is 400 (SPARQL 1.1 Protocol, section 2.1.6).
STATUS: dict[type[MovementKGError], int] = {
    QueryError: 400,
    FormatError: 406,
    RequestError: 400,
    TimeLimitError: 504,
    SizeLimitError: 413,
    EngineError: 503,
    EndpointError: 502,
}
_BODY_SECONDS = 15.0
#: How many times the longest body is read, and forgotten, before a longer one is cut off.
_FORGOTTEN = 16
_WAYS = {
    "text": ("text/plain",),
    "json": ("application/problem+json", "application/json", "application/sparql-results+json"),
}


class HttpError(Exception):
    """A request that is answered with a status and a message and nothing else."""

    def __init__(self, status: int, message: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.status = status
        self.message = message
        self.headers = [*headers]
        super().__init__(message)


def as_fault(error: MovementKGError) -> HttpError:
    """The HTTP fault that an error of ours is."""
    if isinstance(error, BusyError):
        return HttpError(429 if error.of_client else 503, str(error), [(b"retry-after", b"2")])
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return HttpError(status, str(error), [(b"retry-after", b"5")] if status == 503 else [])


def fault_response(fault: HttpError, accept: str) -> tuple[int, Headers, bytes]:
    """A fault as plain text, or as a problem document (RFC 9457) where JSON is preferred."""
    if choose(accept, _WAYS) == "json" and accept.strip() not in ("", "*/*"):
        problem = {"type": "about:blank", "status": fault.status, "detail": fault.message}
        return (
            fault.status,
            [(b"content-type", b"application/problem+json"), *fault.headers],
            json.dumps(problem).encode(),
        )
    body = f"{fault.message}\n".encode(errors="replace")
    return fault.status, [(b"content-type", b"text/plain; charset=utf-8"), *fault.headers], body


def is_known(scope: Message, tag: bytes) -> bool:
    """Whether If-None-Match names an entity tag, compared weakly (RFC 9110, section 13.1.2)."""
    wanted = header(scope, b"if-none-match")
    if not wanted or not tag:
        return False
    opaque = tag.decode().removeprefix("W/")
    return wanted.strip() == "*" or opaque in [one.strip().removeprefix("W/") for one in wanted.split(",")]


async def respond(send: Any, status: int, headers: Headers, body: bytes = b"", *, with_body: bool = True) -> None:
    """Send a whole response; HEAD has its headers only."""
    sized = headers if status in (204, 304) else [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": sized})
    await send({"type": "http.response.body", "body": body if with_body else b""})


async def read_body(scope: Message, receive: Any, most: int) -> bytes:
    """A request's body. Raises HttpError for one that is too long, by its own account or in fact, or too slow.

    One that is only somewhat too long is read to its end and forgotten, so that the client, still sending, hears why.
    """
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > _FORGOTTEN * most:
        raise _too_long(most)
    pieces, size, more = [], 0, True
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while more and size <= _FORGOTTEN * most:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HttpError(400, "the connection ended before the request did")
                piece, more = message.get("body", b""), message.get("more_body", False)
                size += len(piece)
                if size <= most:
                    pieces.append(piece)
    except TimeoutError:
        raise HttpError(408, "the body came too slowly", [(b"connection", b"close")]) from None
    if size > most:
        raise _too_long(most)
    return b"".join(pieces)


def _too_long(most: int) -> HttpError:
    return HttpError(413, f"the body is longer than {most} bytes", [(b"connection", b"close")])


def header(scope: Message, name: bytes) -> str:
    """A request's header, several joined as RFC 9110 says; "" where there is none."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)
