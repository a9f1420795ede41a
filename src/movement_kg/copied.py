"""A build made of what other servers hold: their whole graph, read once and kept as a folder like any other build.

So a site can show a graph that is kept elsewhere, with all pages, pictures and limits, and no visitor's question goes there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import assets
from . import queries as named
from .beside import Beside
from .content import content, written
from .counts import Counts
from .engines.federation import FederatedEngine, engine_for, from_environment
from .engines.remote import RemoteEngine
from .errors import MovementKGError, RequestError
from .finished import FORMAT, LAYERS, Build, current
from .output import save
from .placing import fresh_folder, put_in_place
from .terms import Sorter
from .vocabulary import BASE, CLAIM_LAYER, DCTERMS
from .withdrawal import without

_CLAIM_LAYER = tuple(start.encode() for start in CLAIM_LAYER)
_MODIFIED = f"<{BASE}dataset> <{DCTERMS}modified> "
_DAY = re.compile(re.escape(_MODIFIED.encode()) + rb'"([0-9]{4}-[0-9]{2}-[0-9]{2})["T]')
#: What any graph may say of itself: a graph of these alone holds nothing that could be shown.
_OF_ITSELF = {"dcat:Dataset", "void:Dataset"}
_TOMBSTONE = "mk:Tombstone"


def copy(engine: RemoteEngine | FederatedEngine, out: Path) -> Build:
    """Put a build in place below a folder, made of all that a server or several hold; where it would be the same, none is made.

    Nothing is said of people with a tombstone, whoever still tells of them (`withdrawal`).
    Raises what the engine does where a server fails, RequestError where the graph holds nothing of this ontology, and where
    the folder holds a build made of tables. Nothing is written then.
    """
    before = _before(out)
    with fresh_folder(out) as folder, contextlib.closing(Sorter()) as held:
        with contextlib.closing(engine):
            held.add(engine.lines())
        manifest = {**_write_lines(without(held), folder), **_origin(engine)}
        _check(manifest, engine)
        save(folder / "queries.json", named.dumps(named.read_folder(assets.queries())).encode())
        if before and _is_same(before, manifest, folder):
            return before
        with Beside() as beside:
            beside.run("movement_kg.build", "write_indexes", folder)
            beside.wait()
        save(folder / "manifest.json", (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        final = put_in_place(folder, out, manifest["content"], keeps_last=not manifest["withdrawn"])
    return Build(final, manifest)


def again(out: Path) -> None:
    """Read anew the graph that the build in use below a folder is a copy of: for a process of its own.

    Ends the process with the message of what failed.
    """
    try:
        origin = current(out).manifest["copied"]
        engine = engine_for(from_environment(origin["endpoints"], origin["graph"]))
        with fresh_folder(out) as folder:
            tempfile.tempdir = str(folder)  # where the next copy clears away what is left by a process that was stopped
            copy(engine, out)
    except MovementKGError as error:
        sys.exit(str(error))


def is_copy(build: Build) -> bool:
    """Whether the build was made of what other servers hold, and not of tables."""
    return "copied" in build.manifest


def _before(out: Path) -> Build | None:
    """The copy that is there."""
    try:
        found = current(out)
    except RequestError:
        return None
    if not is_copy(found):
        raise RequestError(f"{out}: holds a build made of tables; name another folder for the copy with --build")
    return found


def _write_lines(lines: Iterable[bytes], folder: Path) -> dict[str, Any]:
    """Write the layers of sorted lines to a build's folder; what its manifest tells of them."""
    counts, numbers, days = Counts(), dict.fromkeys(LAYERS, 0), set[str]()
    total = content(counts.passing(_split(_read(lines), folder, numbers, days)))
    told = counts.summary()
    return {
        "format": FORMAT,
        "version": max(days, default="unknown"),
        "content": written(total),
        "triples": numbers,
        "counts": told,
        "warnings": 0,
        "withdrawn": _TOMBSTONE in told["things"],
    }


def _read(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The same lines. Raises RequestError for one that is no triple of RDF 1.1: its object is a triple."""
    for line in lines:
        rest = line.split(b" ", 2)[2]
        if not rest.startswith(b'"') and rest.count(b" ") > 1:
            told = line.decode().strip()[:200]
            raise RequestError(
                f"a triple of the graph is about a triple, as RDF 1.2 has it, which is not read here: {told}"
            )
        yield line


def _split(lines: Iterable[bytes], folder: Path, numbers: dict[str, int], days: set[str]) -> Iterator[bytes]:
    """The same lines, each written to the file of its layer on the way; its day of change is kept where it tells one."""
    with contextlib.ExitStack() as stack:
        files = {layer: stack.enter_context((folder / f"{layer}.nt").open("wb")) for layer in LAYERS}
        for line in lines:
            layer = "claims" if line.startswith(_CLAIM_LAYER) else "facts"
            files[layer].write(line)
            numbers[layer] += 1
            if day := _DAY.match(line):
                days.add(day[1].decode())
            yield line
        for file in files.values():
            file.flush()
            os.fsync(file.fileno())


def _origin(engine: RemoteEngine | FederatedEngine) -> dict[str, Any]:
    urls = [endpoint.url for endpoint in engine.endpoints]
    return {"copied": {"endpoints": urls, "graph": engine.endpoints[0].graph}}


def _check(manifest: dict[str, Any], engine: RemoteEngine | FederatedEngine) -> None:
    """Raises RequestError where there is nothing to show."""
    if manifest["counts"]["things"].keys() - _OF_ITSELF:
        return
    graph, urls = engine.endpoints[0].graph, ", ".join(endpoint.url for endpoint in engine.endpoints)
    where, held = f"the graph {graph}" if graph else "the default graph", sum(manifest["triples"].values())
    told = f"{held} triples, none of them about a thing of this ontology" if held else "nothing"
    raise RequestError(
        f"{urls}: {where} holds {told}; --graph IRI names the graph to copy, movement-kg push puts one on a server"
    )


def _is_same(before: Build, manifest: dict[str, Any], folder: Path) -> bool:
    kept = before.folder / "queries.json"
    return before.manifest == manifest and kept.read_bytes() == (folder / "queries.json").read_bytes()
