"""What a text may cost at most, and the character that makes it so; and that no author's file takes long to check."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.check import check_text
from flows.types import Severity

HEAD = "flow: x\npurpose: service\ntriggers: [{keyword: HELLO}]\nlanguages: [en, fr]\nsteps:\n"
ASKS = """\
  size: {ask: {en: "Hm?", fr: "Hm ?"}, expect: {choice: {s: [small], "l-ê": [large]}}, else: end}
  n: {ask: {en: "Hm?", fr: "Hm ?"}, expect: {number: {min: 1, max: 1000}}, else: end}
  day: {ask: {en: "Hm?", fr: "Hm ?"}, expect: date, else: end}
  vote: {poll: {en: "Hm?", fr: "Hm ?"}, options: {a: {label: Anis}, b: {label: Bêtise}}, else: end}
"""


def told(text: str, french: str = "x") -> list[str]:
    steps = f'{ASKS}  t: {{say: {{en: "{text}", fr: "{french}"}}}}\n'
    return [problem.what for problem in check_text(HEAD + steps, "f")[1] if problem.code.startswith(("price", "text"))]


@pytest.mark.parametrize(
    ("text", "french", "said", "why"),
    [
        ("x" * 70 + "’", "x", "character 71 in `…xxxxxxxxxxxx’`", "the character and its place"),
        ("’" + "x" * 69, "x", None, "70 units are one segment, whatever is in them"),
        ("x" * 66 + "{{ poll.vote.leader }}", "x", "`ê` (U+00EA), character 68", "the label that costs, not the longest"),
        ("x" * 68 + "{{ answers.size or 's' }}", "x", "(a placeholder prints it)", "an option's key"),
        ("x" * 157 + "{{ answers.n }}", "x", None, "1000 has four digits: two segments, which is fair"),
        ("x" * 303 + "{{ answers.n }}", "x", "3 segments (GSM-7, 307 units)", "and three are not"),
        ("x" * 302 + "{{ answers.n }}", "x", None, "306 are two"),
        ("x" * 294 + "{{ contact.first_name or 'there' }}", "x", None, "a name is guessed at twelve"),
        ("x" * 295 + "{{ contact.first_name or 'there' }}", "x", "307 units", "one more"),
        ("x" * 290 + "{{ contact.first_name or 'my dear customer' }}", "x", None, "the default may be longer than the name"),
        ("x" * 291 + "{{ contact.first_name or 'my dear customer' }}", "x", "307 units", "and then it counts"),
        ("x", "x" * 60 + "{{ answers.day | date('long') }}", "`û` (U+00FB), character 6", "in August, in French"),
        ("x" * 60 + "{{ answers.day | date('long') }}", "x", None, "not in English"),
        ("x" * 263 + "{{ link('https://example.com/" + "y" * 99 + "') }}", "x", None, "a link is as short as short links are"),
        ("x" * 264 + "{{ link('https://example.com/y') }}", "x", None, "however short it was: 304"),
        ("x" * 1601, "x", "goes out as several messages", "too long for one message"),
    ],
)
def test_prices(text: str, french: str, said: str | None, why: str) -> None:
    found = told(text, french)
    assert any(said in what for what in found) if said is not None else found == [], (why, found)


@pytest.mark.parametrize(
    "placeholder", ["{{ today | date('full') }} ê", "{{ contact.first_name or today }}ê", "ê" + "x" * 30, "{{ ", "# parley: allow x "]
)
def test_a_large_file_of_texts_is_checked_in_seconds(placeholder: str) -> None:
    steps = "".join(f'  s{n}: {{say: {{en: "{placeholder * 35}"}}}}\n' for n in range(250))[:100_000]
    began = time.process_time()
    check_text(HEAD + steps[: steps.rfind("\n") + 1], "f")
    assert time.process_time() - began < 8


# --- attacks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ('say: "{{ contact.__class__ }}"', "an attribute of Python's"),
        ("say: \"{{ ''.__class__.__mro__ }}\"", "of a text"),
        ('say: "{{ contact.tags.__getitem__(0) }}"', "a method"),
        ("say: \"{{ contact['__class__'] }}\"", "by brackets"),
        ("say: \"{{ contact | attr('__class__') }}\"", "by a filter"),
        ("say: \"{{ 'a' * 1000000000 }}\"", "a huge repeat"),
        ('say: "{{ 9 ** 9 ** 9 }}"', "a huge number"),
        ("say: \"{{ '%1000000000d' % 1 }}\"", "a format string"),
        ("say: \"{{ '{0.__class__}'.format(contact) }}\"", "another"),
        ('say: "{% for i in range(999999999) %}x{% endfor %}"', "a statement"),
        ('say: "{{ ' + "(" * 100 + "1" + ")" * 100 + ' }}"', "brackets in brackets"),
        ('say: "{{ ' + "not " * 90 + '1 }}"', "not of not of not"),
        ('say: "' + "{{ brand }}" * 61 + '"', "more placeholders than a text has"),
        ('say: "{{ config }} {{ self }} {{ request }}"', "what web frameworks hand out"),
        ('set: {x: "{{ cycler.__init__.__globals__ }}"}', "in a value"),
        ('wait: {until: "lipsum.__globals__"}', "in a time"),
        ("branch: {go: [{if: \"joiner()('x')\", to: end}, {to: end}]}", "in a condition"),
        ("say: \"{{ link('javascript:alert(1)') }}\"", "an address that is a script"),
        ("say: \"{{ secret('KEY') }}\"", "a secret in a text"),
        ("ask: Hm?\n    expect: {pattern: '(a+)+$(?=b)'}", "a pattern that is not linear"),
    ],
)
def test_an_attack_is_refused_when_the_flow_is_checked(step: str, why: str) -> None:
    flow, problems = check_text(f"{HEAD}  a:\n    {step}\n", "f")
    assert flow is None, why
    assert any(problem.severity is Severity.ERROR and problem.what for problem in problems), why


PIECES = st.sampled_from(
    [
        "{{ ",
        " }}",
        "answers.n",
        "today",
        " | date",
        "('full')",
        " or ",
        "'x'",
        "’",
        "ê",
        "x" * 200,
        "{x}",
        "poll.vote.leader",
        "# parley: allow ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=4).map("".join))
def test_any_text_and_any_comment_is_a_flow_or_problems(text: str, comment: str) -> None:
    quoted = text.replace('"', "'")
    flow, problems = check_text(f'{HEAD}{ASKS}  t: {{say: {{en: "{quoted}", fr: x}}}} # parley: {comment}\n', "f")
    assert (flow is None) == any(problem.severity is Severity.ERROR for problem in problems)
