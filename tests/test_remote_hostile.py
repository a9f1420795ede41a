"""Values that try to be more than values, bound and sent to live servers: each finds its own thing and nothing else."""

import pytest
from live import oxigraph, virtuoso

from movement_kg import terms
from movement_kg.engines.remote import RemoteEngine
from movement_kg.results import read_json
from movement_kg.sparql import bind

HOSTILE = [
    '"',
    "'",
    "\\",
    '\\"',
    '"""',
    "''' }",
    "} }",
    "{{",
    "}} UNION { ?thing ?p ?name }",
    '" } } UNION { ?thing <https://example.org/name> ?name } #',
    '") } SELECT * WHERE { ?s ?p ?o } #',
    '" . ?thing ?any ?thing . #',
    "?_name",
    "$thing",
    "a\nb",
    "a\r\nb\tc",
    "\\n",
    "\\u0022 } UNION { ?thing ?p ?name }",
    "\\u007D\\u007D",
    "\\U0000007D",
    "%22%7D",
    "&query=ASK%20%7B%7D",
    "+",
    "a;b#c",
    "<https://example.org/1>",
    "# a comment",
    "/* no comment */",
    "--",
    "' || 1=1 --",
    "'; DROP GRAPH <https://w3id.org/movement-kg/> ; --",
    "<script>alert(1)</script>",
    "]]>",
    "ı𝔘\u0301",
    "\u202e\u200b",
    "x" * 5000,
]
#: IRIs of things, which parameters may be as well.
STRANGE = ["https://example.org/'", "https://example.org/a%22%7D", "https://example.org/?a=1&b=(2);#c", "urn:x:é𝔘"]

BY_NAME = "SELECT ?thing WHERE { ?thing <https://example.org/name> ?_name } ORDER BY ?thing"
DEEPER = """SELECT ?thing WHERE { { SELECT ?thing WHERE { ?thing <https://example.org/name> ?_name } }
    OPTIONAL { ?thing <https://example.org/name> ?_name } } ORDER BY ?thing"""
BY_THING = "SELECT ?name WHERE { ?_thing <https://example.org/name> ?name } ORDER BY ?name"


def thing(number) -> str:
    return f"https://example.org/{number}"


def triples() -> bytes:
    named = [(f"<{thing(number)}>", value) for number, value in enumerate(HOSTILE)]
    return "".join(
        f"{subject} <https://example.org/name> {terms.literal(name)} .\n"
        for subject, name in (*named, *((f"<{iri}>", "strange") for iri in STRANGE))
    ).encode()


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=["Oxigraph server", "Virtuoso"])
def server(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp("hostile"), triples()) as endpoint:
        yield RemoteEngine(endpoint)


def values(engine, query, **bound) -> list[str]:
    pieces = engine.ask(bind(query, {f"_{name}": term for name, term in bound.items()}))
    assert next(pieces) == b"rows"
    return [value.text for row in read_json(pieces).rows for value in row]


def test_the_values_are_different_and_the_query_finds_them_all_where_nothing_is_bound(server):
    assert len(set(HOSTILE)) == len(HOSTILE)
    assert len(values(server, BY_NAME)) == len(HOSTILE) + len(STRANGE)


@pytest.mark.parametrize("query", [BY_NAME, DEEPER], ids=["plain", "deeper"])
@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=lambda number: ascii(HOSTILE[number])[:40])
def test_a_hostile_value_finds_its_own_thing(number, query, server):
    assert values(server, query, name=terms.literal(HOSTILE[number])) == [thing(number)]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:40])
def test_a_hostile_value_that_nobody_has_finds_nothing(value, server):
    assert values(server, BY_NAME, name=terms.literal(value + " ")) == []


@pytest.mark.parametrize("iri", STRANGE, ids=ascii)
def test_a_strange_iri_finds_its_own_name(iri, server):
    assert values(server, BY_THING, thing=terms.iri(iri)) == ["strange"]


def test_all_at_once_are_alternatives(server):
    found = values(server, BY_NAME, name=[terms.literal(value) for value in HOSTILE])
    assert sorted(found) == sorted(map(thing, range(len(HOSTILE))))


def test_the_graph_is_as_it_was(server):
    assert len(values(server, BY_NAME)) == len(HOSTILE) + len(STRANGE)
