"""`movement-kg network` as a user meets it: what it prints, what it writes, and what it says where that cannot be."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass

import networkx
import PIL.Image
import pytest
from lxml import etree

from movement_kg import assets, draw
from movement_kg.build import build
from movement_kg.cli import main
from movement_kg.finished import Recipe
from movement_kg.network import MEASURES, PROJECTIONS


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: bytes
    err: str

    @property
    def text(self):
        return self.out.decode()

    @property
    def lines(self):
        return self.text.splitlines()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder of our own with the shipped build: the command makes it anew where the tables change meanwhile."""
    folder = tmp_path_factory.mktemp("build")
    build(Recipe(assets.data(), assets.ontology(), assets.queries()), folder)
    return str(folder)


@pytest.fixture
def run(built, tmp_path, monkeypatch, capfdbinary):
    """Run `movement-kg network` on the shipped data, in a folder of its own."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def command(*arguments, with_build=True):
        where = ["--build", built] if with_build else []
        capfdbinary.readouterr()
        try:
            main(["network", *arguments, *where])
            code = 0
        except SystemExit as stop:
            code = stop.code
        out, err = capfdbinary.readouterr()
        return Done(code, out, err.decode())

    return command


def shape(graph):
    return graph.number_of_nodes(), graph.number_of_edges()


@pytest.fixture(scope="session")
def size(shipped):
    """How many nodes and edges the organisations' network has."""
    return shape(shipped.network())


# Tables


def test_without_options_it_prints_the_figures(run, size):
    done = run()
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].split() == ["figure", "value"]
    figures = dict(re.split(r" {2,}", line) for line in done.lines[2:15])
    assert (int(figures["nodes"]), int(figures["edges"])) == size
    assert done.lines[15] == "(13 rows)"
    assert done.lines[16:18] == [
        "Note: communities by igraph's Leiden method",
        "Note: Islands are an artefact of what was written down: a missing edge says that no source names it,",
    ]


def test_figures_of_a_part_count_nothing_outside_it(run):
    without = "nodes without any edge, not in the network"
    assert without in dict(csv.reader(io.StringIO(run("--format", "csv").text)))
    for part in (["--ego", "INPUD"], ["--core", "5"], ["--since", "2000"]):
        figures = dict(csv.reader(io.StringIO(run(*part, "--format", "csv").text)))
        assert without not in figures
        assert int(figures["nodes"]) > 1


@pytest.mark.parametrize("projection", [name for name in PROJECTIONS if name != "everything"])
def test_every_projection_has_figures(run, shipped, projection):
    done = run(projection, "--format", "csv")
    figures = dict(csv.reader(io.StringIO(done.text)))
    assert (int(figures["nodes"]), int(figures["edges"])) == shape(shipped.network(projection))


def test_measures_as_a_table(run):
    done = run("--measure", "betweenness", "-m", "degree", "--top", "2")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].split() == ["node", "name", "betweenness", "degree"]
    assert re.fullmatch(r"org/inpud +International Network of People who Use Drugs +0\.\d+ +13", done.lines[2].strip())
    assert done.lines[4] == "(2 rows)"
    assert f"Note: {MEASURES['betweenness'].caveat}" in " ".join(done.lines)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "html"])
def test_measures_in_every_format(run, form):
    done = run("--measure", "degree", "--top", "1", "--format", form)
    assert done.code == 0
    assert b"org/inpud" in done.out
    assert done.err == ("" if form == "html" else f"Note: {MEASURES['degree'].caveat}\n")
    readers = {
        "csv": lambda text: [*next(csv.DictReader(io.StringIO(text))).values()][1:],
        "tsv": lambda text: [cell.strip('"') for cell in text.splitlines()[1].split("\t")[1:]],
        "json": lambda text: [
            json.loads(text)["results"]["bindings"][0][column]["value"] for column in ("name", "degree")
        ],
        "xml": lambda text: [one.text for one in etree.fromstring(text.encode()).iter("{*}literal")],
        "html": lambda text: re.findall("<td>(.*?)</td>", text)[1:3],
    }
    assert readers[form](done.text) == ["International Network of People who Use Drugs", "13"]


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "html"])
def test_ending_of_a_file_names_the_format_of_a_table(run, tmp_path, form):
    assert run("--measure", "degree", "-o", f"degree.{form}").out == b""
    assert (tmp_path / f"degree.{form}").read_bytes() == run("--measure", "degree", "--format", form).out


