"""The fixture that builds the project's own data once for the whole run."""

import pytest

from movement_kg import assets
from movement_kg.build import build
from movement_kg.finished import Recipe
from movement_kg.knowledge_graph import KnowledgeGraph


@pytest.fixture(scope="session")
def shipped(tmp_path_factory) -> KnowledgeGraph:
    """The shipped tables, built into a folder of the test run and opened."""
    recipe = Recipe(assets.data(), assets.ontology(), assets.queries())
    made = build(recipe, tmp_path_factory.mktemp("shipped"))
    with KnowledgeGraph(made) as graph:
        yield graph
