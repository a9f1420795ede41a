"""One thing and everything the graph says of it, each fact with its numbered sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..engines import Engine
from ..results import Value
from ..terms import iri, is_iri
from ..vocabulary import BASE, MK, RDF, compact
from .names import PROLOGUE, Name, ask, names

RELATIONS = ("membership", "participation", "contribution", "link", "mention")
_MARRIAGE = BASE + "concept/link-kind/spouse"
_PLAIN = (MK, BASE + "concept/", BASE + "date/")


@dataclass(frozen=True)
class Fact:
    """A property and a value: as terms, and as people read them (`label`, `value`).

    `claim` is what holds them, `sources` the numbers of the passages that say so, `marks` what to know of it.
    """

    predicate: str
    object: Value
    label: Name
    value: Name
    claim: str
    sources: tuple[int, ...]
    marks: tuple[str, ...] = ()

    @property
    def thing(self) -> str:
        """The IRI of the thing that is the value, "" where it is text or a number."""
        return self.object.text if self.object.kind == "uri" else ""

    @property
    def is_disputed(self) -> bool:
        """Whether the sources disagree on it."""
        return DISAGREE in self.marks

    def __str__(self) -> str:
        numbers = "".join(f"[{number}]" for number in self.sources)
        marks = f" ({', '.join(self.marks)})" if self.marks else ""
        is_shown = (
            self.thing.startswith(BASE) and not self.thing.startswith(_PLAIN) and self.value.text != compact(self.thing)
        )
        beside = f" ({compact(self.thing)})" if is_shown else ""
        return f"{self.label.text}: {self.value.text}{beside} {numbers}{marks}".rstrip()


@dataclass(frozen=True)
class Relation:
    """Something that leads to the thing: a relation such as a membership, or another thing; its name and its facts."""

    iri: str
    name: Name
    facts: tuple[Fact, ...]

    @property
    def kind(self) -> str:
        """What it is, as the first step of its path: membership, link, event, figure and so on."""
        return _kind(self.iri)

    @property
    def title(self) -> str:
        """Its kind; for what is a thing of its own, its name too."""
        return self.kind if self.kind in RELATIONS else f"{self.kind}: {self.name.text} ({compact(self.iri)})"


@dataclass(frozen=True)
class Source:
    """A passage behind a fact: its citation, the work it stands in and that work's name, and where it stands there."""

    citation: str
    work: str
    title: Name
    locator: str

    @property
    def key(self) -> str:
        """The citation's id, such as `002-45`."""
        return compact(self.citation).partition("/")[2]

    def __str__(self) -> str:
        return f"{self.title.text}: {self.locator} ({compact(self.citation)})"


