"""How movement-kg grows, and what the others do on the same data: builds, checks, queries, pages, networks, exports.

`python bench/scale.py --sizes 20000 1000000 --rounds 3 --write` makes the data sets, runs every part as a whole process, one
after another in each round, and puts tables and pictures into docs/scale.md and docs/scale-*.svg. What was measured is kept in
results.json of the folder --work; a run that was cut short goes on where it stopped. Needs the extra `test`, and from Debian
Virtuoso and Jena (libapache-jena-java); one that is missing is named in the tables.

A part that reaches the time limit is not tried again at that size nor at a larger one. Memory is the most that one process of a
part had resident (ru_maxrss; of Virtuoso's server VmHWM).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import growth

HOME = Path(__file__).resolve().parents[1]
DOCS = HOME / "docs"
OURS = {
    "build": "build, all of it",
    "check": "check: tables, graph and shapes, no store",
    "validate": "validate: the shapes alone",
    "open": "open and ask a first question",
    "mix": "query mix, all named queries",
    "page": "page of an organisation",
    "hub": "page of the organisation with most ties",
    "network": "network of organisations",
    "export": "export of all as N-Triples",
    "turtle": "export of the facts as Turtle",
    "row": "build again after one changed row",
}
OTHERS = {
    "bulk": "pyoxigraph, bulk load alone",
    "rdflib": "rdflib in memory",
    "virtuoso": "Virtuoso",
    "jena": "Jena TDB2",
    "pyshacl": "pyshacl",
}
#: What the pictures call them.
SHORT = {
    "build": "build",
    "check": "check, without a store",
    "validate": "validate: shapes alone",
    "open": "open, first question",
    "mix": "all named queries",
    "export": "export, N-Triples",
    "bulk": "pyoxigraph alone",
}
#: The exponent above which a query is named.
STEEP = 1.1
LOADERS = ("bulk", "rdflib", "virtuoso", "jena")
ASKED = ("rdflib", "virtuoso", "jena")
DONE, LATE = "done", "time limit"


@dataclass(frozen=True)
class Run:
    """One part, run once: its time in seconds, its memory in bytes, how it ended, and the lines that it printed."""

    size: int
    round: int
    part: str
    seconds: float
    memory: int
    outcome: str
    said: list[dict[str, Any]] = field(default_factory=list)

    def step(self, name: str) -> float | None:
        """The seconds of a step; None where it was not reached."""
        return next((line["seconds"] for line in self.said if line.get("step") == name), None)

    @property
    def queries(self) -> dict[str, dict[str, Any]]:
        """What was said of each query that was asked."""
        return {line["query"]: line for line in self.said if "query" in line}


@dataclass(frozen=True)
class Place:
    """The folder of one size, and what stands in it."""

    folder: Path
    size: int
    options: argparse.Namespace

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def build(self) -> Path:
        return self.folder / "build"

    @property
    def triples(self) -> Path:
        return self.folder / "graph.nt"

    def current(self) -> str:
        """The name of the build in use; empty where there is none."""
        path = self.build / "CURRENT"
        return path.read_text("utf-8").strip() if path.exists() else ""

    def count(self) -> int:
        """How many triples the build has; about, where there is none."""
        if not self.current():
            return self.size
        manifest = json.loads((self.build / self.current() / "manifest.json").read_text("utf-8"))
        return sum(manifest["triples"].values())

    def contender(self, part: str, *more: str) -> list[str]:
        """The command of a part of bench/contenders.py."""
        known = {"data": self.data, "build": self.build, "triples": self.triples}
        known |= {"questions": self.folder / "questions.json", "folder": self.folder / part}
        named = [word for name, path in known.items() for word in (f"--{name}", str(path))]
        limit = ["--query-limit", str(self.options.query_limit)]
        return [sys.executable, str(HOME / "bench" / "contenders.py"), part, *named, *limit, *more]

    def command(self, part: str) -> list[str]:
        """The command of a part."""
        ours = [str(Path(sys.executable).parent / "movement-kg")]
        at = ["--build", str(self.build), "--data", str(self.data)]
        memory = ["--memory", str(self.options.memory)]
        commands = {
            "build": [*ours, "build", "--data", str(self.data), "-o", str(self.build), "--times"],
            "row": [*ours, "build", "--data", str(self.data), "-o", str(self.build), "--times"],
            "check": [*ours, "check", "--data", str(self.data)],
            "open": [*ours, "query", "ASK { ?s ?p ?o }", *at],
            "page": [*ours, "show", self.organisation(20), *at],
            "hub": [*ours, "show", self.organisation(0), *at],
            "network": [*ours, "network", "organisations", *at],
            "export": [*ours, "export", "--format", "ntriples", "--layer", "all", "-o", str(self.triples), *at],
            "turtle": [*ours, "export", "-o", str(self.folder / "facts.ttl"), *at],
            "rdflib": self.contender("rdflib", *memory),
            "pyshacl": self.contender("pyshacl", *memory),
        }
        return commands.get(part) or self.contender(part)

    def organisation(self, rank: int) -> str:
        """The organisation of this rank by its links and memberships."""
        import csv
        from collections import Counter

        ties: Counter[str] = Counter()
        for table, columns in {"links": ("from", "to"), "memberships": ("organisation",)}.items():
            with (self.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                cells = (row[column] for row in csv.DictReader(file) for column in columns)
                ties.update(cell if "/" in cell else f"org/{cell}" for cell in cells if cell)
        ordered = [path for path, _ in ties.most_common() if path.startswith("org/")]
        return ordered[min(rank, len(ordered) - 1)]


# Running.


def run(place: Place, part: str, number: int) -> Run:
    """Run a part as a process of its own, ended with all it started at the time limit."""
    if part == "build":
        shutil.rmtree(place.build, ignore_errors=True)
    if part == "row":
        change_row(place.data, number)
    output, log = place.folder / f"{part}.out", place.folder / f"{part}.log"
    with output.open("wb") as out, log.open("wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: SIM115, RUF100 (waited for below, by wait4)
            place.command(part), stdout=out, stderr=err, start_new_session=True
        )
        status, usage, is_late = _waited(process, place.options.limit)
        seconds = time.perf_counter() - start
    shutil.rmtree(place.folder / part, ignore_errors=True) if part in OTHERS else None
    said = [*_lines(output), *_steps(log)]
    memory = max(usage.ru_maxrss * 1024, *(line.get("memory", 0) for line in said), 0)
    outcome = LATE if is_late else DONE if status == 0 else _fault(log, status)
    return Run(place.size, number, part, seconds, memory, outcome, said)


def run_as_it_is(place: Place, part: str, number: int) -> Run:
    """Run a part; once more where it made the build anew because the program had changed, which is no part of reading."""
    before = place.current()
    one = run(place, part, number)
    was_rebuilt = part not in ("build", "check", "row") and place.current() != before
    return run(place, part, number) if was_rebuilt else one


def change_row(data: Path, number: int) -> None:
    """Give the last position with a text another one."""
    import csv

    path = data / "positions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)]
    column = rows[0].index("text")
    last = next(row for row in reversed(rows) if row[column])
    last[column] = f"Changed for the {number}th time {time.time_ns()}"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _waited(process: subprocess.Popen[bytes], limit: float) -> tuple[int, Any, bool]:
    """The status of a process that ended, what it used, and whether it had to be ended."""
    late = threading.Event()

    def end() -> None:
        late.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, end)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        end()
        raise
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage, late.is_set()


def _lines(output: Path) -> Iterator[dict[str, Any]]:
    for line in output.read_text("utf-8", "replace").splitlines():
        if line.startswith("{"):
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def _steps(log: Path) -> Iterator[dict[str, Any]]:
    """The steps that `build --times` tells of."""
    for name, milliseconds in re.findall(r"^(\w+) +(\d+) ms", log.read_text("utf-8", "replace"), re.MULTILINE):
        yield {"step": name, "seconds": int(milliseconds) / 1000}


def _fault(log: Path, status: int) -> str:
    last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
    return f"failed ({status}): {' '.join(last)[:200]}"


def prepare(place: Place) -> None:
    """Make the data of a size, once."""
    if not place.data.exists():
        made = place.folder.with_name(f"{place.size}.new")
        shutil.rmtree(made, ignore_errors=True)
        script = [sys.executable, str(HOME / "bench" / "generate.py"), "--triples", str(place.size)]
        subprocess.run([*script, "--seed", str(place.options.seed), "-o", str(made)], check=True)
        place.folder.mkdir(parents=True, exist_ok=True)
        (made / "data").rename(place.data)
        shutil.rmtree(made)


def questions(place: Place) -> None:
    """Bind the named queries to values of the data, once."""
    if not (place.folder / "questions.json").exists():
        subprocess.run(place.contender("questions"), check=True)


def needed(place: Place) -> None:
    """What the parts after the build read, where an earlier run left none."""
    if not place.current():
        subprocess.run(place.command("build"), check=True, capture_output=True)
    if not place.triples.exists():
        subprocess.run(place.command("export"), check=True, capture_output=True)
    questions(place)


class Results:
    """What was measured, kept in a file after each run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.runs: list[Run] = []
        self.triples: dict[int, int] = {}
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            self.runs = [Run(**described) for described in kept["runs"]]
            self.triples = {int(size): count for size, count in kept["triples"].items()}

    def add(self, one: Run) -> None:
        self.runs.append(one)
        self.save()

    def save(self) -> None:
        document = {"versions": versions(), "triples": self.triples, "runs": [asdict(one) for one in self.runs]}
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(document, indent=1), "utf-8")
        part.replace(self._path)

    def of(self, size: int, part: str) -> list[Run]:
        """The runs of a part at a size, by round."""
        found = [one for one in self.runs if (one.size, one.part) == (size, part)]
        return sorted(found, key=lambda one: one.round)

    def is_open(self, size: int, part: str, number: int) -> bool:
        """Whether a part is still to be run: not yet in this round, and never past the limit at this size or below."""
        late = any(one.part == part and one.outcome == LATE and one.size <= size for one in self.runs)
        return not late and all(one.round != number for one in self.of(size, part))


