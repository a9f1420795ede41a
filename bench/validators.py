"""Validate the same graphs with our compiled shapes, pyshacl, rudof, shifty and Jena SHACL: same findings, time and memory.

`python bench/validators.py --rust PYTHON --json FILE` rewrites the tables of docs/validators.md. PYTHON is the interpreter of
an environment with pyrudof and `pyshifty[rdflib]`; Jena is Debian's libapache-jena-java. Whoever is missing is left out.

Each validation is a whole process: it reads N-Triples and Turtle, validates and writes a report. These machines are shared:
read the ratios, which compare processes of one round, and processor time before time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import debian_jena
import pyoxigraph

from movement_kg import assets
from movement_kg.finished import current
from movement_kg.shapes import affected, compile_shapes, read, validate
from movement_kg.vocabulary import BASE, SH

HOME = Path(__file__).resolve().parents[1]
sys.path.append(str(HOME / "tests"))
SHAPES = assets.ontology() / "shapes.ttl"
PAGE = HOME / "docs" / "validators.md"

OURS = """import sys, pathlib, pyoxigraph
from movement_kg import shapes
data, rules, report = map(pathlib.Path, sys.argv[1:])
store = pyoxigraph.Store()
store.bulk_load(path=str(data), format=pyoxigraph.RdfFormat.N_TRIPLES)
report.write_bytes(shapes.report(shapes.validate(store, rules)))"""
PYSHACL = """import sys, logging, rdflib, pyshacl
logging.disable()
data, rules, report = sys.argv[1:]
graph, shapes = rdflib.Graph().parse(data, format="nt"), rdflib.Graph().parse(rules, format="turtle")
_, found, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
found.serialize(report, format="nt")"""
RUDOF = """import sys, pathlib
from pyrudof import *
data, rules, report = sys.argv[1:]
rudof = Rudof(RudofConfig())
rudof.read_data(data, RDFFormat.NTriples)
rudof.read_shacl(rules, ShaclFormat.Turtle)
rudof.validate_shacl(ShaclValidationMode.{mode})
pathlib.Path(report).write_text(rudof.serialize_shacl_validation_results(ResultShaclValidationFormat.NTriples))"""
SHIFTY = """import sys, logging, pathlib, shifty
logging.disable()
data, rules, report = map(pathlib.Path, sys.argv[1:])
_, found, _ = shifty.validate(data, rules, graph_mode="data", infer=False)
found.serialize(str(report), format="nt")"""
RESULTS = f"""PREFIX sh: <{SH}>
SELECT ?focus ?path ?component ?value ?shape {{
    ?report a sh:ValidationReport ; sh:result ?result . ?result sh:focusNode ?focus ; sh:sourceConstraintComponent ?component
    OPTIONAL {{ ?result sh:resultPath ?path }} OPTIONAL {{ ?result sh:value ?value }}
    OPTIONAL {{ ?result sh:sourceShape ?shape }} }}"""

TITLES = {
    "faults": "The planted faults",
    "constructs": "The constructs that are compiled",
    "left": "The constructs that movement-kg leaves to pyshacl",
}
#: Focus node, path, constraint component and value.
Finding = tuple[str, str, str, str]


@dataclass(frozen=True)
class Run:
    """One validation: seconds of time and of processors, peak memory in MB, results; why there are none."""

    seconds: float
    processor: float
    megabytes: float
    results: int
    fault: str = ""


def validators(rust: str | None, folder: Path) -> Mapping[str, Sequence[str]]:
    """The command of each validator, which is given the data, the shapes and where to write."""
    found = {"movement-kg": [sys.executable, "-c", OURS], "pyshacl": [sys.executable, "-c", PYSHACL]}
    if rust:
        for mode in ("Native", "Sparql"):
            found[f"rudof ({mode.lower()})"] = [rust, "-c", RUDOF.replace("{mode}", mode)]
        found["shifty"] = [rust, "-c", SHIFTY]
    if shutil.which("java") and (debian_jena.JAVA / "jena-shacl.jar").exists():
        jena = f'exec java -cp "{debian_jena.class_path(folder)}" shacl.shacl validate --data "$1" --shapes "$2" > "$3"'
        found["Jena"] = ["sh", "-c", jena, "sh"]
    return found


def run(command: Sequence[str], data: Path, rules: Path, limit: float) -> tuple[Run, set[Finding]]:
    """One validation as a whole process, ended at the limit (seconds of processors; these machines are shared)."""
    report = data.with_suffix(".report")
    report.unlink(missing_ok=True)
    start = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([*command, str(data), str(rules), str(report)], stderr=errors)
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (round(limit), round(limit)))
        peak = _peak(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace").strip().splitlines()
    processor = used.ru_utime + used.ru_stime
    fault = "" if process.returncode == 0 else _told(said)
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        fault = f"ended after {processor:.0f} s of processor time"
    rows = [] if fault else [*_rows(report)]
    return Run(seconds, processor, peak, len(rows), fault), set(rows)


def _peak(pid: int) -> float:
    """The most memory (MB) that a process had, watched until it ends; its own count begins with that of its parent."""
    peak = 0.0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        peak = max([peak, *(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))])
        time.sleep(0.05)
    return peak


def _told(said: Sequence[str]) -> str:
    """The line of an error output that tells the error."""
    return next((line for line in reversed(said) if "rror" in line), "died")[:200]


def _rows(report: Path) -> Iterator[Finding]:
    store = pyoxigraph.Store()
    store.load(path=str(report), format=pyoxigraph.RdfFormat.TURTLE)
    for row in store.query(RESULTS):
        yield _term(row["focus"]), _path(row["path"]), row["component"].value.removeprefix(SH), _term(row["value"])


def _path(term: pyoxigraph.Term | None) -> str:
    """A path's IRI; a path that is none has a node of its own in each report."""
    return str(term) if isinstance(term, pyoxigraph.NamedNode) else ""


