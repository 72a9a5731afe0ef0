"""The table of a message's moves."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports import REPORTED as TWILIO
from models.message import MOVES, Status, may_move, sources

FINAL = (Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.REFUSED, Status.EXPIRED, Status.CANCELED, Status.RECEIVED)
REPORTED = (Status.ACCEPTED, Status.SENT, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED)
RANK = {Status.QUEUED: 0, Status.SENDING: 1, Status.UNKNOWN: 1, Status.ACCEPTED: 2, Status.SENT: 3}


def after(start: Status, reports: list[Status] | tuple[Status, ...]) -> Status:
    now = start
    for report in reports:
        now = report if may_move(now, report) else now
    return now


@pytest.mark.parametrize("now", FINAL)
@pytest.mark.parametrize("to", Status)
def test_nothing_follows_a_final_status(now: Status, to: Status) -> None:
    assert not may_move(now, to)


@pytest.mark.parametrize("now", set(Status) - set(FINAL))
def test_every_other_status_has_a_way_to_each_report_of_the_end(now: Status) -> None:
    for end in (Status.DELIVERED, Status.UNDELIVERED, Status.FAILED):
        assert may_move(now, end), "a report of the end is believed whatever came before it"


@pytest.mark.parametrize("start", [Status.QUEUED, Status.SENDING, Status.UNKNOWN, Status.ACCEPTED])
@pytest.mark.parametrize("end", [Status.DELIVERED, Status.UNDELIVERED, Status.FAILED])
def test_reports_in_any_order_end_the_same(start: Status, end: Status) -> None:
    reports = (Status.ACCEPTED, Status.SENT, end, end)
    assert {after(start, order) for order in permutations(reports)} == {end}


@pytest.mark.parametrize("start", [Status.QUEUED, Status.SENDING, Status.UNKNOWN, Status.ACCEPTED])
def test_without_an_end_the_furthest_report_stands(start: Status) -> None:
    assert {after(start, order) for order in permutations((Status.ACCEPTED, Status.SENT, Status.SENT))} == {Status.SENT}


@given(st.sampled_from(Status), st.lists(st.sampled_from(REPORTED)))
def test_a_repeated_report_changes_nothing_and_none_goes_back(start: Status, reports: list[Status]) -> None:
    now = start
    for report in reports:
        before, now = now, after(now, [report])
        assert after(now, [report]) == now, "the same report again"
        assert RANK.get(now, 9) >= RANK.get(before, 9), "a report never rewinds"


TWILIO_RANK = {"scheduled": 0, "accepted": 1, "queued": 2, "sending": 3, "sent": 4}
"""Twilio's own order of its statuses; the ends are above all."""
TWILIO_ENDS = ("delivered", "undelivered", "failed", "canceled")


@given(
    st.sampled_from([Status.QUEUED, Status.SENDING, Status.UNKNOWN, Status.ACCEPTED]),
    st.lists(st.sampled_from([*TWILIO_RANK, "read"]), max_size=8),
    st.sampled_from([None, *TWILIO_ENDS]),
    st.randoms(use_true_random=False),
)
def test_whatever_the_order_of_reports_the_highest_stands(start: Status, reports: list[str], end: str | None, luck: Random) -> None:
    """One text has one end (`read` only follows `delivered`); all else may come late, twice and shuffled."""
    told = [r for r in reports if r != "read" or end == "delivered"] + ([end, end] if end else [])
    luck.shuffle(told)
    highest = end or max(told, key=lambda r: TWILIO_RANK[r], default=None)
    expected = TWILIO[highest] if highest else start
    assert after(start, [TWILIO[r] for r in told]) is expected


@given(st.sampled_from(Status), st.lists(st.sampled_from(sorted(TWILIO))))
def test_the_first_end_stands(start: Status, reports: list[str]) -> None:
    """Two different ends of one text are the provider's contradiction: the first is kept."""
    moved = [TWILIO[r] for r in reports]
    first = next((to for to in moved if to in FINAL), None)
    assert after(start, moved) is (start if start in FINAL else first or after(start, moved))


@pytest.mark.parametrize(
    ("now", "to", "allowed", "why"),
    [
        (Status.QUEUED, Status.SENDING, True, "claimed"),
        (Status.QUEUED, Status.REFUSED, True, "the gate"),
        (Status.QUEUED, Status.EXPIRED, True, "too late"),
        (Status.QUEUED, Status.CANCELED, True, "STOP, or a person took over"),
        (Status.SENDING, Status.CANCELED, True, "the provider took it back before its answer was stored"),
        (Status.SENDING, Status.UNKNOWN, True, "the provider's answer was lost"),
        (Status.SENDING, Status.QUEUED, True, "not sent: again"),
        (Status.UNKNOWN, Status.QUEUED, True, "looked up, and not there"),
        (Status.ACCEPTED, Status.QUEUED, False, "the provider has it: never twice"),
        (Status.SENT, Status.QUEUED, False, "least of all then"),
        (Status.SENT, Status.ACCEPTED, False, "a late report"),
        (Status.ACCEPTED, Status.CANCELED, True, "the provider took it back"),
    ],
)
def test_single_moves(now: Status, to: Status, allowed: bool, why: str) -> None:
    assert may_move(now, to) is allowed, why


@pytest.mark.parametrize("to", Status)
def test_sources_is_the_table_turned_round(to: Status) -> None:
    assert set(sources(to)) == {now.value for now in Status if may_move(now, to)}


def test_the_table_knows_no_other_status() -> None:
    assert set(MOVES) == set(Status) - set(FINAL)
    assert not any(now in ways for now, ways in MOVES.items()), "standing still is no move"
