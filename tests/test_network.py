"""Networks: what each projection joins, what each filter leaves, neighbourhoods, paths, growth, and what is saved."""

from __future__ import annotations

import csv
import json
import shutil
from xml.etree import ElementTree

import networkx
import pytest
from world import make_world

from movement_kg import assets, network
from movement_kg.build import build
from movement_kg.draw import Network
from movement_kg.draw import places as places_of
from movement_kg.errors import RequestError
from movement_kg.finished import Recipe
from movement_kg.knowledge_graph import KnowledgeGraph
from movement_kg.network.growth import COLUMNS, growth
from movement_kg.network.paths import table

MIRA, TOMAS = "person/aaaa1111", "person/bbbb2222"
UNION, ROOMS, HOUSE, BUS = "org/lamp-union", "org/warm-rooms", "org/quiet-house", "org/night-bus"
MEETING, LANTERN, SHELTERS = "event/lamp-meeting", "work/lantern", "provision/night-shelters"
PAGE, DENMARK, NORWAY = "work/lamp-page", "country/DK", "country/NO"
COPENHAGEN, HARM_REDUCTION, POSITION = "place/copenhagen", "concept/theme/harm-reduction", "position/warm-rooms"

#: What the tests add to the tiny world: organisations by key, name and what is said of them, then rows of other tables.
ORGANISATIONS = [
    ("warm-rooms", "Warm Rooms", {"country": "NO", "founded": "2001"}),
    ("quiet-house", "Quiet House", {"country": "DK"}),
    ("night-bus", "Night Bus", {}),
    ("alone", "Alone", {}),
]
ROWS = """\
memberships    id=m1 person=mira-solberg organisation=warm-rooms role=member cite=900-4
memberships    id=m2 person=tomas-quill organisation=quiet-house role=member cite=900-4 certainty=implied
memberships    id=m3 person=tomas-quill organisation=lamp-union role=member cite=900-5
links          id=l1 from=org/warm-rooms kind=partner to=org/lamp-union start=2005 end=2010 cite=900-2
links          id=l2 from=org/quiet-house kind=supports to=org/lamp-union cite=900-6 certainty=implied
links          id=l3 from=person/mira-solberg kind=spouse to=person/tomas-quill cite=900-3
links          id=l4 from=org/night-bus kind=active-in to=country/NO cite=901-1
participations id=p1 event=lamp-meeting agent=org/quiet-house role=participant cite=900-5
participations id=p2 event=lamp-meeting agent=org/night-bus role=speaker cite=901-1
contributions  id=c1 publication=lantern agent=org/lamp-union role=publisher cite=900-4
contributions  id=c2 publication=lantern agent=org/quiet-house role=funder cite=900-4
publications   id=lantern issued=1995-02 cite=900-4
topics         subject=work/lantern topic=concept/theme/harm-reduction cite=900-4
topics         subject=org/night-bus topic=concept/theme/human-rights cite=901-1
"""
#: A second source with one passage.
SOURCE = f"other-page,901,web-page,Another page,en,,,,,invented for a test,free to use,other.txt,{'0' * 64}\n"
PASSAGE = f"901-1,other-page,sentence 1,0,9,{'1' * 64},\n"


def organisation(world, key, name, cite="900-2", **cells):
    world.add("organisations.csv", id=key, kind="user-organisation", cite=cite, **cells)
    world.add("names.csv", subject=f"org/{key}", name=name, language="en", kind="preferred", cite=cite)


def rows(world, text):
    """Add rows, a line each: the table and its cells."""
    for line in text.splitlines():
        table, *cells = line.split()
        world.add(f"{table}.csv", **{f"{name}_": cell for name, cell in (pair.split("=") for pair in cells)})


def opened(world):
    """The graph of a sound world, with the project's own queries."""
    assert world.problems() == []
    return KnowledgeGraph(build(Recipe(world.data, assets.ontology(), assets.queries()), world.out))


@pytest.fixture(scope="module")
def larger(tmp_path_factory):
    """The tiny world with four organisations more, and what joins them; opened."""
    world = make_world(tmp_path_factory.mktemp("larger"))
    world.append("sources.csv", SOURCE)
    world.append("citations.csv", PASSAGE)
    for key, name, cells in ORGANISATIONS:
        organisation(world, key, name, **cells)
    rows(world, ROWS)
    with opened(world) as graph:
        yield graph


def edges(found):
    return sorted(found.edges(keys=True))


def only(found):
    """The attributes of the only edge."""
    ((*_, attributes),) = found.edges(data=True)
    return attributes


#: What joins the organisations, where nothing is filtered.
ORGANISATIONS_JOINED = [
    (UNION, BUS, "shared-events"),
    (UNION, HOUSE, "shared-events"),
    (UNION, HOUSE, "shared-publications"),
    (UNION, ROOMS, "partner"),
    (UNION, ROOMS, "shared-people"),
    (BUS, HOUSE, "shared-events"),
    (HOUSE, UNION, "supports"),
]

# Projections


def test_organisations(larger):
    assert edges(larger.network("organisations")) == ORGANISATIONS_JOINED


def test_organisations_are_the_default(larger):
    assert edges(larger.network()) == ORGANISATIONS_JOINED


def test_people(larger):
    found = larger.network("people")
    assert edges(found) == [(MIRA, TOMAS, "shared-organisations")]
    assert only(found)["via"] == ["River Lamp Union (Mira Solberg: leader, Tomas Quill: member)"]


