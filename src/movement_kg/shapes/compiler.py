"""Shapes compiled to SPARQL 1.1: one SELECT for each constraint, whose rows are its violations.

Follows the SPARQL definitions of the SHACL Recommendation (2017), section 4. What is not compiled here is named, so that
the reference validator can take over those shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph

from ..sparql import tokens
from ..vocabulary import RDF, RDFS, SH, XSD
from .model import Node, ShapesGraph, Term

_TYPE = f"<{RDF}type>/<{RDFS}subClassOf>*"
_NOT_CONSTRAINTS = frozenset(
    """targetClass targetNode targetSubjectsOf targetObjectsOf property path message severity name description order
    group defaultValue flags ignoredProperties""".split()
)
_STAYING = frozenset((SH + "zeroOrMorePath", SH + "zeroOrOnePath"))
_ROW = "?this ?path ?value"
_TARGET = "%TARGET%"  # where the focus nodes come from
_NODE_KINDS = {
    "IRI": "isIRI({v})",
    "BlankNode": "isBlank({v})",
    "Literal": "isLiteral({v})",
    "BlankNodeOrIRI": "!isLiteral({v})",
    "BlankNodeOrLiteral": "!isIRI({v})",
    "IRIOrLiteral": "!isBlank({v})",
}
_DECIMAL = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_ANY_TEXT = frozenset((XSD + "string", RDF + "langString", XSD + "anyURI"))
_GRAMMARS = {
    XSD + "integer": "[+-]?[0-9]+",
    XSD + "decimal": _DECIMAL,
    XSD + "double": f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    XSD + "float": f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
    XSD + "boolean": "true|false|0|1",
}
_CAST = frozenset(XSD + name for name in ("date", "dateTime", "time", "duration", "gYear", "gYearMonth"))
_COMPARED = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}


class UnsupportedError(Exception):
    """A constraint that this compiler does not know."""


@dataclass(frozen=True)
class Check:
    """One constraint of one shape: the query that finds its violations, as rows of ?this and perhaps ?path and ?value.

    `root` is the shape that has the targets. Checks can be pickled, so that other processes may run them.
    """

    root: Node
    shape: Term
    path: Term | None
    component: str
    message: str
    target: str
    pattern: str

    @property
    def query(self) -> str:
        """The query over every target."""
        return self.pattern.replace(_TARGET, self.target)

    def about(self, nodes: Iterable[Term]) -> str:
        """The query over some targets, no blank nodes among them."""
        return self.pattern.replace(_TARGET, f"VALUES ?this {{ {' '.join(map(str, nodes))} }}")


@dataclass(frozen=True)
class _Target:
    root: Node
    query: str


def compile_shapes(graph: ShapesGraph) -> tuple[list[Check], list[Node]]:
    """The checks of all shapes that can be compiled, and the shapes that cannot."""
    checks: list[Check] = []
    left: list[Node] = []
    for root in graph.roots():
        try:
            checks += [*_shape_checks(graph, root)]
        except UnsupportedError:
            left.append(root)
    return checks, left


def _shape_checks(graph: ShapesGraph, root: Node) -> Iterator[Check]:
    if graph.is_class(root) or graph.value(root, "path") is not None:
        raise UnsupportedError("target")
    if graph.values(root, "targetNode") and any(
        _STAYING & properties.keys() for properties in graph.properties.values()
    ):
        raise UnsupportedError(
            "path"
        )  # Oxigraph follows no path from a node that is not in the graph, not even to itself
    target = _target(graph, root)
    yield from _constraints(graph, root, None, target)
    for shape in graph.values(root, "property"):
        path = graph.value(shape, "path")
        if path is None:
            raise UnsupportedError("property")
        if graph.values(shape, "property"):
            raise UnsupportedError("property")
        yield from _constraints(graph, shape, path, target)


def _target(graph: ShapesGraph, root: Node) -> _Target:
    parts = [f"?this {_TYPE} {c} ." for c in graph.values(root, "targetClass")]
    parts += [f"VALUES ?this {{ {n} }}" for n in graph.values(root, "targetNode")]
    parts += [f"?this {p} ?anything ." for p in graph.values(root, "targetSubjectsOf")]
    parts += [f"?anything {p} ?this ." for p in graph.values(root, "targetObjectsOf")]
    union = " UNION ".join(f"{{ {part} }}" for part in parts)
    return _Target(root, f"{{ SELECT DISTINCT ?this WHERE {{ {union} }} }}")


def _constraints(graph: ShapesGraph, shape: Term, path: Term | None, target: _Target) -> Iterator[Check]:
    for prop in sorted(graph.properties[shape]):  # type: ignore[index]
        name = prop.removeprefix(SH)
        if not prop.startswith(SH) or name in _NOT_CONSTRAINTS:
            continue
        if name == "deactivated":
            raise UnsupportedError(name)
        for argument in graph.values(shape, name):
            where = _violations(graph, shape, path, name, argument)
            select = where if where.startswith("SELECT") else f"SELECT DISTINCT {_ROW} WHERE {{ {_TARGET} {where} }}"
            declared = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in graph.prefixes(argument).items())
            message = graph.message(argument if graph.values(argument, "message") else shape)
            yield Check(target.root, shape, path, _component(name), message, target.query, declared + select)


def _component(name: str) -> str:
    special = {"sparql": "SPARQLConstraintComponent"}
    return SH + special.get(name, name[0].upper() + name[1:] + "ConstraintComponent")


def _violations(graph: ShapesGraph, shape: Term, path: Term | None, name: str, argument: Term) -> str:
    if name in _SHAPE_CONSTRAINTS:
        return _SHAPE_CONSTRAINTS[name](graph, shape, path, argument)
    each = f"?this {_path(graph, path)} ?value ." if path is not None else "BIND(?this AS ?value)"
    return f"{each} FILTER(!({_condition(graph, shape, name, argument, '?value')}))"


def _condition(graph: ShapesGraph, shape: Term, name: str, argument: Term, var: str) -> str:
    """What one value must fulfil, as a SPARQL expression that never raises an error."""
    if name == "class":
        return f"EXISTS {{ {var} {_TYPE} {argument} }}"
    if name == "datatype":
        return f"COALESCE(DATATYPE({var}) = {argument}, false) && {_well_formed(var, argument)}"
    if name == "nodeKind" and isinstance(argument, pyoxigraph.NamedNode):
        return _NODE_KINDS[argument.value.removeprefix(SH)].format(v=var)
    if name == "in":
        return f"COALESCE({' || '.join(f'sameTerm({var}, {m})' for m in graph.members(argument)) or 'false'}, false)"
    if name == "pattern":
        flags = graph.value(shape, "flags")
        return f"COALESCE(!isBlank({var}) && REGEX(STR({var}), {argument}{f', {flags}' if flags else ''}), false)"
    if name in ("minLength", "maxLength"):
        sign = ">=" if name == "minLength" else "<="
        return f"COALESCE(!isBlank({var}) && STRLEN(STR({var})) {sign} {argument}, false)"
    if name in _COMPARED:
        return f"COALESCE({var} {_COMPARED[name]} {argument}, false)"
    if name == "not":
        return f"!({_conforms(graph, argument, var)})"
    if name in ("or", "and"):
        sign = " || " if name == "or" else " && "
        return "(" + sign.join(f"({_conforms(graph, member, var)})" for member in graph.members(argument)) + ")"
    if name == "node":
        return _conforms(graph, argument, var)
    raise UnsupportedError(name)


def _well_formed(var: str, datatype: Term) -> str:
    """Whether a literal's text is one of its datatype; numbers by their grammar, as the engine's own are bounded."""
    name = datatype.value if isinstance(datatype, pyoxigraph.NamedNode) else ""
    if name in _ANY_TEXT:
        return "true"
    if name in _GRAMMARS:
        return f"COALESCE(REGEX(STR({var}), {pyoxigraph.Literal(f'^({_GRAMMARS[name]})$')}), false)"
    if name in _CAST:
        return f"COALESCE({datatype}(STR({var})) = {var}, false)"
    raise UnsupportedError("datatype")


def _conforms(graph: ShapesGraph, shape: Term, var: str) -> str:
    """Whether a node conforms to an inner shape of value constraints and of properties with a least count."""
    parts: list[str] = []
    for prop in sorted(graph.properties.get(shape, {})):  # type: ignore[arg-type]
        name = prop.removeprefix(SH)
        if not prop.startswith(SH) or name in ("message", "severity"):
            continue
        for argument in graph.values(shape, name):
            parts.append(_inner(graph, shape, name, argument, var))
    return " && ".join(f"({part})" for part in parts) or "true"


def _inner(graph: ShapesGraph, shape: Term, name: str, argument: Term, var: str) -> str:
    if name != "property":
        return _condition(graph, shape, name, argument, var)
    inner = {p.removeprefix(SH) for p in graph.properties[argument] if p.startswith(SH)}  # type: ignore[index]
    least, path = graph.value(argument, "minCount"), graph.value(argument, "path")
    if inner != {"path", "minCount"} or path is None or not isinstance(least, pyoxigraph.Literal) or least.value != "1":
        raise UnsupportedError("property")
    return f"EXISTS {{ {var} {_path(graph, path)} ?any }}"


def _path(graph: ShapesGraph, path: Term) -> str:
    """A SHACL property path (section 2.3.1) as a SPARQL property path."""
    if isinstance(path, pyoxigraph.NamedNode):
        return str(path)
    if steps := [*graph.members(path)]:
        return "/".join(_path(graph, step) for step in steps)
    for name, form in (
        ("inversePath", "^({})"),
        ("zeroOrMorePath", "({})*"),
        ("oneOrMorePath", "({})+"),
        ("zeroOrOnePath", "({})?"),
    ):
        if (inner := graph.value(path, name)) is not None:
            return form.format(_path(graph, inner))
    if (choices := graph.value(path, "alternativePath")) is not None:
        return "(" + "|".join(_path(graph, choice) for choice in graph.members(choices)) + ")"
    raise UnsupportedError("path")


def _min_count(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    return _count(graph, path, argument, "<")


def _max_count(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    return _count(graph, path, argument, ">")


def _count(graph: ShapesGraph, path: Term | None, argument: Term, sign: str) -> str:
    if path is None or not isinstance(argument, pyoxigraph.Literal):
        raise UnsupportedError("minCount")
    if (sign, argument.value) == ("<", "1"):
        return f"FILTER NOT EXISTS {{ ?this {_path(graph, path)} ?any }}"
    if (sign, argument.value) == (">", "1"):  # a second value ends the search, and no group of values is held
        way = _path(graph, path)
        return f"FILTER EXISTS {{ ?this {way} ?one . ?this {way} ?two . FILTER(!sameTerm(?one, ?two)) }}"
    return (
        f"SELECT ?this WHERE {{ {_TARGET} OPTIONAL {{ ?this {_path(graph, path)} ?each }} }}"
        f" GROUP BY ?this HAVING (COUNT(DISTINCT ?each) {sign} {argument.value})"
    )


def _has_value(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    reached = f"?this {_path(graph, path)} {argument}" if path is not None else f"FILTER(sameTerm(?this, {argument}))"
    return f"FILTER NOT EXISTS {{ {reached} }}"


def _unique_lang(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    if path is None or not isinstance(argument, pyoxigraph.Literal) or argument.value != "true":
        raise UnsupportedError("uniqueLang")
    way = _path(graph, path)
    return (
        f'?this {way} ?one . ?this {way} ?two . FILTER(LANG(?one) != "" && !sameTerm(?one, ?two)'
        " && LCASE(LANG(?one)) = LCASE(LANG(?two)))"
    )


def _pair(condition: str) -> Callable[[ShapesGraph, Term, Term | None, Term], str]:
    def violations(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
        if path is None:
            raise UnsupportedError("lessThan")
        return f"?this {_path(graph, path)} ?value . ?this {argument} ?other . FILTER({condition})"

    return violations


def _closed(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    if not isinstance(argument, pyoxigraph.Literal) or argument.value != "true":
        raise UnsupportedError("closed")
    allowed = [graph.value(p, "path") for p in graph.values(shape, "property")]
    ignored = graph.value(shape, "ignoredProperties")
    allowed += [*graph.members(ignored)] if ignored is not None else []
    names = [str(term) for term in allowed if isinstance(term, pyoxigraph.NamedNode)]
    condition = f"?path NOT IN ({', '.join(names)})" if names else "true"
    # pyoxigraph 0.5.13 finds nothing at all where a pattern stands before NOT IN ()
    # OPTIONAL keeps the engine from reading every triple there is, to join it with the targets
    return f"OPTIONAL {{ ?this ?path ?value . FILTER({condition}) }} FILTER(BOUND(?path))"


def _sparql(graph: ShapesGraph, shape: Term, path: Term | None, argument: Term) -> str:
    select = graph.value(argument, "select")
    if not isinstance(select, pyoxigraph.Literal) or path is not None or graph.values(argument, "deactivated"):
        raise UnsupportedError("sparql")
    text = select.value.strip().replace("$this", "?this")
    where = next((token.start + 1 for token in tokens(text) if token.text == "{"), None)
    if where is None:
        raise UnsupportedError("sparql")
    return f"SELECT DISTINCT {_ROW} WHERE {{ {{ {text[:where]} {_TARGET} {text[where:]} }} }}"


_SHAPE_CONSTRAINTS: Mapping[str, Callable[[ShapesGraph, Term, Term | None, Term], str]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": _has_value,
    "uniqueLang": _unique_lang,
    "lessThan": _pair("!COALESCE(?value < ?other, false)"),
    "lessThanOrEquals": _pair("!COALESCE(?value <= ?other, false)"),
    "disjoint": _pair("sameTerm(?value, ?other)"),
    "closed": _closed,
    "sparql": _sparql,
}
