"""When a picture that could not be fetched is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("media", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
