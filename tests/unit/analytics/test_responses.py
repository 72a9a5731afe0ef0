"""Response rates from the log: delivered, replied, opted out, per flow, revision and step."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responses import Kind, Line, Responses, responses

DELIVERED, HANDED_OVER, REPLIED, OPTED_OUT = Kind
T = datetime(2026, 1, 5, 12, tzinfo=UTC)


def line(kind: Kind, contact: int, minutes: float, step: str = "a", revision: int = 1, flow: str = "x") -> Line:
    if kind is OPTED_OUT:
        return Line(kind, contact, T + timedelta(minutes=minutes))
    return Line(kind, contact, T + timedelta(minutes=minutes), flow, revision, step, asks=kind is not REPLIED)


def only(lines: list[Line], step: str = "a") -> Responses:
    return next(row for row in responses(lines) if row.step == step)


@pytest.mark.parametrize(
    ("lines", "delivered", "unconfirmed", "replied", "out", "why"),
    [
        ([line(DELIVERED, 1, 0)], 1, 0, 0, 0, "delivered"),
        ([line(HANDED_OVER, 1, 0)], 0, 1, 0, 0, "handed over and never reported"),
        ([line(HANDED_OVER, 1, 0), line(DELIVERED, 1, 0)], 1, 0, 0, 0, "both are one"),
        ([line(DELIVERED, 1, 0), line(DELIVERED, 1, 9)], 1, 0, 0, 0, "contacts, not messages"),
        ([line(DELIVERED, 1, 0), line(REPLIED, 1, 5)], 1, 0, 1, 0, "a reply"),
        ([line(DELIVERED, 1, 0), line(REPLIED, 1, 5), line(REPLIED, 1, 6)], 1, 0, 1, 0, "two of one contact are one"),
        ([line(REPLIED, 1, -5), line(DELIVERED, 1, 0)], 1, 0, 0, 0, "before the text it is no reply to it"),
        ([line(HANDED_OVER, 1, 0), line(REPLIED, 1, 5)], 0, 1, 0, 0, "of those delivered to"),
        ([line(DELIVERED, 1, 0), line(REPLIED, 2, 5)], 1, 0, 0, 0, "somebody else's"),
        ([line(DELIVERED, 1, 0), line(OPTED_OUT, 1, 5)], 1, 0, 0, 1, "an opt-out after it"),
        ([line(OPTED_OUT, 1, -5), line(DELIVERED, 1, 0)], 1, 0, 0, 0, "an opt-out before it"),
        (
            [line(DELIVERED, 1, 0), line(DELIVERED, 1, 3, "b"), line(OPTED_OUT, 1, 5)],
            1,
            0,
            0,
            0,
            "after another step's text it is that one's",
        ),
        ([line(DELIVERED, 1, 0), line(DELIVERED, 2, 0), line(OPTED_OUT, 2, 5)], 2, 0, 0, 1, "each contact's own"),
    ],
)
def test_counts(lines: list[Line], delivered: int, unconfirmed: int, replied: int, out: int, why: str) -> None:
    row = only(lines)
    assert (row.delivered, row.unconfirmed, row.replied, row.opted_out) == (delivered, unconfirmed, replied, out), why


def test_no_data_is_no_share() -> None:
    row = only([line(HANDED_OVER, 1, 0)])
    assert (row.share, row.opt_out_share, row.median_to_reply) == (None, None, None)


def test_a_step_that_asks_nothing_has_no_response_share() -> None:
    row = only([Line(DELIVERED, 1, T, "x", 1, "a"), line(OPTED_OUT, 1, 5)])
    assert row.share is None
    assert row.opt_out_share is not None
    assert row.opt_out_share.share == 1


def test_shares_and_the_median_time_to_reply() -> None:
    lines = [line(DELIVERED, n, 0) for n in range(10)] + [line(REPLIED, n, n + 1) for n in range(5)]
    row = only(lines)
    assert row.share is not None
    assert row.share.share == 0.5
    assert row.median_to_reply == timedelta(minutes=3)


def test_newest_revision_first() -> None:
    places = [("x", 1, "b"), ("y", 1, "a"), ("x", 2, "a"), ("x", 1, "a")]
    rows = responses([line(DELIVERED, 1, n, step, revision, flow) for n, (flow, revision, step) in enumerate(places)])
    assert [(row.flow, row.revision, row.step) for row in rows] == [("x", 2, "a"), ("x", 1, "a"), ("x", 1, "b"), ("y", 1, "a")]


@given(st.lists(st.builds(line, st.sampled_from(Kind), st.integers(1, 4), st.integers(0, 50), st.sampled_from("ab")), max_size=40))
def test_whatever_is_in_the_log(lines: list[Line]) -> None:
    rows = responses(lines)
    for row in rows:
        assert 0 <= row.replied <= row.delivered <= 4
        assert 0 <= row.opted_out <= row.delivered
        assert (row.opt_out_share is None) is (row.delivered == 0)
        assert (row.share is None) is (row.delivered == 0 or not row.asks)
        assert row.median_to_reply is None or row.median_to_reply >= timedelta(0)
    distinct = [one for n, one in enumerate(lines) if one.at not in [other.at for other in lines[:n]]]
    assert responses(distinct) == responses(distinct[::-1]), "the order in which lines are read does not matter"
