"""Where a passage stands in a text: the normalised text, its digests, its sentences, the nearest match."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_BLANKS = re.compile(r"\s+")
_STOP = re.compile(r"[.!?\u2026]+[\"')\]]*(?= (?:[A-Z\u00c0-\u00de0-9\"'(\[]|\u2022))")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b(?:Ms|Mr|Mrs|Dr|St|No|vs|e\.g|i\.e|etc))\.$")
_NUMBERED_HEADING = re.compile(r"\w+ \d+\.$")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a normalised text: code points from `start` (counted from 0) up to, not including, `end`."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two stretches share a code point.

        >>> Span(0, 5).overlaps(Span(4, 9)), Span(0, 5).overlaps(Span(5, 9))
        (True, False)
        """
        return self.start < other.end and other.start < self.end


def normalise(text: str) -> str:
    """The text that offsets count in: NFC, straight quotes, every run of white space one blank, ends stripped.

    >>> normalise("\\ufeff  \u2018We\u00a0are\u2019\\n\\n the  \u201cEvidence\u201d ")
    '\\'We are\\' the "Evidence"'
    """
    return _folded(text.removeprefix("\ufeff"))


def _folded(text: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text).translate(_STRAIGHT)).strip()


def digest(passage: str) -> str:
    """SHA-256 of the passage's UTF-8, in hexadecimal (64 digits).

    >>> digest("INPUD")[:8]
    '818e3d26'
    """
    return hashlib.sha256(passage.encode()).hexdigest()


def sentences(text: str) -> list[Span]:
    """The sentences, headings and credits of a raw text, as stretches of its normalised form.

    A line break always ends a sentence; within a line, closing punctuation before a capital does, except after
    an initial, an abbreviation or the number of a heading.

    >>> raw = "Episode 1. Norway\\nSimon W. Beddoe spoke. He left."
    >>> [normalise(raw)[s.start:s.end] for s in sentences(raw)]
    ['Episode 1. Norway', 'Simon W. Beddoe spoke.', 'He left.']
    """
    found: list[Span] = []
    offset = 0
    for line in filter(None, map(_folded, text.removeprefix("\ufeff").splitlines())):
        found += (Span(offset + start, offset + end) for start, end in _cuts(line))
        offset += len(line) + 1
    return found


def _cuts(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _STOP.finditer(line):
        before = line[start : stop.end()]
        if not _ABBREVIATION.search(before) and not _NUMBERED_HEADING.fullmatch(before):
            yield start, stop.end()
            start = stop.end() + 1
    yield start, len(line)


def occurrences(text: str, words: str) -> list[Span]:
    """Every place in a normalised text where the words stand, upper and lower case alike.

    >>> occurrences("a rose is a rose", "Rose")
    [Span(start=2, end=6), Span(start=12, end=16)]
    """
    wanted = re.escape(normalise(words))
    return [Span(*match.span()) for match in re.finditer(wanted, text, re.IGNORECASE)] if wanted else []


def nearest(text: str, words: str) -> tuple[Span, float]:
    """The stretch of a normalised text most like the words, on whole words, and how alike it is (0 to 1).

    Ratcliff and Obershelp's ratio, as `difflib` computes it, over windows of about the same number of words.
    """
    wanted = normalise(words)
    pieces = [match.span() for match in re.finditer(r"\S+", text)]
    width = max(1, len(wanted.split()))
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted.casefold())
    best, score = Span(0, 0), 0.0
    for first in range(max(1, len(pieces) - width + 1)):
        window = pieces[first : first + width]
        span = Span(window[0][0], window[-1][1]) if window else Span(0, 0)
        matcher.set_seq1(text[span.start : span.end].casefold())
        if matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = span, matcher.ratio()
    return best, score
