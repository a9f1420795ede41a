"""How wide a text is, and where to break it: by the widths of Arimo, which are those of Arial, Helvetica and Liberation Sans."""

from __future__ import annotations

import re
import unicodedata
from xml.sax.saxutils import escape

from .files.records import clean

FAMILY = "Arimo, 'Liberation Sans', Arial, Helvetica, sans-serif"
#: The height of a line over the size of its letters.
LEADING = 1.18

_ASCII = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jckvxyz" + "s", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
_MARKS = {"‘": 222, "’": 222, "“": 333, "”": 333, "–": 556, "—": 1000, "·": 333, "…": 1000}
_WIDTHS = _MARKS | {letter: width for width, letters in _ASCII.items() for letter in letters}
_BOLD = 1.085  # bold letters against regular ones, on average


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at a size, in the unit of the size.

    >>> round(width("INPUD", 10), 2)
    31.11
    """
    thousandths = sum(_letter(letter) for letter in text)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def escaped(told: object) -> str:
    """A text as SVG can hold it: on one line, without the characters that XML lacks.

    >>> escaped("R&D\\x00")
    'R&amp;D'
    """
    return escape(clean(told))


def lines(text: str, most: int = 24, rows: int = 3) -> list[str]:
    """A text in at most `rows` lines of about `most` characters, cut with an ellipsis where it does not fit.

    >>> lines("International Network of People who Use Drugs")
    ['International Network of', 'People who Use Drugs']
    """
    found: list[str] = []
    for word in filter(None, re.split(r"[ \t\n]+", text)):
        if found and len(found[-1]) + 1 + len(word) <= most:
            found[-1] += f" {word}"
        else:
            found.append(word)
    short = [line if len(line) <= most + 8 else line[: most + 7] + "…" for line in found]
    return short if len(short) <= rows else [*short[: rows - 1], short[rows - 1] + " …"]


def _letter(letter: str) -> int:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else 640
