"""A named query as text for other programs: what gets the same rows with curl, Python or R."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

Values = Sequence[tuple[str, str]]


def snippets(address: str, values: Values) -> Iterator[tuple[str, str]]:
    """For each program its name and the text, for the CSV of a query at an address with values of parameters.

    Every value is quoted as the language quotes: no value becomes a command.
    """
    yield "curl", curl(address, values)
    yield "Python", python(address, values)
    yield "R", r(address, values)


def curl(address: str, values: Values) -> str:
    """A command for a POSIX shell.

    >>> print(curl("https://kg.example/queries/names-of.csv", [("thing", "it's $(x)")]))
    curl --fail --get https://kg.example/queries/names-of.csv \\
      --data-urlencode 'thing=it'"'"'s $(x)'
    """
    pairs = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in values]
    return " \\\n  ".join([f"curl --fail --get {shlex.quote(address)}", *pairs])


def python(address: str, values: Values) -> str:
    """A program for Python, with nothing but what comes with it; every cell stays text, so that 002 is not 2."""
    return f"""import csv, io, urllib.parse, urllib.request

address = {address!r}
values = {[*values]!r}
with urllib.request.urlopen(address + "?" + urllib.parse.urlencode(values)) as answer:
    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
"""


def r(address: str, values: Values) -> str:
    """A program for R; every cell stays text. The values stand percent-encoded in the address, so no quote can end it."""
    whole = f"{address}?{urlencode(values)}" if values else address
    return f"""rows <- read.csv({json.dumps(whole)},
                 colClasses = "character", encoding = "UTF-8")
"""
