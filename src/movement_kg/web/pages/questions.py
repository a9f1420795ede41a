"""The named queries: all of them, and each with its form, its rows as table and picture, and its files."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlencode

from ...errors import FormatError, RequestError, hint
from ...queries import NamedQuery
from ...results import read_json
from ...sparql import tokens
from ..formats import GRAPHS, HTML, ROWS, SUFFIXES, choose, content_type, listed
from .asked import Reply
from .cells import Table, readable
from .description import absolute
from .fields import fields
from .site import Site
from .snippets import snippets
from .views import Picture, is_of_everything, network, picture
from .words import _

QUERY_TYPE = "application/sparql-query"
#: How many rows of alternatives a query is given at most: its text grows with them.
_ALTERNATIVES = 400
_FIRST = "questions"
_ENDINGS: Mapping[str, str] = {"csv": "CSV", "json": "JSON", "xml": "XML", "tsv": "TSV"}
_GRAPH_ENDINGS: Mapping[str, str] = {"ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML", "nt": "N-Triples"}
_LONGEST_LINK = 7_000


#: What tags are called on the page; any other by itself.
TAGS: Mapping[str, str] = {
    _FIRST: _("Often asked"),
    "advocacy": _("Advocacy"),
    "claims": _("Claims"),
    "countries": _("Countries"),
    "dates": _("Dates"),
    "events": _("Events"),
    "figures": _("Figures"),
    "history": _("History"),
    "laws": _("Laws"),
    "names": _("Names"),
    "networks": _("Networks"),
    "organisations": _("Organisations"),
    "people": _("People"),
    "positions": _("Positions"),
    "provisions": _("Laws and services"),
    "publications": _("Publications"),
    "sources": _("Sources"),
    "themes": _("Themes"),
}
VIEWS: Mapping[str, str] = {
    "table": _("table"),
    "network": _("network"),
    "map": _("map"),
    "timeline": _("timeline"),
    "chart": _("chart"),
}


@dataclass(frozen=True)
class Shown:
    """What a query gave: its table, its picture, its text with the values bound."""

    table: Table
    picture: Picture | None
    text: str


def questions(site: Site) -> Reply:
    """The page of all named queries, or one of them in the format that is asked for.

    Raises RequestError where its values cannot be, FormatError where nothing suits the asker.
    """
    name = unquote(site.asked.path.strip("/").partition("/")[2])
    if not name:
        return site.render("queries.html", groups=groups(site), tags=TAGS, views=VIEWS)
    stem, _dot, ending = name.rpartition(".")
    if name in site.queries:
        return _vary(_answer(site, site.queries[name], _wanted(site, site.queries[name])))
    if stem in site.queries and ending in (known := files(site.queries[stem])):
        return _answer(site, site.queries[stem], known[ending])
    from .about import fault

    if stem in site.queries:
        return fault(site, 404, f"the query {stem!r} has the files {', '.join(f'.{one}' for one in known)}")
    return fault(site, 404, f"there is no query {name[:80]!r}{hint(name[:80], site.queries)}")


def files(query: NamedQuery) -> dict[str, str]:
    """The endings that a query's address can have, and the formats that they mean."""
    formats = dict(SUFFIXES) if makes_graph(query) else {form: form for form in ROWS}
    return {"html": "html", **formats, "rq": "rq"}


def makes_graph(query: NamedQuery) -> bool:
    """Whether the query gives triples instead of rows."""
    return any(token.kind == "word" and token.text.upper() == "CONSTRUCT" for token in tokens(query.text))


def groups(site: Site) -> dict[str, list[NamedQuery]]:
    """The queries by tag, each once: under what is often asked, else under its first tag."""
    found: dict[str, list[NamedQuery]] = {}
    for query in site.queries.values():
        tag = _FIRST if _FIRST in query.tags else next(iter(query.tags), "")
        found.setdefault(tag, []).append(query)
    return dict(sorted(found.items(), key=lambda group: (group[0] != _FIRST, group[0])))


def given(site: Site) -> dict[str, list[str]]:
    """The values of the request, without those that were left empty in a form."""
    kept = {name: [value.strip() for value in values if value.strip()] for name, values in site.asked.params.items()}
    return {name: values for name, values in kept.items() if values}


