"""Virtuoso with a cap of 1 000 rows, of which it says nothing in an answer: rows, graphs and exports come whole."""

import pytest
from live import CAP, virtuoso

from movement_kg import assets
from movement_kg.engines.endpoint import Endpoint
from movement_kg.knowledge_graph import at_endpoint

COUNT = 2 * CAP + 500
LINES = sorted(
    f'<https://w3id.org/movement-kg/org/{number}> <https://example.org/{prop}> "{prop} {number:04}"@en .\n'.encode()
    for number in range(COUNT // 2)
    for prop in ("name", "motto")
)
CLAIM = b'<https://w3id.org/movement-kg/claim/1> <https://example.org/name> "a claim"@en .\n'
TEMPLATE = "?s <https://example.org/is> ?name ; <https://example.org/says> ?motto"
PATTERN = "?s <https://example.org/name> ?name ; <https://example.org/motto> ?motto"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory) -> Endpoint:
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), b"".join([*LINES, CLAIM])) as found:
        yield found


@pytest.fixture
def graph(endpoint):
    """The graph as somebody sees it who asks for the first time."""
    return at_endpoint([endpoint], assets.queries())


def test_rows_come_whole(graph):
    rows = b"".join(graph.stream("SELECT ?value { ?s ?p ?value }", "csv")).split(b"\r\n")
    assert len(rows) == 1 + COUNT + 1 + 1  # the heading, the claim, and what stands behind the last end of line


def test_a_graph_comes_whole_where_its_number_of_triples_shows_no_cap(graph):
    lines = b"".join(graph.stream(f"CONSTRUCT {{ {TEMPLATE} }} WHERE {{ {PATTERN} }}", "ntriples")).splitlines(
        keepends=True
    )
    renamed = (line.replace(b"/name>", b"/is>").replace(b"/motto>", b"/says>") for line in LINES)
    assert lines == sorted(renamed)


@pytest.mark.parametrize(("layer", "wanted"), [("facts", LINES), ("all", [CLAIM, *LINES])])
def test_an_export_is_whole_and_in_order(layer, wanted, graph):
    assert b"".join(graph.export("ntriples", layer)) == b"".join(wanted)
