"""A graph on disk: what the rows make goes into a store and into sorted lines part by part, and is never held as a whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph

from ..errors import Problem
from ..ontology import Vocabulary
from ..tables import Row
from ..terms import Sorter, Term, Triple, iri, value
from ..triples import about, found, holds, load
from ..vocabulary import BASE, RDF
from .assembly import Graph, read_ontology, read_part
from .facts import Reader
from .parts import Parts, decided_on
from .people import Keys
from .rules import derive, explanations, read_rules

#: How many rows make a part. With more rows than the second number (2.5 million triples), the store too is on disk.
_PART, _STORE_IN_MEMORY = 5_000, 100_000
_AT_ONCE = 50_000
_CLAIM, _SUBJECT = f"<{BASE}claim/", f"<{RDF}subject>"


class Spooled:
    """A whole graph, of which the rows and one part are in memory; the rest is in a store and in files.

    It offers what a check and a build ask of a `Graph`. `folder` is where the store goes, should it go to the disk.
    """

    def __init__(self, rows: Sequence[Row], words: Vocabulary, folder: Path) -> None:
        self.store = pyoxigraph.Store(str(folder / "spool")) if len(rows) > _STORE_IN_MEMORY else pyoxigraph.Store()
        self.cited: set[str] = set()
        self.entered: dict[Row, None] = {}
        self.incomplete: frozenset[tuple[str, int]] = frozenset()
        self._columns: dict[tuple[str, Term], str] = {}
        self._last: tuple[Term, Graph] | None = None
        self._words = words
        self._reader = Reader(rows, words)
        self._parts = Parts(rows, self._reader, words, _PART)
        self._lines = {"facts": Sorter(), "claims": Sorter()}

    @property
    def keys(self) -> Keys:
        """How the IRIs of the tables are written."""
        return self._reader.keys

    def read(self) -> Iterator[Problem]:
        """Read all rows; their faults."""
        yield from self._reader.problems
        for rows in self._parts:
            graph, problems = read_part(self._reader, rows, self._words, self._led_to(decided_on(rows)))
            self.incomplete |= graph.incomplete
            self.cited |= graph.cited
            self._columns |= graph.columns
            self.entered.update(dict.fromkeys(graph.entered if self.keys.gone else ()))
            self.take("facts", graph.facts)
            self.take("claims", graph.claim_layer)
            yield from problems

    def _led_to(self, things: Iterable[str]) -> Iterator[Term]:
        """Those of the things that are read only if used to which the parts before led: the store tells of them."""
        terms = (iri(thing) for thing in things if self._reader.is_only_if_used(thing))
        return (term for term in terms if any(about(self.store, term)))

    def take(self, layer: str, triples: Iterable[Triple]) -> None:
        """Put triples of a layer into the store and into the lines."""
        given = iter(triples)
        while lines := [triple.line.encode() for triple in itertools.islice(given, _AT_ONCE)]:
            load(self.store, lines)
            self._lines[layer].add(lines)

    def lines(self, layer: str) -> Iterator[bytes]:
        """The lines of N-Triples of a layer, `facts` or `claims`, sorted."""
        return iter(self._lines[layer])

    def part(self, term: Term) -> Graph:
        """What tells of a thing, of a claim about it, or of a citation where they were read; made anew from their rows."""
        if term.startswith(_CLAIM):
            subject = next(found(self.store, subject=term, predicate=_SUBJECT), None)
            term = subject.object if subject else term
        if self._last is None or self._last[0] != term:
            graph, _ = read_part(self._reader, self._parts.about(value(term)), self._words, [term])
            graph.columns = self._columns
            self._last = term, graph
        return self._last[1]


def spool(rows: Sequence[Row], words: Vocabulary, ontology: Path, folder: Path) -> tuple[Spooled, list[Problem]]:
    """What `assemble` makes, within memory that grows with the rows and not with the triples.

    `folder` is for files that are needed as long as the graph is. Raises RequestError where a rule file is wrong.
    """
    graph = Spooled(rows, words, folder)
    problems = [*graph.read()]
    graph.take("facts", read_ontology(ontology))
    rules = read_rules(ontology)
    derived = derive(graph.store, lambda triple: holds(graph.store, triple), rules)
    graph.take("facts", derived)
    graph.take("claims", explanations(derived))
    graph.take("claims", (triple for rule in rules for triple in rule.triples()))
    return graph, problems
