"""Segments as authors write them: what they mean, what is wrong and where, and one way of writing each."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.audience import (
    OF_A_FLOW,
    STANDS,
    Both,
    Compare,
    Compared,
    Consenting,
    Deed,
    Did,
    Either,
    Everybody,
    Known,
    Not,
    Segment,
    Tagged,
    told,
)
from flows.parse_audience import MOST_CHARACTERS, MOST_DEPTH, SegmentError, parse_segment
from flows.types import Span

MONTH = Span(days=30)


@pytest.mark.parametrize(
    ("text", "segment", "why"),
    [
        ("all", Everybody(), "everybody"),
        ("tag:vip", Tagged("vip"), "a tag"),
        ("tag: vip", Tagged("vip"), "a space after the colon"),
        ('tag:"two words"', Tagged("two words"), "in quotes"),
        ("CONSENT:IN", Consenting("in"), "in capitals"),
        ("replied within 30d", Did(deed=Deed.REPLIED, within=MONTH), "to anything"),
        ("replied to lunch-poll", Did(deed=Deed.REPLIED, flow="lunch-poll"), "to a flow"),
        ("completed lunch-poll over 2w ago", Did(deed=Deed.COMPLETED, flow="lunch-poll", over=Span(days=14)), "long ago"),
        (
            "ordered since 2026-01-01 before 2026-02-01",
            Did(deed=Deed.ORDERED, since=date(2026, 1, 1), before=date(2026, 2, 1)),
            "in January",
        ),
        ("contact.city = Paris", Compared(name="city", how=Compare.IS, values=("Paris",)), "a field"),
        ("contact.visits >= 3", Compared(name="visits", how=Compare.AT_LEAST, values=(3.0,)), "a number"),
        ("contact.visits = '3'", Compared(name="visits", how=Compare.IS, values=("3",)), "a text in quotes"),
        ("contact.born < 2000-01-01", Compared(name="born", how=Compare.LESS, values=(date(2000, 1, 1),)), "a day"),
        ("contact.plan in [gold, silver]", Compared(name="plan", how=Compare.IS, values=("gold", "silver")), "one of"),
        ("contact.email exists", Known("email"), "filled in"),
        (
            "tag:vip and replied within 30d and not ordered within 14d",
            Both((Tagged("vip"), Did(deed=Deed.REPLIED, within=MONTH), Not(Did(deed=Deed.ORDERED, within=Span(days=14))))),
            "all of them",
        ),
        ("tag:a or tag:b and tag:c", Either((Tagged("a"), Both((Tagged("b"), Tagged("c"))))), "`and` binds closer than `or`"),
        ("(tag:a or tag:b) and tag:c", Both((Either((Tagged("a"), Tagged("b"))), Tagged("c"))), "parentheses"),
    ],
)
def test_what_it_means(text: str, segment: Segment, why: str) -> None:
    assert parse_segment(text) == segment, why
    assert parse_segment(told(segment)) == segment, why


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("", 1, "A term is missing"),
        ("tag:", 1, "needs a name"),
        ("vip", 1, "is no term"),
        ("repleid within 3d", 1, "Did you mean `replied`?"),
        ("tag:a tag:b", 7, "Join terms by"),
        ("(tag:a", 7, "`)` is missing"),
        ("replied within 3", 16, "no length of time"),
        ("replied within 3d within 4d", 19, "stands twice"),
        ("created before 2026-13-01", 16, "There is no day"),
        ("consent:maybe", 1, "Consent never stands at `maybe`"),
        ("contact.n > abc", 13, "compares numbers and days"),
        ("contact.city Paris", 14, "A comparison of contact.city is missing"),
        ("contact.a in [b", 16, "`]` is missing"),
        ("contact.a in b", 14, "A list is missing"),
        ("tag:a' or 1=1", 6, "begins nothing"),
        ("tag:a; drop table contact", 8, "was not expected"),
        ("(" * 40, MOST_DEPTH + 2, "nested"),
        ("not " * 40 + "all", 4 * (MOST_DEPTH + 1) + 1, "nested"),
        (" or ".join(["tag:a"] * 101), 901, "over 100 terms"),
        ("tag:" + "a" * MOST_CHARACTERS, MOST_CHARACTERS, "characters"),
    ],
)
def test_what_is_wrong_and_where(text: str, column: int, what: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse_segment(text)
    assert caught.value.column == column, str(caught.value)
    assert what in str(caught.value)


_NAMES = st.text("abcXYZ-0159 _é'.", min_size=1, max_size=12).map(str.strip).filter(bool)
_FLOWS = st.sampled_from(["lunch-poll", "within", "to", "and", "two words"])
_SPANS = st.builds(Span, days=st.integers(1, 60)) | st.builds(Span, seconds=st.integers(1, 23).map(lambda hours: hours * 3600))
_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_VALUES = _NAMES | st.booleans() | _DAYS | st.integers(-1000, 1000).map(float) | st.sampled_from(["3", "true", "2026-01-01", "in [a]"])


@st.composite
def _deeds(draw: st.DrawFn) -> Did:
    deed = draw(st.sampled_from([*Deed]))
    some = {"within": draw(st.none() | _SPANS), "over": draw(st.none() | _SPANS)}
    days = {"since": draw(st.none() | _DAYS), "before": draw(st.none() | _DAYS)}
    return Did(deed=deed, flow=draw(st.just("") | _FLOWS) if deed in OF_A_FLOW else "", **some, **days)


_ORDERED = st.builds(
    Compared,
    name=st.sampled_from(["city", "a-b"]),
    how=st.sampled_from([Compare.LESS, Compare.AT_LEAST]),
    values=st.tuples(_DAYS | st.integers(0, 9).map(float)),
)
_LEAVES: st.SearchStrategy[Segment] = st.one_of(
    st.just(Everybody()),
    st.builds(Tagged, _NAMES),
    st.builds(Consenting, st.sampled_from(STANDS)),
    st.builds(Known, st.sampled_from(["city", "first_name"])),
    st.builds(Compared, name=st.just("city"), how=st.just(Compare.IS), values=st.lists(_VALUES, min_size=1, max_size=3).map(tuple)),
    _ORDERED,
    _deeds(),
)


def _flat(of: list[Segment], kind: type[Both] | type[Either]) -> Segment:
    """As a reader makes it: no `and` straight inside an `and`."""
    parts = [part for one in of for part in (one.of if isinstance(one, kind) else (one,))]
    return kind(tuple(parts))


_SEGMENTS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(lambda of: _flat(of, Both))
        | st.lists(inner, min_size=2, max_size=3).map(lambda of: _flat(of, Either))
    ),
    max_leaves=8,
)


@given(_SEGMENTS)
def test_what_is_told_means_the_same(segment: Segment) -> None:
    assert parse_segment(told(segment)) == segment


@given(st.text(max_size=60))
def test_no_text_does_anything_but_mean_something_or_be_refused(text: str) -> None:
    segment: Segment | None = None
    with suppress(SegmentError):
        segment = parse_segment(text)
    assert segment is None or parse_segment(told(segment)) == segment
