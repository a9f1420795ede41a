"""What is for programs: the whole graph as files, its description, the words of queries, and what crawlers are told."""

from __future__ import annotations

import functools
import io
import itertools
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from ...entity import PROLOGUE, ask
from ...errors import FormatError
from ...knowledge_graph import KnowledgeGraph
from ...network import PROJECTIONS
from ...reifiers import FORMATS as RDF12
from ...results import write_graph
from ...vocabulary import BASE, PREFIXES, WRITTEN_PREFIXES, compact
from ..formats import GRAPHS, SUFFIXES, choose, content_type, listed
from .asked import Reply, as_json, text
from .description import DUMPS, absolute, dataset
from .openapi import document
from .site import Site
from .words import LANGUAGES, _

_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can name: equal tables make equal files
_MOST_ADDRESSES = 50_000


#: The endings of a network's files, and what each is called.
NETWORK_FILES: Mapping[str, str] = {
    "gexf": "GEXF",
    "graphml": "GraphML",
    "cyjs": "Cytoscape",
    "json": "JSON",
    "dot": "DOT",
}


@dataclass(frozen=True)
class Layer:
    """A part of the graph that can be had whole: its name in files, what it is called, what it holds, and its endings."""

    name: str
    title: str
    lead: str
    endings: tuple[str, ...]


LAYERS: Mapping[str, Layer] = {
    one.name: one
    for one in (
        Layer(
            "facts",
            _("Facts"),
            _("What is asserted, as plain triples: names, dates, memberships, links, events. Most people want this."),
            tuple(DUMPS),
        ),
        Layer(
            "all",
            _("Facts, claims and citations"),
            _("Every fact with the claims and passages that it rests on, and what is only implied or was rejected."),
            tuple(DUMPS),
        ),
        Layer(
            "rdf12",
            _("With reifiers of RDF 1.2"),
            _("The same, each claim tied to its triple as RDF 1.2 does it. Few programs read this yet."),
            tuple(ending for ending in DUMPS if SUFFIXES[ending] in RDF12),
        ),
    )
}


def downloads(site: Site) -> Reply:
    """The page of all files, or one of them. A file that there is not gives a page with status 404."""
    name = unquote(site.asked.path.strip("/").partition("/")[2])
    if not name:
        return site.render(
            "downloads.html", layers=LAYERS.values(), dumps=DUMPS, networks=PROJECTIONS.values(), files=NETWORK_FILES,
            sizes=_sizes(site),
        )  # fmt: skip
    if name == "movement-kg-tables.zip":
        return _file(_zipped(site.graph.tables()), name, "application/zip")
    stem, _dot, ending = name.rpartition(".")
    layer = LAYERS.get(stem.removeprefix("movement-kg-")) if stem.startswith("movement-kg-") else None
    if layer is None or ending not in layer.endings:
        return _missing(site)
    form = SUFFIXES[ending]
    pieces = site.graph.export_rdf12(form) if layer.name == "rdf12" else site.graph.export(form, layer.name)
    return _file(pieces, name, content_type(form))


def openapi(site: Site) -> Reply:
    """The OpenAPI document of the named queries and the endpoint."""
    return as_json(document(site), kind="application/json")


def well_known(site: Site) -> Reply:
    """The dataset's description at /.well-known/void (VoID, section 7.2), in the RDF format that suits the asker."""
    if site.asked.path.strip("/") != ".well-known/void":
        return _missing(site)
    form = choose(site.asked.accept, GRAPHS)
    if not form:
        raise FormatError(f"nothing of that can be had; there is {listed(GRAPHS)}")
    lines = sorted({line.encode() for line in dataset(site)})
    return Reply(write_graph(lines, form), 200, content_type(form), (("vary", "Accept"),))


def internal(site: Site) -> Reply:
    """What the site's own scripts ask for: the words of the graph, which the editor offers while someone types."""
    if site.asked.path.strip("/") != "-/vocabulary.json":
        return _missing(site)
    return as_json(vocabulary(site.graph))


@functools.lru_cache(maxsize=1)
def vocabulary(graph: KnowledgeGraph) -> dict[str, Any]:
    """The prefixes, classes and properties that queries use; found once, for every triple has to be looked at."""
    prefixes = {**WRITTEN_PREFIXES, **PREFIXES}
    return {"prefixes": prefixes, "classes": _terms(graph, _CLASSES), "properties": _terms(graph, _PROPERTIES)}


def robots(site: Site) -> Reply:
    """What crawlers may read."""
    # The people of this graph belong to a community that is criminalised in many places. Whoever looks for them here
    # finds them; but nobody's name shall lead from a search engine to a drug users' movement because of this site. So
    # pages that are about a person or list people are no crawler's, and are not in the sitemap either. The other
    # addresses would make a crawler ask queries without end.
    people = [f"{language}/{path}" for language in ("", *(f"/{code}" for code in LANGUAGES)) for path in _UNLISTED]
    lines = [f"Disallow: {site.plain_url(path)}" for path in people]
    return text("\n".join(["User-agent: *", *lines, "", f"Sitemap: {absolute(site, '/sitemap.xml')}", ""]))


