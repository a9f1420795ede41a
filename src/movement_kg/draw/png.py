"""The picture as PNG, rendered by resvg with a font of our own, so that it is the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .drawing import Drawing
from .svg import svg

_FONTS = Path(__file__).parent / "fonts"
_WIDE = 2400


def png(drawing: Drawing) -> Iterator[bytes]:
    """The picture of a network as PNG, 2 400 pixels wide (some 200 to the inch on A4)."""
    import resvg_py

    text = b"".join(svg(drawing)).decode()
    fonts = [str(path) for path in sorted(_FONTS.glob("*.ttf"))]
    yield bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            width=_WIDE,
            dpi=96.0,
            font_files=fonts,
            skip_system_fonts=True,
            font_family="Arimo",
            sans_serif_family="Arimo",
        )
    )