def test_people_and_organisations(larger):
    assert edges(larger.network("people-organisations")) == [
        (MIRA, UNION, "leader"),
        (MIRA, ROOMS, "member"),
        (TOMAS, UNION, "member"),
    ]


def test_organisations_and_countries(larger):
    found = larger.network("organisations-countries")
    assert edges(found) == [
        (UNION, DENMARK, "place"),
        (BUS, NORWAY, "active-in"),
        (HOUSE, DENMARK, "country"),
        (ROOMS, NORWAY, "country"),
    ]
    assert found.edges[UNION, DENMARK, "place"]["via"] == ["Copenhagen"]
    assert {group for *_, group in found.edges(data="group")} == {"property", "link"}


def test_publications_and_themes(larger):
    found = larger.network("publications-themes")
    assert edges(found) == [(LANTERN, HARM_REDUCTION, "subject")]
    assert only(found)["label"] == "topic"


EVERYTHING = {
    ("figure/lamp-meeting-guests", MEETING, "subject"),
    (UNION, MEETING, "organiser"),
    (UNION, COPENHAGEN, "place"),
    (UNION, PAGE, "in-heading"),
    (MIRA, UNION, "leader"),
    (TOMAS, LANTERN, "author"),
    (COPENHAGEN, DENMARK, "country"),
    (POSITION, HARM_REDUCTION, "theme"),
    (POSITION, UNION, "holder"),
    (SHELTERS, HARM_REDUCTION, "theme"),
    (SHELTERS, DENMARK, "jurisdiction"),
    (LANTERN, UNION, "documents"),
}


def test_everything_in_the_tiny_world(world):
    with opened(world) as graph:
        found = graph.network("everything")
    assert {*edges(found)} - {(MEETING, UNION, "organiser")} == EVERYTHING  # without the double, which is below
    assert {kind for _, kind in found.nodes(data="kind")} == {
        "country", "event", "figure", "organisation", "person", "place", "position", "provision", "publication", "theme",
    }  # fmt: skip


def test_one_claim_is_one_edge(world):
    with opened(world) as graph:
        found = graph.network("everything", kind="organiser")
    assert edges(found) == [(UNION, MEETING, "organiser")]


# Attributes


def test_attributes_of_the_network(larger):
    found = larger.network()
    assert found.graph["projection"] == "organisations"
    assert found.graph["title"] == "Organisations and what joins them"
    assert found.graph["filters"] == {}
    assert found.graph["version"] == larger.info["version"]
    assert found.graph["content"] == larger.info["content"][:12]
    assert found.graph["sources"] == {"900": "A page about the River Lamp Union", "901": "Another page"}
    assert found.graph["passages"] == {
        "900-2": {"source": "900", "locator": "sentence 2"},
        "900-3": {"source": "900", "locator": "sentence 3"},
        "900-4": {"source": "900", "locator": "sentence 4"},
        "900-5": {"source": "900", "locator": "sentence 5"},
        "900-6": {"source": "900", "locator": "sentence 6"},
        "901-1": {"source": "901", "locator": "sentence 1"},
    }
    assert found.graph["countries"] == {"DK": "Denmark", "NO": "Norway"}
    assert found.graph["isolates"] == 1
    assert found.graph["caveats"][0].startswith("This network shows what 2 documents say, not what there was: ")


def test_attributes_of_nodes(larger):
    found = larger.network()
    assert found.nodes[UNION] == {
        "iri": "https://w3id.org/movement-kg/org/lamp-union",
        "label": "River Lamp Union",
        "short": "River Lamp Union",
        "kind": "organisation",
        "type": "organisation of people who use drugs",
        "countries": ["DK"],
        "start": "1994-01-01",
        "begun_by": "1994-12-31",
    }
    assert found.nodes[BUS]["countries"] == []
    assert {"start", "begun_by", "end"}.isdisjoint(found.nodes[BUS])


def test_short_name_of_a_node_is_its_acronym(world):
    world.add("names.csv", subject="org/lamp-union", name="RLU", language="en", kind="acronym", cite="900-2")
    with opened(world) as graph:
        found = graph.network("people-organisations")
    assert (found.nodes[UNION]["label"], found.nodes[UNION]["short"]) == ("River Lamp Union", "RLU")


def test_stated_link(larger):
    found = larger.network()
    assert found.edges[UNION, ROOMS, "partner"] == {
        "kind": "partner",
        "label": "partner of",
        "group": "link",
        "weight": 1,
        "directed": False,
        "certainty": "explicit",
        "disputed": False,
        "via": [],
        "citations": ["900-2"],
        "start": "2005-01-01",
        "begun_by": "2005-12-31",
        "end": "2010-12-31",
    }
    supports = found.edges[HOUSE, UNION, "supports"]
    assert (supports["directed"], supports["certainty"], supports["citations"]) == (True, "implied", ["900-6"])


def test_shared_people_cite_both_memberships(larger):
    shared = larger.network().edges[UNION, ROOMS, "shared-people"]
    assert (shared["weight"], shared["directed"], shared["group"]) == (1, False, "shared-people")
    assert shared["via"] == ["Mira Solberg (River Lamp Union: leader, Warm Rooms: member)"]
    assert shared["citations"] == ["900-3", "900-4"]


