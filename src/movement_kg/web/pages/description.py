"""What the dataset and its endpoint say of themselves: VoID, DCAT and SPARQL 1.1 Service Description, in N-Triples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...entity import PROLOGUE, ask
from ...results import Value
from ...terms import iri, literal
from ...vocabulary import BASE, DCTERMS, PREFIXES, RDF, XSD, compact
from .site import Site

DATASET = BASE + "dataset"
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID, DCAT = PREFIXES["void"], PREFIXES["dcat"]
_FORMATS = "http://www.w3.org/ns/formats/"
#: The formats of answers, as W3C names them.
RESULT_FORMATS = """SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples JSON-LD
RDF_XML TriG N-Quads""".split()
#: The whole graph as files: the name's ending, and the media type of each.
DUMPS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
_EXAMPLES = ("org/inpud", "work/oral-history-episode-1", "country/ZA")


def service(site: Site) -> Iterator[str]:
    """The endpoint's description (SPARQL 1.1 Service Description), line by line. It has no blank nodes."""
    endpoint = absolute(site, "/sparql")
    node, graph = f"{endpoint}#service", f"{endpoint}#graph"
    yield _link(node, RDF + "type", SD + "Service")
    yield _link(node, SD + "endpoint", endpoint)
    yield _link(node, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield from (_link(node, SD + "resultFormat", _FORMATS + form) for form in RESULT_FORMATS)
    yield _link(node, SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
    yield _link(node, SD + "defaultDataset", DATASET)
    yield _link(DATASET, RDF + "type", SD + "Dataset")
    yield _link(DATASET, SD + "defaultGraph", graph)
    yield from (_link(graph, RDF + "type", kind) for kind in (SD + "Graph", VOID + "Dataset"))
    yield _number(graph, VOID + "triples", _count(site))
    yield from _said(site)


def dataset(site: Site) -> Iterator[str]:
    """The dataset's description in VoID and DCAT, line by line: what the ontology says of it, and what is counted."""
    yield from _said(site)
    yield _link(DATASET, VOID + "sparqlEndpoint", absolute(site, "/sparql"))
    yield _link(DATASET, VOID + "openSearchDescription", absolute(site, "/opensearch.xml"))
    yield _link(DATASET, DCAT + "landingPage", absolute(site, "/"))
    yield _link(DATASET, PREFIXES["foaf"] + "homepage", absolute(site, "/"))
    yield _text(DATASET, DCTERMS + "hasVersion", f"{site.graph.info['version']} ({site.graph.info['content'][:12]})")
    yield from (_link(DATASET, VOID + "exampleResource", BASE + path) for path in _EXAMPLES if _is_there(site, path))
    yield from _files(site)
    yield from _endpoint(site)
    yield from _partitions(site)


def absolute(site: Site, path: str) -> str:
    """The whole address of a path; below the IRIs of the graph where nobody told the site its own address."""
    return site.address(path) if site.shared.origin else BASE.rstrip("/") + path


def _said(site: Site) -> Iterator[str]:
    answer = ask(site.graph.engine, f"SELECT ?p ?o WHERE {{ {iri(DATASET)} ?p ?o }} ORDER BY ?p ?o")
    for prop, value in answer.rows:
        if prop and value:
            yield f"{iri(DATASET)} {iri(prop.text)} {_term(value)} .\n"


def _files(site: Site) -> Iterator[str]:
    for ending, media in DUMPS.items():
        address = absolute(site, f"/downloads/movement-kg-all.{ending}")
        node = f"{DATASET}#{ending}"
        yield _link(DATASET, VOID + "dataDump", address)
        yield _link(DATASET, DCAT + "distribution", node)
        yield _link(node, RDF + "type", DCAT + "Distribution")
        yield _link(node, DCAT + "downloadURL", address)
        yield _link(node, DCAT + "mediaType", f"https://www.iana.org/assignments/media-types/{media}")
        yield _link(node, DCTERMS + "license", "https://creativecommons.org/licenses/by/4.0/")


def _endpoint(site: Site) -> Iterator[str]:
    node = f"{DATASET}#sparql"
    yield _link(node, RDF + "type", DCAT + "DataService")
    yield _text(node, DCTERMS + "title", "SPARQL endpoint of movement-kg", "en")
    yield _link(node, DCAT + "servesDataset", DATASET)
    yield _link(node, DCAT + "endpointURL", absolute(site, "/sparql"))
    yield _link(node, DCAT + "endpointDescription", absolute(site, "/openapi.json"))
    yield _link(node, DCTERMS + "conformsTo", "https://www.w3.org/TR/sparql11-protocol/")


def _partitions(site: Site) -> Iterator[str]:
    """How often each class and each property is used."""
    triples, classes, properties = 0, 0, 0
    for row in ask(site.graph.engine, PROLOGUE + _USES):
        name, count = str(row["name"]), int(str(row["uses"]))
        is_class = row["sort"] == "class"
        node = f"{DATASET}#{row['sort']}-{re.sub(r'[^A-Za-z0-9.]+', '-', compact(name))}"
        yield _link(DATASET, VOID + ("classPartition" if is_class else "propertyPartition"), node)
        yield _link(node, VOID + ("class" if is_class else "property"), name)
        yield _number(node, VOID + ("entities" if is_class else "triples"), count)
        classes, properties = classes + is_class, properties + (not is_class)
        triples += 0 if is_class else count
    yield _number(DATASET, VOID + "triples", triples)
    yield _number(DATASET, VOID + "classes", classes)
    yield _number(DATASET, VOID + "properties", properties)


_USES = """SELECT ?sort ?name ?uses WHERE {
    { SELECT ("class" AS ?sort) ?name (COUNT(*) AS ?uses) WHERE { ?thing a ?name } GROUP BY ?name }
    UNION { SELECT ("property" AS ?sort) ?name (COUNT(*) AS ?uses) WHERE { ?thing ?name ?value } GROUP BY ?name }
} ORDER BY ?sort ?name"""


def _count(site: Site) -> int:
    row = next(iter(ask(site.graph.engine, "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }")))
    return int(str(row["triples"]))


def _is_there(site: Site, path: str) -> bool:
    return bool(ask(site.graph.engine, f"ASK {{ {iri(BASE + path)} ?p ?o }}"))


def _term(value: Value) -> str:
    return (
        iri(value.text) if value.kind == "uri" else literal(value.text, value.datatype or None, value.language or None)
    )


def _link(subject: str, prop: str, thing: str) -> str:
    return f"{iri(subject)} {iri(prop)} {iri(thing)} .\n"


def _text(subject: str, prop: str, text: str, language: str | None = None) -> str:
    return f"{iri(subject)} {iri(prop)} {literal(text, language=language)} .\n"


def _number(subject: str, prop: str, number: int) -> str:
    return f"{iri(subject)} {iri(prop)} {literal(str(number), XSD + 'integer')} .\n"
