"""Graphs leave the program block by block: the bytes are those of one piece, and memory does not grow with the graph."""

import subprocess
import sys

import pyoxigraph
import pytest

from movement_kg import reifiers, results, terms
from movement_kg.knowledge_graph import EXPORTS, LAYERS
from movement_kg.vocabulary import WRITTEN_PREFIXES

AT_ONCE = 1 << 40


def whole(triples, form) -> bytes:
    """What the library writes from all triples at once."""
    wanted = getattr(pyoxigraph.RdfFormat, results.GRAPH_FORMATS[form])
    prefixes = dict(WRITTEN_PREFIXES) if form not in ("ntriples", "nquads") else None
    return pyoxigraph.serialize(triples, format=wanted, prefixes=prefixes)


@pytest.fixture(params=[1, 700], ids=["blocks of a subject", "blocks of many"])
def small_blocks(request, monkeypatch) -> None:
    monkeypatch.setattr(terms, "_BLOCK", request.param)


@pytest.fixture(params=LAYERS)
def lines(request, shipped) -> list[bytes]:
    """Every fifth thousand of the lines, which is enough of each kind of them."""
    found = [*shipped.lines(request.param)]
    return [line for number, line in enumerate(found) if number // 1000 % 5 == 0]


@pytest.mark.parametrize("form", results.GRAPH_FORMATS)
def test_blocks_are_written_as_the_library_writes_all_at_once(form, lines, small_blocks):
    triples = (quad.triple for quad in pyoxigraph.parse(b"".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert b"".join(results.write_graph(iter(lines), form)) == whole(triples, form)


@pytest.mark.parametrize(
    ("write", "form"), [(results.write_graph, "jsonld"), *((reifiers.write, f) for f in reifiers.FORMATS)]
)
def test_how_large_the_blocks_are_shows_nowhere(write, form, shipped, monkeypatch):
    lines = [*shipped.lines("all")]
    lines = lines[: len(lines) // 5]
    found = set()
    for size in (1, 700, AT_ONCE):
        monkeypatch.setattr(terms, "_BLOCK", size)
        found.add(b"".join(write(iter(lines), form)))
    assert len(found) == 1


@pytest.mark.parametrize("form", EXPORTS)
def test_a_graph_of_nothing_is_a_document(form):
    written = b"".join(results.write_graph([], form))
    assert [
        *pyoxigraph.parse(
            written, format=getattr(pyoxigraph.RdfFormat, {**results.GRAPH_FORMATS, "jsonld": "JSON_LD"}[form])
        )
    ] == []


def test_what_is_sorted_on_disk_is_sorted_as_in_memory(monkeypatch):
    lines = [b"%d\n" % (number * 7919 % 5000) for number in range(12_000)]
    monkeypatch.setattr(terms, "_SORTED_AT_ONCE", 1000)
    assert [*terms.sorted_lines(lines)] == sorted(set(lines))


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_lines_come_whole_from_pieces_of_any_size(size):
    text = b'<a:a> <a:b> "x" .\n<a:a> <a:b> "y" .\n<a:a> <a:b> "z" .'
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    assert b"".join(results.graph(pieces, "ntriples")) == text
    assert [*results._lines(iter([text[:5], b"", text[5:]]))] == text.splitlines(keepends=True)


#: Writes the lines of a graph in a format; prints the peak of memory before and after, and how many bytes of lines there were.
WRITE = """
import resource, sys
from movement_kg import reifiers, results, terms
terms._SORTED_AT_ONCE = 4 << 20
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
def lines(count):
    rdf, kg = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "https://w3id.org/movement-kg/"
    for number in range(count):
        claim = f"<{kg}claim/{number:012}>"
        yield f'{claim} <{rdf}object> "{number} {"and so on " * 9}"@en .\\n'.encode()
        yield f"{claim} <{rdf}predicate> <http://www.w3.org/2004/02/skos/core#prefLabel> .\\n".encode()
        yield f"{claim} <{rdf}subject> <{kg}org/{number % 99}> .\\n".encode()
        yield f"{claim} <{rdf}type> <{kg}ontology/Claim> .\\n".encode()
def write(form, count):
    if form == "sorted":
        return results.graph(lines(count), "ntriples")
    return reifiers.write(lines(count), "turtle") if form == "rdf12" else results.write_graph(lines(count), form)
form = sys.argv[1]
sum(map(len, write(form, 5000)))
before = peak()
for piece in write(form, 60_000): pass
after = peak()
print(before, after, sum(map(len, lines(60_000))))
"""


@pytest.mark.parametrize("form", [*EXPORTS, "rdf12", "sorted"])
def test_memory_does_not_grow_with_the_graph(form):
    done = subprocess.run([sys.executable, "-c", WRITE, form], capture_output=True, text=True, check=True, timeout=120)
    before, after, read = map(int, done.stdout.split())
    assert after - before < read / 2
