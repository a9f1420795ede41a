"""What is told of the nodes of a network: names, kinds, countries and dates, asked for in a few queries."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

import networkx

from ..engines import Engine
from ..terms import iri
from ..vocabulary import BASE, PREFIXES, compact

_AT_ONCE = 1000
_PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
_KINDS = {"org": "organisation", "work": "publication", "concept": "theme"}
_TOLD = {
    "label": "?thing rdfs:label ?value",
    "name": '?thing skos:prefLabel ?value . FILTER(LANG(?value) = "en")',
    "short": "?thing mk:acronym ?value",
    "type": "?thing dcterms:type/skos:prefLabel ?value",
    "country": "?thing mk:country|mk:jurisdiction ?value . ?value a mk:Country",
    "start": "?thing (mk:founded|mk:date|mk:issued|mk:start)/mk:earliest ?value",
    "by": "?thing (mk:founded|mk:date|mk:issued|mk:start)/mk:latest ?value",
    "end": "?thing (mk:dissolved|mk:date|mk:end)/mk:latest ?value",
}
_UNION = " UNION ".join(
    f'{{ VALUES ?thing {{ %THINGS% }} {what} . BIND("{name}" AS ?what) }}' for name, what in _TOLD.items()
)
_QUERY = f"SELECT DISTINCT ?thing ?what ?value WHERE {{ {_UNION} }} ORDER BY ?thing ?what ?value"


def read(engine: Engine, iris: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The attributes of each node, by its IRI, in the order of the IRIs."""
    told: dict[str, dict[str, list[str]]] = {thing: {} for thing in iris}
    for start in range(0, len(iris), _AT_ONCE):
        block = " ".join(map(iri, iris[start : start + _AT_ONCE]))
        for thing, what, value in rows(engine, _QUERY.replace("%THINGS%", block)):
            told[thing].setdefault(what, []).append(value)
    return {thing: _attributes(thing, values) for thing, values in told.items()}


def rows(engine: Engine, query: str) -> Iterator[list[str]]:
    """The rows of a query of ours as texts, the heading left out."""
    pieces = engine.ask(_PROLOGUE + query, "csv")
    next(pieces)
    lines = csv.reader(b"".join(pieces).decode().splitlines(keepends=True))
    next(lines)
    return lines


def count(engine: Engine, classes: Sequence[str], graph: networkx.MultiDiGraph[str]) -> int:
    """How many things of the classes that a source speaks of are no node of the graph."""
    values = " ".join(classes)
    # Not an EXISTS of two patterns: Oxigraph would read all claims for each thing.
    query = f"""SELECT DISTINCT ?thing WHERE {{
        VALUES ?wanted {{ {values} }} ?class rdfs:subClassOf* ?wanted . ?thing a ?class .
        ?claim rdf:subject ?thing ; a mk:Claim }} ORDER BY ?thing"""
    return sum(compact(thing) not in graph for (thing,) in rows(engine, query))


def sources(engine: Engine) -> dict[str, str]:
    """The title of each source, by its number."""
    query = """SELECT ?number ?title WHERE {
        ?source a mk:Source ; dcterms:identifier ?number ; rdfs:label ?title } ORDER BY ?number"""
    return {row[0]: row[1] for row in rows(engine, query)}


def countries(engine: Engine, codes: Sequence[str]) -> dict[str, str]:
    """The English name of each country, by its ISO 3166 code."""
    found = read(engine, [f"{BASE}country/{code}" for code in codes])
    return {compact(thing).partition("/")[2]: str(told["label"]) for thing, told in found.items()}


def _attributes(thing: str, told: dict[str, list[str]]) -> dict[str, Any]:
    head = compact(thing).partition("/")[0]
    label = (told.get("label") or told.get("name") or told.get("short") or [compact(thing)])[0]
    kind = _KINDS.get(head, head)
    own = [thing] if kind == "country" else []
    found: dict[str, Any] = {
        "iri": thing,
        "label": label,
        "short": min(told.get("short", [label]), key=lambda text: (len(text), text.swapcase())),
        "kind": kind,
        "type": "; ".join(dict.fromkeys(told.get("type", []))),
        "countries": [compact(country).partition("/")[2] for country in told.get("country", []) + own],
    }
    if "start" in told:
        found["start"] = min(told["start"])
    if "by" in told:
        found["begun_by"] = max(told["by"])
    if "end" in told:
        found["end"] = max(told["end"])
    return found
