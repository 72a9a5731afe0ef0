"""What each step does, and where each event leads: the engine by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.events import Code, Consent, Due, Event, HandedBack, Needs, Replied, Resumed, Send, Started, Timer, Votes
from flows.state import Phase, State
from nlp.types import Sentiment
from tests.talking import NOON, Talking, reading, somebody, steps

ASK = "  q: {ask: Size?, expect: {choice: {small: [s], large: [l]}}, go: {small: end, large: more}}\n  more: {say: 'So {{ answers.q }}'}\n"
STOCK = "> (retry) Sorry, I did not get that."

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


# --- misfits ----------------------------------------------------------------------------------------------------------

CHOICE = "expect: {choice: {small: [s], large: [l]}}"


@pytest.mark.parametrize(
    ("text", "tries", "misfit", "last", "why"),
    [
        (
            f"  q: {{ask: Size?, {CHOICE}}}\n",
            2,
            [STOCK, "> (retry) Size?"],
            ["hand over to support: not_understood"],
            "stock words, a person",
        ),
        (
            f"  q: {{ask: Size?, {CHOICE}, retry: S or L, else: bye, go: end}}\n  bye: {{say: Bye}}\n",
            2,
            ["> (retry) S or L"],
            ["> Bye"],
            "the author's words and `else`",
        ),
        (
            f"  q: {{ask: Size?, {CHOICE}, retry: S or L, tries: 1}}\n",
            1,
            ["> (retry) S or L"],
            ["hand over to support: not_understood"],
            "one try",
        ),
        (
            f"  q: {{ask: Size?, {CHOICE}, retry: '{{{{ reply.text }}}}?', tries: 3}}\n",
            3,
            ["> (retry) xxl?"],
            ["hand over to support: not_understood"],
            "a retry sees the reply",
        ),
        (
            f"  q: {{survey: {{size: {{ask: Size?, {CHOICE}, retry: S or L}}}}, else: bye, go: end}}\n  bye: {{say: Bye}}\n",
            2,
            ["> (retry) S or L"],
            ["> Bye"],
            "a survey's question",
        ),
    ],
)
def test_says_the_retry_at_most_so_often(text: str, tries: int, misfit: list[str], last: list[str], why: str) -> None:
    talk = Talking(steps(text))
    talk.starts()
    for _ in range(tries):
        assert talk.says("xxl") == misfit, why
    assert talk.says("xxl") == last, why
    assert "answers" not in talk.state.to_json(), "a misfit is no answer"


def test_an_answer_after_misfits_counts_from_nought_again() -> None:
    talk = Talking(steps(f"  q: {{ask: Size?, {CHOICE}, retry: S or L, go: {{small: q, large: end}}}}\n"))
    talk.starts()
    talk.says("xxl")
    talk.says("xxl")
    assert talk.says("s", "small") == ["> Size?"]
    assert talk.says("xxl") == ["> (retry) S or L"]


def test_the_stock_retry_is_in_the_conversations_language() -> None:
    talk = Talking(steps(f"  q: {{ask: {{en: Size?, fr: Taille ?}}, {CHOICE}}}\n", "languages: [en, fr]\n"), somebody(language="fr"))
    assert talk.starts() == ["> Taille ?"]
    assert talk.says("xxl") == ["> (retry) Pardon, je n'ai pas compris.", "> (retry) Taille ?"]


def test_a_reply_is_logged_with_whether_it_fits() -> None:
    talk = Talking(steps(ASK))
    talk.starts()
    talk.says("xxl")
    assert talk.notes == ["· replied q fits=False question=q why="]
    talk.says("l", "large", why="label")
    assert talk.notes[0] == "· replied q fits=True question=q why=label"


# --- timers -----------------------------------------------------------------------------------------------------------

TIMED = "  q: {ask: Well?, nudge: {after: 2h, say: Still?}, timeout: {after: 1d, go: bye}, go: end}\n  bye: {end: silent, say: Bye}\n"


def test_a_question_starts_its_timers_and_they_do_what_they_say() -> None:
    talk = Talking(steps(TIMED))
    assert talk.starts() == ["> Well?", "timer nudge 7200s", "timer timeout 1d"]
    assert talk.hears(Due(timer=Timer.NUDGE, visit=talk.state.visit)) == ["> (nudge) Still?"]
    assert talk.state.unasked, "nobody asked for what a timer says"
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=talk.state.visit)) == ["> Bye"]
    assert talk.state.outcome == "silent"


@pytest.mark.parametrize("timer", [Timer.NUDGE, Timer.TIMEOUT, Timer.WAIT])
def test_a_stale_timer_changes_nothing(timer: Timer) -> None:
    talk = Talking(steps(TIMED.replace("go: end}", "go: q2}").replace("  bye", "  q2: {ask: And?, go: end}\n  bye")))
    talk.starts()
    first = talk.state.visit
    talk.says("ok", "ok")
    before = talk.state
    assert talk.hears(Due(timer=timer, visit=first)) == []
    assert (talk.state, talk.effects) == (before, ())
    talk.says("ok", "ok")
    assert talk.state.phase is Phase.ENDED
    assert talk.hears(Due(timer=timer, visit=talk.state.visit)) == [], "nor does one of a conversation that has ended"


def test_a_misfit_kills_no_timer() -> None:
    talk = Talking(steps(TIMED.replace("ask: Well?,", "ask: Well?, expect: rating,")))
    talk.starts()
    visit = talk.state.visit
    assert not [line for line in talk.says("xxl") if line.startswith("timer")], "they count from the question, not from misfits"
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=visit)) == ["> Bye"]


@pytest.mark.parametrize(
    ("phase", "ends", "why"),
    [
        (Phase.ASKING, True, "a silent question"),
        (Phase.WAITING, False, "silence does not count during a wait"),
        (Phase.HELD, False, "nor while a person holds"),
        (Phase.PAUSED, False, "nor while another conversation is in front"),
        (Phase.PUT_OFF, False, "nor while it is put off: it has a lateness of its own"),
        (Phase.ENDED, False, "nor afterwards"),
    ],
)
def test_expiry(phase: Phase, ends: bool, why: str) -> None:
    talk = Talking(steps(TIMED))
    talk.starts()
    talk.state = replace(talk.state, phase=phase)
    talk.hears(Due(timer=Timer.EXPIRY, visit=-1))
    assert (talk.state.outcome == "expired") is ends, why


def test_asked_again_its_timers_begin_again_but_it_nudges_once() -> None:
    talk = Talking(steps(TIMED))
    talk.starts()
    first = talk.state.visit
    talk.state = replace(talk.state, phase=Phase.PAUSED)
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=first)) == [], "while others talk nothing times out"
    assert talk.hears(Resumed()) == ["> Well?", "timer nudge 7200s", "timer timeout 1d"], "and so it has to begin again"
    talk.hears(Due(timer=Timer.NUDGE, visit=talk.state.visit))
    assert talk.hears(HandedBack()) == ["> Well?", "timer timeout 1d"], "nudged once is enough"
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=first)) == [], "the first timer is stale"
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=talk.state.visit)) == ["> Bye"]


# --- surveys ----------------------------------------------------------------------------------------------------------

SURVEY = (
    "  v:\n    survey:\n"
    "      food: {ask: Food?, expect: rating}\n"
    '      why: {ask: Why?, if: "answers.v.food < 3"}\n'
    '      best: {ask: Best?, if: "answers.v.food > 3"}\n'
    "    timeout: {after: 1d, go: end}\n"
    "  done: {say: \"{{ answers.v.food }} {{ answers.v.why or '-' }} {{ answers.v.best or '-' }}\"}\n"
)


@pytest.mark.parametrize(
    ("food", "then", "why"),
    [
        (1, ["> Why?", "timer timeout 1d"], "a condition that holds"),
        (5, ["> Best?", "timer timeout 1d"], "one that does not is passed over"),
        (3, ["> 3 - -"], "none left"),
    ],
)
def test_a_survey_asks_what_its_conditions_let_through(food: int, then: list[str], why: str) -> None:
    talk = Talking(steps(SURVEY))
    assert talk.starts() == ["> Food?", "timer timeout 1d"]
    visit = talk.state.visit
    assert talk.says(str(food), food) == then, why
    assert talk.hears(Due(timer=Timer.TIMEOUT, visit=visit)) == [], "each question has timers of its own"
    if then[0] != "> 3 - -":
        assert talk.says("soup", "soup")[0].startswith(f"> {food} "), why


def test_a_survey_of_which_no_question_is_asked_goes_on() -> None:
    talk = Talking(steps("  v: {survey: {a: {ask: Vip?, if: contact.vip}, b: {ask: Old?, if: contact.old}}}\n  e: {end: none_asked}\n"))
    assert talk.starts() == []
    assert talk.state.outcome == "none_asked"


# --- polls ------------------------------------------------------------------------------------------------------------

POLL = "  p: {poll: Tea?, options: {tea: {label: Green tea, says: [t]}, mate: [m]}}\n"
TALLY = "  t: {say: '{{ poll.p.leader }} {{ poll.p.counts.tea }} {{ poll.p.counts.mate }} {{ poll.p.total }}'}\n"


@pytest.mark.parametrize(
    ("counts", "own", "answer", "line", "why"),
    [
        ({}, None, "mate", "mate 0 1 1", "the first vote counts at once"),
        ({"tea": 1}, None, "mate", "Green tea 1 1 2", "a tie goes to the option written first"),
        ({"tea": 1, "mate": 1}, None, "mate", "mate 1 2 3", "one's own decides"),
        ({"tea": 2, "mate": 2}, "tea", "mate", "mate 2 3 5", "a new vote takes the place of the older one"),
        ({"tea": 2, "juice": 9}, None, "mate", "Green tea 2 1 3", "options of an older revision do not count"),
    ],
)
def test_a_poll_counts_ones_own_vote(counts: dict[str, int], own: str | None, answer: str, line: str, why: str) -> None:
    talk = Talking(steps(POLL + TALLY), polls={"x/p": Votes(counts=counts, own=own)})
    talk.starts()
    assert talk.says(answer, answer) == [f"vote p: {answer}", f"> {line}"], why


def test_nobody_leads_a_poll_without_votes() -> None:
    text = "  a: {say: \"{{ poll.p.leader or 'nobody' }} {{ poll.p.share('tea') | percent or 'none' }}\"}\n" + POLL
    talk = Talking(steps(text), polls={"x/p": Votes()})
    assert talk.starts() == ["> nobody none", "> Tea?"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (Replied(reading("xxl")), "a retry that prints the poll"),
        (Replied(reading("t", "tea")), "the text after the vote"),
        (HandedBack(), "a question that is asked again"),
        (Due(timer=Timer.NUDGE, visit=1), "a nudge"),
    ],
)
def test_asks_for_the_votes_that_the_open_question_prints(event: Event, why: str) -> None:
    poll = POLL.replace("Tea?", "'Tea? {{ poll.p.total }} so far'").replace("]}}", "]}, retry: '{{ poll.p.total }}!'}")
    talk = Talking(steps(poll), polls={"x/p": Votes()})
    talk.starts()
    talk.polls = {}
    made = talk.turn(event)
    assert made == Needs("x", polls=("p",)), why


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
