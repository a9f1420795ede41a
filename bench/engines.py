"""The same question to a build, to Virtuoso, and to three servers that hold a part each: the same rows.

`python bench/engines.py [QUERY ...]` starts the servers on loopback, asks with the program's own command line, and shows what
came. Ends with 1 where the rows differ. Needs the extra `test`, and Virtuoso from Debian.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "tests"))

from live import GRAPH, oxigraph, parts, virtuoso  # noqa: E402

from movement_kg.assets import default_build  # noqa: E402
from movement_kg.finished import current  # noqa: E402

COMMAND = str(Path(sys.executable).with_name("movement-kg"))


def main(names: list[str]) -> int:
    subprocess.run([COMMAND, "build"], check=True, capture_output=True)
    lines = [*current(default_build()).lines("all")]
    with contextlib.ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(4)]
        whole = stack.enter_context(virtuoso(folders[0], b"".join(lines)))
        held = [stack.enter_context(oxigraph(*pair)) for pair in zip(folders[1:], parts(lines), strict=True)]
        places = {
            "a build": [],
            "Virtuoso": ["--endpoint", whole.url, "--graph", GRAPH],
            "three servers": [word for one in held for word in ("--endpoint", one.url)],
        }
        return max([_compare(name, places) for name in names])


def _compare(name: str, places: dict[str, list[str]]) -> int:
    """Ask one query everywhere; 0 where the rows are the same."""
    answers = {place: _asked(name, options) for place, options in places.items()}
    first = next(iter(answers.values()))
    print(first, end="")
    for place, answer in answers.items():
        print(f"{place:<14} {'the same rows' if answer == first else 'OTHER ROWS'}")
    return int(len(set(answers.values())) > 1)


def _asked(name: str, options: list[str]) -> str:
    done = subprocess.run([COMMAND, "query", name, *options], check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["first-groups"]))
