"""The build: whole or not there, the same bytes from the same tables, and fresh until something changes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from world import World, all_tables, make_world

from movement_kg import assets
from movement_kg.build import build
from movement_kg.check import Inputs, check
from movement_kg.content import content, written
from movement_kg.errors import DataError, RequestError
from movement_kg.finished import Recipe, current, is_fresh, sha256

COMPARED = ("facts.nt", "claims.nt", "queries.json", "manifest.json")

#: Builds the world below argv[1]; argv[2] names the step at which the process kills itself, "" for none; argv[4] is "anew" to
#: amend nothing.
BUILDER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from movement_kg import finished
from movement_kg.build import build
from world import World
import movement_kg.placing

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

world, step, anew = World(Path(sys.argv[1])), sys.argv[2], sys.argv[4] == "anew"
if step == "replace":
    Path.replace = die
elif step == "rename":
    Path.rename = die
elif step == "tidy":
    movement_kg.placing._tidy = die
if step == "together":
    print("ready", flush=True)
    sys.stdin.readline()
for _ in range(3 if step == "together" else 1):
    made = build(world.recipe, world.out, anew=anew, progress=lambda name: name == step and die())
print(made.folder)
"""


def builder(world, step="", anew="", **environment):
    """A process that builds the world."""
    arguments = [sys.executable, "-c", BUILDER, str(world.root), step, str(Path(__file__).parent), anew]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(arguments, text=True, env=os.environ | environment, **pipes)


def contents(folder):
    """The names of everything below a folder, and the bytes of its files."""
    return {str(p.relative_to(folder)): p.is_file() and p.read_bytes() for p in sorted(folder.rglob("*"))}


def names(world):
    return sorted(path.name for path in world.out.iterdir())


def enrich(world: World) -> World:
    """Give the world all that could come in another order: witnesses, conflicts, notes, decisions, what is implied."""
    for cite, year, note in (("900-1", "1994-05", "one"), ("900-2", "1995", "two"), ("900-3", "1994", "three")):
        world.add("organisations.csv", id="lamp-union", founded=year, cite=cite, note=note, nuance=f"says {note}")
    world.add("names.csv", subject="org/lamp-union", name="RLU", language="en", kind="acronym", cite="900-1")
    world.add("names.csv", subject="org/lamp-union", name="RLUU", language="en", kind="observed", cite="900-2")
    world.add("names.csv", subject="org/lamp-union", name="Лампа", language="ru", kind="alternative", cite="900-2")
    world.add("memberships.csv", id="solberg-chair", start="1994", cite="900-2", certainty="implied")
    guess = {"person": "tomas-quill", "organisation": "lamp-union", "role": "member"}
    world.add("memberships.csv", id="quill-member", **guess, cite="900-4", certainty="implied")
    world.add("memberships.csv", id="quill-member", **guess, cite="900-1", certainty="implied")
    world.add("topics.csv", subject="work/lantern", topic="concept/theme/storytelling", cite="900-4")
    world.add("topics.csv", subject="org/lamp-union", topic="concept/theme/movement", cite="900-4")
    decided = {"reason": "printed", "decider": "the editors", "date": "2026-11-21", "status": "rejected"}
    world.add("resolutions.csv", subject="org/lamp-union", property="mk:founded", value="1995", **decided)
    world.add("withdrawals.csv", iri="cccc3333", date="2026-11-21", reason="error")
    return world


# Whole or not there


def test_build_holds_what_it_says(world):
    made = world.build()
    assert names(world) == sorted([".lock", made.folder.name, "CURRENT"])
    assert current(world.out) == made
    facts, claims = ((made.folder / name).read_bytes() for name in ("facts.nt", "claims.nt"))
    assert made.manifest["content"] == written(content((facts + claims).splitlines(keepends=True)))
    assert made.manifest["triples"] == {"facts": facts.count(b"\n"), "claims": claims.count(b"\n")}
    assert made.manifest["counts"]["things"]["foaf:Person"] == 2
    assert [query.name for query in made.queries()] == ["organisations"]
    graph = world.check().graph
    assert facts + claims == b"".join(
        sorted(facts.splitlines(keepends=True)) + sorted(claims.splitlines(keepends=True))
    )
    assert set((facts + claims).splitlines()) == set(graph.ntriples().splitlines())


