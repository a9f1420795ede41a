"""Requests a second, and how long one waits, of `movement-kg serve` beside other SPARQL servers on the same data.

`python bench/endpoint.py` prints the tables; with `--write` it also puts them into docs/benchmarks.md. Needs `wrk` and
whichever of the others are there: rdflib-endpoint and oxigraph (the extra `bench`), and Virtuoso from Debian. All of them run at
once on the loopback device and are measured in turn; one that is missing is named in the tables and left out. Every answer is
compared before anything is measured, and an answer that is not 200, or is not whole, ends the run.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph

from movement_kg import assets
from movement_kg.build import build
from movement_kg.engines import LocalEngine
from movement_kg.entity import describe
from movement_kg.finished import Build, Recipe
from movement_kg.knowledge_graph import KnowledgeGraph
from movement_kg.vocabulary import BASE

HOME = Path(__file__).resolve().parents[1]
OURS = "movement-kg"
CLIENTS = (1, 8, 32)
ROWS, PAGE = "application/sparql-results+json", "text/html"
#: Seconds that a server may take to start, one query may run where the server has a limit, and one waits for an answer.
START, LIMIT, PATIENCE = 120, 10, 30
#: How many pages are asked once, how often each named query is asked for the memory, and how many heavy queries run at once.
PAGES, TIMES, HEAVY = 150, 10, 20
EASY_IN_HEAVY = 60
#: How often each client should have an answer at the least while wrk runs.
WAVES = 3
GOOD = "answered"

PREFIXES = """PREFIX mk: <https://w3id.org/movement-kg/ontology/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
EASY = """SELECT DISTINCT (STR(?form) AS ?name) (LANG(?form) AS ?language) WHERE {
  <%s> skos:prefLabel|skos:altLabel|mk:acronym|mk:observedForm ?form
} ORDER BY ?name ?language"""
MEDIUM = """SELECT ?organisation (STR(?label) AS ?name) (STR(?founding) AS ?founded) WHERE {
  ?organisation a org:Organization ; skos:prefLabel ?label .
  OPTIONAL { ?organisation mk:founded ?date . ?date skos:prefLabel ?founding }
} ORDER BY ?name ?founded ?organisation"""
BURDEN = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
THINGS = """SELECT ?thing WHERE { ?thing a ?kind . VALUES ?kind { %s } } ORDER BY ?thing"""

# What wrk sends and counts. Looking at each answer costs wrk time, so that only the run before the measured one does it.
LUA = """
local paths, turn, number, headers, sizes
wrong = ""
function init(arguments)
  paths, turn, sizes, headers = {}, 0, {}, {Accept = arguments[2]}
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
  number = tonumber(arguments[3])
  for size in (arguments[4] or ""):gmatch("%d+") do sizes[tonumber(size)] = true end
  if arguments[4] then response = look end
end
function request()
  turn = turn + 1
  local path = paths[(turn - 1) % #paths + 1]
  if number then path = path .. string.format("%d", number + turn) end
  return wrk.format("GET", path, headers)
end
function look(status, _, body)
  if status ~= 200 then wrong = "status " .. status .. ": " .. body:sub(1, 200)
  elseif next(sizes) and not sizes[#body] then wrong = "an answer of " .. #body .. " bytes" end
end
local only
function setup(thread) only = thread end
function done(summary, latency)
  local faults, text = summary.errors, {}
  for name, count in pairs(faults) do if count > 0 then text[#text + 1] = name .. " errors: " .. count end end
  if only:get("wrong") ~= "" then text[#text + 1] = only:get("wrong") end
  io.write(string.format("\\n@ %d %d %d %d %s\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), (table.concat(text, ", "):gsub("%c", " "))))
end
"""

#: The settings of Virtuoso are those of the tests, with limits of time added: of a query, and of what is guessed beforehand.
VIRTUOSO = HOME / "tests" / "virtuoso.ini"
VIRTUOSO_LIMITS = f"MaxQueryExecutionTime = {LIMIT}\nMaxQueryCostEstimationTime = 400\n"


# The servers.


