"""What the documents generate from the program itself: cog runs these and writes what they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOME / "src"))

from movement_kg import ontology, tables  # noqa: E402
from movement_kg.queries import read_folder  # noqa: E402
from movement_kg.vocabulary import CONCEPT, MK, RDFS, SKOS, compact  # noqa: E402

WORDS = ontology.load(HOME / "ontology")


def _values(subject: str, prop: str) -> list[str]:
    return [o if isinstance(o, str) else o.value for s, p, o in WORDS.statements if s == subject and p == prop]


def _value(subject: str, prop: str) -> str:
    return next(iter(_values(subject, prop)), "")


def _terms(kind: str) -> list[str]:
    type_ = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    owl = "http://www.w3.org/2002/07/owl#"
    return sorted({s for s, p, o in WORDS.statements if p == type_ and o == owl + kind and s.startswith(MK)})


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def classes() -> None:
    print("| class | is a | what it is | example |\n| --- | --- | --- | --- |")
    for term in _terms("Class"):
        above = ", ".join(f"`{compact(one)}`" for one in _values(term, RDFS + "subClassOf"))
        row = (f"`{compact(term)}`", above, _value(term, RDFS + "comment"), _value(term, SKOS + "example"))
        print("| " + " | ".join(map(_cell, row)) + " |")


def properties() -> None:
    print("| property | of | value | what it says | one value |\n| --- | --- | --- | --- | --- |")
    for term in sorted(_terms("ObjectProperty") + _terms("DatatypeProperty")):
        of, value = _value(term, RDFS + "domain"), _value(term, RDFS + "range")
        single = "yes" if term in WORDS.single_valued else ""
        row = (f"`{compact(term)}`", compact(of), compact(value), _value(term, RDFS + "comment"), single)
        print("| " + " | ".join(map(_cell, row)) + " |")


def schemes() -> None:
    for scheme in sorted({o for s, p, o in WORDS.statements if p == SKOS + "inScheme"}):
        print(f"### {_value(scheme, SKOS + 'prefLabel')}\n\n{_value(scheme, SKOS + 'definition')}\n")
        print("| id | label | definition |\n| --- | --- | --- |")
        for concept in sorted(s for s, p, o in WORDS.statements if p == SKOS + "inScheme" and o == scheme):
            name = concept.removeprefix(CONCEPT).rpartition("/")[2]
            label, meaning = _value(concept, SKOS + "prefLabel"), _value(concept, SKOS + "definition")
            print(f"| `{name}` | {_cell(label)} | {_cell(meaning)} |")
        print()


def columns() -> None:
    for table in tables.read_metadata(HOME / "data"):
        print(
            f"### {table.url}\n\n{table.description}\n\n| column | becomes | must stand | note |\n| --- | --- | --- | --- |"
        )
        for column in table.written_columns:
            prop = f"`{compact(column.property_url)}`" if column.property_url else ""
            kind = compact(column.value_url).replace("%7B", "{") if column.value_url else column.base
            kind = "date (EDTF)" if column.is_edtf else f"`{kind}`" if column.value_url else kind
            must = "yes" if column.required else ""
            print(f"| `{column.name}` | {prop} {_cell(kind)} | {must} | {_cell(column.description)} |")
        print()


def rules() -> None:
    text = (HOME / "ontology" / "shapes.ttl").read_text("utf-8")
    found = {}
    for block in text.split(" .\n"):
        rule = re.search(r'dcterms:identifier "(MK\d+)"', block)
        message = re.search(r'sh:message "([^"]+)"', block)
        shape = re.search(r"^shape:([\w-]+)", block, re.MULTILINE)
        if rule and message and shape:
            found[rule[1]] = (shape[1], message[1])
    print("| rule | shape | message |\n| --- | --- | --- |")
    for rule, (shape, message) in sorted(found.items()):
        print(f"| {rule} | `{shape}` | {_cell(message)} |")


def queries() -> None:
    for query in read_folder(HOME / "queries"):
        print(f"### {query.name}\n\n{query.summary}\n\n{query.description}\n")
        for parameter in query.parameters:
            need = "required" if parameter.required else "optional"
            print(f"- parameter `{parameter.name}` ({parameter.type}, {need})")
        for name, meaning in query.columns.items():
            print(f"- column `{name}`: {meaning}")
        print(f"- view: {query.view}; tags: {', '.join(query.tags)}\n")


def measures() -> None:
    from movement_kg.network import MEASURES

    print("| measure | what it means | formula | mind |\n| --- | --- | --- | --- |")
    for one in MEASURES.values():
        print(f"| `{one.name}` | {_cell(one.meaning)} | {_cell(one.formula)} | {_cell(one.caveat)} |")


def backends(name: str) -> None:
    """Which measures a backend can do, asked of networkx's dispatch as the program asks it."""
    from movement_kg.network import MEASURES
    from movement_kg.network.backends import has

    able = [one.name for one in MEASURES.values() if one.functions and all(has(name, f) for f in one.functions)]
    print(f"`{name}`: {', '.join(f'`{one}`' for one in able)}.")


def projections() -> None:
    from movement_kg.network import PROJECTIONS

    by_name = {query.name: query for query in read_folder(HOME / "queries")}
    print("| projection | what joins two nodes |\n| --- | --- |")
    for one in PROJECTIONS.values():
        told = by_name[one.query].description.partition(" One row for each")[0]
        print(f"| `{one.name}` | {_cell(told)} |")


def help_of(*verb: str) -> None:
    print("```text\n$ movement-kg " + " ".join([*verb, "--help"]))
    print(_run("movement-kg", *verb, "--help") + "```")


def shown(command: str) -> None:
    print(f"```text\n$ {command}\n" + _run("sh", "-c", command) + "```")


def _run(*command: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=HOME)
    text = re.sub(r", in /\S+", ", in build/", done.stdout + done.stderr)  # where a build lies is nobody's business
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def verbs() -> None:
    from movement_kg.cli import VERBS

    for verb in VERBS:
        print(f"## {verb}\n")
        help_of(verb)
        print()
