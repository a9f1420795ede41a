"""The reference picture: an SVG that reads on screen, in the dark, on paper and aloud, and says what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator

from . import labels, legend, text
from .drawing import Drawing
from .look import EDGES, NODES, edge_look, node_look
from .routes import Route, routes
from .shapes import element, number

_A4 = 297 / 210
_MARGIN = 26.0
_LEAST_WIDTH = 842.0  # A4 across, in points
_TITLE, _SUBTITLE = 17.0, 9.0
GROUND = ("#ffffff", "#14171a")
INK = ("#1b1b1b", "#ececec")
QUIET = ("#5a5a5a", "#a9b0b6")
DISPUTED = ("#b00020", "#ff7a8a")


def svg(drawing: Drawing) -> Iterator[bytes]:
    """The picture of a network as SVG 1.1 with CSS for dark grounds; A4 across when printed.

    Names are those that fit, all of them stand in the titles of nodes; edges bear their passages as titles.
    """
    yield "".join(_document(drawing)).encode()


def _document(drawing: Drawing) -> Iterator[str]:
    drawn = routes(drawing)
    names = {node: str(drawing.graph.nodes[node]["short"]) for node in drawing.graph}
    segments = [segment for route in drawn for segment in route.segments()]
    placed = labels.place(names, drawing.positions, drawing.sizes, segments)
    page = _page(drawing, placed)
    info = legend.Legend(drawing, len(names) - len(placed))
    scale = page.width / _LEAST_WIDTH
    band = info.height(page.width / scale - 2 * _MARGIN) * scale
    told = _subtitle(drawing)
    head = (_MARGIN + _TITLE + len(told) * _SUBTITLE * 1.3 + 15) * scale
    height = max(page.width / _A4, head + page.height + band + _MARGIN * scale)
    width = max(page.width, height * _A4)
    yield from _head(drawing, width, height)
    yield from _headline(drawing, told, scale)
    left = (width - page.width) / 2 - page.left
    top = head + (height - head - band - _MARGIN * scale - page.height) / 2 - page.top
    yield f'<g transform="translate({number(left)} {number(top)})">\n'
    yield from _edges(drawing, drawn)
    yield from _nodes(drawing)
    yield from _labels(placed, drawing)
    yield "</g>\n"
    bottom = height - band - _MARGIN * scale * 0.6
    yield f'<g transform="translate({number(_MARGIN * scale)} {number(bottom)}) scale({scale:.4f})">\n'
    yield from info.svg(width / scale - 2 * _MARGIN)
    yield "</g>\n</svg>\n"


def _page(drawing: Drawing, placed: list[labels.Label]) -> labels.Box:
    """The rectangle that nodes and names fill, as wide as a page that holds it."""
    boxes = [label.box for label in placed]
    for node, (x, y) in drawing.positions.items():
        reach = drawing.sizes[node] / 2 + 2
        boxes.append(labels.Box(x - reach, y - reach, x + reach, y + reach))
    if not boxes:
        return labels.Box(0, 0, _LEAST_WIDTH, 100)
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    spare = max(2 * _MARGIN, _LEAST_WIDTH - (right - left)) / 2
    return labels.Box(left - spare, min(box.top for box in boxes), right + spare, max(box.bottom for box in boxes))


def _head(drawing: Drawing, width: float, height: float) -> Iterator[str]:
    graph = drawing.graph
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" width="297mm" '
        f'height="{number(297 * height / width)}mm" role="img" aria-labelledby="title description" '
        f'font-family="{text.FAMILY}" text-rendering="geometricPrecision">\n'
    )
    yield f'<title id="title">{text.escaped(graph.graph["title"])}</title>\n'
    yield f'<desc id="description">{text.escaped(_told(drawing))}</desc>\n'
    yield f"<style>{_style()}</style>\n"
    yield f'<rect class="ground" width="{number(width)}" height="{number(height)}" fill="{GROUND[0]}"/>\n'


def _told(drawing: Drawing) -> str:
    """The picture in words, for those who do not see it."""
    graph, about = drawing.graph, drawing.graph.graph
    first = sorted(drawing.sizes, key=lambda node: (-drawing.sizes[node], node))[:5]
    named = ", ".join(str(graph.nodes[node]["label"]) for node in first)
    return (
        f"A network of {legend.count(graph.number_of_nodes(), 'node')} and "
        f"{legend.count(graph.number_of_edges(), 'edge')}. {about.get('description', '')} Most neighbours: {named}. "
        f"{legend.filters(about)}. {' '.join(about['caveats'])}"
    )


def _style() -> str:
    """The colours for dark grounds; on paper the light ones stay."""
    dark = [
        f".ground{{fill:{GROUND[1]}}}.ink{{fill:{INK[1]}}}.quiet{{fill:{QUIET[1]}}}.halo{{stroke:{GROUND[1]}}}"
        f".rule{{stroke:{QUIET[1]}}}.node{{stroke:{GROUND[1]}}}.disputed{{stroke:{DISPUTED[1]};fill:{DISPUTED[1]}}}"
    ]
    dark += [f".n-{kind}{{fill:{look.dark}}}" for kind, look in NODES.items()]
    dark += [f".e-{group}{{stroke:{look.dark}}}.m-{group}{{fill:{look.dark}}}" for group, look in EDGES.items()]
    page = "@page{size:A4 landscape;margin:8mm}@media print{:root{width:100%;height:100%;max-height:100vh}}"
    return f"{page}@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}"


def _subtitle(drawing: Drawing) -> list[str]:
    graph = drawing.graph
    told = f"{legend.count(graph.number_of_nodes(), 'node')} · {legend.count(graph.number_of_edges(), 'edge')} · "
    return text.lines(told + legend.filters(graph.graph), int((_LEAST_WIDTH - 2 * _MARGIN) / (_SUBTITLE * 0.55)), 3)


def _headline(drawing: Drawing, told: list[str], scale: float) -> Iterator[str]:
    yield f'<g transform="translate({number(_MARGIN * scale)} {number(_MARGIN * scale)}) scale({scale:.4f})">\n'
    yield f'<text class="ink" y="{number(_TITLE * 0.8)}" font-size="{_TITLE}" font-weight="bold" fill="{INK[0]}">'
    yield f"{text.escaped(drawing.graph.graph['title'])}</text>\n"
    for row, line in enumerate(told, 1):
        y = number(_TITLE + row * _SUBTITLE * 1.3)
        yield f'<text class="quiet" y="{y}" font-size="{_SUBTITLE}" fill="{QUIET[0]}">{text.escaped(line)}</text>\n'
    yield "</g>\n"


def _edges(drawing: Drawing, drawn: list[Route]) -> Iterator[str]:
    crowding = len(drawn) / max(1, len(drawing.graph))
    opacity = number(min(0.8, max(0.25, 1.8 / max(crowding, 1e-9))))
    yield f'<g id="edges" fill="none" stroke-opacity="{opacity}" fill-opacity="{opacity}">\n'
    for route in drawn:
        edge = route.edge
        look = edge_look(edge["group"])
        colour = DISPUTED[0] if edge["disputed"] else look.light
        classes = "disputed" if edge["disputed"] else f"e-{edge['group']}"
        dash = ' stroke-dasharray="1.5 2.5" stroke-linecap="round"' if edge["disputed"] else ""
        dash = dash or (' stroke-dasharray="5 3.5"' if edge["certainty"] == "implied" else "")
        yield f"<g><title>{text.escaped(_who_says(drawing, route))}</title>"
        yield f'<path class="{classes}" d="{route.path()}" stroke="{colour}" stroke-width="{number(route.thickness)}"'
        yield f'{dash} fill="none"/>'
        fill = "disputed" if edge["disputed"] else f"m-{edge['group']}"
        if edge["directed"]:
            yield f'<polygon class="{fill}" points="{route.arrow()}" fill="{colour}" stroke="none"/>'
        if look.mark:
            style = f'class="{fill} halo" fill="{colour}" fill-opacity="1" stroke="{GROUND[0]}" stroke-width="0.8"'
            yield element(look.mark, *route.middle(), 5.5 + route.thickness, style)
        if edge["disputed"]:
            x, y = route.middle()
            yield f'<text class="disputed" x="{number(x)}" y="{number(y - 3)}" font-size="9" fill="{colour}">?</text>'
        yield "</g>\n"
    yield "</g>\n"


def _who_says(drawing: Drawing, route: Route) -> str:
    """An edge in words: its ends, its kind, what is shared, and every passage."""
    graph, edge = drawing.graph, route.edge
    passages = [graph.graph["passages"][citation] for citation in edge["citations"]]
    cited = "; ".join(f"source {one['source']}, {one['locator']}" for one in passages)
    shared = f": {', '.join(edge['via'])}" if edge["via"] else ""
    told = (("implied", edge["certainty"] == "implied"), ("disputed", edge["disputed"]))
    marks = "".join(f" ({mark})" for mark, is_so in told if is_so)
    ends = (str(graph.nodes[end]["label"]) for end in (route.source, route.target))
    return f" – {edge['label']}{marks} – ".join(ends) + f"{shared}. {cited}"


def _nodes(drawing: Drawing) -> Iterator[str]:
    yield '<g id="nodes">\n'
    for node in sorted(drawing.graph, key=lambda node: (-drawing.sizes[node], node)):
        told = drawing.graph.nodes[node]
        look = node_look(told["kind"])
        kind = told["kind"] if told["kind"] in NODES else "thing"
        style = f'class="node n-{kind}" fill="{look.light}" stroke="{GROUND[0]}" stroke-width="1.2"'
        title = f"{told['label']} ({', '.join(filter(None, (told['type'] or told['kind'], *told['countries'])))})"
        shape = element(look.shape, *drawing.positions[node], drawing.sizes[node], style)
        yield f"<g><title>{text.escaped(title)}</title>{shape}</g>\n"
    yield "</g>\n"


def _labels(placed: list[labels.Label], drawing: Drawing) -> Iterator[str]:
    yield '<g id="labels">\n'
    for label in placed:
        if label.leader:
            yield _leader(label, drawing.sizes[label.node] / 2)
        middle = (label.box.left + label.box.right) / 2
        for row, line in enumerate(label.lines):
            base = label.box.top + label.size * (0.9 + row * text.LEADING)
            wide = text.width(line, label.size, bold=label.bold)
            weight = ' font-weight="bold"' if label.bold else ""
            yield (
                f'<text class="ink halo" x="{number(middle)}" y="{number(base)}" font-size="{number(label.size)}"{weight} '
                f'text-anchor="middle" fill="{INK[0]}" stroke="{GROUND[0]}" stroke-width="2.6" stroke-linejoin="round" '
                f'paint-order="stroke" textLength="{number(wide)}" lengthAdjust="spacingAndGlyphs">{text.escaped(line)}</text>\n'
            )
    yield "</g>\n"


def _leader(label: labels.Label, radius: float) -> str:
    """A thin line from a node's edge to the near side of a name that stands apart."""
    assert label.leader
    x, y = label.leader
    to_x = min(max(x, label.box.left), label.box.right)
    to_y = min(max(y, label.box.top), label.box.bottom)
    length = math.hypot(to_x - x, to_y - y) or 1.0
    from_x, from_y = x + (to_x - x) / length * radius, y + (to_y - y) / length * radius
    path = f"M{number(from_x)} {number(from_y)}L{number(to_x)} {number(to_y)}"
    return f'<path class="rule" d="{path}" stroke="{QUIET[0]}" stroke-width="0.6" fill="none"/>\n'