def test_path_between_two_things(run):
    done = run("--path", "EuroNPUD", "Rights Reporter Foundation", "--format", "csv")
    assert done.code == 0
    rows = [*csv.DictReader(io.StringIO(done.text))]
    assert [(row["path"], row["step"]) for row in rows] == [("1", "1"), ("1", "2")]
    assert rows[0]["from"].endswith("org/euronpud")
    assert rows[0]["to"] == rows[1]["from"]
    assert rows[1]["to"].endswith("org/rights-reporter-foundation")
    assert all(re.fullmatch(r"\d{3}-\S+( \d{3}-\S+)*", row["passages"]) for row in rows)
    assert done.err == "Note: A path shows what was written down; a missing one does not say that two never met.\n"


def test_longer_paths_come_after_the_shortest(run, shipped):
    ends = "org/euronpud", "org/rights-reporter-foundation"
    done = run("--path", *ends, "--longest", "4", "--format", "csv")
    numbers = [row["path"] for row in csv.DictReader(io.StringIO(done.text))]
    steps = [numbers.count(number) for number in dict.fromkeys(numbers)]
    plain = networkx.Graph(shipped.network().to_undirected(as_view=True))
    assert steps == sorted(len(path) - 1 for path in networkx.all_simple_paths(plain, *ends, cutoff=4))
    assert len(steps) > 1


# Networks


def opened(form, data):
    """How many nodes and edges another program finds, None where it cannot tell."""
    text = io.BytesIO(data)
    if form == "png":
        with PIL.Image.open(text) as image:
            assert image.size[0] == 2400
        return None
    if form == "html":
        assert data.lower().startswith(b"<!doctype html>")
        return None
    if form == "svg":
        groups = {one.get("id"): len(one) for one in etree.parse(text).getroot().iter("{*}g")}
        return groups["nodes"], groups["edges"]
    if form == "gexf":
        root = etree.parse(text).getroot()
        return len([*root.iter("{*}node")]), len([*root.iter("{*}edge")])
    if form == "graphml":
        return shape(networkx.read_graphml(text, force_multigraph=True))
    if form == "node-link":
        return shape(networkx.node_link_graph(json.loads(data), edges="edges"))
    if form == "cytoscape":
        elements = json.loads(data)["elements"]
        return len(elements["nodes"]), len(elements["edges"])
    return None


@pytest.mark.parametrize(("ending", "form"), [pair for pair in draw.FORMATS.items() if pair[1] != "csv"])
def test_network_in_every_format(run, size, tmp_path, ending, form):
    done = run("-o", f"n{ending}")
    assert (done.code, done.out) == (0, b"")
    assert done.err == f"n{ending}: {size[0]} nodes, {size[1]} edges\n"
    data = (tmp_path / f"n{ending}").read_bytes()
    assert opened(form, data) in (None, size)
    named = run("--format", form, "-o", "other.file")
    assert named.code == 0
    assert (tmp_path / "other.file").read_bytes() == data
    assert [path.name for path in sorted(tmp_path.iterdir())] == sorted([f"n{ending}", "other.file"])


def test_network_goes_to_standard_output_too(run, size):
    for arguments in (["--format", "gexf"], ["--format", "gexf", "-o", "-"]):
        done = run(*arguments)
        assert (done.code, done.err) == (0, "")
        assert opened("gexf", done.out) == size


def test_csv_is_two_tables_in_a_folder(run, size, tmp_path):
    done = run("--format", "csv", "-o", "a/folder")
    assert (done.code, done.out) == (0, b"")
    tables = {path.name: path.read_text("utf-8") for path in (tmp_path / "a" / "folder").iterdir()}
    counts = {name: len([*csv.DictReader(io.StringIO(table))]) for name, table in tables.items()}
    assert counts == {"nodes.csv": size[0], "edges.csv": size[1]}


def test_csv_needs_a_folder(run, tmp_path):
    (tmp_path / "file").write_text("mine")
    for output in ("-", "file"):
        done = run("--format", "csv", "-o", output)
        assert (done.code, done.out) == (2, b"")
        assert done.err == "movement-kg: csv is a table of nodes and one of edges: name a folder with -o DIR\n"
    assert (tmp_path / "file").read_text() == "mine"


def test_csv_folder_that_cannot_be_made(run, tmp_path):
    (tmp_path / "file").write_text("mine")
    done = run("--format", "csv", "-o", "file/folder")
    assert done.code == 2
    assert done.err == "movement-kg: file/folder: cannot be made (Not a directory); name another folder\n"


# Filters and parts


