"""Ties: the edge that each kind of relation makes, what it rests on, when it was, and whether it may be shown."""

from __future__ import annotations

import hashlib

import pytest

from movement_kg import assets
from movement_kg.graph.ties import ties as ties_of
from movement_kg.ontology import load
from movement_kg.terms import value
from movement_kg.vocabulary import compact

MIRA, TOMAS = "person/aaaa1111", "person/bbbb2222"


def sound(world):
    """The graph of a world that has no problems."""
    findings = world.check()
    assert findings.problems == []
    return findings.graph


def nodes(graph):
    """What is said of each tie in short: its IRI, then property and values."""
    found = {}
    for triple in graph.claim_layer:
        name = compact(value(triple.subject))
        if name.startswith("tie/"):
            said = found.setdefault(name, {}).setdefault(compact(value(triple.predicate)), [])
            said.append(compact(value(triple.object)))
    return {name: {prop: sorted(values) for prop, values in told.items()} for name, told in found.items()}


def ties(world):
    """The ties of a sound world: from, kind, to and group, then certainty and whether it is asserted."""
    found = {}
    for told in nodes(sound(world)).values():
        ends = tuple(told[f"mk:tie{part}"][0] for part in ("From", "Kind", "To", "Group"))
        shown = "shown" if told["mk:tieAsserted"] == ["true"] else "hidden"
        found[ends] = f"{told['mk:tieCertainty'][0].removeprefix('mk:')}, {shown}"
    return found


def tie(world, source, target):
    """The one tie between two things."""
    ends = [source], [target]
    (told,) = (t for t in nodes(sound(world)).values() if (t["mk:tieFrom"], t["mk:tieTo"]) == ends)
    return told


def dates(world, source, target):
    told = tie(world, source, target)
    return told.get("mk:tieSince", []), told.get("mk:tieUntil", [])


def passages(world, source, target):
    """The citations of the claims that a tie rests on."""
    graph = sound(world)
    by_term = {compact(value(claim.term)): claim for claim in graph.claims.values()}
    because = tie(world, source, target)["prov:wasDerivedFrom"]
    return sorted({compact(value(citation)) for name in because for citation in by_term[name].citations})


def predicates(world, source, target):
    """The properties of the claims that a tie rests on."""
    graph = sound(world)
    by_term = {compact(value(claim.term)): claim for claim in graph.claims.values()}
    because = tie(world, source, target)["prov:wasDerivedFrom"]
    return sorted(compact(value(by_term[name].triple.predicate)) for name in because)


WORLD = {
    (MIRA, "concept/role/leader", "org/lamp-union", "membership"): "explicit, shown",
    ("work/lantern", "concept/link-kind/documents", "org/lamp-union", "link"): "explicit, shown",
    ("org/lamp-union", "mk:organiser", "event/lamp-meeting", "participation"): "explicit, shown",
    (TOMAS, "concept/role/author", "work/lantern", "contribution"): "explicit, shown",
    ("org/lamp-union", "concept/mention-kind/in-heading", "work/lamp-page", "mention"): "explicit, shown",
}


# Which relation makes which tie


def test_each_relation_of_the_world_is_a_tie(world):
    assert ties(world) == WORLD


def test_tie_as_rdf(world):
    told = tie(world, MIRA, "org/lamp-union")
    assert {prop: values for prop, values in told.items() if prop != "prov:wasDerivedFrom"} == {
        "rdf:type": ["mk:Tie"],
        "mk:tieFrom": [MIRA],
        "mk:tieTo": ["org/lamp-union"],
        "mk:tieKind": ["concept/role/leader"],
        "mk:tieGroup": ["membership"],
        "mk:tieCertainty": ["mk:explicit"],
        "mk:tieAsserted": ["true"],
        "mk:tieCitation": ["citation/900-3"],
    }


