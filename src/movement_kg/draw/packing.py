"""Room on one page for several rectangles: largest first, each as high and as far left as it goes, rows beneath or beside.

The best of several widths is taken, as Freivalds, Dogrusoz & Kikusts ("Disconnected graph layout and the polyomino packing
approach", 2001) ask: the one whose page, of a given shape, is smallest. Rows are kept by a skyline, the lower edge of all
that lies above (Burke, Kendall & Whitwell, "A new placement heuristic for the orthogonal stock-cutting problem", 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeAlias

Box: TypeAlias = tuple[float, float]
Corner: TypeAlias = tuple[float, float]

#: How many widths are tried, and how many boxes are placed in all of the trials together, at most.
TRIALS, WORK = 60, 20_000


def pack(boxes: Sequence[Box], aspect: float) -> list[Corner]:
    """The upper left corner of each box (width, height), none over another, for a page `aspect` times as wide as high.

    >>> pack([(100, 70), (30, 10), (30, 10)], 1.41)
    [(0.0, 0.0), (0.0, 70.0), (30.0, 70.0)]
    """
    if not boxes:
        return []
    order = sorted(range(len(boxes)), key=lambda index: (-boxes[index][1], -boxes[index][0], index))
    ordered = [boxes[index] for index in order]
    trials = (_skyline(ordered, width) for width in _widths(ordered, aspect))
    best = min(trials, key=lambda corners: _page(ordered, corners, aspect))
    corners = dict(zip(order, best, strict=True))
    return [corners[index] for index in range(len(boxes))]


def _widths(boxes: Sequence[Box], aspect: float) -> list[float]:
    """Widths to try: from that of the widest box to twice that of a page on which all would fit without a gap."""
    widest = max(width for width, _ in boxes)
    snug = (sum(width * height for width, height in boxes) * aspect) ** 0.5
    rows = {total for total in accumulate(width for width, _ in boxes[:TRIALS]) if widest <= total <= 2 * snug}
    trials = max(6, min(TRIALS, WORK // max(len(boxes), 1)))
    steps = {max(widest, snug * (0.8 + 0.8 * step / trials)) for step in range(trials)}
    return sorted(rows | steps | {widest} if len(boxes) < WORK // TRIALS else steps)


def _page(boxes: Sequence[Box], corners: Sequence[Corner], aspect: float) -> float:
    """The height of the smallest page of the given shape that holds all; of two, the one with less in the lower right."""
    right = max(left + width for (left, _), (width, _) in zip(corners, boxes, strict=True))
    low = max(top + height for (_, top), (_, height) in zip(corners, boxes, strict=True))
    return max(low, right / aspect) + 0.1 * min(low, right / aspect)


def _skyline(boxes: Sequence[Box], limit: float) -> list[Corner]:
    """The corners of boxes placed in turn, each at the highest free place from the left that is within the limit."""
    steps: list[tuple[float, float, float]] = [(0.0, limit, 0.0)]
    corners = []
    for width, height in boxes:
        top, left = min(_places(steps, width, limit))
        corners.append((left, top))
        steps = _covered(steps, left, left + width, top + height)
    return corners


def _places(steps: Sequence[tuple[float, float, float]], width: float, limit: float) -> list[tuple[float, float]]:
    """(top, left) for a box that begins where a step of the skyline does."""
    found = []
    for index, (left, _, _) in enumerate(steps):
        if left + width > limit * (1 + 1e-9):
            break
        top = max(step[2] for step in _under(steps, index, left + width))
        found.append((top, left))
    return found


def _under(steps: Sequence[tuple[float, float, float]], index: int, right: float) -> list[tuple[float, float, float]]:
    return [step for step in steps[index:] if step[0] < right - 1e-9]


def _covered(
    steps: Sequence[tuple[float, float, float]], left: float, right: float, low: float
) -> list[tuple[float, float, float]]:
    """The skyline (left, right, low) after a box; neighbours on one level are one step."""
    parts = [(a, min(b, left), y) for a, b, y in steps if a < left]
    parts.append((left, right, low))
    parts += [(max(a, right), b, y) for a, b, y in steps if b > right + 1e-9]
    merged: list[tuple[float, float, float]] = []
    for start, end, level in parts:
        joins = merged and abs(merged[-1][2] - level) < 1e-9
        merged.append((merged.pop()[0] if joins else start, end, level))
    return merged
