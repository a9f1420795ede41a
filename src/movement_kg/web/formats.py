"""The formats in which answers and graphs are served: their names, media types and suffixes; and choosing one by Accept."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

#: Media types of SPARQL 1.1 result formats and of RDF formats; the first of a format is what is sent.
ROWS: Mapping[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
GRAPHS: Mapping[str, tuple[str, ...]] = {
    "turtle": ("text/turtle", "application/x-turtle"),
    "ntriples": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
    "trig": ("application/trig",),
    "nquads": ("application/n-quads",),
}
HTML: Mapping[str, tuple[str, ...]] = {"html": ("text/html", "application/xhtml+xml")}
SUFFIXES: Mapping[str, str] = {
    "html": "html",
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "json": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
}


class _Range(NamedTuple):
    type: str
    subtype: str
    quality: float


def choose(accept: str, offers: Mapping[str, Sequence[str]]) -> str:
    """The name of the offer that an Accept header likes best (RFC 9110, section 12.5.1); "" where it likes none.

    Of equal ones, the first that the header names, then the first that is offered.

    >>> choose("text/csv;q=0.5, application/sparql-results+xml", ROWS), choose("image/png", ROWS), choose("", ROWS)
    ('xml', '', 'json')
    """
    ranges = list(_ranges(accept or "*/*"))
    best, best_rank = "", (0.0, 0.0)
    for name, types in offers.items():
        rank = max(_rank(media, ranges) for media in types)
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = name, rank
    return best


@functools.lru_cache(maxsize=256)
def accepts_gzip(accept: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, section 12.5.3).

    >>> accepts_gzip("deflate, gzip;q=0.5"), accepts_gzip("gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    for part in accept.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if coding in ("gzip", "x-gzip", "*"):
            return _quality(parameters) > 0
    return False


def content_type(form: str) -> str:
    """The media type with which a format is sent."""
    found = {**ROWS, **GRAPHS, **HTML}[form][0]
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def listed(*offers: Mapping[str, Sequence[str]]) -> str:
    """The media types that there are, as the end of a message."""
    return ", ".join(dict.fromkeys(types[0] for each in offers for types in each.values()))


def _ranges(accept: str) -> Iterable[_Range]:
    for part in accept.split(",")[:50]:
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, slash, subtype = media.partition("/")
        if slash or kind == "*":
            yield _Range(kind, subtype if slash else "*", _quality(parameters))


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def _rank(media: str, ranges: Sequence[_Range]) -> tuple[float, float]:
    """The quality of the most exact range that a media type falls in, and how early that range was named."""
    kind, _, subtype = media.partition("/")
    exactness, quality, place = -1, 0.0, 0.0
    for number, one in enumerate(ranges):
        fits = one.type in (kind, "*") and one.subtype in (subtype, "*")
        how_exact = (one.type != "*") + (one.subtype != "*")
        if fits and how_exact > exactness:
            exactness, quality, place = how_exact, one.quality, (-number if how_exact == 2 else -99.0)
    return quality, place
