"""A tiny world: a folder of tables small enough to know by heart, with the one invented text that its citations name."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from movement_kg import assets
from movement_kg.build import build
from movement_kg.check import Findings, Inputs, check
from movement_kg.citations import digest, normalise, sentences
from movement_kg.finished import Build, Recipe
from movement_kg.tables import Row, Table, read_metadata, read_table

TEXT = """\
A page about the River Lamp Union
The River Lamp Union was founded in 1994 in Copenhagen. Mira Solberg chairs the union. Tomas Quill wrote its first \
newsletter, The Lantern. In 1996 the union held a meeting with 40 guests. Denmark closed its night shelters in 1997. \
The union calls for warm rooms that stay open all night.
Back to top
"""
#: The sentences of the text are cited as 900-1 to 900-8; the last one states nothing.
SENTENCES = sentences(TEXT)

#: The tables with rows of the world; every other one holds its header only. `{…}` is filled in from the text.
TABLES = {
    "sources.csv": """\
id,number,kind,title,language,publisher,issued,retrieved,url,obtain,licence,file,sha256
lamp-page,900,web-page,A page about the River Lamp Union,en,,,,,invented for a test,free to use,lamp.txt,{sha256}
""",
    "citations.csv": "id,source,locator,start,end,digest,quote\n{citations}",
    "omitted.csv": "source,start,end,reason,note\nlamp-page,{omitted},navigation,\n",
    "organisations.csv": """\
id,kind,country,place,scope,founded,dissolved,registered,address,homepage,description,cite,certainty,nuance,note
lamp-union,user-organisation,,place/copenhagen,local,1994,,,,,,900-2,,,
""",
    "names.csv": """\
subject,name,language,kind,cite,certainty,nuance,note
org/lamp-union,River Lamp Union,en,preferred,900-2,,,
person/mira-solberg,Mira Solberg,en,preferred,900-3,,,
person/tomas-quill,Tomas Quill,en,preferred,900-4,,,
place/copenhagen,Copenhagen,en,preferred,900-2,,,
work/lantern,The Lantern,en,preferred,900-4,,,
""",
    "people.csv": """\
id,iri,basis,deceased,cite,certainty,nuance,note
mira-solberg,aaaa1111,public-advocate,,900-3,,,
tomas-quill,bbbb2222,public-work,,900-4,,,
""",
    "places.csv": """\
id,kind,country,within,cite,certainty,nuance,note
copenhagen,town,DK,,900-2,,,
""",
    "memberships.csv": """\
id,person,organisation,role,start,end,on_behalf_of,place,cite,certainty,nuance,note
solberg-chair,mira-solberg,lamp-union,leader,,,,,900-3,,,
""",
    "links.csv": """\
id,from,kind,to,start,end,on_behalf_of,place,cite,certainty,nuance,note
lantern-documents-union,work/lantern,documents,org/lamp-union,,,,,900-4,,,
""",
    "events.csv": """\
id,kind,date,place,country,organiser,description,cite,certainty,nuance,note
lamp-meeting,meeting,1996,,,org/lamp-union,A gathering of members and visitors.,900-5,,,
""",
    "publications.csv": """\
id,kind,issued,language,homepage,part_of,number,description,cite,certainty,nuance,note
lantern,magazine,,,,,1,,900-4,,,
""",
    "contributions.csv": """\
id,publication,agent,role,on_behalf_of,place,cite,certainty,nuance,note
quill-lantern,lantern,person/tomas-quill,author,,,900-4,,,
""",
    "provisions.csv": """\
id,jurisdiction,kind,theme,state,start,end,description,cite,certainty,nuance,note
night-shelters,country/DK,service,harm-reduction,ended,,1997,Beds for those without a home.,900-6,,,
""",
    "figures.csv": """\
id,subject,measure,value,upper,unit,comparator,date,place,description,cite,certainty,nuance,note
lamp-meeting-guests,event/lamp-meeting,delegates,40,,person,exactly,1996,,People who came from outside.,900-5,,,
""",
    "positions.csv": """\
