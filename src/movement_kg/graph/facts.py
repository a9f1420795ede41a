"""Rows to facts: what each cell of each row states about which thing, with its passage and its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from ..errors import Origin, Problem, suggest
from ..ontology import Vocabulary
from ..tables import Column, Row
from ..terms import Term, Triple, iri, is_iri, literal, value
from ..vocabulary import BASE, CONCEPT, XSD, expand
from .people import PERSON, Keys, read_keys

_WHOLE_TABLES = ("positions",)  # like a relation, a position is asserted, or goes with its holder, as a whole


@dataclass(frozen=True, slots=True)
class Witness:
    """What one row adds to a fact: its passage, its certainty, what the words say beyond the value, where it stands."""

    origin: Origin
    citation: Term | None = None
    is_implied: bool = False
    nuance: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One triple as one cell states it."""

    triple: Triple
    witness: Witness


@dataclass(frozen=True, slots=True)
class Decision:
    """What the curators decided about the claims with a subject, a property and a value."""

    row: Row
    subject: Term
    predicate: Term
    value: str

    def means(self, term: Term) -> bool:
        """Whether a term is the value, as a cell writes it: a text, a path, or the last step of an IRI."""
        text = value(term)
        return self.value in (text, unquote(text.removeprefix(BASE)), unquote(text.rpartition("/")[2]))


@dataclass
class Facts:
    """Everything the tables state: facts with a passage, reference triples without, decisions, and who was withdrawn."""

    keys: Keys
    facts: list[Fact] = field(default_factory=list)
    references: dict[Triple, Origin] = field(default_factory=dict)
    relations: set[Term] = field(default_factory=set)
    subjects: dict[Term, Row] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    entered: list[Row] = field(default_factory=list)
    incomplete: set[tuple[str, int]] = field(default_factory=set)


class _Known(set[str]):
    """The IRIs of the things there are: those of these rows, and what others define."""

    def __init__(self, own: Iterable[str], is_known: Callable[[str], bool]) -> None:
        super().__init__(own)
        self._is_known = is_known

    def __contains__(self, iri: object) -> bool:
        return super().__contains__(iri) or (isinstance(iri, str) and self._is_known(iri))


