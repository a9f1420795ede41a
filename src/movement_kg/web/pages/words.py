"""The site's own words in the reader's language: gettext catalogues, and which language to answer in."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ... import dates as edtf

LOCALES = Path(__file__).parents[1] / "locales"
#: The languages of the interface, each by its own name.
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "fr": "Français", "ru": "Русский"}


def _(text: str) -> str:
    """Marks a word for the catalogues; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """One language: its code, its locale, its catalogue, and the texts that the catalogue knows."""

    language: str
    locale: Locale
    catalogue: gettext.NullTranslations
    known: frozenset[str] = frozenset()

    def say(self, text: str) -> str:
        """The text in this language; as it is where the catalogue lacks it."""
        return self.catalogue.gettext(text) if text else ""

    def count(self, one: str, many: str, number: int) -> str:
        """The text for a number, with `{n}` as people write it."""
        return self.catalogue.ngettext(one, many, number).replace("{n}", self.number(number))

    def number(self, value: float | str) -> str:
        """A number as people write it."""
        return numbers.format_decimal(value, locale=self.locale)

    def date(self, text: str) -> str:
        """An EDTF date as people write it; English keeps the graph's own label."""
        try:
            parsed = edtf.parse(text)
        except ValueError:
            return text
        return parsed.label if self.language == "en" else _written(text, self)


def load(folder: Path = LOCALES) -> dict[str, Words]:
    """The words of every language, from the `.po` files of the folder."""
    return {code: Words(code, Locale.parse(code), *_catalogue(folder / f"{code}.po")) for code in LANGUAGES}


def negotiate(header: str) -> str:
    """The language of ours that an Accept-Language header likes best, English where it likes none.

    >>> negotiate("de, fr-CH;q=0.8, es;q=0.9"), negotiate("de")
    ('es', 'en')
    """
    wishes = []
    for number, part in enumerate(header.split(",")[:30]):
        tag, _, rest = part.strip().partition(";")
        name, _, value = rest.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, number, tag.strip().lower().partition("-")[0]))
    return next((tag for quality, _, tag in sorted(wishes) if tag in LANGUAGES and quality < 0), "en")


def _catalogue(path: Path) -> tuple[gettext.NullTranslations, frozenset[str]]:
    if not path.is_file():
        return gettext.NullTranslations(), frozenset()
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    known = frozenset(
        message.id for message in catalogue if isinstance(message.id, str) and message.id and message.string
    )
    return gettext.GNUTranslations(compiled), known


def _written(text: str, words: Words) -> str:
    """A date, an interval or one date of several, each point by the locale."""
    if text.startswith("[.."):
        return words.say("by {date}").replace("{date}", _point(text[3:-1], words))
    if text.startswith("["):
        return words.say("{date} or later").replace("{date}", _point(text[1:-3], words))
    ends = [_ENDS.get(end) or _point(end, words) for end in text.split("/")]
    return " – ".join(ends)


#: An end of an interval that is unknown, or open.
_ENDS = {"": "?", "..": "…"}


def _point(text: str, words: Words) -> str:
    parsed, mark = edtf.parse(text), text[-1]
    first = parsed.earliest
    assert first is not None  # a point has both its ends
    if parsed.precision == "day":
        plain = dates.format_date(first, "long", locale=words.locale)
    elif parsed.precision == "month":
        plain = dates.format_skeleton("yMMMM", first, locale=words.locale)
    elif parsed.precision == "decade":
        plain = words.say("{}s").format(first.year)
    else:
        plain = f"{first.year}–{first.year + 99}" if parsed.precision == "century" else str(first.year)
    return ("≈ " if mark in "~%" else "") + plain + (" (?)" if mark in "?%" else "")
