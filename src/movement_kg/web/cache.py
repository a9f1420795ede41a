"""Answers that were given before: kept in memory, the least used go first. A build never changes, so they stay right."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_SMALL = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole response: status, headers as sent, body, entity tag."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    tag: bytes

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.body) + 1000


class Cache:
    """At most so many bytes of responses; one that would take more than a quarter of them is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """What was answered, None where it is not kept."""
        found = self._kept.get(key)
        if found:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, response: Kept) -> None:
        """Keep a response."""
        if response.size > self._most // _SMALL:
            return
        before = self._kept.pop(key, None)
        self._size += response.size - (before.size if before else 0)
        self._kept[key] = response
        while self._size > self._most:
            self._size -= self._kept.popitem(last=False)[1].size
