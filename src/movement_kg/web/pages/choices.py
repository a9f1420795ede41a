"""What a form offers to choose from, by name, with what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...entity import Name, names
from ...vocabulary import compact
from .site import Site


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what is sent, what is read, and whether it is chosen."""

    value: str
    name: Name
    chosen: bool


def marked(offered: Mapping[str, Name], given: Sequence[str]) -> list[Choice]:
    """The values in the order of their names, and those that were given and are none of them."""
    low = {one.casefold() for one in given}
    is_meant = {key: bool({key.casefold(), name.text.casefold()} & low) for key, name in offered.items()}
    meant = {word for key, name in offered.items() if is_meant[key] for word in (key.casefold(), name.text.casefold())}
    others = [Choice(one, Name(one), chosen=True) for one in given if one.casefold() not in meant]
    ordered = sorted(offered.items(), key=lambda one: (one[1].text.casefold(), one[0]))
    return others + [Choice(key, name, is_meant[key]) for key, name in ordered]


def choosable(site: Site, iris: Iterable[str], head: str) -> dict[str, Name]:
    """The names of things by their paths without the head that all of them have."""
    known = names(site.graph.engine, iris, site.words.language)
    return {compact(one).removeprefix(head): name for one, name in known.items()}
