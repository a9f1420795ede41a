"""How a measure grows with the size of the data: the exponent of a power law, and a picture of it on two log axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 56, 52
#: Colours that people with any colour vision tell apart (Okabe and Ito), on light and on dark ground.
LIGHT = ("#0072b2", "#b34700", "#00735a", "#8f3b76", "#8a6d00", "#4b4fbf", "#5a5a5a", "#a11d33")
DARK = ("#56b4e9", "#ff9b52", "#3ccfa4", "#e59ccb", "#e6c84f", "#a9adff", "#c0c0c0", "#ff8fa0")
MARKS = ("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", "M-4 -4h8v8h-8z", "M0 -5l5 9h-10z", "M0 -5l5 5l-5 5l-5 -5z")


def exponent(points: Points) -> float:
    """The k of y = c · x^k that fits the points best (least squares on the logarithms); at least two sizes are needed.

    >>> round(exponent([(10, 5), (100, 50), (1000, 500)]), 6)
    1.0
    """
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from one power of ten to another, drawn between two places."""

    least: int
    most: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float) -> Axis:
        """The axis that holds all values."""
        logs = [math.log10(value) for value in values]
        least = math.floor(min(logs))
        return cls(least, max(math.ceil(max(logs)), least + 1), start, end)

    def at(self, value: float) -> float:
        """Where a value lies."""
        share = (math.log10(value) - self.least) / (self.most - self.least)
        return self.start + share * (self.end - self.start)

    @property
    def decades(self) -> list[float]:
        """The powers of ten of the axis."""
        return [10.0**power for power in range(self.least, self.most + 1)]


def plot(title: str, unit: str, series: Mapping[str, Points]) -> str:
    """An SVG of the series, each with its name at its end; a dashed line shows what growth in proportion looks like."""
    every = [point for points in series.values() for point in points]
    across = Axis.over((x for x, _ in every), LEFT, WIDTH - RIGHT)
    up = Axis.over((y for _, y in every), HEIGHT - BOTTOM, TOP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(_told(unit, series))}</desc>',
        _style(len(series)),
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
        *_grid(across, up, unit),
        _proportional(across, up),
    ]
    places = _label_places({name: up.at(points[-1][1]) for name, points in series.items()})
    for number, (name, points) in enumerate(series.items()):
        lines += _line(number, name, [(across.at(x), up.at(y)) for x, y in points], places[name])
    return "\n".join([*lines, "</svg>", ""])


def _told(unit: str, series: Mapping[str, Points]) -> str:
    told = (f"{name}: " + ", ".join(f"{y:.3g} at {x:,.0f}" for x, y in points) for name, points in series.items())
    return f"{unit} by number of triples. " + "; ".join(told) + "."


def _style(count: int) -> str:
    def colours(palette: Sequence[str]) -> str:
        return " ".join(f".s{n} {{ color: {palette[n % len(palette)]} }}" for n in range(count))

    return f"""<style>
.ground {{ fill: #fff }} text {{ fill: #222; font: 13px system-ui, sans-serif }} .title {{ font-size: 16px; font-weight: 600 }}
.grid {{ stroke: #ddd; fill: none }} .even {{ stroke: #888; stroke-dasharray: 5 5; fill: none }}
.line {{ stroke: currentColor; stroke-width: 2; fill: none }} .mark {{ fill: currentColor }} .name {{ fill: currentColor }}
{colours(LIGHT)}
@media (prefers-color-scheme: dark) {{
.ground {{ fill: #14171a }} text {{ fill: #e8e8e8 }} .name {{ fill: currentColor }} .grid {{ stroke: #363b40 }}
{colours(DARK)}
}}
</style>"""


def _grid(across: Axis, up: Axis, unit: str) -> list[str]:
    low, high = up.start, up.end
    lines = [f'<text x="{LEFT}" y="{TOP - 12}">{escape(unit)} (dashed: growth in proportion)</text>']
    for value in across.decades:
        x = across.at(value)
        lines.append(f'<path class="grid" d="M{x:.1f} {low}V{high}"/>')
        lines.append(f'<text x="{x:.1f}" y="{low + 20}" text-anchor="middle">{_written(value)}</text>')
    for value in up.decades:
        y = up.at(value)
        lines.append(f'<path class="grid" d="M{across.start} {y:.1f}H{across.end}"/>')
        lines.append(f'<text x="{across.start - 8}" y="{y + 4:.1f}" text-anchor="end">{_written(value)}</text>')
    middle = (across.start + across.end) / 2
    return [*lines, f'<text x="{middle}" y="{low + 42}" text-anchor="middle">triples</text>']


def _written(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f") if value >= 1 else f"{value:g}"


def _proportional(across: Axis, up: Axis) -> str:
    """The dashed line from the left corner: as far up as across."""
    decades = min(across.most - across.least, up.most - up.least)
    x, y = across.at(10.0 ** (across.least + decades)), up.at(10.0 ** (up.least + decades))
    return f'<path class="even" d="M{across.start} {up.start}L{x:.1f} {y:.1f}"/>'


def _label_places(wanted: Mapping[str, float]) -> dict[str, float]:
    """Where the names go: as near to the ends of their lines as they can without touching."""
    places: dict[str, float] = {}
    for name, y in sorted(wanted.items(), key=lambda item: item[1]):
        places[name] = max([y, *(place + 16 for place in places.values())])
    over = max(places.values(), default=0) - (HEIGHT - BOTTOM + 10)
    return {name: y - max(0, over) for name, y in places.items()}


def _line(number: int, name: str, points: Points, place: float) -> list[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end = points[-1]
    marks = [f'<path class="mark" transform="translate({x:.1f} {y:.1f})" d="{MARKS[number % 4]}"/>' for x, y in points]
    return [
        f'<g class="s{number}">',
        f'<path class="line" d="M{path}"/>',
        *marks,
        f'<path class="grid" d="M{end[0] + 6:.1f} {end[1]:.1f}L{WIDTH - RIGHT + 16} {place:.1f}"/>',
        f'<text class="name" x="{WIDTH - RIGHT + 20}" y="{place + 4:.1f}">{escape(name)}</text>',
        "</g>",
    ]
