"""What visitors do: search, read a fact and its passage, choose colours and a language, ask, print, use the keyboard alone."""

from __future__ import annotations

import csv
import io
import re

import pytest
from browser import NARROW, path_of
from playwright.sync_api import expect

pytest_plugins = ["server", "browser"]

#: What each main page must hold where no script runs, and at least how often.
WITHOUT_SCRIPTS = {
    "home": (".question li a", 8),
    "organisation": (".facts dd", 5),
    "person": (".relations > li", 3),
    "claim": ("h1.statement a", 2),
    "citation": (".relations > li", 5),
    "organisations": ("#list tbody tr", 50),
    "search": ("main li a", 3),
    "networks": (".view-card h2 a", 5),
    "network": (".view-edges tbody tr", 20),
    "timeline": ("main a[href*='/event/']", 10),
    "map": ("main a[href*='/country/']", 10),
    "conflicts": ("main a[href*='/claim/']", 5),
    "sources": ("main a[href*='/work/']", 5),
    "queries": (".query-list li a", 40),
    "query as table": (".query-rows tbody tr", 1),
    "editor with an answer": ("#sparql-answer tbody tr", 3),
    "downloads": ("main a[href]", 5),
}
QUERY = (
    "SELECT ?name { <https://w3id.org/movement-kg/org/inpud> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }"
)
PLACE = re.compile(r"line \d.*column \d", re.IGNORECASE | re.DOTALL)
NETWORK = "International Network of People who Use Drugs"


def colours(page) -> tuple[str, str]:
    """The page's ground and ink as they are drawn."""
    return tuple(
        page.evaluate(
            "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
        )
    )


def is_focused(page) -> str:
    """What has the focus: its id, or its words."""
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


