"""The graph: rows become triples and claims, dates and citations become nodes, rules add short cuts.

Two layers in one RDF 1.1 graph. `facts` is what plain queries read: things, their asserted properties, reference data,
derived short cuts, the ontology. `claims` says who states each fact: claims, citations, derivations.
"""

from __future__ import annotations

from .assembly import Graph, assemble, assemble_part, thing_kind
from .claims import Claim, hashed
from .rules import Rule, read_rules, rederive
from .spool import Spooled, spool
from .traces import traces

__all__ = [
    "Claim",
    "Graph",
    "Rule",
    "Spooled",
    "assemble",
    "assemble_part",
    "hashed",
    "read_rules",
    "rederive",
    "spool",
    "thing_kind",
    "traces",
]
