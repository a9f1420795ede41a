"""Tables of answers as a page shows them: each value as people read it, with where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...entity import AT_ONCE, PROLOGUE, Name, ask, names
from ...results import Answer, Value
from ...terms import is_iri, literal
from ...vocabulary import BASE, XSD, compact
from .site import Site

#: How many rows a page shows; all of them are in the files.
SHOWN = 1_000
_NUMBERS = frozenset(XSD + name for name in "integer decimal double float int long nonNegativeInteger".split())
_DATE = XSD + "date"
_BOOLEAN = XSD + "boolean"
_DATES = BASE + "date/"

Row = Sequence[Value | None]


@dataclass(frozen=True)
class Cell:
    """A value to show: its text, the kind of its term ("" for none), where it leads, the language it is in where that is not
    the reader's or is part of the value, and whether it is a number.
    """

    text: str
    kind: str = ""
    href: str = ""
    lang: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """An answer to show: its columns and the first rows of it, how many of how many; a truth value or the lines of a graph
    where it is one of these.
    """

    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    shown: int = 0
    total: int = 0
    boolean: bool | None = None
    triples: str | None = None
    left_out: int = 0

    def is_numeric(self, place: int) -> bool:
        """Whether a column holds numbers and nothing else."""
        cells = [row[place] for row in self.rows if row[place].text]
        return bool(cells) and all(cell.numeric for cell in cells)


def plain(site: Site, answer: Answer) -> Table:
    """The table of an answer to anybody's query: terms in short form, beside each IRI of ours its name."""
    rows = answer.rows[:SHOWN]
    known = names(site.graph.engine, _ours(rows), site.words.language)
    cells = [[_term(site, value, known) for value in row] for row in rows]
    return Table(answer.columns, cells, len(rows), len(answer.rows), answer.boolean)


def readable(site: Site, answer: Answer) -> Table:
    """The table of a named query's answer: things by their names, dates and numbers as people write them, a passage with a
    link to what rests on it. A column that only repeats the name of a thing beside it is left out.
    """
    rows, columns = answer.rows[:SHOWN], answer.columns
    engine, language = site.graph.engine, site.words.language
    english = names(engine, _ours(rows))
    known = english if language == "en" else names(engine, _ours(rows), language)
    kept = [place for place in range(len(columns)) if not _is_idle(place, rows, english)]
    cells = [[cell(site, value, known) for value in row] for row in rows]
    cells = _cited(site, columns, cells, _passages(site, columns, rows))
    shown = [[row[place] for place in kept] for row in cells]
    total, idle = len(answer.rows), len(columns) - len(kept)
    return Table([columns[place] for place in kept], shown, len(rows), total, answer.boolean, left_out=idle)


def cell(site: Site, value: Value | None, known: Mapping[str, Name]) -> Cell:
    """A value as people read it, things by the names that are known."""
    if value is None:
        return Cell("")
    if value.kind == "uri":
        return _named(site, value.text, known)
    if value.datatype in _NUMBERS:
        return Cell(_number(site, value.text), "literal", numeric=True)
    if value.datatype == _DATE:
        return Cell(site.words.date(value.text), "literal")
    if value.datatype == _BOOLEAN:
        say = site.words.say
        return Cell(say("yes") if value.text == "true" else say("no"), "literal")
    return Cell(value.text, value.kind, lang=value.language)


def is_number(value: Value | None) -> bool:
    """Whether a value is a number."""
    return value is not None and value.datatype in _NUMBERS


def _ours(rows: Iterable[Row]) -> set[str]:
    return {v.text for row in rows for v in row if v and v.kind == "uri" and v.text.startswith(BASE) and is_iri(v.text)}


def _term(site: Site, value: Value | None, known: Mapping[str, Name]) -> Cell:
    if value is None:
        return Cell("")
    if value.kind != "uri":
        text = f"_:{value.text}" if value.kind == "bnode" else value.text
        return Cell(text, value.kind, lang=value.language, numeric=value.datatype in _NUMBERS)
    name = known.get(value.text)
    text = f"{compact(value.text)} ({name.text})" if name else compact(value.text)
    return Cell(text, "uri", site.link(value.text))


def _named(site: Site, iri: str, known: Mapping[str, Name]) -> Cell:
    """A thing by its name; a date leads nowhere, for its page says no more."""
    name = known.get(iri) or Name(compact(iri))
    if iri.startswith(_DATES):
        return Cell(site.date(iri, name), "literal")
    href = site.link(iri)
    lang = "" if name.language == site.words.language else name.language
    return Cell(name.text, "uri", href, lang)


def _number(site: Site, text: str) -> str:
    try:
        return site.words.number(text)
    except (ValueError, ArithmeticError):  # INF and NaN
        return text


def _is_idle(place: int, rows: Sequence[Row], english: Mapping[str, Name]) -> bool:
    """Whether a column says nothing, or in every row the name of the thing in one other column."""
    texts = [value for row in rows if (value := row[place]) and value.text]
    if any(text.kind != "literal" for text in texts):
        return False
    others = [other for other in range(len(rows[0])) if other != place] if rows else []
    return any(all(_says_name(row[place], row[other], english) for row in rows) for other in others)


def _says_name(text: Value | None, thing: Value | None, english: Mapping[str, Name]) -> bool:
    if text is None or not text.text:
        return True
    return thing is not None and thing.kind == "uri" and thing.text in english and english[thing.text].text == text.text


def _cited(
    site: Site, columns: Sequence[str], rows: list[list[Cell]], passages: Mapping[tuple[str, str], tuple[str, str]]
) -> list[list[Cell]]:
    """The rows with links from the numbers of sources and the places of passages."""
    for source, passage in _pairs(columns):
        for row in rows:
            citation, document = passages.get((row[source].text, row[passage].text), ("", ""))
            if citation:
                row[source] = replace(row[source], href=site.link(document))
                row[passage] = replace(row[passage], href=site.link(citation))
    return rows


def _pairs(columns: Sequence[str]) -> list[tuple[int, int]]:
    """Where the columns `source` and `passage` stand, and those such as `held_source` and `held_passage`."""
    ends = [name.removesuffix("passage") for name in columns if name == "passage" or name.endswith("_passage")]
    return [
        (columns.index(f"{end}source"), columns.index(f"{end}passage")) for end in ends if f"{end}source" in columns
    ]


def _passages(site: Site, columns: Sequence[str], rows: Sequence[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """For the number of a source and the place of a passage in it, the IRIs of citation and source, where there is one such."""
    places = sorted({v.text for row in rows for _, passage in _pairs(columns) if (v := row[passage]) and v.text})
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for start in range(0, len(places), AT_ONCE):
        block = " ".join(map(literal, places[start : start + AT_ONCE]))
        for row in ask(site.graph.engine, PROLOGUE + _CITED.replace("%PLACES%", block)):
            key = (str(row["source"]), str(row["place"]))
            found[key] = ("", "") if key in found else (str(row["citation"]), str(row["document"]))
    return found


_CITED = """SELECT ?citation ?document ?source ?place WHERE {
    VALUES ?place { %PLACES% }
    ?citation mk:locator ?place ; dcterms:source ?document . ?document dcterms:identifier ?source .
} ORDER BY ?citation"""
