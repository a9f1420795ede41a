"""The reference validator: pyshacl, which this module alone imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import RequestError
from ..terms import literal
from ..vocabulary import SH
from .model import ShapesGraph
from .report import Result, way_of


def violations(data: bytes, shapes: bytes, graph: ShapesGraph) -> list[Result]:
    """What pyshacl finds: `data` in N-Triples against `shapes` in Turtle, without inference.

    Raises RequestError where pyshacl is not installed.
    """
    try:
        import pyshacl
        import rdflib
    except ImportError:
        raise RequestError("pyshacl is not installed: pip install 'movement-kg[validate]'") from None
    found = rdflib.Graph().parse(data=data, format="nt")
    rules = rdflib.Graph().parse(data=shapes, format="turtle")
    _, report, _ = pyshacl.validate(found, shacl_graph=rules, inference="none", advanced=False)
    assert isinstance(report, rdflib.Graph)
    return sorted(set(_results(report, graph)))


def _results(report: Any, graph: ShapesGraph) -> Iterator[Result]:
    from rdflib import BNode, URIRef

    def said(node: Any) -> Iterator[tuple[str, Any]]:
        return ((_term(predicate), value) for predicate, value in report.predicate_objects(node))

    for node in report.objects(None, URIRef(SH + "result")):  # and not the details of a result
        shape = report.value(node, URIRef(SH + "sourceShape"))
        value = report.value(node, URIRef(SH + "value"))
        path = report.value(node, URIRef(SH + "resultPath"))
        yield Result(
            focus=_term(report.value(node, URIRef(SH + "focusNode"))),
            path=_term(path) if isinstance(path, URIRef) else None,
            value=_term(value) if value is not None else None,
            rule=_rule(shape, graph),
            message=str(report.value(node, URIRef(SH + "resultMessage"))),
            severity=str(report.value(node, URIRef(SH + "resultSeverity"))),
            component=str(report.value(node, URIRef(SH + "sourceConstraintComponent"))),
            shape=_term(shape),
            way=way_of(path, said, _term) if isinstance(path, BNode) else (),
        )


def _rule(shape: Any, graph: ShapesGraph) -> str:
    import pyoxigraph
    from rdflib import BNode

    return graph.rule(pyoxigraph.BlankNode() if isinstance(shape, BNode) else pyoxigraph.NamedNode(str(shape)))


def _term(term: Any) -> str:
    """The term in N-Triples; rdflib's own `n3` writes long strings in Turtle and warns of ill-formed numbers."""
    from rdflib import Literal

    if not isinstance(term, Literal):
        return str(term.n3())
    return literal(str(term), term.datatype and str(term.datatype), term.language)
