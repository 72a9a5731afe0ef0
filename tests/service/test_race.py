"""Several workers at once, on both databases: nothing is claimed twice, and caps and pace hold."""

import threading
from collections.abc import Iterator

import pytest

from bot import outbox
from config.settings import Settings
from models import contact
from models.message import blank
from nlp.types import Reader
from tests.service.carriers import Carrier
from tests.service.house import MAYA, OURS, TOM, House


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader, Carrier())
    with built.store.write() as db:
        for phone in (MAYA, TOM):
            contact.add(db, contact.new_values(phone, built.clock(), consent="in"))
    yield built
    built.close()


def race(house: House, n_threads: int = 4) -> list[outbox.Claimed]:
    """What several workers claim at once, each until it finds nothing three times; then one alone, what they kept from each other."""
    claimed: list[outbox.Claimed] = []
    ready = threading.Barrier(n_threads)

    def together() -> None:
        ready.wait()
        work()

    def work() -> None:
        idle = 0
        while idle < 3:
            found = outbox.claim(house.process, batch=2)  # few, so that they look at different rows
            idle = 0 if found else idle + 1
            if found:
                claimed.append(found)
                with house.store.write() as db:  # it has left: the next one to this contact may follow
                    outbox.outbox.change(db, found.message.id, handed_over_at=house.clock())

    threads = [threading.Thread(target=together) for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    work()
    return claimed


def test_workers_that_claim_at_once_keep_caps_and_pace(house: House) -> None:
    with house.store.write() as db:
        maya = contact.by_phone(db, MAYA)
        assert maya is not None
        rows = [
            blank(maya.id, "out", "Hi", house.clock(), key=f"m{n}", status="queued", author="flow", urgency="marketing", ours=OURS)
            for n in range(12)
        ]
        outbox.outbox.add(db, rows)
        contact_id = contact.by_phone(db, TOM)
        assert contact_id is not None
        more = [
            blank(contact_id.id, "out", "Hi", house.clock(), key=f"s{n}", status="queued", author="flow", urgency="service", ours="MG1")
            for n in range(12)
        ]
        outbox.outbox.add(db, more)
    claimed = race(house)
    assert len({c.message.id for c in claimed}) == len(claimed), "nothing is claimed twice"
    assert sorted(c.message.ours for c in claimed) == [OURS] * 2 + ["MG1"] * 4, "two a day; four at one a second"
