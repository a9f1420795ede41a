"""Rows to facts: what each cell of each row states about which thing, with its passage and its place in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Origin, Problem, suggest
from ..ontology import Vocabulary
from ..tables import Column, Row
from ..terms import Term, Triple, iri, literal
from ..vocabulary import BASE, CONCEPT, XSD, expand

PERSON = f"{BASE}person/"
_WHOLE_TABLES = ("positions",)  # like relations: with a withdrawn holder nothing of the row is left


@dataclass(frozen=True, slots=True)
class Witness:
    """What one row adds to a fact: its passage, its certainty, what the words say beyond the value, and where it stands."""

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


@dataclass
class Facts:
    """Everything the tables state: facts with a passage, reference triples without, and who was withdrawn."""

    facts: list[Fact] = field(default_factory=list)
    references: dict[Triple, Origin] = field(default_factory=dict)
    relations: set[Term] = field(default_factory=set)
    subjects: dict[Term, Origin] = field(default_factory=dict)
    withdrawn: dict[str, Row] = field(default_factory=dict)
    withdrawn_names: dict[str, str] = field(default_factory=dict)
    resolutions: list[Row] = field(default_factory=list)


def read_facts(rows: Sequence[Row], words: Vocabulary) -> tuple[Facts, list[Problem]]:
    """What the rows state, and every reference in them that names nothing."""
    reader = _Reader(rows, words)
    return reader.read(), reader.problems


class _Reader:
    """Holds what every row needs to be read: the keys of people, the things there are, the words of the ontology."""

    def __init__(self, rows: Sequence[Row], words: Vocabulary) -> None:
        self.problems: list[Problem] = []
        self._rows = rows
        self._words = words
        self._people = self._opaque_ids()
        self._result = Facts()
        self._result.withdrawn = {
            row.cells["iri"]: row for row in rows if row.table.name == "withdrawals" and "iri" in row.cells
        }
        self._gone = {PERSON + opaque for opaque in self._result.withdrawn}
        self._subjects = {row: self._subject(row) for row in rows}
        self._known = {s for row, s in self._subjects.items() if s and row.table.defines_things} | words.concepts
        self._by_kind = _by_kind(self._known)
        self._dropped = self._dropped_subjects()

    def read(self) -> Facts:
        """Read every row."""
        pending: dict[str, list[Row]] = {}
        for row in self._rows:
            if row.table.name == "resolutions":
                self._result.resolutions.append(row)
            if row.table.name == "identities":
                self._read_identity(row)
            if row.table.only_if_used:
                pending.setdefault(self._subjects[row] or "", []).append(row)
            else:
                self._read_row(row)
        self._read_used(pending)
        return self._result

    def _read_used(self, pending: dict[str, list[Row]]) -> None:
        used = {fact.triple.object for fact in self._result.facts} | {t.object for t in self._result.references}
        while used:
            rows = [row for term in sorted(used) for row in pending.pop(term[1:-1], ())]
            before = set(self._result.references)
            for row in rows:
                self._read_row(row)
            used = {triple.object for triple in self._result.references if triple not in before}

    def _opaque_ids(self) -> dict[str, str]:
        """From a person's key to the opaque id; a person without one, or with a taken one, is a problem."""
        found: dict[str, str] = {}
        first: dict[str, Row] = {}
        for row in self._rows:
            if row.table.opaque_column and "id" in row.cells:
                key = row.cells["id"]
                first.setdefault(key, row)
                opaque = row.cells.get(row.table.opaque_column)
                if opaque and found.get(key, opaque) != opaque:
                    self._problem(row, "iri", "MK021", f"the person {key!r} already has the id {found[key]!r}", opaque)
                elif opaque and opaque in found.values() and key not in found:
                    self._problem(row, "iri", "MK021", "this id stands for somebody else", opaque)
                elif opaque:
                    found[key] = opaque
        for key, row in first.items():
            if key not in found:
                self._problem(
                    row, "iri", "MK021", f"the person {key!r} needs an opaque id (movement-kg new-id makes one)"
                )
        return found

    def _subject(self, row: Row) -> str | None:
        about = row.expand(row.table.about_url) if row.table.about_url else None
        if about is None:
            return None
        if row.table.opaque:
            head, _, key = about.rpartition("/")
            return f"{head}/{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        return self._with_opaque_id(about)

    def _with_opaque_id(self, text: str) -> str:
        """The IRI, with a person's readable key replaced by the opaque id."""
        if not text.startswith(PERSON):
            return text
        return PERSON + self._people.get(text[len(PERSON) :], "\0unknown")

    def _dropped_subjects(self) -> set[str]:
        dropped = set(self._gone)
        for row, subject in self._subjects.items():
            is_whole = row.table.opaque or row.table.name in _WHOLE_TABLES
            if subject and is_whole and self._gone & {self._iri_of(row, column) for column in row.table.columns}:
                dropped.add(subject)
        return dropped

    def _iri_of(self, row: Row, column: Column) -> str | None:
        expanded = row.expand(column.value_url) if column.value_url else None
        return None if expanded is None else self._with_opaque_id(expanded)

    def _read_row(self, row: Row) -> None:
        subject = self._subjects[row]
        if row.table.name == "names" and subject in self._gone and "name" in row.cells:
            self._result.withdrawn_names[row.cells["name"]] = subject or ""
        self._check_references(row)
        if subject is None or subject in self._dropped or "\0" in subject:
            return
        term = iri(subject)
        self._result.subjects.setdefault(term, row.origin())
        if row.table.opaque:
            self._result.relations.add(term)
        said = [self._read_cell(row, term, column) for column in row.table.columns]
        if row.table.holds_claims and not any(said):
            self._problem(
                row, "", "MK017", "says nothing but its id and its passage; write a row in mentions.csv instead"
            )

    def _read_identity(self, row: Row) -> None:
        """A judged mapping (SSSOM): the predicate as it stands, or owl:differentFrom for the verdict that it does not hold."""
        if not {"subject_id", "predicate_id", "object_id"} <= set(row.cells):
            return
        verdict = "owl:differentFrom" if row.cells.get("predicate_modifier") == "Not" else row.cells["predicate_id"]
        subject, obj = (self._with_opaque_id(expand(row.cells[name])) for name in ("subject_id", "object_id"))
        if subject.startswith(BASE) and subject not in self._known:
            self._problem(row, "subject_id", "MK018", "names nothing there is", row.cells["subject_id"])
        elif not {subject, obj} & self._gone:
            self._result.references[Triple(iri(subject), iri(expand(verdict)), iri(obj))] = row.origin("object_id")

    def _read_cell(self, row: Row, subject: Term, column: Column) -> bool:
        """Keep what the cell states; whether it states anything of its own (a virtual column does not)."""
        if not column.property_url or column.suppressed:
            return False
        prop, value = self._property(row, column), self._value(row, column)
        if prop is None or value is None or value[1:-1] in self._gone:
            return column.name in row.cells
        about = row.expand(column.about_url) if column.about_url else None
        triple = Triple(iri(about) if about else subject, iri(prop), value)
        if column.virtual or not row.table.holds_claims or prop in self._words.reference_properties:
            self._result.references.setdefault(triple, row.origin(column.name))
        else:
            self._result.facts.append(Fact(triple, self._witness(row, column)))
        return not column.virtual

    def _property(self, row: Row, column: Column) -> str | None:
        expanded = row.expand(column.property_url or "")
        return self._words.name_properties.get(expanded, expanded) if expanded else None

    def _value(self, row: Row, column: Column) -> Term | None:
        if column.value_url:
            expanded = self._iri_of(row, column)
            return iri(expanded) if expanded and "\0" not in expanded else None
        cell = row.cells.get(column.name)
        if cell is None:
            return None
        tag = row.cells.get(column.language_column, "") if column.language_column else column.lang
        if column.language_column and not tag:
            return None
        return literal(cell, XSD + column.base, tag)

    def _witness(self, row: Row, column: Column) -> Witness:
        cite = row.cells.get("cite")
        return Witness(
            origin=row.origin(column.name),
            citation=iri(f"{BASE}citation/{cite}") if cite else None,
            is_implied=row.cells.get("certainty") == "implied",
            nuance=row.cells.get("nuance"),
            note=row.cells.get("note"),
        )

    def _check_references(self, row: Row) -> None:
        for column in row.table.written_columns:
            expanded = self._iri_of(row, column) if column.name in row.cells else None
            if expanded is None or column.is_edtf or column.base == "anyURI" or expanded in self._known:
                continue
            self._unknown(row, column, expanded)

    def _unknown(self, row: Row, column: Column, expanded: str) -> None:
        cell = row.cells[column.name]
        kind = expanded.rpartition("/")[0]
        near = suggest(cell.rpartition("/")[2], self._names_of(kind))
        if near and "/" in cell and column.value_url and "{+" in column.value_url:
            near = f"{cell.rpartition('/')[0]}/{near}"
        self._problem(row, column.name, "MK018", f"names no {_noun(kind)} there is", cell, near)

    def _names_of(self, kind: str) -> Iterable[str]:
        return self._people if kind + "/" == PERSON else self._by_kind.get(kind, ())

    def _problem(  # noqa: PLR0913 (what a problem is made of)
        self, row: Row, column: str, rule: str, message: str, value: str | None = None, near: str | None = None
    ) -> None:
        self.problems.append(Problem(row.origin(column), rule, message, value, near))


def _by_kind(iris: Iterable[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in iris:
        kind, _, name = text.rpartition("/")
        found.setdefault(kind, set()).add(name)
    return found


def _noun(kind: str) -> str:
    if kind.startswith(CONCEPT):
        return f"concept of the scheme {kind[len(CONCEPT) :]}"
    return {"org": "organisation", "work": "publication"}.get(kind[len(BASE) :], kind[len(BASE) :] or "thing")
