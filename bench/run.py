"""Measure movement-kg beside what a user would pick instead; `python bench/run.py` rewrites docs/benchmarks.md.

Needs the packages of the extra `test`. These machines are shared: read the ratios, not the times.
"""

import contextlib
import io
import platform
import sys
import tempfile
from pathlib import Path

import pyoxigraph
import rdflib
from pairs import HEAD, Ratio, compare, process, python

from movement_kg import assets
from movement_kg.build import build
from movement_kg.check import Inputs, check
from movement_kg.cli.build import Steps
from movement_kg.finished import Build, Recipe
from movement_kg.knowledge_graph import KnowledgeGraph
from movement_kg.results import read_json

HOME = Path(__file__).resolve().parents[1]
QUESTION = "first-groups"

BARE = """import sys, pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[1])
for row in store.query(open(sys.argv[2]).read()): print(*row)"""
TURTLE = """import sys, rdflib
graph = rdflib.Graph().parse(sys.argv[1], format="turtle")
for row in graph.query(open(sys.argv[2]).read()): print(*row)"""


def cold(made: Build, folder: Path, turtle: Path) -> list[Ratio]:
    """(a) a question asked by a process that starts from nothing."""
    ours = str(Path(sys.executable).parent / "movement-kg")
    question = str(HOME / "queries" / f"{QUESTION}.rq")
    bare = python(BARE, str(made.store), question)
    table = process(ours, "query", QUESTION, "--build", str(folder))
    lines = process(ours, "query", QUESTION, "--build", str(folder), "--format", "tsv")
    return [
        compare("`query` (table with names) / bare pyoxigraph on the same store", table, bare),
        compare("`query --format tsv` / bare pyoxigraph on the same store", lines, bare),
        compare("rdflib parsing Turtle and asking / `query`", python(TURTLE, str(turtle), question), table, pairs=5),
    ]


def opened_or_parsed(made: Build) -> Ratio:
    """Opening the store against parsing the same triples into memory."""
    data = b"".join(made.lines("all"))

    def opened() -> None:
        pyoxigraph.Store.read_only(str(made.store)).query("ASK { ?s ?p ?o }")

    def parsed() -> None:
        pyoxigraph.Store().bulk_load(data, pyoxigraph.RdfFormat.N_TRIPLES)

    return compare("parsing N-Triples into memory / opening the store", parsed, opened)


def warm(made: Build, graph: KnowledgeGraph) -> tuple[list[Ratio], list[str]]:
    """(b) every named query asked of an open engine: the whole mix, and each query against rdflib."""
    texts = {query.name: query.bound(query.test, graph.resolve) for query in graph.queries()}
    store = pyoxigraph.Store.read_only(str(made.store))
    memory = rdflib.Graph(bind_namespaces="none")
    memory.parse(data=b"".join(graph.lines("all")), format="nt")

    def ours(text: str) -> None:
        pieces = graph.engine.ask(text)
        next(pieces)
        read_json(pieces)

    def raw() -> None:
        for text in texts.values():
            [[term and term.value for term in row] for row in store.query(text)]

    def all_of_ours() -> None:
        for text in texts.values():
            ours(text)

    whole = compare("our engine / raw pyoxigraph, rows as values, all named queries", all_of_ours, raw, pairs=9)
    each = {
        name: compare(name, lambda text=text: [*memory.query(text)], lambda text=text: ours(text), pairs=1)
        for name, text in texts.items()
    }
    return [whole], _against_rdflib(each)


def _against_rdflib(each: dict[str, Ratio]) -> list[str]:
    ranked = sorted(each.values(), key=lambda ratio: ratio.middle)
    whole = sum(ratio.a_ms for ratio in ranked) / sum(ratio.b_ms for ratio in ranked)
    middle = ranked[len(ranked) // 2]
    shown = [("least", ranked[0]), ("second least", ranked[1]), ("middle", middle), ("greatest", ranked[-1])]
    lines = [
        "rdflib in memory / our engine, each query asked once after one that does not count:",
        "",
        "| which | query | ratio | rdflib, ms | ours, ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| {what} | {r.name} | {r.middle:.1f} | {r.a_ms:.1f} | {r.b_ms:.1f} |" for what, r in shown]
    reached = sum(ratio.middle >= 60 for ratio in ranked)
    return [*lines, "", f"All together {whole:.1f}; {reached} of {len(ranked)} queries reach 60.", ""]


def whole_build(recipe: Recipe) -> tuple[list[Ratio], list[str]]:
    """(c) a build with validation, and the same with pyshacl; and what part each step takes."""
    steps = Steps(quiet=True)

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            build(recipe, Path(folder))

    def by_pyshacl() -> None:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            build(recipe, Path(folder), by_reference=True)

    ratio = compare("build with pyshacl alone / our build", by_pyshacl, ours, pairs=3)
    with tempfile.TemporaryDirectory() as folder:
        build(recipe, Path(folder), progress=steps)
        steps("")
    return [ratio], steps.lines()


def main() -> None:
    recipe = Recipe(assets.data(), assets.ontology(), assets.queries())
    with tempfile.TemporaryDirectory() as folder:
        made = build(recipe, Path(folder))
        with KnowledgeGraph(made) as graph:
            turtle = Path(folder) / "graph.ttl"
            turtle.write_bytes(b"".join(graph.export("turtle", "all")))
            ratios = {"cold": [*cold(made, Path(folder), turtle), opened_or_parsed(made)]}
            ratios["warm"], against_rdflib = warm(made, graph)
    built, steps = whole_build(recipe)
    ratios["build"] = built
    findings = check(Inputs(recipe.data, recipe.ontology))
    size = sum(1 for layer in ("facts", "claims") for _ in findings.graph.lines(layer))
    write(ratios, against_rdflib, steps, size)


def write(ratios: dict[str, list[Ratio]], against_rdflib: list[str], steps: list[str], size: int) -> None:
    """Put the tables between the marks of docs/benchmarks.md."""
    path = HOME / "docs" / "benchmarks.md"
    before, mark, rest = path.read_text("utf-8").partition("<!-- measured -->\n")
    after = rest.partition("<!-- end -->")[2]
    versions = f"Python {platform.python_version()}, pyoxigraph {pyoxigraph.__version__}, rdflib {rdflib.__version__}"
    lines = [f"Measured on {size} triples with {versions}.", ""]
    titles = {"cold": "(a) Cold", "warm": "(b) Warm", "build": "(c) Build"}
    for name, title in titles.items():
        lines += [f"### {title}", "", HEAD, *(ratio.row() for ratio in ratios[name]), ""]
        lines += against_rdflib if name == "warm" else []
    lines += ["Steps of one build of ours:", "", "```text", *steps, "```", ""]
    path.write_text(before + mark + "\n".join(lines) + "<!-- end -->" + after, "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