@dataclass(frozen=True)
class Entity:
    """A thing: its IRI, its name, its kinds, its facts, what leads to it, and the passages behind all that.

    `totals` says how many relations and things of each kind lead to it, whether they are all here or not.
    """

    iri: str
    name: Name
    kinds: tuple[Name, ...]
    facts: tuple[Fact, ...] = ()
    relations: tuple[Relation, ...] = ()
    sources: tuple[Source, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name as text."""
        return self.name.text

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The thing as text."""
        kinds = ", ".join(kind.text for kind in self.kinds) or "thing"
        yield f"{self.label}  ({compact(self.iri)}; {kinds})"
        yield ""
        yield from (f"  {fact}" for fact in self.facts)
        for relation in self.relations:
            yield f"  {relation.title}"
            yield from (f"    {fact}" for fact in relation.facts)
        yield ""
        yield "Sources"
        yield from (f"  [{number}] {source}" for number, source in enumerate(self.sources, 1))


DISAGREE = "the sources disagree"


def _kind(thing: str) -> str:
    return compact(thing).partition("/")[0]


@dataclass(frozen=True)
class Part:
    """How much of what leads to a thing is wanted: of each kind `most` (0 for all), or all of the kind `only`."""

    most: int = 0
    only: str = ""

    def of(self, leading: Sequence[str]) -> list[str]:
        """The IRIs of that part."""
        found: dict[str, list[str]] = {}
        for one in leading:
            found.setdefault(_kind(one), []).append(one)
        if self.only:
            return found.get(self.only, [])
        return [one for group in found.values() for one in (group[: self.most] if self.most else group)]


def describe(engine: Engine, thing: str, language: str = "en", part: Part = Part()) -> Entity:
    """What the graph says of a thing, by its IRI; names in the language where there are such. Marriages are left out."""
    # Two questions: engines join a list of subjects at once, but compute a union of them for the whole graph first.
    hidden = set() if thing == _MARRIAGE else _leading(engine, _MARRIAGE)
    leading = sorted(_leading(engine, thing) - hidden)
    wanted = sorted({*part.of(leading), thing})
    answer = ask(engine, _FACTS.replace("%THINGS%", " ".join(map(iri, wanted))))
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    book = _Book(names(engine, _named(rows, thing), language))
    own = tuple(book.facts(row for row in rows if _text(row["subject"]) == thing))
    relations = tuple(book.relations([row for row in rows if _text(row["subject"]) != thing]))
    kinds = ask(engine, _KINDS.replace("%THING%", iri(thing))).rows
    named = tuple(sorted((Name(kind.text, kind.language) for (kind,) in kinds if kind), key=lambda kind: kind.text))
    totals = Counter(_kind(one) for one in leading if one != thing)
    return Entity(thing, book.name(thing), named, own, relations, tuple(book.sources), totals)


_Row = Mapping[str, Value | None]
_FACTS = (
    PROLOGUE
    + """SELECT ?subject ?predicate ?object ?claim ?certainty ?status ?rival ?nuance ?citation ?locator ?work WHERE {
    VALUES ?subject { %THINGS% }
    ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; a mk:Claim ;
        mk:certainty ?certainty ; mk:status ?status ; mk:citation ?citation .
    ?citation mk:locator ?locator ; dcterms:source ?work .
    OPTIONAL { ?claim mk:conflictsWith ?rival }
    OPTIONAL { ?claim mk:nuance ?nuance }
} ORDER BY ?subject ?predicate ?object ?citation ?rival ?nuance"""
)
_LEADING = PROLOGUE + "SELECT DISTINCT ?subject WHERE { ?claim rdf:object %THING% ; rdf:subject ?subject ; a mk:Claim }"
_KINDS = PROLOGUE + "SELECT DISTINCT ?kind WHERE { %THING% a/rdfs:label ?kind } ORDER BY ?kind"


def _leading(engine: Engine, thing: str) -> set[str]:
    """The IRIs of which some claim says that they lead to the thing."""
    return {row[0].text for row in ask(engine, _LEADING.replace("%THING%", iri(thing))).rows if row[0]}


def _text(value: Value | None) -> str:
    return value.text if value else ""


def _named(rows: Iterable[_Row], thing: str) -> set[str]:
    """The IRIs for which a name is wanted."""
    ours = {_text(row[name]) for row in rows for name in ("subject", "object", "work")}
    return (
        {one for one in ours if one.startswith(BASE) and is_iri(one)}
        | {_text(row["predicate"]) for row in rows}
        | {thing}
    )


class _Book:
    """Numbers the passages as they are first met, and turns rows of claims into facts."""

    def __init__(self, known: Mapping[str, Name]) -> None:
        self._names = known
        self._numbers: dict[str, int] = {}
        self.sources: list[Source] = []

    def name(self, text: str) -> Name:
        """The name of an IRI; the IRI in short where it has none."""
        return self._names.get(text) or Name(compact(text))

    def facts(self, rows: Iterable[_Row], leave_out: str = "") -> Iterator[Fact]:
        """One fact for each claim."""
        claims: dict[str, list[_Row]] = {}
        for row in rows:
            claims.setdefault(_text(row["claim"]), []).append(row)
        for claim, group in claims.items():
            first = group[0]
            predicate, value = _text(first["predicate"]), first["object"]
            if predicate != leave_out and value:
                numbers = tuple(sorted({self._number(row) for row in group}))
                shown = self.name(value.text) if value.kind == "uri" else _shown(value)
                yield Fact(predicate, value, self.name(predicate), shown, claim, numbers, _marks(first))

    def relations(self, rows: list[_Row]) -> Iterator[Relation]:
        """The nodes that lead to the thing, each with its facts."""
        nodes: dict[str, list[_Row]] = {}
        for row in rows:
            nodes.setdefault(_text(row["subject"]), []).append(row)
        for node, group in sorted(nodes.items()):
            yield Relation(node, self.name(node), tuple(self.facts(group, leave_out=RDF + "type")))

    def _number(self, row: _Row) -> int:
        key = _text(row["citation"])
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            work = _text(row["work"])
            self.sources.append(Source(key, work, self.name(work), _text(row["locator"])))
        return self._numbers[key]


def _shown(value: Value) -> Name:
    """A literal as people read it."""
    return Name(str(value.python()) if value.datatype.endswith("boolean") else value.text, value.language)


def _marks(first: _Row) -> tuple[str, ...]:
    marks = [_text(first["nuance"])] if first["nuance"] else []
    if _text(first["certainty"]) == MK + "implied":
        marks.append("implied")
    if _text(first["status"]) != MK + "accepted":
        marks.append(compact(_text(first["status"])).removeprefix("mk:"))
    if first["rival"]:
        marks.append(DISAGREE)
    return tuple(marks)
