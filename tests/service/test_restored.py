"""A backup restored while campaigns, schedules and dates go on: what the original may have said is not said twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import campaigns, dates, inbox, keeping, schedules
from bot.campaigns import steering, ticking
from bot.campaigns.person import explain
from bot.messenger import Found, LookupFailed
from config.settings import Settings, load_settings
from models import alarm, campaign, contact, restored
from models.campaign import State
from nlp.types import Reader
from tests.service.campaigns import SALE, begin, house_with_thanks, knows, left, state, ticks
from tests.service.carriers import Carrier
from tests.service.house import MAYA, OURS, TOM, House

HOUR = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)  # 10:00 in New York
CALIFORNIA = HOUR + timedelta(hours=3)
ANN = "+12125550103"
HONOLULU = "+18085550104"  # two hours behind California
LAST_CHANCE = 'then: [{on: no reply, after: 2d, text: "{{ brand }}: last chance. STOP to opt out."}]\n'
THANKS_FOR_REPLIES = "then: [{on: reply, flow: thanks}]\n"
NEWS = """\
flow: news
purpose: service
triggers: [{schedule: "every day 11:00"}]
steps:
  say: {say: "News of the day."}
"""
WISHES = """\
flow: wishes
purpose: service
triggers: [{event: birthday}]
steps:
  say: {say: "All the best!"}
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = house_with_thanks(settings, reader, tmp_path)
    yield built
    built.close()


Copied = Callable[[], House]


@pytest.fixture
def copied(house: House, reader: Reader, tmp_path: Path, valkey_url: str) -> Iterator[Copied]:
    """Makes a backup now, and restores it elsewhere: a copy, disarmed, with the same clock."""
    made: list[House] = []

    def copy() -> House:
        backup, home = tmp_path / "b.tar.gz", tmp_path / "second"
        keeping.backup(house.settings, backup, house.clock())
        address = f"sqlite:///{home / 'parley.db'}"
        known = {"PARLEY_HOME": str(home), "DATABASE_URL": address, "REDIS_URL": valkey_url, "PUBLIC_URL": "http://127.0.0.1:8000"}
        settings = load_settings(known)
        keeping.restore(settings, backup)
        made.append(House(settings, reader))
        made[0].clock.at = house.clock.at
        return made[0]

    yield copy
    for one in made:
        one.close()


class List(Carrier):
    """What the provider's list shows: texts of these moments, which the copy does not know."""

    def __init__(self, *moments: datetime, sender: str = OURS) -> None:
        super().__init__()
        self.found = [
            Found(sid=f"SM{n:032x}", direction="outbound-api", body="Hi", status="sent", created_at=at, sender=sender)
            for n, at in enumerate(moments)
        ]

    def find(self, to: str, since: object) -> list[Found]:
        return self.found


class Away(Carrier):
    def find(self, to: str, since: object) -> list[Found]:
        raise LookupFailed("HTTP 503")


def arm(copy: House, at: datetime, list_: Carrier | None = None) -> str:
    """Arms a copy, whose original has sent something a moment ago unless the list says otherwise."""
    copy.clock.at = at
    armed = keeping.arm(copy.settings, at, list_ or List(at))
    assert armed is not None
    return armed.left


def look(house: House, at: datetime) -> None:
    """All that a clock does by itself, at that moment."""
    house.clock.at = at
    dates.start_due(house.process)
    schedules.start_due(house.process)
    ticks(house)


def said(house: House) -> list[str]:
    return [sent.body for sent in house.paper.sent]


# --- campaigns ----------------------------------------------------------------------------------------------------------


def test_a_campaign_in_the_middle_waits_for_a_person_and_reaches_nobody_twice(house: House, copied: Copied) -> None:
    knows(house, TOM, MAYA, HONOLULU)
    begin(house, SALE)
    ticks(house, HOUR)
    assert left(house) == [TOM]
    copy = copied()
    ticks(house, CALIFORNIA)
    assert left(house) == [TOM, MAYA]
    ticks(copy, CALIFORNIA)
    assert said(copy) == [], "nothing before it is armed"
    assert arm(copy, CALIFORNIA + timedelta(minutes=30)) == "the original has sent texts since the backup (1)"
    assert state(copy) == (State.PAUSED, keeping.COPY)
    ticks(copy)
    with copy.store.read() as db:
        assert [(row.kind, row.detail) for row in alarm.open_ones(db)] == [("campaign", f"sale: {keeping.COPY}")]
    steering.resume(copy.process, "sale")
    ticks(copy)
    assert said(copy) == []
    with copy.store.read() as db:
        row, maya = campaign.by_name(db, "sale"), contact.by_phone(db, MAYA)
    assert row is not None
    assert maya is not None
    assert "came before this restored copy was armed" in list(explain(copy.process, row, maya))[-1]
    ticks(copy, CALIFORNIA + timedelta(hours=2))
    assert left(copy) == [TOM, HONOLULU], "hers was still to come"


