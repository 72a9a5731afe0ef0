"""One run: a house, a load, a plan of faults by the seed, the three records compared."""

import contextlib
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.store import Store
from tests.chaos import databases, records, world
from tests.chaos.faults import FAULTS, Lane, Scene
from tests.chaos.house import House, house
from tests.chaos.load import Load, zone_open
from tests.chaos.machine import DST_ZONES, next_change, small_disk
from tests.chaos.records import Verdict

assert world.POISON, "its faults are registered when it is imported"

RECOVERED_WITHIN_S = 90.0
"""Longer is not waited for: what has not recovered by then has not."""
SETTLE_S = 240.0
FLOWS_S, FLOWS_AGAIN_S = 5.0, 60.0
LOAD_S = 600.0
"""So much longer than the texts alone would take may the load go on, to make up for those that became too late."""
CAMPAIGN_S = 600.0
"""So long the campaign's people may come, who are spread over minutes: a short plan is over before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run does. kinds: of faults, each as often as it stands there."""

    database: str  # sqlite | postgresql
    seed: int
    kinds: Sequence[str]
    rate: float = 50.0
    phones: int = 400
    broadcast: int = 10_000
    quick: bool = False
    provider: str = ""
    least_messages: int = 0


@dataclass(slots=True)
class Done:
    """A fault that was done; its times by the monotonic clock. answered, left: seconds until the next new text was, or the next row had."""

    kind: str
    began: float
    healed: float
    ended: float
    answered: float | None
    left: float | None
    wrong: str = ""

    @property
    def recovery(self) -> float | None:
        """Seconds until both the next new text was answered and the next queued row had left; None where one of them never was."""
        return None if self.answered is None or self.left is None else max(self.answered, self.left)


@dataclass(slots=True)
class Outcome:
    """What came of a run. absent: kinds that could not be done, and why."""

    plan: Plan
    done: list[Done]
    absent: dict[str, str]
    verdict: Verdict
    p99_ms: float | None
    p99_redis_ms: float | None
    settled_s: float


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder whose path is short enough for sockets, and that PostgreSQL's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(plan: Plan, tell: "Tell") -> Outcome:
    """Does the plan. Raises TimeoutError where the parts do not even start."""
    with workplace() as folder:
        home = folder / "home"
        home.mkdir()
        try:
            with (
                small_disk(home) as disk,
                getattr(databases, plan.database)(folder, home) as database,
                house(folder, home, database, disk, plan.provider) as built,
            ):
                return _with(built, plan, tell)
        finally:
            if kept := tell.keep:
                shutil.copyfile(folder / "parley.log", kept / f"parley-{plan.database}-{plan.seed}.log")


class Tell:
    """Says what happens while it happens. keep: where logs are kept, if anywhere."""

    def __init__(self, *, keep: Path | None = None, quiet: bool = False) -> None:
        self.keep, self._quiet, self._began = keep, quiet, time.monotonic()

    def __call__(self, words: str) -> None:
        if not self._quiet:
            print(f"{time.monotonic() - self._began:6.1f} s  {words}", flush=True)


