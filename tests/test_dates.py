"""The dates: what each form means, what is refused with which words, and the EDTF library where it is right."""

from __future__ import annotations

import datetime
import warnings
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement_kg.dates import parse

FORMS = """
1981              1981-01-01  1981-12-31  year      1981
1981-01           1981-01-01  1981-01-31  month     January 1981
1981-01-30        1981-01-30  1981-01-30  day       30 January 1981
1984-02           1984-02-01  1984-02-29  month     February 1984
1900-02           1900-02-01  1900-02-28  month     February 1900
2000-02-29        2000-02-29  2000-02-29  day       29 February 2000
0001              0001-01-01  0001-12-31  year      1
9999-12-31        9999-12-31  9999-12-31  day       31 December 9999
198X              1980-01-01  1989-12-31  decade    1980s
19XX              1900-01-01  1999-12-31  century   1900s
2000?             2000-01-01  2000-12-31  year      2000 (uncertain)
2000~             2000-01-01  2000-12-31  year      2000 (approximate)
1981-01%          1981-01-01  1981-01-31  month     January 1981 (uncertain and approximate)
198X~             1980-01-01  1989-12-31  decade    1980s (approximate)
1980/1985         1980-01-01  1985-12-31  interval  1980 to 1985
1980-02/1980      1980-02-01  1980-12-31  interval  February 1980 to 1980
198X/1995-06      1980-01-01  1995-06-30  interval  1980s to June 1995
1980?/1985~       1980-01-01  1985-12-31  interval  1980 (uncertain) to 1985 (approximate)
1980/..           1980-01-01  -           interval  1980 onwards
1980/             1980-01-01  -           interval  1980 to an unknown end
../1999           -           1999-12-31  interval  until 1999
/2001             -           2001-12-31  interval  from an unknown start to 2001
[..2018-08-31]    -           2018-08-31  interval  by 31 August 2018
[..198X]          -           1989-12-31  interval  by 1980s
[2008..]          2008-01-01  -           interval  2008 or later
[2008-05..]       2008-05-01  -           interval  May 2008 or later
"""
IMPOSSIBLE = """
2018-02-30        there is no day 30 in February 2018
2018-02-29        there is no day 29 in February 2018
1900-02-29        there is no day 29 in February 1900
2018-00           there is no month 00
2018-13           there is no month 13
2018-13-01        there is no month 13
2018-04-31        there is no day 31 in April 2018
2018-04-00        there is no day 00 in April 2018
0000              there is no year 0 in the tables
000X              there is no year 0 in the tables
198X-01           a decade or century has no month
1985/1980         the end lies before the start
1980-02/1980-01   the end lies before the start
2018/2018-02-30   there is no day 30 in February 2018
../..             an interval needs at least one date
/                 an interval needs at least one date
[2018-02-30..]    there is no day 30 in February 2018
"""
NO_DATES = ["", " ", "2006 ", " 2006", "2006\n", "06", "981", "19811", "-1981", "1981-1", "1981-01-3", "1981/01/30"]
NO_DATES += ["30.1.1981", "January 1981", "early 1981", "this year", "1XXX", "XXXX", "19X1", "1981-XX", "1981??"]
NO_DATES += [
    "?1981",
    "[1981]",
    "[1981",
    "[1981,1982]",
    "{1981..}",
    "[..]",
    "[1981..1983]",
    "1980/1985/1990",
    "[1980/..]",
]
NO_DATES += ["1981T00:00", "1981-01-30Z", "Y19810", "198x", "\u0661\u0669\u0668\u0661", "198\u0661", "１９８１"]

YEARS = st.integers(1, 9999).map("{:04}".format)
MONTHS = st.tuples(YEARS, st.integers(1, 12)).map(lambda parts: "{}-{:02}".format(*parts))
DAYS = st.dates().map(datetime.date.isoformat)
DECADES = st.integers(1, 999).map("{:03}X".format)
CENTURIES = st.integers(1, 99).map("{:02}XX".format)
POINTS = st.tuples(st.one_of(YEARS, MONTHS, DAYS, DECADES, CENTURIES), st.sampled_from(["", "?", "~", "%"])).map(
    "".join
)
OPEN = st.tuples(POINTS, st.sampled_from(["{}/..", "{}/", "../{}", "/{}", "[..{}]", "[{}..]"])).map(
    lambda parts: parts[1].format(parts[0])
)
ANY = st.one_of(POINTS, OPEN)


