"""The graph: what becomes a claim, what stands in the plain layer, what conflicts, and what short cuts rest on."""

from __future__ import annotations

import hashlib
import itertools

import pytest

from movement_kg.errors import RequestError
from movement_kg.graph import hashed
from movement_kg.graph.rules import read_rules
from movement_kg.terms import Triple, iri, value
from movement_kg.vocabulary import BASE, compact, expand

TYPE = "rdf:type"


def triples(layer, subject=None, predicate=None):
    """The objects of a layer's triples in short, for a subject and a predicate given in short."""
    wanted = (subject and iri(expand(subject)), predicate and iri(expand(predicate)))
    return sorted(
        compact(value(t.object)) for t in layer if all(w in (None, term) for w, term in zip(wanted, t[:2], strict=True))
    )


def claims(graph, subject, predicate):
    """The claims about a subject and a predicate given in short, by their objects in short."""
    about = iri(expand(subject)), iri(expand(predicate))
    return {compact(value(t.object)): claim for t, claim in graph.claims.items() if t[:2] == about}


def opaque(kind, key):
    return f"{kind}/{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def resolve(world, subject, prop, cell, status):
    decided = {"reason": "the page is newer", "decider": "the editors", "date": "2026-11-21"}
    world.add("resolutions.csv", subject=subject, property=prop, value=cell, status=status, **decided)


def sound(world):
    """The graph of a world that has no problems."""
    findings = world.check()
    assert findings.problems == []
    return findings.graph


# Claims


def test_claim_as_rdf(world):
    world.replace("organisations.csv", "900-2,,,", "900-2,,about then,our note")
    graph = sound(world)
    claim = claims(graph, "org/lamp-union", "mk:founded")["date/1994"]
    node = compact(value(claim.term))
    statements = {compact(value(t.predicate)): compact(value(t.object)) for t in claim.triples()}
    assert statements == {
        "rdf:type": "mk:Claim",
        "rdf:subject": "org/lamp-union",
        "rdf:predicate": "mk:founded",
        "rdf:object": "date/1994",
        "mk:certainty": "mk:explicit",
        "mk:status": "mk:accepted",
        "mk:asserted": "true",
        "mk:citation": "citation/900-2",
        "mk:nuance": "about then",
        "mk:note": "our note",
    }
    assert triples(graph.claim_layer, node, "mk:citation") == ["citation/900-2"]
    assert triples(graph.facts, "org/lamp-union", "mk:founded") == ["date/1994"]


def test_claim_is_named_by_its_triple_alone(world):
    triple = Triple(*(iri(expand(name)) for name in ("org/lamp-union", "mk:founded", "date/1994")))
    digest = hashlib.sha256(
        b"<https://w3id.org/movement-kg/org/lamp-union> <https://w3id.org/movement-kg/ontology/founded>"
        b" <https://w3id.org/movement-kg/date/1994>"
    ).hexdigest()
    assert hashed("claim", triple) == f"<{BASE}claim/{digest[:16]}>"
    assert sound(world).claims[triple].term == hashed("claim", triple)


def test_two_witnesses_make_one_claim(world):
    world.add("organisations.csv", id="lamp-union", founded="1994", cite="900-1", note="another note")
    graph = sound(world)
    (claim,) = claims(graph, "org/lamp-union", "mk:founded").values()
    assert sorted(map(value, claim.citations)) == [f"{BASE}citation/900-1", f"{BASE}citation/900-2"]
    assert [str(origin) for origin in claim.origins] == [
        "data/organisations.csv:2: founded",
        "data/organisations.csv:3: founded",
    ]
    assert claim.notes == {"another note"}
    assert claim.conflicts == set()


@pytest.mark.parametrize(("first", "second", "implied"), [("", "implied", False), ("implied", "implied", True)])
def test_one_witness_who_says_so_is_enough(world, first, second, implied):
    world.replace("organisations.csv", "900-2,,,", f"900-2,{first},,")
    world.add("organisations.csv", id="lamp-union", founded="1994", cite="900-1", certainty=second)
    assert claims(sound(world), "org/lamp-union", "mk:founded")["date/1994"].is_implied is implied


