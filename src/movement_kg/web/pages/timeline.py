"""The timeline: everything that a source dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...draw.timeline import Entry, Wording
from ...draw.timeline import timeline as drawn_timeline
from ...entity import PROLOGUE, RELATIONS, Name, ask, names
from ...errors import RequestError
from ...terms import iri
from ...vocabulary import BASE, MK, compact
from .about import fault
from .asked import Reply
from .choices import Choice, choosable, marked
from .site import Site
from .words import _

Passages = tuple[tuple[str, str], ...]
#: The first step of a path: the word for the kind, and the word for several.
KINDS: Mapping[str, tuple[str, str]] = {
    "event": (_("event"), _("events")),
    "organisation": (_("organisation"), _("organisations")),
    "publication": (_("publication"), _("publications")),
    "provision": (_("law or service"), _("laws and services")),
    "relation": (_("relation"), _("relations")),
}
_HEADS: Mapping[str, str] = {"org": "organisation", "work": "publication"}
#: What a date is of; "" where the kind says it.
_OF: Mapping[str, str] = {
    "founded": _("founded"),
    "registered": _("registered"),
    "dissolved": _("dissolved"),
    "issued": _("issued"),
    "start": _("begins"),
    "end": _("ends"),
}
_WORDING: Mapping[str, str] = {
    "decade": _("{}s"),
    "either": _(" or "),
    "also": _("Sources disagree: also {}"),
    "disagree": _("sources disagree"),
    "day": _("a day"),
    "month": _("a month"),
    "year": _("a year"),
    "some_time": _("some time in the decade"),
    "span": _("from … to"),
    "open_end": _("open end, or on into another decade"),
}
_WHERE = "(mk:country|mk:locatedIn|mk:jurisdiction|((mk:place|mk:jurisdiction)/mk:country))"
_DATED = """SELECT ?thing ?property ?edtf ?earliest ?latest ?precision ?certainty ?citation ?source ?place ?rival
    ?from ?tie ?to WHERE {
    VALUES ?property { mk:founded mk:registered mk:dissolved mk:date mk:issued mk:start mk:end }
    ?thing ?property ?date . ?date mk:edtf ?edtf ; mk:precision ?precision .
    FILTER NOT EXISTS { ?thing a mk:Figure }
    FILTER NOT EXISTS { ?thing dcterms:type <https://w3id.org/movement-kg/concept/link-kind/spouse> } %FILTERS%
    ?claim rdf:subject ?thing ; rdf:predicate ?property ; rdf:object ?date ; mk:certainty ?certainty ; mk:citation ?citation .
    ?citation mk:locator ?place ; dcterms:source/dcterms:identifier ?source .
    OPTIONAL { ?date mk:earliest ?earliest } OPTIONAL { ?date mk:latest ?latest }
    OPTIONAL { ?claim mk:conflictsWith ?rival . ?rival rdf:predicate ?property }
    OPTIONAL { ?thing mk:from|org:member|mk:agent ?from ; dcterms:type|org:role|mk:role ?tie ;
        mk:to|org:organization|mk:event|mk:publication ?to }
} ORDER BY ?earliest ?latest ?thing ?property ?citation"""
# The things first, each once: inside an EXISTS, the two patterns would be read whole for each of them.
_UNDATED = """SELECT ?thing WHERE {
    { SELECT DISTINCT ?thing WHERE { ?thing a %CLASS% . ?claim rdf:subject ?thing ; a mk:Claim } } %FILTERS%
    FILTER NOT EXISTS { ?thing mk:founded|mk:date|mk:issued|mk:start ?date }
} ORDER BY ?thing"""
_CLASSES: Mapping[str, str] = {
    "event": "mk:Event",
    "organisation": "org:Organization",
    "publication": "mk:Publication",
    "provision": "mk:Provision",
}


@dataclass(frozen=True)
class Dated:
    """A date of a thing: the thing and its name, what the date is of, the date as the graph has it, and who says so."""

    iri: str
    name: Name
    kind: str
    of: str
    edtf: str
    earliest: datetime.date | None
    latest: datetime.date | None
    precision: str
    disputed: bool
    implied: bool
    passages: Passages

    def entry(self, site: Site) -> Entry:
        """The date as pictures take it."""
        say = site.words.say
        lane = say(_OF[self.of]) if self.of in _OF else say(KINDS[self.kind][0])
        label = site.words.date(self.edtf)
        return Entry(
            self.name.text,
            site.link(self.iri),
            self.earliest,
            self.latest,
            self.precision,
            self.kind,
            lane,
            label,
            self.disputed,
        )


def timeline(site: Site) -> Reply:
    """Everything with a date, as a picture and as a table; and how much has none."""
    if site.asked.is_deeper:
        return fault(site, 404, "")
    site.asked.only("kind", "country", "theme")
    kind = site.asked.one_of("kind", KINDS)
    filters = _filters(site)
    found = [one for one in dated(site, filters) if not kind or one.kind == kind]
    undated = {each: _undated(site, name, filters) for each, name in _CLASSES.items() if kind in ("", each)}
    return site.render(
        "timeline.html",
        dated=found,
        kinds=KINDS,
        kind=kind,
        of=_OF,
        choices=_timeline_choices(site),
        undated={each: things for each, things in undated.items() if things},
        wide=_picture(site, found, vertical=False),
        narrow=_picture(site, found, vertical=True),
    )


def _picture(site: Site, found: Sequence[Dated], *, vertical: bool) -> Markup:
    say = site.words.say
    entries = [one.entry(site) for one in found]
    if not any(entry.earliest or entry.latest for entry in entries):
        return Markup()
    wording = Wording(**{name: say(text) for name, text in _WORDING.items()})
    told = say("What the sources date, as precisely as they do. The table below says the same in words.")
    pieces = drawn_timeline(
        entries, say("Timeline"), told, width=360 if vertical else 1080, vertical=vertical, wording=wording
    )
    return Markup(b"".join(pieces).decode())  # noqa: S704 (the picture escapes every name itself)


def _filters(site: Site) -> str:
    """Patterns for the country and the theme that are asked for."""
    found = ""
    if country := site.asked.one("country"):
        found += f"FILTER EXISTS {{ ?thing {_WHERE} {iri(_meant(site, 'country', country))} }} "
    if theme := site.asked.one("theme"):
        found += (
            f"FILTER EXISTS {{ ?thing dcterms:subject/skos:broader* {iri(_meant(site, 'concept/theme', theme))} }} "
        )
    return found


def _meant(site: Site, head: str, text: str) -> str:
    """The country or theme of a code, a path or a name."""
    short = text.upper() if head == "country" else text.casefold().replace(" ", "-")
    try:
        return site.graph.resolve(f"{head}/{short}" if "/" not in text else text)
    except RequestError:
        found = site.graph.resolve(text)
    if not compact(found).startswith(f"{head}/"):
        raise RequestError(f"{text!r} is no {head.rpartition('/')[2]} (it is {compact(found)})")
    return found


def dated(site: Site, filters: str = "") -> list[Dated]:
    """Every date of every thing that the filters, as parts of a SPARQL pattern, let pass, in the order of time."""
    rows = [*ask(site.graph.engine, PROLOGUE + _DATED.replace("%FILTERS%", filters))]
    things = {str(row[name]) for row in rows for name in ("thing", "from", "tie", "to") if row[name]}
    known = names(site.graph.engine, things, site.words.language)
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((str(row["thing"]), str(row["property"]), str(row["edtf"])), []).append(row)
    return [_one_date(group, known) for group in found.values()]


def _one_date(group: Sequence[Mapping[str, Any]], known: Mapping[str, Name]) -> Dated:
    first = group[0]
    thing = str(first["thing"])
    head = compact(thing).partition("/")[0]
    kind = "relation" if head in RELATIONS else _HEADS.get(head, head)
    name = known.get(thing) or Name(
        " – ".join(known[str(first[part])].text for part in ("from", "tie", "to") if first[part] in known)
    )
    return Dated(
        thing,
        name if name.text else Name(compact(thing)),
        kind if kind in KINDS else "relation",
        str(first["property"]).removeprefix(MK),
        str(first["edtf"]),
        _day(first["earliest"]),
        _day(first["latest"]),
        str(first["precision"]),
        any(row["rival"] for row in group),
        all(row["certainty"] == MK + "implied" for row in group),
        passages_in(group),
    )


def _day(text: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(str(text)) if text else None


def passages_in(rows: Iterable[Mapping[str, Any]]) -> Passages:
    """The passages of rows: each its key and where it stands."""
    found = {
        compact(str(row["citation"])).partition("/")[2]: f"{row['source']}: {row['place']}"
        for row in rows
        if row["citation"]
    }
    return tuple(sorted(found.items(), key=lambda one: [int(part) for part in re.findall(r"[0-9]+", one[0])]))


def _undated(site: Site, kind: str, filters: str) -> list[tuple[str, Name]]:
    query = _UNDATED.replace("%CLASS%", kind).replace("%FILTERS%", filters)
    things = [str(row["thing"]) for row in ask(site.graph.engine, PROLOGUE + query)]
    known = names(site.graph.engine, things, site.words.language)
    return sorted(
        ((thing, known.get(thing, Name(compact(thing)))) for thing in things), key=lambda one: one[1].text.casefold()
    )


def _timeline_choices(site: Site) -> dict[str, list[Choice]]:
    classes = " ".join(_CLASSES.values())
    pattern = f"VALUES ?class {{ {classes} }} ?thing a ?class . ?thing"
    found = {}
    for name, head, path in (("country", "country/", _WHERE), ("theme", "concept/theme/", "dcterms:subject")):
        is_one = "?one a mk:Country" if name == "country" else f"?one skos:inScheme {iri(BASE + 'scheme/theme')}"
        query = f"{PROLOGUE}SELECT DISTINCT ?one WHERE {{ {pattern} {path} ?one . {is_one} }} ORDER BY ?one"
        offered = choosable(site, [str(row["one"]) for row in ask(site.graph.engine, query)], head)
        found[name] = marked(offered, [value for value in (site.asked.one(name),) if value])
    return found
