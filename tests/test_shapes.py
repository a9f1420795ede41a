"""The shapes: a planted fault for every rule and constraint, two validators that agree, each construct compiled."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS
from shape_faults import BASE, PREFIXES, TINY, Fault, planted

from movement_kg import assets, shapes
from movement_kg.check import Inputs, check
from movement_kg.errors import DataError
from movement_kg.vocabulary import SH

SHIPPED = assets.ontology() / "shapes.ttl"
FAULTS = planted()
HERE = "https://a.example/"
EX, SHACL = rdflib.Namespace(HERE), rdflib.Namespace(SH)
VALIDATORS = pytest.mark.parametrize("validator", [shapes.validate, shapes.validate_by_reference])

LONG = "é" * 400


def in_short(text):
    """The name of a case: the first of its texts that are shapes or paths, without the data."""
    return text if text.startswith(("sh:", "[", "(", "ex:")) and len(text) < 80 and " a ex:" not in text else "..."


each_fault = pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in FAULTS])


# The valid graph and the planted faults


@pytest.fixture(scope="module")
def vocabulary():
    """The ontology and its schemes, in N-Triples."""
    store = pyoxigraph.Store()
    for name in ("movement.ttl", "schemes.ttl"):
        store.load(path=str(assets.ontology() / name), format=pyoxigraph.RdfFormat.TURTLE)
    return store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())


def triples(turtle, namespace):
    text = f"@prefix x: <{namespace}> .{PREFIXES}{turtle}"
    return set(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))


def faulty(fault: Fault):
    """The valid graph with one fault, in the fault's own namespace."""
    valid = triples(BASE, fault.namespace)
    removed, added = triples(fault.removed, fault.namespace), triples(fault.added, fault.namespace)
    assert removed <= valid, f"{fault.name}: takes away what is not there"
    assert not added & valid, f"{fault.name}: adds what is there"
    return (valid - removed) | added


