"""A build's graph put on a server: sent beside, read back, and only then switched to the name that everybody asks.

What is sent goes to a graph of its own, named after the public one. How far it came is what the server counts there: lines go
up in order and each once, so that any machine can go on. Every step may be done twice: that is what makes it safe to try again.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from .content import content, written
from .engines.graphstore import GraphStore
from .engines.remote import RemoteEngine
from .engines.transport import shown
from .entity import ask
from .errors import (
    EndpointAnswerError,
    EndpointCertificateError,
    EndpointError,
    EndpointRefusalError,
    EngineError,
    RequestError,
    TimeLimitError,
)
from .finished import Build
from .terms import is_iri
from .vocabulary import BASE, XSD

#: How many lines go up at once.
CHUNK = 10_000
_ROWS = 900  # read back at once: no server is known that cuts answers off below 1000 rows
_TRIES = 4
_PLACE = f"{BASE}push/"
_IDENTIFIER = "<http://purl.org/dc/terms/identifier>"
_OURS = f"<{BASE}dataset> a <http://rdfs.org/ns/void#Dataset>"
_VALUE = re.compile(
    rb'"([^"\\]*)"\^\^<' + re.escape(XSD.encode()) + rb"(boolean|integer|decimal|nonNegativeInteger)> \.\n$"
)
_NUMBER = re.compile(rb"[+-]?[0-9]+(\.[0-9]+)?")
_TRUTH = {b"1": b"true", b"0": b"false"}

Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Load:
    """What is pushed: its lines of canonical N-Triples, sorted and without repetitions, how many, and their content hash."""

    lines: Callable[[], Iterator[bytes]]
    size: int
    content: str

    @classmethod
    def of(cls, build: Build, layer: str) -> Load:
        """The facts of a build, or `all`. Raises EngineError where the build is not what its manifest says."""
        size = sum(1 for _ in build.lines(layer))
        hashed = written(content(build.lines(layer)))
        if layer == "all" and hashed != build.manifest["content"]:
            raise EngineError(f"{build.folder}: is damaged (its content hash is another); build anew")
        return cls(lambda: build.lines(layer), size, hashed)


@dataclass(frozen=True)
class Target:
    """A named graph of a server: who reads it, who writes it, its name. Raises RequestError for what is no name of a graph."""

    engine: RemoteEngine
    store: GraphStore
    graph: str

    def __post_init__(self) -> None:
        if not is_iri(self.graph):
            raise RequestError(f"--graph takes the IRI of a graph (got {self.graph!a})")
        if self.graph.startswith(_PLACE):
            raise RequestError(f"--graph {self.graph}: names below {_PLACE} are for graphs that are on their way")

    @property
    def beside(self) -> str:
        """The graph that takes what is sent, until it is whole."""
        return _PLACE + hashlib.sha256(self.graph.encode()).hexdigest()[:32]

    @property
    def note(self) -> str:
        """The graph that says which content is on its way."""
        return f"{self.beside}/content"

    def count(self, graph: str) -> int:
        """How many triples a graph holds; 0 where there is none."""
        rows = self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return int(rows[0][0].value)

    def holds(self, pattern: str) -> bool:
        """Whether the server finds something that fits the pattern."""
        return bool(ask(self.engine, f"ASK {{ {pattern} }}"))

    def rows(self, query: str) -> list[Any]:
        """The rows of a SELECT, as pyoxigraph has them."""
        return [*self.engine.each(query, self.engine.endpoint.seconds)]


@dataclass(frozen=True)
class Compared:
    """How a graph on a server compares with what was sent: its hash as read back, and how many values it spells otherwise.

    `differs` is the first line, sent or read, that the other side does not have; empty where they hold the same.
    """

    content: str
    respelled: int
    differs: bytes = b""


@dataclass(frozen=True)
class Pushed:
    """What a push came to; `was_there` says that nothing had to be sent, `found` how many lines an earlier push had left."""

    load: Load
    compared: Compared
    was_there: bool = False
    found: int = 0


def push(load: Load, target: Target, chunk: int = CHUNK, progress: Progress = lambda *_: None) -> Pushed:
    """Put the load into the target's graph, in the place of what that held; `progress` is told step, lines done, and all lines.

    The graph is the old one or the new one, whatever happens; readers in the moment of the switch see what the server lets
    them see. Raises RequestError where the graph holds something else than a graph of ours,
    TimeLimitError and the children of EndpointError, which say how to go on.
    """
    held = target.count(target.graph)
    compared = compare(load, target, target.graph, progress) if held == load.size else None
    if compared and not compared.differs:
        _tidy(target)
        return Pushed(load, compared, was_there=True)
    if held and not target.holds(f"GRAPH <{target.graph}> {{ {_OURS} }}"):
        raise RequestError(
            f"<{target.graph}> holds {held} triples that are no graph of ours, and a push would replace them; "
            "choose another name with --graph, or remove them yourself"
        )
    with _advising(f"<{target.graph}> is as it was. The same command goes on with what <{target.beside}> holds."):
        found = _prepare(load, target)
        _send(load, target, found - found % chunk, chunk, progress)
        if _count(target, target.beside) < load.size:  # a server that died had not written down all that it had taken
            _send(load, target, 0, chunk, progress)
        compared = _checked(load, target, progress)
    with _advising(f"<{target.graph}> is the old graph or the new one; the same command finds out and does the rest."):
        _switch(load, target, progress)
    return Pushed(load, compared, found=found)


def compare(load: Load, target: Target, graph: str, progress: Progress) -> Compared:
    """Read a graph back, subject by subject, and hold it against the load; stops at the first difference.

    A server may spell a truth value or a number in its own way (Virtuoso: true as 1): the same value is taken for the same.
    """
    total = respelled = done = 0
    for batch in _batches(load.lines()):
        there, sent = _again(partial(_read, target, graph, batch)), set(batch)
        if there != sent:
            differing = {_plain(line) for line in there} ^ {_plain(line) for line in sent}
            if differing or len(there) != len(sent):
                return Compared("", 0, min(differing or there ^ sent))
            respelled += len(sent - there)
        total += content(there)
        done += len(batch)
        progress("read back", done, load.size)
    return Compared(written(total % (1 << 256)), respelled)


def _prepare(load: Load, target: Target) -> int:
    """Make the graph beside ready, and say how many lines of this load it holds already; what is of another load goes."""
    update, sent = target.store.update, f'<{target.beside}> {_IDENTIFIER} "{load.content}"'
    found = target.count(target.beside) if target.holds(f"GRAPH <{target.note}> {{ {sent} }}") else -1
    begin = f"INSERT DATA {{ GRAPH <{target.note}> {{ {sent} }} }}"
    update(begin if 0 <= found <= load.size else f"{_dropped(target)} ; {begin}")
    target.store.add(target.beside, b"")
    return found if 0 <= found <= load.size else 0


def _send(load: Load, target: Target, begin: int, chunk: int, progress: Progress) -> None:
    lines = itertools.islice(load.lines(), begin, None)
    done = begin
    while piece := [*itertools.islice(lines, chunk)]:
        _again(partial(target.store.add, target.beside, b"".join(piece)))
        done += len(piece)
        progress("sent", done, load.size)


def _checked(load: Load, target: Target, progress: Progress) -> Compared:
    """The graph beside, counted and read back. Raises EndpointAnswerError where it is not what was sent, and removes it then."""
    held = _count(target, target.beside)
    compared = compare(load, target, target.beside, progress)
    if held == load.size and not compared.differs:
        return compared
    _again(partial(target.store.update, _dropped(target)))
    first = f"; the first difference: {shown(compared.differs.decode())}" if compared.differs else ""
    raise EndpointAnswerError(
        f"{target.engine.endpoint.url}: holds {held} triples where {load.size} were sent{first}. Another push at the same time, "
        "or a server that changes what it is given; all of it was removed"
    )


def _switch(load: Load, target: Target, progress: Progress) -> None:
    """Make the public graph the same as the one beside, in one update, which does nothing unless that one is whole."""
    progress("switched", 0, load.size)
    _again(partial(target.store.update, _difference(load, target)))
    missing = f"GRAPH <{target.beside}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{target.graph}> {{ ?s ?p ?o }} }}"
    if _count(target, target.graph) != load.size or _again(partial(target.holds, missing)):
        raise EndpointAnswerError(
            f"{target.engine.endpoint.url}: did not make <{target.graph}> the same as <{target.beside}>; "
            "another push may have run at the same time"
        )
    progress("switched", load.size, load.size)
    _again(partial(target.store.update, _dropped(target)))


def _difference(load: Load, target: Target) -> str:
    """The update that switches. Not MOVE: done twice, it leaves an empty graph (Virtuoso), and it writes all triples anew.

    The note stands within the count: beside it, Virtuoso joins it with every triple and comes to no end.
    """
    old, new = f"GRAPH <{target.graph}>", f"GRAPH <{target.beside}>"
    note = f'GRAPH <{target.note}> {{ <{target.beside}> {_IDENTIFIER} "{load.content}" }}'
    return f"""DELETE {{ {old} {{ ?s ?p ?o }} }} INSERT {{ {old} {{ ?a ?b ?c }} }} WHERE {{
  {{ SELECT (COUNT(*) AS ?n) WHERE {{ {note} {new} {{ ?x ?y ?z }} }} }} FILTER(?n = {load.size})
  {{ {{ {new} {{ ?a ?b ?c }} FILTER NOT EXISTS {{ {old} {{ ?a ?b ?c }} }} }}
    UNION {{ {old} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {new} {{ ?s ?p ?o }} }} }} }} }}"""


def _dropped(target: Target) -> str:
    return f"DROP SILENT GRAPH <{target.note}> ; DROP SILENT GRAPH <{target.beside}>"


def _tidy(target: Target) -> None:
    """Remove what an older push has left beside."""
    if target.count(target.beside) or target.count(target.note):
        target.store.update(_dropped(target))


def _read(target: Target, graph: str, batch: list[bytes]) -> set[bytes]:
    """The lines that a graph holds of the subjects of some lines."""
    subjects = " ".join(dict.fromkeys(_subject(line).decode() for line in batch))
    rows = target.rows(f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {subjects} }} GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return {f"{row[0]} {row[1]} {row[2]} .\n".encode() for row in rows}


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Sorted lines in batches that hold whole subjects."""
    held: list[bytes] = []
    for _, group in itertools.groupby(lines, _subject):
        of_one = [*group]
        if held and len(held) + len(of_one) > _ROWS:
            yield held
            held = []
        held += of_one
    if held:
        yield held


