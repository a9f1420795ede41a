"""What a named query's rows look like as a map, a timeline, a chart or a network."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from ...draw import chart, timeline, worldmap
from ...entity import AT_ONCE, PROLOGUE, Name, ask, names
from ...network import PROJECTIONS, Projection
from ...queries import NamedQuery
from ...results import Answer, Value
from ...terms import iri
from ...vocabulary import BASE, compact
from .cells import SHOWN, is_number
from .site import Site

#: How many bars a chart has: more are no picture any more.
BARS = 60
_COUNTRY = BASE + "country/"
_KINDS: Mapping[str, str] = {"org": "organisation", "event": "event", "work": "publication", "provision": "provision"}
#: Numbers that count nothing: a place in a list, a date's parts.
_NO_MEASURE = ("number", "order", "upper")
_NOTES = ("state", "how", "comparator", "unit", "date")

Row = Mapping[str, Value | None]


@dataclass(frozen=True)
class Picture:
    """A picture: its SVG in one or two widths, what is said under it, or the address of one that another page draws."""

    wide: str = ""
    narrow: str = ""
    note: str = ""
    image: str = ""
    page: str = ""


def picture(site: Site, query: NamedQuery, answer: Answer, given: Mapping[str, Sequence[str]]) -> Picture | None:
    """The picture that a query's header asks for; none where its rows hold nothing to draw."""
    if query.view == "network":
        return network(site, query, given) if answer.rows else None
    draw = {"map": _map, "timeline": _timeline, "chart": _chart}.get(query.view)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows[:SHOWN]]
    return draw(site, query, rows) if draw and rows else None


