"""RDF terms as the build handles them: strings in canonical N-Triples.

They sort, hash and compare as bytes, which is what stable claims and stable exports need, and they load at the
engine's own speed. (House rule broken here: not rdflib's terms, whose import alone costs half a build.)
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph

from .vocabulary import XSD

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]")

Term = str


class Triple(NamedTuple):
    """Subject, predicate and object, each in N-Triples."""

    subject: Term
    predicate: Term
    object: Term

    @property
    def line(self) -> str:
        """The triple as a line of N-Triples, its end of line included."""
        return f"{self.subject} {self.predicate} {self.object} .\n"


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI of the characters that RFC 3987 allows.

    >>> is_iri("https://inpud.net/"), is_iri("inpud net"), is_iri("https://a b")
    (True, False, False)
    """
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return bool(_ABSOLUTE.match(text)) and not _NOT_IN_IRI.search(text)


@functools.lru_cache(maxsize=1 << 16)
def iri(text: str) -> Term:
    """The IRI as a term. Raises ValueError where the text is no IRI.

    >>> iri("https://w3id.org/movement-kg/org/inpud")
    '<https://w3id.org/movement-kg/org/inpud>'
    """
    if not is_iri(text):
        raise ValueError(f"not an IRI: {text!r}")
    return f"<{text}>"


def literal(value: str, datatype: str | None = None, language: str | None = None) -> Term:
    """The literal as a term; `datatype` is an IRI.

    >>> literal('say "no"', language="en")
    '"say \\\\"no\\\\""@en'
    >>> literal("126", XSD + "decimal")
    '"126"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if language:
        return str(pyoxigraph.Literal(value, language=language))
    if datatype and datatype != XSD + "string":
        return str(pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(datatype)))
    return str(pyoxigraph.Literal(value))


def value(term: Term) -> str:
    """The IRI or the lexical form inside a term.

    >>> value("<https://a.example/>"), value('"x\\\\ny"@en')
    ('https://a.example/', 'x\\ny')
    """
    if term.startswith("<"):
        return term[1:-1]
    if term.startswith("_:"):
        return term
    parsed = next(iter(pyoxigraph.parse(f"<a:a> <a:a> {term} .".encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)))
    assert isinstance(parsed.object, pyoxigraph.Literal)
    return parsed.object.value


def language(term: Term) -> str:
    """The language tag of a literal, lower case, "" where it has none."""
    match = re.search(r'"@([A-Za-z0-9-]+)$', term)
    return match[1].lower() if match else ""


def ntriples(triples: Iterable[Triple]) -> bytes:
    """Sorted N-Triples without repetitions: the canonical bytes of a graph that has no blank nodes."""
    return "".join(sorted({triple.line for triple in triples})).encode()
