"""What an operator may set: where the site listens, under which address it is known, and what one visitor may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..engines.pool import Lanes

#: What queries may use, unless the operator says otherwise.
QUERY_LANES = Lanes()
#: Pages are of our own making and take longer than an easy query: fewer at once, and later called long.
PAGE_LANES = Lanes(most=8, long=6, long_of_client=4, warm=2, crowd=3, young=1.5)


@dataclass(frozen=True)
class Options:
    """The settings of a site; the defaults are safe on the public internet behind one's own name.

    `base_url` is the address that visitors know, with the path below which the site lives; `max_bytes` and `max_rows` bound an
    answer, `memory` what one query may take on top of its process (bytes), `max_query` a query's text and `max_body` a
    request's body (bytes), `cache` the memory for answers that were given before (bytes);
    `log_queries` lets the log hold what is asked. `services` are the addresses that SERVICE may name in a query.
    """

    base_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    sources: Path | None = None
    max_rows: int = 100_000
    max_bytes: int = 50_000_000
    memory: int = 512 << 20
    max_query: int = 100_000
    max_body: int = 256 << 10
    cache: int = 64 << 20
    lanes: Lanes = QUERY_LANES
    page_lanes: Lanes = PAGE_LANES
    log_queries: bool = False
    services: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The path below which the site lives: "" or `/kg`."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host that visitors know, "" where nobody said."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the site may be asked, lower case, without ports; loopback always is one."""
        base = urlsplit(self.base_url).hostname
        named = {host.lower() for host in self.allowed_hosts} | ({base} if base else set())
        return frozenset(named | {"localhost", "127.0.0.1", "::1"})