def store_of(vocabulary, quads):
    store = pyoxigraph.Store()
    store.load(vocabulary, format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.extend(quads)
    return store


def found(results):
    """What two validators have to agree on; a blank node has no name that lasts."""
    return {(r.rule, lasting(r.focus), r.path, r.component.removeprefix(SH)) for r in results}


def lasting(term):
    return "_:" if term.startswith("_:") else term


@VALIDATORS
def test_the_valid_graph_conforms(vocabulary, validator):
    store = store_of(vocabulary, triples(BASE, HERE))
    assert validator(store, SHIPPED) == []


@pytest.mark.parametrize(
    ("removed", "added"),
    [
        (
            'x:position dcterms:description "The law has to change."@en .',
            f'x:position dcterms:description "{LONG}"@en .',
        ),
        ("x:selector oa:start 0 .", "x:selector oa:start 39 ."),
        ("x:membership mk:end x:a-day .", "x:membership mk:end x:y2006 ."),
        ("", "x:membership org:role role:founder ."),
        ("", 'x:event skos:prefLabel "The same"@en , "The same"@en-GB , "The same"@fr .'),
        (
            "x:link mk:to x:other ; dcterms:type link-kind:partner .",
            "x:link mk:to x:person ; dcterms:type link-kind:supports .",
        ),
    ],
)
@VALIDATORS
def test_the_limit_itself_conforms(vocabulary, validator, removed, added):
    quads = triples(BASE, HERE) - triples(removed, HERE) | triples(added, HERE)
    assert found(validator(store_of(vocabulary, quads), SHIPPED)) == set()


@each_fault
def test_a_fault_is_found_by_its_rule_alone(vocabulary, fault):
    results = shapes.validate(store_of(vocabulary, faulty(fault)), SHIPPED)
    assert {result.rule for result in results} == {fault.rule} | fault.also
    components = {result.component for result in results if result.rule == fault.rule}
    constraint = "SPARQL" if fault.constraint == "sparql" else fault.constraint[0].upper() + fault.constraint[1:]
    assert f"{SH}{constraint}ConstraintComponent" in components


def constraints_of_shipped():
    """Every rule id with each of its constraints, read without the package's own reader."""
    graph = rdflib.Graph().parse(SHIPPED, format="turtle")
    not_constraints = {"path", "message", "severity", "targetClass", "targetSubjectsOf", "ignoredProperties", "flags"}
    for shape, rule in graph.subject_objects(DCTERMS.identifier):
        for prop in graph.predicates(shape):
            if prop.startswith(SH) and prop.removeprefix(SH) not in not_constraints:
                yield str(rule), prop.removeprefix(SH)


def test_every_rule_and_constraint_has_a_planted_fault():
    assert {(fault.rule, fault.constraint) for fault in FAULTS} == set(constraints_of_shipped())


def test_every_shape_with_a_constraint_has_a_rule_id_and_a_message():
    graph = rdflib.Graph().parse(SHIPPED, format="turtle")
    sh = rdflib.Namespace(SH)
    for shape in [*graph.subjects(rdflib.RDF.type, sh.PropertyShape), *graph.subjects(DCTERMS.identifier)]:
        assert len([*graph.objects(shape, DCTERMS.identifier)]) == 1, shape
        assert graph.value(shape, sh.message) or graph.value(graph.value(shape, sh.sparql), sh.message), shape


def test_no_two_shapes_share_a_rule_id():
    graph = rdflib.Graph().parse(SHIPPED, format="turtle")
    ids = [str(rule) for rule in graph.objects(None, DCTERMS.identifier)]
    assert len(ids) == len(set(ids))


def test_every_shipped_shape_is_compiled():
    graph = shapes.read(SHIPPED)
    checks, left = shapes.compile_shapes(graph)
    assert left == []
    rules = {graph.rule(check.shape) for check in checks}
    assert rules == {rule for rule, _ in constraints_of_shipped()}


@pytest.fixture(scope="module")
def both(vocabulary):
    """What the two validators find of all faults, planted in one graph at once; by namespace."""
    store = store_of(vocabulary, set().union(*map(faulty, FAULTS)))
    return [by_namespace(validator(store, SHIPPED)) for validator in (shapes.validate, shapes.validate_by_reference)]


def by_namespace(results):
    found_in = defaultdict(set)
    for one in found(results):
        focus = one[1].strip("<>")
        found_in[focus[: focus.rfind("/") + 1]].add(one)
    return found_in


@each_fault
def test_both_validators_agree_on_a_fault(both, fault):
    compiled, reference = both
    namespace = "" if fault.rule == "MK212" else fault.namespace  # a blank node has no namespace
    assert compiled[namespace] == reference[namespace]
    assert {rule for rule, *_ in reference[namespace]} == {fault.rule} | fault.also


def test_both_validators_find_nothing_beyond_the_faults(both):
    compiled, reference = both
    assert compiled.keys() == reference.keys() == {"" if f.rule == "MK212" else f.namespace for f in FAULTS}


# What a rule says and what it finds


@pytest.mark.parametrize(
    ("rule", "removed", "added"),
    [
        pytest.param("MK112", "x:org mk:scope scope:global .", "x:org mk:scope x:town .", id="a scope of no scheme"),
        pytest.param("MK142", "x:person mk:deceased true .", "x:person mk:deceased false .", id="deceased is false"),
        pytest.param(
            "MK145", "x:conviction mk:theme theme:needle-exchange .", "x:conviction mk:about x:town .", id="no theme"
        ),
        pytest.param("MK153", "", "x:membership org:role role:author .", id="one membership role of two"),
        pytest.param("MK157", "", "x:participation mk:role role:author .", id="one participation role of two"),
        pytest.param("MK161", "", "x:contribution mk:role role:speaker .", id="one contribution role of two"),
        pytest.param("MK184", "", "x:provision mk:state event-kind:meeting .", id="one state of two"),
    ],
)
def test_what_the_message_forbids_is_found(vocabulary, rule, removed, added):
    quads = triples(BASE, HERE) - triples(removed, HERE) | triples(added, HERE)
    assert rule in {result.rule for result in shapes.validate(store_of(vocabulary, quads), SHIPPED)}


# The shapes file itself


def problems_of(path):
    with pytest.raises(DataError) as raised:
        shapes.read(path)
    return [str(problem).replace(str(path), "shapes.ttl") for problem in raised.value.problems]


def test_a_missing_file(tmp_path):
    assert problems_of(tmp_path / "none.ttl") == ["shapes.ttl: cannot be read (No such file or directory) [MK040]"]


def test_a_folder_is_no_file(tmp_path):
    assert problems_of(tmp_path) == ["shapes.ttl: cannot be read (Is a directory) [MK040]"]


@pytest.mark.parametrize(
    "text", [b"@prefix sh: <http://www.w3.org/ns/shacl#> .\nsh:a sh:b\n", b"<a:a> <a:b>\n  '\xff' ."]
)
def test_a_file_that_is_no_turtle(tmp_path, text):
    path = tmp_path / "shapes.ttl"
    path.write_bytes(text)
    (problem,) = problems_of(path)
    assert problem.startswith(("shapes.ttl:2: is no Turtle: ", "shapes.ttl:3: is no Turtle: "))
    assert problem.endswith("[MK041]")


@pytest.mark.parametrize("text", ["", "# nothing", "<a:S> a <http://www.w3.org/ns/shacl#NodeShape> ."])
def test_a_file_without_a_target(tmp_path, text):
    path = tmp_path / "shapes.ttl"
    path.write_text(text)
    assert problems_of(path) == ["shapes.ttl: holds no shape with a target, so it would pass anything [MK042]"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ex:P sh:path ex:p ; sh:minCont 1 .", "no such term in SHACL (got 'sh:minCont'; did you mean 'sh:minCount'?)"),
        ("ex:P sh:path ex:p ; a sh:foo .", "no such term in SHACL (got 'sh:foo')"),
        ("ex:P a sh:PropertShape .", "no such term in SHACL (got 'sh:PropertShape'; did you mean 'sh:PropertyShape'?)"),
        ("ex:P sh:nodeKind sh:Iri .", "no such term in SHACL (got 'sh:Iri'; did you mean 'sh:IRI'?)"),
        (
            "ex:P sh:path ex:p ; sh:targetClas ex:C .",
            "no such term in SHACL (got 'sh:targetClas'; did you mean 'sh:targetClass'?)",
        ),
    ],
    ids=in_short,
)
def test_a_term_that_shacl_does_not_have(tmp_path, line, problem):
    path = tmp_path / "shapes.ttl"
    path.write_text(f"{TINY}ex:S a sh:NodeShape ;\n  sh:targetClass ex:C ;\n  sh:property ex:P .\n{line}\n")
    number = path.read_text().splitlines().index(line) + 1
    assert problems_of(path) == [f"shapes.ttl:{number}: {problem} [MK043]"]


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    path = tmp_path / "shapes.ttl"
    path.write_text(f"{TINY}ex:S a sh:NodShape ;\n  sh:targetNod ex:C .\n")
    assert [problem.rpartition(" ")[2] for problem in problems_of(path)] == ["[MK042]", "[MK043]", "[MK043]"]


