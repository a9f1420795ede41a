"""The measures: what each means, where its formula stands, and what five documents can and cannot support."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import networkx

from . import figures
from .figures import Run, Table, Values

_COUNTED = "It counts what the sources tell: who is written about more has more of it."
_ISLANDS = (
    "Islands are an artefact of what was written down: a missing edge says that no source names it, not that there was "
    "none."
)


@dataclass(frozen=True)
class Measure:
    """One measure: its meaning, the source of its formula, the caveat that is printed with it, and how it is computed.

    A measure of nodes has `values`, from node to value; any other has `table`, its columns and rows. `functions` are the
    functions of networkx that a backend must have for it. Tables begin with the greatest values, or, with `is_low_first`,
    with the least.
    """

    name: str
    meaning: str
    formula: str
    caveat: str
    functions: tuple[str, ...] = ()
    values: Callable[[Run], Values] | None = None
    table: Callable[[Run, networkx.MultiDiGraph[str]], Table] | None = None
    is_low_first: bool = False


def _all() -> Iterator[Measure]:
    yield Measure(
        "degree",
        "How many other nodes a node is joined to.",
        "Freeman 1978, Social Networks 1",
        _COUNTED,
        values=figures.degree,
    )
    yield Measure(
        "strength", "The degree, each edge counted with its weight: the number of things shared, 1 for what is stated.",
        "Barrat et al. 2004, PNAS 101", _COUNTED, values=figures.strength,
    )  # fmt: skip
    yield Measure(
        "betweenness", "The share of shortest paths between other nodes that lead through a node, from 0 to 1.",
        "Freeman 1977, Sociometry 40; computed as in Brandes 2001", "A broker here is one through whom the sources' "
        "accounts connect; one unmentioned edge can change who that is.", ("betweenness_centrality",), figures.betweenness,
    )  # fmt: skip
    yield Measure(
        "closeness", "How near a node is to all it can reach, scaled by the share of the network that is.",
        "Wasserman and Faust 1994, p. 201, with their scaling for several components", _ISLANDS,
        ("closeness_centrality",), figures.closeness,
    )  # fmt: skip
    yield Measure(
        "eigenvector", "How much a node is joined to nodes that are joined a lot; of the largest component, 0 elsewhere.",
        "Bonacich 1972, Journal of Mathematical Sociology 2", _COUNTED, ("eigenvector_centrality",), figures.eigenvector,
    )  # fmt: skip
    yield Measure(
        "pagerank", "The share of time that a random walk spends at a node, weights counted, damping 0.85.",
        "Page et al. 1999, Stanford InfoLab 1999-66", _COUNTED, ("pagerank",), figures.pagerank,
    )  # fmt: skip
    yield Measure(
        "core", "The greatest k for which the node is in a part where each has k neighbours or more.",
        "Seidman 1983, Social Networks 5; Batagelj and Zaveršnik 2003", "One list of participants makes a core by itself: "
        "look at what the edges rest on before calling it a group.", ("core_number",), figures.core,
    )  # fmt: skip
    yield Measure(
        "constraint", "How much a node's neighbours are joined among themselves: a low value is room to broker.",
        "Burt 1992, Structural Holes, chapter 2", "Neighbours that no source joins may well have known each other.",
        ("constraint",), figures.constraint, is_low_first=True,
    )  # fmt: skip
    yield Measure(
        "articulation", "Whether the network falls into more pieces without the node.",
        "Hopcroft and Tarjan 1973, Communications of the ACM 16", _ISLANDS, ("articulation_points",), figures.cut,
    )  # fmt: skip
    yield Measure(
        "component", "The number of the component that a node is in, the largest first.", "Wasserman and Faust 1994, chapter 4",
        _ISLANDS, values=figures.component, is_low_first=True,
    )  # fmt: skip
    yield Measure(
        "community", "The number of the community that a node is in, the largest first (fixed seed).",
        "Blondel et al. 2008, J. Stat. Mech. P10008; with igraph: Traag et al. 2019, Scientific Reports 9",
        "Communities follow what the documents tell together; another cut can be nearly as good.",
        ("louvain_communities",), figures.community, is_low_first=True,
    )  # fmt: skip
    yield Measure(
        "summary", "The network as a whole: size, density, components, communities.", "Wasserman and Faust 1994, chapter 4",
        _ISLANDS, ("transitivity", "louvain_communities"), table=figures.summary_table,
    )  # fmt: skip
    yield Measure(
        "components", "The parts that no edge joins, with their nodes.", "Wasserman and Faust 1994, chapter 4", _ISLANDS,
        table=figures.components_table,
    )  # fmt: skip
    yield Measure(
        "communities", "Groups that have more edges inside than chance would give, with their nodes.",
        "Blondel et al. 2008, J. Stat. Mech. P10008; with igraph: Traag et al. 2019, Scientific Reports 9",
        "Communities follow what the documents tell together; another cut can be nearly as good.",
        ("louvain_communities",), table=figures.communities_table,
    )  # fmt: skip
    yield Measure(
        "bridges", "Joined pairs without which a component falls in two.", "Tarjan 1974, Information Processing Letters 2",
        _ISLANDS, ("bridges",), table=figures.bridges_table,
    )  # fmt: skip
    yield Measure(
        "brokers", "Nodes by betweenness, with degree, constraint, and the pieces their component falls into without them.",
        "Freeman 1977; Burt 1992", "A broker here is one through whom the sources' accounts connect; one unmentioned edge "
        "can change who that is.", ("betweenness_centrality", "constraint"), table=figures.brokers_table,
    )  # fmt: skip
    yield Measure(
        "growth", "What of the network is known to have begun by the end of each year.", "docs/networks.md",
        "Few things are dated: what has no date is counted apart, and the curve shows when dates were written down.",
        table=figures.growth_table,
    )  # fmt: skip


#: Every measure, by its name.
MEASURES = {one.name: one for one in _all()}
_UNRANKED = ("articulation", "component", "community", "constraint")
#: The measures that `core` and the size of nodes may go by.
RANKINGS = tuple(name for name, one in MEASURES.items() if one.values and name not in _UNRANKED)
