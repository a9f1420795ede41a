"""Projections: which query gives the edges of which network, and how its rows become a graph."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx

from ..engines import Engine
from ..errors import RequestError, unknown
from ..queries import NamedQuery, choose
from ..vocabulary import compact
from . import nodes
from .filters import Filters

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Projection:
    """A network that can be asked for: its name, what its nodes and edges are, and the classes its nodes come from."""

    name: str
    title: str
    classes: tuple[str, ...]

    @property
    def query(self) -> str:
        """The name of its query."""
        return f"network-{self.name}"


PROJECTIONS = {
    one.name: one
    for one in (
        Projection("organisations", "Organisations and what joins them", ("org:Organization",)),
        Projection("people-organisations", "People and their organisations", ("foaf:Person", "org:Organization")),
        Projection("people", "People and what joins them", ("foaf:Person",)),
        Projection("organisations-countries", "Organisations and countries", ("org:Organization",)),
        Projection("publications-themes", "Publications and their themes", ("mk:Publication",)),
        Projection("everything", "Everything and how it is joined", ("mk:Thing",)),
    )
}


def project(
    engine: Engine, queries: Sequence[NamedQuery], name: str, filters: Filters, resolve: Callable[[str], str]
) -> networkx.MultiDiGraph[str]:
    """The network of a projection under filters.

    Raises RequestError for a projection, kind, country or other thing that there is not, and for an empty network, saying
    which filter emptied it.
    """
    projection = _known(name)
    query = choose(queries, projection.query)

    def asked(wanted: Filters) -> networkx.MultiDiGraph[str]:
        return _filtered(_graph(engine, _rows(engine, query.bound(wanted.parameters(resolve), resolve))), wanted)

    graph = asked(filters)
    absent = set(filters.kind) - {kind for *_, kind in graph.edges(keys=True)}
    if absent or not graph:
        _explain(filters, asked, absent)
    titles = nodes.sources(engine)
    cited = {passage["source"] for passage in graph.graph["passages"].values()}
    codes = {code for _, codes in graph.nodes(data="countries") for code in codes}
    graph.graph |= {
        "projection": name,
        "title": projection.title,
        "description": " ".join(query.description.split(" One row for each", 1)[0].split()),
        "filters": filters.described(),
        "sources": titles,
        "countries": nodes.countries(engine, sorted(codes)),
        "isolates": 0 if filters.on() else nodes.count(engine, projection.classes, graph),
        "caveats": _caveats(len(cited)),
    }
    return graph


def _caveats(sources: int) -> list[str]:
    told = "one document says" if sources == 1 else f"{sources} documents say"
    return [
        f"This network shows what {told}, not what there was: a missing edge means that no source names it.",
        "Islands are an artefact of what was written down.",
        "Few ties are dated: one without dates counts in every period.",
    ]


def _known(name: str) -> Projection:
    if name in PROJECTIONS:
        return PROJECTIONS[name]
    raise unknown("there is no projection", name, PROJECTIONS)


def _explain(filters: Filters, asked: Callable[[Filters], Any], absent: set[str]) -> None:
    """Say what left the network empty, or which kind of edge there never was."""
    if absent:
        whole = (asked(Filters(certainty="any")), asked(Filters(certainty="any", kind=("spouse",))))
        known = sorted({kind for graph in whole for *_, kind in graph.edges(keys=True)})
        for kind in sorted(absent - set(known)):
            raise unknown("this network has no edge of the kind", kind, known, "it has")
    if asked(filters):
        return
    counts = {name: asked(filters.without(name)).number_of_edges() for name in filters.on()}
    told = "; ".join(
        f"without {name.replace('_', ' ')} there {_count(count)}" for name, count in counts.items() if count
    )
    blame = told or "no single filter is to blame; take away several" if counts else "the graph has no such ties"
    raise RequestError(f"no edge is left: {blame}")


def _count(edges: int) -> str:
    return "is 1 edge" if edges == 1 else f"are {edges} edges"


def _rows(engine: Engine, text: str) -> Rows:
    pieces = engine.ask(text, "csv")
    next(pieces)
    return [*csv.DictReader(b"".join(pieces).decode().splitlines(keepends=True))]


def _graph(engine: Engine, rows: Rows) -> networkx.MultiDiGraph[str]:
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    rows = [*_whole(rows)]
    ends = sorted({row[end] for row in rows for end in ("from", "to")})
    graph.add_nodes_from((compact(iri), attributes) for iri, attributes in nodes.read(engine, ends).items())
    for (source, target, kind), group in sorted(_grouped(rows).items()):
        bounds = [graph.nodes[end]["start"] for end in (source, target) if "start" in graph.nodes[end]]
        graph.add_edge(source, target, key=kind, **_edge(kind, group, bounds))
    graph.graph["passages"] = {
        compact(row["citation"]).partition("/")[2]: {"source": row["source"], "locator": row["passage"]}
        for row in sorted(rows, key=lambda row: row["citation"])
    }
    return graph


def _whole(rows: Rows) -> Iterator[dict[str, str]]:
    """The rows without those of an edge of two parts of which a filter of sources left one."""
    sides: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        sides.setdefault(_shared(row), set()).add(row["about"])
    return (row for row in rows if not row["about"] or len(sides[_shared(row)]) > 1)


def _shared(row: dict[str, str]) -> tuple[str, ...]:
    return row["from"], row["to"], row["kind"], row["via"]


def _grouped(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str, str], Rows]:
    found: dict[tuple[str, str, str], Rows] = {}
    for row in rows:
        ends = compact(row["from"]), compact(row["to"])
        ends = ends if row["directed"] == "true" else (min(ends), max(ends))
        found.setdefault((*ends, row["kind"]), []).append(row)
    return found


def _edge(kind: str, rows: Rows, bounds: list[str]) -> dict[str, Any]:
    shared = sorted({row["via"] for row in rows if row["via"]})
    edge: dict[str, Any] = {
        "kind": kind,
        "label": rows[0]["kind_name"] or kind,
        "group": rows[0]["group"],
        "weight": max(1, len(shared)) if rows[0]["group"].startswith("shared-") else 1,
        "directed": rows[0]["directed"] == "true",
        "certainty": "explicit" if any(row["certainty"] == "explicit" for row in rows) else "implied",
        "disputed": any(row["disputed"] == "true" for row in rows),
        "via": sorted(_via(rows)),
        "citations": sorted({compact(row["citation"]).partition("/")[2] for row in rows}),
    }
    starts, ends = ([row[name] for row in rows] for name in ("start", "end"))
    if known := [*([min(starts)] if all(starts) else []), *bounds]:
        edge["start"] = max(known)
    if all(ends):
        edge["end"] = max(ends)
    return edge


def _via(rows: Rows) -> Iterator[str]:
    """What is shared, and in which parts."""
    parts: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row["via"]:
            name = row["via_name"] or compact(row["via"])
            parts.setdefault(name, set()).add((row["from_role"], row["to_role"]))
    for name, roles in parts.items():
        told = sorted(" – ".join(dict.fromkeys(filter(None, pair))) for pair in roles)
        yield f"{name} ({'; '.join(filter(None, told))})" if any(told) else name


def _filtered(graph: networkx.MultiDiGraph[str], filters: Filters) -> networkx.MultiDiGraph[str]:
    """What the query could not see: weights, and the days on which both ends of an edge can exist."""
    gone = [
        (source, target, kind)
        for source, target, kind, edge in graph.edges(keys=True, data=True)
        if edge["weight"] < filters.min_weight or not _overlaps(edge, filters)
    ]
    graph.remove_edges_from(gone)
    graph.remove_nodes_from([*networkx.isolates(graph)])
    return graph


def _overlaps(edge: Mapping[str, Any], filters: Filters) -> bool:
    first, last = filters.first_day, filters.last_day
    begun = not last or edge.get("start", last) <= last
    return begun and (not first or edge.get("end", first) >= first)
