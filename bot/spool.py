"""Where texts wait while the database is away: each process's own fsynced file, one form a line.

A process holds the lock of its file for as long as it lives. A file whose lock is free belonged to a process that died: the
next one that looks takes it over. Drained oldest first, before the process takes a text inline or says that it is ready.
"""

import base64
import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Spooled:
    """A webhook's form that could not be stored. at: when it came."""

    at: datetime
    form: bytes


class Spool:
    """One process's spool. Threads share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._pid = 0
        self.n_full = 0  # forms that found no room since staff were last told
        self.waiting = True  # until a first look says otherwise: a process that died may have left something

    def add(self, spooled: Spooled) -> None:
        """Keeps a form, on the disk when this returns. Raises OSError where the disk is full or gone."""
        try:
            self._add(spooled)
        except OSError:
            self.n_full += 1
            self.waiting = True  # so that whoever drains next sees it
            raise

    def _add(self, spooled: Spooled) -> None:
        line = json.dumps({"at": spooled.at.isoformat(), "form": base64.b64encode(spooled.form).decode()}).encode() + b"\n"
        with self._lock:
            file = self._own()
            start = file.seek(0, os.SEEK_END)
            try:
                written = file.write(line)
                if written != len(line):
                    raise OSError(
                        errno.ENOSPC, os.strerror(errno.ENOSPC)
                    )  # a disk that fills up takes a part, and says so only by its length
                os.fsync(file.fileno())
            except OSError:
                file.truncate(start)
                raise
            self.waiting = True

    def drain(self, store: Callable[[Spooled], None]) -> int:
        """Hands every waiting form to `store`, oldest first, and forgets it once stored; how many.

        What `store` raises ends the draining: nothing is forgotten that was not stored (storing twice is harmless).
        """
        with self._lock:
            files = [file for path in self._others() if (file := _taken_over(path)) is not None]
            mine = [self._file] if self._file is not None and self._pid == os.getpid() else []
            lines = sorted((line for file in (*files, *mine) for line in _lines(file)), key=lambda spooled: spooled.at)
            for spooled in lines:
                store(spooled)
            for file in files:
                Path(file.name).unlink(missing_ok=True)
                file.close()
            for file in mine:
                file.truncate(0)
            self.waiting = False
        return len(lines)

    def close(self) -> None:
        """Lets go of the file; what still waits in it is the next process's."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _own(self) -> IO[bytes]:
        """This process's file, made at its first use (after a fork: its own)."""
        if self._file is None or self._pid != os.getpid():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._pid = os.getpid()
            # unbuffered: a line that found no room would stay in the buffer, and fail every later look at the file
            self._file = (self._folder / f"{self._pid}-{os.urandom(4).hex()}.jsonl").open("ab+", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file

    def _others(self) -> list[Path]:
        own = self._file.name if self._file is not None else ""
        return [path for path in sorted(self._folder.glob("*.jsonl")) if str(path) != str(own)]


def _taken_over(path: Path) -> IO[bytes] | None:
    """The file, locked by us now; None where its process still lives."""
    file = path.open("ab+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _lines(file: IO[bytes]) -> Iterator[Spooled]:
    """The whole lines of a file. A last line without its end was never acknowledged: its process died while writing."""
    file.seek(0)
    for line in file.read().splitlines(keepends=True):
        if line.endswith(b"\n"):
            known = json.loads(line)
            yield Spooled(datetime.fromisoformat(known["at"]), base64.b64decode(known["form"]))
