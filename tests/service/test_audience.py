"""Segments on SQLite and PostgreSQL: both agree with a plain reading of the same little world; nothing reaches SQL unbound."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from config.settings import Settings
from flows.audience import Segment
from flows.parse_audience import parse_segment
from models import audience, consent, contact, interaction, outbox, purchase, vote
from models.audience import Frame
from models.message import blank
from nlp.types import Reader
from tests.service.house import House

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A contact of the little world. texted, delivered, replied, ordered, clicked, opted: how many days ago."""

    name: str
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()
    language: str | None = None
    consent: str = "in"
    texted: float | None = None
    replied: float | None = None
    ordered: float | None = None
    completed: float | None = None
    voted: float | None = None
    opted_out: float | None = None
    created: float = 100


WORLD = (
    Someone(name="ann", tags=("vip", "two words"), fields=(("city", "Paris"), ("visits", "3")), texted=2, replied=1, ordered=3),
    Someone(name="bob", tags=("vips",), fields=(("city", "Lyon"), ("visits", 12), ("ok", True)), language="fr", texted=40, ordered=20),
    Someone(name="cem", fields=(("visits", "-4.5"), ("born", "1990-05-01")), consent="out", opted_out=10, replied=29),
    Someone(name="dee", tags=('it\'s "x"',), fields=(("visits", "many"), ("born", "2010-01-01T10:00")), consent="unknown", created=5),
    Someone(name="eva", tags=("vip",), fields=(("city", ""), ("ok", False)), language="de", completed=6, voted=6),
)

EXPECTED = [
    ("all", "ann bob cem dee eva"),
    ("tag:vip", "ann eva"),
    ('tag:"two words"', "ann"),
    ("not tag:vip", "bob cem dee"),
    ("consent:in", "ann bob eva"),
    ("consent:out or consent:unknown", "cem dee"),
    ("contact.city = Paris", "ann"),
    ("contact.city != Paris", "bob"),
    ("contact.city exists", "ann bob"),
    ("contact.language in [fr, de]", "bob eva"),
    ("contact.visits >= 3", "ann bob"),
    ("contact.visits < 0", "cem"),
    ("contact.visits = 3", "ann"),
    ("contact.visits = many", "dee"),
    ("contact.ok = true", "bob"),
    ("contact.ok = false", "eva"),
    ("contact.born < 2000-01-01", "cem"),
    ("contact.born = 2010-01-01", "dee"),
    ("texted", "ann bob"),
    ("texted within 30d", "ann"),
    ("texted poll within 30d", "ann"),
    ("texted other", ""),
    ("texted over 30d ago", "bob"),
    ("replied within 2d", "ann"),
    ("replied to poll", "ann cem"),
    ("replied within 30d and not ordered within 14d", "cem"),
    ("ordered since 2026-11-10", "ann"),
    ("ordered before 2026-11-10", "bob"),
    ("opted_out within 14d", "cem"),
    ("completed poll within 7d", "eva"),
    ("voted poll", "eva"),
    ("voted other", ""),
    ("created within 7d", "dee"),
    ("tag:vip and (replied within 3d or completed poll)", "ann eva"),
    ("not (tag:vip or consent:out)", "bob dee"),
    ('tag:"\' or 1=1 --"', ""),
    ('contact.city = "\'; drop table contact; --"', ""),
    ("contact.no-such exists", ""),
]


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    with built.store.write() as db:
        for n, someone in enumerate(WORLD):
            _settle(db, n, someone)
    yield built
    built.close()


