"""A page for each thing: its facts with their sources, what leads to it, its names, its data in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from ...entity import PROLOGUE, Entity, Fact, Name, Relation, ask, describe, names
from ...errors import FormatError
from ...results import Value, write_graph
from ...terms import iri as term
from ...terms import is_iri
from ...vocabulary import BASE, DCTERMS, MK, RDFS, SKOS, compact
from .. import formats
from . import about, sources
from .asked import Reply, redirect
from .schema_org import schema_org
from .site import Site

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
_TOPIC = DCTERMS + "subject"
_MARRIAGE = BASE + "concept/link-kind/spouse"
#: The kinds of relation and of other things that lead to one, in the order of a page.
_GROUPS = (
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
_WITHDRAWN = PROLOGUE + "ASK { %THING% mk:withdrawnOn ?day }"
_STATEMENTS = PROLOGUE + "SELECT ?property ?value WHERE { %THING% ?property ?value } ORDER BY ?property ?value"
_BACKWARD = PROLOGUE + "SELECT DISTINCT ?thing WHERE { ?thing ?property %THING% } ORDER BY ?thing LIMIT 300"
_ALL_NAMES = PROLOGUE + "SELECT DISTINCT ?name WHERE { %THING% skos:prefLabel ?name } ORDER BY LANG(?name) ?name"
_CLAIM = (
    PROLOGUE
    + """SELECT ?subject ?predicate ?object ?certainty ?status ?rival ?note ?nuance ?citation ?locator ?work WHERE {
  %THING% a mk:Claim ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
    mk:certainty ?certainty ; mk:status ?status ; mk:citation ?citation . ?citation mk:locator ?locator ; dcterms:source ?work .
  OPTIONAL { %THING% mk:conflictsWith ?rival } OPTIONAL { %THING% mk:note ?note } OPTIONAL { %THING% mk:nuance ?nuance }
} ORDER BY ?citation ?rival ?note ?nuance"""
)
_CITATION = (
    PROLOGUE
    + """SELECT ?work ?locator ?digest ?text ?start ?end WHERE {
  %THING% a mk:Citation ; dcterms:source ?work ; mk:locator ?locator ; mk:digest ?digest ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end . OPTIONAL { ?work mk:textDigest ?text } } ORDER BY ?start"""
)
_RESTING = (
    PROLOGUE
    + """SELECT ?claim ?subject ?predicate ?object ?certainty WHERE {
  ?claim mk:citation %THING% ; a mk:Claim ; rdf:subject ?subject ;
  rdf:predicate ?predicate ; rdf:object ?object ; mk:certainty ?certainty . } ORDER BY ?subject ?predicate ?object LIMIT 400"""
)


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
    if ask(site.graph.engine, _ask(_WITHDRAWN, identifier)).boolean:
        return about.fault(site, 410, "")
    if not ask(
        site.graph.engine, f"ASK {{ {{ {term(identifier)} ?p ?o }} UNION {{ ?s ?q {term(identifier)} }} }}"
    ).boolean:
        return _elsewhere(site, path)
    form = suffix or formats.choose(site.asked.accept, {**formats.HTML, **formats.GRAPHS})
    if not form:
        raise FormatError(f"this can be had as {formats.listed(formats.HTML, formats.GRAPHS)}")
    reply = _page(site, identifier, path) if form == "html" else _data(site, identifier, form)
    return Reply(reply.body, reply.status, reply.type, (*reply.headers, *_links(site, path), ("vary", "Accept")))


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


def _links(site: Site, path: str) -> Iterator[tuple[str, str]]:
    """Where the other forms are (RFC 8288), and what the page is about."""
    for suffix, form in formats.SUFFIXES.items():
        if suffix not in ("html", "json"):
            address = site.plain_url(f"/{path}.{suffix}")
            yield "link", f'<{address}>; rel="alternate"; type="{formats.GRAPHS[form][0]}"'
    yield "link", f'<{BASE}{path}>; rel="describes"'


def _data(site: Site, identifier: str, form: str) -> Reply:
    """What the graph says of a thing, with its claims, their citations, and the names of what they speak of."""
    pieces: list[bytes] = []
    for query in _construct(identifier):
        answer = site.graph.engine.ask(query)
        next(answer)
        pieces += answer
    lines = sorted(set(b"".join(pieces).splitlines(keepends=True)))
    return Reply(write_graph(lines, form), type=formats.content_type(form))


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
        return _claim_page(site, identifier, path)
    if kind == "citation" and path.count("/") == 1:
        return _citation_page(site, identifier, path)
    entity = describe(site.graph.engine, identifier, site.words.language)
    if kind == "person":
        entity = _public(entity)
    return _thing_page(site, entity, path)


def _public(entity: Entity) -> Entity:
    """A person without what is nobody's business: marriages, if ever they come by another way than a link."""
    relations = tuple(one for one in entity.relations if not any(fact.thing == _MARRIAGE for fact in one.facts))
    return Entity(entity.iri, entity.name, entity.kinds, entity.facts, relations, entity.sources)


