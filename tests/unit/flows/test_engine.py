"""What each step does, and where each event leads: the engine by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.events import Code, Consent, Due, HandedBack, Needs, Replied, Resumed, Send, Started, Timer
from flows.state import Phase, State
from nlp.types import Sentiment
from tests.talking import NOON, Talking, reading, somebody, steps

ASK = "  q: {ask: Size?, expect: {choice: {small: [s], large: [l]}}, go: {small: end, large: more}}\n  more: {say: 'So {{ answers.q }}'}\n"
STOCK = "> (retry) Sorry, I did not get that."

CHOICE = "expect: {choice: {small: [s], large: [l]}}"

# --- each verb --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "outcome", "why"),
    [
        ("  a: {say: [Hi, '{{ brand }} here']}\n", ["> Hi", "> Bean here"], "completed", "texts in their order"),
        (
            "  a: {say: [Look, Well?], media: https://example.com/a.jpg}\n",
            ["> Look [https://example.com/a.jpg]", "> Well?"],
            "completed",
            "pictures go with the first text",
        ),
        ("  a: {say: '{{ contact.shoe }}'}\n", [], "completed", "a text of nothing is no text"),
        (
            "  a: {set: {n: '{{ 1 + 2 }}', t: 'no. {{ 3 }}', d: '{{ today }}', none: '{{ contact.shoe }}'}}\n",
            ["set n=3", "set t='no. 3'", "set d='2026-01-05'", "set none=None"],
            "completed",
            "a value that is one {{ }} keeps its type",
        ),
        ("  a: {tag: [x, y], untag: [old]}\n", ["tag +x +y -old"], "completed", "tag and untag are one change"),
        (
            "  a: {tag: vip}\n  b: {branch: {go: [{if: \"'vip' in contact.tags\", to: c}, {to: end}]}}\n  c: {end: was_vip}\n",
            ["tag +vip"],
            "was_vip",
            "a branch sees what the turn has tagged",
        ),
        (
            "  a: {set: {size: L}}\n  b: {say: '{{ contact.size }}'}\n",
            ["set size='L'", "> L"],
            "completed",
            "a text sees what the turn has set",
        ),
        (
            "  a: {say: 'Size {{ contact.size }}', set: {size: L}, tag: x}\n",
            ["set size='L'", "tag +x", "> Size L"],
            "completed",
            "set and tag before the text of the same step",
        ),
        (
            "  a: {subscribe: {proof: '{{ reply.text }}'}, say: Welcome}\n",
            ["consent in by flow: hello", "> Welcome"],
            "completed",
            "subscribe keeps the words",
        ),
        (
            "  a: {unsubscribe: , say: Bye}\n",
            ["consent out by flow: hello", "> Bye"],
            "opted_out",
            "unsubscribe ends, with the reply as its words",
        ),
        ("  a: {unsubscribe: {proof: 'by {{ brand }}'}}\n", ["consent out by flow: by Bean"], "opted_out", "or with the author's"),
        ("  a: {say: Hi, go: b}\n  b: {end: good, say: Bye}\n", ["> Hi", "> Bye"], "good", "end has a name, and its text before it"),
    ],
)
def test_a_verb(text: str, expected: list[str], outcome: str, why: str) -> None:
    talk = Talking(steps(text))
    assert talk.starts() == expected, why
    assert (talk.state.phase, talk.state.outcome) == (Phase.ENDED, outcome), why


def test_texts_that_are_kept_apart_say_so() -> None:
    for more, apart in (("", False), (", separate: true", True)):
        talk = Talking(steps(f"  a: {{say: [Hi, Ho]{more}}}\n"))
        talk.starts()
        assert [effect.separate for effect in talk.effects if isinstance(effect, Send)] == [apart, apart]


def test_an_ask_waits_and_goes_by_its_answer() -> None:
    talk = Talking(steps(ASK))
    assert talk.starts() == ["> Size?"]
    assert talk.state.phase is Phase.ASKING
    assert talk.says("l", "large") == ["> So large"]
    assert talk.state.answers == {"q": "large"}


@pytest.mark.parametrize(
    ("value", "to", "why"),
    [("yes", "> Good", "an entry"), ("no", "> Pity", "another"), ("maybe", "> Hm", "no entry: `else`")],
)
def test_goes_by_the_answer(value: str, to: str, why: str) -> None:
    ways = "  y: {say: Good, go: end}\n  n: {say: Pity, go: end}\n  m: {say: Hm}\n"
    talk = Talking(steps("  q: {ask: Ok?, expect: yes_no, else: m, go: {yes: y, no: n}}\n" + ways))
    talk.starts()
    assert talk.says(value, value) == [to], why


def test_an_answer_without_a_way_comes_to_a_person() -> None:
    talk = Talking(steps("  q: {ask: Ok?, expect: yes_no, go: {yes: end, no: end}}\n"))
    talk.starts()
    assert talk.says("perhaps", "maybe") == ["hand over to support: no_way_on"]
    assert talk.state.phase is Phase.HELD


def test_an_intent_is_kept_by_its_short_name() -> None:
    head = "intents: {refund: [i want my money back], praise: [that was great]}\n"
    asks = "  q: {ask: Well?, expect: {intent: [refund, praise]}, go: {refund: r, praise: end}}\n  r: {end: refunded}\n"
    talk = Talking(steps(asks, head))
    talk.starts()
    talk.says("money back", "x/refund", intent="x/refund")
    assert (talk.state.answers, talk.state.outcome) == ({"q": "refund"}, "refunded")
    assert talk.state.reply is not None
    assert talk.state.reply.intent == "refund"


def test_what_people_text_is_data() -> None:
    line = "{{ reply.text }}|{{ reply.value }}|{{ reply.confidence }}|{{ reply.sentiment }}|{{ reply.language }}|{{ answers.best }}"
    talk = Talking(steps(f"  q: {{ask: Well?, save: best}}\n  r: {{say: '{line}'}}\n"))
    talk.starts()
    said = talk.says("super {{ 1 }}", "super {{ 1 }}", confidence=0.5, sentiment=Sentiment.POSITIVE, language="fr")
    assert said == ["> super {{ 1 }}|super {{ 1 }}|0.5|positive|fr|super {{ 1 }}"]


def test_a_second_visit_overwrites_the_answer() -> None:
    talk = Talking(steps("  q: {ask: Size?, expect: {choice: {small: [s], large: [l]}}, go: {small: q, large: end}}\n"))
    talk.starts()
    assert talk.says("s", "small") == ["> Size?"]
    talk.says("l", "large")
    assert talk.state.answers == {"q": "large"}


# --- coupons ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def coupons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The head of a flow with a pool of codes beside it."""
    (tmp_path / "c.csv").write_text("code\nA\n")
    monkeypatch.chdir(tmp_path)
    return "coupons: {ten: {codes: c.csv, valid: 14d}}\n"


