"""A build: a validated graph in a fresh folder, synced and put in place at once, never changed afterwards.

A build of everything is byte-identical for identical input, but for the store's own files and inputs.json. An amended one
holds the same graph, and beside the lines of the build before those that came and went.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph

from . import amend, search
from . import queries as named
from .beside import Beside
from .check import Findings, Inputs, check
from .content import content, written
from .counts import Counts
from .errors import DataError, RequestError
from .finished import FORMAT, LAYERS, Build, Recipe, current, digests, stamps
from .graph import Graph, Spooled
from .output import save
from .placing import fresh_folder, put_in_place
from .triples import load


def build(
    recipe: Recipe,
    out: Path,
    *,
    by_reference: bool = False,
    anew: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Build:
    """Make a build below `out` and put it in place; the build before it stays until then, and one build after.

    Where only rows of tables changed since the build before, that one is amended, unless `anew`; the same graph comes out.
    Raises DataError where the data has errors (nothing is written then), RequestError where `out` cannot be written.
    """
    with fresh_folder(out) as folder:
        seen = stamps(recipe)
        kept = _keep_tables(recipe, folder)
        inputs = digests(kept)
        manifest = None if anew or by_reference else _amended(out, kept, inputs, folder, progress)
        if manifest is None:
            manifest = _made(kept, folder, by_reference=by_reference, progress=progress)
        manifest["inputs"] = inputs
        save(folder / "inputs.json", json.dumps(seen).encode())
        save(folder / "manifest.json", (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
        progress("done")
        final = put_in_place(folder, out, manifest["content"], keeps_last=not manifest["withdrawn"])
    return Build(final, manifest)


def _keep_tables(recipe: Recipe, folder: Path) -> Recipe:
    """Copy the tables into the build, which is made of the copies: what is changed meanwhile is for the next one."""
    if not recipe.data.is_dir():
        return recipe  # which is for the reading to say
    kept = folder / "tables" / recipe.data.resolve().name
    for name, path in recipe.files():
        if name.startswith("data/"):
            copy = kept / name.removeprefix("data/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return replace(recipe, data=kept)


def _amended(
    out: Path, recipe: Recipe, inputs: Mapping[str, str], folder: Path, progress: Callable[[str], None]
) -> dict[str, Any] | None:
    """What a few changed rows make of the build before, where that can be; else None, and the folder as it was."""
    try:
        before = current(out)
        was = before.manifest["inputs"]
        differ = {name for name in was.keys() | inputs.keys() if was.get(name) != inputs.get(name)}
        is_same_place = before.tables.name == recipe.data.name
        if before.manifest["format"] != FORMAT or not is_same_place or not all(map(_is_table, differ)):
            return None
        manifest = amend.amend(before, recipe.data, recipe.ontology, folder, progress)
    except (RequestError, OSError, KeyError, amend.TooMuchError):
        for path in folder.iterdir():
            if path.name != "tables":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return None
    shutil.copyfile(before.folder / "queries.json", folder / "queries.json")
    return manifest


def _is_table(name: str) -> bool:
    return name.startswith("data/") and name.endswith((".csv", ".tsv"))


def _made(recipe: Recipe, folder: Path, *, by_reference: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Make everything from the tables, and the manifest of it, but for its inputs."""
    with Beside() as beside:

        def write(graph: Graph | Spooled) -> None:
            progress("lines")
            _write_lines(graph, folder)
            beside.run(__name__, "write_indexes", folder)

        inputs = Inputs(recipe.data, recipe.ontology, scratch=folder / "scratch")
        findings = check(inputs, by_reference=by_reference, progress=progress, assembled=write)
        progress("queries")
        queries = named.read_folder(recipe.queries)
        if findings.errors:
            raise DataError(findings.errors)
        progress("store")
        beside.wait()
    save(folder / "queries.json", named.dumps(queries).encode())
    shutil.rmtree(folder / "scratch", ignore_errors=True)  # which is there where the graph was large
    manifest = _manifest(findings, recipe, folder)
    if findings.graph.keys.gone_keys():  # the rows of somebody withdrawn: a build holds nothing of them
        shutil.rmtree(folder / "tables")
    return manifest


def _write_lines(graph: Graph | Spooled, folder: Path) -> None:
    for layer in LAYERS:
        save(folder / f"{layer}.nt", graph.lines(layer))


def write_indexes(folder: Path) -> None:
    """Make the store and the search index of the lines in a build's folder."""
    store = pyoxigraph.Store(str(folder / "store"))
    for layer in LAYERS:
        with (folder / f"{layer}.nt").open("rb") as lines:
            load(store, lines)
    store.optimize()
    store.flush()
    with (folder / "facts.nt").open("rb") as lines:
        search.write(lines, folder / "search.sqlite")


def _manifest(findings: Findings, recipe: Recipe, folder: Path) -> dict[str, Any]:
    lines, counts = dict.fromkeys(LAYERS, 0), Counts()
    total = content(counts.passing(_counted(folder, lines)))
    return {
        "format": FORMAT,
        "version": _data_version(recipe.data),
        "content": written(total),
        "triples": lines,
        "counts": counts.summary(),
        "warnings": len(findings.problems),
        "withdrawn": bool(findings.graph.keys.gone),
    }


def _counted(folder: Path, counts: dict[str, int]) -> Iterator[bytes]:
    """All lines of a build's folder; they are counted by layer on the way."""
    for layer in LAYERS:
        with (folder / f"{layer}.nt").open("rb") as lines:
            for line in lines:
                counts[layer] += 1
                yield line


def _data_version(data: Path) -> str:
    metadata = json.loads((data / "csv-metadata.json").read_text("utf-8"))
    return str(metadata.get("dc:modified", "unknown"))
