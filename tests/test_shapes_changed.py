"""Validation of what a change concerns: the same results as validating the whole graph again, at the cost of the change."""

from __future__ import annotations

import pickle

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shape_faults import BASE, PREFIXES, TINY, planted

from movement_kg import assets, shapes

SHIPPED = assets.ontology() / "shapes.ttl"
FAULTS = planted()
HERE = "https://a.example/"
VOCABULARY_CHANGES = """
mk:Event <http://www.w3.org/2000/01/rdf-schema#subClassOf> foaf:Agent .
role:board-member skos:broader role:contribution-role .
event-kind:meeting skos:inScheme <https://w3id.org/movement-kg/scheme/scope> .
x:org a mk:Event , mk:Date . x:y2006 a mk:Place . x:town a mk:Region . x:source a mk:Claim .
x:y2006 mk:earliest "2030-01-01"^^xsd:date ; mk:latest "1990-01-01"^^xsd:date .
x:org mk:end x:y2000 ; mk:within x:person . theme:covid-19 skos:broader theme:movement .
link-kind:partner mk:joinsTo mk:Event .
"""


def quads(turtle, prefixes=PREFIXES):
    text = f"@prefix x: <{HERE}> .{prefixes}{turtle}"
    return {*pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)}


def vocabulary():
    """The ontology and its schemes."""
    for name in ("movement.ttl", "schemes.ttl"):
        yield from pyoxigraph.parse(path=str(assets.ontology() / name), format=pyoxigraph.RdfFormat.TURTLE)


def change(store, before, now):
    """Make the store hold the one set of triples where it held the other; what was added or taken away."""
    for quad in before - now:
        store.remove(quad)
    store.extend(now - before)
    return before ^ now


def only_what_changed(store, path, before, changed):
    """The results after a change, from those before it and a validation of what it concerns."""
    focus = shapes.affected(store, shapes.read(path), changed)
    names = {str(node) for node in focus}
    return sorted([*(r for r in before if r.focus not in names), *shapes.validate(store, path, focus=focus)])


def told(results):
    """The results without what a validator is free to say otherwise: the names of blank nodes."""
    return {(r.rule, r.focus, r.path, r.value, r.component) for r in results}


# The shipped shapes


@pytest.fixture(scope="module")
def valid():
    return quads(BASE)


@pytest.fixture
def store(valid):
    made = pyoxigraph.Store()
    made.extend(valid)
    made.extend(vocabulary())
    return made


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in FAULTS])
def test_a_planted_fault_is_found_and_its_repair_seen(store, valid, fault):
    broken = (valid - quads(fault.removed)) | quads(fault.added)
    changed = change(store, valid, broken)
    focus = shapes.affected(store, shapes.read(SHIPPED), changed)
    found = shapes.validate(store, SHIPPED, focus=focus)
    assert found == shapes.validate(store, SHIPPED)
    assert fault.rule in {result.rule for result in found}
    change(store, broken, valid)
    assert only_what_changed(store, SHIPPED, found, changed) == []


POOL = sorted(
    quads(BASE)
    | {quad for fault in FAULTS for quad in quads(fault.added) if not isinstance(quad.subject, pyoxigraph.BlankNode)}
    | quads(VOCABULARY_CHANGES),
    key=str,
)


@settings(max_examples=30)
@given(st.sets(st.sampled_from(POOL), max_size=30), st.sets(st.sampled_from(POOL), min_size=1, max_size=6))
def test_any_change_gives_the_results_of_the_whole(noise, flipped):
    before = quads(BASE) ^ noise
    store = pyoxigraph.Store()
    store.extend(before)
    store.extend(vocabulary())
    told_before = shapes.validate(store, SHIPPED)
    changed = change(store, before, before ^ flipped)
    assert only_what_changed(store, SHIPPED, told_before, changed) == shapes.validate(store, SHIPPED)