@dataclass(frozen=True)
class Server:
    """A server that runs: its port, the path of its SPARQL endpoint, and its process, which leads a session of its own."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, accept: str, wait: float = PATIENCE, client: str = "127.0.0.1") -> tuple[int, bytes]:
        """The status and the body of an answer; `client` is the address that asks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=wait, source_address=(client, 0))
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Accept": accept})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def asking(self, text: str) -> str:
        """The path that asks a query."""
        return f"{self.path}?query={quote(text, safe='')}"

    def is_ready(self) -> bool:
        try:
            return self.get(self.asking("ASK { }"), ROWS, 2)[0] == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End the server and whatever it started: asked first, then not asked."""
        for signal_, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 8)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)


@dataclass(frozen=True)
class Place:
    """What a server is made from: the build, its triples in one file, a folder of its own and the program."""

    made: Build
    triples: Path
    folder: Path
    program: str


def _ours(place: Place) -> Server:
    port = _free_port()
    out = str(place.made.folder.parent)
    return _started(OURS, place, ["serve", "--port", str(port), "--build", out], (port, "/sparql"))


def _rdflib_endpoint(place: Place) -> Server:
    """As its documents serve files: with the store of rdflib."""
    port = _free_port()
    arguments = ["serve", "--host", "127.0.0.1", "--port", str(port), str(place.triples)]
    return _started("rdflib-endpoint", place, arguments, (port, "/"))


def _rdflib_on_oxigraph(place: Place) -> Server:
    """The faster store that its documents name."""
    port = _free_port()
    arguments = ["serve", "--host", "127.0.0.1", "--port", str(port), "--store", "Oxigraph", str(place.triples)]
    return _started("rdflib-endpoint, Oxigraph", place, arguments, (port, "/"))


def _oxigraph(place: Place) -> Server:
    """Oxigraph's own server on a copy of our store, or on one that it made where it cannot read ours."""
    port, store = _free_port(), place.folder / "store"
    shutil.copytree(place.made.store, store)
    arguments = ["serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}", "--timeout-s", str(LIMIT)]
    try:
        return _started("oxigraph", place, arguments, (port, "/query"))
    except ChildProcessError:
        shutil.rmtree(store)
        load = [place.program, "load", "--location", str(store), "--file", str(place.triples)]
        subprocess.run(load, check=True, capture_output=True, timeout=START)
        return _started("oxigraph", place, arguments, (port, "/query"))


def _virtuoso(place: Place) -> Server:
    port, sql = _free_port(), _free_port()
    settings = place.folder / "virtuoso.ini"
    values = {"folder": place.folder, "sql": sql, "port": port, "cap": 100_000, "buffers": 40_000, "dirty": 30_000}
    settings.write_text(VIRTUOSO.read_text("utf-8").format_map(values) + VIRTUOSO_LIMITS, "utf-8")
    arguments = ["+foreground", "+configfile", str(settings)]
    server = _started("virtuoso", place, arguments, (port, "/sparql"))
    try:
        _loaded(place, sql)
    except BaseException:
        server.stop()
        raise
    return server


def _loaded(place: Place, sql: int) -> None:
    """Put the triples into Virtuoso, which reads files of its own folder only."""
    copy = shutil.copy(place.triples, place.folder)
    load = f"DB.DBA.TTLP_MT (file_to_string_output ('{copy}'), '', '{BASE}', 0); checkpoint;"
    client = shutil.which("isql-vt") or "isql"
    command = [client, f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=stdout", f"exec={load}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=START)
    if "Error" in done.stdout:
        raise SystemExit(f"virtuoso: {done.stdout}")


#: For each name that --only knows: the names of its program, what starts it, and where one gets it.
ENGINES: dict[str, tuple[tuple[str, ...], Callable[[Place], Server], str]] = {
    "ours": ((OURS,), _ours, "this package"),
    "rdflib-endpoint": (("rdflib-endpoint",), _rdflib_endpoint, "PyPI: rdflib-endpoint[cli,oxigraph]"),
    "rdflib-endpoint-oxigraph": (("rdflib-endpoint",), _rdflib_on_oxigraph, "PyPI: rdflib-endpoint[cli,oxigraph]"),
    "oxigraph": (("oxigraph",), _oxigraph, "PyPI: oxigraph"),
    "virtuoso": (("virtuoso-t",), _virtuoso, "Debian: virtuoso-opensource"),
}


