import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.expressions import Expression, ExpressionError, Template, compile_expression, compile_template
from flows.types import PollCounts, Span

NAMES: dict[str, object] = {
    "brand": "Zed",
    "language": "en",
    "today": date(2026, 1, 5),
    "now": datetime(2026, 1, 5, 10),  # noqa: DTZ001 - local wall time, as flows see it
    "contact": {
        "first_name": None,
        "tags": ("vip", "old"),
        "appointment": "2026-01-08T10:00",
        "birthday": "1990-01-05",
        "visits": "3",
        "n": 2,
    },
    "answers": {"rating": 5, "size": "large", "day": "2026-01-05", "hour": "19:30", "visit": {"food": 2}, "half": 4.5},
    "reply": {"text": "{{ brand }} <b>", "sentiment": "negative"},
    "poll": {"drink": PollCounts("Cold brew", {"flat_white": 1, "cold_brew": 3}), "new": PollCounts("", {"a": 0})},
}


@pytest.mark.parametrize(
    ("source", "value", "why"),
    [
        ("answers.rating >= 4", True, "numbers compare"),
        ("answers.visit.food < 3", True, "a survey's answers are one deeper"),
        ("1 < answers.rating <= 5", True, "chains hold pair by pair"),
        ("1 < answers.rating < 5", False, "and fail pair by pair"),
        ("answers.size == 'large'", True, "texts compare"),
        ("answers.size > 3", False, "two kinds do not compare"),
        ("answers.rating == '5'", False, "a number is not its text"),
        ("answers.rating != '5'", True, "and is different from it"),
        ("contact.visits >= 3", False, "an imported text is no number"),
        ("answers.missing >= 4", False, "missing is never more"),
        ("answers.missing < 4", False, "nor less"),
        ("answers.missing != 'a'", False, "nor different"),
        ("answers.missing == none", True, "it is none"),
        ("answers.rating == none", False, "what is there is not"),
        ("answers.rating != none", True, "what is there is not"),
        ("answers.missing != none", False, "it is none"),
        ("not answers.missing", True, "missing is false"),
        ("nothing.at.all", None, "an unknown name is missing"),
        ("contact.first_name.length", None, "a text has no parts"),
        ("'vip' in contact.tags", True, "tags hold"),
        ("'new' in contact.tags", False, "or not"),
        ("'new' not in contact.tags", True, "or not"),
        ("'x' in answers.missing", False, "nothing is in nothing"),
        ("'x' not in answers.missing", True, "nothing is in nothing"),
        ("answers.size in ['small', 'large']", True, "lists may be written"),
        ("answers.size in ('small',)", False, "in either brackets"),
        ("contact.first_name or 'there'", "there", "`or` is a default"),
        ("answers.rating > 3 and 'vip' in contact.tags", True, "conditions join"),
        ("answers.rating + 1", 6, "numbers add"),
        ("answers.half - 1", 3.5, "and subtract"),
        ("-1 < 0", True, "a sign is no sum of texts"),
        ("answers.size + 1", None, "a text does not add"),
        ("answers.missing + 1", None, "nor what is missing"),
        ("contact.appointment - span('24h')", datetime(2026, 1, 7, 10), "an ISO time moves by hours"),  # noqa: DTZ001
        ("contact.birthday + span('1d')", date(1990, 1, 6), "a day moves by days"),
        ("contact.birthday + span('2h')", datetime(1990, 1, 5, 2), "a day by hours is a time"),  # noqa: DTZ001
        ("span('1d') + contact.birthday", date(1990, 1, 6), "in either order"),
        ("contact.appointment - now", Span(days=3), "between two times is a span"),
        ("contact.appointment - now > span('2d')", True, "spans compare"),
        ("span('24h') == span('1d')", True, "by their length"),
        ("answers.day == today", True, "an ISO day is a day"),
        ("contact.appointment > today", True, "a time is on its day"),
        ("answers.day == now", True, "and a day is every time of it"),
        ("date('2026-01-05') == today", True, "dates may be written"),
        ("answers.size - today", None, "what is no date is missing"),
        ("poll.drink.leader", "Cold brew", "a poll's leader"),
        ("poll.drink.counts.cold_brew", 3, "its counts"),
        ("poll.drink.total", 4, "all its votes"),
        ("poll.drink.share('cold_brew')", 0.75, "a part of them"),
        ("poll.new.share('a')", None, "a part of nothing is missing, not 0"),
        ("plural(contact.n, 'visit', 'visits')", "visits", "two"),
        ("plural(1, 'visit', 'visits')", "visit", "one"),
        ("link('https://example.com/a')", "https://example.com/a", "the address itself"),
    ],
)
def test_values(source: str, value: object, why: str) -> None:
    assert compile_expression(source).value(NAMES) == value, why


