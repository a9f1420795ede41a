"""A server on loopback that fails in a given way."""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

JSON = "application/sparql-results+json"
ROW = {"name": {"type": "literal", "value": "a name"}}
Handler = http.server.BaseHTTPRequestHandler


def results(*rows: dict, column: str = "name") -> bytes:
    """SPARQL results in JSON with one column."""
    return json.dumps({"head": {"vars": [column]}, "results": {"bindings": list(rows)}}).encode()


def reply(handler: Handler, status: int, kind: str, body: bytes, **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def query_of(handler: Handler) -> str:
    """The query of a request, by GET or POST."""
    if handler.command == "POST":
        return parse_qs(handler.rfile.read(int(handler.headers["Content-Length"])).decode())["query"][0]
    return parse_qs(urlsplit(handler.path).query)["query"][0]


def names(total: int) -> list[dict]:
    """So many rows, each a number in six digits."""
    return [{"name": {"type": "literal", "value": f"{number:06}"}} for number in range(total)]


def capped(rows: list[dict], cap: int) -> Callable[[Handler], None]:
    """A server of these rows that never sends more than `cap` and says nothing of it."""

    def answer(handler: Handler) -> None:
        query = query_of(handler)
        pages = re.search(r"LIMIT (\d+) OFFSET (\d+)", query)
        limit, offset = map(int, pages.groups()) if pages else (len(rows), 0)
        if "COUNT(*)" in query:
            body = results({"n": {"type": "literal", "value": str(len(rows))}}, column="n")
        else:
            body = results(*rows[offset : offset + min(limit, cap)])
        reply(handler, 200, JSON, body)

    return answer


def cut(handler: Handler) -> None:
    """Half an answer, and the connection closed."""
    body = results(ROW)
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])


def slow(handler: Handler) -> None:
    """Nothing, for longer than anybody here waits."""
    time.sleep(2)
    reply(handler, 200, JSON, results(ROW))


def dripping(begin: int = 0, status: int = 200) -> Callable[[Handler], None]:
    """An answer that comes a byte at a time from its byte `begin` on, each long before anybody gives up, the last after 3 s."""

    def answer(handler: Handler) -> None:
        body = results(ROW)
        head = f"HTTP/1.1 {status} Well\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        whole = head + body
        handler.wfile.write(whole[:begin])
        for place in range(begin, len(whole)):
            time.sleep(3 / (len(whole) - begin))
            handler.wfile.write(whole[place : place + 1])

    return answer


@contextlib.contextmanager
def serving(
    *answers: Callable[[Handler], None], certificate: Path | None = None
) -> Iterator[tuple[str, list[Handler]]]:
    """A server that gives the first request the first answer and so on, the last for ever: its address, the requests."""
    seen: list[Handler] = []

    class Faulty(Handler):
        def do_GET(self) -> None:  # noqa: N802 (the library calls it so)
            seen.append(self)
            with contextlib.suppress(OSError):
                answers[min(len(seen), len(answers)) - 1](self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    server.handle_error = lambda *_: None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}/sparql", seen
    finally:
        server.shutdown()
        server.server_close()


def own_certificate(folder: Path) -> Path:
    """A certificate that nobody but its maker signed, with its key, in one file."""
    key, path = folder / "key.pem", folder / "own.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split()
    subprocess.run([*command, "-keyout", key, "-out", path], check=True, capture_output=True)
    path.write_bytes(key.read_bytes() + path.read_bytes())
    return path
