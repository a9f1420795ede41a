"""What bench/scale.py runs, each part in a process of its own: `python bench/contenders.py PART …`.

Every line that a part prints is a JSON object: a step and its seconds, or a query with its seconds and its number of rows. What
was printed before a time limit ended the process still counts.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import itertools
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import debian_jena

from movement_kg import assets
from movement_kg.vocabulary import BASE

if TYPE_CHECKING:
    from movement_kg.knowledge_graph import KnowledgeGraph

HOME = Path(__file__).resolve().parents[1]
#: A query is asked again until so many seconds are over, at most so often; the least of its times counts.
AGAIN_SECONDS, AGAIN_TIMES = 1.0, 3
#: Where the values of a query's parameters are looked for: the columns of the tables that name such things.
COLUMNS = {
    "country": ("provisions.jurisdiction", "events.country", "organisations.country"),
    "region": ("reference/regions.code",),
    "person": ("memberships.person", "contributions.agent"),
    "other": ("memberships.person", "contributions.agent"),
    "organisation": ("links.from", "memberships.organisation", "links.to"),
    "agent": ("links.from", "contributions.agent"),
    "event": ("participations.event", "links.to"),
    "publication": ("contributions.publication", "mentions.thing"),
    "episode": ("contributions.publication", "topics.subject"),
    "about": ("positions.about",),
    "subject": ("figures.subject",),
    "place": ("figures.place",),
    "theme": ("topics.topic", "positions.theme"),
    "citation": ("positions.cite",),
    "thing": ("links.from", "links.to", "mentions.thing", "memberships.person", "names.subject"),
}
#: The first steps of the paths that a parameter may name, and what a cell that is no path gets put before it.
KINDS = {
    "country": "country/",
    "region": "region/",
    "person": "person/",
    "other": "person/",
    "organisation": "org/",
    "event": "event/",
    "publication": "work/",
    "episode": "work/",
    "place": "country/",
    "theme": "concept/theme/",
    "citation": "citation/",
}
TRIES = 60
#: The settings of Virtuoso are those of the tests.
VIRTUOSO = HOME / "tests" / "virtuoso.ini"
MIX = """
import java.nio.file.*;
import java.util.concurrent.TimeUnit;
import org.apache.jena.query.*;
import org.apache.jena.tdb2.TDB2Factory;
public class Mix {
  static void say(String key, String name, double seconds, long rows, String fault) {
    String f = fault == null ? "" :
      ", \\"fault\\": \\"" + fault.replaceAll("[^ -~]", " ").replace('\\\\', '/').replace('"', ' ') + "\\"";
    System.out.println("{\\"" + key + "\\": \\"" + name + "\\", \\"seconds\\": " + seconds + ", \\"rows\\": " + rows + f + "}");
    System.out.flush();
  }
  public static void main(String[] a) throws Exception {
    long began = System.nanoTime();
    Dataset data = TDB2Factory.connectDataset(a[0]);
    data.begin(ReadWrite.READ);
    say("step", "open", (System.nanoTime() - began) / 1e9, 0, null);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Paths.get(a[1]), "*.rq")) {
      for (Path file : (Iterable<Path>) java.util.stream.StreamSupport.stream(files.spliterator(), false).sorted()::iterator) {
        String name = file.getFileName().toString().replace(".rq", ""), text = Files.readString(file);
        double best = Double.MAX_VALUE, total = 0; long rows = 0; String fault = null;
        for (int i = 0; i < AGAIN_TIMES && (i == 0 || total < AGAIN_SECONDS) && fault == null; i++) {
          long start = System.nanoTime();
          try (QueryExecution asked = QueryExecutionFactory.create(text, data)) {
            asked.setTimeout(Long.parseLong(a[2]), TimeUnit.SECONDS);
            rows = 0;
            for (ResultSet found = asked.execSelect(); found.hasNext(); rows++) found.next();
          } catch (Exception error) { fault = error instanceof QueryCancelledException ? "time limit" : error.toString(); }
          double took = (System.nanoTime() - start) / 1e9; total += took; best = Math.min(best, took);
        }
        say("query", name, best, rows, fault);
      }
    }
  }
}
"""


@dataclass(frozen=True)
class Question:
    """A named query with values that exist in the data: its name and its text."""

    name: str
    text: str


def say(**said: object) -> None:
    """Print one line for bench/scale.py."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Time what is done inside."""
    start = time.perf_counter()
    yield
    say(step=name, seconds=time.perf_counter() - start)


