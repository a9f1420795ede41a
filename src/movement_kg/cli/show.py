"""`movement-kg show`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(short_help="Show one thing.")
@click.argument("thing", metavar="ID-OR-NAME")
@options.output_option
@options.graph_options
def show(
    thing: str, output: Path | None, endpoints: tuple[str, ...], graph_iri: str, folder: Path | None, data: Path | None
) -> None:
    """Show one thing: all its facts and relations, each with its numbered sources.

    \b
    Examples:
      movement-kg show INPUD
      movement-kg show org/junkie-bond
      movement-kg show 'Judy Chang'
    """
    with options.open_graph(endpoints, graph_iri, folder, data) as graph:
        options.emit([f"{line}\n".encode() for line in graph.show(thing).lines()], output)
