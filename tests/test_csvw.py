"""The tables by another reader: the `csvw` package reads and validates them with our metadata, and sees what we see."""

from __future__ import annotations

import datetime
import decimal
import warnings

import pytest
from csvw import CSVW
from world import all_tables

from movement_kg import assets
from movement_kg.tables import METADATA, read_table


def read(folder):
    return CSVW(str(folder / METADATA), validate=True)


def as_text(cell):
    """A cell that csvw has parsed, as the table writes it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, decimal.Decimal | int):
        return str(cell)
    return cell


def test_shipped_tables_are_valid():
    document = read(assets.data())
    assert document.is_valid
    assert document.warnings == []


def test_metadata_lists_every_table_of_the_folder():
    files = {
        str(path.relative_to(assets.data()))
        for pattern in ("**/*.csv", "*.tsv")
        for path in assets.data().glob(pattern)
    }
    assert {table.url for table in all_tables()} == files


def test_both_readers_see_the_same_cells():
    theirs = {str(table.url): table for table in read(assets.data()).tables}
    assert [*theirs] == [table.url for table in all_tables()]
    for table in all_tables():
        rows, problems = read_table(assets.data(), table)
        assert problems == []
        written = [column.name for column in table.written_columns]
        found = [
            {name: as_text(row[name]) for name in written if row[name] is not None}
            for row in theirs[table.url].iterdicts()
        ]
        assert found == [dict(row.cells) for row in rows], table.url


def test_both_readers_see_the_same_columns():
    theirs = {str(table.url): table.tableSchema for table in read(assets.data()).tables}
    for table in all_tables():
        schema = theirs[table.url]
        assert [column.name for column in schema.columns] == [column.name for column in table.columns]
        assert [bool(column.required) for column in schema.columns] == [column.required for column in table.columns]
        assert [bool(column.virtual) for column in schema.columns] == [column.virtual for column in table.columns]
        assert str(schema.aboutUrl or "") == (table.about_url or "")


def test_tiny_world_is_valid(world):
    document = read(world.data)
    assert (document.is_valid, document.warnings) == (True, [])


@pytest.mark.parametrize(
    ("table", "old", "new", "rule"),
    [
        ("events.csv", "900-5", "", "MK012"),
        ("people.csv", "aaaa1111", "AAAA", "MK015"),
        ("people.csv", "public-advocate,,", "public-advocate,yes,", "MK013"),
        ("publications.csv", ",1,,", ",x,,", "MK013"),
        ("publications.csv", ",1,,", ",-1,,", "MK013"),
        ("figures.csv", ",40,", ",forty,", "MK013"),
        ("sources.csv", ",en,,,,,", ",en,,,2026-13-01,,", "MK013"),
    ],
)
def test_both_readers_refuse_the_same_cell(world, table, old, new, rule):
    world.replace(table, old, new)
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # csvw gathers its own warnings, and could not if they were errors
        document = read(world.data)
        assert not document.is_valid
    assert len(document.warnings) == 1
    (problem,) = world.rows(table)[1]
    assert problem.endswith(f"[{rule}]")
