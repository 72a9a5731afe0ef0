"""One turn through a flow: from step to step, until one of them waits for somebody, hands over or ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows import localtime
from flows.calls import call_of
from flows.contacts import plain
from flows.events import (
    PAGE,
    ChangeConsent,
    ClaimCode,
    Consent,
    CountVote,
    Effect,
    Facts,
    HandOver,
    Happened,
    Link,
    Note,
    Part,
    Send,
    SetField,
    StartTimer,
    Tagged,
    Timer,
    owned,
)
from flows.expressions import Expression
from flows.names import names_for
from flows.phrases import phrase
from flows.render import choose
from flows.split import arm_of
from flows.state import Frame, Phase, Reply, State
from flows.types import (
    END,
    Ask,
    Branch,
    ByAnswer,
    ByRules,
    CallOut,
    Change,
    End,
    Flow,
    Goto,
    HandOff,
    Question,
    Run,
    Say,
    Split,
    Step,
    Subscribe,
    TakeCode,
    Text,
    Unsubscribe,
    Wait,
)
from nlp.types import Reading, Value

TO_PERSON = ""
"""Where an answer leads for which the author wrote no way (`check` warns): to a person."""
MOST_STEPS = 100
"""Steps in one turn without a wait; `check` finds loops, this stops what it could not see."""


@dataclass(slots=True)
class Walk:
    """One turn while it is being made. Nothing of it is seen outside `engine.advance`, which gives out its state and effects.

    whole: the conversation's flow. state: the walk's own copy. missing: (flow, name) of pools and polls that nobody told of yet.
    """

    whole: Flow
    state: State
    facts: Facts
    effects: list[Effect] = field(default_factory=list)
    votes: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Value | None] = field(default_factory=dict)
    missing_pools: list[tuple[str, str]] = field(default_factory=list)
    missing_polls: list[tuple[str, str]] = field(default_factory=list)
    missing_links: list[str] = field(default_factory=list)
    missing_page: bool = False

    @property
    def flow(self) -> Flow:
        """The flow that is running: the conversation's, or a part of it."""
        return running(self.whole, self.state)

    def go(self, name: str) -> None:
        """From step to step until one waits, hands over or ends."""
        for _ in range(MOST_STEPS):
            if name == TO_PERSON:
                self.hand_over("no_way_on")
                return
            onward = self.finish("completed") if name == END else self.pass_through(self.flow.steps[name])
            if onward is None:
                return
            name = onward
        self.effects = [effect for effect in self.effects if not isinstance(effect, Send)]  # nobody wants the same text fifty times
        self.hand_over("loop")

    def pass_through(self, step: Step) -> str | None:
        self.enter(step)
        self.look_for_missing(step)
        return self.act(step)

    def enter(self, step: Step) -> None:
        self.change(at=step.name, visit=self.state.visit + 1, question=0, misfits=0, nudged=False, failed=False)
        self.note(Happened.STEP_ENTERED)

    def look_for_missing(self, step: Step) -> None:
        """Notes the facts that the step needs and that nobody gave yet. (The walk goes on with blanks; its turn is thrown away.)"""
        if isinstance(step.verb, TakeCode) and owned(self.flow.name, step.verb.pool) not in self.facts.codes:
            self.missing_pools.append((self.flow.name, step.verb.pool))
        self.look_for_names(step)

    def look_for_names(self, step: Step) -> None:
        known = {*self.facts.polls, *(owned(*missing) for missing in self.missing_polls)}
        self.missing_page |= step.page and PAGE not in self.facts.settings
        self.missing_polls += [(self.flow.name, poll) for poll in step.polls if owned(self.flow.name, poll) not in known]

    def act(self, step: Step) -> str | None:
        """Set and tag, the verb's own effect, the texts, then wait, hand over or end. Returns the step to go on with; None to stop here."""
        self.set_and_tag(step)
        arm: str | None = None
        match step.verb:
            case TakeCode() as verb:
                if not self.take_code(verb):
                    return verb.sold_out
            case Subscribe(proof=proof):
                self.subscribe(proof.render(self.names()))
            case Unsubscribe(proof=proof):
                words = proof.render(self.names()) if proof else (self.state.reply.text if self.state.reply else "")
                self.effects.append(ChangeConsent(to=Consent.OUT, source="flow", words=words))
                self.note(Happened.OPTED_OUT, {"source": "flow"})
            case Split(arms=arms):
                arm = self.facts.arms.get(step.name) or arm_of(self.facts.contact.key, self.flow.name, step.name, arms)
                self.note(Happened.SPLIT, {"arm": arm})
            case _:
                pass
        for n, text in enumerate(step.say):
            self.send(step, text, Part.TEXT, media=step.media if n == 0 else ())
        return self.settle(step, arm)

    def settle(self, step: Step, arm: str | None) -> str | None:
        """The end of a step: who or what it waits for, or the step that is next."""
        match step.verb:
            case Ask():
                if self.ask_next(step, 0):
                    return None
            case Wait() as verb:
                return self.wait(step, verb)
            case HandOff(to=to, note=note):
                self.hand_over("handoff", to=to, note=note.render(self.names()) if note else "")
                return None
            case CallOut() as verb:
                self.call(verb)
                return None
            case Run(flow=name):
                return self.begin_part(name)
            case End(outcome=outcome):
                return self.finish(outcome)
            case Unsubscribe():
                self.end("opted_out")
                return None
            case Split() if arm == "holdout":
                self.end("held_out")
                return None
            case Say() | Change() | TakeCode() | Branch() | Split() | Subscribe():
                pass
        return self.way_on(step, arm)

    def way_on(self, step: Step, answer: Value | None) -> str:
        """Where the step's `go` leads with this answer (of a split: this arm; of a `run`: this outcome)."""
        match step.go:
            case Goto(to=to):
                return to
            case ByAnswer(ways=ways, otherwise=otherwise):
                return ways.get(str(answer)) or otherwise or TO_PERSON
            case ByRules(rules=rules, otherwise=otherwise):
                names = self.names()
                return next((rule.to for rule in rules if rule.condition is None or rule.condition.value(names)), otherwise)

    # what steps do

    def set_and_tag(self, step: Step) -> None:
        for name, template in step.sets:
            value = plain(template.value(self.names()))
            self.fields[name] = value
            self.effects.append(SetField(name, value))
        if step.tags or step.untags:
            self.effects.append(Tagged(step.tags, step.untags))
            tags = [tag for tag in (*self.facts.contact.tags, *step.tags) if tag not in step.untags]
            self.facts = replace(self.facts, contact=replace(self.facts.contact, tags=tuple(dict.fromkeys(tags))))

    def subscribe(self, words: str) -> None:
        """No flow lifts an opt-out, or the doubt whether there is one: only the contact's own words do (flows/consent.py)."""
        contact = self.facts.contact
        if contact.consent in (Consent.OUT, Consent.HELD):
            return
        self.effects.append(ChangeConsent(to=Consent.IN, source="flow", words=words))
        self.note(Happened.OPTED_IN, {"source": "flow"})
        self.facts = replace(self.facts, contact=replace(contact, consent=Consent.IN))

    def take_code(self, verb: TakeCode) -> bool:
        """Takes the contact's code of the pool; False where none is left. A code once taken is the contact's for good."""
        if verb.pool in self.state.coupons:
            self.change(coupon=verb.pool)
            return True
        found = self.facts.codes.get(owned(self.flow.name, verb.pool))
        if found is None or (code := found.code) is None:
            return False
        valid = self.flow.pools[verb.pool].valid
        expires = found.expires or (localtime.add(self.facts.now, valid, self.facts.contact.zone) if valid else None)
        self.effects.append(ClaimCode(flow=self.flow.name, pool=verb.pool, code=code, expires=expires))
        self.note(Happened.CODE_TAKEN, {"pool": verb.pool})
        held = {"code": code, **({"expires": localtime.to_local(expires, self.facts.contact.zone).isoformat()} if expires else {})}
        self.change(coupons={**self.state.coupons, verb.pool: held}, coupon=verb.pool)
        return True

    def vote(self, step: str, option: str) -> None:
        self.votes[owned(self.flow.name, step)] = option
        self.effects.append(CountVote(flow=self.flow.name, step=step, option=option))
        self.note(Happened.VOTED, {"option": option})

    def ask_next(self, step: Step, number: int) -> bool:
        """Asks the first of the step's questions, from `number` on, whose condition holds; False where none is left."""
        assert isinstance(step.verb, Ask)
        for n, question in enumerate(step.verb.questions[number:], number):
            if question.condition is not None and not question.condition.value(self.names()):
                continue
            if n:
                self.change(visit=self.state.visit + 1)
            self.change(phase=Phase.ASKING, question=n, misfits=0, nudged=False)
            self.send(step, question.text, Part.QUESTION)
            self.start_timers(step.verb)
            return True
        return False

    def start_timers(self, verb: Ask) -> None:
        visit = self.state.visit
        if verb.nudge is not None and not self.state.nudged:
            self.effects.append(StartTimer(timer=Timer.NUDGE, visit=visit, after=verb.nudge.after))
        if verb.timeout is not None:
            self.effects.append(StartTimer(timer=Timer.TIMEOUT, visit=visit, after=verb.timeout.after))

    def retry(self, step: Step, question: Question) -> None:
        if question.retry is not None:
            self.send(step, question.retry, Part.RETRY)
        else:
            self.say(step, phrase("retry", self.state.language), Part.RETRY)
            self.send(step, question.text, Part.RETRY)

    def ask_again(self) -> None:
        """Asks the open question again; its timers begin again with it, as those from before may have come and gone meanwhile."""
        self.change(visit=self.state.visit + 1)
        self.send(self.step(), self.question().text, Part.QUESTION)
        verb = self.step().verb
        assert isinstance(verb, Ask)
        self.start_timers(verb)

    def wait(self, step: Step, verb: Wait) -> str | None:
        """Sets the timer. A moment that has passed goes on at once, unless it is too late; a missing one ends the conversation."""
        due = self.due(verb)
        if due is None:
            self.end("no_date")
            return None
        if due <= self.facts.now:
            if localtime.add(due, self.whole.late, self.facts.contact.zone) < self.facts.now:
                self.end("expired")
                return None
            return self.way_on(step, None)
        self.change(phase=Phase.WAITING)
        self.effects.append(StartTimer(timer=Timer.WAIT, visit=self.state.visit, at=due))
        return None

    def due(self, verb: Wait) -> datetime | None:
        zone, now = self.facts.contact.zone, self.facts.now
        if isinstance(verb.until, Expression):
            return localtime.as_instant(verb.until.value(self.names()), zone)
        if isinstance(verb.until, str):
            return localtime.phrase(verb.until, now, zone)
        start = localtime.add(now, verb.span, zone) if verb.span else now
        if verb.at is None:
            return start
        if verb.span and verb.span.days and not verb.span.seconds:  # `for: 2d, at: 18:00` is the second day on, whatever the hour now
            day = localtime.to_local(start, zone).date()
            return localtime.to_instant(datetime.combine(day, verb.at), zone)
        return localtime.next_at(start, verb.at, zone)

    def call(self, verb: CallOut) -> None:
        """Asks the service; the turn ends, and goes on when it has answered."""
        known = {name: answer for name, answer in self.state.calls.items() if name != self.state.at}
        self.change(phase=Phase.CALLING, calls=known)
        self.effects.append(call_of(verb, self.names(), self.state.path, self.state.visit))

    def go_on_after_call(self, verb: CallOut) -> None:
        """With the answer there, or with none to come."""
        self.change(phase=Phase.ASKING)
        if not self.state.failed:
            self.go(self.way_on(self.step(), None))
        elif verb.failed is not None:
            self.go(verb.failed)
        else:
            self.hand_over("call_failed")

    def begin_part(self, name: str) -> str:
        """Puts this flow aside and begins the part; its first step."""
        state = self.state
        frame = Frame(step=state.at, answers=state.answers, coupons=state.coupons, coupon=state.coupon, calls=state.calls)
        self.change(frames=(*state.frames, frame), answers={}, coupons={}, coupon=None, calls={})
        return self.flow.first

    def finish(self, outcome: str) -> str | None:
        """The end of a flow. A part gives its answers to the flow around it, which goes on; the outermost ends the conversation."""
        if not self.state.frames:
            self.end(outcome)
            return None
        *around, frame = self.state.frames
        told = {f"{frame.step}.{name}": value for name, value in self.state.answers.items()}
        own = {name: value for name, value in frame.answers.items() if not name.startswith(f"{frame.step}.")}
        back = {"answers": {**own, **told}, "coupons": frame.coupons, "coupon": frame.coupon, "calls": frame.calls}
        self.change(frames=tuple(around), at=frame.step, **back)
        return self.way_on(self.step(), outcome)

    def hand_over(self, reason: str, to: str = "support", note: str = "") -> None:
        self.change(phase=Phase.HELD)
        self.effects.append(HandOver(reason=reason, to=to, note=note))
        self.note(Happened.HANDED_OVER, {"reason": reason, **({"note": note[:200]} if note else {})})

    def end(self, outcome: str) -> None:
        self.change(phase=Phase.ENDED, outcome=outcome)
        self.note(Happened.ENDED, {"outcome": outcome})

    # small words

    def step(self) -> Step:
        return self.flow.steps[self.state.at]

    def question(self) -> Question:
        verb = self.step().verb
        assert isinstance(verb, Ask), f"{self.flow.name}: {self.state.at} asks nothing"
        return verb.questions[self.state.question]

    def names(self) -> Mapping[str, object]:
        names = names_for(self.flow, self.state, self.facts, self.votes)
        contact = names["contact"]
        assert isinstance(contact, dict)
        contact.update(self.fields)
        return names

    def change(self, **values: object) -> None:
        """Changes the walk's own copy in place: a copy for each change took half of the engine's time."""
        for name, value in values.items():
            object.__setattr__(self.state, name, value)  # frozen for everybody else

    def note(self, kind: Happened, data: Mapping[str, Value | None] | None = None) -> None:
        self.effects.append(Note(kind=kind, step=self.state.path, data=data or {}))

    def send(self, step: Step, text: Text, part: Part, media: tuple[str, ...] = ()) -> None:
        template = choose(text, self.state.language, self.flow.languages[0])
        targets, known = template.links, self.facts.links
        self.missing_links += [target for target in targets if target not in known]
        links = tuple(Link(known[target], target) for target in targets if known.get(target, target) != target)
        words = {} if template.plain else {**self.names(), "links": known}
        self.say(step, template.render(words), part, media, links)

    def say(self, step: Step, text: str, part: Part, media: tuple[str, ...] = (), links: tuple[Link, ...] = ()) -> None:
        if text.strip() or media:
            where, language = self.state.path, self.state.language
            send = Send(text=text.strip(), step=where, part=part, media=media, separate=step.separate, language=language, links=links)
            self.effects.append(send)

    def heard(self, reading: Reading | None) -> None:
        """Keeps what `reply` shows, and that what follows answers somebody."""
        if reading is None:
            return
        intent = reading.intent.rpartition("/")[2] if reading.intent else None
        reply = Reply(
            text=reading.text,
            value=reading.value,
            intent=intent,
            confidence=reading.confidence,
            sentiment=reading.sentiment.value if reading.sentiment else None,
            language=reading.language,
        )
        self.change(reply=reply, unasked=False)


def running(flow: Flow, state: State) -> Flow:
    """The flow whose step a conversation stands at: its own, or a part of it."""
    for frame in state.frames:
        verb = flow.steps[frame.step].verb
        assert isinstance(verb, Run), f"{flow.name}: {frame.step} runs nothing"
        flow = flow.parts[verb.flow]
    return flow
