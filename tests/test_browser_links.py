"""A walk over the links of the site from its first page: each leads somewhere, and each place in a page is there."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html

pytest_plugins = ["server"]

#: The walk ends by itself after so many pages or seconds, and takes so many of one kind: the pages of a kind are alike.
MOST_PAGES, MOST_SECONDS = 1500, 150
MOST_ALIKE, MOST_IN_LANGUAGE, MOST_FILES, LARGEST_FILE = 20, 2, 2, 1_000_000
LANGUAGES = ("en", "es", "fr", "ru")
#: What is there for taking away: large, made on demand, and tried by tests of its own.
LEFT_OUT = ("/downloads/",)
LINKS = "//a/@href | //img/@src | //iframe/@src | //script/@src | //link[not(@rel='canonical')]/@href | //area/@href"


@dataclass(frozen=True)
class Found:
    """What came back for a path: where it led in the end, the status, the page's names of places, and its links."""

    path: str
    status: int
    places: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()


@dataclass
class Walk:
    """What was asked for, how often each kind, and who linked to what."""

    base: str
    linked_from: dict[str, str] = field(default_factory=dict)
    kinds: Counter[tuple[str, ...]] = field(default_factory=Counter)
    pages: dict[str, Found] = field(default_factory=dict)
    fragments: dict[tuple[str, str], str] = field(default_factory=dict)

    def is_new(self, path: str, source: str) -> bool:
        """Whether the path is to be asked for: it is of the site, was not met, and few like it were."""
        if path in self.linked_from or path.startswith(LEFT_OUT):
            return False
        kind, most = _kind(path)
        if self.kinds[kind] >= most or len(self.linked_from) >= MOST_PAGES:
            return False
        self.kinds[kind] += 1
        self.linked_from[path] = source
        return True

    def take(self, found: Found) -> list[str]:
        """The new paths that a page leads to; its fragments are noted."""
        self.pages[found.path] = found
        new = []
        for link in found.links:
            address, fragment = urldefrag(urljoin(self.base + found.path, link))
            if not address.startswith(self.base + "/"):
                continue
            path = address.removeprefix(self.base)
            if fragment and not fragment.startswith("query="):
                self.fragments.setdefault((path, unquote(fragment)), found.path)
            if self.is_new(path, found.path):
                new.append(path)
        return new

    def faults(self) -> Iterator[str]:
        """Links that lead nowhere, and fragments that their page does not have."""
        for path, found in self.pages.items():
            if found.status >= 400 or not found.status:
                yield f"{found.status} {path} (from {self.linked_from[path]})"
        for (path, fragment), source in self.fragments.items():
            page = self.pages.get(path)
            if page and page.places and fragment not in page.places:
                yield f"no #{fragment} in {path} (from {source})"


def _kind(path: str) -> tuple[tuple[str, ...], int]:
    """What sort of address it is, and how many of the sort are asked for: pages, pages in a language, files."""
    parts = urlsplit(path)
    first, _, rest = parts.path.strip("/").partition("/")
    if first in LANGUAGES:
        return (first, rest.partition("/")[0]), MOST_IN_LANGUAGE
    ending = re.search(r"\.([a-z]+)$", parts.path)
    if ending or parts.query:
        return (first, ending[1] if ending else "", "?" if parts.query else ""), MOST_FILES
    return (first,), 100 if first == "queries" else MOST_ALIKE


def _fetch(base: str, path: str) -> Found:
    """What a path gives; it is asked for again where the server had no time for it beside the others."""
    found = _ask(base, path)
    return _ask(base, path) if found.status in (0, 503, 504) else found


def _ask(base: str, path: str) -> Found:
    request = urllib.request.Request(base + path, headers={"Accept": "text/html, */*;q=0.5", "Accept-Language": "en"})
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:
            body, status, kind = answer.read(LARGEST_FILE), answer.status, answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        with error:
            return Found(path, error.code)
    except OSError:
        return Found(path, 0)
    return Found(path, status, *_read(body)) if kind == "text/html" else Found(path, status)


def _read(body: bytes) -> tuple[frozenset[str], tuple[str, ...]]:
    page = html.document_fromstring(body)
    links = [link for link in page.xpath(LINKS) if not link.startswith(("mailto:", "data:"))]
    return frozenset(["", *page.xpath("//@id")]), tuple(dict.fromkeys(links))


def walk(base: str) -> Walk:
    """Follow the links from the first page, nearest first, until there are no more or enough."""
    walked, end = Walk(base), time.monotonic() + MOST_SECONDS
    walked.is_new("/", "/")
    ahead = ["/"]
    with ThreadPoolExecutor(3) as pool:
        while ahead and time.monotonic() < end:
            now, ahead = ahead[:30], ahead[30:]
            for found in pool.map(lambda path: _fetch(base, path), now):
                ahead += walked.take(found)
    return walked


def test_links_lead_somewhere(server):
    walked = walk(server.base)
    faults = [*walked.faults()]
    assert not faults, "\n".join(faults)
    assert len(walked.pages) > 100  # on a machine that does much else there are no more
    reached = {first for first, *_ in walked.kinds}
    assert {"org", "person", "claim", "citation", "date", "queries", "network", "timeline", "sparql", "es"} <= reached


def test_the_walk_notices_faults():
    page = b'<a href="/gone">x</a><a href="#here">y</a><p id="there"></p><a href="https://example.org/">z</a>'
    walked = Walk("http://127.0.0.1:1")
    walked.is_new("/", "/")
    assert walked.take(Found("/", 200, *_read(page))) == ["/gone"]
    walked.take(Found("/gone", 404))
    assert [*walked.faults()] == ["404 /gone (from /)", "no #here in / (from /)"]
