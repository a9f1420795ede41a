"""The shapes of countries on a flat map: a topology decoded, projected and kept for the life of the program.

The file is TopoJSON (The TopoJSON Format Specification 1.0: clause 2.1.1 transforms, 2.1.3 and 2.1.4 arcs and their indexes,
2.2 geometries). The projection is Equal Earth (Šavrič, Patterson and Jenny 2018, International Journal of Geographical
Information Science 33), which shows areas in their true proportions.
"""

from __future__ import annotations

import csv
import functools
import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import assets

HERE = Path(__file__).parent
Point = tuple[float, float]
Ring = list[Point]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_MIDDLE = 11.0  # the map is cut at 169° west, through the Bering Strait, where no land is
_CUT = _MIDDLE - 180
_ANTARCTICA = "010"
_SPECK = 0.15  # rings smaller than this many square units cannot be seen, unless they are all there is of a country
_SCANS = 15
_ENOUGH = 40.0  # a place as wide as this holds any number: nearer the middle is better then


@dataclass(frozen=True)
class Shape:
    """One country on the map: its ISO 3166-1 alpha-2 code ("" where it has none), its outline as SVG path data, its area in
    square units, and the middle and the width of the widest place on its greatest piece of land, for a number to stand on.
    """

    code: str
    path: str
    area: float
    middle: Point
    room: float


@dataclass(frozen=True)
class World:
    """A map of a width: its height in the same unit, the shapes by code, the land without a code, and the inner borders."""

    width: float
    height: float
    shapes: dict[str, Shape]
    others: str
    borders: str


def equal_earth(longitude: float, latitude: float) -> Point:
    """A point on the globe, in degrees, on the plane, x to the right and y downwards, about (0, 0).

    >>> equal_earth(0, 0), [round(value, 4) for value in equal_earth(180, 0)]
    ((0.0, -0.0), [2.7066, -0.0])
    """
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = theta * theta
    six = square**3
    slope = _A1 + 3 * _A2 * square + six * (7 * _A3 + 9 * _A4 * square)
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    return x, -theta * (_A1 + _A2 * square + six * (_A3 + _A4 * square))


@functools.lru_cache(maxsize=4)
def world(width: int, digits: int) -> World:
    """The map at a width, its coordinates with so many decimal digits. Antarctica is left out."""
    topology = json.loads((HERE / "countries.json").read_text("utf-8"))
    arcs = [_degrees(arc, topology["transform"]) for arc in topology["arcs"]]
    named = [one for one in topology["objects"]["countries"]["geometries"] if one.get("id") != _ANTARCTICA]
    rings = [[_ring(ring, arcs) for ring in _rings(one)] for one in named]
    frame = _Frame.about(rings, width)
    codes = _codes()
    pieces: dict[str, list[Ring]] = {}
    for one, found in zip(named, rings, strict=True):
        pieces.setdefault(codes.get(one.get("id", ""), ""), []).extend(frame.placed(ring) for ring in found)
    others = "".join(_path(ring, digits) for ring in _seen(pieces.pop("", [])))
    shapes = {code: _shape(code, found, digits) for code, found in sorted(pieces.items())}
    shapes |= {code: Shape(code, "", 0, frame.point(at), 0) for code, at in _points().items()}
    lines = (frame.placed(_flat(arcs[number])) for number in _shared(named))
    borders = "".join(_path(line, digits, closed=False) for line in lines)
    return World(width, frame.height, shapes, others, borders)


@dataclass(frozen=True)
class _Frame:
    """Where the plane lies on the map."""

    scale: float
    left: float
    top: float
    height: float

    @staticmethod
    def about(rings: list[list[Ring]], width: float, margin: float = 0.006) -> _Frame:
        points = [point for found in rings for ring in found for point in ring]
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        edge = (right - left) * margin
        scale = width / (right - left + 2 * edge)
        return _Frame(scale, left - edge, top - edge, math.ceil((bottom - top + 2 * edge) * scale))

    def placed(self, ring: Ring) -> Ring:
        return [((x - self.left) * self.scale, (y - self.top) * self.scale) for x, y in ring]

    def point(self, at: Point) -> Point:
        return self.placed(_flat([at]))[0]


def _degrees(arc: list[list[int]], transform: dict[str, Any]) -> Ring:
    """An arc's points: each is told as the step from the one before it, in the file's own grid (clause 2.1.3)."""
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    xs = itertools.accumulate(step[0] for step in arc)
    ys = itertools.accumulate(step[1] for step in arc)
    return [(x * scale_x + left, y * scale_y + bottom) for x, y in zip(xs, ys, strict=True)]