def test_whom_it_was_planned_for_later_is_not_texted_twice_either(house: House, copied: Copied) -> None:
    """The backup is older than the planning: the run is opened in the copy, when its hour was over."""
    knows(house, TOM, HONOLULU)
    begin(house, SALE)
    copy = copied()
    ticks(house, HOUR)
    arm(copy, HOUR + timedelta(hours=1))
    steering.resume(copy.process, "sale")
    ticks(copy)
    assert said(copy) == []
    ticks(copy, CALIFORNIA + timedelta(hours=2))
    assert left(copy) == [HONOLULU]


def test_one_that_was_paused_and_resumed_by_the_original(house: House, copied: Copied) -> None:
    knows(house, TOM)
    begin(house, SALE)
    steering.pause(house.process, "sale", by="ann")
    copy = copied()
    steering.resume(house.process, "sale")
    ticks(house, HOUR)
    assert left(house) == [TOM]
    arm(copy, HOUR + timedelta(hours=1))
    steering.resume(copy.process, "sale")
    ticks(copy)
    assert said(copy) == []


@pytest.mark.parametrize(("armed_after", "dropped", "own"), [(timedelta(hours=1), 2, ["thanks"]), (timedelta(days=3), 3, [])])
def test_starts_that_nobody_had_heard(house: House, copied: Copied, armed_after: timedelta, dropped: int, own: list[str]) -> None:
    """Of a campaign, with its step on a silence, and of `parley start`. What a person starts in the copy is the copy's own."""
    knows(house, TOM)
    begin(house, SALE + LAST_CHANCE)
    house.clock.at = HOUR
    ticking.plan(house.process)
    ticking.release(house.process)
    campaigns.start_flow(house.process, "thanks", [MAYA])
    copy = copied()
    house.work()
    assert left(house) == [TOM]
    copy.clock.pass_(timedelta(seconds=1))
    campaigns.start_flow(copy.process, "thanks", [TOM])  # by a person who looks at the copy
    arm(copy, HOUR + armed_after)
    steering.resume(copy.process, "sale")
    ticks(copy)
    assert copy.count("event", f"outcome = '{restored.WHY}'") == dropped
    assert [row.flow for row in copy.messages()] == own, "as far as it is of use after so long"


@pytest.mark.parametrize(("armed_after", "comes"), [(timedelta(days=2, hours=1), False), (timedelta(days=1), True)])
def test_a_step_on_a_silence(house: House, copied: Copied, armed_after: timedelta, comes: bool) -> None:
    knows(house, TOM)
    begin(house, SALE + LAST_CHANCE)
    ticks(house, HOUR)
    copy = copied()
    arm(copy, HOUR + armed_after)
    steering.resume(copy.process, "sale")
    ticks(copy)
    ticks(copy, HOUR + timedelta(days=2, hours=2))
    assert len(said(copy)) == comes


def test_a_reply_that_the_original_has_answered(house: House, copied: Copied) -> None:
    knows(house, TOM, ANN)
    begin(house, SALE + THANKS_FOR_REPLIES)
    ticks(house, HOUR)
    copy = copied()
    copy.clock.at = HOUR + timedelta(minutes=5)
    copy.n_texts = 10
    copy.says("nice", TOM)
    arm(copy, HOUR + timedelta(hours=1))
    steering.resume(copy.process, "sale")
    copy.work()
    copy.n_texts = 20
    copy.clock.pass_(timedelta(minutes=1))
    copy.says("nice too", ANN)
    ticks(copy, copy.clock.at + timedelta(minutes=1))
    assert [row.contact_id for row in copy.messages() if row.flow == "thanks"] == [2], "hers came after the arming"


