"""`ask`, `poll` and `survey`: what is asked, what a reply may be, and what happens without a fitting one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import re2

from flows.expressions import compile_template
from flows.nodes import Listing, Node, Scalar, Table
from flows.notes import Fields, Notes, suggest
from flows.types import Ask, Nudge, Question, Text, Timeout, intent_label
from nlp.types import AnyText, Choice, Expect, IntentOf, Kind, Nps, Number, Option, Pattern, Rating, Typed, YesNo

QUESTION_KEYS = ("expect", "retry", "tries", "nudge", "else", "timeout", "save")
"""What may stand beside `ask`; a poll takes `options` instead of `expect`."""

SURVEY_KEYS = ("ask", "expect", "retry", "tries", "if", "else")

MAX_OPTIONS = 26  # as many as there are letters to answer with
MAX_TRIES = 10
MAX_PATTERN = 500

NAME = re.compile(r"[^\W\d_]\w{0,39}")
"""What `{{ }}` can read after a dot, in any script."""

STEP_NAME = re.compile(r"[^\W\d_][\w-]{0,39}")
_KEY = re.compile(r"\w[\w-]{0,39}")
_NAMED: Mapping[str, Expect] = {
    "any": AnyText(),
    "yes_no": YesNo(),
    "number": Number(),
    "rating": Rating(),
    "nps": Nps(),
    **{kind.value: Typed(kind) for kind in Kind},
}
_BUILT = ("choice", "choices", "number", "intent", "pattern")


@dataclass(frozen=True, slots=True)
class Scope:
    """What every part of a flow knows while it is read. languages: default first."""

    notes: Notes
    flow: str
    languages: tuple[str, ...] = ("en",)


def text(scope: Scope, node: Node, what: str) -> Text:
    """A text in the default language, or one for each language."""
    notes, default = scope.notes, scope.languages[0]
    how = "Write the text that the customer will read."
    if not isinstance(node, Table):
        return {default: notes.template(node, what, how)}
    if not node.pairs:
        notes.error(node, f"{what} is missing.", how)
    texts: dict[str, object] = {}
    for key, value in node.pairs:
        if key.text not in scope.languages:
            notes.error(key, f"`{key.text}` is not among the flow's languages.", _language_hint(key.text, scope.languages))
        texts[key.text] = value
    if node.pairs and default not in texts:
        notes.error(node, f"{what} is missing in `{default}`, the flow's first language.", f"Add `{default}: ...`.")
    read = {key.text: notes.template(value, what, how) for key, value in node.pairs if key.text in scope.languages}
    return {default: compile_template(""), **read}


def _language_hint(word: str, languages: tuple[str, ...]) -> str:
    if re.fullmatch(r"[a-z]{2,3}", word):
        return f"Add it on top: languages: [{', '.join([*languages, word])}]."
    return f"{suggest(word, languages)} A text is a string, or a table of languages and strings."


def ask(scope: Scope, step: str, fields: Fields) -> Ask:
    """The verb of an `ask` or a `poll`."""
    counted = "poll" in fields
    verb = "poll" if counted else "ask"
    save = save_name(scope, fields) or step
    if counted:
        for name in ("expect", "save"):
            if name in fields:
                how = "Write its `options` instead." if name == "expect" else "Its answer is answers.<step>."
                scope.notes.error(fields[name][0], f"`{name}` does not go with `poll`.", how)
        save = step
    expected = _poll_options(scope, fields, fields[verb][0]) if counted else _expected(scope, fields)
    question = _question(scope, name=step, asked=fields[verb][1], fields=fields, expected=expected, save=save, verb=verb)
    return Ask(questions=(question,), counted=counted, nudge=_nudge(scope, fields), timeout=_timeout(scope, fields))


def survey(scope: Scope, step: str, fields: Fields) -> Ask:
    """The verb of a `survey`: its questions take the step's `retry`, `tries` and `else` where they have none of their own."""
    notes = scope.notes
    for name in ("expect", "save"):
        if name in fields:
            how = "Give each question its own." if name == "expect" else "Its answers are answers.<step>.<question>."
            notes.error(fields[name][0], f"`{name}` does not go with `survey`.", how)
    table = notes.table(fields["survey"][1], "`survey`", "Write survey: {food: {ask: ..., expect: rating}}.")
    if not table.pairs:
        notes.error(table, "The survey has no question.", "Write survey: {food: {ask: ..., expect: rating}}.")
    shared = {name: fields[name] for name in ("retry", "tries", "else") if name in fields}
    questions: list[Question] = []
    for key, value in table.pairs:
        if not NAME.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be a question's name.", "Use letters, digits and _, beginning with a letter.")
        how = "Write a question as food: {ask: ..., expect: rating}."
        own = notes.fields(notes.table(value, f"The question `{key.text}`", how), SURVEY_KEYS, "in a survey's question")
        if "ask" not in own:
            notes.error(value, f"The question `{key.text}` has no `ask`.", "Write the question the customer will read.")
            continue
        fields_of = {**shared, **own}
        asked = _question(
            scope,
            name=key.text,
            asked=own["ask"][1],
            fields=fields_of,
            expected=_expected(scope, own),
            save=f"{step}.{key.text}",
            verb="ask",
        )
        questions.append(asked)
    return Ask(questions=tuple(questions), survey=True, nudge=_nudge(scope, fields), timeout=_timeout(scope, fields))


