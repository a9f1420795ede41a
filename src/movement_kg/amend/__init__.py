"""A small change: the build before, and what a few rows add to it and take from it, without reading the rest."""

from .delta import Delta, delta
from .rows import State, TooMuchError
from .store import apply, clone
from .whole import amend

__all__ = ["Delta", "State", "TooMuchError", "amend", "apply", "clone", "delta"]
