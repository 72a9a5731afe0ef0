"""When a person waived what a pilot had said: of what comes again and again, the next pilot is heard anew."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("campaign", sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE campaign SET waived_at = coalesce(resumed_at, started_at) WHERE waived")
    op.drop_column("campaign", "waived")
