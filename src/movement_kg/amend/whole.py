"""A build amended: the files of the one before, and on top what a few rows changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph

from .. import ontology, search, shapes
from ..content import content, written
from ..finished import FORMAT, LAYERS, Build
from ..graph import read_rules, thing_kind
from ..output import save
from ..terms import Triple
from ..triples import about, found, quads
from ..vocabulary import CLAIM_LAYER, MK, RDF
from .delta import Delta, delta
from .rows import State, TooMuchError
from .store import apply, clone

#: So large a share of a layer's lines, and so many at least, may stand beside its file; with more, all is built anew.
_LARGEST_SHARE, _FEW = 0.05, 1_000
_TYPE, _CITATION = f"<{RDF}type>", f"<{MK}citation>"


def amend(
    before: Build, tables: Path, rules: Path, folder: Path, progress: Callable[[str], None] = lambda step: None
) -> dict[str, Any]:
    """Write into a folder what the build before and a few changed rows make, validated; the new manifest, without its inputs.

    `tables` is the folder of the tables as they are, `rules` that of the ontology, which is as it was. `progress` is told the
    name of each step.
    Raises TooMuchError where the change is not one that can be followed row by row, or has any fault or warning: a full
    build then says what there is to say.
    """
    progress("rows")
    old = pyoxigraph.Store.read_only(str(before.store))
    planned = delta(State(before.tables), State(tables), ontology.load(rules), old)
    progress("store")
    new = clone(before.store, folder / "store")
    change = apply(planned, old, new, read_rules(rules))
    progress("shapes")
    _validate(old, new, change, rules / "shapes.ttl", warned=before.manifest["warnings"] > 0)
    progress("lines")
    new.flush()
    for layer in LAYERS:
        _write_lines(before, layer, change, folder)
    things = sorted({t.subject for t in _both(change) if not t.subject.startswith(CLAIM_LAYER)})
    was, has = ([t.line.encode() for one in things for t in about(store, one)] for store in (old, new))
    search.amend(before.folder / "search.sqlite", folder / "search.sqlite", was, has)
    return _manifest(before.manifest, change, old, new)


def _both(change: Delta) -> set[Triple]:
    return change.gone | change.come


def _validate(old: pyoxigraph.Store, new: pyoxigraph.Store, change: Delta, path: Path, *, warned: bool) -> None:
    """Raises TooMuchError where anything is found about a node that the change concerns, now or before."""
    changed = [*quads(_both(change))]
    graph = shapes.read(path)
    stores = [
        (new, shapes.affected(new, graph, changed)),
        (old, shapes.affected(old, graph, changed) if warned else set()),
    ]
    if any(focus and shapes.validate(store, path, focus=focus) for store, focus in stores):
        raise TooMuchError


def _write_lines(before: Build, layer: str, change: Delta, folder: Path) -> None:
    come, gone = before.amended(layer)
    now_come, now_gone = _lines(change.come, layer), _lines(change.gone, layer)
    come, gone = (come - now_gone) | (now_come - gone), (gone - now_come) | (now_gone - come)
    if len(come) + len(gone) > max(_FEW, _LARGEST_SHARE * before.manifest["triples"][layer]):
        raise TooMuchError
    os.link(before.folder / f"{layer}.nt", folder / f"{layer}.nt")
    for what, lines in (("come", come), ("gone", gone)):
        save(folder / f"{layer}.{what}.nt", b"".join(sorted(lines)))


def _lines(triples: Iterable[Triple], layer: str) -> set[bytes]:
    return {t.line.encode() for t in triples if t.subject.startswith(CLAIM_LAYER) == (layer == "claims")}


def _manifest(before: Mapping[str, Any], change: Delta, old: pyoxigraph.Store, new: pyoxigraph.Store) -> dict[str, Any]:
    total = int(before["content"], 16)
    total += content(t.line.encode() for t in change.come) - content(t.line.encode() for t in change.gone)
    counts = dict(before["counts"])
    for name, one, other in (
        ("claims", _TYPE, "Claim"),
        ("derived", _TYPE, "Derivation"),
        ("implied", f"<{MK}certainty>", "implied"),
    ):
        counts[name] += _more(change, one, f"<{MK}{other}>")
    counts["conflicts"] += _more(change, f"<{MK}conflictsWith>", None) // 2
    cited = {t.object for t in _both(change) if t.predicate == _CITATION}
    counts["citations"] += sum(_is_cited(new, one) - _is_cited(old, one) for one in cited)
    counts["things"] = _things(before["counts"]["things"], change)
    lines = {
        layer: before["triples"][layer] + len(_lines(change.come, layer)) - len(_lines(change.gone, layer))
        for layer in LAYERS
    }
    return {**before, "format": FORMAT, "content": written(total % (1 << 256)), "triples": lines, "counts": counts}


def _more(change: Delta, predicate: str, obj: str | None) -> int:
    """How many more triples there are with that predicate and object, or any."""

    def count(triples: Iterable[Triple]) -> int:
        return sum(t.predicate == predicate and obj in (None, t.object) for t in triples)

    return count(change.come) - count(change.gone)


def _is_cited(store: pyoxigraph.Store, citation: str) -> bool:
    return next(found(store, predicate=_CITATION, obj=citation), None) is not None


def _things(before: Mapping[str, int], change: Delta) -> dict[str, int]:
    counts = dict(before)
    for triples, step in ((change.come, 1), (change.gone, -1)):
        for triple in triples:
            kind = thing_kind(triple)
            if kind:
                counts[kind] = counts.get(kind, 0) + step
    return {kind: count for kind, count in sorted(counts.items()) if count}
