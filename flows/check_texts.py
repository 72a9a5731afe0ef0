"""Checks of what customers read: languages, and the first text that nobody asked for."""

import re

from flows.advice import Advice
from flows.expressions import Template
from flows.graph import turn_texts, ways
from flows.nodes import Node
from flows.notes import Notes
from flows.parse import Source
from flows.places import Said, said
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

_FOREIGN = re.compile(r"\$?\{ ?[A-Za-z_]+(?:\.[A-Za-z_]+)* ?\}|%[A-Za-z]+_[A-Za-z_]+%|\[[a-z]+_[a-z_]+\]")
_OPT_OUT = ("stop", "arrêt", "baja", "abmelden", "退订")


def check_translations(flow: Flow, source: Source, notes: Notes) -> None:
    """Every text is there in every language, and its names stand in braces of ours."""
    for name, step in flow.steps.items():
        notes.step = name
        for one in said(step):
            _check_translations(flow, source, notes, step, one)
            for language, template in one.text.items():
                _check_braces(template, source.at("steps", name, *one.path, language), notes)
    notes.step = ""


def _check_braces(template: Template, node: Node, notes: Notes) -> None:
    """What other systems would fill in goes out as it is written here."""
    found = next((match[0] for part in template.parts if isinstance(part, str) if (match := _FOREIGN.search(part))), None)
    if found is not None:
        name = "".join(character for character in found if character.isalnum() or character in "._")
        notes.warning(
            node, Advice.BRACES_FOREIGN, f"`{found}` is sent as it stands.", f"Write {{{{ {name} }}}} if it is a name to fill in."
        )


def _check_translations(flow: Flow, source: Source, notes: Notes, step: Step, one: Said) -> None:
    missing = [language for language in flow.languages if language not in one.text]
    if missing:
        node = source.at("steps", step.name, *one.path)
        notes.warning(node, Advice.NO_TRANSLATION, f"`{one.what}` is missing in {' and '.join(missing)}.", f"Add `{missing[0]}: ...`.")


# --- what nobody asked for --------------------------------------------------------------------------------------------


def begins_unasked(flow: Flow) -> bool:
    """Whether a conversation may begin without a text of the contact: by a date, a schedule, or a campaign."""
    return not flow.triggers or any(isinstance(trigger, EventTrigger | ScheduleTrigger) for trigger in flow.triggers)


def check_first_text(flow: Flow, source: Source, notes: Notes) -> None:
    """The first text that nobody asked for says who writes, and how to make it stop."""
    if not begins_unasked(flow):
        return
    name, texts = _opening(flow)
    notes.step = name
    for language, templates in texts.items():
        _check_opening(language, templates, source.at("steps", name, *_first_path(flow.steps[name], language)), notes)
    notes.step = ""


def silent_about_stop(flow: Flow) -> tuple[str, ...]:
    """The languages in which the first thing that the flow says does not say how to opt out."""
    _, texts = _opening(flow)
    return tuple(language for language, templates in texts.items() if not _says_how_to_stop(templates))


def _opening(flow: Flow) -> tuple[str, dict[str, list[Template]]]:
    """The first step that says something, and its texts by language; "" and none where nothing is said."""
    for name in turn_texts(flow):
        texts = [one.text for one in said(flow.steps[name]) if one.what not in ("retry", "nudge")]
        if texts:
            return name, {language: [text[language] for text in texts if language in text] for language in texts[0]}
    return "", {}


def _says_how_to_stop(templates: list[Template]) -> bool:
    words = " ".join(template.source for template in templates).casefold()
    return any(word in words for word in _OPT_OUT)


def _first_path(step: Step, language: str) -> tuple[str, ...]:
    return (*next(said(step)).path, language)


def _check_opening(language: str, templates: list[Template], node: Node, notes: Notes) -> None:
    if not any(name[0] == "brand" for template in templates for name in template.names):
        notes.warning(
            node, Advice.NO_BRAND, f"The first text that nobody asked for does not say who writes ({language}).", "Write {{ brand }} in it."
        )
    if not _says_how_to_stop(templates):
        notes.warning(
            node,
            Advice.NO_OPT_OUT,
            f"The first text that nobody asked for does not say how to opt out ({language}).",
            'Add "Reply STOP to opt out."',
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
        notes.warning(
            source.at("steps", name, *path),
            Advice.MARKETING_UNASKED,
            f"{what} is marketing that nobody asked for, and no step before it subscribes.",
            how,
        )
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
