"""The rules of `ontology/rules`: short cuts that make plain queries short, each traceable to the claims it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph

from ..errors import RequestError
from ..sparql import bind, tokens
from ..terms import Term, Triple, iri, literal
from ..triples import about, found, holds, put, take
from ..vocabulary import BASE, CLAIM_LAYER, MK, PREFIXES, PROV, RDF, RDFS, expand
from .claims import hashed

_SUBJECT, _DERIVATION = f"<{RDF}subject>", f"<{BASE}derivation/"
_COLUMNS = ("subject", "predicate", "object", "because")


@dataclass(frozen=True)
class Rule:
    """A SELECT whose rows are a triple to derive and one claim it rests on."""

    name: str
    comment: str
    query: str

    @property
    def term(self) -> Term:
        """The rule's IRI."""
        return iri(f"{BASE}rule/{self.name}")

    @cached_property
    def names(self) -> frozenset[Term]:
        """The IRIs that stand in the rule, and so the properties that it can read, and more."""
        names = {token.text for token in tokens(self.query) if token.kind in ("iri", "name")}
        return frozenset(name if name.startswith("<") else iri(expand(name)) for name in names if _is_whole(name))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The variables that stand as the subject of a pattern which every row of the rule matches."""
        return frozenset(_subject_variables(self.query))

    def triples(self) -> Iterator[Triple]:
        """The rule's own node."""
        yield Triple(self.term, iri(RDF + "type"), iri(MK + "Rule"))
        yield Triple(self.term, iri(RDFS + "label"), literal(self.name, language="en"))
        yield Triple(self.term, iri(RDFS + "comment"), literal(self.comment, language="en"))


def read_rules(ontology: Path) -> list[Rule]:
    """The rules of an ontology folder, by file name; each file's first comment lines say what the rule is for."""
    return [_rule(path) for path in sorted((ontology / "rules").glob("*.rq"))]


#: What is derived, each triple with the rule that explains it and the claims that it rests on.
Derived = dict[Triple, tuple[Rule, set[Term]]]


def derive(
    store: pyoxigraph.Store,
    stands: Callable[[Triple], bool],
    rules: list[Rule],
    subjects: Collection[Term] | None = None,
) -> Derived:
    """What the rules add to a store: each derived triple with its rule and the claims that it rests on.

    Rules see what rules derive, until nothing new comes; a triple that `stands` already is not derived, and the first rule
    that gives a triple is the one that explains it. With `subjects`, only triples with these subjects are derived.
    Raises RequestError where a rule is no SELECT of subject, predicate, object and because.
    """
    reasons: dict[str, dict[Triple, set[Term]]] = {rule.name: {} for rule in rules}
    own: set[Triple] = set()
    pending = rules
    while pending:
        new: set[Triple] = set()
        for rule in pending:
            given = _reasons(store, rule, subjects)
            reasons[rule.name] = {t: claims for t, claims in given.items() if t in own or not stands(t)}
            fresh = reasons[rule.name].keys() - own
            put(store, fresh)
            own |= fresh
            new |= fresh
        predicates = {triple.predicate for triple in new}
        pending = [rule for rule in rules if rule.names & predicates]
    derived: Derived = {}
    for rule in rules:
        for triple, claims in reasons[rule.name].items():
            if triple not in derived:
                derived[triple] = rule, claims
    return derived


def explanations(derived: Derived) -> Iterator[Triple]:
    """The nodes that say of each derived triple what it rests on."""
    for triple, (rule, claims) in derived.items():
        yield from _derivation(triple, rule, claims)