def test_shared_event_cites_both_parts_and_is_when_the_event_is(larger):
    shared = larger.network().edges[UNION, BUS, "shared-events"]
    assert shared["via"] == ["A gathering of members and visitors. (River Lamp Union: organiser, Night Bus: speaker)"]
    assert shared["citations"] == ["900-5", "901-1"]
    assert (shared["start"], shared["begun_by"], shared["end"]) == ("1996-01-01", "1996-12-31", "1996-12-31")


def test_shared_publication_begins_with_its_issue(larger):
    shared = larger.network().edges[UNION, HOUSE, "shared-publications"]
    assert shared["via"] == ["The Lantern (River Lamp Union: publisher, Quiet House: funder)"]
    assert shared["citations"] == ["900-4"]
    assert (shared["start"], shared["begun_by"], shared.get("end")) == ("1995-02-01", "1995-02-28", None)


def test_weight_is_the_number_of_things_shared(world):
    organisation(world, "night-bus", "Night Bus")
    world.add("participations.csv", id="p1", event="lamp-meeting", agent="org/night-bus", role="speaker", cite="900-5")
    world.add(
        "participations.csv", id="p2", event="lamp-meeting", agent="org/night-bus", role="participant", cite="900-5"
    )
    world.add(
        "events.csv", id="vigil", kind="protest", organiser="org/lamp-union", description="A vigil.", cite="900-6"
    )
    world.add("participations.csv", id="p3", event="vigil", agent="org/night-bus", role="participant", cite="900-7")
    with opened(world) as graph:
        shared = only(graph.network())
    assert shared["weight"] == 2
    assert shared["via"] == [
        "A gathering of members and visitors. (River Lamp Union: organiser, Night Bus: participant; "
        "River Lamp Union: organiser, Night Bus: speaker)",
        "A vigil. (River Lamp Union: organiser, Night Bus: participant)",
    ]
    assert shared["citations"] == ["900-5", "900-6", "900-7"]
    assert {"begun_by", "end"}.isdisjoint(shared)  # one of the two has no date


def test_who_acts_for_two_organisations_joins_them(world):
    organisation(world, "night-bus", "Night Bus")
    cells = {"event": "lamp-meeting", "agent": "person/mira-solberg", "role": "speaker", "on_behalf_of": "night-bus"}
    world.add("participations.csv", id="p1", **cells, cite="900-5")
    with opened(world) as graph:
        found = graph.network()
        people = graph.network("people-organisations")
    assert edges(found) == [(UNION, BUS, "shared-events"), (UNION, BUS, "shared-people")]
    assert found.edges[UNION, BUS, "shared-people"]["via"] == [
        "Mira Solberg (River Lamp Union: leader, Night Bus: on behalf of)"
    ]
    assert edges(people) == [(MIRA, UNION, "leader"), (MIRA, BUS, "on-behalf-of")]


def test_country_of_a_place_is_as_certain_as_what_says_so(world):
    world.replace("places.csv", "DK,,900-2,,,", "DK,,900-6,implied,,")
    with opened(world) as graph:
        place = only(graph.network("organisations-countries"))
    assert (place["certainty"], place["citations"]) == ("implied", ["900-2", "900-6"])


def test_part_in_an_event_ends_with_the_event(world):
    with opened(world) as graph:
        found = graph.network("everything", kind=["organiser", "subject"])
        ends = {edge[:3]: edge[3] for edge in found.edges(keys=True, data="end")}
        assert ends[UNION, MEETING, "organiser"] == "1996-12-31"
        assert ends["figure/lamp-meeting-guests", MEETING, "subject"] == "1996-12-31"
        assert edges(graph.network("everything", kind="organiser", since="1996-12")) == [(UNION, MEETING, "organiser")]
        with pytest.raises(RequestError, match="without since there is 1 edge"):
            graph.network("everything", kind="organiser", since="1997")


def test_shared_people_end_with_their_memberships(world):
    organisation(world, "night-bus", "Night Bus")
    world.add("memberships.csv", id="solberg-chair", role="leader", end="1999", cite="900-3")
    rows(world, "memberships id=m1 person=mira-solberg organisation=night-bus role=member end=1998 cite=900-4")
    with opened(world) as graph:
        assert edges(graph.network(since="1998")) == [(UNION, BUS, "shared-people")]
        with pytest.raises(RequestError, match="no edge is left"):
            graph.network(since="2005")


def test_people_share_events(world):
    for key, person in (("p1", "person/mira-solberg"), ("p2", "person/tomas-quill")):
        world.add("participations.csv", id=key, event="lamp-meeting", agent=person, role="participant", cite="900-5")
    with opened(world) as graph:
        found = graph.network("people")
    assert edges(found) == [(MIRA, TOMAS, "shared-events")]


def test_dispute_marks_the_edge(world):
    world.add("places.csv", id="copenhagen", within="country/DK", cite="900-2")
    world.add("places.csv", id="copenhagen", within="country/NO", cite="900-6")
    with opened(world) as graph:
        found = graph.network("everything", kind=["within", "country"])
    assert {edge[:3]: edge[3] for edge in found.edges(keys=True, data="disputed")} == {
        (COPENHAGEN, DENMARK, "within"): True,
        (COPENHAGEN, NORWAY, "within"): True,
        (COPENHAGEN, DENMARK, "country"): False,
    }


def test_caveat_speaks_of_one_document_in_the_singular(world):
    with opened(world) as graph:
        found = graph.network("people-organisations")
    assert found.graph["caveats"][0].startswith("This network shows what one document says, not what there was")


# What stays hidden


