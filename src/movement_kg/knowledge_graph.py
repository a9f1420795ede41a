"""A build, opened: ask it, show a thing of it, export it. What the commands, the site and notebooks use alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from . import queries, results
from .engines import Engine, Limits, LocalEngine
from .entity import Entity, describe, facts_of, labelled, resolve
from .errors import QueryError, RequestError, unknown
from .finished import Build, current
from .results import Answer
from .vocabulary import compact

if TYPE_CHECKING:
    from .draw import Network
    from .engines.endpoint import Endpoint
    from .published import Published

#: What every picture and file says of its use.
LICENCE = "CC BY 4.0"
LAYERS = ("facts", "all")
EXPORTS = (*results.GRAPH_FORMATS, "jsonld")


class KnowledgeGraph:
    """A finished build and the engine that answers for it (an embedded one with a process of its own, unless another is given).

    A context manager; `close` ends the engine's process.
    """

    def __init__(self, build: Build | Published, limits: Limits | None = None, engine: Engine | None = None) -> None:
        self._held = build
        self._limits = limits or Limits()
        self.engine: Engine = engine or _engine(build, self._limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engine's process."""
        self.engine.close()

    @property
    def build(self) -> Build:
        """The build on disk. Raises RequestError where the graph is at an endpoint."""
        if isinstance(self._held, Build):
            return self._held
        raise RequestError(f"{self._held.place}: is asked as it is; there is no build of it here")

    @property
    def info(self) -> Mapping[str, Any]:
        """What the build holds: counts, version of the data, content hash."""
        return self._held.manifest

    def queries(self) -> list[queries.NamedQuery]:
        """The named queries, by name."""
        return self._held.queries()

    def text_of(self, query: str, **parameters: str) -> str:
        """The SPARQL of a query: a name's, with its parameters bound, or the text itself.

        Raises RequestError for an unknown name, a parameter that is unknown, missing or of the wrong type, QueryError for
        a text that may not run.
        """
        if any(character.isspace() for character in query.strip()):
            if parameters:
                raise RequestError("only a named query takes parameters; write the values into the query itself")
            from .sparql import guard

            return guard(query, self._limits.services)
        return queries.choose(self.queries(), query).bound(parameters, self.resolve)

    def query(self, query: str, **parameters: str) -> Answer:
        """The rows of a named query or of SPARQL text, with a name for each thing.

        Raises QueryError for wrong or forbidden queries and for those that make a graph (see `construct`).
        """
        pieces = self.engine.ask(self.text_of(query, **parameters), "json")
        if next(pieces) == b"graph":
            self.engine.close()
            raise QueryError("the query makes a graph, not rows; use construct() or a graph format")
        return labelled(self.engine, results.read_json(pieces))

    def stream(self, query: str, form: str, width: int = results.WIDTH) -> Iterator[bytes]:
        """The bytes of an answer to SPARQL text: a row format for SELECT and ASK, a graph format for CONSTRUCT.

        Raises RequestError where the format does not fit the query; the first piece is only given when that is known.
        """
        pieces = self.engine.ask(query, form if form in results.ROW_FORMATS else "json")
        kind = next(pieces)
        if (kind == b"graph") != (form in EXPORTS):
            self.engine.close()
            fitting = ", ".join(EXPORTS if kind == b"graph" else (*results.ROW_FORMATS, "table", "html"))
            raise RequestError(f"this query cannot be written as {form}; choose one of {fitting}")
        if kind == b"graph":
            yield from results.graph(pieces, form)
        elif form in results.ROW_FORMATS:
            yield from pieces
        else:
            answer = labelled(self.engine, results.read_json(pieces))
            yield from answer.html() if form == "html" else answer.table(width)

    def resolve(self, text: str) -> str:
        """The IRI of the thing that an IRI, a path or a name means. Raises RequestError where that is not one thing."""
        return resolve(self.engine, text)

    def show(self, text: str, language: str = "en") -> Entity:
        """A thing with all its facts and their numbered sources; names in the language where there are such."""
        return describe(self.engine, self.resolve(text), language)

    def network(
        self,
        projection: str = "organisations",
        *,
        ego: str = "",
        depth: int = 1,
        fresh: bool = False,
        **filters: object,
    ) -> Network:
        """A network as a networkx graph that can be measured, drawn and saved.

        `filters` are those of `movement_kg.network.Filters`, each one text or several; `ego` keeps what is within `depth`
        steps of a thing; `fresh` lays the network out by itself instead of on its projection's map.
        Raises RequestError for what there is not, and for an empty network.
        """
        from . import network as networks
        from .draw import Network

        wanted = networks.filters.from_options(filters)
        found = Network(networks.project(self.engine, self.queries(), projection, wanted, self.resolve))
        found.graph |= {"version": self.info["version"], "content": self.info["content"][:12], "licence": LICENCE}
        found.facts = lambda things: facts_of(self.engine, things)
        if not fresh and isinstance(self._held, Build):
            found.map = lambda: self._map(projection, wanted.certainty)
        return found.ego(compact(self.resolve(ego)), depth) if ego else found

    def _map(self, projection: str, certainty: str) -> Mapping[str, tuple[float, float]]:
        """The places of a projection's nodes, without filters; computed once for a build."""
        from . import network as networks
        from .draw.places import kept

        wider = "any" if certainty == "any" else "asserted"
        filters = networks.Filters(certainty=wider)
        return kept(
            self.build.folder / "layouts" / f"{projection}-{wider}.json",
            lambda: networks.project(self.engine, self.queries(), projection, filters, self.resolve),
        )

    def export(self, form: str = "turtle", layer: str = "facts") -> Iterator[bytes]:
        """The whole graph in an RDF format; `layer` is `facts`, or `all` for the claims and citations too."""
        _known("format", form, EXPORTS)
        _known("layer", layer, LAYERS)
        yield from results.write_graph(self.lines(layer), form)

    def export_rdf12(self, form: str = "turtle") -> Iterator[bytes]:
        """The whole graph with its claims as reifiers of RDF 1.2."""
        from . import reifiers

        _known("format for RDF 1.2", form, tuple(reifiers.FORMATS))
        yield from reifiers.write(self.lines("all"), form)

    def tables(self) -> Iterator[tuple[str, bytes]]:
        """The facts as CSV, a table for each kind of thing: its name and its bytes."""
        from . import kinds

        yield from kinds.tables(self.lines("facts"))

    def lines(self, layer: str) -> Iterator[bytes]:
        """The graph's lines of N-Triples, sorted."""
        return self._held.lines(layer)


def open_graph(folder: Path, limits: Limits | None = None) -> KnowledgeGraph:
    """The build in use below a folder, opened. Raises RequestError where there is none."""
    return KnowledgeGraph(current(folder), limits)


def at_endpoint(endpoints: Sequence[Endpoint], queries_folder: Path) -> KnowledgeGraph:
    """The graph at an endpoint, or those at several as one, to be asked the named queries of a folder.

    Nothing is sent before the first question.
    """
    from .engines.federation import engine_for
    from .published import Published

    return KnowledgeGraph(Published(engine_for(endpoints), queries_folder))


def _engine(held: Build | Published, limits: Limits) -> Engine:
    return LocalEngine(held.store, limits) if isinstance(held, Build) else held.engine


def _known(what: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise unknown(f"there is no {what}", name, names)