def test_every_fact_read_from_a_source_is_a_claim_and_reference_data_is_none(world):
    graph = sound(world)
    claimed = set(graph.claims)
    subjects = {t.subject for t in claimed}
    nodes = {t.subject for t in graph.claim_layer}
    own = {t for t in graph.facts - claimed if t.subject in subjects and hashed("derivation", t) not in nodes}
    assert {compact(value(t.predicate)) for t in own} == {TYPE, "mk:basis"}
    for triple in own:
        kind = hashed("reference", triple)
        is_basis = compact(value(triple.predicate)) == "mk:basis"
        assert (triples(graph.claim_layer, compact(value(kind)), TYPE) == ["mk:Reference"]) == is_basis
    assert all(compact(value(t.predicate)) != TYPE for t in claimed)


def test_basis_names_its_table(world):
    graph = sound(world)
    triple = Triple(*(iri(expand(n)) for n in ("person/aaaa1111", "mk:basis", "concept/basis/public-advocate")))
    assert triples(graph.claim_layer, compact(value(hashed("reference", triple))), "dcterms:source") == [
        "data/people.csv"
    ]


def test_only_reference_data_in_use_enters(world):
    graph = sound(world)
    kinds = {
        (compact(value(t.subject)), compact(value(t.object))) for t in graph.facts if t.predicate == iri(expand(TYPE))
    }
    assert [name for name, kind in sorted(kinds) if kind == "mk:Country"] == ["country/DK"]
    assert [name for name, kind in sorted(kinds) if kind == "dcterms:LinguisticSystem"] == ["language/en"]
    assert triples(graph.facts, "country/DK", "mk:inRegion") == ["region/m49-154"]
    assert triples(graph.facts, "region/m49-154", TYPE) == ["mk:Region"]


def test_dates_are_nodes_with_their_bounds(world):
    world.replace("events.csv", ",1996,", ",199X/..,")
    graph = sound(world)
    assert triples(graph.facts, "event/lamp-meeting", "mk:date") == ["date/199X%2F.."]
    assert {
        p: triples(graph.facts, "date/199X%2F..", p) for p in ("mk:edtf", "mk:earliest", "mk:latest", "mk:precision")
    } == {
        "mk:edtf": ["199X/.."],
        "mk:earliest": ["1990-01-01"],
        "mk:latest": [],
        "mk:precision": ["interval"],
    }


def test_names_by_their_kind_and_language(world):
    for kind, name, language in (
        ("acronym", "RLU", "en"),
        ("former", "Lamp Club", "en"),
        ("alternative", "Лампа", "ru"),
    ):
        world.add("names.csv", subject="org/lamp-union", name=name, language=language, kind=kind, cite="900-2")
    graph = sound(world)
    assert triples(graph.facts, "org/lamp-union", "mk:acronym") == ["RLU"]
    assert triples(graph.facts, "org/lamp-union", "mk:formerName") == ["Lamp Club"]
    assert Triple(iri(BASE + "org/lamp-union"), iri(expand("skos:altLabel")), '"Лампа"@ru') in graph.facts


# What is only implied of people


def guess(world, table, **cells):
    world.add(table, **cells, cite="900-4", certainty="implied")


#: For each kind of relation its table, a row that names a person, and the number of its claims: its cells and its type.
IMPLIED = {
    "membership": (
        "memberships.csv",
        {"id": "x", "person": "tomas-quill", "organisation": "lamp-union", "role": "member"},
        4,
    ),
    "participation": (
        "participations.csv",
        {"id": "x", "event": "lamp-meeting", "agent": "person/tomas-quill", "role": "speaker"},
        4,
    ),
    "contribution": (
        "contributions.csv",
        {"id": "x", "publication": "lantern", "agent": "person/tomas-quill", "role": "editor"},
        4,
    ),
    "link": ("links.csv", {"id": "x", "from_": "person/tomas-quill", "kind": "inspired", "to": "org/lamp-union"}, 4),
    "mention": ("mentions.csv", {"id": "x", "thing": "person/tomas-quill", "work": "lamp-page", "as_": "named"}, 4),
}