def _started(name: str, place: Place, arguments: list[str], at: tuple[int, str]) -> Server:
    """A server that answers. Raises ChildProcessError where it ends instead."""
    log = place.folder / "log"
    with log.open("wb") as output:
        command = [*_tied(), place.program, *arguments]
        process = subprocess.Popen(  # noqa: SIM115, RUF100 (the server outlives this function)
            command, cwd=place.folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = Server(name, *at, process)
    deadline = time.monotonic() + START
    try:
        while not (ready := server.is_ready()) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
    except BaseException:
        server.stop()
        raise
    if ready:
        return server
    server.stop()
    raise ChildProcessError(f"{name} does not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _tied() -> list[str]:
    """What makes a server end even where this program is killed, where the system has it."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "KILL"] if found else []


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


# What is asked.


@dataclass(frozen=True)
class Case:
    """Queries, or pages, that are asked in turn; where they are distinct, each has a comment that no other has."""

    title: str
    texts: tuple[str, ...]
    is_distinct: bool = False
    accept: str = ROWS

    def paths(self, server: Server) -> list[str]:
        """What a client sends; a number follows where the queries are distinct."""
        if self.accept == PAGE:
            return [*self.texts]
        return [server.asking(f"{text}\n#" if self.is_distinct else text) for text in self.texts]


def _things(store: pyoxigraph.Store, kinds: str) -> list[str]:
    return [row["thing"].value for row in store.query(PREFIXES + THINGS % kinds)]


def query_cases(organisations: list[str]) -> list[Case]:
    """The easy and the medium query: never asked before, the same again, and the easy one of each organisation in turn."""
    easy = {one: PREFIXES + EASY % one for one in organisations}
    one, medium = easy[f"{BASE}org/inpud"], PREFIXES + MEDIUM
    return [
        Case("easy query, each text new (no cache can answer)", (one,), is_distinct=True),
        Case("easy query, the same again", (one,)),
        Case(f"easy query, of {len(easy)} organisations in turn", tuple(easy.values())),
        Case("medium query, each text new (no cache can answer)", (medium,), is_distinct=True),
        Case("medium query, the same again", (medium,)),
    ]


def page_cases(paths: list[str]) -> list[Case]:
    """One page again and again, and many in turn; only we have pages."""
    return [
        Case("page of an organisation, the same again", ("/org/inpud",), accept=PAGE),
        Case(f"pages of {len(paths)} things in turn", tuple(paths), accept=PAGE),
    ]


def compare_rows(servers: list[Server], cases: list[Case], store: pyoxigraph.Store) -> dict[str, int]:
    """How many rows each case has. Ends the run where a server gives other rows than the store itself."""
    counts = {}
    for case in cases:
        for text in case.texts:
            wanted = _rows(json.loads(store.query(text).serialize(format=pyoxigraph.QueryResultsFormat.JSON)))
            for server in servers:
                status, body = server.get(server.asking(text), ROWS)
                if status != 200 or _rows(json.loads(body)) != wanted:
                    raise SystemExit(
                        f"{server.name}: other rows than the store's ({status}) for:\n{text}\n{body[:2000]!r}"
                    )
            counts[case.title] = max(counts.get(case.title, 0), len(wanted))
    return counts


def _rows(answer: dict) -> list[list]:
    """The rows in one order, and each term in one spelling."""
    return sorted(sorted((name, *_term(term)) for name, term in row.items()) for row in answer["results"]["bindings"])


def _term(term: dict) -> tuple[str, str, str]:
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    plain = term.get("datatype", "").replace("http://www.w3.org/2001/XMLSchema#string", "")
    return kind, term["value"], plain or term.get("xml:lang", "").lower()


# Load.


@dataclass(frozen=True)
class Load:
    """What one run of wrk found."""

    per_second: float
    p50: float
    p99: float


class Clients:
    """Runs wrk; keeps the numbers that make every text new."""

    def __init__(self, program: str, folder: Path, seconds: int) -> None:
        self._program, self._folder, self._seconds = program, folder, seconds
        self._numbers = itertools.count(10**9, 10**7)
        (folder / "requests.lua").write_text(LUA, "utf-8")

    def measure(self, server: Server, case: Case, clients: int) -> Load:
        """A second in which every answer is looked at, then the seconds that count: more for a server so slow that few
        clients would have an answer."""
        start = time.monotonic()
        sizes = sorted({len(self._whole(server, case, path)) for path in case.paths(server)})
        each = (time.monotonic() - start) / len(case.texts)
        seconds = max(self._seconds, min(PATIENCE, round(each * clients * WAVES)))
        self._run(server, case, (clients, 1), ",".join(map(str, sizes)))
        while not (found := self._run(server, case, (clients, seconds))).per_second:
            if seconds > PATIENCE:
                raise SystemExit(f"{server.name}, {case.title}, {clients} clients: no answer in {seconds} s")
            seconds *= 3
        return found

    @staticmethod
    def _whole(server: Server, case: Case, path: str) -> bytes:
        status, body = server.get(path, case.accept)
        if status != 200:
            raise SystemExit(f"{server.name}: status {status} for {path}")
        return body

    def _run(self, server: Server, case: Case, size: tuple[int, int], lengths: str = "") -> Load:
        clients, seconds = size
        paths = self._folder / "paths"
        paths.write_text("\n".join(case.paths(server)) + "\n", "utf-8")
        number = str(next(self._numbers)) if case.is_distinct else "-"
        command = [self._program, "-t1", f"-c{clients}", f"-d{seconds}s", f"--timeout={2 * PATIENCE}s", "--latency"]
        command += ["-s", str(self._folder / "requests.lua"), f"http://127.0.0.1:{server.port}/", "--", str(paths)]
        command += [case.accept, number, *([lengths] if lengths else [])]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 2 * PATIENCE)
        return _load(f"{server.name}, {case.title}, {clients} clients", done.stdout)


def _load(what: str, output: str) -> Load:
    line = next((line for line in output.splitlines() if line.startswith("@ ")), "")
    if not line:
        raise SystemExit(f"{what}: wrk says {output}")
    _, requests, micros, p50, p99, *faults = line.split(maxsplit=5)
    if faults:
        raise SystemExit(f"{what}: {faults[0]}")
    return Load(int(requests) * 1e6 / int(micros), int(p50) / 1000, int(p99) / 1000)


Runs = dict[tuple[str, int], dict[str, list[Load]]]


def under_load(clients: Clients, servers: list[Server], cases: list[Case], rounds: int) -> Runs:
    """The runs of every case and number of clients by server: the servers in turn, and another one first in each round."""
    runs: Runs = {}
    for number, case, count in itertools.product(range(rounds), cases, CLIENTS):
        start = number % len(servers)
        for server in servers[start:] + servers[:start]:
            found = clients.measure(server, case, count)
            runs.setdefault((case.title, count), {}).setdefault(server.name, []).append(found)
            _say(f"{number + 1}/{rounds} {case.title}, {count} clients, {server.name}: {found.per_second:.0f}/s")
    return runs


def load_tables(runs: Runs, cases: list[Case]) -> Iterator[str]:
    for case in cases:
        yield f"\n#### {case.title[0].upper()}{case.title[1:]}\n"
        yield "| clients | server | requests/s | p50, ms | p99, ms | ours / theirs | spread |"
        yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
        for count in CLIENTS:
            found = runs[case.title, count]
            yield from (_load_row(count, name, loads, found.get(OURS)) for name, loads in found.items())


def _load_row(count: int, name: str, loads: list[Load], ours: list[Load] | None) -> str:
    middle = [statistics.median(getattr(load, field) for load in loads) for field in ("per_second", "p50", "p99")]
    figures = f"| {count} | {name} | {middle[0]:.0f} | {middle[1]:.2f} | {middle[2]:.2f} |"
    if ours is None or ours is loads:
        return f"{figures} | |"
    ratios = [one.per_second / other.per_second for one, other in zip(ours, loads, strict=True)]
    return f"{figures} {statistics.median(ratios):.2f} | {min(ratios):.2f}–{max(ratios):.2f} |"


# Pages, beside the queries that they need.


class Recorded:
    """An engine that keeps the texts that it is asked."""

    def __init__(self, engine: LocalEngine) -> None:
        self.texts: list[str] = []
        self._engine = engine

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        self.texts.append(query)
        return self._engine.ask(query, form)


def _texts(engine: LocalEngine, thing: str) -> list[str]:
    recorded = Recorded(engine)
    describe(recorded, thing)
    return recorded.texts


def page_table(server: Server, made: Build, paths: list[str]) -> Iterator[str]:
    """Each page for the first time and again, each time beside its queries asked of the store in this process."""
    store = pyoxigraph.Store.read_only(str(made.store))
    with LocalEngine(made.store) as engine:
        texts = {path: _texts(engine, BASE + path[1:]) for path in paths}
    yield f"\n#### {len(paths)} pages, one client, beside the queries of each\n"
    yield "| page | page, ms | its queries, ms | page / queries | least–greatest | 95 of 100 |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for title in ("for the first time", "again"):
        times = [
            (_timed(lambda p=path: _page(server, p)), _timed(lambda t=texts[path]: _bare(store, t))) for path in paths
        ]
        ratios = sorted(page / bare for page, bare in times)
        page, bare = (statistics.median(each) * 1000 for each in zip(*times, strict=True))
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f} | {ratios[int(len(ratios) * 0.95)]:.2f}"
        yield f"| {title} | {page:.1f} | {bare:.1f} | {statistics.median(ratios):.2f} | {spread} |"


def _page(server: Server, path: str) -> None:
    status, _ = server.get(path, PAGE)
    if status != 200:
        raise SystemExit(f"{path}: status {status}")


def _bare(store: pyoxigraph.Store, texts: list[str]) -> None:
    for text in texts:
        [[term and term.value for term in row] for row in store.query(text)]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# Memory.


def memory_table(server: Server, texts: list[str]) -> Iterator[str]:
    """The memory of our server as it starts, after every named query once, and after all of them again and again."""
    yield f"\n#### Memory of {OURS} serve, all its processes together\n"
    yield "| after | processes | resident, MiB | with shared pages counted once, MiB | answered |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    yield f"{_memory_row(server, 'the start')} |"
    asked = answered = 0
    for title, times in (("once", 1), ("again", TIMES - 1)):
        varied = [f"{text}\n# {title} {number}" for number in range(times) for text in texts]
        answered += _answered(server, varied)
        asked += len(varied)
        yield f"{_memory_row(server, f'{asked} varied queries')} {answered} |"


def _answered(server: Server, texts: list[str]) -> int:
    """How many are answered, asked by four clients at once."""
    with ThreadPoolExecutor(4) as pool:
        fates = [*pool.map(lambda text: _fate(server, text, 2 * PATIENCE), texts)]
    for fate, count in Counter(fates).items():
        _say(f"memory: {count} × {fate}")
    return fates.count(GOOD)


def _memory_row(server: Server, title: str) -> str:
    tree = [*_tree(server.process.pid)]
    resident, shared = (sum(_memory(pid, word) for pid in tree) / 1024 for word in ("Rss", "Pss"))
    return f"| {title} | {len(tree)} | {resident:.0f} | {shared:.0f} |"


def _tree(root: int) -> Iterator[int]:
    """A process and all that it started."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for child in task.read_text("ascii").split():
            yield from _tree(int(child))


def _memory(pid: int, word: str) -> int:
    """Kibibytes; none of a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{word}:"))


# An easy query while heavy ones run.


def burden_table(servers: Iterable[Server], easy: str) -> Iterator[str]:
    """Another client's easy query while twenty heavy queries of one client run; each server ends after its turn."""
    yield f"\n#### The easy query while {HEAVY} heavy ones run (limit: {LIMIT} s a query, where the server has one)\n"
    yield "| server | alone, p50, ms | meanwhile, p50, ms | p99, ms | answered | the heavy queries |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for server in servers:
        _say(f"heavy queries: {server.name}")
        yield _burden_row(server, easy)
        server.stop()


def _burden_row(server: Server, easy: str) -> str:
    alone = [time_ for time_ in _easy_times(server, easy, "alone") if time_ is not None]
    fates: list[str] = []
    heavy = [threading.Thread(target=_burden, args=(server, number, fates), daemon=True) for number in range(HEAVY)]
    for thread in heavy:
        thread.start()
    time.sleep(1)
    times = [*_easy_times(server, easy, "meanwhile")]
    deadline = time.monotonic() + 2 * LIMIT + 2
    for thread in heavy:
        thread.join(max(0, deadline - time.monotonic()))
    fates += [f"no answer in {2 * LIMIT} s"] * (HEAVY - len(fates))
    good = sorted(time_ for time_ in times if time_ is not None)
    told = ", ".join(f"{count} × {fate}" for fate, count in Counter(fates).most_common())
    figures = f"{_at(good, 0.5)} | {_at(good, 0.99)} | {len(good)} of {len(times)}"
    return f"| {server.name} | {_at(sorted(alone), 0.5)} | {figures} | {told} |"


def _at(times: list[float], part: float) -> str:
    return f"{times[min(len(times) - 1, int(len(times) * part))] * 1000:.2f}" if times else "–"


def _easy_times(server: Server, easy: str, mark: str) -> Iterator[float | None]:
    """Seconds of each request, None for one that failed; none begins after the time limit of a query less two seconds."""
    deadline = time.monotonic() + LIMIT - 2
    for number in range(EASY_IN_HEAVY):
        start = time.monotonic()
        if start > deadline:
            return
        fate = _fate(server, f"{easy}\n# {mark} {number}", LIMIT, "127.0.0.2")
        yield time.monotonic() - start if fate == GOOD else None


def _burden(server: Server, number: int, fates: list[str]) -> None:
    start = time.monotonic()
    fate = _fate(server, f"{BURDEN}\n# {number}", 2 * LIMIT)
    fates.append(f"{fate} at once" if time.monotonic() - start < LIMIT / 4 else fate)


def _fate(server: Server, text: str, wait: float, client: str = "127.0.0.1") -> str:
    """What became of a query; a server may say 200 and put the fault into the answer."""
    try:
        status, body = server.get(server.asking(text), ROWS, wait, client)
        if status == 200:
            json.loads(body)
    except TimeoutError:
        return f"no answer in {wait} s"
    except ValueError:
        return "status 200, the answer broken off"
    except (OSError, http.client.HTTPException):
        return "connection broken"
    return GOOD if status == 200 else f"status {status}"


# All of it.


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(ENGINES), help="the servers to measure, of: %(default)s")
    parser.add_argument("--seconds", type=int, default=4, help="of each run of wrk (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="in which each server has a turn (default: %(default)s)")
    parser.add_argument("--bound", type=int, default=3600, help="seconds for everything (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    for name in ("wrk", "ours", "rdflib-endpoint", "oxigraph", "virtuoso"):
        parser.add_argument(f"--{name}", metavar="PROGRAM", help="where it is not beside Python and not on PATH")
    return parser.parse_args()


def _program(given: str | None, *names: str) -> str | None:
    """The program given, or the first of its names beside Python or on PATH."""
    beside = str(Path(sys.executable).parent)
    found = (shutil.which(name, path=place) for name in names for place in (beside, None))
    return given or next(filter(None, found), None)


def _chosen(options: argparse.Namespace) -> tuple[dict[str, str], list[str]]:
    """The program of each server to be measured, and a line on each that is left out."""
    wanted = options.only.split(",")
    if unknown := {*wanted} - {*ENGINES}:
        raise SystemExit(f"no such server: {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    programs, missing = {}, [f"{name}: left out by --only." for name in ENGINES if name not in wanted]
    for name in wanted:
        names, _, origin = ENGINES[name]
        given = getattr(options, name.removesuffix("-oxigraph").replace("-", "_"))
        program = _program(given, *names)
        if program:
            programs[name] = program
        else:
            missing.append(f"{name}: not found, left out ({origin}).")
    return programs, missing


def _triples(made: Build, folder: Path) -> Path:
    path = folder / "graph.nt"
    path.write_bytes(b"".join(made.lines("all")))
    return path


def _start_all(stack: contextlib.ExitStack, programs: dict[str, str], made: Build, folder: Path) -> list[Server]:
    servers, triples = [], _triples(made, folder)
    for name, program in programs.items():
        _say(f"starting {name}")
        place = Place(made, triples, folder / name, program)
        place.folder.mkdir()
        servers.append(ENGINES[name][1](place))
        stack.callback(servers[-1].stop)
    return servers


def tables(options: argparse.Namespace) -> Iterator[str]:
    """Every line, in the order in which it is known."""
    programs, missing = _chosen(options)
    wrk = _program(options.wrk, "wrk")
    if not wrk:
        raise SystemExit("wrk: not found (Debian: wrk)")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = build(Recipe(assets.data(), assets.ontology(), assets.queries()), folder / "build")
        store = pyoxigraph.Store.read_only(str(made.store))
        organisations = _things(store, "org:Organization")
        cases = query_cases(organisations)
        servers = _start_all(stack, programs, made, folder)
        counts = compare_rows(servers, cases, store)
        yield from _head(options, programs, missing, len(store))
        yield from _bare_lines(store, cases, counts)
        clients = Clients(wrk, folder, options.seconds)
        ours = [server for server in servers if server.name == OURS]
        yield from _of_ours(ours, made, store)
        yield from load_tables(under_load(clients, servers, cases, options.rounds), cases)
        if ours:
            pages = page_cases([f"/{one.removeprefix(BASE)}" for one in organisations])
            yield from load_tables(under_load(clients, ours, pages, options.rounds), pages)
        yield from burden_table(servers, cases[0].texts[0])


def _of_ours(ours: list[Server], made: Build, store: pyoxigraph.Store) -> Iterator[str]:
    """What only ours has: before the load, so that pages are asked for the first time and the memory is that of a start."""
    for server in ours:
        with KnowledgeGraph(made) as graph:
            texts = [query.bound(query.test, graph.resolve) for query in graph.queries()]
        _say("memory")
        yield from memory_table(server, texts)
        _say("pages")
        things = _things(store, "org:Organization mk:Event mk:Publication")[:PAGES]
        yield from page_table(server, made, [f"/{thing.removeprefix(BASE)}" for thing in things])


def _head(options: argparse.Namespace, programs: dict[str, str], missing: list[str], size: int) -> Iterator[str]:
    versions = "; ".join(f"{name}: {_version(program)}" for name, program in programs.items())
    yield f"Measured on {size} triples with Python {platform.python_version()} on {os.cpu_count()} cores of {platform.machine()}."
    yield f"Versions: {versions}."
    yield f"Runs of {options.seconds} s by wrk, the servers in turn, {options.rounds} rounds; figures are middles."
    yield "The last columns are our requests a second by theirs, round by round: above 1 ours is faster."
    yield f"Load average at the start: {os.getloadavg()[0]:.1f}; above the number of cores, neighbours are at work."
    yield from missing


def _version(program: str) -> str:
    """What a program says of its version, or that of its package where it says nothing."""
    name = Path(program).name
    if name == "rdflib-endpoint":
        python = Path(program).resolve().parent / "python"
        code = "from importlib.metadata import version; print(version('rdflib-endpoint'), 'with rdflib', version('rdflib'))"
        done = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    else:
        flag = "-?" if name == "virtuoso-t" else "--version"
        done = subprocess.run([program, flag], check=False, capture_output=True, text=True, timeout=START)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if any(map(str.isdigit, line))]
    return lines[0].removeprefix("Version ").strip() if lines else "unknown"


def _bare_lines(store: pyoxigraph.Store, cases: list[Case], counts: dict[str, int]) -> Iterator[str]:
    yield "\n| query | rows | pyoxigraph alone in a process, p50, ms | least, ms |\n| --- | ---: | ---: | ---: |"
    for word, case in (("easy", cases[0]), ("medium", cases[3])):
        times = [_timed(lambda text=case.texts[0]: _bare(store, [text])) for _ in range(101)]
        yield f"| {word} | {counts[case.title]} | {statistics.median(times) * 1000:.2f} | {min(times) * 1000:.2f} |"


def publish(lines: str) -> None:
    """Put the tables between their marks in docs/benchmarks.md."""
    path = HOME / "docs" / "benchmarks.md"
    before, mark, rest = path.read_text("utf-8").partition("<!-- endpoint -->\n")
    _, end, after = rest.partition("<!-- end endpoint -->")
    if not end:
        raise SystemExit("docs/benchmarks.md: the marks of the endpoint are missing; the tables were only printed")
    path.write_text(f"{before}{mark}{lines}\n{end}{after}", "utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _end(number: int, _: object) -> None:
    raise SystemExit(f"ended by {signal.Signals(number).name}; the servers are stopped")


def main() -> None:
    options = _arguments()
    for each in (signal.SIGTERM, signal.SIGALRM, signal.SIGHUP):
        signal.signal(each, _end)
    signal.alarm(options.bound)
    lines = []
    for line in tables(options):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        publish("\n".join(lines))


if __name__ == "__main__":
    main()
