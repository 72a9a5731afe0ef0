"""Lanes of the outbox, claims of due events, and senders that rest: what is looked at often costs what is due, not what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INSTANT = sa.DateTime(timezone=True)
LANE = """\
UPDATE message SET lane = CASE
    WHEN urgency NOT IN ('service', 'marketing') THEN '0'
    WHEN test THEN '1'
    WHEN urgency = 'service' THEN '2' || ours
    ELSE '3' || ours END
WHERE status IN ('queued', 'sending', 'unknown')"""


def upgrade() -> None:
    op.add_column("message", sa.Column("lane", sa.String(length=80), nullable=False, server_default="0"))
    op.execute(LANE)
    op.execute("UPDATE message SET not_before = created_at WHERE status = 'queued' AND not_before IS NULL")
    op.drop_index("message_outbox", "message")
    _partial("message_queue", "message", ["lane", "not_before", "id"], "status = 'queued'")
    _partial("message_doubt", "message", ["lease_until"], "status IN ('sending','unknown')")
    _partial("message_ahead", "message", ["contact_id", "id"], "status IN ('queued','sending') AND handed_over_at IS NULL")
    op.add_column("event", sa.Column("claimed_until", INSTANT, nullable=True))
    op.drop_index("event_due", "event")
    op.drop_index("event_contact", "event")
    _partial("event_due", "event", ["due_at", "id"], "handled_at IS NULL AND set_aside_at IS NULL")
    _partial("event_contact", "event", ["contact_id", "due_at"], "handled_at IS NULL AND set_aside_at IS NULL")
    op.add_column("sender", sa.Column("resting_until_s", sa.Double(), nullable=False, server_default="0"))


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
