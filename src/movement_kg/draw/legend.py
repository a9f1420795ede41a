"""What a picture must say of itself: kinds, styles, filters, sources, date and caveats, under the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from . import text
from .drawing import Drawing
from .look import edge_look, node_look
from .shapes import element, number

_SIZE = 8.0
_ROW = 13.0
_INK, _QUIET, _DISPUTED = "#1b1b1b", "#5a5a5a", "#b00020"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 edge`, `62 edges`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", "\u202f")


def filters(about: Mapping[str, Any]) -> str:
    """The filters in words."""
    told = "; ".join(f"{name}: {value}" for name, value in about["filters"].items())
    return f"Filters: {told}" if told else "No filters"


class Legend:
    """The legend of a drawing, laid out in rows as wide as the page. `unnamed` nodes found no room for their name."""

    def __init__(self, drawing: Drawing, unnamed: int) -> None:
        self._graph = drawing.graph
        self._unnamed = unnamed

    def height(self, width: float) -> float:
        """How high the legend is at a width, in points."""
        return len([*self._rows(width)]) * _ROW + len(self._lines(width)) * _SIZE * 1.35 + 8

    def svg(self, width: float) -> Iterator[str]:
        """The legend's elements, its left upper corner at 0, 0."""
        yield f'<path class="rule" d="M0 -4H{number(width)}" stroke="{_QUIET}" stroke-width="0.5"/>\n'
        y = _ROW / 2 + 2
        for row in self._rows(width):
            x = 0.0
            for sample, told, wide in row:
                yield f'<g transform="translate({number(x)} {number(y)})">{sample}'
                yield f'<text class="ink" x="24" y="2.8" font-size="{_SIZE}" fill="{_INK}">{text.escaped(told)}</text></g>\n'
                x += wide
            y += _ROW
        for line in self._lines(width):
            yield f'<text class="quiet" y="{number(y + 3)}" font-size="{_SIZE}" fill="{_QUIET}">{text.escaped(line)}</text>\n'
            y += _SIZE * 1.35

    def _rows(self, width: float) -> Iterator[list[tuple[str, str, float]]]:
        row: list[tuple[str, str, float]] = []
        used = 0.0
        for sample, told in self._items():
            wide = 24 + text.width(told, _SIZE) + 16
            if row and used + wide > width:
                yield row
                row, used = [], 0.0
            row.append((sample, told, wide))
            used += wide
        if row:
            yield row

    def _items(self) -> Iterator[tuple[str, str]]:
        kinds = Counter(str(told["kind"]) for _, told in self._graph.nodes(data=True))
        for kind, many in sorted(kinds.items()):
            look = node_look(kind)
            yield _shape(look.shape, f"n-{kind}", look.light), f"{look.label} ({many})"
        groups = Counter(str(edge["group"]) for *_, edge in self._graph.edges(data=True))
        for group, many in sorted(groups.items()):
            yield _line(group), f"{edge_look(group).label} ({many})"
        marks = [*self._graph.edges(data=True)]
        if any(edge["directed"] for *_, edge in marks):
            yield _arrow(), "has a direction"
        if any(edge["certainty"] == "implied" for *_, edge in marks):
            yield _dashed(), "implied: a reader infers it"
        if any(edge["disputed"] for *_, edge in marks):
            yield _disputed(), "disputed: sources disagree"

    def _lines(self, width: float) -> list[str]:
        most = int(width / (_SIZE * 0.5))
        return [line for told in self._said() for line in text.lines(told, most, 3)]

    def _said(self) -> Iterator[str]:
        about = self._graph.graph
        cited = sorted(
            {about["passages"][c]["source"] for *_, edge in self._graph.edges(data=True) for c in edge["citations"]}
        )
        passages = len({citation for *_, edge in self._graph.edges(data=True) for citation in edge["citations"]})
        named = "; ".join(f"{number} {about['sources'].get(number, '')}" for number in cited)
        yield (
            "A node's area grows with its number of neighbours; an edge's thickness with the number of things shared. "
            f"Rests on {count(passages, 'passage')} of {count(len(cited), 'source')}: {named}."
        )
        left = (
            f"{count(about['isolates'], 'thing')} of these kinds without any edge not shown. "
            if about.get("isolates")
            else ""
        )
        unnamed = f"{count(self._unnamed, 'name')} without room left out. " if self._unnamed else ""
        core = about.get("core")
        cut = f"Only the {core['shown']} nodes of greatest {core['measure']} of {core['of']}. " if core else ""
        yield f"{cut}{left}{unnamed}{' '.join(about['caveats'])}"
        yield (
            f"movement-kg, network of {about['projection']}, data of {about['version']}, build {about['content']}, "
            f"{about['licence']}. {filters(about)}."
        )


def _shape(shape: str, style: str, colour: str) -> str:
    return element(shape, 12, 0, 10, f'class="{style}" fill="{colour}"')


def _line(group: str) -> str:
    look = edge_look(group)
    line = f'<path class="e-{group}" d="M1 0H21" stroke="{look.light}" stroke-width="1.6" fill="none"/>'
    mark = element(look.mark, 11, 0, 7, f'class="m-{group}" fill="{look.light}"') if look.mark else ""
    return line + mark


def _arrow() -> str:
    return (
        f'<path class="rule" d="M1 0H16" stroke="{_QUIET}" stroke-width="1.4"/>'
        f'<polygon class="quiet" points="21,0 14.5,-2.8 14.5,2.8" fill="{_QUIET}"/>'
    )


def _dashed() -> str:
    return f'<path class="rule" d="M1 0H21" stroke="{_QUIET}" stroke-width="1.4" stroke-dasharray="5 3.5"/>'


def _disputed() -> str:
    return (
        f'<path class="disputed" d="M1 0H21" stroke="{_DISPUTED}" stroke-width="1.6" stroke-dasharray="1.5 2.5" '
        'stroke-linecap="round"/>'
    )
