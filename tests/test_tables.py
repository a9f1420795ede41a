"""The tables: every fault that a curator can make, the line and column where it is reported, and the rule it breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import all_tables, table_named

from movement_kg import assets
from movement_kg.check import Inputs, check
from movement_kg.errors import DataError, RequestError
from movement_kg.tables import read_metadata

EVERY_TABLE = pytest.mark.parametrize("url", [table.url for table in all_tables()])
TOPICS = "subject,topic,cite,certainty,nuance,note\n"
MISSING_TOPICS = [
    f"data/topics.csv:1: the column '{name}' is missing from the header [MK005]"
    for name in ("certainty", "cite", "note", "nuance", "subject", "topic")
]


def test_tiny_world_is_valid(world):
    assert world.problems(sources=True) == []


# The metadata


def test_metadata_that_is_missing_is_a_fault_of_the_caller(tmp_path):
    with pytest.raises(RequestError, match="csv-metadata.json: not found; a data folder holds the tables and"):
        read_metadata(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "tables:"])
def test_metadata_that_is_no_json_is_a_fault_of_the_caller(world, text):
    world.write("csv-metadata.json", text)
    with pytest.raises(RequestError, match="csv-metadata.json: not JSON: "):
        world.check()


@pytest.mark.parametrize("text", ["[]", "{}", '{"tables": [{}]}', '{"tables": [{"url": "people.csv"}]}'])
def test_metadata_that_describes_no_tables_is_a_fault_of_the_caller(world, text):
    world.write("csv-metadata.json", text)
    with pytest.raises(RequestError, match=r"csv-metadata\.json"):
        world.check()


# Bytes, header and the form of rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", MISSING_TOPICS),
        ("\n\n", MISSING_TOPICS),
        (
            b"subject,topic,cite,certainty,nuance,note\na,b,900-1,,,\na,b,900-1,,,caf\xe9\n",
            ["data/topics.csv:3: must be UTF-8; byte 69 is not (save the file as CSV UTF-8) (got '0xe9') [MK002]"],
        ),
        (
            "\ufeffsubject,topic,cite,certainty,nuance,note\n".encode("utf-16"),
            ["data/topics.csv:1: must be UTF-8; byte 0 is not (save the file as CSV UTF-8) (got '0xff') [MK002]"],
        ),
        (
            TOPICS + "a,b\0,900-1,,,\n",
            ["data/topics.csv:2: holds a NUL character; the file is damaged or is no text [MK003]"],
        ),
        (
            TOPICS + 'a,b,900-1,,,\na,"b,900-1,,,\na,b,900-1,,,\n',
            [
                "data/topics.csv:3: a quotation mark is not closed, or text follows a closing one"
                " (unexpected end of data) [MK004]"
            ],
        ),
        (
            TOPICS + '\na,"b"c,900-1,,,\n',
            [
                "data/topics.csv:3: a quotation mark is not closed, or text follows a closing one"
                " (',' expected after '\"') [MK004]"
            ],
        ),
        (
            "subject,topic,cite,nuance,note\n",
            ["data/topics.csv:1: the column 'certainty' is missing from the header [MK005]"],
        ),
        (
            "subject,topic,cite,certainty,nuance,note,colour\n",
            [
                "data/topics.csv:1: no such column; this table has subject, topic, cite, certainty, nuance, note"
                " (got 'colour') [MK006]"
            ],
        ),
        (
            "subject,topic,cite,certanty,nuance,note\n",
            [
                "data/topics.csv:1: no such column; this table has subject, topic, cite, certainty, nuance, note"
                " (got 'certanty'; did you mean 'certainty'?) [MK006]",
                "data/topics.csv:1: the column 'certainty' is missing from the header [MK005]",
            ],
        ),
        (
            "subject,topic,cite,certainty,nuance,note,topic\n",
            ["data/topics.csv:1: this column stands twice in the header; rename or delete one (got 'topic') [MK007]"],
        ),
        (
            TOPICS + "a,b,900-1,,,,\n",
            ["data/topics.csv:2: has 7 cells where the header has 6 (a comma inside a cell needs quotes) [MK008]"],
        ),
        (
            TOPICS + "a,b,900-1,,\n",
            ["data/topics.csv:2: has 5 cells where the header has 6 (a comma inside a cell needs quotes) [MK008]"],
        ),
    ],
)
def test_fault_of_the_file(world, text, expected):
    world.write("topics.csv", text)
    assert sorted(world.rows("topics.csv")[1]) == sorted(expected)


def test_table_that_is_missing(world):
    (world.data / "topics.csv").unlink()
    assert world.problems() == [
        "data/topics.csv: cannot be read (No such file or directory); the metadata lists it [MK001]"
    ]


@EVERY_TABLE
def test_missing_column_in_every_table(world, url):
    table = table_named(url)
    names = [column.name for column in table.written_columns]
    for gone in names:
        world.write(url, table.delimiter.join(name for name in names if name != gone) + "\n")
        assert world.rows(url) == ([], [f"data/{url}:1: the column '{gone}' is missing from the header [MK005]"])


@EVERY_TABLE
def test_misspelt_column_in_every_table(world, url):
    table = table_named(url)
    names = [column.name for column in table.written_columns]
    for name in names:
        header = [other + other[-1] if other == name else other for other in names]
        world.write(url, table.delimiter.join(header) + "\n")
        assert sorted(world.rows(url)[1]) == [
            f"data/{url}:1: no such column; this table has {', '.join(names)}"
            f" (got '{name + name[-1]}'; did you mean '{name}'?) [MK006]",
            f"data/{url}:1: the column '{name}' is missing from the header [MK005]",
        ]


@EVERY_TABLE
@pytest.mark.parametrize("formula", ["=1+1", "+1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_formula_in_every_column_of_every_table(world, url, formula):
    table = table_named(url)
    names = [column.name for column in table.written_columns]
    rows = [table.delimiter.join(formula if name == other else "" for other in names) for name in names]
    world.write(url, "\n".join([table.delimiter.join(names), *rows, ""]))
    found = [problem for problem in world.rows(url)[1] if "[MK011]" in problem]
    assert found == [
        f"data/{url}:{line}: {name}: begins with '{formula[0]}': a spreadsheet would run it as a formula"
        f" (got {formula!r}) [MK011]"
        for line, name in enumerate(names, 2)
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.removesuffix("\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()),
        lambda text: "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()),
    ],
    ids=["byte order mark", "CRLF", "no end of line", "blank lines", "quotes", "other order of columns"],
)
def test_form_that_spreadsheets_write_is_fine(world, change):
    before = world.check().graph.ntriples()
    text = world.read("memberships.csv")
    world.write("memberships.csv", change(text))
    assert change(text) != text
    assert world.problems() == []
    assert world.check().graph.ntriples() == before


def test_comments_and_blank_lines_count_as_lines(world):
    world.append("identities.sssom.tsv", "#comment\n\norg/lamp-union\tskos:exactMatch\n")
    assert world.rows("identities.sssom.tsv")[1] == [
        "data/identities.sssom.tsv:4: has 2 cells where the header has 9 (a comma inside a cell needs quotes) [MK008]"
    ]


def test_line_breaks_inside_cells_count_as_lines(world):
    world.append("topics.csv", 'org/lamp-union,"a\nb\r\nc",900-2,,,\norg/lamp-union,concept/theme/hiv,900-2,,\n')
    assert world.rows("topics.csv")[1] == [
        "data/topics.csv:2: topic: holds the invisible character U+000A, which can hide what a text says"
        " (got 'a\\nb\\r\\nc') [MK010]",
        "data/topics.csv:5: has 5 cells where the header has 6 (a comma inside a cell needs quotes) [MK008]",
    ]


# Cells


def cell_problems(world, table, column, cell):
    """The problems of a row of the table that holds only this cell, apart from those of its empty cells."""
    names = [column.name for column in table_named(table).written_columns]
    quoted = '"' + cell.replace('"', '""') + '"'
    world.append(table, ",".join(quoted if name == column else "" for name in names) + "\n")
    return [problem for problem in world.rows(table)[1] if "[MK012]" not in problem]


@pytest.mark.parametrize("length", [10_001, 131_072, 200_000])
def test_huge_cell(world, length):
    assert cell_problems(world, "topics.csv", "note", "x" * length) == [
        f"data/topics.csv:2: note: is {length} characters long; the most is 10000 (got '{'x' * 77}…') [MK009]"
    ]


def test_longest_cell(world):
    assert cell_problems(world, "topics.csv", "note", "x" * 10_000) == []


HIDDEN = [0x09, 0x0B, 0x1B, 0x7F, 0x80, 0x9F, 0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2028, 0x2066, 0x2069, 0x061C]
HIDDEN += [0xFEFF, 0x2060]


@pytest.mark.parametrize("code", HIDDEN, ids=hex)
def test_control_and_direction_characters(world, code):
    cell = f"user{chr(code)}txet"
    assert cell_problems(world, "topics.csv", "note", cell) == [
        f"data/topics.csv:2: note: holds the invisible character U+{code:04X}, which can hide what a text says"
        f" (got {cell!a}) [MK010]"
    ]


@pytest.mark.parametrize("cell", ["Союз людей", "اتحاد", "می‌خواهم", "naïve — “so”", "a\u00a0b", "नेटवर्क", "👩‍⚕️"])
def test_writing_of_the_world_is_fine(world, cell):
    assert cell_problems(world, "topics.csv", "note", cell) == []


@pytest.mark.parametrize("cell", [" a", "a ", "\u00a0a", " "])
def test_blank_at_an_end_of_a_cell(world, cell):
    (problem,) = cell_problems(world, "topics.csv", "note", cell)
    assert problem.startswith("data/topics.csv:2: note: begins or ends with a blank (got '")
    assert problem.endswith("') [MK010]")


def test_dash_begins_a_formula_but_not_a_number(world):
    assert cell_problems(world, "figures.csv", "value", "-5.5") == []
    assert cell_problems(world, "topics.csv", "note", "-5.5+cmd") == [
        "data/topics.csv:2: note: begins with '-': a spreadsheet would run it as a formula (got '-5.5+cmd') [MK011]"
    ]


DATATYPES = """
publications.csv number  1.5          must be a whole number without signs, blanks or leading zeros, such as 126  MK013
publications.csv number  007          must be a whole number without signs, blanks or leading zeros, such as 126  MK013
publications.csv number  -1           must be a whole number without signs, blanks or leading zeros, such as 126  MK013
publications.csv number  1٠           must be a whole number without signs, blanks or leading zeros, such as 126  MK013
figures.csv      value   10,300       must be a number such as 10300 or 1.5, without separators                   MK013
figures.csv      value   1.50         must be a number such as 10300 or 1.5, without separators                   MK013
figures.csv      value   1e3          must be a number such as 10300 or 1.5, without separators                   MK013
figures.csv      value   NaN          must be a number such as 10300 or 1.5, without separators                   MK013
figures.csv      value   4٠           must be a number such as 10300 or 1.5, without separators                   MK013
people.csv       deceased yes         must be true or false                                                       MK013
people.csv       deceased TRUE        must be true or false                                                       MK013
sources.csv      retrieved 2026-02-30 must be a day of the calendar such as 2026-11-21                            MK013
sources.csv      retrieved 20260201   must be a day of the calendar such as 2026-11-21                            MK013
sources.csv      retrieved 2026       must be a day of the calendar such as 2026-11-21                            MK013
organisations.csv founded 2018-02-30  there is no day 30 in February 2018                                         MK014
organisations.csv founded 2018-13     there is no month 13                                                        MK014
organisations.csv founded 1985/1980   the end lies before the start                                               MK014
organisations.csv founded ١٩٩٤        must be a date such as 1981, 1981-01, 1981-01-30, 198X, 2000?, 1980/.. or [..2018-08-31]  MK014
organisations.csv id     River_Lamp   must look like [a-z0-9]+(-[a-z0-9]+)*                                       MK015
organisations.csv id     lamp--union  must look like [a-z0-9]+(-[a-z0-9]+)*                                       MK015
people.csv       iri     AAAA1111     must look like [a-z0-9]{8}                                                  MK015
citations.csv    digest  abc          must look like [0-9a-f]{64}                                                 MK015
names.csv        language English     must look like [a-z]{2,3}(-[A-Za-z0-9]{1,8})*                                   MK015
"""  # noqa: E501


@pytest.mark.parametrize("line", DATATYPES.strip().splitlines(), ids=lambda line: "-".join(line.split()[1:3]))
def test_cell_of_another_datatype(world, line):
    table, column, cell, rest = line.split(maxsplit=3)
    message, rule = rest.rsplit(maxsplit=1)
    where = world.read(table).count("\n") + 1
    assert cell_problems(world, table, column, cell) == [
        f"data/{table}:{where}: {column}: {message.strip()} (got {cell!r}) [{rule}]"
    ]


NO_IRIS = [
    "lamp union",
    "www.example.org",
    "https://a b",
    "//a.example/",
    "https://a.example/<x>",
    "https://a.example/{x}",
]
NO_IRIS += ['https://a.example/"x"', "https://a.example/\\x", "https://a.example/|", "https://a.example/`", ":x"]
NO_IRIS += ["https://a.example/[x", "https://a.example/%zz", "https://a.example:port/", "http://[", "https://[::1/"]
NO_IRIS += ["https://a.example/#a#b"]


@pytest.mark.parametrize("cell", NO_IRIS)
def test_iri_that_is_no_iri(world, cell):
    expected = f"data/organisations.csv:3: homepage: must be an IRI such as https://example.org/ (got {cell!r}) [MK016]"
    assert cell_problems(world, "organisations.csv", "homepage", cell) == [expected]


@pytest.mark.parametrize("cell", ["https://a.example/é?q=1#x", "https://[::1]/", "mailto:a@b.example", "urn:isbn:0-1"])
def test_iri(world, cell):
    world.add("organisations.csv", id="lamp-union", homepage=cell, cite="900-2")
    assert world.problems() == []


# What only shows when rows meet: each world below holds one fault, and exactly one line is reported


def change(table, old, new):
    return lambda world: world.replace(table, old, new)


def add(table, **cells):
    return lambda world: world.add(table, **cells)


def both(*changes):
    def apply(world):
        for one in changes:
            one(world)

    return apply


PERSON_TWICE = add("people.csv", id="mira-solberg", iri="cccc3333", deceased="true", cite="900-3")
START, END = (
    {"id": "solberg-chair", which: year, "cite": "900-3"} for which, year in (("start", "1999"), ("end", "1998"))
)
FAULTS = {
    "unknown organisation": (
        change("memberships.csv", "lamp-union", "lamp-unoin"),
        "data/memberships.csv:2: organisation: names no organisation there is"
        " (got 'lamp-unoin'; did you mean 'lamp-union'?) [MK018]",
    ),
    "unknown person": (
        change("memberships.csv", "mira-solberg", "mira-solburg"),
        "data/memberships.csv:2: person: names no person there is"
        " (got 'mira-solburg'; did you mean 'mira-solberg'?) [MK018]",
    ),
    "opaque id for the key": (
        add("names.csv", subject="person/aaaa1111", name="M. S.", language="en", kind="alternative", cite="900-3"),
        "data/names.csv:7: subject: names no person there is (got 'person/aaaa1111') [MK018]",
    ),
    "unknown thing in a path": (
        change("links.csv", "org/lamp-union", "org/lamp-unoin"),
        "data/links.csv:2: to: names no organisation there is"
        " (got 'org/lamp-unoin'; did you mean 'org/lamp-union'?) [MK018]",
    ),
    "unknown source": (
        change("citations.csv", "900-3,lamp-page", "900-3,lamp-pgae"),
        "data/citations.csv:4: source: names no publication there is"
        " (got 'lamp-pgae'; did you mean 'lamp-page'?) [MK018]",
    ),
    "unknown citation": (
        change("events.csv", "900-5", "900-55"),
        "data/events.csv:2: cite: names no citation there is (got '900-55'; did you mean '900-5'?) [MK018]",
    ),
    "unknown country": (
        change("places.csv", ",DK,", ",DX,"),
        "data/places.csv:2: country: names no country there is (got 'DX') [MK018]",
    ),
    "country by its name": (
        change("provisions.csv", "country/DK", "country/Denmark"),
        "data/provisions.csv:2: jurisdiction: names no country there is"
        " (got 'country/Denmark'; did you mean 'country/DK'?) [MK018]",
    ),
    "unknown language": (
        change("sources.csv", ",en,", ",eng,"),
        "data/sources.csv:2: language: names no language there is (got 'eng'; did you mean 'en'?) [MK018]",
    ),
    "unknown concept of an event": (
        change("events.csv", ",meeting,", ",meetin,"),
        "data/events.csv:2: kind: names no concept of the scheme event-kind there is"
        " (got 'meetin'; did you mean 'meeting'?) [MK018]",
    ),
    "unknown concept of a work": (
        change("publications.csv", ",magazine,", ",magazin,"),
        "data/publications.csv:2: kind: names no concept of the scheme publication-kind there is"
        " (got 'magazin'; did you mean 'magazine'?) [MK018]",
    ),
    "unknown theme": (
        change("positions.csv", "harm-reduction", "harm-reducton"),
        "data/positions.csv:2: theme: names no concept of the scheme theme there is"
        " (got 'harm-reducton'; did you mean 'harm-reduction'?) [MK018]",
    ),
    "unknown role": (
        change("memberships.csv", ",leader,", ",leeder,"),
        "data/memberships.csv:2: role: names no concept of the scheme role there is"
        " (got 'leeder'; did you mean 'leader'?) [MK018]",
    ),
    "duplicate id, other kind": (
        add("organisations.csv", id="lamp-union", kind="network", cite="900-1"),
        "data/organisations.csv:2: kind: org/lamp-union needs exactly one kind;"
        " one id stands for one organisation [MK110]",
    ),
    "duplicate id of an event": (
        add("events.csv", id="lamp-meeting", kind="protest", cite="900-1"),
        "data/events.csv:2: kind: event/lamp-meeting needs exactly one kind; one id stands for one event [MK120]",
    ),
    "duplicate id of a work": (
        add("publications.csv", id="lantern", kind="report", cite="900-1"),
        "data/publications.csv:2: kind: work/lantern needs exactly one kind; one id stands for one work [MK130]",
    ),
    "duplicate id of a place": (
        add("places.csv", id="copenhagen", kind="territory", cite="900-1"),
        "data/places.csv:2: kind: place/copenhagen needs exactly one kind; one id stands for one place [MK138]",
    ),
    "impossible date": (
        change("events.csv", ",1996,", ",2018-02-30,"),
        "data/events.csv:2: date: there is no day 30 in February 2018 (got '2018-02-30') [MK014]",
    ),
    "impossible date alone in its row": (
        add("organisations.csv", id="lamp-union", founded="2018-02-30", cite="900-2"),
        "data/organisations.csv:3: founded: there is no day 30 in February 2018 (got '2018-02-30') [MK014]",
    ),
    "date in words": (
        change("events.csv", ",1996,", ",summer 1996,"),
        "data/events.csv:2: date: must be a date such as 1981, 1981-01, 1981-01-30, 198X, 2000?, 1980/.."
        " or [..2018-08-31] (got 'summer 1996') [MK014]",
    ),
    "end before start": (
        change("memberships.csv", ",leader,,", ",leader,1999,1998"),
        "data/memberships.csv:2: end: membership/0a52f33d9a6c ends before it starts (got 'date/1998') [MK197]",
    ),
    "end in another row before the start": (
        both(add("memberships.csv", **START), add("memberships.csv", **END)),
        "data/memberships.csv:4: end: membership/0a52f33d9a6c ends before it starts (got 'date/1998') [MK197]",
    ),
    "self-link": (
        add("links.csv", id="self", from_="org/lamp-union", kind="partner", to="org/lamp-union", cite="900-2"),
        "data/links.csv:3: from: link/06c604b332b3 a thing cannot be linked to itself (got 'org/lamp-union') [MK164]",
    ),
    "row that says only id and cite": (
        add("events.csv", id="lamp-meeting", cite="900-5"),
        "data/events.csv:3: says nothing but its id and its passage; write a row in mentions.csv instead [MK017]",
    ),
    "row that says only id, cite and a note": (
        add("events.csv", id="lamp-meeting", cite="900-5", note="see there"),
        "data/events.csv:3: says nothing but its id and its passage; write a row in mentions.csv instead [MK017]",
    ),
    "missing cite": (
        add("events.csv", id="lamp-meeting", date="1996"),
        "data/events.csv:3: cite: must not be empty [MK012]",
    ),
    "missing id": (
        add("events.csv", kind="protest", date="1996", cite="900-5"),
        "data/events.csv:3: id: must not be empty [MK012]",
    ),
    "opaque id missing": (
        change("people.csv", "aaaa1111", ""),
        "data/people.csv:2: iri: the person 'mira-solberg' needs an opaque id (movement-kg new-id makes one) [MK021]",
    ),
    "opaque id used twice": (
        change("people.csv", "bbbb2222", "aaaa1111"),
        "data/people.csv:3: iri: this id stands for somebody else (got 'aaaa1111') [MK021]",
    ),
    "two opaque ids": (
        PERSON_TWICE,
        "data/people.csv:4: iri: the person 'mira-solberg' already has the id 'aaaa1111' (got 'cccc3333') [MK021]",
    ),
    "no person's basis": (
        change("people.csv", ",public-work,", ",,true"),
        "data/people.csv:3: basis: person/bbbb2222 needs a basis for inclusion in people.csv [MK141]",
    ),
    "subject that fits in no IRI": (
        add("names.csv", subject="org/[x]", name="X", language="en", kind="alternative", cite="900-2"),
        "data/names.csv:7: subject: names no organisation there is (got 'org/[x]') [MK018]",
    ),
    "subject with a broken escape": (
        add("names.csv", subject="org/%zz", name="X", language="en", kind="alternative", cite="900-2"),
        "data/names.csv:7: subject: names no organisation there is (got 'org/%zz') [MK018]",
    ),
}


@pytest.mark.parametrize(("break_it", "expected"), FAULTS.values(), ids=FAULTS)
def test_one_fault_one_line(world, break_it, expected):
    break_it(world)
    assert world.problems() == [expected]


@pytest.mark.parametrize("certainty", ["impled", "accepted", "preferred", "rejected", "disputed"])
def test_certainty_is_explicit_or_implied_and_no_status(world, certainty):
    world.replace("events.csv", "900-5,,,", f"900-5,{certainty},,")
    assert [problem.partition(": ")[0] for problem in world.problems()] == ["data/events.csv:2"]
    assert world.problems()[0].startswith("data/events.csv:2: certainty: ")
    assert "ontology" not in world.problems()[0]


@pytest.mark.parametrize("language", ["en-averyverylong", "en-", "e", "english", "en_GB"])
def test_language_tag_that_is_none(world, language):
    world.replace("names.csv", "River Lamp Union,en,", f"River Lamp Union,{language},")
    assert any(problem.startswith("data/names.csv:2: language: ") for problem in world.problems())


def test_cyclic_part_of_is_reported_at_each_row_of_the_circle(world):
    world.add("publications.csv", id="lantern", part_of="issue", cite="900-4")
    world.add("publications.csv", id="issue", kind="magazine", description="One.", part_of="lantern", cite="900-4")
    told = "a work cannot be part of itself, directly or through others"
    assert [problem.partition(" (got")[0].removesuffix(" [MK137]") for problem in world.problems()] == [
        f"data/publications.csv:3: part_of: work/lantern {told}",
        f"data/publications.csv:4: part_of: work/issue {told}",
    ]


def test_part_of_itself(world):
    world.add("publications.csv", id="lantern", part_of="lantern", cite="900-4")
    (problem,) = world.problems()
    assert problem.startswith("data/publications.csv:3: part_of: work/lantern a work cannot be part of itself")
    assert problem.endswith("[MK137]")


def test_two_agents_of_which_one_is_none(world):
    world.add(
        "contributions.csv", id="c", publication="lantern", agent="event/lamp-meeting", role="author", cite="900-4"
    )
    world.add("contributions.csv", id="c", agent="org/lamp-union", cite="900-4")
    assert all(problem.startswith("data/contributions.csv:3: agent: contribution/") for problem in world.problems())
    assert all("must name exactly one organisation or person" in problem for problem in world.problems())
    assert world.problems()


# The tables of decisions


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"subject": "org/lamp-unoin"},
            "data/resolutions.csv:2: subject: names no organisation there is"
            " (got 'org/lamp-unoin'; did you mean 'org/lamp-union'?) [MK018]",
        ),
        ({"subject": "org/lamp union"}, "data/resolutions.csv:2: subject: names no organisation there is"),
        ({"property": "foo bar"}, "data/resolutions.csv:2: property: "),
        ({"property": "mk:fuonded"}, "data/resolutions.csv:2: "),
        (
            {"value": "1995"},
            "data/resolutions.csv:2: value: no claim has this subject, property and value (got '1995') [MK019]",
        ),
        ({"status": "prefered"}, "data/resolutions.csv:2: status: "),
        ({"status": "explicit"}, "data/resolutions.csv:2: status: "),
        ({"date": "2026-02-30"}, "data/resolutions.csv:2: date: must be a day of the calendar"),
        ({"reason": ""}, "data/resolutions.csv:2: reason: must not be empty [MK012]"),
    ],
    ids=lambda value: "-".join(*value.items()) if isinstance(value, dict) else "",
)
def test_fault_in_resolutions(world, cells, expected):
    row = {"subject": "org/lamp-union", "property": "mk:founded", "value": "1994", "status": "preferred"}
    row |= {"reason": "printed on the page", "decider": "the editors", "date": "2026-11-21"}
    world.add("resolutions.csv", **(row | cells))
    found = world.problems()
    assert found
    assert found[0].startswith(expected)
    assert all(problem.startswith("data/resolutions.csv:2: ") for problem in found)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"date": "2026-13-01"}, "date: must be a day of the calendar such as 2026-11-21 (got '2026-13-01') [MK013]"),
        ({"date": ""}, "date: must not be empty [MK012]"),
        ({"reason": ""}, "reason: must not be empty [MK012]"),
        ({"iri": ""}, "iri: must not be empty [MK012]"),
        ({"iri": "mira-solberg"}, "iri: must look like [a-z0-9]{8} (got 'mira-solberg') [MK015]"),
        (
            {"reason": "requst"},
            "reason: names no concept of the scheme withdrawal-reason there is"
            " (got 'requst'; did you mean 'request'?) [MK018]",
        ),
    ],
    ids=lambda value: "-".join(*value.items()) if isinstance(value, dict) else "",
)
def test_fault_in_withdrawals(world, cells, expected):
    world.add("withdrawals.csv", **({"iri": "aaaa1111", "date": "2026-11-21", "reason": "request"} | cells))
    assert world.problems() == [f"data/withdrawals.csv:2: {expected}"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("kg:org/lamp-unoin|skos:exactMatch||https://a.example/1", "subject_id: names "),
        ("kg:org/lamp-union|skos:exactMatch||kg:org/lamp-unoin", "object_id: names "),
        ("kg:org/lamp-union|skos:exactMatch||wikidta:Q1", "object_id: "),
        ("kg:org/lamp-union|skos:exactMatch||a b", "object_id: "),
        ("kg:org/lamp-union|skos:exactMatch||https://a b", "object_id: "),
        ("kg:org/lamp-union|same as||https://a.example/1", "predicate_id: "),
        ("kg:org/lamp-union|skos:exactMatch|not|https://a.example/1", "predicate_modifier: must look like (Not)? "),
    ],
)
def test_fault_in_identities(world, row, expected):
    world.append("identities.sssom.tsv", row.replace("|", "\t") + "\t\tsemapv:Manual\tus\t2026-11-21\t\n")
    found = world.problems()
    assert len(found) == 1
    assert found[0].startswith(f"data/identities.sssom.tsv:2: {expected}")


# All at once


def test_all_faults_of_all_files_are_reported_in_one_run_and_nothing_is_built(world):
    world.replace("people.csv", ",public-work,", ",public-werk,")
    world.replace("people.csv", ",public-advocate,", ",public-advocate,yes")
    world.replace("events.csv", ",1996,", ",1996-02-30,")
    world.replace("figures.csv", ",40,", ",forty,")
    world.replace("links.csv", ",documents,", ",documnets,")
    world.replace("topics.csv", "topic,", "topics,")
    world.append("mentions.csv", '"a\n')
    expected = [
        "data/events.csv:2: date: there is no day 30 in February 1996 (got '1996-02-30') [MK014]",
        "data/figures.csv:2: value: must be a number such as 10300 or 1.5, without separators (got 'forty') [MK013]",
        "data/links.csv:2: kind: names no concept of the scheme link-kind there is"
        " (got 'documnets'; did you mean 'documents'?) [MK018]",
        "data/mentions.csv:3: a quotation mark is not closed, or text follows a closing one"
        " (unexpected end of data) [MK004]",
        "data/people.csv:2: deceased: must be true or false (got 'yes') [MK013]",
        "data/people.csv:3: basis: names no concept of the scheme basis there is"
        " (got 'public-werk'; did you mean 'public-work'?) [MK018]",
        "data/topics.csv:1: the column 'topic' is missing from the header [MK005]",
        "data/topics.csv:1: no such column; this table has subject, topic, cite, certainty, nuance, note"
        " (got 'topics'; did you mean 'topic'?) [MK006]",
    ]
    assert world.problems() == expected
    with pytest.raises(DataError) as caught:
        world.build()
    assert str(caught.value).splitlines() == expected
    assert not world.out.exists()


@pytest.mark.parametrize("name", ["unknown person", "self-link", "missing cite", "opaque id missing"])
def test_nothing_is_built_from_a_world_with_a_fault(world, name):
    FAULTS[name][0](world)
    with pytest.raises(DataError):
        world.build()
    assert not world.out.exists()


def test_folder_is_named_in_problems_however_it_was_given(world, monkeypatch):
    world.replace("figures.csv", ",40,", ",forty,")
    monkeypatch.chdir(world.data)
    (problem,) = check(Inputs(Path(), assets.ontology())).problems
    assert str(problem.origin) == "data/figures.csv:2: value"
