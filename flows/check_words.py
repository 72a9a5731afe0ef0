"""Checks of words that people text: keywords, options, examples. The words of STOP, START and HELP are never a flow's own."""

from collections.abc import Iterator

from flows.advice import Advice
from flows.graph import Path
from flows.nodes import Node
from flows.notes import Notes, suggest
from flows.parse import Source
from flows.types import Ask, Flow, IntentTrigger, KeywordTrigger, intent_label
from nlp.consent.keywords import command_words, fold, pace_words
from nlp.types import Choice, Command, IntentOf, Option

FEW_EXAMPLES = 4


def check_keywords(flow: Flow, source: Source, notes: Notes) -> None:
    """A keyword is heard once, and is not a word that stands above every flow."""
    seen: dict[str, str] = {}
    for n, trigger in enumerate(flow.triggers):
        if not isinstance(trigger, KeywordTrigger):
            continue
        for m, word in enumerate(trigger.words):
            node = source.at("triggers", f"#{n}", *keyword_path(trigger, m))
            folded = fold(word)
            if not folded:
                continue  # `parse` says so
            _warn_of_less(word, node, notes)
            if folded in command_words():
                notes.error(node, _taken(word), "Use another keyword.")
            elif folded in seen:
                notes.error(
                    node, f"The keyword `{word}` is here twice (as `{seen[folded]}`).", "Take one away: case and accents do not matter."
                )
            seen.setdefault(folded, word)


def keyword_path(trigger: KeywordTrigger, number: int) -> Path:
    """Where a trigger's word stands, below the trigger."""
    language = trigger.languages.get(trigger.words[number])
    if language is None:
        return ("keyword", f"#{number}")
    before = sum(trigger.languages[word] == language for word in trigger.words[:number])
    return ("keyword", language, f"#{before}")


def check_options(flow: Flow, source: Source, notes: Notes) -> None:
    """What people say for an option means one option, and is no opt-out."""
    for name, step in flow.steps.items():
        if not isinstance(step.verb, Ask):
            continue
        notes.step = name
        for question in step.verb.questions:
            if isinstance(question.expect, Choice):
                path: Path = ("survey", question.name) if step.verb.survey else ()
                kind = "choices" if question.expect.several else "choice"
                path = ("steps", name, "options") if step.verb.counted else ("steps", name, *path, "expect", kind)
                _check_choice(question.expect, path, source, notes)
    notes.step = ""


def _check_choice(choice: Choice, path: Path, source: Source, notes: Notes) -> None:
    owners: dict[str, str] = {}
    for option in choice.options:
        told: set[str] = set()
        for word, below in _words(option):
            folded = fold(word)
            node = source.key(*path, option.key) if below == () else source.at(*path, option.key, *below)
            if folded in told or not folded:
                continue
            told.add(folded)
            _warn_of_less(word, node, notes)
            if folded in command_words():
                notes.error(node, _taken(word), "Let people say something else for it.")
            elif folded in owners:
                notes.error(node, f"`{word}` is said for both `{owners[folded]}` and `{option.key}`.", "Let each word mean one option.")
            owners.setdefault(folded, option.key)
    _check_places(choice, path, source, notes)


def _check_places(choice: Choice, path: Path, source: Source, notes: Notes) -> None:
    """ "b" and "2" mean the second option; a word list that says otherwise wins, and surprises whoever counts."""
    for n, option in enumerate(choice.options):
        for word, below in _words(option):
            folded = fold(word)
            place = int(folded) - 1 if folded.isdecimal() and folded.isascii() and len(folded) < 3 else _letter(folded)
            if place is not None and place != n and 0 <= place < len(choice.options) and below:
                other = choice.options[place]
                if folded not in {fold(own) for own, _ in _words(other)}:
                    node = source.at(*path, option.key, *below)
                    what = f"`{word}` is said for `{option.key}`, but by its place it is `{other.key}`."
                    notes.warning(node, Advice.OPTION_PLACE, what, "Order the options as the question names them.")


def _letter(folded: str) -> int | None:
    return ord(folded) - ord("a") if len(folded) == 1 and "a" <= folded <= "z" else None


def _words(option: Option) -> Iterator[tuple[str, Path]]:
    """The words of an option with their place below its key; () for the key itself."""
    yield option.key, ()
    yield option.label, ("label",)
    for n, word in enumerate(option.says):
        yield word, ("says", f"#{n}")


def _warn_of_less(word: str, node: Node, notes: Notes) -> None:
    if pace_words().get(fold(word)) is Command.LESS:
        what = f"`{word}` is how customers ask for fewer texts; here it is this flow's own word instead."
        notes.warning(node, Advice.LESS_TAKEN, what, "Let people say something else, if they should be able to ask for that here.")


def _taken(word: str) -> str:
    command = command_words()[fold(word)]
    return f"`{word}` is one of the words for {command.value.upper()}, which no flow may use."


# --- intents ----------------------------------------------------------------------------------------------------------


def check_intents(flow: Flow, source: Source, notes: Notes) -> None:
    """Every intent that is used has examples, enough of them, and every intent is used."""
    used: set[str] = set()
    for n, trigger in enumerate(flow.triggers):
        if isinstance(trigger, IntentTrigger):
            used.add(trigger.intent)
            if trigger.intent not in flow.intents:
                notes.error(source.at("triggers", f"#{n}", "intent"), *_unknown_intent(trigger.intent, flow))
    for name in flow.steps:
        notes.step = name
        for intent, path in _expected_intents(flow, name):
            used.add(intent)
            if intent not in flow.intents:
                notes.error(source.at("steps", name, *path), *_unknown_intent(intent, flow))
    notes.step = ""
    _check_examples(flow, source, notes, used)


def _expected_intents(flow: Flow, name: str) -> Iterator[tuple[str, Path]]:
    verb = flow.steps[name].verb
    own = intent_label(flow.name, "")
    for question in verb.questions if isinstance(verb, Ask) else ():
        if isinstance(question.expect, IntentOf):
            path: Path = ("survey", question.name) if isinstance(verb, Ask) and verb.survey else ()
            for n, label in enumerate(question.expect.labels):
                if label.startswith(own):
                    yield label.removeprefix(own), (*path, "expect", "intent", f"#{n}")


def _unknown_intent(intent: str, flow: Flow) -> tuple[str, str]:
    how = suggest(intent, [*flow.intents]) if flow.intents else f"Write intents: {{{intent}: [what people say, ...]}}."
    return f"There is no intent `{intent}`.", how


def _check_examples(flow: Flow, source: Source, notes: Notes, used: set[str]) -> None:
    owners: dict[str, str] = {}
    for intent, examples in flow.intents.items():
        key = source.key("intents", intent)
        if intent not in used:
            notes.warning(
                key,
                Advice.INTENT_UNUSED,
                f"The intent `{intent}` is not used.",
                f"Write `- intent: {intent}` under `triggers`, or take it away.",
            )
        if len(examples) < FEW_EXAMPLES:
            how = f"Write {FEW_EXAMPLES} or more different ones: they are what it learns from."
            notes.warning(key, Advice.EXAMPLES_FEW, f"The intent `{intent}` has {len(examples)} example(s).", how)
        for n, example in enumerate(examples):
            other = owners.setdefault(fold(example), intent)
            if other != intent:
                node = source.at("intents", intent, f"#{n}")
                notes.warning(
                    node, Advice.EXAMPLE_TWICE, f"`{example}` is an example of both `{other}` and `{intent}`.", "Keep it in one of them."
                )
