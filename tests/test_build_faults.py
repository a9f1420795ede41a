"""A build that is killed at any moment, or runs out of disk: the build before stays whole, and the next one leaves no rest."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mortal import started
from world import World, make_world

from movement_kg.content import content, written
from movement_kg.finished import current, is_fresh
from movement_kg.knowledge_graph import KnowledgeGraph

#: Builds the world below argv[1], wholly or by its changes (argv[2]), and kills itself just before its argv[3]-th step on
#: the disk; Python itself tells of each. The copies of the tables are one step, for there are sixty of them and all alike.
BUILDER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from movement_kg.build import build
from world import World

world, moment = World(Path(sys.argv[1])), int(sys.argv[3])
steps = []

def is_step(event, arguments):
    is_written = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    is_change = event.startswith(("os.", "shutil.", "tempfile.", "subprocess.", "fcntl."))
    is_here = str(world.out) in repr(arguments) or event.startswith(("subprocess.", "fcntl."))
    return is_here and (is_written or is_change) and not ("/tables/" in repr(arguments) and steps[-1:] == ["tables"])

def watch(event, arguments):
    if is_step(event, arguments):
        if len(steps) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append("tables" if "/tables/" in repr(arguments) else event)

sys.addaudithook(watch)
build(world.recipe, world.out, anew=sys.argv[2] == "anew")
print(len(steps))
"""
WAYS = ("anew", "amended")
#: The last steps of every build, each tried: lock, rename, pointer, its rename, what is tidied.
PLACING = 9


def builder(world: World, way: str, moment: int = -1) -> subprocess.Popen:
    arguments = [str(world.root), way, str(moment), str(Path(__file__).parent)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return started([sys.executable, "-c", BUILDER, *arguments], **pipes)


def command(world: World, *limits: str) -> subprocess.Popen:
    """`movement-kg build` of the world, in a process."""
    line = [*limits, sys.executable, "-m", "movement_kg", "build", "--data", str(world.data), "-o", str(world.out)]
    return started(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def change(world: World) -> None:
    """Another year in one row: what is built next differs from what stands there."""
    text = world.read("organisations.csv")
    old, new = (",1994,", ",1993,") if ",1994," in text else (",1993,", ",1994,")
    world.write("organisations.csv", text.replace(old, new))


def names(world: World) -> set[str]:
    return {path.name for path in world.out.iterdir()}


def digests(folder: Path) -> dict[str, str]:
    """What every file below a folder holds; LOG is RocksDB's diary, written by whoever opens a store."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def check_answers(world: World) -> None:
    """The build in use is whole, and a query is answered from it."""
    made = current(world.out)
    assert written(content(made.lines("all"))) == made.manifest["content"]
    with KnowledgeGraph(made) as graph:
        assert len(graph.query("organisations").rows) == made.manifest["counts"]["things"]["org:Organization"]


def check_next_succeeds(world: World) -> None:
    """The next build is one of the tables as they are, and nothing stands beside it but the build before."""
    before = current(world.out).folder.name
    made = world.build()
    wait_for_children(world)
    assert is_fresh(current(world.out), world.recipe)
    assert current(world.out) == made
    assert names(world) == {".lock", "CURRENT", before, made.folder.name}


def wait_for_children(world: World) -> None:
    """No process of a killed build goes on with it."""
    deadline = time.monotonic() + 30
    while running := [*_at_work(world)]:
        assert time.monotonic() < deadline, f"still at work: {running}"
        time.sleep(0.02)


def _at_work(world: World):
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if bytes(world.out) in words and folder.name != str(os.getpid()):
                yield words


# Killed


@pytest.mark.parametrize("way", WAYS)
def test_build_killed_before_a_step_on_the_disk(world, way):
    world.build()
    change(world)
    told, errors = builder(world, way).communicate()
    assert not errors
    steps = int(told)
    for moment in sorted({*range(0, steps - PLACING, 6), *range(steps - PLACING, steps)}):
        assert kill(world, lambda at=moment: builder(world, way, at)) == -signal.SIGKILL


def test_command_killed_at_any_time(world):
    world.build()
    change(world)
    start = time.monotonic()
    command(world).communicate()
    whole = time.monotonic() - start
    chance = random.Random(1)
    killed = [kill(world, lambda: command(world), chance.uniform(0, whole)) for _ in range(5)]
    assert -signal.SIGKILL in killed


def kill(world: World, start: Callable[[], subprocess.Popen], seconds: float = 60) -> int:
    """Kill a build of changed tables after so many seconds, unless it kills itself; check what is there; its exit code."""
    old = current(world.out)
    before = digests(old.folder)
    change(world)
    process = start()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.communicate()
    assert process.returncode in (-signal.SIGKILL, 0)
    assert digests(old.folder) == before
    check_answers(world)
    check_next_succeeds(world)
    return process.returncode


@pytest.mark.parametrize("seconds", [0, 0.1, 0.2, 0.4])
def test_second_process_killed(world, seconds):
    old = world.build()
    before = digests(world.out)
    change(world)
    process = builder(world, "anew")
    child = first_child(process)
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, told = process.communicate()
    if process.returncode or not seconds:
        assert "RequestError: the build cannot be written; nothing was changed (it was ended from outside)" in told
        assert digests(world.out) == before
        assert current(world.out) == old
    check_answers(world)
    check_next_succeeds(world)


def first_child(process: subprocess.Popen) -> int:
    while process.poll() is None:
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
        if found:
            return int(found[0])
        time.sleep(0.001)
    raise AssertionError("there was no second process")


# No room


def test_file_that_may_not_grow(world):
    old = world.build()
    before = digests(world.out)
    change(world)
    largest = max(path.stat().st_size for path in old.folder.rglob("*") if path.is_file())
    for part in (0.01, 0.2, 0.45, 0.8):
        process = command(world, "prlimit", f"--fsize={int(largest * part)}")
        _, told = process.communicate()
        check_refused(process.returncode, told)
        assert digests(world.out) == before
    check_answers(world)
    check_next_succeeds(world)


def check_refused(code: int, told: str) -> None:
    assert code == 2, told
    assert "cannot be" in told
    assert "Traceback" not in told


@pytest.fixture
def small_world(tmp_path):
    """A world on a disk of its own, of 32 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "none", disk], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here ({mounted.stderr.decode().strip()})")
    try:
        yield make_world(disk / "world")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("way", WAYS)
def test_full_disk(small_world, way):
    """Some room is enough for everything but the last small files, so the pointer to the new build may be what fails."""
    world, fates = small_world, []
    need = size(world.build().folder)
    for part in (0, 1, 3, 5, 6, 9):
        old = current(world.out)
        before = digests(old.folder)
        change(world)
        with ballast(world.root.parent, need * part // 8):
            process = builder(world, way)
            _, told = process.communicate()
        fates.append(process.returncode)
        assert not process.returncode or (current(world.out) == old and "Error" in told)
        assert digests(old.folder) == before
        check_answers(world)
    assert fates[0]
    assert not fates[-1]
    check_next_succeeds(world)


def test_full_disk_is_told_by_the_command(small_world):
    small_world.build()
    change(small_world)
    with ballast(small_world.root.parent, 300_000):
        process = command(small_world)
        _, told = process.communicate()
    check_refused(process.returncode, told)
    check_next_succeeds(small_world)


def size(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


@contextlib.contextmanager
def ballast(disk: Path, free: int):
    """Leave so many bytes free on a disk."""
    path = disk / "ballast"
    room = os.statvfs(disk)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_bsize - free))
    try:
        yield
    finally:
        path.unlink()
