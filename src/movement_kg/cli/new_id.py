"""`movement-kg new-id`."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from .. import assets
from ..check import taken_ids
from . import options

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


@click.command(name="new-id", short_help="Make an opaque id.")
@options.data_option
def new_id(data: Path | None) -> None:
    """Make an unused opaque id for a person: eight characters that say nothing of them.

    \b
    Example:
      movement-kg new-id
    """
    taken = taken_ids(data or assets.data())
    made = next(one for one in iter(_made, "") if one not in taken)
    options.emit([f"{made}\n".encode()], None)


def _made() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))
