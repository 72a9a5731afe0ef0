"""Staff: who may read and answer. Roles: support, marketer, admin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Text, func, insert, select, update

from models.store import Id, Instant, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(12), nullable=False),  # support | marketer | admin
    Column("password", Text, nullable=False),  # argon2id
    Column("one_time", Boolean, nullable=False),  # must be changed at the first sign-in
    Column("session_version", Integer, nullable=False),  # a session of an older version is dead
    Column("misses", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    id: int
    email: str
    name: str
    role: str
    password: str
    one_time: bool
    session_version: int
    misses: int
    locked_until: datetime | None
    created_at: datetime


def by_id(db: Connection, staff_id: int) -> StaffRow | None:
    row = db.execute(select(staff).where(staff.c.id == staff_id)).mappings().first()
    return StaffRow(**row) if row else None


def by_email(db: Connection, email: str) -> StaffRow | None:
    row = db.execute(select(staff).where(staff.c.email == email.strip().casefold())).mappings().first()
    return StaffRow(**row) if row else None


def everyone(db: Connection) -> list[StaffRow]:
    return [StaffRow(**row) for row in db.execute(select(staff).order_by(staff.c.id)).mappings()]


def count(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(staff)).scalar_one())


def add(db: Connection, *, email: str, name: str, role: str, password: str, one_time: bool, now: datetime) -> int:
    """Adds a member of staff; the password is hashed already."""
    fresh = {"email": email.strip().casefold(), "name": name, "role": role, "password": password, "one_time": one_time}
    return int(db.execute(insert(staff).values(**fresh, session_version=1, misses=0, created_at=now).returning(staff.c.id)).scalar_one())


def change(db: Connection, staff_id: int, **changes: Any) -> None:
    db.execute(update(staff).where(staff.c.id == staff_id).values(**changes))


def set_password(db: Connection, staff_id: int, password: str, *, one_time: bool = False) -> None:
    """A new password (hashed already): every session of before dies."""
    db.execute(
        update(staff)
        .where(staff.c.id == staff_id)
        .values(password=password, one_time=one_time, session_version=staff.c.session_version + 1, misses=0, locked_until=None)
    )
