"""What an edit changed, in its author's terms: steps added, removed and renamed, texts changed, ways led elsewhere.

Both revisions are laid out as facets ("text (en)" → what it says); two lists of facets compare as plain tables. Whatever the
language learns to say needs one line in `_facets`, and is then seen by every diff.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.spans import spelled
from flows.types import (
    Ask,
    ByAnswer,
    ByRules,
    End,
    EventTrigger,
    FallbackTrigger,
    Flow,
    Go,
    Goto,
    HandOff,
    IntentTrigger,
    KeywordTrigger,
    Question,
    Run,
    ScheduleTrigger,
    Split,
    Step,
    Subscribe,
    TakeCode,
    Text,
    Trigger,
    Unsubscribe,
    Wait,
)
from nlp.types import Choice, Expect, IntentOf, Number, Pattern, Typed

Facets = Mapping[str, str]
"""What can be said of a thing, in words: the aspect → what it is."""

WAY = "goes"
"""Facets that begin with this word are ways on."""


class Change(StrEnum):
    """What happened to a thing between two revisions."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    REROUTED = "rerouted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change. step: "" for the flow as a whole. aspect: what of it, in words; "" for a whole step. before, after: None for nothing."""

    change: Change
    step: str = ""
    aspect: str = ""
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        thing = f'step "{self.step}"' if self.step else "the flow"
        match self.change:
            case Change.RENAMED:
                return f'step "{self.before}" is now called "{self.after}"'
            case Change.ADDED | Change.REMOVED if not self.aspect:
                return f"{thing} {self.change}"
            case Change.REROUTED:
                return f"{thing} re-routed: {self.aspect}: {_quoted(self.before)}, now {_quoted(self.after)}"
            case _:
                return f"{thing}: {self.aspect} {self.change}: {_told(self.before, self.after)}"


def differences(old: Flow, new: Flow) -> tuple[Difference, ...]:
    """What `new` changes, the flow as a whole first, then the steps in the order of `new`, then what is gone."""
    before = {name: dict(_facets(step)) for name, step in old.steps.items()}
    after = {name: dict(_facets(step)) for name, step in new.steps.items()}
    renamed = _renamed(before, after)
    found = list(_compared("", dict(_whole(old)), dict(_whole(new))))
    found += [Difference(change=Change.RENAMED, step=name, before=was, after=name) for was, name in renamed.items()]
    for name in after:
        was = next((one for one, other in renamed.items() if other == name), name)
        if was in before:
            found += _compared(name, _led(before[was], renamed), after[name])
        else:
            found.append(Difference(change=Change.ADDED, step=name))
    found += [Difference(change=Change.REMOVED, step=name) for name in before if name not in after and name not in renamed]
    return tuple(found)


def _compared(step: str, before: Facets, after: Facets) -> Iterator[Difference]:
    for aspect in dict.fromkeys((*before, *after)):
        was, now = before.get(aspect), after.get(aspect)
        if was == now:
            continue
        change = Change.ADDED if was is None else Change.REMOVED if now is None else Change.CHANGED
        way = aspect.startswith(WAY) and change is Change.CHANGED
        yield Difference(change=Change.REROUTED if way else change, step=step, aspect=aspect, before=was, after=now)


def _renamed(before: Mapping[str, Facets], after: Mapping[str, Facets]) -> dict[str, str]:
    """Steps that only changed their name: what they say is the same, whatever leads where, and no other step says so."""

    def said(facets: Facets) -> Facets:
        return {aspect: value for aspect, value in facets.items() if not aspect.startswith(WAY)}

    gone = {name: said(facets) for name, facets in before.items() if name not in after}
    fresh = {name: said(facets) for name, facets in after.items() if name not in before}
    pairs = {was: [name for name, facets in fresh.items() if facets == old] for was, old in gone.items()}
    return {was: names[0] for was, names in pairs.items() if len(names) == 1 and list(gone.values()).count(gone[was]) == 1}


def _led(facets: Facets, renamed: Mapping[str, str]) -> Facets:
    """A step's facets with its ways under the names that steps have now: a way to a renamed step is no change."""
    return {aspect: renamed.get(value, value) if aspect.startswith(WAY) else value for aspect, value in facets.items()}


