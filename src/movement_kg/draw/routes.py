"""How edges run: straight, or bent apart where several join the same two nodes, from the border of one node to the other's."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .drawing import Drawing
from .files.records import thickness
from .shapes import number

Point = tuple[float, float]
_APART = 14.0
_ARROW = 6.5
_SEGMENTS = 6


@dataclass(frozen=True)
class Route:
    """One edge: its ends, its attributes, and a quadratic curve (SVG 1.1, clause 8.3.6) between two borders."""

    source: str
    target: str
    edge: dict[str, Any]
    start: Point
    bend: Point
    end: Point

    @property
    def thickness(self) -> float:
        """How thick to draw the edge, in points."""
        return thickness(self.edge["weight"]) * 1.1

    def path(self) -> str:
        """The curve as SVG path data."""
        (x, y), (a, b), (x2, y2) = self.start, self.bend, self.end
        return f"M{number(x)} {number(y)}Q{number(a)} {number(b)} {number(x2)} {number(y2)}"

    def at(self, share: float) -> Point:
        """The point at a share of the way, from 0 to 1."""
        rest = 1 - share
        weights = rest * rest, 2 * rest * share, share * share
        points = self.start, self.bend, self.end
        x, y = (sum(w * point[axis] for w, point in zip(weights, points, strict=True)) for axis in (0, 1))
        return x, y

    def middle(self) -> Point:
        """The point halfway."""
        return self.at(0.5)

    def segments(self) -> Iterator[tuple[float, float, float, float]]:
        """The curve as a few straight pieces."""
        points = [self.at(piece / _SEGMENTS) for piece in range(_SEGMENTS + 1)]
        for before, after in itertools.pairwise(points):
            yield (*before, *after)

    def arrow(self) -> str:
        """The corners of an arrow head whose tip touches the border of the target."""
        (x, y), (x2, y2) = self.at(0.97), self.end
        length = math.hypot(x2 - x, y2 - y) or 1.0
        along, reach = ((x2 - x) / length, (y2 - y) / length), _ARROW + self.thickness
        base = x2 - along[0] * reach, y2 - along[1] * reach
        side = reach * 0.42
        corners = (
            (x2, y2),
            (base[0] - along[1] * side, base[1] + along[0] * side),
            (base[0] + along[1] * side, base[1] - along[0] * side),
        )
        return " ".join(f"{number(a)},{number(b)}" for a, b in corners)


def routes(drawing: Drawing) -> list[Route]:
    """The route of each edge, in the order of their ends and kinds; loops go round their node."""
    beside: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for source, target, kind in sorted(drawing.graph.edges(keys=True)):
        beside.setdefault((min(source, target), max(source, target)), []).append((source, target, kind))
    found = []
    for together in beside.values():
        for place, (source, target, kind) in enumerate(together):
            offset = (place - (len(together) - 1) / 2) * _APART
            found.append(_route(drawing, source, target, drawing.graph.edges[source, target, kind], offset))
    return found


def _route(drawing: Drawing, source: str, target: str, edge: dict[str, Any], offset: float) -> Route:
    (x, y), (x2, y2) = drawing.positions[source], drawing.positions[target]
    if source == target:
        return _loop(source, edge, (x, y), drawing.sizes[source] / 2, offset)
    sign = 1 if source < target else -1  # so that edges either way bend to their own side
    length = math.hypot(x2 - x, y2 - y) or 1.0
    across = -(y2 - y) / length * sign, (x2 - x) / length * sign
    bend = (x + x2) / 2 + across[0] * 2 * offset, (y + y2) / 2 + across[1] * 2 * offset
    start = _border((x, y), bend, drawing.sizes[source] / 2)
    end = _border((x2, y2), bend, drawing.sizes[target] / 2 + (1.0 if edge["directed"] else 0))
    return Route(source, target, edge, start, bend, end)


def _loop(node: str, edge: dict[str, Any], centre: Point, radius: float, offset: float) -> Route:
    """A loop above its node, each farther out than the one before."""
    x, y = centre
    side, top = radius * 0.7, y - radius * 4 - _APART - offset
    return Route(node, node, edge, (x - side, y - side), (x, top), (x + side, y - side))


def _border(centre: Point, towards: Point, radius: float) -> Point:
    x, y = towards[0] - centre[0], towards[1] - centre[1]
    length = math.hypot(x, y) or 1.0
    return centre[0] + x / length * radius, centre[1] + y / length * radius
