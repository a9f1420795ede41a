"""Every form in which an answer leaves the program: SPARQL results, aligned text, HTML, a data frame, RDF."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import RequestError
from .terms import blocks, documents, iri, literal, results_document, sorted_lines
from .vocabulary import BASE, XSD, compact

#: Formats of rows and truth values that an engine writes itself.
ROW_FORMATS = ("json", "xml", "csv", "tsv")
#: Formats of graphs, each with the name of its serialiser.
GRAPH_FORMATS = {
    "turtle": "TURTLE",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "trig": "TRIG",
    "rdfxml": "RDF_XML",
}
#: How wide a table may be where nobody says otherwise, and how narrow a folded column may get.
WIDTH = 120
_NARROWEST = 14


@dataclass(frozen=True, slots=True)
class Value:
    """One term of an answer: `kind` is uri, bnode or literal, `text` the IRI or lexical form."""

    kind: str
    text: str
    datatype: str = ""
    language: str = ""

    def python(self) -> object:
        """The term as a Python value: int, float or bool where its datatype says so, else text."""
        name = self.datatype.rpartition("#")[2]
        if name in ("integer", "int", "long"):
            return int(self.text)
        if name in ("decimal", "double", "float"):
            return float(self.text)
        return self.text in ("true", "1") if name == "boolean" else self.text


@dataclass(frozen=True)
class Answer:
    """Rows of an answer, or a truth value. Iterates over rows as mappings from column to Python value.

    `labels` gives names of IRIs, `notes` what a reader must know of the figures.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Value | None]]
    boolean: bool | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def __iter__(self) -> Iterator[dict[str, object]]:
        for row in self.rows:
            yield {c: v.python() if v else None for c, v in zip(self.columns, row, strict=True)}

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows) if self.boolean is None else self.boolean

    def __repr__(self) -> str:
        return b"".join(self.table()).decode().rstrip("\n")

    def _repr_html_(self) -> str:
        return b"".join(self.html()).decode()

    def iris(self) -> set[str]:
        """Every IRI of our own in the answer."""
        return {v.text for row in self.rows for v in row if v and v.kind == "uri" and v.text.startswith(BASE)}

    def data_frame(self) -> Any:
        """The answer as a pandas data frame. Raises RequestError where pandas is not installed."""
        try:
            import pandas
        except ImportError:
            raise RequestError("a data frame needs pandas: pip install 'movement-kg[notebook]'") from None
        return pandas.DataFrame([*self], columns=[*self.columns])

    def shown(self, value: Value | None) -> str:
        """A cell as people read it: a name beside an IRI, nothing for no value."""
        if value is None:
            return ""
        if value.kind != "uri":
            return value.text
        label = self.labels.get(value.text)
        return f"{label} ({compact(value.text)})" if label else compact(value.text)

    def _cells(self, row: Sequence[Value | None]) -> list[str]:
        """A row as people read it; a name that has a column of its own is not said again beside the IRI."""
        texts = {value.text for value in row if value and value.kind == "literal"}
        return [self.shown(v) if v is None or self.labels.get(v.text) not in texts else compact(v.text) for v in row]

    def table(self, width: int = WIDTH) -> Iterator[bytes]:
        """Aligned text no wider than `width`: a heading, a line, the rows, and how many there are.

        Wide cells are folded; where even that does not fit, each row is written as a record, a line for each column.
        """
        if self.boolean is not None:
            yield f"{'yes' if self.boolean else 'no'}\n".encode()
            return
        lines = [[*self.columns], *([_one_line(cell) for cell in self._cells(row)] for row in self.rows)]
        widths = _fitted([max(_width(line[i]) for line in lines) for i in range(len(self.columns))], width)
        if sum(widths) + 2 * len(widths) > width + 2:
            yield from _records(lines)
        else:
            yield _aligned(lines[0], widths)
            yield ("  ".join("─" * each for each in widths) + "\n").encode()
            for line in lines[1:]:
                yield from _wrapped(line, widths)
        yield f"({len(self.rows)} {'row' if len(self.rows) == 1 else 'rows'})\n".encode()
        yield from (f"{line}\n".encode() for note in self.notes for line in _fold(f"Note: {note}", width))

    def html(self) -> Iterator[bytes]:
        """An HTML table, every cell escaped."""
        if self.boolean is not None:
            yield f"<p>{'yes' if self.boolean else 'no'}</p>".encode()
            return
        import html

        heads = "".join(f"<th>{html.escape(column)}</th>" for column in self.columns)
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>".encode()
        for row in self.rows:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in self._cells(row))
            yield f"<tr>{cells}</tr>".encode()
        yield b"</tbody></table>"
        yield from (f"<p>{html.escape(note)}</p>".encode() for note in self.notes)

    def written(self, form: str) -> Iterator[bytes]:
        """The answer in a row format: `json`, `xml`, `csv` or `tsv` as SPARQL 1.1 defines them; notes are left out."""
        yield results_document(self.columns, (tuple(map(_term, row)) for row in self.rows), form)


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """An IRI among plain Python values."""

    iri: str

    def __str__(self) -> str:
        return self.iri


