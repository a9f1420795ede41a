"""RDF terms and lines as the build handles them: canonical N-Triples.

They sort, hash and compare as bytes, which is what stable claims and stable exports need, and they load at the
engine's own speed. (House rule broken here: not rdflib's terms, whose import alone costs half a build.)
Graphs of any size pass as sorted lines, in blocks that hold whole subjects: what is in memory is one block.
"""

from __future__ import annotations

import contextlib
import functools
import heapq
import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple

import pyoxigraph

from .vocabulary import WRITTEN_PREFIXES, XSD

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]")

#: How many lines make a block, and how many bytes of lines are sorted at once before they wait on disk.
_BLOCK = 10_000
_SORTED_AT_ONCE = 32 << 20

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


def results_document(columns: Sequence[str], rows: Iterable[Sequence[Term | None]], form: str) -> bytes:
    """Rows of terms as SPARQL 1.1 results: `json`, `xml`, `csv` or `tsv`; the engine itself writes them, from a VALUES block.

    >>> results_document(["a"], [['"x"@en']], "csv")
    b'a\\r\\nx\\r\\n'
    """
    names = " ".join(f"?{column}" for column in columns)
    block = " ".join(f"({' '.join(term or 'UNDEF' for term in row)})" for row in rows)
    answer = pyoxigraph.Store().query(f"SELECT {names} WHERE {{ VALUES ({names}) {{ {block} }} }}")
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return answer.serialize(format=getattr(pyoxigraph.QueryResultsFormat, form.upper())) or b""


def ntriples(triples: Iterable[Triple]) -> bytes:
    """Sorted N-Triples without repetitions: the canonical bytes of a graph that has no blank nodes."""
    return "".join(sorted({triple.line for triple in triples})).encode()


class Sorter:
    """Lines that are given bit by bit, to be read sorted and without repetitions; what does not fit in 32 MB waits on disk."""

    def __init__(self) -> None:
        self._runs: list[IO[bytes]] = []
        self._held, self._size = set[bytes](), 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take lines, in any order."""
        for line in lines:
            self._held.add(line)
            self._size += len(line)
            if self._size > _SORTED_AT_ONCE:
                self._runs.append(_on_disk(sorted(self._held)))
                self._held, self._size = set(), 0

    def __iter__(self) -> Iterator[bytes]:
        for run in self._runs:
            run.seek(0)
        yield from (line for line, _ in itertools.groupby(heapq.merge(*self._runs, sorted(self._held))))

    def close(self) -> None:
        """Give back what is on disk."""
        for run in self._runs:
            run.close()


def sorted_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines sorted and without repetitions, within the memory of a Sorter.

    >>> list(sorted_lines([b"b\\n", b"a\\n", b"b\\n"]))
    [b'a\\n', b'b\\n']
    """
    with contextlib.closing(Sorter()) as sorter:
        sorter.add(lines)
        yield from sorter


def blocks(lines: Iterable[bytes]) -> Iterator[list[pyoxigraph.Triple]]:
    """The triples of sorted lines of N-Triples, some thousands at a time; each subject stands in one block."""
    held: list[bytes] = []
    for line in lines:
        if len(held) >= _BLOCK and line.partition(b" ")[0] != held[-1].partition(b" ")[0]:
            yield _triples(held)
            held = []
        held.append(line)
    if held:
        yield _triples(held)


def documents(blocks: Iterable[Iterable[pyoxigraph.Triple]], form: pyoxigraph.RdfFormat) -> Iterator[bytes]:
    """The one document of all blocks, as the library would write it from all triples at once; no subject stands in two blocks."""
    foot = b"</rdf:RDF>" if form == pyoxigraph.RdfFormat.RDF_XML else b""
    is_begun = False
    for block in blocks:
        written = pyoxigraph.serialize(block, format=form, prefixes=dict(WRITTEN_PREFIXES)) or b""
        yield written[_head(written) if is_begun else 0 : len(written) - len(foot)]
        is_begun = True
    end = foot if is_begun else pyoxigraph.serialize([], format=form, prefixes=dict(WRITTEN_PREFIXES))
    if end:
        yield end


def _triples(lines: list[bytes]) -> list[pyoxigraph.Triple]:
    return [quad.triple for quad in pyoxigraph.parse(b"".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)]


def _head(document: bytes) -> int:
    """How long the lines are that begin a document of any block: prefixes, or the outermost element of XML."""
    begin = (b"@prefix ", b"<?xml ", b"<rdf:RDF ")
    end = 0
    while document.startswith(begin, end):
        end = document.index(b"\n", end) + 1
    return end


def _on_disk(lines: list[bytes]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.writelines(lines)
    file.seek(0)
    return file
