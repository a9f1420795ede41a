"""Names: of the things in an answer, in a reader's language; and the thing that a name means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..engines import Engine
from ..errors import RequestError, suggest
from ..results import Answer, read_json
from ..terms import iri, is_iri, literal
from ..vocabulary import BASE, PREFIXES, compact, expand

PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
AT_ONCE = 400
_NAMES = "skos:prefLabel|skos:altLabel|mk:acronym|mk:observedForm|mk:printedTitle|mk:formerName"


@dataclass(frozen=True, slots=True)
class Name:
    """A name to show, and its language ("" where it has none, as acronyms and titles)."""

    text: str
    language: str = ""


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
    return {one: name.text for one, name in names(engine, iris).items()}


def names(engine: Engine, iris: Iterable[str], language: str = "en") -> dict[str, Name]:
    """A name for each IRI that has one: the preferred name in the language, else in English, else another, else a title."""
    wanted, found = sorted(iris), {}
    for start in range(0, len(wanted), AT_ONCE):
        block = " ".join(map(iri, wanted[start : start + AT_ONCE]))
        query = f"""{PROLOGUE}SELECT ?thing (MIN(?named) AS ?name) WHERE {{
            VALUES ?thing {{ {block} }}
            {{ ?thing skos:prefLabel ?text .
               BIND(IF(LANG(?text) = {literal(language)}, "0", IF(LANG(?text) = "en", "1", "2")) AS ?rank) }}
            UNION {{ ?thing rdfs:label ?text . BIND("3" AS ?rank) }}
            UNION {{ ?thing mk:printedTitle|mk:acronym ?text . BIND("4" AS ?rank) }}
            UNION {{ ?thing dcterms:title|dcterms:description|mk:locator ?text . BIND("5" AS ?rank) }}
            BIND(CONCAT(?rank, STR(?text), "@", LANG(?text)) AS ?named) }} GROUP BY ?thing ORDER BY ?thing"""
        for thing, name in ask(engine, query).rows:
            if thing and name:
                text, _, tag = name.text[1:].rpartition("@")
                found[thing.text] = Name(text, tag)
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


def _exists(engine: Engine, candidate: str) -> bool:
    return bool(ask(engine, f"ASK {{ {{ {iri(candidate)} ?p ?o }} UNION {{ ?s ?q {iri(candidate)} }} }}"))


def _named(engine: Engine, text: str) -> list[str]:
    query = f"""{PROLOGUE}SELECT DISTINCT ?thing WHERE {{ ?thing {_NAMES} ?name
        FILTER(LCASE(STR(?name)) = LCASE({literal(text)})) }} ORDER BY ?thing"""
    found = [str(row["thing"]) for row in ask(engine, query)]
    things = [one for one in found if not one.startswith(BASE + "concept/")]
    return things or found


def _nearest(engine: Engine, text: str) -> str | None:
    query = (
        f"{PROLOGUE}SELECT DISTINCT ?name WHERE {{ ?thing {_NAMES} ?text BIND(STR(?text) AS ?name) }} ORDER BY ?name"
    )
    return suggest(text, (str(row["name"]) for row in ask(engine, query)))
