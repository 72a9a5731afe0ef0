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
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

QUICK_S, AWAY_S = 1.0, 2.0
"""A database that took longer than that to say no is not asked again for so long: each thread of ours would hang in its turn."""
OTHERS_S = 2.0


@dataclass(frozen=True, slots=True)
class Spooled:
    """A webhook's form that could not be stored. at: when it came."""

    at: datetime
    form: bytes


class Spool:
    """One process's spool. Threads share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()  # over the files; held for moments, so that a text can be kept while others are stored
        self._draining = threading.Lock()
        self._file: IO[bytes] | None = None
        self._put_by: list[IO[bytes]] = []  # ours too, locked, and being stored
        self._pid = 0
        self._away_until = 0.0
        self.n_full = 0  # forms that found no room since staff were last told
        self.waiting = True  # until a first look says otherwise: a process that died may have left something
        self.closed = False

    @property
    def away(self) -> bool:
        """Whether the database was found hanging a moment ago: who asks it now would hang too."""
        return time.monotonic() < self._away_until

    def found_away(self, waited_s: float) -> None:
        """The database did not answer, and so long was waited for it. One that refuses at once may be asked again at once."""
        if waited_s > QUICK_S:
            self._away_until = time.monotonic() + AWAY_S

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

        What `store` raises ends the draining: nothing is forgotten that was not stored (storing twice is harmless). Where another
        thread is at it, that is waited for a little; `waiting` then says how it went.
        """
        if not self._draining.acquire(timeout=OTHERS_S):
            return 0
        try:
            with self._lock:
                files = self._put_all_by()
            lines = sorted((line for file in files for line in _lines(file)), key=lambda spooled: spooled.at)
            for spooled in lines:
                store(spooled)
            with self._lock:
                for file in files:
                    Path(file.name).unlink(missing_ok=True)
                    file.close()
                self._put_by = []
                self.waiting = self._file is not None  # made meanwhile
        finally:
            self._draining.release()
        self._away_until = 0.0
        return len(lines)

    def close(self) -> None:
        """Lets go of the files; what still waits in them is the next process's."""
        with self._lock:
            self.closed = True
            for file in (*self._put_by, *([self._file] if self._file is not None else [])):
                file.close()
            self._file, self._put_by = None, []

    def _put_all_by(self) -> list[IO[bytes]]:
        """This process's file, so that what comes from now on gets a new one; those of the dead; and what was put by before."""
        if self._pid != os.getpid():  # after a fork they are the parent's
            self._file, self._put_by, self._pid = None, [], os.getpid()
        if self._file is not None:
            self._put_by.append(self._file)
            self._file = None
        self._put_by += [file for path in self._others() if (file := _taken_over(path)) is not None]
        return list(self._put_by)

    def _own(self) -> IO[bytes]:
        """This process's file, made at its first use (after a fork: its own)."""
        if self._file is None or self._pid != os.getpid():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._put_by = self._put_by if self._pid == os.getpid() else []
            self._pid = os.getpid()
            # unbuffered: a line that found no room would stay in the buffer, and fail every later look at the file
            self._file = (self._folder / f"{self._pid}-{os.urandom(4).hex()}.jsonl").open("ab+", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file

    def _others(self) -> list[Path]:
        own = {str(file.name) for file in self._put_by}
        return [path for path in sorted(self._folder.glob("*.jsonl")) if str(path) not in own]


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
