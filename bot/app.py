"""The web process: webhooks, console and health, in one Flask app."""

import os
import threading
from typing import Any

from flask import Flask, Request, Response, jsonify, redirect
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as BaseResponse

from bot import console, ready, unspooling
from bot.links import links
from bot.process import LateReader, Process, load_reader, open_process
from bot.public import PATHS, public
from bot.spool import Spool
from bot.webhook import webhook
from config import logging as house_logging
from config.settings import Settings
from models.store import WEB


class ConsoleSessions(SecureCookieSessionInterface):
    """Sessions for pages with forms: a webhook has none, and does not pay for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(("/console", *PATHS)) else None


def create_app(settings: Settings, process: Process | None = None) -> Flask:
    """The app. process: the parts to work with, where a test brings its own."""
    house_logging.configure(settings.log_level)
    if process is None:
        process = open_process(settings, reader=LateReader(load_reader), patience=WEB)
        threading.Thread(target=process.reader.warm, daemon=True).start()
    app = Flask("parley", static_folder=None)
    app.session_interface = ConsoleSessions()
    app.extensions["parley"] = process
    app.extensions["parley_spool"] = Spool(settings.parley_home / "spool")
    app.register_blueprint(webhook)
    app.register_blueprint(links)
    app.register_blueprint(public)
    console.register(app)
    _health(app, process)
    return app


def _health(app: Flask, process: Process) -> None:
    spool: Spool = app.extensions["parley_spool"]

    @app.get("/")
    def front() -> BaseResponse:
        return redirect("/console")

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        if spool.waiting or spool.n_full:
            _drain(process, spool)
        problems = ready.missing(process, spool)
        return jsonify(ready=not problems, missing=problems, impaired=ready.impaired(process)), 503 if problems else 200

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _drain(process: Process, spool: Spool) -> None:
    try:
        unspooling.drain_spool(process, spool)
    except (DBAPIError, OSError, ValueError):
        return  # still away, the disk too, or a line that cannot be read: /readyz says so at each look, without a page in the log


def _registry() -> Any:
    """All processes' counters together, where they share a folder; else this process's own."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
