"""`movement-kg cite`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from .. import assets
from ..passages import Passage, find_passages
from . import options


@click.command(short_help="Find a passage.")
@click.argument("source")
@click.argument("words")
@options.sources_option
@options.data_option
def cite(source: str, words: str, sources: Path | None, data: Path | None) -> None:
    """Find the words in a source and print a row for citations.csv. SOURCE is the source's id or its number.

    Where the words are not found, the nearest passage is suggested, and the exit code is 2.

    \b
    Examples:
      movement-kg cite history-factsheet '126 delegates in Copenhagen' --sources ../texts
      movement-kg cite 002 'Judy Chang, the executive director of INPUD' --sources ../texts
    """
    found = find_passages(data or assets.data(), source, words, sources)
    if len(found) > 1:
        options.say(f"the words stand in {len(found)} places; a row for each:")
    options.emit([_row(passage).encode() for passage in found], None)


def _row(passage: Passage) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(passage.cells)
    return text.getvalue()
