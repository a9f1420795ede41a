"""One question over HTTP: a whole answer in a file, or an error that says what the server or the network did.

SPARQLWrapper, which this module alone imports, makes the request; it is sent from here, as the library follows redirects and
takes the password along.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container
from dataclasses import dataclass
from email.message import Message
from typing import Any, TypeVar

from ..errors import (
    EndpointAnswerError,
    EndpointCertificateError,
    EndpointError,
    EndpointRefusalError,
    QueryError,
    TimeLimitError,
)
from .deadline import Deadline, opener
from .endpoint import Endpoint

#: How much of a file is read or passed on at once, and how much of one is held in memory before it goes to disk; bytes.
PIECE, IN_MEMORY = 1 << 16, 8 << 20
_LONGEST_IN_ADDRESS = 1500
_TRIES = 4
_LONGEST_PAUSE = 10.0
_PARTIAL = 206
AGENT = "movement-kg"

Read = TypeVar("Read")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the header that says so, and the media types that the asker can read."""

    accept: str
    known: Container[str]


@dataclass(frozen=True)
class Errand:
    """A request, the address that messages name in its place, and what sends it (None: the usual)."""

    url: str
    request: urllib.request.Request
    opener: urllib.request.OpenerDirector | None = None


def fetch(endpoint: Endpoint, query: str, wanted: Wanted, deadline: Deadline) -> tuple[Any, Message]:
    """A whole answer in a temporary file, which the caller closes, and its headers.

    Raises QueryError, TimeLimitError where it is not whole by the deadline, and the children of EndpointError.
    """
    errand = Errand(endpoint.url, _request(endpoint, query, wanted.accept))
    return exchange(errand, lambda response: _results(response, wanted, endpoint.url), deadline)


def exchange(errand: Errand, read: Callable[[Any], Read], deadline: Deadline) -> Read:
    """What `read` makes of the answer to a request; a busy server is asked again. Raises as `fetch`."""
    for attempt in range(_TRIES):
        try:
            return _once(errand, read, deadline)
        except _BusyError as busy:
            pause = min(0.5 * 2**attempt if busy.pause is None else busy.pause, _LONGEST_PAUSE)
            if attempt == _TRIES - 1 or time.monotonic() + pause > deadline.moment:
                tries = f"{attempt + 1} {'tries' if attempt else 'try'}"
                raise EndpointRefusalError(
                    f"{errand.url}: still too busy after {tries} (status {busy.status}); try again later"
                ) from None
            time.sleep(pause)
    raise AssertionError


def _once(errand: Errand, read: Callable[[Any], Read], deadline: Deadline) -> Read:
    url = errand.url
    try:
        with (errand.opener or _OPENER).open(errand.request, timeout=deadline.left) as response:
            return read(response)
    except urllib.error.HTTPError as error:
        with error:
            raise _status(url, error) from None
    except urllib.error.URLError as error:
        raise _unreachable(url, error.reason, deadline.seconds) from None
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error, deadline.seconds) from None


def _results(response: Any, wanted: Wanted, url: str) -> tuple[Any, Message]:
    headers: Message = response.headers
    if headers.get_content_type() not in wanted.known:
        raise EndpointAnswerError(
            f"{url}: answers {headers.get_content_type()} where SPARQL results were asked for; is this the "
            f"address of the query service? It says: {shown(response.read(2000).decode(errors='replace'))}"
        )
    if response.status == _PARTIAL or "X-SQL-State" in headers:  # Virtuoso, where its own time limit strikes
        reason = shown(headers.get("X-SQL-Message", "it says no more"))
        raise EndpointAnswerError(f"{url}: sent only a part of its answer; nothing of it is used ({reason})")
    return _whole(response, url), headers


