"""The reference validator: pyshacl, which this module alone imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import RequestError
from ..vocabulary import SH
from .model import ShapesGraph
from .report import Result


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
    from rdflib import RDF, URIRef

    for node in report.subjects(RDF.type, URIRef(SH + "ValidationResult")):
        shape = report.value(node, URIRef(SH + "sourceShape"))
        value = report.value(node, URIRef(SH + "value"))
        path = report.value(node, URIRef(SH + "resultPath"))
        yield Result(
            focus=report.value(node, URIRef(SH + "focusNode")).n3(),
            path=path.n3() if isinstance(path, URIRef) else None,
            value=value.n3() if value is not None else None,
            rule=_rule(shape, graph),
            message=str(report.value(node, URIRef(SH + "resultMessage"))),
            severity=str(report.value(node, URIRef(SH + "resultSeverity"))),
            component=str(report.value(node, URIRef(SH + "sourceConstraintComponent"))),
            shape=shape.n3(),
        )


def _rule(shape: Any, graph: ShapesGraph) -> str:
    import pyoxigraph

    return graph.rule(pyoxigraph.NamedNode(str(shape)))