_UNLISTED = ("person/", "people", "network", "queries/", "sparql", "search", "downloads/")


def sitemap(site: Site) -> Reply:
    """The pages of all things but people, and of what is held by people (https://www.sitemaps.org/protocol.html)."""
    found = [str(row["thing"])[len(BASE) - 1 :] for row in ask(site.graph.engine, PROLOGUE + _LISTED)]
    pages = ["/", "/about", *(f"/{name}" for name in _PAGES), *found]
    day = escape(str(site.graph.info["version"]))
    urls = (f"<url><loc>{escape(absolute(site, path))}</loc><lastmod>{day}</lastmod></url>\n" for path in pages)
    body = "".join(urls)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return text(f"{head}{body}</urlset>\n", kind="application/xml")


_PAGES = "organisations countries regions events publications provisions themes sources timeline map conflicts queries".split()
_LISTED = f"""SELECT DISTINCT ?thing WHERE {{
    {{ VALUES ?class {{ org:Organization mk:Country mk:Region mk:Place mk:Event mk:Publication mk:Provision mk:Figure
      mk:Position }} ?thing a ?class }} UNION {{ ?thing skos:inScheme <{BASE}scheme/theme> }}
    MINUS {{ ?thing mk:holder/a foaf:Person }} FILTER NOT EXISTS {{ ?thing a foaf:Person }}
    FILTER(STRSTARTS(STR(?thing), "{BASE}"))
}} ORDER BY ?thing LIMIT {_MOST_ADDRESSES - 50}"""


def opensearch(site: Site) -> Reply:
    """How a browser searches here (OpenSearch 1.1)."""
    search = escape(absolute(site, "/search"))
    return text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>movement-kg</ShortName>
<Description>{escape(site.words.say("Search names in any language"))}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="32" height="32" type="image/svg+xml">{escape(absolute(site, "/static/icon.svg"))}</Image>
<Url type="text/html" method="get" template="{search}?q={{searchTerms}}"/>
<Url type="application/opensearchdescription+xml" rel="self" template="{escape(absolute(site, "/opensearch.xml"))}"/>
</OpenSearchDescription>
""",
        kind="application/opensearchdescription+xml",
    )


def _missing(site: Site) -> Reply:
    from .about import fault

    return fault(site, 404, "")


def _file(pieces: Iterable[bytes], name: str, kind: str) -> Reply:
    """A file to keep; its first piece is made before anything is sent, so that a fault is one with a status."""
    rest = iter(pieces)
    first = next(rest, b"")
    return Reply(
        itertools.chain([first], rest), 200, kind, (("content-disposition", f'attachment; filename="{name}"'),)
    )


def _zipped(tables: Iterable[tuple[str, bytes]]) -> list[bytes]:
    """The tables as one file. Equal tables give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables:
            archive.writestr(zipfile.ZipInfo(f"movement-kg-tables/{name}.csv", _ZIPPED), table, zipfile.ZIP_DEFLATED)
    return [packed.getvalue()]


def _sizes(site: Site) -> dict[str, str]:
    """The sizes of those files that lie beside the store as they are sent."""
    size = (site.graph.build.folder / "facts.nt").stat().st_size
    megabytes = f"{site.words.number(round(size / 1_000_000, 1))} MB"
    return {"movement-kg-facts.nt": megabytes, "movement-kg-facts.nq": megabytes}


def _terms(graph: KnowledgeGraph, query: str) -> list[dict[str, Any]]:
    """The terms that a query finds, each once, with the label and comment that the graph has for it."""
    found: dict[str, dict[str, Any]] = {}
    for row in ask(graph.engine, PROLOGUE + query):
        name = compact(str(row["term"]))
        if "//" in name:  # no prefix of ours: it cannot be written short
            continue
        label = str(row["label"] or name.rpartition(":")[2])
        found.setdefault(name, {"name": name, "label": label, "comment": str(row["comment"] or "")})
    return [*found.values()]


_SAID = """OPTIONAL { ?term rdfs:label ?label FILTER(LANG(?label) IN ("", "en")) }
    OPTIONAL { ?term rdfs:comment|skos:definition ?comment FILTER(LANG(?comment) IN ("", "en")) }"""
_CLASSES = f"""SELECT DISTINCT ?term ?label ?comment WHERE {{
    {{ ?term a owl:Class }} UNION {{ SELECT DISTINCT ?term WHERE {{ ?thing a ?term }} }} {_SAID} FILTER(ISIRI(?term))
}} ORDER BY ?term ?label ?comment"""
_PROPERTIES = f"""SELECT DISTINCT ?term ?label ?comment WHERE {{
    {{ ?term a owl:ObjectProperty }} UNION {{ ?term a owl:DatatypeProperty }} UNION {{ ?term a rdf:Property }}
    UNION {{ SELECT DISTINCT ?term WHERE {{ ?thing ?term ?value }} }} {_SAID} FILTER(ISIRI(?term))
}} ORDER BY ?term ?label ?comment"""
