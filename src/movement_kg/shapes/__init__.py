"""Validation: the shapes of `ontology/shapes.ttl` against a graph, compiled to SPARQL or by the reference validator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph

from .compiler import Check, compile_shapes
from .model import ShapesGraph, read
from .report import Result, report

__all__ = ["Check", "Result", "ShapesGraph", "compile_shapes", "read", "report", "validate", "validate_by_reference"]


def validate(store: pyoxigraph.Store, path: Path) -> list[Result]:
    """Every violation in a store, sorted; by the reference validator where a shape is none that the compiler knows.

    Raises DataError where the shapes file is faulty, RequestError where a shape needs pyshacl and it is not installed.
    """
    graph = read(path)
    checks, left = compile_shapes(graph)
    if left:
        return validate_by_reference(store, path)
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the engine works outside Python's lock
        found = threads.map(lambda check: [*_run(store, graph, check)], checks)
        return sorted({result for results in found for result in results})


def validate_by_reference(store: pyoxigraph.Store, path: Path) -> list[Result]:
    """The same by pyshacl alone."""
    from . import reference

    data = store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    assert data is not None
    return reference.violations(data, path.read_bytes(), read(path))


def _run(store: pyoxigraph.Store, graph: ShapesGraph, check: Check) -> Iterator[Result]:
    answer = store.query(check.query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    names = {variable.value for variable in answer.variables}
    path = str(check.path) if isinstance(check.path, pyoxigraph.NamedNode) else None
    for row in answer:
        value, way = (row[name] if name in names else None for name in ("value", "path"))
        yield Result(
            focus=str(row["this"]),
            path=str(way) if way is not None else path,
            value=str(value) if value is not None else None,
            rule=graph.rule(check.shape),
            message=check.message,
            severity=graph.severity(check.shape),
            component=check.component,
            shape=str(check.shape),
        )