@pytest.mark.parametrize("kind", IMPLIED)
def test_implied_relation_of_a_person_has_claims_only(world, kind):
    before = sound(world)
    table, cells, count = IMPLIED[kind]
    guess(world, table, **cells)
    graph = sound(world)
    relation = opaque(kind, "x")
    assert triples(graph.facts, relation) == []
    assert graph.facts == before.facts
    about = [claim for claim in graph.claims.values() if value(claim.triple.subject) == BASE + relation]
    assert len(about) == count
    assert {(claim.is_asserted, claim.is_implied) for claim in about} == {(False, True)}
    assert {citation for claim in about for citation in claim.citations} == {f"<{BASE}citation/900-4>"}
    assert len(claims(graph, relation, TYPE)) == 1


def test_explicit_relation_of_a_person_stands_whole(world):
    guess(world, "memberships.csv", id="solberg-chair", start="1994")
    graph = sound(world)
    relation = opaque("membership", "solberg-chair")
    assert triples(graph.facts, relation, "mk:start") == ["date/1994"]
    assert claims(graph, relation, "mk:start")["date/1994"].is_implied
    assert claims(graph, relation, TYPE) == {}


def test_implied_relation_without_a_person_is_asserted(world):
    guess(world, "participations.csv", id="x", event="lamp-meeting", agent="org/lamp-union", role="participant")
    graph = sound(world)
    assert triples(graph.facts, opaque("participation", "x"), "mk:agent") == ["org/lamp-union"]
    assert triples(graph.facts, "org/lamp-union", "mk:tookPartIn") == ["event/lamp-meeting"]


def test_what_is_said_stands_beside_what_is_implied(world):
    table, cells, _ = IMPLIED["mention"]
    world.add(table, **cells, cite="900-4")
    guess(world, "contributions.csv", id="x", publication="lamp-page", agent="person/tomas-quill", role="featured")
    graph = sound(world)
    assert triples(graph.facts, "person/bbbb2222", "mk:mentionedIn") == ["work/lamp-page"]
    assert triples(graph.facts, "person/bbbb2222", "mk:appearsIn") == []


def test_implied_fact_of_a_person_has_a_claim_only(world):
    guess(world, "people.csv", id="tomas-quill", deceased="true")
    graph = sound(world)
    assert triples(graph.facts, "person/bbbb2222", "mk:deceased") == []
    assert claims(graph, "person/bbbb2222", "mk:deceased")["true"].is_asserted is False


def test_implied_position_of_a_person_has_claims_only(world):
    guess(
        world, "positions.csv", id="x", holder="person/tomas-quill", theme="harm-reduction", stance="demands-that",
        text="Open doors.",
    )  # fmt: skip
    graph = sound(world)
    assert triples(graph.facts, "position/x") == []
    assert claims(graph, "position/x", "mk:holder")["person/bbbb2222"].is_asserted is False


def test_organiser_who_is_only_implied_has_a_claim_only(world):
    guess(
        world,
        "events.csv",
        id="quiet-day",
        kind="protest",
        description="A day of silence.",
        organiser="person/tomas-quill",
    )
    graph = sound(world)
    assert triples(graph.facts, "event/quiet-day", "mk:organiser") == []
    assert triples(graph.facts, "event/quiet-day", "dcterms:description") == ["A day of silence."]


# Conflicts


def pairs(graph):
    """The conflicting claims as pairs of objects in short."""
    by_term = {claim.term: compact(value(triple.object)) for triple, claim in graph.claims.items()}
    found = [(by_term[claim.term], by_term[other]) for claim in graph.claims.values() for other in claim.conflicts]
    assert sorted(found) == sorted((b, a) for a, b in found)
    return sorted({tuple(sorted(pair)) for pair in found})