def test_a_span_over_a_clock_change_keeps_days_local_and_hours_exact() -> None:
    before = datetime(2026, 3, 7, 18, tzinfo=ZoneInfo("America/New_York"))
    add = {unit: compile_expression(f"at + span('{unit}')").value({"at": before}) for unit in ("1d", "24h")}
    assert add["1d"] == datetime(2026, 3, 8, 18, tzinfo=ZoneInfo("America/New_York"))
    assert isinstance(add["24h"], datetime)
    assert add["24h"].astimezone(UTC) == datetime(2026, 3, 8, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "text", "why"),
    [
        ("Hi {{ contact.first_name or 'there' }}! {{ brand }}", "Hi there! Zed", "a default"),
        ("Hi {{ contact.first_name }} of {{ brand }}", "Hi of Zed", "a double space is closed"),
        ("{{ contact.first_name }} hello", "hello", "at the beginning"),
        ("one {{ contact.first_name }}\ntwo", "one\ntwo", "at the end of a line"),
        ("a {{ x }} {{ y }} b", "a b", "several in a row"),
        ("a  b", "a  b", "what the author typed stays"),
        ("({{ x }})", "()", "nothing to close"),
        ("a {{ x }}, b", "a , b", "one space is no double one"),
        ("a\n{{ x }} {{ y }}\nb", "a\n\nb", "a line of nothing"),
        ("{{ answers.rating }} {{ answers.half }}", "5 4.5", "numbers"),
        ("{{ contact.tags }}", "vip, old", "lists"),
        ("{{ contact.tags | join(' & ') }}", "vip & old", "joined otherwise"),
        ("{{ today }}", "Jan 5, 2026", "dates are for people"),
        ("{{ contact.appointment | date('full') }}", "Thursday, January 8, 2026", "ISO texts too, where it is said"),
        (
            "{{ contact.appointment | date('weekday') }} at {{ contact.appointment | time }}",
            "Thursday at 10:00 AM",
            "no narrow space in it",
        ),
        ("{{ answers.hour | time }}", "7:30 PM", "what `expect: time` keeps"),
        ("{{ answers.size | date }}.", ".", "what is no date prints nothing"),
        (
            "{{ answers.hour | date }}{{ answers.size | time }}{{ '24:30' | time }}.",
            ".",
            "nor a time of day a date, nor the other way round",
        ),
        ("{{ poll.drink.share('cold_brew') | percent }}", "75%", "parts"),
        ("{{ 1234567 | number }}", "1,234,567", "large numbers"),
        ("{{ answers.half | round }} {{ 2.345 | round(2) }}", "5 2.35", "rounded"),
        ("{{ answers.size | upper }} {{ \"o'neil's\" | title }} {{ brand | lower | length }}", "LARGE O'neil's 3", "one after the other"),
        ("{{ reply.text }}", "{{ brand }} <b>", "what people text is data: never a template, never HTML"),
        ("{{ contact }}{{ poll }}", "", "tables print nothing"),
        ("{{ 1 == 1 }}", "yes", "truth is a word"),
        ("{{ now - span('1d') - now }}", "1 day", "spans"),
        ("  trimmed\n", "trimmed", "white space around is no text"),
    ],
)
def test_renders(source: str, text: str, why: str) -> None:
    assert compile_template(source).render(NAMES) == text, why


def test_dates_are_in_the_language_of_the_conversation() -> None:
    template = compile_template("{{ today | date('long') }}")
    assert template.render({**NAMES, "language": "fr"}) == "5 janvier 2026"
    assert template.render({**NAMES, "language": "zh"}) == "2026年1月5日"
    assert template.render({**NAMES, "language": "xx"}) == "January 5, 2026"


def test_a_single_placeholder_keeps_its_type() -> None:
    assert compile_template("{{ answers.rating }}").value(NAMES) == 5
    assert compile_template("{{ today }}").value(NAMES) == date(2026, 1, 5)
    assert compile_template("{{ answers.missing }}").value(NAMES) is None
    assert compile_template("size {{ answers.rating }}").value(NAMES) == "size 5"
    assert compile_template("plain").value(NAMES) == "plain"


def test_knows_its_names() -> None:
    template = compile_template("{{ contact.first_name or answers.name }} {{ coupon.code | upper }} {{ brand }}")
    assert template.names == (("contact", "first_name"), ("answers", "name"), ("coupon", "code"), ("brand",))
    assert template.bare == (("coupon", "code"), ("brand",))
    assert compile_expression("poll.x.share('a') > 0.5").names == (("poll", "x"),)


def test_a_text_of_nothing_but_spaces_takes_no_time() -> None:
    names = {"reply": {"text": " " * 6400}}
    started = time.perf_counter()
    compile_template("{{ reply.text }}{{ x }}" * 30).render(names)
    assert time.perf_counter() - started < 1


