"""What tests of campaigns share: contacts that opted in, a campaign that begins, and the clock and the worker that look."""

from datetime import datetime
from pathlib import Path

from bot.campaigns import steering, ticking
from bot.campaigns.drafting import draft
from bot.campaigns.preview import Preview
from config.settings import Settings
from models import campaign, contact
from nlp.types import Reader
from tests.service.house import House

THANKS = """\
flow: thanks
purpose: marketing
steps:
  say: {say: "{{ brand }}: thank you! STOP to opt out"}
"""
SALE = """\
campaign: sale
segment: all
at: 2026-03-05 10:00 local
text: "{{ brand }}: 20% off today. Reply STOP to opt out."
"""


def house_with_thanks(settings: Settings, reader: Reader, folder: Path) -> House:
    """A house where the flow `thanks` is live."""
    built = House(settings, reader)
    flows = folder / "flows"
    flows.mkdir()
    built.publish(flows, thanks=THANKS)
    return built


def knows(house: House, *phones: str, **more: object) -> None:
    """Contacts that opted in, unless it says otherwise."""
    with house.store.write() as db:
        for phone in phones:
            contact.add(db, contact.new_values(phone, house.clock(), **{"consent": "in", **more}))  # type: ignore[arg-type]


def many(n: int, area: str = "212") -> list[str]:
    return [f"+1{area}555{i:04d}" for i in range(100, 100 + n)]


def load(house: House, source: str) -> None:
    done = draft(house.process, source, "sale.yaml", by="test", now=house.clock())
    assert done.name is not None, [str(problem) for problem in done.problems]


def begin(house: House, source: str) -> Preview:
    load(house, source)
    return steering.start(house.process, source.splitlines()[0].removeprefix("campaign: "), by="test")


def ticks(house: House, at: datetime | None = None) -> None:
    """The clock and the worker look, until there is nothing left to do at this moment."""
    if at is not None:
        house.clock.at = at
    ticking.plan(house.process)
    while ticking.release(house.process):
        house.work()
    ticking.look_after(house.process)
    house.work()


def left(house: House) -> list[str]:
    """Whom a text left for, in order."""
    with house.store.read() as db:
        names = {row.id: row.phone for row in contact.after(db, 0, 5000)}
    return [names[row.contact_id] for row in house.messages() if row.handed_over_at is not None]


def state(house: House, name: str = "sale") -> tuple[str, str]:
    with house.store.read() as db:
        row = campaign.by_name(db, name)
    assert row is not None
    return row.state, row.why
