"""A page for each thing: its facts with their sources, what leads to it, its names, its data in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from ...entity import PROLOGUE, Entity, Fact, Name, Part, Relation, Source, ask, describe
from ...errors import FormatError, RequestError
from ...results import write_graph
from ...terms import iri as term
from ...terms import is_iri
from ...vocabulary import BASE, DCTERMS, MK, RDF, RDFS, SKOS, compact
from .. import formats
from . import about, claims, sources
from .asked import Reply, redirect
from .schema_org import schema_org
from .shown import about_thing, known_names, shown
from .site import Site
from .whole_networks import whole

_NAMES = (
    SKOS + "prefLabel",
    SKOS + "altLabel",
    MK + "acronym",
    MK + "formerName",
    MK + "observedForm",
    MK + "printedTitle",
    MK + "subtitle",
)
_TEXT = DCTERMS + "description"
#: Of reference data, what the page says elsewhere, or never.
_NOT_TOLD = (RDFS + "label", RDF + "type", SKOS + "prefLabel", MK + "spouseOf", MK + "mentionedIn")
_TOPIC = DCTERMS + "subject"
_MARRIAGE = BASE + "concept/link-kind/spouse"
#: The kinds of relation and of other things that lead to one, in the order of a page.
_ORDER = (
    "membership",
    "participation",
    "contribution",
    "link",
    "event",
    "work",
    "org",
    "place",
    "provision",
    "figure",
    "position",
    "mention",
)
#: Of a relation, what tells where it leads, and is not said again where it leads here.
#: How many relations of a kind a page shows before it leads to a page of all of them.
_MOST = 25
_WITHDRAWN = PROLOGUE + "ASK { %THING% mk:withdrawnOn ?day }"
_STATEMENTS = PROLOGUE + "SELECT ?property ?value WHERE { %THING% ?property ?value } ORDER BY ?property ?value"
_BACKWARD = PROLOGUE + "SELECT DISTINCT ?thing WHERE { ?thing ?property %THING% } ORDER BY ?thing LIMIT 300"
_ALL_NAMES = PROLOGUE + "SELECT DISTINCT ?name WHERE { %THING% skos:prefLabel ?name } ORDER BY LANG(?name) ?name"


@dataclass(frozen=True)
class Statement:
    """A property and its values, as names and where they lead."""

    property: Name
    iri: str
    values: list[tuple[Name, str]]


def thing(site: Site) -> Reply:
    """The page of a thing, or its data, by Accept or by suffix; 410 for who was withdrawn, 404 for what there is not."""
    path, suffix = _split(site.asked.path.lstrip("/"))
    identifier = BASE + path
    if not is_iri(identifier) or not path:
        return about.fault(site, 404, "")
    if ask(site.graph.engine, about_thing(_WITHDRAWN, identifier)).boolean:
        return about.fault(site, 410, "")
    if not ask(
        site.graph.engine, f"ASK {{ {{ {term(identifier)} ?p ?o }} UNION {{ ?s ?q {term(identifier)} }} }}"
    ).boolean:
        return _elsewhere(site, path)
    form = suffix or formats.choose(site.asked.accept, {**formats.HTML, **formats.GRAPHS})
    if not form:
        raise FormatError(f"this can be had as {formats.listed(formats.HTML, formats.GRAPHS)}")
    reply = _page(site, identifier, path) if form == "html" else _data(site, identifier, form)
    return Reply(
        reply.body, reply.status, reply.type, (*reply.headers, ("link", _links(site, path)), ("vary", "Accept"))
    )


def _split(path: str) -> tuple[str, str]:
    """A path without its suffix, and the format that the suffix means."""
    stem, dot, ending = path.rpartition(".")
    if dot and stem and not stem.endswith("/") and ending in formats.SUFFIXES:
        return stem, formats.SUFFIXES[ending]
    return path, ""


def _elsewhere(site: Site, path: str) -> Reply:
    """Another spelling of an address leads to the one; else there is nothing."""
    plain = quote(unquote(path, errors="replace").rstrip("/"), safe="/:~")
    if (
        plain != path
        and is_iri(BASE + plain)
        and ask(site.graph.engine, f"ASK {{ {term(BASE + plain)} ?p ?o }}").boolean
    ):
        return redirect(site.url("/" + plain), 301)
    return about.fault(site, 404, "")


def _links(site: Site, path: str) -> str:
    """Where the other forms are (RFC 8288), and what the page is about."""
    others = [
        f'<{site.plain_url(f"/{path}.{suffix}")}>; rel="alternate"; type="{formats.GRAPHS[form][0]}"'
        for suffix, form in formats.SUFFIXES.items()
        if suffix not in ("html", "json")
    ]
    return ", ".join([*others, f'<{BASE}{path}>; rel="describes"'])


def _data(site: Site, identifier: str, form: str) -> Reply:
    """What the graph says of a thing, with its claims, their citations, and the names of what they speak of."""
    pieces: list[bytes] = []
    for query in _construct(identifier):
        answer = site.graph.engine.ask(query)
        next(answer)
        pieces += answer
    lines = sorted(set(b"".join(pieces).splitlines(keepends=True)))
    suffix = next(name for name, known in formats.SUFFIXES.items() if known == form)
    place = ("content-location", site.plain_url(f"/{identifier.removeprefix(BASE)}.{suffix}"))
    return Reply(write_graph(lines, form), type=formats.content_type(form), headers=(place,))


def _construct(identifier: str) -> Iterator[str]:
    one = term(identifier)
    hidden = f"FILTER NOT EXISTS {{ ?node dcterms:type {term(_MARRIAGE)} }}"
    yield f"{PROLOGUE}CONSTRUCT {{ {one} ?p ?o }} WHERE {{ {one} ?p ?o FILTER(?p != mk:spouseOf) }}"
    yield f"""{PROLOGUE}CONSTRUCT {{ ?node ?p ?o }} WHERE {{ ?node ?q {one} ; a ?kind . VALUES ?kind {{ {_KINDS} }}
        ?node ?p ?o {hidden} }}"""
    yield f"""{PROLOGUE}CONSTRUCT {{ ?claim ?p ?o . ?citation ?q ?r }} WHERE {{ ?claim rdf:subject {one} ; a mk:Claim ; ?p ?o .
        OPTIONAL {{ ?claim mk:citation ?citation . ?citation ?q ?r }} }}"""
    yield f"{PROLOGUE}CONSTRUCT {{ ?o rdfs:label ?name }} WHERE {{ {one} ?p ?o . ?o rdfs:label ?name }}"


_KINDS = "org:Membership mk:Participation mk:Contribution mk:Link mk:Mention"


def _page(site: Site, identifier: str, path: str) -> Reply:
    kind = path.partition("/")[0]
    if kind == "claim":
        return claims.claim(site, identifier, path)
    if kind == "citation" and path.count("/") == 1:
        return claims.citation(site, identifier, path)
    only = site.asked.one("show")
    entity = describe(site.graph.engine, identifier, site.words.language, Part(_MOST, only if only in _ORDER else ""))
    return _thing_page(site, entity, path)


def _thing_page(site: Site, entity: Entity, path: str) -> Reply:
    is_source = _is_source(site, entity.iri)
    wanted = _wanted(site.asked.one("show"), entity, is_source=is_source)
    groups = _groups(entity)
    disputed = [fact for fact in entity.facts if fact.is_disputed]
    uncited = (
        _statements(site, entity.iri)
        if not entity.facts or path.startswith(("country/", "region/", "concept/"))
        else []
    )
    context: dict[str, Any] = {
        "entity": entity,
        "path": path,
        "kind": path.partition("/")[0],
        "lead": [fact for fact in entity.facts if fact.predicate == _TEXT],
        "facts": _grouped(fact for fact in entity.facts if fact.predicate not in (_TEXT, *_NAMES, _TOPIC)),
        "names": _grouped(fact for fact in entity.facts if fact.predicate in _NAMES),
        "topics": [fact for fact in entity.facts if fact.predicate == _TOPIC],
        "disputed": _grouped(disputed),
        "relations": groups,
        "used": _used(entity, groups),
        "wanted": wanted,
        "languages": _languages(site, entity.iri),
        "statements": uncited,
        "passages": sources.passages_of(site, entity.iri) if is_source and wanted == "passages" else [],
        "is_source": is_source,
        "obtain": sources.obtain_of(site, entity.iri) if is_source else "",
        "network": _network(site, path),
        "json_ld": json.dumps(schema_org(site, entity), ensure_ascii=False, sort_keys=True),
        "backward": _backward(site, entity.iri) if not entity.facts and not entity.relations else [],
        "tell": tell,
    }
    return site.render("thing.html", **context)


def _network(site: Site, path: str) -> str:
    """The network in which the thing has neighbours, "" where it has none."""
    projection = {"org": "organisations", "person": "people-organisations"}.get(path.partition("/")[0], "")
    try:
        return projection if projection and path in whole(site.graph, projection) else ""
    except RequestError:  # a graph without any tie has no network
        return ""


def _grouped(facts: Iterator[Fact] | Sequence[Fact]) -> list[tuple[Name, list[Fact]]]:
    """Facts by property, in the order in which the properties first come."""
    found: dict[str, tuple[Name, list[Fact]]] = {}
    for fact in facts:
        found.setdefault(fact.predicate, (fact.label, []))[1].append(fact)
    return [*found.values()]


def _wanted(asked: str, entity: Entity, *, is_source: bool) -> str:
    """The part of the page that alone is wanted, "" for the whole page."""
    return asked if (asked in _ORDER and entity.totals.get(asked)) or (is_source and asked == "passages") else ""


def _used(entity: Entity, groups: Sequence[Group]) -> list[tuple[int, Source]]:
    """The passages that the page names, with their numbers."""
    shown = (*entity.facts, *(fact for group in groups for one in group.members for fact in one.facts))
    numbers = {number for fact in shown for number in fact.sources}
    return [(number, one) for number, one in enumerate(entity.sources, 1) if number in numbers]


def _groups(entity: Entity) -> list[Group]:
    """What leads to the thing, by kind, the kinds in the order of a page."""
    found: dict[str, list[Relation]] = {}
    for relation in entity.relations:
        found.setdefault(relation.kind, []).append(relation)
    kinds = [*(kind for kind in _ORDER if kind in found), *sorted(set(found) - set(_ORDER))]
    return [Group(kind, found[kind], entity.totals[kind]) for kind in kinds]


@dataclass(frozen=True)
class Group:
    """Relations of one kind, as many as are shown, and how many there are."""

    kind: str
    members: list[Relation]
    total: int


@dataclass(frozen=True)
class Told:
    """A relation as it is told on the page of one of its ends: what it says more than that it leads here.

    `before` and `after` stand around `verb`, a link's kind; `is_backward` says that the link leads here; `rests` is a fact with
    the sources and marks of all, None where they differ.
    """

    before: list[Fact]
    verb: Fact | None
    after: list[Fact]
    is_backward: bool
    rests: Fact | None


def tell(relation: Relation, here: str) -> Told:
    """A relation as told on the page of the thing `here`."""
    facts = [fact for fact in relation.facts if fact.thing != here and fact.predicate != _TOPIC] or [
        *relation.facts[:1]
    ]
    is_link = relation.kind == "link"
    verb = next((fact for fact in facts if is_link and fact.predicate == DCTERMS + "type"), None)
    bits = [fact for fact in facts if fact is not verb]
    before = [fact for fact in bits if is_link and fact.predicate == MK + "from"]
    after = [fact for fact in bits if fact not in before]
    is_alike = len({(fact.sources, fact.marks) for fact in facts}) == 1
    is_backward = any(fact.thing == here and fact.predicate == MK + "to" for fact in relation.facts)
    return Told(before, verb, after, is_backward, facts[0] if is_alike else None)


def _languages(site: Site, identifier: str) -> list[Name]:
    rows = ask(site.graph.engine, about_thing(_ALL_NAMES, identifier)).rows
    return [Name(name.text, name.language) for (name,) in rows if name]


def _is_source(site: Site, identifier: str) -> bool:
    return bool(ask(site.graph.engine, f"{PROLOGUE}ASK {{ {term(identifier)} a mk:Source }}").boolean)


def _statements(site: Site, identifier: str) -> list[Statement]:
    """Every triple of a thing, for what rests on no passage: reference data, claims of claims, the vocabulary."""
    rows = ask(site.graph.engine, about_thing(_STATEMENTS, identifier)).rows
    known = known_names(site, (value for row in rows for value in row))
    found: dict[str, Statement] = {}
    for prop, value in rows:
        if prop and value and prop.text not in _NOT_TOLD:
            one = found.setdefault(
                prop.text, Statement(known.get(prop.text) or Name(compact(prop.text)), prop.text, [])
            )
            one.values.append(shown(value, known))
    return [*found.values()]


def _backward(site: Site, identifier: str) -> list[tuple[Name, str]]:
    rows = ask(site.graph.engine, about_thing(_BACKWARD, identifier)).rows
    known = known_names(site, (value for row in rows for value in row))
    return [shown(value, known) for (value,) in rows if value]