def test_what_begins_in_the_copy_is_its_own(house: House, copied: Copied) -> None:
    knows(house, TOM, HONOLULU)
    copy = copied()
    arm(copy, HOUR + timedelta(hours=1))
    copy.clock.pass_(timedelta(minutes=10))
    begin(copy, SALE)
    ticks(copy)
    assert left(copy) == [TOM], "an hour ago was 10:00, and it is of use still"


# --- schedules and dates ------------------------------------------------------------------------------------------------


def test_schedules_and_dates_that_came_meanwhile_are_the_originals(house: House, copied: Copied, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", news=NEWS, wishes=WISHES)
    knows(house, TOM, fields={"birthday": "1990-03-05"})
    knows(house, MAYA, zone="America/New_York", fields={"birthday": "1990-03-06"})
    look(house, HOUR - timedelta(hours=1))
    copy = copied()
    look(house, HOUR + timedelta(hours=2))
    assert sorted(said(house)) == ["All the best!", "News of the day.", "News of the day."]
    look(copy, HOUR + timedelta(hours=2))
    arm(copy, HOUR + timedelta(hours=2, minutes=30))
    look(copy, HOUR + timedelta(hours=3))
    assert said(copy) == []
    look(copy, HOUR + timedelta(days=1, hours=2))
    assert sorted(said(copy)) == ["All the best!", "News of the day.", "News of the day."], "the next day's are the copy's"


def test_a_start_of_a_schedule_that_nobody_had_heard(house: House, copied: Copied, tmp_path: Path) -> None:
    house.publish(tmp_path / "flows", news=NEWS)
    knows(house, TOM)
    look(house, HOUR)
    house.clock.at = HOUR + timedelta(hours=1)
    assert schedules.start_due(house.process) == 1
    copy = copied()
    arm(copy, HOUR + timedelta(hours=2))
    look(copy, HOUR + timedelta(hours=2))
    assert said(copy) == []
    assert inbox.hear_due(copy.process, 10) == 0


# --- a move -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "list_",
    [List(), List(HOUR - timedelta(seconds=1)), List(CALIFORNIA, sender="+15005559999")],
    ids=["nothing", "before the backup", "by somebody else who shares the account"],
)
def test_where_the_original_has_sent_nothing_since_the_copy_goes_on_where_it_stood(house: House, copied: Copied, list_: Carrier) -> None:
    knows(house, TOM, MAYA, HONOLULU, sender=OURS)
    begin(house, SALE + LAST_CHANCE)
    ticks(house, HOUR)
    assert left(house) == [TOM]
    campaigns.start_flow(house.process, "thanks", [ANN])
    copy = copied()
    assert arm(copy, CALIFORNIA + timedelta(hours=1), list_) == ""
    ticks(copy)
    ticks(copy, CALIFORNIA + timedelta(hours=2))
    assert sorted(set(left(copy))) == sorted({TOM, MAYA, HONOLULU})
    assert len(said(copy)) == 2, "nobody twice"
    ticks(copy, HOUR + timedelta(days=2))
    assert len(said(copy)) == 3, "and what follows a silence"


def test_where_nobody_can_say_what_was_sent_it_is_left_to_the_original(house: House, copied: Copied) -> None:
    knows(house, TOM, MAYA)
    begin(house, SALE)
    copy = copied()
    assert "could not be read (HTTP 503)" in arm(copy, HOUR, Away())
    assert state(copy) == (State.PAUSED, keeping.COPY)


# --- arming -------------------------------------------------------------------------------------------------------------


def test_an_installation_that_is_no_copy_is_not_touched(house: House) -> None:
    knows(house, TOM)
    campaigns.start_flow(house.process, "thanks", [TOM])
    assert not keeping.arm(house.settings, house.clock())
    with house.store.read() as db:
        assert restored.armed_at(db) is None
        assert db.execute(text("SELECT count(*) FROM event WHERE handled_at IS NULL")).scalar_one() == 1


def test_a_home_without_a_database_can_be_armed(tmp_path: Path, valkey_url: str) -> None:
    settings = load_settings({"PARLEY_HOME": str(tmp_path / "new"), "REDIS_URL": valkey_url, "PUBLIC_URL": "http://127.0.0.1:8000"})
    settings.disarmed_marker.parent.mkdir(parents=True, exist_ok=True)
    settings.disarmed_marker.write_text("x")
    assert keeping.arm(settings)
    assert keeping.is_armed(settings)
    assert [path.name for path in settings.disarmed_marker.parent.iterdir()] == [], "nothing is made of nothing"
