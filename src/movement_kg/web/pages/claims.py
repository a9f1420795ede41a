"""Pages of claims and of the passages that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...entity import PROLOGUE, Name, ask
from ...vocabulary import MK
from . import about
from .asked import Reply
from .shown import about_thing, known_names, shown
from .site import Site

_CLAIM = (
    PROLOGUE
    + """SELECT ?subject ?predicate ?object ?certainty ?status ?rival ?note ?nuance ?citation ?locator ?work WHERE {
  %THING% a mk:Claim ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
    mk:certainty ?certainty ; mk:status ?status ; mk:citation ?citation . ?citation mk:locator ?locator ; dcterms:source ?work .
  OPTIONAL { %THING% mk:conflictsWith ?rival } OPTIONAL { %THING% mk:note ?note } OPTIONAL { %THING% mk:nuance ?nuance }
} ORDER BY ?citation ?rival ?note ?nuance"""
)
_CITATION = (
    PROLOGUE
    + """SELECT ?work ?locator ?digest ?text ?start ?end WHERE {
  %THING% a mk:Citation ; dcterms:source ?work ; mk:locator ?locator ; mk:digest ?digest ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end . OPTIONAL { ?work mk:textDigest ?text } } ORDER BY ?start"""
)
_RESTING = (
    PROLOGUE
    + """SELECT ?claim ?subject ?predicate ?object ?certainty WHERE {
  ?claim mk:citation %THING% ; a mk:Claim ; rdf:subject ?subject ;
  rdf:predicate ?predicate ; rdf:object ?object ; mk:certainty ?certainty . } ORDER BY ?subject ?predicate ?object LIMIT 400"""
)


def claim(site: Site, identifier: str, path: str) -> Reply:
    """The page of a claim: what it says, who says so, who says otherwise."""
    told = _claim(site, identifier)
    if not told:
        return about.fault(site, 404, "")
    rivals = [_claim(site, rival) for rival in told["rivals"]]
    return site.render("claim.html", path=path, identifier=identifier, claim=told, rivals=rivals)


def _claim(site: Site, identifier: str) -> dict[str, Any]:
    """A claim: its terms as names, its citations, what to know of it, the claims it conflicts with; empty where there is none."""
    answer = ask(site.graph.engine, about_thing(_CLAIM, identifier))
    rows: list[dict[str, Any]] = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    if not rows:
        return {}
    known = known_names(site, (value for row in rows for value in row.values()))
    cited = {row["citation"].text: row for row in rows}
    return {
        "iri": identifier,
        **{name: shown(rows[0][name], known) for name in ("subject", "predicate", "object", "status")},
        "is_implied": rows[0]["certainty"].text == MK + "implied",
        "notes": sorted({row[name].text for row in rows for name in ("note", "nuance") if row[name]}),
        "citations": [_as_citation(row, known) for row in cited.values()],
        "rivals": sorted({row["rival"].text for row in rows if row["rival"]}),
    }


def _as_citation(row: Mapping[str, Any], known: Mapping[str, Name]) -> dict[str, Any]:
    return {"iri": row["citation"].text, "locator": row["locator"].text, "work": shown(row["work"], known)}


def citation(site: Site, identifier: str, path: str) -> Reply:
    """The page of a passage: where it stands, its words where the operator has them, what rests on it."""
    answer = ask(site.graph.engine, about_thing(_CITATION, identifier))
    if not answer.rows:
        return about.fault(site, 404, "")
    row = dict(zip(answer.columns, answer.rows[0], strict=True))
    known = known_names(site, iter(row.values()))
    resting = ask(site.graph.engine, about_thing(_RESTING, identifier))
    names_of = known_names(site, (value for each in resting.rows for value in each))
    told = {name: value.text if value else "" for name, value in row.items()}
    start, end = int(told["start"]), int(told["end"])
    words = site.opened.texts.passage(told["text"], start, end, told["digest"])
    return site.render(
        "citation.html",
        path=path,
        identifier=identifier,
        locator=told["locator"],
        work=shown(row["work"], known) if row["work"] else None,
        start=start,
        end=end,
        digest=told["digest"],
        words_of_passage=words,
        claims=[_resting(dict(zip(resting.columns, each, strict=True)), names_of) for each in resting.rows],
    )


def _resting(row: Mapping[str, Any], known: Mapping[str, Name]) -> dict[str, Any]:
    told = {name: shown(row[name], known) for name in ("subject", "predicate", "object")}
    return {"iri": row["claim"].text, "is_implied": row["certainty"].text == MK + "implied", **told}