@pytest.mark.parametrize(
    ("date", "conflicts"),
    [
        ("1995", [("date/1994", "date/1995")]),
        ("1994-05", []),
        ("199X", []),
        ("1994?", []),
        ("1990/1993", [("date/1990%2F1993", "date/1994")]),
        ("1990/1994-01", []),
        ("[..1993]", [("date/%5B..1993%5D", "date/1994")]),
        ("[1994..]", []),
    ],
)
def test_dates_conflict_where_they_share_no_day(world, date, conflicts):
    world.add("organisations.csv", id="lamp-union", founded=date, cite="900-1")
    graph = sound(world)
    assert pairs(graph) == conflicts
    assert len(triples(graph.facts, "org/lamp-union", "mk:founded")) == 2


def test_three_dates_conflict_pair_by_pair(world):
    for year in ("1995", "1996", "1994-03"):
        world.add("organisations.csv", id="lamp-union", founded=year, cite="900-1")
    years = ["date/1994", "date/1994-03", "date/1995", "date/1996"]
    wanted = [pair for pair in itertools.combinations(years, 2) if pair != ("date/1994", "date/1994-03")]
    assert pairs(sound(world)) == wanted


@pytest.mark.parametrize(
    ("names", "conflicts"),
    [
        ([("RLU", "acronym"), ("RLUU", "observed")], [("RLU", "RLUU")]),
        ([("RLU", "acronym"), ("Something else", "observed")], []),
        ([("River Lamps Union", "observed")], [("River Lamp Union", "River Lamps Union")]),
        ([("RLU", "acronym"), ("LRU", "acronym")], [("LRU", "RLU")]),
        ([("RLU", "acronym"), ("RlU", "acronym")], [("RLU", "RlU")]),
        ([("Lamp Club", "former"), ("Lantern Club", "former")], []),
        ([("River Lamps Union", "alternative")], []),
    ],
)
def test_forms_of_names(world, names, conflicts):
    for name, kind in names:
        world.add("names.csv", subject="org/lamp-union", name=name, language="en", kind=kind, cite="900-1")
    assert pairs(sound(world)) == conflicts


@pytest.mark.parametrize(
    ("title", "language", "conflicts"),
    [
        ("The Lanterns", "en", [("The Lantern", "The Lanterns")]),
        ("THE LANTERN!", "en", []),
        ("La Linterna", "es", []),
    ],
)
def test_titles_conflict_where_their_letters_differ(world, title, language, conflicts):
    world.add("names.csv", subject="work/lantern", name="The Lantern", language="en", kind="title", cite="900-4")
    world.add("names.csv", subject="work/lantern", name=title, language=language, kind="title", cite="900-1")
    assert pairs(sound(world)) == conflicts


def test_same_value_of_another_thing_is_no_conflict(world):
    world.add("organisations.csv", id="other", kind="ngo", founded="1995", cite="900-1")
    world.add("names.csv", subject="org/other", name="Other", language="en", kind="preferred", cite="900-1")
    assert pairs(sound(world)) == []


# Decisions


@pytest.mark.parametrize("cell", ["1995", "date/1995"])
def test_rejected_claim_is_kept_without_its_triple(world, cell):
    world.add("organisations.csv", id="lamp-union", founded="1995", cite="900-1")
    resolve(world, "org/lamp-union", "mk:founded", cell, "rejected")
    graph = sound(world)
    assert triples(graph.facts, "org/lamp-union", "mk:founded") == ["date/1994"]
    claim = claims(graph, "org/lamp-union", "mk:founded")["date/1995"]
    node = compact(value(claim.term))
    told = ("mk:status", "mk:asserted", "mk:reason", "mk:decidedBy", "mk:decidedOn", "mk:citation")
    assert [triples(graph.claim_layer, node, name) for name in told] == [
        ["mk:rejected"],
        ["false"],
        ["the page is newer"],
        ["the editors"],
        ["2026-11-21"],
        ["citation/900-1"],
    ]
    assert pairs(graph) == []


@pytest.mark.parametrize("status", ["preferred", "disputed", "accepted"])
def test_other_decisions_leave_both_values_and_their_conflict(world, status):
    world.add("organisations.csv", id="lamp-union", founded="1995", cite="900-1")
    resolve(world, "org/lamp-union", "mk:founded", "1995", status)
    graph = sound(world)
    assert triples(graph.facts, "org/lamp-union", "mk:founded") == ["date/1994", "date/1995"]
    assert claims(graph, "org/lamp-union", "mk:founded")["date/1995"].status == status
    assert claims(graph, "org/lamp-union", "mk:founded")["date/1994"].status == "accepted"
    assert pairs(graph) == [("date/1994", "date/1995")]