def measure(options: argparse.Namespace, results: Results) -> None:
    """Run all that is still to be run."""
    parts = [part for part in (*OURS, *OTHERS) if not options.only or part in options.only]
    for size in sorted(options.sizes):
        place = Place(options.work.resolve() / str(size), size, options)
        for number in range(1, options.rounds + 1):
            open_parts = [part for part in parts if results.is_open(size, part, number)]
            if not open_parts:
                continue
            prepare(place)
            for part in open_parts:
                if part not in ("build", "check"):
                    needed(place)
                one = run_as_it_is(place, part, number)
                results.triples[size] = place.count()
                results.add(one)
                _tell(one)


def _tell(one: Run) -> None:
    told = f"{one.size:>10,}  round {one.round}  {one.part:<9} {one.seconds:9.2f} s {one.memory >> 20:7,} MB  {one.outcome}"
    sys.stderr.write(told + "\n")
    sys.stderr.flush()


def versions() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    for name in ("pyoxigraph", "rdflib", "pyshacl"):
        with contextlib.suppress(ImportError):
            found[name] = version(name)
    return found


# Telling.


@dataclass(frozen=True)
class Spread:
    """Some values of one thing: the middle, the least and the greatest."""

    middle: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{self.middle:.3g} ({self.least:.3g}–{self.greatest:.3g})"


