"""Steps: one verb each, what may join it, and the way on, which is made explicit here."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flows.advice import Advice
from flows.events import PAGE
from flows.expressions import Expression, Template, compile_template
from flows.localtime import phrase
from flows.nodes import Listing, Node, Scalar, Table
from flows.notes import Fields
from flows.parse_calls import call
from flows.parse_questions import NAME, QUESTION_KEYS, STEP_NAME, Scope, ask, survey, text
from flows.parse_ways import way_on
from flows.places import call_templates
from flows.types import (
    END,
    Ask,
    Branch,
    ByRules,
    CallOut,
    Change,
    End,
    HandOff,
    Question,
    Run,
    Say,
    Span,
    Split,
    Step,
    Subscribe,
    TakeCode,
    Text,
    Unsubscribe,
    Verb,
    Wait,
)

MAX_STEPS = 250
MAX_TEXTS = 10
MAX_MEDIA = 10

VERBS = ("ask", "poll", "survey", "coupon", "branch", "split", "wait", "call", "run", "handoff", "subscribe", "unsubscribe", "end")
"""A step has at most one of these; `say`, `set`, `tag` and `untag` may stand alone or join any."""

JOINING = ("say", "media", "separate", "set", "tag", "untag")

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "ask": QUESTION_KEYS,
    "poll": (*QUESTION_KEYS, "options"),
    "survey": QUESTION_KEYS,
    "coupon": ("sold_out",),
    "branch": ("else",),
    "split": ("else",),
    "run": ("else",),
    "call": ("failed",),
}
"""What belongs to a verb beside `go` and what joins any."""

RESERVED_FIELDS = ("tags", "phone", "consent", "id", "kind", "status", "zone_source")
_KNOWN = tuple(dict.fromkeys((*VERBS, *JOINING, "go", *(name for names in EXTRAS.values() for name in names))))
_MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)


def steps(scope: Scope, table: Table) -> dict[str, Step]:
    """Every step by name, in the author's order, each with its way on."""
    notes = scope.notes
    if len(table.pairs) > MAX_STEPS:
        notes.error(table, f"The flow has {len(table.pairs)} steps.", f"Split it: {MAX_STEPS} is the most.")
    made: dict[str, Step] = {}
    following = [key.text for key, _ in table.pairs[1:MAX_STEPS]] + [END]
    for (key, node), after in zip(table.pairs[:MAX_STEPS], following, strict=False):
        notes.step = key.text
        if key.text == END:
            notes.error(key, "`end` is no name for a step: `go: end` ends the conversation.", "Give the step another name.")
        elif not STEP_NAME.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be a step's name.", "Use letters, digits and _, beginning with a letter.")
        made[key.text] = _step(scope, key, node, after)
    notes.step = ""
    return made


def _step(scope: Scope, key: Scalar, node: Node, after: str) -> Step:
    notes = scope.notes
    table = notes.table(node, "A step", "Write its verb, as in hello: {say: ...}.")
    fields = notes.fields(table, _KNOWN, "in a step")
    name = _verb_name(scope, key, node, table, fields)
    _refuse_strangers(scope, fields, name)
    verb = _verb(scope, key.text, name, fields, after)
    if isinstance(verb, Ask) and "-" in key.text and (verb.survey or "save" not in fields):
        notes.warning(
            key,
            Advice.NAME_UNREADABLE,
            f"The answer to `{key.text}` cannot be read: `-` is minus in {{{{ }}}} and `if`.",
            "Write _ instead.",
        )
    go = way_on(scope, key.text, fields, verb, name, after)
    said = _texts(scope, fields)
    sets, tags, untags = _sets(scope, fields), _tags(scope, fields, "tag"), _tags(scope, fields, "untag")
    rules = go.rules if isinstance(go, ByRules) else ()
    expressions = [rule.condition for rule in rules if rule.condition is not None]
    names = _names_used([*_templates(said, verb), *(value for _, value in sets)], [*expressions, *_expressions(verb)])
    return Step(
        name=key.text,
        verb=verb,
        go=go,
        say=said,
        media=_media(scope, fields),
        separate=notes.flag(fields["separate"][1], "separate", default=False) if "separate" in fields else False,
        sets=sets,
        tags=tags,
        untags=untags,
        polls=tuple(dict.fromkeys(name[1] for name in names if name[0] == "poll" and len(name) > 1)),
        page=(PAGE,) in names,
        line=key.line,
    )


def _verb_name(scope: Scope, key: Scalar, node: Node, table: Table, fields: Fields) -> str:
    """The step's verb: one of VERBS, "say" or "set"; "" where it has none."""
    verbs = [name for name in fields if name in VERBS]
    for extra in verbs[1:]:
        scope.notes.error(fields[extra][0], f"`{verbs[0]}` and `{extra}` are in one step.", "Give each a step of its own.")
    if verbs:
        return verbs[0]
    if "say" in fields:
        return "say"
    if any(name in fields for name in ("set", "tag", "untag")):
        return "set"
    if node is table and not any(pair[0].text not in _KNOWN for pair in table.pairs):
        how = (
            "Write the conditions as branch: {go: [...]}." if "go" in fields else f"Write one of: say, set, tag, untag, {', '.join(VERBS)}."
        )
        scope.notes.error(key, "The step does nothing: its verb is missing.", how)
    return ""


