"""The front of the site: who is asked, under which name, what was answered before; everything else is made behind it."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles

from ..engines.answers import PoolAnswer
from ..errors import InternalError, MovementKGError
from .cache import Kept
from .endpoint import PAGE_BYTES, Question
from .formats import HTML, accepts_gzip, choose
from .http import METHODS, READING, Headers, HttpError, Message, as_fault, fault_response, header, is_known, respond
from .live import Live
from .options import Options
from .pages.asked import Asked
from .pages.site import STATIC
from .sending import Answered, BrokenAnswerError, ClientGoneError, Keeping, again, send_answer, watched

log = logging.getLogger("movement_kg.web")

_PREFLIGHT: Headers = [
    (b"allow", METHODS),
    (b"access-control-allow-methods", METHODS),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]
_DOWNLOAD_SECONDS = 120.0
_MOST_AT_ONCE = 400
_MOST_HOSTS = 100


@dataclass(frozen=True)
class _Found:
    """What the front knows of a page before it is made: what to show on it, its status and headers."""

    given: Mapping[str, Any]
    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()


class _Static(StaticFiles):
    """Static files; one asked for with the hash of its content (`?v=`) never changes."""

    def file_response(self, *args: Any, **kwargs: Any) -> Any:
        """The file, and how long it may be kept."""
        response = super().file_response(*args, **kwargs)
        scope = args[2] if len(args) > 2 else kwargs["scope"]
        is_versioned = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if is_versioned else "no-cache"
        return response


class Front:
    """The site as an ASGI application over the build that is live."""

    def __init__(self, live: Live, options: Options) -> None:
        self.live = live
        self.options = options
        self._at_once = 0
        self._good_hosts: set[bytes] = set()
        self._own = {"/sparql": self._sparql, "/-/health": self._health, "/-/versions.json": self._versions}
        static = Mount("/static", _Static(directory=STATIC))
        self._others = Router([static], default=self._page, redirect_slashes=False)
        self._zipped = GZipMiddleware(self._routed, minimum_size=1024, compresslevel=5)

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        key = self._key(scope)
        kept = self.live.cache.get(key) if key else None
        if kept and not log.isEnabledFor(logging.INFO):
            await again(scope, send, kept)
        else:
            await self._answer(scope, receive, send, kept or key)

    async def _answer(self, scope: Message, receive: Any, send: Any, known: Any) -> None:
        """Answer with what was kept, or afresh, and keep that by its key; faults are told, and what happened is logged."""
        began = time.monotonic()
        keeping = Keeping(send)
        answered = Answered(keeping)
        try:
            if isinstance(known, Kept):
                await again(scope, keeping, known)
            else:
                self._check_host(scope)
                await self._fresh(self._below_root(scope), receive, answered)
                if known and (response := keeping.response()):
                    self.live.cache.put(known, response)
        except HttpError as fault:
            await self._tell(scope, answered, fault)
        except HTTPException as fault:  # of Starlette's static files
            await self._tell(scope, answered, HttpError(fault.status_code, "there is no such file"))
        except (ClientGoneError, BrokenAnswerError):
            pass  # what was begun stays visibly unfinished: the server drops the connection
        except Exception:
            log.exception("a fault of ours")
            await self._tell(scope, answered, HttpError(500, "this cannot be answered: a fault of the server's own"))
        if log.isEnabledFor(logging.INFO):
            query = scope["query_string"].decode("latin-1") if self.options.log_queries else ""
            spent = (time.monotonic() - began) * 1000
            told = f"{scope['path']}{'?' if query else ''}{query}"
            log.info("%s %s %s %.0f ms", scope["method"], told, keeping.status, spent)

    async def _fresh(self, scope: Message, receive: Any, send: Answered) -> None:
        if self._at_once >= _MOST_AT_ONCE:
            raise HttpError(503, "too many requests at once; try again in a moment", [(b"retry-after", b"2")])
        if scope["method"] == "OPTIONS":
            await respond(send, 204, _PREFLIGHT)
            return
        self._at_once += 1
        live = self.live
        try:
            with live.used(), watched(receive):
                is_plain = scope["http_version"] == "1.0" or not accepts_gzip(header(scope, b"accept-encoding"))
                app = self._routed if is_plain else self._zipped
                await app({**scope, "live": live}, receive, send)
        finally:
            self._at_once -= 1

    async def _routed(self, scope: Message, receive: Any, send: Any) -> None:
        await self._own.get(scope["path"], self._others)(scope, receive, send)

    async def _sparql(self, scope: Message, receive: Any, send: Any) -> None:
        live: Live = scope["live"]
        question = await live.endpoint.question(scope, receive)
        if question is None:
            await self._page(scope, receive, send)
            return
        if header(scope, b"if-none-match") and is_known(scope, question.tag(live.content)):
            await respond(send, 304, [(b"etag", question.tag(live.content))])
        elif "html" in (question.rows, question.graph):
            await self._sparql_page(scope, send, question)
        else:
            answer = await live.endpoint.ask(question, _client(scope))
            await live.endpoint.send(scope, send, question, answer)

    async def _sparql_page(self, scope: Message, send: Any, question: Question) -> None:
        """The editor with the answer below it, or with what is wrong."""
        live: Live = scope["live"]
        asked = Question(question.query, "json", "turtle", question.default_graphs, question.named_graphs)
        given: dict[str, Any] = {"query": question.query, "answer": None, "triples": None, "fault": None}
        status = 200
        try:
            answer = await live.endpoint.ask(asked, _client(scope))
            body = await _small(answer)
            given |= {"triples": body.decode()} if answer.sort == b"graph" else {"answer": json.loads(body)}
        except HttpError as fault:
            status, given["fault"] = fault.status, _placed(fault.message)
        await self._page(scope, None, send, _Found(given, status, (live.endpoint.limits(),)))

    async def _page(self, scope: Message, receive: Any, send: Any, found: _Found | None = None) -> None:  # noqa: ARG002
        """A page, made in a process of its own; `found` is what is known of it already."""
        given = found.given if found else None
        if scope["method"] not in ("GET", "HEAD") and given is None:
            raise HttpError(405, "pages are read by GET", [(b"allow", READING)])
        live: Live = scope["live"]
        asked = _asked(scope, given or {})
        seconds = _DOWNLOAD_SECONDS if asked.path.startswith("/downloads/") else 0.0
        try:
            answer = await live.pages.ask(asked.pack(), _client(scope), seconds=seconds)
        except InternalError as error:
            log.error("%s: %s", asked.path, error)  # noqa: TRY400 (the traceback is in another process)
            raise HttpError(500, "this page cannot be made: a fault of the server's own") from None
        except MovementKGError as error:
            raise as_fault(error) from None
        await _send_page(scope, send, answer, found)

    async def _health(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ARG002
        """Whether queries are answered, asked of a worker."""
        live: Live = scope["live"]
        question = Question("ASK { ?s ?p ?o }", "json", "")
        answer = await live.endpoint.ask(question, seconds=2, client="health")
        body = json.dumps({"status": "ok" if b"true" in answer.whole() else "empty", "content": live.content[:12]})
        kind = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await respond(send, 200, kind, body.encode() + b"\n", with_body=scope["method"] != "HEAD")

    async def _versions(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ARG002
        """Which data is served; nothing of the program, as that helps only those who look for its holes."""
        manifest = scope["live"].build.manifest
        told = {"data": manifest["version"], "content": manifest["content"], "triples": manifest["triples"]}
        kind = [(b"content-type", b"application/json")]
        body = json.dumps(told).encode() + b"\n"
        await respond(send, 200, kind, body, with_body=scope["method"] != "HEAD")

    async def _tell(self, scope: Message, answered: Answered, fault: HttpError) -> None:
        """A fault, as a page where a browser asks; nothing where the answer has begun."""
        if answered.status:
            return
        accept = header(scope, b"accept")
        if choose(accept, {"text": ("text/plain", "application/json"), **HTML}) == "html" and "live" not in scope:
            scope = {**scope, "live": self.live, "method": "GET"}
            with contextlib.suppress(HttpError, MovementKGError):
                given = {"status": fault.status, "message": fault.message}
                await self._page(scope, None, answered, _Found(given, fault.status, tuple(fault.headers)))
                return
        status, headers, body = fault_response(fault, accept)
        if scope["method"] not in ("GET", "HEAD"):
            headers = [*headers, (b"connection", b"close")]  # a body that nobody read may still be on its way
        await respond(answered, status, headers, body, with_body=scope["method"] != "HEAD")

    def _key(self, scope: Message) -> Any:
        """What makes two requests the same; None for one of which nothing is kept."""
        named = dict(scope["headers"])
        if (
            scope["method"] != "GET"
            or named.get(b"host") not in self._good_hosts
            or len(named) != len(scope["headers"])
        ):
            return None
        path = scope["raw_path"]
        if path.startswith((b"/static", b"/-/health")):
            return None
        zipped = accepts_gzip(named.get(b"accept-encoding", b"").decode("latin-1"))
        return path, scope["query_string"], named.get(b"accept"), named.get(b"accept-language"), zipped

    def _check_host(self, scope: Message) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            raise HttpError(400, "a request names one host")
        name = hosts[0].decode("latin-1").lower()
        bare = name.rpartition(":")[0] if name.rpartition(":")[2].isdigit() and not name.endswith("]") else name
        if bare.strip("[]") not in self.options.hosts and "*" not in self.options.allowed_hosts:
            raise HttpError(421, "this site is not known under that name; its operator can allow it (--allow-host)")
        if len(self._good_hosts) < _MOST_HOSTS:
            self._good_hosts.add(hosts[0])

    def _below_root(self, scope: Message) -> Message:
        """The request as seen from the site's root, whether a proxy takes the root's path away or not."""
        root = self.options.root
        raw = scope.get("raw_path") or scope["path"].encode()
        if b"\\" in raw or b"%00" in raw:
            raise HttpError(400, "an address has no such characters")
        if root and raw.startswith(root.encode()):
            return {**scope, "path": scope["path"][len(root) :] or "/", "raw_path": raw[len(root) :] or b"/"}
        return {**scope, "raw_path": raw}


async def _send_page(scope: Message, send: Any, answer: PoolAnswer, found: _Found | None) -> None:
    """A page with its own headers and status, unless the front found out another; with an entity tag where it is whole."""
    head = json.loads(answer.sort)
    headers: Headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head["headers"]]
    status = found.status if found else head["status"]
    headers += [*found.headers] if found else []
    if status == 200 and answer.is_whole:
        tag = b'W/"%s"' % answer.digest().encode()  # weak: the same for each encoding
        if is_known(scope, tag):
            await respond(send, 304, [(b"etag", tag)])
            return
        headers += [(b"etag", tag), (b"cache-control", b"no-cache")]
    await send_answer(scope, send, (status, headers), answer)


async def _small(answer: PoolAnswer) -> bytes:
    """The bytes of an answer that fits on a page. Raises HttpError for a longer one."""
    pieces, size = [], 0
    async for piece in answer.pieces():
        pieces.append(piece)
        size += len(piece)
        if size > PAGE_BYTES:
            answer.stop()
            raise HttpError(413, "the answer is too long for a page: download it in another format, or use LIMIT")
    return b"".join(pieces)


def _asked(scope: Message, given: Mapping[str, Any]) -> Asked:
    try:
        text = scope["query_string"].decode("utf-8")
        params = parse_qs(text, keep_blank_values=True, max_num_fields=100, encoding="utf-8", errors="strict")
        path = scope["raw_path"].decode("ascii")
    except (UnicodeDecodeError, ValueError):
        raise HttpError(400, "the address must be UTF-8, percent-encoded, with at most 100 parameters") from None
    return Asked(path, params, header(scope, b"accept"), header(scope, b"accept-language"), given)


def _placed(message: str) -> dict[str, Any]:
    """A fault with the line and the column that its message begins with."""
    words = message.replace(",", "").replace(":", "").split(maxsplit=5)
    is_placed = (
        len(words) > 3 and (words[0], words[2]) == ("line", "column") and words[1].isdigit() and words[3].isdigit()
    )
    line, column = (int(words[1]), int(words[3])) if is_placed else (None, None)
    return {"message": message, "line": line, "column": column}


def _client(scope: Message) -> str:
    """Who asks: an address, of IPv6 the network."""
    address = str((scope.get("client") or ("",))[0])
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address
