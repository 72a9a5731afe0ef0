"""The door in: Twilio's two webhooks. Checks the signature, reads the form once, and hands it to the inbox or the outbox."""

import contextlib
import re
import threading
import time
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import structlog
from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import DBAPIError

from bot import counters, inbox, reports, unspooling
from bot.inbound import Inbound, from_form, texts_of
from bot.process import LateReader, Process
from bot.signature import Pairs, is_signed, pairs_of
from bot.spool import Spool, Spooled
from nlp.types import NOTHING_EXPECTED, Command

log = structlog.get_logger(__name__)
webhook = Blueprint("webhook", __name__, url_prefix="/webhooks/twilio")

XML = '<?xml version="1.0" encoding="UTF-8"?>'
EMPTY = f"{XML}<Response/>"
MOST_BYTES = 64 * 1024
"""A text's form is below 10 KiB; what is larger is no webhook of Twilio's."""
DRAIN_EVERY_S = 1.0
READER_S = 1.0
"""So long a text waits for the reader of a process that has just started."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold, however they are written."""
_CODE = re.compile("[0-9]{1,9}")


@webhook.post("/sms")
def sms() -> Response:
    """A text came in: the answer carries the turn's messages."""
    with counters.TURN_SECONDS.time():
        return _take()


def _take() -> Response:
    began = time.monotonic()
    process, spool = _process(), _spool()
    body = request.get_data(cache=False)
    pairs = _signed(process, body)
    if pairs is None:
        return _forbidden("sms")
    inbound = from_form(pairs, body)
    if inbound is None:
        log.warning("malformed webhook", route="sms")
        return Response("MessageSid, From and To are missing.\n", 400, mimetype="text/plain")
    if spool.away:
        return _spooled(process, spool, inbound)
    try:
        if spool.waiting and not _drained(process, spool):
            return Response(status=503)
        if spool.waiting:  # another thread is storing what came before this one
            return _spooled(process, spool, inbound)
        unread = not _can_read(process)
        answer = inbox.receive(
            process, inbound, lambda: unread or time.monotonic() - began > inbox.INLINE_S, twiml=_answers_inline(process)
        )
    except DBAPIError as error:
        log.error("database away", error=type(error.orig).__name__)
        spool.found_away(time.monotonic() - began)
        return _spooled(process, spool, inbound)
    counters.TEXTS.labels("stored" if answer.stored else "answered" if answer.messages else "silent").inc()
    return _twiml(process, answer.messages)


@webhook.post("/status")
def status() -> Response:
    """A report on a message of ours: the address names the row, so that the sid is learned from whichever comes first."""
    process = _process()
    body = request.get_data(cache=False)
    pairs = _signed(process, body)
    if pairs is None:
        return _forbidden("status")
    form = texts_of(pairs)
    sid, reported = form.get("MessageSid") or form.get("SmsSid", ""), form.get("MessageStatus") or form.get("SmsStatus", "")
    code = form.get("ErrorCode", "")
    if not sid or not reported:
        return Response("MessageSid and MessageStatus are missing.\n", 400, mimetype="text/plain")
    if _spool().away:
        return Response(status=503)
    began = time.monotonic()
    try:
        known = reports.report(process, request.args.get("message"), sid, reported, int(code) if _CODE.fullmatch(code) else None)
    except DBAPIError as error:  # a report that is lost is looked up
        log.error("database away", error=type(error.orig).__name__)
        _spool().found_away(time.monotonic() - began)
        return Response(status=503)
    counters.REPORTS.labels(reported.lower() if known else "unknown").inc()
    return Response(status=204)


# --- what came --------------------------------------------------------------------------------------------------------


def _signed(process: Process, body: bytes) -> Pairs | None:
    """The form's pairs, if the signature holds over the configured address and the raw path; never over the Host header."""
    if len(body) > MOST_BYTES:
        return None
    environ = request.environ
    path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path.removesuffix("?")
    url = process.settings.public_url + path
    pairs = pairs_of(body)
    signature = request.headers.get("X-Twilio-Signature", "")
    return pairs if is_signed(process.settings.auth_token, signature, url, body, pairs) else None


def _forbidden(route: str) -> Response:
    counters.FORGED.labels(route).inc()
    log.warning("bad signature", route=route)
    return Response("The signature does not fit. Check PUBLIC_URL and TWILIO_AUTH_TOKEN.\n", 403, mimetype="text/plain")


# --- what is answered -------------------------------------------------------------------------------------------------


def _answers_inline(process: Process) -> bool:
    return process.settings.replies.value == "twiml"


def _twiml(process: Process, messages: tuple[Mapping[str, Any], ...]) -> Response:
    if not messages:
        return Response(EMPTY, mimetype="text/xml")
    inside = "".join(_message(process, row) for row in messages)
    return Response(f"{XML}<Response>{inside}</Response>", mimetype="text/xml")


def _message(process: Process, row: Mapping[str, Any]) -> str:
    callback = quoteattr(f"{process.callback_url}?message={row['key']}")
    media = "".join(f"<Media>{_xml(str(picture['url']))}</Media>" for picture in row["media"])
    return f"<Message statusCallback={callback}><Body>{_xml(row['body'])}</Body>{media}</Message>"


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _can_read(process: Process) -> bool:
    """Whether this process can read a text by now. One that has just started stores it, for a worker whose reader is there."""
    return not isinstance(process.reader, LateReader) or process.reader.wait(READER_S)


# --- while the database is away ---------------------------------------------------------------------------------------


def _drained(process: Process, spool: Spool) -> bool:
    """Whether what waits in the spool is stored now; a disk that is full or gone keeps it there, and the provider's next text waits too."""
    try:
        unspooling.drain_spool(process, spool)
    except OSError as gone:
        log.error("spool cannot be read", error=gone.strerror)
        return False
    return True


def _spooled(process: Process, spool: Spool, inbound: Inbound) -> Response:
    """Keeps the form on the disk and answers empty; 503 where even that fails, so that the provider tries again."""
    try:
        spool.add(Spooled(process.now(), inbound.raw))
    except OSError as full:
        log.error("spool failed", error=full.strerror)
        return Response(status=503)
    _drain_later(spool)
    if process.reader.read(inbound.text, NOTHING_EXPECTED).command in (Command.STOP, Command.MAYBE_STOP):
        process.bell.mirror_out(inbound.phone)
    counters.TEXTS.labels("spooled").inc()
    return Response(EMPTY, mimetype="text/xml")


def _drain_later(spool: Spool) -> None:
    """What waits is stored as soon as the database is back, and not only when the next text comes."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # flask's own way to hand it to a thread

    def drain() -> None:
        while not spool.closed:
            time.sleep(DRAIN_EVERY_S)
            with contextlib.suppress(DBAPIError, OSError, ValueError):  # still away: said at each text, and by /readyz
                unspooling.drain_spool(app.extensions["parley"], spool)
            if not spool.waiting:
                app.extensions.pop("parley_drainer", None)
                break
        if spool.waiting and not spool.closed:  # kept just now, by somebody who still saw this thread
            drain_later()

    def drain_later() -> None:
        drainer = threading.Thread(target=drain, daemon=True, name="spool")
        if app.extensions.setdefault("parley_drainer", drainer) is drainer:
            drainer.start()

    drain_later()


def _process() -> Process:
    process: Process = current_app.extensions["parley"]
    return process


def _spool() -> Spool:
    spool: Spool = current_app.extensions["parley_spool"]
    return spool
