"""Every problem of the data at once: tables, references, shapes, safety, and the citations against the texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import ontology, shapes
from .citations import Span, digest, nearest, normalise, occurrences, sentences
from .errors import Origin, Problem, RequestError, suggest
from .graph import Graph, assemble
from .tables import Row, read_metadata, read_table
from .terms import value
from .vocabulary import compact

#: How many words in a row a text of ours may share with a source; names, titles and figures do not count.
SHARED_WORDS = 8
_EMPTY_ROW = "MK017"


@dataclass(frozen=True)
class Coverage:
    """How much of one source is represented: its sentences, those a claim cites, those left out, those neither."""

    source: str
    sentences: int
    cited: int
    omitted: int
    untouched: tuple[tuple[Span, str], ...] = ()

    @property
    def share(self) -> float:
        """Cited sentences over all that state something, 0 to 1."""
        stating = self.sentences - self.omitted
        return self.cited / stating if stating else 1.0


@dataclass
class Findings:
    """What a check found: the graph, the problems, and what was read of which source."""

    graph: Graph
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
    """The folders that a check or build reads."""

    data: Path
    ontology: Path


def check(
    inputs: Inputs,
    sources: Path | None = None,
    *,
    by_reference: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Findings:
    """Read the tables, make the graph and find every problem; with `sources`, verify each citation in the texts.

    `by_reference` validates with pyshacl instead of the compiled shapes. `progress` is told the name of each step.
    Raises RequestError for a folder that is none, DataError for shapes that are no shapes.
    """
    progress("tables")
    rows, problems = _read(inputs.data)
    progress("graph")
    graph, faults = assemble(rows, ontology.load(inputs.ontology), inputs.ontology)
    problems += faults
    progress("shapes")
    lines = {_line(problem) for problem in problems if problem.rule != _EMPTY_ROW} | graph.incomplete
    problems = [problem for problem in problems if problem.rule != _EMPTY_ROW or _line(problem) not in lines]
    shape_problems = _shape_problems(graph, inputs.ontology / "shapes.ttl", by_reference)
    problems += (problem for problem in shape_problems if _line(problem) not in lines)  # one fault, one message
    problems += _traces(graph, rows)
    findings = Findings(graph, rows)
    if sources is not None:
        progress("sources")
        problems += _check_sources(findings, sources)
    findings.problems = sorted(set(problems))
    return findings


def _read(data: Path) -> tuple[list[Row], list[Problem]]:
    if not data.is_dir():
        raise RequestError(f"{data}: no such folder; --data names the folder that holds the tables")
    rows: list[Row] = []
    problems: list[Problem] = []
    for table in read_metadata(data):
        found, faults = read_table(data, table)
        rows += found
        problems += faults
    return rows, problems


def _line(problem: Problem) -> tuple[str, int]:
    return problem.origin.file, problem.origin.line


def _shape_problems(graph: Graph, path: Path, by_reference: bool) -> Iterator[Problem]:
    validator = shapes.validate_by_reference if by_reference else shapes.validate
    for result in validator(graph.store, path):
        yield _problem(graph, result)


def _problem(graph: Graph, result: shapes.Result) -> Problem:
    """The result with the cell that caused it; a fault in a claim leads back to the cell that the claim was read from."""
    found = result.value if result.value != result.focus else None
    origin = graph.origin(result.focus, result.path, result.value) or _claimed_origin(graph, result) or Origin("graph")
    severity = "error" if result.severity.endswith("Violation") else "warning"
    got = compact(value(found)) if found else None
    message = f"{compact(value(result.focus))} {result.message}"
    return Problem(origin, result.rule, message, got, severity=severity)


def _claimed_origin(graph: Graph, result: shapes.Result) -> Origin | None:
    return next((claim.origins[0] for claim in graph.claims.values() if claim.term == result.focus), None)


def _traces(graph: Graph, rows: Sequence[Row]) -> Iterator[Problem]:
    """What would tell of somebody withdrawn: their name in any cell that enters the graph, their key in any id."""
    gone = graph.keys.gone_keys()
    settled = {(row.cells.get("subject"), row.cells.get("value")) for row in rows if row.table.name == "resolutions"}
    names = [
        row.cells["name"] for row in rows if row.table.name == "names" and _is_of(row, gone) and "name" in row.cells
    ]
    found = _any_of(names, r"\b(?:{})\b")
    keys = _any_of(gone, r"(?:^|[-/])(?:{})(?:$|[-/])")
    for row in graph.entered if gone else ():
        about = row.cells.get("subject") or compact(row.expand(row.table.about_url or "") or "")
        for column, cell in row.cells.items():
            is_key = column == "id" and not row.table.opaque and keys.search(cell)
            if (is_key or found.search(normalise(cell).casefold())) and (about, cell) not in settled:
                message = (
                    f"{about} still holds the name of somebody withdrawn; change it, or settle it in resolutions.csv"
                )
                yield Problem(row.origin(column), "MK022", message)


def _is_of(row: Row, people: Sequence[str]) -> bool:
    return row.cells.get("subject", "").removeprefix("person/") in people


def _any_of(texts: Sequence[str], pattern: str) -> re.Pattern[str]:
    """A pattern that finds any of the texts, and nothing where there are none."""
    wanted = "|".join(re.escape(normalise(text).casefold()) for text in texts)
    return re.compile(pattern.format(wanted) if wanted else "(?!)")


def _check_sources(findings: Findings, folder: Path) -> Iterator[Problem]:
    if not folder.is_dir():
        raise RequestError(f"{folder}: no such folder; --sources names the folder that holds the texts")
    texts: dict[str, _Text] = {}
    for row in _table(findings, "sources"):
        text = _find_text(row, folder)
        if text is None:
            message = (
                f"no text with this digest in {folder} (looked for {row.cells.get('file')} and all other .txt files)"
            )
            yield Problem(row.origin("sha256"), "MK030", message, row.cells.get("sha256"))
        else:
            texts[row.cells["id"]] = text
    spans: dict[str, tuple[str, Span]] = {}
    for row in _table(findings, "citations"):
        yield from _check_citation(row, texts, spans)
        findings.citations_checked += 1
    omitted = [
        (row.cells["source"], Span(int(row.cells["start"]), int(row.cells["end"])), row) for row in _omissions(findings)
    ]
    for source, span, row in omitted:
        if source in texts and span not in texts[source].sentences:
            yield Problem(row.origin("start"), "MK033", "is no sentence of its source", f"{span.start}-{span.end}")
    findings.coverage = [*_coverage(findings, texts, spans, {(source, span) for source, span, _ in omitted})]
    yield from _borrowed_words(findings, texts)


@dataclass(frozen=True)
class _Text:
    normalised: str
    sentences: tuple[Span, ...]


def _table(findings: Findings, name: str) -> Iterator[Row]:
    return (row for row in findings.rows if row.table.name == name and "id" in row.cells)


def _omissions(findings: Findings) -> Iterator[Row]:
    needed = {"source", "start", "end"}
    return (row for row in findings.rows if row.table.name == "omitted" and needed <= set(row.cells))


def _find_text(row: Row, folder: Path) -> _Text | None:
    wanted, named = row.cells.get("sha256"), row.cells.get("file", "")
    for path in sorted(folder.glob("*.txt"), key=lambda path: (path.name != named, path.name)):
        if path.is_file():
            raw = path.read_text("utf-8", errors="replace")
            if digest(normalise(raw)) == wanted:
                return _Text(normalise(raw), tuple(sentences(raw)))
    return None


def _check_citation(row: Row, texts: dict[str, _Text], spans: dict[str, tuple[str, Span]]) -> Iterator[Problem]:
    if not {"source", "start", "end", "digest"} <= set(row.cells) or row.cells["source"] not in texts:
        return
    text = texts[row.cells["source"]]
    span = Span(int(row.cells["start"]), int(row.cells["end"]))
    spans[row.cells["id"]] = row.cells["source"], span
    if not 0 <= span.start < span.end <= len(text.normalised):
        yield Problem(
            row.origin("end"),
            "MK031",
            f"lies outside the text, which has {len(text.normalised)} code points",
            str(span.end),
        )
    elif digest(text.normalised[span.start : span.end]) != row.cells["digest"]:
        yield Problem(row.origin("digest"), "MK031", "the passage at start–end has another digest", row.cells["digest"])
    elif sum(sentence.overlaps(span) for sentence in text.sentences) > 2:
        yield Problem(row.origin("end"), "MK032", "spans more than two sentences; cite less", row.cells["id"])


def _coverage(
    findings: Findings, texts: dict[str, _Text], spans: dict[str, tuple[str, Span]], omitted: set[tuple[str, Span]]
) -> Iterator[Coverage]:
    used = {value(term).rpartition("/")[2] for claim in findings.graph.claims.values() for term in claim.citations}
    cited = [spans[name] for name in sorted(used) if name in spans]
    for source, text in texts.items():
        ours = [span for name, span in cited if name == source]
        touched = {s for s in text.sentences if any(s.overlaps(span) for span in ours)}
        left_out = {s for s in text.sentences if (source, s) in omitted} - touched
        rest = [s for s in text.sentences if s not in touched | left_out]
        untouched = tuple((s, text.normalised[s.start : s.end]) for s in rest)
        yield Coverage(source, len(text.sentences), len(touched), len(left_out), untouched)


def _borrowed_words(findings: Findings, texts: dict[str, _Text]) -> Iterator[Problem]:
    """Texts of ours that share a run of words with a source; names and titles are theirs to give."""
    runs = {run for text in texts.values() for run in _runs(text.normalised)}
    names = re.compile("|".join(map(re.escape, _long_names(findings))) or "(?!)")
    for row in findings.rows:
        for column in ("text", "description", "note", "nuance"):
            words = names.sub(" § ", row.cells.get(column, ""))
            borrowed = next((run for run in _runs(words) if run in runs), None)
            if borrowed:
                message = f"repeats {SHARED_WORDS} words of a source in a row; say it in our own words"
                yield Problem(row.origin(column), "MK034", message, " ".join(borrowed))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"§|\w+", text.casefold())
    return (tuple(words[i : i + SHARED_WORDS]) for i in range(len(words) - SHARED_WORDS + 1))


def _long_names(findings: Findings) -> list[str]:
    names = {
        r.cells["name"] for r in findings.rows if r.table.name == "names" and len(r.cells.get("name", "").split()) > 3
    }
    return sorted(names, key=len, reverse=True)


@dataclass(frozen=True)
class Passage:
    """A passage that was looked for, as the cells of a row of citations.csv."""

    cells: tuple[str, ...]


def find_passages(data: Path, source: str, words: str, folder: Path | None) -> list[Passage]:
    """Where the words stand in a source (its id or number), in the texts of a folder.

    Raises RequestError where the source, its text or the words are not found; then with the nearest passage.
    """
    if folder is None:
        raise RequestError("the texts are needed: name their folder with --sources DIR")
    rows, _ = _read(data)
    known = {
        row.cells[key]: row
        for row in rows
        if row.table.name == "sources"
        for key in ("id", "number")
        if key in row.cells
    }
    if source not in known:
        near = suggest(source, known)
        raise RequestError(
            f"there is no source {source!r}"
            + (f"; did you mean {near!r}?" if near else f" (there are {', '.join(known)})")
        )
    text = _find_text(known[source], folder)
    if text is None:
        raise RequestError(f"no text in {folder} has the digest of {source!r} (sources.csv names its file)")
    spans = occurrences(text.normalised, words)
    if not spans:
        near_span, score = nearest(text.normalised, words)
        near_words = text.normalised[near_span.start : near_span.end]
        raise RequestError(f"the words are not in {source!r}; the nearest passage ({score:.0%} alike) is: {near_words}")
    return [_passage(known[source], text, span) for span in spans]


def _passage(row: Row, text: _Text, span: Span) -> Passage:
    numbers = [n for n, sentence in enumerate(text.sentences, 1) if sentence.overlaps(span)]
    if len(numbers) > 2:
        raise RequestError(f"the passage spans {len(numbers)} sentences; a citation may span two")
    ends = "-".join(str(n) for n in dict.fromkeys((numbers[0], numbers[-1])))
    words = text.normalised[span.start : span.end]
    name = (
        f"{row.cells['number']}-{ends}-{span.start}" if span not in text.sentences else f"{row.cells['number']}-{ends}"
    )
    where = f"sentence {ends.replace('-', ' to ')}"
    return Passage((name, row.cells["id"], where, str(span.start), str(span.end), digest(words), ""))


def taken_ids(data: Path) -> set[str]:
    """The opaque ids that were ever given, to people in the graph or withdrawn from it."""
    rows, _ = _read(data)
    return {row.cells["iri"] for row in rows if row.table.name in ("people", "withdrawals") and "iri" in row.cells}
