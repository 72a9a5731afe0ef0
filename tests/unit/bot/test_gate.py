"""May this text leave, now? The order of the law, and its hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from bot.gate import NOTICE_FOR, PERSON_FOR, REPLY_FOR, Asked, Expire, Hold, Leave, Refuse, Urgency, Verdict, ask
from flows.events import Consent
from flows.hearing import Desk
from scheduler.caps import marketing_caps
from scheduler.spend import Budget, Ceiling, periods
from scheduler.windows import Place
from tests.asking import check_what_leaves, check_who_is_held, questions

NEW_YORK = Place(zones=("America/New_York",), country="US", region="NY")
NOON = datetime(2026, 1, 5, 17, tzinfo=UTC)
NIGHT = datetime(2026, 1, 6, 4, tzinfo=UTC)
"""Monday, 23:00 in New York."""
MORNING = {"service": datetime(2026, 1, 6, 13, tzinfo=UTC), "marketing": datetime(2026, 1, 6, 15, tzinfo=UTC)}
REPLY, NOTICE, PERSON, SERVICE, MARKETING = Urgency
LONG_AGO = NIGHT - PERSON_FOR - timedelta(minutes=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ONE_A_DAY = marketing_caps(day=1, week=0)
CAPPED = "cap: 1 marketing text a day"
YESTERDAY = NOON - 19 * HOUR
TODAY, THIS_MONTH = periods(NOON, "America/New_York")
TOMORROW, DAY = TODAY.ends, timedelta(days=1)
SPENT = Budget(2, (Ceiling(period=TODAY, most=10_000_000, spent=9_999_999, currency="USD"),))
SPENT_ALL = Budget(2, (*SPENT.ceilings, Ceiling(period=THIS_MONTH, most=20_500_000, spent=21_000_000, currency="USD")))
DEAR, ALL_DEAR = "spending: the ceiling of this day, 10.00 USD", "spending: the ceiling of this month, 20.50 USD"


def text(urgency: Urgency, **more: object) -> Asked:
    plain = Asked(
        urgency=urgency,
        author="staff" if urgency is PERSON else "parley" if urgency is NOTICE else "flow",
        created_at=NOON,
        expires_at=None,
        consent=Consent.IN,
        desk=Desk.NONE,
        place=NEW_YORK,
        last_in_at=NOON,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("urgency", "more", "now", "verdict", "why"),
    [
        (REPLY, {}, NOON, Leave(), "an answer"),
        (MARKETING, {}, NOON, Leave(), "marketing to who agreed, at noon"),
        (SERVICE, {"consent": Consent.UNKNOWN}, NOON, Leave(), "a service needs no opt-in"),
        (REPLY, {"consent": Consent.UNKNOWN}, NOON, Leave(), "nor does an answer"),
        (MARKETING, {"consent": Consent.UNKNOWN}, NOON, Refuse("no consent for marketing"), "marketing does"),
        *[(urgency, {"consent": Consent.OUT}, NOON, Refuse("opted out"), "out is out") for urgency in (REPLY, PERSON, SERVICE, MARKETING)],
        *[(urgency, {"consent": Consent.HELD}, NOON, Refuse("consent in doubt"), "doubt") for urgency in (REPLY, SERVICE, MARKETING)],
        *[
            (urgency, {"mirrored_out": True}, NOON, Refuse("opted out"), "the mirror knows")
            for urgency in (REPLY, PERSON, SERVICE, MARKETING)
        ],
        (NOTICE, {"consent": Consent.OUT, "mirrored_out": True}, NOON, Leave(), "but the confirmation leaves"),
        *[
            (urgency, {"abroad": True}, NOON, Refuse("a country that is not texted"), "answers too")
            for urgency in (REPLY, PERSON, SERVICE, MARKETING)
        ],
        (NOTICE, {"abroad": True, "consent": Consent.OUT}, NOON, Leave(), "but an opt-out is confirmed"),
        (NOTICE, {"created_at": NOON - NOTICE_FOR}, NOON, Leave(), "within five minutes"),
        (NOTICE, {"created_at": NOON - NOTICE_FOR - MINUTE}, NOON, Expire("late"), "and no later"),
        (NOTICE, {"created_at": NIGHT}, NIGHT, Leave(), "at any hour"),
        (REPLY, {"unreachable": True}, NOON, Refuse("unreachable"), "a number that never works"),
        (MARKETING, {"suppressed": True}, NOON, Refuse("blocked by the recipient"), "who blocks us gets no marketing"),
        (SERVICE, {"suppressed": True}, NOON, Leave(), "but service"),
        (REPLY, {"suppressed": True}, NOON, Leave(), "and answers"),
        (MARKETING, {"caps": ONE_A_DAY}, NOON, Leave(), "the first of the day"),
        (MARKETING, {"caps": ONE_A_DAY, "sent": (YESTERDAY,)}, NOON, Hold(NOON + 5 * HOUR, CAPPED), "until the cap allows it"),
        (MARKETING, {"caps": ONE_A_DAY, "sent": (NOON - HOUR,)}, NOON, Hold(NOON + 23 * HOUR, CAPPED), "next day, in hours"),
        (
            MARKETING,
            {"caps": ONE_A_DAY, "sent": (NOON - HOUR,), "expires_at": NOON + 12 * HOUR},
            NOON,
            Expire(CAPPED),
            "too late then: it need not wait for that",
        ),
        (MARKETING, {"caps": ONE_A_DAY, "sent": (NIGHT - HOUR,)}, NIGHT, Hold(MORNING["marketing"] + DAY, CAPPED), "cap and hour at once"),
        (MARKETING, {"caps": ONE_A_DAY, "sent": (NIGHT - 14 * HOUR,)}, NIGHT, Hold(MORNING["marketing"], CAPPED), "the cap ends by night"),
        (MARKETING, {"budget": SPENT}, NOON, Hold(TOMORROW + 10 * HOUR, DEAR), "the ceiling, until the next day's hours"),
        (SERVICE, {"budget": SPENT}, NOON, Hold(TOMORROW + 8 * HOUR, DEAR), "a service costs as much"),
        (MARKETING, {"budget": SPENT_ALL}, NOON, Hold(datetime(2026, 2, 1, 17, tzinfo=UTC), ALL_DEAR), "until the next month, a Sunday"),
        (MARKETING, {"budget": SPENT, "expires_at": NOON + 12 * HOUR}, NOON, Expire(DEAR), "too late then"),
        (MARKETING, {"budget": replace(SPENT, cost=1)}, NOON, Leave(), "to the last millionth"),
        *[(urgency, {"budget": SPENT}, NOON, Leave(), "an answer is never held for money") for urgency in (REPLY, NOTICE, PERSON)],
        (REPLY, {"budget": SPENT, "created_at": NOON - HOUR}, NOON, Leave(), "nor a late one"),
        (
            SERVICE,
            {"campaign_paused": "by Ann"},
            NOON,
            Hold(NOON + MINUTE, "the campaign is paused: by Ann", excused=True),
            "a campaign that waits",
        ),
        (SERVICE, {"campaign_paused": "by Ann", "consent": Consent.OUT}, NOON, Refuse("opted out"), "consent before a pause"),
        (REPLY, {"campaign_paused": "by Ann"}, NOON, Leave(), "answers go on"),
        (REPLY, {"desk": Desk.HELD}, NOON, Refuse("a person holds the conversation"), "who took over speaks"),
        (PERSON, {"desk": Desk.HELD}, NOON, Leave(), "and is heard"),
        (REPLY, {"desk": Desk.HANDOFF}, NOON, Leave(), "what a hand-off itself says"),
        (SERVICE, {"expires_at": NOON}, NOON, Leave(), "just in time"),
        (SERVICE, {"expires_at": NOON - MINUTE}, NOON, Expire("late"), "too late"),
        (SERVICE, {"expires_at": NOON - MINUTE, "consent": Consent.OUT}, NOON, Refuse("opted out"), "consent before lateness"),
        (SERVICE, {"expires_at": NIGHT - MINUTE}, NIGHT, Expire("late"), "lateness before the hour"),
        (REPLY, {"created_at": NIGHT}, NIGHT, Leave(), "an answer at any hour"),
        (REPLY, {"created_at": NIGHT - REPLY_FOR}, NIGHT, Leave(), "for ten minutes"),
        (REPLY, {"created_at": NIGHT - REPLY_FOR - MINUTE}, NIGHT, Hold(MORNING["service"], "quiet hours"), "then it has become proactive"),
        (SERVICE, {"created_at": NIGHT}, NIGHT, Hold(MORNING["service"], "quiet hours"), "a service waits for 08:00"),
        (MARKETING, {"created_at": NIGHT}, NIGHT, Hold(MORNING["marketing"], "quiet hours"), "marketing for 10:00"),
        (
            MARKETING,
            {},
            NIGHT,
            Hold(MORNING["marketing"], "quiet hours", excused=True),
            "whose turn did not come by day: no later for that",
        ),
        (
            MARKETING,
            {"created_at": NIGHT - 2 * HOUR},
            NIGHT,
            Hold(MORNING["marketing"], "quiet hours"),
            "written at 21:00: late from 10:00 on",
        ),
        (PERSON, {"last_in_at": NIGHT - PERSON_FOR}, NIGHT, Leave(), "a person, within a day of the contact's text"),
        (PERSON, {"last_in_at": LONG_AGO}, NIGHT, Hold(MORNING["service"], "quiet hours", excused=True), "then they wait too"),
        (PERSON, {"last_in_at": None}, NIGHT, Hold(MORNING["service"], "quiet hours", excused=True), "or where the contact never texted"),
        (SERVICE, {"paused": True}, NOON, Hold(NOON + MINUTE, "sending is paused"), "the kill switch"),
        (REPLY, {"paused": True}, NOON, Leave(), "stops no answer"),
    ],
)
def test_verdicts(urgency: Urgency, more: dict[str, object], now: datetime, verdict: Verdict, why: str) -> None:
    fresh = {} if "created_at" in more or urgency is not REPLY else {"created_at": now}
    assert ask(text(urgency, **fresh, **more), now) == verdict, why


@settings(max_examples=60)
@given(questions())
def test_whatever_is_asked(question: tuple[Asked, datetime]) -> None:
    check_what_leaves(*question)


@settings(max_examples=60)
@given(questions())
def test_who_is_held_waits_for_a_moment_that_comes_and_then_leaves(question: tuple[Asked, datetime]) -> None:
    check_who_is_held(*question)
