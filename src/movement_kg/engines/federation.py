"""Several servers asked as one: their triples are brought together once, and the embedded engine answers from what came.

Brought together and not asked triple pattern by triple pattern: what two servers both say is then one triple, as RDF has it,
and a question costs no request for each row on its way (docs/federation.md has the figures).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph

from ..errors import RequestError
from .endpoint import Endpoint
from .local import Limits, LocalEngine
from .remote import RemoteEngine

_SECRETS = ("USER", "PASSWORD", "TOKEN")


def from_environment(urls: Sequence[str], graph: str = "", seconds: float = 30.0) -> tuple[Endpoint, ...]:
    """The endpoints with the secrets of the environment; of several each has its own: MOVEMENT_KG_PASSWORD_1 for the first.

    Raises RequestError where a secret has no number: it would go to all of them, and they belong to different people.
    """
    if len(urls) == 1:
        return (Endpoint.from_environment(urls[0], graph, seconds),)
    for name in (f"MOVEMENT_KG_{word}" for word in _SECRETS):
        if os.environ.get(name):
            raise RequestError(
                f"{name} would go to every --endpoint: set {name}_1 for the first, {name}_2 for the second"
            )
    return tuple(_numbered(number, url, graph, seconds) for number, url in enumerate(urls, 1))


def _numbered(number: int, url: str, graph: str, seconds: float) -> Endpoint:
    user, password, token = (os.environ.get(f"MOVEMENT_KG_{word}_{number}", "") for word in _SECRETS)
    return Endpoint(url, graph, user, password, token, seconds)


def engine_for(endpoints: Sequence[Endpoint]) -> RemoteEngine | FederatedEngine:
    """The engine that asks these servers: one as it is, several as one. Raises RequestError for a server named twice."""
    return FederatedEngine(endpoints) if len(endpoints) > 1 else RemoteEngine(endpoints[0])


class FederatedEngine:
    """The graphs of several servers as one. They are read at the first question, and kept until `close`, on disk.

    Raises RequestError for a server named twice.
    """

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        urls = [endpoint.url for endpoint in endpoints]
        twice = next((url for url in urls if urls.count(url) > 1), None)
        if twice:
            raise RequestError(f"--endpoint {twice} is given twice")
        self.endpoints = tuple(endpoints)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._engine: LocalEngine | None = None

    def ask(self, query: str, form: str = "json") -> Iterator[bytes]:
        """The answer's kind (b"rows", b"boolean" or b"graph"), then its bytes: results as `form`, a graph as N-Triples.

        Raises what RemoteEngine does while the servers are read: nothing is answered from a part of them.
        """
        yield from self._gathered().ask(query, form)

    def lines(self) -> Iterator[bytes]:
        """The triples of all servers as lines of N-Triples, each once, in no order."""
        self._gathered()
        for quad in pyoxigraph.Store.read_only(str(self._store)):
            yield f"{quad.triple} .\n".encode()

    def close(self) -> None:
        """End the engine's process and forget what came; the next question reads the servers anew."""
        if self._engine:
            self._engine.close()
        if self._folder:
            self._folder.cleanup()
        self._engine = self._folder = None

    @property
    def _store(self) -> Path:
        assert self._folder
        return Path(self._folder.name) / "store"

    def _gathered(self) -> LocalEngine:
        """The engine on all that the servers hold."""
        if self._engine is None:
            self._folder = tempfile.TemporaryDirectory(prefix="movement-kg-", ignore_cleanup_errors=True)
            try:
                _gather(self.endpoints, Path(self._folder.name))
            except BaseException:
                self.close()
                raise
            self._engine = LocalEngine(self._store, Limits(seconds=self.endpoints[0].seconds))
        return self._engine


def _gather(endpoints: Sequence[Endpoint], folder: Path) -> None:
    """A store of all triples, by way of a file for each server: no store is begun before each has answered whole."""
    files = [folder / f"{number}.nt" for number, _ in enumerate(endpoints)]
    for number, endpoint in enumerate(endpoints):
        with files[number].open("wb") as file:
            for line in _lines(endpoint, number):
                file.write(line)
    store = pyoxigraph.Store(str(folder / "store"))
    for file_read in files:
        store.bulk_load(path=str(file_read), format=pyoxigraph.RdfFormat.N_TRIPLES)
        file_read.unlink()
    store.optimize()
    store.flush()


def _lines(endpoint: Endpoint, number: int) -> Iterator[bytes]:
    for row in RemoteEngine(endpoint).triples():
        s, p, o = (_own(term, number) for term in row)
        yield f"{s} {p} {o} .\n".encode()


def _own(term: Any, number: int) -> Any:
    """The term; a blank node under a name that no other server's has, as each server names its own."""
    return pyoxigraph.BlankNode(f"e{number}-{term.value}") if isinstance(term, pyoxigraph.BlankNode) else term
