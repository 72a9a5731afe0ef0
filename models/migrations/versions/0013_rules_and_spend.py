"""Which rules a message was held or refused by, and how much was spent by day and month."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("message", sa.Column("rules", sa.String(length=40), nullable=True))
    op.create_table(
        "spend",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period"),
    )
