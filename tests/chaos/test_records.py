"""The comparison finds what it is there to find: each row is a fault of bookkeeping, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.house import ACCOUNT, TOKEN
from tests.chaos.load import Expected
from tests.chaos.machine import DST_ZONES
from tests.chaos.records import Accepted, Fate, Row, Verdict, compare, is_after, provider_record
from tests.chaos.report import figures, passed
from tests.chaos.run import Done, Outcome, Plan, zones_for
from tests.chaos.stranger_http import listen

MAYA, NOW = "+6580000001", datetime(2026, 11, 22, tzinfo=UTC)
DUE = Expected(MAYA, "Hello", 5.0, "broadcast")
OPEN = Fate(MAYA, "Hello", 5.0, 1, "unknown")


def at_provider(body: str = "Hello", direction: str = "outbound-api", sid: str = "SM1") -> Accepted:
    return Accepted(sid, MAYA, body, direction, NOW)


def ours(status: str, reason: str | None = None, sid: str | None = "SM1") -> Row:
    return Row(sid, MAYA, "Hello", "out", status, reason)


CAME = Row("SMin", MAYA, "Hi", "in", "received")
LEFT, STOP = at_provider("STOP", "inbound", "SM9"), Row("SM9", MAYA, "STOP", "in", "received")
"""Whether or not the webhook was answered: a web process that is killed in a STOP never does, and the provider's list brings it later."""
ROWS = [
    ("sent once", [DUE], [at_provider()], [ours("accepted")], (0, 0, 0)),
    ("sent by twiml", [DUE], [at_provider(direction="outbound-reply")], [ours("sent")], (0, 0, 0)),
    ("the row says sent, the provider knows nothing", [DUE], [], [ours("sent")], (1, 0, 0)),
    ("no row, nothing sent", [DUE], [], [], (1, 0, 0)),
    ("sent twice by one row", [DUE], [at_provider(), at_provider(sid="SM2")], [ours("accepted")], (0, 1, 0)),
    ("two rows for one text", [DUE], [at_provider(), at_provider(sid="SM2")], [ours("sent"), ours("sent", sid="SM2")], (0, 1, 0)),
    ("two were due", [DUE, DUE], [at_provider(), at_provider(sid="SM2")], [ours("sent"), ours("sent")], (0, 0, 0)),
    ("one of two", [DUE, DUE], [at_provider()], [ours("sent"), ours("queued", sid=None)], (0, 0, 1)),
    ("still under way", [DUE], [], [ours("unknown", sid=None)], (0, 0, 1)),
    ("refused with a reason", [DUE], [], [ours("refused", "opted out", None)], (0, 0, 0)),
    ("refused, and sent all the same, twice", [DUE], [at_provider(), at_provider()], [ours("refused", "opted out")], (0, 1, 0)),
    ("nobody asked for it", [], [at_provider()], [], (0, 1, 0)),
    ("nobody asked for it, and a row says why", [], [at_provider()], [ours("sent")], (0, 0, 0)),
    ("a text that came in", [], [at_provider("Hi", "inbound", "SMin")], [CAME], (0, 0, 0)),
    ("a text that came in and stands nowhere", [], [at_provider("Hi", "inbound", "SMin")], [], (1, 0, 0)),
    ("a text that stands twice", [], [at_provider("Hi", "inbound", "SMin")], [CAME, CAME], (0, 1, 0)),
    ("a forged text that stands in the inbox", [], [], [CAME], (0, 1, 0)),
    ("not written, as she had left", [DUE], [LEFT], [STOP], (0, 0, 0)),
    ("not written, as somebody else had left", [DUE], [LEFT], [replace(STOP, phone="+6591110000")], (1, 0, 0)),
    ("not written, and she only said a word", [DUE], [LEFT], [replace(STOP, body="STOP it")], (1, 0, 0)),
    ("not written, and her STOP stands nowhere", [DUE], [LEFT], [], (2, 0, 0)),
    ("written, said to have left, and then she did", [DUE], [LEFT], [ours("sent"), STOP], (1, 0, 0)),
]


