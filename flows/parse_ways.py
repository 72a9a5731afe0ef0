"""`go`: where a step leads. A name, a table of answers, or a list of conditions; without one, the step that follows."""

from flows.nodes import Listing, Node, Scalar, Table
from flows.notes import Fields
from flows.parse_questions import Scope
from flows.types import END, Ask, Branch, ByAnswer, ByRules, End, Go, Goto, HandOff, Question, Rule, Run, Split, Unsubscribe, Verb
from nlp.types import AnyText, Choice, Expect, Nps, Number, Rating, Typed

_HOWS = {
    "branch": "Write branch: {go: [{if: ..., to: name}, {to: other}]}.",
    "split": "Write go: {plain: offer_plain, story: offer_story}.",
}
_HOW = "Write go: name, go: {yes: name, no: other}, or go: [{if: ..., to: name}, {to: other}]."


def way_on(scope: Scope, step: str, fields: Fields, verb: Verb, name: str, after: str) -> Go:
    """The step's way on, always explicit."""
    notes = scope.notes
    if isinstance(verb, End | Unsubscribe) and "go" in fields:
        notes.error(fields["go"][0], f"Nothing follows `{name}`.", "Take the `go` away.")
    found = _inner_go(scope, fields) if isinstance(verb, Branch) else fields.get("go", (None, None))[1]
    if found is None:
        return _without(scope, step, fields, verb, after)
    otherwise = notes.word(fields["else"][1], "`else`", "Write the step to go to, as in else: human.") if "else" in fields else ""
    match found:
        case Scalar():
            to = notes.word(found, "`go`", _HOW)
            if isinstance(verb, Branch | Split):
                notes.error(found, f"`{name}` needs more than one way to go.", _HOWS[name])
            return Goto(to or after)
        case Table():
            return _by_answer(scope, found, verb, name, otherwise or None)
        case Listing():
            if isinstance(verb, Split):
                notes.error(found, "A split goes by its arms.", "Write go: {plain: offer_plain, story: offer_story}.")
            # beside a question `else` is for replies that do not fit, so a list there falls through to the step that follows
            return _by_rules(scope, found, after if isinstance(verb, Ask) else otherwise or after)


def _inner_go(scope: Scope, fields: Fields) -> Node | None:
    key, node = fields["branch"]
    how = "Write branch: {go: [{if: ..., to: name}, {to: other}]}."
    if "go" in fields:
        scope.notes.error(fields["go"][0], "The `go` of a branch stands inside it.", how)
        return fields["go"][1]
    if isinstance(node, Listing):
        return node
    own = scope.notes.fields(scope.notes.table(node, "`branch`", how), ("go",), "in a branch")
    if "go" in own:
        return own["go"][1]
    if isinstance(node, Table):
        scope.notes.error(key, "The branch has no `go`.", how)
    return None


def _without(scope: Scope, step: str, fields: Fields, verb: Verb, after: str) -> Go:
    if isinstance(verb, Split):
        how = f"Write go: {{{', '.join(f'{arm}: step' for arm in verb.arms)}}}."
        scope.notes.error(fields["split"][0], "The split has no `go`.", how)
    return Goto(END if isinstance(verb, End | HandOff | Unsubscribe) else after)


def _by_answer(scope: Scope, table: Table, verb: Verb, name: str, otherwise: str | None) -> Go:
    notes = scope.notes
    ways: dict[str, str] = {}
    numbers = isinstance(verb, Ask) and verb.questions and isinstance(verb.questions[0].expect, Number | Rating | Nps)
    for key, value in table.pairs:
        to = notes.word(value, f"The step for `{key.text}`", _HOW)
        ways[_canonical(key.text) if numbers else key.text] = to or END
    if "else" in ways and otherwise is None and "else" not in _options(verb):
        otherwise = ways.pop("else")
    if not table.pairs:
        notes.error(table, "`go` leads nowhere.", _HOW)
    if {"if", "to"} & ways.keys():
        notes.error(table, "A condition stands in a list.", "Write go: [{if: ..., to: name}, {to: other}].")
        return ByAnswer({}, otherwise)
    if isinstance(verb, Ask) and verb.survey:
        notes.error(table, "A survey has several answers.", 'Write go: [{if: "answers.step.question < 3", to: name}, {to: other}].')
    elif isinstance(verb, Ask):
        _check_mappable(scope, table, verb.questions[0].expect)
    elif not isinstance(verb, Split | Run):
        notes.error(table, f"`{name}` gets no answer to go by.", "Write go: name, or go: [{if: ..., to: name}, {to: other}].")
    return ByAnswer(ways, otherwise)


def _options(verb: Verb) -> tuple[str, ...]:
    """The keys of a question's options, or of a split's arms."""
    match verb:
        case Ask(questions=(Question(expect=Choice(options=options)),)):
            return tuple(option.key for option in options)
        case Split(arms=arms):
            return tuple(arms)
        case _:
            return ()


def _canonical(answer: str) -> str:
    """Numbers as answers print them: "5.0" and "05" are 5."""
    try:
        number = float(answer) if answer.isascii() and "_" not in answer else None
    except ValueError:
        return answer
    return answer if number is None or not abs(number) < 1e12 else f"{number:g}"


def _check_mappable(scope: Scope, table: Table, expected: Expect) -> None:
    how = 'Write go: [{if: "...", to: name}, {to: other}].'
    match expected:
        case AnyText():
            scope.notes.error(
                table, "The reply may be anything, so there is no table of answers.", "Write `expect: yes_no`, or expect: {choice: ...}."
            )
        case Choice(several=True):
            scope.notes.error(table, "There may be several answers.", "Write go: [{if: \"'ham' in answers.step\", to: name}, {to: other}].")
        case Typed(kind=kind):
            scope.notes.error(table, f"A {kind} cannot be listed in a table.", how)
        case _:
            pass


def _by_rules(scope: Scope, listing: Listing, otherwise: str) -> Go:
    notes = scope.notes
    rules: list[Rule] = []
    if not listing.items:
        notes.error(listing, "`go` leads nowhere.", _HOW)
    for n, item in enumerate(listing.items):
        own = notes.fields(notes.table(item, "A way to go", 'Write {if: "answers.rating >= 4", to: name}.'), ("if", "to"), "in a way to go")
        if "to" not in own:
            if isinstance(item, Table):
                notes.error(item, "The way to go has no `to`.", 'Write {if: "answers.rating >= 4", to: name}.')
            continue
        condition = notes.expression(own["if"][1], "if") if "if" in own else None
        if "if" not in own and n < len(listing.items) - 1:
            notes.error(item, "The ways below this one are never taken: it has no `if`.", "Put it last, or give it an `if`.")
        to = notes.word(own["to"][1], "`to`", "Write the step to go to.")
        if to:
            rules.append(Rule(condition, to))
    return ByRules(tuple(rules), otherwise)
