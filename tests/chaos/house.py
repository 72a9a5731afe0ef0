"""Parley's real parts for chaos, each to be killed alone: `parley up`, its database, its Redis, and a stand-in for Twilio."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

from bot import valkey
from tests.chaos.databases import Database
from tests.chaos.machine import SmallDisk, WallClock

ACCOUNT = os.environ.get("CHAOS_ACCOUNT", "AC" + "c" * 32)
TOKEN = os.environ.get("CHAOS_TOKEN", "the token of chaos")
OURS, TICKS = "+15005550006", "+15005550007"
"""Our number, and the one from which the queued rows leave whose arrival is watched."""
PARLEY = (sys.executable, "-P", "-m", "bot.cli")
FLOWS = {
    "echo": """\
flow: echo
purpose: service
expires: 365d
triggers: [{keyword: [ECHO]}]
steps:
  first: {ask: "Say a word.", expect: any, save: word}
  again: {ask: "Heard {{ answers.word }}.", expect: any, save: word, go: again}
""",
    "offer": """\
flow: offer
purpose: marketing
late: 365d
steps:
  offer: {say: "{{ brand }}: today's offer for {{ contact.number }}. STOP to opt out."}
""",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> float:
    """Waits; how long it took. Raises TimeoutError."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


class Redis:
    """A Valkey of our own, on a socket."""

    def __init__(self, folder: Path) -> None:
        self.path, self.data = folder / "r" / "valkey.sock", folder / "valkey"
        self.url = f"unix://{quote(str(self.path))}"
        self.child: subprocess.Popen[bytes] | None = None
        self._hands = ThreadPoolExecutor(1)  # it dies with the thread that started it

    def start(self) -> None:
        self.child = self._hands.submit(valkey.start, self.path, self.data).result()
        valkey.wait(self.path, self.child)

    def close(self) -> None:
        if self.child is not None:
            self.signal(signal.SIGCONT)
            end(self.child)
        self._hands.shutdown()

    def kill(self) -> None:
        assert self.child is not None
        self.child.send_signal(signal.SIGCONT)
        self.child.kill()
        self.child.wait()

    def signal(self, number: int) -> None:
        assert self.child is not None
        self.child.send_signal(number)

    def flush(self) -> None:
        import redis

        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@dataclass
class House:
    """All parts of one run. `environ` is what every part of Parley is started with."""

    folder: Path
    database: Database
    home: Path
    disk: SmallDisk
    provider_url: str = ""
    own_provider: bool = True
    environ: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _up: "subprocess.Popen[bytes] | None" = None
    _provider: "subprocess.Popen[bytes] | None" = None
    extra: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.redis = Redis(self.folder)
        self.clock = WallClock(self.folder)
        self.log = (self.folder / "parley.log").open("ab")

    def configure(self, **more: str) -> None:
        flows = self.folder / "flows"
        flows.mkdir(exist_ok=True)
        for name, text in FLOWS.items():
            (flows / f"{name}.yaml").write_text(text)
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environ = {
            **inherited, "PARLEY_HOME": str(self.home), "PORT": str(self.port), "DATABASE_URL": self.database.url,
            "REDIS_URL": self.redis.url, "FLOWS_DIR": str(flows), "PUBLIC_URL": f"http://127.0.0.1:{self.port}", "DEMO": "off",
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": OURS, "TWILIO_API_BASE": self.provider_url,
            "SENDER_RATES": f"{OURS}=1000,{TICKS}=1000", "CAP_MARKETING_DAY": "0", "CAP_MARKETING_WEEK": "0",
            "LOG_LEVEL": "warning", **self.clock.environ, **more,
        }  # fmt: skip

    # --- the stand-in for Twilio

    def start_provider(self) -> None:
        port = free_port()
        self.provider_url = f"http://127.0.0.1:{port}"
        self.configure()
        command = [*PARLEY, "provider", "--port", str(port), "--keep", "2000000"]
        environ = {name: value for name, value in self.environ.items() if name not in self.clock.environ}
        self._provider = subprocess.Popen(command, env=environ, stdout=self.log, stderr=self.log)
        until(lambda: self.ask_provider("GET", "/provider/faults") is not None, "the stand-in for Twilio answers")

    def ask_provider(self, method: str, path: str, body: object = None, timeout: float = 30) -> object:
        """JSON of one request to our own stand-in; None where it does not answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.provider_url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.loads(answer.read() or b"null")
        except OSError:
            return None

    def misbehave(self, **faults: object) -> None:
        """What the stand-in does wrong from now on. Most callbacks are lost always: with them, look-ups would have nothing to do."""
        told = self.ask_provider("POST", "/provider/faults", {"callbacks_lost": 0.9, **faults})
        assert told is not None, "the stand-in for Twilio takes its faults"

    # --- Parley

    def run(self, *words: str, timeout: float = 60, environ: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """One command of Parley's, to its end."""
        return subprocess.run(
            [*PARLEY, *words], env={**self.environ, **(environ or {})}, capture_output=True, text=True, timeout=timeout, check=False
        )

    def popen(self, *words: str, **environ: str) -> "subprocess.Popen[bytes]":
        """One command of Parley's, begun. It is ended with the house."""
        child = subprocess.Popen(
            [*PARLEY, *words], env={**self.environ, **environ}, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL
        )
        self.extra.append(child)
        return child

    def start(self) -> None:
        self._up = self.popen("up")

    def move_to(self, home: Path, url: str) -> None:
        """From the next start on, another home and another database."""
        self.home, self.database.url = home, url
        self.configure(**self.settings)

    @property
    def up(self) -> "subprocess.Popen[bytes]":
        assert self._up is not None, "started"
        return self._up

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def parts(self, word: str = "") -> list[psutil.Process]:
        """The living processes below `parley up` whose command line holds the word; parents first."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.up.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if word in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                        found.append(child)
        return found

    def stop_up(self) -> None:
        """In order, as Ctrl-C does."""
        if self.up.poll() is None:
            self.up.send_signal(signal.SIGINT)
            try:
                self.up.wait(45)
            except subprocess.TimeoutExpired:
                self.up.kill()
                self.up.wait()

    def kill_up(self) -> None:
        """The parent of all, with -9; returns once its children are gone too."""
        children = self.parts()
        self.up.kill()
        self.up.wait()
        until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children), "no orphans", 10)

    def close(self) -> None:
        """Ends what was started here, and nothing else."""
        if self._up is not None:
            self.stop_up()
        for child in [*self.extra, *([self._provider] if self._provider else [])]:
            end(child)
        self.redis.close()
        self.log.close()


def end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def house(folder: Path, home: Path, database: Database, disk: SmallDisk, provider: str = "") -> Iterator[House]:
    """A whole Parley that is ready. provider: the address of another stand-in for Twilio; ours is started where there is none."""
    built = House(folder, database, home, disk, provider, own_provider=not provider)
    try:
        built.redis.start()
        built.settings = {} if built.own_provider else {"REPLIES": "api"}  # another one does not know of answers by TwiML
        built.configure(**built.settings)
        if built.own_provider:
            built.start_provider()
            built.misbehave()
        built.start()
        until(built.is_ready, "Parley is ready", 90)
        yield built
    finally:
        built.close()
