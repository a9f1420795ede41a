"""Projections: which query gives the edges of which network, and how its rows become a graph."""

from __future__ import annotations

import csv
import functools
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
Node = Mapping[str, Any]

_TRUE = ("true", "1")  # both are written for the truth value, XML Schema 1.1 part 2, 3.3.2.2


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

    titles = nodes.sources(engine)
    for number in filters.source:
        if number not in titles:
            raise unknown("there is no source", number, titles)
    graph = asked(filters)
    absent = set(filters.kind) - {kind for *_, kind in graph.edges(keys=True)}
    if absent or not graph:
        _explain(filters, asked, absent)
    codes = {code for _, codes in graph.nodes(data="countries") for code in codes}
    graph.graph |= {
        "projection": name,
        "title": projection.title,
        "description": " ".join(query.description.split(" One row for each", 1)[0].split()),
        "filters": filters.described(),
        "sources": titles,
        "countries": nodes.countries(engine, sorted(codes)),
        "isolates": 0 if filters.on() else nodes.count(engine, projection.classes, graph),
        "caveats": caveats(graph),
    }
    return graph


def caveats(graph: networkx.MultiDiGraph[str]) -> list[str]:
    """What must be said with every result of a network: sentences, the first with the number of documents it rests on."""
    passages = graph.graph["passages"]
    cited = {passages[key]["source"] for *_, edge in graph.edges(data=True) for key in edge["citations"]}
    told = "one document says" if len(cited) == 1 else f"{len(cited)} documents say"
    if not cited:
        return ["No source joins these nodes; that says what was written down, not what there was."]
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
    found = nodes.read(engine, sorted({row[end] for row in rows for end in ("from", "to")}))
    graph.add_nodes_from((compact(iri), attributes) for iri, attributes in found.items())
    for (source, target, kind), group in sorted(_grouped(rows).items()):
        ends = graph.nodes[source], graph.nodes[target]
        graph.add_edge(source, target, key=kind, **_edge(kind, group, ends), via=sorted(_via(group, *ends)))
    cited = {row["citation"]: {"source": row["source"], "locator": row["passage"]} for row in rows}
    graph.graph["passages"] = {compact(one).partition("/")[2]: cited[one] for one in sorted(cited)}
    return graph


def _whole(rows: Rows) -> Iterator[dict[str, str]]:
    """The rows without those of an edge of two parts of which a filter of sources left one."""
    sides: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if row["about"]:
            sides.setdefault(_shared(row), set()).add(row["about"])
    return (row for row in rows if not row["about"] or len(sides[_shared(row)]) > 1)


def _shared(row: dict[str, str]) -> tuple[str, ...]:
    return row["from"], row["to"], row["kind"], row["via"]


def _grouped(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str, str], Rows]:
    found: dict[tuple[str, str, str], Rows] = {}
    short = functools.cache(compact)
    for row in rows:
        ends = short(row["from"]), short(row["to"])
        ends = ends if row["directed"] in _TRUE else (min(ends), max(ends))
        found.setdefault((*ends, row["kind"]), []).append(row)
    return found


def _edge(kind: str, rows: Rows, ends: tuple[Node, Node]) -> dict[str, Any]:
    shared = {row["via"] for row in rows if row["via"]}
    group = rows[0]["group"]
    return {
        "kind": kind,
        "label": rows[0]["kind_name"] or kind,
        "group": group,
        "weight": max(1, len(shared)) if group.startswith("shared-") else 1,
        "directed": rows[0]["directed"] in _TRUE,
        "certainty": "explicit" if any(row["certainty"] == "explicit" for row in rows) else "implied",
        "disputed": any(row["disputed"] in _TRUE for row in rows),
        "citations": sorted({compact(row["citation"]).partition("/")[2] for row in rows}),
        **_times(group, rows, ends),
    }


def _times(group: str, rows: Rows, ends: tuple[Node, Node]) -> dict[str, str]:
    """The days between which an edge can have lasted, and the day by which it had begun, where they are known.

    It begins no earlier than both its ends do. What is a property of an event, or a part taken in it, ends with the event.
    A day that lies before the beginning contradicts another source's, and is left out.
    """
    starts, bys, lasts = ([row[name] for row in rows] for name in ("start", "begun_by", "end"))
    begun = [node["start"] for node in ends if "start" in node] + ([min(starts)] if all(starts) else [])
    over = [max(lasts)] if all(lasts) else []
    if group in ("property", "participation"):
        over += [node["end"] for node in ends if node["kind"] == "event" and "end" in node]
    start = max(begun, default="")
    found = {"start": start, "begun_by": min(bys) if all(bys) else "", "end": min(over, default="")}
    return {name: day for name, day in found.items() if day and day >= start}


def _via(rows: Rows, source: Node, target: Node) -> Iterator[str]:
    """What is shared, and which part each of the two has in it."""
    parts: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row["via"]:
            name = row["via_name"] or compact(row["via"])
            parts.setdefault(name, set()).add((row["from_role"], row["to_role"]))
    for name, roles in parts.items():
        told = [_parts(source["short"], one, target["short"], other) for one, other in sorted(roles)]
        yield f"{name} ({'; '.join(filter(None, told))})" if any(told) else name


def _parts(source: str, one: str, target: str, other: str) -> str:
    """The parts of two in something, in words that may be read either way round."""
    one, other = one.replace("-", " "), other.replace("-", " ")
    if one == other:
        return f"both {one}" if one else ""
    return f"{source}: {one}, {target}: {other}"


def _filtered(graph: networkx.MultiDiGraph[str], filters: Filters) -> networkx.MultiDiGraph[str]:
    """What the query could not see: weights, and the days on which both ends of an edge can exist."""
    first, last = filters.first_day, filters.last_day
    if first or last or filters.min_weight > 1:
        gone = [
            (source, target, kind)
            for source, target, kind, edge in graph.edges(keys=True, data=True)
            if edge["weight"] < filters.min_weight or not _overlaps(edge, first, last)
        ]
        graph.remove_edges_from(gone)
        graph.remove_nodes_from([*networkx.isolates(graph)])
    return graph


def _overlaps(edge: Mapping[str, Any], first: str, last: str) -> bool:
    begun = not last or edge.get("start", last) <= last
    return begun and (not first or edge.get("end", first) >= first)