def middle(runs: Sequence[Run], value: Callable[[Run], float | None]) -> float | None:
    """The middle value of the runs that have one; None where there is none."""
    values = [found for one in runs if (found := value(one)) is not None]
    return statistics.median(values) if values else None


def whole(one: Run) -> float | None:
    """The seconds of a run that came to its end."""
    return one.seconds if one.outcome == DONE else None


def used(one: Run) -> float | None:
    """The megabytes of a run that came to its end."""
    return one.memory / 2**20 if one.outcome == DONE else None


def timed(one: Run) -> float | None:
    """The seconds that count: the validation or the mix alone where a part tells them, else the whole process."""
    if one.part in ("validate", "pyshacl"):
        return one.step("validate")
    if one.part == "mix" and one.outcome == DONE:
        return sum(line["seconds"] for line in one.queries.values())
    return whole(one)


def unvalidated(one: Run) -> float | None:
    """The seconds of a build less those of its shapes."""
    seconds, shapes = whole(one), one.step("shapes")
    return seconds - shapes if seconds and shapes else None


def loaded(one: Run) -> float | None:
    """The seconds of a load, whatever became of the queries after it."""
    return one.step("load")


def report(results: Results, options: argparse.Namespace) -> list[str]:
    """The lines for docs/scale.md."""
    sizes = [size for size in sorted(options.sizes) if results.of(size, "build")]
    told = ", ".join(f"{name} {number}" for name, number in versions().items())
    rounds = max((one.round for one in results.runs), default=0)
    return [
        f"Measured with {told}; the middle of at most {rounds} rounds, time limit {options.limit:g} s a part and "
        f"{options.query_limit:g} s a query.",
        "",
        *_own(results, sizes),
        *_growths(results, sizes),
        *[
            line
            for size in sizes
            for line in (*_loads(results, size), *_asked(results, size), *_validated(results, size))
        ],
    ]


