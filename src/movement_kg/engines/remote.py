"""The remote engine: any SPARQL 1.1 server, asked through SPARQLWrapper, which this module alone imports.

What a server sends is held against what it promised before any of it is passed on: its media type, its length, its syntax, and
its number of rows, since some servers cut answers off without a word. An answer is a whole one or an error.
"""

from __future__ import annotations

import http.client
import os
import ssl
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

import pyoxigraph

from ..errors import (
    EndpointAnswerError,
    EndpointCertificateError,
    EndpointError,
    EndpointRefusalError,
    QueryError,
    RequestError,
    TimeLimitError,
)
from ..vocabulary import PREFIXES
from .paging import Select, form_of, with_prefixes

_ROWS = {
    "application/sparql-results+json": pyoxigraph.QueryResultsFormat.JSON,
    "application/json": pyoxigraph.QueryResultsFormat.JSON,
    "application/sparql-results+xml": pyoxigraph.QueryResultsFormat.XML,
    "application/xml": pyoxigraph.QueryResultsFormat.XML,
    "text/xml": pyoxigraph.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
    "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    "application/rdf+xml": pyoxigraph.RdfFormat.RDF_XML,
}
_FORMS = {name: getattr(pyoxigraph.QueryResultsFormat, name.upper()) for name in ("json", "xml", "csv", "tsv")}
_ACCEPT_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.7"
_LONGEST_IN_ADDRESS = 1500
_TRIES = 4
_LONGEST_PAUSE = 10.0
_ROUND = 1000  # caps are round numbers: an answer of 10 000 rows is counted, one of 7 283 is not
_CAP = 10_000  # a graph cannot be counted so: only the round number that servers are set to is taken for a cap
_PIECE = 1 << 16
_IN_MEMORY = 8 << 20
_AGENT = "movement-kg"
_VIRTUOSO_ASK = "__ASK_RETVAL"


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 query service: its address, the graph to ask ("" for its own default), and who asks.

    `seconds` is how long to wait for each piece of an answer. `token` is sent as a bearer, before user and password.
    Raises RequestError for what is no web address, one that holds a password, and a token that no header can carry.
    """

    url: str
    graph: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if "@" in self.url:  # the address is not shown: a secret may stand in it
            raise RequestError(
                "the endpoint's address holds an @: set user and password as MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD "
                "(an @ of the path is written %40)"
            )
        if not _is_address(self.url):
            raise RequestError(f"--endpoint takes an address such as https://example.org/sparql (got {self.url!a})")
        if not (self.token.isascii() and self.token.isprintable()):
            raise RequestError("MOVEMENT_KG_TOKEN holds characters that no token has, such as a line's end")

    @classmethod
    def from_environment(cls, url: str, graph: str = "", seconds: float = 30.0) -> Endpoint:
        """The endpoint with MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD, or MOVEMENT_KG_TOKEN, of the environment."""
        user, password, token = (os.environ.get(f"MOVEMENT_KG_{name}", "") for name in ("USER", "PASSWORD", "TOKEN"))
        return cls(url, graph, user, password, token, seconds)


class RemoteEngine:
    """A server somewhere, asked over HTTP; one question at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's kind (b"rows", b"boolean" or b"graph"), then its bytes: results as `form`, a graph as N-Triples.

        Nothing is given before the answer is whole. Raises QueryError where the server finds the query wrong,
        TimeLimitError, and the children of EndpointError for all that servers and networks do.
        """
        if any("\ud800" <= character <= "\udfff" for character in query):
            raise QueryError("the query holds half a character (a lone surrogate), which cannot be sent")
        query = with_prefixes(query, PREFIXES)
        sort = form_of(query)
        if sort == "graph":
            with self._graph(query) as lines:
                yield b"graph"
                yield from _pieces(lines)
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as output:
            self._rows(query, form, output, is_select=sort == "rows")
            yield sort.encode()
            yield from _pieces(output)

    def close(self) -> None:
        """Nothing to give up: each question is a connection of its own."""

    def _rows(self, query: str, form: str, output: Any, *, is_select: bool) -> None:
        answer, headers = self._read(query, _ACCEPT_ROWS, _ROWS)
        with answer:
            found = self._parsed(answer, headers)
            if not is_select:
                self._boolean(found).serialize(output, format=_FORMS[form])
                return
            if isinstance(found, pyoxigraph.QueryBoolean):
                raise self._other("rows")
            names = [variable.value for variable in found.variables]
            count = sum(1 for _ in self._each(found))
            answer.seek(0)
            if not self._is_cut(query, count, headers):
                self._parsed(answer, headers).serialize(output, format=_FORMS[form])
                return
        self._write_pages(Select.read(query, names), count, form, output)

    def _boolean(self, found: Any) -> Any:
        """The truth value that an ASK asks for; Virtuoso says yes by a row that holds 1, and no by none."""
        if isinstance(found, pyoxigraph.QueryBoolean):
            return found
        if [variable.value for variable in found.variables] != [_VIRTUOSO_ASK]:
            raise self._other("yes or no")
        is_true = any(row[0] is not None and row[0].value == "1" for row in self._each(found))
        told = b'{"head": {}, "boolean": %s}' % (b"true" if is_true else b"false")
        return pyoxigraph.parse_query_results(told, format=pyoxigraph.QueryResultsFormat.JSON)

    def _is_cut(self, query: str, count: int, headers: Message) -> bool:
        """Whether the server has more rows than it sent; asked where the number looks like a limit or the server says so."""
        told = headers.get("X-SPARQL-MaxRows")
        if not count or (count % _ROUND and told != str(count)):
            return False
        return self._count(Select.read(query, [])) > count

    def _count(self, select: Select) -> int:
        try:
            answer, headers = self._read(with_prefixes(select.counted(), PREFIXES), _ACCEPT_ROWS, _ROWS)
        except QueryError as error:
            raise EndpointAnswerError(f"its rows look cut off, and it refuses to count them: {error}") from None
        with answer:
            found = self._parsed(answer, headers)
            row = None if isinstance(found, pyoxigraph.QueryBoolean) else next(self._each(found), None)
        told = getattr(row[0], "value", "") if row else ""
        if not (told.isascii() and told.isdigit()):
            raise self._other("a number of rows")
        return int(told)

    def _write_pages(self, select: Select, size: int, form: str, output: Any) -> None:
        """Ask for the rows a page at a time, in the query's own order made stable, until as many came as COUNT tells."""
        wanted, seen = self._count(select), 0
        rows: list[tuple[Any, ...]] = []
        last: list[tuple[Any, ...]] = []
        while seen < wanted:
            answer, headers = self._read(select.page(size, seen), _ACCEPT_ROWS, _ROWS)
            with answer:
                page = [tuple(row) for row in self._each(self._parsed(answer, headers))]
            if not page:
                raise EndpointAnswerError(
                    f"{self.endpoint.url}: the server cuts answers off at {size} rows, and page by page it gave only {seen} of "
                    f"{wanted}; ask for less with LIMIT, or ask a copy of the graph with no such limit"
                )
            seen += len(page)
            if seen > wanted or (page == last and len(set(page)) > 1):  # in order, only equal rows can come twice
                raise EndpointAnswerError(
                    f"{self.endpoint.url}: the server cuts answers off at {size} rows, and its pages overlap or "
                    "changed while they were read; ask for less with LIMIT, or ask a copy of the graph with no such limit"
                )
            rows += page
            last = page
        _serialise(select.names, rows, form, output)

    def _graph(self, query: str) -> Any:
        answer, headers = self._read(query, _ACCEPT_GRAPH, _GRAPHS)
        output = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
        with answer:
            try:
                parsed = pyoxigraph.parse(answer, format=_GRAPHS[headers.get_content_type()])
                triples = (quad.triple for quad in parsed)
                pyoxigraph.serialize(triples, output, format=pyoxigraph.RdfFormat.N_TRIPLES)
            except (SyntaxError, ValueError) as error:
                raise self._broken(error) from None
        count = _lines(output)
        if count and count % _CAP == 0 and not Select.read(query, []).is_limited:
            raise EndpointAnswerError(
                f"{self.endpoint.url}: the graph it sent has exactly {count} triples, as if cut off; ask for rows instead "
                "(SELECT), which can be counted, or say how many with LIMIT"
            )
        return output

    def _parsed(self, answer: IO[bytes], headers: Message) -> Any:
        try:
            return pyoxigraph.parse_query_results(answer, format=_ROWS[headers.get_content_type()])
        except (SyntaxError, ValueError) as error:
            raise self._broken(error) from None

    def _each(self, found: Any) -> Iterator[Any]:
        try:
            yield from found
        except (SyntaxError, ValueError) as error:
            raise self._broken(error) from None

    def _other(self, wanted: str) -> EndpointAnswerError:
        return EndpointAnswerError(f"{self.endpoint.url}: answers something else where it was asked for {wanted}")

    def _broken(self, error: Exception) -> EndpointAnswerError:
        return EndpointAnswerError(
            f"{self.endpoint.url}: its answer breaks off or is not what it says it is; nothing of it is used "
            f"({_shown(str(error))})"
        )

    def _read(self, query: str, accept: str, known: Any) -> tuple[Any, Message]:
        """A whole answer in a temporary file, and its headers."""
        for attempt in range(_TRIES):
            try:
                return self._once(query, accept, known)
            except _BusyError as busy:
                if attempt == _TRIES - 1:
                    raise EndpointRefusalError(
                        f"{self.endpoint.url}: still too busy after {_TRIES} tries (status {busy.status}); try again later"
                    ) from None
                time.sleep(min(busy.pause or 0.5 * 2**attempt, _LONGEST_PAUSE))
        raise AssertionError

    def _once(self, query: str, accept: str, known: Any) -> tuple[Any, Message]:
        url = self.endpoint.url
        try:
            with _OPENER.open(self._request(query, accept), timeout=self.endpoint.seconds) as response:
                headers: Message = response.headers
                if headers.get_content_type() not in known:
                    raise EndpointAnswerError(
                        f"{url}: answers {headers.get_content_type()} where SPARQL results were asked for; is this the "
                        f"address of the query service? It says: {_shown(response.read(2000).decode(errors='replace'))}"
                    )
                return _whole(response, url), headers
        except urllib.error.HTTPError as error:
            with error:
                raise _status(url, error) from None
        except urllib.error.URLError as error:
            raise _unreachable(url, error.reason, self.endpoint.seconds) from None
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(url, error, self.endpoint.seconds) from None

    def _request(self, query: str, accept: str) -> urllib.request.Request:
        import SPARQLWrapper

        wrapper = SPARQLWrapper.SPARQLWrapper(self.endpoint.url, agent=_AGENT, defaultGraph=self.endpoint.graph or None)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(query)
        if len(query) > _LONGEST_IN_ADDRESS:
            wrapper.setMethod(SPARQLWrapper.POST)
        if self.endpoint.token:
            wrapper.addCustomHttpHeader("Authorization", f"Bearer {self.endpoint.token}")
        elif self.endpoint.user:
            wrapper.setCredentials(self.endpoint.user, self.endpoint.password)
        wrapper.addCustomHttpHeader("Accept", accept)
        # sent by ourselves: the library follows redirects, and takes the password along
        return wrapper._createRequest()  # noqa: SLF001


