"""With which revisions of its parts a revision was published: a column of its own, out of `meta`."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
PREFIX = "parts-"


def upgrade() -> None:
    op.add_column("revision", sa.Column("parts", JSON, nullable=False, server_default="{}"))
    db = op.get_bind()
    meta = sa.table("meta", sa.column("name", sa.String), sa.column("value", JSON))
    rows = sa.table("revision", sa.column("id", sa.Integer), sa.column("parts", JSON))
    for name, value in db.execute(sa.select(meta.c.name, meta.c.value).where(meta.c.name.startswith(PREFIX, autoescape=True))).all():
        parts = json.loads(value) if isinstance(value, str) else value
        db.execute(sa.update(rows).where(rows.c.id == int(name.removeprefix(PREFIX))).values(parts=parts))
        db.execute(sa.delete(meta).where(meta.c.name == name))
