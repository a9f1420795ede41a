"""Ties: each relation as one edge between two things, so that a network is one pattern to ask and not five.

A relation's ends and its kind are claims of their own; a tie holds them together, with the claims it rests on. Relations
that are only implied of people have ties too, marked as not asserted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..ontology import Vocabulary
from ..terms import Term, Triple, iri, literal, value
from ..vocabulary import MK, PROV, RDF, XSD
from .claims import Claim, hashed
from .people import PERSON

_ON_BEHALF_OF = iri(MK + "onBehalfOf")
_P = {
    name: iri(MK + name)
    for name in "tieFrom tieTo tieKind tieGroup tieCertainty tieAsserted tieCitation tieDisputed".split()
}
_TYPE, _BECAUSE = iri(RDF + "type"), iri(PROV + "wasDerivedFrom")
_SINCE, _UNTIL = iri(MK + "tieSince"), iri(MK + "tieUntil")
#: The sorts of relations whose ties take their dates from the thing that they lead to.
DATED_BY_HEAD = ("participation", "contribution")
_IS_TIE = iri(MK + "Tie")
_FLAGS = {flag: literal(str(flag).lower(), XSD + "boolean") for flag in (True, False)}

_About = Mapping[Term, list[Claim]]


@dataclass(frozen=True)
class _Pattern:
    """A class of relations: the name of its ties, and the properties that hold their ends and their kind."""

    relation: Term
    group: str
    tail: Term
    head: Term
    kind: Term


@dataclass(frozen=True)
class _Tie:
    """One edge, and the claims it rests on."""

    relation: Term
    tail: Term
    kind: Term
    head: Term
    group: str
    because: tuple[Claim, ...]

    def triples(self, dates: Iterable[tuple[Term, Term]]) -> Iterator[Triple]:
        """The tie's node."""
        node = hashed("tie", Triple(f"{self.relation} {self.tail}", self.kind, self.head))
        implied = any(claim.is_implied for claim in self.because)
        of_person = any(end.startswith(f"<{PERSON}") for end in (self.tail, self.head))
        asserted = all(claim.is_asserted for claim in self.because) and not (implied and of_person)
        yield Triple(node, _TYPE, _IS_TIE)
        yield Triple(node, _P["tieFrom"], self.tail)
        yield Triple(node, _P["tieTo"], self.head)
        yield Triple(node, _P["tieKind"], self.kind)
        yield Triple(node, _P["tieGroup"], literal(self.group))
        yield Triple(node, _P["tieCertainty"], iri(MK + ("implied" if implied else "explicit")))
        yield Triple(node, _P["tieAsserted"], _FLAGS[asserted])
        yield from (Triple(node, _BECAUSE, claim.term) for claim in self.because)
        yield from (
            Triple(node, _P["tieCitation"], one) for one in set().union(*(claim.citations for claim in self.because))
        )
        if any(claim.conflicts for claim in self.because):
            yield Triple(node, _P["tieDisputed"], _FLAGS[True])
        yield from (Triple(node, prop, date) for prop, date in dates)


def ties(claims: Iterable[Claim], words: Vocabulary) -> Iterator[Triple]:
    """The ties that the claims about relations make; what was rejected makes none.

    Who acts on behalf of an organisation is tied to it, and the organisation to what was done on its behalf.
    """
    about: dict[Term, dict[Term, list[Claim]]] = {}
    for claim in claims:
        if claim.status != "rejected":
            about.setdefault(claim.triple.subject, {}).setdefault(claim.triple.predicate, []).append(claim)
    patterns = {pattern.head: pattern for pattern in _patterns(words)}
    for relation, stated in about.items():
        for head in stated.keys() & patterns.keys():
            for tie in _ties(relation, stated, patterns[head]):
                yield from tie.triples({*_dates(tie, stated, about.get(tie.head, {}), words)})
        for prop, group in words.tie_properties.items():
            for claim in stated.get(iri(prop), []):
                tie = _Tie(relation, claim.triple.object, claim.triple.predicate, relation, group, (claim,))
                yield from tie.triples({*_dates(tie, stated, stated, words)})


def _patterns(words: Vocabulary) -> Iterator[_Pattern]:
    for relation, properties in words.relations.items():
        yield _Pattern(iri(relation), words.labels[relation], *map(iri, properties))


def _ties(relation: Term, stated: _About, pattern: _Pattern) -> Iterator[_Tie]:
    kinds: list[Claim | None] = [*stated.get(pattern.kind, [])] or [None]
    tails, behalf = stated.get(pattern.tail, []), stated.get(_ON_BEHALF_OF, [])
    for tail, kind, head in itertools.product([*tails, *behalf], kinds, stated[pattern.head]):
        if tail.triple.object == head.triple.object:
            continue
        because = (tail, head, kind) if kind else (tail, head)
        label = kind.triple.object if kind else pattern.relation
        yield _Tie(relation, tail.triple.object, label, head.triple.object, pattern.group, because)
    for tail, organisation in itertools.product(tails, behalf):
        ends = tail.triple.object, _ON_BEHALF_OF, organisation.triple.object
        yield _Tie(relation, *ends, "on-behalf-of", (tail, organisation))


def _dates(tie: _Tie, stated: _About, head: _About, words: Vocabulary) -> Iterator[tuple[Term, Term]]:
    """When the tie began and ended: what is said of the relation, else of the thing that it leads to."""
    ends_there = tie.group in DATED_BY_HEAD
    for prop, properties in ((_SINCE, words.beginnings), (_UNTIL, words.endings)):
        own = [*_values(stated, properties)]
        yield from ((prop, date) for date in own or (_values(head, properties) if ends_there else ()))


def _values(about: _About, properties: frozenset[str]) -> Iterator[Term]:
    for predicate, claims in about.items():
        if value(predicate) in properties:
            yield from (claim.triple.object for claim in claims if claim.is_asserted)
