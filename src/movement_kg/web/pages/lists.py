"""Lists of things by kind, each row with what a reader wants to know first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...entity import PROLOGUE, Name, ask, names
from .asked import Reply
from .site import Site
from .words import _


@dataclass(frozen=True)
class List:
    """A list: its title, what it is of, the rest of its query's pattern, and its columns (each a variable and a heading).

    Values that are IRIs are shown by their names.
    """

    title: str
    lead: str
    pattern: str
    columns: Mapping[str, str]
    order: str = "LCASE(?sort)"


LISTS: Mapping[str, List] = {
    "organisations": List(
        _("Organisations"),
        _("Groups, networks, programmes and institutions that the sources name."),
        "?thing a org:Organization . OPTIONAL { ?thing mk:acronym ?acronym } OPTIONAL { ?thing dcterms:type ?kind } "
        "OPTIONAL { ?thing mk:country ?country } OPTIONAL { ?thing mk:founded ?founded }",
        {"acronym": _("Acronym"), "kind": _("Kind"), "country": _("Country"), "founded": _("Founded")},
    ),
    "people": List(
        _("People"),
        _("Public advocates, authors and makers of films, with their public roles and works only."),
        "?thing a foaf:Person . OPTIONAL { ?thing org:memberOf ?organisation }",
        {"organisation": _("Organisations")},
    ),
    "countries": List(
        _("Countries"),
        _("Countries that the sources speak of."),
        "?thing a mk:Country . OPTIONAL { ?thing mk:inRegion ?region }",
        {"region": _("Region")},
    ),
    "regions": List(
        _("Regions"),
        _("Regions of the world, as the United Nations list them (M49), and those of the sources."),
        "?thing a mk:Region . OPTIONAL { ?thing mk:inRegion|skos:broader ?within }",
        {"within": _("Within")},
    ),
    "events": List(
        _("Events"),
        _("Meetings, foundings, protests, laws and other things that happened, in the order of their dates."),
        "?thing a mk:Event . OPTIONAL { ?thing mk:date ?date OPTIONAL { ?date mk:earliest ?day } } "
        "OPTIONAL { ?thing dcterms:type ?kind } OPTIONAL { ?thing mk:country ?country } ",
        {"date": _("Date"), "kind": _("Kind"), "country": _("Country")},
        'COALESCE(STR(?day), "9") LCASE(?sort)',
    ),
    "publications": List(
        _("Publications"),
        _("Films, reports, statements, letters and pages of the movement, and those it answers."),
        "?thing a mk:Publication . OPTIONAL { ?thing dcterms:type ?kind } OPTIONAL { ?thing dcterms:issued ?issued } "
        "OPTIONAL { ?thing dcterms:isPartOf ?whole }",
        {"kind": _("Kind"), "issued": _("Issued"), "whole": _("Part of")},
    ),
    "provisions": List(
        _("Laws and services"),
        _("Laws, policies, services and practices of countries and places, and their state."),
        "?thing a mk:Provision . OPTIONAL { ?thing mk:jurisdiction ?where } OPTIONAL { ?thing dcterms:type ?kind } "
        "OPTIONAL { ?thing mk:state ?state }",
        {"where": _("Where"), "kind": _("Kind"), "state": _("State")},
    ),
    "themes": List(
        _("Themes"),
        _("What the movement works on and speaks about."),
        "?thing skos:inScheme <https://w3id.org/movement-kg/scheme/theme> . OPTIONAL { ?thing skos:broader ?broader }",
        {"broader": _("Part of")},
    ),
}


@dataclass(frozen=True)
class Row:
    """A thing of a list: its IRI, its name, and the names or texts of each column, with where they lead."""

    iri: str
    name: Name
    cells: Mapping[str, list[tuple[Name, str]]]


def listing(site: Site) -> Reply:
    """The page of a list."""
    key = site.asked.path.strip("/")
    chosen = LISTS.get(key)
    if chosen is None:
        from .about import fault

        return fault(site, 404, "")
    return site.render("list.html", key=key, list=chosen, rows=rows(site, chosen))


def rows(site: Site, chosen: List) -> list[Row]:
    """The things of a list with their cells, each thing once."""
    wanted = " ".join(f"?{column}" for column in chosen.columns)
    query = f"""{PROLOGUE}SELECT DISTINCT ?thing ?sort {wanted} WHERE {{ {chosen.pattern}
        OPTIONAL {{ ?thing rdfs:label ?label }} BIND(COALESCE(STR(?label), STR(?thing)) AS ?sort) }}
        ORDER BY {chosen.order} ?thing"""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    answer = ask(site.graph.engine, query)
    for row in answer.rows:
        named = dict(zip(answer.columns, row, strict=True))
        thing = named["thing"]
        cells = found.setdefault(thing.text if thing else "", {column: {} for column in chosen.columns})
        for column in chosen.columns:
            if value := named[column]:
                cells[column][value.text] = value
    iris = {*found, *(text for cells in found.values() for each in cells.values() for text in each if ":" in text)}
    known = names(site.graph.engine, {one for one in iris if one.startswith("http")}, site.words.language)
    return [Row(thing, known.get(thing, Name(thing)), _cells(cells, known)) for thing, cells in found.items()]


def _cells(cells: Mapping[str, Mapping[str, Any]], known: Mapping[str, Name]) -> dict[str, list[tuple[Name, str]]]:
    return {
        column: [(known.get(text) or Name(text), text if value.kind == "uri" else "") for text, value in values.items()]
        for column, values in cells.items()
    }
