"""`movement-kg check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .. import assets
from ..check import Findings, Inputs
from ..check import check as examine
from . import options


@click.command(short_help="Find every problem.")
@options.data_option
@options.sources_option
@click.option("--json", "as_json", is_flag=True, help="The findings as one JSON object.")
@click.option(
    "--validator",
    type=click.Choice(["compiled", "pyshacl"]),
    default="compiled",
    show_default=True,
    help="What checks the shapes.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the sh:ValidationReport here, in N-Triples.",
)
def check(data: Path | None, sources: Path | None, as_json: bool, validator: str, report: Path | None) -> None:
    """Find every problem of the tables at once: file, line, column, what is wrong, what was meant.

    With --sources, each citation is verified against the text it names, and coverage is reported: which sentences no
    claim cites. Exits with 1 where there are problems.

    \b
    Examples:
      movement-kg check
      movement-kg check --sources ../texts
      movement-kg check --data my-tables --json
    """
    inputs = Inputs(data or assets.data(), assets.ontology())
    found = examine(inputs, sources, by_reference=validator == "pyshacl")
    if report:
        from .. import shapes

        results = shapes.validate(found.graph.store, inputs.ontology / "shapes.ttl")
        options.emit([shapes.report(results)], report)
    text = _json(found) if as_json else "".join(f"{line}\n" for line in _lines(found, sources))
    options.emit([text.encode()], None)
    if found.errors:
        raise click.exceptions.Exit(1)


def _lines(found: Findings, sources: Path | None) -> list[str]:
    lines = [str(problem) for problem in found.problems]
    for coverage in found.coverage:
        lines.append(
            f"{coverage.source}: {coverage.cited} of {coverage.sentences} sentences cited, {coverage.omitted} state nothing; "
            f"{coverage.share:.1%} of those that state something"
        )
        lines += [f"  not cited: {span.start}-{span.end} {text}" for span, text in coverage.untouched]
    if sources is None:
        lines.append("the citations were not verified: give the texts with --sources DIR")
    else:
        lines.append(f"{found.citations_checked} citations verified against the texts")
    return [*lines, f"{len(found.problems)} problems in {len(found.rows)} rows"]


def _json(found: Findings) -> str:
    document = {
        "problems": [problem.as_json() for problem in found.problems],
        "rows": len(found.rows),
        "citations_verified": found.citations_checked,
        "coverage": [
            {
                "source": one.source,
                "sentences": one.sentences,
                "cited": one.cited,
                "omitted": one.omitted,
                "share": round(one.share, 4),
                "not_cited": [{"start": span.start, "end": span.end, "text": text} for span, text in one.untouched],
            }
            for one in found.coverage
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
