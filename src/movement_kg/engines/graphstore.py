"""Writing to a server: triples by the SPARQL 1.1 Graph Store Protocol, all else by SPARQL 1.1 Update."""

from __future__ import annotations

import base64
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from ..errors import EndpointAnswerError, QueryError, RequestError
from .deadline import Deadline, opener
from .endpoint import Endpoint
from .transport import AGENT, Errand, NoRedirect, exchange

#: Where servers write that answer queries at a path: the path for updates, and that of the graph store.
_WRITE_AT = {"/query": ("/update", "/store"), "/sparql": ("/sparql-auth", "/sparql-graph-crud-auth")}


def write_addresses(url: str) -> tuple[str, str]:
    """Where the server of a query address takes updates and triples, guessed: as Oxigraph's server and Virtuoso have it.

    Raises RequestError where the address looks like neither.

    >>> write_addresses("http://127.0.0.1:7878/query")
    ('http://127.0.0.1:7878/update', 'http://127.0.0.1:7878/store')
    """
    parts = urlsplit(url)
    if parts.path not in _WRITE_AT:
        raise RequestError(
            f"{url}: where this server takes updates and triples cannot be guessed; give both addresses, "
            "with --update URL and --store URL"
        )
    update, store = (urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in _WRITE_AT[parts.path])
    return update, store


class GraphStore:
    """A server's two addresses for writing, and who writes there; `endpoint.seconds` is how long one request may take.

    A password is sent once the server has said how it wants it, Basic or Digest: Virtuoso refuses who guesses wrong.
    """

    def __init__(self, endpoint: Endpoint, update: str, store: str) -> None:
        self._seconds = endpoint.seconds
        self._urls = {name: _checked(url, name) for name, url in (("update", update), ("store", store))}
        self._token = {"Authorization": f"Bearer {endpoint.token}"} if endpoint.token else {}
        self._opener = opener(NoRedirect(), *([_Passwords(endpoint)] if endpoint.user and not endpoint.token else []))

    def add(self, graph: str, lines: bytes) -> None:
        """Add lines of N-Triples to the named graph (POST; SPARQL 1.1 Graph Store HTTP Protocol, section 5.5).

        Raises TimeLimitError and the children of EndpointError.
        """
        name = "&" if urlsplit(self._urls["store"]).query else "?"
        self._send("store", f"{self._urls['store']}{name}graph={quote(graph, safe='')}", "application/n-triples", lines)

    def update(self, text: str) -> None:
        """Have an update done. Raises TimeLimitError and the children of EndpointError."""
        self._send("update", self._urls["update"], "application/sparql-update", text.encode())

    def _send(self, name: str, url: str, kind: str, body: bytes) -> None:
        headers = {"Content-Type": kind, "User-Agent": AGENT, "Accept": "*/*", **self._token}
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (Endpoint admits http alone)
        errand = Errand(self._urls[name], request, self._opener)
        try:
            exchange(errand, lambda response: response.read(), Deadline.within(self._seconds))
        except QueryError as error:
            raise EndpointAnswerError(str(error).replace("the query", "what was sent")) from None


def _checked(url: str, option: str) -> str:
    """The address, if it is one. Raises RequestError."""
    try:
        return Endpoint(url).url
    except RequestError as error:
        raise RequestError(str(error).replace("--endpoint", f"--{option}")) from None


class _Passwords(urllib.request.HTTPDigestAuthHandler):
    """Answers what a server wants to know of us, and remembers how it wants it: else each body would be sent twice."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        super().__init__(self._known)
        self._endpoint = endpoint
        self._challenges: dict[str, dict[str, str]] = {}
        self._answered: urllib.request.Request | None = None

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        """Answer the challenge that this address gave before."""
        challenge = self._challenges.get(_address(req))
        if challenge is not None:
            req.add_unredirected_header("Authorization", self._digest(req, challenge) if challenge else self._basic())
        return req

    https_request = http_request

    def http_error_401(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Message) -> Any:
        """Keep the challenge ({} for Basic) and send the request again, once."""
        del code, msg
        if req is self._answered:
            return None
        scheme, _, told = headers.get("WWW-Authenticate", "").partition(" ")
        parts = [part for part in urllib.request.parse_http_list(told) if "=" in part]
        self._challenges[_address(req)] = urllib.request.parse_keqv_list(parts) if scheme.lower() == "digest" else {}
        self._answered = req
        fp.close()
        return self.parent.open(req, timeout=req.timeout)

    def _digest(self, request: urllib.request.Request, challenge: dict[str, str]) -> str:
        self._known.add_password(None, request.full_url, self._endpoint.user, self._endpoint.password)
        try:
            return f"Digest {self.get_authorization(request, challenge)}"
        except ValueError:  # an algorithm or a password that the library cannot do: the server refuses it
            return "Digest"

    def _basic(self) -> str:
        pair = f"{self._endpoint.user}:{self._endpoint.password}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _address(request: urllib.request.Request) -> str:
    return request.full_url.partition("?")[0]
