"""The words that the site says, as they stand in its templates, its pages and the ontology.

`python tests/catalogues.py [LANGUAGE …]` brings them into the catalogues. A catalogue keeps its translations; a word that
is new gets an
empty one, a word that nobody says any more goes.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import movement_kg
from movement_kg import assets, ontology
from movement_kg.draw import worldmap
from movement_kg.network import MEASURES, PROJECTIONS
from movement_kg.queries import read_folder
from movement_kg.web.pages.words import LANGUAGES, LOCALES

HOUSE = Path(movement_kg.__file__).parent
METHODS = [("web/pages/**.py", "python"), ("web/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "say": None, "count": (1, 2)}
OPTIONS = {"web/templates/**.html": {"silent": "false", "trimmed": "true"}}


def words() -> Catalog:
    """Every word, with where it stands; the labels of classes, properties and concepts without places."""
    found = Catalog(project="movement-kg", copyright_holder="The movement-kg editors", fuzzy=False)
    pieces = extract_from_dir(str(HOUSE), METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)
    for name, _, message, _, _ in pieces:
        found.add(message, locations=[(name, 0)])
    for place, text in _said_elsewhere():
        found.add(text, locations=[(place, 0)])
    return found


def _said_elsewhere() -> Iterator[tuple[str, str]]:
    """What the pages say of other rooms of the house: labels, titles of questions and networks, the map's statements."""
    yield from (("ontology", label) for label in ontology.load(assets.ontology()).labels.values())
    yield from (("queries", query.summary) for query in read_folder(assets.queries()))
    yield from (("network", text) for one in PROJECTIONS.values() for text in (one.title,))
    yield from (("network", one.caveat) for one in MEASURES.values())
    yield from (("draw/worldmap.py", text) for text in (worldmap.BORDERS, worldmap.SHAPES))


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is; an empty one where there is none."""
    path = LOCALES / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> bytes:
    """The catalogue of a language with today's words."""
    old = catalogue(language)
    new = Catalog(
        locale=language,
        header_comment="# The site's words in another language; `python tests/catalogues.py` brings new ones in.",
        project="movement-kg",
        version="0.1",
        msgid_bugs_address="The movement-kg editors",
        last_translator="The movement-kg editors",
        language_team=Locale.parse(language).english_name,
        fuzzy=False,
    )
    new.creation_date = new.revision_date = old.creation_date or new.creation_date
    for message in words():
        if message.id:
            kept = old.get(message.id)
            new.add(message.id, kept.string if kept else None, locations=message.locations)
    text = io.BytesIO()
    write_po(text, new, sort_output=True, omit_header=False, width=120, include_lineno=False)
    return text.getvalue()


if __name__ == "__main__":
    LOCALES.mkdir(exist_ok=True)
    for code in sys.argv[1:] or [code for code in LANGUAGES if code != "en"]:
        (LOCALES / f"{code}.po").write_bytes(updated(code))
        empty = sum(not message.string or not all(message.string) for message in catalogue(code) if message.id)
        sys.stdout.write(f"{code}: {len(catalogue(code))} words, {empty} without a translation\n")