# The compiler, construct by construct


def write(tmp_path, turtle):
    path = tmp_path / "shapes.ttl"
    path.write_text(TINY + turtle)
    return path


def tiny(turtle):
    store = pyoxigraph.Store()
    store.load((TINY + turtle).encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def local(term):
    return term.removeprefix("<https://a.example/").removesuffix(">") if term.startswith("<") else lasting(term)


OF_CLASS = "ex:S a sh:NodeShape ; sh:targetClass ex:C "
WAY = "ex:a a ex:C ; ex:p ex:b ; ex:r ex:e . ex:b ex:q ex:c . ex:c ex:p ex:d . ex:d ex:q ex:a . ex:f ex:p ex:a ."


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("ex:p", "b"),
        ("[ sh:inversePath ex:p ]", "f"),
        ("( ex:p ex:q )", "c"),
        ("( ex:p ex:q ex:p )", "d"),
        ("[ sh:alternativePath ( ex:p ex:r ) ]", "b e"),
        ("[ sh:zeroOrMorePath ex:p ]", "a b"),
        ("[ sh:oneOrMorePath ( ex:p ex:q ) ]", "a c"),
        ("[ sh:zeroOrOnePath ex:p ]", "a b"),
        ("[ sh:inversePath [ sh:inversePath ex:r ] ]", "e"),
        ("[ sh:alternativePath ( ( ex:p ex:q ) ex:r ) ]", "c e"),
        ("( ex:p [ sh:alternativePath ( ex:q [ sh:inversePath ex:p ] ) ] )", "a c"),
        ("[ sh:zeroOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ]", "a b c d"),
        ("( [ sh:inversePath ex:q ] [ sh:zeroOrOnePath [ sh:inversePath ex:p ] ] )", "c d"),
    ],
    ids=in_short,
)
def test_paths(tmp_path, path, values):
    turtle = f"{OF_CLASS}; sh:property ex:P . ex:P sh:path {path} ; sh:in ( ex:nothing ) ."
    file, store = write(tmp_path, turtle), tiny(WAY)
    assert shapes.compile_shapes(shapes.read(file))[1] == []
    for validator in (shapes.validate, shapes.validate_by_reference):
        assert " ".join(sorted(local(result.value) for result in validator(store, file))) == values


