"""Facts to claims: one node for each triple that a passage states, its status, its conflicts, and whether it is asserted."""

from __future__ import annotations

import difflib
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from ..dates import EdtfDate, parse
from ..errors import Origin, Problem
from ..ontology import Vocabulary
from ..terms import Term, Triple, iri, language, literal, value
from ..vocabulary import BASE, MK, RDF, XSD, expand
from .facts import Decision, Fact, Facts
from .people import PERSON

TYPE = iri(RDF + "type")
_DATE = f"<{BASE}date/"
_PROPERTIES = {
    name: iri(expand(name))
    for name in """rdf:type rdf:subject rdf:predicate rdf:object mk:certainty mk:status mk:asserted mk:nuance mk:note
    mk:citation mk:conflictsWith mk:reason mk:decidedBy mk:decidedOn""".split()
}
_BOOLEANS = {flag: literal(str(flag).lower(), XSD + "boolean") for flag in (True, False)}
_ALIKE = 0.6  # difflib's ratio from which two forms are taken for spellings of one name


@dataclass
class Claim:
    """What the sources say of one triple."""

    triple: Triple
    citations: set[Term] = field(default_factory=set)
    origins: list[Origin] = field(default_factory=list)
    nuances: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    is_implied: bool = True
    is_asserted: bool = True
    status: str = "accepted"
    decision: Mapping[str, str] | None = None
    conflicts: set[Term] = field(default_factory=set)

    @cached_property
    def term(self) -> Term:
        """The claim's IRI: a hash of its triple, so that it is the same in every build."""
        return hashed("claim", self.triple)

    def add(self, fact: Fact) -> None:
        """Let one more witness speak for the claim."""
        witness = fact.witness
        self.origins.append(witness.origin)
        self.is_implied = self.is_implied and witness.is_implied
        self.citations |= {witness.citation} if witness.citation else set()
        self.nuances |= {witness.nuance} if witness.nuance else set()
        self.notes |= {witness.note} if witness.note else set()

    def triples(self) -> Iterator[Triple]:
        """The claim's node, in RDF."""
        for name, term in self._statements():
            yield Triple(self.term, _PROPERTIES[name], term)

    def _statements(self) -> Iterator[tuple[str, Term]]:
        yield "rdf:type", iri(MK + "Claim")
        yield from zip(("rdf:subject", "rdf:predicate", "rdf:object"), self.triple, strict=True)
        yield "mk:certainty", iri(MK + ("implied" if self.is_implied else "explicit"))
        yield "mk:status", iri(MK + self.status)
        yield "mk:asserted", _BOOLEANS[self.is_asserted]
        for name, texts in (("mk:nuance", self.nuances), ("mk:note", self.notes)):
            yield from ((name, literal(text)) for text in texts)
        for name, terms in (("mk:citation", self.citations), ("mk:conflictsWith", self.conflicts)):
            yield from ((name, term) for term in terms)
        if self.decision:
            yield "mk:reason", literal(self.decision["reason"])
            yield "mk:decidedBy", literal(self.decision["decider"])
            yield "mk:decidedOn", literal(self.decision["date"], XSD + "date")


def hashed(kind: str, triple: Triple) -> Term:
    """The IRI of a statement about a triple: the first 16 hexadecimal digits of its SHA-256."""
    return f"<{BASE}{kind}/{hashlib.sha256(' '.join(triple).encode()).hexdigest()[:16]}>"


def read_claims(facts: Facts, words: Vocabulary) -> tuple[dict[Triple, Claim], list[Problem]]:
    """The claims that the facts make, decided and compared, and every decision that concerns no claim."""
    claims: dict[Triple, Claim] = {}
    for fact in facts.facts:
        claims.setdefault(fact.triple, Claim(fact.triple)).add(fact)
    problems = [problem for decision in facts.decisions for problem in _decide(decision, facts, claims)]
    _hide_implied(facts, claims)
    _mark_conflicts(claims, words)
    return claims, problems


