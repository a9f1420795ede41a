"""What can go wrong: problems in the data are values, faults of the caller are exceptions with an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a value was read: a file, its line (1 is the first) and its column's name; 0 and "" where unknown."""

    file: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.column}" if self.column else place


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the data: where, which rule, what to do about it, and the value that broke the rule.

    >>> origin = Origin("data/people.csv", 14, "role")
    >>> print(Problem(origin, "MK030", "must name a concept", "bos", did_you_mean="board-member"))
    data/people.csv:14: role: must name a concept (got 'bos'; did you mean 'board-member'?) [MK030]
    """

    origin: Origin
    rule: str
    message: str
    value: str | None = None
    did_you_mean: str | None = None
    severity: str = field(default="error", compare=False)

    def __lt__(self, other: Problem) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[Origin, str, str, str]:
        return self.origin, self.rule, self.message, self.value or ""

    def __str__(self) -> str:
        got = [] if self.value is None else [f"got {_shown(self.value)}"]
        hint = [f"did you mean {self.did_you_mean!r}?"] if self.did_you_mean else []
        aside = f" ({'; '.join(got + hint)})" if got or hint else ""
        return f"{self.origin}: {self.message}{aside} [{self.rule}]"

    def as_json(self) -> dict[str, object]:
        """The problem as a JSON object with the keys file, line, column, rule, severity, message, value, suggestion."""
        return {
            "file": self.origin.file,
            "line": self.origin.line or None,
            "column": self.origin.column or None,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "value": self.value,
            "suggestion": self.did_you_mean,
        }


class MovementKGError(Exception):
    """A fault of the caller or of the surroundings, with a message that says where, what and what to do."""

    exit_code = 2


class RequestError(MovementKGError):
    """The request is wrong: an unknown name, parameter, format or file."""


class QueryError(RequestError):
    """The query cannot be run: a syntax error, a forbidden clause, too deep or too long."""


class DataError(MovementKGError):
    """The data has problems; `problems` holds all of them, sorted."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class TimeLimitError(MovementKGError):
    """The query ran longer than its limit and was stopped."""

    exit_code = 3


class SizeLimitError(MovementKGError):
    """The answer is larger than its limit; what came of it must not be taken for the whole."""

    exit_code = 3


class FormatError(RequestError):
    """The answer is of a sort (`rows`, `boolean` or `graph`) for which the asker takes no format that there is."""


class BusyError(MovementKGError):
    """Too much is being asked at once; `of_client` says that one asker alone asks it."""

    exit_code = 3

    def __init__(self, message: str, *, of_client: bool) -> None:
        self.of_client = of_client
        super().__init__(message)


class EngineError(MovementKGError):
    """The engine failed: a crash, a limit of memory, a store that cannot be opened."""

    exit_code = 4


class InternalError(EngineError):
    """A fault of the program itself, told to the operator and not to those who ask."""


class EndpointError(MovementKGError):
    """A server elsewhere cannot be reached: it is down, or its name leads nowhere."""

    exit_code = 5


class EndpointRefusalError(EndpointError):
    """A server elsewhere wants a password, forbids us what we ask, or is too busy for long."""

    exit_code = 6


class EndpointAnswerError(EndpointError):
    """A server elsewhere answers something else than asked: a web page, a redirect, half an answer, a failure of its own."""

    exit_code = 7


class EndpointCertificateError(EndpointError):
    """A server elsewhere cannot prove who it is."""

    exit_code = 8


def suggest(value: str, known: Iterable[str]) -> str | None:
    """The known name most like the value, or None where none is close.

    >>> suggest("bord-member", ["board-member", "founder"])
    'board-member'
    """
    import difflib

    names = {name.casefold(): name for name in sorted(known, reverse=True)}
    close = difflib.get_close_matches(value.casefold(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else None


def hint(value: str, known: Iterable[str]) -> str:
    """The nearest known name, as the end of a sentence; "" where none is near.

    >>> hint("bord-member", ["board-member", "founder"])
    "; did you mean 'board-member'?"
    """
    near = suggest(value, known)
    return f"; did you mean {near!r}?" if near else ""


def unknown(fault: str, name: str, known: Iterable[str], listed: str = "there are") -> RequestError:
    """The fault of a name that there is not: what is wrong, the nearest name, and the names that there are.

    >>> print(unknown("there is no format", "svgg", ["svg", "png"]))
    there is no format 'svgg'; did you mean 'svg'? (there are svg, png)
    """
    names = [*known]
    return RequestError(f"{fault} {name!r}{hint(name, names)} ({listed} {', '.join(names)})")


def _shown(value: str) -> str:
    text = value if len(value) <= 80 else value[:77] + "…"
    return ascii(text) if not text.isprintable() else repr(text)