class _BusyError(Exception):
    """The server asks us to come back later: its status, and after how many seconds (0 where it does not say)."""

    def __init__(self, status: int, pause: float) -> None:
        self.status, self.pause = status, pause
        super().__init__()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect())


def _whole(response: Any, url: str) -> Any:
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    length = 0
    while piece := response.read(_PIECE):
        spool.write(piece)
        length += len(piece)
    told = response.headers.get("Content-Length")
    if told and told.isdigit() and int(told) != length:
        raise EndpointAnswerError(f"{url}: broke off after {length} of {told} bytes; nothing of it is used")
    spool.seek(0)
    return spool


def _status(url: str, error: urllib.error.HTTPError) -> Exception:
    words = _said(error)
    if error.code in (429, 503):
        pause = error.headers.get("Retry-After", "")
        return _BusyError(error.code, float(pause) if pause.isascii() and pause.isdigit() else 0.0)
    if 300 <= error.code < 400:
        target = _shown(error.headers.get("Location", "elsewhere"))
        return EndpointAnswerError(f"{url}: redirects to {target}; if you trust that address, give it with --endpoint")
    if error.code in (401, 403, 407):
        return EndpointRefusalError(
            f"{url}: refuses us (status {error.code}); set MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD, or MOVEMENT_KG_TOKEN. "
            f"It says: {words}"
        )
    if error.code == 400:
        return QueryError(f"{url} finds the query wrong: {words}")
    if error.code == 404:
        return EndpointAnswerError(
            f"{url}: there is nothing at this address (status 404); is it that of the query service?"
        )
    return EndpointAnswerError(f"{url}: failed with the status {error.code}. It says: {words}")