def bound(site: Site, query: NamedQuery, values: Mapping[str, Sequence[str]]) -> str:
    """The query's text with the values bound. Raises RequestError where they are too many, too few or wrong."""
    for parameter in missing(query, values):
        raise RequestError(f"the query {query.name!r} needs a value for {parameter!r}: ?{parameter}=…")
    if math.prod(len(each) for each in values.values()) > _ALTERNATIVES:
        raise RequestError(f"the values make more than {_ALTERNATIVES} combinations; give fewer")
    return query.bound({name: [*each] for name, each in values.items()}, site.graph.resolve)


def missing(query: NamedQuery, values: Mapping[str, Sequence[str]]) -> list[str]:
    """The parameters that must be given and are not."""
    return [p.name for p in query.parameters if p.required and p.name not in {**query.defaults, **values}]


def _wanted(site: Site, query: NamedQuery) -> str:
    offers = {**HTML, **(GRAPHS if makes_graph(query) else ROWS), "rq": (QUERY_TYPE,)}
    form = choose(site.asked.accept, offers)
    if not form:
        raise FormatError(f"nothing of that can be had; there is {listed(offers)}")
    return form


def _vary(reply: Reply) -> Reply:
    others = [(name, value) for name, value in reply.headers if name != "vary"]
    return replace(reply, headers=(*others, ("vary", "Accept, Accept-Language")))


def _answer(site: Site, query: NamedQuery, form: str) -> Reply:
    values = given(site)
    if form == "html":
        return _page(site, query, values)
    if form == "rq":
        return _file([_text(site, query, values).encode()], f"{query.name}.rq", f"{QUERY_TYPE}; charset=utf-8")
    pieces = site.graph.stream(bound(site, query, values), form)
    first = next(pieces, b"")
    ending = next(ending for ending, name in files(query).items() if name == form)
    return _file(itertools.chain([first], pieces), f"{query.name}.{ending}", content_type(form))


def _file(pieces: Iterable[bytes], name: str, kind: str) -> Reply:
    return Reply(pieces, 200, kind, (("content-disposition", f'inline; filename="{name}"'),))


def _text(site: Site, query: NamedQuery, values: Mapping[str, Sequence[str]]) -> str:
    """The query's text: as its file has it where no value is given, else with the values bound."""
    return bound(site, query, values) if values else query.text


def _page(site: Site, query: NamedQuery, values: Mapping[str, Sequence[str]]) -> Reply:
    fault, shown = "", None
    is_vast = not values and is_of_everything(query)
    try:
        if values.keys() - {p.name for p in query.parameters} or not (missing(query, values) or is_vast):
            shown = _shown(site, query, values)
    except RequestError as error:
        fault = str(error)
    pairs = [(name, value) for name, each in values.items() for value in each]
    return site.render(
        "query.html",
        status=400 if fault else 200,
        query=query,
        fields=fields(site, query, values),
        fault=fault,
        answer=shown.table if shown else None,
        picture=shown.picture if shown else network(site, query, values) if is_vast else None,
        is_vast=is_vast,
        text=shown.text if shown else query.text,
        endings=_ENDINGS if shown and shown.table.triples is None else _GRAPH_ENDINGS,
        tail=f"?{urlencode(pairs)}" if pairs else "",
        example=urlencode(query.test),
        editor=_editor(site, shown.text if shown else query.text),
        address=absolute(site, f"/queries/{query.name}"),
        snippets=[*snippets(absolute(site, f"/queries/{query.name}.csv"), pairs)] if shown else [],
    )


def _shown(site: Site, query: NamedQuery, values: Mapping[str, Sequence[str]]) -> Shown:
    text = bound(site, query, values)
    pieces = site.graph.engine.ask(text, "json")
    if next(pieces) == b"graph":
        return Shown(Table(triples=b"".join(sorted(b"".join(pieces).splitlines(keepends=True))).decode()), None, text)
    answer = read_json(pieces)
    return Shown(readable(site, answer), picture(site, query, answer, values), text)


def _editor(site: Site, text: str) -> str:
    """Where a query stands in the editor: after a # where it is too long for servers, which needs JavaScript."""
    link = urlencode({"query": text})
    return site.url(f"/sparql?{link}" if len(link) <= _LONGEST_LINK else f"/sparql#{link}")
