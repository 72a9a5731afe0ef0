"""Checks of the names in `{{ }}`, `if` and `until`: known, set before they are read, and with a default where they may be missing."""

from dataclasses import dataclass

from flows.advice import Advice
from flows.events import PAGE
from flows.graph import COUPON, Name, answer_name, part_answers, set_on_every_way, set_somewhere_before
from flows.nodes import Node
from flows.notes import Notes, suggest
from flows.parse import Source
from flows.places import expressions, said, templates
from flows.types import Ask, CallOut, EventTrigger, Flow, Step, TakeCode
from nlp.types import Choice

SETTINGS = ("brand", PAGE)
"""Settings that texts may print."""

REPLY = ("text", "value", "intent", "confidence", "sentiment", "language")
CONTACT = (
    "first_name",
    "last_name",
    "name",
    "phone",
    "email",
    "language",
    "zone",
    "city",
    "country",
    "postcode",
    "company",
    "birthday",
    "tags",
    "consent",
)
ROOTS = ("contact", "answers", "reply", "coupon", "poll", "calls", "language", "today", "now", *SETTINGS)
_ALWAYS_THERE = {("contact", "language"), ("contact", "tags"), ("contact", "consent")}


@dataclass(frozen=True, slots=True)
class _Known:
    """What a flow has names for."""

    answers: frozenset[Name]
    polls: dict[str, tuple[str, ...]]
    contact: frozenset[str]
    calls: frozenset[str]


def check_names(flow: Flow, source: Source, notes: Notes, *, ways_hold: bool) -> None:
    """Every name is known, and something sets it on a way to where it is read (if the ways can be trusted)."""
    known = _known(flow)
    everything = known.answers | {("calls", call) for call in known.calls}
    everything |= {COUPON} if any(isinstance(step.verb, TakeCode) for step in flow.steps.values()) else set()
    before = set_somewhere_before(flow) if ways_hold else dict.fromkeys(flow.steps, everything)
    for name, step in flow.steps.items():
        notes.step = name
        for path, used in [(path, one.names) for path, one in templates(step)] + [(path, one.names) for path, one in expressions(step)]:
            for dotted in used:
                _check_name(dotted, known, before[name], source.at("steps", name, *path), notes)
    notes.step = ""


def check_defaults(flow: Flow, source: Source, notes: Notes) -> None:
    """What a customer may read as a gap has a default."""
    certain = set_on_every_way(flow)
    known = _known(flow)
    for name, step in flow.steps.items():
        notes.step = name
        for one in said(step):
            for language, template in one.text.items():
                for dotted in template.bare:
                    if _may_be_missing(dotted, certain[name], known):
                        shown = ".".join(dotted)
                        node = source.at("steps", name, *one.path, language)
                        notes.warning(
                            node,
                            Advice.NO_DEFAULT,
                            f"`{shown}` may be missing, and prints as nothing then.",
                            f"Write {{{{ {shown} or 'there' }}}}.",
                        )
        _check_expiry(flow, step, source, notes)
    notes.step = ""


def _check_expiry(flow: Flow, step: Step, source: Source, notes: Notes) -> None:
    pool = flow.pools.get(step.verb.pool) if isinstance(step.verb, TakeCode) else None
    if pool is not None and pool.valid is None and any(("coupon", "expires") in template.names for _, template in templates(step)):
        how = "Write `valid: 14d` in the pool, or drop the date."
        notes.warning(source.key("steps", step.name), Advice.CODES_UNLIMITED, f"The codes of `{pool.name}` never expire.", how)


def _known(flow: Flow) -> _Known:
    asks = [(name, step.verb) for name, step in flow.steps.items() if isinstance(step.verb, Ask)]
    answers = frozenset(answer_name(question.save) for _, verb in asks for question in verb.questions)
    answers |= frozenset(name for step in flow.steps.values() for name in part_answers(flow, step))
    polls: dict[str, tuple[str, ...]] = {}
    for name, verb in asks:
        expected = verb.questions[0].expect if verb.questions else None
        if verb.counted:
            polls[name] = tuple(option.key for option in expected.options) if isinstance(expected, Choice) else ()
    events = {trigger.event for trigger in flow.triggers if isinstance(trigger, EventTrigger)}
    fields = {field for step in flow.steps.values() for field, _ in step.sets}
    calls = frozenset(name for name, step in flow.steps.items() if isinstance(step.verb, CallOut))
    return _Known(answers, polls, frozenset({*CONTACT, *events, *fields}), calls)