def _request(endpoint: Endpoint, query: str, accept: str) -> urllib.request.Request:
    import SPARQLWrapper

    wrapper = SPARQLWrapper.SPARQLWrapper(endpoint.url, agent=AGENT, defaultGraph=endpoint.graph or None)
    wrapper.setOnlyConneg(True)
    wrapper.setQuery(query)
    if len(query) > _LONGEST_IN_ADDRESS:
        wrapper.setMethod(SPARQLWrapper.POST)
    if endpoint.token:
        wrapper.addCustomHttpHeader("Authorization", f"Bearer {endpoint.token}")
    elif endpoint.user:
        wrapper.setCredentials(endpoint.user, endpoint.password)
    wrapper.addCustomHttpHeader("Accept", accept)
    # sent by ourselves: the library follows redirects, and takes the password along
    return wrapper._createRequest()  # noqa: SLF001


class _BusyError(Exception):
    """The server asks us to come back later: its status, and after how many seconds (None where it does not say)."""

    def __init__(self, status: int, pause: float | None) -> None:
        self.status, self.pause = status, pause
        super().__init__()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects alone, so that they are refused and named."""

    def redirect_request(self, *_: Any) -> None:
        """No request, whatever the redirect."""
        return


_OPENER = opener(NoRedirect())


def _whole(response: Any, url: str) -> Any:
    with contextlib.ExitStack() as stack:
        spool = stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        while piece := response.read(PIECE):
            spool.write(piece)
        length, told = spool.tell(), response.headers.get("Content-Length")
        if told and told.isdigit() and int(told) != length:
            raise EndpointAnswerError(f"{url}: broke off after {length} of {told} bytes; nothing of it is used")
        spool.seek(0)
        stack.pop_all()  # a whole answer is its asker's to close
        return spool


def _status(url: str, error: urllib.error.HTTPError) -> Exception:
    words = _said(error)
    if error.code in (429, 503):
        return _BusyError(error.code, _pause(error.headers.get("Retry-After", "")))
    if 300 <= error.code < 400:
        target = shown(error.headers.get("Location", "elsewhere"))
        return EndpointAnswerError(f"{url}: redirects to {target}; if you trust that address, give it with --endpoint")
    if error.code in (401, 403, 407):
        return EndpointRefusalError(
            f"{url}: refuses us (status {error.code}); set MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD, or MOVEMENT_KG_TOKEN. "
            f"It says: {words}"
        )
    if error.code == 400:
        return QueryError(f"{url} finds the query wrong: {words}")
    if error.code == 404:
        return EndpointAnswerError(f"{url}: there is nothing at this address (status 404); is it that of the service?")
    return EndpointAnswerError(f"{url}: failed with the status {error.code}. It says: {words}")


def _pause(told: str) -> float | None:
    """The seconds that Retry-After names: a number, or those until a date (RFC 9110, section 10.2.3); None for anything else."""
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        moment = email.utils.parsedate_to_datetime(told).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment - time.time())


def _said(error: urllib.error.HTTPError) -> str:
    try:
        return shown(error.read(4000).decode(errors="replace"))
    except (OSError, http.client.HTTPException):
        return "(nothing that could be read)"


def _unreachable(url: str, reason: Any, seconds: float) -> Exception:
    if isinstance(reason, TimeoutError):
        return TimeLimitError(f"{url}: gave no whole answer within {seconds:g} s (--timeout)")
    if isinstance(reason, ssl.SSLError):
        return EndpointCertificateError(
            f"{url}: its certificate or encryption cannot be trusted ({shown(str(reason))})"
        )
    if isinstance(reason, http.client.IncompleteRead):
        return EndpointAnswerError(f"{url}: broke off in the middle of its answer; nothing of it is used")
    if isinstance(reason, ConnectionRefusedError):
        return EndpointError(f"{url}: nothing answers there (connection refused); is the server running, on this port?")
    return EndpointError(f"{url}: cannot be reached ({shown(str(reason))})")


def shown(text: str) -> str:
    """A stranger's words on one line, printable and short."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= 300 else words[:299] + "…"
