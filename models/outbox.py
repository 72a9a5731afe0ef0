"""The outbox: the moves of outgoing messages, each one statement with its check in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from models.message import MessageRow, Status, message, sources
from models.prepared import Prepared
from models.queue import lane_of

_CLAIM = (
    update(message)
    .where(message.c.id == bindparam("_id"), message.c.status == Status.QUEUED.value)
    .values(status=Status.SENDING.value, carrier=bindparam("carrier"), attempt=message.c.attempt + 1, lease_until=bindparam("lease_until"))
    .values(tried_at=bindparam("now"))
)
_ANSWER = select(message).where(message.c.answers_to == bindparam("sid")).order_by(message.c.id)


_SAID = Prepared(
    select(message.c.body)
    .where(message.c.contact_id == bindparam("id"), message.c.direction == "out", message.c.author == "flow")
    .where(message.c.created_at > bindparam("since"))
    .limit(bindparam("most"))
)


def add(db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes messages of either direction. Raises IntegrityError where a key or a provider's sid is there already."""
    if rows:
        rows = [_queued(row) for row in rows]
        used = {name for row in rows for name, value in row.items() if value is not None}  # most of a new row's columns are empty
        _adding(tuple(sorted(used))).run_all(db, rows)


def _queued(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """An outgoing row with its place in the queue: its lane, and from when it may leave."""
    if row["direction"] != "out":
        return row
    return {**row, "lane": lane_of(row), "not_before": row.get("not_before") or row["created_at"]}


@lru_cache(maxsize=200)
def _adding(names: tuple[str, ...]) -> Prepared:
    return Prepared(insert(message).values({name: bindparam(name) for name in names}))


def by_id(db: Connection, message_id: int) -> MessageRow | None:
    row = db.execute(select(message).where(message.c.id == message_id)).mappings().first()
    return MessageRow(**row) if row else None


def of_campaign(db: Connection, contact_id: int, campaign_id: int) -> list[MessageRow]:
    """What a campaign wrote to a contact, oldest first."""
    mine = (message.c.contact_id == contact_id, message.c.campaign_id == campaign_id, message.c.direction == "out")
    return [MessageRow(**row) for row in db.execute(select(message).where(*mine).order_by(message.c.id)).mappings()]


def by_key(db: Connection, key: str) -> MessageRow | None:
    row = db.execute(select(message).where(message.c.key == key)).mappings().first()
    return MessageRow(**row) if row else None


def by_sid(db: Connection, sid: str) -> MessageRow | None:
    row = db.execute(select(message).where(message.c.provider_sid == sid)).mappings().first()
    return MessageRow(**row) if row else None


def answer_to(db: Connection, sid: str) -> list[MessageRow]:
    """The messages that the text `sid` was answered with, in order."""
    return [MessageRow(**row) for row in db.execute(_ANSWER, {"sid": sid}).mappings()]


def claim(db: Connection, message_id: int, now: datetime, carrier: str, lease_until: datetime) -> bool:
    """`queued` → `sending`; False where somebody else was faster."""
    values = {"_id": message_id, "now": now, "carrier": carrier, "lease_until": lease_until}
    return db.execute(_CLAIM, values).rowcount == 1


def move(
    db: Connection, message_id: int, to: Status, *, attempt: int | None = None, of: Sequence[Status] = tuple(Status), **changes: Any
) -> bool:
    """Moves a message by the table of moves; False where the table has no such move from where it stands, or it does not stand as told.

    attempt: the try that this speaks of, as the row may have been put back and claimed again meanwhile. of: one of these it has to be.
    """
    ways = [way for way in sources(to) if way in of]
    stands = [message.c.id == message_id, message.c.status.in_(ways)] + ([] if attempt is None else [message.c.attempt == attempt])
    return db.execute(update(message).where(*stands).values(status=to.value, **changes)).rowcount == 1


def change(db: Connection, message_id: int, **changes: Any) -> None:
    """Changes what is not a move: a sid learned, a lease, a time."""
    db.execute(update(message).where(message.c.id == message_id).values(**changes))


def change_reading(db: Connection, sid: str, reading: Mapping[str, Any] | None) -> None:
    """Writes what was read in a text that had been stored before anybody could read it."""
    db.execute(update(message).where(message.c.provider_sid == sid).values(reading=reading))


def learn_sid(db: Connection, message_id: int, sid: str) -> None:
    """Writes the provider's sid, once."""
    db.execute(update(message).where(message.c.id == message_id, message.c.provider_sid.is_(None)).values(provider_sid=sid))


def renew_answer(db: Connection, sid: str, now: datetime, lease_until: datetime) -> bool:
    """Renews the lease of a webhook's answer, if every row of it is still `sending` by twiml within its lease."""
    rows = answer_to(db, sid)
    fresh = [row for row in rows if row.status == Status.SENDING and row.carrier == "twiml" and row.lease_until and row.lease_until > now]
    if not rows or len(fresh) != len(rows):
        return False
    locked = update(message).where(
        message.c.answers_to == sid, message.c.status == Status.SENDING.value, message.c.carrier == "twiml", message.c.lease_until > now
    )
    return db.execute(locked.values(lease_until=lease_until)).rowcount == len(rows)


def cancel_unsent(db: Connection, contact_id: int, *, authors: Sequence[str] = ("flow", "parley", "staff")) -> None:
    """Takes back what has not been claimed: never what is being sent."""
    mine = (message.c.contact_id == contact_id, message.c.status == Status.QUEUED.value, message.c.author.in_(authors))
    db.execute(update(message).where(*mine).values(status=Status.CANCELED.value))


def doubt_queued(db: Connection) -> None:
    """In a copy whose original lived on: what was queued may have left since, so it is looked up at the provider first."""
    queued = update(message).where(message.c.status == Status.QUEUED.value)
    db.execute(queued.values(status=Status.UNKNOWN.value, lease_until=message.c.created_at, reason="queued when the backup was made"))


def overdue(db: Connection, now: datetime, most: int) -> list[MessageRow]:
    """Messages that left and of which nothing was heard within their lease: to be looked up at the provider.

    Of the contacts of those `most` that have waited longest, all of them: the provider's list is asked for contact by contact.
    """
    left = text("message.status IN ('sending','unknown')")  # as the partial index says it
    over = select(message).where(left, message.c.lease_until <= now)
    longest = over.with_only_columns(message.c.contact_id).order_by(message.c.lease_until, message.c.id).limit(most)
    contacts = list(dict.fromkeys(db.execute(longest).scalars()))
    query = over.where(message.c.contact_id.in_(contacts)).order_by(message.c.id)
    return [MessageRow(**row) for row in db.execute(query).mappings()] if contacts else []


def renew_leases(db: Connection, until: datetime) -> None:
    """Gives all that left, and of which nothing was heard, a lease until then: one statement, as thousands may be under way."""
    left = text("message.status IN ('sending','unknown') AND message.lease_until IS NOT NULL")
    db.execute(update(message).where(left).values(lease_until=until))


def put_right(db: Connection, now: datetime) -> None:
    """The clock was ahead: what might leave when it was written may leave now."""
    ahead = (message.c.status == Status.QUEUED.value, message.c.created_at > now, message.c.not_before <= message.c.created_at)
    db.execute(update(message).where(*ahead).values(not_before=now))


def give_up(db: Connection, message_id: int, why: str) -> bool:
    """Leaves a message `unknown` for good, unless a report still settles it: it is looked up no more, and never sent again."""
    doubted = update(message).where(message.c.id == message_id, message.c.status == Status.UNKNOWN.value)
    return db.execute(doubted.values(lease_until=None, reason=why)).rowcount == 1


def count_given_up(db: Connection) -> int:
    """Messages of which nobody will ever know whether they left, as far as anybody knows today."""
    given_up = text("message.status IN ('sending','unknown') AND message.lease_until IS NULL")
    return int(db.execute(select(func.count()).select_from(message).where(given_up)).scalar_one())


def known_sids(db: Connection, sids: Sequence[str]) -> frozenset[str]:
    """Those of these provider's sids that stand on a row of ours."""
    known: set[str] = set()
    for n in range(0, len(sids), 500):
        rows = db.execute(select(message.c.provider_sid).where(message.c.provider_sid.in_(sids[n : n + 500])))
        known.update(str(sid) for (sid,) in rows)
    return frozenset(known)


_COUNTED = (Status.SENDING, Status.UNKNOWN, Status.ACCEPTED, Status.SENT, Status.DELIVERED)
_UNASKED_LEFT = (
    select(message.c.tried_at)
    .where(message.c.contact_id == bindparam("contact_id"), message.c.direction == "out", message.c.urgency == bindparam("urgency"))
    .where(message.c.status.in_([status.value for status in _COUNTED]), message.c.tried_at > bindparam("since"))
)


def unasked_since(db: Connection, contact_id: int, purpose: str, since: datetime) -> tuple[datetime, ...]:
    """When each text of a purpose (marketing, service) left that the contact got since then, or may have got."""
    return tuple(at for (at,) in db.execute(_UNASKED_LEFT, {"contact_id": contact_id, "urgency": purpose, "since": since}))


def said_since(db: Connection, contact_id: int, since: datetime, most: int = 200) -> list[str]:
    """What flows have said to a contact since then, each as often as it was said."""
    return [str(body) for (body,) in _SAID.rows(db, {"id": contact_id, "since": since, "most": most})]


def last_ends(db: Connection, contact_id: int, limit: int = 30) -> list[MessageRow]:
    """A contact's last texts of which the carrier told the end, newest first, back to the last that arrived."""
    ends = (Status.DELIVERED.value, Status.UNDELIVERED.value, Status.FAILED.value)
    mine = select(message).where(message.c.contact_id == contact_id, message.c.direction == "out", message.c.status.in_(ends))
    rows = [MessageRow(**row) for row in db.execute(mine.order_by(message.c.id.desc()).limit(limit)).mappings()]
    arrived = next((n for n, row in enumerate(rows) if row.status == Status.DELIVERED), len(rows))
    return rows[:arrived]


def transcript(db: Connection, contact_id: int, limit: int = 300) -> list[MessageRow]:
    """A contact's last texts, oldest first."""
    query = select(message).where(message.c.contact_id == contact_id).order_by(message.c.id.desc()).limit(limit)
    return [MessageRow(**row) for row in db.execute(query).mappings()][::-1]


def last_texts(db: Connection, contact_ids: Sequence[int]) -> dict[int, MessageRow]:
    """The newest text of each of these contacts."""
    newest = select(func.max(message.c.id)).where(message.c.contact_id.in_(contact_ids)).group_by(message.c.contact_id)
    rows = db.execute(select(message).where(message.c.id.in_(newest))).mappings()
    return {row["contact_id"]: MessageRow(**row) for row in rows}


def our_numbers(db: Connection) -> frozenset[tuple[str, str]]:
    """The numbers of ours that were ever texted by real contacts, each with its channel."""
    rows = db.execute(select(message.c.channel, message.c.ours).where(message.c.direction == "in", ~message.c.test).distinct())
    return frozenset((str(channel), str(ours)) for channel, ours in rows)
