"""`parley up` with its real parts: ready, alone on its home, mending what dies, and leaving nothing behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from bot import leash
from config.settings import load_settings

PARLEY = [sys.executable, "-P", "-m", "bot.cli"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], what: str, seconds: float = 40) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, f"not within {seconds} s: {what}"
        time.sleep(0.05)


class Up:
    """One `parley up` of a home of its own, and what it prints."""

    def __init__(self, home: Path, *before: str, **environ: str) -> None:
        self.home, self.port = home, int(environ.get("PORT", free_port()))
        ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environ = {**ours, "PARLEY_HOME": str(home), "PORT": str(self.port), **environ}
        self.log = home.with_suffix(".log")
        self.out = self.log.open("ab")
        self.process = subprocess.Popen(
            [*before, *PARLEY, "up", *(["--with-parent"] if before else [])], env=self.environ, stdout=self.out, stderr=self.out
        )

    def text(self) -> str:
        return self.log.read_text("utf-8")

    def ready(self) -> bool:
        assert self.process.poll() is None, self.text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False

    def parts(self, word: str = "") -> list[psutil.Process]:
        """Every process below it that runs, or those whose command line holds the word."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if word in " ".join(child.cmdline()) and alive(child):
                        found.append(child)
        return found

    def complete(self) -> bool:
        return all(self.parts(word) for word in ("valkey-server", "bot.cli web", "bot.cli worker", "bot.cli clock"))

    def end(self) -> None:
        left = self.parts()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()
        for child in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def run_up(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*PARLEY, "up"], env=environ, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def up(home: Path) -> Iterator[Up]:
    started = Up(home)
    try:
        until(lambda: started.ready() and started.complete(), "ready with all parts")
        until(lambda: "Parley is ready" in started.text(), "the line that says so")
        yield started
    finally:
        started.end()


def test_it_says_where_things_are_and_ctrl_c_ends_every_process(up: Up) -> None:
    assert f"Console: http://127.0.0.1:{up.port}/console\n" in up.text()
    assert f"Simulator: http://127.0.0.1:{up.port}/console/simulator\n" in up.text()
    assert "one-time password " in up.text()
    parts = up.parts()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert [part for part in parts if alive(part)] == []
    assert "Traceback" not in up.text()


def test_kill_9_of_the_parent_leaves_no_orphan(up: Up) -> None:
    parts = up.parts()
    assert len(parts) >= 5, "valkey, web with a worker process of its own, worker, clock"
    up.process.kill()
    up.process.wait()
    until(lambda: not any(alive(part) for part in parts), "all gone", 3)


def test_kill_9_of_make_stops_what_it_started(home: Path) -> None:
    make = Up(home, sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])")
    try:
        until(lambda: make.ready() and make.complete(), "ready with all parts")
        parts = make.parts()
        make.process.kill()
        make.process.wait()
        until(lambda: not any(alive(part) for part in parts), "all stopped", 25)
        assert make.text().rstrip().endswith("Stopping ..."), "in order, not killed"
    finally:
        make.end()


def test_a_second_one_on_the_same_home_refuses(up: Up) -> None:
    second = run_up({**up.environ, "PORT": str(free_port())})
    assert second.returncode == 1
    assert f"Another `parley up` (process {up.process.pid}) runs on {up.home}." in second.stderr
    assert up.ready(), "the first one is not disturbed"


def test_what_dies_is_started_again(up: Up) -> None:
    for word in ("valkey-server", "bot.cli web", "bot.cli worker", "bot.cli clock"):
        killed = up.parts(word)
        for process in killed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        pids = {process.pid for process in killed}
        until(lambda pids=pids, word=word: bool({p.pid for p in up.parts(word)} - pids), f"{word} again")  # type: ignore[misc]
    until(lambda: up.ready() and up.complete(), "whole again")
    assert up.text().count("starting it again") == 4, up.text()


def test_started_again_it_keeps_what_it_had(home: Path) -> None:
    settings = load_settings({"PARLEY_HOME": str(home)})
    seen = []
    for n in range(2):
        run = Up(home)
        try:
            until(lambda run=run: run.ready(), "ready")  # type: ignore[misc]
            until(lambda run=run, n=n: run.text().count("Parley is ready") == n + 1, "the line that says so")  # type: ignore[misc]
            with redis.Redis.from_url(settings.redis_url) as client:
                seen.append(client.incr("kept"))
        finally:
            run.end()
    assert seen == [1, 2], "the append-only file was read back"
    assert run.text().count("one-time password") == 1, "the first admin is made once"


def test_a_taken_port_is_one_clear_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [*PARLEY, "up"],
            env={**os.environ, "PARLEY_HOME": str(home), "PORT": port},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert f"Port {port} of 127.0.0.1 cannot be had" in run.stderr


def test_wrong_settings_are_listed_and_nothing_starts(home: Path) -> None:
    run = run_up({**os.environ, "PARLEY_HOME": str(home), "PORT": "eighty", "REPLIES": "fax"})
    assert run.returncode == 2
    assert 'PORT: got "eighty", wants a port from 1 to 65535.' in run.stderr
    assert 'REPLIES: got "fax", wants twiml or api.' in run.stderr
    assert not home.exists()


def test_a_child_whose_parent_died_before_the_kernel_was_asked_does_nothing(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    read_end, write_end = os.pipe()
    script = [sys.executable, "-I", "-S", leash.__file__, str(gone.pid), str(read_end), "touch", str(tmp_path / "ran")]
    ended = subprocess.run(script, pass_fds=[read_end], timeout=10, check=False)
    os.close(read_end)
    os.close(write_end)
    assert (ended.returncode, (tmp_path / "ran").exists()) == ((1, False) if leash.KERNEL_WATCHES else (0, True))


def test_where_the_kernel_does_not_watch_a_pipe_does() -> None:
    read_end, write_end = os.pipe()
    code = "import sys; from bot import leash; sys.exit(leash.watch(int(sys.argv[1]), sys.argv[2:]))"
    watcher = subprocess.Popen(
        [sys.executable, "-c", code, str(read_end), "sleep", "60"], pass_fds=[read_end], cwd=Path(__file__).parents[2]
    )
    os.close(read_end)
    until(lambda: bool(psutil.Process(watcher.pid).children()), "the command runs")
    (sleeping,) = psutil.Process(watcher.pid).children()
    os.close(write_end)  # what happens when the parent is killed
    assert watcher.wait(10) == 128 + signal.SIGKILL
    assert not alive(sleeping)
