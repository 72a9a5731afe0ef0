"""What tests of sending share: a carrier of their own, and what they ask of the stand-in for Twilio."""

from datetime import timedelta

from bot import lookups
from bot.messenger import Accepted, Found, Outgoing, Sent
from bot.provider.app import Provider
from tests.service.house import MAYA, House


class Carrier:
    """Takes what it is sent, unless it has been told what to say instead."""

    name = "api"

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.says: list[Sent] = []

    def send(self, outgoing: Outgoing) -> Sent:
        if self.says:
            return self.says.pop(0)
        self.sent.append(outgoing)
        return Accepted(f"SMcarried{len(self.sent)}")

    def find(self, to: str, since: object) -> list[Found]:
        return []


def sent(provider: Provider, to: str = MAYA) -> list[str]:
    return [message.body for message in provider.ledger.everything() if message.to == to]


def recover_all(house: House, passes: int = 6) -> None:
    """Time passes, look-ups are made, and what is absent is sent again."""
    for _ in range(passes):
        house.clock.pass_(timedelta(seconds=61))
        lookups.recover(house.process)
        house.work()
