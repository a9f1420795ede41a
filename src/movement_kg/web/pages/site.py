"""The site as a page sees it: the opened build, the templates, the words, the search index."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import jinja2
from markupsafe import Markup

from ...entity import Name
from ...knowledge_graph import KnowledgeGraph
from ...queries import NamedQuery
from ...search import Index
from ...vocabulary import BASE, compact
from .asked import HTML, Asked, Reply
from .texts import Texts
from .words import LANGUAGES, Words, _

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"
INERT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


#: What may be said of a fact besides its value.
MARKS = (
    _("implied"),
    _("the sources disagree"),
    _("disputed"),
    _("rejected"),
    _("preferred"),
    _("accepted"),
    _("withdrawn"),
)
GROUP_TITLES = {
    "membership": _("Memberships"),
    "participation": _("Took part"),
    "contribution": _("Contributions"),
    "link": _("Links"),
    "event": _("Events"),
    "work": _("Publications"),
    "org": _("Organisations"),
    "person": _("People"),
    "place": _("Places"),
    "region": _("Regions"),
    "provision": _("Laws and services"),
    "figure": _("Figures"),
    "position": _("Positions"),
    "mention": _("Mentions"),
    "country": _("Countries"),
    "concept": _("Concepts"),
}


@dataclass(frozen=True)
class Shared:
    """What does not change between builds and is loaded once, before processes are forked."""

    templates: jinja2.Environment
    words: Mapping[str, Words]
    static: Mapping[str, str]
    root: str = ""
    origin: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """A build and what belongs to it, opened once in each process."""

    graph: KnowledgeGraph
    queries: Mapping[str, NamedQuery]
    index: Index
    texts: Texts


@dataclass(frozen=True)
class Site:
    """The site for one request: in one language, below one address."""

    shared: Shared
    opened: Opened
    asked: Asked
    words: Words
    prefix: str = ""

    @property
    def graph(self) -> KnowledgeGraph:
        """The opened graph."""
        return self.opened.graph

    @property
    def queries(self) -> Mapping[str, NamedQuery]:
        """The named queries, by name."""
        return self.opened.queries

    @property
    def version(self) -> str:
        """The data's version and the build's content, short."""
        info = self.graph.info
        return f"{info['version']}, {info['content'][:12]}"

    def url(self, path: str) -> str:
        """The address of a path of the site, in the language that the reader chose."""
        return f"{self.shared.root}{self.prefix}{path}"

    def plain_url(self, path: str) -> str:
        """The address of a path without a language: of data, and for citing."""
        return f"{self.shared.root}{path}"

    def link(self, iri: str) -> str:
        """Where an IRI leads: a page of ours for one of our own, else the IRI where it is one of the web, else nowhere."""
        if iri.startswith(BASE):
            if iri[len(BASE) :].startswith("/"):  # two slashes would begin another host's address
                return ""
            return self.url("/" + iri[len(BASE) :])
        return iri if iri.startswith(("http://", "https://")) else ""

    def static(self, name: str) -> str:
        """The address of a static file, which changes when the file does."""
        return f"{self.shared.root}/static/{name}?v={self.shared.static.get(name, '')}"

    def render(self, template: str, status: int = 200, **context: Any) -> Reply:
        """A page made of a template."""
        found = self.shared.templates.get_template(template)
        words = self.words
        text = found.render(
            site=self,
            words=words,
            _=words.say,
            count=words.count,
            url=self.url,
            link=self.link,
            static=self.static,
            **context,
        )
        return Reply(
            [text.encode()], status, HTML, (("content-language", words.language), ("vary", "Accept, Accept-Language"))
        )

    def name(self, name: Name | str, tag: str = "span") -> Markup:
        """A name in the reader's language, or marked with the language that it is in."""
        text, language = (name.text, name.language) if isinstance(name, Name) else (name, "")
        if not language or language == self.words.language:
            return Markup.escape(text)
        if text in self.words.known:
            return Markup.escape(self.words.say(text))
        return Markup('<{0} lang="{1}">{2}</{0}><small class="tag">{1}</small>').format(tag, language, text)

    def date(self, iri: str, name: Name) -> str:
        """A date as people write it in the reader's language."""
        return name.text if self.words.language == "en" else self.words.date(unquote(iri.rpartition("/")[2]))

    def group_title(self, kind: str) -> str:
        """What a group of relations on the page of a thing is called."""
        return self.words.say(GROUP_TITLES.get(kind, kind))

    def inert(self, text: str) -> Markup:
        """JSON that can stand inside a script element: no text in it can end the element."""
        return Markup(text.translate(INERT))  # noqa: S704 (every sign that HTML knows is escaped)

    def addresses(self) -> list[tuple[str, str, str]]:
        """The page in each language: the code, the language's own name, the address."""
        query = "&".join(f"{quote(k)}={quote(v)}" for k, values in self.asked.params.items() for v in values)
        tail = self.asked.path + (f"?{query}" if query else "")
        return [(code, name, f"{self.shared.root}/{code}{tail}") for code, name in LANGUAGES.items()]

    def address(self, path: str) -> str:
        """The whole address of a path, as visitors know it."""
        return f"{self.shared.origin}{self.shared.root}{path}"


def shared(root: str, origin: str, words: Mapping[str, Words], limits: Mapping[str, Any]) -> Shared:
    """Load and compile all templates, and number the static files."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    environment.filters |= {"compact": compact}
    for name in environment.list_templates():
        environment.get_template(name)
    return Shared(environment, words, digests(STATIC), root, origin, limits)


def digests(folder: Path) -> dict[str, str]:
    """A short hash of every file of the folder, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in files}


def rows(site: Site, query: str, **parameters: str | Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a named query as plain values."""
    return [*site.graph.query(query, **parameters)]  # type: ignore[arg-type]