@pytest.mark.parametrize(
    ("subject", "prop", "cell"),
    [
        ("person/mira-solberg", "skos:prefLabel", "Mira Solberg"),
        ("membership/solberg-chair", "org:role", "leader"),
        ("membership/solberg-chair", "org:member", "person/mira-solberg"),
        ("event/lamp-meeting", "mk:organiser", "org/lamp-union"),
        ("figure/lamp-meeting-guests", "mk:value", "40"),
        ("place/copenhagen", "mk:country", "DK"),
    ],
)
def test_decision_names_its_claim_as_the_tables_do(world, subject, prop, cell):
    resolve(world, subject, prop, cell, "preferred")
    decided = [claim for claim in sound(world).claims.values() if claim.status == "preferred"]
    assert [compact(value(claim.triple.predicate)) for claim in decided] == [prop]


# Short cuts


def derivations(graph):
    """From each derived triple to the claims it rests on, by the layer that the build writes."""
    nodes = [t.subject for t in graph.claim_layer if compact(value(t.object)) == "mk:Derivation"]
    found = {}
    for node in nodes:
        about = {name: [t.object for t in graph.claim_layer if t[:2] == (node, iri(expand(name)))] for name in _PARTS}
        ((subject,), (predicate,), (obj,), (rule,)) = (about[name] for name in _PARTS[:4])
        found[Triple(subject, predicate, obj)] = (compact(value(rule)), about["prov:wasDerivedFrom"])
    return found


_PARTS = ("rdf:subject", "rdf:predicate", "rdf:object", "mk:rule", "prov:wasDerivedFrom")


def test_short_cuts_of_the_tiny_world(world):
    told = {
        tuple(compact(value(term)) for term in triple): rule for triple, (rule, _) in derivations(sound(world)).items()
    }
    labels = {triple for triple, rule in told.items() if rule == "rule/80-label"}
    assert ("org/lamp-union", "rdfs:label", "River Lamp Union") in labels
    assert ("provision/night-shelters", "rdfs:label", "Beds for those without a home.") in labels
    assert {triple: rule for triple, rule in told.items() if triple not in labels} == {
        ("person/aaaa1111", "org:memberOf", "org/lamp-union"): "rule/10-member-of",
        ("person/aaaa1111", "mk:leaderOf", "org/lamp-union"): "rule/20-membership-role",
        ("person/bbbb2222", "mk:authorOf", "work/lantern"): "rule/30-contribution-role",
        ("work/lantern", "mk:documents", "org/lamp-union"): "rule/50-link-kind",
        ("org/lamp-union", "mk:mentionedIn", "work/lamp-page"): "rule/60-mentioned-in",
        ("org/lamp-union", "mk:country", "country/DK"): "rule/70-country-of-place",
    }


def test_every_short_cut_leads_to_claims_that_stand(world):
    graph = sound(world)
    by_term = {claim.term: claim for claim in graph.claims.values()}
    for triple, (rule, because) in derivations(graph).items():
        assert triple in graph.facts
        assert triple not in graph.claims
        assert because
        assert all(by_term[term].is_asserted for term in because if term in by_term)
        assert all(term in by_term or term == triple.subject for term in because)
        assert triples(graph.claim_layer, rule, TYPE) == ["mk:Rule"]
        assert triples(graph.claim_layer, rule, "rdfs:comment")[0].endswith(".")


def test_short_cut_of_a_membership_leads_to_its_passages(world):
    graph = sound(world)
    by_term = {claim.term: claim for claim in graph.claims.values()}
    found = {tuple(compact(value(t)) for t in triple): because for triple, (_, because) in derivations(graph).items()}
    because = [by_term[term] for term in found["person/aaaa1111", "mk:leaderOf", "org/lamp-union"]]
    assert {compact(value(claim.triple.predicate)) for claim in because} == {
        "org:member",
        "org:organization",
        "org:role",
    }
    assert {citation for claim in because for citation in claim.citations} == {f"<{BASE}citation/900-3>"}