def _with(built: House, plan: Plan, tell: Tell) -> Outcome:
    luck = random.Random(plan.seed)
    now = datetime.now(UTC)
    zone, dst_zone = zones_for(now, plan.kinds)
    load = Load(built, plan.rate, plan.phones, zone, luck)
    scene = Scene(built, load, random.Random(plan.seed + 1), quick=plan.quick, dst_zone=dst_zone)
    load.prepare()
    tell(f"{plan.database}: {plan.phones} phones stand ready")
    load.start()
    scene.people = load.broadcast(plan.broadcast)
    tell(f"{plan.broadcast} people get an offer")
    absent = {kind: why for kind in plan.kinds if (why := FAULTS[kind].needs(scene)) is not None}
    done: list[Done] = []
    lanes = [
        threading.Thread(target=_lane, args=(scene, [k for k in plan.kinds if k not in absent and FAULTS[k].lane is lane], done, tell))
        for lane in Lane
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    store = Store(built.database.url)
    give_up = time.monotonic() + LOAD_S + plan.least_messages / plan.rate
    while records.n_exchanged(store) < plan.least_messages and time.monotonic() < give_up:
        time.sleep(2)
    load.stop()
    if built.own_provider:
        built.misbehave()
    records.wait_for_campaign(store, CAMPAIGN_S)
    settled = records.settle(store, SETTLE_S)
    tell(f"settled after {settled:.0f} s; open: {dict(records.n_open(store)) or 'nothing'}")
    rows = records.database_record(store)
    accepted = records.provider_record(built.provider_url, {row.sid for row in rows if row.sid and row.direction == "out"})
    came = {one.sid for one in accepted if one.direction == "inbound"} if built.own_provider else {one.sid for one in load.texts}
    verdict = records.compare(load.expected, accepted, rows, came)
    verdict.after_stop = records.sent_after_stop(store, load.stops())
    outside, redis = _latencies(load, done)
    outcome = Outcome(plan, done, absent, verdict, _p99(outside), _p99(redis), settled)
    store.close()
    return outcome


def zones_for(now: datetime, kinds: Sequence[str]) -> tuple[str, str]:
    """A zone where people may be texted now, and after each jump of the clock that the plan has; and the zone whose change it jumps to."""
    jumps = {"clock_hour": timedelta(hours=1, minutes=15), "clock_day": timedelta(days=1, hours=1, minutes=15)}
    moments = [now, now + timedelta(minutes=15), *(now + jumps[kind] for kind in kinds if kind in jumps)]
    for dst_zone in DST_ZONES if "clock_dst" in kinds else ():
        change = next_change(dst_zone, now)
        with contextlib.suppress(LookupError):
            return zone_open([*moments, change, change + timedelta(minutes=15)]), dst_zone
    return zone_open(moments), ""


def _lane(scene: Scene, kinds: Sequence[str], done: list[Done], tell: Tell) -> None:
    for kind in kinds:
        time.sleep(scene.luck.uniform(0.3, 1.5))
        if FAULTS[kind].swift:
            _wait_for_flow(scene)
        began = time.monotonic()
        try:
            healed = FAULTS[kind].act(scene)
        except Exception as error:  # noqa: BLE001 - a fault that could not be done is a line of the table; the others are done all the same
            done.append(Done(kind, began, began, time.monotonic(), None, None, f"{type(error).__name__}: {error}"))
            tell(f"{kind}: {done[-1].wrong}")
            continue
        one = Done(kind, began, healed, *_recovery(scene, healed))
        done.append(one)
        tell(f"{kind}: {healed - began:.1f} s; the next text was answered after {one.answered} s, the next row left after {one.left} s")


def _wait_for_flow(scene: Scene) -> None:
    """Waits until a row that is queued now leaves soon: a kill is timed by itself, and not by what an outage before it has piled up."""
    give_up = time.monotonic() + FLOWS_AGAIN_S
    while (now := time.monotonic()) < give_up:
        while (left := scene.load.left_after(now)) is None and time.monotonic() < give_up:
            time.sleep(0.1)
        if left is not None and left - now < FLOWS_S:
            return


def _recovery(scene: Scene, healed: float) -> tuple[float, float | None, float | None]:
    """When it was over, and the seconds until the next new text was answered and until the next queued row had left."""
    answered: float | None = None
    left: float | None = None
    while time.monotonic() - healed < RECOVERED_WITHIN_S and (answered is None or left is None):
        time.sleep(0.1)
        answered, left = scene.load.answered_after(healed), scene.load.left_after(healed)
    return time.monotonic(), _since(healed, answered), _since(healed, left)


def _since(healed: float, at: float | None) -> float | None:
    return None if at is None else round(at - healed, 1)


def _latencies(load: Load, done: Sequence[Done]) -> tuple[list[float], list[float]]:
    """Of webhooks outside all faults (a second more at each end), and of those while Redis was slow or gone."""
    outside, redis = [], []
    for at, seconds in load.latencies:
        hit = {one.kind for one in done if one.began - 1 < at and at - seconds < one.ended + 1}
        if not hit:
            outside.append(seconds)
        elif hit <= {"redis_slow", "redis_gone", "redis_flushed", "kill_redis", "kill_redis_without_file"}:
            redis.append(seconds)
    return outside, redis


def _p99(seconds: Sequence[float]) -> float | None:
    return round(sorted(seconds)[int(0.99 * (len(seconds) - 1))] * 1000, 1) if seconds else None