id,holder,about,theme,stance,text,contradicts,cite,certainty,nuance,note
warm-rooms,org/lamp-union,,harm-reduction,demands-that,Heated places should not shut in the evening.,,900-7,,,
""",
    "mentions.csv": """\
id,thing,work,as,printed_label,printed_date,order,cite,certainty,nuance,note
lamp-union-in-page,org/lamp-union,lamp-page,in-heading,,,,900-1,,,
""",
}
QUERY = """\
#+ summary: The organisations
#+ columns:
#+   organisation: the organisation
SELECT ?organisation WHERE { ?organisation a <http://www.w3.org/ns/org#Organization> } ORDER BY ?organisation
"""


@dataclass(frozen=True)
class World:
    """A folder with `data/`, `texts/` and `queries/`, and what a test does with them."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def texts(self) -> Path:
        return self.root / "texts"

    @property
    def out(self) -> Path:
        return self.root / "build"

    @property
    def recipe(self) -> Recipe:
        return Recipe(self.data, assets.ontology(), self.root / "queries")

    def write(self, table: str, text: str | bytes) -> None:
        """Put another text, or bytes, in the table's place."""
        (self.data / table).write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, table: str) -> str:
        return (self.data / table).read_bytes().decode()

    def append(self, table: str, text: str) -> None:
        """Add lines to the end of the table."""
        self.write(table, self.read(table) + text)

    def replace(self, table: str, old: str, new: str) -> None:
        """Put other words in place of some that stand once in the table."""
        text = self.read(table)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {table}"
        self.write(table, text.replace(old, new))

    def add(self, table: str, **cells: str) -> None:
        """Add a row by its cells (`from_` and `as_` for the columns whose names are Python's)."""
        named = {name.rstrip("_"): cell for name, cell in cells.items()}
        header = self.read(table).splitlines()[0].split(",")
        assert set(named) <= set(header), f"{table} has no column {set(named) - set(header)}"
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([named.get(name, "") for name in header])
        self.append(table, line.getvalue())

    def check(self, *, sources: bool = False, by_reference: bool = False) -> Findings:
        inputs = Inputs(self.data, assets.ontology())
        return check(inputs, self.texts if sources else None, by_reference=by_reference)

    def problems(self, *, sources: bool = False) -> list[str]:
        """The problems as lines, in the order in which they are reported."""
        return [str(problem) for problem in self.check(sources=sources).problems]

    def build(self) -> Build:
        return build(self.recipe, self.out)

    def rows(self, table: str) -> tuple[list[Row], list[str]]:
        """One table alone: its rows, and its faults as lines."""
        rows, problems = read_table(self.data, table_named(table))
        return rows, [str(problem) for problem in problems]


def all_tables() -> tuple[Table, ...]:
    return read_metadata(assets.data())


def table_named(url: str) -> Table:
    return next(table for table in all_tables() if table.url == url)


def make_world(root: Path) -> World:
    """Write the tiny world below a folder."""
    world = World(root)
    for folder in (world.data / "reference", world.texts, root / "queries"):
        folder.mkdir(parents=True)
    for name in ("csv-metadata.json", "reference/countries.csv", "reference/regions.csv", "reference/languages.csv"):
        shutil.copyfile(assets.data() / name, world.data / name)
    for table in all_tables():
        if not table.url.startswith("reference/"):
            header = table.delimiter.join(column.name for column in table.written_columns) + "\n"
            world.write(table.url, TABLES.get(table.url, header).format(**_from_text()))
    (world.texts / "lamp.txt").write_text(TEXT, "utf-8")
    (root / "queries" / "organisations.rq").write_text(QUERY, "utf-8")
    return world


def _from_text() -> dict[str, str]:
    text = normalise(TEXT)
    rows = [
        f"900-{n},lamp-page,sentence {n},{span.start},{span.end},{digest(text[span.start : span.end])},\n"
        for n, span in enumerate(SENTENCES[:-1], 1)
    ]
    last = SENTENCES[-1]
    return {"sha256": digest(text), "citations": "".join(rows), "omitted": f"{last.start},{last.end}"}


def metadata(world: World) -> dict:
    return json.loads((world.data / "csv-metadata.json").read_text("utf-8"))
