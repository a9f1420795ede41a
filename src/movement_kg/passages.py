"""Our rows against the texts of the sources: citations, coverage, borrowed words, and passages to cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from .citations import Span, digest, nearest, normalise, occurrences, sentences
from .errors import Problem, RequestError, suggest
from .tables import Row, read_tables

#: How many words in a row a text of ours may share with a source; names, titles and figures do not count.
SHARED_WORDS = 8


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
class Verification:
    """What the texts told: the problems, how much of each source is represented, how many citations were verified."""

    problems: list[Problem] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    citations: int = 0


def verify(rows: Sequence[Row], used: AbstractSet[str], folder: Path) -> Verification:
    """Hold citations, omissions and our own words against the texts of a folder.

    `used` holds the ids of the citations that claims name. Raises RequestError where the folder is none.
    """
    found = Verification()
    found.problems = [*_verify(rows, used, folder, found)]
    return found


def _verify(rows: Sequence[Row], used: AbstractSet[str], folder: Path, found: Verification) -> Iterator[Problem]:
    if not folder.is_dir():
        raise RequestError(f"{folder}: no such folder; --sources names the folder that holds the texts")
    texts: dict[str, _Text] = {}
    for row in _table(rows, "sources"):
        text = _find_text(row, folder)
        if text is None:
            message = (
                f"no text with this digest in {folder} (looked for {row.cells.get('file')} and all other .txt files)"
            )
            yield Problem(row.origin("sha256"), "MK030", message, row.cells.get("sha256"))
        else:
            texts[row.cells["id"]] = text
    spans: dict[str, tuple[str, Span]] = {}
    for row in _table(rows, "citations"):
        yield from _check_citation(row, texts, spans)
        found.citations += 1
    omitted = [
        (row.cells["source"], Span(int(row.cells["start"]), int(row.cells["end"])), row) for row in _omissions(rows)
    ]
    for source, span, row in omitted:
        if source in texts and span not in texts[source].sentences:
            yield Problem(row.origin("start"), "MK033", "is no sentence of its source", f"{span.start}-{span.end}")
    found.coverage = [*_coverage(used, texts, spans, {(source, span) for source, span, _ in omitted})]
    yield from _borrowed_words(rows, texts)


@dataclass(frozen=True)
class _Text:
    normalised: str
    sentences: tuple[Span, ...]


def _table(rows: Sequence[Row], name: str) -> Iterator[Row]:
    return (row for row in rows if row.table.name == name and "id" in row.cells)


def _omissions(rows: Sequence[Row]) -> Iterator[Row]:
    needed = {"source", "start", "end"}
    return (row for row in rows if row.table.name == "omitted" and needed <= set(row.cells))


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
    used: AbstractSet[str], texts: dict[str, _Text], spans: dict[str, tuple[str, Span]], omitted: set[tuple[str, Span]]
) -> Iterator[Coverage]:
    cited = [spans[name] for name in sorted(used) if name in spans]
    for source, text in texts.items():
        ours = [span for name, span in cited if name == source]
        touched = {s for s in text.sentences if any(s.overlaps(span) for span in ours)}
        left_out = {s for s in text.sentences if (source, s) in omitted} - touched
        rest = [s for s in text.sentences if s not in touched | left_out]
        untouched = tuple((s, text.normalised[s.start : s.end]) for s in rest)
        yield Coverage(source, len(text.sentences), len(touched), len(left_out), untouched)


def _borrowed_words(rows: Sequence[Row], texts: dict[str, _Text]) -> Iterator[Problem]:
    """Texts of ours that share a run of words with a source; names and titles are theirs to give."""
    runs = {run for text in texts.values() for run in _runs(text.normalised)}
    names = re.compile("|".join(map(re.escape, _long_names(rows))) or "(?!)")
    for row in rows:
        for column in ("text", "description", "note", "nuance"):
            words = names.sub(" § ", row.cells.get(column, ""))
            borrowed = next((run for run in _runs(words) if run in runs), None)
            if borrowed:
                message = f"repeats {SHARED_WORDS} words of a source in a row; say it in our own words"
                yield Problem(row.origin(column), "MK034", message, " ".join(borrowed))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"§|\w+", text.casefold())
    return (tuple(words[i : i + SHARED_WORDS]) for i in range(len(words) - SHARED_WORDS + 1))


def _long_names(rows: Sequence[Row]) -> list[str]:
    names = {r.cells["name"] for r in rows if r.table.name == "names" and len(r.cells.get("name", "").split()) > 3}
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
    rows, _ = read_tables(data)
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
