"""Two CSV tables (RFC 4180), nodes and edges, with the headers that Gephi's spreadsheet import expects.

UTF-8 with a byte order mark, so that spreadsheets read the letters; several values in a cell are joined with ` | `. A text that
a spreadsheet would run as a formula gets an apostrophe before it, as OWASP advises ("CSV Injection"): such cells begin with
= + - @ or their full-width forms. A program that needs the very label takes it off, or reads another format.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..drawing import Drawing
from .records import joined, plain

_NODES = "label short kind type countries start end x y size degree iri".split()
_EDGES = "kind group certainty disputed start end via citations passages sources".split()
_FORMULA = tuple("=+-@＝＋－＠\t\r")


def csv_tables(drawing: Drawing) -> Iterator[tuple[str, bytes]]:
    """The tables "nodes" and "edges", each with its bytes."""
    graph = plain(drawing)
    yield "nodes", _table(["id", *_NODES], ([name, *_cells(graph.nodes[name], _NODES)] for name in graph))
    edges = ([*_gephi(*edge), *_cells(edge[-1], _EDGES)] for edge in graph.edges(data=True))
    yield "edges", _table(["Source", "Target", "Type", "Id", "Label", "Weight", *_EDGES], edges)


def _gephi(source: str, target: str, edge: Mapping[str, Any]) -> list[object]:
    direction = "Directed" if edge["directed"] else "Undirected"
    return [source, target, direction, edge["id"], *_cells(edge, ["label", "weight"])]


def _cells(attributes: Mapping[str, Any], columns: list[str]) -> list[object]:
    return [_cell(joined(attributes.get(column, ""))) for column in columns]


def _cell(value: object) -> object:
    """A value as a cell that no spreadsheet runs.

    >>> _cell("=1+1"), _cell(-1.5), _cell(True)
    ("'=1+1", -1.5, 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _table(header: list[str], rows: Iterable[list[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
