"""Amended builds: what a few changed rows make of the build before is what a build of everything makes."""

from __future__ import annotations

import csv
import io
import random
import shutil
import sqlite3
from pathlib import Path

import pyoxigraph
import pytest
from test_build import enrich
from world import World, make_world

from movement_kg import assets
from movement_kg.build import build
from movement_kg.content import content, written
from movement_kg.errors import DataError
from movement_kg.finished import Build, Recipe, current
from movement_kg.search import Index

#: Tables that a change of one row may concern; what the others hold concerns everything.
TABLES = """citations organisations names people places memberships links events participations publications contributions
topics provisions figures positions mentions resolutions""".split()


@pytest.fixture
def world(tmp_path) -> World:
    return enrich(make_world(tmp_path / "world"))


def is_amended(made: Build) -> bool:
    return (made.folder / "facts.come.nt").exists()


def lines(made: Build) -> set[bytes]:
    store = pyoxigraph.Store.read_only(str(made.store))
    return {f"{quad.subject} {quad.predicate} {quad.object} .\n".encode() for quad in store}


def found(made: Build) -> dict[str, set[str]]:
    """For each word of the index, the things it finds; their order is not compared."""
    path = made.folder / "search.sqlite"
    with sqlite3.connect(path) as base:
        words = [word for (word,) in base.execute("SELECT word FROM word")]
    with Index(path) as index:
        return {word: {hit.iri for hit in index.find(word, limit=100)} for word in words}


def assert_same(one: Build, other: Build) -> None:
    assert one.manifest == other.manifest
    assert [*one.lines("all")] == [*other.lines("all")]
    assert [*one.lines("facts")] == [*other.lines("facts")]
    assert lines(one) == set(other.lines("all"))
    assert written(content(one.lines("all"))) == one.manifest["content"]


def edited(text: str, chance: random.Random) -> str:
    """A table with one row less, one row twice, or one cell of a row in the place of another's."""
    rows = [*csv.reader(io.StringIO(text))]
    header, body = rows[0], rows[1:]
    if not body:
        return text
    row, other, column = chance.choice(body), chance.choice(body), chance.randrange(len(header))
    what = chance.choice(("drop", "double", "change", "change", "change"))
    changed = [*row[:column], other[column], *row[column + 1 :]]
    kept = [one for one in body if one is not row]
    body = {"drop": kept, "double": [*body, row], "change": [*kept, changed]}[what]
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows([header, *body])
    return output.getvalue()


def anew(recipe: Recipe, out: Path) -> Build | None:
    shutil.rmtree(out, ignore_errors=True)
    try:
        return build(recipe, out, anew=True)
    except DataError:
        return None


