"""What chaos asks of the machine: a small disk that can be full, and a wall clock that can be moved. What is missing is said so."""

import contextlib
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SOURCE = Path(__file__).with_name("clock.c")
ROOM = 4 << 30


class SmallDisk:
    """A tmpfs of our own, whose room is taken away and given back: nothing has to be written to fill it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.missing = self._mount()

    def _mount(self) -> str | None:
        if os.geteuid() != 0 or not shutil.which("mount"):
            return "a small tmpfs needs root"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755", "chaos", str(self.folder)], capture_output=True, check=False
        )
        return None if done.returncode == 0 else "no tmpfs may be mounted here"

    def fill(self) -> None:
        found = os.statvfs(self.folder)
        self._resize((found.f_blocks - found.f_bfree) * found.f_frsize)

    def free(self) -> None:
        self._resize(ROOM)

    def _resize(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True, capture_output=True)

    def close(self) -> None:
        if self.missing is None:
            subprocess.run(["umount", "-l", str(self.folder)], check=False, capture_output=True)


class WallClock:
    """The clock of the processes that are started with `environ`. Ours, and the provider's, stay right."""

    def __init__(self, folder: Path) -> None:
        self.ahead = 0
        self._file = folder / "ahead"
        self._file.write_bytes(struct.pack("q", 0))
        library = folder / "clock.so"
        self.environ: dict[str, str] = {}
        self.missing = self._compile(library)
        if self.missing is None:
            self.environ = {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(self._file)}

    @staticmethod
    def _compile(library: Path) -> str | None:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return "no C compiler for a clock that can be moved"
        done = subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], capture_output=True, check=False)
        return None if done.returncode == 0 else "a clock that can be moved does not compile here"

    def jump(self, seconds: int) -> None:
        self.ahead += seconds
        with self._file.open("r+b") as file:  # the same file, as the processes have it mapped
            file.write(struct.pack("q", self.ahead))

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


DST_ZONES = ("America/New_York", "Australia/Sydney", "Europe/Berlin")
"""At each hour of the day, one of them changes its clocks next while people somewhere may be texted both then and now."""


def next_change(zone: str, after: datetime) -> datetime:
    """The next instant at which the clocks of a zone are changed, to the minute."""
    place = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(place).utcoffset()

    low = after
    while offset(low) == offset(low + timedelta(days=1)):
        low += timedelta(days=1)
        if low > after + timedelta(days=366):
            raise LookupError(f"the clocks of {zone} are not changed within a year")
    high = low + timedelta(days=1)
    before = offset(low)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(folder)
    try:
        yield disk
    finally:
        disk.close()
