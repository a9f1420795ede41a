"""Every page type in Chromium: nothing asked of others, nothing complained of, and for everybody in any light and any width."""

from __future__ import annotations

import hashlib

import pytest
from browser import AXE, NARROW, PAGES, path_of

pytest_plugins = ["server", "browser"]

ENTITY_BYTES = 60_000


@pytest.mark.parametrize("name", PAGES)
def test_page_is_sound(visit, server, name):
    path = path_of(server, name)
    opened = visit(path)
    page = opened.page
    page.wait_for_load_state("networkidle")
    faults = _of_document(page) + opened.axe()
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    faults += opened.axe() + _too_wide(page)
    assert faults == []
    assert opened.strangers() == []
    assert [one for one in opened.complaints if not (name == "no such page" and "status of 404" in one)] == []


def _of_document(page) -> list[str]:
    """What every document must have."""
    found = page.evaluate("""() => [
      document.querySelectorAll("h1").length === 1 || "not one h1",
      document.documentElement.lang === "en" || "no language",
      document.querySelectorAll("main").length === 1 || "not one main",
      document.title.includes(" – ") || document.title.length > 8 || `title ${document.title}`,
      !document.querySelector("[style], style, [onclick], script:not([src]):not([type*=json])") || "inline style or script",
    ]""")
    return [one for one in found if one is not True]


def _too_wide(page) -> list[str]:
    """The elements that stick out, where the page scrolls sideways."""
    return page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
      [`the page is ${document.documentElement.scrollWidth} px wide`,
       ...[...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
         && !one.closest(".scroll, svg, nav")).slice(0, 5).map((one) => one.outerHTML.slice(0, 120))]""")


def test_titles_differ(server):
    """Each page has a title of its own: a tab, a bookmark and a reading aid know a page by it."""
    titles = {}
    for name in PAGES:
        text = server.get(path_of(server, name), "text/html").text
        titles.setdefault(text.partition("<title>")[2].partition("</title>")[0], []).append(name)
    shared = [names for names in titles.values() if len(names) > 1]
    assert shared in ([], [["editor", "editor with an answer"]])


def test_page_of_the_largest_organisation_is_small(server):
    page = server.get(path_of(server, "organisation"), "text/html").body
    assert len(page) < ENTITY_BYTES


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("main.append(document.createElement('img')); main.lastChild.src = '/static/icon.svg'", "image-alt"),
        ("main.append('pale'); main.style.color = '#aaa'; main.style.background = '#bbb'", "color-contrast"),
        ("main.append(document.createElement('input'))", "label"),
        ("document.querySelector('iframe').contentDocument?.querySelector('main, body').append("
         "document.createElement('input'))", "label"),
    ],
    ids=["picture without words", "pale text", "nameless field", "nameless field in a frame"],
)  # fmt: skip
def test_axe_can_fail(visit, fault, rule):
    opened = visit("/about")
    opened.page.evaluate("""async () => { const frame = document.createElement("iframe"); frame.title = "another page";
      frame.src = "/org/nobody"; document.querySelector("main").append(frame);
      await new Promise((done) => frame.addEventListener("load", done)); }""")
    opened.page.evaluate(f"() => {{ const main = document.querySelector('main'); {fault}; }}")
    assert rule in {line.partition(":")[0] for line in opened.axe()}


def test_a_request_to_others_would_be_noticed(visit):
    opened = visit("/about")
    opened.page.evaluate("fetch('https://example.org/').catch(() => {})")
    opened.page.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert any("against the policy: connect-src" in one for one in opened.complaints)
    frame = "data:text/html,<img src='http://example.org/picture.png'>"
    opened.page.goto(frame)
    assert opened.strangers() == ["http://example.org/picture.png"]


def test_vendored_axe_is_what_it_says_to_be():
    told = AXE.with_name("VENDORED.md").read_text("utf-8")
    assert f"`{hashlib.sha256(AXE.read_bytes()).hexdigest()}`" in told
    assert AXE.read_bytes().startswith(b"/*! axe v4.14.1")
