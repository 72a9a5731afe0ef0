"""Which conversations an author may move to a new revision, and what becomes of one that is moved."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.events import Consent, Contact, Facts, Happened, Note, Rebased
from flows.hearing import Situation, Talk, catalogue_of
from flows.migration import migrate, moves, unfit
from flows.notices import Notices
from flows.parse import parse
from flows.state import Frame, Phase, State
from flows.types import Flow

STEPS = """\
  tea: {ask: "Tea?", expect: yes_no}
  cups: {ask: "How many?", expect: {number: {min: 1}}}
  both: {survey: {food: {ask: "Food?"}, drink: {ask: "Drink?"}}}
  nap: {wait: {for: 2d}}
  vote: {poll: "A or B?", options: {a: [a], b: [b]}}
  person: {handoff: {to: support}}
"""


def flow(migrate: str = "", steps: str = STEPS) -> Flow:
    made, problems = parse(f"flow: club\npurpose: service\n{migrate}\nsteps:\n{steps}", "club.yaml")
    assert made is not None, problems
    return made


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ("tea", "tea", ""),
        ("nap", "nap", ""),
        ("person", "person", ""),
        ("both", "both", ""),
        ("tea", "cups", "what was asked expects another reply"),
        ("tea", "nap", "one is `ask`, the other `wait`"),
        ("nap", "person", "one is `wait`, the other `handoff`"),
        ("both", "tea", "they ask different questions"),
        ("vote", "vote", ""),
    ],
)
def test_where_one_may_go_on(was: str, now: str, why: str) -> None:
    found = [what for _, what, _ in unfit(flow(), flow(f"migrate: {{{was}: {now}}}"))]
    assert (why in found[0]) if why else found == []


def situation(state: State, *, named: str = "club") -> Situation:
    facts = Facts(contact=Contact(key="t", zone="UTC", consent=Consent.IN), now=datetime(2026, 1, 5, tzinfo=UTC), settings={})
    talk = Talk(id=7, flow=replace(flow(), name=named), state=state, revision=1)
    return Situation(facts=facts, notices=Notices(brand="P"), catalogue=catalogue_of({}), talks=(talk,))


def test_a_moved_conversation_keeps_its_visit_and_its_answers_and_says_nothing() -> None:
    fresh = flow("migrate: {tea: chai}", STEPS.replace("tea:", "chai:"))
    heard = migrate(situation(State(at="tea", visit=4, answers={"tea": "yes", "cups": 2})), 7, fresh)
    (move,) = heard.moves
    assert (move.state.at, move.state.visit, move.state.phase) == ("chai", 4, Phase.ASKING)
    assert move.state.answers == {"chai": "yes", "cups": 2}
    assert move.flow is fresh
    assert move.effects == (Rebased(), Note(kind=Happened.MIGRATED, step="chai", data={"from": "tea"}))


@pytest.mark.parametrize(
    ("state", "talk_id", "named"),
    [
        (State(at="cups"), 7, "club"),
        (State(at="tea"), 8, "club"),
        (State(at="tea"), 7, "other"),
        (State(at="tea", frames=(Frame(step="run"),)), 7, "club"),
    ],
    ids=["another step", "another conversation", "another flow", "inside a part"],
)
def test_who_stands_elsewhere_stays(state: State, talk_id: int, named: str) -> None:
    assert migrate(situation(state, named=named), talk_id, flow("migrate: {tea: tea}")).moves == ()


def test_only_who_stands_there_is_asked() -> None:
    assert moves(State(at="tea"), {"tea": "tea"})
    assert not moves(State(at="cups"), {"tea": "tea"})
