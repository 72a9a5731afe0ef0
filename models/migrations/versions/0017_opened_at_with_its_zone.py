"""On SQLite the first opening of a link was kept without its zone, which is UTC."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE link SET opened_at = opened_at || '+00:00' WHERE opened_at NOT LIKE '%+00:00'")