#: A relation of each kind as a row: its table, its cells, and the tie it makes.
RELATIONS = {
    "membership": (
        "memberships.csv",
        {"person": "tomas-quill", "organisation": "lamp-union", "role": "member"},
        (TOMAS, "concept/role/member", "org/lamp-union", "membership"),
    ),
    "participation": (
        "participations.csv",
        {"event": "lamp-meeting", "agent": "person/tomas-quill", "role": "speaker"},
        (TOMAS, "concept/role/speaker", "event/lamp-meeting", "participation"),
    ),
    "contribution": (
        "contributions.csv",
        {"publication": "lantern", "agent": "person/mira-solberg", "role": "editor"},
        (MIRA, "concept/role/editor", "work/lantern", "contribution"),
    ),
    "link": (
        "links.csv",
        {"from_": "person/tomas-quill", "kind": "inspired", "to": "org/lamp-union"},
        (TOMAS, "concept/link-kind/inspired", "org/lamp-union", "link"),
    ),
    "mention": (
        "mentions.csv",
        {"thing": "person/tomas-quill", "work": "lamp-page", "as_": "named"},
        (TOMAS, "concept/mention-kind/named", "work/lamp-page", "mention"),
    ),
}


@pytest.mark.parametrize("kind", RELATIONS)
def test_relation_of_a_person_that_is_said_is_shown(world, kind):
    table, cells, made = RELATIONS[kind]
    world.add(table, id="x", **cells, cite="900-4")
    assert ties(world) == WORLD | {made: "explicit, shown"}


@pytest.mark.parametrize("kind", RELATIONS)
def test_relation_that_is_only_implied_of_a_person_is_hidden(world, kind):
    table, cells, made = RELATIONS[kind]
    world.add(table, id="x", **cells, cite="900-4", certainty="implied")
    assert ties(world) == WORLD | {made: "implied, hidden"}


def test_implied_relation_between_organisations_is_shown(world):
    world.add("organisations.csv", id="beds", kind="user-organisation", cite="900-6")
    world.add("names.csv", subject="org/beds", name="Beds", language="en", kind="preferred", cite="900-6")
    world.add(
        "links.csv", id="x", from_="org/beds", kind="partner", to="org/lamp-union", cite="900-6", certainty="implied"
    )
    partner = ("org/beds", "concept/link-kind/partner", "org/lamp-union", "link")
    assert ties(world) == WORLD | {partner: "implied, shown"}


def test_two_witnesses_make_one_tie_and_one_who_says_so_is_enough(world):
    table, cells, made = RELATIONS["membership"]
    world.add(table, id="x", **cells, cite="900-4", certainty="implied")
    world.add(table, id="x", **cells, cite="900-5")
    assert ties(world) == WORLD | {made: "explicit, shown"}
    assert passages(world, TOMAS, "org/lamp-union") == ["citation/900-4", "citation/900-5"]


def test_role_that_is_only_implied_of_a_person_is_hidden_though_the_membership_is_said(world):
    world.add("memberships.csv", id="x", person="tomas-quill", organisation="lamp-union", cite="900-4")
    world.add("memberships.csv", id="x", role="member", cite="900-4", certainty="implied")
    assert ties(world)[TOMAS, "concept/role/member", "org/lamp-union", "membership"] == "implied, hidden"


def test_two_roles_in_one_relation_are_two_ties(world):
    world.add("participations.csv", id="x", event="lamp-meeting", agent="person/mira-solberg", cite="900-5")
    world.add("participations.csv", id="x", role="speaker", cite="900-5")
    world.add("participations.csv", id="x", role="participant", cite="900-5")
    assert {ends for ends in ties(world) if ends not in WORLD} == {
        (MIRA, "concept/role/speaker", "event/lamp-meeting", "participation"),
        (MIRA, "concept/role/participant", "event/lamp-meeting", "participation"),
    }


def test_relation_without_a_role_is_tied_by_its_class(world):
    world.add("memberships.csv", id="x", person="tomas-quill", organisation="lamp-union", cite="900-4")
    assert [str(problem).rpartition(" ")[2] for problem in world.check().problems] == ["[MK152]"]  # needs a role
    (made,) = (told for told in nodes(world.check().graph).values() if told["mk:tieKind"] == ["org:Membership"])
    assert (made["mk:tieFrom"], made["mk:tieTo"]) == ([TOMAS], ["org/lamp-union"])


