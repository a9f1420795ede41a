"""The map of the world: how much the graph holds on each country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from ...draw.worldmap import BORDERS, SHAPES, Mark, highlight, worldmap
from ...entity import Name, names
from .about import fault
from .asked import Reply
from .policy import policy
from .site import Site
from .words import _

COUNTED: Mapping[str, tuple[str, str]] = {
    "organisations": (_("Organisations"), _("organisations that a source puts in the country")),
    "events": (_("Events"), _("events that a source puts in the country")),
    "provisions": (_("Laws and services"), _("laws, policies, services and practices of the country")),
    "passages": (_("Passages"), _("passages that name the country")),
}


@dataclass(frozen=True)
class Country:
    """A country on the map: its IRI, its name, its code and how much of everything there is."""

    iri: str
    name: Name
    code: str
    counts: Mapping[str, int] = field(default_factory=dict)


def world(site: Site) -> Reply:
    """The map of the world: how much the graph holds on each country, of what the parameter `count` says.

    Below it, such as at /map/NL.svg, is a small map with one country marked.
    """
    if site.asked.is_deeper:
        return _one_country(site)
    site.asked.only("count")
    counted = site.asked.one_of("count", COUNTED) or "organisations"
    countries = sorted(_countries(site), key=lambda one: (-one.counts[counted], one.name.text.casefold()))
    say = site.words.say
    marks = {one.code: Mark(one.name.text, one.counts[counted], site.link(one.iri)) for one in countries}
    title = say("{what} by country").replace("{what}", say(COUNTED[counted][0]))
    told = say("A small number means that these sources say little, not that little happened.")
    picture = b"".join(worldmap(marks, title, told, unit=say(COUNTED[counted][0]))).decode()
    return site.render(
        "map.html",
        counted=counted,
        kinds=COUNTED,
        countries=countries,
        title=title,
        picture=Markup(picture),  # noqa: S704 (the picture escapes every name itself)
        statements=(BORDERS, SHAPES),
    )


def _one_country(site: Site) -> Reply:
    found = re.fullmatch(r"/map/([A-Z]{2})\.svg", site.asked.path)
    if not found:
        return fault(site, 404, "")
    body = b"".join(highlight(found[1], found[1], site.words.say(BORDERS), standalone=True))
    return Reply([body], 200, "image/svg+xml", policy(body))


def _countries(site: Site) -> list[Country]:
    rows = [*site.graph.query("countries")]
    known = names(site.graph.engine, {str(row["country"]) for row in rows}, site.words.language)
    return [
        Country(
            str(row["country"]),
            known.get(str(row["country"]), Name(str(row["name"]))),
            str(row["code"]),
            {name: int(str(row[name])) for name in COUNTED},
        )
        for row in rows
    ]
