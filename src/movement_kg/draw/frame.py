"""What the map, the timeline and the chart have in common: one SVG element that stands in a page or alone, and its links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from . import text
from .files.records import clean
from .shapes import number

STYLE = Path(__file__).parents[1] / "web" / "static" / "pictures.css"
_HEADING = 22.0
_SCHEME = re.compile(r"[^/?#]*:")


@dataclass(frozen=True)
class Frame:
    """A picture's outer element: what it is (`map`, `timeline` …), its size, what it shows, in a line and in a sentence or two.

    A picture that stands alone bears its title, its style and the lines of `foot`; in a page, the page says and does that.
    Without `links`, it is one image to a screen reader.
    """

    name: str
    width: float
    height: float
    title: str
    description: str
    standalone: bool = False
    foot: tuple[str, ...] = ()
    links: bool = True

    def around(self, body: Iterable[str]) -> Iterator[bytes]:
        """The picture's bytes, piece by piece."""
        yield self._head().encode()
        for piece in body:
            yield piece.encode()
        yield "".join([*self._foot(), "</svg>\n"]).encode()

    def _head(self) -> str:
        over = 2 * _HEADING if self.standalone else 0
        below = 16 * len(self.foot) + 12 if self.standalone else 0
        space = 'xmlns="http://www.w3.org/2000/svg" ' if self.standalone else ""
        box = f"0 {number(-over)} {number(self.width)} {number(self.height + over + below)}"
        return (
            f'<svg {space}class="picture picture-{self.name}" viewBox="{box}" role="{"group" if self.links else "img"}" '
            f"aria-label={attribute(self.title)}>\n<title>{text.escaped(self.title)}</title>\n"
            f"<desc>{text.escaped(self.description)}</desc>\n{self._alone(over, below) if self.standalone else ''}"
        )

    def _alone(self, over: float, below: float) -> str:
        ground = f'y="{number(-over)}" width="{number(self.width)}" height="{number(self.height + over + below)}"'
        return (
            f'<style>{STYLE.read_text("utf-8")}</style>\n<rect class="ground" {ground} fill="#fff"/>\n'
            f'<text class="heading" x="12" y="-15">{text.escaped(self.title)}</text>\n'
        )

    def _foot(self) -> Iterator[str]:
        for row, line in enumerate(self.foot if self.standalone else (), 1):
            yield f'<text class="quiet foot" x="12" y="{number(self.height + 16 * row)}">{text.escaped(line)}</text>\n'


def attribute(value: object) -> str:
    """A value between quotes, as an attribute of XML or HTML holds it.

    >>> attribute('"><script>')
    '\\'"&gt;&lt;script&gt;\\''
    """
    return quoteattr(clean(value))


def link(href: str, classes: str, title: str, body: str) -> str:
    """What a reader can follow, with its words; the same without a link where the address is none of the web's.

    >>> link("/org/a", "mark", "A", "<path/>")
    '<a class="mark" href="/org/a"><title>A</title><path/></a>\\n'
    >>> link("javascript:alert(1)", "mark", "A", "<path/>")
    '<g class="mark"><title>A</title><path/></g>\\n'
    """
    told = f"<title>{text.escaped(title)}</title>{body}"
    if not is_followed(href):
        return f'<g class="{classes}">{told}</g>\n'
    return f'<a class="{classes}" href={attribute(href)}>{told}</a>\n'


def is_followed(href: str) -> bool:
    """Whether an address is one to follow: a path, or http or https."""
    scheme = _SCHEME.match(clean(href))
    return bool(clean(href)) and (scheme is None or scheme[0].lower() in ("http:", "https:"))


def words(told: str, wide: float, size: float, rows: int = 2, *, bold: bool = False) -> list[str]:
    """A text in at most so many rows of a width, at word boundaries; what is left over becomes an ellipsis.

    >>> words("International Network of People who Use Drugs", 90, 12)
    ['International', 'Network of Pe…']
    """
    found = [""]
    for word in clean(told).split(" "):
        longer = f"{found[-1]} {word}".lstrip()
        if found[-1] and text.width(longer, size, bold=bold) > wide:
            found.append(word)
        else:
            found[-1] = longer
    kept = [*found[: rows - 1], " ".join(found[rows - 1 :])] if len(found) > rows else found
    return [_cut(line, wide, size, bold=bold) for line in kept if line]


def _cut(line: str, wide: float, size: float, *, bold: bool) -> str:
    if text.width(line, size, bold=bold) <= wide:
        return line
    while line and text.width(f"{line}…", size, bold=bold) > wide:
        line = line[:-1]
    return f"{line.rstrip(' ,;:')}…"