def test_the_inverse_of_a_sequence(tmp_path):
    """As SHACL 2.3.1.4 has it; pyshacl 0.40 finds nothing there, so it is no witness."""
    turtle = f"{OF_CLASS}; sh:property ex:P . ex:P sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:in ( ex:nothing ) ."
    assert [local(result.value) for result in shapes.validate(tiny(WAY), write(tmp_path, turtle))] == ["c"]


NUMBERS = """
ex:a a ex:C ; ex:p 1 . ex:b a ex:C ; ex:p 2 . ex:c a ex:C ; ex:p 2.5 .
ex:d a ex:C ; ex:p 3 . ex:e a ex:C ; ex:p ex:x .
"""
TEXTS = """
ex:a a ex:C ; ex:p "abc" . ex:b a ex:C ; ex:p "ABC"@en . ex:c a ex:C ; ex:p 12 .
ex:d a ex:C ; ex:p ex:abc . ex:e a ex:C ; ex:p [] .
"""
KINDS = 'ex:a a ex:C ; ex:p "x" . ex:b a ex:C ; ex:p ex:x . ex:c a ex:C ; ex:p [] . ex:d a ex:C .'
COUNTS = "ex:a a ex:C . ex:b a ex:C ; ex:p 1 . ex:c a ex:C ; ex:p 1 , 2 . ex:d a ex:C ; ex:p 1 , 2 , 3 ."
CLASSES = """
ex:a a ex:C ; ex:p ex:x . ex:b a ex:C ; ex:p ex:y , "z" .
ex:x a ex:Low . ex:Low rdfs:subClassOf ex:Mid . ex:Mid rdfs:subClassOf ex:Top .
"""
PAIRS = """
ex:a a ex:C ; ex:p 1 ; ex:q 2 . ex:b a ex:C ; ex:p 2 ; ex:q 2 . ex:c a ex:C ; ex:p 3 ; ex:q 2 .
ex:d a ex:C ; ex:p 1 , 3 ; ex:q 2 , 4 . ex:e a ex:C ; ex:p 1 .
"""
LANGUAGES = """
ex:a a ex:C ; ex:p "a"@en , "b"@EN .
ex:b a ex:C ; ex:p "a"@en , "a"@en-GB , "a" , "b" , 1 , ex:x .
"""
TYPES = """
ex:a a ex:C ; ex:p 1 . ex:b a ex:C ; ex:p 1.0 . ex:c a ex:C ; ex:p 1e0 . ex:d a ex:C ; ex:p "1" . ex:e a ex:C ; ex:p "1"@en .
ex:f a ex:C ; ex:p true . ex:g a ex:C ; ex:p "2000-02-29"^^xsd:date . ex:h a ex:C ; ex:p ex:x .
"""
ILL_FORMED = """
ex:a a ex:C ; ex:p "abc"^^xsd:integer . ex:b a ex:C ; ex:p "1.0"^^xsd:integer . ex:c a ex:C ; ex:p ""^^xsd:integer .
ex:d a ex:C ; ex:p "1e0"^^xsd:boolean . ex:e a ex:C ; ex:p "2001-02-29"^^xsd:date . ex:f a ex:C ; ex:p "TRUE"^^xsd:boolean .
"""


