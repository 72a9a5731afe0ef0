"""Anything that the gate may be asked, and the laws that its answer keeps: a few examples in the unit tests, many in tests/laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.gate import NOTICE_FOR, PERSON_FOR, REPLY_FOR, Asked, Expire, Hold, Leave, Urgency, ask
from flows.events import Consent
from flows.hearing import Desk
from flows.types import Purpose
from scheduler.caps import marketing_caps
from scheduler.spend import FREE, Budget, Ceiling, periods
from scheduler.windows import Place, send_at

PLACES = (
    Place(zones=("America/New_York",), country="US", region="NY"),
    Place(zones=("America/Chicago",), country="US", region="LA"),
    Place(zones=("Europe/Paris",), country="FR"),
    Place(zones=("Pacific/Auckland", "Australia/Perth"), country="AU"),
    Place(zones=("Asia/Shanghai",), country="CN"),
)
UNASKED = (Urgency.SERVICE, Urgency.MARKETING)
A_YEAR = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
SELDOM = st.sampled_from((False,) * 7 + (True,))
"""What would decide alone is seldom so, or nothing else would ever be asked."""


@st.composite
def questions(draw: st.DrawFn) -> tuple[Asked, datetime]:
    """A question about a message, and the moment at which it is asked."""
    now = draw(A_YEAR)
    ago = st.timedeltas(timedelta(), timedelta(days=9)).map(lambda span: now - span)
    just_now = st.timedeltas(timedelta(), timedelta(minutes=20)).map(lambda span: now - span)
    asked = Asked(
        urgency=draw(st.sampled_from(Urgency)),
        author=draw(st.sampled_from(("flow", "staff", "parley"))),
        consent=draw(st.sampled_from((Consent.IN,) * 5 + (*Consent,))),
        desk=draw(st.sampled_from(Desk)),
        place=draw(st.sampled_from(PLACES)),
        created_at=draw(just_now | ago),
        last_in_at=draw(st.none() | ago),
        expires_at=draw(st.none() | st.timedeltas(timedelta(hours=-9), timedelta(days=20)).map(lambda span: now + span)),
        caps=marketing_caps(day=draw(st.integers(0, 2)), week=draw(st.integers(0, 3))),
        sent=tuple(draw(st.lists(ago, max_size=4))),
        budget=draw(st.sampled_from((FREE, budget(now, 0), budget(now, 5), budget(now, 10)))),
        mirrored_out=draw(SELDOM),
        paused=draw(SELDOM),
        unreachable=draw(SELDOM),
        suppressed=draw(SELDOM),
        abroad=draw(SELDOM),
        campaign_paused="by Ann" if draw(SELDOM) else "",
    )
    return asked, now


def budget(now: datetime, spent: int) -> Budget:
    """A day's ceiling of 10, a month's of 14."""
    day, month = periods(now, "America/New_York")
    of_day = Ceiling(period=day, most=10, spent=spent, currency="USD")
    return Budget(1, (of_day, Ceiling(period=month, most=14, spent=spent + 3, currency="USD")))


def check_what_leaves(asked: Asked, now: datetime) -> None:
    """Nothing leaves to who is out or in doubt, but the notice of it; nothing that nobody asked for while it is quiet."""
    if not isinstance(ask(asked, now), Leave):
        return
    if asked.urgency is Urgency.NOTICE:
        assert now - asked.created_at <= NOTICE_FOR, "the confirmation of an opt-out, and only at once"
        return
    assert asked.consent in (Consent.IN, Consent.UNKNOWN), "out is out, and doubt is doubt"
    assert not asked.mirrored_out
    assert asked.consent is Consent.IN or asked.urgency is not Urgency.MARKETING
    purpose = proactive_purpose(asked, now)
    if purpose is not None:
        assert send_at(now, asked.place, purpose) == now, "nothing unasked leaves in quiet hours"
        assert (asked.paused, asked.campaign_paused) == (False, "")


def proactive_purpose(asked: Asked, now: datetime) -> Purpose | None:
    """What the hours are asked for, once more: late answers, and what a person writes to who has been silent for a day, are service."""
    if asked.urgency in UNASKED:
        return Purpose(asked.urgency.value)
    late = asked.urgency is Urgency.REPLY and now - asked.created_at > REPLY_FOR
    silent = asked.urgency is Urgency.PERSON and (asked.last_in_at is None or now - asked.last_in_at > PERSON_FOR)
    return Purpose.SERVICE if late or silent else None


def check_who_is_held(asked: Asked, now: datetime) -> bool:
    """Whether it is held: for a moment to come, at which it leaves or is too late, and before which it would not have left."""
    verdict = ask(asked, now)
    if not isinstance(verdict, Hold):
        return False
    assert verdict.until > now
    if asked.paused or asked.campaign_paused:
        return True  # a pause lasts as long as somebody wants
    assert isinstance(ask(asked, verdict.until), Leave | Expire)
    assert not isinstance(ask(asked, verdict.until - timedelta(microseconds=1)), Leave), "nor a moment too late"
    assert ask(replace(asked, paused=True), now) == Hold(now + timedelta(minutes=1), "sending is paused")
    return True
