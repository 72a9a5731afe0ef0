"""The web server: gunicorn with threads, set up by our settings instead of its own files and flags."""

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import Application
from gunicorn.glogging import Logger
from gunicorn.util import import_app

from bot import leash
from config.settings import Settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.config import Config
    from gunicorn.workers.base import Worker

ROOT = Path(__file__).resolve().parent.parent
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where gunicorn's heartbeat files cause no disk writes


class HouseLogger(Logger):
    """gunicorn's events through the house's logging, in its format and without its own handlers."""

    def setup(self, cfg: "Config") -> None:
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO if logging.getLogger().level <= logging.DEBUG else logging.WARNING)


class WebServer(Application):
    """`wsgi:app` under gunicorn's threaded worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Ours instead of gunicorn's command line, configuration file and GUNICORN_CMD_ARGS."""
        settings = self.settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "worker_class": "gthread",
            "workers": settings.web_processes,
            "threads": settings.web_threads,
            "timeout": 60,
            "graceful_timeout": 8,
            "keepalive": 30,
            "pythonpath": str(ROOT),
            "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
            "control_socket_disable": True,
            "logger_class": HouseLogger,
            "when_ready": imported,
            "post_fork": self.forked,
            "child_exit": forget_counters,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return import_app("wsgi:app")

    def forked(self, _arbiter: "Arbiter", worker: "Worker") -> None:
        """In the new process, before it loads the app: die with the arbiter, then see to it that the database is migrated."""
        if leash.KERNEL_WATCHES:
            leash.die_with(worker.ppid)
        self.migrate()

    def migrate(self) -> None:
        """A web process starts without its database too: it spools texts, and `/readyz` says what is missing."""
        import structlog
        from sqlalchemy.exc import OperationalError

        from bot import schema

        try:
            schema.ensure(self.settings)
        except (OperationalError, schema.UnreachableError) as error:
            structlog.get_logger().warning("database away, serving without it", error=type(error).__name__)


def imported(_arbiter: "Arbiter") -> None:
    """Imports what the app consists of once for all workers, while the port is open: one that is started again is there at once."""
    sys.path.insert(0, str(ROOT))
    importlib.import_module("bot.app")  # by name: what serves the app does not depend on it


def forget_counters(_arbiter: "Arbiter", worker: "Worker") -> None:
    """A worker that ended no longer counts among the living gauges of /metrics."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
