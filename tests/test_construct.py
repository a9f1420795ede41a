"""A CONSTRUCT asked as a SELECT gives the triples that a store makes of it itself."""

import pyoxigraph
import pytest

from movement_kg.engines.construct import Construct

STORE = pyoxigraph.Store()
STORE.bulk_load(
    b"""@prefix e: <https://example.org/> . e:a e:p e:b , "two\\n\\"lines\\"" , "wort"@de ; e:q e:c , 7 . e:b e:q _:x .""",
    format=pyoxigraph.RdfFormat.TURTLE,
)
PREFIX = "PREFIX e: <https://example.org/>\n"
QUERIES = [
    "CONSTRUCT { ?s e:r ?o } WHERE { ?s e:p ?o }",
    "construct { $s ?p ?o ; a e:Thing , ?o . ?o e:of ?s . } where { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s e:p ?o ; e:q ?x }",
    "CONSTRUCT { ?s e:p ?o # a comment with }\n} WHERE { { ?s e:p ?o } UNION { ?s e:q ?o } FILTER(?s != '}') }",
    "CONSTRUCT { ?s e:r ?o . ?s e:n ?none ; e:l '''a ?s } b''', 'x'@en, 12, 1.5, true } WHERE { ?s e:p ?o }",
    "CONSTRUCT { ?s e:p ?o } WHERE { ?s e:p ?o OPTIONAL { ?o e:q ?none } } ORDER BY DESC(?o) LIMIT 2 OFFSET 1",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?q ?o VALUES ?p { e:one 'no predicate' } }",
    "BASE <https://example.org/> CONSTRUCT { ?s <r> <\\u0061> } WHERE { ?s e:p ?o }",
    "CONSTRUCT { ?s e:p () } WHERE { ?s e:p ?o }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_triples_are_those_that_the_store_makes(query):
    construct = Construct.read(PREFIX + query)
    ours = {*construct.lines(STORE.query(construct.select))}
    theirs = {f"{t.subject} {t.predicate} {t.object} .\n".encode() for t in STORE.query(PREFIX + query)}
    assert ours == theirs
    assert ours


@pytest.mark.parametrize(
    "query",
    [
        "DESCRIBE e:a",
        "CONSTRUCT { ?s e:p [] } WHERE { ?s e:p ?o }",
        "CONSTRUCT { ?s e:p _:b } WHERE { ?s e:p ?o }",
        "CONSTRUCT { ?s e:p (1) } WHERE { ?s e:p ?o }",
        "CONSTRUCT { e:a e:p e:b } WHERE { ?s e:p ?o }",
        "CONSTRUCT { } WHERE { ?s e:p ?o }",
        "CONSTRUCT { ?s e:n ?n } WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }",
        "CONSTRUCT { ?s e:p/e:q ?o } WHERE { ?s e:p ?o }",
        "CONSTRUCT { ?s e:p ?o",
        "CONSTRUCT {",
        "CONSTRUCT",
    ],
)
def test_what_is_not_simple_is_left_to_the_server(query):
    assert Construct.read(PREFIX + query) is None
