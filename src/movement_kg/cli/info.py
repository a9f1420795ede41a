"""`movement-kg info`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import options
from .build import counted, summary

_SOURCES = """PREFIX mk: <https://w3id.org/movement-kg/ontology/> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?number ?title (COUNT(DISTINCT ?citation) AS ?passages) (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  ?source a mk:Source ; dcterms:identifier ?number ; dcterms:title ?title .
  ?citation a mk:Citation ; dcterms:source ?source . ?claim mk:citation ?citation .
} GROUP BY ?number ?title ORDER BY ?number"""


@click.command(short_help="Show what the build holds.")
@click.option("--json", "as_json", is_flag=True, help="The build's manifest as JSON.")
@options.graph_options
def info(as_json: bool, endpoints: tuple[str, ...], graph_iri: str, folder: Path | None, data: Path | None) -> None:
    """Show counts, sources, conflicts and versions of the build.

    \b
    Examples:
      movement-kg info
      movement-kg info --json
    """
    with options.open_graph(endpoints, graph_iri, folder, data) as graph:
        if as_json:
            options.emit([(json.dumps(graph.info, indent=1, sort_keys=True) + "\n").encode()], None)
            return
        lines = counted(graph.info, ", ".join(endpoints)) if endpoints else summary(graph.build)
        options.emit([f"{line}\n".encode() for line in lines], None)
        options.emit(graph.query(_SOURCES).table(), None)