def _term(term: pyoxigraph.Term | None) -> str:
    """A term by its value: numbers are written in many ways, blank nodes have no names that last."""
    if term is None or isinstance(term, pyoxigraph.BlankNode):
        return "" if term is None else "_:"
    is_number = isinstance(term, pyoxigraph.Literal) and term.datatype.value.endswith(("#decimal", "#integer"))
    if is_number and re.fullmatch(r"[+-]?[0-9.]*[0-9][0-9.]*", term.value):
        return f'"{Decimal(term.value).normalize():f}"^^{term.datatype}'
    return str(term)


# The graphs


def faults() -> bytes:
    """Every planted fault of tests/shape_faults.py, each in a valid graph of its own."""
    from test_shapes import FAULTS, faulty

    quads = set().union(*(faulty(fault) for fault in FAULTS))
    return pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def vocabulary() -> bytes:
    """The ontology and its schemes."""
    found = b""
    for name in ("movement.ttl", "schemes.ttl"):
        quads = pyoxigraph.parse(path=str(assets.ontology() / name), format=pyoxigraph.RdfFormat.TURTLE)
        found += pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    return found


def copies(lines: bytes, times: int) -> Iterator[bytes]:
    """A graph as often as asked for; everything in a copy but the vocabulary has names of its own."""
    ours = re.compile(rb"<" + re.escape(BASE.encode()) + rb"(?!ontology/|scheme/|concept/|shape/)")
    yield lines
    for number in range(1, times):
        yield ours.sub(b"<%scopy%d/" % (BASE.encode(), number), lines)


@dataclass(frozen=True)
class Construct:
    """A case of tests/test_shapes.py in a namespace of its own: its constraint, its data and its shapes in N-Triples."""

    name: str
    data: bytes
    shapes: bytes


def constructs(folder: Path) -> tuple[list[Construct], list[Construct]]:
    """The cases whose shapes movement-kg compiles, and those that it leaves to pyshacl."""
    import test_shapes as tests

    sides: tuple[list[Construct], list[Construct]] = ([], [])
    number = 0
    for of in (tests.test_constraints_of_properties, tests.test_paths, tests.test_targets_and_constraints_of_nodes):
        mark = next(mark for mark in of.pytestmark if mark.name == "parametrize")
        for case in mark.args[1]:
            name, turtle, triples = _case(tests, of.__name__, case)
            prefixes = tests.TINY.replace(tests.HERE, f"{tests.HERE}{number}/")
            shapes = _triples(prefixes + turtle.replace(tests.HERE, f"{tests.HERE}{number}/"), f"s{number}")
            (folder / "one.ttl").write_bytes(shapes)
            is_left = bool(compile_shapes(read(folder / "one.ttl"))[1])
            sides[is_left].append(Construct(name, _triples(prefixes + triples, f"d{number}"), shapes))
            number += 1
    return sides


