"""Make synthetic sources, tables and claims of any size in the shape of the shipped ones.

`python bench/generate.py --triples 1000000 --seed 1 -o FOLDER` writes FOLDER/data (a whole data folder) and FOLDER/sources
(the texts that its citations name), and with `--rdf` FOLDER/graph.nt, the N-Triples of a build of them.

The shape is measured, not assumed: the shipped tables are read, and all rows about one thing are one pattern. A data set is
a row of blocks; each block takes every pattern once, in an order of its own, so that rows per table, filled columns, passages
per claim, certainties, languages and conflicts are those of the shipped data. What the rows say is made up anew: names and
texts are words that mean nothing, dates are moved, and a reference to another thing goes to one drawn by Simon's model of
preferential attachment, at the shares of new and repeated references that are measured in each column.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import difflib
import itertools
import math
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from movement_kg import assets
from movement_kg.build import build
from movement_kg.citations import digest
from movement_kg.finished import Recipe
from movement_kg.tables import METADATA, Column, Row, Table, read_metadata, read_table
from movement_kg.vocabulary import BASE

#: Triples that the shipped data has, and those of them that every data set has: the ontology and reference data.
SHIPPED = 97_543
FIXED = 3_300
ABOUT = ("names", "topics")  # tables whose rows are about things of other tables
OWN = (
    "sources",
    "citations",
    "omitted",
    "identities",
    "resolutions",
    "withdrawals",
)  # tables made in a way of their own
NOUNS = {"org": "Organisation", "work": "Publication"}
KEPT = ("concept", "language")
KNOWN = 0.2  # how often a thing that is new to a column is one that other columns named: there are hubs
IDS = 36**8

#: Where a reference stands and what it names: a table, a column, the kind of thing.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Pattern:
    """All rows about one shipped thing: its kind (the first step of its IRI), its key, and the rows."""

    kind: str
    key: str
    rows: tuple[Row, ...]

    @property
    def size(self) -> int:
        """How many cells are filled."""
        return sum(len(row.cells) for row in self.rows)


@dataclass(frozen=True)
class Document:
    """A shipped source: its row, the length of each of its sentences, its citations by their first and last sentence."""

    row: Row
    lengths: tuple[int, ...]
    citations: tuple[tuple[int, int], ...]
    omitted: Mapping[int, Row]


@dataclass(frozen=True)
class Shape:
    """What was measured: tables, patterns, documents, and for each column how often a reference is to something new."""

    tables: Mapping[str, Table]
    patterns: tuple[Pattern, ...]
    documents: tuple[Document, ...]
    identities: tuple[Row, ...]
    countries: tuple[str, ...]
    new_share: Mapping[Place, float]
    country_spread: float


def measure(data: Path) -> Shape:
    """The shape of a data folder without errors."""
    tables = {table.name: table for table in read_metadata(data)}
    rows = {name: read_table(data, table)[0] for name, table in tables.items()}
    patterns = tuple(_patterns(tables, rows))
    references = [*_references(tables, rows)]
    total = Counter(place for place, _ in references)
    distinct = Counter(place for place, _ in set(references))
    countries = [key for place, key in references if place[2] == "country"]
    return Shape(
        tables=tables,
        patterns=patterns,
        documents=tuple(_documents(rows)),
        identities=tuple(rows["identities"]),
        countries=tuple(row.cells["code"] for row in rows["reference/countries"]),
        new_share={place: distinct[place] / count for place, count in total.items()},
        country_spread=_spread(len(set(countries)), len(countries)),
    )


def _patterns(tables: Mapping[str, Table], rows: Mapping[str, Sequence[Row]]) -> Iterator[Pattern]:
    found: dict[tuple[str, str], list[Row]] = {}
    for name, table in tables.items():
        if name not in OWN and name not in ABOUT and not name.startswith("reference/"):
            kind = (table.about_url or "").removeprefix(BASE).partition("/")[0]
            for row in rows[name]:
                found.setdefault((kind, row.cells["id"]), []).append(row)
    for row in rows["sources"]:
        found.setdefault(("work", row.cells["id"]), [])
    for row in itertools.chain(*(rows[name] for name in ABOUT)):
        kind, _, key = row.cells["subject"].partition("/")
        found[kind, key].append(row)
    return (Pattern(kind, key, tuple(about)) for (kind, key), about in found.items())


def _references(tables: Mapping[str, Table], rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[Place, str]]:
    """Every reference from one thing to another: its table, its column, the kind of thing it names; and the thing."""
    for name in tables.keys() - set(OWN):
        for row in rows[name] if not name.startswith("reference/") else ():
            for column in row.table.written_columns:
                named = reference(row, column)
                if named and named[0] not in KEPT and (name not in ABOUT or column.name != "subject"):
                    yield (name, column.name, named[0]), named[1]


def reference(row: Row, column: Column) -> tuple[str, str] | None:
    """The kind and the key of what a cell names; None where the cell is empty or names no thing of the graph."""
    if column.name not in row.cells or column.name == "cite" or column.is_edtf or not column.value_url:
        return None
    url = row.expand(column.value_url) or ""
    kind, _, key = url.removeprefix(BASE).partition("/")
    return (kind, key) if url.startswith(BASE) and kind != "ontology" else None


def _documents(rows: Mapping[str, Sequence[Row]]) -> Iterator[Document]:
    for source in rows["sources"]:
        key = source.cells["id"]
        cited = [row for row in rows["citations"] if row.cells["source"] == key]
        ends = [_sentences(row.cells["id"]) for row in cited]
        lengths = {first: _length(row) for row, (first, last) in zip(cited, ends, strict=True) if first == last}
        for row, (first, last) in zip(cited, ends, strict=True):
            for number in range(first, last + 1):
                lengths.setdefault(number, _length(row) // 2)
        omitted = {}
        numbers = (number for number in itertools.count(1) if number not in lengths)
        for row in [row for row in rows["omitted"] if row.cells["source"] == key]:
            number = next(numbers)
            omitted[number] = row
        lengths |= {number: _length(row) for number, row in omitted.items()}
        every = tuple(lengths.get(number, 1) for number in range(1, max(lengths) + 1))
        yield Document(source, every, tuple(ends), omitted)


def _sentences(citation: str) -> tuple[int, int]:
    numbers = [int(number) for number in citation.split("-")[1:]]
    return numbers[0], numbers[-1]


def _length(row: Row) -> int:
    return int(row.cells["end"]) - int(row.cells["start"])


def _spread(distinct: int, total: int) -> float:
    """The parameter of the Chinese restaurant process by which so many references name so many different countries."""
    low, high = 0.01, float(total)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle * math.log1p(total / middle) < distinct else (low, middle)
    return low


class Words:
    """Made-up words, frequent and rare as words are (Zipf and Mandelbrot); with other consonants, none in common."""

    def __init__(self, consonants: str, random_: random.Random) -> None:
        self._random = random_
        syllables = [c + v for c in consonants for v in "aeiou"]
        every = ["".join(pair) for pair in itertools.product(syllables, repeat=3)]
        self._words = random_.sample(every, 4000)
        self._weights = [*itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self._words)))]

    def text(self, length: int) -> str:
        """Words of about so many characters in all, the first with a capital."""
        words = self._random.choices(self._words, cum_weights=self._weights, k=max(1, (length + 1) // 7))
        return " ".join(words).capitalize()


@dataclass
class Things:
    """How many things of a kind there are, every reference to one of them so far, and the columns that hold it."""

    made: int = 0
    named: list[int] = field(default_factory=list)
    places: set[tuple[Place, int]] = field(default_factory=set)


@dataclass
class World:
    """What has been made so far, and what chance it all comes from."""

    shape: Shape
    seed: int
    random: random.Random = field(init=False)
    ours: Words = field(init=False)
    theirs: Words = field(init=False)
    things: dict[str, Things] = field(default_factory=dict)
    columns: dict[Place, list[int]] = field(default_factory=dict)
    countries: list[str] = field(default_factory=list)
    block: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(f"movement-kg {self.seed}")
        self.ours = Words("bdglmnr", self.random)
        self.theirs = Words("fhkpstv", self.random)

    def draw(self, place: Place, besides: Iterable[int], below: int | None = None) -> int:
        """The number of a thing for a reference in a column: one named there before, one named elsewhere, or any."""
        kind = self.things[place[2]]
        most = kind.made if below is None else below
        named = self.columns.setdefault(place, [])
        number = next((n for n in self._drawn(place, named, kind, most) if n not in besides and n < most), None)
        if number is None:
            number = next(n for n in range(most) if n not in besides)
        named.append(number)
        kind.named.append(number)
        kind.places.add((place, number))
        return number

    def _drawn(self, place: Place, named: list[int], kind: Things, most: int) -> Iterator[int]:
        """A few tries at one number: again one of the column's, else one that is new to it, at times one known elsewhere."""
        for _ in range(20):
            if named and self.random.random() >= self.shape.new_share[place]:
                yield self.random.choice(named)
            elif kind.named and self.random.random() < KNOWN:
                yield self.random.choice(kind.named)
            else:
                tries = [self.random.randrange(most) for _ in range(3)]
                yield next((number for number in tries if (place, number) not in kind.places), tries[0])

    def country(self) -> str:
        """A country: one named before in proportion to how often, now and then any of the world."""
        spread = self.shape.country_spread
        is_new = self.random.random() * (spread + len(self.countries)) < spread
        code = self.random.choice(self.shape.countries if is_new else self.countries)
        self.countries.append(code)
        return code

    def opaque(self, number: int) -> str:
        """An opaque id: eight letters and digits, no two people's the same."""
        rest, digits = (number * 1_640_531_527 + self.seed * 40_503 + 11) % IDS, []
        for _ in range(8):
            rest, digit = divmod(rest, 36)
            digits.append("0123456789abcdefghijklmnopqrstuvwxyz"[digit])
        return "".join(digits)


