"""The rules of `ontology/rules`: short cuts that make plain queries short, each traceable to the claims it rests on."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from ..errors import RequestError
from ..terms import Term, Triple, iri, literal
from ..vocabulary import BASE, MK, PROV, RDF, RDFS, expand
from .claims import hashed

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

    def triples(self) -> Iterator[Triple]:
        """The rule's own node."""
        yield Triple(self.term, iri(RDF + "type"), iri(MK + "Rule"))
        yield Triple(self.term, iri(RDFS + "label"), literal(self.name, language="en"))
        yield Triple(self.term, iri(RDFS + "comment"), literal(self.comment, language="en"))


def read_rules(ontology: Path) -> list[Rule]:
    """The rules of an ontology folder, by file name; each file's first comment lines say what the rule is for."""
    return [_rule(path) for path in sorted((ontology / "rules").glob("*.rq"))]


def derive(store: pyoxigraph.Store, standing: Container[Triple], rules: list[Rule]) -> dict[Triple, list[Triple]]:
    """What the rules add to a store whose triples are `standing`: each derived triple with the triples of its derivation node.

    Rules see what the rules before them derived; a triple that stands already is not derived.
    Raises RequestError where a rule is no SELECT of subject, predicate, object and because.
    """
    derived: dict[Triple, list[Triple]] = {}
    for rule in rules:
        reasons: dict[Triple, set[Term]] = {}
        for triple, because in _rows(store, rule):
            reasons.setdefault(triple, set()).add(because)
        for triple in [triple for triple in reasons if triple in standing or triple in derived]:
            del reasons[triple]
        for triple, claims in reasons.items():
            derived[triple] = [*_derivation(triple, rule, claims)]
        store.bulk_load("".join(t.line for t in reasons).encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    return derived


def _rule(path: Path) -> Rule:
    query = path.read_text("utf-8")
    comment = " ".join(line[1:].strip() for line in query.splitlines() if line.startswith("#"))
    return Rule(path.stem, comment, query)


def _rows(store: pyoxigraph.Store, rule: Rule) -> Iterator[tuple[Triple, Term]]:
    try:
        answer = store.query(rule.query)
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
