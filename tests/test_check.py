"""The check: citations against the texts, coverage, borrowed words, passages to cite, and who was withdrawn."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from world import SENTENCES, TEXT

from movement_kg.check import taken_ids
from movement_kg.citations import Span, digest, normalise
from movement_kg.errors import RequestError
from movement_kg.passages import Coverage, find_passages

NORMALISED = normalise(TEXT)
SOLBERG = "aaaa1111"


def cite(world, name, start, end, passage=None, source="lamp-page"):
    """Add a citation; the digest is that of its passage unless another passage is given."""
    found = digest(NORMALISED[start:end] if passage is None else passage)
    world.add("citations.csv", id=name, source=source, locator="x", start=f"{start}", end=f"{end}", digest=found)


# Citations against the texts


def test_valid_citations_are_counted(world):
    findings = world.check(sources=True)
    assert (findings.problems, findings.errors, findings.citations_checked) == ([], [], 7)


def test_without_texts_no_citation_is_verified(world):
    world.replace("citations.csv", digest(NORMALISED[: SENTENCES[0].end]), "0" * 64)
    findings = world.check()
    assert (findings.problems, findings.coverage, findings.citations_checked) == ([], [], 0)


def test_passage_with_another_digest(world):
    right = digest(NORMALISED[: SENTENCES[0].end])
    world.replace("citations.csv", right, "0" * 64)
    assert world.problems(sources=True) == [
        f"data/citations.csv:2: digest: the passage at start–end has another digest (got '{'0' * 64}') [MK031]"
    ]


def test_passage_one_code_point_off(world):
    start, end = SENTENCES[1].start, SENTENCES[1].end
    cite(world, "900-9", start, end - 1, NORMALISED[start:end])
    assert world.problems(sources=True) == [
        "data/citations.csv:9: digest: the passage at start–end has another digest"
        f" (got '{digest(NORMALISED[start:end])}') [MK031]"
    ]


@pytest.mark.parametrize(("start", "end"), [(300, 9999), (9998, 9999), (0, len(NORMALISED) + 1)])
def test_passage_outside_the_text(world, start, end):
    cite(world, "900-9", start, end)
    assert world.problems(sources=True) == [
        f"data/citations.csv:9: end: lies outside the text, which has {len(NORMALISED)} code points (got '{end}') [MK031]"
    ]


@pytest.mark.parametrize(("start", "end"), [(20, 10), (10, 10)])
def test_passage_that_ends_before_it_begins(world, start, end):
    cite(world, "900-9", start, end)
    problems = world.problems()
    assert [problem.partition(": ")[0] for problem in problems] == ["data/citations.csv:9"]
    assert problems[0].endswith(f"must be one whole number below the end (got '{start}') [MK209]")


def test_passage_to_the_very_end_of_the_text(world):
    cite(world, "900-9", SENTENCES[-1].start, len(NORMALISED))
    assert world.problems(sources=True) == []


def test_passage_of_two_sentences(world):
    cite(world, "900-9", SENTENCES[2].start, SENTENCES[3].end)
    assert world.problems(sources=True) == []


def test_passage_of_three_sentences(world):
    cite(world, "900-9", SENTENCES[2].end - 1, SENTENCES[4].start + 1)
    assert world.problems(sources=True) == [
        "data/citations.csv:9: end: spans more than two sentences; cite less (got '900-9') [MK032]"
    ]


def test_text_that_nobody_has(world):
    (world.texts / "lamp.txt").write_text(TEXT.replace("Mira", "Mora"), "utf-8")
    findings = world.check(sources=True)
    assert [str(problem) for problem in findings.problems] == [
        f"data/sources.csv:2: sha256: no text with this digest in {world.texts}"
        f" (looked for lamp.txt and all other .txt files) (got '{digest(NORMALISED)}') [MK030]"
    ]
    assert findings.coverage == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n\r\n"),
        lambda text: text.replace(" ", " \u00a0"),
        lambda text: "\n" + text.rstrip(),
    ],
    ids=["byte order mark", "CRLF", "other blanks", "other ends"],
)
def test_text_under_another_name_in_another_typing_is_recognised(world, change):
    (world.texts / "lamp.txt").unlink()
    (world.texts / "Saved page (1).txt").write_text(change(TEXT), "utf-8")
    assert world.problems(sources=True) == []


def test_folder_of_texts_that_is_none(world):
    (world.texts / "lamp.txt").unlink()
    world.texts.rmdir()
    with pytest.raises(RequestError, match="no such folder; --sources names the folder that holds the texts"):
        world.check(sources=True)


def test_folder_of_tables_that_is_none(world):
    world.data.rename(world.root / "elsewhere")
    with pytest.raises(RequestError, match="no such folder; --data names the folder that holds the tables"):
        world.check()


# Coverage


def test_every_sentence_is_cited_or_left_out(world):
    assert world.check(sources=True).coverage == [Coverage("lamp-page", sentences=8, cited=7, omitted=1)]


def test_sentence_that_nothing_cites_is_listed_with_its_words(world):
    world.replace("provisions.csv", "900-6", "900-7")
    (coverage,) = world.check(sources=True).coverage
    assert (coverage.cited, coverage.omitted) == (6, 1)
    assert coverage.untouched == ((SENTENCES[5], "Denmark closed its night shelters in 1997."),)
    assert coverage.share == 6 / 7


def test_citation_that_no_claim_uses_covers_nothing(world):
    cite(world, "900-8", SENTENCES[-1].start, SENTENCES[-1].end)
    (coverage,) = world.check(sources=True).coverage
    assert (coverage.cited, coverage.omitted, coverage.untouched) == (7, 1, ())


def test_cited_sentence_is_not_counted_as_left_out_too(world):
    world.add(
        "omitted.csv", source="lamp-page", start=f"{SENTENCES[0].start}", end=f"{SENTENCES[0].end}", reason="colour"
    )
    (coverage,) = world.check(sources=True).coverage
    assert (coverage.cited, coverage.omitted) == (7, 1)


def test_omitted_row_that_is_no_sentence(world):
    world.add("omitted.csv", source="lamp-page", start="0", end="5", reason="navigation")
    assert world.problems(sources=True) == [
        "data/omitted.csv:3: start: is no sentence of its source (got '0-5') [MK033]"
    ]


def test_source_in_which_nothing_is_stated_is_wholly_covered():
    assert Coverage("x", sentences=3, cited=0, omitted=3).share == 1.0


# Borrowed words

BORROWED = "union calls for warm rooms that stay open"


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("positions.csv", "text", {"id": "warm-rooms"}),
        ("events.csv", "description", {"id": "lamp-meeting"}),
        ("events.csv", "note", {"id": "lamp-meeting", "date": "1996"}),
        ("events.csv", "nuance", {"id": "lamp-meeting", "date": "1996"}),
    ],
)
def test_eight_words_of_a_source_in_a_row(world, table, column, cells):
    world.add(table, **cells, **{column: f"It says: “{BORROWED.upper()}”, so."}, cite="900-7")
    assert world.problems(sources=True) == [
        f"data/{table}:3: {column}: repeats 8 words of a source in a row; say it in our own words"
        f" (got '{BORROWED}') [MK034]"
    ]


def test_seven_words_of_a_source_are_no_loan(world):
    world.add("events.csv", id="lamp-meeting", description="calls for warm rooms that stay open, again", cite="900-7")
    assert world.problems(sources=True) == []


def test_names_are_not_borrowed(world):
    world.add("names.csv", subject="org/lamp-union", name=BORROWED, language="en", kind="alternative", cite="900-7")
    world.add("events.csv", id="lamp-meeting", description=f"A song called {BORROWED}.", cite="900-7")
    assert world.problems(sources=True) == []


# Passages to cite


def passages(world, words, source="lamp-page", folder=True):
    return [passage.cells for passage in find_passages(world.data, source, words, world.texts if folder else None)]


@pytest.mark.parametrize("source", ["lamp-page", "900"])
def test_whole_sentence_is_named_by_its_number(world, source):
    span = SENTENCES[2]
    assert passages(world, "Mira Solberg chairs the union.", source) == [
        (
            "900-3",
            "lamp-page",
            "sentence 3",
            f"{span.start}",
            f"{span.end}",
            digest("Mira Solberg chairs the union."),
            "",
        )
    ]


def test_part_of_a_sentence_is_named_by_its_place_too(world):
    start = NORMALISED.index("chairs")
    assert passages(world, "CHAIRS  the union") == [
        (f"900-3-{start}", "lamp-page", "sentence 3", f"{start}", f"{start + 16}", digest("chairs the union"), "")
    ]


def test_passage_of_two_sentences_names_both(world):
    ((name, _, locator, start, end, found, _),) = passages(world, "the union. Tomas Quill")
    assert (name, locator) == (f"900-3-4-{start}", "sentence 3 to 4")
    assert digest(NORMALISED[int(start) : int(end)]) == found


def test_every_place_where_the_words_stand_is_given(world):
    found = passages(world, "union")
    assert [cells[2] for cells in found] == ["sentence 1", "sentence 2", "sentence 3", "sentence 5", "sentence 7"]
    assert len({cells[0] for cells in found}) == 5


def test_printed_row_is_one_that_the_check_accepts(world):
    for cells in passages(world, "union"):
        world.append("citations.csv", ",".join(cells) + "\n")
    assert world.problems(sources=True) == []


def test_words_that_do_not_stand_there_bring_the_nearest_passage(world):
    with pytest.raises(RequestError) as caught:
        passages(world, "Tomas Quil wrote its furst newsletter")
    assert str(caught.value) == (
        "the words are not in 'lamp-page'; the nearest passage (95% alike) is: Tomas Quill wrote its first newsletter,"
    )


@pytest.mark.parametrize("words", ["", "  "])
def test_no_words_are_not_found(world, words):
    with pytest.raises(RequestError):
        passages(world, words)


def test_passage_of_three_sentences_is_refused(world):
    with pytest.raises(RequestError, match="the passage spans 3 sentences; a citation may span two"):
        passages(world, NORMALISED[SENTENCES[2].start : SENTENCES[4].end])


def test_unknown_source_brings_the_one_meant(world):
    with pytest.raises(RequestError, match="there is no source 'lamp-pgae'; did you mean 'lamp-page'"):
        passages(world, "union", "lamp-pgae")
    with pytest.raises(RequestError, match=r"there is no source 'zzz' \(there are lamp-page, 900\)"):
        passages(world, "union", "zzz")


def test_passages_need_the_texts(world):
    with pytest.raises(RequestError, match="the texts are needed: name their folder with --sources DIR"):
        passages(world, "union", folder=False)
    (world.texts / "lamp.txt").write_text("another text", "utf-8")
    with pytest.raises(RequestError, match="has the digest of 'lamp-page'"):
        passages(world, "union")


# Withdrawal: one line removes a person


def fill(world):
    """Let Mira Solberg stand in every table in which a person may stand."""
    about = {"cite": "900-3"}
    world.add("names.csv", subject="person/mira-solberg", name="M. Solbergh", language="en", kind="observed", **about)
    world.add("people.csv", id="mira-solberg", deceased="true", **about)
    world.add(
        "links.csv", id="solberg-lamp", from_="person/mira-solberg", kind="inspired", to="org/lamp-union", **about
    )
    world.add(
        "participations.csv",
        id="solberg-1996",
        event="lamp-meeting",
        agent="person/mira-solberg",
        role="speaker",
        **about,
    )
    world.add(
        "contributions.csv",
        id="solberg-edits",
        publication="lantern",
        agent="person/mira-solberg",
        role="editor",
        **about,
    )
    world.add("mentions.csv", id="solberg-named", thing="person/mira-solberg", work="lamp-page", as_="named", **about)
    world.add("events.csv", id="lamp-meeting", organiser="person/mira-solberg", **about)
    world.add(
        "positions.csv", id="warmth", holder="person/mira-solberg", theme="harm-reduction", stance="demands-that",
        text="Heat for all.", **about,
    )  # fmt: skip
    world.add(
        "positions.csv", id="cold", holder="org/lamp-union", theme="harm-reduction", stance="opposes-it",
        text="Not so warm.", contradicts="warmth", **about,
    )  # fmt: skip


def withdraw(world):
    world.add("withdrawals.csv", iri=SOLBERG, date="2026-11-21", reason="request")


def resolve(world, subject, prop, value):
    decided = {"status": "accepted", "reason": "it is the title", "decider": "the editors", "date": "2026-11-21"}
    world.add("resolutions.csv", subject=subject, property=prop, value=value, **decided)


def test_person_stands_in_many_lines_before(world):
    fill(world)
    findings = world.check()
    assert findings.problems == []
    graph = findings.graph.ntriples().decode()
    assert "Mira Solberg" in graph
    assert len([line for line in graph.splitlines() if f"person/{SOLBERG}>" in line]) > 20


def test_one_line_removes_a_person_from_facts_and_claims(world):
    fill(world)
    withdraw(world)
    findings = world.check()
    assert findings.problems == []
    graph = findings.graph.ntriples().decode()
    assert [line.removeprefix("<https://w3id.org/movement-kg/") for line in graph.splitlines() if SOLBERG in line] == [
        f"person/{SOLBERG}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        " <https://w3id.org/movement-kg/ontology/Tombstone> .",
        f"person/{SOLBERG}> <https://w3id.org/movement-kg/ontology/withdrawalReason>"
        " <https://w3id.org/movement-kg/concept/withdrawal-reason/request> .",
        f"person/{SOLBERG}> <https://w3id.org/movement-kg/ontology/withdrawnOn>"
        ' "2026-11-21"^^<http://www.w3.org/2001/XMLSchema#date> .',
    ]
    assert "solberg" not in graph.casefold()
    assert "Heat for all" not in graph


def test_nothing_leads_to_what_went_with_a_person(world):
    fill(world)
    withdraw(world)
    graph = world.check().graph
    subjects = {triple.subject for triple in graph.facts | graph.claim_layer}
    ours = "<https://w3id.org/movement-kg/"
    objects = {t.object for t in graph.facts | graph.claim_layer if t.object.startswith(ours)}
    outside = {term for term in objects - subjects if not term.startswith((ours + "ontology/", ours + "scheme/"))}
    assert outside == set()


def test_withdrawal_reaches_the_build(world):
    fill(world)
    world.build()
    withdraw(world)
    made = world.build()
    for path in made.folder.rglob("*"):
        assert path.is_dir() or b"solberg" not in path.read_bytes().lower(), path.name


@pytest.mark.parametrize(
    ("table", "cells", "where"),
    [
        ("organisations.csv", {"id": "lamp-union", "description": "Led by Mira Solberg."}, "3: description"),
        ("events.csv", {"id": "lamp-meeting", "date": "1996", "note": "Mira Solberg was there"}, "3: note"),
        ("events.csv", {"id": "lamp-meeting", "date": "1996", "nuance": "as Mira Solberg says"}, "3: nuance"),
        (
            "mentions.csv",
            {"id": "m", "thing": "work/lantern", "work": "lamp-page", "as_": "named", "printed_label": "Mira Solberg"},
            "3: printed_label",
        ),
    ],
)
def test_name_that_is_left_in_a_text_is_reported(world, table, cells, where):
    world.add(table, **cells, cite="900-3")
    withdraw(world)
    found = world.problems()
    assert [problem.rpartition(" ")[2] for problem in found] == ["[MK022]"]
    assert found[0].startswith(f"data/{table}:{where}: ")


@pytest.mark.parametrize("name", ["MIRA SOLBERG", "mira  solberg", "Mira Solberg’s"])
def test_name_in_another_typing_is_reported(world, name):
    world.add("organisations.csv", id="lamp-union", description=f"Led by {name}.", cite="900-3")
    withdraw(world)
    assert [problem.rpartition(" ")[2] for problem in world.problems()] == ["[MK022]"]


def test_locator_that_holds_the_name_is_reported(world):
    world.replace("citations.csv", "sentence 3", "the words on Mira Solberg")
    withdraw(world)
    (problem,) = world.problems()
    assert problem.startswith(
        "data/citations.csv:4: locator: citation/900-3 still holds the name of somebody withdrawn"
    )


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("events.csv", {"id": "mira-solberg-speech", "kind": "meeting", "description": "A talk."}),
        (
            "positions.csv",
            {
                "id": "mira-solberg-heat",
                "holder": "org/lamp-union",
                "theme": "hiv",
                "stance": "observes",
                "text": "Hot",
            },
        ),
    ],
)
def test_iri_that_holds_the_key_is_reported(world, table, cells):
    world.add(table, **cells, cite="900-3")
    withdraw(world)
    found = world.problems()
    assert [problem.rpartition(" ")[2] for problem in found] == ["[MK022]"]
    assert found[0].startswith(f"data/{table}:3: ")


def test_words_that_only_contain_a_short_name_are_not_reported(world):
    world.add("names.csv", subject="person/mira-solberg", name="Eve", language="en", kind="alternative", cite="900-3")
    world.add("organisations.csv", id="lamp-union", description="Every evening it is level.", cite="900-3")
    withdraw(world)
    assert world.problems() == []


@pytest.mark.parametrize("kind", ["org/mira-house", "work/lamp-page"])
def test_name_in_a_title_is_reported_until_it_is_settled(world, kind):
    if kind.startswith("org/"):
        world.add("organisations.csv", id="mira-house", kind="peer-group", cite="900-1")
        world.add("names.csv", subject=kind, name="Mira Solberg House", language="en", kind="preferred", cite="900-1")
        title, where, prop = "Mira Solberg House", "data/names.csv:7: name", "skos:prefLabel"
    else:
        world.replace("sources.csv", "A page about the River Lamp Union", "Mira Solberg tells")
        title, where, prop = "Mira Solberg tells", "data/sources.csv:2: title", "dcterms:title"
    withdraw(world)
    assert world.problems() == [
        f"{where}: {kind} still holds the name of somebody withdrawn; change it, or settle it in resolutions.csv [MK022]"
    ]
    resolve(world, kind, prop, title)
    assert world.problems() == []
    assert title in world.check().graph.ntriples(with_claims=False).decode()


def test_person_whose_rows_were_deleted_keeps_the_tombstone_and_the_id(world):
    for table in ("people.csv", "names.csv", "memberships.csv"):
        kept = [line for line in world.read(table).splitlines() if "mira-solberg" not in line]
        world.write(table, "\n".join([*kept, ""]))
    withdraw(world)
    assert world.problems() == []
    assert world.check().graph.ntriples().decode().count(SOLBERG) == 3
    assert taken_ids(world.data) == {"aaaa1111", "bbbb2222"}


# The library


def test_library_checks_as_often_as_it_is_asked(world):
    code = (
        "import json, movement_kg, sys\n"
        "found = [movement_kg.check_data(*sys.argv[1:]) for _ in range(2)]\n"
        "print(json.dumps([len(problems) for problems in found]))\n"
    )
    world.replace("figures.csv", ",40,", ",forty,")
    arguments = [sys.executable, "-c", code, str(world.data), str(world.texts)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [1, 1]


def test_reference_validator_finds_the_same(world):
    world.replace("memberships.csv", ",leader,,", ",author,1999,1998")
    world.add("organisations.csv", id="lamp-union", kind="network", cite="900-1")
    compiled, reference = world.check(), world.check(by_reference=True)
    assert {problem.rule for problem in compiled.problems} == {"MK110", "MK153", "MK197"}
    assert [str(problem) for problem in compiled.problems] == [str(problem) for problem in reference.problems]


def test_span_of_a_sentence_is_what_the_tables_hold(world):
    row = world.read("citations.csv").splitlines()[2].split(",")
    assert Span(int(row[3]), int(row[4])) == SENTENCES[1]
