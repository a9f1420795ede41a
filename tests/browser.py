"""Debian's Chromium before the running site: every page type, what a page asked for and complained of, and what axe says of it.

A test module takes the fixtures by `pytest_plugins = ["server", "browser"]`, and imports the rest before that is read, which
pytest would warn of: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
#: Nothing that the browser does by itself, and no name that could be asked of anybody.
SWITCHES = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa".split()
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

#: The pages that a visitor meets: a path, or a class whose thing with the most claims is shown.
PAGES = {
    "home": "/",
    "organisation": "org:Organization",
    "person": "foaf:Person",
    "country": "mk:Country",
    "region": "mk:Region",
    "event": "mk:Event",
    "publication": "/work/vancouver-declaration",
    "theme": "/concept/theme/stigma",
    "provision": "mk:Provision",
    "source": "mk:Source",
    "position": "mk:Position",
    "place": "mk:Place",
    "figure": "mk:Figure",
    "membership": "org:Membership",
    "link": "mk:Link",
    "date": "mk:Date",
    "claim": "mk:Claim",
    "citation": "mk:Citation",
    "term of the ontology": "/ontology/founded",
    "organisations": "/organisations",
    "people": "/people",
    "countries": "/countries",
    "regions": "/regions",
    "events": "/events",
    "publications": "/publications",
    "themes": "/themes",
    "provisions": "/provisions",
    "search": "/search?q=network",
    "search for nothing": "/search?q=zzzzzz",
    "networks": "/network",
    "network": "/network/organisations",
    "timeline": "/timeline",
    "map": "/map",
    "conflicts": "/conflicts",
    "sources": "/sources",
    "queries": "/queries",
    "query with a form": "/queries/organisations-in-country",
    "query as table": "/queries/first-groups",
    "query as network": "/queries/campaigns",
    "query as map": "/queries/consumption-rooms",
    "query as timeline": "/queries/founding-dates",
    "query as chart": "/queries/most-mentioned",
    "editor": "/sparql",
    "editor with an answer": "/sparql?query=SELECT%20%3Fs%20%3Fp%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%203",
    "downloads": "/downloads",
    "about": "/about",
    "no such page": "/org/nobody-has-this-name",
}
_THING = "?thing a {kind} . OPTIONAL { ?claim rdf:subject|rdf:object|mk:citation ?thing }"
#: A claim is shown that another contradicts.
_CLAIM = "?thing mk:conflictsWith ?claim"
_PROLOGUE = """PREFIX mk: <https://w3id.org/movement-kg/ontology/> PREFIX org: <http://www.w3.org/ns/org#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
_WATCH = """addEventListener("securitypolicyviolation", (event) => console.error(
  `against the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}`), true);"""


def path_of(server, name: str) -> str:
    """The path of a page of `PAGES`."""
    kind = PAGES[name]
    if kind.startswith("/"):
        return kind
    where = _CLAIM if kind == "mk:Claim" else _THING.replace("{kind}", kind)
    chosen = f"{_PROLOGUE}SELECT ?thing {{ {where} }} GROUP BY ?thing ORDER BY DESC(COUNT(?claim)) STR(?thing) LIMIT 1"
    return urlsplit(server.rows(chosen)[0]["thing"]).path.removeprefix("/movement-kg")


@dataclass
class Opened:
    """A page in a context of its own: all that it, and every frame in it, asked for and complained of."""

    page: Page
    base: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def goto(self, path: str) -> Opened:
        """Open a path of the site; what it must not do is noticed from now on."""
        self.page.goto(self.base + path, wait_until="load")
        return self

    def strangers(self) -> list[str]:
        """The requests to anybody but the site."""
        return [one for one in self.asked if not one.startswith((self.base + "/", "data:", "blob:", "about:"))]

    def axe(self) -> list[str]:
        """The serious and critical findings of axe in all frames, one line each."""
        for frame in self.page.frames:
            if not frame.evaluate("Boolean(window.axe)"):
                frame.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })", RULES)
        return [line for one in found["violations"] if one["impact"] in ("serious", "critical") for line in _told(one)]


def _told(finding: dict[str, Any]) -> list[str]:
    """A finding of axe as lines: the rule, the element, why; at most five elements."""
    lines = []
    for node in finding["nodes"][:5]:
        why = " ".join(node["failureSummary"].split())
        lines.append(f"{finding['id']}: {json.dumps(node['target'])} {node['html'][:160]} – {why}")
    return lines


class Visitor:
    """Opens pages of the site, each in a fresh context, and closes them all."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser, self._base = browser, base
        self._contexts: list[BrowserContext] = []

    def __call__(self, path: str = "", **options: Any) -> Opened:
        """A page at a path, or none yet; `options` are those of a Playwright context."""
        context = self._browser.new_context(**{"viewport": WIDE, "locale": "en-GB"} | options)
        self._contexts.append(context)
        context.set_default_timeout(30_000)
        context.add_init_script(_WATCH)
        opened = Opened(context.new_page(), self._base)
        _listen(context, opened)
        return opened.goto(path) if path else opened

    def leave(self) -> None:
        for context in self._contexts:
            context.close()


def _listen(context: BrowserContext, opened: Opened) -> None:
    context.on("request", lambda request: opened.asked.append(request.url))
    context.on(
        "console", lambda told: opened.complaints.append(told.text) if told.type in ("error", "warning") else None
    )
    context.on("weberror", lambda fault: opened.complaints.append(str(fault.error)))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, for one module: while Playwright runs, no other test could have a loop of asyncio."""
    if not shutil.which(CHROMIUM):
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"the tests of pages need {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, NO_NAMES])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, server) -> Iterator[Visitor]:
    """Opens pages of the site in Chromium: `visit("/people", java_script_enabled=False)`."""
    visitor = Visitor(chromium, server.base)
    yield visitor
    visitor.leave()
