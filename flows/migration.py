"""Moving live conversations to a newer revision of their flow, where its author says where each stands now (`migrate:`).

Without it a conversation stays on the revision that it began with. With it, whoever stands at a step that the map names goes on from
the step that the map gives, with the same timers and the answers that were given; nothing is sent. Whoever stands elsewhere stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flows.events import Happened, Note, Rebased
from flows.hearing import Heard, Move, Situation
from flows.state import State
from flows.types import Ask, CallOut, Flow, HandOff, Step, Wait
from nlp.types import Value

Unfit = tuple[str, str, str]
"""The step that the map names, what is wrong with moving from it, and what to write instead."""


def unfit(old: Flow, new: Flow) -> Iterator[Unfit]:
    """Why the map of `new` does not lead from `old`, entry by entry."""
    for was, now in new.migrate.items():
        before, after = old.steps.get(was), new.steps.get(now)
        if before is None:
            yield was, f"The live revision has no step `{was}`.", "Take the line away: nobody stands there."
        elif after is not None and (why := _differ(before, after)):
            yield was, f"Nobody can go on from `{was}` at `{now}`: {why}.", "Take the line away: who stands there ends the old revision."


def _differ(before: Step, after: Step) -> str:
    """Why who stands at one step cannot stand at the other; "" where nothing speaks against it."""
    match before.verb, after.verb:
        case Ask() as old, Ask() as new:
            if [question.name for question in old.questions] != [question.name for question in new.questions] and (
                old.survey or new.survey
            ):
                return "they ask different questions"
            if [question.expect for question in old.questions] != [question.expect for question in new.questions]:
                return "what was asked expects another reply"
            return "one is a poll, the other is not" if old.counted != new.counted else ""
        case (Wait(), Wait()) | (HandOff(), HandOff()) | (CallOut(), CallOut()):
            return ""
        case ((Ask() | Wait() | HandOff() | CallOut()), _):
            return f"one is `{before.verb_name}`, the other `{after.verb_name}`"
        case _:
            return f"nobody ever waits at `{before.verb_name}`"


def moves(state: State, mapping: Mapping[str, str]) -> bool:
    """Whether who stands there is moved: at a step that the map names, and not inside a part."""
    return not state.frames and state.at in mapping


def migrate(situation: Situation, talk_id: int, flow: Flow) -> Heard:
    """Moves one conversation to `flow`, a newer revision of its own, if it still stands where the map of `flow` says."""
    talk = next((talk for talk in situation.talks if talk.id == talk_id), None)
    if talk is None or talk.flow.name != flow.name or not moves(talk.state, flow.migrate):
        return Heard(who="nobody: moved on meanwhile")
    state = replace(talk.state, at=flow.migrate[talk.state.at], answers=_renamed(talk.state.answers, talk.flow, flow))
    moved = Note(kind=Happened.MIGRATED, step=state.path, data={"from": talk.state.at})
    return Heard(who="migrated", moves=(Move(talk=talk, flow=flow, state=state, effects=(Rebased(), moved)),))


def _renamed(answers: Mapping[str, Value], old: Flow, new: Flow) -> dict[str, Value]:
    """The answers under the names that their steps have now; a survey's too ("visit.score")."""
    names = dict(_saved(old, new))
    return {names.get(name, name): value for name, value in answers.items()}


def _saved(old: Flow, new: Flow) -> Iterator[tuple[str, str]]:
    for was, now in new.migrate.items():
        before, after = old.steps[was].verb, new.steps[now].verb
        if isinstance(before, Ask) and isinstance(after, Ask):
            yield from zip((q.save for q in before.questions), (q.save for q in after.questions), strict=False)