@dataclass(frozen=True)
class Mates:
    """What the things of one block share: what stands for the shipped passages, sources and publications, and titles."""

    passages: Mapping[str, str]
    sources: Mapping[str, str]
    works: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


@dataclass
class Thing:
    """A thing to be made: its pattern, its number among its kind, and what stands for what the pattern holds."""

    world: World
    pattern: Pattern
    number: int
    mates: Mates
    stands_for: dict[tuple[str, str], str] = field(default_factory=dict)
    drawn: dict[str, set[int]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    years: int = 0
    turn: int = 0

    def __post_init__(self) -> None:
        decades = any("X" in row.cells.get(c.name, "") for row in self.pattern.rows for c in _dated(row))
        self.years = self.world.random.randrange(-2, 1) * 10 if decades else self.world.random.randrange(-20, 3)
        self.turn = self.world.random.randrange(12)
        own = self.mates.sources.get(self.pattern.key) if self.pattern.kind == "work" else None
        self.stands_for[self.pattern.kind, self.pattern.key] = own or key_of(self.pattern.kind, self.number)
        self.drawn[self.pattern.kind] = set() if own else {self.number}

    def cells(self, row: Row) -> Iterator[str]:
        """The cells of a row like one of the pattern's."""
        for column in row.table.written_columns:
            yield self._cell(row, column) if column.name in row.cells else ""

    def _cell(self, row: Row, column: Column) -> str:
        cell = row.cells[column.name]
        if column.name == "cite":
            return self.mates.passages[cell]
        if column.is_edtf:
            return moved(cell, self.years, self.turn)
        if named := reference(row, column):
            is_kept = named[0] in KEPT or named[1].startswith("m49-")
            return cell if is_kept else cell.removesuffix(named[1]) + self._standing(row, column, *named)
        return self._literal(row, column, cell)

    def _standing(self, row: Row, column: Column, kind: str, key: str) -> str:
        if (kind, key) not in self.stands_for:
            self.stands_for[kind, key] = self._new(row, column, kind, key)
        return self.stands_for[kind, key]

    def _new(self, row: Row, column: Column, kind: str, key: str) -> str:
        if kind == "country":
            return self.world.country()
        if kind == "work" and key in self.mates.sources:
            return self.mates.sources[key]
        if column.name == "part_of" and key in self.mates.works:
            return self.mates.works[key]
        besides = self.drawn.setdefault(kind, set())
        below = max(self.number, 1) if column.name == "part_of" else None
        number = self.world.draw((row.table.name, column.name, kind), besides, below)
        besides.add(number)
        return key_of(kind, number)

    def _literal(self, row: Row, column: Column, cell: str) -> str:
        if column.name == "id":
            return self.stands_for[self.pattern.kind, self.pattern.key]
        if column.name == "iri":
            return self.world.opaque(self.number)
        if column.name == "homepage":
            return f"https://example.org/{self.pattern.kind}/{self.number}"
        if column.name == "name":
            return self._name(row, cell)
        if column.base == "string" and column.format is None:
            return self._text(column.name, cell)
        return cell

    def _text(self, column: str, cell: str) -> str:
        known = self.texts.get((column, cell))
        if known is None:
            known = self.texts[column, cell] = self.world.ours.text(len(cell))
        return known

    def _name(self, row: Row, cell: str) -> str:
        kind, language = row.cells["kind"], row.cells["language"]
        spelling = cell if kind == "acronym" else letters(cell)
        known = self.texts.get((f"{kind} {language}", spelling))
        if known is None:
            known = self.texts[f"{kind} {language}", spelling] = self._new_name(kind, language, cell)
        return known

    def _new_name(self, kind: str, language: str, cell: str) -> str:
        noun = NOUNS.get(self.pattern.kind, self.pattern.kind.capitalize())
        label = f"{noun} {self.number + 1}"
        taken = sum(place.split(" ")[0] == kind for place, _ in self.texts)
        if kind == "acronym":
            return f"{noun[:3].upper()}{self.number + 1}{'ABCDEFGH'[taken % 8] if taken else ''}"
        if kind == "preferred":
            return label if language == "en" else f"{label} ({language})"
        if kind == "observed" and (rival := self._rival(language, cell)):
            same_letters = letters(rival.cells["name"]) == letters(cell)
            name = self._name(rival, rival.cells["name"])
            return name.upper() if same_letters else re.sub(r"([A-Za-z])(?=[^A-Za-z]*$)", r"\1\1", name)
        new = f"{self.world.ours.text(len(cell) - 6)} {self.number + 1}"
        is_shared = kind in ("alternative", "subtitle") and self.pattern.kind == "work"
        return self.mates.titles.setdefault(letters(cell), new) if is_shared else new

    def _rival(self, language: str, cell: str) -> Row | None:
        """The row of the name or acronym in the same language that the pattern's observed form looks like."""
        for row in self.pattern.rows:
            if row.table.name == "names" and row.cells["kind"] in ("preferred", "acronym"):
                alike = difflib.SequenceMatcher(None, row.cells["name"].casefold(), cell.casefold(), autojunk=False)
                if row.cells["language"] == language and alike.ratio() >= 0.6 and row.cells["name"] != cell:
                    return row
        return None


def _dated(row: Row) -> Iterator[Column]:
    return (column for column in row.table.written_columns if column.is_edtf)


def key_of(kind: str, number: int) -> str:
    """The curators' key of a made-up thing: organisation-17 for the seventeenth."""
    return f"{NOUNS.get(kind, kind).lower()}-{number + 1}"


def letters(text: str) -> str:
    """A text's letters and digits alone."""
    return "".join(character for character in text.casefold() if character.isalnum())


def moved(date: str, years: int, turn: int) -> str:
    """An EDTF date some years later or earlier; one that is a month or day of its own is turned within the year too.

    >>> moved("[..2018-08-31]", -4, 3), moved("198X/..", 10, 3), moved("2018-08-31", 1, 6)
    ('[..2014-08-31]', '199X/..', '2019-02-09')
    """
    alone = re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", date)
    if alone:
        month = (int(alone[2]) - 1 + turn) % 12 + 1
        day = f"-{(int(alone[3]) + turn) % 28 + 1:02}" if alone[3] else ""
        return f"{int(alone[1]) + years}-{month:02}{day}"
    date = re.sub(r"(?<![\d-])\d{4}(?=\D|$)", lambda year: str(int(year[0]) + years), date)
    return re.sub(r"\d{3}(?=X)", lambda decade: str(int(decade[0]) + years // 10), date)


class Files:
    """The tables of a data folder, open to be written row by row."""

    def __init__(self, folder: Path, tables: Mapping[str, Table], stack: contextlib.ExitStack) -> None:
        self._writers = {}
        for name, table in tables.items():
            if not name.startswith("reference/"):
                file = stack.enter_context((folder / table.url).open("w", encoding="utf-8", newline=""))
                writer = csv.writer(file, delimiter=table.delimiter, lineterminator="\n")
                writer.writerow([column.name for column in table.written_columns])
                self._writers[name] = writer

    def write(self, table: str, cells: Iterable[str]) -> None:
        """Add a row to a table."""
        self._writers[table].writerow(cells)

    def fill(self, table: Table, **cells: str) -> None:
        """Add a row to a table by the names of its columns."""
        self.write(table.name, [cells.get(column.name, "") for column in table.written_columns])


@dataclass(frozen=True)
class Block:
    """One block: its number, how much of the shipped data it holds (0 to 1), where its rows and texts go."""

    number: int
    part: float
    world: World
    files: Files
    texts: Path

    def source(self, place: int) -> int:
        """The number of one of the block's sources, from its place among the documents."""
        return self.number * len(self.world.shape.documents) + place

    def sources(self) -> dict[str, str]:
        """For the key of each shipped source, that of the block's own."""
        documents = enumerate(self.world.shape.documents)
        return {document.row.cells["id"]: f"document-{self.source(place) + 1}" for place, document in documents}

    def passages(self) -> dict[str, str]:
        """For each shipped citation, the one of the block's that stands for it."""
        found = {}
        for place, document in enumerate(self.world.shape.documents):
            kept = self.kept(document)
            number = document.row.cells["number"]
            for order, ends in enumerate(document.citations):
                found[_citation(number, ends)] = _citation(f"{self.source(place):06}", kept[order % len(kept)])
        return found

    def kept(self, document: Document) -> Sequence[tuple[int, int]]:
        """The citations of a document that the block has: the first ones where it is only a part."""
        ordered = sorted(document.citations)
        return ordered[: max(1, round(len(ordered) * self.part))]


def _citation(number: str, ends: tuple[int, int]) -> str:
    return "-".join([number, *map(str, dict.fromkeys(ends))])


def generate(shape: Shape, triples: int, seed: int, out: Path) -> None:
    """Write a data folder of about so many triples to `out`/data and its texts to `out`/sources."""
    data, texts = out / "data", out / "sources"
    for folder in (data / "reference", texts):
        folder.mkdir(parents=True)
    for name in (METADATA, *(table.url for table in shape.tables.values() if table.url.startswith("reference/"))):
        shutil.copyfile(assets.data() / name, data / name)
    world = World(shape, seed)
    size = max(0.02, (triples - FIXED) / (SHIPPED - FIXED))
    with contextlib.ExitStack() as stack:
        files = Files(data, shape.tables, stack)
        for number in range(math.ceil(size)):
            write_block(Block(number, min(1.0, size - number), world, files, texts))


def write_block(block: Block) -> None:
    """Write one block's documents and rows."""
    world = block.world
    for place, document in enumerate(world.shape.documents):
        write_document(block, place, document)
    sources, made = block.sources(), []
    mates = Mates(block.passages(), sources)
    for pattern in _chosen(block, sources):
        is_source = pattern.kind == "work" and pattern.key in sources
        things = world.things.setdefault(pattern.kind, Things())
        made.append(Thing(world, pattern, 0 if is_source else things.made, mates))
        if pattern.kind == "work":
            mates.works[pattern.key] = sources.get(pattern.key, key_of("work", things.made))
        things.made += not is_source
    for thing in made:
        for row in thing.pattern.rows:
            block.files.write(row.table.name, thing.cells(row))
    for row in world.shape.identities[: round(len(world.shape.identities) * block.part)]:
        write_identity(block, row)


def _chosen(block: Block, sources: Mapping[str, str]) -> Iterator[Pattern]:
    """The block's patterns in an order of its own; a part of a block takes large and small ones alike."""
    for kind, group in itertools.groupby(sorted(block.world.shape.patterns, key=_kind), key=_kind):
        patterns = sorted(group, key=lambda pattern: (pattern.size, pattern.key))
        named = [pattern for pattern in patterns if kind == "work" and pattern.key in sources]
        yield from (Pattern(p.kind, p.key, _part(p.rows, block.part)) for p in named)
        others = [pattern for pattern in patterns if pattern not in named]
        chosen = list(_part(others, block.part, least=2))
        block.world.random.shuffle(chosen)
        yield from sorted(chosen, key=_is_part) if kind == "work" else chosen


def _kind(pattern: Pattern) -> str:
    return pattern.kind


def _is_part(pattern: Pattern) -> bool:
    return any("part_of" in row.cells for row in pattern.rows)


def _part(items: Sequence, part: float, least: int = 0) -> tuple:
    """So large a part of the items, taken at even distances."""
    count = max(least, round(len(items) * part))
    return tuple(items[int((place + 0.5) * len(items) / count)] for place in range(count))


def write_document(block: Block, place: int, document: Document) -> None:
    """Write a source: its text, its row, its citations and the sentences that state nothing."""
    number = block.source(place)
    kept = block.kept(document)
    last = len(document.lengths) if block.part == 1 else max(end for _, end in kept)
    sentences = [_sentence(block.world, number, n, document.lengths[n - 1]) for n in range(1, last + 1)]
    starts = [0, *itertools.accumulate(len(sentence) + 1 for sentence in sentences)]
    text = " ".join(sentences)
    (block.texts / f"document-{number + 1}.txt").write_text("\n".join(sentences) + "\n", "utf-8")
    tables, key = block.world.shape.tables, f"document-{number + 1}"
    block.files.fill(
        tables["sources"],
        id=key,
        number=f"{number:06}",
        kind=document.row.cells["kind"],
        title=f"Synthetic document {number + 1}",
        language=document.row.cells["language"],
        obtain="made by bench/generate.py",
        licence="synthetic, free to use",
        file=f"{key}.txt",
        sha256=digest(text),
    )
    for first, end in kept:
        start, stop = starts[first - 1], starts[end] - 1
        block.files.fill(
            tables["citations"],
            id=_citation(f"{number:06}", (first, end)),
            source=key,
            locator=f"Sentence {first}" if first == end else f"Sentences {first} to {end}",
            start=str(start),
            end=str(stop),
            digest=digest(text[start:stop]),
        )
    for sentence in sorted(document.omitted.keys() & set(range(1, last + 1))):
        reason = document.omitted[sentence].cells["reason"]
        span = {"start": str(starts[sentence - 1]), "end": str(starts[sentence] - 1)}
        block.files.fill(tables["omitted"], source=key, **span, reason=reason)


def _sentence(world: World, document: int, number: int, length: int) -> str:
    opening = f"Passage {number} of document {document + 1}"
    return f"{opening} {world.theirs.text(length - len(opening) - 2).lower()}."


def write_identity(block: Block, row: Row) -> None:
    """Write a judged identity like a shipped one; what it names elsewhere is an address that stands for nothing."""
    world, drawn = block.world, set()
    cells = dict(row.cells, author_label="bench/generate.py", object_label="Synthetic", comment="Synthetic")
    for column in ("subject_id", "object_id"):
        prefix, _, path = row.cells[column].partition(":")
        kind = path.partition("/")[0]
        if prefix == "kg":
            number = world.random.randrange(world.things[kind].made)
            while (kind, number) in drawn:
                number = (number + 1) % world.things[kind].made
            drawn.add((kind, number))
            cells[column] = f"kg:{kind}/{key_of(kind, number)}"
        else:
            cells[column] = f"https://example.org/identity/{block.number}-{row.line}"
    block.files.fill(row.table, **cells)


def write_rdf(out: Path) -> None:
    """Write the N-Triples of a build of `out`/data to `out`/graph.nt.

    Raises DataError where the data has errors.
    """
    with tempfile.TemporaryDirectory(dir=out) as folder, (out / "graph.nt").open("wb") as file:
        made = build(Recipe(out / "data", assets.ontology(), assets.queries()), Path(folder))
        file.writelines(made.lines("all"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make synthetic tables and texts in the shape of the shipped ones.")
    parser.add_argument("--triples", type=int, required=True, help="about how many triples the build shall have")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same bytes")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the folder for data/ and sources/")
    parser.add_argument("--rdf", action="store_true", help="write graph.nt too, by a build")
    wanted = parser.parse_args()
    if wanted.out.exists() and any(wanted.out.iterdir()):
        parser.error(f"{wanted.out}: holds files already; name a new folder")
    generate(measure(assets.data()), wanted.triples, wanted.seed, wanted.out)
    if wanted.rdf:
        write_rdf(wanted.out)


if __name__ == "__main__":
    main()
