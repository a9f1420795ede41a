"""Validation of a build, its constraints shared out to the workers of a Dask cluster.

    python validation_dask.py BUILD SHAPES [SCHEDULER]

BUILD is the folder of a build, which every worker must have under this name; SHAPES a file of SHACL shapes, SCHEDULER the
address of a running scheduler; without one, two worker processes are started on this machine. Prints what is found.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from dask.distributed import Client

from movement_kg.finished import current
from movement_kg.shapes import Check, Result, ShapesGraph, compile_shapes, read


def validate(client: Client, store: Path, shapes: Path) -> list[Result]:
    """What movement_kg.shapes.validate finds in the store of a build, one constraint a task."""
    graph = read(shapes)
    checks, left = compile_shapes(graph)
    if left:
        raise SystemExit(f"{shapes}: {len(left)} shapes need the reference validator, which one process runs")
    (shared,) = client.scatter([graph], broadcast=True)
    found = client.gather(client.map(_found, checks, store=str(store), graph=shared, pure=False))
    return sorted({result for results in found for result in results})


def _found(check: Check, store: str, graph: ShapesGraph) -> list[Result]:
    """The violations of one constraint. A store that is only read may be open in many processes."""
    return [*_results(pyoxigraph.Store.read_only(store), check, graph)]


def _results(store: pyoxigraph.Store, check: Check, graph: ShapesGraph) -> Iterator[Result]:
    rows = store.query(check.query)
    names = {variable.value for variable in rows.variables}
    path = check.path if isinstance(check.path, pyoxigraph.NamedNode) else None
    for row in rows:
        value, way = (row[name] if name in names else None for name in ("value", "path"))
        yield Result(
            focus=str(row["this"]),
            path=_text(way if way is not None else path),
            value=_text(value),
            rule=graph.rule(check.shape),
            message=check.message,
            severity=graph.severity(check.shape),
            component=check.component,
            shape=str(check.shape),
        )


def _text(term: object) -> str | None:
    return None if term is None else str(term)


def main() -> None:
    build, shapes, *scheduler = sys.argv[1:]
    here = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with Client(*scheduler, **({} if scheduler else here)) as client:
        found = validate(client, current(Path(build)).store.resolve(), Path(shapes))
    for result in found:
        print(f"{result.rule}: {result.focus}: {result.message}")
    print(f"{len(found)} results")


if __name__ == "__main__":
    main()
