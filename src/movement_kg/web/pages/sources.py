"""The sources: what was read, what rests on it, where it can be had; and the passages of each, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from ...draw.chart import Bar, bars
from ...entity import PROLOGUE, Name, ask, names
from ...errors import unknown
from ...terms import iri
from ...vocabulary import BASE, compact
from .about import fault
from .asked import Reply, redirect
from .site import Site

_SOURCES = """SELECT ?work ?number ?kind ?language ?publisher ?edtf ?retrieved ?obtain ?rights ?digest WHERE {
    ?work a mk:Source ; dcterms:identifier ?number .
    OPTIONAL { ?work dcterms:type ?kind } OPTIONAL { ?work dcterms:language ?language }
    OPTIONAL { ?work dcterms:publisher ?publisher } OPTIONAL { ?work mk:issued/mk:edtf ?edtf }
    OPTIONAL { ?work mk:retrieved ?retrieved } OPTIONAL { ?work mk:obtain ?obtain }
    OPTIONAL { ?work dcterms:rights ?rights } OPTIONAL { ?work mk:textDigest ?digest }
} ORDER BY ?number ?kind ?language ?publisher ?edtf"""
_PASSAGES = """SELECT ?citation ?place ?start ?end ?digest ?text (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
    ?citation dcterms:source %SOURCE% ; mk:locator ?place ; mk:digest ?digest ; oa:hasSelector ?selector .
    ?selector oa:start ?start ; oa:end ?end .
    OPTIONAL { %SOURCE% mk:textDigest ?text } OPTIONAL { ?claim mk:citation ?citation }
} GROUP BY ?citation ?place ?start ?end ?digest ?text ORDER BY ?start ?end ?citation"""
_OBTAIN = "SELECT ?obtain WHERE { %SOURCE% mk:obtain ?obtain } ORDER BY ?obtain"


@dataclass(frozen=True)
class Source:
    """A document that was read: what is known of it, how much of it is cited, and how much rests on that."""

    iri: str
    number: str
    title: Name
    known: Mapping[str, Name]
    obtain: str
    rights: str
    digest: str
    passages: int
    claims: int
    implied: int
    is_here: bool


@dataclass(frozen=True)
class Passage:
    """A cited passage of a source: where it begins and ends in the normalised text, its digest, and how many claims rest on it.

    `words` is what it says, "" where the operator of the site does not have the text.
    """

    iri: str
    key: str
    place: str
    start: int
    end: int
    digest: str
    claims: int
    words: str


def sources(site: Site) -> Reply:
    """The page of all sources; below it, a source's number leads to its own page."""
    rest = unquote(site.asked.path).strip("/").partition("/")[2]
    found = _sources(site)
    if rest:
        return _by_number(site, rest, found)
    return site.render(
        "sources.html", sources=found, chart=_chart(site, found), claims=site.graph.info["counts"]["claims"]
    )


def passages_of(site: Site, source: str) -> list[Passage]:
    """The passages of a source, given by its IRI, in the order of its text."""
    rows = ask(site.graph.engine, PROLOGUE + _PASSAGES.replace("%SOURCE%", iri(source)))
    return [_passage(site, row) for row in rows if row["citation"]]


def obtain_of(site: Site, source: str) -> str:
    """Where the text of a source can be had, "" where nothing is said of that."""
    rows = [*ask(site.graph.engine, PROLOGUE + _OBTAIN.replace("%SOURCE%", iri(source)))]
    return str(rows[0]["obtain"]) if rows else ""


def _passage(site: Site, row: Mapping[str, Any]) -> Passage:
    start, end, digest = int(row["start"]), int(row["end"]), str(row["digest"])
    words = site.opened.texts.passage(str(row["text"] or ""), start, end, digest)
    key = compact(str(row["citation"])).partition("/")[2]
    return Passage(str(row["citation"]), key, str(row["place"]), start, end, digest, int(row["claims"]), words)


def _by_number(site: Site, number: str, found: list[Source]) -> Reply:
    for source in found:
        if source.number == number:
            return redirect(site.link(source.iri))
    return fault(site, 404, str(unknown("there is no source", number, [source.number for source in found])))


def _sources(site: Site) -> list[Source]:
    rows = {str(row["work"]): row for row in reversed([*ask(site.graph.engine, PROLOGUE + _SOURCES)])}
    counts = {str(row["number"]): row for row in site.graph.query("coverage-by-source")}
    iris = {str(row[name]) for row in rows.values() for name in ("work", "kind", "language", "publisher") if row[name]}
    known = names(site.graph.engine, {one for one in iris if one.startswith(BASE)}, site.words.language)
    found = [_source(site, row, counts.get(str(row["number"]), {}), known) for row in rows.values()]
    return sorted(found, key=lambda one: one.number)


def _source(site: Site, row: Mapping[str, Any], counts: Mapping[str, Any], known: Mapping[str, Name]) -> Source:
    facts = {
        name: known.get(str(row[name]), Name(str(row[name]))) for name in ("kind", "language", "publisher") if row[name]
    }
    facts |= {
        name: Name(site.words.date(str(row[key])))
        for name, key in (("issued", "edtf"), ("retrieved", "retrieved"))
        if row[key]
    }
    work, digest = str(row["work"]), str(row["digest"] or "")
    return Source(
        work,
        str(row["number"]),
        known.get(work, Name(compact(work))),
        facts,
        obtain=str(row["obtain"] or ""),
        rights=str(row["rights"] or ""),
        digest=digest,
        passages=int(counts.get("passages", 0)),
        claims=int(counts.get("claims", 0)),
        implied=int(counts.get("implied", 0)),
        is_here=digest in site.opened.texts.by_digest,
    )


def _chart(site: Site, found: list[Source]) -> Markup:
    say, words = site.words.say, site.words
    rows = [
        Bar(
            f"{source.number}: {source.title.text}",
            source.claims,
            site.link(source.iri),
            words.count("{n} passage", "{n} passages", source.passages),
        )
        for source in found
    ]
    told = say("How many facts rest on each source. Long documents have more.")
    return Markup(b"".join(bars(rows, say("Facts by source"), told)).decode())  # noqa: S704 (the chart escapes every name itself)