def read_questions(path: Path) -> list[Question]:
    return [Question(**described) for described in json.loads(path.read_text("utf-8"))]


def ask_all(questions: Sequence[Question], ask: Callable[[str], int]) -> None:
    """Ask every question; `ask` gives the number of rows, or raises what is told as a fault."""
    for question in questions:
        times, rows = [], 0
        while not times or (sum(times) < AGAIN_SECONDS and len(times) < AGAIN_TIMES):
            start = time.perf_counter()
            try:
                rows = ask(question.text)
            except Exception as error:
                say(query=question.name, seconds=time.perf_counter() - start, fault=_told(error))
                break
            times.append(time.perf_counter() - start)
        else:
            say(query=question.name, seconds=min(times), rows=rows)


def _told(error: Exception) -> str:
    is_late = isinstance(error, TimeoutError) or "TimeLimit" in type(error).__name__
    return "time limit" if is_late else f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


# The questions.


def make_questions(options: argparse.Namespace) -> None:
    """Bind every named query to values that exist in the tables, and give rows where any of some tries does."""
    from movement_kg.engines import Limits
    from movement_kg.finished import current
    from movement_kg.knowledge_graph import KnowledgeGraph

    people = {row["id"]: row["iri"] for row in _rows(options.data, "people") if row["iri"]}
    with KnowledgeGraph(current(options.build), Limits(options.query_limit)) as graph:
        found = []
        for query in graph.queries():
            tries = itertools.islice(_values(query, options.data, people), TRIES)
            texts = [_renamed(query.bound(values, graph.resolve), options.data) for values in tries]
            found.append({"name": query.name, "text": _first_with_rows(texts, graph)})
    options.questions.write_text(json.dumps(found, indent=1), "utf-8")


def _first_with_rows(texts: Sequence[str], graph: KnowledgeGraph) -> str:
    """The first text that gives rows, or that is stopped at the time limit; the first of all where none does in a minute."""
    from movement_kg.errors import TimeLimitError

    deadline = time.monotonic() + 60
    for text in texts:
        try:
            if _count(graph, text):
                return text
        except TimeLimitError:
            return text
        if time.monotonic() > deadline:
            break
    return texts[0]


def _count(graph: KnowledgeGraph, text: str) -> int:
    """The number of rows of an answer; all of it is read."""
    from movement_kg.results import read_json

    pieces = graph.engine.ask(text)
    next(pieces)
    return len(read_json(pieces).rows)


def _renamed(text: str, data: Path) -> str:
    """The text with what stands for the two works that queries name: the factsheet, and the series that has episodes."""
    return text.replace("work:history-factsheet", "work:document-5").replace("work:oral-history-series", _series(data))


@functools.cache
def _series(data: Path) -> str:
    parts = Counter(row["part_of"] for row in _rows(data, "publications") if row["part_of"])
    return f"work:{parts.most_common(1)[0][0]}"