@pytest.mark.parametrize(
    ("constraint", "data", "focus"),
    [
        ("sh:minCount 0", COUNTS, ""),
        ("sh:minCount 1", COUNTS, "a"),
        ("sh:minCount 2", COUNTS, "a b"),
        ("sh:maxCount 0", COUNTS, "b c d"),
        ("sh:maxCount 2", COUNTS, "d"),
        ("sh:class ex:Top", CLASSES, "b"),
        ("sh:class ex:Mid , ex:Other", CLASSES, "a b"),
        ("sh:nodeKind sh:IRI", KINDS, "a c"),
        ("sh:nodeKind sh:BlankNode", KINDS, "a b"),
        ("sh:nodeKind sh:Literal", KINDS, "b c"),
        ("sh:nodeKind sh:BlankNodeOrIRI", KINDS, "a"),
        ("sh:nodeKind sh:BlankNodeOrLiteral", KINDS, "b"),
        ("sh:nodeKind sh:IRIOrLiteral", KINDS, "c"),
        ("sh:minInclusive 2", NUMBERS, "a e"),
        ("sh:minExclusive 2", NUMBERS, "a b e"),
        ("sh:maxInclusive 2.5", NUMBERS, "d e"),
        ("sh:maxExclusive 2.5", NUMBERS, "c d e"),
        ("sh:minLength 3", TEXTS, "c e"),
        ("sh:maxLength 2", TEXTS, "a b d e"),
        ('sh:pattern "^a"', TEXTS, "b c d e"),
        ('sh:pattern "^A.*C$" ; sh:flags "i"', TEXTS, "c d e"),
        ('sh:pattern "\\\\d{2}"', TEXTS, "a b d e"),
        ('sh:in ( 12 "abc" ex:abc )', TEXTS, "b e"),
        ('sh:in ( "ABC" 12.0 )', TEXTS, "a b c d e"),
        ('sh:in ( "ABC"@en )', TEXTS, "a c d e"),
        ("sh:in ()", NUMBERS, "a b c d e"),
        ("sh:hasValue 2", NUMBERS, "a c d e"),
        ("sh:hasValue 2 , 2.0", NUMBERS, "a b c d e"),
        ("sh:lessThan ex:q", PAIRS, "b c d"),
        ("sh:lessThanOrEquals ex:q", PAIRS, "c d"),
        ("sh:disjoint ex:q", PAIRS, "b"),
        ("sh:not [ sh:class ex:Top ]", CLASSES, "a"),
        ("sh:not [ sh:nodeKind sh:IRI ; sh:class ex:Top ]", CLASSES, "a"),
        ("sh:not [ sh:not [ sh:nodeKind sh:IRI ] ]", KINDS, "a c"),
        ("sh:or ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:Literal ] )", KINDS, "c"),
        ("sh:or ( [ sh:property [ sh:path ex:none ; sh:minCount 1 ] ] [ sh:nodeKind sh:IRI ] )", KINDS, "a c"),
        ("sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class ex:Top ] )", CLASSES, "b"),
        ("sh:node [ sh:nodeKind sh:IRI ]", KINDS, "a c"),
        ("sh:uniqueLang true", LANGUAGES, "a"),
        ("sh:datatype xsd:integer", TYPES, "b c d e f g h"),
        ("sh:datatype xsd:decimal", TYPES, "a c d e f g h"),
        ("sh:datatype xsd:double", TYPES, "a b d e f g h"),
        ("sh:datatype xsd:string", TYPES, "a b c e f g h"),
        ("sh:datatype rdf:langString", TYPES, "a b c d f g h"),
        ("sh:datatype xsd:boolean", TYPES, "a b c d e g h"),
        ("sh:datatype xsd:date", TYPES, "a b c d e f h"),
        ("sh:datatype xsd:integer", ILL_FORMED, "a b c d e f"),
        ("sh:datatype xsd:decimal", 'ex:a a ex:C ; ex:p "one"^^xsd:decimal .', "a"),
        ("sh:datatype xsd:date", ILL_FORMED, "a b c d e f"),
        ("sh:datatype xsd:boolean", ILL_FORMED, "a b c d e f"),
        ("sh:datatype xsd:double", 'ex:a a ex:C ; ex:p "INF"^^xsd:double . ex:b a ex:C ; ex:p "NaN"^^xsd:double .', ""),
        ("sh:datatype xsd:integer", "ex:a a ex:C ; ex:p 123456789012345678901234567890 .", ""),
    ],
    ids=in_short,
)
@pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning")  # rdflib, of ill-formed literals
def test_constraints_of_properties(tmp_path, constraint, data, focus):
    turtle = f"{OF_CLASS}; sh:property ex:P . ex:P sh:path ex:p ; {constraint} ."
    agree(write(tmp_path, turtle), tiny(data), focus)


def agree(file, store, focus):
    """Both validators find violations at exactly these nodes, and the compiler leaves nothing to the other."""
    assert shapes.compile_shapes(shapes.read(file))[1] == []
    compiled, reference = shapes.validate(store, file), shapes.validate_by_reference(store, file)
    assert sorted({local(result.focus) for result in compiled}) == focus.split()
    assert found(compiled) == found(reference)


CLOSED = "sh:targetClass ex:C ; sh:closed true"
OPEN = "ex:a a ex:C . ex:b a ex:C ; ex:p 1 ; ex:q 1 . ex:c a ex:C ; ex:r 1 ."
HAS = "[ sh:property [ sh:path ex:{} ; sh:minCount 1 ] ]"
SELECT = "SELECT $this ?path ?value { $this ?path ?value FILTER(isNumeric(?value) && ?value > 3) }"


