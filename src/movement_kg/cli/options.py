"""What the verbs share: the options for folders and files, the build they read, and where bytes go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .. import assets
from ..errors import RequestError
from ..finished import Build, Recipe, current, is_fresh
from ..knowledge_graph import LAYERS, KnowledgeGraph, at_endpoint
from ..output import whole_file
from ..results import WIDTH
from ..terms import is_iri

if TYPE_CHECKING:
    from ..engines.endpoint import Endpoint

Function = TypeVar("Function", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


def data_option(function: Function) -> Function:
    """`--data DIR`: the tables."""
    text = "The folder of the tables (default: the tables of the project)."
    return click.option("--data", type=_FOLDER, metavar="DIR", help=text)(function)


def build_option(function: Function) -> Function:
    """`--build DIR`: the folder of the build to read."""
    text = "The folder of the build to read (default: build/ in a checkout, else the user's cache)."
    return click.option("--build", "folder", type=_FOLDER, metavar="DIR", help=text)(function)


def sources_option(function: Function) -> Function:
    """`--sources DIR`: the texts of the sources."""
    text = "The folder that holds the texts of the sources, as .txt files."
    return click.option("--sources", type=_FOLDER, metavar="DIR", help=text)(function)


def graph_options(function: Function) -> Function:
    """What says which graph is meant: `--endpoint URL` and `--graph IRI` for one of a server, `--build` and `--data` else."""
    text = (
        "Ask this SPARQL server instead of a build (password: MOVEMENT_KG_USER, MOVEMENT_KG_PASSWORD or _TOKEN); "
        "given several times, the graphs of all of them as one."
    )
    named = "With --endpoint: the graph to ask (default: the server's default graph)."
    function = build_option(data_option(function))
    function = click.option("--graph", "graph_iri", default="", metavar="IRI", help=named)(function)
    return click.option("--endpoint", "endpoints", multiple=True, metavar="URL", help=text)(function)


def layer_option(default: str) -> Callable[[Function], Function]:
    """`--layer LAYER`: how much of the graph."""
    text = "Facts alone, or all: claims, citations and derivations too, which most named queries need."
    return click.option("--layer", type=click.Choice(LAYERS), default=default, show_default=True, help=text)


def output_option(function: Function) -> Function:
    """`-o FILE`: where the data goes."""
    text = "Write to this file instead of standard output."
    return click.option("-o", "--output", type=_FILE, metavar="FILE", help=text)(function)


def recipe(data: Path | None) -> Recipe:
    """What a build is made from: the project's own files, or another folder of tables."""
    return Recipe(data or assets.data(), assets.ontology(), assets.queries())


def fresh_build(folder: Path | None, data: Path | None = None) -> Build:
    """The build to read; made first, and said so on standard error, where there is none or what it was made from changed."""
    out, ingredients = folder or assets.default_build(), recipe(data)
    try:
        found = current(out)
    except RequestError:
        say(f"no build in {out} yet: building")
    else:
        if "copied" in found.manifest:
            return _copy(out, found, data)
        if is_fresh(found, ingredients):
            return found
        say("the tables, the ontology or the queries changed: building anew")
    from ..build import build

    return build(ingredients, out)


def _copy(out: Path, found: Build, data: Path | None) -> Build:
    """The copy of another server's graph, which is made of no tables, as it is."""
    if data:
        raise RequestError(f"{out}: holds a copy of another server's graph, not a build of tables; leave --data out")
    return found


def open_graph(
    endpoints: Sequence[str],
    graph_iri: str,
    folder: Path | None,
    data: Path | None,
    seconds: float = 30.0,
    services: tuple[str, ...] = (),
) -> KnowledgeGraph:
    """The graph to ask: at the endpoints where some are named, else that of the build, made first where anything changed.

    `services` are the addresses that SERVICE may name in a query.
    """
    from ..engines import Limits

    if not endpoints:
        no_graph(graph_iri)
        return KnowledgeGraph(fresh_build(folder, data), Limits(seconds, services=allowed(services)))
    if services:
        raise RequestError("--allow-service is for a build; at an --endpoint its server says what SERVICE may ask")
    if folder or data:
        raise RequestError("--endpoint asks a server, --build and --data a folder: give one of them")
    return at_endpoint(known_endpoints(endpoints, graph_iri, seconds), assets.queries())


def no_graph(graph_iri: str) -> None:
    """Raises RequestError where a graph of a server is named, and no server."""
    if graph_iri:
        raise RequestError("--graph says which graph of a server to ask: give --endpoint too")


def known_endpoints(urls: Sequence[str], graph_iri: str, seconds: float = 30.0) -> tuple[Endpoint, ...]:
    """The servers of `--endpoint`, with the secrets of the environment. Raises RequestError for what is no address or graph."""
    if graph_iri and not is_iri(graph_iri):
        raise RequestError(f"--graph takes the IRI of a graph (got {graph_iri!r})")
    from ..engines.federation import from_environment

    return from_environment(urls, graph_iri, seconds)


def allowed(services: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses of `--allow-service`. Raises RequestError for one of another sort."""
    for service in services:
        if not service.startswith(("http://", "https://")):
            raise RequestError(
                f"--allow-service takes an address that begins with http:// or https:// (got {service!r})"
            )
    return services


def say(message: str) -> None:
    """A message for the person at the terminal."""
    click.echo(message, err=True)


def emit(pieces: Iterable[bytes], output: Path | None) -> None:
    """Write bytes to standard output, or to a file that appears only when it is whole."""
    if output is None or str(output) == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as file:
        for piece in pieces:
            file.write(piece)


def width() -> int:
    """The terminal's width; where there is none, what COLUMNS says, else the usual."""
    import shutil

    return shutil.get_terminal_size((WIDTH, 24)).columns
