"""Networks of 1 000 to 100 000 edges beside plain networkx: projection, measures, layout, GEXF, and the page in a browser.

`python bench/networks.py` prints every table and puts them into docs/benchmarks.md; it takes half an hour. The data are
generated: a scale-free network of organisations, as `graph` would write it. Each part runs in a process of its own, with a
time limit.
"""

import dataclasses
import functools
import itertools
import json
import os
import pickle
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import browser
import layout
import networkx
import pyoxigraph
from pairs import Ratio, compare

from movement_kg import assets, network, ontology, queries
from movement_kg.draw.drawing import Drawing
from movement_kg.draw.formats import write
from movement_kg.draw.places import places, sizes
from movement_kg.engines import Limits, LocalEngine
from movement_kg.errors import MovementKGError
from movement_kg.graph.claims import Claim
from movement_kg.graph.ties import ties
from movement_kg.network import backends
from movement_kg.terms import Triple, iri, literal
from movement_kg.vocabulary import PREFIXES, XSD, expand

SEED, LIMIT_SECONDS, QUERY_SECONDS = 1, 400, 120
SIZES = tuple(layout.NETWORKS)
PAIRS = {"1 000": 7, "10 000": 5, "100 000": 2}
#: How many edges of a hundred are stated links; people who are members of both ends make the others.
STATED = 95
KINDS = ("partner", "part-of", "supports", "campaigns-for")
COUNTRIES = ("DE", "FR", "GB", "NL", "NO", "US")
#: The sources of paths that networkx is asked for where all of them take it many minutes.
SAMPLES, SAMPLED = 200, "100 000"
MEASURES = ("degree", "betweenness", "closeness", "pagerank", "core", "communities", "components")
HEAD = "| edges | what | times faster | spread | networkx, ms | ours, ms | pairs |\n| ---: " + "| --- " * 6 + "|"

LAYOUT_HEAD = (
    "| edges | s | spring, s | ratio | stress | spring | ratio | crossings | spring | ratio |\n" + "| ---: " * 10 + "|"
)
BROWSER_HEAD = (
    "| nodes | first picture, ms | pan by call, median / 95th ms | by pointer, median / 95th ms |\n"
    + "| ---: " * 4
    + "|"
)
#: Ours is networkx's own call there, and it takes many minutes.
ALIKE = ("100 000", "closeness", "none")
#: Links, and people who are members of both, as a user would ask for them: no filters, no dates, no names of organisations.
BY_HAND = """WHERE {
  { ?tie mk:tieGroup "link" ; mk:tieFrom ?from ; mk:tieTo ?to ; mk:tieKind ?kindNode ; prov:wasDerivedFrom/mk:citation ?citation .
    ?from a org:Organization . ?to a org:Organization .
    ?citation mk:locator ?passage ; dcterms:source/dcterms:identifier ?source .
    BIND(STRAFTER(STR(?kindNode), "/link-kind/") AS ?kind) BIND("link" AS ?group) BIND(?kind != "partner" AS ?directed) }
  UNION
  { ?via a foaf:Person . ?one mk:tieFrom ?via ; mk:tieTo ?from ; mk:tieGroup "membership" .
    ?one prov:wasDerivedFrom/mk:citation ?citation .
    ?two mk:tieFrom ?via ; mk:tieTo ?to ; mk:tieGroup "membership" . FILTER(STR(?from) < STR(?to))
    ?citation mk:locator ?passage ; dcterms:source/dcterms:identifier ?source .
    BIND("shared-people" AS ?kind) BIND("shared-people" AS ?group) BIND(false AS ?directed) }
  BIND("explicit" AS ?certainty) BIND(false AS ?disputed) }"""

Statements = Iterator[Triple]


# The generated data: organisations, links between them, people, and the passages that say so.