@pytest.mark.parametrize(
    ("turtle", "data", "focus"),
    [
        ("sh:targetClass ex:C ; sh:nodeKind sh:IRI", "[] a ex:C . ex:a a ex:C .", "_:"),
        (
            "sh:targetClass ex:C , ex:D ; sh:class ex:E",
            "ex:a a ex:C . ex:b a ex:D . ex:c a ex:D , ex:E . ex:d a ex:E .",
            "a b",
        ),
        ("sh:targetClass ex:Top ; sh:hasValue ex:b", CLASSES, "x"),
        ('sh:targetNode ex:a , "x" ; sh:nodeKind sh:IRI', "ex:a a ex:C .", '"x"'),
        ("sh:targetSubjectsOf ex:p ; sh:class ex:D", "ex:a ex:p ex:b .", "a"),
        (
            "sh:targetObjectsOf ex:p ; sh:class ex:D",
            "ex:a ex:p ex:b , 1 .",
            '"1"^^<http://www.w3.org/2001/XMLSchema#integer> b',
        ),
        ("sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; sh:hasValue ex:a", "ex:a ex:p ex:b .", "b"),
        (f"{CLOSED} ; sh:ignoredProperties ( rdf:type ex:q ) ; sh:property ex:P . ex:P sh:path ex:p", OPEN, "c"),
        (f"{CLOSED} ; sh:ignoredProperties ( rdf:type ) ; sh:property ex:P . ex:P sh:path ( ex:p ex:q )", OPEN, "b c"),
        (f"{CLOSED} ; sh:ignoredProperties ( rdf:type )", OPEN, "b c"),
        (CLOSED, OPEN, "a b c"),
        (f"sh:targetClass ex:C ; sh:or ( {HAS.format('p')} {HAS.format('q')} )", OPEN, "a c"),
        (f"sh:targetClass ex:C ; sh:not {HAS.format('p')}", OPEN, "b"),
        (f"sh:targetClass ex:C ; sh:node {HAS.format('p')}", OPEN, "a c"),
        (f"sh:targetClass ex:C ; sh:sparql [ sh:select '{SELECT}' ]", PAIRS, "d"),
        (f"sh:targetClass ex:C ; sh:sparql [ sh:deactivated true ; sh:select '{SELECT}' ]", PAIRS, ""),
    ],
    ids=in_short,
)
def test_targets_and_constraints_of_nodes(tmp_path, turtle, data, focus):
    file, store = write(tmp_path, f"ex:S a sh:NodeShape ; {turtle} ."), tiny(data)
    compiled, reference = shapes.validate(store, file), shapes.validate_by_reference(store, file)
    assert sorted({local(r.focus) for r in compiled}) == focus.split()
    assert found(compiled) == found(reference)


def test_a_sparql_constraint_knows_its_prefixes_and_messages(tmp_path):
    turtle = f"""{OF_CLASS}; sh:severity sh:Warning ; sh:message "of the shape" ;
        sh:sparql [ sh:message "of the query" ; sh:prefixes ex:all ; sh:select "SELECT $this ?value {{ $this e:p ?value }}" ] .
        ex:all sh:declare [ sh:prefix "e" ; sh:namespace "https://a.example/"^^xsd:anyURI ] ."""
    file, store = write(tmp_path, turtle), tiny("ex:a a ex:C ; ex:p 1 .")
    for validator in (shapes.validate, shapes.validate_by_reference):
        (result,) = validator(store, file)
        assert (result.message, result.severity) == ("of the query", f"{SH}Warning")


def test_a_sparql_constraint_without_a_message_has_that_of_its_shape(tmp_path):
    turtle = f'{OF_CLASS}; sh:message "of the shape" ; sh:sparql [ sh:select "SELECT $this {{ $this ?p 1 }}" ] .'
    file, store = write(tmp_path, turtle), tiny("ex:a a ex:C ; ex:p 1 .")
    assert [result.message for result in shapes.validate(store, file)] == ["of the shape"]


def test_a_datatype_that_the_engine_cannot_cast_goes_to_the_reference_validator(tmp_path):
    file = write(tmp_path, f"{OF_CLASS}; sh:property ex:P . ex:P sh:path ex:p ; sh:datatype ex:code .")
    store = tiny('ex:a a ex:C ; ex:p "x"^^ex:code . ex:b a ex:C ; ex:p "x" .')
    assert [local(result.focus) for result in shapes.validate(store, file)] == ["b"]