def _may_be_missing(dotted: Name, certain: frozenset[Name], known: _Known) -> bool:
    match dotted:
        case ("contact", _, *_):
            return dotted not in _ALWAYS_THERE
        case ("answers", *_):
            return dotted in known.answers and dotted not in certain
        case ("coupon", *_):
            return COUPON not in certain
        case ("calls", *_):
            return True  # who knows what a service leaves out
        case _:
            return False


def _check_name(dotted: Name, known: _Known, before: frozenset[Name], node: Node, notes: Notes) -> None:
    shown = ".".join(dotted)
    match dotted:
        case ("contact", field, *_):
            if field not in known.contact:
                notes.warning(node, Advice.UNKNOWN_FIELD, f"`{shown}` is not a field that every contact has.", _close(field, known.contact))
        case ("answers", *_):
            _check_answer(dotted, known, before, node, notes)
        case ("coupon", "code" | "expires"):
            if COUPON not in before:
                notes.error(node, f"`{shown}` is never set: no coupon is taken before this step.", "Put a `coupon` step before it.")
        case ("coupon", *_):
            notes.error(node, f"`{shown}` is not known.", "Write coupon.code or coupon.expires.")
        case ("poll", *_):
            _check_poll(dotted, known, node, notes)
        case ("reply", field):
            if field not in REPLY:
                notes.error(node, f"`{shown}` is not known.", suggest(field, REPLY))
        case ("calls", step, *_):
            if ("calls", step) not in before:
                notes.error(node, f"`{shown}` is never set: nothing on the way to this step calls it.", suggest(step, sorted(known.calls)))
        case (root,) if root in ROOTS and root not in ("contact", "reply"):
            pass
        case (root, *_) if root in ROOTS:
            notes.error(node, f"`{shown}` has no such part.", f"Write {_example(root)}.")
        case (root, *_):
            notes.error(node, f"`{shown}` is not known.", suggest(root, ROOTS))
        case _:
            raise AssertionError("a dotted name has a part")


def _check_answer(dotted: Name, known: _Known, before: frozenset[Name], node: Node, notes: Notes) -> None:
    shown = ".".join(dotted)
    if dotted in known.answers:
        if dotted not in before:
            notes.error(node, f"`{shown}` is never set: nothing on the way to this step asks for it.", "Ask before you use it.")
        return
    names = [".".join(name[1:]) for name in sorted(known.answers)]
    how = suggest(".".join(dotted[1:]), names) if names else "No step of this flow asks anything."
    notes.error(node, f"`{shown}` is never set.", how)


def _check_poll(dotted: Name, known: _Known, node: Node, notes: Notes) -> None:
    shown = ".".join(dotted)
    match dotted:
        case ("poll", step, *_) if step not in known.polls:
            notes.error(node, f"`{shown}` is never set: `{step}` is not a poll of this flow.", suggest(step, [*known.polls]))
        case ("poll", _) | ("poll", _, "leader" | "counts" | "total"):
            pass
        case ("poll", step, "counts", option) if option in known.polls[step] or not known.polls[step]:
            pass
        case ("poll", step, "counts", option):
            notes.error(node, f"`{option}` is not an option of `{step}`.", suggest(option, known.polls[step]))
        case _:
            notes.error(node, f"`{shown}` is not known.", "Write poll.<step>.leader, .total, .counts.<option> or .share('option').")


def _close(field: str, known: frozenset[str]) -> str:
    hint = suggest(field, sorted(known))
    return hint if hint.startswith("Did you mean") else "Import it, or set it in a step before."


def _example(root: str) -> str:
    examples = {"contact": "{{ contact.first_name or 'there' }}", "reply": "{{ reply.text }}"}
    return examples.get(root, f"{{{{ {root} }}}}")
