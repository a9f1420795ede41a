"""Where builds stand: each is written in a folder aside, synced, and put in place at once; what is left over is cleared away."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import RequestError
from .finished import CURRENT
from .output import save


@contextlib.contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """A folder to write a build in; it is gone afterwards unless it was put in place.

    Raises RequestError where there can be none.
    """
    is_new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".writing-{os.getpid()}-", dir=out))
    except OSError as error:
        raise RequestError(f"{out}: cannot be written ({error.strerror}); name another folder with -o") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if is_new:
            with contextlib.suppress(OSError):
                out.rmdir()


def put_in_place(folder: Path, out: Path, content: str, *, keeps_last: bool) -> Path:
    """Rename the folder to its lasting name and point CURRENT to it, one process at a time; then tidy up.

    The build before stays for those who still read it, unless somebody was withdrawn: it may hold their name.
    """
    final = out / f"build-{content[:12]}-{folder.name.rpartition('-')[2]}"
    with _lock(out):
        before = _current_name(out)
        pointer = out / f".{CURRENT}-{os.getpid()}"
        try:
            save(pointer, (final.name + "\n").encode())  # first, as it may find the disk full
            folder.rename(final)
            pointer.replace(out / CURRENT)
        finally:
            pointer.unlink(missing_ok=True)
        _sync(out)
        _tidy(out, {final.name, before} if keeps_last else {final.name})
    return final


def _current_name(out: Path) -> str:
    try:
        return (out / CURRENT).read_text("utf-8").strip()
    except OSError:
        return ""


@contextlib.contextmanager
def _lock(out: Path) -> Iterator[None]:
    import fcntl

    with (out / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _tidy(out: Path, keep: set[str]) -> None:
    """Remove builds that are neither in use nor were a moment ago, and what dead processes left half written."""
    for path in out.iterdir():
        kind, _, rest = path.name.partition("-")
        is_old = kind == "build" and path.name not in keep
        is_left = kind in (".writing", f".{CURRENT}") and not _is_alive(rest.partition("-")[0])
        if is_left and path.is_file():
            path.unlink(missing_ok=True)
        elif is_old or is_left:
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
