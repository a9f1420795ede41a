"""The page on which anybody asks in SPARQL, and what the endpoint says of itself to programs."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import FormatError, RequestError
from ...knowledge_graph import KnowledgeGraph
from ...queries import NamedQuery
from ...results import Answer, Value, write_graph
from ..formats import GRAPHS, HTML, choose, content_type, listed
from .asked import Reply
from .cells import SHOWN, Table, plain
from .description import service
from .site import Site

_START = """PREFIX mk: <https://w3id.org/movement-kg/ontology/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?organisation ?name
WHERE {
  ?organisation a org:Organization ;
    skos:prefLabel ?name .
}
ORDER BY ?name
"""
_LIMITS: Mapping[str, int] = {"seconds": 10, "rows": 100_000, "bytes": 50_000_000}


@dataclass(frozen=True)
class Example:
    """A query to begin with: a named query as it may run, its parameters bound to the values of its header."""

    name: str
    summary: str
    text: str


def sparql(site: Site) -> Reply:
    """The editor, with the answer that the server found where there is one; to a program, the service's description.

    Raises FormatError where neither suits the asker.
    """
    given = site.asked.given
    if given or site.asked.one("query"):
        return _page(site, given)
    form = choose(site.asked.accept, GRAPHS if _is_indifferent(site.asked.accept) else {**HTML, **GRAPHS})
    if not form:
        raise FormatError(f"nothing of that can be had; there is {listed(HTML, GRAPHS)}")
    if form == "html":
        return _page(site, given)
    lines = sorted(line.encode() for line in service(site))
    return Reply(write_graph(lines, form), 200, content_type(form), (("vary", "Accept"),))


def _is_indifferent(accept: str) -> bool:
    return accept.strip() in ("", "*/*")


def _page(site: Site, given: Mapping[str, Any]) -> Reply:
    return site.render(
        "sparql.html",
        query=given.get("query") or site.asked.one("query") or _START,
        examples=examples(site.graph),
        limits={**_LIMITS, **{name: site.shared.limits[name] for name in _LIMITS if name in site.shared.limits}},
        answer=_answer(site, given),
        fault=given.get("fault"),
        endpoint=site.plain_url("/sparql"),
    )


def _answer(site: Site, given: Mapping[str, Any]) -> Table | None:
    if (triples := given.get("triples")) is not None:
        lines = triples.splitlines(keepends=True)
        return Table(shown=min(SHOWN, len(lines)), total=len(lines), triples="".join(lines[:SHOWN]))
    document = given.get("answer")
    return plain(site, _read(document)) if document else None


def _read(document: Mapping[str, Any]) -> Answer:
    """SPARQL 1.1 Query Results JSON, already parsed."""
    if "boolean" in document:
        return Answer((), (), boolean=document["boolean"])
    columns = document["head"]["vars"]
    return Answer(columns, [_row(columns, binding) for binding in document["results"]["bindings"]])


def _row(columns: Sequence[str], binding: Mapping[str, Mapping[str, Any]]) -> list[Value | None]:
    return [_value(binding[column]) if column in binding else None for column in columns]


def _value(term: Mapping[str, Any]) -> Value:
    return Value(term["type"], str(term["value"]), term.get("datatype", ""), term.get("xml:lang", ""))


@functools.lru_cache(maxsize=1)
def examples(graph: KnowledgeGraph) -> tuple[Example, ...]:
    """The named queries of a graph as examples; found once, for each name in a header has to be looked up."""
    return tuple(Example(query.name, query.summary, _runnable(graph, query)) for query in graph.queries())


def _runnable(graph: KnowledgeGraph, query: NamedQuery) -> str:
    wanted = {p.name for p in query.parameters if p.required}
    values: dict[str, str | Sequence[str]] = {name: value for name, value in query.test.items() if name in wanted}
    try:
        return query.bound(values, graph.resolve)
    except RequestError:  # the data has changed and holds no such thing any more
        return query.text
