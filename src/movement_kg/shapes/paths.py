"""Property paths as values: the steps they are made of, the way to each step, and the nodes that reach others by a path."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph

from .model import ShapesGraph, Term


@dataclass(frozen=True, slots=True)
class Step:
    """One triple, from its subject to its object or the other way; any predicate where it is None."""

    predicate: str | None
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Paths one after the other; none at all is the way from a node to itself."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of some paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path that is taken any number of times, or once at most."""

    part: Path
    least: int
    many: bool


Path = Step | Chain | Choice | Repeat
HERE = Chain(())
_REPEATED = {"zeroOrMorePath": (0, True), "oneOrMorePath": (1, True), "zeroOrOnePath": (0, False)}


def then(*paths: Path) -> Path:
    """The paths one after the other, as one."""
    parts: list[Path] = []
    for path in paths:
        parts += path.parts if isinstance(path, Chain) else [path]
    return parts[0] if len(parts) == 1 else Chain(tuple(parts))


def inverse(path: Path) -> Path:
    """The same path from its end to its beginning."""
    if isinstance(path, Step):
        return Step(path.predicate, not path.inverse)
    if isinstance(path, Chain):
        return Chain(tuple(inverse(part) for part in reversed(path.parts)))
    if isinstance(path, Choice):
        return Choice(tuple(inverse(part) for part in path.parts))
    return Repeat(inverse(path.part), path.least, path.many)


def steps(path: Path, before: Path = HERE) -> Iterator[tuple[Step, Path]]:
    """Each step of a path with the way that leads to it."""
    if isinstance(path, Step):
        yield path, before
    elif isinstance(path, Chain):
        for part in path.parts:
            yield from steps(part, before)
            before = then(before, part)
    elif isinstance(path, Choice):
        for part in path.parts:
            yield from steps(part, before)
    else:
        yield from steps(path.part, then(before, Repeat(path.part, 0, many=True)) if path.many else before)


def origins(store: pyoxigraph.Store, path: Path, ends: Collection[Term]) -> set[Term]:
    """The nodes that reach one of the ends by a path."""
    if isinstance(path, Step):
        return {origin for end in ends for origin in starts(store, path, end)}
    if isinstance(path, Choice):
        return {origin for part in path.parts for origin in origins(store, part, ends)}
    if isinstance(path, Repeat):
        return _repeated(store, path, ends)
    found = set(ends)
    for part in reversed(path.parts):
        found = origins(store, part, found)
    return found


def starts(store: pyoxigraph.Store, step: Path, end: Term) -> Iterator[Term]:
    """The nodes from which one step leads to a node, one after the other."""
    assert isinstance(step, Step)
    predicate = None if step.predicate is None else pyoxigraph.NamedNode(step.predicate)
    if not step.inverse:
        for quad in store.quads_for_pattern(None, predicate, end, pyoxigraph.DefaultGraph()):
            yield quad.subject
    elif isinstance(end, pyoxigraph.NamedNode | pyoxigraph.BlankNode):
        for quad in store.quads_for_pattern(end, predicate, None, pyoxigraph.DefaultGraph()):
            yield quad.object


def _repeated(store: pyoxigraph.Store, path: Repeat, ends: Collection[Term]) -> set[Term]:
    found = set(ends) if path.least == 0 else set()
    reached = origins(store, path.part, ends)
    while path.many and (new := reached - found):
        found |= new
        reached = origins(store, path.part, new)
    return found | reached


def path_of(graph: ShapesGraph, term: Term) -> Path:
    """A path of a shapes file (SHACL, section 2.3.1). Raises ValueError where it is none."""
    if isinstance(term, pyoxigraph.NamedNode):
        return Step(term.value)
    if parts := [path_of(graph, member) for member in graph.members(term)]:
        return then(*parts)
    if (turned := graph.value(term, "inversePath")) is not None:
        return inverse(path_of(graph, turned))
    if (choices := graph.value(term, "alternativePath")) is not None:
        return Choice(tuple(path_of(graph, choice) for choice in graph.members(choices)))
    for name, (least, many) in _REPEATED.items():
        if (part := graph.value(term, name)) is not None:
            return Repeat(path_of(graph, part), least, many)
    raise ValueError(f"no path: {term}")