def _values(query, data: Path, people: dict[str, str]) -> Iterator[dict[str, str]]:
    """Values for the parameters that the query's own test gives."""
    if not query.test:
        yield {}
        return
    kinds = {parameter.name: parameter.type for parameter in query.parameters}
    choices = []
    for name, value in query.test.items():
        if kinds[name] == "iri":
            choices.append([(name, iri) for iri in _named(data, name, people)])
        elif name == "source":
            choices.append([(name, row["number"]) for row in _rows(data, "sources")[:TRIES]])
        else:
            choices.append([(name, value)])
    single = max(map(len, choices)) > 1 and sum(len(choice) > 1 for choice in choices) == 1
    yield from map(dict, itertools.product(*(choice if single else choice[:8] for choice in choices)))


def _named(data: Path, parameter: str, people: dict[str, str]) -> list[str]:
    """The IRIs that columns name, from the tenth most frequent on: well known, but no hub; then the first nine."""
    counted: Counter[str] = Counter()
    for place in COLUMNS[parameter]:
        table, column = place.split(".")
        counted.update(path for row in _rows(data, table) if (path := _path(row[column], parameter, column)))
    ordered = [path for path, _ in counted.most_common(TRIES + 9)]
    ordered = ordered[9:] + ordered[:9]
    parts = (path.rpartition("/") for path in ordered)
    return [BASE + (f"person/{people[key]}" if kind == "person" else f"{kind}/{key}") for kind, _, key in parts]


def _path(cell: str, parameter: str, column: str) -> str | None:
    own = KINDS.get({"person": "person", "organisation": "organisation"}.get(column, parameter), "")
    path = cell if "/" in cell else own + cell
    return path if cell and "/" in path and path.startswith(KINDS.get(parameter, "")) else None


