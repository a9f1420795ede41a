"""What leaves the program opens elsewhere and says the same: rapper, rdflib, pyoxigraph and PyLD read it back."""

import csv
import io
import json
import os
import shutil
import subprocess

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld

from movement_kg.errors import RequestError
from movement_kg.knowledge_graph import EXPORTS

RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml", "trig": "trig", "nquads": "nquads"}
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "trig": "trig",
    "nquads": "nquads",
    "jsonld": "json-ld",
}
OXIGRAPH = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def lines(shipped) -> set[bytes]:
    return set(shipped.lines("all"))


def read_back(data: bytes, form: str) -> set[bytes]:
    return {
        f"{quad.subject} {quad.predicate} {quad.object} .\n".encode()
        for quad in pyoxigraph.parse(data, format=OXIGRAPH[form])
    }


@pytest.mark.parametrize("form", EXPORTS)
def test_every_format_reads_back_as_the_same_graph(form, shipped, lines):
    assert read_back(b"".join(shipped.export(form, "all")), form) == lines


@pytest.mark.filterwarnings("ignore:.*(default_context|ConjunctiveGraph).*:DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", EXPORTS)
def test_rdflib_reads_as_many_triples(form, shipped):
    data = b"".join(shipped.export(form, "facts"))
    graph = rdflib.Dataset(default_union=True) if form in ("trig", "nquads") else rdflib.Graph()
    graph.parse(data=data, format=RDFLIB[form])
    assert len(graph) == len(set(shipped.lines("facts")))


@pytest.mark.parametrize("form", sorted(RAPPER))
def test_rapper_reads_as_many_triples(form, shipped, tmp_path):
    if not shutil.which("rapper"):
        message = "rapper is missing: install Debian's raptor2-utils"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    path = tmp_path / "graph"
    path.write_bytes(b"".join(shipped.export(form, "facts")))
    done = subprocess.run(["rapper", "-c", "-i", RAPPER[form], str(path)], capture_output=True, text=True, check=True)
    assert f"{len(set(shipped.lines('facts')))} triples" in done.stderr.replace("statements", "triples")


def test_pyld_expands_the_json_ld_to_the_same_triples(shipped):
    document = json.loads(b"".join(shipped.export("jsonld", "facts")))
    quads = jsonld.to_rdf(document, {"format": "application/n-quads"})
    assert read_back(quads.encode(), "nquads") == set(shipped.lines("facts"))


def test_the_json_ld_context_is_readable(shipped):
    document = json.loads(b"".join(shipped.export("jsonld", "facts")))
    inpud = next(node for node in document["@graph"] if node["id"] == "org/inpud")
    assert inpud["type"] == "org:Organization"
    assert inpud["founded"] == ["date/2006", "date/2008"]
    assert inpud["prefLabel"]["en"] == "International Network of People who Use Drugs"


@pytest.mark.parametrize("form", EXPORTS)
def test_the_bytes_are_stable(form, shipped):
    assert b"".join(shipped.export(form, "facts")) == b"".join(shipped.export(form, "facts"))


def test_facts_hold_no_claim_and_nothing_implied_of_a_person(shipped):
    text = b"".join(shipped.export("ntriples", "facts")).decode()
    assert "movement-kg/claim/" not in text
    hidden = shipped.query("""SELECT ?s ?p ?o { ?claim a mk:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
        mk:asserted false ; mk:certainty mk:implied . FILTER(ISIRI(?o)) } ORDER BY ?s ?p ?o""")
    assert len(hidden) > 50
    assert not [row for row in hidden if f"<{row['s']}> <{row['p']}> <{row['o']}>" in text]


def test_rdf_12_has_a_reifier_for_each_claim(shipped):
    data = b"".join(shipped.export_rdf12("turtle"))
    triples = [quad.triple for quad in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE)]
    reified = [t for t in triples if t.predicate.value.endswith("#reifies")]
    is_a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    claims = [t for t in triples if str(t.predicate) == is_a and str(t.object).endswith("/ontology/Claim>")]
    assert len(claims) == shipped.info["counts"]["claims"]
    assert {t.subject for t in claims} <= {t.subject for t in reified}
    assert all(isinstance(t.object, pyoxigraph.Triple) for t in reified)
    assert not [t for t in triples if t.predicate.value.endswith("rdf-syntax-ns#subject")]


def test_csv_has_a_table_for_each_kind(shipped):
    tables = dict(shipped.tables())
    assert {"Organization", "Person", "Publication", "Event", "Provision", "Figure", "Position"} <= set(tables)
    rows = [*csv.DictReader(io.StringIO(tables["Organization"].decode("utf-8-sig")))]
    inpud = next(row for row in rows if row["iri"] == "org/inpud")
    assert inpud["mk:founded"] == "date/2006 | date/2008"
    assert len(rows) == shipped.info["counts"]["things"]["org:Organization"]


def test_an_unknown_format_is_told_what_there_is(shipped):
    with pytest.raises(RequestError, match="no format 'turtel'; did you mean 'turtle'"):
        list(shipped.export("turtel"))
