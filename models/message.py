"""One text, in or out. Both directions in one table: it is the transcript, and its outgoing rows are the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from models.store import Id, Instant, Json, metadata


class Status(StrEnum):
    """Where a message stands. RECEIVED is the only one of a text that came in."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


_ENDS = frozenset({Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED})
_REPORTS = _ENDS | {Status.ACCEPTED, Status.SENT}
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.QUEUED: _REPORTS | {Status.SENDING, Status.REFUSED, Status.EXPIRED},
    Status.SENDING: _REPORTS | {Status.UNKNOWN, Status.QUEUED, Status.REFUSED},
    Status.UNKNOWN: _REPORTS | {Status.QUEUED},
    Status.ACCEPTED: _ENDS | {Status.SENT},
    Status.SENT: _ENDS,
}
"""What may follow what. What is not here changes nothing: a report that is late, repeated or out of order.

A queued message can be reported too: it was looked up, not found, put back, and then its report came after all. CANCELED from
SENDING on is the provider's word (it took the text back); we ourselves take back only what is queued (`outbox.cancel_unsent`)."""


def may_move(now: Status, to: Status) -> bool:
    return to in MOVES.get(now, frozenset())


def sources(to: Status) -> tuple[str, ...]:
    """The statuses from which a message may move to `to`."""
    return tuple(status.value for status, ways in MOVES.items() if to in ways)


_DOUBT = "status IN ('sending','unknown')"
_AHEAD = "status IN ('queued','sending') AND handed_over_at IS NULL"

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("conversation_id", Id, ForeignKey("conversation.id")),
    Column("direction", String(3), nullable=False),  # in | out
    Column("key", String(160), unique=True),  # outgoing: "<event>-<n>", so that a replay writes nothing twice
    Column("provider_sid", String(64), unique=True),
    Column("ours", String(64), nullable=False),  # our number (or service)
    Column("channel", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("raw", LargeBinary),  # incoming: the form as it came
    Column("media", Json, nullable=False),
    Column("status", String(12), nullable=False),
    Column("carrier", String(8)),  # twiml | api | paper
    Column("attempt", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("lane", String(80), nullable=False, server_default="0"),  # models/queue.py; what is read by lanes is read in order
    Column("not_before", Instant),  # of what is queued: always there
    Column("expires_at", Instant),
    Column("not_after", Instant),  # what it is about is over then: expires_at may move, but never beyond
    Column("urgency", String(10), nullable=False),  # reply | person | service | marketing | notice
    Column("author", String(8), nullable=False),  # contact | flow | staff | parley
    Column("staff_id", Id, ForeignKey("staff.id")),
    Column("flow", String(80)),
    Column("revision", Integer),
    Column("step", String(80)),
    Column("steps", Json, nullable=False),
    Column("asks", Boolean, nullable=False),  # it holds the question of `step`
    Column("answers_to", String(80)),  # the provider's sid of the text that this answers
    Column("reading", Json),  # incoming: what was read in it, and who heard it
    Column("segments", Integer),
    Column("error_code", Integer),
    Column("reason", Text),
    Column("rules", String(40)),  # the row and version of the windows by which the gate held or stopped it
    Column("test", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("tried_at", Instant),
    Column("handed_over_at", Instant),
    Column("delivered_at", Instant),
    Column("campaign_id", Id),  # the campaign whose first text, or later step, it is
    Index("message_of_contact", "contact_id", "id"),
    Index("message_queue", "lane", "not_before", "id", sqlite_where=text("status = 'queued'"), postgresql_where=text("status = 'queued'")),
    Index("message_doubt", "lease_until", sqlite_where=text(_DOUBT), postgresql_where=text(_DOUBT)),
    Index("message_ahead", "contact_id", "id", sqlite_where=text(_AHEAD), postgresql_where=text(_AHEAD)),
    Index(
        "message_of_campaign",
        "campaign_id",
        "status",
        sqlite_where=text("campaign_id IS NOT NULL"),
        postgresql_where=text("campaign_id IS NOT NULL"),
    ),
    Index("message_answers", "answers_to", sqlite_where=text("answers_to IS NOT NULL"), postgresql_where=text("answers_to IS NOT NULL")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    id: int
    contact_id: int
    conversation_id: int | None
    direction: str
    key: str | None
    provider_sid: str | None
    ours: str
    channel: str
    body: str
    raw: bytes | None
    media: Sequence[Mapping[str, Any]]
    status: str
    carrier: str | None
    attempt: int
    lease_until: datetime | None
    lane: str
    not_before: datetime | None
    expires_at: datetime | None
    not_after: datetime | None
    urgency: str
    author: str
    staff_id: int | None
    flow: str | None
    revision: int | None
    step: str | None
    steps: Sequence[str]
    asks: bool
    answers_to: str | None
    reading: Mapping[str, Any] | None
    segments: int | None
    error_code: int | None
    reason: str | None
    rules: str | None
    test: bool
    created_at: datetime
    tried_at: datetime | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    campaign_id: int | None


def blank(contact_id: int, direction: str, body: str, now: datetime, **more: Any) -> dict[str, Any]:
    """All columns of a new message, so that many go in one statement."""
    empty: dict[str, Any] = {column.name: None for column in message.c if column.name != "id"}
    defaults = {
        "channel": "sms",
        "media": [],
        "steps": [],
        "asks": False,
        "attempt": 0,
        "test": False,
        "urgency": "reply",
        "ours": "",
        "lane": "0",
    }
    return {**empty, **defaults, "contact_id": contact_id, "direction": direction, "body": body, "created_at": now, **more}
