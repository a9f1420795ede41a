"""The shapes file as values: nodes with their constraints, checked for terms that SHACL does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from ..errors import DataError, Origin, Problem, suggest
from ..vocabulary import DCTERMS, RDF, RDFS, SH

Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
Node = pyoxigraph.NamedNode | pyoxigraph.BlankNode

#: Every term of the SHACL namespace that may stand in a shapes file (W3C Recommendation of 20 July 2017).
TERMS = frozenset(
    """NodeShape PropertyShape Shape targetClass targetNode targetSubjectsOf targetObjectsOf property path inversePath
    alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath message severity deactivated name description order
    group defaultValue class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive
    minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone
    node qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties
    hasValue in sparql select prefixes declare prefix namespace IRI BlankNode Literal BlankNodeOrIRI
    BlankNodeOrLiteral IRIOrLiteral Violation Warning Info PropertyGroup SPARQLConstraint PrefixDeclaration""".split()
)


@dataclass(frozen=True)
class ShapesGraph:
    """The statements of a shapes file, by subject and property name within the SHACL namespace."""

    properties: Mapping[Node, Mapping[str, tuple[Term, ...]]]

    def values(self, node: Term, prop: str) -> tuple[Term, ...]:
        """The values of a property, given by its local name in SHACL or its whole IRI."""
        found = self.properties.get(node, {}) if isinstance(node, pyoxigraph.NamedNode | pyoxigraph.BlankNode) else {}
        return found.get(prop if ":" in prop else SH + prop, ())

    def value(self, node: Term, prop: str) -> Term | None:
        """The one value of a property, None where it has none."""
        return next(iter(self.values(node, prop)), None)

    def statements(self, node: Term) -> Iterator[tuple[str, Term]]:
        """What is said of a node: each property as an IRI in N-Triples, and its value."""
        found = self.properties.get(node, {}) if isinstance(node, pyoxigraph.NamedNode | pyoxigraph.BlankNode) else {}
        return ((f"<{prop}>", value) for prop, values in found.items() for value in values)

    def members(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        while isinstance(head, pyoxigraph.BlankNode):
            first, rest = self.value(head, RDF + "first"), self.value(head, RDF + "rest")
            if first is None or rest is None:
                return
            yield first
            head = rest

    def roots(self) -> Iterator[Node]:
        """The shapes that have targets, by name; a class that is a shape targets its instances (SHACL, section 2.1.3.3)."""
        targets = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")}
        for node in sorted(self.properties, key=str):
            if targets & self.properties[node].keys() or self.is_class(node):
                yield node

    def is_class(self, node: Node) -> bool:
        """Whether a shape is a class too, whose instances are its targets without being named so."""
        types = {str(term) for term in self.values(node, RDF + "type")}
        return f"<{RDFS}Class>" in types and bool(types & {f"<{SH}NodeShape>", f"<{SH}PropertyShape>"})

    def prefixes(self, constraint: Term) -> dict[str, str]:
        """The namespaces by prefix that a SPARQL constraint declares (SHACL, section 5.2.1)."""
        found: dict[str, str] = {}
        for ontology in self.values(constraint, "prefixes"):
            for declared in self.values(ontology, "declare"):
                prefix, namespace = self.value(declared, "prefix"), self.value(declared, "namespace")
                if isinstance(prefix, pyoxigraph.Literal) and isinstance(namespace, pyoxigraph.Literal):
                    found[prefix.value] = namespace.value
        return found

    def rule(self, node: Term) -> str:
        """The rule id of a shape, its own IRI's last step where it has none."""
        found = self.value(node, DCTERMS + "identifier")
        name = node.value.rpartition("/")[2] if isinstance(node, pyoxigraph.NamedNode) else "unnamed"
        return found.value if isinstance(found, pyoxigraph.Literal) else name

    def message(self, node: Term) -> str:
        """What the shape tells a curator."""
        found = self.value(node, "message")
        return found.value if isinstance(found, pyoxigraph.Literal) else "does not keep to its shape"

    def severity(self, node: Term) -> str:
        """The IRI of the shape's severity."""
        found = self.value(node, "severity")
        return found.value if isinstance(found, pyoxigraph.NamedNode) else SH + "Violation"


def read(path: Path) -> ShapesGraph:
    """The shapes of a Turtle file.

    Raises DataError where the file is missing, is no Turtle, holds no shape with a target, or uses a term of the SHACL
    namespace that SHACL does not have (other validators pass those over in silence).
    """
    try:
        turtle = path.read_bytes()
    except OSError as error:
        raise DataError([Problem(Origin(str(path)), "MK040", f"cannot be read ({error.strerror})")]) from None
    properties: dict[Node, dict[str, tuple[Term, ...]]] = {}
    try:
        for quad in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE):
            assert not isinstance(quad.subject, pyoxigraph.Triple)
            values = properties.setdefault(quad.subject, {})
            values[quad.predicate.value] = (*values.get(quad.predicate.value, ()), quad.object)
    except SyntaxError as error:
        raise DataError(
            [Problem(Origin(str(path), error.lineno or 0), "MK041", f"is no Turtle: {error.msg}")]
        ) from None
    graph = ShapesGraph(properties)
    problems = [*_unknown_terms(graph, str(path), turtle.decode("utf-8", "replace"))]
    if not any(graph.roots()):
        problems.append(Problem(Origin(str(path)), "MK042", "holds no shape with a target, so it would pass anything"))
    if problems:
        raise DataError(problems)
    return graph


def _unknown_terms(graph: ShapesGraph, file: str, turtle: str) -> Iterator[Problem]:
    for name in sorted({name for name in _used_terms(graph) if name not in TERMS}):
        line = next((n for n, text in enumerate(turtle.splitlines(), 1) if re.search(rf"sh:{name}\b", text)), 0)
        yield Problem(Origin(file, line), "MK043", "no such term in SHACL", f"sh:{name}", _near(name))


def _near(name: str) -> str | None:
    near = suggest(name, TERMS)
    return near and f"sh:{near}"


def _used_terms(graph: ShapesGraph) -> Iterator[str]:
    for values in graph.properties.values():
        for prop, objects in values.items():
            for text in (prop, *(o.value for o in objects if isinstance(o, pyoxigraph.NamedNode))):
                if text.startswith(SH):
                    yield text[len(SH) :]
