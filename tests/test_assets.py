"""The project's files are found in a checkout and in a wheel that runs from anywhere."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from movement_kg import assets


def test_a_checkout_finds_its_own_folders():
    assert assets.in_checkout()
    assert (assets.data() / "csv-metadata.json").is_file()
    assert (assets.ontology() / "movement.ttl").is_file()
    assert list(assets.queries().glob("*.rq"))
    assert assets.default_build() == assets.home() / "build"


def test_a_wheel_carries_its_files_and_builds_into_the_users_cache(tmp_path):
    """The wheel is made offline by hatchling itself, put beside what is installed, and run from another folder."""
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=assets.home(),
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join([str(site), *libraries]),
    }
    run = [str(tmp_path / "venv" / "bin" / "python"), "-m", "movement_kg", "info", "--json"]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["claims"] > 1000
    assert (tmp_path / "cache" / "movement-kg" / "build" / "CURRENT").is_file()
    assert not list(Path(site).rglob("build-*"))
