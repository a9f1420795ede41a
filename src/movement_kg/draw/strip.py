"""A small timeline for a first page: how many dates each year has, and below, what is known only by decades or as a span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from .dated import Axis, Entry, dated
from .frame import Frame, link
from .shapes import number

_WIDTH = 720
_TOP, _BASE_GAP = 10.0, 26.0
_BAR = 4.5
_MOST = 9.0  # how far apart dots of one year stand at most
_HEIGHT = 84.0  # of the fullest year, at most
_PRECISE = ("day", "month", "year")
_TAIL = 16.0


def strip(
    entries: Sequence[Entry], title: str, description: str, *, href: str = "/timeline", standalone: bool = False
) -> Iterator[bytes]:
    """The strip as one SVG element and one link: a dot above the line for each date known to the year, a bar below for others."""
    found = dated(entries)
    if not found:
        return Frame("strip", _WIDTH, 1, title, description, standalone, links=False).around(())
    axis = Axis.about(found, 8, _WIDTH - 8)
    spans = _rows([entry for entry in found if entry.precision not in _PRECISE], axis)
    by_year = Counter(entry.start.year for entry in found if entry.precision in _PRECISE)
    base = _TOP + min(_HEIGHT, _MOST * max(by_year.values(), default=0) + 4)
    height = base + _BASE_GAP + (1 + max((row for *_, row in spans), default=-1)) * _BAR + 6
    body = "".join([*_axis(axis, base), *_dots(by_year, axis, base), *_spans(spans, base)])
    return Frame("strip", _WIDTH, height, title, description, standalone).around([link(href, "entry", title, body)])


def _axis(axis: Axis, y: float) -> Iterator[str]:
    yield f'<rect class="reach" width="{_WIDTH}" height="{number(y + _BASE_GAP)}" fill="none"/>'
    yield f'<path class="base" d="M{number(axis.left)} {number(y)}H{number(axis.right)}" stroke="#8a857a"/>'
    for year in axis.decades():
        x = axis.left + (year - axis.first) / (axis.last - axis.first) * (axis.right - axis.left)
        anchor = "start" if year == axis.first else "end" if x > axis.right - 24 else "middle"
        yield f'<path class="base" d="M{number(x)} {number(y)}v5" stroke="#8a857a"/>'
        yield f'<text class="quiet" x="{number(x)}" y="{number(y + 18)}" text-anchor="{anchor}">{year}</text>'


def _dots(by_year: Mapping[int, int], axis: Axis, base: float) -> Iterator[str]:
    """Dots stacked on each year, closer where the fullest year needs it."""
    step = min(_MOST, (base - _TOP - 4) / max(by_year.values(), default=1))
    radius = min(3.4, step * 0.42, 0.42 * (axis.right - axis.left) / (axis.last - axis.first))
    for year, many in sorted(by_year.items()):
        x = axis.left + (year + 0.5 - axis.first) / (axis.last - axis.first) * (axis.right - axis.left)
        for dot in range(many):
            y = base - step * (dot + 0.5) - 1
            yield f'<circle class="mark" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'


def _rows(spans: Sequence[Entry], axis: Axis) -> list[tuple[Entry, float, float, int]]:
    """Each span with its ends and the first row that has room."""
    free: list[float] = []
    found = []
    for entry in spans:
        left, right = axis.span(entry)
        if not (entry.earliest and entry.latest):
            left, right = (left, left + _TAIL) if entry.earliest else (right - _TAIL, right)
        row = next((row for row, end in enumerate(free) if end + 3 < left), len(free))
        free[row : row + 1] = [right]
        found.append((entry, left, right, row))
    return found


def _spans(spans: Sequence[tuple[Entry, float, float, int]], base: float) -> Iterator[str]:
    for entry, left, right, row in spans:
        y = base + _BASE_GAP + row * _BAR
        is_open = "" if entry.earliest and entry.latest else " dashes"
        path = f"M{number(left)} {number(y)}H{number(max(right, left + 2))}"
        yield f'<path class="line{is_open}" d="{path}" fill="none" stroke="#555"/>'