GIFT = (
    "  q: {ask: Ready?}\n"
    "  g: {coupon: ten, sold_out: none, say: '{{ coupon.code }} until {{ coupon.expires | date }}', set: {asked: '1'}}\n"
    "  again: {ask: More?, go: g}\n  none: {say: Gone}\n"
)


def test_a_code_is_asked_for_taken_and_told(coupons: str) -> None:
    talk = Talking(steps(GIFT, coupons))
    talk.starts()

    assert talk.turn(Replied(reading("ok", "ok"))) == Needs("x", pools=("ten",))
    talk.codes = {"x/ten": Code("ABC")}
    taken = talk.says("ok", "ok")
    assert taken == ["set asked='1'", "take ABC of ten until 2026-01-19T17:00:00+00:00", "> ABC until Jan 19, 2026", "> More?"]
    talk.now += timedelta(days=3)
    talk.codes = {"x/ten": Code("XYZ")}
    assert talk.says("yes", "yes") == ["set asked='1'", "> ABC until Jan 19, 2026", "> More?"], "the same code on a second visit"


def test_a_pool_that_is_sold_out(coupons: str) -> None:
    talk = Talking(steps(GIFT, coupons), codes={"x/ten": Code(None)})
    talk.starts()
    assert talk.says("ok", "ok") == ["set asked='1'", "> Gone"]
    assert talk.state.coupons == {}


# --- splits -----------------------------------------------------------------------------------------------------------

SPLIT = "  s: {split: {plain: 1, holdout: 1}, go: {plain: p}}\n  p: {say: Plain}\n"


