"""The focus nodes of shapes: which of some nodes a shape targets, and all that it targets (SHACL, section 2.1.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

import pyoxigraph

from ..vocabulary import RDF, RDFS
from .model import Node, ShapesGraph, Term
from .paths import Repeat, Step, inverse, origins, starts, then

_DIRECT = Step(RDF + "type")
_BROADER = Repeat(Step(RDFS + "subClassOf"), 0, many=True)
#: From a node to its classes and to the classes that these are below of.
TYPE = then(_DIRECT, _BROADER)


def targeted(store: pyoxigraph.Store, graph: ShapesGraph, nodes: Collection[Term]) -> dict[Node, set[Term]]:
    """For each shape that has targets those of the nodes that it targets, at a cost that grows with the nodes alone."""
    instances = _by_class(store, nodes)
    return {root: _of_shape(store, graph, root, nodes, instances) for root in graph.roots()}


def _by_class(store: pyoxigraph.Store, nodes: Collection[Term]) -> dict[Term, set[Term]]:
    direct: dict[Term, set[Term]] = defaultdict(set)
    for node in nodes:
        for kind in starts(store, inverse(_DIRECT), node):
            direct[kind].add(node)
    every: dict[Term, set[Term]] = defaultdict(set)
    for kind, instances in direct.items():
        for broader in origins(store, inverse(_BROADER), [kind]):
            every[broader] |= instances
    return every


def _of_shape(
    store: pyoxigraph.Store,
    graph: ShapesGraph,
    root: Node,
    nodes: Collection[Term],
    instances: dict[Term, set[Term]],
) -> set[Term]:
    found = {node for kind in classes(graph, root) for node in instances.get(kind, ())}
    found |= {*graph.values(root, "targetNode")} & {*nodes}
    for step in target_steps(graph, root):
        found |= {node for node in nodes if any(starts(store, inverse(step), node))}
    return found


def classes(graph: ShapesGraph, root: Node) -> Iterator[Term]:
    """The classes whose instances a shape targets, itself where it is one."""
    yield from graph.values(root, "targetClass")
    if graph.is_class(root):
        yield root


def target_steps(graph: ShapesGraph, root: Node) -> Iterator[Step]:
    """The steps that a shape's targets can take."""
    for name, is_inverse in (("targetSubjectsOf", False), ("targetObjectsOf", True)):
        for prop in graph.values(root, name):
            if isinstance(prop, pyoxigraph.NamedNode):
                yield Step(prop.value, is_inverse)


def all_targets(store: pyoxigraph.Store, graph: ShapesGraph, root: Node) -> set[Term]:
    """Every node that a shape targets."""
    found = origins(store, TYPE, {*classes(graph, root)}) | {*graph.values(root, "targetNode")}
    for step in target_steps(graph, root):
        found |= _ends(store, step)
    return found


def _ends(store: pyoxigraph.Store, step: Step) -> set[Term]:
    predicate = pyoxigraph.NamedNode(str(step.predicate))
    quads = store.quads_for_pattern(None, predicate, None, pyoxigraph.DefaultGraph())
    return {quad.object if step.inverse else quad.subject for quad in quads}
