"""Where the names of nodes go: beside them, over no other name and no node, and over as few edges as can be.

Greedy, the greatest nodes first, each name at the best of a fixed list of places about its node; the point-feature labelling
of Christensen, Marks and Shieber (1995, ACM Transactions on Graphics 14), with edges and distance as costs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import text
from .shapes import REACH

Point = tuple[float, float]
Segment = tuple[float, float, float, float]

_CELL = 48.0
_GAP = 2.5
_BETWEEN = 4.0  # from one name to the next on a line
_DISTANCES = (0.0, 5.0, 12.0, 22.0, 36.0, 54.0)
_LEADER_FROM = 10.0
#: Directions as the eye prefers them: right, left, below, above, then the corners.
_DIRECTIONS = (
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (1, 0.7),
    (1, -0.7),
    (-1, 0.7),
    (-1, -0.7),
    (0.5, 1),
    (-0.5, 1),
    (0.5, -1),
    (-0.5, -1),
)


@dataclass(frozen=True)
class Box:
    """A rectangle: its left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def wider(self, room: float) -> Box:
        """The box with room at its left and right."""
        return Box(self.left - room, self.top, self.right + room, self.bottom)

    def cells(self) -> Iterator[tuple[int, int]]:
        """The cells of a grid that the box touches."""
        for column in range(math.floor(self.left / _CELL), math.floor(self.right / _CELL) + 1):
            for row in range(math.floor(self.top / _CELL), math.floor(self.bottom / _CELL) + 1):
                yield column, row

    def crossed_by(self, segment: Segment) -> bool:
        """Whether a straight line from one point to another passes through the box (Liang and Barsky 1984)."""
        x, y, x2, y2 = segment
        enter, leave = 0.0, 1.0
        for start, step, low, high in ((x, x2 - x, self.left, self.right), (y, y2 - y, self.top, self.bottom)):
            if step == 0:
                if not low < start < high:
                    return False
                continue
            first, last = sorted(((low - start) / step, (high - start) / step))
            enter, leave = max(enter, first), min(leave, last)
        return enter < leave


@dataclass(frozen=True)
class Label:
    """A name with its place: lines from top to bottom, the box they fill, and where a leader to the node begins, if any."""

    node: str
    lines: tuple[str, ...]
    size: float
    bold: bool
    box: Box
    leader: Point | None


class _Grid:
    """Boxes by the cells they touch, so that few are looked at."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def add(self, box: Box) -> None:
        for cell in box.cells():
            self._cells.setdefault(cell, []).append(box)

    def has_room(self, box: Box) -> bool:
        return not any(box.meets(other) for cell in box.cells() for other in self._cells.get(cell, ()))


def place(
    names: Mapping[str, str],
    positions: Mapping[str, Point],
    sizes: Mapping[str, float],
    segments: Iterable[Segment],
    sized: float = 8.5,
) -> list[Label]:
    """The labels that find room, in the order in which they were placed: the greatest nodes first.

    All lengths are in points. A name that finds no room within 54 points of its node has no label.
    """
    taken = _Grid()
    for node in sorted(positions):
        taken.add(_around(positions[node], sizes[node] / 2 * REACH + 1))
    crossing = _by_cell(segments)
    found = []
    for node in sorted(positions, key=lambda node: (-sizes[node], node)):
        label = (
            _best(node, names[node], positions[node], sizes[node], taken, crossing, sized)
            if names[node].strip()
            else None
        )
        if label:
            taken.add(label.box.wider(_BETWEEN))
            found.append(label)
    return found


def _around(centre: Point, reach: float) -> Box:
    return Box(centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach)


def _by_cell(segments: Iterable[Segment]) -> dict[tuple[int, int], list[Segment]]:
    """Each segment in the cells that points along it fall into."""
    found: dict[tuple[int, int], list[Segment]] = {}
    for segment in segments:
        x, y, x2, y2 = segment
        steps = max(1, math.ceil(math.hypot(x2 - x, y2 - y) / (_CELL / 2)))
        along = ((x + (x2 - x) * i / steps, y + (y2 - y) * i / steps) for i in range(steps + 1))
        for cell in {(math.floor(a / _CELL), math.floor(b / _CELL)) for a, b in along}:
            found.setdefault(cell, []).append(segment)
    return found


def _best(  # noqa: PLR0913 (what a place is judged by)
    node: str,
    name: str,
    centre: Point,
    size: float,
    taken: _Grid,
    crossing: Mapping[tuple[int, int], Sequence[Segment]],
    sized: float,
) -> Label | None:
    bold = size >= 26
    letters = sized + (1.5 if bold else 0)
    best: tuple[float, Label] | None = None
    for rank, (broken, box, distance) in enumerate(_choices(name, centre, size / 2, letters, bold=bold)):
        preference = distance * 0.12 + rank * 0.01
        if best and preference >= best[0]:
            continue
        if not taken.has_room(box):
            continue
        crossed = {segment for cell in box.cells() for segment in crossing.get(cell, ())}
        cost = preference + sum(box.crossed_by(segment) for segment in crossed)
        if best is None or cost < best[0]:
            leader = centre if distance > _LEADER_FROM else None
            best = cost, Label(node, tuple(broken), letters, bold, box, leader)
    return best[1] if best else None


def _choices(
    name: str, centre: Point, radius: float, letters: float, *, bold: bool
) -> Iterator[tuple[list[str], Box, float]]:
    """The places to try, near ones first: the name in its lines, its box, and the distance to the node's edge."""
    broken = text.lines(name)
    wide = max(text.width(line, letters, bold=bold) for line in broken) + 1
    high = len(broken) * letters * text.LEADING
    for distance in _DISTANCES:
        for across, down in _DIRECTIONS:
            length = math.hypot(across, down)
            reach = radius + _GAP + distance
            x, y = centre[0] + across / length * reach, centre[1] + down / length * reach
            left = x - wide / 2 if abs(across) < 0.6 else x if across > 0 else x - wide
            top = y - high / 2 if abs(down) < 0.6 else y if down > 0 else y - high
            if 0.6 <= abs(down) < 1:  # at a corner the name hangs by its near edge
                top = y - high * (0.35 if down > 0 else 0.65)
            yield broken, Box(left, top, left + wide, top + high), distance