def test_filters_are_passed_on(run, shipped):
    done = run("--country", "NL", "--country", "Germany", "--until", "2010", "--format", "csv")
    figures = dict(csv.reader(io.StringIO(done.text)))
    assert (int(figures["nodes"]), int(figures["edges"])) == shape(shipped.network(country=["NL", "DE"], until="2010"))


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        (["--kind", "part-of", "--kind", "partner"], {"kind": ["part-of", "partner"]}),
        (["--region", "Europe"], {"region": "Europe"}),
        (["--theme", "harm-reduction"], {"theme": "harm-reduction"}),
        (["--source", "004"], {"source": "004"}),
        (["--source", "4"], {"source": "004"}),
        (["--since", "2000"], {"since": "2000"}),
        (["--certainty", "any"], {"certainty": "any"}),
        (["--min-weight", "2"], {"min_weight": 2}),
        (["--ego", "INPUD"], {"ego": "INPUD"}),
        (["--ego", "INPUD", "--depth", "2"], {"ego": "INPUD", "depth": 2}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_option_is_the_filter_of_its_name(run, shipped, arguments, filters):
    figures = dict(csv.reader(io.StringIO(run(*arguments, "--format", "csv").text)))
    assert (int(figures["nodes"]), int(figures["edges"])) == shape(shipped.network(**filters))


def test_fresh_lays_out_what_is_left(run):
    arguments = ["--ego", "INPUD", "--format", "svg"]
    assert run(*arguments).out == run(*arguments).out
    assert run(*arguments, "--fresh").out != run(*arguments).out


def test_core_by_a_measure(run, tmp_path):
    done = run("--core", "5", "--by", "betweenness", "-o", "core.svg")
    assert done.code == 0
    nodes, _ = opened("svg", (tmp_path / "core.svg").read_bytes())
    assert nodes == 5
    assert b"Only the 5 nodes" in (tmp_path / "core.svg").read_bytes()


def test_too_large_a_picture_is_cut_to_its_core_and_says_so(run, size, tmp_path, monkeypatch):
    monkeypatch.setitem(draw.PICTURES, "svg", 10)
    done = run("-o", "n.svg")
    shown, edges = opened("svg", (tmp_path / "n.svg").read_bytes())
    assert shown == 10
    assert done.err.splitlines() == [
        f"{size[0]} nodes are more than svg can show: drawing the 10 of the greatest degree (--core, --by)",
        f"n.svg: {shown} nodes, {edges} edges",
    ]
    assert f"Only the {shown} nodes of greatest degree of {size[0]}." in (tmp_path / "n.svg").read_text("utf-8")


def test_files_for_other_programs_are_never_cut(run, size, tmp_path, monkeypatch):
    monkeypatch.setitem(draw.PICTURES, "svg", 10)
    assert run("-o", "n.gexf").err == f"n.gexf: {size[0]} nodes, {size[1]} edges\n"


# Wrong requests


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["organisation"], "there is no projection 'organisation'; did you mean 'organisations'?"),
        (["--format", "gefx"], "a network cannot be written as 'gefx'; did you mean 'gexf'?"),
        (
            ["--format", "gefx", "-o", "x"],
            "a network cannot be written as 'gefx'; did you mean 'gexf'? (it can as svg,",
        ),
        (["-m", "degree", "--format", "gexf"], "a table cannot be written as 'gexf' (it can as table, json, xml,"),
        (["-m", "degree", "--format", "jsn"], "a table cannot be written as 'jsn'; did you mean 'json'?"),
        (["-o", "x.doc"], "x.doc: no format has the ending '.doc'; name one with --format svg|png|html|gexf|"),
        (["-o", "folder"], "folder: no format has the ending ''; name one with --format svg|"),
        (
            ["-m", "degree", "-o", "x.gexf"],
            "x.gexf: no format has the ending '.gexf'; name one with --format table|json|",
        ),
        (["-m", "betweeness"], "there is no measure 'betweeness'; did you mean 'betweenness'?"),
        (["-m", "degree", "-m", "summary"], "summary makes a table of its own; ask for it alone"),
        (["--longest", "3"], "--longest says how long paths may be: give --path A B too"),
        (["--backend", "graphblas", "-o", "x.svg"], "--backend is for measures: give --measure too"),
        (["--backend", "graphblas", "--path", "INPUD", "EuroNPUD"], "--backend is for measures: give --measure too"),
        (["-m", "pagerank", "--backend", "grafblas"], "there is no backend 'grafblas'; did you mean 'graphblas'?"),
        (
            ["-m", "betweenness", "--backend", "graphblas"],
            "has no betweenness_centrality, which betweenness needs; it can",
        ),
        (["--path", "INPUD", "INPUD"], "a path needs two different nodes (got International Network of People who"),
        (["--path", "INPUD", "INPUDD"], "nothing is called 'INPUDD'; did you mean 'INPUD'?"),
        (["--path", "INPUD", "Junkie-bond"], "'org/junkie-bond' is no node of this network"),
        (["--ego", "country/NL"], "'country/NL' is no node of this network"),
        (["--core", "3", "--by", "bridges"], "bridges does not rank nodes (these do: degree,"),
        (["--kind", "parner"], "this network has no edge of the kind 'parner'; did you mean 'partner'?"),
        (["--country", "Norwy"], "nothing is called 'Norwy'; did you mean 'Norway'?"),
        (["--since", "2000", "--until", "1990"], "the period ends before it begins: since 2000, until 1990"),
        (["--until", "1700", "--kind", "supports", "--source", "000"], "no edge is left: "),
        (["--min-weight", "50"], "no edge is left: without min weight there are"),
        (["--certainty", "sure"], "certainty cannot be 'sure' (there are explicit, asserted, any)"),
        (["--source", "999"], "there is no source '999' (there are 000, "),
        (["--depth", "2"], "--depth says how far --ego goes: give --ego too"),
        (["--depth", "1", "--core", "3"], "--depth says how far --ego goes: give --ego too"),
        (["--by", "degree"], "--by says what --core ranks by: give --core too"),
        (["--by", "degree", "--ego", "INPUD"], "--by says what --core ranks by: give --core too"),
        (
            ["--path", "INPUD", "EuroNPUD", "-m", "degree"],
            "--path and --measure make different tables: give one of them",
        ),
        (["-m", "degree", "--top", "-1"], "-1 is not in the range x>=0"),
        (["--depth", "0"], "0 is not in the range x>=1"),
        (["--longest", "9", "--path", "a", "b"], "9 is not in the range 1<=x<=8"),
        (["--mesure", "degree"], "No such option '--mesure'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_request_says_what_to_do_and_exits_with_2(run, tmp_path, arguments, said):
    done = run(*arguments)
    assert (done.code, done.out) == (2, b"")
    assert said in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_things_that_no_path_joins(run, shipped):
    found = shipped.network()
    apart = min(set(found) - networkx.node_connected_component(found.to_undirected(), "org/inpud"))
    done = run("--path", "INPUD", apart)
    assert (done.code, done.out) == (2, b"")
    assert done.err == (
        f"movement-kg: no path leads from International Network of People who Use Drugs to {found.nodes[apart]['label']} "
        "in this network; that says what was written down, not what there was\n"
    )


@pytest.mark.parametrize("output", ["no/such/folder/x.svg", "no/such/folder/x.png", "no/such/folder/x.gexf"])
def test_file_that_cannot_be_written(run, tmp_path, output):
    done = run("-o", output)
    assert (done.code, done.out) == (2, b"")
    assert done.err == (f"movement-kg: {output}: cannot be written (No such file or directory); name another file\n")
    assert list(tmp_path.iterdir()) == []


def test_table_that_cannot_be_written(run, tmp_path):
    done = run("-m", "degree", "-o", "no/x.csv")
    assert done.code == 2
    assert "no/x.csv: cannot be written (No such file or directory)" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["-o", "taken.svg"], ["-m", "degree", "-o", "taken.csv"]], ids=["network", "table"]
)
def test_folder_in_the_place_of_a_file_is_told_without_a_traceback(run, tmp_path, arguments):
    (tmp_path / arguments[-1]).mkdir()
    done = run(*arguments)
    assert done.code == 2
    assert f"{arguments[-1]}: " in done.err
    assert [path.name for path in tmp_path.iterdir()] == [arguments[-1]]