def test_store_holds_the_same_triples_and_opens_read_only(world):
    import pyoxigraph

    made = world.build()
    store = pyoxigraph.Store.read_only(str(made.store))
    lines = {f"{quad.subject} {quad.predicate} {quad.object} .\n".encode() for quad in store}
    wanted = [(made.folder / name).read_bytes() for name in ("facts.nt", "claims.nt")]
    assert len(lines) == sum(part.count(b"\n") for part in wanted)
    assert sha256(b"".join(sorted(lines))) == sha256(b"".join(sorted(b"".join(wanted).splitlines(keepends=True))))


def test_old_build_stays_untouched_when_the_new_one_fails(world):
    world.build()
    before = contents(world.out)
    world.replace("figures.csv", ",40,", ",forty,")
    with pytest.raises(DataError, match=r"figures\.csv:2: value"):
        world.build()
    assert contents(world.out) == before


def test_fault_in_a_query_leaves_the_old_build(world):
    world.build()
    before = contents(world.out)
    (world.root / "queries" / "organisations.rq").write_text("SELECT nothing", "utf-8")
    with pytest.raises(DataError):
        world.build()
    assert contents(world.out) == before


@pytest.mark.parametrize("step", ["store", "done"])
def test_interrupted_build_leaves_the_old_one_and_no_rest(world, step):
    old = world.build()
    before = contents(world.out)

    def interrupt(name):
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(world.recipe, world.out, progress=interrupt)
    assert contents(world.out) == before
    assert current(world.out) == old


def test_output_that_is_a_file(world):
    world.out.write_text("mine", "utf-8")
    with pytest.raises(RequestError, match="cannot be written .*; name another folder with -o"):
        world.build()
    assert world.out.read_text("utf-8") == "mine"


def test_no_build_is_a_fault_of_the_caller(world):
    with pytest.raises(RequestError, match="holds no build; make one with movement-kg build"):
        current(world.out)


@pytest.mark.parametrize("damage", ["CURRENT", "manifest.json"])
def test_damaged_build_is_none(world, damage):
    made = world.build()
    (world.out / damage if damage == "CURRENT" else made.folder / damage).write_text("", "utf-8")
    with pytest.raises(RequestError, match="holds no build"):
        current(world.out)


def test_one_build_before_the_last_is_kept(world):
    folders = [world.build().folder for _ in range(3)]
    assert names(world) == sorted([".lock", folders[1].name, folders[2].name, "CURRENT"])
    assert current(world.out).folder == folders[2]


def test_two_builds_at_once(world):
    two = [builder(world, "together") for _ in range(2)]
    for process in two:
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate("go\n") for process in two]
    assert [(process.returncode, errors) for process, (_, errors) in zip(two, answers, strict=True)] == [
        (0, ""),
        (0, ""),
    ]
    made = current(world.out)
    assert str(made.folder) in [out.strip() for out, _ in answers]
    assert is_fresh(made, world.recipe)
    assert len([name for name in names(world) if name.startswith("build-")]) == 2
    assert [name for name in names(world) if name.startswith(".")] == [".lock"]


@pytest.mark.parametrize("anew", ["anew", ""], ids=["anew", "amended"])
@pytest.mark.parametrize("step", ["store", "shapes", "lines", "done", "rename", "replace", "tidy"])
def test_killed_build_leaves_a_usable_one_and_the_next_is_clean(world, step, anew):
    old = world.build()
    world.replace("organisations.csv", ",1994,", ",1993,")
    process = builder(world, step, anew)
    process.communicate()
    assert process.returncode == -9
    found = current(world.out)
    assert (found == old) == (step != "tidy")
    assert written(content(found.lines("all"))) == found.manifest["content"]
    new = world.build()
    assert current(world.out) == new
    assert is_fresh(new, world.recipe)
    assert names(world) == sorted([".lock", found.folder.name, new.folder.name, "CURRENT"])


# The same bytes


def built(world, **environment):
    process = builder(world, **environment)
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return {name: (Path(out.strip()) / name).read_bytes() for name in COMPARED}


