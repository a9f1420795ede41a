"""The generator: the same seed the same bytes, a data set without errors, in the shape of the shipped one, at any size."""

import csv
import hashlib
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from movement_kg import assets
from movement_kg.check import Inputs, check

SCRIPT = Path(__file__).parents[1] / "bench" / "generate.py"
SPEC = spec_from_file_location("bench_generate", SCRIPT)
bench = sys.modules["bench_generate"] = module_from_spec(SPEC)
SPEC.loader.exec_module(bench)
SIZE = 20_000


@pytest.fixture(scope="module")
def shape():
    return bench.measure(assets.data())


@pytest.fixture(scope="module")
def made(shape, tmp_path_factory) -> Path:
    """A data set of 20 000 triples."""
    folder = tmp_path_factory.mktemp("generated")
    bench.generate(shape, SIZE, 1, folder)
    return folder


@pytest.fixture(scope="module")
def findings(made):
    return check(Inputs(made / "data", assets.ontology()), made / "sources")


def digests(folder: Path) -> dict[str, str]:
    """The digest of every file of a folder, by its path there."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def degrees(folder: Path) -> list[int]:
    """How many memberships and links each organisation, person and event has, the greatest first."""
    ends = [f"org/{row['organisation']}" for row in rows(folder, "memberships")]
    ends += [f"person/{row['person']}" for row in rows(folder, "memberships")]
    ends += [row[end] for row in rows(folder, "links") for end in ("from", "to")]
    counted = Counter(end for end in ends if end.startswith(("org/", "person/", "event/")))
    return sorted(counted.values(), reverse=True)


def test_the_same_seed_makes_the_same_bytes_in_another_process(made, tmp_path):
    command = [sys.executable, SCRIPT, "--triples", str(SIZE), "--seed", "1", "-o", tmp_path / "again"]
    for hashes in ("1", "2"):  # the order of a set must not show
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": hashes})
        assert digests(tmp_path / "again") == digests(made)
        shutil.rmtree(tmp_path / "again")


def test_another_seed_makes_other_rows_and_texts(shape, made, tmp_path):
    bench.generate(shape, SIZE, 2, tmp_path)
    one, other = digests(made), digests(tmp_path)
    same = {path for path in one.keys() & other.keys() if one[path] == other[path]}
    fixed = {"csv-metadata.json", "resolutions.csv", "withdrawals.csv", "reference/countries.csv"}
    fixed |= {"reference/languages.csv", "reference/regions.csv"}
    assert same - {"data/omitted.csv"} == {f"data/{name}" for name in fixed}


def test_a_data_set_has_no_errors_and_every_citation_is_verified_in_its_text(made, findings):
    assert findings.problems == []
    assert findings.citations_checked == len(rows(made / "data", "citations")) > 50
    assert [coverage.untouched for coverage in findings.coverage] == [()] * 5


def test_a_text_that_was_changed_is_found(made, tmp_path):
    for path in (made / "sources").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"Passage 2 ", b"Passage 7 "))
    rules = {p.rule for p in check(Inputs(made / "data", assets.ontology()), tmp_path).problems}
    assert rules == {"MK030"}


def test_the_shape_is_that_of_the_shipped_data(findings, shipped):
    ours, theirs = _figures(findings.graph), _shipped_figures(shipped)
    assert SIZE * 0.9 < ours["triples"] < SIZE * 1.1
    assert ours["growing per claim"] == pytest.approx(theirs["growing per claim"], rel=0.06)
    assert ours["implied"] == pytest.approx(theirs["implied"], abs=0.02)
    assert ours["citations per claim"] == pytest.approx(theirs["citations per claim"], rel=0.05)
    assert ours["claims per citation"] == pytest.approx(theirs["claims per citation"], rel=0.1)


def test_the_size_that_the_generator_counts_with_is_that_of_the_shipped_data(shipped):
    assert sum(shipped.build.manifest["triples"].values()) == pytest.approx(bench.SHIPPED, rel=0.02)


def _figures(graph) -> dict[str, float]:
    claims = graph.claims.values()
    triples = len(graph.facts) + len(graph.claim_layer)
    return _shares(triples, len(claims), sum(c.is_implied for c in claims), sum(len(c.citations) for c in claims)) | {
        "claims per citation": len(claims) / len(set().union(*(claim.citations for claim in claims)))
    }


def _shipped_figures(shipped) -> dict[str, float]:
    counts, triples = shipped.build.manifest["counts"], sum(shipped.build.manifest["triples"].values())
    cited = sum(b"/claim/" in line and b"/ontology/citation>" in line for line in shipped.lines("all"))
    return _shares(triples, counts["claims"], counts["implied"], cited) | {
        "claims per citation": counts["claims"] / counts["citations"]
    }


def _shares(triples: int, claims: int, implied: int, cited: int) -> dict[str, float]:
    return {
        "triples": triples,
        "growing per claim": (triples - bench.FIXED) / claims,
        "implied": implied / claims,
        "citations per claim": cited / claims,
    }


def test_tables_languages_and_filled_cells_are_in_the_proportions_of_the_shipped_data(shape, tmp_path):
    part = 2.5
    bench.generate(shape, round(bench.FIXED + part * (bench.SHIPPED - bench.FIXED)), 1, tmp_path)
    for table in shape.tables:
        if not table.startswith("reference/") and table not in ("identities", "resolutions", "withdrawals", "sources"):
            real, ours = rows(assets.data(), table), rows(tmp_path / "data", table)
            assert len(ours) == pytest.approx(part * len(real), rel=0.05), table
            for column in set(real[0]) - {"note", "quote"} if table != "omitted" else ():
                filled = sum(bool(row[column]) for row in real)
                assert sum(bool(row[column]) for row in ours) == pytest.approx(part * filled, rel=0.1, abs=3), column
    languages = Counter(row["language"] for row in rows(tmp_path / "data", "names"))
    assert languages.keys() == {row["language"] for row in rows(assets.data(), "names")}


def test_conflicts_are_as_many_as_in_the_shipped_data(shape, shipped, tmp_path):
    bench.generate(shape, bench.SHIPPED, 1, tmp_path)
    graph = check(Inputs(tmp_path / "data", assets.ontology())).graph
    pairs = sum(len(claim.conflicts) for claim in graph.claims.values()) // 2
    assert abs(pairs - shipped.build.manifest["counts"]["conflicts"]) <= 3


def test_few_things_have_many_memberships_and_links_and_the_most_grows_with_the_size(shape, tmp_path):
    for size in (bench.SHIPPED, 8 * bench.SHIPPED):
        bench.generate(shape, size, 1, tmp_path / str(size))
    small, large = (degrees(tmp_path / str(size) / "data") for size in (bench.SHIPPED, 8 * bench.SHIPPED))
    assert statistics.median(large) <= 3
    assert large[0] > 3 * small[0] > 15 * statistics.median(small)
    assert sum(large[: len(large) // 10]) > 0.33 * sum(large)  # a tenth of all would hold a fifth if chance were even


def test_no_name_of_the_shipped_data_is_taken_over(made):
    named = {row["name"] for row in rows(assets.data(), "names")} | {row["id"] for row in rows(assets.data(), "people")}
    written = {
        "id",
        "name",
        "title",
        "text",
        "description",
        "note",
        "nuance",
        "printed_label",
        "person",
        "organisation",
    }
    tables = [path.stem for path in (made / "data").glob("*.csv")]
    ours = {
        cell for table in tables for row in rows(made / "data", table) for name, cell in row.items() if name in written
    }
    found = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in named))
    assert [cell for cell in ours if found.search(cell)] == []
    people = rows(made / "data", "people")
    assert all(re.fullmatch(r"person-\d+", row["id"]) and re.fullmatch("[a-z0-9]{8}", row["iri"]) for row in people)
    assert len({row["iri"] for row in people}) == len(people)
    assert "wikidata" not in (made / "data" / "identities.sssom.tsv").read_text("utf-8")


def test_the_rdf_is_the_build_of_the_tables(made, findings):
    bench.write_rdf(made)
    assert (made / "graph.nt").read_bytes() == findings.graph.ntriples()
    (made / "graph.nt").unlink()


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, SCRIPT, "--triples", "20000", "-o", tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "holds files already" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
