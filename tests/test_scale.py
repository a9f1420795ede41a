"""The measuring of growth: the exponent, the picture, a run that goes on where it stopped, a part ended at its limit."""

import itertools
import random
import re
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from lxml import etree

BENCH = Path(__file__).parents[1] / "bench"
SVG = "{http://www.w3.org/2000/svg}"


def loaded(name):
    spec = spec_from_file_location(name, BENCH / f"{name}.py")
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


growth = loaded("growth")
scale = loaded("scale")


def test_the_exponent_is_that_of_the_power_law_that_made_the_points():
    noise = random.Random(1)
    points = [(10.0**n, 3 * (10.0**n) ** 1.3 * noise.uniform(0.9, 1.1)) for n in range(2, 8)]
    assert growth.exponent(points) == pytest.approx(1.3, abs=0.03)


def test_names_in_a_picture_do_not_touch_and_hostile_ones_stay_text():
    series = {f"<b>{n}</b>": [(20_000, 1 + n / 100), (1_000_000, 2 + n / 100)] for n in range(8)}
    picture = etree.fromstring(growth.plot("Time & <more>", "seconds", series).encode())
    names = [text for text in picture.iter(f"{SVG}text") if text.get("class") == "name"]
    assert [name.text for name in names] == [*series]
    heights = sorted(float(name.get("y")) for name in names)
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 16
    assert heights[0] > 0 and heights[-1] < growth.HEIGHT


def test_points_that_grow_in_proportion_lie_along_the_dashed_line():
    picture = growth.plot("t", "seconds", {"a": [(1_000, 1), (100_000, 100)]})
    dashed = re.search(r'class="even" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', picture)
    line = re.search(r'class="line" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', picture)
    assert [float(n) for n in dashed.groups()] == pytest.approx([float(n) for n in line.groups()], abs=0.1)


def test_a_part_is_ended_with_what_it_started_at_the_limit(tmp_path):
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(tmp_path / 'alive')!r}).touch()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    _, _, is_late = scale._waited(process, 1)
    assert is_late
    time.sleep(3)
    assert not (tmp_path / "alive").exists()


def test_the_memory_of_a_part_is_that_of_its_children_too():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'bytearray(80 << 20)'])"
    status, usage, is_late = scale._waited(subprocess.Popen([sys.executable, "-c", code]), 60)
    assert (status, is_late) == (0, False)
    assert usage.ru_maxrss > 80 << 10


def test_a_run_goes_on_where_it_stopped_and_what_was_too_slow_is_not_tried_again(tmp_path):
    results = scale.Results(tmp_path / "results.json")
    results.add(scale.Run(1000, 1, "build", 1.5, 10, scale.DONE, [{"step": "shapes", "seconds": 0.5}]))
    results.add(scale.Run(1000, 1, "rdflib", 9.0, 10, scale.LATE))
    again = scale.Results(tmp_path / "results.json")
    assert again.runs == results.runs
    assert [again.is_open(1000, "build", number) for number in (1, 2)] == [False, True]
    assert [again.is_open(size, "rdflib", 2) for size in (500, 1000, 9000)] == [True, False, False]
    assert scale.unvalidated(again.runs[0]) == 1.0


def test_a_ratio_is_taken_round_by_round():
    ours = [
        scale.Run(1, number, "build", seconds, 0, scale.DONE) for number, seconds in ((1, 8.0), (2, 12.0), (3, 9.0))
    ]
    theirs = [scale.Run(1, number, "bulk", seconds, 0, scale.DONE) for number, seconds in ((1, 2.0), (2, 4.0))]
    found = scale.ratios(ours, theirs, scale.whole, scale.whole)
    assert found == scale.Spread(3.5, 3.0, 4.0)


def test_queries_that_stopped_or_gave_other_rows_are_told():
    ours = {"a": {"seconds": 1.0, "rows": 3}, "b": {"seconds": 2.0, "rows": 1}, "c": {"seconds": 1.0, "rows": 1}}
    theirs = {"a": {"seconds": 0.5, "rows": 2}, "b": {"seconds": 9.0, "fault": "time limit"}}
    row, notes = scale._against("Other", ours, theirs)
    assert row == "| Other | 1 of 3 | 0.5 | 0.5 (0.5–0.5) | 1 | 1 |"
    assert notes == [
        "- Other faster: a (2×)",
        "- Other, other number of rows: a",
        "- Other did not answer: b (time limit)",
        "- Other was not asked in time: c",
    ]
