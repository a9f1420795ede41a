"""Validation: the shapes of `ontology/shapes.ttl` against a graph, compiled to SPARQL or by the reference validator."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from .changes import affected
from .compiler import Check, compile_shapes
from .model import Node, ShapesGraph, Term, read
from .report import Result, report, way_of
from .targets import targeted

__all__ = [
    "Check",
    "Result",
    "ShapesGraph",
    "affected",
    "compile_shapes",
    "read",
    "report",
    "results",
    "validate",
    "validate_by_reference",
]
_BATCH = 500


def validate(store: pyoxigraph.Store, path: Path, focus: Collection[Term] | None = None) -> list[Result]:
    """Every violation in a store, sorted; by the reference validator where a shape is none that the compiler knows.

    With `focus` only those whose focus node is one of the given, at a cost that grows with these and not with the store
    (`affected` says which nodes a change concerns).
    Raises DataError where the shapes file is faulty, RequestError where a shape needs pyshacl and it is not installed.
    """
    graph = read(path)
    checks, left = compile_shapes(graph)
    if left:
        wanted = None if focus is None else {str(node) for node in focus}
        return [r for r in validate_by_reference(store, path) if wanted is None or r.focus in wanted]
    questions = _all(checks) if focus is None else _about(checks, targeted(store, graph, focus))
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the engine works outside Python's lock
        found = threads.map(lambda question: [*_run(store, graph, question)], questions)
        return sorted({result for results in found for result in results})


def validate_by_reference(store: pyoxigraph.Store, path: Path) -> list[Result]:
    """The same by pyshacl alone."""
    from . import reference

    data = store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    assert data is not None
    return reference.violations(data, path.read_bytes(), read(path))


@dataclass(frozen=True)
class _Question:
    """A query of a check, and the focus nodes whose rows count where it is not about these alone."""

    check: Check
    query: str
    wanted: frozenset[Term] | None = None


def _all(checks: Iterable[Check]) -> Iterator[_Question]:
    return (_Question(check, check.query) for check in checks)


def _about(checks: Iterable[Check], targets: Mapping[Node, Collection[Term]]) -> Iterator[_Question]:
    for check in checks:
        named = [node for node in targets[check.root] if not isinstance(node, pyoxigraph.BlankNode)]
        for start in range(0, len(named), _BATCH):
            yield _Question(check, check.about(named[start : start + _BATCH]))
        if blank := frozenset(targets[check.root]).difference(named):  # a query cannot name a blank node
            yield _Question(check, check.query, blank)


def _run(store: pyoxigraph.Store, graph: ShapesGraph, question: _Question) -> Iterator[Result]:
    found = results(store, graph, question.check, question.query)
    if question.wanted is None:
        return found
    names = {str(node) for node in question.wanted}
    return (result for result in found if result.focus in names)


def results(store: pyoxigraph.Store, graph: ShapesGraph, check: Check, query: str | None = None) -> Iterator[Result]:
    """The violations that one check finds: of all its targets, or those that one of its queries is about.

    Checks and the shapes graph can be pickled, so that other processes and machines may take a part of the checks each.
    """
    answer = store.query(query or check.query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    names = {variable.value for variable in answer.variables}
    path = str(check.path) if isinstance(check.path, pyoxigraph.NamedNode) else None
    described = () if path or check.path is None else way_of(check.path, graph.statements, str)
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
            way=described if way is None else (),
        )
