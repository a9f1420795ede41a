"""The search index: the names of all things in one SQLite file, asked while someone types."""

from .amending import amend
from .finding import Hit
from .index import Index
from .words import KINDS, fold
from .writing import write

__all__ = ["KINDS", "Hit", "Index", "amend", "fold", "write"]
