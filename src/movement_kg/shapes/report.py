"""What a validation found: results, and the standard report that holds them (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from ..terms import Term, Triple, iri, literal, ntriples
from ..vocabulary import RDF, SH, XSD

Node = TypeVar("Node")
_WAY = "_:way"


@dataclass(frozen=True, slots=True)
class Result:
    """One violation; terms in N-Triples, `path` None where it is no single property: `way` then describes it.

    Two that differ in `way` alone are the same, as its blank nodes have no names that mean anything.
    """

    focus: Term
    path: Term | None
    value: Term | None
    rule: str
    message: str
    severity: str
    component: str
    shape: Term
    way: tuple[Triple, ...] = field(default=(), compare=False)

    def __lt__(self, other: Result) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[str, ...]:
        return self.rule, self.focus, self.path or "", self.value or "", self.component


def report(results: Iterable[Result]) -> bytes:
    """A `sh:ValidationReport` in N-Triples; its nodes are blank, as the Recommendation writes them."""
    found = [*results]
    return ntriples(_triples(found))


def way_of(
    path: Node, statements: Callable[[Node], Iterable[tuple[Term, Node]]], shown: Callable[[Node], Term]
) -> tuple[Triple, ...]:
    """The description of a path that is a blank node (SHACL, section 2.3.1), copied with blank nodes of its own.

    `statements` gives what is said of a node, `shown` a term in N-Triples.
    """
    names, waiting, found = {shown(path): f"{_WAY}0"}, [path], []
    for node in waiting:
        for predicate, value in statements(node):
            term = shown(value)
            if term.startswith("_:") and term not in names:
                names[term] = f"{_WAY}{len(names)}"
                waiting.append(value)
            found.append(Triple(names[shown(node)], predicate, names.get(term, term)))
    return tuple(found)


def _triples(results: list[Result]) -> Iterator[Triple]:
    head = "_:report"
    yield Triple(head, iri(RDF + "type"), iri(SH + "ValidationReport"))
    yield Triple(head, iri(SH + "conforms"), literal("false" if results else "true", XSD + "boolean"))
    for number, result in enumerate(results):
        node = f"_:result{number}"
        yield Triple(head, iri(SH + "result"), node)
        yield Triple(node, iri(RDF + "type"), iri(SH + "ValidationResult"))
        yield from (Triple(node, iri(SH + name), term) for name, term in _statements(result))
        if result.way:
            way = [Triple(*(_of_result(node, term) for term in triple)) for triple in result.way]
            yield from (Triple(node, iri(SH + "resultPath"), way[0].subject), *way)


def _of_result(node: Term, term: Term) -> Term:
    """A node of a result's path, which no other result shares."""
    return f"{node}{term[2:]}" if term.startswith(_WAY) else term


def _statements(result: Result) -> Iterator[tuple[str, Term]]:
    yield "focusNode", result.focus
    yield "resultMessage", literal(result.message)
    yield "resultSeverity", iri(result.severity)
    yield "sourceConstraintComponent", iri(result.component)
    if result.shape.startswith("<"):
        yield "sourceShape", result.shape
    if result.path:
        yield "resultPath", result.path
    if result.value:
        yield "value", result.value
