"""What texts have cost, by day ("2026-11-22") and by month ("2026-11") of the installation: running sums, never taken back.

Each text adds to its day and its month as it is claimed, in that transaction. Workers read the sums without waiting for each
other, so that together they may go over a ceiling by what each of them has in hand: one text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from models.store import metadata

spend = Table(
    "spend",
    metadata,
    Column("period", String(10), primary_key=True),
    Column("micros", BigInteger, nullable=False),  # millionths of the currency
    Column("texts", BigInteger, nullable=False),
    Column("segments", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRow:
    period: str
    micros: int
    texts: int
    segments: int


def charge(db: Connection, periods: Sequence[str], micros: int, segments: int) -> None:
    """Adds a text to each of these periods. They are locked in their order, the same for everybody."""
    insert: Callable[[Table], Any] = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    rows = [{"period": period, "micros": micros, "texts": 1, "segments": segments} for period in sorted(periods)]
    adding = insert(spend).values(rows)
    sums = {name: spend.c[name] + adding.excluded[name] for name in ("micros", "texts", "segments")}
    db.execute(adding.on_conflict_do_update(index_elements=["period"], set_=sums))


def spent(db: Connection, periods: Sequence[str]) -> dict[str, int]:
    """The millionths spent in each of these periods, 0 where nothing was."""
    found = db.execute(select(spend.c.period, spend.c.micros).where(spend.c.period.in_(periods)))
    return {**dict.fromkeys(periods, 0), **{str(period): int(micros) for period, micros in found}}


def latest(db: Connection, most: int = 62) -> list[SpendRow]:
    """Days and months, the latest first."""
    rows = db.execute(select(spend).order_by(spend.c.period.desc()).limit(most)).mappings()
    return [SpendRow(**row) for row in rows]
