"""Processes that end with the test run, however it ends: the kernel sees to it (prctl, PR_SET_PDEATHSIG; Linux alone has it)."""

import shutil
import subprocess

_SETPRIV = shutil.which("setpriv")
#: What stands before a command whose process is to be killed with its parent; nothing where util-linux is missing.
WITH_US = (_SETPRIV, "--pdeathsig", "KILL") if _SETPRIV else ()


def started(command, **options) -> subprocess.Popen:
    """The process of a command that does not outlive this one; its id is the command's own."""
    return subprocess.Popen([*WITH_US, *command], **options)
