"""`parley up`: starts every part as a child, starts again what died, and stops all in order."""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from bot import leash, valkey
from config.settings import Settings

TRY_LATER = 75
"""Exit code of a part whose database is away (sysexits.h: EX_TEMPFAIL)."""

FIRST_DELAY, LONGEST_DELAY, HEALTHY_AFTER = 0.2, 30.0, 30.0
"""Seconds: before a part is started again, doubled each time up to the longest, forgotten once it has lived that long."""

FIRST_SECONDS = 15.0
"""How long a start may take before we look less often, start the rest all the same, and say what we are waiting for."""

HOPELESS = 5
"""Deaths of the web part before it was ever ready, after which we stop and say so."""


class UpError(RuntimeError):
    """Parley cannot be started here; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Login:
    """The first admin's, made at the first start. The password works once."""

    name: str
    password: str


class Voice(Protocol):
    """What the supervisor says to the person who started it."""

    def starting(self, parts: Sequence[str]) -> None: ...
    def ready(self, login: Login | None, seconds: float) -> None: ...
    def waiting(self, missing: str) -> None: ...
    def died(self, part: str, code: int, delay: float) -> None: ...
    def stopping(self) -> None: ...


@dataclass(slots=True)
class Part:
    """One child: how it is started, and how it fares."""

    name: str
    command: Sequence[str | Path]
    patience: float
    child: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)
    delay: float = FIRST_DELAY

    def died(self, now: float) -> int | None:
        """The exit code where the child has ended since we last looked; the next start is then `due` after a pause."""
        if self.child is None or (code := self.child.poll()) is None:
            return None
        self.delay = FIRST_DELAY if now - self.started > HEALTHY_AFTER else min(self.delay * 2, LONGEST_DELAY)
        self.child, self.deaths, self.due = None, self.deaths + 1, now + self.delay
        return code

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.child is not None:
            self.child.send_signal(number)

    def wait(self) -> None:
        """Waits as long as the part may take to stop in peace, then no longer."""
        if self.child is None:
            return
        try:
            self.child.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None


