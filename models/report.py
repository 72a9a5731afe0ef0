"""What the reports are made from: lines of the log, real contacts only."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.responses import Kind, Line
from models.interaction import interaction
from models.message import message

_OUT = ("sent", "accepted", "sending")


def response_lines(db: Connection, *, flow: str | None = None, since: datetime | None = None) -> Iterator[Line]:
    """Deliveries, hand-overs without a report, replies and opt-outs, for one flow or for all."""
    yield from _logged(db, flow, since)
    unconfirmed = select(message).where(
        message.c.direction == "out", ~message.c.test, message.c.status.in_(_OUT), message.c.flow.is_not(None)
    )
    if flow:
        unconfirmed = unconfirmed.where(message.c.flow == flow)
    for row in db.execute(unconfirmed.where(message.c.handed_over_at.is_not(None))):
        for step in row.steps or [row.step]:
            yield Line(
                Kind.HANDED_OVER, row.contact_id, row.handed_over_at, row.flow, row.revision, step or "", asks=row.asks and step == row.step
            )


def _logged(db: Connection, flow: str | None, since: datetime | None) -> Iterator[Line]:
    kinds = [kind.value for kind in (Kind.DELIVERED, Kind.REPLIED, Kind.OPTED_OUT)]
    query = (
        select(interaction, message.c.handed_over_at)
        .outerjoin(message, message.c.key == interaction.c.message_key)
        .where(interaction.c.kind.in_(kinds), ~interaction.c.test)
        .order_by(interaction.c.id)
    )
    if flow:
        query = query.where((interaction.c.flow == flow) | (interaction.c.kind == "opted_out"))
    if since:
        query = query.where(interaction.c.at >= since)
    for row in db.execute(query):
        at = row.handed_over_at if row.kind == "delivered" and row.handed_over_at else row.at
        yield Line(Kind(row.kind), row.contact_id, at, row.flow or "", row.revision or 0, row.step or "", asks=bool(row.data.get("asks")))
