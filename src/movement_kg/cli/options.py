"""What the verbs share: the options for folders and files, the build they read, and where bytes go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import assets
from ..errors import RequestError
from ..finished import Build, Recipe, current, is_fresh
from ..output import whole_file
from ..results import WIDTH

Function = TypeVar("Function", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


def data_option(function: Function) -> Function:
    """`--data DIR`: the tables."""
    text = "The folder of the tables (default: the tables of the project)."
    return click.option("--data", type=_FOLDER, metavar="DIR", help=text)(function)


def build_option(function: Function) -> Function:
    """`--build DIR`: the folder of the build to read."""
    text = "The folder of the build to read (default: build/ in a checkout, else the user's cache)."
    return click.option("--build", "folder", type=_FOLDER, metavar="DIR", help=text)(function)


def sources_option(function: Function) -> Function:
    """`--sources DIR`: the texts of the sources."""
    text = "The folder that holds the texts of the sources, as .txt files."
    return click.option("--sources", type=_FOLDER, metavar="DIR", help=text)(function)


def output_option(function: Function) -> Function:
    """`-o FILE`: where the data goes."""
    text = "Write to this file instead of standard output."
    return click.option("-o", "--output", type=_FILE, metavar="FILE", help=text)(function)


def recipe(data: Path | None) -> Recipe:
    """What a build is made from: the project's own files, or another folder of tables."""
    return Recipe(data or assets.data(), assets.ontology(), assets.queries())


def fresh_build(folder: Path | None, data: Path | None = None) -> Build:
    """The build to read; made first, and said so on standard error, where there is none or what it was made from changed."""
    out, ingredients = folder or assets.default_build(), recipe(data)
    try:
        found = current(out)
    except RequestError:
        say(f"no build in {out} yet: building")
    else:
        if is_fresh(found, ingredients):
            return found
        say("the tables, the ontology or the queries changed: building anew")
    from ..build import build

    return build(ingredients, out)


def say(message: str) -> None:
    """A message for the person at the terminal."""
    click.echo(message, err=True)


def emit(pieces: Iterable[bytes], output: Path | None) -> None:
    """Write bytes to standard output, or to a file that appears only when it is whole."""
    if output is None or str(output) == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as file:
        for piece in pieces:
            file.write(piece)


def width() -> int:
    """The terminal's width; where there is none, what COLUMNS says, else the usual."""
    import shutil

    return shutil.get_terminal_size((WIDTH, 24)).columns
