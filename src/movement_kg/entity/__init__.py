"""Things as people read them: their names, their facts with numbered sources, and which thing a name means."""

from .many import facts_of
from .names import AT_ONCE, PROLOGUE, Name, ask, labelled, labels, names, resolve
from .thing import RELATIONS, Entity, Fact, Part, Relation, Source, describe

__all__ = [
    "AT_ONCE",
    "PROLOGUE",
    "RELATIONS",
    "Entity",
    "Fact",
    "Name",
    "Part",
    "Relation",
    "Source",
    "ask",
    "describe",
    "facts_of",
    "labelled",
    "labels",
    "names",
    "resolve",
]
