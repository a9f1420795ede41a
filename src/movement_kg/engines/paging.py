"""A query's text made ready for a server that we do not know: its prefixes declared, its rows counted, its answer in pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import QueryError
from ..sparql import Token, tokens

_FORMS = {"SELECT": "rows", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_TOTAL = "movement_kg_total"
_LIMIT = re.compile(r"LIMIT\s+([0-9]{1,18})", re.IGNORECASE)


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """The query with the prefixes that it uses and does not declare.

    >>> with_prefixes("ASK { ?s a org:Organization }", {"org": "http://www.w3.org/ns/org#", "mk": "https://a.example/"})
    'PREFIX org: <http://www.w3.org/ns/org#>\\nASK { ?s a org:Organization }'
    """
    used: set[str] = set()
    declared: set[str] = set()
    before = ""
    for token in tokens(query):
        if token.kind == "name":
            (declared if before == "PREFIX" else used).add(token.text.partition(":")[0])
        before = token.text.upper()
    lines = (f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(used - declared) if name in prefixes)
    return "".join(lines) + query


def form_of(query: str) -> str:
    """What a query's answer is: `rows`, `boolean` or `graph`. Raises QueryError for what is no query.

    >>> form_of("PREFIX a: <a:b> SELECT ?s { ?s ?p ?o }"), form_of("ASK { }")
    ('rows', 'boolean')
    """
    return _FORMS[_verb(query).text.upper()]


def _verb(query: str) -> Token:
    for token in tokens(query):
        if token.kind == "word" and token.text.upper() in _FORMS:
            return token
    raise QueryError("the query is neither SELECT, ASK, CONSTRUCT nor DESCRIBE")


@dataclass(frozen=True)
class Select:
    """A SELECT in three parts: what stands before it (prefixes), itself up to its end, and whether it is ordered.

    `names` are its columns, `limit` is the most rows that it asks for (None where it does not say).
    """

    prologue: str
    body: str
    names: list[str]
    is_ordered: bool
    is_limited: bool
    limit: int | None

    @classmethod
    def read(cls, query: str, names: Sequence[str]) -> Select:
        """The parts of a query."""
        start = _verb(query).start
        words = {token.text.upper(): token.start for token in _outside(query) if token.kind == "word"}
        body = query[start:].rstrip() + "\n"
        limit = _LIMIT.match(query, words.get("LIMIT", len(query)))
        is_limited = not words.keys().isdisjoint(("LIMIT", "OFFSET", "VALUES"))
        return cls(query[:start], body, [*names], "ORDER" in words, is_limited, int(limit[1]) if limit else None)

    def counted(self) -> str:
        """The query for the number of its rows."""
        return f"{self.prologue}SELECT (COUNT(*) AS ?{_TOTAL}) WHERE {{ {{ {self.body} }} }}"

    def page(self, size: int, offset: int) -> str:
        """The query for some of its rows; the order is made whole by all columns, so that no row falls between two pages.

        The limit stands around the ordered query and not in it: Virtuoso refuses to sort more rows than its cap.
        """
        columns = " ".join(f"?{name}" for name in self.names)
        body = self.body
        if not self.is_limited:
            body += f"{' ' if self.is_ordered else 'ORDER BY '}{columns}\n"
        return f"{self.prologue}SELECT {columns} WHERE {{ {{ {body} }} }} LIMIT {size} OFFSET {offset}"


def _outside(query: str) -> Iterator[Token]:
    """The tokens that stand outside all groups."""
    depth = 0
    for token in tokens(query):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0:
            yield token
