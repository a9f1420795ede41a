"""One build on the air: its processes, its endpoint, its cache; replaced as a whole when a new build is put in place."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..engines.nursery import Nursery
from ..engines.pool import Lanes, Pool
from ..finished import Build
from .cache import Cache
from .endpoint import Endpoint
from .options import Options

_QUERIES = "movement_kg.engines.worker:work"
_PAGES = "movement_kg.web.pages:work"
#: What one page may take on top of its process, in bytes.
_PAGE_MEMORY = 2 << 30
#: Queries that ask other servers wait for these most of the time: few at once.
_FEDERATED = Lanes(most=6, long=6, long_of_client=3, warm=1, crowd=6)


@dataclass
class Live:
    """A build that is served. `start` before, `retire` after use."""

    build: Build
    options: Options
    queries: Pool = field(init=False)
    pages: Pool = field(init=False)
    federated: Pool = field(init=False)
    endpoint: Endpoint = field(init=False)
    cache: Cache = field(init=False)
    _users: int = 0
    _free: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        most, store = self.options, str(self.build.store)
        self.queries = Pool(lambda: Nursery(_QUERIES, store, str(most.memory)), most.lanes)
        self.pages = Pool(lambda: Nursery(_PAGES, *self._of_pages()), most.page_lanes)
        self.federated = Pool(lambda: Nursery(_QUERIES, store, str(most.memory), *most.services), self._federated())
        self.endpoint = Endpoint(self.queries, self.federated, most, self.content)
        self.cache = Cache(most.cache)
        self._free.set()

    @property
    def content(self) -> str:
        """The hash of what the build holds."""
        return str(self.build.manifest["content"])

    async def start(self) -> None:
        """Make the processes."""
        await asyncio.gather(*(pool.start() for pool in self._pools))

    async def retire(self) -> None:
        """End the processes once the last request that uses them is answered."""
        await self._free.wait()
        await asyncio.gather(*(pool.close() for pool in self._pools))

    async def close(self) -> None:
        """End the processes now."""
        await asyncio.gather(*(pool.close() for pool in self._pools))

    @property
    def _pools(self) -> list[Pool]:
        return [self.queries, self.pages, *([self.federated] if self.options.services else [])]

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """While a request is answered, the processes live."""
        self._users += 1
        self._free.clear()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                self._free.set()

    def _federated(self) -> Lanes:
        return replace(_FEDERATED, seconds=self.options.lanes.seconds)

    def _of_pages(self) -> tuple[str, ...]:
        most = self.options
        limits = {
            "seconds": most.lanes.seconds,
            "rows": most.max_rows,
            "bytes": most.max_bytes,
            "memory": _PAGE_MEMORY,
            "query": most.max_query,
        }
        sources = str(most.sources) if most.sources else ""
        return str(self.build.folder), sources, most.root, most.origin, json.dumps(limits)
