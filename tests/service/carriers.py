"""A carrier for tests that look at what leaves, and when."""

from bot.messenger import Accepted, Found, Outgoing, Sent


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