def _subject(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def _plain(line: bytes) -> bytes:
    """The line with its truth value or number in one spelling.

    >>> _plain(b'<a:a> <a:b> "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .\\n')
    b'<a:a> <a:b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\\n'
    """
    found = _VALUE.search(line)
    if not found:
        return line
    value = found[1]
    if found[2] == b"boolean":
        value = _TRUTH.get(value, value)
    elif _NUMBER.fullmatch(value):
        value = f"{Decimal(value.decode()).normalize():f}".encode()
    return line[: found.start(1)] + value + line[found.end(1) :]


def _count(target: Target, graph: str) -> int:
    return _again(partial(target.count, graph))


def _again(action: Callable[[], Result]) -> Result:
    """What an action gives, tried some times: a server may fail for a moment, and whatever we ask of it may be done twice."""
    for attempt in range(_TRIES - 1):
        try:
            return action()
        except (EndpointRefusalError, EndpointCertificateError):
            raise
        except EndpointError:
            time.sleep(0.5 * 2**attempt)
    return action()


@contextlib.contextmanager
def _advising(advice: str) -> Iterator[None]:
    """Adds how to go on to what a server or a network did."""
    try:
        yield
    except (EndpointError, TimeLimitError) as fault:
        raise type(fault)(f"{fault}\n{advice}") from None
