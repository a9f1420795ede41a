"""Rows to a graph: claims and what they make plain, ties, dates, what was withdrawn, the ontology, and what its rules derive."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import unquote

import pyoxigraph

from .. import dates
from ..errors import Origin, Problem
from ..ontology import Vocabulary
from ..tables import Row
from ..terms import Term, Triple, iri, literal, ntriples, value
from ..triples import put
from ..vocabulary import BASE, CLAIM_LAYER, DCTERMS, MK, RDF, SKOS, XSD, compact, expand
from .claims import Claim, hashed, plain, read_claims
from .facts import Facts, Reader
from .people import Keys
from .rules import Rule, derive, explanations, read_rules
from .ties import ties

_DATE = f"<{BASE}date/"
_TYPE = f"<{RDF}type>"


@dataclass
class Graph:
    """A whole graph in memory, and where in the tables each of its triples was read."""

    facts: set[Triple] = field(default_factory=set)
    claim_layer: set[Triple] = field(default_factory=set)
    claims: Mapping[Triple, Claim] = field(default_factory=dict)
    origins: dict[Triple, Origin] = field(default_factory=dict)
    subjects: Mapping[Term, Row] = field(default_factory=dict)
    entered: Sequence[Row] = ()
    incomplete: frozenset[tuple[str, int]] = frozenset()
    keys: Keys = field(default_factory=lambda: Keys({}, frozenset(), frozenset()))
    columns: dict[tuple[str, Term], str] = field(default_factory=dict)
    store: pyoxigraph.Store = field(default_factory=pyoxigraph.Store)

    @cached_property
    def claims_by_term(self) -> Mapping[Term, Claim]:
        """The claims by their IRIs."""
        return {claim.term: claim for claim in self.claims.values()}

    @property
    def cited(self) -> set[str]:
        """The ids of the citations that claims name."""
        return {value(term).rpartition("/")[2] for claim in self.claims.values() for term in claim.citations}

    def part(self, term: Term) -> Self:  # noqa: ARG002 (as a graph on disk is asked)
        """What tells of a thing, of a claim about it, or of a citation where they were read: here the graph itself."""
        return self

    def lines(self, layer: str) -> Iterator[bytes]:
        """The lines of N-Triples of a layer, `facts` or `claims`, sorted."""
        yield from ntriples(self.facts if layer == "facts" else self.claim_layer).splitlines(keepends=True)

    def ntriples(self, *, with_claims: bool = True) -> bytes:
        """The canonical bytes of the graph: sorted N-Triples."""
        return ntriples(self.facts | self.claim_layer if with_claims else self.facts)

    def add(self, triples: Iterable[Triple]) -> None:
        """Put triples each in its layer."""
        for triple in triples:
            (self.claim_layer if triple.subject.startswith(CLAIM_LAYER) else self.facts).add(triple)

    def origin(self, subject: Term, predicate: Term | None = None, obj: Term | None = None) -> Origin | None:
        """Where a triple was read, or the nearest to it: another value of its property, its subject's first row."""
        if predicate and obj and (found := self.origins.get(Triple(subject, predicate, obj))):
            return found
        if obj and not predicate:
            ends = (subject, obj)
            found = next((origin for triple, origin in self.origins.items() if (triple[0], triple[2]) == ends), None)
            if found:
                return found
        first = self.subjects.get(subject)
        column = self.columns.get((first.file, predicate), "") if first and predicate else ""
        return first.origin(column) if first else None


def assemble(rows: Sequence[Row], words: Vocabulary, ontology: Path) -> tuple[Graph, list[Problem]]:
    """The graph that the rows make, and every fault that only shows when rows meet: references, keys, decisions.

    Raises RequestError where a rule file is wrong.
    """
    graph, problems = assemble_part(rows, words)
    graph.add(read_ontology(ontology))
    _add_derived(graph, read_rules(ontology))
    return graph, problems


def assemble_part(
    rows: Sequence[Row], words: Vocabulary, is_known: Callable[[str], bool] = lambda iri: False
) -> tuple[Graph, list[Problem]]:
    """What some of the rows make, without the ontology and what its rules derive, and the faults of these rows.

    What is said of a thing is whole where all rows that speak of it are given. `is_known` says of an IRI whether it is
    that of a thing which other rows define.
    """
    reader = Reader(rows, words, is_known)
    graph, problems = read_part(reader, rows, words)
    return graph, [*reader.problems, *problems]