class Reader:
    """Holds what every row needs to be read: the keys, the things there are, the words of the ontology.

    It knows all rows, and reads as many of them at a time as it is given; `keys` and `problems` are of all rows.
    """

    def __init__(
        self, rows: Sequence[Row], words: Vocabulary, is_known: Callable[[str], bool] = lambda iri: False
    ) -> None:
        self.keys, self.problems = read_keys(rows)
        self._rows = rows
        self._words = words
        self._faults: list[Problem] = []
        self._result = Facts(self.keys)
        subjects = ((row, self.subject(row)) for row in rows if row.table.defines_things)
        self._known = _Known({subject for _, subject in subjects if subject} | words.concepts, is_known)
        self._dropped = self._dropped_subjects()
        self._only_if_used: dict[str, list[Row]] = {}
        for row in rows:
            if row.table.only_if_used:
                self._only_if_used.setdefault(self.subject(row) or "", []).append(row)

    def read(self, rows: Iterable[Row], used: Iterable[Term] = ()) -> tuple[Facts, list[Problem]]:
        """What some rows state, and every reference in them that names nothing.

        With them are read the rows that count only if used: those that they lead to, and those of the terms in `used`.
        """
        self._result, self._faults = Facts(self.keys), []
        for row in rows:
            if not row.table.only_if_used:
                self._read_row(row)
        self._read_used(used)
        return self._result, self._faults

    def written(self, text: str) -> str | None:
        """The IRI of a thing as the graph writes it, of one that a table gives, by its key or by its hash."""
        return text if self.keys.is_hashed(text) and text in self._known else self.keys.iri(text)

    def is_only_if_used(self, thing: str) -> bool:
        """Whether a row that is read only if used defines the thing."""
        return thing in self._only_if_used

    def subject(self, row: Row) -> str | None:
        """The IRI of what a row is about, as the graph writes it."""
        return self._written(row, row.table.about_url)

    @cached_property
    def _by_kind(self) -> Mapping[str, set[str]]:
        """The names that there are, by the beginnings of their IRIs."""
        found: dict[str, set[str]] = {}
        for text in self._known:
            kind, _, name = text.rpartition("/")
            found.setdefault(kind, set()).add(name)
        return found

    def _read_used(self, wanted: Iterable[Term]) -> None:
        used = (
            {*wanted}
            | {fact.triple.object for fact in self._result.facts}
            | {t.object for t in self._result.references}
        )
        seen: set[str] = set()
        while used:
            names = [term[1:-1] for term in sorted(used) if term[1:-1] not in seen]
            seen.update(names)
            before = set(self._result.references)
            for row in (row for name in names for row in self._only_if_used.get(name, ())):
                self._read_row(row)
            used = {triple.object for triple in self._result.references if triple not in before}

    def _written(self, row: Row, template: str | None) -> str | None:
        """The IRI that a template gives for a row, as the graph writes it."""
        expanded = row.expand(template) if template else None
        return None if expanded is None else self.keys.iri(expanded)

    def _dropped_subjects(self) -> set[str]:
        """What goes with those withdrawn: they themselves, and whole relations and positions that name them."""
        dropped = {PERSON + opaque for opaque in self.keys.gone}
        for row in self._rows if dropped else ():
            subject, is_whole = self.subject(row), row.table.opaque or row.table.name in _WHOLE_TABLES
            named = (self._written(row, column.value_url) for column in row.table.columns)
            if subject and is_whole and any(map(self.keys.is_gone, named)):
                dropped.add(subject)
        return dropped

    def _read_row(self, row: Row) -> None:
        self._check_references(row)
        if row.table.name in _SPECIAL:
            _SPECIAL[row.table.name](self, row)
        subject = self.subject(row)
        if subject is None or subject in self._dropped or not is_iri(subject):
            return
        if not row.table.defines_things and subject not in self._known:
            return
        term = iri(subject)
        self._result.entered.append(row)
        if term not in self._result.subjects or not self._result.subjects[term].table.defines_things:
            self._result.subjects[term] = row
        if row.table.opaque or row.table.name in _WHOLE_TABLES:
            self._result.relations.add(term)
        said = [self._read_cell(row, term, column) for column in row.table.columns]
        if row.table.holds_claims and not any(said):
            message = "says nothing but its id and its passage; write a row in mentions.csv instead"
            self._problem(row, "", "MK017", message)

    def _read_cell(self, row: Row, subject: Term, column: Column) -> bool:
        """Keep what the cell states; whether it states anything of its own (a virtual column does not)."""
        if not column.property_url or column.suppressed:
            return False
        prop, term = self._property(row, column), self._value(row, column)
        if column.name in row.cells and term is None:
            self._result.incomplete.add((row.file, row.line))
        if prop is None or term is None or term[1:-1] in self._dropped:
            return column.name in row.cells
        about = self._written(row, column.about_url)
        triple = Triple(iri(about) if about else subject, iri(prop), term)
        if column.virtual or not row.table.holds_claims or prop in self._words.reference_properties:
            self._result.references.setdefault(triple, row.origin(column.name))
        else:
            self._result.facts.append(Fact(triple, _witness(row, column)))
        return not column.virtual

    def _property(self, row: Row, column: Column) -> str | None:
        expanded = row.expand(column.property_url or "")
        return self._words.name_properties.get(expanded, expanded) if expanded else None

    def _value(self, row: Row, column: Column) -> Term | None:
        if column.value_url:
            written = self._written(row, column.value_url)
            is_there = column.virtual or not _is_reference(column) or written in self._known
            return iri(written) if written and is_there and is_iri(written) else None
        cell = row.cells.get(column.name)
        if cell is None:
            return None
        tag = row.cells.get(column.language_column, "") if column.language_column else column.lang
        if column.language_column and not tag:
            return None
        return literal(cell, XSD + column.base, tag)

    def read_resolution(self, row: Row) -> None:
        """A decision of the curators about one claim."""
        if not {"subject", "property", "value", "status", "reason", "decider", "date"} <= set(row.cells):
            return
        named, prop = BASE + row.cells["subject"], expand(row.cells["property"])
        subject = self.written(named)
        meant = self.keys.iri(BASE + row.cells["value"])
        text = meant.removeprefix(BASE) if meant else row.cells["value"]
        if not is_iri(prop):
            self._problem(row, "property", "MK016", "must be a property such as mk:founded", row.cells["property"])
        elif subject and subject in self._known:
            self._result.decisions.append(Decision(row, iri(subject), iri(prop), text))

    def read_identity(self, row: Row) -> None:
        """A judged mapping (SSSOM): the predicate as it stands, or owl:differentFrom for a verdict that it does not hold."""
        if not {"subject_id", "predicate_id", "object_id"} <= set(row.cells):
            return
        found = {name: self._identity_part(row, name) for name in ("subject_id", "predicate_id", "object_id")}
        subject, prop, obj = found.values()
        if subject is None or prop is None or obj is None or {subject, obj} & self._dropped:
            return
        verdict = expand("owl:differentFrom") if row.cells.get("predicate_modifier") == "Not" else prop
        self._result.references[Triple(iri(subject), iri(verdict), iri(obj))] = row.origin("object_id")

    def _identity_part(self, row: Row, column: str) -> str | None:
        cell = row.cells[column]
        written = self.keys.iri(expand(cell))
        if written is None or not is_iri(written) or (written == cell and "//" not in cell):
            self._problem(row, column, "MK016", "must be an IRI, or one in short with a prefix that is known", cell)
            return None
        if written.startswith(BASE) and column != "predicate_id" and written not in self._known:
            self._problem(row, column, "MK018", "names nothing there is", cell)
            return None
        return written

    def _check_references(self, row: Row) -> None:
        for column in row.table.written_columns:
            expanded = (
                row.expand(column.value_url or "") if column.name in row.cells and _is_reference(column) else None
            )
            if expanded is not None and self.written(expanded) not in self._known:
                self._unknown(row, column, expanded)

    def _unknown(self, row: Row, column: Column, expanded: str) -> None:
        cell = row.cells[column.name]
        kind = expanded.rpartition("/")[0]
        if kind + "/" == PERSON and any(r.cells.get("id") == cell.rpartition("/")[2] for r in self._people_rows()):
            self._result.incomplete.add((row.file, row.line))
            return  # the person is there; that the opaque id is missing is told where it is missing
        near = suggest(cell.rpartition("/")[2], self._names_of(kind)) or self._code_of(kind, cell)
        if near and "/" in cell and "{+" in (column.value_url or ""):
            near = f"{cell.rpartition('/')[0]}/{near}"
        self._problem(row, column.name, "MK018", f"names no {_noun(kind)} there is", cell, near)

    def _people_rows(self) -> Iterable[Row]:
        return (row for row in self._rows if row.table.opaque_column)

    def _names_of(self, kind: str) -> Iterable[str]:
        return self.keys.people if kind + "/" == PERSON else self._by_kind.get(kind, ())

    def _code_of(self, kind: str, cell: str) -> str | None:
        """The code of a country, language or region whose English name stands where the code should."""
        name = cell.rpartition("/")[2].casefold()
        rows = (row for row in self._rows if row.cells.get("name_en", "").casefold() == name)
        return next((row.cells["code"] for row in rows if (self.subject(row) or "").startswith(kind)), None)

    def _problem(  # noqa: PLR0913 (what a problem is made of)
        self, row: Row, column: str, rule: str, message: str, value: str | None = None, near: str | None = None
    ) -> None:
        self._faults.append(Problem(row.origin(column), rule, message, value, near))


_SPECIAL = {"resolutions": Reader.read_resolution, "identities": Reader.read_identity}


def _is_reference(column: Column) -> bool:
    """Whether a column's cells name a thing that must be there; dates and web addresses need not be."""
    return column.value_url is not None and not column.is_edtf and column.base != "anyURI"


def _witness(row: Row, column: Column) -> Witness:
    cite = row.cells.get("cite")
    return Witness(
        origin=row.origin(column.name),
        citation=iri(f"{BASE}citation/{cite}") if cite else None,
        is_implied=row.cells.get("certainty") == "implied",
        nuance=row.cells.get("nuance"),
        note=row.cells.get("note"),
    )


def _noun(kind: str) -> str:
    if kind.startswith(CONCEPT):
        return f"concept of the scheme {kind[len(CONCEPT) :]}"
    return {"org": "organisation", "work": "publication"}.get(kind[len(BASE) :], kind[len(BASE) :] or "thing")
