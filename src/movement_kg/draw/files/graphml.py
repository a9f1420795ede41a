"""GraphML, by networkx: for igraph, yEd, Cytoscape, R and networkx itself.

http://graphml.graphdrawing.org/primer/graphml-primer.html. It has no lists: values are joined with ` | `. It allows edges with
and without direction in one graph, but networkx refuses them and igraph overlooks the mark: such a network is written as
directed, and each edge's `directed` says whether its direction means anything. Ids of nodes are our paths, whose slash the
schema's NMTOKEN excludes and every reader takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import networkx

from ..drawing import Drawing
from .records import joined, plain

#: Where an edge's id would stand. igraph 1.0 fills these with names of nodes, and warns of data called `id` beside them: ours
#: stands in the data alone.
_EDGE = re.compile(r'(<edge source="[^"]*" target="[^"]*") id="[^"]*"')


def graphml(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as GraphML, line by line; attributes of the whole network are the graph's data."""
    graph = plain(drawing)
    for attributes in (graph.graph, *graph.nodes.values(), *graph.edges.values()):
        attributes.update({name: joined(value) for name, value in attributes.items()})
    for line in networkx.generate_graphml(graph):
        yield _EDGE.sub(r"\1", line).encode() + b"\n"
