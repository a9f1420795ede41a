"""The timeline: what happened when, as precisely as sources say, and no more; across a page, or down a small screen."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import text
from .column import column
from .dated import ENGLISH, Axis, Entry, Item, Wording, decades, items
from .frame import Frame, attribute, link, words
from .labels import Box
from .shapes import number
from .strip import strip

__all__ = ["Entry", "Wording", "strip", "timeline"]

_SIZE, _LINE = 12.5, 15.5
_LEFT, _RIGHT = 92.0, 12.0
_WRAP, _ROWS = 215.0, 3
_GAP, _BETWEEN = 7.0, 14.0
_TAIL = 30.0  # how far an open end runs on
_UNDER = 48.0  # from here on a mark is so long that its label stands under it
_HEAD, _FOOT = 34.0, 20.0
_COLUMNS = 4
_KEY = 40.0
_BROAD = ("decade", "century")


def timeline(  # noqa: PLR0913 -- the two forms of one picture
    entries: Sequence[Entry],
    title: str,
    description: str,
    *,
    width: int = 1080,
    vertical: bool = False,
    standalone: bool = False,
    wording: Wording = ENGLISH,
) -> Iterator[bytes]:
    """A timeline as one SVG element: a band with an axis of years for each decade, or, `vertical`, a list for a small screen.

    A day is a dot, a month and a year a bar; what is known by its decade only stands first in the band and has no place in it;
    an interval has ends, or an arrow where it is open or goes on into another decade. Disputed dates of one thing are joined.
    Decades without entries and entries without any date are left out. For the vertical one, a width of about 360 is meant.
    """
    found = items(entries)
    if vertical:
        return column(found, Frame("timeline-column", min(width, 480), 1, title, description, standalone), wording)
    bands = list(_bands(found, width, wording))
    height = sum(band.height for band in bands) + _KEY
    return Frame("timeline", width, height, title, description, standalone).around(_across(bands, width, wording))


@dataclass(frozen=True)
class _Placed:
    """An item with its place: the height of its marks' middle, its label's lines, one end of them, and their first baseline."""

    item: Item
    y: float
    lines: tuple[str, ...]
    x: float
    anchor: str
    base: float
    box: Box


@dataclass(frozen=True)
class _Band:
    """A decade: its axis, its upper edge, how high it is, what is known no closer, and what has a place on the axis."""

    axis: Axis
    top: float
    height: float
    broad: tuple[_Placed, ...]
    placed: tuple[_Placed, ...]


def _bands(found: list[Item], width: float, wording: Wording) -> Iterator[_Band]:
    top = 0.0
    for decade, inside in decades(found):
        axis = Axis(decade, decade + 10, _LEFT, width - _RIGHT)
        broad = _listed([item for item in inside if _is_broad(item)], axis, top + _HEAD + 8, wording)
        below = max((one.box.bottom for one in broad), default=top + _HEAD) + 10
        placed = _packed([item for item in inside if not _is_broad(item)], axis, below, wording)
        height = max(one.box.bottom for one in [*broad, *placed]) + _FOOT - top
        yield _Band(axis, top, height, tuple(broad), tuple(placed))
        top += height


def _is_broad(item: Item) -> bool:
    return all(entry.precision in _BROAD for entry in item.entries)


def _listed(broad: list[Item], axis: Axis, top: float, wording: Wording) -> list[_Placed]:
    """Items side by side in columns, row by row."""
    step = (axis.right - axis.left) / _COLUMNS
    done: list[_Placed] = []
    for row in range(0, len(broad), _COLUMNS):
        y = max((one.box.bottom for one in done), default=top)
        for place, item in enumerate(broad[row : row + _COLUMNS]):
            x, lines = axis.left + place * step + 12, _told(item, wording)
            box = Box(x, y, x + step, y + len(lines) * _LINE + 9)
            done.append(_Placed(item, y + 7, lines, x, "start", y + 11, box))
    return done


def _packed(inside: list[Item], axis: Axis, top: float, wording: Wording) -> list[_Placed]:
    """Each item as high as there is room, in order of time."""
    done: list[_Placed] = []
    for item in inside:
        done.append(_highest(item, _told(item, wording), axis, top, done))
    return done


def _highest(item: Item, lines: tuple[str, ...], axis: Axis, top: float, done: list[_Placed]) -> _Placed:
    """An item at the first height where it meets no other: below all that it meets, try after try."""
    while True:
        free = []
        for place in _places(lines, item, axis, top):
            met = [other.box.bottom for other in done if _meet(place.box, other.box)]
            if not met:
                return place
            free.append(max(met))
        top = min(free)


def _meet(one: Box, other: Box) -> bool:
    return one.wider(_BETWEEN / 2).meets(other.wider(_BETWEEN / 2))


def _places(lines: tuple[str, ...], item: Item, axis: Axis, top: float) -> Iterator[_Placed]:
    """An item whose uppermost line is at a height: its label right of its marks, or left, or under them where they are long."""
    left, right = _extent(item, axis)
    wide = _wide(item, lines)
    high = len(lines) * _LINE
    if right - left > _UNDER:
        start = max(min(left, axis.right - wide), axis.left)
        box = Box(min(left, start), top, max(right, start + wide), top + 13 + high + 9)
        yield _Placed(item, top + 5, lines, start, "start", top + 13 + _SIZE, box)
        return
    fits_left = left - _GAP - wide >= axis.left
    if right + _GAP + wide <= axis.right or not fits_left:
        box = Box(left, top, right + _GAP + wide, top + high + 9)
        yield _Placed(item, top + 7, lines, right + _GAP, "start", top + 11, box)
    if fits_left:
        box = Box(left - _GAP - wide, top, right, top + high + 9)
        yield _Placed(item, top + 7, lines, left - _GAP, "end", top + 11, box)


def _extent(item: Item, axis: Axis) -> tuple[float, float]:
    ends = [_mark_ends(entry, axis) for entry in item.entries]
    return min(left for left, _ in ends), max(right for _, right in ends)


def _mark_ends(entry: Entry, axis: Axis) -> tuple[float, float]:
    """Where a mark begins and ends, arrows included, and at least as wide as a dot."""
    left, right = axis.span(entry)
    if entry.earliest and entry.latest:
        middle = (left + right) / 2
        return min(left, middle - 4), max(right, middle + 4)
    return (left, left + _TAIL) if entry.earliest else (right - _TAIL, right)


def _told(item: Item, wording: Wording) -> tuple[str, ...]:
    """The label's lines; the first is the date, which stands apart by its weight."""
    return (item.dates(wording), *words(item.first.label, _WRAP, _SIZE, _ROWS))