def test_bytes_are_the_same_wherever_and_whenever_they_are_made(world):
    enrich(world)
    one = built(world, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    other = built(world, PYTHONHASHSEED="4711", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONUTF8="0")
    third = built(world, PYTHONHASHSEED="random", TZ="America/Los_Angeles", LC_ALL="tr_TR.UTF-8")
    assert one == other == third


def test_bytes_are_the_same_from_a_copy_elsewhere(world, tmp_path, monkeypatch):
    first = enrich(world).build()
    copy = World(tmp_path / "a copy" / "elsewhere")
    shutil.copytree(world.data, copy.data)
    shutil.copytree(world.root / "queries", copy.root / "queries")
    second = copy.build()
    monkeypatch.chdir(copy.data)
    third = build(Recipe(Path(), assets.ontology(), copy.root / "queries"), copy.root / "other")
    for name in COMPARED:
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name
        assert (first.folder / name).read_bytes() == (third.folder / name).read_bytes(), name


def shuffle(world, seed):
    """Bring the rows of every table into another order, but for resolutions: there a later decision follows an earlier."""
    chance = random.Random(seed)
    for table in all_tables():
        if table.name != "resolutions":
            lines = world.read(table.url).splitlines(keepends=True)
            comments = [line for line in lines if table.comment_prefix and line.startswith(table.comment_prefix)]
            header, *rows = [line for line in lines if line not in comments]
            chance.shuffle(rows)
            world.write(table.url, "".join([*comments, header, *rows]))


def without_inputs(made):
    """The manifest but for the digests of the tables, which tell one order of rows from another."""
    return {key: value for key, value in made.manifest.items() if key != "inputs"}


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_changes_no_byte(tmp_path, seed):
    first, second = enrich(make_world(tmp_path / "one")), enrich(make_world(tmp_path / "two"))
    shuffle(second, seed)
    one, two = first.build(), second.build()
    for name in ("facts.nt", "claims.nt", "queries.json"):
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes(), name
    assert without_inputs(one) == without_inputs(two)


def test_order_of_rows_of_the_shipped_tables_changes_no_byte(tmp_path):
    shutil.copytree(assets.data(), tmp_path / "data")
    shuffled = World(tmp_path)
    shuffle(shuffled, 1)
    here = check(Inputs(assets.data(), assets.ontology()))
    there = check(Inputs(shuffled.data, assets.ontology()))
    assert sha256(here.graph.ntriples()) == sha256(there.graph.ntriples())
    assert len(here.problems) == len(there.problems)


# Fresh until something changes


def test_build_is_fresh_until_an_input_changes(world):
    made = world.build()
    assert is_fresh(made, world.recipe)
    world.append("events.csv", "\n")
    assert not is_fresh(made, world.recipe)


def test_touched_file_is_no_changed_file(world):
    made = world.build()
    for path in world.data.rglob("*.csv"):
        os.utime(path, (1, 1))
    assert is_fresh(made, world.recipe)


@pytest.mark.parametrize(
    "name", ["data/csv-metadata.json", "data/identities.sssom.tsv", "data/reference/countries.csv"]
)
def test_every_kind_of_input_counts(world, name):
    made = world.build()
    path = world.root / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert not is_fresh(made, world.recipe)


def test_query_that_comes_or_goes_counts(world):
    made = world.build()
    path = world.root / "queries" / "organisations.rq"
    shutil.copyfile(path, world.root / "queries" / "again.rq")
    assert not is_fresh(made, world.recipe)
    (world.root / "queries" / "again.rq").unlink()
    assert is_fresh(made, world.recipe)
    path.unlink()
    assert not is_fresh(made, world.recipe)


def test_build_of_other_tables_is_not_fresh(world, tmp_path):
    other = make_world(tmp_path / "other")
    other.replace("organisations.csv", ",1994,", ",1993,")
    assert not is_fresh(world.build(), other.recipe)


def test_build_of_another_format_is_not_fresh(world):
    made = world.build()
    path = made.folder / "manifest.json"
    path.write_text(json.dumps(dict(made.manifest, format=0)), "utf-8")
    assert not is_fresh(current(world.out), world.recipe)


def test_build_that_lost_its_inputs_is_not_fresh(world):
    made = world.build()
    (made.folder / "inputs.json").unlink()
    assert not is_fresh(made, world.recipe)