def save_name(scope: Scope, fields: Fields) -> str | None:
    """The name under `answers` that `save:` gives, None where there is none."""
    if "save" not in fields:
        return None
    node = fields["save"][1]
    name = scope.notes.word(node, "`save`", "Write the name that the answer gets, as in save: size.")
    if name and not NAME.fullmatch(name):
        scope.notes.error(node, f"`{name}` cannot be an answer's name.", "Use letters, digits and _, beginning with a letter.")
        return None
    return name or None


def _question(scope: Scope, *, name: str, asked: Node, fields: Fields, expected: Expect, save: str, verb: str) -> Question:
    notes = scope.notes
    otherwise = notes.word(fields["else"][1], "`else`", "Write the step to go to, as in else: human.") if "else" in fields else ""
    return Question(
        name=name,
        text=text(scope, asked, f"`{verb}`"),
        expect=expected,
        save=save,
        retry=text(scope, fields["retry"][1], "`retry`") if "retry" in fields else None,
        tries=_tries(notes, fields),
        otherwise=otherwise or None,
        condition=notes.expression(fields["if"][1], "if") if "if" in fields else None,
    )


def _tries(notes: Notes, fields: Fields) -> int:
    if "tries" not in fields:
        return 2
    node = fields["tries"][1]
    number = notes.number(node, "tries")
    if number is None:
        return 2
    if not isinstance(number, int) or not 0 <= number <= MAX_TRIES:
        notes.error(node, "`tries` is how often the bot says that a reply does not fit.", f"Write a whole number from 0 to {MAX_TRIES}.")
        return 2
    return number


def _nudge(scope: Scope, fields: Fields) -> Nudge | None:
    if "nudge" not in fields:
        return None
    key, node = fields["nudge"]
    how = "Write nudge: {after: 2h, say: ...}."
    own = scope.notes.fields(scope.notes.table(node, "`nudge`", how), ("after", "say"), "in a nudge")
    missing = [name for name in ("after", "say") if name not in own]
    if missing:
        if isinstance(node, Table):
            scope.notes.error(key, f"The nudge has no `{missing[0]}`.", how)
        return None
    after = scope.notes.positive_duration(own["after"][1], "after")
    said = text(scope, own["say"][1], "The nudge's `say`")
    return Nudge(after=after, say=said) if after is not None else None


def _timeout(scope: Scope, fields: Fields) -> Timeout | None:
    if "timeout" not in fields:
        return None
    key, node = fields["timeout"]
    how = "Write timeout: {after: 24h, go: bye}."
    own = scope.notes.fields(scope.notes.table(node, "`timeout`", how), ("after", "go"), "in a timeout")
    missing = [name for name in ("after", "go") if name not in own]
    if missing:
        if isinstance(node, Table):
            scope.notes.error(key, f"The timeout has no `{missing[0]}`.", how)
        return None
    after = scope.notes.positive_duration(own["after"][1], "after")
    to = scope.notes.word(own["go"][1], "The timeout's `go`", how)
    return Timeout(after=after, to=to) if after is not None and to else None


# --- what a reply may be ----------------------------------------------------------------------------------------------


def _expected(scope: Scope, fields: Fields) -> Expect:
    return expect(scope, fields["expect"][1]) if "expect" in fields else AnyText()


def expect(scope: Scope, node: Node) -> Expect:
    """What `expect:` names; any text where it names nothing that is known."""
    notes = scope.notes
    kinds = [*_NAMED, *(kind for kind in _BUILT if kind not in _NAMED)]
    if isinstance(node, Scalar):
        name = notes.word(node, "`expect`", f"Write one of: {', '.join(kinds)}.")
        if name in _NAMED:
            return _NAMED[name]
        if name in _BUILT:
            notes.error(node, f"`{name}` needs more.", _HOW[name])
        elif name:
            notes.error(node, f"`{name}` is not a kind of reply.", suggest(name, kinds))
        return AnyText()
    if not isinstance(node, Table) or len(node.pairs) != 1:
        notes.error(node, "`expect` names one kind of reply.", "Write expect: yes_no, or expect: {number: {min: 1, max: 5}}.")
        return AnyText()
    key, value = node.pairs[0]
    match key.text:
        case "choice" | "choices":
            return Choice(options=options(scope, value, key.text), several=key.text == "choices")
        case "number":
            return _number(notes, value)
        case "intent":
            return _intents(scope, value)
        case "pattern":
            return _pattern(notes, value)
        case _:
            pass
    how = f"Write expect: {key.text}." if key.text in _NAMED else suggest(key.text, kinds)
    notes.error(key, f"`{key.text}` takes no more words." if key.text in _NAMED else f"`{key.text}` is not a kind of reply.", how)
    return AnyText()


