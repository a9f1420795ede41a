"""Every form in which a network leaves the program: pictures, a page, and files for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import unknown
from .drawing import Drawing
from .files import WRITERS, csv_tables

__all__ = ["FORMATS", "PICTURES", "csv_tables", "write"]

#: The format that a file's ending means.
FORMATS = {
    ".svg": "svg",
    ".png": "png",
    ".html": "html",
    ".gexf": "gexf",
    ".graphml": "graphml",
    ".cyjs": "cytoscape",
    ".json": "node-link",
    ".dot": "dot",
}
#: Pictures, and how many nodes a reader, or a browser, can take in: more are cut to the core.
PICTURES = {"svg": 1_500, "png": 1_500, "html": 3_000}

_FactsOf = Callable[[Sequence[str]], tuple[Mapping[str, Any], Mapping[str, Any]]]


def write(drawing: Drawing, form: str, facts: _FactsOf | None = None) -> Iterator[bytes]:
    """A drawing's bytes in a format. `facts` gives what is said of nodes, which only the page shows.

    Raises RequestError for a format that there is not, and for a picture that lacks what makes it.
    """
    if form in WRITERS:
        return WRITERS[form](drawing)
    if form == "svg":
        from .svg import svg

        return svg(drawing)
    if form == "png":
        from .png import png

        return png(drawing)
    if form == "html":
        from .page import page
        from .page.content import content

        return page(content(drawing, facts))
    raise unknown("there is no format", form, FORMATS.values())
