"""What a change of rows does to the graph: the lines that go and the lines that come.

The rows that changed are read once as they were and once as they are, each time with all rows that speak of the same things.
What the two readings make differs by just what the whole graphs differ by, since what is said of a thing depends on the rows
that speak of it alone; ties look one step further, at the dates of the thing that they lead to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph

from ..graph import Graph, assemble_part, traces
from ..graph.parts import heads, spoken_of
from ..graph.people import PERSON
from ..ontology import Vocabulary
from ..tables import Row
from ..terms import Term, Triple, iri
from ..vocabulary import RDF, expand
from .rows import Change, State, Text, TooMuchError, difference

_TYPE = pyoxigraph.NamedNode(f"{RDF}type")


@dataclass
class Delta:
    """Triples that go from a graph and that come to it.

    `shared` are terms whose triples stand as long as anything uses them, of which some may be among those that go;
    `undefined` those that may stand nowhere any more, as no row defines them.
    """

    gone: set[Triple]
    come: set[Triple]
    shared: frozenset[Term] = frozenset()
    undefined: frozenset[Term] = frozenset()


def delta(before: State, now: State, words: Vocabulary, store: pyoxigraph.Store) -> Delta:
    """What changes in the graph, derived facts aside; `store` holds the graph as it was.

    Raises TooMuchError for a change that is not followed row by row, and for rows with any fault.
    """
    changed = _changed(before, now)
    rows = [*_rows(before, changed, "gone"), *_rows(now, changed, "come")]
    subjects = {iri for row in rows for iri in spoken_of(row)}
    subjects |= _dated_from(rows, subjects, words, (before, now))
    old, new = before.about(subjects), now.about(subjects)
    heads = _led_to([*old, *new], words) - subjects
    people = {
        iri for row in (*old, *new, *now.about(heads)) for iri in _named(row) if iri.startswith(PERSON)
    } - subjects
    context = [row for text in now.texts.values() if text.table.only_if_used for row in text.all_rows()]
    undefined = _defined(old) - _defined(new)
    known = _Known(store, now, undefined)
    was = _part(before, [*old, *before.about(heads)], people, context, words, known)
    has = _part(now, [*new, *now.about(heads)], people, context, words, known)
    return Delta(
        gone=_all(was) - _all(has),
        come=_all(has) - _all(was),
        shared=frozenset(iri(row.expand(row.table.about_url or "") or "") for row in context),
        undefined=frozenset(iri(name) for one in undefined if (name := was.keys.iri(one))),
    )


def _changed(before: State, now: State) -> dict[str, Change]:
    changes = {url: difference(text, now.texts[url]) for url, text in before.texts.items()}
    changed = {url: change for url, change in changes.items() if change.gone or change.come}
    for url, change in changed.items():
        table = before.texts[url].table
        if table.only_if_used or table.name == "withdrawals" or (table.opaque_column and change.gone):
            raise TooMuchError
    if any(
        _is_ordered(text) and text.raw != now.texts[url].raw for url, text in before.texts.items() if url not in changed
    ):
        raise TooMuchError
    return changed


def _is_ordered(text: Text) -> bool:
    """Whether the order of a table's rows says something: of decisions, the last one holds."""
    return text.table.name == "resolutions"


def _rows(state: State, changed: Mapping[str, Change], side: str) -> list[Row]:
    return [row for url, change in changed.items() for row in state.texts[url].rows(getattr(change, side))]


def _all(graph: Graph) -> set[Triple]:
    return graph.facts | graph.claim_layer


def _defined(rows: Iterable[Row]) -> set[str]:
    found = (row.expand(row.table.about_url or "") for row in rows if row.table.defines_things)
    return {iri for iri in found if iri}


def _part(  # noqa: PLR0913 (what a part is made of)
    state: State, rows: list[Row], people: set[str], context: list[Row], words: Vocabulary, known: _Known
) -> Graph:
    """What rows make; with them are read the keys of the people whom they name, and of whoever was withdrawn."""
    keys = [row for row in state.about(people) if row.table.opaque_column] if people else []
    withdrawn = _withdrawn(state)
    graph, problems = assemble_part([*rows, *keys, *withdrawn, *context], words, known)
    if problems or any(traces(graph.keys, graph.entered, [*rows, *withdrawn])):
        raise TooMuchError
    return graph


def _named(row: Row) -> Iterator[str]:
    """The IRIs of everything that a row names, as the tables write them."""
    yield from spoken_of(row)
    for column in row.table.columns:
        expanded = row.expand(column.value_url) if column.value_url else None
        if expanded:
            yield expanded
    for name in ("object_id", "value"):
        if row.table.about_url is None and name in row.cells:
            yield expand(row.cells[name])


def _withdrawn(state: State) -> list[Row]:
    """The rows of those withdrawn: their withdrawal, their key, and their names, which nothing may hold any more."""
    texts = state.texts.values()
    gone = [row for text in texts if text.table.name == "withdrawals" for row in text.all_rows()]
    opaque = {row.cells["iri"].encode() for row in gone}
    keyed = [text for text in texts if text.table.opaque_column]
    people = [row for text in keyed for one in sorted(opaque) for row in text.rows(text.lines_with(one))]
    names = state.about({PERSON + row.cells["id"] for row in people}) if people else []
    return [*gone, *people, *(row for row in names if row.table.name == "names")]


def _dated_from(rows: list[Row], things: set[str], words: Vocabulary, states: Iterable[State]) -> set[str]:
    """The relations whose ties take their dates from a thing that one of the rows may date."""
    if not any(_dates(row, words) for row in rows):
        return set()
    texts = [text for state in states for text in state.texts.values()]
    found = (text.pointing(things, column) for text in texts for column in heads(text.table, words))
    return {iri for pointing in found for row in pointing for iri in spoken_of(row)}


def _led_to(rows: list[Row], words: Vocabulary) -> set[str]:
    """The things from which the ties of relations among the rows take their dates."""
    found = (row.expand(column.value_url or "") for row in rows for column in heads(row.table, words))
    return {iri for iri in found if iri}


def _dates(row: Row, words: Vocabulary) -> bool:
    dated = words.beginnings | words.endings
    columns = (column for column in row.table.columns if column.name in row.cells or column.virtual)
    return row.table.name == "resolutions" or any(column.property_url in dated for column in columns)


class _Known:
    """Whether rows define a thing: it has a class in the store and is of a kind that rows define, but for some."""

    def __init__(self, store: pyoxigraph.Store, state: State, but: set[str]) -> None:
        tables = (text.table for text in state.texts.values() if text.table.defines_things)
        self._heads = {(table.about_url or "").rpartition("/")[0] for table in tables}
        self._store, self._but = store, but

    def __call__(self, iri: str) -> bool:
        if iri in self._but or iri.rpartition("/")[0] not in self._heads:
            return False
        return next(self._store.quads_for_pattern(pyoxigraph.NamedNode(iri), _TYPE, None), None) is not None
