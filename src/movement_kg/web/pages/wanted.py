"""Which network a request asks for, and that network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ...draw import Network
from ...errors import RequestError, unknown
from ...vocabulary import compact
from .site import Site
from .whole_networks import whole

SEVERAL = ("kind", "country", "region", "theme", "source")
ONE = ("since", "until", "certainty", "min_weight")
_DIGITS = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Wanted:
    """Which network is asked for: its projection, the filters that are on, and what part of it.

    `ego` is the name or path of a thing whose surroundings within `depth` steps are wanted ("" for none); `core` is the
    greatest number of nodes (0 for any).
    """

    projection: str
    filters: Mapping[str, tuple[str, ...]]
    ego: str = ""
    depth: int = 1
    core: int = 0

    def query(self, **more: object) -> str:
        """The parameters of an address of this network, with its question mark; `more` replaces some."""
        given: dict[str, object] = dict(self.filters)
        given |= {"ego": self.ego} if self.ego else {}
        given |= {"depth": self.depth} if self.depth > 1 else {}
        given |= {"core": self.core} if self.core else {}
        text = urlencode(given | more, doseq=True)
        return f"?{text}" if text else ""

    def values(self, name: str) -> tuple[str, ...]:
        """What was given for a filter."""
        return self.filters.get(name, ())


def wanted_by(site: Site, projection: str) -> Wanted:
    """The network that a request asks for. Raises RequestError for an option that there is not, or a wrong number."""
    params = {name: [value for value in values if value] for name, values in site.asked.params.items()}
    known = (*SEVERAL, *ONE, "ego", "depth", "core")
    for name in params:
        if name not in known:
            raise unknown("a network has no option", name, known)
    filters = {name: tuple(params[name]) for name in SEVERAL if params.get(name)}
    filters |= {name: (params[name][0],) for name in ONE if params.get(name)}
    defaults = {"certainty": ("asserted",), "min_weight": ("1",)}
    filters = {name: values for name, values in filters.items() if defaults.get(name) != values}
    ego = params.get("ego") or [""]
    return Wanted(projection, filters, ego[0].strip(), _number(params, "depth", 1), _number(params, "core", 0))


def _number(params: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    text = (params.get(name) or [str(default)])[0]
    if not _DIGITS.fullmatch(text) or int(text) < default:
        raise RequestError(f"{name} must be a whole number, {default} or more (got {text!r})")
    return int(text)


def found_for(site: Site, wanted: Wanted) -> Network:
    """The network that is wanted. Raises RequestError where nothing is left of it, or a filter names what there is not."""
    found = whole(site.graph, wanted.projection)
    if wanted.filters:
        given: dict[str, Any] = {
            name: values if name in SEVERAL else values[0] for name, values in wanted.filters.items()
        }
        found = site.graph.network(wanted.projection, **given)
    if wanted.ego:
        found = found.ego(compact(site.graph.resolve(wanted.ego)), wanted.depth)
    return found.core(wanted.core) if wanted.core else found
