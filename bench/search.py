"""The search index beside SPARQL's CONTAINS and REGEX: on the project's own build, and on a million made-up triples.

`python bench/search.py [BUILD]` prints the tables; BUILD is a folder that `movement-kg build` made, `build` where none is
named. SPARQL answers with the first ten names that it meets, in no order: what is best for it, and less than ours gives.
"""

import dataclasses
import functools
import itertools
import platform
import random
import resource
import sqlite3
import statistics
import string
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
from pairs import Ratio, compare

from movement_kg import finished
from movement_kg.search import Index, write
from movement_kg.terms import Triple, iri, literal
from movement_kg.vocabulary import BASE, DCTERMS, MK, PREFIXES, SKOS

HOME = Path(__file__).resolve().parents[1]
SEED, THINGS, TYPED = 1, 250_000, 150
COMMON = "network of people who use drugs union association harm reduction users group international rights".split()
KINDS = ("org", "org", "org", "person", "place", "event", "work", "provision")
LATIN = [a + b for a in (*"bcdfghklmnprstvz", "ch", "ł", "ñ", "š") for b in (*"aeiou", "é", "ø", "ü", "ã", "io")]
CYRILLIC = [a + b for a in "бвгдзклмнпрст" for b in "аеиоуяё"]
WORDS_APART = 60_000

PATTERN = "SELECT ?thing ?name WHERE {{ ?thing skos:prefLabel|skos:altLabel|mk:acronym ?name FILTER({}) }} LIMIT 10"
CONTAINS, REGEX = "CONTAINS(LCASE(STR(?name)), {})", 'REGEX(STR(?name), {}, "i")'
HEAD = "| triples | typed | against | times faster | spread | SPARQL, ms | ours, ms | pairs |\n" + "| ---: " * 8 + "|"
TIMES_HEAD = "| triples | what is typed | questions | median, ms | 95 % under | longest |\n" + "| ---: " * 6 + "|"


def made_up(things: int) -> Iterator[bytes]:
    """Four triples for each thing: two preferred names, one of three other properties, and a link to another thing."""
    chance = random.Random(SEED)
    spoken = {"en": words(chance, LATIN), "es": words(chance, LATIN), "ru": words(chance, CYRILLIC)}
    for number in range(things):
        subject = iri(f"{BASE}{chance.choice(KINDS)}/n{number:07d}")
        names = [name(chance, spoken[tongue]) for tongue in ("en", chance.choice(("es", "ru")), "en")]
        second = chance.choice((MK + "acronym", SKOS + "altLabel", DCTERMS + "description"))
        text = "".join(word[0] for word in names[0].split()).upper() if second == MK + "acronym" else names[2]
        other = iri(f"{BASE}org/n{int(things * chance.random() ** 3):07d}")
        yield Triple(subject, iri(SKOS + "prefLabel"), literal(names[0], language="en")).line.encode()
        yield Triple(subject, iri(SKOS + "prefLabel"), literal(names[1], language="es")).line.encode()
        yield Triple(subject, iri(second), literal(text, language="en")).line.encode()
        yield Triple(subject, iri(MK + "partOf"), other).line.encode()


def words(chance: random.Random, syllables: list[str]) -> list[str]:
    """Made-up words of two to five syllables."""
    return ["".join(chance.choices(syllables, k=chance.randint(2, 5))) for _ in range(WORDS_APART)]


def name(chance: random.Random, spoken: list[str]) -> str:
    """Two to six words, half of them those that every second name has, the others some often and most seldom."""
    return " ".join(
        chance.choice(COMMON) if chance.random() < 0.5 else spoken[int(WORDS_APART * chance.random() ** 3)]
        for _ in range(chance.randint(2, 6))
    )


@dataclasses.dataclass(frozen=True)
class Ground:
    """The same triples in both, and the names in them to type."""

    triples: int
    index: Index
    store: pyoxigraph.Store
    names: list[str]