def test_what_is_joined_to_itself_makes_no_tie(world):
    cells = {"person": "mira-solberg", "organisation": "lamp-union", "role": "leader", "on_behalf_of": "lamp-union"}
    world.add("memberships.csv", id="solberg-chair", **cells, cite="900-3")
    on_behalf = (MIRA, "mk:onBehalfOf", "org/lamp-union", "on-behalf-of")
    assert ties(world) == WORLD | {on_behalf: "explicit, shown"}


# On behalf of


def test_who_acts_for_an_organisation_is_tied_to_it_and_it_to_the_event(world):
    cells = {"event": "lamp-meeting", "agent": "person/mira-solberg", "role": "speaker", "on_behalf_of": "lamp-union"}
    world.add("participations.csv", id="x", **cells, cite="900-5")
    assert {ends: told for ends, told in ties(world).items() if ends not in WORLD} == {
        (MIRA, "concept/role/speaker", "event/lamp-meeting", "participation"): "explicit, shown",
        ("org/lamp-union", "concept/role/speaker", "event/lamp-meeting", "participation"): "explicit, shown",
        (MIRA, "mk:onBehalfOf", "org/lamp-union", "on-behalf-of"): "explicit, shown",
    }


def test_acting_for_an_organisation_that_is_only_implied_is_hidden_whole(world):
    cells = {"publication": "lantern", "agent": "person/mira-solberg", "role": "editor", "on_behalf_of": "lamp-union"}
    world.add("contributions.csv", id="x", **cells, cite="900-4", certainty="implied")
    assert {ends: told for ends, told in ties(world).items() if ends not in WORLD} == {
        (MIRA, "concept/role/editor", "work/lantern", "contribution"): "implied, hidden",
        ("org/lamp-union", "concept/role/editor", "work/lantern", "contribution"): "implied, hidden",
        (MIRA, "mk:onBehalfOf", "org/lamp-union", "on-behalf-of"): "implied, hidden",
    }


def test_representative_ties_the_represented_to_the_other_organisation(world):
    world.add("organisations.csv", id="board", kind="user-organisation", cite="900-3")
    world.add("names.csv", subject="org/board", name="Board", language="en", kind="preferred", cite="900-3")
    cells = {"person": "tomas-quill", "organisation": "board", "role": "representative", "on_behalf_of": "lamp-union"}
    world.add("memberships.csv", id="x", **cells, cite="900-3")
    assert {ends: told for ends, told in ties(world).items() if ends not in WORLD} == {
        (TOMAS, "concept/role/representative", "org/board", "membership"): "explicit, shown",
        ("org/lamp-union", "concept/role/representative", "org/board", "membership"): "explicit, shown",
        (TOMAS, "mk:onBehalfOf", "org/lamp-union", "on-behalf-of"): "explicit, shown",
    }


# What a tie rests on


def test_tie_rests_on_the_claims_of_both_ends_and_the_kind(world):
    assert predicates(world, MIRA, "org/lamp-union") == ["org:member", "org:organization", "org:role"]
    assert predicates(world, "work/lantern", "org/lamp-union") == ["dcterms:type", "mk:from", "mk:to"]
    assert predicates(world, TOMAS, "work/lantern") == ["mk:agent", "mk:publication", "mk:role"]
    assert predicates(world, "org/lamp-union", "work/lamp-page") == ["mk:mentionedAs", "mk:thing", "mk:work"]
    assert predicates(world, "org/lamp-union", "event/lamp-meeting") == ["mk:organiser"]


@pytest.mark.parametrize(
    ("source", "target", "citation"),
    [
        (MIRA, "org/lamp-union", "900-3"),
        ("work/lantern", "org/lamp-union", "900-4"),
        (TOMAS, "work/lantern", "900-4"),
        ("org/lamp-union", "work/lamp-page", "900-1"),
        ("org/lamp-union", "event/lamp-meeting", "900-5"),
    ],
)
def test_tie_leads_to_its_passages(world, source, target, citation):
    assert passages(world, source, target) == [f"citation/{citation}"]
    assert tie(world, source, target)["mk:tieCitation"] == [f"citation/{citation}"]


