"""A CONSTRUCT asked as a SELECT: rows can be counted and come in pages, the triples of a graph cannot.

Servers put their silent caps on the rows that a template is filled with, so that the number of triples shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph

from ..sparql import Token, tokens

_MARK = "movement-kg-variable:"
_GROUPS = ("GROUP", "HAVING")


@dataclass(frozen=True)
class Construct:
    """A CONSTRUCT in two parts: the SELECT of its template's variables, and the template's triples, which hold marks for them."""

    select: str
    template: tuple[pyoxigraph.Triple, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls, query: str) -> Construct | None:
        """The parts of a query; None for DESCRIBE, and for a template that makes blank nodes or has no variable.

        >>> Construct.read("CONSTRUCT { ?s a ?o } WHERE { ?s ?p ?o } LIMIT 2").select
        'SELECT ?s ?o WHERE { ?s ?p ?o } LIMIT 2'
        """
        found = [*tokens(query)]
        verb = next((i for i, token in enumerate(found) if token.text.upper() == "CONSTRUCT"), None)
        group = next((i for i, token in enumerate(found) if token.text == "{"), None)
        if verb is None or group is None or any(token.text.upper() in _GROUPS for token in found):
            return None
        end = _end(found, group)
        template, names = _template(query, found[verb], found[group + 1 : end + 1])
        if not names or not all(_is_plain(triple) for triple in template):
            return None
        rest = (
            found[end].start + 1 if group == verb + 1 else found[verb + 1].start
        )  # the short form has no template of its own
        head = f"{query[: found[verb].start]}SELECT {' '.join(f'?{name}' for name in names)} "
        return cls(head + query[rest:].lstrip(), template, names)

    def lines(self, rows: Iterable[Any]) -> Iterator[bytes]:
        """The triples of an answer as lines of N-Triples, in no order and some of them twice."""
        parts = [tuple(map(self._part, (t.subject, t.predicate, t.object))) for t in self.template]
        for row in rows:
            terms = [row[name] for name in self.names]
            for places in parts:
                s, p, o = (terms[place] if isinstance(place, int) else place for place in places)
                if isinstance(p, pyoxigraph.NamedNode) and isinstance(s, _Node) and o is not None:
                    yield f"{s} {p} {o} .\n".encode()

    def _part(self, term: Any) -> Any:
        """The place of a variable among the names, or the term itself."""
        if isinstance(term, pyoxigraph.NamedNode) and term.value.startswith(_MARK):
            return int(term.value.removeprefix(_MARK))
        return term


_Node = (pyoxigraph.NamedNode, pyoxigraph.BlankNode)


def _end(found: list[Token], start: int) -> int:
    """The place of the brace that closes the one at `start`."""
    depth = 0
    for place in range(start, len(found)):
        depth += {"{": 1, "}": -1}.get(found[place].text, 0)
        if depth == 0:
            return place
    return len(found) - 1


def _template(query: str, verb: Token, inner: list[Token]) -> tuple[tuple[pyoxigraph.Triple, ...], tuple[str, ...]]:
    """The triples between two braces, read as Turtle, of which a template is a part; none where they are something else."""
    if not inner:
        return (), ()
    names = tuple(dict.fromkeys(token.text[1:] for token in inner if token.kind == "variable"))
    pieces, last = [], inner[0].start
    for token in inner[:-1]:
        if token.kind == "variable":
            pieces += [query[last : token.start], f"<{_MARK}{names.index(token.text[1:])}>"]
            last = token.start + len(token.text)
    is_ended = len(inner) > 1 and inner[-2].text == "."
    text = query[: verb.start] + "".join(pieces) + query[last : inner[-1].start] + ("" if is_ended else "\n.")
    try:
        quads = [*pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)]
    except SyntaxError:
        return (), ()
    return tuple(quad.triple for quad in quads), names


def _is_plain(triple: pyoxigraph.Triple) -> bool:
    terms = (triple.subject, triple.predicate, triple.object)
    return not any(isinstance(term, pyoxigraph.BlankNode | pyoxigraph.Triple) for term in terms)
