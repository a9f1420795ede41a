"""A process that says nothing: what its parent tells better, such as a crash of the engine."""

from __future__ import annotations

import os
import sys


def hush() -> None:
    """Let standard input, output and error lead nowhere."""
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()  # it keeps a standard error of its own
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
