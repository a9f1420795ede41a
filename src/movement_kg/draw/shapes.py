"""The outlines of nodes and of the marks on edges, by the names that cytoscape.js gives them."""

from __future__ import annotations

import math

Point = tuple[float, float]


def _regular(corners: int, turn: float = -90.0) -> list[Point]:
    angles = (math.radians(turn + 360 * corner / corners) for corner in range(corners))
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def _star() -> list[Point]:
    reach = [1.0, 0.5] * 5
    angles = (math.radians(-90 + 36 * corner) for corner in range(10))
    return [(r * math.cos(angle), r * math.sin(angle)) for r, angle in zip(reach, angles, strict=True)]


_SIDE = 0.82
#: How far a shape's corners may lie from its centre, over half its size.
REACH = 1.1
#: Corners on a circle of radius 1, or about it, so that all shapes look equally large.
_CORNERS: dict[str, list[Point]] = {
    "triangle": [(0, -1.05), (1.0, 0.75), (-1.0, 0.75)],
    "rectangle": [(-_SIDE, -_SIDE), (_SIDE, -_SIDE), (_SIDE, _SIDE), (-_SIDE, _SIDE)],
    "diamond": [(0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)],
    "rhomboid": [(-1.1, -0.7), (0.6, -0.7), (1.1, 0.7), (-0.6, 0.7)],
    "vee": [(-1, -0.9), (0, -0.4), (1, -0.9), (0, 1)],
    "pentagon": _regular(5),
    "hexagon": _regular(6, 0),
    "heptagon": _regular(7),
    "octagon": _regular(8, 22.5),
    "star": _star(),
}


def outline(shape: str, x: float, y: float, size: float) -> tuple[str, dict[str, str]]:
    """The SVG element of a shape about a centre, its size a diameter in points: the element's name and its attributes.

    A shape that is not known here is drawn as a circle.

    >>> outline("ellipse", 10, 20, 8)
    ('circle', {'cx': '10', 'cy': '20', 'r': '4'})
    """
    half = size / 2
    if shape == "round-rectangle":
        side = half * _SIDE
        corner = {"x": number(x - side), "y": number(y - side), "rx": number(half * 0.35)}
        return "rect", {**corner, "width": number(2 * side), "height": number(2 * side)}
    if shape not in _CORNERS:
        return "circle", {"cx": number(x), "cy": number(y), "r": number(half)}
    points = " ".join(f"{number(x + half * a)},{number(y + half * b)}" for a, b in _CORNERS[shape])
    return "polygon", {"points": points}


def element(shape: str, x: float, y: float, size: float, rest: str) -> str:
    """The shape as SVG, with further attributes."""
    name, attributes = outline(shape, x, y, size)
    told = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"<{name} {told} {rest}/>"


def number(value: float) -> str:
    """A length as short text, to a hundredth of a point.

    >>> number(12.0), number(-0.001), number(3.14159)
    ('12', '0', '3.14')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
