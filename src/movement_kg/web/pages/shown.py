"""Terms of an answer as people read them: names in the reader's language, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...entity import Name, names
from ...results import Value
from ...terms import iri as term
from ...terms import is_iri
from ...vocabulary import compact
from .site import Site

Shown = tuple[Name, str]


def known_names(site: Site, values: Iterable[Value | None]) -> Mapping[str, Name]:
    """The names of the IRIs among some values."""
    return names(
        site.graph.engine, {v.text for v in values if v and v.kind == "uri" and is_iri(v.text)}, site.words.language
    )


def shown(value: Value, known: Mapping[str, Name]) -> tuple[Name, str]:
    """A value as people read it, and where it leads."""
    if value.kind == "uri":
        return known.get(value.text) or Name(compact(value.text)), value.text
    return Name(value.text, value.language), ""


def about_thing(query: str, identifier: str) -> str:
    """The query with the thing's IRI, as a term, where it says %THING%."""
    return query.replace("%THING%", term(identifier))