def _settle(db: Any, n: int, someone: Someone) -> None:
    known = {"first_name": someone.name, "tags": list(someone.tags), "fields": dict(someone.fields), "consent": someone.consent}
    row = contact.add(db, contact.new_values(f"+1415555{1000 + n}", ago(someone.created), language=someone.language, **known))
    if someone.texted is not None:
        sent = {"key": f"out-{n}", "flow": "poll", "status": "delivered", "author": "flow", "handed_over_at": ago(someone.texted)}
        outbox.add(db, [blank(row, "out", "Hello", ago(someone.texted), **sent)])
    if someone.replied is not None:
        outbox.add(db, [blank(row, "in", "Hi", ago(someone.replied), provider_sid=f"SM{n}", author="contact", status="received")])
        interaction.add(db, [interaction.values("replied", row, ago(someone.replied), test=False, flow="poll")])
    if someone.ordered is not None:
        purchase.add(db, [purchase.values(f"o{n}", row, ago(someone.ordered), 1999, "EUR")])
    if someone.completed is not None:
        ended = {"flow": "poll", "data": {"outcome": "completed"}}
        interaction.add(db, [interaction.values("ended", row, ago(someone.completed), test=False, **ended)])
    if someone.voted is not None:
        vote.cast(db, "poll", "which", row, "tea", ago(someone.voted), test=False)
    if someone.opted_out is not None:
        values = {"before": "in", "after": "out", "source": "keyword", "words": "STOP", "ours": "", "provider_sid": None, "staff_id": None}
        consent.add(db, contact_id=row, at=ago(50), **{**values, "before": "unknown", "after": "in"})
        consent.add(db, contact_id=row, at=ago(someone.opted_out), **values)


def frame(house: House, at: datetime = NOW, *, past: bool = False) -> Frame:
    return Frame(sqlite=house.store.sqlite, at=at, zone="UTC", past=past)


def members(house: House, segment: Segment, held: Frame) -> str:
    with house.store.read() as db:
        ids = audience.ids_after(db, segment, held, 0, 100)
        assert audience.count(db, segment, held) == len(ids)
        names = {row.id: row.first_name for row in contact.after(db, 0, 100)}
    return " ".join(str(names[one]) for one in ids)


def test_who_belongs(house: House) -> None:
    found = {expression: members(house, parse_segment(expression), frame(house)) for expression, _ in EXPECTED}
    assert found == dict(EXPECTED)


def test_as_of_a_past_day(house: House) -> None:
    earlier = frame(house, ago(15), past=True)
    assert members(house, parse_segment("consent:in"), earlier) == "cem", "the ledger has a line of cem alone by then"
    assert members(house, parse_segment("opted_out"), earlier) == ""
    assert members(house, parse_segment("ordered"), earlier) == "bob"
    assert members(house, parse_segment("all"), earlier) == "ann bob cem eva", "dee came later"
    assert members(house, parse_segment("consent:out"), frame(house, ago(9), past=True)) == "cem"


def test_batches_walk_through_all_of_them(house: House) -> None:
    with house.store.read() as db:
        everybody = audience.ids_after(db, parse_segment("all"), frame(house), 0, 100)
        walked: list[int] = []
        while batch := audience.ids_after(db, parse_segment("all"), frame(house), walked[-1] if walked else 0, 2):
            walked += batch
    assert walked == everybody


def test_days_begin_in_the_zone_of_the_installation(house: House) -> None:
    day = date(2026, 11, 19)  # ann ordered at noon UTC
    tokyo = Frame(sqlite=house.store.sqlite, at=NOW, zone="Pacific/Kiritimati")  # 14 hours ahead: it is the 20th there
    assert members(house, parse_segment(f"ordered since {day} before 2026-11-20"), frame(house)) == "ann"
    assert members(house, parse_segment(f"ordered since {day} before 2026-11-20"), tokyo) == ""


@pytest.mark.parametrize(
    "expression", ["replied within 30d", "ordered within 14d", "texted poll", "clicked poll", "opted_in since 2026-01-01"]
)
def test_each_deed_is_looked_up_by_contact(house: House, expression: str) -> None:
    """No plan reads a whole log for each contact."""
    query = audience.members(parse_segment(expression), frame(house), "real", contact.contact.c.id)
    with house.store.write() as db:
        if house.store.sqlite:
            compiled = query.compile(dialect=db.dialect, compile_kwargs={"literal_binds": True})
            plan = " ".join(str(row) for row in db.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
            assert "(contact_id=?" in plan, plan
        else:
            db.execute(text("SET LOCAL enable_seqscan = off"))
            compiled = query.compile(dialect=db.dialect, compile_kwargs={"literal_binds": True})
            plan = " ".join(str(row[0]) for row in db.execute(text(f"EXPLAIN {compiled}".replace("%%", "%"))))
            assert "Seq Scan" not in plan, plan
            assert "SubPlan" not in plan, "a join, not a question for each contact"
