"""Asking a store: one method, whatever answers it. A pool of processes for many askers stands in `engines.pool`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .local import Limits, LocalEngine

__all__ = ["Engine", "Limits", "LocalEngine"]


class Engine(Protocol):
    """Anything that answers SPARQL 1.1 queries."""

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's kind (b"rows", b"boolean" or b"graph"), then its bytes: results as `form`, a graph as N-Triples."""
        ...

    def close(self) -> None:
        """Give up what answers; the next question begins anew."""
        ...
