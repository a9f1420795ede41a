"""What the graph is and how to use it, and what is said when something cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from ..http import HttpError, fault_response
from .asked import Reply
from .site import Site
from .words import _

_TITLES: Mapping[int, str] = {
    400: _("This cannot be answered as it was asked"),
    403: _("This is not allowed"),
    404: _("There is no such page"),
    405: _("This page can only be read"),
    406: _("This cannot be had in the form that was asked for"),
    410: _("This was taken out"),
    413: _("This is too much at once"),
    421: _("This site is not known under that name"),
    429: _("Too many questions at once"),
    500: _("A fault of the server's own"),
    503: _("The server is busy"),
    504: _("This took too long"),
}
_LEADS: Mapping[int, str] = {
    404: _("Nothing stands at this address. Search for a name, or begin at the first page."),
    410: _("What stood at this address was withdrawn and will not come back. Nothing more is kept of it."),
}


def about(site: Site) -> Reply:
    """How the graph came about, how far to trust it, how to cite it."""
    return site.render("about.html", info=site.graph.info)


def fault(site: Site, status: int, message: str) -> Reply:
    """A page for what cannot be shown, with things of a like name where the address was of none; text for programs."""
    say = site.words.say
    title = say(_TITLES.get(status, _TITLES[400]))
    if "text/html" not in site.asked.accept:
        return _plain_fault(site, status, message or _LEADS.get(status) or _TITLES.get(status, ""))
    near = site.opened.index.find(_guess(site.asked.path), site.words.language, 5) if status == 404 else []
    return site.render("fault.html", status, title=title, message=message or say(_LEADS.get(status, "")), near=near)


def _plain_fault(site: Site, status: int, message: str) -> Reply:
    _, headers, body = fault_response(HttpError(status, message), site.asked.accept)
    return Reply([body], status, headers[0][1].decode())


def _guess(path: str) -> str:
    """What a visitor may have meant by an address."""
    return unquote(path, errors="replace").rstrip("/").rpartition("/")[2].replace("-", " ")[:80]