def _rings(geometry: dict[str, Any]) -> list[list[int]]:
    """The rings of a polygon or of several, each a list of arcs."""
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["arcs"] for ring in polygon]
    found: list[list[int]] = geometry["arcs"]
    return found


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Arcs stitched to a ring and projected: ~n is arc n backwards, and each begins where the last ended (clause 2.1.4)."""
    points: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return _flat(points)


def _flat(line: Ring) -> Ring:
    """A line projected, as a whole at one end of the map: none crosses the cut by more than an islet's breadth."""
    whole = list(_unwound(line))
    turn = 360 * math.ceil((_CUT - sum(longitude for longitude, _ in whole) / len(whole)) / 360)
    return [equal_earth(longitude + turn - _MIDDLE, latitude) for longitude, latitude in whole]


def _unwound(line: Ring) -> Iterator[Point]:
    """The line with longitudes beyond 180°, where it goes on across that meridian: the file cuts nothing there."""
    turn, before = 0, line[0][0]
    for longitude, latitude in line:
        turn += 360 * ((before - longitude > 180) - (longitude - before > 180))
        before = longitude
        yield longitude + turn, latitude


def _shared(geometries: list[dict[str, Any]]) -> list[int]:
    """The arcs between two countries, in the order of the file."""
    used = Counter(
        arc for one in geometries for arc in {index if index >= 0 else ~index for ring in _rings(one) for index in ring}
    )
    return sorted(arc for arc, countries in used.items() if countries > 1)


def _codes() -> dict[str, str]:
    """ISO 3166-1 numeric codes, which M49 shares, to alpha-2 codes."""
    with (assets.data() / "reference" / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["m49"]: row["code"] for row in csv.DictReader(file)}


def _points() -> dict[str, Point]:
    """Where the places lie that have a code and no shape: longitude and latitude in degrees."""
    with (HERE / "points.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(file)}


def _shape(code: str, rings: list[Ring], digits: int) -> Shape:
    greatest = max(rings, key=_area)
    middle, room = _widest(greatest)
    path = "".join(_path(ring, digits) for ring in _seen(rings))
    return Shape(code, path, sum(map(_area, rings)), middle, room)


def _seen(rings: list[Ring]) -> Iterator[Ring]:
    """The rings that are large enough to be seen, or else the greatest."""
    seen = [ring for ring in rings if _area(ring) >= _SPECK]
    return iter(seen or sorted(rings, key=_area)[-1:])


def _area(ring: Ring) -> float:
    """The area in a ring, whichever way it runs (the shoelace formula)."""
    return abs(sum(x * below - right * y for (x, y), (right, below) in itertools.pairwise(ring))) / 2


def _widest(ring: Ring) -> tuple[Point, float]:
    """The middle and the width of the widest place inside a ring, not far from the middle of its height."""
    top, bottom = min(y for _, y in ring), max(y for _, y in ring)
    centre, half = (top + bottom) / 2, (bottom - top) / 2
    best = (-math.inf, ring[0], 0.0)
    for scan in range(1, _SCANS + 1):
        y = top + (bottom - top) * scan / (_SCANS + 1)
        crossed = sorted(
            x + (right - x) * (y - up) / (down - up)
            for (x, up), (right, down) in itertools.pairwise(ring)
            if (up < y) != (down < y)
        )
        for left, right in zip(crossed[::2], crossed[1::2], strict=True):
            best = max(
                best,
                (min(right - left, _ENOUGH) * (1 - ((y - centre) / half) ** 2), ((left + right) / 2, y), right - left),
            )
    return best[1], best[2]


def _path(line: Sequence[Point], digits: int, *, closed: bool = True) -> str:
    """SVG path data, each point as the step from the one before (SVG 1.1, clause 8.3), to so many decimal digits."""
    grid = 10**digits
    points = [(round(x * grid), round(y * grid)) for x, y in line]
    steps = [point for point, _ in itertools.groupby(points)]
    told = [f"M{_short(steps[0][0], grid)} {_short(steps[0][1], grid)}l"]
    for (x, y), (right, below) in itertools.pairwise(steps[:-1] if closed and len(steps) > 1 else steps):
        told.append(f"{_short(right - x, grid)} {_short(below - y, grid)} ")
    joined = "".join(told).rstrip(" l").replace(" -", "-")
    return f"{joined}z" if closed else joined


def _short(value: int, grid: int) -> str:
    """A number of grid steps as short text: `.5` for half a unit."""
    text = f"{value / grid:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