@pytest.mark.parametrize(("why", "expected", "accepted", "rows", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_what_the_records_say(
    why: str, expected: list[Expected], accepted: list[Accepted], rows: list[Row], wanted: tuple[int, int, int]
) -> None:
    verdict = compare(expected, accepted, rows, came={one.sid for one in accepted if one.direction == "inbound"})
    assert tuple(sum(fate.n for fate in fates) for fates in (verdict.lost, verdict.doubled, verdict.unresolved)) == wanted, why
    assert verdict.ok == (wanted[:2] == (0, 0))


def test_a_list_whose_pages_shift_and_lag_is_read_to_its_end() -> None:
    with listen(ACCOUNT, TOKEN, odd="page20,by_number,list_lag=1") as provider:
        sids = {provider.accept({"To": MAYA, "Body": "Hi"}).sid for _ in range(50)}
        found = [one.sid for one in provider_record(provider.url, sids)]
    assert sorted(found) == sorted(sids)


def outcome(verdict: Verdict, done: list[Done]) -> Outcome:
    plan = Plan(database="sqlite", seed=1, kinds=[one.kind for one in done])
    return Outcome(plan, done, {"kill_postgresql": "SQLite has no server"}, verdict, None, None, 1.0)


def test_a_lost_text_is_laid_at_the_door_of_the_fault_that_was_at_work() -> None:
    verdict = compare([DUE], [], [], came=set())
    near, far = Done("kill_web", 4.0, 4.0, 6.0, 0.5, 1.5), Done("redis_gone", 500.0, 520.0, 521.0, 0.1, 0.2)
    told = figures(1, [outcome(verdict, [near, far])])
    assert told["faults"] == [
        {"kind": "kill_postgresql", "n": 0, "lost": 0, "doubled": 0, "recovery_s": None, "not_done": {"sqlite": "SQLite has no server"}},
        {"kind": "kill_web", "n": 1, "lost": 1, "doubled": 0, "recovery_s": 1.5},
        {"kind": "redis_gone", "n": 1, "lost": 0, "doubled": 0, "recovery_s": 0.2},
    ]
    assert (told["lost"], told["doubled"], told["unresolved"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("why", "done", "verdict", "ok"),
    [
        ("all is well", Done("kill_web", 0, 0, 1, 0.5, 0.5), Verdict(), True),
        ("nothing left for long, and in the end all did", Done("kill_web", 0, 0, 1, 0.5, None), Verdict(), True),
        ("nothing ever left again", Done("kill_web", 0, 0, 1, 0.5, None), Verdict(unresolved=[OPEN]), False),
        ("a text is in doubt", Done("kill_web", 0, 0, 1, 0.5, 0.5), Verdict(unresolved=[OPEN]), True),
        ("a text is lost", Done("kill_web", 0, 0, 1, 0.5, 0.5), Verdict(lost=[OPEN]), False),
        ("a text is doubled", Done("kill_web", 0, 0, 1, 0.5, 0.5), Verdict(doubled=[OPEN]), False),
        ("the fault found something itself", Done("webhooks_forged", 0, 0, 1, None, None, "AssertionError: 1 was taken"), Verdict(), False),
        ("an offer after a STOP", Done("kill_web", 0, 0, 1, 0.5, 0.5), Verdict(after_stop=1), False),
    ],
)
def test_when_a_run_has_passed(why: str, done: Done, verdict: Verdict, ok: bool) -> None:
    assert passed([outcome(verdict, [done])]) is ok, why


@pytest.mark.parametrize("day", [1, 4, 7])
@pytest.mark.parametrize("hour", range(24))
def test_there_is_a_change_of_clocks_to_jump_to_at_any_hour(day: int, hour: int) -> None:
    zone, dst_zone = zones_for(NOW + timedelta(days=day, hours=hour), list(FAULTS))
    assert zone.startswith("Etc/")
    assert dst_zone in DST_ZONES


@pytest.mark.parametrize(
    ("why", "tried", "began", "answered", "after"),
    [
        ("claimed while the turn of the STOP was under way", 1, 0, 2, False),
        ("claimed once the webhook had been answered", 3, 0, 2, True),
        ("spooled: answered first, heard later, claimed before that was committed", 12, 10, 2, False),
        ("spooled, and claimed long after it had been heard", 20, 10, 2, True),
        ("heard from the provider's list, with no webhook", 20, 10, None, True),
    ],
)
def test_when_an_offer_came_after_a_stop(why: str, tried: int, began: int, answered: int | None, after: bool) -> None:
    told = None if answered is None else NOW + timedelta(seconds=answered)
    assert is_after(NOW + timedelta(seconds=tried), NOW + timedelta(seconds=began), told) is after, why
