"""The first page: what this is, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...draw.timeline import strip
from ...entity import PROLOGUE, ask, names
from . import timeline
from .asked import Reply
from .site import Site, rows
from .words import _

#: What the counts on the first page count: the class in the build's manifest, the words, where they lead.
_COUNTS = (
    ("org:Organization", _("organisations"), "/organisations"),
    ("foaf:Person", _("people"), "/people"),
    ("mk:Event", _("events"), "/events"),
    ("mk:Country", _("countries"), "/countries"),
    ("mk:Publication", _("publications"), "/publications"),
    ("mk:Provision", _("laws and services"), "/provisions"),
    ("mk:Position", _("positions"), "/queries/positions"),
)
_SOURCES = (
    PROLOGUE
    + """SELECT ?source ?number ?kind (COUNT(DISTINCT ?citation) AS ?passages) (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  ?source a mk:Source ; dcterms:identifier ?number ; dcterms:type ?kind .
  ?citation dcterms:source ?source . ?claim mk:citation ?citation .
} GROUP BY ?source ?number ?kind ORDER BY DESC(?number)"""
)


@dataclass(frozen=True)
class Question:
    """A question with its answer in a few words, and where the whole answer stands."""

    question: str
    answer: Sequence[tuple[str, str]]
    query: str


def home(site: Site) -> Reply:
    """The first page."""
    things = site.graph.info["counts"]["things"]
    counts = [(things.get(kind, 0), word, path) for kind, word, path in _COUNTS if things.get(kind)]
    found = ask(site.graph.engine, _SOURCES)
    sources = [{c: v.python() if v else "" for c, v in zip(found.columns, row, strict=True)} for row in found.rows]
    wanted = {str(row[name]) for row in sources for name in ("source", "kind")}
    known = names(site.graph.engine, wanted, site.words.language)
    for row in sources:
        row |= {"name": known.get(str(row["source"]), str(row["source"])), "kind": known.get(str(row["kind"]), "")}
    return site.render("home.html", counts=counts, questions=_questions(site), sources=sources, strip=_strip(site))


def _strip(site: Site) -> Markup:
    """All that is dated, as a strip that leads to the timeline."""
    say = site.words.say
    entries = [one.entry(site) for one in timeline.dated(site)]
    told = say("A dot for each date known to the year, a bar for each that is not.")
    return Markup(b"".join(strip(entries, say("Timeline"), told, href=site.url("/timeline"))).decode())  # noqa: S704 (escaped)


def _questions(site: Site) -> list[Question]:
    """Real questions with their answers, asked of the graph as it is; one that the graph cannot answer is left out.

    Each with its named query, the columns of the thing, its name and what else to say, and how many (from the end: below 0).
    """
    asked = (
        (_("Which group was the first of its kind?"), "first-groups", ("organisation", "name", "founded"), 1),
        (_("Where do the sources disagree?"), "disagreements", ("thing", "name", "one_property"), -3),
        (_("Who is tied to the most organisations?"), "ties-to-two-or-more", ("person", "name", "organisations"), 3),
        (_("Which regional networks are there?"), "regional-networks", ("organisation", "name", ""), 4),
    )
    return [found for one in asked if one[1] in site.queries and (found := _answered(site, *one)).answer]


def _answered(site: Site, question: str, query: str, columns: tuple[str, str, str], most: int) -> Question:
    thing, name, more = columns
    answer: dict[str, tuple[str, str]] = {}
    for row in rows(site, query):
        iri = str(row.get(thing, ""))
        text = str(row.get(name) or iri)
        answer.setdefault(iri, (f"{text} ({row[more]})" if row.get(more) else text, iri))
    found = [*answer.values()]
    return Question(question, found[:most] if most > 0 else found[: most - 1 : -1], query)
