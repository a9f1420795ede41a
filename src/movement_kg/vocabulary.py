"""The words of the graph: its namespaces, and IRIs in their short and long forms."""

from __future__ import annotations

from collections.abc import Mapping

BASE = "https://w3id.org/movement-kg/"
MK = BASE + "ontology/"
CONCEPT = BASE + "concept/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

#: The prefixes of every export and every answer, in the order in which they are written.
PREFIXES: Mapping[str, str] = {
    "mk": MK,
    "kg": BASE,
    "org": ORG,
    "foaf": FOAF,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "oa": OA,
    "owl": "http://www.w3.org/2002/07/owl#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "wikidata": "http://www.wikidata.org/entity/",
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
}
_KINDS = """event work person place country region language membership participation contribution link mention
figure position provision claim citation derivation reference rule tie""".split()
#: The kinds of nodes that make the claims layer, as their IRIs begin.
CLAIM_KINDS = ("citation", "claim", "derivation", "reference", "rule", "tie")
#: How subjects of the claims layer begin, as terms in N-Triples.
CLAIM_LAYER = tuple(f"<{BASE}{kind}/" for kind in CLAIM_KINDS)
#: The names of the controlled lists.
SCHEMES = """organisation-kind scope event-kind publication-kind place-kind region-kind link-kind name-kind mention-kind
provision-kind provision-state role theme measure unit comparator stance basis""".split()

#: The prefixes of written graphs: those above, and one for each kind of our IRIs (`organisation` for org/, as `org` is
#: W3C's). None for dates: an open interval ends in dots, which rdflib cannot read behind a prefix.
WRITTEN_PREFIXES: Mapping[str, str] = {
    **{prefix: namespace for prefix, namespace in PREFIXES.items() if prefix != "kg"},
    "organisation": BASE + "org/",
    **{kind: f"{BASE}{kind}/" for kind in _KINDS},
    **{scheme: f"{CONCEPT}{scheme}/" for scheme in SCHEMES},
}


def compact(iri: str) -> str:
    """The IRI in its shortest readable form: below our base a path, else with a prefix, else whole.

    >>> compact("https://w3id.org/movement-kg/org/inpud"), compact("http://www.w3.org/ns/org#member")
    ('org/inpud', 'org:member')
    """
    if iri.startswith(MK):
        return "mk:" + iri[len(MK) :]
    if iri.startswith(BASE):
        return iri[len(BASE) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(name: str) -> str:
    """The IRI that a compact form stands for; an IRI comes back as it is.

    >>> expand("org/inpud"), expand("org:member")
    ('https://w3id.org/movement-kg/org/inpud', 'http://www.w3.org/ns/org#member')
    """
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + rest
    return name if colon else BASE + name
