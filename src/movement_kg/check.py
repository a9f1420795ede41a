"""Every problem of the data at once: tables, references, shapes, safety, and the citations against the texts."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import ontology, shapes
from .errors import Origin, Problem
from .graph import Graph, Spooled, assemble, spool, traces
from .passages import Coverage, verify
from .tables import Row, read_tables
from .terms import value
from .vocabulary import compact

_EMPTY_ROW = "MK017"
#: With more rows than these the graph is made part by part, and not held in memory as a whole.
_FEW_ROWS = 5_000


@dataclass
class Findings:
    """What a check found: the graph, the problems, and what was read of which source."""

    graph: Graph | Spooled
    rows: Sequence[Row]
    problems: list[Problem] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    citations_checked: int = 0

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop a build."""
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass(frozen=True)
class Inputs:
    """The folders that a check or build reads.

    What a large graph keeps on disk goes below `scratch`, which is for the caller to clear away; without one it goes when the
    graph does.
    """

    data: Path
    ontology: Path
    scratch: Path | None = None


def check(
    inputs: Inputs,
    sources: Path | None = None,
    *,
    by_reference: bool = False,
    progress: Callable[[str], None] = lambda step: None,
    assembled: Callable[[Graph | Spooled], None] = lambda graph: None,
) -> Findings:
    """Read the tables, make the graph and find every problem; with `sources`, verify each citation in the texts.

    `by_reference` validates with pyshacl instead of the compiled shapes. `progress` is told the name of each step.
    `assembled` is given the graph before the shapes are checked, unless there are errors already.
    Raises RequestError for a folder that is none, DataError for shapes that are no shapes.
    """
    progress("tables")
    rows, problems = read_tables(inputs.data)
    progress("graph")
    graph, faults = _assemble(rows, inputs)
    problems += faults
    lines = {_line(problem) for problem in problems if problem.rule != _EMPTY_ROW} | graph.incomplete
    problems = [problem for problem in problems if problem.rule != _EMPTY_ROW or _line(problem) not in lines]
    if all(problem.severity != "error" for problem in problems):
        assembled(graph)
    progress("shapes")
    shape_problems = _shape_problems(graph, inputs.ontology / "shapes.ttl", by_reference)
    problems += (problem for problem in shape_problems if _line(problem) not in lines)  # one fault, one message
    problems += traces(graph.keys, graph.entered, rows)
    findings = Findings(graph, rows)
    if sources is not None:
        progress("sources")
        told = verify(rows, graph.cited, sources)
        problems += told.problems
        findings.coverage, findings.citations_checked = told.coverage, told.citations
    findings.problems = sorted(set(problems))
    return findings


def _assemble(rows: Sequence[Row], inputs: Inputs) -> tuple[Graph | Spooled, list[Problem]]:
    rules, words = inputs.ontology, ontology.load(inputs.ontology)
    if len(rows) <= _FEW_ROWS:
        return assemble(rows, words, rules)
    if inputs.scratch:
        inputs.scratch.mkdir(exist_ok=True)
        return spool(rows, words, rules, inputs.scratch)
    folder = tempfile.mkdtemp(prefix="movement-kg-")
    try:
        graph, problems = spool(rows, words, rules, Path(folder))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(graph, shutil.rmtree, folder, ignore_errors=True)
    return graph, problems


def _line(problem: Problem) -> tuple[str, int]:
    return problem.origin.file, problem.origin.line


def _shape_problems(graph: Graph | Spooled, path: Path, by_reference: bool) -> Iterator[Problem]:
    validator = shapes.validate_by_reference if by_reference else shapes.validate
    for result in validator(graph.store, path):
        yield _problem(graph.part(result.focus), result)


def _problem(graph: Graph, result: shapes.Result) -> Problem:
    """The result with the cell that caused it; a fault in a claim leads back to the cell that the claim was read from."""
    found = result.value if result.value != result.focus else None
    origin = graph.origin(result.focus, result.path, result.value) or _claimed_origin(graph, result) or Origin("graph")
    severity = "error" if result.severity.endswith("Violation") else "warning"
    got = compact(value(found)) if found else None
    message = f"{compact(value(result.focus))} {result.message}"
    return Problem(origin, result.rule, message, got, severity=severity)


def _claimed_origin(graph: Graph, result: shapes.Result) -> Origin | None:
    claim = graph.claims_by_term.get(result.focus)
    return claim.origins[0] if claim else None


def taken_ids(data: Path) -> set[str]:
    """The opaque ids that were ever given, to people in the graph or withdrawn from it."""
    rows, _ = read_tables(data)
    return {row.cells["iri"] for row in rows if row.table.name in ("people", "withdrawals") and "iri" in row.cells}
