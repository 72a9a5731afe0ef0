"""What goes wrong with the parts: each fault by its kind, with what it needs, and how it is done and undone.

A fault's function returns the instant (monotonic) from which recovery counts: the kill, or the moment at which an outage ended.
"""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.chaos.databases import Postgres
from tests.chaos.house import House, end, until
from tests.chaos.load import Load
from tests.chaos.machine import next_change


class Lane(StrEnum):
    """Faults of one lane come one after the other; those of the two lanes at once."""

    PARTS = "parts"
    WORLD = "world"


@dataclass
class Scene:
    """What a fault may touch."""

    house: House
    load: Load
    luck: random.Random
    quick: bool = False
    """Outages are short, for `make test`."""
    people: list[str] = field(default_factory=list)
    """Those who get the broadcast."""
    dst_zone: str = ""
    """Whose clocks change next while all may be texted; empty where there is none."""

    def leaving(self, n: int) -> list[str]:
        """So many of them, who are about to opt out."""
        gone, self.people = self.people[:n], self.people[n:]
        return gone

    def seconds(self, usual: float, quick: float) -> float:
        return quick if self.quick else usual


Act = Callable[[Scene], float]


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    lane: Lane
    act: Act
    needs: Callable[[Scene], str | None]
    """Why it cannot be done here; None where it can."""
    swift: bool
    """Recovery is to be within 10 s."""


FAULTS: dict[str, Fault] = {}


def nothing(_scene: Scene) -> str | None:
    return None


def fault(lane: Lane, needs: Callable[[Scene], str | None] = nothing, *, swift: bool = False) -> Callable[[Act], Act]:
    """Registers a fault under the name of its function."""

    def register(act: Act) -> Act:
        kind = act.__name__.strip("_")
        FAULTS[kind] = Fault(kind, lane, act, needs, swift)
        return act

    return register


def on_postgresql(scene: Scene) -> str | None:
    return None if isinstance(scene.house.database, Postgres) else "SQLite has no server"


# --- kill -9 ----------------------------------------------------------------------------------------------------------


@fault(Lane.PARTS, swift=True)
def kill_web(scene: Scene) -> float:
    """gunicorn's arbiter, with which its workers go, or one of the workers."""
    return _kill(scene, "bot.cli web")


@fault(Lane.PARTS, swift=True)
def kill_worker(scene: Scene) -> float:
    return _kill(scene, "bot.cli worker")


@fault(Lane.PARTS, swift=True)
def kill_clock(scene: Scene) -> float:
    return _kill(scene, "bot.cli clock")


def _kill(scene: Scene, word: str) -> float:
    until(lambda: bool(scene.house.parts(word)), f"{word} runs", 30)  # the fault before it may have killed the parent of all
    scene.luck.choice(scene.house.parts(word)).kill()
    return time.monotonic()


@fault(Lane.PARTS, swift=True)
def kill_parent(scene: Scene) -> float:
    """The parent of all; whoever runs it (systemd) starts it again."""
    scene.house.kill_up()
    at = time.monotonic()
    scene.house.start()
    return at


@fault(Lane.PARTS, swift=True)
def kill_redis(scene: Scene) -> float:
    scene.house.redis.kill()
    at = time.monotonic()
    scene.house.redis.start()
    return at


@fault(Lane.PARTS, swift=True)
def kill_redis_without_file(scene: Scene) -> float:
    """It comes back and has forgotten all."""
    import shutil

    scene.house.redis.kill()
    at = time.monotonic()
    shutil.rmtree(scene.house.redis.data)
    scene.house.redis.start()
    return at


@fault(Lane.PARTS, on_postgresql, swift=True)
def kill_postgresql(scene: Scene) -> float:
    database = scene.house.database
    assert isinstance(database, Postgres)
    database.kill()
    at = time.monotonic()
    database.start()
    return at


# --- Redis ------------------------------------------------------------------------------------------------------------


@fault(Lane.PARTS)
def redis_flushed(scene: Scene) -> float:
    scene.house.redis.flush()
    return time.monotonic()


@fault(Lane.PARTS)
def redis_slow(scene: Scene) -> float:
    """It answers in some moments, and in others not for a while."""
    ends = time.monotonic() + scene.seconds(8, 3)
    try:
        while time.monotonic() < ends:
            scene.house.redis.signal(signal.SIGSTOP)
            time.sleep(scene.luck.uniform(0.1, 0.5))
            scene.house.redis.signal(signal.SIGCONT)
            time.sleep(0.05)
    finally:
        scene.house.redis.signal(signal.SIGCONT)
    return time.monotonic()


@fault(Lane.PARTS)
def redis_gone(scene: Scene) -> float:
    """For long: nobody listens."""
    scene.house.redis.kill()
    time.sleep(scene.seconds(20, 4))
    scene.house.redis.start()
    return time.monotonic()


# --- the database -----------------------------------------------------------------------------------------------------


@fault(Lane.PARTS)
def database_locked_3s(scene: Scene) -> float:
    scene.house.database.lock(3)
    return time.monotonic()


@fault(Lane.PARTS)
def database_locked_30s(scene: Scene) -> float:
    scene.house.database.lock(30)
    return time.monotonic()


@fault(Lane.PARTS, on_postgresql)
def database_gone(scene: Scene) -> float:
    """Killed, and started again only after a while: texts are spooled meanwhile."""
    database = scene.house.database
    assert isinstance(database, Postgres)
    database.kill()
    time.sleep(scene.seconds(10, 3))
    database.start()
    return time.monotonic()


# --- more of the same -------------------------------------------------------------------------------------------------


@fault(Lane.WORLD)
def two_clocks(scene: Scene) -> float:
    second = scene.house.popen("clock")
    time.sleep(scene.seconds(12, 4))
    end(second)
    return time.monotonic()


# --- the machine ------------------------------------------------------------------------------------------------------


def on_small_disk(scene: Scene) -> str | None:
    if scene.house.disk.missing is None and scene.house.disk.folder != scene.house.home:
        return "its home has moved"
    return scene.house.disk.missing


@fault(Lane.PARTS, on_small_disk)
def disk_full(scene: Scene) -> float:
    """No room for the database, nor for the spool; PostgreSQL, which has a disk of its own, is away meanwhile."""
    house, database = scene.house, scene.house.database
    house.disk.fill()
    try:
        if isinstance(database, Postgres):
            database.kill()
        time.sleep(scene.seconds(8, 4))
    finally:
        house.disk.free()
        if isinstance(database, Postgres):
            database.start()
    return time.monotonic()


def movable(scene: Scene) -> str | None:
    return scene.house.clock.missing


@fault(Lane.PARTS, movable)
def clock_hour(scene: Scene) -> float:
    """The wall clock of all parts jumps, and stays there; the provider's does not."""
    scene.house.clock.jump(3600)
    return time.monotonic()


@fault(Lane.PARTS, movable)
def clock_day(scene: Scene) -> float:
    scene.house.clock.jump(24 * 3600)
    return time.monotonic()


def _open_then(scene: Scene) -> str | None:
    return scene.house.clock.missing or (None if scene.dst_zone else "each next change of clocks is in a quiet night")


@fault(Lane.PARTS, _open_then)
def clock_dst(scene: Scene) -> float:
    """To some seconds before the clocks are changed, and through it."""
    clock = scene.house.clock
    clock.jump(int((next_change(scene.dst_zone, clock.now()) - clock.now()).total_seconds()) - 65)
    at = time.monotonic()
    time.sleep(scene.seconds(10, 5))
    return at
