"""YAML → Flow, or everything that is wrong with it, each with its line and column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.nodes import Listing, Node, Table, compose, plain, typed
from flows.notes import Fields, Notes, suggest
from flows.parse_questions import STEP_NAME, Scope
from flows.parse_steps import steps
from flows.parse_triggers import triggers
from flows.spans import span
from flows.types import Flow, Pool, Problem, Purpose, Severity, Span, Step, Test

__all__ = ["Source", "parse", "read", "span"]

FLOW_KEYS = (
    "flow",
    "title",
    "purpose",
    "languages",
    "triggers",
    "intents",
    "coupons",
    "expires",
    "late",
    "interruptible",
    "interrupt",
    "resume",
    "migrate",
    "steps",
    "tests",
)
TEST_LINES = ("user", "bot", "wait", "staff", "call", "arm", "expect", "at", "contact", "start", "event", "media", "sold_out")
FLOW_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was written, for whoever has to say where something stands."""

    file: str
    root: Node

    def at(self, *path: str) -> Node:
        """The node at a path of names; "#2" is a list's third item. Where there is none, the nearest one above it.

        A thing by itself may stand for a list of one and a text for a table of languages, so what does not apply is passed over.
        """
        node = self.root
        for part in path:
            match node:
                case Listing(items=items) if part.startswith("#"):
                    node = items[int(part[1:])] if int(part[1:]) < len(items) else node
                case Table() if not part.startswith("#"):
                    below = node.get(part)
                    if below is None:
                        return node
                    node = below
                case _:
                    pass
        return node

    def key(self, *path: str) -> Node:
        """The name itself at a path, not its value."""
        table = self.at(*path[:-1])
        if isinstance(table, Table):
            return next((key for key, _ in table.pairs if key.text == path[-1]), table)
        return table


def parse(text: str, file: str) -> tuple[Flow | None, tuple[Problem, ...]]:
    """The flow, None where anything is an error, and every problem in the order of the file.

    What only makes sense over the whole flow (ways to nowhere, steps never reached, texts' prices) is flows.check's.
    """
    flow, _, problems = read(text, file)
    whole = not any(problem.severity is Severity.ERROR for problem in problems)
    return (flow if whole else None), problems


def read(text: str, file: str) -> tuple[Flow | None, Source | None, tuple[Problem, ...]]:
    """As `parse`, with the source; and a flow with gaps where there are errors, so that `check` can say more at once."""
    root, problems = compose(text, file)
    if root is None and not problems:
        problems = (Problem(file=file, line=1, column=1, what="The file is empty.", how="Write flow: name and steps: {...}."),)
    if root is None:
        return None, None, problems
    notes = Notes(file, problems=[*problems])
    flow = _flow(notes, root)
    return flow, Source(file, root), tuple(sorted(notes.problems))


def read_tests(text: str, file: str) -> tuple[tuple[Test, ...], tuple[Problem, ...]]:
    """The tests of a file that stands beside a flow (`lunch-poll.test.yaml`), and what is wrong with it."""
    root, problems = compose(text, file)
    notes = Notes(file, problems=[*problems])
    if root is None:
        return (), problems
    table = notes.table(root, "A file of tests", "Write tests: {a name: [{user: HI}, {bot: Hello*}]}.")
    tests = _tests(notes, notes.fields(table, ("tests",), "in a file of tests"))
    return tests, tuple(sorted(notes.problems))


def _flow(notes: Notes, root: Node) -> Flow | None:
    table = notes.table(root, "A flow", "Write flow: name and steps: {...}.")
    fields = notes.fields(table, FLOW_KEYS, "in a flow")
    for name in ("flow", "steps"):
        if name not in fields and isinstance(root, Table):
            how = "Write a name on top, as in flow: lunch-poll." if name == "flow" else "Write steps: {hello: {say: Hi!}}."
            notes.error(root, f"`{name}` is missing.", how)
    name = _name(notes, fields)
    languages = _languages(notes, fields)
    scope = Scope(notes, name, languages)
    step_table = notes.table(fields["steps"][1], "`steps`", "Write steps: {hello: {say: Hi!}}.") if "steps" in fields else None
    if step_table is not None and not step_table.pairs and isinstance(fields["steps"][1], Table):
        notes.error(fields["steps"][0], "The flow has no steps.", "Write steps: {hello: {say: Hi!}}.")
    made = steps(scope, step_table) if step_table is not None else {}
    if not made:
        return None
    return Flow(
        name=name,
        title=notes.word(fields["title"][1], "`title`", "Write what the flow is called.") if "title" in fields else name,
        steps=made,
        purpose=_purpose(notes, fields),
        languages=languages,
        triggers=triggers(notes, fields["triggers"][1], languages) if "triggers" in fields else (),
        intents=_intents(notes, fields),
        pools=_pools(notes, fields),
        expires=_duration(notes, fields, "expires", Span(days=3)),
        late=_duration(notes, fields, "late", Span(seconds=12 * 3600)),
        interruptible=_flag(notes, fields, "interruptible", default=True),
        interrupt=_flag(notes, fields, "interrupt", default=False),
        resume=_resume(notes, fields),
        migrate=_migrate(notes, fields, made),
        tests=_tests(notes, fields),
    )


