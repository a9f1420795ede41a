"""One thing and everything the graph says of it, each fact with its numbered sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .engines import Engine
from .errors import RequestError, suggest
from .results import Answer, read_json
from .terms import iri, is_iri, literal
from .vocabulary import BASE, MK, PREFIXES, RDF, compact, expand

_PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
_NAMES = "skos:prefLabel|skos:altLabel|mk:acronym|mk:observedForm|mk:printedTitle|mk:formerName"
_RELATIONS = ("membership", "participation", "contribution", "link", "mention")
_LABELS_AT_ONCE = 400
_MARRIAGE = BASE + "concept/link-kind/spouse"


@dataclass(frozen=True)
class Fact:
    """A property and a value as people read them, the numbers of the sources that say so, and what to know of it."""

    property: str
    value: str
    sources: tuple[int, ...]
    marks: tuple[str, ...] = ()

    def __str__(self) -> str:
        numbers = "".join(f"[{number}]" for number in self.sources)
        marks = f" ({', '.join(self.marks)})" if self.marks else ""
        return f"{self.property}: {self.value} {numbers}{marks}".rstrip()


@dataclass(frozen=True)
class Entity:
    """A thing: its IRI, its name, its facts, its relations (each a group of facts), and the passages behind them."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    relations: tuple[tuple[str, tuple[Fact, ...]], ...] = ()
    sources: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The thing as text."""
        yield f"{self.label}  ({compact(self.iri)}; {', '.join(self.kinds) or 'thing'})"
        yield ""
        yield from (f"  {fact}" for fact in self.facts)
        for kind, facts in self.relations:
            yield f"  {kind}"
            yield from (f"    {fact}" for fact in facts)
        yield ""
        yield "Sources"
        yield from (f"  [{number}] {source}" for number, source in enumerate(self.sources, 1))


def ask(engine: Engine, query: str) -> Answer:
    """The rows of a query, or its truth value. Raises QueryError for a query that makes a graph."""
    pieces = engine.ask(query, "json")
    next(pieces)
    return read_json(pieces)


def labelled(engine: Engine, answer: Answer) -> Answer:
    """The answer with a name for each IRI of ours in it."""
    return Answer(answer.columns, answer.rows, answer.boolean, labels(engine, answer.iris()))


def labels(engine: Engine, iris: Iterable[str]) -> dict[str, str]:
    """A name for each IRI that has one: the English preferred name, else another, else a printed title or label."""
    wanted, found = sorted(iris), {}
    for start in range(0, len(wanted), _LABELS_AT_ONCE):
        block = " ".join(map(iri, wanted[start : start + _LABELS_AT_ONCE]))
        query = f"""{_PROLOGUE}SELECT ?thing (MIN(?named) AS ?name) WHERE {{
            VALUES ?thing {{ {block} }}
            {{ ?thing skos:prefLabel ?text . BIND(IF(LANG(?text) = "en", "1", "2") AS ?rank) }}
            UNION {{ ?thing rdfs:label ?text . BIND("3" AS ?rank) }}
            UNION {{ ?thing mk:printedTitle|mk:acronym ?text . BIND("4" AS ?rank) }}
            UNION {{ ?thing dcterms:title|dcterms:description|mk:locator ?text . BIND("5" AS ?rank) }}
            BIND(CONCAT(?rank, STR(?text)) AS ?named) }} GROUP BY ?thing ORDER BY ?thing"""
        for thing, name in ask(engine, query).rows:
            if thing and name:
                found[thing.text] = name.text[1:]
    return found


def resolve(engine: Engine, text: str) -> str:
    """The IRI of the thing that a text means: an IRI, a path such as org/inpud, or a name in any language.

    Raises RequestError where nothing, or more than one thing, has that name.
    """
    candidate = expand(text)
    if is_iri(candidate) and " " not in text and "/" in text and _exists(engine, candidate):
        return candidate
    found = _named(engine, text)
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(compact(one) for one in found)
        raise RequestError(f"{text!r} is the name of several things: {choices}; give one of these")
    near = _nearest(engine, text)
    raise RequestError(f"nothing is called {text!r}" + (f"; did you mean {near!r}?" if near else ""))


def describe(engine: Engine, thing: str) -> Entity:
    """What the graph says of a thing, by its IRI; marriages are left out."""
    rows = [*ask(engine, _FACTS.replace("%THING%", iri(thing)))]
    personal = {row["subject"] for row in rows if row["object"] == _MARRIAGE} if thing != _MARRIAGE else set()
    rows = [row for row in rows if row["subject"] not in personal]
    wanted = {
        str(row[name]) for row in rows for name in ("subject", "predicate", "object", "work") if _is_ours(row[name])
    }
    wanted |= {str(row["predicate"]) for row in rows} | {thing}
    names = labels(engine, {one for one in wanted if one and is_iri(one)})
    book = _Book(names)
    own = tuple(book.facts(row for row in rows if row["subject"] == thing))
    relations = tuple(book.relations([row for row in rows if row["subject"] != thing]))
    kinds = tuple(sorted(str(row["kind"]) for row in ask(engine, _KINDS.replace("%THING%", iri(thing)))))
    return Entity(thing, names.get(thing, compact(thing)), kinds, own, relations, tuple(book.sources))


def facts_of(
    engine: Engine, things: Sequence[str]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, str]]]:
    """The asserted facts of many things at once, and the passages they name, all as plain values.

    For each IRI a list of `property`, `value`, `citations` (keys of the passages, such as `002-45`) and `marks`; for each of
    these keys the `source` (its number) and the `locator`. Relations are left out: in a network they are edges.
    """
    answers = [
        ask(engine, _PROLOGUE + _MANY.replace("%THINGS%", " ".join(map(iri, things[start : start + _LABELS_AT_ONCE]))))
        for start in range(0, len(things), _LABELS_AT_ONCE)
    ]
    rows = [row for answer in answers for row in answer]
    names = labels(engine, {str(row[part]) for row in rows for part in ("property", "value") if is_iri(str(row[part]))})
    facts: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    passages = {}
    for row in rows:
        key = compact(str(row["citation"])).partition("/")[2]
        passages[key] = {"source": str(row["source"]), "locator": str(row["locator"])}
        prop, value = str(row["property"]), _text(row["value"])
        fresh = {
            "property": names.get(prop, compact(prop)),
            "value": names.get(value, value),
            "citations": [],
            "marks": [],
        }
        fact = facts.setdefault(str(row["thing"]), {}).setdefault((prop, value), fresh)
        fact["citations"].append(key)
        marks = ("implied" if str(row["certainty"]) == MK + "implied" else "", "disputed" if row["disputed"] else "")
        fact["marks"] = sorted({*fact["marks"], *filter(None, marks)})
    return {thing: [*told.values()] for thing, told in facts.items()}, passages


def _text(value: object) -> str:
    """A value as people read it: truth values as words."""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


_MANY = """SELECT DISTINCT ?thing ?property ?value ?certainty ?disputed ?citation ?locator ?source WHERE {
    VALUES ?thing { %THINGS% }
    ?claim rdf:subject ?thing ; rdf:predicate ?property ; rdf:object ?value ; mk:asserted true ;
        mk:certainty ?certainty ; mk:citation ?citation .
    ?citation mk:locator ?locator ; dcterms:source/dcterms:identifier ?source .
    OPTIONAL { ?claim mk:conflictsWith ?rival } BIND(BOUND(?rival) AS ?disputed)
    FILTER(?property != rdf:type)
} ORDER BY ?thing ?property ?value ?citation"""
_FACTS = (
    _PROLOGUE
    + """SELECT ?subject ?predicate ?object ?claim ?certainty ?status ?rival ?nuance ?citation ?locator ?work WHERE {
    { BIND(%THING% AS ?subject) } UNION { ?any rdf:object %THING% ; a mk:Claim ; rdf:subject ?subject . }
    ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; a mk:Claim ;
        mk:certainty ?certainty ; mk:status ?status ; mk:citation ?citation .
    ?citation mk:locator ?locator ; dcterms:source ?work .
    OPTIONAL { ?claim mk:conflictsWith ?rival }
    OPTIONAL { ?claim mk:nuance ?nuance }
} ORDER BY ?subject ?predicate ?object ?citation ?rival ?nuance"""
)
_KINDS = _PROLOGUE + "SELECT DISTINCT ?kind WHERE { %THING% a/rdfs:label ?kind } ORDER BY ?kind"


class _Book:
    """Numbers the passages as they are first met, and turns rows of claims into facts."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._numbers: dict[str, int] = {}
        self.sources: list[str] = []

    def facts(self, rows: Iterable[dict[str, object]], leave_out: str = "") -> Iterator[Fact]:
        """One fact for each claim."""
        claims: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            claims.setdefault(str(row["claim"]), []).append(row)
        for group in claims.values():
            first = group[0]
            if str(first["predicate"]) != leave_out:
                numbers = tuple(sorted({self._number(row) for row in group}))
                yield Fact(self._name(first["predicate"]), self._name(first["object"]), numbers, _marks(group))

    def relations(self, rows: list[dict[str, object]]) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """The nodes that lead to the thing, each with its facts."""
        nodes: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            nodes.setdefault(str(row["subject"]), []).append(row)
        for node, group in sorted(nodes.items()):
            kind = compact(node).partition("/")[0]
            title = kind if kind in _RELATIONS else f"{kind}: {self._name(node)}"
            yield title, tuple(self.facts(group, leave_out=RDF + "type"))

    def _number(self, row: dict[str, object]) -> int:
        key = str(row["citation"])
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            name = self._names.get(str(row["work"]), compact(str(row["work"])))
            self.sources.append(f"{name}: {row['locator']} ({compact(key)})")
        return self._numbers[key]

    def _name(self, term: object) -> str:
        text = str(term)
        label = self._names.get(text)
        if label and text.startswith(BASE) and not text.startswith((MK, BASE + "concept/", BASE + "date/")):
            return f"{label} ({compact(text)})"
        return label or compact(text)