def test_a_split_notes_the_arm_and_a_holdout_gets_nothing() -> None:
    seen = {}
    for n in range(40):
        talk = Talking(steps(SPLIT), somebody(key=f"+1500555{n:04}"))
        said = talk.starts()
        assert any(note.startswith("· split s arm=") for note in talk.notes), "exposure is counted, a holdout's too"
        seen[talk.state.outcome] = said
    assert seen == {"completed": ["> Plain"], "held_out": []}


def test_a_test_chooses_the_arm() -> None:
    for arm, outcome in (("plain", "completed"), ("holdout", "held_out")):
        talk = Talking(steps(SPLIT), arms={"s": arm})
        talk.starts()
        assert talk.state.outcome == outcome


# --- waits ------------------------------------------------------------------------------------------------------------

SERVICE = "purpose: service\n"


@pytest.mark.parametrize(
    ("wait", "due", "why"),
    [
        ("{for: 2h}", "2026-01-05T19:00:00+00:00", "hours"),
        ("{for: 2d}", "2026-01-07T17:00:00+00:00", "local days"),
        ("{for: 2d, at: '18:00'}", "2026-01-07T23:00:00+00:00", "the second day on, at that time"),
        ("{for: 2d, at: '09:00'}", "2026-01-07T14:00:00+00:00", "that day even where the time is earlier"),
        ("{for: 8h, at: '18:00'}", "2026-01-06T23:00:00+00:00", "hours first, then the next 18:00"),
        ("{until: next monday 09:00}", "2026-01-12T14:00:00+00:00", "a phrase"),
        ("{until: tomorrow 18:00}", "2026-01-06T23:00:00+00:00", "another"),
        ("{until: '2026-03-10 09:00'}", "2026-03-10T13:00:00+00:00", "a date beyond a clock change"),
        ("{until: \"contact.appointment - span('24h')\"}", "2026-01-08T20:30:00+00:00", "an expression, wall time of the contact"),
        ("{until: contact.day}", "2026-01-09T05:00:00+00:00", "a day is its midnight"),
        ("{until: contact.instant}", "2026-01-09T12:00:00+00:00", "an instant is itself"),
    ],
)
def test_waits_until(wait: str, due: str, why: str) -> None:
    contact = somebody(fields={"appointment": "2026-01-09T15:30", "day": "2026-01-09", "instant": "2026-01-09T12:00Z"})
    talk = Talking(steps(f"  w: {{say: Soon, wait: {wait}}}\n  s: {{say: Now}}\n", SERVICE), contact)
    assert talk.starts() == ["> Soon", f"timer wait {due}"], why
    assert talk.state.phase is Phase.WAITING
    talk.now = datetime.fromisoformat(due)
    assert talk.hears(Due(timer=Timer.WAIT, visit=talk.state.visit)) == ["> Now"]


@pytest.mark.parametrize(
    ("until", "said", "outcome", "why"),
    [
        ("contact.day", [], "no_date", "no date: nothing to wait for"),
        ("contact.soon", ["> Now"], "completed", "just past: it goes on at once"),
        ("contact.now", ["> Now"], "completed", "this very moment"),
        ("contact.past", [], "expired", "long past: too late"),
        ("today 08:00", ["> Now"], "completed", "a phrase that has passed"),
    ],
)
def test_waits_for_what_has_passed_or_is_missing(until: str, said: list[str], outcome: str, why: str) -> None:
    contact = somebody(fields={"soon": "2026-01-05T09:00", "now": "2026-01-05T12:00", "past": "2026-01-04T23:59"})
    talk = Talking(steps(f"  w: {{wait: {{until: {until}}}}}\n  s: {{say: Now}}\n", SERVICE), contact)
    assert talk.starts() == said, why
    assert talk.state.outcome == outcome, why


# --- hand-offs --------------------------------------------------------------------------------------------------------


def test_a_handoff_without_a_way_on_ends_as_handled() -> None:
    talk = Talking(steps("  h: {say: Wait, tag: sad, handoff: {to: sales, note: 'Low: {{ reply.text }}'}}\n"))
    assert talk.starts() == ["tag +sad", "> Wait", "hand over to sales: handoff (Low: hello)"]
    assert talk.state.phase is Phase.HELD
    assert talk.hears(HandedBack()) == []
    assert talk.state.outcome == "handled"


