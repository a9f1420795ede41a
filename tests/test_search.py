"""The search: beginnings of words in any script, acronyms first, misspellings last, and no text that does harm."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement_kg.errors import RequestError
from movement_kg.search import Hit, Index, fold, write
from movement_kg.vocabulary import BASE, PREFIXES

GRAPH = """
country/DE skos:prefLabel "Alemania"@es
country/DE skos:prefLabel "Germany"@en
country/DE skos:prefLabel "Германия"@ru
country/DE mk:alpha3 "DEU"
concept/stance/supports skos:prefLabel "supports"@en
concept/theme/harm-reduction skos:prefLabel "harm reduction"@en
event/first-meeting dcterms:description "A meeting in Copenhagen of eight groups."@en
event/first-meeting rdfs:label "A meeting in Copenhagen of eight groups."
mention/1 skos:prefLabel "A mention of INPUD"@en
org/harm-board skos:prefLabel "Board of Reduction of Harm"@en
org/inpud mk:acronym "INPUD"@en
org/inpud mk:observedForm "INPUUD"@en
org/inpud skos:prefLabel "International Network of People who Use Drugs"@en
org/inpud-board mk:partOf org/inpud
org/inpud-board skos:prefLabel "INPUD Board"@en
org/junkie-bond skos:prefLabel "Junkie-bond"@nl
org/lodz skos:prefLabel "Związek Łódź"@pl
org/odegard skos:prefLabel "Ødegård \\"Group\\""@no
org/vandu mk:acronym "VANDU"@en
org/vandu skos:prefLabel "Vancouver Area Network of Drug Users"@en
person/h7 dcterms:description "Never to be found."@en
person/h7 mk:personKey "matsouthwell"
person/h7 skos:prefLabel "Mat Southwell"@en
place/copenhagen skos:prefLabel "Copenhagen"@en
place/vancouver skos:prefLabel "Vancouver"@en
work/listing dcterms:title "Vancouver, a listing"@en
"""


def lines(graph: str) -> list[bytes]:
    """Lines of N-Triples from lines with short names."""
    found = []
    for line in filter(None, graph.splitlines()):
        subject, predicate, rest = line.split(" ", 2)
        prefix, _, last = predicate.partition(":")
        term = rest if rest.startswith('"') else f"<{BASE}{rest}>"
        found.append(f"<{BASE}{subject}> <{PREFIXES[prefix]}{last}> {term} .\n".encode())
    return found


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Index:
    path = tmp_path_factory.mktemp("search") / "search.db"
    write(lines(GRAPH), path)
    with Index(path) as opened:
        yield opened


def paths(index: Index, text: str, **options) -> list[str]:
    return [hit.iri.removeprefix(BASE) for hit in index.find(text, **options)]


def test_a_hit_says_what_it_is_and_what_matched(index):
    assert index.find("Alemania") == [Hit(BASE + "country/DE", "Germany", "country", "Alemania", 0.95, "en")]
    assert index.find("alemania", "es-MX") == [Hit(BASE + "country/DE", "Alemania", "country", "", 0.95, "es")]
    assert index.find("junkie", "ru") == [Hit(BASE + "org/junkie-bond", "Junkie-bond", "org", "", 0.9, "nl")]


def test_an_acronym_comes_first_and_what_is_named_more_often_before_the_rest(index):
    assert paths(index, "INPUD") == ["org/inpud", "org/inpud-board"]
    assert paths(index, "inp") == ["org/inpud", "org/inpud-board"]
    assert paths(index, "vandu")[0] == "org/vandu"
    assert paths(index, "vancouver")[0] == "place/vancouver"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("герм", "country/DE"),
        ("ГЕРМАНИЯ", "country/DE"),
        ("lodz", "org/lodz"),
        ("łódź zwią", "org/lodz"),
        ("odegard", "org/odegard"),
        ("ØDEG", "org/odegard"),
        ("inpuud", "org/inpud"),
        ("drug vancouver", "org/vandu"),
        ("inpud people", "org/inpud"),
        ("junkiebond", "org/junkie-bond"),
        ("Junky bond", "org/junkie-bond"),
        ("Junkiebund", "org/junkie-bond"),
        ("Copenhagn", "place/copenhagen"),
        ("penhag", "place/copenhagen"),
        ("Southwel", "person/h7"),
        ("Mat Sothwell", "person/h7"),
        ("h", "concept/theme/harm-reduction"),
        ("harm red", "concept/theme/harm-reduction"),
        ("red harm", "concept/theme/harm-reduction"),
    ],
)
def test_the_right_thing_comes_first(index, typed, first):
    assert paths(index, typed)[0] == first


def test_words_in_any_order_must_all_be_there(index):
    assert paths(index, "of reduction harm") == ["org/harm-board"]
    assert paths(index, "reduction canada") == []


def test_a_description_is_weaker_than_a_name_and_found_by_all_its_words(index):
    assert paths(index, "copenhagen") == ["place/copenhagen", "event/first-meeting"]
    (hit,) = index.find("groups meet")
    assert (hit.name, hit.matched, hit.language, hit.score) == (
        "A meeting in Copenhagen of eight groups.",
        "",
        "en",
        0.5,
    )


def test_kinds_and_limit_choose(index):
    assert paths(index, "vancouver", kinds=["org", "work"]) == ["org/vandu", "work/listing"]
    assert paths(index, "harm", kinds=["theme"]) == ["concept/theme/harm-reduction"]
    assert paths(index, "supports", kinds=["theme"]) == []
    assert paths(index, "vancouver", limit=1) == ["place/vancouver"]
    assert paths(index, "vancouver", limit=0) == paths(index, "vancouver", limit=-1) == []
    assert paths(index, "vancouver", kinds=["mention", "\ud800'"]) == []


@pytest.mark.parametrize("typed", ["", " \t\n", "...", "\x00", '"', "\ud800", "()*"])
def test_a_text_without_words_gives_nothing(index, typed):
    assert index.find(typed) == []


def test_what_is_no_name_is_not_in_the_file(tmp_path):
    path = tmp_path / "search.db"
    write(lines(GRAPH), path)
    held = path.read_bytes().lower()
    assert b"southwell" in held
    for absent in (b"matsouthwell", b"never to be found", b"deu\x00", b"a mention of"):
        assert absent not in held


def test_the_same_lines_give_the_same_bytes(tmp_path):
    for name in ("a.db", "b.db", "b.db"):
        write(lines(GRAPH), tmp_path / name)
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()


HOSTILE = st.text(st.characters() | st.sampled_from("\"'*()-^:+{}\x00\ud800·¤ ") | st.sampled_from("ORANDNEAR inpud"))


@given(HOSTILE, HOSTILE, st.integers(-3, 10**12))
def test_no_text_raises(index, text, language, limit):
    for hit in index.find(text, language, limit, (language,) if language else ()):
        assert hit.kind == language
    assert len(index.find(text, language)) <= 10


@pytest.mark.parametrize("piece", ["a", '"', "inpud ", "(", "\x00", "\ud800", "é", "NEAR(", "a b c "])
def test_a_long_text_is_cut(index, piece):
    assert len(index.find(piece * (10_000 // len(piece)))) <= 10


@pytest.mark.parametrize("typed", ['"inpud" OR "vandu"', "inpud* NOT board", "words:inpud", "^inpud", "{inpud} + x"])
def test_words_of_the_query_language_are_words(index, typed):
    assert all("inpud" not in path or "board" in path for path in paths(index, typed) if path != "org/inpud")
    assert {hit.score for hit in index.find("words:inpud")} <= {0.3, 0.6}


@given(st.text())
def test_folded_words_hold_nothing_that_a_query_could_mean(text):
    assert all(letter.isalnum() and letter not in "·¤" for word in fold(text) for letter in word)


def test_threads_may_ask_at_once(index):
    found = []
    ask = [threading.Thread(target=lambda: found.append(paths(index, "inpud"))) for _ in range(8)]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()
    assert found == [["org/inpud", "org/inpud-board"]] * 8


def test_what_is_no_index_is_refused(tmp_path):
    (tmp_path / "other").write_text("no database, whatever it says")
    for name in ("absent", "other", "%3f?mode=rwc"):
        with pytest.raises(RequestError, match="is no search index"):
            Index(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_path_may_hold_any_character(tmp_path):
    path = tmp_path / "a#b?c%20d é.db"
    write(lines(GRAPH), path)
    with Index(path) as opened:
        assert paths(opened, "inpud")[0] == "org/inpud"


def test_an_empty_graph_has_an_index(tmp_path):
    write([b"\n"], tmp_path / "search.db")
    with Index(tmp_path / "search.db") as opened:
        assert opened.find("inpud") == []


@pytest.fixture(scope="session")
def whole(shipped, tmp_path_factory) -> Index:
    """The index of the shipped graph."""
    path = tmp_path_factory.mktemp("search") / "search.db"
    with (shipped.build.folder / "facts.nt").open("rb") as facts:
        write(facts, path)
    with Index(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("INPUD", "org/inpud"),
        ("vandu", "org/vandu"),
        ("Alemania", "country/DE"),
        ("Германия", "country/DE"),
        ("Junky bond", "org/junkie-bond"),
        ("Junkiebond", "org/junkie-bond"),
        ("Copenhagn", "place/copenhagen"),
        ("un", "org/united-nations"),
        ("harm red", "concept/theme/harm-reduction"),
        ("network vancouver", "org/vandu"),
    ],
)
def test_the_shipped_graph_is_searched(whole, typed, first):
    assert paths(whole, typed)[0] == first


def test_a_person_of_the_shipped_graph_is_found(whole):
    assert {(hit.name, hit.kind) for hit in whole.find("Southwel", limit=1)} == {("Mat Southwell", "person")}