def ntriples(name: str) -> Iterator[str]:
    """The lines of a store whose organisations have as many edges as the name of the size says."""
    for file in ("movement.ttl", "schemes.ttl"):
        for quad in pyoxigraph.parse(path=assets.ontology() / file, format=pyoxigraph.RdfFormat.TURTLE):
            yield f"{quad.subject} {quad.predicate} {quad.object} .\n"
    words, edges = ontology.load(assets.ontology()), int(name.replace(" ", ""))
    organisations, links, people = _world(name, edges)
    things = (_organisations(organisations), _people(people), _passages(edges // 4), _dates())
    yield from (triple.line for triple in itertools.chain(*things))
    for claims in itertools.chain(_links(links, edges // 4), _memberships(people, edges // 4)):
        yield from (triple.line for claim in claims for triple in claim.triples())
        yield from (triple.line for triple in ties(claims, words))


def _world(name: str, edges: int) -> tuple[list[str], list[tuple[str, str]], list[list[str]]]:
    """Organisations, the pairs of them that a link joins, and those that each person is a member of."""
    flat, chosen = layout.network(*layout.NETWORKS[name]), random.Random(SEED)
    ends = sorted(flat.edges)
    links = chosen.sample(ends, edges * STATED // 100)
    people, shared = [], set()
    while (missing := edges - len(links) - len(shared)) > 0:
        several = chosen.choice([2, 2, 3, 4]) if missing > 6 else 2
        people.append(sorted({chosen.choice(chosen.choice(ends)) for _ in range(several)}))
        shared |= set(itertools.combinations(people[-1], 2))
    return sorted(flat), links, people


def _organisations(organisations: list[str]) -> Statements:
    for number, name in enumerate(organisations):
        country = COUNTRIES[number % len(COUNTRIES)]
        yield from _facts(name, a="org:Organization", label=f"Organisation number {number}")
        yield Triple(_iri(name), _iri("mk:country"), _iri(f"country/{country}"))
        if number % 2:
            yield Triple(_iri(name), _iri("mk:founded"), _iri(f"date/{1970 + number % 40}"))
    for code in COUNTRIES:
        yield from _facts(f"country/{code}", a="mk:Country", label=f"Country {code}")


def _people(people: list[list[str]]) -> Statements:
    for number in range(len(people)):
        yield from _facts(f"person/{number}", a="foaf:Person", label=f"Person number {number}")


def _passages(count: int) -> Statements:
    for source in range(1, 6):
        yield from _facts(f"work/{source}", a="mk:Source", label=f"Source number {source}")
        yield Triple(_iri(f"work/{source}"), _iri("dcterms:identifier"), literal(f"00{source}"))
    for number in range(count):
        citation = _iri(_passage(number))
        yield from _facts(_passage(number), a="mk:Citation")
        yield Triple(citation, _iri("mk:locator"), literal(f"Part {number // 100}, sentence {number % 100}"))
        yield Triple(citation, _iri("dcterms:source"), _iri(f"work/{1 + number % 5}"))


def _dates() -> Statements:
    for year in range(1970, 2020):
        for end, day in (("earliest", f"{year}-01-01"), ("latest", f"{year}-12-31")):
            yield Triple(_iri(f"date/{year}"), _iri(f"mk:{end}"), literal(day, XSD + "date"))


def _links(links: list[tuple[str, str]], passages: int) -> Iterator[list[Claim]]:
    """The claims of each link: a tenth have a date, a fifth stand in two passages."""
    for number, (source, target) in enumerate(links):
        kind = f"concept/link-kind/{KINDS[number % len(KINDS)]}"
        said = {"mk:from": source, "mk:to": target, "dcterms:type": kind}
        if number % 10 == 0:
            said["mk:start"] = f"date/{1970 + number % 50}"
        places = {number % passages, (number * 7) % passages} if number % 5 == 0 else {number % passages}
        yield [_claim(f"link/{number}", prop, value, places) for prop, value in said.items()]


def _memberships(people: list[list[str]], passages: int) -> Iterator[list[Claim]]:
    for number, organisations in enumerate(people):
        for organisation in organisations:
            said = {"org:member": f"person/{number}", "org:organization": organisation}
            name = f"membership/{number}-{organisation.partition('/')[2]}"
            said["org:role"] = "concept/role/member"
            yield [_claim(name, prop, value, {number % passages}) for prop, value in said.items()]


def _claim(subject: str, prop: str, value: str, places: set[int]) -> Claim:
    triple = Triple(_iri(subject), _iri(prop), _iri(value))
    return Claim(triple, {_iri(_passage(number)) for number in places}, is_implied=False)


def _passage(number: int) -> str:
    return f"citation/00{1 + number % 5}-{number}"


def _facts(thing: str, a: str, label: str = "") -> Statements:
    yield Triple(_iri(thing), _iri("rdf:type"), _iri(a))
    if label:
        yield Triple(_iri(thing), _iri("rdfs:label"), literal(label))


def _iri(name: str) -> str:
    return iri(expand(name))


def generate(name: str, folder: Path) -> int:
    """Write the store of a size into a folder, and how many triples it has."""
    file = folder / "data.nt"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(ntriples(name))
    store = pyoxigraph.Store(str(folder / "store"))
    store.bulk_load(path=file, format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    file.unlink()
    return len(store)


# What is compared. Each part runs in a process of its own, which has the store's folder and prints its rows.


class ByHand:
    """An engine that answers the projection's query by the one by hand, so that the rest of ours can be measured alone."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine, self._text, self._by_hand = engine, _named().bound({}, str), _by_hand()

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's bytes."""
        return self._engine.ask(self._by_hand if query == self._text else query, form)


@functools.cache  # read once: what a user waits for is the network
def _queries() -> list[queries.NamedQuery]:
    return queries.read_folder(assets.queries())


def _named() -> queries.NamedQuery:
    return queries.choose(_queries(), "network-organisations")


def _by_hand() -> str:
    """The query by hand, with the columns of the named one; those that it does not bind stay empty."""
    return f"SELECT DISTINCT {' '.join(f'?{column}' for column in _named().columns)} {BY_HAND}"


def _projected(folder: Path, by_hand: bool) -> networkx.MultiDiGraph:
    """Our graph; the engine has more time than users have."""
    with LocalEngine(folder / "store", Limits(seconds=QUERY_SECONDS)) as engine:
        asked = ByHand(engine) if by_hand else engine
        return network.project(asked, _queries(), "organisations", network.Filters(), str)


def _looped(folder: Path, text: str) -> networkx.MultiDiGraph:
    """What a user would write: a query, and a loop that adds an edge for each row."""
    graph = networkx.MultiDiGraph()
    answer = pyoxigraph.Store.read_only(str(folder / "store")).query(text, prefixes=dict(PREFIXES))
    names = [variable.value for variable in answer.variables]
    for row in answer:
        told = {name: row[name].value for name in names if row[name]}
        ends = told.pop("from"), told.pop("to")
        graph.add_edge(*ends, key=told["kind"], **told)
    return graph


def _graph(folder: Path) -> networkx.MultiDiGraph:
    return pickle.loads((folder / "graph.pickle").read_bytes())


def projection(name: str, folder: Path) -> list[Ratio]:
    """The named query on both sides, each with its own way from rows to a graph."""
    text = _named().bound({}, str)
    return [
        _compare(
            "projection, the named query",
            lambda: _looped(folder, text),
            lambda: _projected(folder, by_hand=False),
            name,
        )
    ]


def by_hand(name: str, folder: Path) -> list[Ratio]:
    """The query by hand on both sides."""
    title, text = "projection, a query by hand for the same edges", _by_hand()
    return [_compare(title, lambda: _looped(folder, text), lambda: _projected(folder, by_hand=True), name)]


def _compare(title: str, a: Callable[[], object], b: Callable[[], object], name: str) -> Ratio:
    """As `pairs.compare`, but of the largest size one pair, as it takes minutes."""
    if PAIRS[name] > 3:
        return compare(title, a, b, 3)
    start = time.perf_counter()
    a()
    middle = time.perf_counter()
    b()
    first, second = middle - start, time.perf_counter() - middle
    return Ratio(title, first / second, first / second, first / second, first * 1000, second * 1000, 1)


PLAIN = {
    "degree": lambda flat: dict(flat.degree()),
    "betweenness": networkx.betweenness_centrality,
    "closeness": networkx.closeness_centrality,
    "pagerank": lambda flat: networkx.pagerank(flat, weight="weight"),
    "core": networkx.core_number,
    "communities": lambda flat: networkx.community.louvain_communities(flat, weight="weight", seed=SEED),
    "components": lambda flat: [*networkx.connected_components(flat)],
}


def _sampled_betweenness(flat: networkx.Graph) -> object:
    return networkx.betweenness_centrality(flat, k=SAMPLES, seed=SEED)


def _sampled_closeness(flat: networkx.Graph) -> object:
    chosen = random.Random(SEED).sample([*flat], SAMPLES)
    return [networkx.closeness_centrality(flat, node) for node in chosen]


SAMPLING = {"betweenness": _sampled_betweenness, "closeness": _sampled_closeness}


def measured(name: str, folder: Path, measure: str, extra: str) -> list[Ratio]:
    """A measure from the network to its table, beside networkx's function on `networkx.Graph(network)`."""
    graph, has_igraph = _graph(folder), extra == "igraph"
    backends.igraph_is_installed = lambda: has_igraph  # with the extra, and as if it were not there
    samples = name == SAMPLED and measure in SAMPLING
    function = SAMPLING[measure] if samples else PLAIN[measure]
    title = f"{measure}, {'with igraph' if has_igraph else 'without igraph'}"
    if samples:
        title += f" (networkx: {SAMPLES} sources)"
    ratio = compare(
        title, lambda: function(networkx.Graph(graph)), lambda: network.measure(graph, [measure]), PAIRS[name]
    )
    return [ratio, *([_scaled(ratio, len(graph))] if samples and has_igraph else [])]


def _scaled(ratio: Ratio, nodes: int) -> Ratio:
    """What all sources would take if each took as long as those measured."""
    by = nodes / SAMPLES
    title = ratio.name.replace(f"networkx: {SAMPLES} sources", f"networkx scaled to {nodes} sources, not measured")
    figures = {each: getattr(ratio, each) * by for each in ("middle", "least", "greatest", "a_ms")}
    return dataclasses.replace(ratio, name=title, **figures)


def gexf(name: str, folder: Path) -> list[Ratio]:
    """The same network with the same attributes, places and sizes; lists are joined to texts for networkx beforehand."""
    graph, chosen = _graph(folder), random.Random(SEED)
    spots = {node: (chosen.uniform(0, 4000), chosen.uniform(0, 4000)) for node in graph}
    graph.graph |= {"version": "2026-01-01", "content": "0", "licence": "none"}
    drawing = Drawing(graph, spots, sizes(graph))
    plain = networkx.MultiDiGraph()
    for node, told in graph.nodes(data=True):
        x, y = spots[node]
        looks = {"position": {"x": x, "y": y, "z": 0.0}, "size": drawing.sizes[node]}
        plain.add_node(node, viz=looks, **_texts(told))
    plain.add_edges_from((u, v, key, _texts(told)) for u, v, key, told in graph.edges(keys=True, data=True))
    mine, other = folder / "ours.gexf", str(folder / "networkx.gexf")
    ours = lambda: mine.write_bytes(b"".join(write(drawing, "gexf")))  # noqa: E731 (beside its rival)
    return [compare("GEXF", lambda: networkx.write_gexf(plain, other), ours, PAIRS[name])]


def _texts(told: dict) -> dict:
    return {name: "; ".join(value) if isinstance(value, list) else value for name, value in told.items()}


def chain(_: str, folder: Path) -> dict[str, float]:
    """Seconds of each step from the store to a file, and the greatest memory of the program, in MiB."""
    times, start = {}, time.perf_counter()

    def step(title: str) -> None:
        nonlocal start
        times[f"{title}, s"] = time.perf_counter() - start
        start = time.perf_counter()

    graph = _projected(folder, by_hand=True)
    step("projection by the query by hand")
    network.measure(graph, MEASURES[:5])
    network.measure(graph, ["communities"])
    network.measure(graph, ["components"])
    step("measures")
    graph.graph |= {"version": "2026-01-01", "content": "0", "licence": "none"}
    drawing = Drawing(graph, places(graph), sizes(graph))
    step("layout")
    (folder / "chain.gexf").write_bytes(b"".join(write(drawing, "gexf")))
    step("GEXF")
    times["peak memory of the program, MiB"] = _peak()
    return times


def _peak() -> float:
    """The greatest memory of this process, in MiB: VmHWM, as ru_maxrss begins with that of the process that forked."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def limits(_: str, folder: Path) -> str:
    """Whether the named query ends within the limits that a user has."""
    _queries()
    start = time.perf_counter()
    try:
        with LocalEngine(folder / "store") as engine:
            network.project(engine, _queries(), "organisations", network.Filters(), str)
    except MovementKGError as error:
        return f"no: {error}"
    return f"yes, in {time.perf_counter() - start:.1f} s"


# The tables.


def publish(tables: str) -> None:
    """Put the tables between their marks in docs/benchmarks.md."""
    path = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
    before, mark, rest = path.read_text("utf-8").partition("<!-- networks -->\n")
    after = rest.partition("<!-- end of networks -->")[2]
    path.write_text(f"{before}{mark}{tables}\n<!-- end of networks -->{after}", "utf-8")


def _tables() -> Iterator[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("networkx", "igraph", "pyoxigraph", "scipy"))
    yield f"Measured with Python {platform.python_version()}, {libraries}, on {os.cpu_count()} cores of {platform.machine()}."
    yield "Ratios are networkx's time by ours, pair by pair in turn: above 1 ours is faster. Each part runs in a process of its"
    yield f"own, for {LIMIT_SECONDS} s at most. The data are generated: links of a scale-free network, and people in common.\n"
    with tempfile.TemporaryDirectory() as place:
        folders = {name: Path(place) / name.replace(" ", "") for name in SIZES}
        for name, folder in folders.items():
            folder.mkdir()
            generate(name, folder)
        yield from ("### Networks beside plain networkx\n", HEAD)
        for name, folder in folders.items():
            yield from _rows(name, folder)
        yield from ("\n### Limits and memory\n", "| edges | what | figure |\n| ---: | --- | --- |")
        for name, folder in folders.items():
            yield from _figures(name, folder)
    yield from ("\n### Layout beside networkx.spring_layout\n", LAYOUT_HEAD)
    yield from (_child("layout_row", name, Path()) or f"| {name} | over {LIMIT_SECONDS} |" for name in SIZES)
    yield from ("\n### The page in Chromium, drawn without a graphics card\n", BROWSER_HEAD)
    yield from (_child("browser_row", str(nodes), Path()) or f"| {nodes} | – |" for nodes in browser.SIZES)


def _rows(name: str, folder: Path) -> Iterator[str]:
    (folder / "graph.pickle").write_bytes(pickle.dumps(_projected(folder, by_hand=True)))
    asked = [("projection", ()), ("by_hand", ())]
    asked += [("measured", (measure, extra)) for measure in MEASURES for extra in ("igraph", "none")]
    for part, more in [*asked, ("gexf", ())]:
        if (name, *more) == ALIKE:
            yield f"| {name} | closeness, without igraph: the same function of networkx, not measured | – | – | – | – | 0 |"
            continue
        found = _child(part, name, folder, *more)
        if isinstance(found, list):
            yield from (f"| {name} {Ratio(*each).row()}" for each in found)
        else:
            yield f"| {name} | {' '.join((part, *more))}: {found or f'over {LIMIT_SECONDS} s'} | – | – | – | – | 0 |"


def _figures(name: str, folder: Path) -> Iterator[str]:
    yield f"| {name} | the named query within {Limits().seconds:g} s and 4 GiB | {_child('limits', name, folder)} |"
    for title, figure in (_child("chain", name, folder) or {}).items():
        yield f"| {name} | {title} | {figure:.1f} |"


def layout_row(name: str, _: Path) -> str:
    """A row of bench/layout.py."""
    return layout.row(name)


def browser_row(nodes: str, _: Path) -> str:
    """A row of bench/browser.py."""
    row = browser.measure(int(nodes))
    pans = [f"{row[f'{way}_median_ms']:.1f} / {row[f'{way}_p95_ms']:.1f}" for way in ("call", "pointer")]
    return f"| {nodes} | {row['first_picture_ms']:.0f} | {' | '.join(pans)} |"


def _child(part: str, name: str, folder: Path, *more: str) -> object:
    """What a part gives in a process of its own; None where it takes too long."""
    command = [sys.executable, __file__, part, name, str(folder), *more]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout) if done.returncode == 0 else f"failed: {done.stderr.decode().splitlines()[-1]}"


def _main() -> None:
    if len(sys.argv) == 1:
        lines = []
        for line in _tables():
            print(line, flush=True)
            lines.append(line)
        publish("\n".join(lines))
        return
    part, name, folder, *more = sys.argv[1:]
    found = globals()[part](name, Path(folder), *more)
    plain = [dataclasses.astuple(each) for each in found] if isinstance(found, list) else found
    print(json.dumps(plain))


if __name__ == "__main__":
    _main()
