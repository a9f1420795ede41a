"""Requests a second of `oxigraph serve-read-only` beside `movement-kg serve`, both on the same build folder.

`python bench/native.py [BUILD]` prints a table (docs/beyond.md holds one); needs `wrk` and the `oxigraph` server. The two run at
once on loopback and are measured in turn, so that neighbours on the machine weigh on both; every answer is compared first.
"""

import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from endpoint import (
    LIMIT,
    Case,
    Clients,
    Place,
    Server,
    _free_port,
    _ours,
    _program,
    _started,
    compare_rows,
    query_cases,
)

from movement_kg import assets
from movement_kg.finished import current

CLIENTS, ROUNDS, SECONDS = 8, 5, 1
THINGS = "SELECT DISTINCT ?x WHERE { ?x a <http://www.w3.org/ns/org#Organization> } ORDER BY ?x"


def _native(place: Place) -> Server:
    port = _free_port()
    arguments = ["serve-read-only", "--location", str(place.made.store.resolve()), "--bind", f"127.0.0.1:{port}"]
    return _started("oxigraph", place, [*arguments, "--timeout-s", str(LIMIT)], (port, "/query"))


def table(ours: Server, theirs: Server, cases: list[Case], clients: Clients) -> Iterator[str]:
    """A row for each case: the middle of the rounds, and of their ratios with the least and the greatest."""
    yield "| query | ours, requests/s | oxigraph, requests/s | oxigraph / ours | least–greatest |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for case in cases:
        rounds = [
            [clients.measure(server, case, CLIENTS).per_second for server in (ours, theirs)] for _ in range(ROUNDS)
        ]
        ratios = sorted(other / own for own, other in rounds)
        own, other = (statistics.median(each) for each in zip(*rounds, strict=True))
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
        yield f"| {case.title} | {own:.0f} | {other:.0f} | {statistics.median(ratios):.2f} | {spread} |"


def main() -> None:
    made = current(Path(sys.argv[1]) if len(sys.argv) > 1 else assets.default_build())
    store = pyoxigraph.Store.read_only(str(made.store))
    cases = query_cases([row["x"].value for row in store.query(THINGS)])
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = []
        for name, start, programs in (("ours", _ours, ["movement-kg"]), ("oxigraph", _native, ["oxigraph"])):
            place = Place(made, folder, folder / name, _program(None, *programs) or "")
            place.folder.mkdir()
            servers.append(start(place))
            stack.callback(servers[-1].stop)
        compare_rows(servers, cases, store)
        clients = Clients(_program(None, "wrk") or "", folder, SECONDS)
        count = sum(made.manifest["triples"].values())
        print(f"{count} triples, {CLIENTS} clients, {ROUNDS} rounds of {SECONDS} s in turn; {os.cpu_count()} cores,")
        print(f"load average at the start {os.getloadavg()[0]:.1f}.\n")
        for line in table(*servers, cases, clients):
            print(line, flush=True)


if __name__ == "__main__":
    main()