def _thing_page(site: Site, entity: Entity, path: str) -> Reply:
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
        "relations": _relations(entity),
        "languages": _languages(site, entity.iri),
        "statements": uncited,
        "passages": sources.passages_of(site, entity.iri) if _is_source(site, entity.iri) else [],
        "has_network": path.startswith(("org/", "person/")),
        "json_ld": json.dumps(schema_org(site, entity), ensure_ascii=False, sort_keys=True),
        "backward": _backward(site, entity.iri) if not entity.facts and not entity.relations else [],
        "tell": tell,
    }
    return site.render("thing.html", **context)


def _grouped(facts: Iterator[Fact] | Sequence[Fact]) -> list[tuple[Name, list[Fact]]]:
    """Facts by property, in the order in which the properties first come."""
    found: dict[str, tuple[Name, list[Fact]]] = {}
    for fact in facts:
        found.setdefault(fact.predicate, (fact.label, []))[1].append(fact)
    return [*found.values()]


def _relations(entity: Entity) -> list[tuple[str, list[Relation]]]:
    """What leads to the thing, by kind, the kinds in the order of a page."""
    found: dict[str, list[Relation]] = {}
    for relation in entity.relations:
        found.setdefault(relation.kind, []).append(relation)
    known = [kind for kind in _GROUPS if kind in found]
    return [(kind, found[kind]) for kind in (*known, *sorted(set(found) - set(known)))]


@dataclass(frozen=True)
class Told:
    """A relation as it is told on the page of one of its ends: what it says more than that it leads here.

    `verb` is a link's kind; `is_backward` says that the link leads here; `rests` is a fact with the sources and marks of all,
    None where they differ.
    """

    bits: list[Fact]
    verb: Fact | None
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
    is_alike = len({(fact.sources, fact.marks) for fact in facts}) == 1
    is_backward = any(fact.thing == here and fact.predicate == MK + "to" for fact in relation.facts)
    return Told(bits, verb, is_backward, facts[0] if is_alike else None)


def _languages(site: Site, identifier: str) -> list[Name]:
    rows = ask(site.graph.engine, _ask(_ALL_NAMES, identifier)).rows
    return [Name(name.text, name.language) for (name,) in rows if name]


def _is_source(site: Site, identifier: str) -> bool:
    return bool(ask(site.graph.engine, f"{PROLOGUE}ASK {{ {term(identifier)} a mk:Source }}").boolean)


def _statements(site: Site, identifier: str) -> list[Statement]:
    """Every triple of a thing, for what rests on no passage: reference data, claims of claims, the vocabulary."""
    rows = ask(site.graph.engine, _ask(_STATEMENTS, identifier)).rows
    known = _known(site, (value for row in rows for value in row))
    found: dict[str, Statement] = {}
    for prop, value in rows:
        if prop and value and prop.text not in (RDFS + "label", MK + "spouseOf", SKOS + "prefLabel"):
            one = found.setdefault(
                prop.text, Statement(known.get(prop.text) or Name(compact(prop.text)), prop.text, [])
            )
            one.values.append(_shown(value, known))
    return [*found.values()]