def _told(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return _quoted(after if before is None else before)
    return f"{_quoted(before)}, now {_quoted(after)}"


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f'"{" ".join(text.split())}"'


# --- what can be said of a flow -----------------------------------------------------------------------------------------


def _whole(flow: Flow) -> Iterator[tuple[str, str]]:
    yield "title", flow.title
    yield "purpose", flow.purpose.value
    yield "languages", ", ".join(flow.languages)
    yield "first step", flow.first
    for trigger in flow.triggers:
        yield _trigger(trigger)
    for name, examples in flow.intents.items():
        yield f'intent "{name}"', " / ".join(examples)
    for pool in flow.pools.values():
        yield f'coupons "{pool.name}"', pool.codes + (f", valid {spelled(pool.valid)}" if pool.valid else "")
    yield "expires", spelled(flow.expires)
    yield "late", spelled(flow.late)
    for name, holds in (("interruptible", flow.interruptible), ("interrupt", flow.interrupt)):
        yield name, _yes(holds=holds)
    yield "resume", "ask again" if flow.resume else "drop"


def _trigger(trigger: Trigger) -> tuple[str, str]:
    match trigger:
        case KeywordTrigger(words=words, languages=languages):
            return "keywords", ", ".join(f"{word} ({languages[word]})" if word in languages else word for word in words)
        case IntentTrigger(intent=intent):
            return f'starts on the intent "{intent}"', "yes"
        case EventTrigger(event=event, at=at, offset=offset):
            shifted = f"{spelled(offset)} from it, " if offset.days or offset.seconds else ""
            return f'starts on the date "{event}"', f"{shifted}at {at:%H:%M}"
        case ScheduleTrigger(phrase=phrase, segment=segment):
            return f'starts on the schedule "{phrase}"', segment or "everybody"
        case FallbackTrigger():
            return "fallback", "yes"


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no"


# --- what can be said of a step -----------------------------------------------------------------------------------------


def _facets(step: Step) -> Iterator[tuple[str, str]]:
    yield "verb", step.verb_name
    for n, text in enumerate(step.say, 1):
        yield from _text("text" if len(step.say) == 1 else f"text {n}", text)
    if step.media:
        yield "media", ", ".join(step.media)
    if step.separate:
        yield "separate", "yes"
    for name, value in step.sets:
        yield f"sets {name}", value.source
    if step.tags:
        yield "tags", ", ".join(step.tags)
    if step.untags:
        yield "untags", ", ".join(step.untags)
    yield from _verb(step)
    yield from _ways(step.go)


def _verb(step: Step) -> Iterator[tuple[str, str]]:
    match step.verb:
        case Ask() as asked:
            yield from _asked(asked)
        case TakeCode(pool=pool, sold_out=sold_out):
            yield "coupon", pool
            yield f"{WAY} when sold out to", sold_out
        case Split(arms=arms):
            yield "split", ", ".join(f"{arm} {weight:g}" for arm, weight in arms.items())
        case Wait(span=span, at=at, until=until):
            for name, value in (("waits", span and spelled(span)), ("until the hour", at and f"{at:%H:%M}"), ("until", until)):
                if value:
                    yield name, str(getattr(value, "source", value))
        case HandOff(to=to, note=note, goes_on=goes_on):
            yield "hands over to", to
            yield "goes on after hand-back", _yes(holds=goes_on)
            if note is not None:
                yield "note", note.source
        case Run(flow=flow):
            yield "runs", flow
        case Subscribe(proof=proof) | Unsubscribe(proof=proof) if proof is not None:
            yield "proof", proof.source
        case End(outcome=outcome):
            yield "outcome", outcome
        case _:
            pass


def _asked(asked: Ask) -> Iterator[tuple[str, str]]:
    for question in asked.questions:
        yield from _question(question, f" {question.name}" if asked.survey else "")
    if asked.nudge is not None:
        yield "nudge after", spelled(asked.nudge.after)
        yield from _text("nudge", asked.nudge.say)
    if asked.timeout is not None:
        yield "timeout after", spelled(asked.timeout.after)
        yield f"{WAY} on silence to", asked.timeout.to


def _question(question: Question, which: str) -> Iterator[tuple[str, str]]:
    yield from _text(f"question{which}", question.text)
    yield f"saved{which} as", question.save
    for name, value in _expected(question.expect):
        yield f"{name}{which}", value
    if question.retry is not None:
        yield from _text(f"retry{which}", question.retry)
    yield f"tries{which}", str(question.tries)
    yield f"{WAY} when not understood{which} to", question.otherwise or "a person"
    if question.condition is not None:
        yield f"asked{which} if", question.condition.source


def _expected(expect: Expect) -> Iterator[tuple[str, str]]:
    match expect:
        case Choice(options=options, several=several):
            yield "expects", "several choices" if several else "one choice"
            for option in options:
                said = f": {', '.join(option.says)}" if option.says else ""
                yield f'choice "{option.key}"', option.label + said
        case Number(min=low, max=high, integer=whole):
            bounds = "".join(f", {word} {bound:g}" for word, bound in (("from", low), ("to", high)) if bound is not None)
            yield "expects", ("a whole number" if whole else "a number") + bounds
        case Typed(kind=kind):
            yield "expects", kind.value
        case IntentOf(labels=labels):
            yield "expects", f"an intent: {', '.join(labels)}"
        case Pattern(regex=regex):
            yield "expects", f"the pattern {regex}"
        case _:
            yield "expects", type(expect).__name__.lower()


def _ways(go: Go) -> Iterator[tuple[str, str]]:
    match go:
        case Goto(to=to):
            yield f"{WAY} on to", to
        case ByAnswer(ways=ways, otherwise=otherwise):
            for answer, to in ways.items():
                yield f'{WAY} on "{answer}" to', to
            yield f"{WAY} else to", otherwise or "a person"
        case ByRules(rules=rules, otherwise=otherwise):
            for rule in rules:
                yield f"{WAY} if {rule.condition.source} to" if rule.condition else f"{WAY} else to", rule.to
            if all(rule.condition for rule in rules):
                yield f"{WAY} else to", otherwise


def _text(aspect: str, text: Text) -> Iterator[tuple[str, str]]:
    for language, template in text.items():
        yield f"{aspect} ({language})", template.source