def test_checks_can_be_shared_out_to_other_processes(store):
    store.extend(quads("".join(f"{fault.added}\n" for fault in FAULTS)))
    graph = shapes.read(SHIPPED)
    checks, _ = shapes.compile_shapes(graph)
    sent = pickle.loads(pickle.dumps((graph, checks)))
    found = {result for check in sent[1] for result in shapes.results(store, sent[0], check)}
    assert sorted(found) == shapes.validate(store, SHIPPED) != []


def test_only_the_checks_of_shapes_that_target_a_focus_node_are_run(store, monkeypatch):
    asked = []
    real = shapes.results
    monkeypatch.setattr(shapes, "results", lambda s, g, c, query: asked.append(query) or real(s, g, c, query))
    shapes.validate(store, SHIPPED, focus=[pyoxigraph.NamedNode(f"{HERE}membership")])
    assert 0 < len(asked) < len(shapes.compile_shapes(shapes.read(SHIPPED))[0]) / 5
    assert all(f"VALUES ?this {{ <{HERE}membership> }}" in query for query in asked)


# Every construct, on small graphs

CONSTRUCTS = {
    "a path": "sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:maxCount 1 ; sh:in ( ex:a ex:b ) ]",
    "any number": "sh:property [ sh:path [ sh:zeroOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ] ; sh:class ex:D ]",
    "once or more": "sh:property [ sh:path ( [ sh:oneOrMorePath ex:p ] ex:q ) ; sh:disjoint ex:r ]",
    "or not": "sh:property [ sh:path ( [ sh:zeroOrOnePath ex:p ] ex:q ) ; sh:minCount 2 ]",
    "the inverse of a sequence": "sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:maxCount 0 ]",
    "inner shapes": """sh:property [ sh:path ex:p ; sh:or ( [ sh:not [ sh:class ex:D ] ]
        [ sh:property [ sh:path ( ex:q ex:r ) ; sh:minCount 1 ] ] ) ]""",
    "a node": "sh:node [ sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] ; sh:class ex:D ]",
    "closed": "sh:closed true ; sh:ignoredProperties ( rdf:type ex:p )",
    "a query": "sh:sparql [ sh:select 'SELECT $this ?value { $this <p> ?value . ?value <q>/<r>* ?end FILTER(?end = <a>) }' ]",
    "a query that ends at its focus": "sh:sparql [ sh:select 'SELECT $this ?value { ?value <p>+ $this ; a <C> }' ]",
    "none": """sh:sparql [ sh:select '''SELECT $this ?value { $this <p> ?value
        FILTER(?value != <a> && NOT EXISTS { ?value ^<q> ?other . ?other <r> <b> }) }''' ]""",
    "none at all": "sh:sparql [ sh:select 'SELECT $this { FILTER NOT EXISTS { $this <p> ?x . ?x <q> ?y } }' ]",
    "an option": """sh:sparql [ sh:select '''SELECT $this ?value { $this <p> ?x OPTIONAL { ?x <q> ?y } ?value <r> ?y }''' ]""",
    "either": """sh:sparql [ sh:select '''SELECT $this ?value {
        { $this <p> ?x } UNION { $this <q> ?x } ?x <r> ?value }''' ]""",
    "what hangs on nothing": "sh:sparql [ sh:select 'SELECT $this { $this <p> ?x . ?y <q> ?z FILTER(?z = ?x) }' ]",
    "any property": "sh:sparql [ sh:select 'SELECT $this ?value { $this <p> ?x . ?x ?any ?value . ?value a <D> }' ]",
    "taken away": "sh:sparql [ sh:select 'SELECT $this ?value { $this <p>|<q> ?value MINUS { ?value <r> ?x } }' ]",
    "a query in a query": """sh:sparql [ sh:select '''SELECT $this ?value {
        $this <p> ?x { SELECT ?x (COUNT(?y) AS ?value) { ?x <q> ?y } GROUP BY ?x } FILTER(?value > 1) }''' ]""",
    "what is counted": """sh:sparql [ sh:select '''SELECT $this (COUNT(?x) AS ?value) {
        $this <p>/<q> ?x } GROUP BY $this HAVING (COUNT(?x) > 1)''' ]""",
    "a value that is bound": "sh:sparql [ sh:select 'SELECT $this ?y { $this <p> ?x BIND(?x AS ?y) ?y <q> <a> }' ]",
}
TARGETS = (
    "sh:targetClass ex:C",
    "sh:targetSubjectsOf ex:p",
    "sh:targetObjectsOf ex:q",
    "sh:targetNode ex:a , ex:b ; sh:targetClass ex:D",
)
BY_REFERENCE = {
    "counted values": "sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1 ]",
    "one of two": "sh:property [ sh:path ex:p ; sh:xone ( [ sh:class ex:D ] [ sh:property [ sh:path ex:q ; sh:minCount 2 ] ] ) ]",
    "equal": "sh:property [ sh:path ( ex:p ex:q ) ; sh:equals ex:r ]",
    "properties of properties": "sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:maxCount 0 ] ]",
}
SMALL = sorted(
    quads(
        "".join(f"ex:{s} ex:{p} ex:{o} ." for s in "abcd" for p in "pqr" for o in "abcd")
        + "".join(f"ex:{s} a ex:{kind} ." for s in "abcd" for kind in ("C", "D", "E"))
        + "ex:E rdfs:subClassOf ex:D . ex:D rdfs:subClassOf ex:C .",
        TINY,
    ),
    key=str,
)
small = st.sets(st.sampled_from(SMALL), max_size=24)
few = st.sets(st.sampled_from(SMALL), min_size=1, max_size=3)