def ground(source: Path, folder: Path) -> Ground:
    """Fill an index and a store from a file of N-Triples."""
    start = time.perf_counter()
    with source.open("rb") as lines:
        write(lines, folder / "search.db")
    took, size = time.perf_counter() - start, (folder / "search.db").stat().st_size
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    store = pyoxigraph.Store()
    store.bulk_load(path=str(source), format=pyoxigraph.RdfFormat.N_TRIPLES)
    wanted = pyoxigraph.NamedNode(SKOS + "prefLabel")
    names = sorted({quad.object.value for quad in store.quads_for_pattern(None, wanted, None)})
    print(f"{len(store)} triples: index written in {took:.1f} s, {size / 1e6:.1f} MB; process at most {most:.0f} MB\n")
    return Ground(len(store), Index(folder / "search.db"), store, names)


def times(one: Ground) -> Iterator[str]:
    """How long a question takes, by what is typed."""
    chance = random.Random(SEED)
    chosen = chance.sample(one.names, min(TYPED, len(one.names)))
    asked = {
        "1 letter": [*string.ascii_lowercase, *"абвгдик"],
        "2 letters": ["".join(pair) for pair in itertools.product("aeionrstu", "aeionrstu")],
        "3 letters": [text[:3] for text in chosen],
        "names, letter by letter": [text[:end] for text in chosen[:30] for end in range(2, len(text) + 1)],
        "words of a name, any order": [" ".join(chance.sample(text.split(), len(text.split()))) for text in chosen],
        "two common words": [" ".join(pair) for pair in itertools.permutations(COMMON, 2)],
        "inside a word": [max(text.split(), key=len)[2:-1] for text in chosen],
        "a letter wrong": [misspelled(chance, text) for text in chosen],
        "nothing like it": ["".join(chance.choices(string.ascii_lowercase, k=12)) for _ in range(TYPED)],
        "10 000 letters": ["network " * 1250, "q" * 10_000],
    }
    for what, texts in asked.items():
        spent = sorted(timed(functools.partial(one.index.find, text)) for text in texts)
        late = spent[min(len(spent) - 1, int(0.95 * len(spent)))]
        row = (one.triples, what, len(spent), f"{statistics.median(spent):.2f}", f"{late:.2f}", f"{spent[-1]:.2f}")
        yield f"| {' | '.join(map(str, row))} |"


def misspelled(chance: random.Random, text: str) -> str:
    """The text with a letter wrong in its longest word."""
    longest = max(text.split(), key=len)
    place = chance.randrange(1, len(longest))
    return text.replace(longest, longest[:place] + chance.choice("aeioukrz") + longest[place + 1 :], 1)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor, which on a shared machine say more than those of the clock."""
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def ratios(one: Ground, pairs: int) -> Iterator[str]:
    """The same text asked of both."""
    chance = random.Random(SEED)
    sought = chance.choice([text for text in one.names if 8 < len(text) < 40 and text.isascii()])
    for text in ("ne", "netw", sought, sought[:-1].lower() + "zq"):
        for against, pattern in (("CONTAINS", CONTAINS), ("REGEX", REGEX)):
            query = PATTERN.format(pattern.format(literal(text.lower())))
            slow = functools.partial(asked, one.store, query)
            yield row(one, text, against, compare("", slow, functools.partial(one.index.find, text), pairs))


def asked(store: pyoxigraph.Store, query: str) -> int:
    """The number of rows."""
    return len(list(store.query(query, prefixes=dict(PREFIXES))))


def row(one: Ground, text: str, against: str, found: Ratio) -> str:
    """A line of the table."""
    times = f"{found.middle:.1f} | {found.least:.1f}–{found.greatest:.1f} | {found.a_ms:.2f} | {found.b_ms:.2f}"
    return f"| {one.triples} | {text} | {against} | {times} | {found.pairs} |"


def main(build: Path) -> None:
    """Print what the two graphs give."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "large.nt").open("wb") as file:
            file.writelines(sorted(made_up(THINGS)))
        for source, pairs in ((finished.current(build).folder / "facts.nt", 15), (folder / "large.nt", 5)):
            one = ground(source, folder)
            print(TIMES_HEAD, *times(one), "", HEAD, *ratios(one, pairs), "", sep="\n")
            one.index.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HOME / "build")
