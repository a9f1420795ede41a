"""What the ontology's files say of classes, properties and lists, as the program needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph

from .vocabulary import MK, RDFS, SKOS

Statement = tuple[str, str, "str | pyoxigraph.Literal"]


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
        return self._marked("singleValued")

    @cached_property
    def reference_properties(self) -> frozenset[str]:
        """The properties whose values are the curators' own and name their table instead of a passage."""
        return self._marked("isReference")

    @cached_property
    def exactly_spelt(self) -> frozenset[str]:
        """The properties whose values differ where only their capitals or punctuation do."""
        return self._marked("exactSpelling")

    @cached_property
    def compared_with(self) -> Mapping[str, frozenset[str]]:
        """For a property, those whose values its own are held against to find a conflict."""
        return self._related("comparedWith")

    @cached_property
    def name_properties(self) -> Mapping[str, str]:
        """For a kind of name, the property that carries names of that kind."""
        return {kind: next(iter(properties)) for kind, properties in self._related("nameProperty").items()}

    @cached_property
    def relations(self) -> Mapping[str, tuple[str, str, str]]:
        """For a class of relations, the properties that name where its ties run from, to, and their kind."""
        tails, heads, kinds = (self._related(f"{name}Property") for name in ("tail", "head", "kind"))
        return {one: (min(tails[one]), min(heads[one]), min(kinds[one])) for one in tails}

    @cached_property
    def tie_properties(self) -> Mapping[str, str]:
        """The properties whose values are tied to their subject, as if by a relation, and the sort of relation."""
        wanted = MK + "tieGroup"
        return {s: o.value for s, p, o in self.statements if p == wanted and isinstance(o, pyoxigraph.Literal)}

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The date properties that tell when ties of their subject begin."""
        return self._marked("begins")

    @cached_property
    def endings(self) -> frozenset[str]:
        """The date properties that tell when ties of their subject end."""
        return self._marked("ends")

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The English label of every term and concept."""
        wanted = (RDFS + "label", SKOS + "prefLabel")
        return {s: o.value for s, p, o in self.statements if p in wanted and isinstance(o, pyoxigraph.Literal)}

    @cached_property
    def claim_properties(self) -> frozenset[str]:
        """The properties of claims themselves: citation, certainty, note and so on."""
        return frozenset(s for s, p, o in self.statements if p == RDFS + "domain" and o == MK + "Claim")

    def _marked(self, name: str) -> frozenset[str]:
        return frozenset(s for s, p, o in self.statements if p == MK + name and _is_true(o))

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
