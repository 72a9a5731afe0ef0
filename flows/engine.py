"""What a flow means: `advance(flow, state, event, facts)` → a Turn, or the facts that it needs first.

Pure: the same arguments give the same turn. Read it from the top: an event finds its place (a start, a reply, a timer, a
resumption), and from there the walk (flows/walk.py) goes from step to step until one of them has to wait for somebody.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flows import localtime
from flows.calls import kept
from flows.events import Called, Due, Event, Facts, HandedBack, Happened, Needs, Part, Replied, Resumed, Started, StartTimer, Timer, Turn
from flows.state import Phase, State, planned_at
from flows.types import Ask, CallOut, Flow, HandOff, Nudge, Question, Span, Step
from flows.walk import Walk
from nlp.types import IntentOf, Reading, Value


def advance(flow: Flow, state: State, event: Event, facts: Facts) -> Turn | Needs:
    """What `event` makes of the conversation that stands at `state`.

    Returns Needs where a step on the way takes a code or prints a poll that `facts` do not hold yet: ask again with them.
    A stale timer gives the state back, with no effects.
    """
    run = Walk(flow, replace(state), facts)
    if not isinstance(event, Started):
        run.look_for_names(run.step())  # what it says or decides where it stands may print them
    match event:
        case Started(reading=reading):
            run.heard(reading)
            run.note(Happened.STARTED)
            run.go(flow.first)
        case Replied(reading=reading):
            _hear(run, reading)
        case Due():
            _ring(run, event)
        case Resumed():
            _resume(run)
        case HandedBack():
            _take_back(run)
        case Called():
            _take_answer(run, event)
    return _needs(run) or Turn(run.state, tuple(run.effects))


def _needs(run: Walk) -> Needs | None:
    """What the walk lacked, for one flow at a time: the conversation's own, or a part of it."""
    missing, links = [*run.missing_pools, *run.missing_polls], tuple(dict.fromkeys(run.missing_links))
    if not missing and not links and not run.missing_page:
        return None
    owner = missing[0][0] if missing else run.whole.name
    pools = tuple(pool for flow, pool in run.missing_pools if flow == owner)
    polls = tuple(poll for flow, poll in run.missing_polls if flow == owner)
    return Needs(owner, pools=pools, polls=polls, links=links, page=run.missing_page)


def begin(flow: Flow, language: str, *, unasked: bool) -> State:
    """The state before the first step."""
    return State(at=flow.first, language=language, unasked=unasked)


def is_late(flow: Flow, state: State, facts: Facts) -> bool:
    """Whether what was planned is of no use any more: over the flow's `late`, or after the event that it is about."""
    planned, not_after = planned_at(state), state.not_after
    if not_after is not None and datetime.fromisoformat(not_after) < facts.now:
        return True
    return planned is not None and localtime.add(planned, flow.late, facts.contact.zone) < facts.now


# --- events find their place ------------------------------------------------------------------------------------------


def _hear(run: Walk, reading: Reading) -> None:
    question = run.question()
    step = run.step()
    run.heard(reading)
    fits = reading.value is not None
    run.note(Happened.REPLIED, {"fits": fits, "question": question.name, "why": reading.why})
    if fits:
        assert reading.value is not None
        _answer(run, step, question, reading.value)
    else:
        _misfit(run, step, question)


def _answer(run: Walk, step: Step, question: Question, value: Value) -> None:
    assert isinstance(step.verb, Ask)
    if isinstance(question.expect, IntentOf):  # flows know their own intents by their short names
        value = str(value).rpartition("/")[2]
    run.change(answers={**run.state.answers, question.save: value})
    if step.verb.counted:
        run.vote(step.name, str(value))
    if step.verb.survey and run.ask_next(step, run.state.question + 1):
        return
    run.go(run.way_on(step, None if step.verb.survey else value))


def _misfit(run: Walk, step: Step, question: Question) -> None:
    """Says the retry at most `tries` times; the misfit after the last goes to `else`."""
    run.change(misfits=run.state.misfits + 1)
    if run.state.misfits <= question.tries:
        run.retry(step, question)
    elif question.otherwise is not None:
        run.go(question.otherwise)
    else:
        run.hand_over("not_understood")


