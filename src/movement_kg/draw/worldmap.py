"""The map of the world: where the graph holds something, how much, and a link to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import text
from .frame import Frame, link, words
from .labels import Box
from .shapes import number
from .world import Shape, World, world

#: What the page says about the lines on the map.
BORDERS = (
    "Borders are drawn as Natural Earth has them: who holds the land in fact. No view on sovereignty is taken. "
    "Territories that ISO 3166-1 does not list are drawn without a link; Antarctica is left out."
)
#: Where the shapes come from.
SHAPES = "Shapes: Natural Earth, in the public domain. Projection: Equal Earth, in which areas keep their proportions."
STEPS = 5

_WIDTH, _SMALL = 1000, 400
_SIZE = 10.5
_DOT = 3.4
_ISLET = 9.0  # a country of fewer square units has a dot, for neither eye nor finger finds it
_LEGEND_ROW, _LEGEND_WIDTH = 14.0, 105.0
#: Where a number goes that finds no room inside its country: right, left, up, down and between, ever farther away.
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.75, -0.75), (-0.75, -0.75), (0.75, 0.75), (-0.75, 0.75))
_DISTANCES = (9, 13, 18, 24, 31, 39, 48)


@dataclass(frozen=True)
class Mark:
    """What the map says of a country: its name, how many, the page to open, and a few words more ("" for none)."""

    label: str
    count: int
    href: str
    note: str = ""


@dataclass(frozen=True)
class _Number:
    """A number with its place, and from where a line leads to it, if it does not stand in its country."""

    told: str
    box: Box
    leader: tuple[float, float] | None
    step: int


def worldmap(
    marks: Mapping[str, Mark], title: str, description: str, *, unit: str = "", standalone: bool = False
) -> Iterator[bytes]:
    """The map as one SVG element, `marks` by ISO 3166-1 alpha-2 code; `unit` says what is counted.

    Countries with a count are links, in the order of their names, in one of five steps of equally many countries. Codes that
    the map does not know, and countries with a count of 0, are not marked.
    """
    earth = world(_WIDTH, 1)
    marks = {code: mark for code, mark in marks.items() if code in earth.shapes and mark.count > 0}
    frame = Frame("map", _WIDTH, earth.height, title, description, standalone, (BORDERS, SHAPES))
    return frame.around(_map(earth, marks, unit))


def highlight(code: str, title: str, description: str, *, standalone: bool = False) -> Iterator[bytes]:
    """A small map with one country marked, without links; no country is marked where the map does not know the code."""
    earth = world(_SMALL, 0)
    frame = Frame("map-small", _SMALL, earth.height, title, description, standalone, links=False)
    return frame.around(_small(earth, earth.shapes.get(code)))


def steps(counts: Sequence[int]) -> dict[int, int]:
    """The step, 1 to 5, of each number that occurs: as many countries in each as equal numbers allow.

    >>> steps([1, 1, 1, 2, 2, 5, 9, 9, 12, 30])
    {1: 1, 2: 2, 5: 3, 9: 4, 12: 5, 30: 5}
    """
    ordered = sorted(counts)
    return {count: 1 + STEPS * ordered.index(count) // len(ordered) for count in sorted(set(counts))}


def _map(earth: World, marks: Mapping[str, Mark], unit: str) -> Iterator[str]:
    step = steps([mark.count for mark in marks.values()])
    yield from _land(earth, marks)
    yield '<g role="list">\n'
    for code, mark in sorted(marks.items(), key=lambda one: (one[1].label, one[0])):
        yield f'<g role="listitem">{_country(earth.shapes[code], mark, step[mark.count])}</g>\n'
    yield "</g>\n"
    yield f'<path class="border" d="{earth.borders}" fill="none" stroke="#fff" stroke-width=".5"/>\n'
    yield '<g class="numbers" aria-hidden="true">\n'
    for one in _numbers(earth, marks, step):
        yield _number(one)
    yield "</g>\n"
    yield from _legend(earth.height, step, unit)


def _land(earth: World, marked: Mapping[str, object]) -> Iterator[str]:
    unmarked = "".join(shape.path for code, shape in earth.shapes.items() if code not in marked)
    yield f'<path class="land" d="{unmarked}{earth.others}" fill="#ddd8cc"/>\n'


def _country(shape: Shape, mark: Mark, step: int) -> str:
    note = f", {mark.note}" if mark.note else ""
    body = f'<path d="{shape.path}"/>' if shape.path else ""
    return link(mark.href, f"mark step-{step}", f"{mark.label}: {mark.count}{note}", body + _dot(shape))


def _dot(shape: Shape) -> str:
    """A dot for a country too small to see, with room about it for a finger."""
    if shape.area >= _ISLET:
        return ""
    at = f'cx="{number(shape.middle[0])}" cy="{number(shape.middle[1])}"'
    return f'<circle class="reach" {at} r="9" fill="none"/><circle class="dot" {at} r="{_DOT}"/>'


def _numbers(earth: World, marks: Mapping[str, Mark], step: Mapping[int, int]) -> Iterator[_Number]:
    """The numbers that find room: first those that stand in their countries, then the greatest."""
    taken = [_around(earth.shapes[code].middle, _DOT, _DOT) for code in marks if earth.shapes[code].area < _ISLET]
    ordered = sorted(marks, key=lambda code: (not _holds(earth.shapes[code], marks[code]), -marks[code].count, code))
    for code in ordered:
        shape, told = earth.shapes[code], f"{marks[code].count}"
        box = _place(shape, told, taken, earth, holds=_holds(shape, marks[code]))
        if box:
            taken.append(box)
            leader = None if _holds(shape, marks[code]) else shape.middle
            yield _Number(told, box, leader, step[marks[code].count])


def _holds(shape: Shape, mark: Mark) -> bool:
    """Whether a country is wide enough for its number."""
    return shape.room > 1.5 * text.width(f"{mark.count}", _SIZE) + 6 and shape.area > 1.6 * _SIZE * _SIZE


def _place(shape: Shape, told: str, taken: list[Box], earth: World, *, holds: bool) -> Box | None:
    wide, high = text.width(told, _SIZE) / 2 + 1, _SIZE / 2
    x, y = shape.middle
    if holds:
        return _around((x, y), wide, high)
    for far in _DISTANCES:
        for right, below in _DIRECTIONS:
            box = _around((x + right * (far + wide - 4), y + below * far), wide, high)
            on_map = box.left > 2 and box.right < earth.width - 2 and box.top > 2 and box.bottom < earth.height - 2
            if on_map and not any(box.meets(other) for other in taken):
                return box
    return None


def _around(centre: tuple[float, float], wide: float, high: float) -> Box:
    return Box(centre[0] - wide, centre[1] - high, centre[0] + wide, centre[1] + high)


def _number(one: _Number) -> str:
    x, y = (one.box.left + one.box.right) / 2, (one.box.top + one.box.bottom) / 2
    classes = "number" if one.leader else f"number on-{one.step}"
    return (
        f"{_leader(one.leader, one.box) if one.leader else ''}"
        f'<text class="{classes}" x="{number(x)}" y="{number(y + _SIZE * 0.36)}" text-anchor="middle">{one.told}</text>\n'
    )


def _leader(start: tuple[float, float], box: Box) -> str:
    """A thin line from a country to the near side of its number."""
    x, y = min(max(start[0], box.left), box.right), min(max(start[1], box.top), box.bottom)
    path = f"M{number(start[0])} {number(start[1])}L{number(x)} {number(y)}"
    return f'<path class="leader" d="{path}" fill="none" stroke="#555" stroke-width=".6"/>'


def _legend(height: float, step: Mapping[int, int], unit: str) -> Iterator[str]:
    """The steps and their numbers, upwards from the left lower corner, where only sea is; greater on a small screen."""
    ranges = [[count for count, at in step.items() if at == one] for one in range(1, STEPS + 1)]
    yield f'<g aria-hidden="true" transform="translate(10 {number(height - 10)})"><g class="legend">\n'
    y = 0.0
    for one, counts in reversed([*enumerate(ranges, 1)]):
        if counts:
            told = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
            yield f'<rect class="mark step-{one}" y="{number(y - 10)}" width="18" height="10"/>'
            yield f'<text class="quiet" x="25" y="{number(y - 1.2)}">{told}</text>\n'
            y -= _LEGEND_ROW
    for line in reversed(words(unit, _LEGEND_WIDTH, _SIZE)):
        yield f'<text class="quiet" y="{number(y - 3)}">{text.escaped(line)}</text>\n'
        y -= _LEGEND_ROW
    yield "</g></g>\n"


def _small(earth: World, shape: Shape | None) -> Iterator[str]:
    yield from _land(earth, {shape.code: shape} if shape else {})
    yield f'<path class="border" d="{earth.borders}" fill="none" stroke="#fff" stroke-width=".4"/>\n'
    if shape:
        ring = 9 if shape.area < 4 * _ISLET else 0
        x, y = (number(value) for value in shape.middle)
        yield f'<path class="here" d="{shape.path}" fill="#0b5a8a"/>' if shape.path else ""
        yield f'<circle class="here" cx="{x}" cy="{y}" r="2"/>' if ring and shape.area < _ISLET else ""
        yield f'<circle class="ring" cx="{x}" cy="{y}" r="{ring}" fill="none" stroke="#0b5a8a"/>' if ring else ""
