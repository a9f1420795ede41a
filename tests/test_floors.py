"""The house has floors: a module imports only from lower ones, never sideways, never up."""

import ast
from pathlib import Path

import movement_kg

HOUSE = Path(movement_kg.__file__).parent
FLOORS = [
    {"errors", "assets", "vocabulary", "dates", "citations"},
    {"terms", "sparql", "ontology", "output", "content", "beside"},
    {"tables", "queries", "jsonld", "reifiers", "kinds", "shapes", "engines", "triples", "withdrawal"},
    {"graph", "results", "finished", "passages", "search"},
    {"check", "counts", "entity", "network", "amend", "placing"},
    {"build", "draw", "published", "push"},
    {"knowledge_graph", "copied"},
    {"web"},
    {"__init__", "cli"},
    {"__main__"},
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
WALLS = {
    "pyshacl": {"shapes"},
    "rdflib": {"shapes"},
    "SPARQLWrapper": {"engines"},
    "networkx": {"network", "draw"},
    "igraph": {"network"},
    "numpy": {"draw"},
    "scipy": {"draw"},
    "resvg_py": {"draw"},
    "click": {"cli"},
    "rich": {"cli"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web"},
    "babel": {"web"},
    "sqlite3": {"search"},
    "yaml": {"queries"},
}


def room(path: Path) -> str:
    """The module or package of the house that a file belongs to."""
    first = path.relative_to(HOUSE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> list[tuple[str, str]]:
    """The (room, outside library) pairs that a file imports, "" where it is not of that sort."""
    depth = len(path.relative_to(HOUSE).parts)
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [("", alias.name.partition(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(("", (node.module or "").partition(".")[0]))
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
            found += [(name, "") for name in names]
    return found


def test_every_module_has_a_floor():
    rooms = {room(path) for path in HOUSE.rglob("*.py") if "_shipped" not in path.parts}
    assert rooms == set(FLOOR), "draw the new module into FLOORS"


def test_no_import_goes_up_or_sideways():
    wrong = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in HOUSE.rglob("*.py")
        for name, _ in imported(path)
        if name and name != room(path) and FLOOR[name] >= FLOOR[room(path)]
    ]
    assert wrong == []


def test_outside_libraries_stay_behind_their_walls():
    wrong = [
        f"{path.relative_to(HOUSE)} imports {library}"
        for path in HOUSE.rglob("*.py")
        for _, library in imported(path)
        if room(path) not in WALLS.get(library, {room(path)})
    ]
    assert wrong == []
