"""The index of what is due holds what has a moment, and nothing else: what one contact has to hear is never looked for along it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_OPEN = sa.text("handled_at IS NULL AND set_aside_at IS NULL AND due_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("event_due", "event")
    op.create_index("event_due", "event", ["due_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
