"""Which of the provider's texts is which row of ours."""

from datetime import UTC, datetime, timedelta

from bot import lookups
from bot.messenger import Found
from models.message import MessageRow, Status, blank

ROWS = [("twiml", "Hi"), ("api", "Hi"), ("api", "Hi"), ("api", "Ho")]
FOUND = [("outbound-api", "Hi", 2), ("outbound-reply", "Hi", 1), ("outbound-api", "Hi", 1), ("inbound", "Ho", 1)]


def test_match_up_gives_the_oldest_row_the_oldest_text() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    rows = [
        MessageRow(**{**blank(1, "out", body, now, carrier=carrier, status=Status.SENDING.value, author="flow"), "id": n})
        for n, (carrier, body) in enumerate(ROWS)
    ]
    found = [
        Found(sid=f"SM{n}", direction=direction, body=f" {body}\n", status="sent", created_at=now + timedelta(seconds=at))
        for n, (direction, body, at) in enumerate(FOUND)
    ]
    assert {row: match.sid for row, match in lookups.match_up(rows, found).items()} == {0: "SM1", 1: "SM2", 2: "SM0"}