def _case(tests: object, kind: str, case: tuple[str, ...]) -> tuple[str, str, str]:
    of_class = tests.OF_CLASS  # type: ignore[attr-defined]
    if kind == "test_paths":
        turtle = f"{of_class}; sh:property ex:P . ex:P sh:path {case[0]} ; sh:in ( ex:nothing ) ."
        return f"sh:path {case[0]}", turtle, tests.WAY  # type: ignore[attr-defined]
    if kind == "test_constraints_of_properties":
        return case[0], f"{of_class}; sh:property ex:P . ex:P sh:path ex:p ; {case[0]} .", case[1]
    return case[0], f"ex:S a sh:NodeShape ; {case[0]} .", case[1]


def _triples(turtle: str, mark: str) -> bytes:
    lines = pyoxigraph.serialize(
        pyoxigraph.parse(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    return re.sub(rb"(?m)(^|(?<= ))_:", rb"_:" + mark.encode(), lines or b"")


# What was measured


def compared(commands: Mapping[str, Sequence[str]], folder: Path, limit: float) -> dict[str, Any]:
    """Who finds what of the planted faults and of the constructs; what differs from movement-kg is named."""
    planted = Construct("", vocabulary() + faults(), SHAPES.read_bytes())
    compiled, left = constructs(folder)
    told = {}
    for title, cases in (("faults", [planted]), ("constructs", compiled), ("left", left)):
        found = {name: _together(command, cases, folder, limit) for name, command in commands.items()}
        ours = found["movement-kg"].findings
        told[title] = {
            name: {
                "refused": one.refused,
                "results": one.results,
                "findings": len(one.findings),
                "only": sorted(one.findings - ours),
                "missing": sorted(ours - one.findings),
            }
            for name, one in found.items()
        }
    return told


@dataclass(frozen=True)
class Told:
    """What a validator said of some constructs: findings with the construct, how many results, and what it refused why."""

    findings: frozenset[tuple[str, ...]]
    results: int
    refused: tuple[tuple[str, str], ...] = ()


def _together(command: Sequence[str], cases: Sequence[Construct], folder: Path, limit: float) -> Told:
    """All cases in one run; where the validator refuses some, the halves in runs of their own."""
    data, rules = folder / "cases.nt", folder / "cases.ttl"
    data.write_bytes(b"".join(case.data for case in cases))
    rules.write_bytes(b"".join(case.shapes for case in cases))
    measured, found = run(command, data, rules, limit)
    if not measured.fault:
        return Told(frozenset(_named(found, cases)), measured.results)
    if len(cases) == 1:
        return Told(frozenset(), 0, ((cases[0].name, measured.fault),))
    half = len(cases) // 2
    one, other = (_together(command, part, folder, limit) for part in (cases[:half], cases[half:]))
    return Told(one.findings | other.findings, one.results + other.results, one.refused + other.refused)


def _named(findings: set[Finding], cases: Sequence[Construct]) -> Iterator[tuple[str, ...]]:
    """The findings with the construct that they are about."""
    for finding in findings:
        number = re.search(r"a\.example/\d+/", " ".join(finding))
        yield (next((c.name for c in cases if number and number[0].encode() in c.shapes), ""), *finding)


def grown(
    commands: Mapping[str, Sequence[str]], graphs: Mapping[str, Path], rounds: int, limit: float
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The runs of each validator on each graph, in turn; who failed on a graph is not asked about a larger one."""
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {}
    left = dict(commands)
    for size, path in graphs.items():
        runs[size] = {name: [] for name in left}
        for _ in range(rounds):
            for name in [*left]:
                measured, _found = run(left[name], path, SHAPES, limit)
                runs[size][name].append(asdict(measured))
                sys.stderr.write(f"{size} {name} {measured}\n")
                if measured.fault:
                    del left[name]
    return runs


def changed(lines: bytes, rounds: int) -> list[dict[str, Any]]:
    """Validation of a few nodes beside that of the whole graph, in one process: seconds of processors, and their ratio."""
    store, graph = pyoxigraph.Store(), read(SHAPES)
    store.bulk_load(lines, pyoxigraph.RdfFormat.N_TRIPLES)
    triples = sorted(store, key=str)
    random.Random(1).shuffle(triples)
    told = []
    for count in (1, 10, 100, 1000):
        concerned = affected(store, graph, triples[:count])
        pairs = [
            (
                _processor(lambda: validate(store, SHAPES)),
                _processor(lambda nodes=concerned: validate(store, SHAPES, focus=nodes)),
                _processor(lambda some=triples[:count]: affected(store, graph, some)),
            )
            for _ in range(rounds)
        ]
        whole, part, finding = zip(*pairs, strict=True)
        told.append({"triples": count, "nodes": len(concerned), "whole": whole, "part": part, "finding": finding})
    return told


def _processor(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# The page


def difference_rows(told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A row for each validator: how many findings are ours too, and how many are not."""
    for name, one in told.items():
        cells = (one["findings"], one["results"], len(one["only"]), len(one["missing"]), len(one["refused"]))
        yield f"| {name} | {' | '.join(map(str, cells))} |"


def growth_rows(runs: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> Iterator[str]:
    """A row for each size and validator."""
    for size, by_name in runs.items():
        ours = by_name["movement-kg"]
        for name, found in by_name.items():
            if found[-1]["fault"]:
                yield f"| {size} | {name} | {found[-1]['fault']} | | | | |"
                continue
            took, used, memory = (
                statistics.median(one[key] for one in found) for key in ("seconds", "processor", "megabytes")
            )
            times, works = (
                [one[key] / mine[key] for one, mine in zip(found, ours, strict=False)]
                for key in ("seconds", "processor")
            )
            yield (
                f"| {size} | {name} | {took:.1f} | {used:.1f} | {memory:.0f} | {_spread(times)} | {_spread(works)} |"
            )


def changed_rows(told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A row for each number of changed triples."""
    for one in told:
        part, finding, whole = (statistics.median(one[key]) * 1000 for key in ("part", "finding", "whole"))
        ratios = [w / (p + f) for w, p, f in zip(one["whole"], one["part"], one["finding"], strict=True)]
        yield (f"| {one['triples']} | {one['nodes']} | {finding:.0f} | {part:.0f} | {whole:.0f} | {_spread(ratios)} |")


def _spread(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"


def write(told: Mapping[str, Any]) -> None:
    """Put the tables between the marks of docs/validators.md."""
    head = "| validator | findings | results | only there | missing there | refused |\n| --- | --- | --- | --- | --- | --- |"
    grown_head = (
        "| triples | validator | time, s | processor, s | peak, MB | time / ours | processor / ours |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    lines = []
    for title, found in told.get("findings", {}).items():
        lines += [f"{TITLES[title]}:", "", head, *difference_rows(found), ""]
    lines += ["Whole processes; the middle of the rounds, ratios with their least and greatest:", "", grown_head]
    lines += [*growth_rows(told.get("runs", {})), ""]
    lines += ["Changed triples of the graph of a build, in one process; processor milliseconds:", ""]
    lines += ["| changed | focus nodes | finding them | validating them | the whole | the whole / both |"]
    lines += ["| --- | --- | --- | --- | --- | --- |", *changed_rows(told.get("changed", [])), ""]
    before, mark, rest = PAGE.read_text("utf-8").partition("<!-- measured -->\n")
    after = rest.partition("<!-- end -->")[2]
    PAGE.write_text(before + mark + "\n".join(lines) + "<!-- end -->" + after, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rust", help="the Python that has pyrudof and pyshifty")
    parser.add_argument("--build", type=Path, default=Path("build"), help="whose graph is validated")
    parser.add_argument("--times", type=int, nargs="*", default=[1, 3], help="how many copies of the graph")
    parser.add_argument("--graph", type=Path, nargs="*", default=[], help="more graphs, of bench/generate.py --rdf")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=300, help="seconds for one validation")
    parser.add_argument("--json", type=Path, required=True, help="what was measured; a part not asked for stays")
    parser.add_argument("--only", nargs="+", default=[], help="these validators, and movement-kg")
    parser.add_argument("--part", choices=["findings", "growth", "changed"], help="only this part")
    options = parser.parse_args()
    told = json.loads(options.json.read_text("utf-8")) if options.json.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        commands = validators(options.rust, folder)
        commands = {n: c for n, c in commands.items() if not options.only or n in ("movement-kg", *options.only)}
        lines = b"".join(current(options.build).lines("all"))
        if options.part in (None, "changed"):
            told["changed"] = changed(lines, options.rounds)
        if options.part in (None, "findings"):
            told["findings"] = compared(commands, folder, options.limit)
        if options.part in (None, "growth"):
            graphs = {}
            for source, times in [(lines, times) for times in options.times] + [
                (g.read_bytes(), 1) for g in options.graph
            ]:
                text = b"".join(copies(source, times)) + faults()
                path = folder / f"graph-{len(graphs)}.nt"
                path.write_bytes(text)
                count = text.count(b"\n")
                graphs[f"{count:,}".replace(",", " ")] = path
            told["runs"] = grown(commands, graphs, options.rounds, options.limit)
    options.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write(told)


if __name__ == "__main__":
    main()
