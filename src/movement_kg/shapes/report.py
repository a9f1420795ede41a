"""What a validation found: results, and the standard report that holds them (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..terms import Term, Triple, iri, literal, ntriples
from ..vocabulary import RDF, SH, XSD


@dataclass(frozen=True, slots=True)
class Result:
    """One violation; terms in N-Triples, `path` None where it is no single property."""

    focus: Term
    path: Term | None
    value: Term | None
    rule: str
    message: str
    severity: str
    component: str
    shape: Term

    def __lt__(self, other: Result) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[str, ...]:
        return self.rule, self.focus, self.path or "", self.value or "", self.component


def report(results: Iterable[Result]) -> bytes:
    """A `sh:ValidationReport` in N-Triples; its nodes are blank, as the Recommendation writes them."""
    found = [*results]
    return ntriples(_triples(found))


def _triples(results: list[Result]) -> Iterator[Triple]:
    head = "_:report"
    yield Triple(head, iri(RDF + "type"), iri(SH + "ValidationReport"))
    yield Triple(head, iri(SH + "conforms"), literal("false" if results else "true", XSD + "boolean"))
    for number, result in enumerate(results):
        node = f"_:result{number}"
        yield Triple(head, iri(SH + "result"), node)
        yield Triple(node, iri(RDF + "type"), iri(SH + "ValidationResult"))
        yield from (Triple(node, iri(SH + name), term) for name, term in _statements(result))


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
