"""A build: a validated graph in a fresh folder, synced and put in place at once, never changed afterwards.

Everything but the store's own files and inputs.json is byte-identical for identical input.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph

from . import queries as named
from . import search
from .beside import Beside
from .check import Findings, Inputs, check
from .content import content, written
from .errors import DataError, RequestError
from .finished import CURRENT, FORMAT, Build, Recipe, digests, stamps
from .graph import Graph
from .terms import ntriples, value
from .vocabulary import BASE, MK, RDF, compact

LAYERS = ("facts", "claims")
_TYPE = f"<{RDF}type>"


def build(
    recipe: Recipe,
    out: Path,
    *,
    by_reference: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Build:
    """Make a build below `out` and put it in place; the build before it stays until then, and one build after.

    Raises DataError where the data has errors (nothing is written then), RequestError where `out` cannot be written.
    """
    with _fresh_folder(out) as folder, Beside() as beside:

        def write(graph: Graph) -> None:
            progress("lines")
            _write_lines(graph, folder)
            beside.run(__name__, "write_indexes", folder)

        inputs = Inputs(recipe.data, recipe.ontology)
        findings = check(inputs, by_reference=by_reference, progress=progress, assembled=write)
        progress("queries")
        queries = named.read_folder(recipe.queries)
        if findings.errors:
            raise DataError(findings.errors)
        progress("store")
        beside.wait()
        manifest = _write_manifest(findings, queries, recipe, folder)
        progress("done")
        final = _put_in_place(folder, out, manifest["content"], keeps_last=not findings.graph.keys.gone)
    return Build(final, manifest)


@contextlib.contextmanager
def _fresh_folder(out: Path) -> Iterator[Path]:
    is_new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".writing-{os.getpid()}-", dir=out))
    except OSError as error:
        raise RequestError(f"{out}: cannot be written ({error.strerror}); name another folder with -o") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if is_new:
            with contextlib.suppress(OSError):
                out.rmdir()


def _write_lines(graph: Graph, folder: Path) -> None:
    for layer, triples in zip(LAYERS, (graph.facts, graph.claim_layer), strict=True):
        _save(folder / f"{layer}.nt", ntriples(triples))


def write_indexes(folder: Path) -> None:
    """Make the store and the search index of the lines in a build's folder."""
    store = pyoxigraph.Store(str(folder / "store"))
    for layer in LAYERS:
        store.bulk_load(path=folder / f"{layer}.nt", format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    with (folder / "facts.nt").open("rb") as lines:
        search.write(lines, folder / "search.sqlite")


def _write_manifest(
    findings: Findings, queries: list[named.NamedQuery], recipe: Recipe, folder: Path
) -> dict[str, Any]:
    lines = dict.fromkeys(LAYERS, 0)
    total = content(_counted(folder, lines))
    manifest = {
        "format": FORMAT,
        "version": _data_version(recipe.data),
        "content": written(total),
        "triples": lines,
        "counts": summary(findings.graph),
        "warnings": len(findings.problems),
        "inputs": digests(recipe),
    }
    _save(folder / "queries.json", named.dumps(queries).encode())
    _save(folder / "inputs.json", json.dumps(stamps(recipe)).encode())
    _save(folder / "manifest.json", (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
    return manifest


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


def summary(graph: Graph) -> dict[str, Any]:
    """What a graph holds: things by kind, claims, citations in use, pairs of claims in conflict."""
    kinds = Counter(
        compact(value(t.object)) for t in graph.facts if t.predicate == _TYPE and t.subject.startswith(f"<{BASE}")
    )
    claims = graph.claims.values()
    return {
        "things": {kind: count for kind, count in sorted(kinds.items()) if not kind.startswith(("owl:", "skos:"))},
        "claims": len(graph.claims),
        "implied": sum(claim.is_implied for claim in claims),
        "citations": len(set().union(*(claim.citations for claim in claims))) if claims else 0,
        "conflicts": sum(len(claim.conflicts) for claim in claims) // 2,
        "derived": sum(t.predicate == _TYPE and t.object == f"<{MK}Derivation>" for t in graph.claim_layer),
    }


def _save(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(folder: Path, out: Path, content: str, *, keeps_last: bool) -> Path:
    """Rename the folder to its lasting name and point CURRENT to it, one process at a time; then tidy up.

    The build before stays for those who still read it, unless somebody was withdrawn: it may hold their name.
    """
    final = out / f"build-{content[:12]}-{folder.name.rpartition('-')[2]}"
    with _lock(out):
        before = _current_name(out)
        folder.rename(final)
        pointer = out / f".{CURRENT}-{os.getpid()}"
        _save(pointer, (final.name + "\n").encode())
        pointer.replace(out / CURRENT)
        _sync(out)
        _tidy(out, {final.name, before} if keeps_last else {final.name})
    return final


def _current_name(out: Path) -> str:
    try:
        return (out / CURRENT).read_text("utf-8").strip()
    except OSError:
        return ""


@contextlib.contextmanager
def _lock(out: Path) -> Iterator[None]:
    import fcntl

    with (out / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _tidy(out: Path, keep: set[str]) -> None:
    """Remove builds that are neither in use nor were a moment ago, and what dead processes left half written."""
    for path in out.iterdir():
        kind, _, rest = path.name.partition("-")
        is_old = kind == "build" and path.name not in keep
        is_left = kind in (".writing", f".{CURRENT}") and not _is_alive(rest.partition("-")[0])
        if is_left and path.is_file():
            path.unlink(missing_ok=True)
        elif is_old or is_left:
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
