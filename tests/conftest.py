from __future__ import annotations

import pytest
from hypothesis import settings
from shipped import shipped  # noqa: F401 (a fixture for all)
from world import World, make_world

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


@pytest.fixture
def world(tmp_path) -> World:
    """A tiny world of its own for the test: valid until the test changes it."""
    return make_world(tmp_path)


def pytest_addoption(parser) -> None:
    parser.addoption(
        "--rewrite-reference", action="store_true", help="write the reference tables anew from the libraries"
    )
    parser.addoption(
        "--rewrite-engines", action="store_true", help="write the table of docs/engines.md from what the servers answer"
    )
