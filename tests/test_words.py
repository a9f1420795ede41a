"""The words: whole catalogues of today's words, the language that is answered in, dates and numbers as people write them."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from catalogues import LOCALES, catalogue, updated

from movement_kg.web.pages.words import LANGUAGES, load, negotiate

CODES = [code for code in LANGUAGES if code != "en"]
HOLES = re.compile(r"\{\w*\}|%\w|\$")  # `$` is the hole of the editor's own phrases
#: A blank that may break before a French mark, or a typewriter's apostrophe.
BREAKS = re.compile(r" [;:?!»]|« |'")

ACCEPTED = """
en    -
en    de
en    *
es    es
fr    fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5
es    de, fr-CH;q=0.8, es;q=0.9
ru    ru-RU
ru    RU
fr    fr, es
es    es ; q = 0.5
fr    en;q=0.1,fr;q=0.2
en    es;q=0
fr    es;q=0, fr;q=0.001
ru    es;q=much, ru;q=0.1
en    español
en    ;;;,,,=q
"""
DATES = """
1981-01-30        30 January 1981           30 de enero de 1981     30 janvier 1981         30 января 1981 г.
2018-08-31        31 August 2018            31 de agosto de 2018    31 août 2018            31 августа 2018 г.
1981-01           January 1981              enero de 1981           janvier 1981            январь 1981 г.
1981              1981                      1981                    1981                    1981
0981              981                       981                     981                     981
2000?             2000 (uncertain)          2000 (?)                2000 (?)                2000 (?)
2000~             2000 (approximate)        ≈ 2000                  ≈ 2000                  ≈ 2000
198X              1980s                     los 1980                années 1980             1980-е
19XX              1900s                     1900–1999               1900–1999               1900–1999
1980/1985         1980 to 1985              1980 – 1985             1980 – 1985             1980 – 1985
198X/1995         1980s to 1995             los 1980 – 1995         années 1980 – 1995      1980-е – 1995
1980/..           1980 onwards              1980 – …                1980 – …                1980 – …
../1999           until 1999                … – 1999                … – 1999                … – 1999
2018-02-30        2018-02-30                2018-02-30              2018-02-30              2018-02-30
this year         this year                 this year               this year               this year
"""
#: Dates that are uncertain, or known to a month at an end, beside those that are not: they must not read alike.
UNLIKE = """
2000%             2000
1981-01?          1981-01
1981-01-30~       1981-01-30
198X~             198X
2020-07/2020-10   2020/2020
1981-01/..        1981/..
[2008..]          2008/..
[..2018-08-31]    [..2018]
"""
NUMBERS = """
7            7              7              7              7
-0.5         -0.5           -0,5           -0,5           -0,5
12345        12,345         12.345         12⍽345         12⎵345
1234567.5    1,234,567.5    1.234.567,5    1⍽234⍽567,5    1⎵234⎵567,5
"""
COUNTS = """
0        0 claims         0 afirmaciones         0 affirmation           0 утверждений
1        1 claim          1 afirmación           1 affirmation           1 утверждение
2        2 claims         2 afirmaciones         2 affirmations          2 утверждения
5        5 claims         5 afirmaciones         5 affirmations          5 утверждений
11       11 claims        11 afirmaciones        11 affirmations         11 утверждений
21       21 claims        21 afirmaciones        21 affirmations         21 утверждение
12345    12,345 claims    12.345 afirmaciones    12⍽345 affirmations     12⎵345 утверждений
"""


@pytest.fixture(scope="module")
def words():
    return load()


@pytest.fixture(scope="module", params=CODES)
def messages(request) -> list[Message]:
    return [message for message in catalogue(request.param) if message.id]


def table(text):
    """Cells stand two blanks apart; `-` is an empty cell, `⍽` a narrow blank that does not break, `⎵` a wide one."""
    lines = text.replace("⍽", "\u202f").replace("⎵", "\u00a0").strip().splitlines()
    return [
        pytest.param(*("" if cell == "-" else cell for cell in re.split(r" {2,}", line)), id=line) for line in lines
    ]


def texts(value):
    return [value] if isinstance(value, str) else [*(value or [""])]


def holes(text):
    return sorted(HOLES.findall(text))


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_holds_exactly_the_words_that_the_site_says_today(code):
    is_current = (LOCALES / f"{code}.po").read_bytes() == updated(code)
    assert is_current, "run `python tests/catalogues.py`, and translate what is new"


def test_every_word_is_translated_in_every_plural_form_and_none_is_a_guess(messages):
    assert [message.id for message in messages if not all(texts(message.string)) or message.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_a_word_with_a_number_has_every_plural_form_of_its_language(code):
    found = catalogue(code)
    assert not found.fuzzy
    assert found.num_plurals == {"es": 2, "fr": 2, "ru": 3}[code]
    forms = {message.id: len(texts(message.string)) for message in found if message.id and message.pluralizable}
    assert forms == dict.fromkeys(forms, found.num_plurals)


def test_a_translation_leaves_the_same_holes_open(messages):
    wrong = [
        (message.id, text)
        for message in messages
        for text in [*texts(message.id), *texts(message.string)]
        if holes(text) != holes(texts(message.id)[0])
    ]
    assert wrong == []


def test_a_translation_begins_and_ends_with_the_blanks_of_its_word(messages):
    def blanks(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    wrong = [
        (message.id, text)
        for message in messages
        for text in texts(message.string)
        if blanks(text) != blanks(texts(message.id)[0])
    ]
    assert wrong == []


def test_french_marks_stay_on_the_line_of_their_word():
    strings = [text for message in catalogue("fr") if message.id for text in texts(message.string)]
    assert [text for text in strings if BREAKS.search(text)] == []


def test_what_a_catalogue_lacks_is_said_in_english(tmp_path):
    (tmp_path / "es.po").write_text('msgid "claim"\nmsgstr "afirmación"\n\nmsgid "tie"\nmsgstr ""\n', encoding="utf-8")
    spanish = load(tmp_path)["es"]
    assert [spanish.say(text) for text in ("claim", "tie", "no such word", "")] == [
        "afirmación", "tie", "no such word", "",
    ]  # fmt: skip
    assert spanish.known - {""} == {"claim"}
    assert load(tmp_path)["ru"].say("claim") == "claim"


def test_a_word_is_said_in_each_language(words):
    assert {code: one.say("yes") for code, one in words.items()} == {"en": "yes", "es": "sí", "fr": "oui", "ru": "да"}


@pytest.mark.parametrize(("language", "header"), table(ACCEPTED))
def test_the_language_that_a_reader_likes_best(language, header):
    assert negotiate(header) == language


def test_a_long_wish_list_is_read_to_the_thirtieth():
    assert negotiate("de," * 29 + "es") == "es"
    assert negotiate("de," * 30 + "es") == "en"


@pytest.mark.parametrize(("edtf", "en", "es", "fr", "ru"), table(DATES))
def test_date(words, edtf, en, es, fr, ru):
    found = {code: " ".join(one.date(edtf).split()) for code, one in words.items()}
    assert found == {"en": en, "es": es, "fr": fr, "ru": ru}


def alike(words):
    """The pairs of different dates that read the same, and in which languages."""
    pairs = [line.split() for line in UNLIKE.strip().splitlines()]
    return [(code, *pair) for pair in pairs for code, one in words.items() if one.date(pair[0]) == one.date(pair[1])]


def test_dates_that_are_not_alike_read_unlike(words):
    assert alike(words) == []


@pytest.mark.parametrize(("value", "en", "es", "fr", "ru"), table(NUMBERS))
def test_number(words, value, en, es, fr, ru):
    assert {code: one.number(value) for code, one in words.items()} == {"en": en, "es": es, "fr": fr, "ru": ru}


@pytest.mark.parametrize(("number", "en", "es", "fr", "ru"), table(COUNTS))
def test_count(words, number, en, es, fr, ru):
    found = {code: one.count("{n} claim", "{n} claims", int(number)) for code, one in words.items()}
    assert found == {"en": en, "es": es, "fr": fr, "ru": ru}