def _wide(item: Item, lines: Sequence[str]) -> float:
    """How wide a label is, with a little more for fonts that are not quite the one measured."""
    head = text.width(lines[0], _SIZE, bold=True) + text.width(_word(item), _SIZE)
    return 1.03 * max(head, *(text.width(line, _SIZE) for line in lines[1:]), 0)


def _word(item: Item) -> str:
    return f" · {item.first.lane}" if item.first.lane else ""


def _across(bands: list[_Band], width: float, wording: Wording) -> Iterator[str]:
    for band in bands:
        yield from _ruled(band, width, wording)
        yield f'<g role="list" aria-label={attribute(wording.decade.format(band.axis.first))}>\n'
        for one in band.broad:
            yield f'<g role="listitem">{_broad(one, wording)}</g>\n'
        for one in band.placed:
            yield f'<g role="listitem">{_entry(one, band.axis, wording)}</g>\n'
        yield "</g>\n"
    yield from _key(sum(band.height for band in bands) + 20, wording)


def _ruled(band: _Band, width: float, wording: Wording) -> Iterator[str]:
    """A decade's name, its years, and a faint line for each of them."""
    axis, top, bottom = band.axis, band.top, band.top + band.height
    yield f'<g class="axis" aria-hidden="true"><path class="base" d="M0 {number(top + 1)}H{number(width)}" stroke="#8a857a"/>'
    yield f'<text class="decade" x="0" y="{number(top + 26)}">{text.escaped(wording.decade.format(axis.first))}</text>\n'
    start = max((one.box.bottom for one in band.broad), default=top + _HEAD - 6)
    for year in range(axis.first, axis.last):
        x = number(axis.at(datetime.date(year, 1, 1)))
        path = f"M{x} {number(top + 1)}v{_HEAD - 8}M{x} {number(start)}V{number(bottom - 8)}"
        yield f'<path class="rule" d="{path}" stroke="#ddd8cc"/>'
        yield f'<text class="year" x="{x}" dx="5" y="{number(top + 20)}">{year}</text>\n'
    if band.broad:
        yield _span(band)
    yield "</g>\n"


def _span(band: _Band) -> str:
    """A line at the side of what lies somewhere in the decade."""
    top, bottom = band.broad[0].box.top, max(one.box.bottom for one in band.broad) - 8
    return f'<path class="rail" d="M{number(band.axis.left + 1)} {number(top)}V{number(bottom)}" stroke="#ddd8cc"/>'


def _broad(one: _Placed, wording: Wording) -> str:
    entry = one.item.first
    return link(entry.href, f"entry {entry.style}", entry.told(wording), _label(one))


def _entry(one: _Placed, axis: Axis, wording: Wording) -> str:
    """An item's marks and label: one link, or one for each date that a source gives."""
    first, *others = one.item.entries
    joined = _join(one, axis) if others else ""
    told = link(first.href, f"entry {first.style}", first.told(wording), mark(first, axis, one.y) + _label(one))
    return (
        joined
        + told
        + "".join(
            link(entry.href, f"entry {entry.style}", entry.told(wording), mark(entry, axis, one.y)) for entry in others
        )
    )


def _join(one: _Placed, axis: Axis) -> str:
    """What tells that dates disagree: a broken line below them, from the first to the last."""
    left, right = _extent(one.item, axis)
    path = f"M{number(left)} {number(one.y + 6.5)}H{number(right)}"
    return f'<path class="disputed" d="{path}" stroke="#b3261e" stroke-dasharray="2 3" fill="none"/>'


