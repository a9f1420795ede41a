"""`movement-kg network`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import RequestError, unknown
from ..knowledge_graph import KnowledgeGraph
from ..results import ROW_FORMATS, Answer
from . import options

if TYPE_CHECKING:
    from ..draw import Network

TABLES = ("table", *ROW_FORMATS, "html")
NETWORKS = ("svg", "png", "html", "gexf", "graphml", "cytoscape", "node-link", "dot", "csv")


class _Measures(click.Command):
    """A command whose help ends with its projections and measures, as the program itself knows them."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ..network import MEASURES, PROJECTIONS

        with formatter.section("Projections"):
            formatter.write_dl([(one.name, one.title + ".") for one in PROJECTIONS.values()])
        with formatter.section("Measures (of the simple graph: undirected, parallel edges merged)"):
            formatter.write_dl(
                [(one.name, f"{one.meaning} [{one.formula}] Mind: {one.caveat}") for one in MEASURES.values()]
            )


@click.command(cls=_Measures, short_help="Project, measure and draw a network.")
@click.argument("projection", required=False, default="organisations")
@click.option("--kind", multiple=True, help="Only edges of this kind, such as partner or shared-people. *")
@click.option("--country", multiple=True, help="Only edges with an end in this country (code or name). *")
@click.option("--region", multiple=True, help="Only edges with an end in this region (M49 name or path). *")
@click.option("--theme", multiple=True, help="Only edges with an end that has this theme as its topic. *")
@click.option("--source", multiple=True, metavar="NUMBER", help="Only what this source says. *")
@click.option("--since", default="", metavar="DATE", help="Only edges that may have lasted until then or later (EDTF).")
@click.option("--until", default="", metavar="DATE", help="Only edges that may have begun by then (EDTF).")
@click.option(
    "--certainty",
    default="asserted",
    show_default=True,
    metavar="explicit|asserted|any",
    help="What a passage says; inferred ties too, but none about people; or inferred ties of people as well.",
)
@click.option("--min-weight", default=1, show_default=True, help="Only edges of at least this weight.")
@click.option("--ego", default="", metavar="THING", help="Only what is within --depth steps of a thing.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="How many steps --ego goes (default: 1).")
@click.option("--path", nargs=2, default=None, metavar="A B", help="The shortest paths between two things, as a table.")
@click.option("--longest", type=click.IntRange(1, 8), metavar="N", help="With --path: all paths of up to N steps.")
@click.option(
    "-m", "--measure", "measures", multiple=True, metavar="NAME", help="Measure, as a table; may be repeated."
)
@click.option("--top", type=click.IntRange(min=0), default=0, help="Only the first rows of a table (0: all).")
@click.option("--backend", default="", metavar="NAME", help="Let this backend of networkx do the measuring.")
@click.option("--core", type=click.IntRange(min=1), metavar="K", help="Only the K nodes that --by ranks first.")
@click.option("--by", metavar="MEASURE", help="What --core ranks nodes by (default: degree).")
@click.option("--fresh", is_flag=True, help="Lay out what is left by itself, not on the map of the whole projection.")
@click.option(
    "-f",
    "--format",
    "form",
    metavar="FORMAT",
    help="Of a network: svg, png, html (interactive), gexf, graphml, cytoscape, node-link, dot, csv (a folder); by "
    "default what the ending of FILE says. Of a table: table, json, xml, csv, tsv, html.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", help="The file to write."
)
@options.graph_options
def network(
    projection: str,
    form: str | None,
    output: Path | None,
    endpoints: tuple[str, ...],
    graph_iri: str,
    folder: Path | None,
    data: Path | None,
    path: tuple[str, str] | None,
    longest: int | None,
    measures: tuple[str, ...],
    top: int,
    backend: str,
    core: int | None,
    by: str | None,
    depth: int | None,
    **given: Any,
) -> None:
    """Make a network of the graph: measure it, draw it, or write it for another program.

    Without -o, --measure or --path: the figures of the network. Options marked * may be repeated: one of their values must
    hold. Different options must all hold. Every edge keeps the passages it rests on. Unless --certainty is any, nothing that
    is only implied of people counts; marriages only count with --kind spouse. An edge without dates is in every period, and
    none begins before both its ends exist.

    \b
    Examples:
      movement-kg network -o organisations.svg
      movement-kg network people-organisations --format html -o people.html
      movement-kg network --ego INPUD --depth 2 -o inpud.gexf
      movement-kg network --measure brokers --top 10
      movement-kg network --path EuroNPUD "Rights Reporter Foundation"
    """
    is_table = bool(measures or path) or (output is None and form in (None, *TABLES) and form != "html")
    chosen = _form(form, output, is_table=is_table)
    _refuse(
        ("--longest says how long paths may be: give --path A B too", longest and not path),
        ("--backend is for measures: give --measure too", backend and (path or not is_table)),
        ("--path and --measure make different tables: give one of them", path and measures),
        ("--depth says how far --ego goes: give --ego too", depth and not given["ego"]),
        ("--by says what --core ranks by: give --core too", by and not core),
    )
    with options.open_graph(endpoints, graph_iri, folder, data) as graph:
        found = graph.network(projection, depth=depth or 1, **given)
        found = found.core(core, by or "degree") if core else found
        if path:
            _emit_answer(_paths(graph, found, path, longest or 0), chosen, output)
        elif is_table:
            _emit_answer(found.measure(*measures, backend=backend, top=top), chosen, output)
        elif chosen == "csv":
            _emit_tables(found, output)
        else:
            found = _drawable(found, chosen)
            options.emit(found.write(chosen), output)
            _tell(found, output)


def _form(form: str | None, output: Path | None, *, is_table: bool) -> str:
    """The format asked for, or the one that the file's ending means."""
    from ..draw import FORMATS

    known = TABLES if is_table else NETWORKS
    if form is None and output is not None and str(output) != "-":
        ending = output.suffix.removeprefix(".")
        form = ending if is_table else FORMATS.get(output.suffix)
        if form not in known:
            raise RequestError(
                f"{output}: no format has the ending {output.suffix!r}; name one with --format {'|'.join(known)}"
            )
    form = form or ("table" if is_table else "svg")
    if form not in known:
        raise unknown(f"a {'table' if is_table else 'network'} cannot be written as", form, known, "it can as")
    return form


def _refuse(*faults: tuple[str, object]) -> None:
    """Raise the first fault that is one: options that say nothing without each other."""
    for message, is_so in faults:
        if is_so:
            raise RequestError(message)


def _paths(graph: KnowledgeGraph, found: Network, ends: tuple[str, str], longest: int) -> Answer:
    from ..network.paths import table
    from ..vocabulary import compact

    source, target = (compact(graph.resolve(end)) for end in ends)
    return table(found, found.paths(source, target, longest))


def _emit_answer(answer: Answer, form: str, output: Path | None) -> None:
    if form == "table":
        options.emit(answer.table(options.width()), output)
        return
    options.emit(answer.html() if form == "html" else answer.written(form), output)
    for note in answer.notes if form != "html" else ():
        options.say(f"Note: {note}")


def _emit_tables(found: Network, output: Path | None) -> None:
    if output is None or str(output) == "-" or output.is_file():
        raise RequestError("csv is a table of nodes and one of edges: name a folder with -o DIR")
    found.save_tables(output)
    _tell(found, output)


def _drawable(found: Network, form: str) -> Network:
    """The network, or its core where it has more nodes than such a picture can show."""
    from ..draw import PICTURES

    most = PICTURES.get(form)
    if most is None or len(found) <= most:
        return found
    options.say(
        f"{len(found)} nodes are more than {form} can show: drawing the {most} of the greatest degree (--core, --by)"
    )
    return found.core(most)


def _tell(found: Network, output: Path | None) -> None:
    if output is not None and str(output) != "-":
        options.say(f"{output}: {found.number_of_nodes()} nodes, {found.number_of_edges()} edges")