def test_what_is_only_implied_of_people_needs_certainty_any(larger):
    assert (TOMAS, HOUSE, "member") not in edges(larger.network("people-organisations"))
    found = larger.network("people-organisations", certainty="any")
    assert found.edges[TOMAS, HOUSE, "member"]["certainty"] == "implied"
    shared = larger.network(certainty="any").edges[UNION, HOUSE, "shared-people"]
    assert (shared["certainty"], shared["via"]) == ("implied", ["Tomas Quill (both member)"])


@pytest.mark.parametrize("projection", ["people", "everything"])
@pytest.mark.parametrize("filters", [{}, {"certainty": "any"}, {"certainty": "explicit"}, {"source": "900"}], ids=str)
def test_marriage_stays_out(larger, projection, filters):
    assert "spouse" not in {kind for *_, kind in edges(larger.network(projection, **filters))}


@pytest.mark.parametrize("projection", ["people", "everything"])
def test_marriage_that_is_asked_for(larger, projection):
    assert edges(larger.network(projection, kind="spouse")) == [(MIRA, TOMAS, "spouse")]
    assert only(larger.network(projection, kind="spouse"))["directed"] is False


def test_marriage_beside_another_kind(larger):
    assert edges(larger.network("people", kind=["spouse", "shared-organisations"])) == [
        (MIRA, TOMAS, "shared-organisations"),
        (MIRA, TOMAS, "spouse"),
    ]


def test_another_kind_brings_no_marriage(larger):
    assert edges(larger.network("people", kind="shared-organisations")) == [(MIRA, TOMAS, "shared-organisations")]


# Filters

FILTERED = [
    ({"kind": "partner"}, [3]),
    ({"kind": ["partner", "supports"]}, [3, 6]),
    ({"kind": "shared-events"}, [0, 1, 5]),
    ({"country": "NO"}, [3, 4]),
    ({"country": "no"}, [3, 4]),
    ({"country": "Norway"}, [3, 4]),
    ({"country": "Noruega"}, [3, 4]),
    ({"country": "country/NO"}, [3, 4]),
    ({"country": "Denmark"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"country": ["NO", "DK"]}, [0, 1, 2, 3, 4, 5, 6]),
    ({"country": "NO", "kind": "partner"}, [3]),
    ({"region": "Northern Europe"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"region": "region/m49-150", "country": "NO"}, [3, 4]),
    ({"theme": "human-rights"}, [0, 5]),
    ({"theme": "Human rights"}, [0, 5]),
    ({"theme": "concept/theme/human-rights"}, [0, 5]),
    ({"theme": "human-rights", "country": "NO"}, []),
    ({"until": "1994"}, [6]),
    ({"until": "1995"}, [2, 6]),
    ({"until": "1995-01"}, [6]),
    ({"until": "1996"}, [0, 1, 2, 5, 6]),
    ({"until": "2001"}, [0, 1, 2, 4, 5, 6]),
    ({"since": "1997"}, [2, 3, 4, 6]),
    ({"since": "2011"}, [2, 4, 6]),
    ({"since": "1996-12"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"since": "1997", "until": "2004"}, [2, 4, 6]),
    ({"since": "199X", "until": "199X"}, [0, 1, 2, 5, 6]),
    ({"certainty": "explicit"}, [0, 1, 2, 3, 4, 5]),
    ({"certainty": "asserted"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"min_weight": 1}, [0, 1, 2, 3, 4, 5, 6]),
    ({"source": "900", "kind": ["partner", "shared-people"]}, [3, 4]),
    ({"source": ["900", "901"]}, [0, 1, 2, 3, 4, 5, 6]),
]


