"""Until when a message is of use whatever it waited for, and when a person resumed a campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("message", sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("campaign", sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True))
