"""The simulated phone: time passes as on the server, with quiet hours, timers in their order, and facts that are asked for."""

from datetime import datetime
from functools import partial

import pytest

from flows import localtime
from flows.events import Consent
from flows.hearing import Desk
from flows.simulation import SendAt, simulate
from flows.types import Purpose, Span
from scheduler.windows import Place, send_at
from tests.talking import ZONE, Phone, flow_of, phone, reader, steps

QUIET = Place(zones=(ZONE,), country="US", region="NY")
LATE_EVENING = datetime(2026, 1, 5, 19, 30)  # noqa: DTZ001  # wall time


def in_quiet_hours(planned: datetime, purpose: Purpose) -> datetime:
    return send_at(planned, QUIET, purpose)


def shown(of: Phone, span: str) -> list[str]:
    """What is said while time passes, each with its local time."""
    hours = {"m": 60, "h": 3600, "d": 86400}
    said = of.wait(Span(seconds=int(float(span[:-1]) * hours[span[-1]])))
    return [f"{localtime.to_local(one.at, ZONE):%a %H:%M} {one.text}" for one in said]


ASKS = "  q: {{ask: Well?, nudge: {{after: {nudge}, say: Still?}}, timeout: {{after: {timeout}, go: bye}}, go: end}}\n  bye: {{say: Bye}}\n"


@pytest.mark.parametrize(
    ("nudge", "timeout", "hours", "expected", "why"),
    [
        ("2h", "5h", None, ["Mon 12:00 Still?", "Mon 15:00 Bye"], "nudged once, then timed out"),
        ("5h", "2h", None, ["Mon 12:00 Bye"], "a nudge after the timeout is dropped"),
        ("11h", "26h", in_quiet_hours, ["Tue 10:00 Still?", "Tue 12:00 Bye"], "a nudge waits for the morning, and still leaves in time"),
        ("11h", "1d", in_quiet_hours, ["Tue 10:00 Bye"], "no nudge at the very moment of the timeout"),
        ("11h", "12h", in_quiet_hours, ["Mon 22:00 Bye"], "it would leave after the timeout: dropped"),
    ],
)
def test_a_nudge_leaves_before_the_timeout_or_not_at_all(
    nudge: str, timeout: str, hours: SendAt | None, expected: list[str], why: str
) -> None:
    flow = steps(ASKS.format(nudge=nudge, timeout=timeout))
    of = phone(flow, send_at=hours) if hours else phone(flow)
    of.says("hello")
    assert shown(of, "3d") == expected, why


def test_a_misfit_brings_no_second_nudge() -> None:
    of = phone(steps(ASKS.format(nudge="2h", timeout="5h").replace("ask: Well?,", "ask: Well?, expect: rating, retry: 1 to 5,")))
    of.says("hello")
    shown(of, "1h")
    assert of.says("blue") == ["1 to 5"]
    assert shown(of, "1d") == ["Mon 12:00 Still?", "Mon 15:00 Bye"], "all count from the question"


def test_a_wait_is_never_in_quiet_hours() -> None:
    of = phone(steps("  w: {wait: 1h}\n  s: {say: Now}\n"), local=LATE_EVENING, send_at=in_quiet_hours)
    of.says("hello")
    assert shown(of, "2d") == ["Tue 10:00 Now"]


@pytest.mark.parametrize(
    ("local", "wait", "expected", "why"),
    [
        (datetime(2026, 3, 7, 18), "{for: 1d}", "Sun 18:00 Now", "18:00 stays 18:00 in spring"),  # noqa: DTZ001
        (datetime(2026, 10, 31, 18), "{for: 1d}", "Sun 18:00 Now", "and in autumn"),  # noqa: DTZ001
        (datetime(2026, 3, 7, 18), "{for: 1d, at: '02:30'}", "Sun 03:00 Now", "02:30 in the gap: the first moment that is there"),  # noqa: DTZ001
        (datetime(2026, 10, 31, 18), "{for: 1d, at: '01:30'}", "Sun 01:30 Now", "01:30 in the fold: once"),  # noqa: DTZ001
    ],
)
def test_waits_over_a_clock_change(local: datetime, wait: str, expected: str, why: str) -> None:
    of = phone(steps(f"  w: {{wait: {wait}}}\n  s: {{say: Now}}\n"), local=local)
    of.says("hello")
    assert shown(of, "3d") == [expected], why


def test_in_a_fold_the_first_of_the_two() -> None:
    of = phone(steps("  w: {wait: {for: 1d, at: '01:30'}}\n  s: {say: Now}\n"), local=datetime(2026, 10, 31, 18))  # noqa: DTZ001
    of.says("hello")
    said = of.wait(Span(days=2))
    assert [one.at.isoformat() for one in said] == ["2026-11-01T05:30:00+00:00"]


