"""A network that can be measured, drawn and saved: networkx's graph with a few verbs, shown in a notebook as its picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx

from .. import network
from ..errors import RequestError, hint
from ..output import whole_file
from ..results import Answer
from .drawing import Drawing
from .formats import FORMATS, csv_tables, write
from .places import Places, places, sizes

if TYPE_CHECKING:
    Graph = networkx.MultiDiGraph[str]
else:
    Graph = networkx.MultiDiGraph

Facts = Mapping[str, Sequence[Mapping[str, Any]]]


class Network(Graph):
    """A `networkx.MultiDiGraph` with the attributes that `movement_kg.network` documents.

    `map` gives the places of the projection's nodes and `facts` what the graph says of them, both when they are first
    needed. A copy that networkx makes has neither: it is laid out by itself.
    """

    map: Callable[[], Places] | None = None
    facts: Callable[[Sequence[str]], tuple[Facts, Mapping[str, Any]]] | None = None

    def drawing(self) -> Drawing:
        """The network on its projection's map; laid out by itself where the map lacks any of its nodes."""
        found = self.map() if self.map else {}
        if any(node not in found for node in self):
            found = places(self)
        return Drawing(self, {node: found[node] for node in self}, sizes(self))

    def measure(self, *names: str, backend: str = "", top: int = 0) -> Answer:
        """Measures by name, as `movement_kg.network.measure` gives them: `summary` where none is named."""
        return network.measure(self, names or ["summary"], backend, top)

    def ego(self, node: str, depth: int = 1) -> Network:
        """The network within `depth` steps of a node, given by its path such as `org/inpud` or by its name."""
        return self.part(network.ego(self, self.find(node), depth))

    def find(self, text: str) -> str:
        """The node that a path, an IRI, a name or an acronym means. Raises RequestError where that is not one node."""
        if text in self:
            return text
        names = {
            node: {str(told[key]).casefold() for key in ("iri", "label", "short")}
            for node, told in self.nodes(data=True)
        }
        found = [node for node, known in names.items() if text.casefold() in known]
        if len(found) != 1:
            labels = [str(label) for _, label in self.nodes(data="label")]
            if found:
                raise RequestError(f"{text!r} is several nodes of this network ({', '.join(sorted(found))})")
            elsewhere = hint(text, labels) or "; other filters or another projection may hold it"
            raise RequestError(f"{text!r} is no node of this network{elsewhere}")
        return found[0]

    def core(self, keep: int, by: str = "degree") -> Network:
        """The network between the `keep` nodes that a measure ranks first."""
        return self.part(network.core(self, keep, by))

    def paths(self, source: str, target: str, longest: int = 0) -> list[list[str]]:
        """The paths between two nodes: the shortest ones, or all up to a length."""
        return network.paths(self, self.find(source), self.find(target), longest)

    def part(self, graph: networkx.MultiDiGraph[str]) -> Network:
        """A part of this network, drawn on the same map."""
        found = Network(graph)
        found.map, found.facts = self.map, self.facts
        found.graph["caveats"] = network.caveats(found)
        return found

    def write(self, form: str) -> Iterator[bytes]:
        """The network's bytes in one of `movement_kg.draw.FORMATS`. Raises RequestError for a format that there is not."""
        return write(self.drawing(), form, self.facts)

    def save(self, path: str | Path) -> None:
        """Write the network to a file, its format by the file's ending.

        Raises RequestError for an ending that names no format, and where the file cannot be written.
        """
        path = Path(path)
        form = FORMATS.get(path.suffix)
        if form is None:
            raise RequestError(
                f"{path}: no format has this ending (there are {', '.join(FORMATS)}; save_tables makes CSV)"
            )
        with whole_file(path) as file:
            file.writelines(self.write(form))

    def save_tables(self, folder: str | Path) -> None:
        """Write `nodes.csv` and `edges.csv` into a folder. Raises RequestError where that cannot be done."""
        folder, tables = Path(folder), [*csv_tables(self.drawing())]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RequestError(f"{folder}: cannot be made ({error.strerror}); name another folder") from None
        for name, data in tables:
            with whole_file(folder / f"{name}.csv") as file:
                file.write(data)

    def _repr_svg_(self) -> str:
        return b"".join(self.write("svg")).decode()
