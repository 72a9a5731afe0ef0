"""The names that a flow's templates and expressions see: contact, answers, reply, coupon, poll, brand, today, now."""

from collections.abc import Mapping
from datetime import datetime

from flows.events import Facts, Votes, owned
from flows.localtime import to_local
from flows.state import State
from flows.types import Ask, Flow, PollCounts
from nlp.types import Choice, Value


def names_for(flow: Flow, state: State, facts: Facts, votes: Mapping[str, str]) -> dict[str, object]:
    """The names at this moment in the flow that is running. votes: this contact's own of this very turn, by `owned` names."""
    contact = facts.contact
    local = to_local(facts.now, contact.zone)
    return {
        **facts.settings,
        "contact": {
            **contact.fields,
            "first_name": contact.first_name,
            "language": contact.language,
            "tags": contact.tags,
            "consent": contact.consent.value,
        },
        "answers": nested(state.answers),
        "reply": _reply(state),
        "coupon": _coupon(state),
        "poll": {step: _tally(flow, step, facts, votes) for step in polls_of(flow)},
        "calls": state.calls,
        "language": state.language,
        "today": local.date(),
        "now": local,
    }


def nested(answers: Mapping[str, Value]) -> dict[str, object]:
    """Answers as templates see them: a survey's, or a part's, "visit.food" under `answers.visit.food`."""
    tree: dict[str, object] = {}
    for name, value in answers.items():
        *above, last = name.split(".")
        branch: object = tree
        for step in above:
            branch = branch.setdefault(step, {}) if isinstance(branch, dict) else None
        if isinstance(branch, dict):
            branch[last] = value
    return tree


def polls_of(flow: Flow) -> tuple[str, ...]:
    """The steps of a flow whose answers are counted over everybody."""
    return tuple(name for name, step in flow.steps.items() if isinstance(step.verb, Ask) and step.verb.counted)


def _tally(flow: Flow, step: str, facts: Facts, votes: Mapping[str, str]) -> PollCounts:
    name = owned(flow.name, step)
    return tally(flow, step, facts.polls.get(name, Votes()), votes.get(name))


def tally(flow: Flow, step: str, votes: Votes, cast: str | None) -> PollCounts:
    """A poll's counts with this contact's own vote; a tie goes to the option written first.

    cast: the vote of this very turn, which replaces an older one.
    """
    verb = flow.steps[step].verb
    if not isinstance(verb, Ask) or not isinstance(verb.questions[0].expect, Choice):
        return PollCounts(leader="", counts={})
    options = verb.questions[0].expect.options
    own = cast or votes.own
    counts = {option.key: votes.counts.get(option.key, 0) + (option.key == own) for option in options}
    leader = max(options, key=lambda option: counts[option.key])
    return PollCounts(leader=leader.label if counts[leader.key] else "", counts=counts)


def _reply(state: State) -> dict[str, object]:
    reply = state.reply
    if reply is None:
        return {}
    return {
        "text": reply.text,
        "value": reply.value,
        "intent": reply.intent,
        "confidence": reply.confidence,
        "sentiment": reply.sentiment,
        "language": reply.language,
    }


def _coupon(state: State) -> dict[str, object]:
    held = state.coupons.get(state.coupon or "")
    if held is None:
        return {}
    expires = held.get("expires")
    return {"code": held["code"], "expires": datetime.fromisoformat(expires) if expires else None}