def test_a_handoff_with_a_way_on_goes_on() -> None:
    talk = Talking(steps("  h: {handoff: support, go: t}\n  t: {say: Thanks}\n"))
    talk.starts()
    assert talk.hears(HandedBack()) == ["> Thanks"]


def test_handed_back_after_the_last_misfit_it_asks_again() -> None:
    talk = Talking(steps(f"  q: {{ask: Size?, {CHOICE}, tries: 1, go: end}}\n"))
    talk.starts()
    talk.says("xxl")
    talk.says("xxl")
    assert talk.state.phase is Phase.HELD
    assert talk.hears(HandedBack()) == ["> Size?"]
    assert talk.says("xxl") == [STOCK, "> (retry) Size?"], "and counts misfits anew"


# --- put off, paused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "said", "outcome", "why"),
    [(1, ["> Hi"], "completed", "soon enough"), (12, ["> Hi"], "completed", "just in time"), (12.1, [], "expired", "too late")],
)
def test_what_was_put_off_goes_on_unless_it_is_too_late(hours: float, said: list[str], outcome: str, why: str) -> None:
    talk = Talking(steps("  s: {say: Hi}\n"))
    talk.state = replace(talk.state, phase=Phase.PUT_OFF, planned=(NOON - timedelta(hours=hours)).isoformat())
    assert talk.hears(Resumed()) == said, why
    assert talk.state.outcome == outcome, why
    assert bool(said) == ("· started s" in talk.notes), "it has started now, and not when it was put off"


# --- consent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consent", "lines", "why"),
    [
        (Consent.UNKNOWN, ["consent in by flow: hello", "> in"], "the words are the proof, and the turn knows it"),
        (Consent.IN, ["consent in by flow: hello", "> in"], "again"),
        (Consent.OUT, ["> out"], "no flow lifts an opt-out"),
        (Consent.HELD, ["> held"], "nor a doubt"),
    ],
)
def test_subscribe(consent: Consent, lines: list[str], why: str) -> None:
    talk = Talking(steps("  j: {subscribe: {proof: '{{ reply.text }}'}}\n  s: {say: '{{ contact.consent }}'}\n"), somebody(consent=consent))
    assert talk.starts() == lines, why
    assert ("· opted_in j source=flow" in talk.notes) is (lines[0] != f"> {consent.value}")


def test_unsubscribe_is_counted_as_an_opt_out() -> None:
    talk = Talking(steps("  u: {unsubscribe: }\n"))
    talk.starts()
    assert "· opted_out u source=flow" in talk.notes


# --- limits and laws --------------------------------------------------------------------------------------------------


def test_a_loop_that_nobody_saw_coming_stops_and_says_nothing() -> None:
    talk = Talking(steps("  a: {say: Again}\n  w: {wait: {until: contact.day}, go: a}\n", SERVICE), somebody(fields={"day": "2026-01-05"}))
    assert talk.starts() == ["hand over to support: loop"]
    assert talk.state.phase is Phase.HELD


def test_a_state_knows_its_defaults_in_json() -> None:
    assert State(at="a").to_json() == {"at": "a"}, "what is not said is not kept"


def test_starting_without_a_text_is_unasked() -> None:
    talk = Talking(steps("  s: {say: \"Hi {{ reply.text or 'you' }}\"}\n"))
    assert talk.hears(Started(None)) == ["> Hi you"]


def test_languages_stay_what_they_were_when_it_began() -> None:
    flow = steps("  q: {ask: {en: One?, fr: Un ?}, set: {language: en}}\n  r: {ask: {en: Two?, fr: Deux ?}}\n", "languages: [en, fr]\n")
    talk = Talking(flow, somebody(language="fr"))
    assert talk.starts() == ["set language='en'", "> Un ?"]
    talk.contact = somebody(language="en")
    assert talk.says("hello there", "hello there", language="en") == ["> Deux ?"]


def test_every_name_is_local_to_the_contact() -> None:
    talk = Talking(steps("  s: {say: '{{ today }} {{ now | time }} {{ language }}'}\n"), somebody(zone="Pacific/Auckland"))
    talk.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert talk.starts() == ["> Jan 6, 2026 1:00 AM en"]
