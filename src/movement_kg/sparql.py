"""SPARQL 1.1 text, token by token: what an untrusted query may not hold, and how a parameter is bound to a term.

Codepoint escapes are undone first, as section 19.2 of the Recommendation asks, so `\\u0053ERVICE` is SERVICE; a word in a
literal, a comment, an IRI or a prefixed name is none. A bare SERVICE, FROM or LOAD can stand in a query for nothing else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .errors import QueryError

MAX_LENGTH = 100_000
MAX_DEPTH = 60
MAX_TERMS = 4_000

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
             | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])
             (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%]))?)?)
  | (?P<word>[^\W\d_]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<blank>\s+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = {
    "SERVICE": "SERVICE would send the question to another server",
    "FROM": "FROM names another graph; everything here is in one default graph, so leave it out",
    "LOAD": "LOAD would read from the network or the disk",
}
_UPDATES = frozenset({"INSERT", "DELETE", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, and where it starts (code points from 0)."""

    kind: str
    text: str
    start: int


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query whose codepoint escapes are undone; blanks and comments are left out.

    >>> [token.text for token in tokens("ASK { ?s a <a:b> } # SERVICE")]
    ['ASK', '{', '?s', 'a', '<a:b>', '}']
    """
    for match in _TOKEN.finditer(query):
        if match.lastgroup not in ("blank", "comment"):
            yield Token(str(match.lastgroup), match[0], match.start())


def unescape(query: str) -> str:
    """The query with its codepoint escapes undone.

    >>> unescape("\\\\u0053ERVICE")
    'SERVICE'
    """
    return _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), query)


def position(query: str, offset: int) -> str:
    """A place in a query as people count it: `line 2, column 7`."""
    before = query[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - (before.rfind(chr(10)) + 1) + 1}"


def guard(query: str, services: Collection[str] = ()) -> str:
    """The query as it may run, its escapes undone. `services` are the addresses that SERVICE may name, as IRIs in full.

    Raises QueryError for a query that is too long, too deep or too rich in terms, that reaches for the network, the disk
    or another graph, or that would change data.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(f"the query is {len(query)} characters long; the most is {MAX_LENGTH}")
    query = unescape(query)
    depth = count = 0
    first, before = True, ""
    for token in tokens(query):
        count += 1
        depth += (token.kind == "open") - (token.kind == "close")
        word = token.text.upper() if token.kind == "word" else ""
        if depth > MAX_DEPTH:
            raise QueryError(f"the query is nested more than {MAX_DEPTH} deep at {position(query, token.start)}")
        if before == "SERVICE" and word != "SILENT":
            _check_service(query, token, services)
        if word in _FORBIDDEN and not (word == "SERVICE" and services):
            raise QueryError(f"{_FORBIDDEN[word]} ({word} at {position(query, token.start)})")
        before = before if word == "SILENT" else word
        if word in _UPDATES and first:
            raise QueryError(f"{word} would change data; the graph is read-only and is changed by a new build")
        first = first and (token.kind != "word" or word in ("PREFIX", "BASE"))
    if count > MAX_TERMS:
        raise QueryError(f"the query has {count} tokens; the most is {MAX_TERMS}")
    return query


def _check_service(query: str, token: Token, services: Collection[str]) -> None:
    if token.kind != "iri" or token.text[1:-1] not in services:
        allowed = ", ".join(f"<{service}>" for service in sorted(services))
        place = position(query, token.start)
        raise QueryError(f"SERVICE may name {allowed} here, written out, and nothing else ({token.text} at {place})")


def services(query: str) -> list[str]:
    """The addresses whose faults are those of a query: what SERVICE names, in order, without what SERVICE SILENT does.

    >>> services("SELECT * { SERVICE <a:b> { ?s ?p ?o } SERVICE SILENT <c:d> { ?s ?p ?o } }")
    ['a:b']
    """
    read = [*tokens(unescape(query))]
    named = (token.text[1:-1] for word, token in itertools.pairwise(read) if _is_service(word) and token.kind == "iri")
    return [*dict.fromkeys(named)]


def _is_service(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() == "SERVICE"


def variables(query: str) -> set[str]:
    """The names of the variables that a query uses, without their mark.

    >>> sorted(variables("SELECT ?a WHERE { ?a ?p '?no' }"))
    ['a', 'p']
    """
    return {token.text[1:] for token in tokens(query) if token.kind == "variable"}


def bind(query: str, terms: Mapping[str, str | Sequence[str]]) -> str:
    """The query with variables bound to terms (N-Triples), by a VALUES block in each group that uses one.

    Several terms for a variable are alternatives.

    A term is never pasted in the place of a variable, so no value can change the structure; a group is given its own block
    because a variable bound outside is not seen inside sub-selects, unions and optional parts (section 18.2).

    >>> bind("SELECT ?n { ?s ?p ?n { SELECT ?s { ?s ?_p ?x } } }", {"_p": "<a:b>"})
    'SELECT ?n { ?s ?p ?n { SELECT ?s { VALUES ( ?_p ) { ( <a:b> ) } ?s ?_p ?x } } }'
    """
    if not terms:
        return query
    insertions = {start: used for start, used in _groups(query, frozenset(terms)) if used}
    pieces, last = [], 0
    for start in sorted(insertions):
        names = sorted(insertions[start])
        pieces += [query[last:start], _values(names, terms)]
        last = start
    return "".join([*pieces, query[last:]])


def _values(names: list[str], terms: Mapping[str, str | Sequence[str]]) -> str:
    head = " ".join(f"?{name}" for name in names)
    choices = ([term] if isinstance(term := terms[name], str) else term for name in names)
    rows = " ".join(f"( {' '.join(row)} )" for row in itertools.product(*choices))
    return f" VALUES ( {head} ) {{ {rows} }}"


def _groups(query: str, wanted: frozenset[str]) -> Iterator[tuple[int, set[str]]]:
    """For each group of a query, where it begins (after its brace) and which of the variables it uses itself."""
    stack: list[tuple[int, set[str]]] = []
    before = ""
    for token in tokens(query):
        if before == "{" and token.text.upper() == "SELECT":
            stack[-1] = (-1, set())  # the braces of a sub-select hold no pattern; those of its WHERE do
        if token.text == "{":
            is_template = before.upper() == "CONSTRUCT"
            stack.append((-1 if is_template else token.start + 1, set()))
        elif token.text == "}" and stack:
            start, used = stack.pop()
            if start >= 0:
                yield start, used
        elif token.kind == "variable" and token.text[1:] in wanted and stack:
            stack[-1][1].add(token.text[1:])
        before = token.text
