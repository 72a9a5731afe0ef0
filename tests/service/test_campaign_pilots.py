"""Pilots and what follows them, on both databases: how long a pilot counts, which rest is whose, and who is of neither."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.campaigns import steering, ticking
from config.settings import Settings
from flows.campaign import PARTS, lot
from models import contact
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, many, state, ticks
from tests.service.house import MAYA, TOM, House

HOUR = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
"""10:00 in New York, a Thursday."""
DAY = timedelta(days=1)
ANY = "opt_outs: 100%, failures: 100%"
"""A pilot that stops nothing."""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


def stops(house: House, n: int) -> None:
    """So many of those who were texted opt out."""
    for phone in left(house)[:n]:
        house.says("STOP", phone)


def moves(house: House, phone: str, day: str) -> None:
    """The contact's `visit` is on that day from now on."""
    with house.store.write() as db:
        row = contact.by_phone(db, phone)
        assert row is not None
        contact.change(db, row.id, fields={"visit": day})


def looks(house: House, first: datetime, n: int, hours: int = 1) -> None:
    """The clock looks every so many hours of so many days."""
    for k in range(n * 24 // hours):
        ticks(house, first + timedelta(hours=k * hours))


def fails(house: House, at_local: str) -> int:
    """No text of the pilot of that hour has arrived; how many there were."""
    with house.store.write() as db:
        run = db.execute(text("SELECT id FROM run WHERE phase = 'pilot' AND at_local = :at"), {"at": at_local}).scalar_one()
        gone = text("UPDATE message SET status = 'undelivered' WHERE key LIKE :key AND handed_over_at IS NOT NULL")
        return int(db.execute(gone, {"key": f"campaign-{run}-%"}).rowcount)


# --- a pilot counts until its rest leaves -------------------------------------------------------------------------------


def piloted(house: House, *more: str) -> int:
    """A pilot of two hundred has left; how many are in it."""
    knows(house, *many(200), *more)
    begin(house, SALE + "pilot: {share: 20%, opt_outs: 5%}\n")
    ticks(house, HOUR)
    n = len(left(house))
    assert 20 < n < 60
    for hours in (3, 6):
        ticks(house, HOUR + timedelta(hours=hours))
    assert house.count("run", "phase = 'rest'") == 1, "planned already: it is ten soon, somewhere on earth"
    return n


def test_who_opts_out_after_the_rest_was_planned_stops_it_too(house: House) -> None:
    n = piloted(house)
    stops(house, n // 3)
    ticks(house, HOUR + timedelta(hours=7))
    assert state(house)[0] == State.PAUSED
    assert f"pilot: {n // 3} of {n} opted out" in state(house)[1]
    ticks(house, HOUR + DAY)
    assert len(left(house)) == n


def test_the_pilot_is_asked_once_more_as_its_rest_leaves(house: House) -> None:
    """Nobody looked after it since: the clock that releases does."""
    n = piloted(house)
    house.clock.at = HOUR + DAY - timedelta(seconds=1)
    stops(house, n // 3)
    house.clock.at = HOUR + DAY
    assert ticking.release(house.process) == 0
    assert state(house)[0] == State.PAUSED
    assert house.count("alarm", "kind = 'campaign'") == 1


def test_once_the_rest_leaves_its_pilot_was_heard(house: House) -> None:
    california = many(40, "415")
    n = piloted(house, *california)
    ticks(house, HOUR + DAY)
    assert len(left(house)) > n + 100, "New York"
    stops(house, n // 3)
    ticks(house, HOUR + DAY + timedelta(hours=4))
    assert state(house)[0] == State.RUNNING
    assert sorted(left(house)) == sorted([*many(200), *california])


# --- of the pilot or of the rest ----------------------------------------------------------------------------------------


def test_who_came_after_the_pilot_is_of_the_rest(house: House) -> None:
    knows(house, *many(20))
    knows(house, *many(20, "305"), consent="unknown")
    begin(house, SALE + f"holdout: 10%\npilot: {{share: 60%, {ANY}}}\n")
    ticks(house, HOUR)
    n_pilot = len(left(house))
    assert n_pilot > 5
    knows(house, *many(20, "646"))
    for phone in many(20, "305"):
        house.says("START", phone)
    ticks(house, HOUR + DAY)
    sales = Counter(row.contact_id for row in house.messages() if row.handed_over_at is not None and row.flow == "sale")
    held = [n for n in range(1, 61) if lot("sale", "holdout").part(n) < 0.1 * PARTS]
    assert set(sales) == set(range(1, 61)) - set(held), "all but the held out, whichever part the lot has them in"
    assert set(sales.values()) == {1}
    assert house.one("SELECT count(*) - count(DISTINCT contact_id) FROM member") == 0, "nobody is in both"


# --- whose rest it is, where it comes again and again -------------------------------------------------------------------


def test_a_rest_waits_for_no_pilot_but_its_own(house: House) -> None:
    """In Hawaii today's pilot leaves after tomorrow's was planned for the first islands: one is open at any time."""
    knows(house, *many(20), *many(20, "808"))
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", "every: day 10:00") + f"pilot: {{share: 50%, {ANY}}}\n")
    looks(house, datetime(2026, 3, 5, tzinfo=UTC), 3)
    got = Counter(left(house))
    assert set(got) == {*many(20), *many(20, "808")}, "that of Wednesday on Thursday, and so on"
    assert {n for phone, n in got.items() if phone.startswith("+1212")} == {3}
    assert {n for phone, n in got.items() if phone.startswith("+1808")} == {3, 4}, "in Hawaii it was not ten yet when it started"


def test_each_pilot_is_judged_by_its_own_texts(house: House) -> None:
    """The people of a pilot are the same each day; what became of Thursday's texts says nothing of Friday's."""
    knows(house, *many(40))
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", "every: day 10:00") + "pilot: 50%\n")
    for day in (HOUR, HOUR + DAY):
        ticks(house, day - timedelta(hours=10))
        ticks(house, day)
    n = fails(house, "2026-03-06T10:00")
    n_left = len(left(house))
    ticks(house, HOUR + DAY + timedelta(hours=10))
    assert state(house)[1].startswith(f"pilot: {n} of {n} were not reached")
    ticks(house, HOUR + 2 * DAY)
    assert len(left(house)) == n_left


def test_who_lets_one_pilot_pass_has_not_let_the_next_one_pass(house: House) -> None:
    """Thursday's and Friday's both go badly; after Thursday's a person says that its rest shall go."""
    knows(house, *many(40))
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", "every: day 10:00") + "pilot: 50%\n")
    ticks(house, HOUR)
    n_thursday = fails(house, "2026-03-05T10:00")
    ticks(house, HOUR + timedelta(hours=1))
    assert state(house)[1].startswith(f"pilot: {n_thursday} of {n_thursday} were not reached")
    steering.resume(house.process, "sale")
    ticks(house, HOUR + DAY - timedelta(hours=10))
    ticks(house, HOUR + DAY)
    assert state(house)[0] == State.RUNNING
    assert len(left(house)) == n_thursday + 40, "on Friday its rest, and the next pilot"
    n_friday = fails(house, "2026-03-06T10:00")
    ticks(house, HOUR + DAY + timedelta(hours=1))
    assert state(house)[1].startswith(f"pilot: {n_friday} of {n_friday} were not reached")


@pytest.mark.parametrize("when", ["every: monday 10:00", 'on: stay\nyearly: false\nat: "10:00"'])
def test_a_rest_some_days_later(house: House, when: str) -> None:
    knows(house, *many(30), fields={"stay": "2026-03-09"})
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", when) + f"pilot: {{share: 50%, rest_after: 4d, {ANY}}}\n")
    looks(house, datetime(2026, 3, 8, tzinfo=UTC), 2, 3)
    n = len(left(house))
    assert 5 < n < 25
    looks(house, datetime(2026, 3, 10, tzinfo=UTC), 3, 3)
    assert len(left(house)) == n
    looks(house, datetime(2026, 3, 13, tzinfo=UTC), 2, 3)
    assert sorted(left(house)) == many(30), "on Friday, each once"


def test_a_rest_that_waits_over_a_closed_day_is_not_given_up_for_the_next_pilot(house: House) -> None:
    """In France nothing leaves on a Sunday, the day before the next Monday's pilot: which is for other people."""
    french = [f"+3361234{n:04d}" for n in range(5600, 5630)]
    knows(house, *french)
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", "every: monday 10:00") + f"pilot: {{share: 50%, rest_after: 6d, {ANY}}}\n")
    looks(house, datetime(2026, 3, 8, 12, tzinfo=UTC), 2, 3)
    assert 5 < len(left(house)) < 25, "the pilot, on Monday the 9th"
    looks(house, datetime(2026, 3, 14, tzinfo=UTC), 3, 3)
    assert set(left(house)) == set(french), "the rest of Sunday the 15th, on Monday"


# --- on a date that moves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", f"pilot: {{share: 50%, {ANY}}}\n", f"pilot: {{share: 100%, {ANY}}}\n"])
def test_each_date_that_it_is_moved_to_has_its_text_once(house: House, more: str) -> None:
    knows(house, TOM, fields={"visit": "2026-03-06"})
    begin(house, SALE.replace("at: 2026-03-05 10:00 local", 'on: visit\noffset: -1d\nat: "11:00"') + more)
    looks(house, datetime(2026, 3, 5, tzinfo=UTC), 3, 4)
    assert left(house) == [TOM]
    moves(house, TOM, "2026-03-11")
    looks(house, datetime(2026, 3, 8, tzinfo=UTC), 5, 4)
    assert left(house) == [TOM, TOM], "the next visit, within the year"
    moves(house, TOM, "2026-03-14")
    moves(house, TOM, "2026-03-11")
    looks(house, datetime(2026, 3, 13, tzinfo=UTC), 2, 4)
    assert left(house) == [TOM, TOM], "to and fro"


# --- what follows an answer ---------------------------------------------------------------------------------------------

THANKED = 'then: [{on: reply, after: 5d, text: "{{ brand }}: and one more thing. STOP to opt out."}]\n'


def test_who_answers_late_still_gets_what_follows(house: House) -> None:
    knows(house, TOM)
    begin(house, SALE + THANKED)
    ticks(house, HOUR)
    house.clock.at = HOUR + 13 * DAY
    house.says("lovely", TOM)
    for days in (13, 14, 15, 16, 18, 19):
        ticks(house, HOUR + days * DAY + timedelta(minutes=5))
    flows = [row.flow for row in house.messages() if row.handed_over_at is not None]
    assert [flow for flow in flows if flow and flow.startswith("sale")] == ["sale", "sale-then-1"]
    assert state(house)[0] == State.RUNNING
    ticks(house, HOUR + 21 * DAY)
    assert state(house) == (State.ENDED, "it has reached everybody")


# --- a zone that is none ------------------------------------------------------------------------------------------------


def test_where_a_zone_is_none_the_number_says_the_hour(house: House) -> None:
    knows(house, MAYA, zone="California")
    knows(house, TOM, zone="", number_zone="America/New_York")
    knows(house, *many(1, "646"), zone="Europe/Paris")
    begin(house, SALE)
    looks(house, datetime(2026, 3, 5, tzinfo=UTC), 1)
    hours = [(row.contact_id, f"{row.handed_over_at:%H:%M}") for row in house.messages() if row.handed_over_at is not None]
    assert hours == [(3, "09:00"), (2, "15:00"), (1, "18:00")], "each at ten; a zone that is one wins over the number"
