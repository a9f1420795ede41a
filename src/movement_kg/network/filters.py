"""What may stay of a projection: kinds, countries, regions, themes, a period, sources, certainty and a least weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from ..errors import RequestError, unknown

CERTAINTIES = ("explicit", "asserted", "any")
_SEVERAL = ("kind", "country", "region", "theme", "source")


@dataclass(frozen=True)
class Filters:
    """Filters of a network. Several values of one filter are alternatives; different filters must all hold.

    `since` and `until` are EDTF dates. `certainty` is `explicit` (a passage says it), `asserted` (the default: inferred ties
    too, but none about people) or `any`. An edge without dates is in every period.
    """

    kind: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    source: tuple[str, ...] = ()
    certainty: str = "asserted"
    min_weight: int = 1

    def __post_init__(self) -> None:
        if self.certainty not in CERTAINTIES:
            raise unknown("certainty cannot be", self.certainty, CERTAINTIES)
        if self.min_weight < 1:
            raise RequestError(f"the least weight must be 1 or more (got {self.min_weight})")
        if self.since and self.until and self.first_day > self.last_day:
            raise RequestError(f"the period ends before it begins: since {self.since}, until {self.until}")

    @property
    def first_day(self) -> str:
        """The first day of the period, in ISO form; "" for none."""
        return _day(self.since, "since")

    @property
    def last_day(self) -> str:
        """The last day of the period, in ISO form; "" for none."""
        return _day(self.until, "until")

    def parameters(self, resolve: Callable[[str], str]) -> dict[str, str | Sequence[str]]:
        """What the projection's query takes: names of things resolved to IRIs.

        Raises RequestError for what nothing, or something of another kind, is called.
        """
        found: dict[str, str | Sequence[str]] = {
            name: values for name in ("kind", "source") if (values := getattr(self, name))
        }
        for name in ("country", "region", "theme"):
            if values := getattr(self, name):
                found[name] = [_thing(name, value, resolve) for value in values]
        days = {"since": self.first_day, "until": self.last_day}
        found |= {name: day for name, day in days.items() if day}
        if self.certainty != "asserted":
            found["certainty"] = self.certainty
        return found

    def described(self) -> dict[str, str]:
        """The filters that are on, as people read them."""
        texts = {each.name: getattr(self, each.name) for each in fields(self) if self.is_on(each.name)}
        return {
            name.replace("_", " "): " or ".join(value) if isinstance(value, tuple) else str(value)
            for name, value in texts.items()
        }

    def is_on(self, name: str) -> bool:
        """Whether a filter takes anything away."""
        return bool(getattr(self, name) != getattr(_NONE, name))

    def without(self, name: str) -> Filters:
        """The filters with one of them off."""
        return replace(self, **{name: getattr(_NONE, name)})

    def on(self) -> list[str]:
        """The names of the filters that are on."""
        return [each.name for each in fields(self) if self.is_on(each.name)]


_NONE = Filters()


def from_options(given: Mapping[str, object]) -> Filters:
    """Filters from loose values: one text or several for each filter that takes several; None for none.

    Raises RequestError for a filter that there is not.
    """
    known = {each.name for each in fields(Filters)}
    for name in given:
        if name not in known:
            raise unknown("there is no filter", name, sorted(known))
    values = {name: value for name, value in given.items() if value not in (None, "", ())}
    texts = {
        name: _several(value) if name in _SEVERAL else str(value)
        for name, value in values.items()
        if name != "min_weight"
    }
    texts |= {"source": tuple(number.zfill(3) if number.isdigit() else number for number in texts.get("source", ()))}
    least = str(values.get("min_weight", 1))
    if not least.lstrip("-").isdecimal():
        raise RequestError(f"the least weight must be a whole number (got {least!r})")
    return Filters(**texts, min_weight=int(least))  # type: ignore[arg-type]


def _several(value: object) -> tuple[str, ...]:
    if isinstance(value, str | int):
        return (str(value),)
    return tuple(str(each) for each in value)  # type: ignore[attr-defined]


def _day(text: str, which: str) -> str:
    from .. import dates

    if not text:
        return ""
    try:
        date = dates.parse(text)
    except ValueError as error:
        raise RequestError(f"{which} cannot be {text!r}: {error}") from None
    day = date.earliest if which == "since" else date.latest
    if day is None:
        raise RequestError(f"{which} cannot be {text!r}: that end of the date is open")
    return day.isoformat()


def _thing(kind: str, text: str, resolve: Callable[[str], str]) -> str:
    """The IRI of a country, region or theme by its code, path or name."""
    head = "concept/theme/" if kind == "theme" else f"{kind}/"
    guess = text.upper() if kind == "country" else text.casefold().replace(" ", "-")
    if "/" not in text:
        try:
            return resolve(head + guess)
        except RequestError:
            pass
    found = resolve(text)
    if f"/{head}" not in found:
        raise RequestError(f"{text!r} is no {kind} (it is {found.partition('movement-kg/')[2] or found})")
    return found