def test_what_a_source_says_is_not_derived(world):
    world.add("organisations.csv", id="lamp-union", country="DK", cite="900-2")
    graph = sound(world)
    triple = Triple(*(iri(expand(name)) for name in ("org/lamp-union", "mk:country", "country/DK")))
    assert triple in graph.claims
    assert triple not in derivations(graph)


def test_short_cut_rests_on_no_rejected_claim(world):
    world.add("links.csv", id="lantern-documents-union", to="place/copenhagen", cite="900-1")
    link = opaque("link", "lantern-documents-union")
    resolve(world, link, "mk:to", "place/copenhagen", "rejected")
    graph = sound(world)
    by_term = {claim.term: claim for claim in graph.claims.values()}
    found = {tuple(compact(value(t)) for t in triple): because for triple, (_, because) in derivations(graph).items()}
    because = [by_term[term] for term in found["work/lantern", "mk:documents", "org/lamp-union"]]
    assert {claim.status for claim in because} == {"accepted"}
    assert ("work/lantern", "mk:documents", "place/copenhagen") not in found


@pytest.mark.parametrize(
    "query", ["SELECT", "ASK { ?s ?p ?o }", "SELECT ?subject ?object WHERE { ?subject a ?object }"]
)
def test_rule_that_is_none_is_a_fault_of_the_caller(tmp_path, query):
    import pyoxigraph

    from movement_kg.graph.rules import derive

    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "10-x.rq").write_text(f"# For nothing.\n{query}\n", "utf-8")
    (rule,) = read_rules(tmp_path)
    assert (rule.name, rule.comment) == ("10-x", "For nothing.")
    with pytest.raises(RequestError, match=r"ontology/rules/10-x\.rq: "):
        derive(pyoxigraph.Store(), set(), [rule])


# The whole


def everything(world):
    """The world with something in every table that names a person."""
    for table, cells, _ in IMPLIED.values():
        guess(world, table, **(cells | {"id": f"tomas-quill-{table.partition('.')[0]}"}))
        world.add(table, **(cells | {"id": f"quill-{table.partition('.')[0]}"}), cite="900-4")
    world.add("organisations.csv", id="lamp-union", founded="1995", cite="900-1", note="a note")
    resolve(world, "org/lamp-union", "mk:founded", "1995", "disputed")
    world.add("withdrawals.csv", iri="aaaa1111", date="2026-11-21", reason="safety")
    return sound(world)


def test_there_are_no_blank_nodes(world):
    graph = everything(world)
    assert not [t for t in graph.facts | graph.claim_layer if any(term.startswith("_:") for term in t)]


def test_iri_of_no_person_or_relation_holds_a_key_of_a_person(world):
    graph = everything(world)
    iris = {value(term) for t in graph.facts | graph.claim_layer for term in t if term.startswith(f"<{BASE}")}
    assert not [text for text in iris if "quill" in text or "solberg" in text or "tomas" in text]


def test_relation_is_named_by_the_hash_of_its_key(world):
    graph = sound(world)
    assert hashlib.sha256(b"solberg-chair").hexdigest()[:12] == "0a52f33d9a6c"
    assert triples(graph.facts, "membership/0a52f33d9a6c", "org:member") == ["person/aaaa1111"]


def test_facts_and_claims_share_no_triple_and_no_claim_layer_node_stands_among_the_facts(world):
    graph = everything(world)
    assert not graph.facts & graph.claim_layer
    hidden = {iri(expand(name)) for name in ("mk:Claim", "mk:Citation", "mk:Derivation", "mk:Reference", "mk:Rule")}
    assert not [t for t in graph.facts if t.predicate == iri(expand(TYPE)) and t.object in hidden]


def test_lines_are_sorted_and_each_stands_once(world):
    lines = everything(world).ntriples().splitlines()
    assert lines == sorted(set(lines))
