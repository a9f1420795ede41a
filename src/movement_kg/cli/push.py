"""`movement-kg push`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..engines.endpoint import Endpoint
from ..engines.graphstore import GraphStore, write_addresses
from ..engines.remote import RemoteEngine
from ..errors import RequestError
from ..push import CHUNK, Load, Progress, Pushed, Target
from ..push import push as put
from ..vocabulary import BASE
from . import options


@click.command(short_help="Put the graph on a server.")
@click.option("--endpoint", required=True, metavar="URL", help="Where the server answers queries.")
@click.option(
    "--graph", default=BASE, show_default=True, metavar="IRI", help="The named graph to put it in, and to replace."
)
@click.option("--update", metavar="URL", help="Where the server takes updates (default: known for Oxigraph, Virtuoso).")
@click.option("--store", metavar="URL", help="Where it takes triples: its graph store (default: as for --update).")
@options.layer_option("all")
@click.option(
    "--chunk",
    type=click.IntRange(1),
    default=CHUNK,
    show_default=True,
    metavar="LINES",
    help="How many triples to send at once.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one request may take; the switch is one.",
)
@options.data_option
@options.build_option
def push(
    endpoint: str,
    graph: str,
    update: str | None,
    store: str | None,
    layer: str,
    chunk: int,
    timeout: float,
    data: Path | None,
    folder: Path | None,
) -> None:
    """Put the graph of a build on a SPARQL server, in a named graph, in the place of what that held.

    It is sent to a graph beside, read back, and then switched in one update: no half-loaded graph ever stands under the
    name (what a reader sees in the moment of the switch is the server's affair: docs/push.md). After a fault the same
    command goes on where it stopped. User and password are read from MOVEMENT_KG_USER and MOVEMENT_KG_PASSWORD, or
    MOVEMENT_KG_TOKEN.

    \b
    Examples:
      movement-kg push --endpoint http://127.0.0.1:7878/query
      movement-kg push --endpoint http://127.0.0.1:8890/sparql --graph https://example.org/movement
    """
    place = Endpoint.from_environment(endpoint, seconds=timeout)
    target = Target(RemoteEngine(place), _store(place, update, store), graph)
    load = Load.of(options.fresh_build(folder, data), layer)
    try:
        with _bar() as progress:
            done = put(load, target, chunk, progress)
    except KeyboardInterrupt:
        options.say(
            f"interrupted: <{graph}> is the old graph or the new one; the same command goes on where it stopped"
        )
        raise SystemExit(130) from None
    options.emit([f"{line}\n".encode() for line in _summary(done, target)], None)


def _store(endpoint: Endpoint, update: str | None, store: str | None) -> GraphStore:
    if update and store:
        return GraphStore(endpoint, update, store)
    if update or store:
        raise RequestError("--update and --store: give both addresses, or none to have them guessed")
    return GraphStore(endpoint, *write_addresses(endpoint.url))


def _summary(done: Pushed, target: Target) -> list[str]:
    """What was done, in a few lines."""
    size, url = done.load.size, target.engine.endpoint.url
    resumed = f" ({done.found} of them by an earlier push)" if done.found else ""
    first = "nothing to do: it is there already" if done.was_there else f"sent {size} triples{resumed}, and switched"
    respelled = done.compared.respelled
    check = (
        f"{size - respelled} of {size} triples read back as sent; {respelled} hold the same value in the server's own spelling"
        if respelled
        else f"{size} triples read back, content {done.compared.content[:12]}"
    )
    return [first, check, f"movement-kg info --endpoint {url} --graph {target.graph}"]


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on a terminal, where the extra `progress` is installed; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    try:
        from rich.console import Console
        from rich.progress import Progress as Bars
    except ImportError:
        yield lambda *_: None
        return
    with Bars(console=Console(stderr=True)) as bars:
        steps = {}

        def show(step: str, done: int, size: int) -> None:
            if step not in steps:
                steps[step] = bars.add_task(step, total=size)
            bars.update(steps[step], completed=done)

        yield show
