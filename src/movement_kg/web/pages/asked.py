"""What a page is asked for, and what it answers: plain values on both sides of the process that makes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...errors import unknown

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """A request for a page.

    `path` is percent-encoded as it was sent, below the site's root and without a language; `params` the query's parameters,
    each with all its values; `accept` and `languages` the headers Accept and Accept-Language; `given` what the server found out
    already (an answer to show, a fault to tell).
    """

    path: str
    params: Mapping[str, Sequence[str]] = field(default_factory=dict)
    accept: str = ""
    languages: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        values = self.params.get(name)
        return values[0] if values else default

    def one_of(self, name: str, known: Iterable[str]) -> str:
        """The value of a parameter that takes one of a few, "" for none. Raises RequestError for another."""
        value = self.one(name)
        if value and value not in known:
            raise unknown(f"{name} cannot be", value, known)
        return value

    def only(self, *allowed: str) -> None:
        """Raise RequestError where the page is asked for with an option that it does not have."""
        for name in self.params:
            if name not in allowed:
                raise unknown("this page has no option", name, allowed)

    @property
    def is_deeper(self) -> bool:
        """Whether the address goes on below a page that has nothing below it."""
        return "/" in self.path.strip("/")

    def pack(self) -> bytes:
        """The request as bytes that `unpack` reads."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpack(cls, data: bytes) -> Asked:
        """The request that the bytes hold."""
        return cls(**json.loads(data))


@dataclass(frozen=True)
class Reply:
    """An answer: its bytes, status, media type and further headers."""

    body: Iterable[bytes]
    status: int = 200
    type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()

    def head(self) -> bytes:
        """Status, media type and headers, as JSON."""
        return json.dumps({"status": self.status, "headers": [("content-type", self.type), *self.headers]}).encode()


def text(body: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Reply:
    """A reply of text."""
    return Reply([body.encode()], status, kind)


def as_json(value: Any, status: int = 200, kind: str = "application/json") -> Reply:
    """A reply of JSON."""
    return Reply([(json.dumps(value, ensure_ascii=False) + "\n").encode()], status, kind)


def redirect(address: str, status: int = 303) -> Reply:
    """A reply that leads elsewhere."""
    return Reply([], status, "text/plain; charset=utf-8", (("location", address),))
