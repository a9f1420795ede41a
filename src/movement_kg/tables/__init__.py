"""The curators' tables: CSV files read as their CSVW metadata says, every fault a problem with file, line and column."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..errors import Origin, Problem, RequestError, suggest
from .cells import faults_of
from .metadata import METADATA, Column, Table, read_metadata

__all__ = ["METADATA", "Column", "Row", "Table", "parse", "read_metadata", "read_table", "read_tables"]
_TEMPLATE = re.compile(r"\{(\+?)(\w+)\}")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")


@dataclass(frozen=True, eq=False)
class Row:
    """One row: its table, where it stands, and its cells that are not empty."""

    table: Table
    file: str
    line: int
    cells: Mapping[str, str]

    def origin(self, column: str = "") -> Origin:
        """Where the row, or one of its cells, was read."""
        return Origin(self.file, self.line, column)

    def expand(self, template: str) -> str | None:
        """The URI template (RFC 6570, `{x}` and `{+x}`) with the row's cells in it; None where a cell is empty."""
        pieces = []
        for text, name, reserved in _pieces(template):
            pieces.append(text)
            if name:
                cell = self.cells.get(name)
                if cell is None:
                    return None
                pieces.append(cell if _PLAIN.fullmatch(cell) else quote(cell, safe=reserved))
        return "".join(pieces)


@functools.cache
def _pieces(template: str) -> list[tuple[str, str, str]]:
    """A template in pieces: a text, the column that follows it ("" for none), and what stays as it is in the column's cells."""
    found, end = [], 0
    for match in _TEMPLATE.finditer(template):
        found.append((template[end : match.start()], match[2], _RESERVED if match[1] else ""))
        end = match.end()
    return [*found, (template[end:], "", "")]


_RESERVED = ":/?#[]@!$&'()*+,;=%"


def read_tables(data: Path) -> tuple[list[Row], list[Problem]]:
    """The rows of every table of a folder, and every fault of its files. Raises RequestError where there is no folder."""
    if not data.is_dir():
        raise RequestError(f"{data}: no such folder; --data names the folder that holds the tables")
    rows: list[Row] = []
    problems: list[Problem] = []
    for table in read_metadata(data):
        found, faults = read_table(data, table)
        rows += found
        problems += faults
    return rows, problems


def read_table(folder: Path, table: Table) -> tuple[list[Row], list[Problem]]:
    """The rows of one table and every fault of its file: bytes, header, cells. Faulty cells are left out of the rows."""
    file = f"{folder.resolve().name}/{table.url}"
    text, problems = _decode(folder / table.url, file)
    if text is None:
        return [], problems
    rows, faults = parse(text, table, file)
    return rows, problems + faults


def parse(text: str, table: Table, file: str) -> tuple[list[Row], list[Problem]]:
    """The rows of a table's text, header first, and every fault in it; `file` is how messages call it."""
    problems: list[Problem] = []
    records = _records(text, table, file, problems)
    header_line, header = next(records, (1, []))
    columns, faults = _header(header, table, Origin(file, header_line))
    problems += faults
    if any(fault.rule in ("MK005", "MK007") for fault in faults):
        return [], problems
    rows = [row for line, cells in records for row in _row(Row(table, file, line, {}), columns, cells, problems)]
    return rows, problems


def _decode(path: Path, file: str) -> tuple[str | None, list[Problem]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, [Problem(Origin(file), "MK001", f"cannot be read ({error.strerror}); the metadata lists it")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"must be UTF-8; byte {error.start} is not (save the file as CSV UTF-8)"
        return None, [Problem(Origin(file, line), "MK002", message, f"0x{raw[error.start]:02x}")]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, [Problem(Origin(file, line), "MK003", "holds a NUL character; the file is damaged or is no text")]
    return text, []


def _records(text: str, table: Table, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    lines = _Lines(text, table.comment_prefix)
    csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))  # how long a cell may be is ours to say (MK009)
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
    while True:
        first = lines.count + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"a quotation mark is not closed, or text follows a closing one ({error})"
            problems.append(Problem(Origin(file, first), "MK004", message))
            return
        if record:
            yield lines.count - sum(cell.count("\n") for cell in record), record


class _Lines:
    """The lines of a text for a CSV reader, counted as an editor counts them; comment lines are passed over."""

    def __init__(self, text: str, comment_prefix: str | None) -> None:
        self.count = 0
        self._stream = io.StringIO(text, newline="")
        self._comment_prefix = comment_prefix

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._stream:
            self.count += 1
            if not self._comment_prefix or not line.startswith(self._comment_prefix):
                return line
        raise StopIteration


def _header(header: list[str], table: Table, origin: Origin) -> tuple[list[Column | None], list[Problem]]:
    known = {column.name: column for column in table.written_columns}
    problems = []
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.append(Problem(origin, "MK007", "this column stands twice in the header; rename or delete one", name))
    for name in header:
        if name not in known:
            message = f"no such column; this table has {', '.join(known)}"
            problems.append(Problem(origin, "MK006", message, name, suggest(name, set(known) - set(header))))
    for name in known:
        if name not in header:
            problems.append(Problem(origin, "MK005", f"the column {name!r} is missing from the header"))
    return [known.get(name) for name in header], problems


def _row(blank: Row, columns: list[Column | None], cells: list[str], problems: list[Problem]) -> Iterator[Row]:
    if len(cells) != len(columns):
        message = f"has {len(cells)} cells where the header has {len(columns)} (a comma inside a cell needs quotes)"
        problems.append(Problem(blank.origin(), "MK008", message))
        return
    filled = {column: cell for column, cell in zip(columns, cells, strict=True) if column and cell != ""}
    faults = [problem for column, cell in filled.items() for problem in _cell_faults(column, cell, blank)]
    for column in blank.table.written_columns:
        if column.required and column not in filled:
            faults.append(Problem(blank.origin(column.name), "MK012", "must not be empty"))
    problems += faults
    faulty = {fault.origin.column for fault in faults}
    good = {column.name: cell for column, cell in filled.items() if column.name not in faulty}
    yield Row(blank.table, blank.file, blank.line, good)


def _cell_faults(column: Column, cell: str, row: Row) -> Iterator[Problem]:
    for rule, fault in faults_of(column, cell):
        yield Problem(row.origin(column.name), rule, fault, cell)