@pytest.mark.parametrize(("filters", "left"), FILTERED, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_filter_of_organisations(larger, filters, left):
    """`left` are places in ORGANISATIONS_JOINED."""
    if left:
        assert edges(larger.network(**filters)) == [ORGANISATIONS_JOINED[place] for place in left]
    else:
        with pytest.raises(RequestError, match="no edge is left"):
            larger.network(**filters)


@pytest.mark.parametrize(
    ("projection", "filters", "left"),
    [
        ("people-organisations", {"country": "NO"}, [(MIRA, ROOMS, "member")]),
        ("people-organisations", {"until": "2000"}, [(MIRA, UNION, "leader"), (TOMAS, UNION, "member")]),
        ("organisations-countries", {"country": "NO"}, [(BUS, NORWAY, "active-in"), (ROOMS, NORWAY, "country")]),
        ("organisations-countries", {"source": "901"}, [(BUS, NORWAY, "active-in")]),
        ("organisations-countries", {"kind": "place"}, [(UNION, DENMARK, "place")]),
        ("publications-themes", {"theme": "harm-reduction"}, [(LANTERN, HARM_REDUCTION, "subject")]),
        ("publications-themes", {"since": "1800", "until": "1995-02"}, [(LANTERN, HARM_REDUCTION, "subject")]),
        ("everything", {"country": "NO", "until": "2000"}, [(BUS, NORWAY, "active-in")]),
    ],
)
def test_filter_of_another_projection(larger, projection, filters, left):
    assert edges(larger.network(projection, **filters)) == left


def test_numbers_may_be_numbers(larger):
    assert edges(larger.network("organisations-countries", source=901)) == [(BUS, NORWAY, "active-in")]
    assert edges(larger.network(source=[900, 901])) == ORGANISATIONS_JOINED
    assert edges(larger.network(since=2011)) == edges(larger.network(since="2011"))
    with pytest.raises(RequestError, match="there is no source '002'"):
        larger.network(source=2)


def test_source_filter_leaves_what_the_source_says_alone(larger):
    with pytest.raises(RequestError, match="no edge is left"):
        larger.network(source="901")


def test_implied_ties_of_organisations_are_no_explicit_ones(larger):
    assert {certainty for *_, certainty in larger.network(certainty="explicit").edges(data="certainty")} == {"explicit"}


def test_source_filter_keeps_the_passages_of_the_source_only(larger):
    found = larger.network("organisations-countries", source="901")
    assert list(found.graph["passages"]) == ["901-1"]
    assert found.graph["sources"] == {"900": "A page about the River Lamp Union", "901": "Another page"}


def test_no_edge_begins_before_both_its_ends_do(world):
    organisation(world, "warm-rooms", "Warm Rooms", founded="2001")
    world.add("participations.csv", id="p1", event="lamp-meeting", agent="org/warm-rooms", role="speaker", cite="900-5")
    with opened(world) as graph:
        assert only(graph.network())["start"] == "2001-01-01"
        with pytest.raises(RequestError, match="without until there is 1 edge"):
            graph.network(until="1996")


def test_least_weight(world):
    organisation(world, "night-bus", "Night Bus")
    organisation(world, "warm-rooms", "Warm Rooms")
    world.add(
        "events.csv", id="vigil", kind="protest", organiser="org/lamp-union", description="A vigil.", cite="900-6"
    )
    rows(
        world,
        """\
participations id=p1 event=lamp-meeting agent=org/night-bus role=speaker cite=900-5
participations id=p2 event=vigil agent=org/night-bus role=speaker cite=900-6
participations id=p3 event=vigil agent=org/warm-rooms role=speaker cite=900-6
""",
    )
    with opened(world) as graph:
        weights = {(source, target): weight for source, target, weight in graph.network().edges(data="weight")}
        assert weights == {(UNION, BUS): 2, (UNION, ROOMS): 1, (BUS, ROOMS): 1}
        assert list(graph.network(min_weight=2).nodes) == [UNION, BUS]
        assert only(graph.network(min_weight=2))["weight"] == 2


def test_filters_are_told(larger):
    found = larger.network(kind=["partner", "supports"], country="NO", until="2010", certainty="any", min_weight=1)
    assert found.graph["filters"] == {
        "kind": "partner or supports",
        "country": "NO",
        "until": "2010",
        "certainty": "any",
    }
    assert found.graph["isolates"] == 0


# What there is not


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"projection": "organisation"}, "there is no projection 'organisation'; did you mean 'organisations'?"),
        ({"projection": "xyz"}, "there is no projection 'xyz' (there are organisations, people-organisations, people,"),
        ({"kind": "partnr"}, "no edge of the kind 'partnr'; did you mean 'partner'? (it has partner, shared-events,"),
        ({"kind": ["partner", "sopports"]}, "no edge of the kind 'sopports'; did you mean 'supports'?"),
        ({"country": "Norwy"}, "nothing is called 'Norwy'; did you mean 'Norway'?"),
        ({"country": "Night Bus"}, "'Night Bus' is no country (it is org/night-bus)"),
        ({"region": "Norway"}, "'Norway' is no region (it is country/NO)"),
        ({"theme": "humanrights"}, "nothing is called 'humanrights'; did you mean"),
        ({"theme": "Norway"}, "'Norway' is no theme (it is country/NO)"),
        ({"since": "2000", "until": "1990"}, "the period ends before it begins: since 2000, until 1990"),
        ({"since": "soon"}, "since cannot be 'soon': must be a date such as 1981"),
        ({"until": "2018-02-30"}, "until cannot be '2018-02-30': there is no day 30 in February 2018"),
        ({"since": "../1990"}, "since cannot be '../1990': that end of the date is open"),
        ({"until": "1990/.."}, "until cannot be '1990/..': that end of the date is open"),
        ({"certainty": "explicitt"}, "certainty cannot be 'explicitt'; did you mean 'explicit'? (there are explicit,"),
        ({"min_weight": -1}, "the least weight must be 1 or more (got -1)"),
        ({"contry": "NO"}, "there is no filter 'contry'; did you mean 'country'? (there are certainty, country,"),
        ({"ego": "Nigth Bus"}, "nothing is called 'Nigth Bus'; did you mean 'Night Bus'?"),
        ({"ego": "Alone"}, "'org/alone' is no node of this network"),
        ({"ego": "Night Bus", "depth": 0}, "the depth must be 1 or more (got 0)"),
        ({"until": "1990"}, "no edge is left: without until there are 7 edges"),
        ({"min_weight": 9}, "no edge is left: without min weight there are 7 edges"),
        ({"source": "999"}, "there is no source '999' (there are 900, 901)"),
        ({"source": ["900", "999"]}, "there is no source '999' (there are 900, 901)"),
        ({"source": "4"}, "there is no source '004'"),
        ({"kind": "partner", "until": "1995"}, "no edge is left: without kind there are 2 edges; without until there is"),
        ({"kind": "supports", "country": "NO", "until": "1990"}, "no single filter is to blame; take away several"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_request_says_what_there_is(larger, asked, said):
    with pytest.raises(RequestError) as fault:
        larger.network(**asked)
    assert said in str(fault.value)


def test_graph_without_ties_says_so(world):
    with opened(world) as graph, pytest.raises(RequestError, match="no edge is left: the graph has no such ties"):
        graph.network("people")


# Neighbourhoods and cores


def test_ego(larger):
    found = larger.network(ego="Warm Rooms")
    assert list(found.nodes) == [UNION, ROOMS]
    assert edges(found) == [ORGANISATIONS_JOINED[3], ORGANISATIONS_JOINED[4]]
    assert found.graph["filters"] == {"ego": "Warm Rooms, depth 1"}
    assert edges(larger.network(ego="org/warm-rooms", depth=2)) == ORGANISATIONS_JOINED


def test_ego_goes_against_directions_too(larger):
    assert set(larger.network(kind="supports", ego="River Lamp Union").nodes) == {UNION, HOUSE}


def test_ego_has_no_count_of_things_without_edges(larger):
    assert larger.network(ego="Warm Rooms").graph["isolates"] == 0


def test_ego_keeps_filters(larger):
    assert larger.network(ego="Warm Rooms", until="2010").graph["filters"] == {
        "until": "2010",
        "ego": "Warm Rooms, depth 1",
    }


def test_core_keeps_what_a_measure_ranks_first(larger):
    whole = larger.network()
    found = whole.core(3)
    assert list(found.nodes) == [UNION, BUS, HOUSE]  # three, two, two and one neighbours
    assert found.graph["core"] == {"shown": 3, "of": 4, "measure": "degree"}
    assert found.graph["filters"] == {"core": "3 nodes of greatest degree"}
    assert larger.network(until="2010").core(3).graph["filters"] == {
        "until": "2010",
        "core": "3 nodes of greatest degree",
    }
    assert edges(found) == [edge for edge in ORGANISATIONS_JOINED if ROOMS not in edge]
    assert len(whole) == 4
    assert "core" not in whole.graph
    assert whole.graph["filters"] == {}


def test_core_keeps_nodes_without_edges_between():
    graph = made([("a", "b"), ("c", "d"), ("c", "e"), ("a", "f")])
    found = network.core(graph, 2)
    assert set(found) == {"a", "c"}
    assert edges(found) == []
    assert found.graph["core"] == {"shown": 2, "of": 6, "measure": "degree"}


def test_caveats_of_a_part_are_its_own(larger):
    whole = larger.network("organisations-countries")
    assert whole.graph["caveats"][0].startswith("This network shows what 2 documents say")
    assert whole.ego("Quiet House").graph["caveats"][0].startswith("This network shows what one document says")
    assert whole.core(3).graph["caveats"][0].startswith("This network shows what one document says")
    assert larger.network("organisations-countries").graph["caveats"] == whole.graph["caveats"]


def test_core_by_what_ranks_no_nodes(larger):
    with pytest.raises(RequestError, match="bridges does not rank nodes \\(these do: degree, strength, betweenness"):
        larger.network().core(3, "bridges")
    with pytest.raises(RequestError, match="there is no measure 'betweeness'; did you mean 'betweenness'"):
        larger.network().core(3, "betweeness")


# Names of nodes


@pytest.mark.parametrize("name", [ROOMS, "https://w3id.org/movement-kg/org/warm-rooms", "Warm Rooms", "warm rooms"])
def test_a_network_knows_its_nodes_by_name(larger, name):
    found = larger.network()
    assert found.find(name) == ROOMS
    assert set(found.ego(name)) == {UNION, ROOMS}
    assert found.paths(name, "Night Bus") == [[ROOMS, UNION, BUS]]


def test_a_name_that_no_node_has(larger):
    found = larger.network()
    for ask in (found.find, found.ego, lambda name: found.paths(name, BUS), lambda name: found.paths(BUS, name)):
        with pytest.raises(RequestError, match="^'Nigth Bus' is no node of this network; did you mean 'Night Bus'"):
            ask("Nigth Bus")


def test_a_name_that_several_nodes_have(world):
    organisation(world, "night-bus", "Night Bus")
    organisation(world, "other-bus", "Night Bus")
    rows(world, "links id=l1 from=org/night-bus kind=partner to=org/other-bus cite=900-2")
    with opened(world) as graph:
        found = graph.network()
    with pytest.raises(
        RequestError, match=r"^'Night Bus' is several nodes of this network \(org/night-bus, org/other-bus\)"
    ):
        found.find("Night Bus")


# Paths


def made(pairs, *, directed=False, **nodes):
    """A network by hand: edges between names, and the years by which they and the nodes had begun."""
    graph = networkx.MultiDiGraph()
    for name in sorted({end for pair in pairs for end in pair[:2]} | set(nodes)):
        year = dated(nodes[name]) if nodes.get(name) else {}
        graph.add_node(name, iri=f"https://w3id.org/movement-kg/org/{name}", label=name.upper(), **year)
    for source, target, *year in pairs:
        graph.add_edge(
            source, target, key="link", kind="link", label="joined to", via=[], citations=["1-1"], certainty="explicit",
            weight=1, directed=directed, **(dated(*year) if year else {}),
        )  # fmt: skip
    return graph


def dated(year):
    """What began within the five years that end with this one."""
    return {"start": f"{year - 4}-01-01", "begun_by": f"{year}-12-31"}


#: From a to d by b or by c, then on to e; f and g apart.
DIAMOND = made([("a", "b"), ("b", "d"), ("c", "a"), ("d", "c"), ("d", "e"), ("f", "g")])


def test_shortest_paths():
    assert network.paths(DIAMOND, "a", "e") == [["a", "b", "d", "e"], ["a", "c", "d", "e"]]
    assert network.paths(DIAMOND, "d", "c") == [["d", "c"]]


def test_all_paths_up_to_a_length_shortest_first():
    assert network.paths(DIAMOND, "d", "c", 3) == [["d", "c"], ["d", "b", "a", "c"]]
    assert network.paths(DIAMOND, "d", "c", 2) == [["d", "c"]]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (("a", "f"), "no path leads from A to F in this network; that says what was written down, not what there was"),
        (("a", "e", 2), "no path of 2 steps or fewer leads from A to E in this network"),
        (("a", "a"), "a path needs two different nodes (got A twice)"),
        (("a", "z"), "z has no edge in this network"),
        (("z", "a"), "z has no edge in this network"),
    ],
)
def test_paths_that_there_are_not(ends, said):
    with pytest.raises(RequestError) as fault:
        network.paths(DIAMOND, *ends)
    assert said in str(fault.value)


