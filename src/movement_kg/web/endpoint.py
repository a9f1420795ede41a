"""The SPARQL endpoint: the query side of the SPARQL 1.1 Protocol, each query in a process that can be stopped."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from ..engines.answers import PoolAnswer
from ..engines.embedded import Request
from ..engines.pool import Pool
from ..errors import FormatError, MovementKGError
from .formats import GRAPHS, HTML, ROWS, choose, content_type, listed
from .http import METHODS, HttpError, Message, as_fault, header, read_body
from .options import Options
from .sending import send_answer

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_NAMED = {**ROWS, **GRAPHS, **HTML}
_MOST_FIELDS = 100
#: How much of an answer a page is made of.
PAGE_BYTES = 4_000_000


@dataclass(frozen=True)
class Question:
    """A query as it came: its text, its dataset, and the formats wanted ("" where none suits)."""

    query: str
    rows: str
    graph: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    def request(self, options: Options) -> Request:
        """What the worker is told."""
        return Request(
            self.query,
            self.rows,
            self.graph,
            guarded=True,
            default_graphs=self.default_graphs,
            named_graphs=self.named_graphs,
            max_rows=options.max_rows,
            max_bytes=options.max_bytes,
        )

    def tag(self, content: str) -> bytes:
        """The entity tag of its answer for a build: weak, as the order of rows is an engine's own where none is asked for."""
        text = json.dumps([content, self.query, self.rows, self.graph, self.default_graphs, self.named_graphs])
        return b'W/"%s"' % hashlib.blake2b(text.encode(), digest_size=12).hexdigest().encode()


