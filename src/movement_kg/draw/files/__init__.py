"""Networks as files for other programs: a function for each format, from a drawing to bytes.

Every format bears the same attributes, those of `records`; equal drawings give equal bytes. Positions are in points, y downwards
as on a screen, but y upwards where the format's readers draw so (GEXF, DOT).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..drawing import Drawing
from .documents import cytoscape, node_link
from .dot import dot
from .gexf import gexf
from .graphml import graphml
from .tables import csv_tables

__all__ = ["WRITERS", "csv_tables"]

#: The writer of each format that is one file; `csv_tables` writes two.
WRITERS: Mapping[str, Callable[[Drawing], Iterator[bytes]]] = {
    "gexf": gexf,
    "graphml": graphml,
    "cytoscape": cytoscape,
    "node-link": node_link,
    "dot": dot,
}