def _own(results: Results, sizes: Sequence[int]) -> list[str]:
    heads = [f"{results.triples.get(size, size):,} triples" for size in sizes]
    lines = ["### Time and memory of each part", ""]
    lines += [f"![{told}]({name})" for name, (told, _) in pictures(results, sizes).items()]
    lines += [
        "",
        _row("part", *(f"{head}, {what}" for head in heads for what in ("s", "MB"))),
        _rule(1 + 2 * len(heads)),
    ]
    for part, name in (OURS | OTHERS).items():
        cells = [cell for size in sizes for cell in _cells(results.of(size, part))]
        lines.append(_row(name, *cells))
    return [*lines, ""]


def _cells(runs: Sequence[Run]) -> tuple[str, str]:
    if not runs:
        return "–", "–"
    seconds, memory = middle(runs, timed), middle(runs, used)
    if seconds is None or memory is None:
        return runs[-1].outcome, f"{runs[-1].memory / 2**20:,.0f}"
    return f"{seconds:.3g}", f"{memory:,.0f}"


def _growths(results: Results, sizes: Sequence[int]) -> list[str]:
    if len(sizes) < 2:
        return []
    lines = ["### Growth", "", "The exponent *k* of seconds = *c* · triples^*k*; in proportion is 1.", ""]
    lines += [_row("part", "over all sizes", "between the two largest"), _rule(3)]
    for part, name in OURS.items():
        points = curve(results, sizes, part, timed)
        if len(points) > 1:
            lines.append(_row(name, f"{growth.exponent(points):.2f}", f"{growth.exponent(points[-2:]):.2f}"))
    return [*lines, "", *_steep(results, sizes[-2:]), ""]


def _steep(results: Results, sizes: Sequence[int]) -> list[str]:
    """The named queries whose time grows by more than the size does, the steepest first."""
    found = [(results.triples.get(size, size), _queries(results.of(size, "mix"))) for size in sizes]
    if len(found) < 2 or not all(lines for _, lines in found):
        return []
    (small, few), (large, many) = found
    grown = {
        name: (growth.exponent([(small, few[name]["seconds"]), (large, line["seconds"])]), line)
        for name, line in many.items()
        if name in few and "fault" not in few[name]
    }
    steep = sorted((name for name, (k, _) in grown.items() if k > STEEP), key=lambda name: -grown[name][0])
    told = (f"{n} ({grown[n][0]:.2f}{', at least' if 'fault' in grown[n][1] else ''})" for n in steep)
    return [f"Named queries whose *k* between the two largest sizes is above {STEEP}: {', '.join(told) or 'none'}."]


def curve(
    results: Results, sizes: Iterable[int], part: str, value: Callable[[Run], float | None]
) -> list[tuple[float, float]]:
    """The middle values of a part by number of triples."""
    found = ((results.triples.get(size, size), middle(results.of(size, part), value)) for size in sizes)
    return [(float(count), seconds) for count, seconds in found if seconds]


def ratios(ones: Sequence[Run], others: Sequence[Run], value, other_value) -> Spread | None:
    """How often one takes as long as the other, round by round."""
    by_round = {one.round: found for one in others if (found := other_value(one))}
    found = [mine / by_round[one.round] for one in ones if one.round in by_round and (mine := value(one))]
    return Spread.of(found) if found else None


