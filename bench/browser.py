"""How fast the interactive map is in Chromium: the first picture, and the frames while it is moved.

Run as `python bench/browser.py`. Times are of this machine, without a graphics card; compare runs on one machine only.
"""

import dataclasses
import math
import random
import statistics
import sys
import tempfile
from pathlib import Path

from selenium import webdriver

from movement_kg.draw import look
from movement_kg.draw.page import page

SIZES = (300, 1000, 3000)
FRAMES = 120
SWITCHES = """--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --window-size=1280,800""".split()
READY = """
const done = arguments[0];
const ask = () => (window.movementMap ? movementMap.ready.then(() => done(movementMap.firstPictureMs)) : setTimeout(ask, 10));
ask();"""
# By the library's own call each frame is drawn in full; by pointer the page may show a texture, as a reader gets it.
MOVE = """
const [byPointer, frames, done] = arguments;
const map = document.getElementById("map"), cy = map._cyreg.cy, canvas = map.querySelector("canvas"), times = [];
const box = map.getBoundingClientRect(), [left, bottom] = [box.left + 6, box.bottom - 6];
const point = (type, step, target) => target.dispatchEvent(new MouseEvent(type, {
  bubbles: true, cancelable: true, view: window, buttons: 1, clientX: left + 2 * step, clientY: bottom - step }));
if (byPointer) point("mousedown", 0, canvas);
const frame = (step, before) => requestAnimationFrame((now) => {
  if (before) times.push(now - before);
  if (step === frames) { if (byPointer) point("mouseup", step, window); done(times); return; }
  if (byPointer) point("mousemove", step, window); else cy.panBy({ x: step % 40 < 20 ? 4 : -4, y: step % 60 < 30 ? 2 : -2 });
  frame(step + 1, now);
});
frame(0, 0);"""


def measure(nodes: int) -> dict:
    """Milliseconds to the first picture from the start of the navigation, and of the frames while panning (median, 95th in
    100), each by call and by pointer, for a made-up network of so many nodes and three times as many edges."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        path.write_bytes(b"".join(page(network(nodes))))
        driver = _browser(Path(folder) / "profile")
        try:
            driver.get(path.as_uri())
            first = driver.execute_async_script(READY)
            frames = {
                name: driver.execute_async_script(MOVE, name == "pointer", FRAMES) for name in ("call", "pointer")
            }
        finally:
            driver.quit()
    return {"nodes": nodes, "first_picture_ms": first} | {
        f"{name}_{word}_ms": value for name, times in frames.items() for word, value in _spread(times).items()
    }


def network(nodes: int) -> dict:
    """A network that is the same at every run: a disc of nodes, few of which have many edges."""
    chance = random.Random(nodes)
    edges = [_edge(number, nodes, chance) for number in range(3 * nodes)]
    return {
        "title": f"{nodes} nodes",
        "description": "Made up for measuring.",
        "projection": "measure",
        "filters": {},
        "version": "2026-01-01",
        "content": "0",
        "licence": "none",
        "sources": {"000": "A document"},
        "passages": {"000-1": {"source": "000", "locator": "page 1"}},
        "countries": {"NL": "Netherlands"},
        "caveats": [],
        "isolates": 0,
        "core": None,
        "look": {
            "nodes": {name: dataclasses.asdict(value) for name, value in look.NODES.items()},
            "edges": {name: dataclasses.asdict(value) for name, value in look.EDGES.items()},
        },
        "nodes": [_node(number, chance) for number in range(nodes)],
        "edges": edges,
    }


def _node(number: int, chance: random.Random) -> dict:
    angle, radius = number * 2.39996, 34 * math.sqrt(number + 1)
    return {
        "id": f"org/{number}",
        "iri": f"https://example.org/org/{number}",
        "label": f"Organisation number {number}",
        "short": f"ON{number}",
        "kind": chance.choice(["organisation", "organisation", "person", "event"]),
        "type": "",
        "countries": ["NL"],
        "x": radius * math.cos(angle),
        "y": radius * math.sin(angle),
        "size": 10 + 22 / (1 + number * 0.05),
        "facts": [{"property": "founded", "value": "1995", "citations": ["000-1"], "marks": []}],
    }


def _edge(number: int, nodes: int, chance: random.Random) -> dict:
    one = int(nodes * chance.random() ** 2)
    other = (one + chance.randint(1, nodes // 2)) % nodes
    group = chance.choice(["link", "membership", "shared-people", "shared-events"])
    return {
        "id": f"e{number}",
        "from": f"org/{one}",
        "to": f"org/{other}",
        "kind": group,
        "label": group,
        "group": group,
        "weight": 1,
        "directed": group == "membership",
        "certainty": chance.choice(["explicit"] * 6 + ["implied"]),
        "disputed": False,
        "via": [],
        "citations": ["000-1"],
    }


def _browser(profile: Path) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for switch in [*SWITCHES, f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND"]:
        options.add_argument(switch)
    driver = webdriver.Chrome(service=webdriver.ChromeService("/usr/bin/chromedriver"), options=options)
    driver.set_script_timeout(120)
    return driver


def _spread(times: list[float]) -> dict[str, float]:
    return {"median": statistics.median(times), "p95": sorted(times)[int(len(times) * 0.95)]}


def main() -> None:
    print("| nodes | first picture, ms | pan by call, median / 95th ms | by pointer, median / 95th ms |")
    print("| ---: | ---: | ---: | ---: |")
    for nodes in [int(size) for size in sys.argv[1:]] or SIZES:
        row = measure(nodes)
        pans = [f"{row[f'{name}_median_ms']:.1f} / {row[f'{name}_p95_ms']:.1f}" for name in ("call", "pointer")]
        print(f"| {nodes} | {row['first_picture_ms']:.0f} | {' | '.join(pans)} |", flush=True)


if __name__ == "__main__":
    main()
