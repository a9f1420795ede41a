"""Which focus nodes a change concerns: read from the shapes, so that an incremental build validates no others.

A constraint looks at triples along ways that begin at its focus node: the path of the shape, from there to a value's
classes or to the properties of an inner shape, or the patterns of a SPARQL constraint. A triple that comes or goes concerns
a focus node that has a way to it. It is enough to look for ways in the graph after the change: where a way was there only
before, or only is there with other changed triples, the first changed triple on it is reached by triples that are in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph

from ..vocabulary import SH
from .model import Node, ShapesGraph, Term
from .paths import HERE, Path, Step, origins, path_of, steps, then
from .patterns import ways
from .targets import TYPE, all_targets, classes, target_steps

_NO_MORE_TRIPLES = frozenset(
    """path nodeKind datatype in pattern flags minLength maxLength minInclusive minExclusive maxInclusive maxExclusive
    minCount maxCount hasValue uniqueLang languageIn ignoredProperties message severity deactivated name description order
    group defaultValue qualifiedMinCount qualifiedMaxCount targetClass targetNode targetSubjectsOf
    targetObjectsOf""".split()
)
_PAIRED = frozenset("lessThan lessThanOrEquals equals disjoint".split())
_INNER = frozenset("property node not qualifiedValueShape".split())
_INNER_LISTS = frozenset("and or xone".split())
_ANY = Step(None)


@dataclass(frozen=True, slots=True)
class Reach:
    """A step that a shape looks at and the way to it from a focus node; None where every target may be concerned."""

    step: Step
    before: Path | None
    root: Node | None = None


def affected(
    store: pyoxigraph.Store, graph: ShapesGraph, changed: Collection[pyoxigraph.Quad | pyoxigraph.Triple]
) -> set[Term]:
    """The nodes about which results may differ, given all triples that were added or taken away; `store` is as it is now.

    Results about other nodes are those of before: so validate(…, focus=affected(…)) finds all that is new.
    """
    by_predicate: dict[str, list[pyoxigraph.Quad | pyoxigraph.Triple]] = defaultdict(list)
    for triple in changed:
        by_predicate[triple.predicate.value].append(triple)
    found: set[Term] = set()
    for reach in reaches(graph):
        predicate = reach.step.predicate
        triples = changed if predicate is None else by_predicate.get(predicate, [])
        ends = {triple.object if reach.step.inverse else triple.subject for triple in triples}
        if ends:
            found |= _concerned(store, graph, reach, ends)
    return found


def _concerned(store: pyoxigraph.Store, graph: ShapesGraph, reach: Reach, ends: set[Term]) -> set[Term]:
    if reach.before is not None:
        return origins(store, reach.before, ends)
    assert reach.root is not None
    return all_targets(store, graph, reach.root)


def reaches(graph: ShapesGraph) -> set[Reach]:
    """All that the shapes look at."""
    return {reach for root in graph.roots() for reach in _Reader(graph, root).of_root()}


@dataclass(frozen=True)
class _Reader:
    graph: ShapesGraph
    root: Node

    def of_root(self) -> Iterator[Reach]:
        if any(True for _ in classes(self.graph, self.root)):
            yield from self.along(TYPE)
        for step in target_steps(self.graph, self.root):
            yield Reach(step, HERE)
        yield from self.of_shape(self.root, HERE, frozenset())

    def along(self, path: Path) -> Iterator[Reach]:
        for step, before in steps(path):
            yield Reach(step, before)

    def anything(self) -> Iterator[Reach]:
        yield Reach(_ANY, None, self.root)

    def of_shape(self, shape: Term, here: Path, around: frozenset[Term]) -> Iterator[Reach]:
        """What a shape looks at whose focus nodes are reached by a path; at what is not understood, everything."""
        if shape in around:
            yield from self.anything()
            return
        values, path = here, self.graph.value(shape, "path")
        if path is not None:
            try:
                values = then(here, path_of(self.graph, path))
            except ValueError:
                yield from self.anything()
        yield from self.along(values)
        for prop in self.graph.properties.get(shape, {}):  # type: ignore[arg-type]
            if prop.startswith(SH):
                for argument in self.graph.values(shape, prop):
                    yield from self.of_constraint(prop.removeprefix(SH), argument, here, values, around | {shape})

    def of_constraint(
        self, name: str, argument: Term, here: Path, values: Path, around: frozenset[Term]
    ) -> Iterator[Reach]:
        if name in _NO_MORE_TRIPLES:
            return
        if name == "class":
            yield from self.along(then(values, TYPE))
        elif name in _PAIRED and isinstance(argument, pyoxigraph.NamedNode):
            yield from self.along(then(here, Step(argument.value)))
        elif name == "closed":
            yield Reach(_ANY, values)
        elif name in _INNER:
            yield from self.of_shape(argument, values, around)
        elif name in _INNER_LISTS:
            for member in self.graph.members(argument):
                yield from self.of_shape(member, values, around)
        elif name == "sparql":
            yield from self.of_query(argument, here)
        else:
            yield from self.anything()

    def of_query(self, constraint: Term, here: Path) -> Iterator[Reach]:
        select = self.graph.value(constraint, "select")
        try:
            found = (
                [*ways(select.value, self.graph.prefixes(constraint))] if isinstance(select, pyoxigraph.Literal) else []
            )
        except ValueError:
            yield from self.anything()
            return
        for way, hangs_on_focus in found:
            if hangs_on_focus:
                yield from self.along(then(here, way))
            else:
                yield from (Reach(step, None, self.root) for step, _ in steps(way))
