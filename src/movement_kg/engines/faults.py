"""What a worker process tells of a fault, as the error that a caller can act on."""

from __future__ import annotations

import re

from ..errors import EndpointError, EngineError, FormatError, InternalError, MovementKGError, QueryError, SizeLimitError

_CHARACTERS = re.compile(r"(, )?\['.*?'\]", re.DOTALL)
_LONGEST = 120
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def fault(told: str, query: str) -> MovementKGError:
    """The error that a fault frame's text means; `query` shows where a syntax error lies."""
    kind, _, rest = told.partition("\n")
    if kind == "syntax":
        return _syntax(rest, query)
    if kind == "refused":
        return QueryError(rest)
    if kind == "limit":
        return SizeLimitError(f"{rest}; ask for less with LIMIT and OFFSET, or download the whole graph")
    if kind == "unacceptable":
        return FormatError(rest)
    if kind == "page":
        return InternalError(rest)
    if kind == "store":
        return EngineError(rest)
    if kind == "service":
        return EndpointError(rest)
    return QueryError(f"the query cannot be run: {rest}")


def _syntax(message: str, query: str) -> QueryError:
    place = _PLACE.match(message)
    if not place:
        return QueryError(f"the query cannot be run: {message}")
    line, column = int(place[1]), int(place[2])
    text = [*query.split("\n"), ""][min(line - 1, query.count("\n") + 1)]
    near = text[max(0, column - 21) : column + 19].strip() or "the end"
    return QueryError(f"line {line}, column {column}: the query is no SPARQL 1.1 near '{near}': {_plain(place[3])}")


def _plain(message: str) -> str:
    """The parser's message without its sets of characters."""
    text = " ".join(_CHARACTERS.sub("", message).split()).removesuffix(", [_]")
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(",")[0] + " …"