def test_file_that_breaks_off_is_not_left_behind(run, tmp_path, monkeypatch):
    from movement_kg.errors import RequestError

    def broken(*_):
        yield b"<svg"
        raise RequestError("no more")

    monkeypatch.setattr(draw.Network, "write", broken)
    done = run("-o", "n.svg")
    assert (done.code, done.err) == (2, "movement-kg: no more\n")
    assert list(tmp_path.iterdir()) == []


# Help


def test_help_lists_projections_and_measures_with_their_caveats(run):
    done = run("--help", with_build=False)
    assert done.code == 0
    told = " ".join(done.text.split())
    for one in PROJECTIONS.values():
        assert f"{one.name} {one.title}." in told
    joined = re.sub(r"\s+", "", done.text)  # long words are broken at hyphens
    for one in MEASURES.values():
        assert re.sub(r"\s+", "", f"{one.name}{one.meaning}[{one.formula}]Mind:{one.caveat}") in joined
    assert "Examples: movement-kg network -o organisations.svg" in told


def test_every_example_of_the_help_runs(run):
    text = run("--help", with_build=False).text.replace("\n\n", "\n")
    examples = [line.strip() for line in text.splitlines() if line.strip().startswith("movement-kg network ")]
    assert len(examples) == 5
    for example in examples:
        arguments = [pair[0] or pair[1] for pair in re.findall(r'"([^"]*)"|(\S+)', example)][2:]
        assert run(*arguments).code == 0
