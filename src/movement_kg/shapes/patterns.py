"""The triple patterns of a SPARQL constraint, and the ways by which its focus node reaches them.

A reader of the part of SPARQL that constraints use; at anything else it raises ValueError, and whoever asks has to take
every focus node for one that the pattern may reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..sparql import Token, tokens
from ..vocabulary import RDF
from .paths import HERE, Choice, Path, Repeat, Step, inverse, then

_REPEATED = {"*": (0, True), "+": (1, True), "?": (0, False)}
_GROUPS = frozenset({"OPTIONAL", "MINUS", "UNION"})
_THIS = "this"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern: its ends (a variable by its name, a constant by a name of its own) and its innermost groups.

    `groups` are the numbers of the groups around it, outermost first.
    """

    start: str
    path: Path
    end: str
    groups: tuple[int, ...]


def ways(select: str, prefixes: Mapping[str, str]) -> Iterator[tuple[Path, bool]]:
    """For each triple pattern the way from the focus node through it, and whether the pattern hangs on the focus node.

    Where it does not, any focus node can be concerned, and the way is that of the pattern alone. A way leads only
    through patterns that hold wherever its last one is looked at: those of the same group, and those that stand before
    it in the groups around.
    """
    found = [*_Reader([*tokens(select)], prefixes).patterns()]
    for number, pattern in enumerate(found):
        around = [
            other
            for place, other in enumerate(found)
            if other.groups == pattern.groups
            or (place < number and other.groups == pattern.groups[: len(other.groups)])
        ]
        reached = _reached(around)
        if pattern.start in reached:
            yield then(reached[pattern.start], pattern.path), True
        elif pattern.end in reached:
            yield then(reached[pattern.end], inverse(pattern.path)), True
        else:
            yield pattern.path, False


def _reached(patterns: list[Pattern]) -> dict[str, Path]:
    """The shortest way from the focus node to each variable that hangs on it."""
    reached: dict[str, Path] = {_THIS: HERE}
    queue = [_THIS]
    for node in queue:
        for pattern in patterns:
            ends = ((pattern.start, pattern.end, pattern.path), (pattern.end, pattern.start, inverse(pattern.path)))
            for near, far, path in ends:
                if near == node and far not in reached:
                    reached[far] = then(reached[node], path)
                    queue.append(far)
    return reached


@dataclass
class _Reader:
    tokens: list[Token]
    prefixes: Mapping[str, str]
    place: int = 0
    counted: int = 0
    found: list[Pattern] = field(default_factory=list)

    def patterns(self) -> list[Pattern]:
        while self.next_text() != "{":
            self.take()
        self.group(())
        if any(token.text == "{" for token in self.tokens[self.place :]):
            raise ValueError("a pattern after the last group")
        return self.found

    def next_text(self) -> str:
        if self.place == len(self.tokens):
            raise ValueError("the query ends too early")
        return self.tokens[self.place].text

    def take(self) -> Token:
        self.next_text()
        self.place += 1
        return self.tokens[self.place - 1]

    def accept(self, text: str) -> bool:
        same = self.next_text() == text
        self.place += same
        return same

    def number(self) -> int:
        self.counted += 1
        return self.counted

    def group(self, around: tuple[int, ...]) -> None:
        groups = (*around, self.number())
        self.take()
        while not self.accept("}"):
            word = self.next_text().upper()
            if word == "{":
                self.group(groups)
            elif word in ("FILTER", "BIND"):
                self.expression(groups)
            elif word == "." or word in _GROUPS:
                self.take()
            else:
                self.triples(groups)

    def expression(self, groups: tuple[int, ...]) -> None:
        """Past a FILTER or BIND, whose groups are read."""
        while self.next_text() not in ("{", "("):
            self.take()
        depth = 0
        while True:
            if self.next_text() == "{":
                self.group(groups)
            else:
                depth += {"(": 1, ")": -1}.get(self.take().text, 0)
            if depth == 0:
                return

    def triples(self, groups: tuple[int, ...]) -> None:
        start = self.end()
        while True:
            path = self.verb()
            self.found.append(Pattern(start, path, self.end(), groups))
            while self.accept(","):
                self.found.append(Pattern(start, path, self.end(), groups))
            if not self.accept(";") or self.next_text() in (".", "}"):
                return

    def end(self) -> str:
        """A variable's name; a name of its own for a constant, so that nothing hangs together by constants."""
        token = self.take()
        if token.kind == "variable":
            return token.text[1:]
        if token.kind == "string" and self.accept("^"):
            self.take()  # the second of the two signs before a datatype
            self.take()
        elif token.kind == "string" and self.tokens[self.place].kind == "language":
            self.take()
        elif token.kind not in ("iri", "name", "string") and token.text not in ("true", "false"):
            raise ValueError(f"no end of a triple that is known here: {token.text}")
        return f" {self.number()}"

    def verb(self) -> Path:
        if self.tokens[self.place].kind == "variable":
            self.take()
            return Step(None)
        return self.path()

    def path(self) -> Path:
        choices = [self.sequence()]
        while self.accept("|"):
            choices.append(self.sequence())
        return choices[0] if len(choices) == 1 else Choice(tuple(choices))

    def sequence(self) -> Path:
        parts = [self.repeated()]
        while self.accept("/"):
            parts.append(self.repeated())
        return then(*parts)

    def repeated(self) -> Path:
        if self.accept("^"):
            return inverse(self.repeated())
        part = self.primary()
        if self.next_text() in _REPEATED:
            least, many = _REPEATED[self.take().text]
            return Repeat(part, least, many)
        return part

    def primary(self) -> Path:
        if self.accept("("):
            path = self.path()
            if not self.accept(")"):
                raise ValueError("a path without its bracket")
            return path
        return Step(self.iri(self.take()))

    def iri(self, token: Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        if token.text == "a":
            return RDF + "type"
        prefix, colon, name = token.text.partition(":")
        if token.kind != "name" or not colon or prefix not in self.prefixes:
            raise ValueError(f"no predicate that is known here: {token.text}")
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", name)
