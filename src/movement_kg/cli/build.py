"""`movement-kg build`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import assets
from ..build import build as make
from ..finished import Build
from . import options

if TYPE_CHECKING:
    from rich.status import Status


@click.command(short_help="Make the graph.")
@options.data_option
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the build goes (default: build/ in a checkout, else the user's cache).",
)
@click.option(
    "--validator",
    type=click.Choice(["compiled", "pyshacl"]),
    default="compiled",
    show_default=True,
    help="What checks the shapes: SPARQL compiled from them, or the reference validator.",
)
@click.option(
    "--anew", is_flag=True, help="Build everything, even where a few rows of the build before could be changed."
)
@click.option("--times", is_flag=True, help="Say on standard error what part each step took.")
def build(data: Path | None, out: Path | None, validator: str, anew: bool, times: bool) -> None:
    """Make the graph from the tables, validate it, and put a finished build in place.

    The old build stays until the new one is whole. Where only rows of tables changed since, and not too many, the old build is
    amended in a time that grows with these rows; the graph is the same. Where the data has problems, all of them are listed
    and nothing is written.

    \b
    Examples:
      movement-kg build
      movement-kg build --data my-tables -o my-build
      movement-kg build --validator pyshacl --times
    """
    steps = Steps()
    try:
        made = make(
            options.recipe(data),
            out or assets.default_build(),
            by_reference=validator == "pyshacl",
            anew=anew,
            progress=steps,
        )
    finally:
        steps("")
    if times:
        for line in steps.lines():
            options.say(line)
    options.emit([f"{line}\n".encode() for line in summary(made)], None)


def summary(made: Build) -> list[str]:
    """What a build holds, in a few lines."""
    return [
        *_things(made.manifest["counts"]),
        f"{made.manifest['triples']['facts']} triples of facts, {made.manifest['triples']['claims']} of claims; "
        f"{made.manifest['warnings']} problems",
        f"data of {made.manifest['version']}, content {made.manifest['content'][:12]}, in {made.folder}",
    ]


def counted(info: Mapping[str, Any], endpoint: str) -> list[str]:
    """What the graph at an endpoint holds, in a few lines."""
    return [*_things(info["counts"]), f"{info['triples']['all']} triples at {endpoint}"]


def _things(counts: Mapping[str, Any]) -> list[str]:
    things = sorted(counts["things"].items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{number:>6}  {kind}" for kind, number in things if number]
    return [
        "Things by kind",
        *lines,
        f"{counts['claims']} claims ({counts['implied']} implied) from {counts['citations']} cited passages; "
        f"{counts['conflicts']} conflicts between claims; {counts['derived']} derived facts",
    ]


class Steps:
    """Takes the time of each step, and shows the steps while they run where somebody is looking."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._times: list[tuple[str, float]] = []
        self._bar = None if quiet else _bar()

    def __call__(self, step: str) -> None:
        """Note that a step begins; an empty name ends the last."""
        self._times.append((step, time.perf_counter()))
        if self._bar and step:
            self._bar.update(step)
        elif self._bar:
            self._bar.stop()

    def lines(self) -> list[str]:
        """The part that each step took, in milliseconds and in per cent of the whole."""
        whole = self._times[-1][1] - self._times[0][1]
        spans = zip(self._times, self._times[1:], strict=False)
        return [
            f"{name:<8} {(end - start) * 1000:7.0f} ms  {(end - start) / whole:4.0%}"
            for (name, start), (_, end) in spans
        ]


def _bar() -> Status | None:
    """A sign of life on a terminal, where the extra `progress` is installed; never elsewhere."""
    if not sys.stderr.isatty():
        return None
    try:
        from rich.console import Console
        from rich.status import Status
    except ImportError:
        return None
    bar = Status("reading", console=Console(stderr=True))
    bar.start()
    return bar
