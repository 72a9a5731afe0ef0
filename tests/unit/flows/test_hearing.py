"""Which flow hears a text, and what timers, starts and people do to a contact's conversations. On the real reader."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows import hearing
from flows.events import Consent, Due, Facts, Needs, Timer
from flows.hearing import Desk, Heard, Situation, Talk, catalogue_of
from flows.notices import Notices
from flows.state import Phase, State
from flows.types import Flow, Span
from tests.talking import NOON, Phone, flow_of, phone, reading, somebody


def named(name: str, steps: str, head: str = "") -> Flow:
    """A flow whose keyword is its name."""
    return flow_of(f"flow: {name}\ntriggers: [{{keyword: {name.upper()}}}]\n{head}steps:\n{steps}")


SIZE = named(
    "size", "  q: {ask: Size?, expect: {choice: {small: [s, hours], large: [l]}}, retry: S or L}\n  e: {say: 'So {{ answers.q }}'}\n"
)
NAME = named("name", "  q: {ask: Your name?}\n  e: {say: 'Hi {{ answers.q }}'}\n")
DAY = named("day", "  q: {ask: Which day?, expect: date}\n  e: {say: Done}\n")
HOURS = named("hours", "  s: {say: Nine to five}\n")
LATER = named("later", "  w: {wait: 2h}\n  s: {say: Later now}\n", "purpose: service\n")
PUSHY = named("pushy", "  w: {wait: 2h}\n  q: {ask: Pushy?}\n", "purpose: service\ninterrupt: true\n")
HUSHED = named("hushed", "  w: {wait: 2h}\n  s: {say: Hush}\n", "purpose: service\ninterrupt: true\n")
FIRM = named("firm", "  q: {ask: Well?, expect: date, retry: A day}\n", "interruptible: false\n")
DROPS = named("drops", "  q: {ask: Drop?}\n", "resume: drop\n")
GONE = named("gone", "  u: {unsubscribe: , say: Bye}\n")
FALLBACK = flow_of("flow: fallback\ntriggers: [{fallback: true}]\nsteps: {s: {say: Pardon?}}\n")
TASTE = flow_of(
    "flow: taste\ntriggers: [{intent: like}]\nintents:\n  like:\n"
    + "".join(
        f"    - {text}\n" for text in ("I love strawberry ice cream", "strawberry ice cream is my favourite", "give me more strawberry")
    )
    + "steps: {s: {say: Strawberry it is}}\n"
)


def wait(of: Phone, hours: float) -> list[str]:
    return [said.text for said in of.wait(Span(seconds=int(hours * 3600)))]


def phases(of: Phone) -> dict[str, str]:
    return {talk.flow.name: talk.state.phase.value for talk in of.talks}


# --- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flows", "texts", "said", "who", "why"),
    [
        ((SIZE, HOURS), ["size", "STOP"], "unsubscribed", "stop", "STOP before the question"),
        ((SIZE, HOURS), ["size", "arrêt"], "START", "stop", "in any supported language"),
        ((SIZE,), ["size", "HELP"], "write your question here", "help", "HELP before the question"),
        ((SIZE,), ["size", "can I talk to a human please"], "a person will read this", "wish for a person", "a wish for a human"),
        ((SIZE, HOURS), ["size", "hours"], "So small", "question", "the question's own words before a keyword"),
        ((NAME, HOURS), ["name", "hours"], "Nine to five", "keyword", "a keyword before a question that takes anything"),
        ((NAME, HOURS), ["name", "Hours!! 🙂"], "Nine to five", "keyword", "emoji and punctuation around it"),
        ((HOURS,), ["hurs"], "Nine to five", "keyword, misspelled", "a keyword of five letters, one of them left out"),
        ((HOURS, LATER), ["Huors!"], "Nine to five", "keyword, misspelled", "two neighbours swapped"),
        ((SIZE, HOURS), ["size", "hourz"], "So small", "question", "a slip from an option's own word"),
        ((NAME, HOURS), ["name", "Hourst"], "Hi Hourst", "question", "a slip never takes an answer away"),
        ((DAY, HOURS), ["day", "hors"], "Nine to five", "keyword, misspelled", "no answer to the question"),
        ((NAME,), ["nam"], "", "nobody", "a keyword of four letters has too many neighbours"),
        ((HOURS, named("tours", "  s: {say: Tours}\n")), ["yours"], "", "nobody", "one slip from two keywords"),
        ((HOURS, named("hour", "  s: {say: One}\n")), ["hour"], "One", "keyword", "another flow's keyword is no slip"),
        ((named("stopx", "  s: {say: X}\n"),), ["stop"], "unsubscribed", "stop", "STOP is no slip of anything"),
        ((NAME, HOURS), ["name", "what are your hours"], "Hi what are your hours", "question", "more than the word is no keyword"),
        ((DAY, HOURS), ["day", "2026-02-01"], "Done", "question", "the question, however its kind reads it"),
        ((DAY, FALLBACK), ["day", "blue"], "Which day?", "question, not understood", "the retry before the fallback"),
        ((FIRM, HOURS), ["firm", "hours"], "A day", "question, not understood", "interruptible: false"),
        ((SIZE, FALLBACK), ["blue"], "Pardon?", "fallback", "nobody else"),
    ],
)
def test_who_hears(flows: tuple[Flow, ...], texts: list[str], said: str, who: str, why: str) -> None:
    of = phone(*flows)
    answers = [of.says(text) for text in texts]
    assert of.who == who, why
    assert said in "\n".join(answers[-1]), why


def test_a_text_that_nobody_hears_comes_to_a_person() -> None:
    of = phone(SIZE)
    assert of.says("blue") == []
    assert (of.who, of.calls) == ("nobody", ["unheard"])


def test_another_flows_intent_before_the_retry_but_after_an_answer() -> None:
    of = phone(DAY, TASTE)
    of.says("day")
    assert of.says("I love strawberry ice cream so much") == ["Strawberry it is", "Which day?"]
    assert of.who == "intent"
    of = phone(NAME, TASTE)
    of.says("name")
    assert of.says("I love strawberry ice cream so much") == ["Hi I love strawberry ice cream so much"]


@pytest.mark.parametrize("desk", [Desk.HELD, Desk.HANDOFF])
def test_held_by_a_person_only_stop_start_and_help_are_heard_before_them(desk: Desk) -> None:
    of = phone(SIZE, HOURS)
    of.says("size")
    of.desk = desk
    for text in ("hours", "s", "a human please"):
        assert of.says(text) == [], text
        assert of.who == "person", text
    assert "question here" in of.says("help")[0]
    assert "unsubscribed" in of.says("stop")[0]
    assert of.outcomes() == [("size", "opted_out")]


def test_when_nobody_came_keywords_are_heard_again() -> None:
    of = phone(named("help-me", "  h: {handoff: support}\n"), HOURS)
    of.says("help-me")
    assert of.desk is Desk.HANDOFF
    of.desk = Desk.OVERDUE
    assert of.says("hours") == ["Nine to five"]
    assert of.outcomes() == [("help-me", "overdue"), ("hours", "completed")]


# --- interruptions ----------------------------------------------------------------------------------------------------


def test_another_keyword_pauses_and_the_question_is_asked_again() -> None:
    of = phone(NAME, SIZE)
    of.says("name")
    assert of.says("size") == ["Size?"]
    assert phases(of) == {"name": "paused", "size": "asking"}
    assert of.says("l") == ["So large", "Your name?"]
    assert of.says("Ann") == ["Hi Ann"]
    assert of.outcomes() == [("size", "completed"), ("name", "completed")]


def test_a_flow_of_one_text_interrupts_and_the_question_is_asked_again_at_once() -> None:
    of = phone(NAME, HOURS)
    of.says("name")
    assert of.says("hours") == ["Nine to five", "Your name?"]
    assert of.says("Ann") == ["Hi Ann"]


def test_interruptions_unwind_from_the_last_to_the_first() -> None:
    of = phone(NAME, DAY, SIZE)
    of.says("name")
    of.says("day")
    assert of.says("size") == ["Size?"]
    assert of.says("l") == ["So large", "Which day?"]
    assert of.says("2026-02-01") == ["Done", "Your name?"]


def test_its_own_keyword_restarts_a_flow() -> None:
    of = phone(NAME)
    of.says("name")
    assert of.says("NAME") == ["Your name?"]
    assert of.outcomes() == [("name", "restarted")]
    assert "  · replied q fits=False" in of.lines, "it was texted while the question was open"


def test_a_restart_ends_what_waits_too() -> None:
    of = phone(LATER)
    of.says("later")
    of.says("later")
    assert of.outcomes() == [("later", "restarted")]
    assert wait(of, 5) == ["Later now"], "the first one's timer is dead"


def test_resume_drop() -> None:
    of = phone(DROPS, HOURS)
    of.says("drops")
    assert of.says("hours") == ["Nine to five"]
    assert of.outcomes() == [("drops", "interrupted"), ("hours", "completed")]
    assert "  drops: · replied q fits=False" in of.lines


def test_an_interrupted_question_does_not_expire_or_time_out_meanwhile() -> None:
    timed = named("timed", "  q: {ask: Timed?, timeout: {after: 1h, go: t}, go: end}\n  t: {end: silent}\n", "expires: 2h\n")
    of = phone(timed, NAME)
    of.says("timed")
    of.says("name")
    assert wait(of, 30) == []
    assert phases(of) == {"timed": "paused", "name": "asking"}
    assert of.says("Ann") == ["Hi Ann", "Timed?"]
    wait(of, 1.5)
    assert of.outcomes()[-1] == ("timed", "silent"), "asked again, its time counts again"


# --- put off ----------------------------------------------------------------------------------------------------------


def test_a_wait_is_put_off_while_another_asks() -> None:
    of = phone(LATER, NAME)
    of.says("later")
    of.says("name")
    assert wait(of, 3) == []
    assert phases(of) == {"name": "asking", "later": "put_off"}
    assert of.says("Ann") == ["Hi Ann", "Later now"]


def test_what_was_put_off_too_long_expires() -> None:
    of = phone(LATER, NAME)
    of.says("later")
    of.says("name")
    wait(of, 2 + 13)
    assert of.says("Ann") == ["Hi Ann"]
    assert of.outcomes() == [("name", "completed"), ("later", "expired")]


def test_a_wait_sleeps_while_a_person_holds() -> None:
    of = phone(LATER)
    of.says("later")
    of.take_over()
    assert wait(of, 3) == []
    assert [said.text for said in of.hand_back()] == ["Later now"]


def test_a_start_is_put_off_and_goes_on() -> None:
    of = phone(NAME, HOURS)
    of.says("name")
    assert of.start("hours") == []
    assert of.who == "put off"
    assert of.says("Ann") == ["Hi Ann", "Nine to five"]


def test_interrupt_overrides_but_never_over_a_person() -> None:
    of = phone(PUSHY, NAME)
    of.says("pushy")
    of.says("name")
    assert wait(of, 3) == ["Pushy?"]
    assert phases(of) == {"name": "paused", "pushy": "asking"}, "one listens at a time"
    assert of.says("ok") == ["Your name?"]
    of = phone(PUSHY)
    of.says("pushy")
    of.take_over()
    assert wait(of, 3) == []


def test_what_interrupts_without_a_question_gives_the_word_back_at_once() -> None:
    of = phone(HUSHED, NAME)
    of.says("hushed")
    of.says("name")
    assert wait(of, 3) == ["Hush", "Your name?"]
    assert of.says("Ann") == ["Hi Ann"]


def test_a_wait_that_the_clock_slept_through_expires() -> None:
    """A clock that was down for a day must not begin what was due yesterday."""
    state = State(at="w", phase=Phase.WAITING, visit=1)
    talk = Talk(id=1, flow=LATER, state=state)
    for hours, outcome in ((1, "completed"), (12, "completed"), (13, "expired")):
        heard = hearing.ring(situation(talk), 1, Due(timer=Timer.WAIT, visit=1), NOON - timedelta(hours=hours))
        assert isinstance(heard, Heard)
        assert heard.moves[-1].state.outcome == outcome, f"{hours} h late"


# --- people -----------------------------------------------------------------------------------------------------------


def test_hand_back_asks_the_open_question_again() -> None:
    of = phone(NAME)
    of.says("name")
    of.says("let me talk to a human")
    assert of.desk is Desk.HANDOFF
    assert of.says("hello?") == []
    assert [said.text for said in of.hand_back()] == ["Your name?"]
    assert of.says("Ann") == ["Hi Ann"]


def test_closing_ends_what_listens_and_wakes_what_was_paused() -> None:
    of = phone(NAME, SIZE)
    of.says("name")
    of.says("size")
    of.take_over()
    assert [said.text for said in of.close()] == ["Your name?"]
    assert of.outcomes() == [("size", "closed")]


# --- opting out -------------------------------------------------------------------------------------------------------


def test_stop_ends_everything_start_resumes_nothing_and_yes_restores_nothing() -> None:
    of = phone(LATER, NAME, SIZE)
    of.says("later")
    of.says("name")
    of.says("size")
    assert len(of.says("stop")) == 1, "one confirmation"
    assert sorted(of.outcomes()) == [("later", "opted_out"), ("name", "opted_out"), ("size", "opted_out")]
    for text in ("stop", "yes", "name", "l", "hello"):
        assert of.says(text) == [], text
    assert of.contact.consent is Consent.OUT
    assert wait(of, 100) == []
    assert of.start("size") == []
    assert "will get our texts again" in of.says("start")[0]
    assert (of.contact.consent, of.talks, wait(of, 100)) == (Consent.IN, [], [])


def test_a_flow_that_unsubscribes_ends_all_others_also_those_that_it_interrupted() -> None:
    of = phone(LATER, NAME, GONE)
    of.says("later")
    of.says("name")
    assert of.says("gone") == ["Bye"]
    assert sorted(of.outcomes()) == [("gone", "opted_out"), ("later", "opted_out"), ("name", "opted_out")]
    of.says("start")
    assert of.talks == []


def test_what_is_woken_and_unsubscribes_ends_what_would_be_woken_after_it() -> None:
    of = phone(NAME, GONE, LATER)
    of.says("name")
    of.start("gone")
    of.start("later")
    assert phases(of) == {"name": "asking", "gone": "put_off", "later": "put_off"}
    of.says("Ann")
    assert sorted(of.outcomes()) == [("gone", "opted_out"), ("later", "opted_out"), ("name", "completed")]


def test_a_carriers_opt_out_ends_everything() -> None:
    talk = Talk(id=1, flow=NAME, state=State(at="q", visit=1))
    heard = hearing.opt_out(situation(talk), "21610", "carrier")
    assert [move.state.outcome for move in heard.moves] == ["opted_out"]


@pytest.mark.parametrize("consent", [Consent.OUT, Consent.HELD])
def test_nothing_is_started_for_who_is_out_or_in_doubt(consent: Consent) -> None:
    of = phone(HOURS, consent=consent)
    assert of.start("hours") == []
    assert of.talks == of.ended == []


# --- languages --------------------------------------------------------------------------------------------------------

BOTH = flow_of("flow: both\nlanguages: [en, fr]\ntriggers: [{keyword: BOTH}]\nsteps: {q: {ask: {en: Hi?, fr: Salut ?}}}\n")


@pytest.mark.parametrize(
    ("own", "guess", "said", "why"),
    [
        (None, None, "Hi?", "nothing known: the first"),
        ("fr", None, "Salut ?", "the contact's own"),
        ("fr-CA", None, "Salut ?", "a region of it"),
        ("fr", "en", "Salut ?", "the contact's own before a guess"),
        (None, "fr", "Salut ?", "a guess"),
        ("es", "fr", "Salut ?", "the contact's own is not there: the guess"),
        ("es", "de", "Hi?", "neither is there"),
    ],
)
def test_a_conversation_begins_in_a_language(own: str | None, guess: str | None, said: str, why: str) -> None:
    heard = hearing.hear(
        replace(situation(flows=(BOTH,)), facts=Facts(contact=somebody(language=own), now=NOON)), reading("both", language=guess)
    )
    assert isinstance(heard, Heard)
    assert [effect.text for effect in heard.moves[0].effects if hasattr(effect, "text")] == [said], why


# --- pure -------------------------------------------------------------------------------------------------------------


def situation(*talks: Talk, flows: tuple[Flow, ...] = ()) -> Situation:
    catalogue = catalogue_of({flow.name: flow for flow in (*flows, *(talk.flow for talk in talks))})
    return Situation(facts=Facts(contact=somebody(), now=NOON), notices=Notices(brand="Bean"), catalogue=catalogue, talks=talks)


@pytest.mark.parametrize(("talk_id", "visit", "why"), [(1, 6, "an earlier or later visit"), (2, 7, "no such conversation any more")])
def test_stale_timers_are_heard_by_nobody(talk_id: int, visit: int, why: str) -> None:
    talk = Talk(id=1, flow=NAME, state=State(at="q", visit=7))
    heard = hearing.ring(situation(talk), talk_id, Due(timer=Timer.NUDGE, visit=visit), NOON)
    assert heard == Heard(who="nobody: stale timer"), why


def test_asks_for_facts_through_every_door() -> None:
    poll = named("poll", "  p: {poll: 'Tea? {{ poll.p.total }}', options: {tea: [t], mate: [m]}}\n")
    asked = hearing.hear(situation(flows=(poll,)), reading("poll"))
    assert asked == Needs("poll", polls=("p",))
    assert hearing.start(situation(flows=(poll,)), poll) == asked
    paused = Talk(id=1, flow=poll, state=State(at="p", visit=1, phase=Phase.PAUSED))
    assert hearing.hand_back(situation(paused)) == asked
