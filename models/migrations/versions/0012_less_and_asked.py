"""Contacts who asked for less, who were asked to confirm that they want our texts, and the zone that a number speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("contact", sa.Column("less_at", INSTANT, nullable=True))
    op.add_column("contact", sa.Column("number_zone", sa.String(length=64), nullable=True))
    op.add_column("contact", sa.Column("optin_asked_at", INSTANT, nullable=True))
