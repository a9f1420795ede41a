"""The commands as a user meets them: what they print, where, and with which exit code."""

import json
import os
import subprocess
import sys

import pytest

from movement_kg.cli import VERBS


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run `movement-kg` as a process of its own, in a folder of its own, on the shipped data."""
    folder = tmp_path_factory.mktemp("cli")
    environment = {**os.environ, "COLUMNS": "100", "PYTHONWARNINGS": "error"}

    def command(*arguments: str, stdin: str = "", build: bool = True) -> subprocess.CompletedProcess[str]:
        where = ["--build", str(folder / "build")] if build else []
        whole = [sys.executable, "-m", "movement_kg", *arguments, *where]
        return subprocess.run(
            whole, input=stdin, capture_output=True, text=True, cwd=folder, env=environment, check=False
        )

    command("build", "-o", str(folder / "build"), build=False)
    return command


def test_build_sums_up_what_it_made(run, tmp_path):
    done = run("build", "-o", str(tmp_path / "b"), "--times", build=False)
    assert done.returncode == 0
    assert "claims (" in done.stdout
    assert "0 problems" in done.stdout
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "tables",
        "graph",
        "lines",
        "shapes",
        "queries",
        "store",
        "done",
    ]


def test_a_query_answers_on_standard_output_alone(run):
    done = run("query", "first-groups")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Junkie-bond" in done.stdout
    assert "January 1981" in done.stdout


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "html"])
def test_every_row_format_holds_the_answer(run, form):
    assert "Junkie-bond" in run("query", "first-groups", "--format", form).stdout


def test_a_query_comes_from_text_a_file_or_standard_input(run, tmp_path):
    text = "SELECT ?n { kg:org/vandu mk:acronym ?n } ORDER BY ?n".replace(
        "kg:org/vandu", "<https://w3id.org/movement-kg/org/vandu>"
    )
    (tmp_path / "own.rq").write_text(text)
    for arguments, stdin in ([text], ""), (["-"], text), ([str(tmp_path / "own.rq")], ""):
        assert run("query", *arguments, "--format", "csv", stdin=stdin).stdout.split() == ["n", "VANDU"]


def test_a_parameter_takes_a_name_in_any_language(run):
    by_name = run("query", "organisations-in-country", "-p", "country=Kanada", "--format", "csv")
    assert by_name.returncode == 2
    assert "did you mean" in by_name.stderr
    spanish = run("query", "organisations-in-country", "-p", "country=Alemania", "--format", "csv")
    path = run("query", "organisations-in-country", "-p", "country=country/DE", "--format", "csv")
    assert spanish.stdout == path.stdout
    assert "JES" in path.stdout


def test_listing_names_every_query_and_parameter(run):
    listed = run("query", "--list").stdout
    assert "organisations-in-country  country=…" in listed
    assert "first-groups\n" in listed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "first-grups"], "did you mean 'first-groups'"),
        (["query", "first-groups", "-p", "x=1"], "has no parameter 'x'"),
        (["query", "organisations-in-country"], "needs the parameter: --param country="),
        (["query", "first-groups", "-p", "x"], "--param takes NAME=VALUE"),
        (["query", "SELECT ?s WHERE { ?s ?p }"], "line 1, column"),
        (["query", "missing.rq"], "cannot be read"),
        (["query", "first-groups", "--format", "turtle"], "cannot be written as turtle"),
        (["query", "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1", "--format", "csv"], "choose one of turtle"),
        (["query"], "what should be asked"),
        (["show", "Junkiebond"], "did you mean 'Junkie-bond'"),
        (["query", "first-groups", "-o", "/no/such/folder/x.csv"], "cannot be written"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40],
)
def test_a_wrong_request_says_what_to_do_and_exits_with_2(run, arguments, said):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_suggests_one(run):
    done = run("querry", build=False)
    assert done.returncode == 2
    assert "did you mean 'query'" in done.stderr


def test_a_time_limit_has_an_exit_code_of_its_own(run):
    done = run("query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.3")
    assert done.returncode == 3
    assert "longer than 0.3 s" in done.stderr


def test_show_numbers_its_sources(run):
    done = run("show", "org/inpud")
    assert done.stdout.startswith("International Network of People who Use Drugs  (org/inpud; organisation)")
    assert "founded: 2006 [" in done.stdout
    assert "(the sources disagree)" in done.stdout
    assert "  [1] " in done.stdout


def test_export_writes_a_whole_file_or_none(run, tmp_path):
    done = run("export", "-o", str(tmp_path / "graph.ttl"))
    assert done.returncode == 0
    assert (tmp_path / "graph.ttl").read_text().startswith("@prefix")
    assert run("export", "--format", "csv").returncode == 2
    assert run("export", "--format", "csv", "-o", str(tmp_path / "tables")).returncode == 0
    assert (tmp_path / "tables" / "Organization.csv").is_file()
    assert run("export", "--rdf12", "--format", "rdfxml").returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.ttl", "tables"]


def test_info_and_its_json(run):
    assert "claims (" in run("info").stdout
    assert json.loads(run("info", "--json").stdout)["counts"]["conflicts"] >= 5


def test_new_id_is_eight_letters_that_nobody_has(run):
    made = run("new-id", build=False).stdout.strip()
    assert len(made) == 8
    assert made.isalnum()


def test_check_without_texts_says_what_it_did_not_do(run):
    done = run("check", build=False)
    assert done.returncode == 0
    assert "the citations were not verified" in done.stdout
    assert "0 problems" in done.stdout


def test_check_leaves_with_1_where_there_are_problems(run, world):
    world.replace("organisations.csv", "1994", "1994-13")
    done = run("check", "--data", str(world.data), build=False)
    assert done.returncode == 1
    assert "organisations.csv:2: founded: there is no month 13" in done.stdout


def test_data_with_problems_is_told_in_full_and_nothing_is_written(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "csv-metadata.json").write_text("{")
    done = run("build", "--data", str(tmp_path / "data"), "-o", str(tmp_path / "out"), build=False)
    assert done.returncode == 2
    assert "not JSON" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_reader_that_leaves_early_is_no_fault(run, tmp_path):
    command = f"{sys.executable} -m movement_kg query 'SELECT ?s ?p ?o {{ ?s ?p ?o }}' --format csv | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.strip() == "s,p,o"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_has_help_with_an_example(run, verb):
    done = run(verb, "--help", build=False)
    assert done.returncode == 0
    assert "Example" in done.stdout


def test_a_parameter_named_after_a_list_means_its_concept(run):
    done = run("query", "topics", "-p", "theme=decriminalisation", "--format", "csv")
    path = run("query", "topics", "-p", "theme=concept/theme/decriminalisation", "--format", "csv")
    assert done.stdout == path.stdout
    assert len(done.stdout.splitlines()) > 5
