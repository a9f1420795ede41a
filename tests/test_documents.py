"""The documents say what is true: their code runs, their output is today's, and nothing is left undescribed."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from live import program

import movement_kg
from movement_kg import assets
from movement_kg.cli import VERBS
from movement_kg.queries import read_folder

HOME = assets.home()
DOCUMENTS = sorted([HOME / "README.md", *(HOME / "docs").glob("*.md")])


@pytest.fixture(scope="session")
def current_build() -> None:
    """The build that the documents' commands read is that of today's data."""
    movement_kg.build_graph().close()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_generated_parts_are_up_to_date(path, current_build):
    command = [sys.executable, "-m", "cogapp", "-P", "--check", "--diff", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOME)
    assert done.returncode == 0, f"run: cog -P -r README.md docs/*.md\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.mark.parametrize(("page", "least"), [("README.md", 6), ("docs/networks.md", 7)])
def test_the_python_of_a_page_runs(page, least, current_build):
    results = doctest.testfile(str(HOME / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted >= least
    assert results.failed == 0


def test_the_picture_is_that_of_todays_data(current_build):
    picture = (HOME / "docs" / "organisations.svg").read_bytes()
    with movement_kg.open_graph() as graph:
        made = b"".join(graph.network().write("svg"))
    assert made == picture, "run: movement-kg network -o docs/organisations.svg"


def test_the_question_to_three_engines_has_the_answer_that_is_shown(current_build):
    program("virtuoso-t", "Debian: virtuoso-opensource")
    command = [sys.executable, "bench/engines.py", "first-groups"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOME)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("the same rows\n") == 3
    shown = f"$ .venv/bin/python bench/engines.py first-groups\n{done.stdout}```"
    assert shown in (HOME / "README.md").read_text("utf-8")


def test_every_verb_and_query_is_described():
    commands, queries = ((HOME / "docs" / name).read_text("utf-8") for name in ("commands.md", "queries.md"))
    assert [verb for verb in VERBS if f"\n## {verb}\n" not in commands] == []
    assert [query.name for query in read_folder(HOME / "queries") if f"\n### {query.name}\n" not in queries] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_link_leads_nowhere(path):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [t for t in targets if "://" not in t and not (path.parent / t).exists()] == []


def test_the_design_page_draws_the_floors_that_are_tested():
    from test_floors import FLOORS

    page = (HOME / "docs" / "design.md").read_text("utf-8")
    drawing = re.search(r"```text\n(.*?)```", page, re.DOTALL)[1]
    for number, names in enumerate(FLOORS):
        (line,) = re.findall(rf"^{number}  ((?:\S+/?(?:  | |$))+?)(?:  |$)", drawing, re.MULTILINE) or [""]
        assert {name.rstrip("/") for name in line.split()} == names, f"floor {number}"


def test_no_sentence_of_a_source_stands_in_the_project():
    """Runs of ten words of a source, in any file that git knows; names and titles are shorter or listed here."""
    folder = Path(os.environ.get("MOVEMENT_KG_SOURCES", HOME.parent / "shared" / "sources"))
    texts = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if not texts:
        pytest.skip("the texts of the sources are not here: set MOVEMENT_KG_SOURCES to their folder")
    runs = {run for path in texts for run in _runs(path.read_text("utf-8"))}
    names = re.compile("|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True)))
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=HOME).stdout.split()
    borrowed = {}
    for name in listed:
        if Path(name).suffix in (".py", ".md", ".csv", ".ttl", ".rq", ".tsv", ".json", ".toml", ".cff", ".txt"):
            text = names.sub(" | ", (HOME / name).read_text("utf-8", errors="replace"))
            borrowed[name] = sorted(runs & set(_runs(text)))[:2]
    assert {name: found for name, found in borrowed.items() if found} == {}


def _names() -> set[str]:
    import csv

    found = set()
    for table, column in (("names.csv", "name"), ("mentions.csv", "printed_label")):
        with (HOME / "data" / table).open(encoding="utf-8") as file:
            found |= {row[column] for row in csv.DictReader(file)}
    return found - {""}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\||\w+", text.casefold())
    return {tuple(words[i : i + 10]) for i in range(len(words) - 9)}
