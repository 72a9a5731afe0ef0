"""A text from a phone to us: the signed webhook, and the answer's messages."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.provider.message import API_VERSION, Media, Message
from bot.provider.twiml import Answer, TwimlError, answers
from flows.segments import segments

if TYPE_CHECKING:
    from bot.provider.app import Provider


class InboundError(ValueError):
    """What was given is no text that a phone could send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as POST /provider/inbound takes it. sid: of an earlier one, to offer that again. extra: more fields of the form."""

    sender: str
    to: str
    body: str = ""
    media: tuple[Media, ...] = ()
    sid: str = ""
    extra: tuple[tuple[str, str], ...] = ()


def parse(given: Mapping[str, object]) -> Text:
    """A Text from `{"from", "to", "body", "media": [{"content_type", "base64"}], "sid", "extra": {...}}`. Raises InboundError."""
    if not given.get("from") or not given.get("to"):
        raise InboundError("`from` and `to` are needed")
    media, extra = given.get("media", []), given.get("extra", {})
    if not isinstance(media, list) or not isinstance(extra, dict):
        raise InboundError("`media` is a list, `extra` an object")
    return Text(
        sender=str(given["from"]),
        to=str(given["to"]),
        body=str(given.get("body", "")),
        media=tuple(_media(item) for item in media),
        sid=str(given.get("sid", "")),
        extra=tuple((str(name), str(value)) for name, value in extra.items()),
    )


def _media(item: object) -> Media:
    if not isinstance(item, dict) or "base64" not in item:
        raise InboundError('a picture is {"content_type": ..., "base64": ...}')
    return Media(
        "ME" + secrets.token_hex(16), str(item.get("content_type", "image/jpeg")), base64.b64decode(str(item["base64"]), validate=True)
    )


def deliver(provider: "Provider", text: Text) -> dict[str, object]:
    """Keeps the text, posts it once, and says what came back: status (0: no answer), seconds, the replies as resources."""
    message = (provider.ledger.get(text.sid) if text.sid else None) or _kept(provider, text)
    posted = provider.poster.post(provider.webhook, form(provider, message, text.extra))
    if provider.luck.random() < provider.faults.answers_lost:
        provider.ledger.count("answers lost")
        posted = replace(posted, status=0, text="")
    wrong, replies = "", []
    if posted.status == 200:
        try:
            replies = [_reply(provider, message, answer) for answer in answers(posted.text, provider.webhook)]
        except TwimlError as error:
            wrong = str(error)
    provider.ledger.count("webhooks answered" if posted.status == 200 and not wrong else "webhooks failed")
    return {"sid": message.sid, "status": posted.status, "seconds": round(posted.seconds, 4), "wrong": wrong, "replies": replies}


def _kept(provider: "Provider", text: Text) -> Message:
    now = datetime.now(UTC)
    message = Message(
        sid=text.sid or ("MM" if text.media else "SM") + secrets.token_hex(16),
        account_sid=provider.account_sid,
        to=text.to,
        sender=text.sender,
        body=text.body,
        direction="inbound",
        status="received",
        created_at=now,
        sent_at=now,
        media=list(text.media),
        n_media=len(text.media),
    )
    provider.ledger.add(message, provider.faults.list_lag_seconds)
    return message


def form(provider: "Provider", message: Message, extra: tuple[tuple[str, str], ...] = ()) -> list[tuple[str, str]]:
    """The fields of the webhook, geography blank as it often is."""
    places = [(f"{side}{part}", "") for side in ("From", "To") for part in ("City", "State", "Zip", "Country")]
    fields = [
        ("AccountSid", message.account_sid),
        ("ApiVersion", API_VERSION),
        ("Body", message.body),
        ("From", message.sender),
        ("MessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        ("NumSegments", str(segments(message.body).segments)),
        ("SmsMessageSid", message.sid),
        ("SmsSid", message.sid),
        ("SmsStatus", "received"),
        ("To", message.to),
        *places,
    ]
    folder = provider.url + message.uri().removesuffix(".json")
    for n, media in enumerate(message.media):
        fields += [(f"MediaUrl{n}", f"{folder}/Media/{media.sid}"), (f"MediaContentType{n}", media.content_type)]
    return fields + list(extra)


def _reply(provider: "Provider", heard: Message, answer: Answer) -> dict[str, object]:
    """A <Message> of the answer becomes an outbound-reply, from the number that was texted unless it names another."""
    message = Message(
        sid=("MM" if answer.media else "SM") + secrets.token_hex(16),
        account_sid=provider.account_sid,
        to=answer.to or heard.sender,
        sender=answer.sender or heard.to,
        body=answer.body,
        direction="outbound-reply",
        status="queued",
        created_at=datetime.now(UTC),
        callback=answer.callback,
        n_media=len(answer.media),
    )
    provider.ledger.add(message, provider.faults.list_lag_seconds)
    shown = message.resource()
    provider.carrier.take(message)
    return shown
