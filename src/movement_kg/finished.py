"""A finished build on disk: where it is, what it holds, and whether anything it was made from has changed.

build/
CURRENT               the name of the folder in use, replaced in one step
build-<hash>-…/       one finished build: store/, facts.nt, claims.nt, search.sqlite, queries.json, manifest.json, inputs.json,
                      and tables/, the tables as they were read

A build that was amended shares facts.nt and claims.nt with the one before, and holds beside each the lines that came to it
and went from it since (facts.come.nt, facts.gone.nt and so on).
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import queries as named
from .errors import RequestError

FORMAT = 3
LAYERS = ("facts", "claims")
CURRENT = "CURRENT"
_ONLY_READ = ("cli", "draw", "network", "web")
_READ = (".csv", ".tsv", ".json", ".ttl", ".rq")


@dataclass(frozen=True)
class Recipe:
    """What a build is made from."""

    data: Path
    ontology: Path
    queries: Path

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file that the build reads, with a name that does not depend on where the folders are."""
        for kind, folder in (("data", self.data), ("ontology", self.ontology), ("queries", self.queries)):
            for path in sorted(path for path in folder.rglob("*") if path.suffix in _READ and path.is_file()):
                yield f"{kind}/{path.relative_to(folder).as_posix()}", path


@dataclass(frozen=True)
class Build:
    """A finished build on disk."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def tables(self) -> Path:
        """The folder of the tables as they were read when the build was made."""
        return next((self.folder / "tables").iterdir())

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.folder / "store"

    def lines(self, layer: str) -> Iterator[bytes]:
        """The graph's lines of N-Triples, sorted: the facts, or `all`. The memory taken does not grow with the graph."""
        layers = LAYERS[:1] if layer == "facts" else LAYERS
        merged = heapq.merge(*map(self.layer, layers))
        yield from (line for line, _ in itertools.groupby(merged))

    def layer(self, name: str) -> Iterator[bytes]:
        """The sorted lines of one layer by itself."""
        come, gone = self.amended(name)
        with (self.folder / f"{name}.nt").open("rb") as lines:
            if come or gone:
                yield from heapq.merge((line for line in lines if line not in gone), sorted(come))
            else:
                yield from lines

    def amended(self, layer: str) -> tuple[set[bytes], set[bytes]]:
        """The lines that came to a layer since its file was written, and those that went."""
        come, gone = (self._lines_of(f"{layer}.{what}.nt") for what in ("come", "gone"))
        return come, gone

    def _lines_of(self, name: str) -> set[bytes]:
        try:
            return set((self.folder / name).read_bytes().splitlines(keepends=True))
        except FileNotFoundError:
            return set()

    def queries(self) -> list[named.NamedQuery]:
        """The named queries, as compiled when the build was made."""
        return named.loads((self.folder / "queries.json").read_text("utf-8"))


def current(out: Path) -> Build:
    """The build in use below a folder. Raises RequestError where there is none."""
    try:
        folder = out / (out / CURRENT).read_text("utf-8").strip()
        return Build(folder, json.loads((folder / "manifest.json").read_text("utf-8")))
    except (OSError, ValueError):
        raise RequestError(f"{out}: holds no build; make one with movement-kg build") from None


def is_fresh(build: Build, recipe: Recipe) -> bool:
    """Whether nothing that the build was made from has changed: names, sizes and times first, then contents."""
    try:
        seen = json.loads((build.folder / "inputs.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if build.manifest.get("format") != FORMAT:
        return False
    return bool(seen == stamps(recipe) or build.manifest["inputs"] == digests(recipe))


def stamps(recipe: Recipe) -> dict[str, list[int]]:
    """The size and the time of every file of a recipe: quick to compare, and never part of what is compared by content."""
    found = ((path, path.stat()) for path in (*_program(), *(path for _, path in recipe.files())))
    return {str(path.resolve()): [stat.st_size, stat.st_mtime_ns] for path, stat in found}


def digests(recipe: Recipe) -> dict[str, str]:
    """The SHA-256 of every file of a recipe, and one of the program's own files together."""
    program = sha256(b"".join(path.read_bytes() for path in _program()))
    return {"program": program, **{name: sha256(path.read_bytes()) for name, path in recipe.files()}}


def _program() -> list[Path]:
    """The program's files on which a build can depend: all but those that only show or serve one."""
    here = Path(__file__).parent
    return sorted(path for path in here.rglob("*.py") if path.relative_to(here).parts[0] not in _ONLY_READ)


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    import hashlib

    return hashlib.sha256(data).hexdigest()