def answer(
    columns: Sequence[str], rows: Sequence[Sequence[object]], labels: Mapping[str, str], notes: Sequence[str] = ()
) -> Answer:
    """An answer from Python values: Thing, str, bool, int, float or None."""
    return Answer(columns, [[_from_python(value) for value in row] for row in rows], labels=labels, notes=notes)


def read_json(pieces: Iterator[bytes]) -> Answer:
    """An answer from SPARQL 1.1 Query Results JSON."""
    document = json.loads(b"".join(pieces))
    if "boolean" in document:
        return Answer((), (), boolean=document["boolean"])
    columns = document["head"]["vars"]
    rows = [[_value(row.get(column)) for column in columns] for row in document["results"]["bindings"]]
    return Answer(columns, rows)


def graph(pieces: Iterator[bytes], form: str) -> Iterator[bytes]:
    """N-Triples written as another RDF format, sorted so that equal graphs give equal bytes.

    `form` is a key of GRAPH_FORMATS or `jsonld`; blank nodes keep their labels.
    """
    yield from write_graph(sorted_lines(_lines(pieces)), form)


def write_graph(lines: Iterable[bytes], form: str) -> Iterator[bytes]:
    """Sorted lines of N-Triples written as another RDF format, block by block."""
    if form in ("ntriples", "nquads"):
        yield from lines
        return
    if form == "jsonld":
        from . import jsonld  # only here: the cold path of rows does not need it

        yield from jsonld.write(lines)
        return
    import pyoxigraph

    yield from documents(blocks(lines), getattr(pyoxigraph.RdfFormat, GRAPH_FORMATS[form]))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in pieces."""
    begun = b""
    for piece in pieces:
        *whole, begun = (begun + piece).splitlines(keepends=True) or [b""]
        if begun.endswith(b"\n"):
            whole, begun = [*whole, begun], b""
        yield from whole
    if begun:
        yield begun


def _from_python(value: object) -> Value | None:
    if value is None or value != value:  # noqa: PLR0124 (no number: it is equal to nothing)
        return None
    if isinstance(value, Thing):
        return Value("uri", value.iri)
    if isinstance(value, bool):
        return Value("literal", str(value).lower(), XSD + "boolean")
    if isinstance(value, int):
        return Value("literal", str(value), XSD + "integer")
    if isinstance(value, float):
        return Value("literal", f"{value:.6f}".rstrip("0").rstrip("."), XSD + "decimal")
    return Value("literal", str(value))


def _term(value: Value | None) -> str:
    if value is None:
        return "UNDEF"
    return (
        iri(value.text) if value.kind == "uri" else literal(value.text, value.datatype or None, value.language or None)
    )


def _value(binding: Mapping[str, str] | None) -> Value | None:
    if binding is None:
        return None
    return Value(binding["type"], binding["value"], binding.get("datatype", ""), binding.get("xml:lang", ""))


def _fitted(widths: list[int], width: int) -> list[int]:
    """The widths of columns, the widest made narrower until all fit or none can be narrower."""
    widths = [*widths]
    while widths and sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _records(lines: list[list[str]]) -> Iterator[bytes]:
    """Each row as a block of its own: a column's name and its value, values that are empty left out."""
    names, *rows = lines
    indent = max(map(_width, names), default=0)
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            if cell:
                yield f"{name:<{indent}}  {cell}\n".encode()
        yield "──\n".encode()


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _width(text: str) -> int:
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> bytes:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return ("  ".join(padded).rstrip() + "\n").encode()


def _wrapped(cells: Sequence[str], widths: Sequence[int]) -> Iterator[bytes]:
    """A row over as many lines as its longest cell needs."""
    folded = [_fold(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, folded), default=0)):
        yield _aligned([lines[number] if number < len(lines) else "" for lines in folded], widths)


def _fold(text: str, width: int) -> list[str]:
    """The text in lines of a width, cut between words where that is possible."""
    lines: list[str] = []
    for word in (piece for whole in text.split(" ") for piece in _pieces(whole, width)):
        if lines and _width(lines[-1]) + 1 + _width(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pieces(word: str, width: int) -> Iterator[str]:
    while _width(word) > width:
        cut = _prefix(word, width)
        yield word[:cut]
        word = word[cut:]
    yield word


def _prefix(text: str, width: int) -> int:
    used = 0
    for index, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return max(1, index)
    return len(text)
