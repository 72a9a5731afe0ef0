"""Questions: misfits and retries, timers, surveys, polls: the engine by itself."""

from dataclasses import replace

import pytest

from flows.events import Due, Event, HandedBack, Needs, Replied, Resumed, Timer, Votes
from flows.state import Phase
from tests.talking import Talking, reading, somebody, steps

ASK = "  q: {ask: Size?, expect: {choice: {small: [s], large: [l]}}, go: {small: end, large: more}}\n  more: {say: 'So {{ answers.q }}'}\n"
STOCK = "> (retry) Sorry, I did not get that."

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
