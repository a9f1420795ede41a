"""Where a server is and who asks it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import RequestError


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 query service: its address, the graph to ask ("" for its own default), and who asks.

    `seconds` is how long to wait for the whole of an answer. `token` is sent as a bearer, before user and password.
    Raises RequestError for what is no web address, one that holds a password, and a token that no header can carry.
    """

    url: str
    graph: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if "@" in self.url:  # the address is not shown: a secret may stand in it
            raise RequestError(
                "the endpoint's address holds an @: set user and password as MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD "
                "(an @ of the path is written %40)"
            )
        if not _is_address(self.url):
            raise RequestError(f"--endpoint takes an address such as https://example.org/sparql (got {self.url!a})")
        if not (self.token.isascii() and self.token.isprintable()):
            raise RequestError("MOVEMENT_KG_TOKEN holds characters that no token has, such as a line's end")

    @classmethod
    def from_environment(cls, url: str, graph: str = "", seconds: float = 30.0) -> Endpoint:
        """The endpoint with MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD, or MOVEMENT_KG_TOKEN, of the environment."""
        user, password, token = (os.environ.get(f"MOVEMENT_KG_{name}", "") for name in ("USER", "PASSWORD", "TOKEN"))
        return cls(url, graph, user, password, token, seconds)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname)
