"""The reference tables are what pycountry and the CLDR say; `--rewrite-reference` writes them anew for review."""

import csv
import io

import pycountry
import pytest
from babel import Locale

from movement_kg import assets

LANGUAGES = ["en", "es", "fr", "pt", "ru", "ar"]
LOCALES = {language: Locale.parse(language) for language in LANGUAGES}
NAMES = [f"name_{language}" for language in LANGUAGES]
FOLDER = assets.data() / "reference"


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def written(header: list[str], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def country(code: str, region: str) -> dict[str, str]:
    found = pycountry.countries.get(alpha_2=code)
    names = {f"name_{language}": locale.territories.get(code, "") for language, locale in LOCALES.items()}
    return {"code": code, "alpha_3": found.alpha_3, "m49": found.numeric, "region": region, **names}


def test_countries_are_those_of_iso_3166_with_cldr_names(request):
    regions = {row["code"]: row["region"] for row in read("countries.csv")}
    codes = sorted(one.alpha_2 for one in pycountry.countries)
    made = written(
        ["code", "alpha_3", "m49", "region", *NAMES], [country(code, regions.get(code, "")) for code in codes]
    )
    compare(request, "countries.csv", made)


def test_languages_have_cldr_names(request):
    rows = [
        {"code": row["code"], **{f"name_{k}": locale.languages.get(row["code"], "") for k, locale in LOCALES.items()}}
        for row in read("languages.csv")
    ]
    compare(request, "languages.csv", written(["code", *NAMES], rows))


def test_regions_have_cldr_names_and_lead_to_the_world():
    rows = {row["code"]: row for row in read("regions.csv")}
    for code, row in rows.items():
        for language, locale in LOCALES.items():
            assert row[f"name_{language}"] == locale.territories.get(row["m49"], row[f"name_{language}"])
        assert row["name_en"]
        assert code == f"m49-{row['m49']}"
        seen = [code]
        while rows[seen[-1]]["within"]:
            seen.append(rows[seen[-1]]["within"])
            assert len(seen) < 6
        assert seen[-1] == "m49-001"


def test_every_country_but_those_m49_leaves_out_is_in_a_region():
    regions = {row["code"] for row in read("regions.csv")}
    assert [row["code"] for row in read("countries.csv") if row["region"] not in regions] == ["TW"]


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("NL", "155"),
        ("NO", "154"),
        ("GE", "145"),
        ("TZ", "014"),
        ("MX", "013"),
        ("AF", "034"),
        ("AU", "053"),
        ("ZA", "018"),
    ],
)
def test_regions_known_by_heart(code, region):
    assert next(row["region"] for row in read("countries.csv") if row["code"] == code) == f"m49-{region}"


def compare(request, name: str, made: str) -> None:
    if request.config.getoption("--rewrite-reference"):
        (FOLDER / name).write_text(made, "utf-8", newline="")
    assert (FOLDER / name).read_text("utf-8") == made, "run pytest --rewrite-reference and review the difference"