def test_paths_are_a_thousand_at_most():
    grid = networkx.convert_node_labels_to_integers(networkx.grid_2d_graph(8, 8))
    graph = made([(f"n{a:02}", f"n{b:02}") for a, b in grid.edges])
    found = network.paths(graph, "n00", "n63")
    assert len(found) == 1000  # of 3 432
    assert {len(path) for path in found} == {15}
    assert table(graph, found).notes[0] == "only the first 1000 paths are listed"


def test_path_as_a_table(larger):
    found = larger.network()
    answer = table(found, found.paths(BUS, ROOMS))
    assert [tuple(row.values()) for row in answer] == [
        (1, 1, "https://w3id.org/movement-kg/org/night-bus",
         "took part in the same event: A gathering of members and visitors. "
         "(River Lamp Union: organiser, Night Bus: speaker)",
         "https://w3id.org/movement-kg/org/lamp-union", "900-5 901-1"),
        (1, 2, "https://w3id.org/movement-kg/org/lamp-union",
         "have people in common: Mira Solberg (River Lamp Union: leader, Warm Rooms: member); partner of",
         "https://w3id.org/movement-kg/org/warm-rooms", "900-2 900-3 900-4"),
    ]  # fmt: skip
    assert answer.notes == ["A path shows what was written down; a missing one does not say that two never met."]


