"""Look-ups of many, on both databases: where callbacks are lost, thousands of answers are in doubt, and each has to be found."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot import lookups
from bot.messenger import Found
from config.settings import Settings
from models import contact, outbox
from models.message import blank
from nlp.types import Reader
from tests.service.carriers import Carrier
from tests.service.house import OURS, House

CROWD = [f"+1415555{n:04d}" for n in range(200, 200 + 2 * lookups.AT_ONCE)]
WORDS = ("one", "two", "three")


class Lister(Carrier):
    """Has every text in its list, and answers once so many ask at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._together = threading.Barrier(lookups.AT_ONCE, timeout=20)

    def find(self, to: str, since: object) -> list[Found]:
        assert isinstance(since, datetime)
        self.asked.append(to)
        self._together.wait()
        return [
            Found(sid=f"SM{to[1:]}{word}", direction="outbound-api", body=word, status="delivered", created_at=since + timedelta(minutes=1))
            for word in WORDS
        ]


@pytest.fixture
def carrier() -> Lister:
    return Lister()


@pytest.fixture
def house(settings: Settings, reader: Reader, carrier: Lister) -> Iterator[House]:
    built = House(settings, reader, carrier)
    now = built.clock()
    with built.store.write() as db:
        for word in WORDS:
            for phone in CROWD:
                owner = contact.by_phone(db, phone)
                who = owner.id if owner else contact.add(db, contact.new_values(phone, now, consent="in"))
                left = {"status": "sending", "carrier": "api", "tried_at": now, "lease_until": now + timedelta(seconds=60), "ours": OURS}
                outbox.add(db, [blank(who, "out", word, now, key=f"{phone}-{word}", author="flow", **left)])
    yield built
    built.close()


def test_a_contact_is_asked_for_once_however_much_of_it_is_in_doubt_and_several_at_a_time(house: House, carrier: Lister) -> None:
    house.clock.pass_(timedelta(minutes=2))
    n = lookups.AT_ONCE
    assert lookups.recover(house.process, most=n) == n * len(WORDS)
    assert sorted(carrier.asked) == sorted(CROWD[:n]), "those that have waited longest"
    assert lookups.recover(house.process, most=n) == n * len(WORDS)
    assert sorted(carrier.asked) == sorted(CROWD)
    assert {(row.status, row.provider_sid) for row in house.messages()} == {
        ("delivered", f"SM{phone[1:]}{word}") for phone in CROWD for word in WORDS
    }
    assert lookups.recover(house.process) == 0
