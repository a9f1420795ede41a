"""Measuring: chosen measures of a network as one table, with the caveats that belong to them.

All are taken on the simple graph (see `simple`): undirected, parallel edges merged. Numbers are rounded to six decimals, so
that the same network gives the same table whichever library counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import networkx

from .. import results
from ..errors import RequestError, unknown
from . import backends
from .catalogue import MEASURES, RANKINGS, Measure
from .figures import Run, Table, named
from .simple import simple


def measure(graph: networkx.MultiDiGraph[str], names: Sequence[str], backend: str = "", top: int = 0) -> results.Answer:
    """Measures of a network as a table: one row for each node, greatest first, or the table that a single measure makes.

    `top` keeps the first rows only (0 keeps all). The answer's notes hold each measure's caveat and how figures came about.
    Raises RequestError for an unknown measure or backend, a backend that lacks the measure, and several tables at once.
    """
    if top < 0:
        raise RequestError(f"top must be 0 or more (got {top})")
    chosen = [_known(name) for name in dict.fromkeys(names)]
    _check_backend(chosen, backend)
    run = Run(simple(graph), backend)
    columns, rows = _table(chosen, run, graph)
    notes = [*run.notes, *dict.fromkeys(one.caveat for one in chosen)]
    labels = {str(each["iri"]): str(each["label"]) for _, each in graph.nodes(data=True)}
    return results.answer(columns, rows[:top] if top else rows, labels, notes)


def ranking(graph: networkx.MultiDiGraph[str], by: str) -> dict[str, float]:
    """The values by which nodes can be ranked. Raises RequestError for a measure that ranks no nodes."""
    known = _known(by)
    if known.values is None or by not in RANKINGS:
        raise RequestError(f"{by} does not rank nodes (these do: {', '.join(RANKINGS)})")
    return {node: float(value) for node, value in known.values(Run(simple(graph))).items()}


def _known(name: str) -> Measure:
    if name in MEASURES:
        return MEASURES[name]
    raise unknown("there is no measure", name, MEASURES)


def _check_backend(chosen: Sequence[Measure], backend: str) -> None:
    """Refuse a backend that is not there, or that lacks a measure, before anything is counted."""
    if not backend:
        return
    backends.known(backend)
    for one in chosen:
        if missing := [name for name in one.functions if not backends.has(backend, name)]:
            able = [
                m.name for m in MEASURES.values() if m.functions and all(backends.has(backend, f) for f in m.functions)
            ]
            raise RequestError(
                f"the backend {backend!r} has no {', '.join(missing)}, which {one.name} needs; it can do: "
                f"{', '.join(able) or 'none of these measures'}. Leave out --backend, or measure these"
            )


def _table(chosen: Sequence[Measure], run: Run, graph: networkx.MultiDiGraph[str]) -> Table:
    tables = [one for one in chosen if one.table]
    if len(chosen) > 1 and tables:
        raise RequestError(f"{tables[0].name} makes a table of its own; ask for it alone")
    if tables:
        assert tables[0].table
        return tables[0].table(run, graph)
    found = [one.values(run) for one in chosen if one.values]
    rows = [[*named(graph, node), *(values[node] for values in found)] for node in run.graph]
    signs = [1 if one.is_low_first else -1 for one in chosen]
    rows.sort(key=lambda row: ([s * _number(cell, s) for s, cell in zip(signs, row[2:], strict=True)], str(row[0])))
    return ["node", "name", *(one.name for one in chosen)], rows


def _number(value: Any, sign: int) -> float:
    """The value to sort by; what is no number comes last."""
    number = float(value)
    return number if math.isfinite(number) else sign * math.inf
