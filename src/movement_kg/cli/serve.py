"""`movement-kg serve`."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from .. import assets
from ..engines.pool import Lanes
from ..errors import RequestError
from ..finished import current
from . import options

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(short_help="Open the site and the endpoint.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen on.")
@click.option(
    "--port", default=8020, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
@click.option(
    "--base-url", default="", metavar="URL", help="The address that visitors know, such as https://example.org/kg."
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name the site is known by; * for any."
)
@click.option(
    "--proxy", "proxies", default="", metavar="ADDRESSES", help="Trust these proxies to say who asks (X-Forwarded-For)."
)
@options.sources_option
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    metavar="SECONDS",
    help="Stop a query then.",
)
@click.option(
    "--max-rows", default=100_000, show_default=True, type=click.IntRange(1), help="Rows of an answer at most."
)
@click.option(
    "--max-bytes", default=50_000_000, show_default=True, type=click.IntRange(1000), help="Bytes of an answer at most."
)
@click.option(
    "--max-query",
    default=100_000,
    show_default=True,
    type=click.IntRange(100, 100_000),
    help="Characters of a query at most.",
)
@click.option(
    "--memory", default=512, show_default=True, type=click.IntRange(16), metavar="MB", help="What one query may take."
)
@click.option(
    "--workers", default=32, show_default=True, type=click.IntRange(2, 512), help="Queries that run at once at most."
)
@click.option(
    "--per-client", default=20, show_default=True, type=click.IntRange(1), help="Long queries of one client at once."
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="Let SERVICE in a query ask this endpoint (repeatable; by default none).",
)
@click.option(
    "--as-it-is", is_flag=True, help="Serve the build that is there, and build nothing: for copies of a build."
)
@click.option("--log-requests", is_flag=True, help="Log method, path, status and time; no addresses, no parameters.")
@click.option("--log-queries", is_flag=True, help="Log what is asked, too.")
@click.option("--open", "opens", is_flag=True, help="Open the site in a browser.")
@click.option(
    "--get", "path", metavar="PATH", help="Print one page or answer, such as /org/inpud.ttl, and serve nothing."
)
@click.option("--accept", default="", metavar="TYPE", help="With --get: the media type wanted.")
@click.option(
    "--refresh",
    "minutes",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 525_600),
    metavar="MINUTES",
    help="With --endpoint: read its graph again after so many minutes, 0 for at SIGHUP only.",
)
@options.graph_options
def serve(path: str | None, accept: str, **given: Any) -> None:
    """Open the site and the SPARQL endpoint, on this machine only unless told otherwise.

    Builds first where anything changed, unless --as-it-is. Prints the address once it answers; ends at Ctrl-C or SIGTERM,
    when the requests under way are answered. A new build below the same folder is taken on within seconds, or at once at
    SIGHUP, and no request is dropped. Each query runs in a process that can be stopped; no query can reach the network or a
    file.

    With --endpoint, the whole graph of that server (or those servers) is copied first, into the folder of --build or one that
    goes with the server, and the copy is served: no visitor's question reaches them. It is read again every hour (--refresh),
    or at SIGHUP; where that fails, the copy of before goes on.

    \b
    Examples:
      movement-kg serve
      movement-kg serve --port 0 --sources ../texts
      movement-kg serve --host 0.0.0.0 --base-url https://example.org/kg --proxy 127.0.0.1
      movement-kg serve --build copy-of-a-build --as-it-is
      movement-kg serve --get '/queries/first-groups.csv'
      movement-kg serve --endpoint https://example.org/sparql --build a-copy
    """
    settings = _settings(**given)
    with _built(**given) as (out, build):
        if path is not None:
            _get(build, out, settings, (path, accept))
        else:
            _serve(build, out, settings, given)


def _serve(build: Callable[[], object], out: Path, settings: Any, given: dict[str, Any]) -> None:
    from ..web import server

    _log(requests=given["log_requests"] or given["log_queries"])
    with server.bound(given["host"], given["port"]) as listen:
        build()
        here = f"http://{_shown(given['host'])}:{listen.getsockname()[1]}"
        address = settings.base_url or here
        if address != here:
            options.say(f"listening on {here}/")
        known = replace(settings, base_url=address)
        running = server.Running(
            lambda: _ready(address + "/", opens=given["opens"]),
            given["proxies"],
            is_copy=bool(given["endpoints"]),
            minutes=given["minutes"],
        )
        server.serve(out, known, listen, running)


@contextlib.contextmanager
def _built(
    endpoints: tuple[str, ...], graph_iri: str, folder: Path | None, data: Path | None, *, as_it_is: bool, **_: Any
) -> Iterator[tuple[Path, Callable[[], object]]]:
    """The folder of the build to serve, and what makes it; a copy of another server goes at the end, unless it has a folder."""
    if not endpoints:
        options.no_graph(graph_iri)
        out = folder or assets.default_build()
        yield out, lambda: current(out) if as_it_is else options.fresh_build(folder, data)
        return
    if data or as_it_is:
        raise RequestError(
            "--endpoint copies the graph of a server: --data and --as-it-is are for a build of one's own"
        )
    from ..copied import copy
    from ..engines.federation import engine_for

    engine = engine_for(options.known_endpoints(endpoints, graph_iri))
    signal.signal(
        signal.SIGTERM, lambda number, _: sys.exit(128 + number)
    )  # which else ends it before it has tidied up
    with _folder(folder) as out:
        yield out, lambda: copy(engine, out)


@contextlib.contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    """The folder, or one that is gone afterwards."""
    if folder:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="movement-kg-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def _settings(
    host: str,
    base_url: str,
    hosts: tuple[str, ...],
    sources: Path | None,
    timeout: float,
    max_rows: int,
    max_bytes: int,
    max_query: int,
    memory: int,
    workers: int,
    per_client: int,
    log_queries: bool,
    services: tuple[str, ...],
    **_: Any,
) -> Any:
    from ..web.options import PAGE_LANES, Options

    parts = urlsplit(base_url)
    if base_url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        raise RequestError(f"--base-url must be such as https://example.org/kg (got {base_url!r})")
    if host not in _LOOPBACK and not base_url and not hosts:
        raise RequestError("say under which name others reach the site: --base-url URL or --allow-host NAME")
    if sources is not None and not sources.is_dir():
        raise RequestError(f"{sources}: no such folder; --sources names the folder that holds the texts")
    lanes = Lanes(seconds=timeout, most=workers, long=max(1, workers * 3 // 4), long_of_client=per_client)
    return Options(
        base_url=base_url.rstrip("/"),
        allowed_hosts=tuple(name.lower() for name in hosts),
        sources=sources,
        max_rows=max_rows,
        max_bytes=max_bytes,
        max_query=max_query,
        max_body=max(256 << 10, 4 * max_query),
        memory=memory << 20,
        log_queries=log_queries,
        services=options.allowed(services),
        lanes=lanes,
        page_lanes=replace(PAGE_LANES, seconds=timeout),
    )


def _get(build: Callable[[], Any], out: Path, settings: Any, wanted: tuple[str, str]) -> None:
    from ..web.inprocess import get

    path, accept = wanted
    if not path.startswith("/"):
        raise RequestError(f"--get takes a path that begins with / (got {path!r})")
    build()
    status, body = get(out, settings, path, accept)
    options.emit([body], None)
    if status >= 300:
        options.say(f"movement-kg: {path}: answered with the status {status}")
        raise click.exceptions.Exit(2)


def _ready(address: str, *, opens: bool) -> None:
    click.echo(address)
    sys.stdout.flush()
    if opens:
        import webbrowser

        webbrowser.open(address)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _log(*, requests: bool) -> None:
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("movement_kg.web").setLevel(logging.INFO if requests else logging.WARNING)
