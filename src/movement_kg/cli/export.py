"""`movement-kg export`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import RequestError
from ..knowledge_graph import EXPORTS, KnowledgeGraph
from . import options


@click.command(short_help="Write the graph.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([*EXPORTS, "csv"]),
    default="turtle",
    show_default=True,
    help="The format; csv writes one table per kind of thing into a folder.",
)
@options.layer_option("facts")
@click.option(
    "--rdf12",
    is_flag=True,
    help="Write claims as reifiers of RDF 1.2 (turtle, ntriples, nquads, trig; implies --layer all).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE|DIR",
    help="The file to write, a folder for csv (default: standard output).",
)
@options.graph_options
def export(
    form: str,
    layer: str,
    rdf12: bool,
    output: Path | None,
    endpoints: tuple[str, ...],
    graph_iri: str,
    folder: Path | None,
    data: Path | None,
) -> None:
    """Write the graph as linked data, or as one CSV table for each kind of thing.

    The same data gives the same bytes.

    \b
    Examples:
      movement-kg export -o movement.ttl
      movement-kg export --format jsonld --layer all -o movement.jsonld
      movement-kg export --format turtle --rdf12 -o movement-12.ttl
      movement-kg export --format csv -o tables/
    """
    graph = options.open_graph(endpoints, graph_iri, folder, data)
    if form == "csv":
        _write_tables(graph, output)
    elif rdf12:
        options.emit(graph.export_rdf12(form), output)
    else:
        options.emit(graph.export(form, layer), output)


def _write_tables(graph: KnowledgeGraph, output: Path | None) -> None:
    if output is None or str(output) == "-" or output.is_file():
        raise RequestError("csv is one table for each kind: name a folder with -o DIR")
    for name, table in graph.tables():
        output.mkdir(parents=True, exist_ok=True)  # not before there is a table: a fault leaves nothing behind
        options.emit([table], output / f"{name}.csv")
