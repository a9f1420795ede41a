"""Betweenness of a network, its sources shared out to the workers of a Dask cluster.

    python betweenness_dask.py BUILD [SCHEDULER]

BUILD is the folder of a build, SCHEDULER the address of a running scheduler (tcp://10.0.0.1:8786); without one, two worker
processes are started on this machine. Prints the ten nodes through which most shortest paths lead.
"""

import sys
from pathlib import Path

import networkx
from dask.distributed import Client, as_completed
from networkx.algorithms.centrality import betweenness_centrality_subset

from movement_kg.finished import current
from movement_kg.knowledge_graph import KnowledgeGraph
from movement_kg.network.simple import simple


def betweenness(client: Client, graph: networkx.Graph, batch: int = 50) -> dict[str, float]:
    """What networkx.betweenness_centrality gives for an undirected graph, but for the last digits.

    The paths from some sources to all nodes are counted by themselves, and the counts are added up: they differ from those
    of one process only by the order in which fractions are added.
    """
    nodes = [*graph]
    pairs = (len(nodes) - 1) * (len(nodes) - 2) / 2
    (shared,) = client.scatter([graph], broadcast=True)  # once to each worker, not with each batch
    batches = [nodes[start : start + batch] for start in range(0, len(nodes), batch)]
    counted = client.map(_counted, batches, graph=shared, pure=False)
    sums = dict.fromkeys(nodes, 0.0)
    for _, counts in as_completed(counted, with_results=True):
        for node, value in counts.items():
            sums[node] += value
    return {node: value / pairs if pairs else 0.0 for node, value in sums.items()}


def _counted(sources: list[str], graph: networkx.Graph) -> dict[str, float]:
    """Shortest paths from the sources through each node; networkx halves what it counts in an undirected graph."""
    return betweenness_centrality_subset(graph, sources, [*graph], normalized=False)


def main() -> None:
    build, *scheduler = sys.argv[1:]
    with KnowledgeGraph(current(Path(build))) as opened:
        graph = simple(opened.network("organisations"))
    here = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with Client(*scheduler, **({} if scheduler else here)) as client:
        found = betweenness(client, graph)
    for node, value in sorted(found.items(), key=lambda item: -item[1])[:10]:
        print(f"{value:.6f}  {node}")


if __name__ == "__main__":
    main()