def test_tie_has_every_citation_of_its_claims(world):
    cells = {"event": "lamp-meeting", "agent": "person/mira-solberg", "role": "speaker", "on_behalf_of": "lamp-union"}
    world.add("participations.csv", id="x", **cells, cite="900-5")
    world.add("memberships.csv", id="solberg-chair", role="leader", cite="900-4")
    graph = sound(world)
    by_term = {compact(value(claim.term)): claim for claim in graph.claims.values()}
    cited = {
        name: ({compact(value(one)) for each in told["prov:wasDerivedFrom"] for one in by_term[each].citations}, told)
        for name, told in nodes(graph).items()
    }
    assert any(len(citations) > 1 for citations, _ in cited.values())
    assert all(told["mk:tieCitation"] == sorted(citations) for citations, told in cited.values())


def test_tie_is_disputed_where_one_of_its_claims_is(world):
    graph = sound(world)
    assert all("mk:tieDisputed" not in told for told in nodes(graph).values())
    claims = {compact(value(claim.term)): claim for claim in graph.claims.values()}
    because = tie(world, MIRA, "org/lamp-union")["prov:wasDerivedFrom"]
    claims[because[0]].conflicts.add(claims[because[1]].term)
    made = [*ties_of(graph.claims.values(), load(assets.ontology()))]
    (disputed,) = [one for one in made if compact(value(one.predicate)) == "mk:tieDisputed"]
    assert value(disputed.object) == "true"
    assert {compact(value(one.object)) for one in made if one.subject == disputed.subject} >= {
        MIRA,
        "concept/role/leader",
    }


def test_claims_of_a_tie_on_behalf_are_who_and_for_whom(world):
    cells = {"event": "lamp-meeting", "agent": "person/mira-solberg", "role": "speaker", "on_behalf_of": "lamp-union"}
    world.add("participations.csv", id="x", **cells, cite="900-5")
    graph = sound(world)
    because = {
        told["mk:tieGroup"][0]: told["prov:wasDerivedFrom"]
        for told in nodes(graph).values()
        if told["mk:tieKind"] == ["mk:onBehalfOf"]
    }
    by_term = {compact(value(claim.term)): compact(value(claim.triple.predicate)) for claim in graph.claims.values()}
    assert sorted(by_term[name] for name in because["on-behalf-of"]) == ["mk:agent", "mk:onBehalfOf"]


def test_every_tie_rests_on_claims_that_stand_in_the_graph(world):
    graph = sound(world)
    known = {compact(value(claim.term)) for claim in graph.claims.values()}
    made = nodes(graph)
    assert len(made) == len(WORLD)
    assert all(set(told["prov:wasDerivedFrom"]) <= known for told in made.values())


# When


def test_dates_of_the_relation_itself(world):
    world.add("memberships.csv", id="solberg-chair", start="1994", end="1999-05", cite="900-3")
    assert dates(world, MIRA, "org/lamp-union") == (["date/1994"], ["date/1999-05"])


def test_dates_of_a_link(world):
    cells = {"from_": "person/tomas-quill", "kind": "inspired", "to": "org/lamp-union", "start": "1995"}
    world.add("links.csv", id="x", **cells, cite="900-4")
    assert dates(world, TOMAS, "org/lamp-union") == (["date/1995"], [])


def test_participation_is_when_the_event_is(world):
    world.add(
        "participations.csv", id="x", event="lamp-meeting", agent="person/mira-solberg", role="speaker", cite="900-5"
    )
    assert dates(world, MIRA, "event/lamp-meeting") == (["date/1996"], ["date/1996"])


def test_organising_is_when_the_event_is(world):
    assert dates(world, "org/lamp-union", "event/lamp-meeting") == (["date/1996"], ["date/1996"])


