"""Networks: what each is of, its picture and map, its figures and edges, and its files for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ...draw import FORMATS, PICTURES, Network, csv_tables, sizes
from ...entity import PROLOGUE, Name, ask, names
from ...errors import RequestError, unknown
from ...network import PROJECTIONS, Projection
from ...vocabulary import BASE, compact
from .about import fault
from .asked import Reply
from .choices import Choice, choosable, marked
from .policy import policy
from .site import Site
from .wanted import Wanted, found_for, wanted_by
from .whole_networks import whole
from .words import _

#: What each network means, for somebody who has never seen one.
MEANINGS: Mapping[str, str] = {
    "organisations": _(
        "Two organisations are joined where a source states a link between them, or where they have people, events or "
        "publications in common."
    ),
    "people-organisations": _("Who is said to belong to, work for or speak for which organisation."),
    "people": _(
        "Two people are joined where they were in the same organisation, took part in the same event, or made the same "
        "publication."
    ),
    "organisations-countries": _("Where organisations are said to be at home, active or at work."),
    "publications-themes": _("What the films, reports, statements and pages are about."),
    "everything": _("All kinds of things at once, with every tie that a source states between any two of them."),
}
FIGURES = (
    _("nodes"),
    _("edges"),
    _("joined pairs"),
    _("nodes without any edge, not in the network"),
    _("components"),
    _("nodes in the largest component"),
    _("density"),
    _("mean degree"),
    _("transitivity"),
    _("communities"),
    _("modularity"),
    _("bridges"),
    _("articulation points"),
)
CERTAINTIES: Mapping[str, str] = {
    "asserted": _("stated; inferred, but not of people"),
    "explicit": _("stated only"),
    "any": _("inferred of people too"),
}
_TABLES = ("nodes", "edges")
_TYPES: Mapping[str, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "cyjs": "application/json",
    "json": "application/json",
    "dot": "text/vnd.graphviz; charset=utf-8",
}
#: How many nodes a picture on a page shows, and the map below it; how many edges the table.
_IN_PICTURE, _ON_MAP, _LISTED, _CITED = 120, 400, 400, 4


@dataclass(frozen=True)
class Edge:
    """A row of the table of edges: both ends, what joins them, and the passages (key, place) that say so.

    An end is an IRI, a name, and, where a network has several kinds of nodes, what kind it is.
    """

    ends: tuple[tuple[str, Name, str], tuple[str, Name, str]]
    label: str
    attributes: Mapping[str, Any]
    passages: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Small:
    """A picture for a card: its view box, its lines as path data, its nodes as kind, x, y and radius."""

    box: str
    lines: str
    nodes: Sequence[tuple[str, int, int, int]]


def network(site: Site) -> Reply:
    """The overview, the page of a network, or one of its files, by what the path says."""
    rest = unquote(site.asked.path).strip("/").partition("/")[2]
    if not rest:
        return _overview(site)
    projection, _, ending = rest.partition(".")
    if projection not in PROJECTIONS:
        return fault(site, 404, str(unknown("there is no network", projection, PROJECTIONS)))
    wanted = wanted_by(site, projection)
    return _file(site, wanted, ending) if ending else _page(site, wanted)


# Files


def _file(site: Site, wanted: Wanted, ending: str) -> Reply:
    table = ending.removesuffix(".csv")
    if ending not in _TYPES and (table not in _TABLES or not ending.endswith(".csv")):
        endings = [*_TYPES, *(f"{one}.csv" for one in _TABLES)]
        return fault(site, 404, str(unknown("a network has no file with the ending", ending, endings)))
    found = found_for(site, wanted)
    if table in _TABLES:
        return Reply([dict(csv_tables(found.drawing()))[table]], 200, "text/csv; charset=utf-8")
    form = FORMATS[f".{ending}"]
    most = PICTURES.get(form, len(found))
    body = b"".join((found if len(found) <= most else found.core(most)).write(form))
    return Reply([body], 200, _TYPES[ending], policy(body) if ending in ("html", "svg") else ())


# Pages


def _overview(site: Site) -> Reply:
    cards = [(one, MEANINGS[one.name], _kept_picture(site, one)) for one in PROJECTIONS.values()]
    return site.render("network.html", cards=cards, projection=None)


def _kept_picture(site: Site, projection: Projection) -> tuple[Network, Small] | None:
    """A network and its small picture where both are kept; nobody who only looks around waits for a layout."""
    folder = site.graph.build.folder / "layouts"
    if not all((folder / f"{projection.name}-{what}.json").is_file() for what in ("network", "asserted")):
        return None
    found = whole(site.graph, projection.name)
    return found, small(found)


def small(found: Network, width: int = 300) -> Small:
    """A network as a small picture without words."""
    drawing = found.drawing()
    right, bottom = (max(place[axis] for place in drawing.positions.values()) for axis in (0, 1))
    scale = width / max(right, bottom * 1.5, 1)
    places = {node: (round(x * scale), round(y * scale)) for node, (x, y) in drawing.positions.items()}
    pairs = sorted({(one, other) for one, other, _ in found.edges(keys=True)})
    lines = "".join("M{} {}L{} {}".format(*places[one], *places[other]) for one, other in pairs)
    nodes = [
        (str(found.nodes[node]["kind"]), *places[node], max(2, min(9, round(drawing.sizes[node] * scale / 2))))
        for node in sorted(found)
    ]
    return Small(f"-10 -10 {width + 20} {round(bottom * scale) + 20}", lines, nodes)


def _page(site: Site, wanted: Wanted) -> Reply:
    projection = PROJECTIONS[wanted.projection]
    context: dict[str, Any] = {"projection": projection, "meaning": MEANINGS[projection.name], "wanted": wanted}
    context |= {"choices": _choices(site, wanted), "certainties": CERTAINTIES, "fault": "", "found": None}
    try:
        found = found_for(site, wanted)
    except RequestError as error:
        return site.render("network.html", status=400, **{**context, "fault": str(error)})
    edges = [*_edges(site, found)]
    brokers = found.measure("brokers", top=10)
    return site.render(
        "network.html",
        **{**context, "found": found},
        figures=_figures(found),
        brokers=[*_brokers(site, found, brokers.rows)],
        broker_notes=brokers.notes,
        edges=edges,
        listed=_LISTED,
        cited=_CITED,
        first=_first(site, found),
        in_picture=_cut(wanted, found, _IN_PICTURE),
        on_map=_cut(wanted, found, _ON_MAP),
        data=[*_TYPES, *(f"{table}.csv" for table in _TABLES)],
    )


def _cut(wanted: Wanted, found: Network, most: int) -> str:
    """The parameters of what is drawn: of the whole network, or of its core where it has more nodes than that."""
    return wanted.query() if len(found) <= most else wanted.query(core=most)


def _figures(found: Network) -> list[tuple[str, Any]]:
    rows = [*found.measure("summary")]
    return [(str(row["figure"]), row["value"]) for row in rows]


def _brokers(site: Site, found: Network, rows: Sequence[Sequence[Any]]) -> Iterable[tuple[str, Name, str, list[float]]]:
    """The IRI, name and kind of each broker, and its figures."""
    known = names(site.graph.engine, {row[0].text for row in rows}, site.words.language)
    kind = _kinds(found)
    for iri, name, *cells in rows:
        values = [float(cell.text) if cell else 0.0 for cell in cells]
        yield iri.text, known.get(iri.text, Name(name.text)), kind.get(compact(iri.text), ""), values


def _first(site: Site, found: Network) -> str:
    """The names of the nodes with the most neighbours, for those who do not see the picture."""
    size = sizes(found)
    nodes = sorted(size, key=lambda node: (-size[node], node))[:5]
    known = names(site.graph.engine, {found.nodes[node]["iri"] for node in nodes}, site.words.language)
    return "; ".join(known.get(found.nodes[node]["iri"], Name(node)).text for node in nodes)


def _edges(site: Site, found: Network) -> Iterable[Edge]:
    """The first edges, in the order of the names of their ends."""
    label = {node: str(told["label"]).casefold() for node, told in found.nodes(data=True)}
    rows = sorted(found.edges(keys=True, data=True), key=lambda edge: (label[edge[0]], label[edge[1]], edge[2]))[
        :_LISTED
    ]
    iris = {node: str(found.nodes[node]["iri"]) for row in rows for node in row[:2]}
    known = names(site.graph.engine, set(iris.values()), site.words.language)
    kind = _kinds(found)
    passages = found.graph["passages"]
    for one, other, __, told in rows:
        ends = (
            (iris[one], known.get(iris[one], Name(one)), kind.get(one, "")),
            (iris[other], known.get(iris[other], Name(other)), kind.get(other, "")),
        )
        cited = [(one, f"{passages[one]['source']}: {passages[one]['locator']}") for one in told["citations"]]
        yield Edge(ends, str(told["label"]), told, cited)


def _kinds(found: Network) -> dict[str, str]:
    """What sort of thing each node is, where a network has several kinds: names alone may be alike."""
    kinds = {node: str(told["kind"]) for node, told in found.nodes(data=True)}
    several = len(set(kinds.values())) > 1
    return {node: str(found.nodes[node]["type"]) or kind for node, kind in kinds.items()} if several else {}


# What there is to choose


def _choices(site: Site, wanted: Wanted) -> dict[str, list[Choice]]:
    found = whole(site.graph, wanted.projection)
    kinds = {kind: site.words.say(str(told["label"])) for *__, kind, told in found.edges(keys=True, data=True)}
    sources = {number: Name(f"{number}: {title}") for number, title in found.graph["sources"].items()}
    offered = {
        "kind": {key: Name(label) for key, label in kinds.items()},
        "country": choosable(site, {f"{BASE}country/{code}" for code in found.graph["countries"]}, "country/"),
        "region": choosable(site, _asked(site, _REGIONS), "region/"),
        "theme": choosable(site, _asked(site, _THEMES), "concept/theme/"),
        "source": sources,
    }
    return {name: marked(values, wanted.values(name)) for name, values in offered.items()}


def _asked(site: Site, query: str) -> set[str]:
    return {str(row["thing"]) for row in ask(site.graph.engine, PROLOGUE + query)}


_REGIONS = "SELECT DISTINCT ?thing WHERE { ?country a mk:Country ; mk:inRegion+ ?thing } ORDER BY ?thing"
_THEMES = f"""SELECT DISTINCT ?thing WHERE {{
    ?thing skos:inScheme <{BASE}scheme/theme> . FILTER EXISTS {{ ?subject dcterms:subject ?thing }} }} ORDER BY ?thing"""
