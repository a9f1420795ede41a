"""The ontology keeps its own rules: every term described, every list closed, every alignment to a term there is."""

import json
import re

import pyoxigraph
import pytest

from movement_kg import assets, ontology
from movement_kg.graph import read_rules
from movement_kg.vocabulary import MK, RDFS, SKOS, compact

FOLDER = assets.ontology()
WORDS = ontology.load(FOLDER)
TURTLE = sorted(FOLDER.glob("*.ttl"))
MINTED = sorted({s for s, _, _ in WORDS.statements if s.startswith(MK) and s != MK})


def of(subject: str, prop: str) -> list[object]:
    return [o for s, p, o in WORDS.statements if (s, p) == (subject, prop)]


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.name)
def test_every_file_is_turtle_and_its_terms_of_ours_exist(path):
    used = {
        term.value
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, pyoxigraph.NamedNode) and term.value.startswith(MK)
    }
    assert used - set(MINTED) - {MK, MK + "alignments"} == set()


@pytest.mark.parametrize(
    "term", [term for term in MINTED if not of(term, SKOS + "inScheme")], ids=lambda t: t[len(MK) :]
)
def test_every_minted_term_is_described(term):
    for prop in (RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", SKOS + "example"):
        assert of(term, prop), f"{term} lacks {prop}"


def test_every_concept_is_defined_and_placed():
    for concept in WORDS.concepts:
        assert len(of(concept, SKOS + "definition")) == 1, concept
        assert len(of(concept, SKOS + "prefLabel")) == 1, concept
        assert of(concept, SKOS + "broader") or of(concept, SKOS + "topConceptOf"), concept
        assert set(of(concept, SKOS + "broader")) <= WORDS.concepts, concept


def test_the_rule_for_labels_looks_for_the_claims_of_every_property_that_can_give_one():
    rule = (FOLDER / "rules" / "80-label.rq").read_text("utf-8")
    (listed,) = re.findall(r"VALUES \?property \{ (.+) \}", rule)
    taken = {prop for path in re.findall(r"\?subject (\S+:\S+) \?name", rule) for prop in path.split("|")}
    assert taken <= {*listed.split()}
    naming = {compact(prop) for prop in WORDS.name_properties.values()}
    # A new property for names is to be put here or into the rule: these three never give the label of their thing.
    assert {*listed.split()} - taken | taken & naming == naming - {"mk:formerName", "mk:subtitle", "mk:observedForm"}


def test_no_property_is_functional():
    text = "".join(path.read_text("utf-8") for path in TURTLE)
    assert "a owl:FunctionalProperty" not in text


def test_no_term_speaks_of_what_is_never_kept_of_a_person():
    columns = json.loads((assets.data() / "csv-metadata.json").read_text("utf-8"))["tables"]
    people = next(table for table in columns if table["url"] == "people.csv")["tableSchema"]["columns"]
    assert [c["name"] for c in people if not c.get("virtual")] == [
        "id", "iri", "basis", "deceased", "cite", "certainty", "nuance", "note",
    ]  # fmt: skip
    names = {term[len(MK) :].casefold() for term in MINTED}
    for word in (
        "birth",
        "health",
        "gender",
        "ethnic",
        "sexual",
        "offence",
        "crime",
        "druguse",
        "nationality",
        "residence",
    ):
        assert not [name for name in names if word in name]


def test_the_dataset_has_the_version_of_the_data():
    metadata = json.loads((assets.data() / "csv-metadata.json").read_text("utf-8"))
    assert f'dcterms:modified "{metadata["dc:modified"]}"' in (FOLDER / "dataset.ttl").read_text("utf-8")


def test_the_rule_for_labels_is_asked_about_nothing_but_the_thing():
    """An amended build asks a rule about each subject of its patterns; here any other would have it read all names."""
    rules = {rule.name: rule for rule in read_rules(FOLDER)}
    assert rules["80-label"].subjects == {"subject"}
