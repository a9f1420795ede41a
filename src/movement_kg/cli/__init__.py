"""The command line: arguments in, bytes and an exit code out. Each verb is loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from ..errors import DataError, MovementKGError

VERBS = {
    "build": "Make the graph from the tables: validate it and put a finished build in place.",
    "check": "Find every problem of the tables; with the texts, verify every citation.",
    "cite": "Find a passage in a source and print its row for citations.csv.",
    "export": "Write the graph as linked data or as tables.",
    "info": "Show what the build holds.",
    "network": "Project, measure and draw a network, or write it for another program.",
    "new-id": "Make an unused opaque id for a person.",
    "push": "Put the graph on a SPARQL server: sent beside, read back, then switched.",
    "query": "Ask a named query, a file or SPARQL text.",
    "serve": "Open the site and the SPARQL endpoint.",
    "show": "Show one thing with all its facts and their sources.",
}


class _Verbs(click.Group):
    """A group whose commands are imported when they are asked for: a cold query loads nothing it does not need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        name = cmd_name.replace("-", "_")
        command = getattr(importlib.import_module(f"{__name__}.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from ..errors import hint

            ctx.fail(f"there is no command {args[0]!r}{hint(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*VERBS.items()])


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="movement-kg", prog_name="movement-kg", message="%(prog)s %(version)s")
def movement_kg() -> None:
    """A knowledge graph of the documented history of the movement of people who use drugs.

    Every fact names the passage it comes from. Data goes to standard output, messages to standard error.

    \b
    Exit codes: 0 good · 1 the data has problems · 2 the request is wrong
                3 a time limit was reached · 4 the engine failed · 130 interrupted
                With --endpoint: 5 nothing answers · 6 it refuses us · 7 it answers wrongly
                8 its certificate cannot be trusted
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code; expected faults are told in one message, without a traceback."""
    try:
        code = movement_kg.main(args=None if arguments is None else [*arguments], standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code or 0)  # a verb that leaves with a code (click's Exit) hands it back here
    except click.ClickException as fault:
        fault.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was changed", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has gone; say nothing more, not even at exit
        sys.exit(0)
    except OSError as fault:
        click.echo(
            f"movement-kg: {fault.filename or 'the output'}: cannot be read or written ({fault.strerror})", err=True
        )
        sys.exit(2)
    except DataError as fault:
        click.echo(f"{fault}\n{_count(len(fault.problems))}; nothing was written", err=True)
        sys.exit(fault.exit_code)
    except MovementKGError as fault:
        click.echo(f"movement-kg: {fault}", err=True)
        sys.exit(fault.exit_code)


def _count(problems: int) -> str:
    return f"{problems} problem{'' if problems == 1 else 's'}"