class Supervisor:
    """All parts of one PARLEY_HOME on one machine. It runs in the main thread and has no other."""

    def __init__(self, settings: Settings, voice: Voice, environ: dict[str, str]) -> None:
        self.settings = settings
        self.voice = voice
        self.environ = {**environ, "PROMETHEUS_MULTIPROC_DIR": str(settings.metrics_dir)}
        self.web = Part("web", parley("web"), patience=12)
        self.behind = [Part(f"worker {n}", parley("worker"), patience=12) for n in range(1, settings.workers + 1)]
        self.behind.append(Part("clock", parley("clock"), patience=5))
        self.valkey = Part("valkey", (), patience=10) if settings.embeds_valkey else None
        self.preparing = Part("prepare", parley("prepare"), patience=5)
        self.first_login: Login | None = None
        self.prepared = self.was_ready = False
        self.signals = 0

    def run(self) -> int:
        """Runs until it is told to stop. Returns the exit code. Raises UpError where it cannot start, or has to give up."""
        with claimed(self.settings.parley_home), self._told_by_signals():
            free_port(self.settings.host, self.settings.port)
            empty(self.settings.metrics_dir)
            self.voice.starting([part.name for part in self._parts()])
            began = time.monotonic()
            try:
                while not self.signals:
                    self._look(began)
                    time.sleep(0.03 if time.monotonic() - began < FIRST_SECONDS and not self.was_ready else 0.2)
            finally:
                self.voice.stopping()
                self._stop()
        return 0

    def _parts(self) -> list[Part]:
        return [*([self.valkey] if self.valkey else []), self.web, *self.behind]

    def _look(self, began: float) -> None:
        """One round: who died, who is to be started, are we ready."""
        now = time.monotonic()
        if not self.prepared:
            self._prepare(now)
        for part in [*([self.valkey] if self.valkey else []), self.web]:
            self._keep(part, now)
        for part in self._behind_now(now - began):
            self._keep(part, now)
        if not self.was_ready:
            self._ask(now - began)

    def _behind_now(self, seconds: float) -> list[Part]:
        """Until the first answer the processor is the web's; but one worker takes the place of `prepare`, as texts may wait to leave."""
        if self.was_ready or seconds > FIRST_SECONDS:
            return self.behind
        return self.behind[:1] if self.prepared else []

    def _keep(self, part: Part, now: float) -> None:
        code = part.died(now)
        if code is not None:
            self.voice.died(part.name, code, part.delay)
            if part is self.web and not self.was_ready and part.deaths >= HOPELESS:
                raise UpError("The web part does not start; its last lines above say why.")
        if part.child is None and now >= part.due:
            part.started = now
            part.child = self._start_valkey() if part is self.valkey else leash.start(part.command, self.environ)

    def _start_valkey(self) -> "subprocess.Popen[bytes]":
        from config.sockets import valkey_socket

        try:
            return valkey.start(valkey_socket(self.settings.parley_home), self.settings.parley_home / "valkey")
        except valkey.ValkeyError as error:
            raise UpError(f"{error}. Remove it, or set PARLEY_HOME to a shorter path.") from error

    def _prepare(self, now: float) -> None:
        """Migrates, publishes and loads in a child, while web is already importing; tried again for as long as the database is away."""
        part = self.preparing
        if part.child is None:
            if now >= part.due:
                part.started, part.child = now, leash.start(part.command, self.environ, stdout=subprocess.PIPE)
            return
        answer = part.child.stdout
        code = part.died(now)
        if code is None or answer is None:
            return
        with answer:
            said = answer.read()
        if code == TRY_LATER:
            self.voice.died("prepare", code, part.delay)
        elif code:
            raise UpError("Parley could not be prepared; the lines above say why.")
        else:
            login = json.loads(said)["first_login"]
            self.first_login, self.prepared = (Login(*login) if login else None), True

    def _ask(self, seconds: float) -> None:
        status, body = readiness(self.settings)
        if status == 200 and self.prepared:
            self.was_ready = True
            self.voice.ready(self.first_login, seconds)
        elif status and seconds > FIRST_SECONDS:
            self.voice.waiting(body)

    def _stop(self) -> None:
        """Web first, so that nothing new comes in; then clock and workers together; Valkey last, when nobody rings any more."""
        for group in ([self.web, self.preparing], self.behind, [self.valkey] if self.valkey else []):
            for part in group:
                part.stop()
            for part in group:
                if self.signals > 1:
                    part.stop(signal.SIGKILL)
                part.wait()

    @contextlib.contextmanager
    def _told_by_signals(self) -> Iterator[None]:
        def hear(_number: int, _frame: FrameType | None) -> None:
            self.signals += 1
            if self.signals > 1:  # a second Ctrl-C: at once
                for part in self._parts():
                    part.stop(signal.SIGKILL)

        before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        yield
        for number, handler in before.items():
            signal.signal(number, handler)


def parley(*words: str) -> list[str | Path]:
    """Our own command line in another process, with this process's Python."""
    return [sys.executable, "-P", "-m", "bot.cli", *words]  # -P: a folder named bot where we were started is not ours


@contextlib.contextmanager
def claimed(home: Path) -> Iterator[None]:
    """PARLEY_HOME, made where it is missing and ours alone meanwhile. Raises UpError where another `parley up` runs on it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / "up.lock").open("a+")
    except OSError as error:
        raise UpError(f"PARLEY_HOME ({home}) cannot be written to: {error.strerror}. Set PARLEY_HOME to a folder that can.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise UpError(
                f"Another `parley up` (process {file.read().strip()}) runs on {home}. Stop it, or set another PARLEY_HOME."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def free_port(host: str, port: int) -> None:
    """Raises UpError where somebody listens there already: gunicorn would try for five seconds and then say less."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UpError(
                f"Port {port} of {host} cannot be had: {error.strerror}. Set PORT to another, as in PORT=8001 make run."
            ) from error


def readiness(settings: Settings) -> tuple[int, str]:
    """Status and body of /readyz; status 0 where nobody answers yet."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def empty(folder: Path) -> None:
    """The folder, there and empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