_HOW = {
    "choice": "Write expect: {choice: {small: [s], large: [l, big]}}.",
    "choices": "Write expect: {choices: {ham: [h], cheese: [c]}}.",
    "intent": "Write expect: {intent: [name]} with examples under `intents:`.",
    "pattern": "Write expect: {pattern: '[A-Z]{2}[0-9]{4}'}.",
}


def options(scope: Scope, node: Node, what: str) -> tuple[Option, ...]:
    """A choice's options: a table of keys and what people say, or a list of keys."""
    how = "Write `options: {small: [s], large: {label: Large, says: [l, big]}}`." if what == "options" else _HOW[what]
    if isinstance(node, Listing):
        pairs: list[tuple[Scalar, Node | None]] = [(item, None) for item in node.items if isinstance(item, Scalar)]
    elif isinstance(node, Table):
        pairs = [(key, value) for key, value in node.pairs]
    else:
        pairs = []
    if not pairs:
        scope.notes.error(node, f"`{what}` has no options.", how)
    if len(pairs) > MAX_OPTIONS:
        scope.notes.error(node, f"There are {len(pairs)} options.", f"Offer {MAX_OPTIONS} at most.")
    made = [option for key, value in pairs[:MAX_OPTIONS] if (option := _option(scope.notes, key, value)) is not None]
    return tuple(made)


def _option(notes: Notes, key: Scalar, node: Node | None) -> Option | None:
    if not _KEY.fullmatch(key.text):
        notes.error(
            key, f"`{key.text}` cannot be an option's name.", "Use letters, digits, _ and -; write what people read as its `label`."
        )
        return None
    label = key.text.replace("_", " ")
    how = f"Write {key.text}: [word, other word], or {key.text}: {{label: ..., says: [...]}}."
    if node is None or (isinstance(node, Scalar) and not node.text):
        return Option(key=key.text, label=label)
    if not isinstance(node, Table):
        return Option(key=key.text, label=label, says=notes.words(node, f"What people say for `{key.text}`", how))
    own = notes.fields(node, ("label", "says"), "in an option")
    if "label" in own:
        label = notes.word(own["label"][1], "`label`", how) or label
    says = notes.words(own["says"][1], "`says`", how) if "says" in own else ()
    return Option(key=key.text, label=label, says=says)


def _poll_options(scope: Scope, fields: Fields, key: Scalar) -> Expect:
    if "options" not in fields:
        scope.notes.error(key, "The poll has no `options`.", "Write options: {tacos: [a], pizza: [b]}.")
        return AnyText()
    return Choice(options=options(scope, fields["options"][1], "options"))


def _number(notes: Notes, node: Node) -> Expect:
    own = notes.fields(notes.table(node, "`number`", "Write number: {min: 1, max: 5}."), ("min", "max", "integer"), "in a number")
    low = notes.number(own["min"][1], "min") if "min" in own else None
    high = notes.number(own["max"][1], "max") if "max" in own else None
    if low is not None and high is not None and low > high:
        notes.error(own["min"][0], f"`min` ({low:g}) is above `max` ({high:g}).", "Swap them.")
    return Number(min=low, max=high, integer=notes.flag(own["integer"][1], "integer", default=False) if "integer" in own else False)


def _intents(scope: Scope, node: Node) -> Expect:
    """Intents of this flow by their name, another flow's as flow/name."""
    names = scope.notes.words(node, "`intent`", _HOW["intent"])
    return IntentOf(tuple(name if "/" in name else intent_label(scope.flow, name) for name in names))


def _pattern(notes: Notes, node: Node) -> Expect:
    pattern = notes.word(node, "`pattern`", _HOW["pattern"])
    if len(pattern) > MAX_PATTERN:
        notes.error(node, f"The pattern is longer than {MAX_PATTERN} characters.", "Shorten it.")
        return AnyText()
    settings = re2.Options()
    settings.log_errors = False
    try:
        re2.compile(pattern, settings)
    except re2.error as error:
        said = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        notes.error(
            node,
            f"The pattern cannot be used: {said}.",
            "Write letters, [classes], (a|b), *, + and ?; look-around and back-references are not there.",
        )
        return AnyText()
    return Pattern(pattern)
