"""Creating a message: what Twilio refuses, what it makes of the rest, and the faults on the way."""

import json
import os
import re
import secrets
import socket
import struct
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from bot.provider.faults import Fault, Faults
from bot.provider.message import ERRORS, Message, error

LONGEST_BODY = 1600
_ADDRESS = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}|(messenger|rcs):.+")


def problem(form: MultiDict[str, str]) -> int | None:
    """The error code for parameters that Twilio refuses with 400."""
    media, body = form.getlist("MediaUrl"), form.get("Body", "")
    if not form.get("To"):
        return 21604
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return 21603
    if not body and not media:
        return 21602
    if len(body) > LONGEST_BODY:
        return 21617
    if not _ADDRESS.fullmatch(form["To"]):
        return 21211
    return None


def words(code: int) -> str:
    """Twilio's sentence for a code; a plain one where the stand-in was told a code that it does not know."""
    return ERRORS.get(code, f"Refused with {code}, as the faults ask")


def message(account_sid: str, form: MultiDict[str, str]) -> tuple[Message, float]:
    """The accepted message, and the seconds until it may leave (0 unless it is scheduled)."""
    now = datetime.now(UTC)
    service, media = form.get("MessagingServiceSid", ""), form.getlist("MediaUrl")
    delay = 0.0
    if form.get("ScheduleType") == "fixed" and form.get("SendAt"):
        delay = max(0.0, (datetime.fromisoformat(form["SendAt"]) - now).total_seconds())
    made = Message(
        sid=("MM" if media else "SM") + secrets.token_hex(16),
        account_sid=account_sid,
        to=form["To"],
        sender=form.get("From", ""),
        body=form.get("Body", ""),
        direction="outbound-api",
        status="scheduled" if delay else "accepted" if service else "queued",
        created_at=now,
        service=service,
        callback=form.get("StatusCallback", ""),
        n_media=len(media),
    )
    return made, delay


def before(fault: Fault | None, faults: Faults, environ: Mapping[str, object], stopped: threading.Event) -> None:
    """What goes wrong before anything was accepted."""
    match fault:
        case Fault.TOO_MANY:
            raise _refusal(20429, 429)
        case Fault.BROKEN:
            raise _refusal(20500, 500)
        case Fault.RESET:
            cut(environ)
        case Fault.SLOW:
            stopped.wait(faults.slow_seconds)
        case _:
            return


def after(fault: Fault | None, faults: Faults, environ: Mapping[str, object], stopped: threading.Event) -> None:
    """What goes wrong once the message stands in the record."""
    match fault:
        case Fault.ACCEPT_THEN_BREAK:
            raise _refusal(20500, 500)
        case Fault.ACCEPT_THEN_HANG:
            stopped.wait(faults.hang_seconds)
            cut(environ)
        case Fault.ACCEPT_THEN_RESET:
            cut(environ)
        case _:
            return


def cut(environ: Mapping[str, object]) -> None:
    """Ends the connection with a TCP reset instead of an answer."""
    connection = environ["werkzeug.socket"]
    assert isinstance(connection, socket.socket)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())  # close() would wait for the files that the server made of it
    raise ConnectionAbortedError("cut on purpose")


def _refusal(code: int, status: int) -> HTTPException:
    return HTTPException(response=Response(json.dumps(error(code, status)), status, content_type="application/json"))
