"""The stand-in's HTTP side: Twilio's routes for messages, and a few of its own under /provider."""

import binascii
import hmac
import random
import threading
from dataclasses import asdict
from types import TracebackType
from typing import Self

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.provider import creating, inbound, listing
from bot.provider.carrier import Carrier
from bot.provider.faults import FaultError, Faults, parse_faults
from bot.provider.ledger import Ledger
from bot.provider.message import API_VERSION, FINAL, Message, error
from bot.provider.posting import Poster

BASE = f"/{API_VERSION}/Accounts/<account_sid>/Messages"


class ApiError(HTTPException):
    """A refusal as Twilio words it."""

    def __init__(self, code: int, status: int, message: str = "") -> None:
        super().__init__(response=_json(error(code, status, message), status))


class KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        """A connection that was cut on purpose is over: nothing more is read from it."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the record says what was asked, and an address in a query is a phone number."""


class Provider:
    """A stand-in for Twilio with one account. As a context manager it listens; `url` is its address."""

    def __init__(self, *, account_sid: str, auth_token: str, webhook: str, port: int = 0, keep: int = 100_000) -> None:
        self.account_sid, self._token, self.webhook = account_sid, auth_token, webhook
        self.ledger = Ledger(keep)
        self.faults = Faults()
        self.luck = random.Random(0)  # noqa: S311 - faults that repeat, not secrets
        self.stopped = threading.Event()
        self._faults_lock = threading.Lock()
        self._server = make_server("127.0.0.1", port, self._app(), threaded=True, request_handler=KeepAlive)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.port}"
        self.poster = Poster(auth_token)
        self.carrier = Carrier(self.ledger, self.poster, lambda: self.faults, self.luck)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="provider", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.carrier.close()
        self.poster.close()

    def set_faults(self, faults: Faults) -> None:
        with self._faults_lock:
            self.faults = faults
            self.luck.seed(faults.seed)

    def _app(self) -> Flask:
        app = Flask("bot.provider")
        app.config["PROPAGATE_EXCEPTIONS"] = True  # so that a cut reaches the server below
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.before_request(self._authenticate)
        for rule, view, methods in (
            (f"{BASE}.json", self._create, ["POST"]),
            (f"{BASE}.json", self._list, ["GET"]),
            (f"{BASE}/<sid>.json", self._fetch, ["GET"]),
            (f"{BASE}/<sid>.json", self._update, ["POST"]),
            (f"{BASE}/<sid>.json", self._delete, ["DELETE"]),
            (f"{BASE}/<sid>/Media.json", self._media_list, ["GET"]),
            (f"{BASE}/<sid>/Media/<media_sid>", self._media, ["GET"]),
            ("/provider/inbound", self._inbound, ["POST"]),
            ("/provider/faults", self._set_faults, ["POST"]),
            ("/provider/faults", self._show_faults, ["GET"]),
            ("/provider/record", self._record, ["GET"]),
            ("/provider/record", self._clear, ["DELETE"]),
        ):
            app.add_url_rule(rule, f"{methods[0]} {rule}", view, methods=methods)
        return app

    def _authenticate(self) -> None:
        """Basic auth on Twilio's routes; ours are on loopback and need none."""
        if request.path.startswith("/provider/"):
            return
        given = request.authorization
        right = (
            given is not None
            and given.username == self.account_sid
            and hmac.compare_digest(str(given.password).encode(), self._token.encode())
        )
        if not right:
            raise ApiError(20003, 401)
        if (request.view_args or {}).get("account_sid") != self.account_sid:
            raise ApiError(20404, 404)

    def _create(self, account_sid: str) -> Response:
        with self._faults_lock:
            fault, self.faults = self.faults.draw(self.luck)
        creating.before(fault, self.faults, request.environ, self.stopped)
        refused = creating.problem(request.form) or self.faults.refusal(request.form.get("To", ""))
        if refused:
            raise ApiError(refused, 400, creating.words(refused))
        message, delay = creating.message(account_sid, request.form)
        self.ledger.add(message, self.faults.list_lag_seconds)
        shown = message.resource()  # as it was at its creation, whatever the carrier does meanwhile
        self.carrier.take(message, delay)
        creating.after(fault, self.faults, request.environ, self.stopped)
        return _json(shown, 201)

    def _list(self, account_sid: str) -> Response:
        try:
            return _json(listing.page(self.ledger, account_sid, request.args))
        except ValueError as problem:  # a date that is none
            raise ApiError(20001, 400, str(problem)) from problem

    def _found(self, sid: str) -> Message:
        message = self.ledger.get(sid)
        if message is None:
            raise ApiError(20404, 404, f"The requested resource /Messages/{sid}.json was not found")
        return message

    def _fetch(self, account_sid: str, sid: str) -> Response:
        return _json(self._found(sid).resource())

    def _update(self, account_sid: str, sid: str) -> Response:
        """Status=canceled for what has not left, Body= (empty) to redact what is over."""
        message = self._found(sid)
        with self.ledger.lock:
            if request.form.get("Status") == "canceled":
                if message.status not in ("scheduled", "accepted", "queued"):
                    raise ApiError(20009, 400)
                message.status = "canceled"
            elif request.form.get("Body") == "":
                if message.status not in FINAL:
                    raise ApiError(20009, 400)
                message.body = ""
            else:
                raise ApiError(20001, 400)
            return _json(message.resource())

    def _delete(self, account_sid: str, sid: str) -> Response:
        if self._found(sid).status not in FINAL:
            raise ApiError(20009, 409)
        self.ledger.remove(sid)
        return Response(status=204)

    def _media_list(self, account_sid: str, sid: str) -> Response:
        return _json(listing.media(self._found(sid)))

    def _media(self, account_sid: str, sid: str, media_sid: str) -> Response:
        for media in self._found(sid).media:
            if media.sid == media_sid:
                return Response(media.data, mimetype=media.content_type)
        raise ApiError(20404, 404)

    def _inbound(self) -> Response:
        """A text to us: posts it to the webhook, and sends what the answer asks for."""
        given = request.get_json(silent=True)
        try:
            text = inbound.parse(given if isinstance(given, dict) else request.form.to_dict())
        except (inbound.InboundError, binascii.Error) as problem:
            raise ApiError(20001, 400, str(problem)) from problem
        return _json(inbound.deliver(self, text))

    def _set_faults(self) -> Response:
        given = request.get_json(silent=True)
        try:
            self.set_faults(parse_faults(given if isinstance(given, dict) else {}))
        except FaultError as problem:
            raise ApiError(20001, 400, str(problem)) from problem
        return self._show_faults()

    def _show_faults(self) -> Response:
        shown = asdict(self.faults)
        return _json({**shown, "opted_out": sorted(self.faults.opted_out)})

    def _record(self) -> Response:
        """Everything that was accepted, in order, with counts that no later list can change."""
        direction = request.args.get("direction", "")
        rows = [
            {**message.resource(), "created_at": message.created_at.isoformat(), "status_callback": message.callback}
            for message in self.ledger.everything()
            if direction in ("", message.direction)
        ]
        return _json({"counts": self.ledger.counts(), "messages": rows})

    def _clear(self) -> Response:
        self.ledger.clear()
        return Response(status=204)


def _json(body: object, status: int = 200) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer
