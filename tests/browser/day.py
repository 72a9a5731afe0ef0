"""A shop's day, told to a running console: who texted what, who waits for a person, who opted out. Numbers are 555-01xx."""

import uuid
from datetime import timedelta

from models import contact, interaction
from tests.browser.console_house import RunningConsole
from tests.service.house import callbacks

MINUTE = timedelta(minutes=1)
HELENE, TOM, PRIYA, DANIEL, ROSA, MAYA = (f"+1{area}5550{n}" for area, n in (
    (514, 161), (212, 162), (415, 163), (312, 164), (305, 165), (415, 166),
))  # fmt: skip


def tell(house: RunningConsole) -> None:
    """The day so far. It ends with five who wait: two handed over, one in doubt, one unheard, one who wrote after opting out."""
    house.knows(HELENE, first_name="Hélène", last_name="Marchand", language="fr", zone="America/Toronto")
    house.knows(TOM, first_name="Tom", last_name="Bright", language="en", zone="America/New_York")
    house.knows(PRIYA, first_name="Priya", last_name="Nair", language="en", zone="America/Los_Angeles")
    house.knows(DANIEL, first_name="Daniel", last_name="Reyes", language="en", zone="America/Chicago")
    house.knows(ROSA, first_name="Rosa", last_name="Lopes", language="es", zone="America/New_York")
    house.knows(MAYA, first_name="Maya", last_name="Okafor", language="en", zone="America/Los_Angeles")
    say(house, MAYA, "JOIN", "yes please")
    house.clock.pass_(2 * MINUTE)
    say(house, HELENE, "Je voudrais parler à quelqu'un, s'il vous plaît")
    house.clock.pass_(20 * MINUTE)
    say(house, TOM, "STOP")
    house.clock.pass_(9 * MINUTE)
    say(house, TOM, "where is my order from last week")
    house.clock.pass_(4 * MINUTE)
    say(house, PRIYA, "do you have oat milk at quay street")
    say(house, DANIEL, "LUNCH", "pizza please")
    say(house, ROSA, "JOIN", "ya basta con tantos mensajes")
    house.clock.pass_(3 * MINUTE)
    say(house, MAYA, "FEEDBACK", "it was ok i guess. flat white was cold both times", "2 then, sorry")
    house.clock.pass_(2 * MINUTE)
    say(house, MAYA, "cold coffee twice and nobody said anything")
    house.clock.pass_(4 * MINUTE)


def say(house: RunningConsole, phone: str, *texts: str) -> None:
    """Texts from a phone, a minute apart; what is queued leaves by the worker."""
    for text in texts:
        answer = house.send(text, phone)
        assert answer.status_code == 200, answer.text
        for path in callbacks(answer):
            house.post(path, {"MessageSid": f"SM{uuid.uuid4().hex}", "MessageStatus": "delivered"})
        house.work()
        house.clock.pass_(MINUTE)


def asked_many(house: RunningConsole, step: str, *, delivered: int, replied: int, flow: str = "satisfaction") -> None:
    """As many contacts got a step's text, and some of them replied after half an hour; a step without replies asks nothing."""
    place = {"flow": flow, "revision": 1, "step": step, "data": {"asks": replied > 0}}
    rows, later = [], house.clock() + 30 * MINUTE
    with house.store.write() as db:
        for n in range(delivered):
            phone = f"+1415555{n:04d}{len(flow) % 10}"
            row = contact.by_phone(db, phone)
            who = row.id if row else contact.add(db, contact.new_values(phone, house.clock()))
            rows.append(interaction.values("delivered", who, house.clock(), test=False, **place))
            if n < replied:
                rows.append(interaction.values("replied", who, later, test=False, **place))
        interaction.add(db, rows)
