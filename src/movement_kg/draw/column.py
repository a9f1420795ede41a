"""The timeline down a small screen: one thing below the other, by decades, each with a mark that says how precise its date is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import text
from .dated import Entry, Item, Wording
from .frame import Frame, attribute, link, words
from .shapes import number

_SIZE, _LINE = 14.5, 19.0
_DATE_LINE = 18.0
_RAIL, _TEXT = 9.0, 30.0
_HEAD, _BETWEEN = 46.0, 13.0
_ROWS = 5
#: How long a mark is for each precision; a decade's is as long as its entry.
_LENGTHS = {"month": 9.0, "year": 20.0}


@dataclass(frozen=True)
class _Placed:
    """An entry with its upper edge, its height, the lines of its name, and what else is said of its date."""

    entry: Entry
    top: float
    height: float
    lines: tuple[str, ...]
    other: str


def column(found: Sequence[Item], frame: Frame, wording: Wording) -> Iterator[bytes]:
    """The vertical timeline of items in a frame, which gives its width: disputed dates say what else is said."""
    y = 0.0
    decades: list[tuple[float, int, list[_Placed]]] = []
    for decade, group in itertools.groupby(_single(found, wording), key=lambda one: one[0].start.year // 10 * 10):
        top, inside = y, []
        y += _HEAD
        for entry, other in group:
            inside.append(_placed(entry, other, y, frame.width))
            y += inside[-1].height + _BETWEEN
        y += _BETWEEN / 2
        decades.append((top, decade, inside))
    return replace(frame, height=max(y, 1)).around(_down(decades, frame.width, wording))


def _single(found: Sequence[Item], wording: Wording) -> list[tuple[Entry, str]]:
    """Each entry and the other dates that its thing has, in order of time."""
    told = [(entry, _others(entry, item, wording)) for item in found for entry in item.entries]
    return sorted(told, key=lambda one: one[0].order)


def _others(entry: Entry, item: Item, wording: Wording) -> str:
    """The other dates of the thing, "" where there are none."""
    others = dict.fromkeys(other.date_label for other in item.entries if other.date_label != entry.date_label)
    return wording.either.join(others)


def _placed(entry: Entry, other: str, top: float, width: float) -> _Placed:
    lines = tuple(words(entry.label, (width - _TEXT) / 1.03, _SIZE, _ROWS))
    disputed = _DATE_LINE if entry.disputed else 0
    return _Placed(entry, top, _DATE_LINE + len(lines) * _LINE + disputed, lines, other)


def _down(decades: list[tuple[float, int, list[_Placed]]], width: float, wording: Wording) -> Iterator[str]:
    for top, decade, inside in decades:
        name = wording.decade.format(decade)
        rule = f"M0 {number(top + 8)}H{number(width)}"
        yield f'<path class="rule" d="{rule}" stroke="#ddd8cc"/>'
        yield f'<text class="decade" x="0" y="{number(top + 30)}" aria-hidden="true">{text.escaped(name)}</text>\n'
        last = inside[-1].top + inside[-1].height
        yield f'<path class="rail" d="M{_RAIL} {number(top + _HEAD)}V{number(last)}" stroke="#ddd8cc"/>\n'
        yield f'<g role="list" aria-label={attribute(name)}>\n'
        for one in inside:
            yield f'<g role="listitem">{_entry(one, width, wording)}</g>\n'
        yield "</g>\n"


def _entry(one: _Placed, width: float, wording: Wording) -> str:
    entry = one.entry
    edge = f'x="0" y="{number(one.top - 4)}" width="{number(width)}" height="{number(one.height + 8)}"'
    rows = _row("date is-disputed" if entry.disputed else "date", _dated(one, width), one.top + 13)
    for row, line in enumerate(one.lines):
        rows += _row("name", line, one.top + 13 + _DATE_LINE + row * _LINE)
    if entry.disputed:
        also = wording.also.format(one.other) if one.other else wording.disagree
        kept = words(also, (width - _TEXT) / 1.03, 13, 1)[0]
        rows += _row("dispute", kept, one.top + 13 + _DATE_LINE + len(one.lines) * _LINE)
    body = f'<rect class="reach" {edge} fill="none"/>{_mark(one)}<text>{rows}</text>'
    return link(entry.href, f"entry {entry.style}", entry.told(wording), body)


def _dated(one: _Placed, width: float) -> str:
    """The date, and the lane where there is room beside it."""
    entry = one.entry
    both = f"{entry.date_label} · {entry.lane}"
    return both if entry.lane and text.width(both, 13, bold=True) < width - _TEXT else entry.date_label


def _row(classes: str, line: str, y: float) -> str:
    return f'<tspan class="{classes}" x="{_TEXT}" y="{number(y)}">{text.escaped(line)}</tspan>'


def _mark(one: _Placed) -> str:
    """A dot for a day, bars for months, years and decades, a line with ends or with an arrow for an interval."""
    entry, top = one.entry, one.top
    if entry.precision == "day":
        return f'<circle class="mark" cx="{_RAIL}" cy="{number(top + 8)}" r="5"/>'
    low = top + one.height - 4
    if entry.precision != "interval":
        high = _LENGTHS.get(entry.precision, one.height - 5)
        wide = 8 if entry.precision in _LENGTHS else 5
        box = f'x="{number(_RAIL - wide / 2)}" y="{number(top + 3)}" width="{wide}" height="{number(high)}"'
        return f'<rect class="mark" {box} rx="1.5"/>'
    upper, lower = number(top + 4), number(low)
    if entry.earliest and entry.latest:
        return f'<path class="line" d="M4 {upper}h10M4 {lower}h10M{_RAIL} {upper}V{lower}" fill="none" stroke="#555"/>'
    start, tip, way = (top + 4, low, 1) if entry.earliest else (low, top + 4, -1)
    line = f"M4 {number(start)}h10M{_RAIL} {number(start)}V{number(start + way * 9)}"
    dotted = f"M{_RAIL} {number(start + way * 12)}V{number(tip - way * 5)}"
    dashes = f'<path class="line dashes" d="{dotted}" fill="none" stroke="#555"/>'
    head = f"{_RAIL},{number(tip)} {_RAIL - 4},{number(tip - way * 8)} {_RAIL + 4},{number(tip - way * 8)}"
    return f'<path class="line" d="{line}" fill="none" stroke="#555"/>{dashes}<polygon class="mark" points="{head}"/>'
