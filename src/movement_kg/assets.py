"""Where the project's own files are: the ontology, the data, the queries, in a checkout or inside a wheel."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def in_checkout() -> bool:
    """Whether the package runs from a checkout (an editable install included) and not from a wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "ontology").is_dir()


def home() -> Path:
    """The folder that holds `ontology/`, `data/` and `queries/`."""
    return _CHECKOUT if in_checkout() else _PACKAGE / "_shipped"


def ontology() -> Path:
    """The folder of the ontology, its schemes, shapes, alignments and rules."""
    return home() / "ontology"


def data() -> Path:
    """The folder of the tables that ship with the project."""
    return home() / "data"


def queries() -> Path:
    """The folder of the named queries."""
    return home() / "queries"


def default_build() -> Path:
    """Where a build goes unless told otherwise: `build/` in a checkout, else the user's cache folder."""
    if in_checkout():
        return _CHECKOUT / "build"
    return _cache() / "movement-kg" / "build"


def _cache() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