@pytest.mark.parametrize(("start", "box"), [("/", "#find-big"), ("/about", "#find")])
def test_suggestions_lead_to_the_thing(visit, start, box):
    page = visit(start).page
    page.locator(box).press_sequentially("inpud", delay=20)
    suggestions = page.get_by_role("listbox").get_by_role("option")
    expect(suggestions.first).to_contain_text(NETWORK)
    expect(page.locator(box)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(suggestions.first).to_have_attribute("aria-selected", "true")
    expect(page.locator(box)).to_have_attribute("aria-activedescendant", suggestions.first.get_attribute("id"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/org/inpud")
    expect(page.locator("h1")).to_have_text(NETWORK)


def test_escape_closes_the_suggestions_and_enter_searches(visit):
    page = visit("/about").page
    page.locator("#find").press_sequentially("inpu", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=inpu")


def test_a_search_needs_no_script(visit):
    page = visit("/", java_script_enabled=False).page
    page.locator("#find-big").fill("inpud")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=inpud")
    page.locator("main").get_by_role("link", name=NETWORK).first.click()
    expect(page.locator("h1")).to_have_text(NETWORK)


@pytest.mark.parametrize("name", WITHOUT_SCRIPTS)
def test_each_page_has_its_content_without_scripts(visit, server, name):
    selector, least = WITHOUT_SCRIPTS[name]
    page = visit(path_of(server, name), java_script_enabled=False).page
    assert page.locator(selector).count() >= least
    for one in ("#theme", "[data-filter]", "#query-filter"):
        assert not page.locator(one).is_visible(), f"{one} does nothing without a script"


def test_a_list_is_filtered(visit):
    page = visit("/organisations").page
    rows = page.locator("#list tbody tr:visible")
    everything = rows.count()
    page.get_by_label("Show only names with").fill("ASIÁN")
    expect(page.locator(".filter [role=status]")).to_have_text(re.compile(f"of {everything} shown"))
    assert 0 < rows.count() < everything
    assert all("asian" in text.lower() for text in rows.all_inner_texts())
    page.get_by_label("Show only names with").fill("")
    expect(rows).to_have_count(everything)


def test_a_citation_leads_to_its_passage(visit):
    page = visit("/org/inpud").page
    cite = page.locator(".facts .cite").first
    number = cite.inner_text()
    cite.click()
    page.wait_for_url(f"**/org/inpud#source-{number}")
    source = page.locator(f"#source-{number}")
    expect(source).to_be_in_viewport()
    passage = source.locator("a[href*='/citation/']")
    locator = passage.inner_text()
    passage.click()
    page.wait_for_url("**/citation/*")
    expect(page.locator("h1")).to_have_text(locator)
    expect(page.locator(".relations a[href$='/org/inpud']").first).to_be_visible()
    page.locator(".lead a").click()
    page.wait_for_url("**/work/*")


def test_a_claim_says_who_says_so(visit):
    page = visit("/org/inpud").page
    page.locator(".warn-note a[href*='/claim/']", has_text="2008").click()
    page.wait_for_url("**/claim/*")
    expect(page.locator("h1")).to_contain_text("2008")
    expect(page.locator(".warn-note")).to_contain_text("2006")
    assert page.locator("main a[href*='/citation/']").count() >= 2


def test_colours_are_chosen_and_kept(visit):
    page = visit("/org/inpud", color_scheme="light").page
    light = colours(page)
    page.locator("#theme").click()
    dark = colours(page)
    assert dark != light
    page.goto(page.url.replace("/org/inpud", "/people"))
    assert colours(page) == dark
    expect(page.locator("#theme")).to_have_text("Light colours")
    page.locator("#theme").click()
    assert colours(page) == light
    page.emulate_media(color_scheme="dark")
    assert colours(page) == light, "what the reader chose counts more than what the system says"


def test_another_language_keeps_the_page_and_changes_the_words(visit):
    page = visit("/queries/organisations-in-country?country=country%2FNL").page
    before = page.locator(".main-nav").inner_text()
    page.get_by_role("link", name="Español").click()
    page.wait_for_url("**/es/queries/organisations-in-country?country=country**NL")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.locator(".main-nav").inner_text() != before
    page.locator(".main-nav a").first.click()
    page.wait_for_url("**/es/organisations")
    expect(page.locator("h1")).to_contain_text("Organizaciones")


@pytest.mark.parametrize(("language", "word"), [("es", "Español"), ("fr", "Français"), ("ru", "Русский")])
def test_the_browsers_language_is_answered(visit, language, word):
    page = visit("/org/inpud", locale=language).page
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".languages [aria-current]")).to_have_text(word)


def test_a_question_is_asked_and_its_rows_taken_away(visit, server):
    page = visit("/queries/organisations-in-country").page
    field = page.locator(".query-form [name=country]")
    if field.evaluate("field => field.localName") == "select":
        field.select_option(label="Netherlands")
    else:
        field.fill("Netherlands")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/queries/organisations-in-country?country=*")
    assert page.locator(".query-rows tbody tr").count() > 0
    link = page.locator("main a[download$='.csv']").get_attribute("href")
    answer = server.get(link)
    assert (answer.status, answer.type) == (200, "text/csv")
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert rows
    assert all(row["name"] for row in rows)


def test_the_editor_answers_with_a_table(visit):
    opened = visit("/sparql")
    page = opened.page
    write(page, QUERY)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#sparql-answer table")).to_contain_text(NETWORK)
    link = page.locator("#sparql-answer a[download$='.csv']").first
    expect(link).to_be_visible()
    assert opened.complaints == []


def test_the_editor_says_where_a_query_is_wrong(visit):
    page = visit("/sparql").page
    write(page, "SELECT ?s {\n  ?s ?p \n}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#sparql-fault")).to_contain_text(PLACE)


def write(page, query: str) -> None:
    """Put a query into the editor as somebody does who types."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)


def test_the_editor_needs_no_script(visit):
    page = visit("/sparql", java_script_enabled=False).page
    page.locator("#query").fill(QUERY)
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/sparql?query=*")
    expect(page.locator("#sparql-answer table")).to_contain_text(NETWORK)
    page.locator("#query").fill("SELECT ?s { ?s ?p }")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#sparql-fault")).to_contain_text(PLACE)


def test_a_network_is_shown_as_picture_and_drawn_to_explore(visit):
    opened = visit("/network/organisations")
    page = opened.page
    picture = page.locator(".net-picture img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    page.locator("iframe.net-map").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe.net-map")
    expect(frame.locator("canvas").first).to_be_visible()
    inside = page.locator("iframe.net-map").element_handle().content_frame()
    inside.wait_for_function("() => Boolean(window.movementMap && movementMap.firstPictureMs)")
    assert opened.strangers() == opened.complaints == []


def test_everything_is_reached_with_the_keyboard(visit):
    page = visit("/about").page
    page.keyboard.press("Tab")
    assert is_focused(page) == "Skip to the content"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert is_focused(page) == "main"
    page = visit("/about").page
    met = []
    for _ in range(8):
        page.keyboard.press("Tab")
        met.append(is_focused(page))
    assert met == [
        "Skip to the content",
        "movementkg",
        "find",
        "Search",
        "Organisations",
        "People",
        "Events",
        "Publications",
    ]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/publications")


def test_search_with_the_keyboard_on_a_narrow_screen(visit):
    page = visit("/people", viewport=NARROW).page
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("inpud")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=inpud")


def test_an_entity_prints_black_on_white(visit):
    page = visit("/org/inpud", color_scheme="dark").page
    page.locator("#theme").click()
    page.locator("#theme").click()
    page.emulate_media(media="print")
    pale = page.evaluate("""() => [...document.querySelectorAll("html, body, body *")].filter((one) => {
      const style = getComputedStyle(one), parts = (text) => text.match(/[\\d.]+/g).map(Number);
      if (!one.checkVisibility() || one.closest("svg")) return false;
      const ground = parts(style.backgroundColor), ink = parts(style.color);
      return Math.max(...ink.slice(0, 3)) > 0x66 || (ground[3] !== 0 && Math.min(...ground.slice(0, 3)) < 255);
    }).map((one) => one.outerHTML.slice(0, 100))""")
    assert pale == []
    for gone in (".top", ".bottom", ".skip"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