def _refuse_strangers(scope: Scope, fields: Fields, verb: str) -> None:
    """Notes what belongs to another verb than the step's."""
    for name, (key, _) in fields.items():
        owners = [owner for owner, extras in EXTRAS.items() if name in extras]
        if owners and verb and verb not in owners:
            scope.notes.error(key, f"`{name}` does not go with `{verb}`.", f"It belongs to {_either(owners)}.")


def _either(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _verb(scope: Scope, step: str, name: str, fields: Fields, after: str) -> Verb:
    if name in ("", "say", "set"):
        return Say() if name == "say" else Change()
    key, node = fields[name]
    match name:
        case "ask" | "poll":
            return ask(scope, step, fields)
        case "survey":
            return survey(scope, step, fields)
        case "coupon":
            return _coupon(scope, fields, node, after)
        case "branch":
            return Branch()
        case "split":
            return Split(_arms(scope, node))
        case "wait":
            return _wait(scope, key, node)
        case "handoff":
            return _handoff(scope, node, goes_on="go" in fields)
        case "run":
            return Run(scope.notes.word(node, "`run`", "Write the name of another flow, as in run: address-check."))
        case "subscribe":
            return Subscribe(_proof(scope, key, node, name))
        case "unsubscribe":
            bare = isinstance(node, Scalar) and not node.text
            return Unsubscribe(None if bare else _proof(scope, key, node, name))
        case "end":
            return End(_outcome(scope, node))
        case _:
            return call(scope.notes, node, _failed(scope, fields))


def _failed(scope: Scope, fields: Fields) -> str | None:
    how = "Write the step to go to when the service does not answer, as in failed: sorry."
    return (scope.notes.word(fields["failed"][1], "`failed`", how) or None) if "failed" in fields else None


def _coupon(scope: Scope, fields: Fields, node: Node, after: str) -> Verb:
    pool = scope.notes.word(node, "The coupon's pool", "Write the name of a pool under `coupons:`, as in coupon: welcome10.")
    sold_out = after
    if "sold_out" in fields:
        how = "Write the step to go to when no code is left, as in sold_out: sorry."
        sold_out = scope.notes.word(fields["sold_out"][1], "`sold_out`", how) or after
    return TakeCode(pool=pool, sold_out=sold_out)


def _arms(scope: Scope, node: Node) -> dict[str, float]:
    notes, how = scope.notes, "Write split: {plain: 50, story: 50}."
    table = notes.table(node, "`split`", how)
    arms: dict[str, float] = {}
    for key, value in table.pairs:
        weight = notes.number(value, key.text)
        if weight is not None and weight <= 0:
            notes.error(value, f"The weight of `{key.text}` must be above 0.", how)
        arms[key.text] = weight or 1
    if len(arms) == 1 or (not arms and isinstance(node, Table)):
        notes.error(node, "A split has two arms or more.", how)
    return arms


def _wait(scope: Scope, key: Scalar, node: Node) -> Verb:
    notes, how = scope.notes, 'Write wait: {for: 2d}, {for: 2d, at: "18:00"} or {until: "next monday 09:00"}.'
    if isinstance(node, Scalar) and node.text:
        return Wait(span=notes.positive_duration(node, "wait"))
    own = notes.fields(notes.table(node, "`wait`", how), ("for", "at", "until"), "in a wait")
    if not own:
        notes.error(key, "The wait has no end.", how)
    if "until" in own and len(own) > 1:
        notes.error(own["until"][0], "`until` stands alone.", how)
    length: Span | None = notes.positive_duration(own["for"][1], "for") if "for" in own else None
    at = notes.clock(own["at"][1], "at") if "at" in own else None
    return Wait(span=length, at=at, until=_until(scope, own["until"][1]) if "until" in own else None)


def _until(scope: Scope, node: Node) -> Expression | str | None:
    """A phrase where it is one, else an expression."""
    if isinstance(node, Scalar) and phrase(node.text, _MONDAY, "UTC") is not None:
        return " ".join(node.text.split())
    n_before = len(scope.notes.problems)
    expression = scope.notes.expression(node, "until")
    if expression is None:
        del scope.notes.problems[n_before:]
        how = 'Write "next monday 09:00", "tomorrow 18:00" or "contact.appointment - span(\'24h\')".'
        scope.notes.error(node, "`until` says no time.", how)
    return expression


def _handoff(scope: Scope, node: Node, *, goes_on: bool) -> Verb:
    if isinstance(node, Scalar):
        return HandOff(to=node.text.strip() or "support", goes_on=goes_on)
    notes, how = scope.notes, 'Write handoff: {to: support, note: "Low rating"}.'
    own = notes.fields(notes.table(node, "`handoff`", how), ("to", "note"), "in a handoff")
    to = notes.word(own["to"][1], "`to`", how) if "to" in own else ""
    return HandOff(to=to or "support", note=notes.template(own["note"][1], "`note`", how) if "note" in own else None, goes_on=goes_on)


def _proof(scope: Scope, key: Scalar, node: Node, verb: str) -> Template:
    how = f'Write {verb}: {{proof: "{{{{ reply.text }}}}"}}: the words by which the contact agreed.'
    own = scope.notes.fields(scope.notes.table(node, f"`{verb}`", how), ("proof",), f"in `{verb}`")
    if "proof" not in own:
        if isinstance(node, Table):
            scope.notes.error(key, f"`{verb}` has no proof.", how)
        return compile_template("")
    return scope.notes.template(own["proof"][1], "`proof`", how)


def _outcome(scope: Scope, node: Node) -> str:
    how = "Write a name for the outcome, as in end: abandoned."
    if isinstance(node, Scalar) and not node.text:
        return "completed"
    outcome = scope.notes.word(node, "The outcome", how)
    if outcome and not STEP_NAME.fullmatch(outcome):
        scope.notes.error(node, f"`{outcome}` cannot be an outcome's name.", "Use letters, digits and _, beginning with a letter.")
    return outcome or "completed"


# --- what joins any verb ----------------------------------------------------------------------------------------------


def _texts(scope: Scope, fields: Fields) -> tuple[Text, ...]:
    if "say" not in fields:
        return ()
    node = fields["say"][1]
    items = node.items if isinstance(node, Listing) else (node,)
    if not items:
        scope.notes.error(node, "`say` is missing.", "Write the text that the customer will read.")
    if len(items) > MAX_TEXTS:
        scope.notes.error(node, f"`say` has {len(items)} texts.", f"Send {MAX_TEXTS} at most.")
    return tuple(text(scope, item, "`say`") for item in items)


def _media(scope: Scope, fields: Fields) -> tuple[str, ...]:
    if "media" not in fields:
        return ()
    key, node = fields["media"]
    how = "Write media: https://example.com/menu.jpg."
    if "say" not in fields:
        scope.notes.error(key, "`media` has no text to go with.", "Write a `say` beside it.")
    addresses = scope.notes.words(node, "`media`", how)
    for address in addresses:
        if not address.startswith(("https://", "http://")) or any(character.isspace() for character in address) or "{{" in address:
            scope.notes.error(node, f"`{address}` is not the address of a picture.", how)
    if len(addresses) > MAX_MEDIA:
        scope.notes.error(node, f"There are {len(addresses)} pictures.", f"Send {MAX_MEDIA} at most.")
    return addresses


def _sets(scope: Scope, fields: Fields) -> tuple[tuple[str, Template], ...]:
    if "set" not in fields:
        return ()
    notes, how = scope.notes, 'Write set: {size: "{{ answers.size }}"}.'
    made: list[tuple[str, Template]] = []
    table = notes.table(fields["set"][1], "`set`", how)
    if not table.pairs and isinstance(fields["set"][1], Table):
        notes.error(table, "`set` sets nothing.", how)
    for key, value in table.pairs:
        if key.text in RESERVED_FIELDS:
            hint = "Use `tag` and `untag`." if key.text == "tags" else "Give the value another name."
            notes.error(key, f"`{key.text}` cannot be set by a flow.", hint)
        elif not NAME.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be a field's name.", "Use letters, digits and _, beginning with a letter.")
        empty = isinstance(value, Scalar) and not value.text.strip()
        made.append((key.text, compile_template("") if empty else notes.template(value, f"The value of `{key.text}`", how)))
    return tuple(made)


def _tags(scope: Scope, fields: Fields, name: str) -> tuple[str, ...]:
    return scope.notes.words(fields[name][1], f"`{name}`", f"Write {name}: [vip].") if name in fields else ()


# --- what a step uses -------------------------------------------------------------------------------------------------


def _names_used(templates: list[Template], expressions: list[Expression]) -> list[tuple[str, ...]]:
    return [*(name for one in templates for name in one.names), *(name for one in expressions for name in one.names)]


def _templates(said: tuple[Text, ...], verb: Verb) -> list[Template]:
    texts: list[Text] = [*said]
    more: list[Template] = []
    match verb:
        case Ask(questions=questions, nudge=nudge):
            texts += [part for question in questions for part in _question_texts(question)]
            texts += [nudge.say] if nudge else []
        case HandOff(note=Template() as note):
            more.append(note)
        case Subscribe(proof=proof):
            more.append(proof)
        case CallOut() as asked:
            more += [template for _, template in call_templates(asked)]
        case _:
            pass
    return [*(template for one in texts for template in one.values()), *more]


def _question_texts(question: Question) -> list[Text]:
    return [question.text, question.retry] if question.retry is not None else [question.text]


def _expressions(verb: Verb) -> list[Expression]:
    match verb:
        case Ask(questions=questions):
            return [question.condition for question in questions if question.condition is not None]
        case Wait(until=Expression() as until):
            return [until]
        case _:
            return []
