"""A second process for a part of a build that reads nothing but files: Python keeps one core busy, and there are more.

A process of its own and no fork: RocksDB's threads do not live on in a forked child, which then waits for them for ever.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from .errors import RequestError

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_RUN = """\
import sys
from movement_kg.beside import die_with_parent
die_with_parent(int(sys.argv[4]))
from importlib import import_module
from pathlib import Path
try:
    getattr(import_module(sys.argv[1]), sys.argv[2])(Path(sys.argv[3]))
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


class Beside:
    """One function of a module, called with a folder in a second process.

    A context manager: what still runs at its end is stopped.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, module: str, function: str, folder: Path) -> None:
        """Begin the work; Ctrl-C is not for it but for this process, which then stops it."""
        command = [sys.executable, "-c", _RUN, module, function, str(folder), str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603 (our own words)
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )

    def wait(self) -> None:
        """Wait until the work is done. Raises RequestError with its last words where it failed."""
        assert self._process is not None
        _, told = self._process.communicate()
        if self._process.returncode:
            words = told.decode(errors="replace").strip().splitlines() or ["it was ended from outside"]
            raise RequestError(f"the build cannot be written; nothing was changed ({words[-1]})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            with self._process as process:  # which waits for it and closes its pipe
                process.kill()


def die_with_parent(parent: int) -> None:
    """Let the kernel end this process when its parent is killed (prctl, PR_SET_PDEATHSIG; Linux alone has it).

    Ends it at once where the parent, whose number is given, is gone already.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
