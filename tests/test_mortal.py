"""Nothing that the tests start outlives them, not even where they are killed."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

BEGIN = {
    "a program": "from mortal import started; print(started(['sleep', '60']).pid, flush=True)",
    "a server": "from server import Server; print(Server('--build', sys.argv[1]).process.pid, flush=True)",
}


def family(pid: int) -> list[int]:
    from server import _family

    return _family(pid)


def is_there(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False


@pytest.mark.parametrize("what", BEGIN)
def test_what_the_tests_start_ends_when_they_are_killed(what, shipped):
    if not shutil.which("setpriv"):
        message = "setpriv is not installed (Debian: util-linux)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    code = f"import sys, time; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{BEGIN[what]}\ntime.sleep(60)"
    command = [sys.executable, "-c", code, str(shipped.build.folder.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        pids = family(int(run.stdout.readline()))
        assert all(map(is_there, pids))
        run.kill()
    deadline = time.monotonic() + 30
    while any(map(is_there, pids)):
        assert time.monotonic() < deadline, [pid for pid in pids if is_there(pid)]
        time.sleep(0.05)