def written(folder, constraint, target):
    text = constraint.replace("<", f"<{HERE}")
    path = folder / "shapes.ttl"
    path.write_text(f"{TINY}ex:S a sh:NodeShape ; {target} ; {text} .")
    return path


def agrees(path, before, flipped):
    store = pyoxigraph.Store()
    store.extend(before)
    told_before = shapes.validate(store, path)
    changed = change(store, before, before ^ flipped)
    assert told(only_what_changed(store, path, told_before, changed)) == told(shapes.validate(store, path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shapes")


@pytest.mark.parametrize("constraint", [pytest.param(text, id=name) for name, text in CONSTRUCTS.items()])
@settings(max_examples=50)
@given(before=small, flipped=few, target=st.sampled_from(TARGETS))
def test_every_construct(folder, constraint, before, flipped, target):
    path = written(folder, constraint, target)
    agrees(path, before, flipped)


@pytest.mark.parametrize("constraint", [pytest.param(text, id=name) for name, text in BY_REFERENCE.items()])
@settings(max_examples=20)
@given(before=small, flipped=few, target=st.sampled_from(TARGETS))
def test_what_the_reference_validator_finds(folder, constraint, before, flipped, target):
    agrees(written(folder, constraint, target), before, flipped)


@pytest.mark.parametrize("constraint", [pytest.param(text, id=name) for name, text in CONSTRUCTS.items()])
def test_every_construct_is_compiled(folder, constraint):
    path = written(folder, constraint, "sh:targetClass ex:C")
    assert shapes.compile_shapes(shapes.read(path))[1] == []


def test_a_node_that_is_not_in_the_graph_reaches_itself(folder):
    path = written(folder, CONSTRUCTS["any number"], "sh:targetNode ex:nowhere")
    (result,) = shapes.validate(pyoxigraph.Store(), path)
    assert result.focus == result.value == f"<{HERE}nowhere>"


def test_a_focus_node_that_is_a_literal_or_blank(folder):
    path = written(folder, "sh:nodeKind sh:IRI", "sh:targetObjectsOf ex:p")
    store = pyoxigraph.Store()
    store.load(f"{TINY} ex:a ex:p 1 , 'x'@en , [] .".encode(), format=pyoxigraph.RdfFormat.TURTLE)
    values = [quad.object for quad in store]
    for value in values:
        assert [result.focus for result in shapes.validate(store, path, focus=[value])] == [str(value)]
    assert len(shapes.validate(store, path, focus=values)) == 3
    assert shapes.validate(store, path, focus=[]) == []
