"""Two ways of doing the same work, timed in turn, and the ratio of the two pair by pair."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """How often a takes as long as b: the middle ratio of the pairs, the least and the greatest, and both times."""

    name: str
    middle: float
    least: float
    greatest: float
    a_ms: float
    b_ms: float
    pairs: int

    def row(self) -> str:
        ours, theirs = f"{self.a_ms:.1f}", f"{self.b_ms:.1f}"
        return f"| {self.name} | {self.middle:.2f} | {self.least:.2f}–{self.greatest:.2f} | {ours} | {theirs} | {self.pairs} |"


HEAD = "| comparison | ratio | spread | ours, ms | other, ms | pairs |\n| --- | --- | --- | --- | --- | --- |"


def compare(name: str, a: Callable[[], object], b: Callable[[], object], pairs: int = 15) -> Ratio:
    """Run a and b in turn, after one run of each that does not count."""
    a()
    b()
    times = [(_timed(a), _timed(b)) for _ in range(pairs)]
    ratios = [one / other for one, other in times]
    middle_a, middle_b = (statistics.median(values) * 1000 for values in zip(*times, strict=True))
    return Ratio(name, statistics.median(ratios), min(ratios), max(ratios), middle_a, middle_b, pairs)


def process(*command: str) -> Callable[[], None]:
    """A command as a whole process, its output read and thrown away."""

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    return run


def python(code: str, *arguments: str) -> Callable[[], None]:
    """A line of Python as a whole process."""
    return process(sys.executable, "-c", code, *arguments)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