def test_output_is_bounded() -> None:
    names = {"reply": {"text": "x" * 1_000_000}}
    assert len(compile_template("{{ reply.text }}" * 50).render(names)) == 6400
    assert len(compile_template("{{ reply.text | upper | title }}").render(names)) == 6400


@pytest.mark.parametrize(
    "source",
    [
        "contact.__class__",
        "contact._private",
        "''.join",
        "contact.first_name.upper()",
        "contact['__class__']",
        "range(9)",
        "lipsum()",
        "cycler",  # a name like another: missing, see below
        "'a' * 1000000000",
        "9 ** 9 ** 9",
        "'%1000000000d' % 1",
        "'{0.__class__}'.format(1)",
        "contact | attr('x')",
        "contact | format('x')",
        "contact | map('upper')",
        "contact.first_name | upper('x')",
        "contact.first_name | join(d='x')",
        "contact.first_name | join(*contact.tags)",
        "answers.x ~ 'a'",
        "1 if answers.x else 2",
        "{'a': 1}",
        "answers.x is defined",
        "answers.x is divisibleby 2",
        "answers.x = 3",
        "answers.x answers.y",
        "answers.x >",
        "",
        "   ",
        "a.b.c.d.e.f.g.h.i",
        "(" * 200 + "1" + ")" * 200,
        "not " * 100 + "1",
        "- " * 200 + "1",
        "1" + " + 1" * 100,
        "a" * 501,
        "9" * 499,
        "1e999",
        "'\\ud800'",
        "link(reply.text)",
        "link('javascript:alert(1)')",
        "span('forever')",
        "span()",
        "poll.share('x')",
        "answers.x.share('y')",
        "answers.x + 'text'",
        "answers.day | date('%Y')",
        "answers.x | round(99999)",
    ],
)
def test_refuses(source: str) -> None:
    if source == "cycler":
        assert compile_expression(source).value({}) is None, "Jinja's globals are not there"
        return
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source)
    assert caught.value.what


@pytest.mark.parametrize(
    ("source", "offset", "why"),
    [
        ("hi {{ contact.__class__ }}", 3, "where the placeholder begins"),
        ("{{ brand }} {{ a b }}", 12, "the second one"),
        ("{% if x %}", 0, "no statements"),
        ("a {# b #}", 2, "no comments"),
        ("{{ }}", 0, "empty"),
        ("hi {{ brand", 3, "not closed"),
        ("hi brand }}", 9, "not opened"),
        ("x" * 5001, 5000, "too long"),
        ("{{ brand }}" * 61, 660, "too many"),
    ],
)
def test_says_where_a_template_is_wrong(source: str, offset: int, why: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_template(source)
    assert caught.value.offset == offset, why


WORDS = st.sampled_from(
    [
        *"contact answers poll brand in not and or if else is date upper default link span share none true __class__".split(),  # noqa: SIM905
        *". | , ( ) [ ] { } {{ }} {% %} {# #} + - * / ~ : == != < >= 'a' 1 2.5".split(),  # noqa: SIM905
        '"',
        "\\",
        "\n",
        "é",
        "😀",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes()
    | st.builds(Span, st.integers(), st.integers()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "share", "leader"]), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(WORDS, max_size=20).map(" ".join), VALUES)
def test_whatever_is_written_compiles_or_is_refused_and_never_fails_on_data(source: str, value: object) -> None:
    names = {"contact": value, "answers": {"a": value}, "poll": {"a": value}, "brand": value, "language": value}
    made: list[Expression | Template] = []
    for compiled in (compile_expression, compile_template):
        try:
            made.append(compiled(source))
        except ExpressionError:
            continue
    for one in made:
        one.value(names)
        if isinstance(one, Template):
            assert len(one.render(names)) <= 6400


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["a < b", "a == b", "a in b", "a not in b", "a + b", "a - b", "b - span('1w')", "a != b", "not a or b"]),
    VALUES,
    VALUES,
)
def test_every_operator_bears_every_value(source: str, left: object, right: object) -> None:
    made = compile_expression(source).value({"a": left, "b": right})
    gives_values = any(operator in source for operator in (" + ", " - ", " or "))
    assert gives_values or isinstance(made, bool), "a comparison is true or false, whatever it compares"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        ["date", "default('x')", "first", "join", "last", "length", "lower", "number", "percent", "round", "time", "title", "upper"]
    ),
    VALUES,
)
def test_every_filter_bears_every_value(name: str, value: object) -> None:
    template = compile_template(f"{{{{ a | {name} }}}}")
    template.value({"a": value})
    assert "\x00" not in template.render({"a": value})