def _ring(run: Walk, due: Due) -> None:
    state, timer = run.state, due.timer
    if timer is Timer.EXPIRY:
        if state.phase is Phase.ASKING:  # silence does not count during a wait, nor while others talk
            run.end("expired")
    elif due.visit != state.visit:
        return
    elif timer is Timer.WAIT and state.phase is Phase.WAITING:
        run.change(phase=Phase.ASKING, unasked=True)
        run.go(run.way_on(run.step(), None))
    elif state.phase is Phase.ASKING and isinstance(verb := run.step().verb, Ask):
        if timer is Timer.NUDGE and verb.nudge is not None:
            _nudge(run, verb, verb.nudge, due.planned or run.facts.now)
        elif timer is Timer.TIMEOUT and verb.timeout is not None:
            run.change(unasked=True)
            run.go(verb.timeout.to)


def _nudge(run: Walk, verb: Ask, nudge: Nudge, planned: datetime) -> None:
    """Says it. In quiet hours it waits for their end, and is dropped where the timeout does not."""
    now, zone = run.facts.now, run.facts.contact.zone
    leaves = max(now, run.facts.opens or now)
    if verb.timeout is not None:
        asked = localtime.add(planned - timedelta(seconds=nudge.after.seconds), Span(days=-nudge.after.days), zone)
        if localtime.add(asked, verb.timeout.after, zone) <= leaves:
            run.note(Happened.REFUSED, {"reason": "nudge after the timeout"})
            return
    if leaves > now:
        run.effects.append(StartTimer(timer=Timer.NUDGE, visit=run.state.visit, at=leaves, planned=planned))
        return
    run.change(unasked=True, nudged=True)
    run.send(run.step(), nudge.say, Part.NUDGE)


def _take_answer(run: Walk, called: Called) -> None:
    """A web service has answered, or has not. Who is paused meanwhile keeps the answer until its turn comes."""
    state, step = run.state, run.step()
    if called.visit != state.visit or state.phase not in (Phase.CALLING, Phase.PAUSED) or not isinstance(step.verb, CallOut):
        return
    result = kept(run.flow, step.name, called.result)
    failed = called.failed or ("too_large" if result is None and called.result is not None else "")
    run.note(Happened.CALLED, {"ok": not failed, **({"why": failed} if failed else {})})
    run.change(failed=bool(failed), visit=state.visit + 1)  # a second answer is stale
    if not failed:
        run.change(calls={**state.calls, step.name: result})
    if state.phase is Phase.CALLING:
        run.go_on_after_call(step.verb)


def _resume(run: Walk) -> None:
    """A paused conversation asks its question again, or goes on with what a service has answered meanwhile.

    One that was put off begins, or goes on, unless it is too late by now.
    """
    state = run.state
    if state.phase is Phase.PAUSED:
        run.change(phase=Phase.ASKING, paused=0)
        match run.step().verb:
            case CallOut() as verb if state.failed or state.at in state.calls:
                run.go_on_after_call(verb)
            case CallOut():
                run.change(phase=Phase.CALLING)
            case _:
                run.ask_again()
    elif state.phase is Phase.PUT_OFF:
        if is_late(run.whole, state, run.facts):
            run.end("expired")
        else:
            run.change(phase=Phase.ASKING, planned=None, not_after=None, unasked=True)
            if state.visit == 0:
                run.note(Happened.STARTED)
                run.go(run.whole.first)
            else:
                run.go(run.way_on(run.step(), None))


def _take_back(run: Walk) -> None:
    """After a person: a `handoff` goes on, or ends as `handled`; an open question is asked again."""
    match run.state.phase, run.step().verb:
        case Phase.HELD, HandOff(goes_on=True):
            run.change(phase=Phase.ASKING)
            run.go(run.way_on(run.step(), None))
        case Phase.HELD, Ask():  # handed over after the last misfit
            run.change(phase=Phase.ASKING, misfits=0)
            run.ask_again()
        case Phase.HELD, HandOff():
            run.change(phase=Phase.ASKING)
            onward = run.finish("handled")
            if onward is not None:
                run.go(onward)
        case Phase.HELD, _:
            run.end("handled")
        case Phase.ASKING, Ask():
            run.ask_again()
        case _:
            pass
