"""The named queries: `.rq` files with a grlc header, their parameters, and the binding of values to terms.

The header is YAML after `#+`: summary, description, tags, view, columns, and `test` with values that give rows. A variable
whose name begins with one underscore is a required parameter, with two an optional one; its ending tells the type, as in
grlc and BASIL: `_iri`, `_date`, `_integer`, else a plain string.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .errors import DataError, Origin, Problem, QueryError, RequestError, hint, suggest
from .sparql import bind, guard, variables
from .terms import Term, iri, is_iri, literal
from .vocabulary import SCHEMES, XSD

VIEWS = ("table", "network", "map", "timeline", "chart")
_KEYS = {"summary", "description", "tags", "view", "columns", "test", "defaults", "enumerate"}
_TYPES = ("iri", "date", "integer")


@dataclass(frozen=True)
class Parameter:
    """A parameter: the name that people use, the variable it binds, its type and whether it must be given."""

    name: str
    variable: str
    type: str
    required: bool


@dataclass(frozen=True)
class NamedQuery:
    """One `.rq` file: its name, what its header says, its parameters and its text."""

    name: str
    summary: str
    description: str
    tags: list[str]
    view: str
    columns: Mapping[str, str]
    parameters: list[Parameter]
    text: str
    test: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    enumerate: list[str] = field(default_factory=list)

    def bound(self, values: Mapping[str, str | Sequence[str]], resolve: Callable[[str], str]) -> str:
        """The query's text with the values bound; `resolve` finds the IRI that a name of a thing stands for.

        Several values of a parameter are alternatives: a row counts where it fits one of them.
        Raises RequestError for a parameter that is unknown, missing or of the wrong type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        values = {**self.defaults, **values}
        for name in values:
            if name not in known:
                raise RequestError(_unknown_parameter(self, name))
        for parameter in self.parameters:
            if parameter.required and parameter.name not in values:
                raise RequestError(f"the query {self.name!r} needs the parameter: --param {parameter.name}=…")
        terms = {known[name].variable: _terms(known[name], value, resolve) for name, value in values.items()}
        return bind(self.text, terms)

    def as_json(self) -> dict[str, Any]:
        """The query as `from_json` reads it."""
        return asdict(self)


def from_json(described: Mapping[str, Any]) -> NamedQuery:
    """A query as a build keeps it."""
    parameters = [Parameter(**parameter) for parameter in described["parameters"]]
    return NamedQuery(**{**described, "parameters": parameters})


def read_folder(folder: Path) -> list[NamedQuery]:
    """The queries of a folder, by name.

    Raises DataError with every fault of every header.
    """
    found, problems = [], []
    for path in sorted(folder.glob("*.rq")):
        query, faults = read_file(path)
        problems += faults
        found += [query] if query else []
    if problems:
        raise DataError(problems)
    return found


def read_file(path: Path) -> tuple[NamedQuery | None, list[Problem]]:
    """One `.rq` file, and the faults of its header."""
    import yaml

    origin = Origin(f"{path.parent.name}/{path.name}")
    text = path.read_text("utf-8")
    head = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        header = yaml.load(head, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}  # noqa: S506 (safe, in C)
    except yaml.YAMLError as error:
        return None, [Problem(origin, "MK050", f"the header is no YAML: {' '.join(str(error).split())}")]
    if not isinstance(header, dict):
        return None, [Problem(origin, "MK050", "the header must be keys and values after '#+'")]
    problems = [*_header_faults(header, text, origin)]
    if problems:
        return None, problems
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"
    faults = [*_syntax_faults(body, origin)]
    return (None, faults) if faults else (_query(path.stem, header, body), [])


def choose(queries: Iterable[NamedQuery], name: str) -> NamedQuery:
    """The query of that name. Raises RequestError with the nearest name where there is none."""
    by_name = {query.name: query for query in queries}
    if name in by_name:
        return by_name[name]
    raise RequestError(f"there is no query {name!r}{hint(name, by_name)} (movement-kg query --list shows all)")


