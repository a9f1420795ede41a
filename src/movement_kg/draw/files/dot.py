r"""DOT, the language of Graphviz (https://graphviz.org/doc/info/lang.html), with our positions: `dot -Kneato -n2 -Tsvg`.

Attributes that Graphviz does not know stand beside those it draws, for programs that read DOT as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..drawing import Drawing
from ..look import edge_look, node_look
from .records import joined, plain, thickness

#: Graphviz's names for the shapes of `look`; those missing bear the same name there.
_SHAPES = {
    "rectangle": "box",
    "round-rectangle": "box",
    "rhomboid": "parallelogram",
    "vee": "invtriangle",
    "heptagon": "septagon",
}
_ENTITY = re.compile(r"&(?=#?\w+;)")
#: With it the positions are points to every engine, also without -n; small nodes keep their size under long labels.
_LOOKS = """\
  graph [inputscale=72, outputorder=edgesfirst, splines=line];
  node [fixedsize=shape, fontname="Helvetica", fontsize=8, penwidth=0, style=filled];
  edge [arrowsize=0.5, fontname="Helvetica", fontsize=6];
"""


def dot(drawing: Drawing) -> Iterator[bytes]:
    """The drawing as DOT, line by line: a digraph, its edges without direction drawn so, or a graph if none has one."""
    graph = plain(drawing)
    arrow = "->" if graph.is_directed() else "--"
    yield f"{'digraph' if graph.is_directed() else 'graph'} {{\n{_LOOKS}  graph {_list(graph.graph)};\n".encode()
    for name, node in graph.nodes.items():
        yield f"  {_quoted(name)} {_list(_node(node))};\n".encode()
    for source, target, edge in graph.edges(data=True):
        yield f"  {_quoted(source)} {arrow} {_quoted(target)} {_list(_edge(edge))};\n".encode()
    yield b"}\n"


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node's attributes, and how Graphviz draws them: y upwards, sizes in inches."""
    look = node_look(node["kind"])
    size = round(node["size"] / 72, 4)
    drawn = {
        "shape": _SHAPES.get(look.shape, look.shape),
        "style": "filled,rounded" if look.shape == "round-rectangle" else "filled",
        "fillcolor": look.light,
        "width": size,
        "height": size,
        "pos": f"{node['x']},{0 - node['y']}!",
    }
    return {name: value for name, value in node.items() if name not in {"x", "y", "size"}} | drawn


def _edge(edge: Mapping[str, Any]) -> dict[str, Any]:
    drawn = {
        "dir": "forward" if edge["directed"] else "none",
        "style": "dashed" if edge["certainty"] == "implied" else "solid",
        "color": edge_look(edge["group"]).light,
        "penwidth": thickness(edge["weight"]),
    }
    return {**edge, **drawn}


def _list(attributes: Mapping[str, Any]) -> str:
    return f"[{', '.join(f'{name}={_value(value)}' for name, value in attributes.items())}]"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(joined(value)) if isinstance(value, str | list) else str(value)


def _quoted(text: object) -> str:
    r"""A quoted string: a backslash would begin an escape such as \N, an ampersand an entity of HTML.

    >>> print(_quoted('R&D "A\\N" &lt;'))
    "R&D \"A\\N\" &amp;lt;"
    """
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ENTITY.sub("&amp;", escaped)}"'