def _loads(results: Results, size: int) -> list[str]:
    build = results.of(size, "build")
    lines = [
        f"### Loading {results.triples.get(size, size):,} triples",
        "",
        _row("what", "s", "our build / this"),
        _rule(3),
    ]
    lines.append(_row("our build", _seconds(middle(build, whole)), "1"))
    lines.append(_row("our build without validation", _seconds(middle(build, unvalidated)), "–"))
    for part in (part for part in LOADERS if results.of(size, part)):
        runs = results.of(size, part)
        ratio = ratios(build, runs, whole, loaded)
        lines.append(_row(OTHERS[part], _seconds(middle(runs, loaded), runs), ratio or "–"))
    bare = ratios(build, results.of(size, "bulk"), unvalidated, loaded)
    row = ratios(results.of(size, "row"), build, whole, whole)
    lines += ["", f"Our build without validation / pyoxigraph's bulk load: {bare or 'not measured'}."]
    return [*lines, f"A build after one changed row / a whole build: {row or 'not measured'}.", ""]


def _seconds(seconds: float | None, runs: Sequence[Run] = ()) -> str:
    return f"{seconds:.3g}" if seconds is not None else runs[-1].outcome if runs else "–"


def _asked(results: Results, size: int) -> list[str]:
    ours = _queries(results.of(size, "mix"))
    if not ours:
        return []
    none = [name for name, line in ours.items() if not line.get("rows")]
    lines = [f"### Asking {results.triples.get(size, size):,} triples", ""]
    lines += [f"{len(ours)} named queries; without a row or stopped here: {', '.join(none) or 'none'}.", ""]
    heads = ("engine", "answered", "its time / ours, all that both answered", "query by query, middle (least–greatest)")
    lines += [_row(*heads, "slower with us", "other number of rows"), _rule(6)]
    notes = []
    for part in (part for part in ASKED if results.of(size, part)):
        theirs = _queries(results.of(size, part))
        line, note = _against(OTHERS[part], ours, theirs)
        lines.append(line)
        notes += note
    return [*lines, "", *notes, ""]


def _queries(runs: Sequence[Run]) -> dict[str, dict[str, Any]]:
    """For each query the line of the round in which it took least."""
    found: dict[str, dict[str, Any]] = {}
    for one in runs:
        for name, line in one.queries.items():
            best = found.get(name)
            if best is None or ("fault" in best, best["seconds"]) > ("fault" in line, line["seconds"]):
                found[name] = line
    return found


def _against(
    name: str, ours: Mapping[str, dict[str, Any]], theirs: Mapping[str, dict[str, Any]]
) -> tuple[str, list[str]]:
    if not theirs:
        return _row(name, "0", "–", "–", "–", "–"), []
    both = [q for q in ours if q in theirs and "fault" not in ours[q] and "fault" not in theirs[q]]
    times = {query: theirs[query]["seconds"] / ours[query]["seconds"] for query in both}
    slower = sorted((query for query in both if times[query] < 1), key=times.__getitem__)
    other = [query for query in both if theirs[query]["rows"] != ours[query]["rows"]]
    total = sum(theirs[q]["seconds"] for q in both) / sum(ours[q]["seconds"] for q in both) if both else 0
    answered = sum("fault" not in line for line in theirs.values())
    spread = Spread.of([*times.values()]) if times else "–"
    row = _row(name, f"{answered} of {len(ours)}", f"{total:.3g}", spread, len(slower), len(other))
    notes = [f"- {name} faster: " + ", ".join(f"{q} ({1 / times[q]:.2g}×)" for q in slower)] if slower else []
    notes += [f"- {name}, other number of rows: {', '.join(other)}"] if other else []
    faults = [f"{query} ({line['fault'][:60]})" for query, line in theirs.items() if "fault" in line]
    left = [query for query in ours if query not in theirs]
    notes += [f"- {name} did not answer: {', '.join(faults)}".replace("|", "/")] if faults else []
    notes += [f"- {name} was not asked in time: {', '.join(left)}"] if left else []
    return row, notes


