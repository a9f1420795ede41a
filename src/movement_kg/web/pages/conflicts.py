"""Where the sources disagree: both sides of every disagreement, who says which, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ...entity import PROLOGUE, Name, ask, names
from ...terms import iri
from ...vocabulary import BASE, DCTERMS, MK, compact
from .about import fault
from .asked import Reply
from .site import Site
from .timeline import Passages, passages_in

_WORDS_FOR = frozenset(
    [*(MK + name for name in ("printedTitle", "acronym", "observedForm", "formerName")), DCTERMS + "title"]
)
_SIDES = """SELECT ?claim ?property ?value ?status ?certainty ?nuance ?note ?reason ?decider ?decided
    ?citation ?place ?source WHERE {
    VALUES ?claim { %CLAIMS% }
    ?claim rdf:predicate ?property ; rdf:object ?value ; mk:status ?status ; mk:certainty ?certainty ; mk:citation ?citation .
    ?citation mk:locator ?place ; dcterms:source/dcterms:identifier ?source .
    OPTIONAL { ?claim mk:nuance ?nuance } OPTIONAL { ?claim mk:note ?note }
    OPTIONAL { ?claim mk:reason ?reason ; mk:decidedBy ?decider ; mk:decidedOn ?decided }
} ORDER BY ?claim ?citation"""
_HOLDERS = """SELECT ?position ?holder ?citation ?place ?source WHERE {
    VALUES ?position { %POSITIONS% } ?position mk:holder ?holder .
    ?claim rdf:subject ?position ; rdf:predicate dcterms:description ; mk:citation ?citation .
    ?citation mk:locator ?place ; dcterms:source/dcterms:identifier ?source .
} ORDER BY ?position ?holder ?citation"""


@dataclass(frozen=True)
class Side:
    """One side of a disagreement: its own page, what it says of which property, and the passages that say so.

    `holders` are who hold a position; `status`, `reason`, `decider` and `decided` what was decided; `nuance` and `note` what
    the words say beyond the value.
    """

    iri: str
    value: Name
    passages: Passages
    property: Name = field(default_factory=lambda: Name(""))
    holders: tuple[tuple[str, Name], ...] = ()
    implied: bool = False
    status: str = "accepted"
    reason: str = ""
    decider: str = ""
    decided: str = ""
    nuance: str = ""
    note: str = ""


@dataclass(frozen=True)
class Conflict:
    """A disagreement about a thing: its two sides; of facts, or only of how a name is printed."""

    thing: str
    name: Name
    sides: tuple[Side, Side]
    is_wording: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether somebody decided something about it."""
        return any(side.status != "accepted" for side in self.sides)


def conflicts(site: Site) -> Reply:
    """Every disagreement, both sides of each, and what was decided."""
    if site.asked.is_deeper:
        return fault(site, 404, "")
    site.asked.only()
    found = _conflicts(site)
    return site.render(
        "conflicts.html",
        facts=[one for one in found if not one.is_wording],
        wordings=[one for one in found if one.is_wording],
        positions=_contradictions(site),
    )


def _conflicts(site: Site) -> list[Conflict]:
    pairs = [(str(row["thing"]), str(row["one"]), str(row["other"])) for row in site.graph.query("disagreements")]
    claims = " ".join(iri(claim) for pair in pairs for claim in pair[1:])
    rows = [*ask(site.graph.engine, PROLOGUE + _SIDES.replace("%CLAIMS%", claims))]
    things = {thing for thing, *_ in pairs} | {str(row[name]) for row in rows for name in ("property", "value")}
    known = names(site.graph.engine, {one for one in things if one.startswith("https://")}, site.words.language)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row["claim"]), []).append(row)
    return [
        Conflict(
            thing,
            known.get(thing, Name(compact(thing))),
            _both(_side(site, groups[one], known), _side(site, groups[other], known)),
            all(str(groups[claim][0]["property"]) in _WORDS_FOR for claim in (one, other)),
        )
        for thing, one, other in pairs
    ]


def _both(one: Side, other: Side) -> tuple[Side, Side]:
    """Two sides in the order of what they say: the earlier date first."""
    return (one, other) if (one.value.text, one.iri) < (other.value.text, other.iri) else (other, one)


def _side(site: Site, group: Sequence[Mapping[str, Any]], known: Mapping[str, Name]) -> Side:
    first = {name: str(value) if value is not None else "" for name, value in group[0].items()}
    value, date = first["value"], first["value"].removeprefix(BASE + "date/")
    shown = known.get(value, Name(value)) if date == value else Name(site.words.date(unquote(date)))
    return Side(
        first["claim"],
        shown,
        passages_in(group),
        known.get(first["property"], Name(compact(first["property"]))),
        implied=first["certainty"] == MK + "implied",
        status=first["status"].removeprefix(MK),
        reason=first["reason"],
        decider=first["decider"],
        decided=site.words.date(first["decided"]) if first["decided"] else "",
        nuance=first["nuance"],
        note=first["note"],
    )


def _contradictions(site: Site) -> list[tuple[Side, Side]]:
    """Positions that cannot be held together, as the curators judged when reading."""
    rows = [*site.graph.query("contradicting-positions")]
    texts = {str(row[side]): str(row[f"{side}_text"]) for row in rows for side in ("one", "other")}
    query = _HOLDERS.replace("%POSITIONS%", " ".join(map(iri, sorted(texts))))
    held = [*ask(site.graph.engine, PROLOGUE + query)]
    known = names(site.graph.engine, {str(row["holder"]) for row in held}, site.words.language)
    pairs = dict.fromkeys((str(row["one"]), str(row["other"])) for row in rows)
    return [tuple(_position(one, texts[one], held, known) for one in pair) for pair in pairs]  # type: ignore[misc]  # (a pair of two)


def _position(position: str, told: str, held: Sequence[Mapping[str, Any]], known: Mapping[str, Name]) -> Side:
    own = [row for row in held if row["position"] == position]
    holders = {str(row["holder"]): known.get(str(row["holder"]), Name(compact(str(row["holder"])))) for row in own}
    return Side(position, Name(told, "en"), passages_in(own), holders=tuple(holders.items()))
