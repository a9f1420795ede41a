"""The remote engine: any SPARQL 1.1 server behind the one method that all engines have.

What a server sends is held against what it promised before any of it is passed on: its media type, its length, its syntax, and
its number of rows, since some servers cut answers off without a word. An answer is a whole one or an error.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from email.message import Message
from typing import IO, Any

import pyoxigraph

from ..errors import EndpointAnswerError, QueryError
from ..vocabulary import PREFIXES
from .construct import Construct
from .deadline import Deadline
from .endpoint import Endpoint
from .paging import Select, form_of, with_prefixes
from .transport import IN_MEMORY, PIECE, Wanted, fetch, shown

_SUBJECTS = (pyoxigraph.NamedNode, pyoxigraph.BlankNode)
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
_ROWS_WANTED = Wanted("application/sparql-results+json, application/sparql-results+xml;q=0.8", _ROWS)
_GRAPH_WANTED = Wanted("application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.7", _GRAPHS)
_LEAST = 100  # no server is known that cuts an answer off at fewer rows
_CAP = 10_000  # rows that servers are set to: what a graph that cannot be asked as rows is held against
_WHOLE_SECONDS = 3600.0  # a whole graph takes longer than an answer, and no verb that wants one has the option
_VIRTUOSO_ASK = "__ASK_RETVAL"


class RemoteEngine:
    """A server somewhere, asked over HTTP; one question at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._most = _LEAST  # rows that came in one answer: what cuts answers off cuts no shorter one

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's kind (b"rows", b"boolean" or b"graph"), then its bytes: results as `form`, a graph as N-Triples.

        Nothing is given before the answer is whole. Raises QueryError where the server finds the query wrong,
        TimeLimitError where it is not whole within the endpoint's `seconds`, and the children of EndpointError for all
        that servers and networks do.
        """
        query, deadline = _sendable(query), Deadline.within(self.endpoint.seconds)
        sort = form_of(query)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as output:
            if sort == "graph":
                self._write_graph(query, output, deadline)
            elif sort == "boolean":
                self._boolean(query, deadline).serialize(output, format=_FORMS[form])
            else:
                with self._rows(query, deadline) as found:
                    found.serialize(output, format=_FORMS[form])
            yield sort.encode()
            yield from _pieces(output)

    def each(self, query: str, seconds: float) -> Iterator[Any]:
        """The rows of a SELECT as pyoxigraph has them, one by one, of an answer that is whole within so many seconds."""
        with self._rows(_sendable(query), Deadline.within(seconds)) as found:
            yield from found

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The one server, as a federation has several."""
        return (self.endpoint,)

    def triples(self) -> Iterator[Any]:
        """The rows of subject, predicate and object of the whole graph, which may take longer than an answer.

        Raises EndpointAnswerError for a row that is no triple.
        """
        for s, p, o in self.each("SELECT ?s ?p ?o WHERE { ?s ?p ?o }", max(self.endpoint.seconds, _WHOLE_SECONDS)):
            if not isinstance(s, _SUBJECTS) or not isinstance(p, pyoxigraph.NamedNode) or o is None:
                raise self._other("triples")
            yield s, p, o

    def lines(self) -> Iterator[bytes]:
        """The triples as lines of N-Triples, in no order."""
        return (f"{s} {p} {o} .\n".encode() for s, p, o in self.triples())

    def close(self) -> None:
        """Nothing to give up: each question is a connection of its own."""

    @contextlib.contextmanager
    def _rows(self, query: str, deadline: Deadline) -> Iterator[Any]:
        """The rows of a whole answer, read from the server's own document, or from its pages put together."""
        answer, headers = fetch(self.endpoint, query, _ROWS_WANTED, deadline)
        with answer, tempfile.SpooledTemporaryFile(IN_MEMORY) as pages:
            found = self._parsed(answer, headers)
            if isinstance(found, pyoxigraph.QueryBoolean):
                raise self._other("rows")
            select = Select.read(query, [variable.value for variable in found.variables])
            count = sum(1 for _ in self._each(found))
            wanted = self._wanted(select, count, headers, deadline)
            if wanted <= count:
                answer.seek(0)
                yield self._parsed(answer, headers)
                return
            pages.write("\t".join(f"?{name}" for name in select.names).encode() + b"\n")
            for line in self._pages(select, count, wanted, deadline):
                pages.write(line)  # writelines would hold them all before it looks how many they are
            pages.seek(0)
            yield pyoxigraph.parse_query_results(pages, format=pyoxigraph.QueryResultsFormat.TSV)

    def _boolean(self, query: str, deadline: Deadline) -> Any:
        """The truth value that an ASK asks for; Virtuoso says yes by a row that holds 1, and no by none."""
        answer, headers = fetch(self.endpoint, query, _ROWS_WANTED, deadline)
        with answer:
            found = self._parsed(answer, headers)
            if isinstance(found, pyoxigraph.QueryBoolean):
                return found
            if [variable.value for variable in found.variables] != [_VIRTUOSO_ASK]:
                raise self._other("yes or no")
            is_true = any(row[0] is not None and row[0].value == "1" for row in self._each(found))
        told = b'{"head": {}, "boolean": %s}' % (b"true" if is_true else b"false")
        return pyoxigraph.parse_query_results(told, format=pyoxigraph.QueryResultsFormat.JSON)

    def _wanted(self, select: Select, count: int, headers: Message, deadline: Deadline) -> int:
        """How many rows there are: counted by the server, unless the answer cannot be cut off.

        A cap is one number for all answers of a server: one with fewer rows than came at once before is whole, and so is one
        with as many rows as it asks for.
        """
        is_named = headers.get("X-SPARQL-MaxRows") == str(count)
        is_whole = count == select.limit or (count < self._most and not is_named)
        self._most = max(self._most, count)
        return count if is_whole else self._count(select, deadline)

    def _count(self, select: Select, deadline: Deadline) -> int:
        try:
            answer, headers = fetch(self.endpoint, with_prefixes(select.counted(), PREFIXES), _ROWS_WANTED, deadline)
        except QueryError as error:
            raise EndpointAnswerError(
                f"its rows may be cut off, and it refuses to count them (LIMIT says how many are wanted): {error}"
            ) from None
        with answer:
            found = self._parsed(answer, headers)
            row = None if isinstance(found, pyoxigraph.QueryBoolean) else next(self._each(found), None)
        told = getattr(row[0], "value", "") if row else ""
        if not (told.isascii() and told.isdigit()):
            raise self._other("a number of rows")
        return int(told)

    def _pages(self, select: Select, size: int, wanted: int, deadline: Deadline) -> Iterator[bytes]:
        """The rows as lines of TSV, page by page, in the query's own order made stable, until as many came as are wanted."""
        seen, last = 0, None
        while seen < wanted:
            answer, headers = fetch(self.endpoint, select.page(size, seen), _ROWS_WANTED, deadline)
            count, total, first, is_mixed = 0, 0, b"", False
            with answer:
                for row in self._each(self._parsed(answer, headers)):
                    line = "\t".join("" if term is None else str(term) for term in row).encode() + b"\n"
                    first = first or line
                    is_mixed = is_mixed or line != first
                    count, total = count + 1, total + hash(line)
                    yield line
            seen += count
            if not count or seen > wanted or (is_mixed and total == last):  # only equal rows can come twice
                raise EndpointAnswerError(
                    f"{self.endpoint.url}: the server cuts answers off at {size} rows, and its pages overlap, changed while they "
                    f"were read, or end before the {wanted} rows it counts; ask for less with LIMIT, or ask a copy of the graph "
                    "with no such limit"
                )
            last = total

    def _write_graph(self, query: str, output: Any, deadline: Deadline) -> None:
        """The triples of a graph: as rows that fill the template where that can be, else as the server sends them."""
        construct = Construct.read(query)
        if construct:
            with self._rows(construct.select, deadline) as found:
                for line in construct.lines(found):
                    output.write(line)
            return
        answer, headers = fetch(self.endpoint, query, _GRAPH_WANTED, deadline)
        with answer:
            try:
                parsed = pyoxigraph.parse(answer, format=_GRAPHS[headers.get_content_type()])
                triples = (quad.triple for quad in parsed)
                pyoxigraph.serialize(triples, output, format=pyoxigraph.RdfFormat.N_TRIPLES)
            except (SyntaxError, ValueError) as error:
                raise self._broken(error) from None
        count = _lines(output)
        if _looks_cut(count, headers) and not Select.read(query, []).is_limited:
            raise EndpointAnswerError(
                f"{self.endpoint.url}: the graph it sent has exactly {count} triples, as if cut off; ask for rows instead "
                "(SELECT), which can be counted, or say how many with LIMIT"
            )

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
            f"({shown(str(error))})"
        )


def _looks_cut(count: int, headers: Message) -> bool:
    """Whether a graph has as many triples as a server with a cap would send: Virtuoso (7.2) cuts off one later than it says."""
    named = headers.get("X-SPARQL-MaxRows", "")
    return (count >= _CAP and count % _CAP in (0, 1)) or (
        named.isascii() and named.isdigit() and 0 < int(named) <= count
    )


def _sendable(query: str) -> str:
    """The query as any server reads it. Raises QueryError for what cannot be sent."""
    if any("\ud800" <= character <= "\udfff" for character in query):
        raise QueryError("the query holds half a character (a lone surrogate), which cannot be sent")
    return with_prefixes(query, PREFIXES)


def _pieces(file: Any) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _lines(file: Any) -> int:
    return sum(piece.count(b"\n") for piece in _pieces(file))
