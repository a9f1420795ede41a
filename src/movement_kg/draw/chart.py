"""Bars from left to right: how many of what, the number written at each bar's end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import text
from .frame import Frame, link, words
from .shapes import number

_SIZE, _LINE = 13.0, 16.5
_NARROW = 520
_SHARE = 0.38  # of the width, for labels beside bars
_BAR = 14.0
_PAD = 10.0
_EDGE = 4.0


@dataclass(frozen=True)
class Bar:
    """One row: what is counted, how many, the page to open ("" for none), and a few words more for its title."""

    label: str
    value: float
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Row:
    """A bar with its place: its upper edge, its height, and its label's lines."""

    bar: Bar
    top: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """Where labels end, where bars begin, how long one unit is, and whether labels stand over their bars."""

    width: float
    start: float
    unit: float
    over: bool


def bars(
    rows: Sequence[Bar], title: str, description: str, *, width: int = 720, standalone: bool = False
) -> Iterator[bytes]:
    """The chart as one SVG element, rows from top to bottom as given; a value below 0 has no bar.

    Labels stand beside the bars, or over them where the width is below 520.
    """
    plan = _plan(rows, width)
    placed = list(_placed(rows, plan))
    height = placed[-1].top + placed[-1].height + _EDGE if placed else 1
    links = any(bar.href for bar in rows)
    frame = Frame("chart", width, height, title, description, standalone, links=links)
    return frame.around(_drawn(placed, plan))


def value_text(value: float) -> str:
    """A value as it is written: whole numbers without a fraction, thousands apart.

    >>> value_text(12.0), value_text(1234567), value_text(0.25)
    ('12', '1\\u202f234\\u202f567', '0.25')
    """
    return (f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}").replace(",", "\u202f")


def _plan(rows: Sequence[Bar], width: float) -> _Plan:
    over = width < _NARROW
    longest = max((text.width(bar.label, _SIZE) * 1.04 for bar in rows), default=0)
    start = 0.0 if over else min(longest, width * _SHARE) + _PAD
    ends = max((text.width(value_text(bar.value), _SIZE, bold=True) for bar in rows), default=0) + 12
    most = max((bar.value for bar in rows), default=0)
    return _Plan(width, start, (width - start - ends) / most if most > 0 else 0, over)


def _placed(rows: Sequence[Bar], plan: _Plan) -> Iterator[_Row]:
    top = _EDGE
    for bar in rows:
        lines = tuple(words(bar.label, plan.width if plan.over else plan.width * _SHARE, _SIZE / 1.0, 2))
        under = len(lines) * _LINE
        height = under + _BAR + 3 if plan.over else max(under, _BAR)
        yield _Row(bar, top, height, lines)
        top += height + (_PAD if plan.over else _PAD * 0.7)


def _drawn(placed: list[_Row], plan: _Plan) -> Iterator[str]:
    top, bottom = _EDGE, placed[-1].top + placed[-1].height if placed else 0
    if placed and not plan.over:
        x = number(plan.start)
        yield f'<path class="base" d="M{x} {number(top - 3)}V{number(bottom + 3)}" stroke="#8a857a"/>\n'
    yield '<g role="list">\n'
    for row in placed:
        yield f'<g role="listitem">{_row(row, plan)}</g>\n'
    yield "</g>\n"


def _row(row: _Row, plan: _Plan) -> str:
    bar = row.bar
    note = f", {bar.note}" if bar.note else ""
    body = _reach(row, plan) + _label(row, plan) + _bar(row, plan)
    return link(bar.href, "bar", f"{bar.label}: {value_text(bar.value)}{note}", body)


def _reach(row: _Row, plan: _Plan) -> str:
    edge = f'y="{number(row.top - 3)}" width="{number(plan.width)}" height="{number(row.height + 6)}"'
    return f'<rect class="reach" {edge} fill="none"/>'


def _label(row: _Row, plan: _Plan) -> str:
    x, anchor = (0.0, "start") if plan.over else (plan.start - _PAD, "end")
    high = len(row.lines) * _LINE
    top = row.top if plan.over else row.top + (row.height - high) / 2
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(top + _LINE * line + _SIZE)}">{text.escaped(told)}</tspan>'
        for line, told in enumerate(row.lines)
    )
    return f'<text class="name" text-anchor="{anchor}">{spans}</text>'


def _bar(row: _Row, plan: _Plan) -> str:
    wide = max(row.bar.value * plan.unit, 1.5 if row.bar.value > 0 else 0)
    top = row.top + row.height - _BAR if plan.over else row.top + (row.height - _BAR) / 2
    box = f'x="{number(plan.start)}" y="{number(top)}" width="{number(wide)}" height="{number(_BAR)}"'
    end = f'x="{number(plan.start + wide + 6)}" y="{number(top + _BAR / 2 + _SIZE * 0.36)}"'
    return f'<rect class="mark" {box}/><text class="value" {end}>{value_text(row.bar.value)}</text>'