def _name(notes: Notes, fields: Fields) -> str:
    if "flow" not in fields:
        return ""
    node = fields["flow"][1]
    name = notes.word(node, "`flow`", "Write the flow's name, as in flow: lunch-poll.")
    if name and not FLOW_NAME.fullmatch(name):
        notes.error(node, f"`{name}` cannot be a flow's name.", "Use small letters, digits and '-', as in lunch-poll.")
    return name


def _languages(notes: Notes, fields: Fields) -> tuple[str, ...]:
    if "languages" not in fields:
        return ("en",)
    node = fields["languages"][1]
    languages = notes.words(node, "`languages`", "Write languages: [en, fr].")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            notes.error(node, f"`{language}` is not the code of a language.", "Write languages: [en, fr].")
    for language in {one for one in languages if languages.count(one) > 1}:
        notes.error(node, f"`{language}` is here twice.", "Name each language once.")
    return tuple(dict.fromkeys(languages)) or ("en",)


def _purpose(notes: Notes, fields: Fields) -> Purpose:
    if "purpose" not in fields:
        return Purpose.MARKETING
    node = fields["purpose"][1]
    word = notes.word(node, "`purpose`", "Write purpose: marketing or purpose: service.")
    if word and word not in [*Purpose]:
        notes.error(node, f"`{word}` is not a purpose.", "Write purpose: marketing or purpose: service.")
        return Purpose.MARKETING
    return Purpose(word) if word else Purpose.MARKETING


def _duration(notes: Notes, fields: Fields, name: str, default: Span) -> Span:
    return (notes.positive_duration(fields[name][1], name) if name in fields else None) or default


def _flag(notes: Notes, fields: Fields, name: str, *, default: bool) -> bool:
    return notes.flag(fields[name][1], name, default=default) if name in fields else default


def _resume(notes: Notes, fields: Fields) -> bool:
    if "resume" not in fields:
        return True
    node = fields["resume"][1]
    how = "Write resume: ask again, or resume: drop."
    word = " ".join(notes.word(node, "`resume`", how).replace("_", " ").split())
    if word and word not in ("ask again", "drop"):
        notes.error(node, f"`{word}` is not a way to resume.", how)
    return word != "drop"


def _migrate(notes: Notes, fields: Fields, made: Mapping[str, Step]) -> dict[str, str]:
    """Where conversations of the revision before go on. Whether they can is seen when this one is published."""
    if "migrate" not in fields:
        return {}
    how = "Write migrate: {old_step: new_step}."
    moved: dict[str, str] = {}
    for key, value in notes.table(fields["migrate"][1], "`migrate`", how).pairs:
        to = notes.word(value, f"The new place of `{key.text}`", how)
        if to and to not in made:
            notes.error(value, f"There is no step `{to}`.", suggest(to, made))
        moved[key.text] = to
    return moved


def _intents(notes: Notes, fields: Fields) -> dict[str, tuple[str, ...]]:
    how = "Write intents: {join_club: [sign me up, ...]}, five examples or more."
    made: dict[str, tuple[str, ...]] = {}
    if "intents" not in fields:
        return made
    for key, value in notes.table(fields["intents"][1], "`intents`", how).pairs:
        if not STEP_NAME.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be an intent's name.", "Use letters, digits and _, beginning with a letter.")
        made[key.text] = notes.words(value, f"The examples of `{key.text}`", how)
    return made


def _pools(notes: Notes, fields: Fields) -> dict[str, Pool]:
    how = "Write coupons: {welcome10: {codes: codes/welcome10.csv, valid: 14d}}."
    made: dict[str, Pool] = {}
    if "coupons" not in fields:
        return made
    for key, value in notes.table(fields["coupons"][1], "`coupons`", how).pairs:
        own = notes.fields(notes.table(value, f"The pool `{key.text}`", how), ("codes", "valid"), "in a pool of codes")
        if "codes" not in own and isinstance(value, Table):
            notes.error(value, f"The pool `{key.text}` has no `codes`.", how)
        codes = notes.word(own["codes"][1], "`codes`", how) if "codes" in own else ""
        if codes.startswith(("/", "~")) or "\\" in codes or ":" in codes or ".." in codes.split("/"):
            notes.error(own["codes"][1], f"`{codes}` is outside the flow's folder.", "Put the file beside the flow: codes/welcome10.csv.")
        valid = notes.positive_duration(own["valid"][1], "valid") if "valid" in own else None
        made[key.text] = Pool(name=key.text, codes=codes, valid=valid)
    return made


def _tests(notes: Notes, fields: Fields) -> tuple[Test, ...]:
    how = "Write tests: {a name: [{user: HI}, {bot: Hello*}]}."
    made: list[Test] = []
    if "tests" not in fields:
        return ()
    for key, value in notes.table(fields["tests"][1], "`tests`", how).pairs:
        lines = []
        for item in notes.listing(value):
            line = notes.table(item, "A test's line", "Write one of: {user: HI}, {bot: Hello*}, {wait: 2h}, {expect: {ended: true}}.")
            for name, _ in line.pairs:
                if name.text not in TEST_LINES:
                    notes.error(name, f"`{name.text}` is not known in a test.", suggest(name.text, TEST_LINES))
            lines.append((item.line, {name.text: (typed if name.text == "call" else plain)(content) for name, content in line.pairs}))
        if not lines:
            notes.error(value, f"The test `{key.text}` has no lines.", how)
        made.append(Test(name=key.text, lines=tuple(lines)))
    return tuple(made)