def network(site: Site, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> Picture | None:
    """The network that a query gives the edges of, where it is a projection's."""
    projection = _projection(query)
    if projection is None:
        return None
    values = [(name, value) for name, each in given.items() for value in each]
    tail = f"?{urlencode(values)}" if values else ""
    return Picture(
        image=site.url(f"/network/{projection.name}.svg{tail}"), page=site.url(f"/network/{projection.name}{tail}")
    )


def is_of_everything(query: NamedQuery) -> bool:
    """Whether a query gives the edges between all things: so many that a page of them should be asked for by name."""
    projection = _projection(query)
    return projection is not None and "mk:Thing" in projection.classes


def _projection(query: NamedQuery) -> Projection | None:
    return next((one for one in PROJECTIONS.values() if one.query == query.name), None)


# The map


def _map(site: Site, query: NamedQuery, rows: Sequence[Row]) -> Picture | None:
    places = _countries_of(site, rows)
    found: dict[str, list[Row]] = {}
    for row in rows:
        for country in dict.fromkeys(places[v.text] for v in row.values() if v and v.text in places):
            found.setdefault(country, []).append(row)
    if not found:
        return None
    known = names(site.graph.engine, found, site.words.language)
    marks = {one.rpartition("/")[2]: _mark(site, one, told, known) for one, told in found.items()}
    title, column = site.words.say(query.summary), _measured(rows)
    is_counted = column and all(len(told) == 1 for told in found.values())
    unit = column.replace("_", " ") if is_counted else site.words.say("statements")
    note = site.words.say("The number is that of the column “{column}”.").replace("{column}", unit)
    if not is_counted:
        note = site.words.say("The number says how many rows of the table speak of the country, whatever they say.")
    return Picture(_svg(worldmap.worldmap(marks, title, note, unit=unit)), note=note)


def _mark(site: Site, country: str, told: Sequence[Row], known: Mapping[str, Name]) -> worldmap.Mark:
    column = _measured(told)
    count = len(told)
    if column and count == 1 and (value := told[0][column]):
        count = int(float(value.text))
    notes = dict.fromkeys(v.text for row in told for name in _NOTES if (v := row.get(name)) and v.text)
    name = known.get(country, Name(compact(country)))
    return worldmap.Mark(name.text, count, site.link(country), ", ".join(notes))


def _countries_of(site: Site, rows: Sequence[Row]) -> dict[str, str]:
    """The country of each thing in the rows that is one, or that lies in one."""
    things = sorted({v.text for row in rows for v in row.values() if v and v.kind == "uri" and v.text.startswith(BASE)})
    found = {}
    for start in range(0, len(things), AT_ONCE):
        block = " ".join(map(iri, things[start : start + AT_ONCE]))
        query = (
            f"SELECT ?place ?country WHERE {{ VALUES ?place {{ {block} }} ?place a mk:Place ; mk:country ?country }}"
        )
        for row in ask(site.graph.engine, f"{PROLOGUE}{query} ORDER BY ?place ?country"):
            found[str(row["place"])] = str(row["country"])
    return found | {one: one for one in things if one.startswith(_COUNTRY)}


# The timeline


@dataclass(frozen=True)
class _Span:
    """A date of the graph: how precise it is, its first and its last day (None where open)."""

    precision: str
    earliest: datetime.date | None
    latest: datetime.date | None


def _timeline(site: Site, query: NamedQuery, rows: Sequence[Row]) -> Picture | None:
    spans, disputed = _spans(site), _disputed(site)
    things = {thing.text for row in rows if (thing := _thing(row))}
    known = names(site.graph.engine, things, site.words.language)
    entries = list(dict.fromkeys(entry for row in rows if (entry := _entry(site, row, spans, disputed, known))))
    if not entries:
        return None
    title, said = site.words.say(query.summary), site.words.say(query.description)
    wide = timeline.timeline(entries, title, said)
    narrow = timeline.timeline(entries, title, said, width=360, vertical=True)
    return Picture(_svg(wide), _svg(narrow))


def _entry(
    site: Site,
    row: Row,
    spans: Mapping[str, _Span],
    disputed: set[tuple[str, str]],
    known: Mapping[str, Name],
) -> timeline.Entry | None:
    thing, label = _thing(row), _date(row, spans)
    if thing is None or not label:
        return None
    span, lane = spans[label], row.get("what") or row.get("kind")
    name = known.get(thing.text, Name(compact(thing.text)))
    kind = _KINDS.get(compact(thing.text).partition("/")[0], "other")
    return timeline.Entry(
        name.text,
        site.link(thing.text),
        span.earliest,
        span.latest,
        span.precision,
        kind,
        lane.text if lane else "",
        label,
        (thing.text, label) in disputed,
    )


def _thing(row: Row) -> Value | None:
    """What a row is about: its column `thing`, else its first thing."""
    things = [value for value in row.values() if value and value.kind == "uri"]
    chosen = row.get("thing")
    return chosen if chosen and chosen.kind == "uri" else next(iter(things), None)


def _date(row: Row, spans: Mapping[str, _Span]) -> str:
    """The label of the date that a row gives: the one that begins on the row's first day."""
    first = row.get("earliest")
    for value in row.values():
        if value and value.kind == "literal" and (span := spans.get(value.text)):
            day = span.earliest.isoformat() if span.earliest else ""
            if day == (first.text if first else ""):
                return value.text
    return ""


def _spans(site: Site) -> dict[str, _Span]:
    """Every date of the graph by its label."""
    query = """SELECT ?label ?precision ?earliest ?latest WHERE {
        ?date a mk:Date ; skos:prefLabel ?label ; mk:precision ?precision .
        OPTIONAL { ?date mk:earliest ?earliest } OPTIONAL { ?date mk:latest ?latest } } ORDER BY ?date"""
    return {
        str(row["label"]): _Span(str(row["precision"]), _day(row["earliest"]), _day(row["latest"]))
        for row in ask(site.graph.engine, PROLOGUE + query)
    }


def _disputed(site: Site) -> set[tuple[str, str]]:
    """Things and labels of those of their dates that another source contradicts."""
    query = """SELECT DISTINCT ?thing ?label WHERE {
        ?claim mk:conflictsWith ?rival ; rdf:subject ?thing ; rdf:object ?date . ?date a mk:Date ; skos:prefLabel ?label }"""
    return {(str(row["thing"]), str(row["label"])) for row in ask(site.graph.engine, PROLOGUE + query)}


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


# The chart


def _chart(site: Site, query: NamedQuery, rows: Sequence[Row]) -> Picture | None:
    column = _measured(rows)
    if not column:
        return None
    known = names(site.graph.engine, {t.text for row in rows if (t := _thing(row))}, site.words.language)
    bars = list(_bars(site, rows, column, known))
    note = site.words.say("The bars show the column “{column}”.").replace("{column}", column.replace("_", " "))
    if len(bars) > BARS:
        bars = _greatest(bars)
        note += " " + site.words.say("Only the {n} greatest are drawn.").replace("{n}", site.words.number(BARS))
    title = site.words.say(query.summary)
    wide, narrow = chart.bars(bars, title, note), chart.bars(bars, title, note, width=360)
    return Picture(_svg(wide), _svg(narrow), note)


def _bars(site: Site, rows: Sequence[Row], column: str, known: Mapping[str, Name]) -> Iterator[chart.Bar]:
    for row in rows:
        if (value := row[column]) and is_number(value):
            thing = _thing(row)
            label = ", ".join(dict.fromkeys(_told(row, thing, known)))
            notes = [v.text for name in _NOTES if (v := row.get(name)) and v.text]
            yield chart.Bar(label, float(value.text), site.link(thing.text) if thing else "", ", ".join(notes))


def _greatest(bars: Sequence[chart.Bar]) -> list[chart.Bar]:
    """As many as a picture holds, in the order in which they came."""
    ranked = sorted(range(len(bars)), key=lambda place: (-bars[place].value, place))
    return [bars[place] for place in sorted(ranked[:BARS])]


def _told(row: Row, thing: Value | None, known: Mapping[str, Name]) -> Iterator[str]:
    """What a bar stands for: the row's own words, else the thing's name, and what tells bars of one thing apart."""
    said = next((v for name in ("description", "title") if (v := row.get(name)) and v.text), None)
    if said:
        yield said.text.rstrip(".")
    elif thing:
        yield known.get(thing.text, Name(compact(thing.text))).text
    for name in ("stance", "date"):
        if (value := row.get(name)) and value.text:
            yield value.text


def _measured(rows: Sequence[Row]) -> str:
    """The column that a picture shows: `value`, or `passages`, else the first that holds nothing but numbers."""
    columns = [name for name in rows[0] if name not in _NO_MEASURE and _is_measure([row[name] for row in rows])]
    return next((name for name in ("value", "passages") if name in columns), next(iter(columns), ""))


def _is_measure(values: Sequence[Value | None]) -> bool:
    return any(values) and all(is_number(value) for value in values if value)


def _svg(pieces: Iterator[bytes]) -> Markup:
    return Markup(b"".join(pieces).decode())  # noqa: S704 (draw escapes every text in it)
