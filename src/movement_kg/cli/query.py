"""`movement-kg query`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..errors import RequestError
from ..knowledge_graph import EXPORTS
from ..queries import NamedQuery
from ..results import ROW_FORMATS
from . import options

FORMATS = ("table", *ROW_FORMATS, "html", *EXPORTS)


@click.command(short_help="Ask a question.")
@click.argument("query", required=False, metavar="NAME|FILE|-|SPARQL")
@click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of a named query; may stand several times.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="The form of the answer (default: table; turtle for a query that makes a graph).",
)
@click.option("--list", "listing", is_flag=True, help="List all named queries with their parameters.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.01),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop the query after this time; with --endpoint, when the whole answer is not there by then.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="Let SERVICE in the query ask this endpoint (repeatable; by default none).",
)
@click.option("--show-query", is_flag=True, help="Print the SPARQL, parameters bound, instead of asking it.")
@options.output_option
@options.graph_options
def query(
    query: str | None,
    params: tuple[str, ...],
    form: str | None,
    listing: bool,
    timeout: float,
    services: tuple[str, ...],
    show_query: bool,
    output: Path | None,
    endpoints: tuple[str, ...],
    graph_iri: str,
    folder: Path | None,
    data: Path | None,
) -> None:
    """Ask a named query, a .rq file, standard input (-) or SPARQL text.

    Builds first where anything changed. A parameter that names a thing takes an IRI, a path such as country/CA, or a
    name in any language. The prefixes mk, kg, org, foaf, skos, dcterms, prov, oa and rdf need not be declared.

    \b
    Examples:
      movement-kg query --list
      movement-kg query first-groups
      movement-kg query organisations-in-country -p country=Canada --format csv
      movement-kg query founding-dates --endpoint https://example.org/sparql
      movement-kg query --allow-service https://example.org/sparql works.rq
      movement-kg query 'SELECT ?name WHERE { ?x a foaf:Person ; skos:prefLabel ?name } ORDER BY ?name'
    """
    if query is None and not listing:
        raise RequestError(
            "what should be asked? Give the name of a query, a file, - or SPARQL (--list shows the names)"
        )
    with options.open_graph(endpoints, graph_iri, folder, data, timeout, services) as graph:
        if listing:
            options.emit((line.encode() for line in _listed(graph.queries())), output)
            return
        assert query is not None
        text = graph.text_of(_text(query), **_parameters(params))
        if show_query:
            options.emit([text.encode()], output)
        else:
            options.emit(graph.stream(text, form or _usual_form(text), options.width()), output)


def _text(query: str) -> str:
    """The query to ask: a file's or standard input's text, or the words given."""
    if query == "-":
        return sys.stdin.read()
    if query.endswith(".rq"):
        try:
            return Path(query).read_text("utf-8")
        except OSError as error:
            raise RequestError(f"{query}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise RequestError(f"{query}: must be UTF-8") from None
    return query


def _usual_form(text: str) -> str:
    from ..sparql import tokens

    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    first = next((word for word in words if word not in ("PREFIX", "BASE")), "")
    return "turtle" if first in ("CONSTRUCT", "DESCRIBE") else "table"


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for parameter in given:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise RequestError(f"--param takes NAME=VALUE (got {parameter!r})")
        found[name] = value
    return found


def _listed(queries: list[NamedQuery]) -> list[str]:
    lines = []
    for one in queries:
        parameters = " ".join(f"{p.name}=…" if p.required else f"[{p.name}=…]" for p in one.parameters)
        lines.append(f"{one.name}{'  ' + parameters if parameters else ''}\n    {one.summary}\n")
    return [*lines, f"({len(queries)} queries)\n"]
