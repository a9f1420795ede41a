"""The words of the graph: its namespaces, and what the ontology's files say of classes, properties and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph

BASE = "https://w3id.org/movement-kg/"
MK = BASE + "ontology/"
CONCEPT = BASE + "concept/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

#: The prefixes of every export and every answer, in the order in which they are written.
PREFIXES: Mapping[str, str] = {
    "mk": MK,
    "kg": BASE,
    "org": ORG,
    "foaf": FOAF,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "oa": OA,
    "owl": "http://www.w3.org/2002/07/owl#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
}

Statement = tuple[str, str, "str | pyoxigraph.Literal"]


def compact(iri: str) -> str:
    """The IRI in its shortest readable form: below our base a path, else with a prefix, else whole.

    >>> compact("https://w3id.org/movement-kg/org/inpud"), compact("http://www.w3.org/ns/org#member")
    ('org/inpud', 'org:member')
    """
    if iri.startswith(MK):
        return "mk:" + iri[len(MK) :]
    if iri.startswith(BASE):
        return iri[len(BASE) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(name: str) -> str:
    """The IRI that a compact form stands for; an IRI comes back as it is.

    >>> expand("org/inpud"), expand("org:member")
    ('https://w3id.org/movement-kg/org/inpud', 'http://www.w3.org/ns/org#member')
    """
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + rest
    return name if colon else BASE + name


@dataclass(frozen=True)
class Vocabulary:
    """What the ontology's Turtle files say, as (subject, predicate, object) with IRIs as strings."""

    statements: tuple[Statement, ...]

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The IRIs of every concept of every scheme."""
        return frozenset(s for s, p, o in self.statements if p == SKOS + "inScheme")

    @cached_property
    def single_valued(self) -> frozenset[str]:
        """The properties of which a thing has one true value."""
        return frozenset(s for s, p, o in self.statements if p == MK + "singleValued" and _is_true(o))

    @cached_property
    def reference_properties(self) -> frozenset[str]:
        """The properties whose values are the curators' own and name their table instead of a passage."""
        return frozenset(s for s, p, o in self.statements if p == MK + "isReference" and _is_true(o))

    @cached_property
    def compared_with(self) -> Mapping[str, frozenset[str]]:
        """For a property, those whose values its own are held against to find a conflict."""
        return self._related("comparedWith")

    @cached_property
    def name_properties(self) -> Mapping[str, str]:
        """For a kind of name, the property that carries names of that kind."""
        return {kind: next(iter(properties)) for kind, properties in self._related("nameProperty").items()}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The English label of every term and concept."""
        wanted = (RDFS + "label", SKOS + "prefLabel")
        return {s: o.value for s, p, o in self.statements if p in wanted and isinstance(o, pyoxigraph.Literal)}

    @cached_property
    def claim_properties(self) -> frozenset[str]:
        """The properties of claims themselves: citation, certainty, note and so on."""
        return frozenset(s for s, p, o in self.statements if p == RDFS + "domain" and o == MK + "Claim")

    def _related(self, name: str) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for s, p, o in self.statements:
            if p == MK + name and isinstance(o, str):
                found.setdefault(s, set()).add(o)
        return {s: frozenset(values) for s, values in found.items()}


def load(folder: Path) -> Vocabulary:
    """Read the ontology's own statements: movement.ttl and schemes.ttl of the folder.

    Raises OSError where a file is missing and SyntaxError where one is not Turtle.
    """
    return Vocabulary(tuple(s for name in ("movement.ttl", "schemes.ttl") for s in _statements(folder / name)))


def _statements(path: Path) -> Iterator[Statement]:
    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
        if isinstance(quad.subject, pyoxigraph.NamedNode):
            yield quad.subject.value, quad.predicate.value, _object(quad.object)


def _object(term: object) -> str | pyoxigraph.Literal:
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    return term if isinstance(term, pyoxigraph.Literal) else str(term)


def _is_true(value: object) -> bool:
    return isinstance(value, pyoxigraph.Literal) and value.value == "true"
