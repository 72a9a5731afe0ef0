"""APScheduler as a ticker, and nothing else: a few fixed ticks, whose work claims rows in the database.

No job per contact and no job store: two clocks on one store ran jobs twice, and a clock that was down lost them.
"""

from collections.abc import Callable, Mapping

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger(__name__)

Tick = tuple[float, Callable[[], object]]
"""Seconds between two ticks, and what a tick does."""


class Ticker:
    """Ticks for as long as it runs. A tick that is still at work is not begun a second time; one that fails is logged and ticks again."""

    def __init__(self, ticks: Mapping[str, Tick]) -> None:
        self._scheduler = BackgroundScheduler(timezone="UTC")
        for name, (seconds, work) in ticks.items():
            self._scheduler.add_job(
                _guarded(name, work), IntervalTrigger(seconds=seconds), name=name, max_instances=1, coalesce=True, misfire_grace_time=None
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)


def _guarded(name: str, work: Callable[[], object]) -> Callable[[], None]:
    def tick() -> None:
        try:
            work()
        except Exception as error:  # the next tick looks again; what could not be done still stands in the database
            log.error("tick failed", tick=name, error=type(error).__name__, exc_info=True)

    return tick