def _said(error: urllib.error.HTTPError) -> str:
    try:
        return _shown(error.read(4000).decode(errors="replace"))
    except (OSError, http.client.HTTPException):
        return "(nothing that could be read)"


def _unreachable(url: str, reason: Any, seconds: float) -> Exception:
    if isinstance(reason, TimeoutError):
        return TimeLimitError(f"{url}: gave no answer within {seconds:g} s (--timeout)")
    if isinstance(reason, ssl.SSLError):
        return EndpointCertificateError(
            f"{url}: its certificate or encryption cannot be trusted ({_shown(str(reason))})"
        )
    if isinstance(reason, http.client.IncompleteRead):
        return EndpointAnswerError(f"{url}: broke off in the middle of its answer; nothing of it is used")
    if isinstance(reason, ConnectionRefusedError):
        return EndpointError(f"{url}: nothing answers there (connection refused); is the server running, on this port?")
    return EndpointError(f"{url}: cannot be reached ({_shown(str(reason))})")


def _shown(text: str) -> str:
    """A stranger's words on one line, printable and short."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= 300 else words[:299] + "…"


def _pieces(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _lines(file: Any) -> int:
    return sum(piece.count(b"\n") for piece in _pieces(file))


def _serialise(names: list[str], rows: list[tuple[Any, ...]], form: str, output: Any) -> None:
    """Rows of several pages as one answer, through a VALUES block as large as it needs to be."""
    head = " ".join(f"?{name}" for name in names)
    body = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    answer = pyoxigraph.Store().query(f"SELECT {head} WHERE {{ VALUES ({head}) {{ {body} }} }}")
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    answer.serialize(output, format=_FORMS[form])
