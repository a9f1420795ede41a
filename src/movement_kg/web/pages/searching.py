"""Search: the page of what was found, and suggestions while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import RequestError
from ...search import KINDS, Hit
from ...vocabulary import BASE
from .asked import Reply, as_json
from .site import Site
from .words import _

#: What one thing of a kind is called, and what several are.
KIND_NAMES: Mapping[str, tuple[str, str]] = {
    "org": (_("organisation"), _("Organisations")),
    "person": (_("person"), _("People")),
    "country": (_("country"), _("Countries")),
    "place": (_("place"), _("Places")),
    "region": (_("region"), _("Regions")),
    "event": (_("event"), _("Events")),
    "work": (_("publication"), _("Publications")),
    "theme": (_("theme"), _("Themes")),
    "provision": (_("law or service"), _("Laws and services")),
    "position": (_("position"), _("Positions")),
    "concept": (_("term"), _("Terms")),
}
#: The greatest score of what is only spelled nearly so (see `movement_kg.search.Hit`).
_NEARLY = 0.3
_LAST = ("provision", "position", "concept")
_HITS, _SUGGESTED, _MOST = 100, 8, 50


def search(site: Site) -> Reply:
    """What has a name such as the parameter `q`, by kind; without one, how to search."""
    text = site.asked.one("q").strip()[:200]
    kind = site.asked.one("kind")
    if kind and kind not in KINDS:
        raise RequestError(f"there is no kind of thing {kind!r} (there are {', '.join(KINDS)})")
    hits = site.opened.index.find(text, site.words.language, _HITS, [kind] if kind else ())
    found = [hit for hit in hits if hit.score > _NEARLY]
    near = [] if found else hits[:10]
    return site.render(
        "search.html",
        text=text,
        kind=kind,
        groups=_groups(found),
        total=len(found),
        most=_HITS,
        near=near,
        kinds=KIND_NAMES,
    )


def suggestions(site: Site) -> Reply:
    """The same as JSON: a list of things, the best first, as many as the parameter `limit` says."""
    limit = site.asked.one("limit") or str(_SUGGESTED)
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= _MOST:
        raise RequestError(f"limit must be a whole number from 1 to {_MOST} (got {limit[:20]!r})")
    hits = site.opened.index.find(site.asked.one("q"), site.words.language, int(limit))
    return as_json([_suggested(site, hit) for hit in hits])


def _suggested(site: Site, hit: Hit) -> dict[str, str]:
    return {
        "iri": hit.iri,
        "path": site.url("/" + hit.iri.removeprefix(BASE)),
        "name": hit.name,
        "kind": hit.kind,
        "kind_label": site.words.say(KIND_NAMES.get(hit.kind, (hit.kind, ""))[0]),
        "matched": hit.matched,
    }


def _groups(hits: Sequence[Hit]) -> list[tuple[str, list[Hit]]]:
    """The hits by kind: the kind of the best one first, but what is no thing of the world last."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.kind, []).append(hit)
    return sorted(found.items(), key=lambda group: _LAST.index(group[0]) + 1 if group[0] in _LAST else 0)
