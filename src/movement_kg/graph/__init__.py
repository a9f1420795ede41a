"""The graph: rows become triples and claims, dates and citations become nodes, rules add short cuts.

Two layers in one RDF 1.1 graph. `facts` is what plain queries read: things, their asserted properties, reference data,
derived short cuts, the ontology. `claims` says who states each fact: claims, citations, derivations.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
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
from .facts import Facts, read_facts
from .people import Keys
from .rules import Rule, derive, read_rules, rederive
from .ties import ties
from .traces import traces

__all__ = [
    "Claim",
    "Graph",
    "Rule",
    "assemble",
    "assemble_part",
    "hashed",
    "read_rules",
    "rederive",
    "thing_kind",
    "traces",
]

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

    def ntriples(self, *, with_claims: bool = True) -> bytes:
        """The canonical bytes of the graph: sorted N-Triples."""
        return ntriples(self.facts | self.claim_layer if with_claims else self.facts)

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
    _add(graph, _ontology(ontology))
    _add_derived(graph, read_rules(ontology))
    return graph, problems


def assemble_part(
    rows: Sequence[Row], words: Vocabulary, is_known: Callable[[str], bool] = lambda iri: False
) -> tuple[Graph, list[Problem]]:
    """What some of the rows make, without the ontology and what its rules derive, and the faults of these rows.

    What is said of a thing is whole where all rows that speak of it are given. `is_known` says of an IRI whether it is
    that of a thing which other rows define.
    """
    facts, problems = read_facts(rows, words, is_known)
    claims, faults = read_claims(facts, words)
    graph = Graph(claims=claims, subjects=facts.subjects, entered=facts.entered, keys=facts.keys)
    graph.incomplete = frozenset(facts.incomplete)
    graph.origins = {claim.triple: claim.origins[0] for claim in claims.values()} | facts.references
    graph.columns = {(origin.file, triple.predicate): origin.column for triple, origin in graph.origins.items()}
    _add(graph, facts.references)
    _add(graph, plain(claims.values()))
    _add(graph, (t for claim in claims.values() for t in claim.triples()))
    _add(graph, ties(claims.values(), words))
    _add(graph, _tombstones(rows))
    _add(graph, _reference_nodes(facts, words))
    _add(graph, _date_nodes(itertools.chain(graph.facts, graph.claim_layer)))
    return graph, problems + faults


def thing_kind(triple: Triple) -> str | None:
    """The class, in short, that the triple gives one of the things that the graph is about; None for any other triple."""
    is_ours = triple.subject.startswith(f"<{BASE}") and not triple.subject.startswith(CLAIM_LAYER)
    if triple.predicate != _TYPE or not is_ours:
        return None
    kind = compact(value(triple.object))
    return None if kind.startswith(("owl:", "skos:")) else kind


def _add(graph: Graph, triples: Iterable[Triple]) -> None:
    for triple in triples:
        (graph.claim_layer if triple.subject.startswith(CLAIM_LAYER) else graph.facts).add(triple)


def _ontology(folder: Path) -> Iterator[Triple]:
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
    put(graph.store, graph.facts | graph.claim_layer)
    derived = derive(graph.store, graph.facts.__contains__, rules)
    explained = {triple for nodes in derived.values() for triple in nodes} | {
        t for rule in rules for t in rule.triples()
    }
    put(graph.store, explained)
    graph.facts |= derived.keys()
    graph.claim_layer |= explained
