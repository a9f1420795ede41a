"""A thing in the words of schema.org, for the head of its page: names, dates and addresses, nothing that is disputed."""

from __future__ import annotations

from typing import Any

from ...entity import Entity, Fact
from ...vocabulary import BASE, DCTERMS, MK, SKOS
from .site import Site

_TYPES = {
    "org": "Organization",
    "person": "Person",
    "event": "Event",
    "work": "CreativeWork",
    "country": "Country",
    "place": "Place",
    "region": "Place",
    "concept": "DefinedTerm",
}
_PROPERTIES = {
    SKOS + "altLabel": "alternateName",
    MK + "acronym": "alternateName",
    MK + "formerName": "alternateName",
    DCTERMS + "description": "description",
    MK + "homepage": "url",
}
_DATES = {MK + "founded": "foundingDate", MK + "date": "startDate", MK + "issued": "datePublished"}


def schema_org(site: Site, entity: Entity) -> dict[str, Any]:
    """The thing as a JSON-LD object. Dates are given where all sources agree and EDTF and ISO 8601 write them alike."""
    path = entity.iri.removeprefix(BASE)
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(path.partition("/")[0], "Thing"),
        "@id": entity.iri,
        "name": entity.name.text,
        "mainEntityOfPage": site.address(f"/{path}"),
    }
    for fact in entity.facts:
        if name := _PROPERTIES.get(fact.predicate):
            told.setdefault(name, []).append(fact.object.text)
        elif (name := _DATES.get(fact.predicate)) and (date := _iso(fact)):
            told[name] = date
    return told


def _iso(fact: Fact) -> str:
    date = fact.object.text.rpartition("/")[2]
    return "" if fact.is_disputed or not date.replace("-", "").isdigit() else date