def read_part(
    reader: Reader, rows: Sequence[Row], words: Vocabulary, used: Iterable[Term] = ()
) -> tuple[Graph, list[Problem]]:
    """The same for a reader who knows all rows; `used` are things to be read as if these rows named them."""
    facts, problems = reader.read(rows, used)
    claims, faults = read_claims(facts, words)
    graph = Graph(claims=claims, subjects=facts.subjects, entered=facts.entered, keys=facts.keys)
    graph.incomplete = frozenset(facts.incomplete)
    graph.origins = {claim.triple: claim.origins[0] for claim in claims.values()} | facts.references
    graph.columns = {(origin.file, triple.predicate): origin.column for triple, origin in graph.origins.items()}
    graph.add(facts.references)
    graph.add(plain(claims.values()))
    graph.add(t for claim in claims.values() for t in claim.triples())
    graph.add(ties(claims.values(), words))
    graph.add(_tombstones(rows))
    graph.add(_reference_nodes(facts, words))
    graph.add([*_date_nodes(itertools.chain(graph.facts, graph.claim_layer))])
    return graph, problems + faults


def thing_kind(triple: Triple) -> str | None:
    """The class, in short, that the triple gives one of the things that the graph is about; None for any other triple."""
    is_ours = triple.subject.startswith(f"<{BASE}") and not triple.subject.startswith(CLAIM_LAYER)
    if triple.predicate != _TYPE or not is_ours:
        return None
    kind = compact(value(triple.object))
    return None if kind.startswith(("owl:", "skos:")) else kind


def read_ontology(folder: Path) -> Iterator[Triple]:
    """The triples of the ontology's files, which stand in the graph."""
    for name in ("movement.ttl", "schemes.ttl", "dataset.ttl"):
        for quad in pyoxigraph.parse(path=folder / name, format=pyoxigraph.RdfFormat.TURTLE):
            yield Triple(str(quad.subject), str(quad.predicate), str(quad.object))


def _tombstones(rows: Sequence[Row]) -> Iterator[Triple]:
    for row in rows:
        if row.table.name != "withdrawals" or not {"iri", "date", "reason"} <= set(row.cells):
            continue
        person = iri(f"{BASE}person/{row.cells['iri']}")
        yield Triple(person, iri(RDF + "type"), iri(MK + "Tombstone"))
        yield Triple(person, iri(MK + "withdrawnOn"), literal(row.cells["date"], XSD + "date"))
        yield Triple(
            person, iri(MK + "withdrawalReason"), iri(f"{BASE}concept/withdrawal-reason/{row.cells['reason']}")
        )


def _reference_nodes(facts: Facts, words: Vocabulary) -> Iterator[Triple]:
    """For each triple that is the curators' own: the table that it stands in."""
    for triple, origin in facts.references.items():
        if value(triple.predicate) in words.reference_properties:
            node = hashed("reference", triple)
            yield Triple(node, iri(RDF + "type"), iri(MK + "Reference"))
            for name, term in zip(("rdf:subject", "rdf:predicate", "rdf:object"), triple, strict=True):
                yield Triple(node, iri(expand(name)), term)
            yield Triple(node, iri(DCTERMS + "source"), literal(origin.file))


def _date_nodes(triples: Iterable[Triple]) -> Iterator[Triple]:
    used = {triple[2] for triple in triples if triple[2].startswith(_DATE)}
    for term in used:
        date = dates.parse(unquote(term[len(_DATE) : -1]))
        yield Triple(term, iri(RDF + "type"), iri(MK + "Date"))
        yield Triple(term, iri(MK + "edtf"), literal(date.edtf))
        yield Triple(term, iri(MK + "precision"), literal(date.precision))
        yield Triple(term, iri(SKOS + "prefLabel"), literal(date.label, language="en"))
        for name, day in (("earliest", date.earliest), ("latest", date.latest)):
            if day:
                yield Triple(term, iri(MK + name), literal(day.isoformat(), XSD + "date"))


def _add_derived(graph: Graph, rules: list[Rule]) -> None:
    """Put the graph into its store, let the rules work there, and keep what they add in both places."""
    put(graph.store, graph.facts)
    put(graph.store, graph.claim_layer)
    derived = derive(graph.store, graph.facts.__contains__, rules)
    explained = {*explanations(derived), *(t for rule in rules for t in rule.triples())}
    put(graph.store, explained)
    graph.facts |= derived.keys()
    graph.claim_layer |= explained
