"""Any page or answer without a server: one request put to the site within this process."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ..finished import current
from .app import Front
from .live import Live
from .options import Options


def get(folder: Path, options: Options, address: str, accept: str = "") -> tuple[int, bytes]:
    """Status and body of a GET of an address, a path with or without a query.

    Raises RequestError where there is no build below the folder.
    """
    return asyncio.run(_get(folder, options, address, accept))


async def _get(folder: Path, options: Options, address: str, accept: str) -> tuple[int, bytes]:
    live = Live(current(folder), options)
    await live.start()
    try:
        return await ask(Front(live, options), address, accept)
    finally:
        await live.close()


async def ask(front: Front, address: str, accept: str = "") -> tuple[int, bytes]:
    """Status and body of a GET put to a site that is up."""
    path, _, query = address.partition("?")
    status, pieces = 0, []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        pieces.append(message.get("body", b""))

    headers = [(b"host", b"localhost"), *([(b"accept", accept.encode())] if accept else [])]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
    }
    await front({**scope, "headers": headers, "client": ("127.0.0.1", 0), "root_path": ""}, receive, send)
    return status, b"".join(pieces)
