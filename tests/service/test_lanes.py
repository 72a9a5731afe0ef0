"""The outbox by lanes, on both databases: what overtakes, what waits for what, and that texts to one contact keep their order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from bot import jobs, outbox
from bot.messenger import TooMany
from config.settings import Settings
from models import contact, event, meta
from models.event import EventKind
from models.message import blank
from models.store import Instant
from nlp.types import Reader
from tests.service.carriers import Carrier
from tests.service.house import MAYA, OURS, TOM, House

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
CROWD = [f"+1415555{n:04d}" for n in range(200, 400)]


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def house(settings: Settings, reader: Reader, carrier: Carrier) -> Iterator[House]:
    built = House(settings.model_copy(update={"sender_rates": {OURS: 1000.0}}), reader, carrier)
    with built.store.write() as db:
        for phone in (MAYA, TOM, *CROWD):
            contact.add(db, contact.new_values(phone, built.clock(), consent="in"))
    yield built
    built.close()


def queue_text(house: House, phone: str, body: str, urgency: str = "marketing", **more: Any) -> None:
    """A text that waits in the outbox. Each is of a turn of its own, unless `turn` names one."""
    with house.store.write() as db:
        owner = contact.by_phone(db, phone)
        assert owner is not None
        key = f"{more.pop('turn', f'{body}{phone}')}-{house.count('message')}"
        row = blank(owner.id, "out", body, house.clock(), key=key, status="queued", author="flow", urgency=urgency, ours=OURS, **more)
        outbox.outbox.add(db, [row])
    house.clock.pass_(timedelta(milliseconds=1))


def bodies(carrier: Carrier) -> list[str]:
    return [sent.body for sent in carrier.sent]


def test_an_answer_overtakes_all_that_waits(house: House, carrier: Carrier) -> None:
    for n, phone in enumerate(CROWD):
        queue_text(house, phone, f"news {n}")
    queue_text(house, TOM, "reminder", "service")
    queue_text(house, MAYA, "answer", "reply")
    for _ in range(3):
        outbox.send_next(house.process)
    assert bodies(carrier) == ["answer", "reminder", "news 0"]


def test_a_reminder_does_not_wait_for_all_answers_of_an_outage_and_a_campaign_does(house: House, carrier: Carrier) -> None:
    queue_text(house, MAYA, "news")
    for n, phone in enumerate(CROWD[:20]):
        queue_text(house, phone, f"answer {n}", "reply")
    for n in range(3):
        queue_text(house, TOM, f"reminder {n}", "service")
    house.work()
    sent = bodies(carrier)
    assert [sent.index(f"reminder {n}") for n in range(3)] == [2, 5, 8], "one of three is a reminder, as long as there are any"
    assert [body for body in sent if body.startswith("answer")] == [f"answer {n}" for n in range(20)]
    assert sent[-1] == "news"


def test_while_the_lost_database_has_just_come_back_only_answers_leave(house: House, carrier: Carrier) -> None:
    queue_text(house, TOM, "reminder", "service")
    for n, phone in enumerate(CROWD[:4]):
        queue_text(house, phone, f"answer {n}", "reply")
    house.drain._database_away(DBAPIError("", None, Exception()))
    house.work()
    assert bodies(carrier) == [f"answer {n}" for n in range(4)]
    house.passes(jobs.CALM + SECOND)
    assert bodies(carrier)[4:] == ["reminder"]


def test_the_texts_of_a_turn_keep_their_order_when_the_first_has_to_wait(house: House, carrier: Carrier) -> None:
    carrier.says = [TooMany("429")]
    for body in ("one", "two", "three"):
        queue_text(house, MAYA, body, "reply", turn="SM7")
    queue_text(house, TOM, "other", "reply")
    house.work()
    assert bodies(carrier) == ["other"], "nothing of this turn overtakes its first text"
    house.passes(timedelta(seconds=4))
    assert bodies(carrier) == ["other", "one", "two", "three"]


def queue_three_for_more_than_a_look(house: House) -> list[str]:
    """Three answers to so many people that the second and third ones are more than a claim looks at; who they are."""
    many = CROWD[: outbox.BATCH * outbox.MOST_BATCHES // 2 + 1]
    for body in ("one", "two", "three"):
        for phone in many:
            queue_text(house, phone, body, "reply", turn=phone)
    return many


def test_those_whose_first_text_was_put_back_do_not_hide_it_from_the_claim(house: House, carrier: Carrier) -> None:
    """After an outage the first texts of hundreds are tried again, later than what stands behind them was to leave."""
    many = queue_three_for_more_than_a_look(house)
    with house.store.write() as db:
        db.execute(text("UPDATE message SET not_before = :at WHERE body = 'one'").bindparams(bindparam("at", house.clock(), Instant)))
    house.clock.pass_(SECOND)
    house.work()
    for phone in many:
        assert [sent.body for sent in carrier.sent if sent.to == phone] == ["one", "two", "three"]


def test_those_behind_texts_that_hang_stand_in_nobodys_way(house: House, carrier: Carrier) -> None:
    """Two workers have died with a text of each in their hands."""
    many = queue_three_for_more_than_a_look(house)
    with house.store.write() as db:
        died = {"lease": house.clock() + outbox.LEASE, "now": house.clock()}
        typed = (bindparam(name, at, Instant) for name, at in died.items())
        db.execute(
            text("UPDATE message SET status = 'sending', tried_at = :now, lease_until = :lease WHERE body = 'one'").bindparams(*typed)
        )
    queue_text(house, TOM, "to somebody else", "reply")
    house.work()
    assert bodies(carrier) == ["to somebody else"]
    with house.store.write() as db:
        db.execute(text("UPDATE message SET status = 'accepted', handed_over_at = tried_at WHERE body = 'one'"))
    house.work()
    assert sorted(bodies(carrier)[1:]) == sorted(["two", "three"] * len(many))


def test_while_the_first_is_on_its_way_the_second_waits(house: House, carrier: Carrier) -> None:
    for body in ("one", "two"):
        queue_text(house, MAYA, body, "reply", turn="SM7")
    claimed = outbox.claim(house.process)
    assert claimed is not None
    assert outbox.claim(house.process) is None, "another worker must not be faster"
    outbox.record(house.process, claimed, carrier.send(outbox._outgoing(house.process, claimed)))
    house.work()
    assert bodies(carrier) == ["one", "two"]


def test_what_nobody_asked_for_waits_behind_what_is_held_and_an_answer_does_not(house: House, carrier: Carrier) -> None:
    queue_text(house, MAYA, "first", not_before=house.clock() + HOUR)
    queue_text(house, MAYA, "second")
    queue_text(house, MAYA, "answer", "reply")
    queue_text(house, TOM, "to somebody else")
    house.work()
    assert bodies(carrier) == ["answer", "to somebody else"]
    house.passes(HOUR + SECOND)
    assert bodies(carrier)[2:] == ["first", "second"]


def test_who_has_to_be_heard_first_holds_up_nobody_else(house: House, carrier: Carrier) -> None:
    with house.store.write() as db:
        for phone in CROWD[:50]:
            owner = contact.by_phone(db, phone)
            assert owner is not None
            event.add(db, [event.values(f"x{phone}", owner.id, EventKind.CLOSE, house.clock())])
    for phone in CROWD[:51]:
        queue_text(house, phone, f"to {phone}")
    outbox.send_next(house.process)
    assert bodies(carrier) == [f"to {CROWD[50]}"]


def test_a_whole_campaign_is_held_at_night_in_one_go_and_an_answer_passes_it(house: House, carrier: Carrier) -> None:
    house.clock.pass_(timedelta(hours=12))  # 22:00 in California
    for phone in CROWD:
        queue_text(house, phone, "news")
    queue_text(house, MAYA, "answer", "reply")
    house.work()
    assert bodies(carrier) == ["answer"]
    assert house.count("message", "reason = 'quiet hours'") == len(CROWD)
    assert outbox.send_next(house.process) is False


def test_a_pause_tells_a_few_and_turns_no_wheel(house: House, carrier: Carrier) -> None:
    with house.store.write() as db:
        meta.put(db, meta.PAUSED, {"why": "test"})
    for phone in CROWD:
        queue_text(house, phone, "news")
    queue_text(house, MAYA, "answer", "reply")
    house.work()
    assert bodies(carrier) == ["answer"]
    assert 0 < house.count("message", "reason = 'sending is paused'") <= 5 * outbox.BATCH
    with house.store.write() as db:
        meta.put(db, meta.PAUSED, None)
    house.passes(timedelta(minutes=2))
    assert len(carrier.sent) == 1 + len(CROWD)


def test_an_answer_in_the_webhook_passes_no_earlier_one(house: House, carrier: Carrier) -> None:
    """The earlier one's text came while the database was away, say, and a worker has not sent its answer yet."""
    queue_text(house, MAYA, "earlier", "reply")
    assert house.says("LESS") == [], "it would arrive before the earlier one"
    assert len(house.says("LESS", TOM)) == 1, "nobody else waits for that"
    house.work()
    assert bodies(carrier)[0] == "earlier"
    assert len(carrier.sent) == 2
    assert len(house.says("LESS")) == 1


def test_an_opt_out_waits_for_no_earlier_answer(house: House, carrier: Carrier) -> None:
    queue_text(house, MAYA, "earlier", "reply")
    assert len(house.says("Please stop texting me")) == 1
    house.work()
    assert bodies(carrier) == [], "the opt-out canceled it"


@pytest.mark.parametrize("waits", [{"not_before": HOUR}, {"created_at": -2 * MINUTE}], ids=["held for long", "waiting for long"])
def test_an_answer_in_the_webhook_waits_for_nothing_that_takes_long(house: House, waits: dict[str, timedelta]) -> None:
    queue_text(house, MAYA, "earlier", "reply", **{name: house.clock() + span for name, span in waits.items()})
    assert len(house.says("LESS")) == 1


def test_an_answer_in_the_webhook_helps_where_the_worker_cannot_keep_up(house: House, carrier: Carrier) -> None:
    queue_text(house, MAYA, "old", "reply")
    house.clock.pass_(2 * MINUTE)
    queue_text(house, MAYA, "new", "reply")
    assert len(house.says("LESS")) == 1, "one behind the other, they would all wait"
