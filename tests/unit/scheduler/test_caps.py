"""How much marketing one contact may get."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.types import Purpose
from scheduler.caps import Cap, Capped, Rule, Stage, caps_for, longest, marketing_caps, marketing_rules, reached, stage_of, tells_stages

NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_A_DAY = "cap: 2 marketing texts a day"


@pytest.mark.parametrize(
    ("day", "week", "sent", "expected", "why"),
    [
        (2, 0, [], None, "nothing was sent"),
        (2, 0, [NOW - HOUR], None, "one is left"),
        (2, 0, [NOW - HOUR, NOW - 5 * HOUR], Capped(NOW + 19 * HOUR, TWO_A_DAY), "until the older one is a day old"),
        (2, 0, [NOW - 5 * HOUR, NOW - HOUR], Capped(NOW + 19 * HOUR, TWO_A_DAY), "in whatever order"),
        (2, 0, [NOW - HOUR, NOW - DAY], None, "a day old is over, to the second"),
        (
            2,
            0,
            [NOW - HOUR, NOW - 2 * HOUR, NOW - 3 * HOUR],
            Capped(NOW + 22 * HOUR, TWO_A_DAY),
            "more than that: the cap was lowered",
        ),
        (1, 0, [NOW - HOUR], Capped(NOW + 23 * HOUR, "cap: 1 marketing text a day"), "one is said as one"),
        (0, 1, [NOW - HOUR], Capped(NOW + 7 * DAY - HOUR, "cap: 1 marketing text a week"), "the week alone"),
        (1, 2, [NOW - HOUR, NOW - 3 * DAY], Capped(NOW + 4 * DAY, "cap: 2 marketing texts a week"), "the longer wait counts"),
        (0, 0, [NOW] * 50, None, "no cap"),
    ],
)
def test_caps(day: int, week: int, sent: list[datetime], expected: Capped | None, why: str) -> None:
    assert reached(marketing_caps(day=day, week=week), sent, NOW) == expected, why


MARKETING, SERVICE = Purpose.MARKETING, Purpose.SERVICE
NEW, ACTIVE, LAPSED = Stage
RULES = (
    *marketing_rules(day=2, week=5),
    Rule(purpose=SERVICE, most=6, span=DAY),
    Rule(purpose=MARKETING, most=1, span=DAY, stage=NEW),
    Rule(purpose=MARKETING, most=0, span=7 * DAY, stage=ACTIVE),
    Rule(purpose=MARKETING, most=3, span=36 * HOUR),
)


@pytest.mark.parametrize(
    ("rules", "purpose", "stage", "halved", "most", "why"),
    [
        (RULES, MARKETING, LAPSED, False, {DAY: 2, 7 * DAY: 5, 36 * HOUR: 3}, "what holds for all"),
        (RULES, MARKETING, NEW, False, {DAY: 1, 7 * DAY: 5, 36 * HOUR: 3}, "the stage's own for its span, the rest for all"),
        (RULES, MARKETING, ACTIVE, False, {DAY: 2, 36 * HOUR: 3}, "0 lifts a cap"),
        (RULES, SERVICE, NEW, False, {DAY: 6}, "each purpose has its own"),
        (RULES, MARKETING, LAPSED, True, {DAY: 1, 7 * DAY: 2, 36 * HOUR: 1}, "half, rounded down"),
        (RULES, MARKETING, NEW, True, {DAY: 1, 7 * DAY: 2, 36 * HOUR: 1}, "but at least one"),
        (
            (*RULES, Rule(purpose=MARKETING, most=4, span=DAY)),
            MARKETING,
            LAPSED,
            False,
            {DAY: 4, 7 * DAY: 5, 36 * HOUR: 3},
            "the last wins",
        ),
        ((RULES[3], *marketing_rules(day=2, week=5)), MARKETING, NEW, False, {DAY: 1, 7 * DAY: 5}, "a stage before all, in any order"),
        ((), MARKETING, NEW, True, {}, "no caps"),
    ],
)
def test_the_caps_that_a_text_meets(
    rules: tuple[Rule, ...], purpose: Purpose, stage: Stage, halved: bool, most: dict[timedelta, int], why: str
) -> None:
    caps = caps_for(rules, purpose, stage, halved=halved)
    assert {cap.span: cap.most for cap in caps} == most, why
    assert {cap.purpose for cap in caps} <= {purpose}


@pytest.mark.parametrize(
    ("created", "opted_in", "signs", "stage", "why"),
    [
        (400, None, (None, None, None), LAPSED, "never a sign of life"),
        (29, None, (None,), NEW, "came less than 30 days ago"),
        (30, None, (None,), LAPSED, "30 days are over"),
        (400, 29, (None,), NEW, "opted in again"),
        (400, 300, (89,), ACTIVE, "texted"),
        (400, 300, (90,), LAPSED, "too long ago"),
        (400, 300, (200, None, 5), ACTIVE, "one sign is enough"),
        (5, None, (1,), NEW, "new, however active"),
        (5, 400, (None,), NEW, "proof of an opt-in may be older than our row"),
    ],
)
def test_stages(created: int, opted_in: int | None, signs: tuple[int | None, ...], stage: Stage, why: str) -> None:
    def ago(days: int | None) -> datetime | None:
        return None if days is None else NOW - days * DAY

    found = stage_of(created_at=NOW - created * DAY, opted_in_at=ago(opted_in), signs=map(ago, signs), now=NOW)
    assert found is stage, why


def test_a_stage_is_looked_up_only_where_a_rule_asks_for_it() -> None:
    assert tells_stages(RULES, MARKETING)
    assert not tells_stages(RULES, SERVICE)
    assert not tells_stages(marketing_rules(day=2, week=5), MARKETING)


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (Cap(most=1, span=DAY), "1 marketing text a day"),
        (Cap(most=2, span=7 * DAY, purpose=SERVICE), "2 service texts a week"),
        (Cap(most=2, span=HOUR), "2 marketing texts an hour"),
        (Cap(most=3, span=36 * HOUR), "3 marketing texts in 36 hours"),
        (Cap(most=3, span=3 * DAY), "3 marketing texts in 3 days"),
        (caps_for(RULES, MARKETING, NEW, halved=True)[0], "1 marketing text a day to a contact who is new, who asked for less"),
    ],
)
def test_caps_in_words(cap: Cap, words: str) -> None:
    assert cap.words == words


def test_one_looks_back_as_far_as_the_longest() -> None:
    assert longest(marketing_caps(day=2, week=0)) == DAY
    assert longest(marketing_caps(day=2, week=5)) == 7 * DAY
    assert longest(()) == timedelta()


@given(
    st.integers(1, 4),
    st.integers(0, 6),
    st.lists(st.timedeltas(timedelta(), timedelta(days=9)), max_size=12),
)
def test_who_waits_as_told_is_let_through_and_not_a_moment_before(day: int, week: int, ago: list[timedelta]) -> None:
    caps, sent = marketing_caps(day=day, week=week), [NOW - span for span in ago]
    capped = reached(caps, sent, NOW)
    if capped is not None:
        assert capped.until > NOW
        assert reached(caps, sent, capped.until) is None
        assert reached(caps, sent, capped.until - timedelta(microseconds=1)) is not None