def _backward(site: Site, identifier: str) -> list[tuple[Name, str]]:
    rows = ask(site.graph.engine, _ask(_BACKWARD, identifier)).rows
    known = _known(site, (value for row in rows for value in row))
    return [_shown(value, known) for (value,) in rows if value]


def _known(site: Site, values: Iterator[Value | None]) -> Mapping[str, Name]:
    return names(
        site.graph.engine, {v.text for v in values if v and v.kind == "uri" and is_iri(v.text)}, site.words.language
    )


def _shown(value: Value, known: Mapping[str, Name]) -> tuple[Name, str]:
    """A value as people read it, and where it leads."""
    if value.kind == "uri":
        return known.get(value.text) or Name(compact(value.text)), value.text
    return Name(value.text, value.language), ""


def _claim_page(site: Site, identifier: str, path: str) -> Reply:
    answer = ask(site.graph.engine, _ask(_CLAIM, identifier))
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    if not rows:
        return about.fault(site, 404, "")
    rivals = {row["rival"].text for row in rows if row["rival"]}
    known = _known(site, (value for row in rows for value in row.values()))
    told = [describe_claim(site, rival) for rival in sorted(rivals)]
    citations = {row["citation"].text: row for row in rows if row["citation"]}
    return site.render(
        "claim.html",
        path=path,
        identifier=identifier,
        claim=_as_claim(rows[0], known),
        notes=sorted({row[name].text for row in rows for name in ("note", "nuance") if row[name]}),
        citations=[_as_citation(row, known) for row in citations.values()],
        rivals=told,
    )


def describe_claim(site: Site, identifier: str) -> Mapping[str, Any]:
    """A claim in short: its terms as names, and its citations."""
    answer = ask(site.graph.engine, _ask(_CLAIM, identifier))
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    known = _known(site, (value for row in rows for value in row.values()))
    cited = {row["citation"].text: row for row in rows if row["citation"]}
    return {
        "iri": identifier,
        **_as_claim(rows[0], known),
        "citations": [_as_citation(row, known) for row in cited.values()],
    }


def _as_claim(row: Mapping[str, Any], known: Mapping[str, Name]) -> dict[str, Any]:
    shown = {name: _shown(row[name], known) for name in ("subject", "predicate", "object", "certainty", "status")}
    return {**shown, "is_implied": row["certainty"].text == MK + "implied"}


def _as_citation(row: Mapping[str, Any], known: Mapping[str, Name]) -> dict[str, Any]:
    return {"iri": row["citation"].text, "locator": row["locator"].text, "work": _shown(row["work"], known)}


def _citation_page(site: Site, identifier: str, path: str) -> Reply:
    answer = ask(site.graph.engine, _ask(_CITATION, identifier))
    if not answer.rows:
        return about.fault(site, 404, "")
    row = dict(zip(answer.columns, answer.rows[0], strict=True))
    known = _known(site, iter(row.values()))
    resting = ask(site.graph.engine, _ask(_RESTING, identifier))
    names_of = _known(site, (value for each in resting.rows for value in each))
    told = {name: value.text if value else "" for name, value in row.items()}
    start, end = int(told["start"]), int(told["end"])
    words = site.opened.texts.passage(told["text"], start, end, told["digest"])
    return site.render(
        "citation.html",
        path=path,
        identifier=identifier,
        locator=told["locator"],
        work=_shown(row["work"], known) if row["work"] else None,
        start=start,
        end=end,
        digest=told["digest"],
        words_of_passage=words,
        claims=[_resting(dict(zip(resting.columns, each, strict=True)), names_of) for each in resting.rows],
    )


def _resting(row: Mapping[str, Any], known: Mapping[str, Name]) -> dict[str, Any]:
    shown = {name: _shown(row[name], known) for name in ("subject", "predicate", "object")}
    return {"iri": row["claim"].text, "is_implied": row["certainty"].text == MK + "implied", **shown}


def _ask(query: str, identifier: str) -> str:
    return query.replace("%THING%", term(identifier))