def test_path_tells_the_direction_of_what_has_one(larger):
    graph = larger.network(kind=["supports", "partner"])
    there, back = (table(graph, graph.paths(*ends)) for ends in ((HOUSE, ROOMS), (ROOMS, HOUSE)))
    assert [row["joined_by"] for row in there] == ["→ supports (implied)", "partner of"]
    assert [row["joined_by"] for row in back] == ["partner of", "← supports (implied)"]
    both = made([("a", "b"), ("b", "a")], directed=True)
    assert [row["joined_by"] for row in table(both, [["a", "b"]])] == ["← joined to; → joined to"]


# Growth


def test_growth_year_by_year():
    graph = made([("a", "b", 1991), ("b", "c", 1991), ("c", "a", 1994)], a=1990, b=1991, c=1993, d=1992)
    assert COLUMNS == ("year", "nodes", "edges", "components", "largest", "undated_nodes", "undated_edges")
    assert growth(graph) == [
        (1990, 1, 0, 1, 1, 0, 0),
        (1991, 2, 1, 1, 2, 0, 0),
        (1992, 3, 1, 2, 2, 0, 0),
        (1993, 4, 2, 2, 3, 0, 0),
        (1994, 4, 3, 2, 3, 0, 0),
    ]


def test_growth_begins_no_edge_before_both_its_ends():
    assert growth(made([("a", "b", 1990)], a=1991, b=1992)) == [(1991, 1, 0, 1, 1, 0, 0), (1992, 2, 1, 1, 2, 0, 0)]


def test_growth_counts_apart_what_has_no_date():
    graph = made([("a", "b", 1990), ("c", "d")], a=1990, b=1990)
    assert growth(graph) == [(1990, 2, 1, 1, 2, 2, 1)]


def test_growth_counts_an_edge_without_a_date_of_its_own_apart():
    assert growth(made([("a", "b")], a=1990, b=1991)) == [(1990, 1, 0, 1, 1, 0, 1), (1991, 2, 0, 2, 1, 0, 1)]


def test_growth_counts_nothing_by_what_may_have_been_its_first_day():
    graph = made([("a", "b")])
    for told in (graph.nodes["a"], graph.nodes["b"], graph.edges["a", "b", "link"]):
        told["start"] = "1990-01-01"
    assert growth(graph) == []


def test_growth_puts_nothing_without_a_date_into_a_component():
    assert growth(made([("a", "b", 1990)], a=1990)) == [(1990, 1, 1, 1, 1, 1, 0)]


def test_growth_without_dates_is_empty():
    assert growth(made([("a", "b")])) == []


# The class Network


def test_a_network_is_a_networkx_graph(larger):
    found = larger.network()
    assert isinstance(found, networkx.MultiDiGraph)
    assert networkx.number_weakly_connected_components(found) == 1