def _decide(decision: Decision, facts: Facts, claims: Mapping[Triple, Claim]) -> Iterator[Problem]:
    pair = decision.subject, decision.predicate
    found = [claim for triple, claim in claims.items() if triple[:2] == pair and decision.means(triple.object)]
    if not found and not any(triple[:2] == pair and decision.means(triple.object) for triple in facts.references):
        value_cell = decision.row.cells["value"]
        yield Problem(
            decision.row.origin("value"), "MK019", "no claim has this subject, property and value", value_cell
        )
    for claim in found:
        claim.status, claim.decision = decision.row.cells["status"], decision.row.cells
        claim.is_asserted = claim.status != "rejected"


def _hide_implied(facts: Facts, claims: dict[Triple, Claim]) -> None:
    """Keep what is only implied of a person out of the plain layer: whole relations, and single facts."""
    by_subject: dict[Term, list[Claim]] = {}
    for claim in claims.values():
        by_subject.setdefault(claim.triple.subject, []).append(claim)
    for subject, about in by_subject.items():
        is_relation = subject in facts.relations
        if is_relation and all(claim.is_implied for claim in about) and any(map(_names_person, about)):
            _hide_relation(subject, about, facts, claims)
        elif not is_relation:
            for claim in about:
                speaks_of_person = subject.startswith(f"<{PERSON}") or _names_person(claim)
                claim.is_asserted = claim.is_asserted and not (claim.is_implied and speaks_of_person)


def _names_person(claim: Claim) -> bool:
    return claim.triple.object.startswith(f"<{PERSON}")


def _hide_relation(subject: Term, about: list[Claim], facts: Facts, claims: dict[Triple, Claim]) -> None:
    for claim in about:
        claim.is_asserted = False
    for triple in [t for t in facts.references if t.subject == subject and t.predicate == TYPE]:
        origin = facts.references.pop(triple)
        citations = set().union(*(claim.citations for claim in about))
        claims[triple] = Claim(triple, citations, [origin], is_asserted=False)


def _mark_conflicts(claims: Mapping[Triple, Claim], words: Vocabulary) -> None:
    for one, other in itertools.chain(_rival_values(claims, words), _rival_forms(claims, words)):
        one.conflicts.add(other.term)
        other.conflicts.add(one.term)


def _rival_values(claims: Mapping[Triple, Claim], words: Vocabulary) -> Iterator[tuple[Claim, Claim]]:
    groups: dict[tuple[Term, Term, str], list[Claim]] = {}
    for triple, claim in claims.items():
        if value(triple.predicate) in words.single_valued and claim.status != "rejected":
            groups.setdefault((triple.subject, triple.predicate, language(triple.object)), []).append(claim)
    for group in groups.values():
        for one, other in itertools.combinations(group, 2):
            if _cannot_both_hold(one.triple, other.triple, words):
                yield one, other


def _cannot_both_hold(one: Triple, other: Triple, words: Vocabulary) -> bool:
    """Dates conflict where they share no day; texts where their letters differ; all else where unequal."""
    if one.object.startswith(_DATE) and other.object.startswith(_DATE):
        return _date(one.object).disjoint(_date(other.object))
    if one.object.startswith('"') and value(other.predicate) not in words.exactly_spelt:
        return _letters(value(one.object)) != _letters(value(other.object))
    return True


def _date(term: Term) -> EdtfDate:
    return parse(unquote(term[len(_DATE) : -1]))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _rival_forms(claims: Mapping[Triple, Claim], words: Vocabulary) -> Iterator[tuple[Claim, Claim]]:
    """A form of a name that a source prints, against the names of the same thing and language that look alike."""
    names: dict[tuple[Term, Term, str], list[Claim]] = {}
    for triple, claim in claims.items():
        names.setdefault((triple.subject, triple.predicate, language(triple.object)), []).append(claim)
    for triple, claim in claims.items():
        for prop in words.compared_with.get(value(triple.predicate), ()):
            for other in names.get((triple.subject, iri(prop), language(triple.object)), ()):
                if _look_alike(triple, other.triple) and _cannot_both_hold(triple, other.triple, words):
                    yield claim, other


def _look_alike(one: Triple, other: Triple) -> bool:
    texts = value(one.object).casefold(), value(other.object).casefold()
    return difflib.SequenceMatcher(None, *texts, autojunk=False).ratio() >= _ALIKE


def plain(claims: Iterable[Claim]) -> Iterator[Triple]:
    """The triples that stand in the plain layer."""
    return (claim.triple for claim in claims if claim.is_asserted)