def _marks(group: list[dict[str, object]]) -> tuple[str, ...]:
    first = group[0]
    marks = [str(first["nuance"])] if first["nuance"] else []
    if str(first["certainty"]) == MK + "implied":
        marks.append("implied")
    if str(first["status"]) != MK + "accepted":
        marks.append(compact(str(first["status"])).removeprefix("mk:"))
    if first["rival"]:
        marks.append("the sources disagree")
    return tuple(marks)


def _is_ours(value: object) -> bool:
    return str(value).startswith(BASE)


def _exists(engine: Engine, candidate: str) -> bool:
    return bool(ask(engine, f"ASK {{ {{ {iri(candidate)} ?p ?o }} UNION {{ ?s ?q {iri(candidate)} }} }}"))


def _named(engine: Engine, text: str) -> list[str]:
    query = f"""{_PROLOGUE}SELECT DISTINCT ?thing WHERE {{ ?thing {_NAMES} ?name
        FILTER(LCASE(STR(?name)) = LCASE({literal(text)})) }} ORDER BY ?thing"""
    found = [str(row["thing"]) for row in ask(engine, query)]
    things = [one for one in found if not one.startswith(BASE + "concept/")]
    return things or found


def _nearest(engine: Engine, text: str) -> str | None:
    query = (
        f"{_PROLOGUE}SELECT DISTINCT ?name WHERE {{ ?thing {_NAMES} ?text BIND(STR(?text) AS ?name) }} ORDER BY ?name"
    )
    return suggest(text, (str(row["name"]) for row in ask(engine, query)))
