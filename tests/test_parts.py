"""A graph made part by part: the same lines, the same problems, whatever the size of the parts and wherever the store is."""

from __future__ import annotations

import importlib
import random

import pytest
from test_tables import FAULTS
from world import World

from movement_kg import assets, ontology
from movement_kg.check import Inputs, check
from movement_kg.graph import spool as spooling
from movement_kg.graph.facts import Reader
from movement_kg.graph.parts import Parts
from movement_kg.tables import read_tables

LAYERS = ("facts", "claims")


@pytest.fixture
def part_by_part(monkeypatch):
    """Lets the next checks read so many rows at a time, with the store on disk."""

    def use(rows):
        monkeypatch.setattr(importlib.import_module("movement_kg.check"), "_FEW_ROWS", 0)
        module = importlib.import_module(spooling.__module__)
        monkeypatch.setattr(module, "_PART", rows)
        monkeypatch.setattr(module, "_STORE_IN_MEMORY", 0)

    return use


def found(findings):
    return (
        [problem.as_json() for problem in findings.problems],
        [[*findings.graph.lines(layer)] for layer in LAYERS],
        findings.graph.cited,
        findings.coverage,
    )


@pytest.mark.parametrize("rows", [7, 1000])
def test_the_shipped_tables_make_the_same_graph_in_parts(part_by_part, rows):
    inputs = Inputs(assets.data(), assets.ontology())
    whole = check(inputs)
    part_by_part(rows)
    parted = check(inputs)
    assert type(parted.graph) is not type(whole.graph)
    assert found(parted) == found(whole)
    assert len(parted.graph.store) == sum(len(lines) for lines in found(whole)[1])


@pytest.mark.parametrize("name", random.Random(7).sample(sorted(FAULTS), 16))
def test_faults_are_told_alike(world: World, part_by_part, name):
    break_it, expected = FAULTS[name]
    break_it(world)
    whole = world.check(sources=True)
    part_by_part(1)
    parted = world.check(sources=True)
    assert expected in [str(problem) for problem in parted.problems]
    assert found(parted) == found(whole)


def test_what_stands_in_another_part_is_found(world, part_by_part):
    """Conflicts, decisions and what was withdrawn concern rows of several tables."""
    world.append("organisations.csv", "lamp-union,user-organisation,,,,1995,,,,,,900-5,,,\n")
    decided = {"reason": "newer", "decider": "the editors", "date": "2026-11-21"}
    world.add(
        "resolutions.csv", subject="org/lamp-union", property="mk:founded", value="1995", status="rejected", **decided
    )
    world.add("withdrawals.csv", iri="bbbb2222", date="2026-11-21", reason="request")
    whole = world.check()
    part_by_part(1)
    assert found(world.check()) == found(whole)


@pytest.mark.parametrize("code", ["DK", "FR"])
def test_a_decision_about_what_is_read_only_if_used_knows_whether_it_is(world, part_by_part, code):
    """Rows of other parts lead to Denmark, and none to France, of which then nothing is read that could be decided."""
    name = {"DK": "Denmark", "FR": "France"}[code]
    decided = {"reason": "newer", "decider": "the editors", "date": "2026-11-21"}
    subject = f"country/{code}"
    world.add("resolutions.csv", subject=subject, property="skos:prefLabel", value=name, status="preferred", **decided)
    whole = world.check()
    assert [problem.rule for problem in whole.problems] == ([] if code == "DK" else ["MK019"])
    part_by_part(1)
    assert found(world.check()) == found(whole)


def test_a_part_holds_all_that_is_said_of_its_things():
    rows, _ = read_tables(assets.data())
    words = ontology.load(assets.ontology())
    reader = Reader(rows, words)
    parts = [*Parts(rows, reader, words, 50)]
    assert len(parts) > 10
    assert {id(row) for part in parts for row in part} == {id(row) for row in rows if not row.table.only_if_used}
    at = {}
    for number, part in enumerate(parts):
        for row in part:
            at.setdefault(reader.subject(row), set()).add((number, id(row)))
    for subject, places in at.items():
        if subject is None:
            continue
        own = {row for _, row in places}
        assert any({row for number, row in places if number == one} == own for one, _ in places), subject


def test_what_is_on_disk_goes_with_the_graph(part_by_part, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    part_by_part(500)
    findings = check(Inputs(assets.data(), assets.ontology()))
    assert [*tmp_path.iterdir()]
    del findings
    assert [*tmp_path.iterdir()] == []
