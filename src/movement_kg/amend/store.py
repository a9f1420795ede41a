"""The store of an amended build: the files of the one before, shared, and the changes written on top.

RocksDB never changes a table file (`.sst`) once it is written, so two stores can share one by a hard link; a file that one of
them no longer needs loses that store's name alone. All else is copied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph

from ..graph import Rule, hashed, rederive
from ..terms import Term, Triple
from ..triples import about, found, holds, put, take
from ..vocabulary import BASE, CLAIM_LAYER, RDF
from .delta import Delta
from .rows import TooMuchError

_CLAIM, _REFERENCE = f"<{BASE}claim/", f"<{BASE}reference/"
_SUBJECT = f"<{RDF}subject>"
_DATE = f"<{BASE}date/"


def clone(store: Path, folder: Path) -> pyoxigraph.Store:
    """A store of its own that holds what another holds, opened for writing. The other one must be open for reading at most."""
    folder.mkdir()
    for path in store.iterdir():
        if path.suffix == ".sst":
            os.link(path, folder / path.name)
        elif path.name != "LOCK" and not path.name.startswith("LOG"):
            shutil.copyfile(path, folder / path.name)
    return pyoxigraph.Store(str(folder))


def apply(change: Delta, before: pyoxigraph.Store, now: pyoxigraph.Store, rules: list[Rule]) -> Delta:
    """Bring a clone up to date, derived facts included; what in truth went from it and came to it.

    Raises TooMuchError where something still names a thing that no row defines any more.
    """
    kept = {triple for triple in change.gone if _about(triple, change) in change.shared or _is_date(triple)}
    gone = {triple for triple in change.gone - kept if holds(now, triple)} | _no_longer_derived(change.come, now)
    come = {triple for triple in change.come if not holds(now, triple)}
    take(now, gone)
    put(now, come)
    if any(_is_used(now, term) for term in change.undefined):
        raise TooMuchError
    while unused := {t for t in kept if holds(now, t) and not _is_used(now, _about(t, change))}:
        take(now, unused)
        gone |= unused
    changed = {triple.subject for triple in gone | come}
    changed |= {triple.object for triple in gone | come if triple.predicate == _SUBJECT}
    derived_gone, derived_come = rederive(before, now, rules, changed)
    return Delta((gone | derived_gone) - derived_come - come, (come | derived_come) - derived_gone - gone)


def _is_date(triple: Triple) -> bool:
    return triple.subject.startswith(_DATE)


def _about(triple: Triple, change: Delta) -> Term:
    """What a triple is about: its subject, or that of the triple whose origin its subject tells."""
    if not triple.subject.startswith(_REFERENCE):
        return triple.subject
    return next(t.object for t in change.gone if t.subject == triple.subject and t.predicate == _SUBJECT)


def _no_longer_derived(triples: Iterable[Triple], store: pyoxigraph.Store) -> set[Triple]:
    """The derivation nodes in a store of triples that are stated from now on."""
    return {told for triple in triples for told in about(store, hashed("derivation", triple))}


def _is_used(store: pyoxigraph.Store, term: Term) -> bool:
    """Whether a fact that is stated, or a claim, has the term as its object."""
    for triple in found(store, obj=term):
        if triple.subject.startswith(_CLAIM):
            if triple.predicate != _SUBJECT:
                return True
        elif not triple.subject.startswith(CLAIM_LAYER) and not any(about(store, hashed("derivation", triple))):
            return True
    return False