ENDINGS = {
    "svg": b"<svg",
    "png": b"\x89PNG\r\n\x1a\n",
    "html": b"<!doctype html>",
    "gexf": b"<?xml",
    "graphml": b"<graphml",
    "cyjs": b"{",
    "json": b"{",
    "dot": b"",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_saved_by_the_ending_and_the_same_bytes_twice(larger, tmp_path, ending):
    for name in ("one", "two"):
        larger.network().save(tmp_path / f"{name}.{ending}")
    one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one[:20].lower().startswith(ENDINGS[ending].lower())
    assert ending == "png" or b"River Lamp Union" in one


def test_saved_files_are_read_by_networkx(larger, tmp_path):
    found = larger.network()
    found.save(str(tmp_path / "n.gexf"))
    found.save(tmp_path / "n.graphml")
    found.save(tmp_path / "n.json")
    shape = (4, 7)
    for graph in (
        networkx.read_graphml(tmp_path / "n.graphml"),
        networkx.node_link_graph(json.loads((tmp_path / "n.json").read_text("utf-8")), edges="edges"),
    ):
        assert (len(graph), graph.number_of_edges()) == shape
    root = ElementTree.parse(tmp_path / "n.gexf").getroot()
    assert (len(root.findall(".//{*}node")), len(root.findall(".//{*}edge"))) == shape


def test_tables_are_a_folder(larger, tmp_path):
    larger.network().save_tables(str(tmp_path / "a" / "folder"))
    larger.network().save_tables(tmp_path / "b")
    for name in ("nodes.csv", "edges.csv"):
        assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "a" / "folder" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "a" / "folder").iterdir()) == ["edges.csv", "nodes.csv"]
    with (tmp_path / "a" / "folder" / "edges.csv").open(encoding="utf-8", newline="") as file:
        assert len([*csv.DictReader(file)]) == 7


@pytest.mark.parametrize("name", ["n.doc", "n.csv", "n"])
def test_ending_that_names_no_format(larger, tmp_path, name):
    with pytest.raises(RequestError, match=r"no format has this ending \(there are \.svg, .*; save_tables makes CSV\)"):
        larger.network().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["n.svg", "n.gexf"])
def test_file_that_cannot_be_written(larger, tmp_path, name):
    with pytest.raises(RequestError, match=f"{name}: cannot be written \\(No such file or directory\\)"):
        larger.network().save(tmp_path / "no" / name)
    with pytest.raises(RequestError, match="folder: cannot be made \\(Not a directory\\)"):
        (tmp_path / "file").write_text("mine")
        larger.network().save_tables(tmp_path / "file" / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_format_that_there_is_not(larger):
    with pytest.raises(RequestError, match="there is no format 'gefx'; did you mean 'gexf'"):
        larger.network().write("gefx")


def test_notebook_shows_the_picture(larger):
    found = larger.network()
    assert found._repr_svg_() == b"".join(found.write("svg")).decode()
    assert ElementTree.fromstring(found._repr_svg_()).tag == "{http://www.w3.org/2000/svg}svg"


# Maps


def test_filtered_network_stands_on_the_map_of_the_whole(larger):
    whole = larger.network().drawing().positions
    for part in (larger.network(country="NO"), larger.network(ego="Warm Rooms"), larger.network().core(3)):
        assert len(part) < len(whole)
        assert part.drawing().positions == {node: whole[node] for node in part}


def test_fresh_layout_is_of_what_is_left(larger):
    whole = larger.network().drawing().positions
    part = larger.network(kind="shared-events", country="DK", until="1996", fresh=True)
    assert part.drawing().positions == places_of(part)
    assert part.drawing().positions != {node: whole[node] for node in part}


def test_what_the_map_lacks_is_laid_out_by_itself(larger):
    found = larger.network("people-organisations", certainty="any")
    assert HOUSE in found.drawing().positions
    spouses = larger.network("people", kind="spouse")
    assert set(spouses.drawing().positions) == {MIRA, TOMAS}


def test_a_copy_that_networkx_makes_has_no_map(larger):
    copied = larger.network().copy()
    assert isinstance(copied, Network)
    assert copied.map is None
    assert copied.drawing().positions == places_of(copied)


def test_layout_is_kept_beside_the_build_and_read_again(larger):
    folder = larger.build.folder / "layouts"
    shutil.rmtree(folder, ignore_errors=True)
    first = larger.network().drawing().positions
    assert [path.name for path in folder.iterdir()] == ["organisations-asserted.json"]
    kept = json.loads((folder / "organisations-asserted.json").read_text("utf-8"))
    assert {node: tuple(place) for node, place in kept.items()} == first
    moved = {node: [x + 1000, y] for node, (x, y) in kept.items()}
    (folder / "organisations-asserted.json").write_text(json.dumps(moved), "utf-8")
    assert larger.network().drawing().positions == {node: (x + 1000, y) for node, (x, y) in first.items()}
    shutil.rmtree(folder)


@pytest.mark.parametrize("text", ["", "{", '{"org/lamp-union": 1}', '{"org/lamp-union": [1, 2]}'])
def test_layout_file_that_is_broken_or_lacks_nodes_is_no_fault(larger, text):
    folder = larger.build.folder / "layouts"
    folder.mkdir(exist_ok=True)
    (folder / "organisations-asserted.json").write_text(text, "utf-8")
    assert set(larger.network().drawing().positions) == {UNION, ROOMS, HOUSE, BUS}
    shutil.rmtree(folder)


def test_build_that_cannot_be_written_to_is_no_fault(larger):
    shutil.rmtree(larger.build.folder / "layouts", ignore_errors=True)
    (larger.build.folder / "layouts").write_text(
        "no folder", "utf-8"
    )  # root may write into any folder, but not into a file
    assert larger.network().drawing().positions == places_of(larger.network())
    assert (larger.build.folder / "layouts").read_text("utf-8") == "no folder"
    (larger.build.folder / "layouts").unlink()