def rederive(
    before: pyoxigraph.Store, now: pyoxigraph.Store, rules: list[Rule], changed: Collection[Term]
) -> tuple[set[Triple], set[Triple]]:
    """Bring what the rules derive up to date in a store where the triples about some terms changed: what went, what came.

    `before` is the store as it was, `now` the changed one, which still holds what was derived in it; `changed` are the
    subjects of the triples that differ. The work grows with what is derived of the things concerned, and not with the store.
    A row of a rule changes only where a pattern outside its OPTIONAL parts matches a changed subject (counting and
    retrieval: Gupta, Mumick and Subrahmanian 1993, SIGMOD, section 7, delete and rederive).
    """
    gone: set[Triple] = set()
    come: set[Triple] = set()
    frontier, awake = set(changed), rules
    while frontier and awake:
        concerned = frontier | {t.subject for store in (before, now) for t in _matches(store, awake, frontier)}
        old = {t for subject in concerned for t in _derived(now, subject)}
        take(now, old)
        derived = derive(now, lambda triple: holds(now, triple), rules, concerned)
        new = derived.keys() | {*explanations(derived)}
        put(now, new)
        went, came = old - new, new - old
        gone, come = (gone - came) | (went - come), (come - went) | (came - gone)
        differ = {triple for triple in old ^ new if not triple.subject.startswith(CLAIM_LAYER)}
        frontier = {triple.subject for triple in differ}
        awake = [rule for rule in rules if rule.names & {triple.predicate for triple in differ}]
    return gone, come


def _matches(store: pyoxigraph.Store, rules: list[Rule], terms: Collection[Term]) -> Iterator[Triple]:
    """The heads of the rows of rules in which one of the terms is the subject of a pattern."""
    wanted = sorted(terms)
    for rule in rules:
        for name in sorted(rule.subjects):
            yield from (triple for triple, _ in _rows(store, rule, bind(rule.query, {name: wanted})))


def _derived(store: pyoxigraph.Store, subject: Term) -> Iterator[Triple]:
    """The derived facts of a thing, and the triples of their derivation nodes."""
    for node in [t.subject for t in found(store, predicate=_SUBJECT, obj=subject) if t.subject.startswith(_DERIVATION)]:
        told = [*about(store, node)]
        yield from told
        parts = {triple.predicate: triple.object for triple in told}
        yield Triple(*(parts[f"<{RDF}{name}>"] for name in ("subject", "predicate", "object")))


def _reasons(store: pyoxigraph.Store, rule: Rule, subjects: Collection[Term] | None) -> dict[Triple, set[Term]]:
    query = rule.query if subjects is None else bind(rule.query, {"subject": sorted(subjects)})
    reasons: dict[Triple, set[Term]] = {}
    for triple, because in _rows(store, rule, query):
        reasons.setdefault(triple, set()).add(because)
    return reasons


def _subject_variables(query: str) -> Iterator[str]:
    """Variables right after the beginning of a pattern, outside parts that only add to rows or take from them."""
    before, aside = "", [False]
    for token in tokens(query):
        if token.text == "{":
            aside.append(aside[-1] or before.upper() in ("OPTIONAL", "MINUS", "EXISTS"))
        elif token.text == "}":
            aside.pop()
        elif token.kind == "variable" and before in ("{", "}", ".", ")") and not aside[-1]:
            yield token.text[1:]
        before = token.text


def _is_whole(name: str) -> bool:
    prefix, _, rest = name.partition(":")
    return name.startswith("<") or (prefix in PREFIXES and bool(rest))


def _rule(path: Path) -> Rule:
    query = path.read_text("utf-8")
    comment = " ".join(line[1:].strip() for line in query.splitlines() if line.startswith("#"))
    return Rule(path.stem, comment, query)


def _rows(store: pyoxigraph.Store, rule: Rule, query: str) -> Iterator[tuple[Triple, Term]]:
    try:
        answer = store.query(query)
    except SyntaxError as error:
        raise RequestError(f"ontology/rules/{rule.name}.rq: {error}") from None
    if not isinstance(answer, pyoxigraph.QuerySolutions) or [v.value for v in answer.variables] != [*_COLUMNS]:
        raise RequestError(f"ontology/rules/{rule.name}.rq: must select ?subject ?predicate ?object ?because")
    for row in answer:
        subject, predicate, obj, because = (str(row[name]) for name in _COLUMNS)
        yield Triple(subject, predicate, obj), because


def _derivation(triple: Triple, rule: Rule, claims: set[Term]) -> Iterator[Triple]:
    node = hashed("derivation", triple)
    yield Triple(node, iri(RDF + "type"), iri(MK + "Derivation"))
    for name, term in zip(("rdf:subject", "rdf:predicate", "rdf:object"), triple, strict=True):
        yield Triple(node, iri(expand(name)), term)
    yield Triple(node, iri(MK + "rule"), rule.term)
    for claim in claims:
        yield Triple(node, iri(PROV + "wasDerivedFrom"), claim)