@pytest.mark.parametrize(
    ("waits", "outcome", "why"),
    [
        (["3d"], "expired", "three days of silence"),
        (["2.9d"], None, "not yet"),
        (["2d", "hm", "2d"], None, "a text in between"),
        (["2d", "hm", "3d"], "expired", "and then silence"),
    ],
)
def test_silence_since_the_last_text_expires(waits: list[str], outcome: str | None, why: str) -> None:
    of = phone(steps("  q: {ask: Day?, expect: date, tries: 9}\n"))
    of.says("hello")
    for step in waits:
        if step == "hm":
            of.says("hm")
        else:
            shown(of, step)
    state = of.state_of("x")
    assert state is not None
    assert state.outcome == outcome, why


def test_expiry_stands_still_during_a_wait_and_while_a_person_holds() -> None:
    of = phone(steps("  w: {wait: 5d}\n  q: {ask: Well?}\n"))
    of.says("hello")
    assert shown(of, "5d") == ["Sat 10:00 Well?"]
    of.take_over()
    assert shown(of, "9d") == []
    assert [said.text for said in of.hand_back()] == ["Well?"]
    shown(of, "3d")
    assert of.outcomes() == [("x", "expired")]


def test_a_timeout_comes_before_an_expiry_due_at_the_same_time() -> None:
    of = phone(steps("  q: {ask: Well?, timeout: {after: 3d, go: t}, go: end}\n  t: {end: silent}\n"))
    of.says("hello")
    shown(of, "3d")
    assert of.outcomes() == [("x", "silent")]


@pytest.mark.parametrize(
    ("consent", "purpose", "said", "why"),
    [
        (Consent.IN, "marketing", ["Mon 12:00 Now"], "who agreed"),
        (Consent.UNKNOWN, "marketing", [], "no marketing without consent"),
        (Consent.UNKNOWN, "service", ["Mon 12:00 Now"], "a service may"),
    ],
)
def test_what_nobody_asked_for_needs_consent(consent: Consent, purpose: str, said: list[str], why: str) -> None:
    of = phone(steps("  s: {say: Hi}\n  w: {wait: 2h}\n  n: {say: Now}\n", f"purpose: {purpose}\n"), consent=consent)
    assert of.says("hello") == ["Hi"], "an answer may always go"
    assert shown(of, "1d") == said, why


def test_doubt_is_silence_and_a_flow_does_not_lift_it() -> None:
    flow = steps("  w: {wait: 1h}\n  j: {subscribe: {proof: 'form'}, say: Welcome}\n")
    of = phone(flow)
    of.says("hello")
    of.contact = phone(flow, consent=Consent.HELD).contact
    assert shown(of, "1d") == []
    assert of.contact.consent is Consent.HELD


def test_set_and_tag_change_the_contact() -> None:
    of = phone(steps("  a: {set: {first_name: Ann, size: 5, gone: '{{ contact.nothing }}'}, tag: [x, y], untag: [old]}\n"), tags=("old",))
    of.says("hello")
    assert (of.contact.first_name, dict(of.contact.fields), of.contact.tags) == ("Ann", {"size": "5"}, ("x", "y"))


def test_votes_are_kept_over_conversations() -> None:
    of = phone(steps("  p: {poll: Tea?, options: {tea: [t], mate: [m]}}\n  t: {say: '{{ poll.p.counts.tea }} {{ poll.p.counts.mate }}'}\n"))
    of.says("hello")
    assert of.says("t") == ["1 0"]
    of.says("hello")
    assert of.says("m") == ["0 1"], "one vote a contact, the last"


def test_what_will_come_due_can_be_seen() -> None:
    of = phone(steps(ASKS.format(nudge="2h", timeout="5h")))
    of.says("hello")
    assert [timer.value for _, timer in of.alarms()] == ["nudge", "timeout", "expiry"]
    of.take_over()
    assert of.desk is Desk.HELD
    assert "expiry" not in [timer.value for _, timer in of.alarms()]


def test_a_flow_that_is_not_there_cannot_be_started() -> None:
    of = simulate({}, reader(), brand="Bean")
    with pytest.raises(KeyError):
        of.start("x")
    assert of.last is None


def test_keywords_in_any_script() -> None:
    flow = flow_of("flow: x\ntriggers: [{keyword: [CAFÉ, 咖啡]}]\nsteps: {s: {say: Hi}}\n")
    for text in ("café", "CAFE", "Café!", "咖啡", "☕ cafe ☕"):
        assert phone(flow).says(text) == ["Hi"], text


def test_the_same_texts_make_the_same_conversation() -> None:
    flow = steps("  s: {split: {a: 1, b: 1}, go: {a: a, b: b}}\n  a: {ask: A?, go: end}\n  b: {ask: B?}\n")
    runs = []
    for _ in range(2):
        of = phone(flow)
        of.says("hello")
        of.says("whatever")
        shown(of, "9d")
        runs.append(of.lines)
    assert runs[0] == runs[1]
    assert partial(phone, flow)().lines == []