def _query(name: str, header: Mapping[str, Any], body: str) -> NamedQuery:
    return NamedQuery(
        name=name,
        summary=header["summary"],
        description=" ".join(str(header.get("description", "")).split()),
        tags=list(header.get("tags", [])),
        view=header.get("view", "table"),
        columns={str(k): str(v) for k, v in header.get("columns", {}).items()},
        parameters=sorted(map(_parameter, _parameters(body)), key=lambda p: (not p.required, p.name)),
        text=body,
        test={str(k): str(v) for k, v in header.get("test", {}).items()},
        defaults={str(k): str(v) for k, v in header.get("defaults", {}).items()},
        enumerate=list(header.get("enumerate", [])),
    )


def _parameters(body: str) -> list[str]:
    return sorted(name for name in variables(body) if name.startswith("_"))


def _parameter(variable: str) -> Parameter:
    name = variable.lstrip("_")
    stem, _, ending = name.rpartition("_")
    kind = ending if stem and ending in _TYPES else "string"
    return Parameter(stem if kind != "string" else name, variable, kind, not variable.startswith("__"))


def _header_faults(header: Mapping[str, Any], text: str, origin: Origin) -> Iterable[Problem]:
    for key in sorted(set(header) - _KEYS):
        yield Problem(origin, "MK051", "no such key in a query's header", key, suggest(key, _KEYS))
    if not isinstance(header.get("summary"), str):
        yield Problem(origin, "MK051", "the header needs a summary")
    if header.get("view", "table") not in VIEWS:
        yield Problem(origin, "MK051", f"view must be one of {', '.join(VIEWS)}", str(header["view"]))
    known = variables(text)
    for column in header.get("columns", {}):
        if column not in known:
            yield Problem(origin, "MK051", "the header lists a column that the query does not have", str(column))


def _syntax_faults(body: str, origin: Origin) -> Iterable[Problem]:
    """What an engine says of the text; asked of an empty store, so that nothing runs."""
    import pyoxigraph

    try:
        pyoxigraph.Store().query(guard(body))
    except (SyntaxError, QueryError) as error:
        yield Problem(origin, "MK052", f"the query is no SPARQL 1.1, or not one to run: {' '.join(str(error).split())}")


def _unknown_parameter(query: NamedQuery, name: str) -> str:
    names = [parameter.name for parameter in query.parameters]
    takes = f"; it takes {', '.join(names)}" if names else "; it takes none"
    return f"the query {query.name!r} has no parameter {name!r}{hint(name, names) or takes}"


def _terms(parameter: Parameter, value: str | Sequence[str], resolve: Callable[[str], str]) -> list[Term]:
    texts = [value] if isinstance(value, str) else value
    return list(dict.fromkeys(_term(parameter, text, resolve) for text in texts))


def _term(parameter: Parameter, text: str, resolve: Callable[[str], str]) -> Term:
    try:
        if parameter.type == "iri":
            return iri(text if is_iri(text) and "//" in text else _resolved(parameter, text, resolve))
        if parameter.type == "date":
            return literal(_day(parameter, text), XSD + "date")
        if parameter.type == "integer":
            return literal(str(int(text)), XSD + "integer")
    except ValueError as error:
        raise RequestError(f"the parameter {parameter.name!r} cannot be {text!r}: {error}") from None
    return literal(text)


def _resolved(parameter: Parameter, text: str, resolve: Callable[[str], str]) -> str:
    """What a name means; for a parameter called after a controlled list, a concept of that list first."""
    if parameter.name in SCHEMES and "/" not in text:
        try:
            return resolve(f"concept/{parameter.name}/{text.casefold().replace(' ', '-')}")
        except RequestError:
            pass
    return resolve(text)


def _day(parameter: Parameter, text: str) -> str:
    """The first day that a date can be, the last for a parameter called `until`."""
    from . import dates

    date = dates.parse(text)
    day = date.latest if parameter.name == "until" else date.earliest
    if day is None:
        raise ValueError("that end of the date is open")
    return day.isoformat()


def dumps(queries: Iterable[NamedQuery]) -> str:
    """The queries as the JSON that a build keeps, so that a cold start reads no YAML."""
    return json.dumps([query.as_json() for query in queries], ensure_ascii=False, indent=1) + "\n"


def loads(text: str) -> list[NamedQuery]:
    """The queries that a build keeps."""
    return [from_json(described) for described in json.loads(text)]