def _validated(results: Results, size: int) -> list[str]:
    ours, theirs = results.of(size, "validate"), results.of(size, "pyshacl")
    ratio = ratios(theirs, ours, timed, timed)
    if not theirs:
        return []
    told = f"pyshacl / our shapes, on {results.triples.get(size, size):,} triples: {ratio or theirs[-1].outcome}"
    findings = [
        next((line["findings"] for line in one.said if "findings" in line), None) for one in (ours[-1], theirs[-1])
    ]
    return [f"{told}; findings: ours {findings[0]}, pyshacl {findings[1]}.", ""]


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _rule(count: int) -> str:
    return "| --- " + "| ---: " * (count - 1) + "|"


def pictures(results: Results, sizes: Sequence[int]) -> dict[str, tuple[str, str]]:
    """The pictures for docs/ by file name: what each shows, and its SVG; none where nothing was measured."""

    def curves(names: Mapping[str, str], value: Callable[[Run], float | None]) -> dict[str, list[tuple[float, float]]]:
        found = {name: curve(results, sizes, part, value) for part, name in names.items()}
        return {name: points for name, points in found.items() if points}

    short = {part: SHORT.get(part, name) for part, name in OURS.items() if part not in ("hub", "turtle", "row")}
    beside = {"build": "our build, validated"} | {part: SHORT.get(part, OTHERS[part]) for part in LOADERS}
    mixes, common = _mixes(results, sizes)
    wanted = {
        "scale-time.svg": ("Time of each part", "seconds", curves(short, timed)),
        "scale-memory.svg": ("Memory of each part", "MB", curves(short, used)),
        "scale-load.svg": ("Loading", "seconds", curves(beside, lambda one: loaded(one) or whole(one))),
        "scale-queries.svg": (f"{common} named queries that these engines answered", "seconds", mixes),
    }
    return {name: (told, growth.plot(told, *more)) for name, (told, *more) in wanted.items() if more[-1]}


def _mixes(results: Results, sizes: Sequence[int]) -> tuple[dict[str, list[tuple[float, float]]], int]:
    """For each engine that answered half of the queries wherever it was asked, the time of those that all these answered.

    And how many these queries are.
    """
    named = {"mix": "ours"} | {part: OTHERS[part] for part in ASKED}
    found = {(part, size): _queries(results.of(size, part)) for part in named for size in sizes}
    good = {place: {query for query, line in lines.items() if "fault" not in line} for place, lines in found.items()}
    half = max(map(len, found.values()), default=0) / 2
    weak = {part for (part, size), answered in good.items() if found[part, size] and len(answered) < half}
    found = {(part, size): lines for (part, size), lines in found.items() if lines and part not in weak}
    common = set.intersection(*(good[place] for place in found)) if found else set()
    curves: dict[str, list[tuple[float, float]]] = {}
    for (part, size), lines in found.items():
        total = sum(lines[query]["seconds"] for query in common)
        if total:
            curves.setdefault(named[part], []).append((float(results.triples.get(size, size)), total))
    return curves, len(common)


def publish(lines: Sequence[str], drawn: Mapping[str, tuple[str, str]]) -> None:
    """Put the lines between the marks of docs/scale.md, and the pictures beside it."""
    path = DOCS / "scale.md"
    before, mark, rest = path.read_text("utf-8").partition("<!-- measured -->\n")
    after = rest.partition("<!-- end -->")[2]
    path.write_text(before + mark + "\n".join(lines) + "<!-- end -->" + after, "utf-8")
    for name, (_, picture) in drawn.items():
        (DOCS / name).write_text(picture, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 1_000_000], help="triples, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1800, help="seconds for a part")
    parser.add_argument("--query-limit", type=float, default=60, help="seconds for a query")
    parser.add_argument("--memory", type=int, default=12, help="GB of address space for rdflib and pyshacl")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=[*OURS, *OTHERS], help="only these parts")
    parser.add_argument("--work", type=Path, required=True, help="a folder for data, builds and results.json")
    parser.add_argument("--tell", action="store_true", help="measure nothing; only tell what results.json holds")
    parser.add_argument("--write", action="store_true", help="put the tables and pictures into docs/")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended; start it again to go on"))
    results = Results(options.work / "results.json")
    if not options.tell:
        measure(options, results)
    lines = report(results, options)
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        publish(lines, pictures(results, [size for size in sorted(options.sizes) if results.of(size, "build")]))


if __name__ == "__main__":
    main()
