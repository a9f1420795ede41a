"""Every named query on real servers: the same rows in the same order as on the embedded engine.

The table in docs/engines.md is what this run found; `--rewrite-engines` writes it.
"""

import pytest
from live import CAP, jena, oxigraph, virtuoso

from movement_kg import assets
from movement_kg.engines.remote import RemoteEngine
from movement_kg.entity import ask
from movement_kg.errors import QueryError
from movement_kg.queries import choose, read_folder
from movement_kg.results import read_json

#: What Virtuoso (7.2) answers otherwise, and how. Each is looked at again at every run.
DIFFERS = {
    "network-organisations-countries": "no row",
    "network-people": "no row",
    "paths-between-people": "its optimiser gives up (SP031)",
}
QUERIES = read_folder(assets.queries())
TABLE = assets.home() / "docs" / "engines.md"
BEGIN, END = "<!-- engines -->\n", "<!-- end -->"


@pytest.fixture(scope="session")
def everything(shipped) -> bytes:
    return b"".join(shipped.lines("all"))


@pytest.fixture(scope="session")
def servers(everything, tmp_path_factory):
    with (
        oxigraph(tmp_path_factory.mktemp("oxigraph"), everything) as one,
        virtuoso(tmp_path_factory.mktemp("virtuoso"), everything) as other,
        jena(tmp_path_factory.mktemp("jena"), everything) as third,
    ):
        yield {"Oxigraph server": RemoteEngine(one), "Virtuoso": RemoteEngine(other), "Jena ARQ": RemoteEngine(third)}


def rows(engine, text) -> list[list[object]]:
    """An answer as values, whatever spelling of numbers and truth values an engine has."""
    pieces = engine.ask(text)
    next(pieces)
    answer = read_json(pieces)
    return [[value and _plain(value) for value in row] for row in answer.rows]


def _plain(value) -> object:
    if value.datatype.endswith("#boolean"):
        return value.text in ("true", "1")
    return value.kind, value.python(), value.language


def compared(query, shipped, servers) -> tuple[int, dict[str, bool]]:
    text = query.bound(query.test, shipped.resolve)
    ours = rows(shipped.engine, text)
    return len(ours), {name: _or_fault(engine, text) == ours for name, engine in servers.items()}


def _or_fault(engine, text) -> list[list[object]] | str:
    try:
        return rows(engine, text)
    except QueryError as error:
        return str(error)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_named_query_gives_the_same_rows_on_every_server(query, shipped, servers):
    count, same = compared(query, shipped, servers)
    assert count
    assert same == {"Oxigraph server": True, "Virtuoso": query.name not in DIFFERS, "Jena ARQ": True}


def test_the_table_in_the_documents_is_what_was_found(shipped, servers, request):
    lines = ["| query | rows | Oxigraph server | Virtuoso | Jena ARQ |", "| --- | --- | --- | --- | --- |"]
    for query in QUERIES:
        count, same = compared(query, shipped, servers)
        lines.append(f"| {query.name} | {count} | {' | '.join(_word(query, one) for one in same.values())} |")
    before, _, rest = TABLE.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    found = "\n".join([*lines, ""])
    if request.config.getoption("--rewrite-engines"):
        TABLE.write_text(before + BEGIN + found + end + after, "utf-8")
    assert TABLE.read_text("utf-8") == before + BEGIN + found + end + after


def _word(query, is_same) -> str:
    return "same" if is_same else DIFFERS.get(query.name, "differs")


def test_rows_beyond_a_silent_cap_come_page_by_page(shipped, servers):
    query = "SELECT ?claim ?subject WHERE { ?claim a mk:Claim ; rdf:subject ?subject } ORDER BY DESC(?claim)"
    ours = rows(shipped.engine, query)
    assert len(ours) > 7 * CAP
    assert rows(servers["Virtuoso"], query) == ours


def test_an_answer_of_just_as_many_rows_as_the_cap_is_no_cut(servers):
    assert (
        len(rows(servers["Virtuoso"], f"SELECT ?claim WHERE {{ ?claim a mk:Claim }} ORDER BY ?claim LIMIT {CAP}"))
        == CAP
    )


def test_counts_are_those_of_the_build(shipped, servers):
    from movement_kg.published import Published

    for engine in servers.values():
        told = Published(engine, assets.queries()).manifest
        assert told["counts"] == shipped.info["counts"]
        assert told["triples"]["all"] == sum(shipped.info["triples"].values())


def test_the_export_of_a_server_has_the_same_bytes(shipped, servers, everything):
    from movement_kg.published import Published

    there = Published(servers["Oxigraph server"], assets.queries())
    assert b"".join(there.lines("all")) == everything
    assert b"".join(there.lines("facts")) == b"".join(shipped.lines("facts"))


def test_a_thing_reads_alike_wherever_it_is_asked(shipped, servers):
    from movement_kg.entity import describe, resolve

    ours = [*shipped.show("INPUD").lines()]
    for engine in servers.values():
        assert [*describe(engine, resolve(engine, "INPUD")).lines()] == ours


HOSTILE = ['"} } SELECT * WHERE { ?s ?p ?o } #', "\\u007D \\u007D", "?s", "' || 1=1 --", "a\nb\tc", "ı𝔘\u0301"]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    ("name", "parameter"), [("figures", "measure"), ("organisations", "kind"), ("passages", "source")]
)
def test_a_hostile_value_stays_a_value_on_every_server(value, name, parameter, shipped, servers):
    query = choose(QUERIES, name)
    text = query.bound({**query.test, parameter: value}, shipped.resolve)
    for engine in servers.values():
        assert rows(engine, text) == []
        assert bool(ask(engine, "ASK { ?s a mk:Claim }"))