def table(text):
    return [pytest.param(line, id=line.split()[0]) for line in text.strip().splitlines()]


@pytest.mark.parametrize("line", table(FORMS))
def test_form(line):
    edtf, earliest, latest, precision, label = line.split(maxsplit=4)
    date = parse(edtf)
    found = [day.isoformat() if day else "-" for day in (date.earliest, date.latest)]
    assert [date.edtf, *found, date.precision, date.label] == [edtf, earliest, latest, precision, label]


@pytest.mark.parametrize("line", table(IMPOSSIBLE))
def test_impossible_date_is_refused_with_the_reason(line):
    edtf, reason = line.split(maxsplit=1)
    with pytest.raises(ValueError, match="^" + reason + "$"):
        parse(edtf)


@pytest.mark.parametrize("text", NO_DATES, ids=ascii)
def test_anything_else_is_refused_with_examples(text):
    with pytest.raises(ValueError, match=r"must be a date such as 1981"):
        parse(text)


@given(ANY)
def test_a_date_keeps_its_text_and_its_path_gives_it_back(text):
    date = parse(text)
    assert date.edtf == text
    assert unquote(date.path) == text


@given(ANY)
def test_path_survives_the_resolution_of_iris(text):
    base = "https://w3id.org/movement-kg/date/"
    assert urljoin(base, base + parse(text).path) == base + parse(text).path
    assert not set("/?#[]") & set(parse(text).path)


@given(ANY)
def test_earliest_is_not_after_latest_and_one_is_known(text):
    date = parse(text)
    assert date.earliest or date.latest
    assert not (date.earliest and date.latest) or date.earliest <= date.latest


@given(POINTS, POINTS)
def test_interval_runs_from_the_first_day_to_the_last_or_is_refused(first, last):
    start, end = parse(first), parse(last)
    if end.latest < start.earliest:
        with pytest.raises(ValueError, match="the end lies before the start"):
            parse(f"{first}/{last}")
    else:
        both = parse(f"{first}/{last}")
        assert (both.earliest, both.latest) == (start.earliest, end.latest)


@given(st.text())
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        date = parse(text)
    except ValueError as error:
        assert str(error)
    else:
        assert text.isascii()
        assert date.edtf == text


@given(ANY, ANY)
def test_disjoint_means_that_no_day_is_shared(one, other):
    first, second = parse(one), parse(other)
    assert first.disjoint(second) == second.disjoint(first)
    assert not first.disjoint(first)
    start = max(d for d in (first.earliest, second.earliest, datetime.date.min) if d)
    end = min(d for d in (first.latest, second.latest, datetime.date.max) if d)
    assert first.disjoint(second) == (end < start)


DISJOINT = """
2006         2008          True
1981         1981-01       False
1981-01      1981-02       True
198X         1989-12-31    False
198X         1990          True
2006         2006?         False
1980/1985    1985          False
1980/1985    1986          True
1980/..      1979          True
1980/..      2050          False
/2001        2002          True
[..2018]     2019          True
[2008..]     2007-12-31    True
[2008..]     [..2008]      False
[2008..]     [..2007]      True
"""


@pytest.mark.parametrize("line", table(DISJOINT))
def test_disjoint(line):
    one, other, expected = line.split()
    assert parse(one).disjoint(parse(other)) is (expected == "True")


def library(text):
    """The bounds by the `edtf` package, whose import warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from edtf import parse_edtf

        found = parse_edtf(text)
        bounds = found.lower_strict(), found.upper_strict()
    return [datetime.date(*bound[:3]) if isinstance(bound, tuple) else None for bound in bounds]


# Where the library is right: not for `/2001` and `2001/`, to which it gives ten years; it does not read `[..198X]`.
@pytest.mark.parametrize("line", [line for line in table(FORMS) if line.id not in ("/2001", "1980/", "[..198X]")])
def test_bounds_are_those_of_the_edtf_library(line):
    (text, *_) = line.split()
    date = parse(text)
    assert [date.earliest, date.latest] == library(text)


@given(POINTS)
def test_points_have_the_bounds_of_the_edtf_library(text):
    date = parse(text)
    assert [date.earliest, date.latest] == library(text)
