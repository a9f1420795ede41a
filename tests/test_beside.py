"""A process does not outlive its parent, even where that has ended before it could say so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from movement_kg.engines.nursery import Nursery

TIED = "import sys; from movement_kg.beside import die_with_parent; die_with_parent(int(sys.argv[1])); print('lives')"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has prctl")


@pytest.mark.parametrize(("born_of", "code", "said"), [("parent", 0, "lives\n"), ("another", 1, "")])
def test_where_the_parent_is_gone_already_it_ends_at_once(born_of, code, said):
    parent = os.getpid() if born_of == "parent" else os.getppid()
    command = [sys.executable, "-c", TIED, str(parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (code, said)


def test_workers_end_with_the_process_that_they_were_born_of(shipped):
    with Nursery("movement_kg.engines.worker:work", str(shipped.build.store), str(1 << 28)) as nursery:
        pid, link = nursery.birth()
        parent = int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
        with link:
            time.sleep(0.5)  # by then it has tied itself
            os.kill(parent, signal.SIGKILL)
            deadline = time.monotonic() + 20
            while Path(f"/proc/{pid}").exists() and not _is_dead(pid):
                assert time.monotonic() < deadline, "it lives on"
                time.sleep(0.05)


def _is_dead(pid: int) -> bool:
    """Whether it has ended, and is only not yet taken away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