@dataclass
class Endpoint:
    """The endpoint over pools of workers that have the store of one build open.

    Those of `federated` can ask the services that the operator allowed, and only queries that name SERVICE go there.
    """

    pool: Pool
    federated: Pool
    options: Options
    content: str

    def limits(self) -> tuple[bytes, bytes]:
        """The header that tells of the limits."""
        most = self.options
        told = f"seconds={most.lanes.seconds:g}, rows={most.max_rows}, bytes={most.max_bytes}"
        return b"movement-kg-limits", told.encode()

    async def question(self, scope: Message, receive: Any) -> Question | None:
        """The query that a request holds, None where it holds none. Raises HttpError for one that is none of the protocol."""
        fields = _fields(scope["query_string"])
        if scope["method"] == "POST":
            fields = await self._posted(scope, receive, fields)
        elif scope["method"] not in ("GET", "HEAD"):
            raise HttpError(405, "queries are asked by GET or POST", [(b"allow", METHODS)])
        if "update" in fields:
            raise _no_updates()
        queries = fields.get("query", [])
        if len(queries) > 1:
            raise HttpError(400, "the parameter 'query' stands more than once")
        if not queries or not queries[0].strip():
            if scope["method"] == "POST" or queries:
                raise HttpError(400, "there is no query: give it as the parameter 'query'")
            return None
        if len(queries[0]) > self.options.max_query:
            raise HttpError(
                413, f"the query is {len(queries[0])} characters long; the most is {self.options.max_query}"
            )
        return _question(queries[0], fields, header(scope, b"accept"))

    async def _posted(self, scope: Message, receive: Any, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        kind, _, parameters = header(scope, b"content-type").partition(";")
        media = kind.strip().lower()
        if media == _UPDATE:
            raise _no_updates()
        if media not in (_FORM, _QUERY):
            raise HttpError(
                415, f"a query is posted as {_FORM} or {_QUERY}", [(b"accept-post", f"{_FORM}, {_QUERY}".encode())]
            )
        charset = parameters.partition("charset=")[2].strip('" ').lower()
        if charset not in ("", "utf-8", "utf8"):
            raise HttpError(415, "the body must be UTF-8")
        body = await _posted_body(scope, receive, self.options.max_body)
        if media == _QUERY:
            return {**fields, "query": [*fields.get("query", []), body]}
        return _merged(fields, _fields(body.encode()))

    async def ask(self, question: Question, client: str, seconds: float = 0) -> PoolAnswer:
        """The answer, once it is whole or long. Raises HttpError."""
        try:
            packed = question.request(self.options).pack()
            is_federated = self.options.services and "service" in question.query.lower()
            pool = self.federated if is_federated else self.pool
            return await pool.ask(packed, client, query=question.query, seconds=seconds)
        except FormatError as error:
            sort = str(error)
            offers = listed(GRAPHS if sort == "graph" else ROWS, HTML)
            raise HttpError(406, f"this query gives {_SORTS[sort]}; it can be had as {offers}") from None
        except MovementKGError as error:
            raise as_fault(error) from None

    async def send(self, scope: Message, send: Any, question: Question, answer: PoolAnswer) -> None:
        """Send an answer in the format that the question wants for its sort."""
        form = question.graph if answer.sort == b"graph" else question.rows
        headers = [
            (b"content-type", content_type(form).encode()),
            (b"etag", question.tag(self.content)),
            (b"vary", b"Accept, Accept-Encoding"),
            (b"cache-control", b"no-cache"),
            self.limits(),
        ]
        await send_answer(scope, send, (200, headers), answer)


_SORTS = {"rows": "rows", "boolean": "a truth value", "graph": "a graph"}


def _no_updates() -> HttpError:
    return HttpError(403, "the graph is read-only: updates are refused", [(b"allow", METHODS)])


def _fields(text: bytes) -> dict[str, list[str]]:
    try:
        decoded = text.decode("utf-8")
        return parse_qs(decoded, keep_blank_values=True, max_num_fields=_MOST_FIELDS, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise HttpError(400, "the parameters must be UTF-8, percent-encoded") from None
    except ValueError:
        raise HttpError(400, f"more than {_MOST_FIELDS} parameters") from None


def _question(query: str, fields: Mapping[str, Sequence[str]], accept: str) -> Question:
    wanted = (fields.get("format") or fields.get("output") or [""])[0]
    rows, graph = _by_name(wanted) if wanted else _by_accept(accept)
    asked = {"default-graph-uri", "named-graph-uri"} & fields.keys()
    for name in asked:
        for iri in fields[name]:
            _check_iri(name, iri)
    defaults = tuple(fields.get("default-graph-uri", ())) if asked else None
    named = tuple(fields.get("named-graph-uri", ())) if asked else None
    return Question(query, rows, graph, defaults, named)


def _by_name(wanted: str) -> tuple[str, str]:
    """The formats of rows and of graphs that a name means which some clients send. Raises HttpError for an unknown one."""
    if wanted in _BOTH:
        return _BOTH[wanted]
    known = {media: name for name, types in _NAMED.items() for media in types}
    name = _OTHER_NAMES.get(wanted) or (wanted if wanted in _NAMED else known.get(wanted, ""))
    if not name:
        raise HttpError(400, f"there is no format {wanted!r} (there are {', '.join(_NAMED)})")
    if name == "html":
        return "html", "html"
    return (name, "") if name in ROWS else ("", name)


#: Names of a format of rows and of one of graphs.
_BOTH = {"json": ("json", "jsonld"), "xml": ("xml", "rdfxml")}
_BOTH |= {"application/json": _BOTH["json"], "application/xml": _BOTH["xml"], "text/xml": _BOTH["xml"]}
#: What SPARQLWrapper and others call them.
_OTHER_NAMES = {
    "n3": "turtle",
    "ttl": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "rdf": "rdfxml",
    "rdf+xml": "rdfxml",
}
_OTHER_NAMES |= {"json-ld": "jsonld", "nq": "nquads", "sparql-results+json": "json", "sparql-results+xml": "xml"}


@functools.lru_cache(maxsize=256)
def _by_accept(accept: str) -> tuple[str, str]:
    rows, graph = choose(accept, {**ROWS, **HTML}), choose(accept, {**GRAPHS, **HTML})
    if not rows and not graph:
        raise HttpError(406, f"nothing of that can be had; there is {listed(ROWS, GRAPHS, HTML)}")
    return rows, graph


def _check_iri(name: str, iri: str) -> None:
    if ":" not in iri or any(character in iri for character in ' <>"{}|\\^`') or not iri.isprintable():
        raise HttpError(400, f"{name} must be an absolute IRI")


async def _posted_body(scope: Message, receive: Any, most: int) -> str:
    try:
        return (await read_body(scope, receive, most)).decode("utf-8")
    except UnicodeDecodeError:
        raise HttpError(400, "the body must be UTF-8") from None


def _merged(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: [*one.get(name, []), *other.get(name, [])] for name in {*one, *other}}
