"""The asserted facts of many things at once, as plain values: what a network's page shows of its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engines import Engine
from ..terms import iri, is_iri
from ..vocabulary import MK, compact
from .names import AT_ONCE, PROLOGUE, ask, labels


def facts_of(
    engine: Engine, things: Sequence[str]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, str]]]:
    """The asserted facts of many things at once, and the passages they name, all as plain values.

    For each IRI a list of `property`, `value`, `citations` (keys of the passages, such as `002-45`) and `marks`; for each of
    these keys the `source` (its number) and the `locator`. Relations are left out: in a network they are edges.
    """
    answers = [
        ask(engine, PROLOGUE + _MANY.replace("%THINGS%", " ".join(map(iri, things[start : start + AT_ONCE]))))
        for start in range(0, len(things), AT_ONCE)
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