def _label(one: _Placed) -> str:
    anchor = ' text-anchor="end"' if one.anchor == "end" else ""
    disputed = " is-disputed" if any(entry.disputed for entry in one.item.entries) else ""
    x = number(one.x)
    head = f'<tspan class="date{disputed}" x="{x}" y="{number(one.base)}">{text.escaped(one.lines[0])}</tspan>'
    word = f'<tspan class="quiet"> {text.escaped(_word(one.item))}</tspan>' if _word(one.item) else ""
    rows = "".join(
        f'<tspan class="name" x="{x}" y="{number(one.base + row * _LINE)}">{text.escaped(line)}</tspan>'
        for row, line in enumerate(one.lines[1:], 1)
    )
    return f"<text{anchor}>{head}{word}{rows}</text>"


def mark(entry: Entry, axis: Axis, y: float) -> str:
    """An entry's mark: the longer the time in which it may lie, the longer and the thinner."""
    left, right = axis.span(entry)
    if entry.precision == "day":
        return f'<circle class="mark" cx="{number((left + right) / 2)}" cy="{number(y)}" r="4"/>'
    if not (entry.earliest and entry.latest):
        return _open(entry, left if entry.earliest else right, y)
    if entry.end.year >= axis.last:
        return _open(dataclasses.replace(entry, latest=None), left, y)
    if entry.precision == "interval":
        return _interval(left, max(right, left + 6), y)
    wide = max(right - left, 5)
    high = 5.0 if entry.precision in _BROAD else 9.0 if entry.precision == "month" else 7.0
    box = f'x="{number(left)}" y="{number(y - high / 2)}" width="{number(wide)}" height="{number(high)}"'
    return f'<rect class="mark" {box} rx="1.5"/>'


def _interval(left: float, right: float, y: float) -> str:
    """A line with an end at each side."""
    ends = f"M{number(left + 1)} {number(y - 5)}v10M{number(right - 1)} {number(y - 5)}v10"
    return f'<path class="line" d="{ends}M{number(left)} {number(y)}H{number(right)}" fill="none" stroke="#555"/>'


def _open(entry: Entry, x: float, y: float) -> str:
    """A line with one end, and an arrow where it is open."""
    way = 1 if entry.earliest else -1
    tip = x + way * _TAIL
    closed = f"M{number(x + way)} {number(y - 5)}v10M{number(x)} {number(y)}H{number(x + way * 11)}"
    dotted = f"M{number(x + way * 14)} {number(y)}H{number(tip - way * 5)}"
    dashes = f'<path class="line dashes" d="{dotted}" fill="none" stroke="#555"/>'
    head = f"{number(tip)},{number(y)} {number(tip - way * 8)},{number(y - 4)} {number(tip - way * 8)},{number(y + 4)}"
    return f'<path class="line" d="{closed}" fill="none" stroke="#555"/>{dashes}<polygon class="mark" points="{head}"/>'


def _key(y: float, wording: Wording) -> Iterator[str]:
    """What the marks mean."""
    yield f'<g class="key kind-other" aria-hidden="true" transform="translate({number(_LEFT)} {number(y)})">\n'
    x = 0.0
    for sample, wide, name in _SAMPLES:
        told = getattr(wording, name)
        yield f'<g transform="translate({number(x)} 0)">{sample}'
        yield f'<text class="quiet" x="{number(wide + 7)}" y="4">{text.escaped(told)}</text></g>\n'
        x += wide + 7 + text.width(told, 11.5) + 22
    yield "</g>\n"


_SAMPLES = (
    ('<circle class="mark" cx="4" cy="0" r="4"/>', 8.0, "day"),
    ('<rect class="mark" x="0" y="-4.5" width="5" height="9" rx="1.5"/>', 5.0, "month"),
    ('<rect class="mark" x="0" y="-3.5" width="40" height="7" rx="1.5"/>', 40.0, "year"),
    ('<path class="rail" d="M1 -8V8" stroke="#ddd8cc"/>', 2.0, "some_time"),
    ('<path class="line" d="M1 -5v10M29 -5v10M0 0H30" fill="none" stroke="#555"/>', 30.0, "span"),
    (
        '<path class="line" d="M1 -5v10M0 0H11" fill="none" stroke="#555"/><path class="line dashes" d="M14 0H25" '
        'fill="none" stroke="#555"/><polygon class="mark" points="30,0 22,-4 22,4"/>',
        30.0,
        "open_end",
    ),
    (
        '<path class="disputed" d="M0 6.5H36" fill="none" stroke="#b3261e" stroke-dasharray="2 3"/>'
        '<rect class="mark" x="0" y="-4.5" width="9" height="9" rx="1.5"/><rect class="mark" x="27" y="-4.5" width="9" '
        'height="9" rx="1.5"/>',
        36.0,
        "disagree",
    ),
)