def test_contribution_begins_with_the_issue_and_has_no_end(world):
    world.add("publications.csv", id="lantern", issued="1995-02", cite="900-4")
    assert dates(world, TOMAS, "work/lantern") == (["date/1995-02"], [])


def test_contribution_to_an_undated_publication_has_no_date(world):
    assert dates(world, TOMAS, "work/lantern") == ([], [])


def test_founding_and_issue_are_no_dates_of_memberships_links_and_mentions(world):
    world.add("publications.csv", id="lantern", issued="1995-02", cite="900-4")
    assert dates(world, MIRA, "org/lamp-union") == ([], [])
    assert dates(world, "work/lantern", "org/lamp-union") == ([], [])
    assert dates(world, "org/lamp-union", "work/lamp-page") == ([], [])


def test_rejected_date_is_no_date_of_a_tie(world):
    world.add("events.csv", id="lamp-meeting", date="1997", cite="900-1")
    world.add(
        "resolutions.csv", subject="event/lamp-meeting", property="mk:date", value="1997", status="rejected",
        reason="a slip", decider="the editors", date="2026-11-21",
    )  # fmt: skip
    assert dates(world, "org/lamp-union", "event/lamp-meeting") == (["date/1996"], ["date/1996"])


# What leaves no tie


def opaque(kind, key):
    return f"{kind}/{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def reject(world, subject, prop, cell):
    decided = {"reason": "the page is newer", "decider": "the editors", "date": "2026-11-21"}
    world.add("resolutions.csv", subject=subject, property=prop, value=cell, status="rejected", **decided)


def test_rejected_claims_make_no_tie(world):
    reject(world, "event/lamp-meeting", "mk:organiser", "org/lamp-union")
    assert ("org/lamp-union", "mk:organiser", "event/lamp-meeting", "participation") not in ties(world)
    assert len(ties(world)) == len(WORLD) - 1


def test_rejected_end_is_left_and_the_other_one_stays(world):
    world.add("links.csv", id="lantern-documents-union", to="place/copenhagen", cite="900-1")
    reject(world, opaque("link", "lantern-documents-union"), "mk:to", "place/copenhagen")
    assert ties(world) == WORLD


@pytest.mark.parametrize("certainty", ["", "implied"])
def test_somebody_withdrawn_leaves_no_tie(world, certainty):
    table, cells, _ = RELATIONS["participation"]
    world.add(table, id="x", **cells, cite="900-4", certainty=certainty)
    world.add("withdrawals.csv", iri="bbbb2222", date="2026-11-21", reason="safety")
    assert ties(world) == {ends: told for ends, told in WORLD.items() if TOMAS not in ends}


# Names


def test_name_of_a_tie_is_the_same_in_every_build_and_holds_no_key(world):
    first = set(nodes(sound(world)))
    world.add("mentions.csv", id="a-new-row", thing="place/copenhagen", work="lamp-page", as_="named", cite="900-2")
    second = set(nodes(sound(world)))
    assert first < second
    assert len(second - first) == 1
    assert all(len(name) == len("tie/") + 16 for name in second)


def test_name_of_a_tie_does_not_depend_on_who_says_so(world):
    first = set(nodes(sound(world)))
    world.add("memberships.csv", id="solberg-chair", role="leader", start="1994", cite="900-1")
    assert set(nodes(sound(world))) == first


def test_same_ends_in_two_relations_are_two_ties(world):
    for key in ("one", "two"):
        world.add("mentions.csv", id=key, thing="person/tomas-quill", work="lamp-page", as_="named", cite="900-4")
    made = [told for told in nodes(sound(world)).values() if told["mk:tieFrom"] == [TOMAS]]
    assert [told["mk:tieKind"] for told in made if told["mk:tieGroup"] == ["mention"]] == [
        ["concept/mention-kind/named"]
    ] * 2


def test_ties_stand_among_the_claims_and_not_among_the_facts(world):
    graph = sound(world)
    assert nodes(graph)
    assert not [triple for triple in graph.facts if triple.subject.startswith("<https://w3id.org/movement-kg/tie/")]
