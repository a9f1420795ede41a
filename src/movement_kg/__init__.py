"""movement-kg: a knowledge graph of the documented history of the movement of people who use drugs.

>>> import movement_kg
>>> graph = movement_kg.open_graph()                      # doctest: +SKIP
>>> graph.query("first-group")                            # doctest: +SKIP

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .knowledge_graph import KnowledgeGraph
    from .results import Answer

__all__ = ["Answer", "KnowledgeGraph", "MovementKGError", "build_graph", "check_data", "open_graph"]

_HOMES = {
    "Answer": "results",
    "KnowledgeGraph": "knowledge_graph",
    "MovementKGError": "errors",
}


def build_graph(data: Any = None, out: Any = None) -> KnowledgeGraph:
    """Make a build from a folder of tables (default: the project's own) and open it.

    Raises DataError, with all problems, where the data has any; RequestError where `out` cannot be written.
    """
    from pathlib import Path

    from . import assets, knowledge_graph
    from .build import build as make
    from .finished import Recipe

    recipe = Recipe(Path(data) if data else assets.data(), assets.ontology(), assets.queries())
    return knowledge_graph.KnowledgeGraph(make(recipe, Path(out) if out else assets.default_build()))


def check_data(data: Any = None, sources: Any = None) -> list[Any]:
    """Every problem of a folder of tables, as values; with the folder of the texts, citations are verified too."""
    from pathlib import Path

    from . import assets
    from .check import Inputs
    from .check import check as examine

    inputs = Inputs(Path(data) if data else assets.data(), assets.ontology())
    return examine(inputs, Path(sources) if sources else None).problems


def open_graph(folder: Any = None) -> KnowledgeGraph:
    """Open the build in use below a folder (default: where `movement-kg build` puts it).

    Raises RequestError where there is none.
    """
    from pathlib import Path

    from . import assets, knowledge_graph

    return knowledge_graph.open_graph(Path(folder) if folder else assets.default_build())


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