# The same as a build of everything


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_row_of_the_tiny_world(world, seed):
    chance = random.Random(seed)
    world.build()
    for _ in range(2):  # the second amends what was amended, where that could be
        before = current(world.out)
        kept = {path: path.read_bytes() for path in world.data.glob("*.csv")}
        table = f"{chance.choice(TABLES)}.csv"
        world.write(table, edited(world.read(table), chance))
        whole = anew(world.recipe, world.root / "whole")
        if whole is None:
            with pytest.raises(DataError):
                world.build()
            assert current(world.out) == before
            for path, raw in kept.items():
                path.write_bytes(raw)
        else:
            made = world.build()
            assert_same(made, whole)
            assert found(made) == found(whole)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> tuple[Recipe, Path]:
    """The shipped tables in a folder of their own, and a build of them."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(assets.data(), folder / "data")
    recipe = Recipe(folder / "data", assets.ontology(), assets.queries())
    build(recipe, folder / "build")
    return recipe, folder / "build"


@pytest.mark.parametrize(
    ("table", "line"),
    [("mentions", 60), ("names", 12), ("memberships", 3), ("topics", 700), ("contributions", 9), ("links", 200)],
)
def test_a_row_less_in_the_shipped_tables(shipped, tmp_path, table, line):
    recipe, out = shipped
    path = recipe.data / f"{table}.csv"
    raw = path.read_bytes()
    rows = raw.splitlines(keepends=True)
    path.write_bytes(b"".join(rows[:line] + rows[line + 1 :]))
    try:
        made, whole = build(recipe, out), anew(recipe, tmp_path / "whole")
        assert is_amended(made)
        assert_same(made, whole)
    finally:
        path.write_bytes(raw)
    again = build(recipe, out)  # the row comes back
    assert is_amended(again)
    assert written(content(again.lines("all"))) == again.manifest["content"]
    assert not any(again.amended("facts"))


def test_the_row_that_came_is_found_by_name_at_once(world):
    world.build()
    world.add(
        "names.csv", subject="org/lamp-union", name="Zebra Circle", language="en", kind="alternative", cite="900-2"
    )
    made = world.build()
    assert is_amended(made)
    with Index(made.folder / "search.sqlite") as index:
        for typed in ("zebra", "zeb", "circle", "ebra", "zebbra circle"):
            assert [hit.name for hit in index.find(typed)] == ["River Lamp Union"]


def test_a_name_that_went_is_found_no_more(world):
    world.build()
    world.replace("names.csv", "org/lamp-union,Лампа,ru,alternative,900-2,,,\n", "")
    made = world.build()
    assert is_amended(made)
    with Index(made.folder / "search.sqlite") as index:
        assert index.find("лампа") == []


def test_a_country_that_nothing_uses_any_more_goes_with_its_last_row(world):
    made = world.build()
    assert any(b"/country/DK> " in line for line in made.lines("facts"))
    world.replace("provisions.csv", "country/DK", "place/copenhagen")
    world.replace("places.csv", "copenhagen,town,DK", "copenhagen,town,SE")
    made = world.build()
    assert is_amended(made)
    assert not any(b"/country/DK>" in line for line in made.lines("all"))
    assert_same(made, anew(world.recipe, world.root / "whole"))


# When everything is built


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.append("withdrawals.csv", "bbbb2222,2026-11-22,error\n"),
        lambda world: world.replace("people.csv", "bbbb2222", "dddd4444"),
        lambda world: world.replace("reference/countries.csv", "Denmark", "Danmark"),
        lambda world: world.replace("csv-metadata.json", '"dc:modified"', '"dc:created"'),
        lambda world: (world.root / "queries" / "organisations.rq").write_text(
            "# new\n" + (world.root / "queries" / "organisations.rq").read_text()
        ),
    ],
    ids=["withdrawal", "id of a person", "reference", "metadata", "query"],
)
def test_a_change_that_concerns_everything(world, change):
    world.build()
    change(world)
    made = world.build()
    assert not is_amended(made)
    assert_same(made, anew(world.recipe, world.root / "whole"))


def test_a_build_of_everything_can_be_asked_for(world):
    world.build()
    world.replace("positions.csv", "Heated places", "Warm places")
    assert not is_amended(build(world.recipe, world.out, anew=True))


def test_nobody_withdrawn_can_be_read_in_what_an_amended_build_leaves(world):
    world.add(
        "names.csv",
        subject="person/tomas-quill",
        name="T. Quillfeather",
        language="en",
        kind="alternative",
        cite="900-4",
    )
    world.build()
    world.replace("positions.csv", "Heated places", "Warm places")
    assert is_amended(world.build())
    for table in ("names", "contributions", "memberships", "people"):
        rows = world.read(f"{table}.csv").splitlines(keepends=True)
        world.write(f"{table}.csv", "".join(row for row in rows if "quill" not in row.lower()))
    world.append("withdrawals.csv", "bbbb2222,2026-11-22,error\n")
    world.build()
    left = [path for path in world.out.rglob("*") if path.is_file() and b"Quillfeather" in path.read_bytes()]
    assert left == []


# What stays as it was


def test_the_build_before_answers_as_before_and_may_go(world):
    before = world.build()
    was = lines(before)
    world.replace("positions.csv", "Heated places", "Warm places")
    made = world.build()
    assert is_amended(made)
    now = lines(made)
    assert now != was
    if before.folder.exists():
        assert lines(before) == was
        shutil.rmtree(before.folder)
    assert lines(made) == now


def test_a_fault_in_the_changed_row_is_told_as_by_a_build_of_everything(world):
    before = world.build()
    world.replace("positions.csv", "org/lamp-union", "org/lamp-onion")
    with pytest.raises(DataError, match=r"positions\.csv:2: holder: names no organisation there is"):
        world.build()
    assert current(world.out) == before


def test_a_thing_that_others_still_name_cannot_go(world):
    world.build()
    rows = world.read("places.csv").splitlines(keepends=True)
    world.write("places.csv", "".join(row for row in rows if not row.startswith("copenhagen")))
    with pytest.raises(DataError, match="names no place there is"):
        world.build()
