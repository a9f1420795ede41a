"""The graph as spreadsheets: one CSV table for each kind of thing, its values joined where there are several."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator

import pyoxigraph

from .terms import blocks
from .vocabulary import BASE, MK, compact


def tables(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """For each class of our things, its name and its table: `iri`, then a column for each property any of them has.

    A cell with several values joins them with ` | `; IRIs are written in short, names with their language.
    """
    things: dict[str, dict[str, dict[str, list[str]]]] = {}
    triples = itertools.chain.from_iterable(blocks(lines))
    for subject, group in itertools.groupby(triples, key=lambda triple: triple.subject):
        if isinstance(subject, pyoxigraph.NamedNode) and _is_thing(subject.value):
            values: dict[str, list[str]] = {}
            for triple in group:
                values.setdefault(compact(triple.predicate.value), []).append(_cell(triple.object))
            for kind in values.pop("rdf:type", []):
                things.setdefault(kind.partition(":")[2], {})[compact(subject.value)] = values
    for kind in sorted(things):
        yield kind, _table(things.pop(kind))


def _is_thing(iri: str) -> bool:
    return iri.startswith(BASE) and not iri.startswith((MK, BASE + "scheme/"))


def _table(things: dict[str, dict[str, list[str]]]) -> bytes:
    columns = sorted({name for values in things.values() for name in values}, key=_order)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["iri", *columns])
    for iri in sorted(things):
        writer.writerow([iri, *(" | ".join(things[iri].get(column, [])) for column in columns)])
    return text.getvalue().encode("utf-8-sig")


def _order(column: str) -> tuple[int, str]:
    """Names and descriptions first, then the kind, then the rest by name."""
    first = ("skos:prefLabel", "mk:acronym", "dcterms:title", "dcterms:description", "dcterms:type")
    return (first.index(column) if column in first else len(first), column)


def _cell(term: object) -> str:
    if isinstance(term, pyoxigraph.Literal):
        return f"{term.value} @{term.language}" if term.language and term.language != "en" else term.value
    return compact(term.value) if isinstance(term, pyoxigraph.NamedNode) else str(term)
