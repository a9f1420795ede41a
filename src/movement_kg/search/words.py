"""What is compared and how: words without case and marks, the kinds of things, the sorts of names."""

from __future__ import annotations

import re
import unicodedata

from ..terms import iri
from ..vocabulary import DCTERMS, MK, RDFS, SKOS

#: The kinds of things that are found, and those that come last where the match is equal.
KINDS = "org person country place region event work theme concept provision position".split()
LAST = ("concept", "provision", "position")

PREFERRED, TITLE, ACRONYM, OTHER, LABEL, DESCRIPTION = range(6)
SORTS = {
    iri(name).encode(): sort
    for name, sort in {
        SKOS + "prefLabel": PREFERRED,
        MK + "printedTitle": TITLE,
        DCTERMS + "title": TITLE,
        MK + "acronym": ACRONYM,
        SKOS + "altLabel": OTHER,
        MK + "observedForm": OTHER,
        MK + "formerName": OTHER,
        RDFS + "label": LABEL,
        DCTERMS + "description": DESCRIPTION,
    }.items()
}

#: The longest word that is compared letter by letter.
LONGEST_WORD = 40

# No combining mark and no letter of ASCII: the tokenizer "ascii" takes both as letters, and no folded text holds them.
FIRST, KIND = "·", "¤"
_WORD = re.compile(r"[^\W_]+")
_WITHOUT_STROKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(text: str) -> list[str]:
    """The words of a text as they are compared: without case, marks and strokes.

    >>> fold("Łódź: Straße, Ødegård & «Ёлка»")
    ['lodz', 'strasse', 'odegard', 'елка']
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(bare.translate(_WITHOUT_STROKE))


def kind_of(path: str) -> str:
    """The kind of a thing by the path of its IRI: its first step; theme for concepts of that list."""
    return "theme" if path.startswith("concept/theme/") else path.partition("/")[0]


def grams(word: str) -> set[str]:
    """All that stands in three letters in a row of a word."""
    return {word[start : start + 3] for start in range(len(word) - 2)}
