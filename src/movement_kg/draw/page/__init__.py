"""The interactive map of a network as one HTML file that asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCRIPTS = (
    "dom.js",
    "model.js",
    "view.js",
    "scene.js",
    "shapes.js",
    "labels.js",
    "mapstyle.js",
    "map.js",
    "walk.js",
    "search.js",
    "controls.js",
    "path.js",
    "panel.js",
    "legend.js",
    "table.js",
    "picture.js",
    "gexf.js",
    "page.js",
)
INERT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def page(data: Mapping[str, Any]) -> Iterator[bytes]:
    """One HTML file with the network, cytoscape.js and the page's own style and scripts inside.

    `data` holds JSON values only: title, description, sources, passages, look, nodes with their positions, and edges (the
    shape that `model.js` reads). Equal data give equal bytes. The page's policy (Content Security Policy level 3) allows
    the inlined scripts and style by their hashes and nothing else; data are escaped so that no label can end its element.
    """
    style, library, script = _text("page.css"), _text("cytoscape.min.js"), _script()
    parts = {
        "policy": _policy(style, library, script),
        "title": html.escape(data["title"]),
        "description": html.escape(data["description"]),
        "style": style,
        "data": _inert_json(data),
        "cytoscape": library,
        "script": script,
    }
    for number, piece in enumerate(re.split(r"\{\{(\w+)\}\}", _text("template.html"))):
        yield (parts[piece] if number % 2 else piece).encode()


def _text(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _script() -> str:
    """The page's own scripts as one function, so that they share names with each other and with nothing else."""
    return '(() => {\n"use strict";\n' + "\n".join(_text(name) for name in SCRIPTS) + "\n})();"


def _policy(style: str, *scripts: str) -> str:
    allowed = " ".join(_source_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_source_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).translate(INERT)