def _rows(data: Path, table: str) -> list[dict[str, str]]:
    with (data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


# Ours.


def mix(options: argparse.Namespace) -> None:
    """Our query mix: a build opened, every question asked."""
    from movement_kg.engines import Limits
    from movement_kg.finished import current
    from movement_kg.knowledge_graph import KnowledgeGraph

    with step("open"):
        graph = KnowledgeGraph(current(options.build), Limits(options.query_limit, 12 << 30))
    with graph:
        ask_all(read_questions(options.questions), lambda text: _count(graph, text))


def validate(options: argparse.Namespace) -> None:
    """Our shapes alone, on the store of a build."""
    import pyoxigraph

    from movement_kg import shapes
    from movement_kg.finished import current

    with step("load"):
        store = pyoxigraph.Store.read_only(str(current(options.build).store))
    with step("validate"):
        found = shapes.validate(store, assets.ontology() / "shapes.ttl")
    say(findings=len(found))


# The others.


def bulk(options: argparse.Namespace) -> None:
    """Raw pyoxigraph: the same triples, and nothing else."""
    import pyoxigraph

    shutil.rmtree(options.folder, ignore_errors=True)
    with step("load"):
        store = pyoxigraph.Store(str(options.folder))
        store.bulk_load(path=options.triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
        store.optimize()
        store.flush()


def rdflib_memory(options: argparse.Namespace) -> None:
    """rdflib: the triples parsed into memory, every question asked."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    with step("load"):
        graph.parse(options.triples, format="nt")

    def rows(text: str) -> int:
        with _alarm(options.query_limit):
            return sum(1 for _ in graph.query(text))

    ask_all(read_questions(options.questions), rows)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what is done inside once so many seconds are over."""

    def end(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def pyshacl_alone(options: argparse.Namespace) -> None:
    """pyshacl: the triples parsed by rdflib, the same shapes, no inference."""
    import pyshacl
    import rdflib

    with step("load"):
        found = rdflib.Graph(bind_namespaces="none").parse(options.triples, format="nt")
        rules = rdflib.Graph().parse(assets.ontology() / "shapes.ttl", format="turtle")
    with step("validate"):
        _, report, _ = pyshacl.validate(found, shacl_graph=rules, inference="none", advanced=False)
    say(findings=len(set(report.objects(None, rdflib.URIRef("http://www.w3.org/ns/shacl#result")))))


def virtuoso(options: argparse.Namespace) -> None:
    """Virtuoso: bulk load, then every question by HTTP."""
    folder: Path = options.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port, sql = _free_port(), _free_port()
    buffers = max(20_000, min(340_000, options.triples.stat().st_size // 4096))
    settings = folder / "virtuoso.ini"
    values = {
        "folder": folder,
        "port": port,
        "sql": sql,
        "cap": 10_000_000,
        "buffers": buffers,
        "dirty": buffers * 3 // 4,
    }
    settings.write_text(VIRTUOSO.read_text("utf-8").format_map(values), "utf-8")
    command = [*_tied(), _program("virtuoso-t"), "+foreground", "+configfile", str(settings)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}/sparql"
        _wait(lambda: _asked(url, "ASK { }", 2), server)
        os.link(options.triples, folder / "graph.nt")
        with step("load"):
            _isql(sql, f"ld_dir ('{folder}', 'graph.nt', '{BASE}');")
            _isql(sql, "rdf_loader_run (); checkpoint;")
        ask_all(read_questions(options.questions), lambda text: _asked(url, text, options.query_limit))
        say(memory=_peak(server.pid))
    finally:
        server.terminate()
        server.wait()


def _isql(port: int, text: str) -> None:
    command = [_program("isql-vt"), f"127.0.0.1:{port}", "dba", "dba", "ERRORS=stdout", f"exec={text}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "Error" in done.stdout:
        raise SystemExit(done.stdout)


def _asked(url: str, text: str, seconds: float) -> int:
    """The number of rows of an answer; all of it is read."""
    form = urllib.parse.urlencode({"query": text, "default-graph-uri": BASE}).encode()
    request = urllib.request.Request(url, form, {"Accept": "application/sparql-results+json"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            document = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise ValueError(error.read(300).decode("utf-8", "replace")) from None
    return len(document["results"]["bindings"]) if "results" in document else 1


def _wait(is_ready: Callable[[], object], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            is_ready()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server does not start") from None
            time.sleep(0.2)
        else:
            return


def _peak(pid: int) -> int:
    """The most memory that a process that runs has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def jena(options: argparse.Namespace) -> None:
    """Jena TDB2: its own loader, then every question in one process."""
    folder: Path = options.folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "queries").mkdir(parents=True)
    for question in read_questions(options.questions):
        (folder / "queries" / f"{question.name}.rq").write_text(question.text, "utf-8")
    source = MIX.replace("AGAIN_TIMES", str(AGAIN_TIMES)).replace("AGAIN_SECONDS", str(AGAIN_SECONDS))
    (folder / "Mix.java").write_text(source, "utf-8")
    java = [_program("java"), "-cp", debian_jena.class_path(folder)]
    with step("load"):
        command = [*java, "tdb2.tdbloader", "--loc", str(folder / "db"), str(options.triples)]
        subprocess.run(command, check=True, capture_output=True)
    limit = str(round(options.query_limit))
    subprocess.run([*java, str(folder / "Mix.java"), str(folder / "db"), str(folder / "queries"), limit], check=True)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed")
    return path


def _tied() -> list[str]:
    """What makes a server end even where this process is killed, where the system has it."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "KILL"] if found else []


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


PARTS = {
    "questions": make_questions,
    "mix": mix,
    "validate": validate,
    "bulk": bulk,
    "rdflib": rdflib_memory,
    "pyshacl": pyshacl_alone,
    "virtuoso": virtuoso,
    "jena": jena,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="One part of bench/scale.py.")
    parser.add_argument("part", choices=PARTS)
    for name in ("data", "build", "questions", "triples", "folder"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--query-limit", type=float, default=60)
    parser.add_argument("--memory", type=int, help="the most address space of this process, in GB")
    options = parser.parse_args()
    if options.memory:
        resource.setrlimit(resource.RLIMIT_AS, (options.memory << 30, options.memory << 30))
    PARTS[options.part](options)


if __name__ == "__main__":
    main()
