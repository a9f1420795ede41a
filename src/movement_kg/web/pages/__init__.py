"""The pages of the site, made in processes of their own: a request in, a reply out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote

from ...engines.embedded import EmbeddedEngine, open_store
from ...engines.frames import DATA, DONE, FAULT, KIND, Sender, receive
from ...engines.worker import bound_memory
from ...errors import FormatError, MovementKGError, RequestError
from ...finished import Build
from ...knowledge_graph import KnowledgeGraph
from ...search import Index
from . import (
    about,
    conflicts,
    data,
    home,
    lists,
    networks,
    questions,
    searching,
    sources,
    sparql,
    things,
    timeline,
    whole_networks,
    worldmap,
)
from .asked import Asked, Reply
from .site import Opened, Shared, Site, shared
from .texts import Texts, read
from .words import LANGUAGES, load, negotiate

Page = Callable[[Site], Reply]
#: The page of each first step of a path; what stands here in no way is a thing.
PAGES: Mapping[str, Page] = {
    "": home.home,
    "about": about.about,
    "search": searching.search,
    "search.json": searching.suggestions,
    "network": networks.network,
    "timeline": timeline.timeline,
    "map": worldmap.world,
    "conflicts": conflicts.conflicts,
    "sources": sources.sources,
    "queries": questions.questions,
    "sparql": sparql.sparql,
    "downloads": data.downloads,
    "openapi.json": data.openapi,
    ".well-known": data.well_known,
    "-": data.internal,
    "robots.txt": data.robots,
    "sitemap.xml": data.sitemap,
    "opensearch.xml": data.opensearch,
    **dict.fromkeys(lists.LISTS, lists.listing),
}
_PIECE = 1 << 16


def answer(shared: Shared, opened: Opened, asked: Asked) -> Reply:
    """The reply to a request, whatever it asks for."""
    language, prefix, path = _language(asked)
    asked = Asked(path, asked.params, asked.accept, asked.languages, asked.given)
    site = Site(shared, opened, asked, shared.words[language], prefix)
    try:
        if asked.given.get("prepare"):
            whole_networks.prepare(opened.graph)
            return Reply([])
        if asked.given.get("status"):
            return about.fault(site, asked.given["status"], asked.given.get("message", ""))
        first = unquote(path).strip("/").partition("/")[0]
        page = PAGES.get(first) or _by_suffix(first)
        return page(site) if page else things.thing(site)
    except FormatError as error:
        return about.fault(site, 406, str(error))
    except RequestError as error:
        return about.fault(site, 400, str(error))


def work(build: str, sources: str, root: str, origin: str, limits: str) -> Callable[[int], NoReturn]:
    """What the children of a nursery run: make pages of a build until the socket is closed.

    `sources` is the folder of the texts ("" for none), `root` and `origin` say under which address the site is known, `limits`
    is JSON with what the pages tell of the limits.
    """
    folder = Path(build)
    ready = shared(root, origin, load(), json.loads(limits))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    texts = read(Path(sources) if sources else None)
    return lambda descriptor: _run(descriptor, ready, Build(folder, manifest), texts)


def open_build(build: Build, texts: Texts) -> Opened:
    """A build for this process."""
    graph = KnowledgeGraph(build, engine=EmbeddedEngine(open_store(build.store)))
    queries = {query.name: query for query in build.queries()}
    return Opened(graph, queries, Index(build.folder / "search.sqlite"), texts)


def _run(descriptor: int, shared: Shared, build: Build, texts: Texts) -> NoReturn:
    opened = open_build(build, texts)
    bound_memory(int(shared.limits["memory"]))
    sender = Sender(descriptor)
    while (frame := receive(descriptor)) is not None:
        _answer(shared, opened, Asked.unpack(frame[1]), sender)
    os._exit(0)


def _answer(shared: Shared, opened: Opened, asked: Asked, sender: Sender) -> None:
    try:
        reply = answer(shared, opened, asked)
        sender.put(KIND, reply.head())
        for piece in reply.body:
            for start in range(0, len(piece), _PIECE):
                sender.put(DATA, piece[start : start + _PIECE])
        sender.put(DONE)
    except MovementKGError as error:
        sender.forget()
        sender.put(FAULT, f"run\n{error}".encode())
    except Exception as error:  # a fault of ours: the visitor learns that there is one, the operator which
        sender.forget()
        sender.put(FAULT, f"page\n{type(error).__name__}: {error}".encode(errors="replace"))
    sender.flush()


def _language(asked: Asked) -> tuple[str, str, str]:
    """The language to answer in, its prefix where the path names it, and the path without it."""
    first, _, rest = asked.path.strip("/").partition("/")
    if first in LANGUAGES:
        return first, f"/{first}", f"/{rest}"
    return negotiate(asked.languages), "", "/" + asked.path.lstrip("/")


def _by_suffix(first: str) -> Page | None:
    """Pages that also have a data form, such as /organisations.csv."""
    stem, dot, _ = first.rpartition(".")
    return lists.listing if dot and stem in lists.LISTS else None
