"""What goes wrong at the servers that SERVICE asks, told so that one sees which server it was.

Oxigraph names a server that answers wrongly, and none that does not answer at all.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from ..sparql import services

_PORTS = {"http": 80, "https": 443}
_SECONDS = 2.0
_LONGEST = 500


def told(error: Exception, query: str) -> str:
    """What a person is told of an error, with the address of the server: "" where no server that the query names is to blame."""
    named = services(query)
    if not named or not isinstance(error, OSError | RuntimeError):
        return ""
    words = " ".join(str(error).split())[:_LONGEST]
    if any(address in words for address in named):
        return f"SERVICE failed: {words}"
    silent = [address for address in named if not _listens(address)] if isinstance(error, OSError) else []
    return f"SERVICE {_one_of(silent or named)} failed: {words}"


def _one_of(addresses: list[str]) -> str:
    shown = ", ".join(f"<{address}>" for address in addresses)
    return shown if len(addresses) == 1 else f"to one of {shown}"


def _listens(address: str) -> bool:
    """Whether anybody takes a connection there."""
    parts = urlsplit(address)
    try:
        place = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
        socket.create_connection(place, _SECONDS).close()
    except (OSError, ValueError):
        return False
    return True
