"""An installed copy, away from the checkout: every file that Parley needs is in it, and it publishes the flows that ship."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("analytics", "bot", "config", "flows", "models", "nlp", "scheduler")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip installs a copy of the sources into."""
    folder = tmp_path_factory.mktemp("installed")
    sources = folder / "sources"
    sources.mkdir()
    for name in (*PACKAGES, "requirements"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "wsgi.py"):
        shutil.copy(ROOT / name, sources)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--target",
        str(folder / "target"),
    ]
    subprocess.run([*command, str(sources)], check=True, capture_output=True, timeout=120)
    return folder / "target"


def test_every_file_is_there(installed: Path) -> None:
    ours = {
        path.relative_to(ROOT)
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    missing = sorted(str(path) for path in {*ours, Path("wsgi.py")} if not (installed / path).is_file())
    assert missing == []


def test_it_prepares_an_installation_with_the_four_flows(installed: Path, tmp_path: Path, sqlite_url: str) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PARLEY_HOME": str(tmp_path / "home"), "DATABASE_URL": sqlite_url}
    known = {**environ, "REDIS_URL": "redis://127.0.0.1:9/0"}
    where = [sys.executable, "-P", "-c", "import bot; print(bot.__file__)"]
    assert subprocess.run(where, env=known, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.startswith(str(installed))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bot.cli", "publish", "--format", "json"],
        env=known,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [fresh["flow"] for fresh in told["published"]] == ["appointment", "coupon-welcome", "lunch-poll", "satisfaction"]
    assert told["codes_added"] > 0
