"""Caps by purpose and stage, and ceilings on spending, on both databases: from the settings to what leaves, waits and is told."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import campaigns, limits, outbox, people, why
from config.settings import Settings, load_settings
from flows.types import Purpose
from models import activity, alarm, contact, link, purchase, spend
from models.alarm import AlarmKind
from nlp.types import Reader
from scheduler.caps import Stage
from tests.service.house import MAYA, TOM, House, callbacks

NEWS = 'flow: news\npurpose: marketing\nlate: 20d\nsteps:\n  hi:\n    say: "{{ brand }}: news! STOP to opt out."\n'
REMINDER = 'flow: reminder\npurpose: service\nlate: 40d\nsteps:\n  hi:\n    say: "Your table is at seven."\n'
ANSWER = 'flow: answer\npurpose: service\ntriggers: [{keyword: TABLE}]\nsteps:\n  hi:\n    say: "At seven."\n'
DAY = timedelta(days=1)
OLD = datetime(2025, 1, 1, tzinfo=UTC)
Open = Callable[..., House]


@pytest.fixture
def opened(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[Open]:
    """Opens the house with more settings."""
    houses: list[House] = []

    def open_(**more: str) -> House:
        given = settings.model_dump(include=settings.model_fields_set)
        environ = {name.upper(): ",".join(value) if isinstance(value, tuple) else str(value) for name, value in given.items()}
        house = House(load_settings({**environ, "CAP_MARKETING_DAY": "0", "CAP_MARKETING_WEEK": "0", **more}), reader)
        houses.append(house)
        house.publish(tmp_path, news=NEWS, reminder=REMINDER, answer=ANSWER)
        for phone in (MAYA, TOM):
            with house.store.write() as db:
                contact.add(db, contact.new_values(phone, OLD, consent="in", consent_at=OLD))
        return house

    yield open_
    for house in houses:
        house.close()


def start(house: House, flow: str, phone: str = MAYA) -> None:
    campaigns.start_flow(house.process, flow, [phone])
    house.work()


def statuses(house: House) -> list[tuple[str, str | None]]:
    return [(row.status, row.reason) for row in house.messages()]


# --- caps -------------------------------------------------------------------------------------------------------------


def test_service_has_caps_of_its_own(opened: Open) -> None:
    house = opened(CAPS="service 2/1d; marketing 1/1d")
    for flow, phone in (("reminder", MAYA), ("news", MAYA), ("news", TOM), ("reminder", MAYA), ("reminder", MAYA), ("news", TOM)):
        start(house, flow, phone)
    held = [("queued", "cap: 2 service texts a day"), ("queued", "cap: 1 marketing text a day")]
    assert statuses(house) == [("delivered", None)] * 4 + held
    assert house.says("TABLE") == ["At seven."], "an answer is not capped"
    house.passes(DAY)
    assert [row.status for row in house.messages() if row.urgency != "reply"] == ["delivered"] * 6


@pytest.mark.parametrize(
    ("stage", "leave"),
    [(Stage.NEW, 1), (Stage.ACTIVE, 3), (Stage.LAPSED, 2)],
)
def test_caps_by_stage(opened: Open, stage: Stage, leave: int) -> None:
    house = opened(CAPS="marketing 2/1d; marketing new 1/1d; marketing active 3/1d")
    known = {Stage.NEW: {"consent_at": house.clock() - DAY}, Stage.ACTIVE: {"last_in_at": house.clock() - 40 * DAY}, Stage.LAPSED: {}}
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        contact.change(db, owner.id, suppressed_at=None, **known[stage])
    for _ in range(4):
        start(house, "news")
    assert [status for status, _ in statuses(house)].count("delivered") == leave
    reason = statuses(house)[leave][1]
    assert reason is not None
    assert reason.startswith(f"cap: {leave} marketing text")
    assert reason.endswith("a day" if stage is Stage.LAPSED else f"to a contact who is {stage}")
    with house.store.read() as db:
        found = why.find(db, str(house.messages()[leave].id))
        assert found is not None
        story = " ".join(why.explain(db, house.settings, found, house.clock()).story)
    assert f"Marketing texts: {leave} of {leave} in the last day" in story
    assert found.rules is not None
    assert f"The rules were row US-CA of the windows, version {found.rules.partition('@')[2]}." in story


def test_signs_of_life_are_clicks_and_orders(opened: Open) -> None:
    house = opened()
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        assert limits.stage_of(db, owner, house.clock()) is Stage.LAPSED
        link.add(db, [link_row(owner.id, house.clock())])
        link.count(db, "abc", house.clock() - DAY, preview=False)
        assert activity.last_signs(db, owner.id) == (house.clock() - DAY, None)
        assert limits.stage_of(db, owner, house.clock()) is Stage.ACTIVE
        assert limits.stage_of(db, owner, house.clock() + 90 * DAY) is Stage.LAPSED
        purchase.add(db, [purchase.values("A1", owner.id, house.clock(), 100, "EUR")])
        assert limits.stage_of(db, owner, house.clock() + 89 * DAY) is Stage.ACTIVE


def link_row(contact_id: int, now: datetime) -> dict[str, object]:
    return {"token": "abc", "contact_id": contact_id, "message_key": "k", "target": "https://example.com", "test": False, "created_at": now}


def test_who_asked_for_less_gets_half(opened: Open) -> None:
    house = opened(CAPS="marketing 3/1d")
    with house.store.write() as db:
        owner = contact.by_phone(db, MAYA)
        assert owner is not None
        contact.change(db, owner.id, less_at=house.clock())
        (cap,) = limits.caps_of(db, house.settings, replace(owner, less_at=house.clock()), Purpose.MARKETING, house.clock())
    assert cap.most == 1
    start(house, "news")
    start(house, "news")
    start(house, "news", TOM)
    start(house, "news", TOM)
    held = ("queued", "cap: 1 marketing text a day, who asked for less")
    assert statuses(house) == [("delivered", None), held, ("delivered", None), ("delivered", None)]


@pytest.mark.parametrize(("region", "known"), [("FR-57", "57"), (57, "57"), ("Grand Est", None), ([57], None), (None, None)])
def test_a_contacts_region_decides_which_holidays_count(opened: Open, region: object, known: str | None) -> None:
    house = opened()
    with house.store.write() as db:
        contact.add(db, contact.new_values("+33612345678", OLD, fields={"region": region}))
        row = contact.by_phone(db, "+33612345678")
    assert row is not None
    assert people.place(row).region == known
    assert people.rules(row).startswith("FR@")


# --- spending ---------------------------------------------------------------------------------------------------------

TWO_TEXTS = {"PRICES": "US=0.01,*=1", "SPEND_DAY": "0.02", "TIMEZONE": "America/Los_Angeles"}
DEAR = "spending: the ceiling of this day, 0.02 USD"


def test_a_ceiling_holds_what_nobody_asked_for_until_the_next_day_and_tells_once(opened: Open) -> None:
    house = opened(**TWO_TEXTS)
    for phone in (MAYA, MAYA, MAYA, TOM):
        start(house, "news", phone)
    assert statuses(house) == [("delivered", None)] * 2 + [("queued", DEAR)] * 2
    assert house.says("TABLE") == ["At seven."], "an answer leaves all the same"
    with house.store.read() as db:
        (told,) = alarm.open_ones(db)
        assert (told.kind, told.detail, told.n) == (AlarmKind.SPENDING, "day 2026-03-04", 1)
        assert spend.spent(db, ["2026-03-04", "2026-03"]) == {"2026-03-04": 20_000, "2026-03": 20_000}
        held = house.messages(status="queued")[0]
        assert held.not_before == datetime(2026, 3, 5, 17, tzinfo=UTC), "09:00 in California"
        story = " ".join(why.explain(db, house.settings, held, house.clock()).story)
    assert "It costs 0.01 USD. 0.02 of 0.02 USD are spent this day." in story
    assert f"The gate would hold it until 2026-03-05 17:00:00 UTC: {DEAR}." in story
    with house.store.write() as db:
        assert alarm.close(db, told.id, house.clock(), "Ann")
    start(house, "news", TOM)
    assert statuses(house)[-1] == ("queued", DEAR)
    assert house.count("alarm") == 1, "who has seen to it is not told again"
    house.passes(DAY)
    assert [status for status, _ in statuses(house)].count("queued") == 1, "the next day has room for two of three"
    start(house, "news")
    assert statuses(house)[-1] == ("queued", DEAR), "which has a ceiling too"
    assert house.count("alarm", "kind = 'spending'") == 2, "one for each day"


def test_the_month_holds_longer_than_the_day(opened: Open) -> None:
    house = opened(**{**TWO_TEXTS, "SPEND_MONTH": "0.02"})
    for _ in range(3):
        start(house, "reminder")
    held = house.messages(status="queued")[0]
    assert (held.reason, held.not_before) == ("spending: the ceiling of this month, 0.02 USD", datetime(2026, 4, 1, 15, tzinfo=UTC))


def test_what_would_come_too_late_expires(opened: Open, tmp_path: Path) -> None:
    house = opened(**{**TWO_TEXTS, "SPEND_DAY": "0.001"})
    house.publish(tmp_path, news=NEWS.replace("20d", "2h"))
    start(house, "news")
    assert statuses(house) == [("expired", "spending: the ceiling of this day, 0.001 USD")]
    with house.store.read() as db:
        assert [one.kind for one in alarm.open_ones(db)] == [AlarmKind.SPENDING], "told though nothing was ever spent"


def test_a_text_is_paid_for_once_however_often_it_is_tried(opened: Open) -> None:
    house = opened(**TWO_TEXTS)
    campaigns.start_flow(house.process, "news", [MAYA])
    while not house.messages():
        house.drain.run()
    house.work()
    row = house.messages()[0]
    with house.store.write() as db:
        db.execute(text("UPDATE message SET status = 'queued', attempt = 1, not_before = created_at"))
        assert limits.of_message(db, house.settings, owner_of(house), replace(row, attempt=1), house.clock()).budget.ceilings == ()
    assert outbox.claim(house.process) is not None
    with house.store.read() as db:
        assert spend.spent(db, ["2026-03-04"]) == {"2026-03-04": 10_000}


def owner_of(house: House) -> contact.ContactRow:
    with house.store.read() as db:
        owner = contact.by_phone(db, MAYA)
    assert owner is not None
    return owner


def test_without_prices_nothing_is_counted(opened: Open) -> None:
    house = opened()
    start(house, "news")
    assert house.count("spend") == 0


def test_sums_of_workers_at_once_are_exact(opened: Open) -> None:
    store = opened().store

    def work() -> None:
        for _ in range(25):
            with store.write() as db:
                spend.charge(db, ["2026-11-22", "2026-11"], 8_300, 1)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with store.read() as db:
        assert [(row.period, row.micros, row.texts, row.segments) for row in spend.latest(db)] == [
            ("2026-11-22", 830_000, 100, 100),
            ("2026-11", 830_000, 100, 100),
        ]


def test_workers_together_go_over_a_ceiling_by_one_text_each_at_most(opened: Open) -> None:
    house = opened(**{**TWO_TEXTS, "SPEND_DAY": "0.05", "SENDING": "off"})
    phones = [f"+1415555{n:04}" for n in range(200, 220)]
    with house.store.write() as db:
        for phone in phones:
            contact.add(db, contact.new_values(phone, OLD, consent="in", consent_at=OLD))
    campaigns.start_flow(house.process, "news", phones)
    house.work()
    process = replace(house.process, settings=house.settings.model_copy(update={"sending": True}))
    house.clock.pass_(timedelta(minutes=2))
    at_once, workers = threading.Barrier(4), []

    def work() -> None:
        at_once.wait()
        while outbox.send_next(process):
            pass

    for _ in range(4):
        workers.append(threading.Thread(target=work))
        workers[-1].start()
    for worker in workers:
        worker.join()
    left = house.count("message", "status = 'delivered'")
    assert 5 <= left <= (5 if house.store.sqlite else 8)
    assert house.count("message", "status = 'queued'") == 20 - left
    with house.store.read() as db:
        assert spend.spent(db, ["2026-03-04"]) == {"2026-03-04": left * 10_000}
    assert house.count("alarm", "kind = 'spending'") == 1, "told once"


def test_an_answer_in_the_webhook_is_paid_for_when_it_is_first_heard_of(opened: Open) -> None:
    house = opened(PRICES="*=0.01")
    answer = house.send("TABLE")
    with house.store.read() as db:
        assert spend.latest(db) == [], "nobody knows yet whether it was taken"
    (path,) = callbacks(answer)
    for status in ("queued", "sent", "delivered"):
        form = {"MessageSid": "SM" + "9" * 32, "MessageStatus": status, "AccountSid": house.settings.account_sid}
        assert house.post(path, form).status_code in (200, 204)
    with house.store.read() as db:
        assert [(row.micros, row.texts) for row in spend.latest(db)] == [(10_000, 1), (10_000, 1)], "once: its day and its month"
