"""Checks of what customers read: languages, prices, and the first text that nobody asked for."""

from flows.expressions import Template
from flows.graph import turn_texts, ways
from flows.nodes import Node
from flows.notes import Notes
from flows.parse import Source
from flows.places import Said, said
from flows.render import MAX_LENGTH
from flows.segments import plain_segments, segments
from flows.types import (
    Ask,
    EventTrigger,
    FallbackTrigger,
    Flow,
    IntentTrigger,
    KeywordTrigger,
    Purpose,
    ScheduleTrigger,
    Step,
    Subscribe,
    Wait,
)

FAIR_SEGMENTS = 2
"""A text of more segments gets a warning."""

_GUESS = "xxxxxxxx"  # a placeholder prints about a word
_GUESSES = {"link": "https://example.com/xxxxxxxx"}
_OPT_OUT = ("stop", "arrêt", "baja", "abmelden", "退订")


def check_texts(flow: Flow, source: Source, notes: Notes) -> None:
    """Every text is there in every language, and costs what it should."""
    for name, step in flow.steps.items():
        notes.step = name
        for one in said(step):
            _check_translations(flow, source, notes, step, one)
            for language, template in one.text.items():
                _check_price(template, source.at("steps", name, *one.path, language), notes)
    notes.step = ""


def _check_translations(flow: Flow, source: Source, notes: Notes, step: Step, one: Said) -> None:
    missing = [language for language in flow.languages if language not in one.text]
    if missing:
        node = source.at("steps", step.name, *one.path)
        notes.warning(node, f"`{one.what}` is missing in {' and '.join(missing)}.", f"Add `{missing[0]}: ...`.")


def _check_price(template: Template, node: Node, notes: Notes) -> None:
    """A warning where a text takes many segments, or more than it would without one special character."""
    text = guess(template)
    cost = segments(text)
    if len(text) > MAX_LENGTH:
        notes.warning(node, f"The text has about {len(text):,} characters and goes out as several messages.", f"Stay below {MAX_LENGTH:,}.")
    without = plain_segments(text)
    if cost.unicode_because is not None and cost.segments > without:
        character = cost.unicode_because
        codes = " ".join(f"U+{ord(part):04X}" for part in character)
        what = f"The text costs about {cost.segments} segments ({cost.encoding}, {cost.units} units) because of `{character}` ({codes})."
        notes.warning(node, what, f"In GSM-7 it would be {without}: write it without that character.")
    elif cost.segments > FAIR_SEGMENTS:
        what = f"The text costs about {cost.segments} segments ({cost.encoding}, {cost.units} units)."
        notes.warning(node, what, "Each segment is billed: shorten it.")


def guess(template: Template) -> str:
    """The text as long as it may become: eight letters for a placeholder, an address for a link."""
    parts = [part if isinstance(part, str) else _GUESSES.get(getattr(part, "name", ""), _GUESS) for part in template.parts]
    return "".join(parts).strip()


# --- what nobody asked for --------------------------------------------------------------------------------------------


def begins_unasked(flow: Flow) -> bool:
    """Whether a conversation may begin without a text of the contact: by a date, a schedule, or a campaign."""
    return not flow.triggers or any(isinstance(trigger, EventTrigger | ScheduleTrigger) for trigger in flow.triggers)


def check_first_text(flow: Flow, source: Source, notes: Notes) -> None:
    """The first text that nobody asked for says who writes, and how to make it stop."""
    if not begins_unasked(flow):
        return
    for name in turn_texts(flow):
        texts = [one.text for one in said(flow.steps[name]) if one.what not in ("retry", "nudge")]
        if not texts:
            continue
        notes.step = name
        for language in texts[0]:
            _check_opening(
                language,
                [text[language] for text in texts if language in text],
                source.at("steps", name, *_first_path(flow.steps[name], language)),
                notes,
            )
        break
    notes.step = ""


def _first_path(step: Step, language: str) -> tuple[str, ...]:
    return (*next(said(step)).path, language)


def _check_opening(language: str, templates: list[Template], node: Node, notes: Notes) -> None:
    words = " ".join(template.source for template in templates).casefold()
    if not any(name[0] == "brand" for template in templates for name in template.names):
        notes.warning(node, f"The first text that nobody asked for does not say who writes ({language}).", "Write {{ brand }} in it.")
    if not any(word in words for word in _OPT_OUT):
        notes.warning(
            node, f"The first text that nobody asked for does not say how to opt out ({language}).", 'Add "Reply STOP to opt out."'
        )


def check_consent(flow: Flow, source: Source, notes: Notes) -> None:
    """A flow that anybody may start by a text subscribes before it sends marketing later on."""
    open_to_all = any(isinstance(trigger, KeywordTrigger | IntentTrigger | FallbackTrigger) for trigger in flow.triggers)
    if flow.purpose is not Purpose.MARKETING or not open_to_all:
        return
    found = _unasked_before_subscribe(flow)
    if found is not None:
        name, path, what = found
        notes.step = name
        how = "Put a `subscribe` step before it, or write `purpose: service` if it is what the customer asked to be told."
        notes.warning(source.at("steps", name, *path), f"{what} is marketing that nobody asked for, and no step before it subscribes.", how)
    notes.step = ""


def _unasked_before_subscribe(flow: Flow) -> tuple[str, tuple[str, ...], str] | None:
    """The first place where a text goes out on its own without a `subscribe` on the way: step, path, its name."""
    seen: set[str] = set()
    todo = [flow.first]
    while todo:
        name = todo.pop(0)
        if name in seen or name not in flow.steps or isinstance(flow.steps[name].verb, Subscribe):
            continue
        seen.add(name)
        step = flow.steps[name]
        if isinstance(step.verb, Ask) and step.verb.nudge is not None:
            return name, ("nudge",), "The nudge"
        if isinstance(step.verb, Ask) and step.verb.timeout is not None and _says_before_a_stop(flow, step.verb.timeout.to):
            return name, ("timeout",), "What follows the timeout"
        if isinstance(step.verb, Wait) and any(_says_before_a_stop(flow, way.to) for way in ways(step)):
            return name, ("wait",), "What follows the wait"
        todo += [way.to for way in ways(step)]
    return None


def _says_before_a_stop(flow: Flow, start: str) -> bool:
    """Whether a text is sent from here on, without a `subscribe` first."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name in seen or name not in flow.steps or isinstance(flow.steps[name].verb, Subscribe):
            continue
        seen.add(name)
        if any(True for _ in said(flow.steps[name])):
            return True
        todo += [way.to for way in ways(flow.steps[name])]
    return False