# What the compiler does not know


@pytest.mark.parametrize(
    ("constraint", "data"),
    [
        ("sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1", "ex:p ex:b"),
        ("sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class ex:C ] )", "ex:p ex:a"),
        ('sh:languageIn ( "en" )', 'ex:p "x"@de'),
        ("sh:equals ex:q", "ex:p 1 ; ex:q 2"),
        ("sh:not [ sh:minLength 1 ; sh:languageIn ( 'en' ) ]", 'ex:p "x"@en'),
        ('sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value }" ]', "ex:p 1"),
        ("sh:node [ sh:property [ sh:path ex:q ; sh:minCount 2 ] ]", "ex:p ex:b"),
    ],
    ids=in_short,
)
def test_the_reference_validator_finds_what_is_not_compiled(tmp_path, constraint, data):
    turtle = f"""{OF_CLASS}; sh:property ex:MK901 . ex:MK901 sh:path ex:p ; {constraint} .
        ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:MK902 . ex:MK902 sh:path ex:r ; sh:minCount 1 ."""
    file = write(tmp_path, turtle)
    assert shapes.compile_shapes(shapes.read(file))[1] == [pyoxigraph.NamedNode("https://a.example/S")]
    results = shapes.validate(tiny(f"ex:a a ex:C ; {data} ."), file)
    assert {(result.rule, local(result.focus)) for result in results} == {("MK901", "a"), ("MK902", "a")}


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:deactivated true ; sh:nodeKind sh:Literal",
        "sh:property ex:P . ex:P sh:deactivated true ; sh:path ex:p ; sh:minCount 1",
    ],
)
@VALIDATORS
def test_a_shape_that_is_deactivated_finds_nothing(tmp_path, validator, constraint):
    assert validator(tiny("ex:a a ex:C ."), write(tmp_path, f"{OF_CLASS}; {constraint} .")) == []


NEEDS = "sh:path ex:p ; sh:minCount 1"
OTHER = "ex:T a sh:NodeShape ; sh:targetClass ex:D ; sh:nodeKind sh:IRI ."
UNUSUAL = {
    "a property shape without a name": f"{OF_CLASS}; sh:property [ {NEEDS} ] .",
    "one that is not compiled": f'{OF_CLASS}; sh:property [ sh:path ex:q ; sh:languageIn ( "en" ) ] .',
    "a shape without a name": f"[] a sh:NodeShape ; sh:targetClass ex:C ; sh:hasValue ex:x . {OTHER}",
    "a class that is a shape": f"ex:C a rdfs:Class , sh:NodeShape ; sh:hasValue ex:x . {OTHER}",
    "a property shape with a target": "ex:P a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:q ; sh:nodeKind sh:IRI .",
    "nested property shapes": f"{OF_CLASS}; sh:property ex:P . ex:P sh:path ex:r ; sh:property ex:Q . ex:Q {NEEDS} .",
    "a property shape of two shapes, one of them not compiled": f"""
        ex:A a sh:NodeShape ; sh:targetClass ex:D ; sh:property ex:P . ex:P {NEEDS} .
        {OF_CLASS}; sh:property ex:P ; sh:xone ( [ sh:nodeKind sh:IRI ] ) .""",
}


@pytest.mark.parametrize("turtle", [pytest.param(turtle, id=name) for name, turtle in UNUSUAL.items()])
def test_nothing_passes_silently(tmp_path, turtle):
    file, store = write(tmp_path, turtle), tiny('ex:a a ex:C ; ex:q "x" ; ex:r ex:b .')
    compiled, reference = shapes.validate(store, file), shapes.validate_by_reference(store, file)
    assert len(reference) == 1
    assert [(r.focus, r.path, r.component) for r in compiled] == [(r.focus, r.path, r.component) for r in reference]


def test_the_reference_validator_reports_no_details_as_results(tmp_path):
    turtle = f"{OF_CLASS}; sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:N . ex:N sh:nodeKind sh:IRI ."
    results = shapes.validate_by_reference(tiny('ex:a a ex:C ; ex:p "x" .'), write(tmp_path, turtle))
    assert found(results) == {("P", "<https://a.example/a>", "<https://a.example/p>", "NodeConstraintComponent")}


# The report

