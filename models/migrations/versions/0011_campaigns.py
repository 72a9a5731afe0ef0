"""Campaigns, their runs with their timetables, and who is in them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
WAITS = "released_at IS NULL AND due_at IS NOT NULL"


def upgrade() -> None:
    _campaign()
    _run()
    _member()
    op.add_column("message", sa.Column("campaign_id", ID))  # no foreign key: SQLite would have to copy the whole table
    named = sa.text("campaign_id IS NOT NULL")
    op.create_index("message_of_campaign", "message", ["campaign_id", "status"], sqlite_where=named, postgresql_where=named)


def _campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("budget_micros", sa.BigInteger()),
        sa.Column("heard_id", ID, nullable=False),
        sa.Column("clicked_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("started_by", sa.String(length=200)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("at_local", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=8), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up_to", ID, nullable=False),
        sa.Column("zoned", ID, nullable=False),
        sa.Column("planned", ID, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True)),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "at_local", "phase"),
    )
    op.create_table(
        "slot",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"]),
        sa.PrimaryKeyConstraint("run_id", "zone", "n"),
    )


def _member() -> None:
    op.create_table(
        "member",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("variant", sa.String(length=60)),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("run_id", "contact_id"),
    )
    op.create_index("member_due", "member", ["run_id", "due_at"], sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS))
    op.create_index("member_of_contact", "member", ["contact_id"])