VALUE = 'ex:a a ex:C ; ex:p "of two\\nlines and \\"quotes\\"" .'


def test_an_empty_report_conforms():
    graph = rdflib.Graph().parse(data=shapes.report([]), format="nt")
    (report,) = graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{SH}ValidationReport"))
    assert graph.value(report, rdflib.URIRef(f"{SH}conforms")).toPython() is True
    assert len(graph) == 2


@VALIDATORS
def test_a_report_holds_every_result(tmp_path, validator):
    turtle = f"""{OF_CLASS}; sh:property ex:P , ex:Q . ex:P sh:path ex:p ; sh:maxLength 1 ; sh:message "is long" .
        ex:Q sh:path ( ex:p ex:q ) ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "says \\"none\\"" ."""
    results = validator(tiny(VALUE + " ex:b a ex:C ."), write(tmp_path, turtle))
    assert len(results) == 3
    graph = rdflib.Graph().parse(data=shapes.report(results), format="nt")
    sh = rdflib.Namespace(SH)
    (report,) = graph.subjects(rdflib.RDF.type, sh.ValidationReport)
    assert graph.value(report, sh.conforms).toPython() is False
    nodes = [*graph.objects(report, sh.result)]
    assert {graph.value(node, rdflib.RDF.type) for node in nodes} == {sh.ValidationResult}
    names = "focusNode resultPath value resultMessage resultSeverity sourceShape sourceConstraintComponent".split()
    told = {tuple(told_of(graph, graph.value(node, sh[name])) for name in names) for node in nodes}
    ex = rdflib.Namespace("https://a.example/")
    text, long, none = (rdflib.Literal(t) for t in ('of two\nlines and "quotes"', "is long", 'says "none"'))
    assert told == {
        (ex.a, ex.p, text, long, sh.Violation, ex.P, sh.MaxLengthConstraintComponent),
        (ex.a, (ex.p, ex.q), None, none, sh.Warning, ex.Q, sh.MinCountConstraintComponent),
        (ex.b, (ex.p, ex.q), None, none, sh.Warning, ex.Q, sh.MinCountConstraintComponent),
    }


def told_of(graph, term):
    return tuple(graph.items(term)) if isinstance(term, rdflib.BNode) else term


@VALIDATORS
@pytest.mark.parametrize(
    "path",
    [
        "( ex:p ex:q )",
        "[ sh:inversePath ex:p ]",
        "[ sh:inversePath ( ex:p ex:q ) ]",
        "[ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ]",
        "( ex:p ( ex:q [ sh:zeroOrOnePath ex:p ] ) [ sh:alternativePath ( ex:p ex:q ) ] )",
        "[ sh:zeroOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ]",
        "( [ sh:oneOrMorePath ex:p ] [ sh:oneOrMorePath ex:p ] )",
    ],
)
def test_a_report_describes_a_path_as_its_shape_does(tmp_path, path, validator):
    turtle = f"{OF_CLASS}; sh:property ex:P . ex:P sh:path {path} ; sh:minCount 100 ."
    results = validator(tiny("ex:a a ex:C . ex:b a ex:C ."), write(tmp_path, turtle))
    graph = rdflib.Graph().parse(data=shapes.report(results), format="nt")
    asked = rdflib.Graph().parse(data=f"{TINY}{turtle}", format="turtle")
    expected = asked.cbd(asked.value(EX.P, SHACL.path))
    found = [*graph.objects(None, SHACL.resultPath)]
    assert len({*found}) == 2
    for node in found:
        assert isomorphic(graph.cbd(node), expected)


def test_results_are_sorted_by_rule_and_focus(vocabulary):
    faults = [fault for fault in FAULTS if fault.name in {"MK101 minCount", "MK196 or", "MK141 minCount"}]
    results = shapes.validate(store_of(vocabulary, set().union(*map(faulty, reversed(faults)))), SHIPPED)
    assert [result.rule for result in results] == ["MK101", "MK141", "MK196"]


# The data that ship with the project


@pytest.mark.parametrize("by_reference", [False, True])
def test_the_shipped_data_conform(by_reference):
    findings = check(Inputs(assets.data(), assets.ontology()), by_reference=by_reference)
    assert findings.errors == []
    assert len(findings.graph.facts) > 1000


def test_a_file_that_was_not_found_names_itself():
    with pytest.raises(DataError, match="none.ttl"):
        shapes.validate(pyoxigraph.Store(), Path("none.ttl"))
