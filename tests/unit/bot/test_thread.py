"""What the console shows, worked out without a page: the thread, readings in words, the counter, the picture, the chart."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.rates import response_share
from bot.console.asked import lacking
from bot.console.card import ahead
from bot.console.charts import charted, scale
from bot.console.counter import counted
from bot.console.library import read_numbers
from bot.console.page import ago, how_long, initials
from bot.console.picture import picture
from bot.console.reading import read_as
from bot.console.replies import replies_to
from bot.console.source import coloured
from bot.console.thread import Line, thread
from flows.parse import parse
from flows.types import Flow
from models.message import MessageRow, Status, blank
from nlp.types import Choice, Expect, Kind, Nps, Number, Option, Pattern, Rating, Typed, YesNo

NOON = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 12:00 in Los Angeles
HERE = "America/Los_Angeles"
INES = 7
MINUTE = timedelta(minutes=1)


def message(number: int, direction: str, body: str, at: datetime, **more: Any) -> MessageRow:
    return MessageRow(id=number, **{**blank(1, direction, body, at, status="received", author="contact"), **more})


def act(number: int, kind: str, at: datetime, key: str = "", **more: Any) -> Mapping[str, Any]:
    return {"id": number, "kind": kind, "at": at, "message_key": key, "step": None, "flow": None, "data": {}, **more}


def lines(messages: list[MessageRow], acts: list[Mapping[str, Any]] = [], **more: Any) -> list[Line]:  # noqa: B006  # never changed
    return thread(messages, acts, zone=HERE, staff={INES: "Ines Duarte", 8: "Jonas Weber"}, me=INES, **more)


def kinds(found: list[Line]) -> list[tuple[str, bool]]:
    return [(line.kind, line.held) for line in found]


def test_a_text_stands_before_what_it_caused_and_the_line_turns_solid_at_the_hand_over() -> None:
    asked = message(1, "in", "2", NOON, provider_sid="SM1", reading={"who": "question", "value": 2})
    answer = message(2, "out", "A person will write.", NOON, key="SM1-1", status="delivered", author="flow", step="person")
    acts = [act(1, "replied", NOON, "SM1", step="rating", data={"fits": True}), act(2, "handed_over", NOON, "SM1", flow="survey")]
    acts += [act(3, "step_entered", NOON, "SM1", step="person"), act(4, "taken_over", NOON + MINUTE, data={"staff": INES})]
    mine = message(3, "out", "Sorry!", NOON + 2 * MINUTE, status="queued", author="staff", staff_id=INES)
    acts.append(act(5, "handed_back", NOON + 3 * MINUTE, data={"staff": 8}))
    found = lines([asked, answer, mine], acts)
    expected = [("day", False), ("contact", False), ("flow", False), ("hand", True), ("hand", True), ("staff", True), ("hand", False)]
    assert kinds(found) == expected
    assert [line.who for line in found if line.kind in ("hand", "staff")] == ["", "You", "You", "Jonas Weber"]
    assert [line.at for line in found if line.kind == "contact"] == ["12:00"]


def test_two_texts_of_one_moment_keep_their_answers() -> None:
    texts = [message(n, "in" if n % 2 else "out", str(n), NOON, status="delivered", author="flow") for n in (1, 2, 3, 4)]
    assert [line.text for line in lines(texts)][1:] == ["1", "2", "3", "4"]


def test_days_are_the_contacts() -> None:
    late = datetime(2026, 3, 5, 7, 59, tzinfo=UTC)  # one minute to midnight in Los Angeles
    found = lines([message(1, "in", "a", late), message(2, "in", "b", late + MINUTE)])
    assert [line.text for line in found if line.kind == "day"] == ["Wednesday 4 March 2026", "Thursday 5 March 2026"]
    assert len({line.key for line in found}) == len(found)


def test_who_wrote_after_opting_out_is_marked() -> None:
    texts = [message(1, "in", "STOP", NOON, provider_sid="SM1"), message(2, "in", "hello?", NOON + MINUTE, provider_sid="SM2")]
    found = lines(texts, [act(1, "opted_out", NOON, "SM1"), act(2, "wrote_after_opt_out", NOON + MINUTE, "SM2")])
    assert [line.after_opt_out for line in found if line.kind == "contact"] == [False, True]


@pytest.mark.parametrize("status", list(Status)[1:])
def test_every_status_has_an_icon_and_words(status: Status) -> None:
    (_, line) = lines([message(1, "out", "Hi", NOON, status=status.value, author="flow")])
    assert line.state is not None
    assert all(line.state[:2])
    assert line.failed is (status in (Status.UNDELIVERED, Status.FAILED, Status.REFUSED))


def test_why_a_text_did_not_arrive_and_when_one_will_leave() -> None:
    failed = message(1, "out", "Hi", NOON, status="undelivered", author="flow", error_code=30003)
    waits = message(2, "out", "Hi", NOON, status="queued", author="flow", reason="quiet hours", not_before=NOON + timedelta(hours=21))
    found = lines([failed, waits])
    assert [line.detail for line in found[1:]] == ["phone off or out of reach (30003)", "quiet hours, leaves Thursday 09:00"]


def test_a_picture_is_shown_once_it_is_kept() -> None:
    media = [
        {"url": "a", "content_type": "image/png"},
        {"url": "b", "content_type": "image/png"},
        {"url": "c", "content_type": "text/html"},
    ]
    (_, line) = lines([message(1, "in", "", NOON, media=media)], kept={(1, 0), (1, 2)})
    assert [(picture.kept, picture.shown) for picture in line.pictures] == [(True, True), (False, False), (True, False)]


READINGS: list[tuple[dict[str, Any], dict[str, str], str]] = [
    (
        {"who": "question", "value": 2, "why": "number", "confidence": 1.0},
        {"step": "rating", "went": "human"},
        "rating read as 2 · number, certain · went to human",
    ),
    (
        {"who": "question, not understood", "value": None, "sentiment": "neutral", "sentiment_confidence": 0.62},
        {"step": "rating", "lacks": "no number found"},
        "rating no number found · sentiment neutral 0.62",
    ),
    ({"who": "question", "value": "it was fine", "why": "any text", "confidence": 1.0}, {"step": "why"}, "why taken as written"),
    ({"who": "question", "value": ["a", "b"], "why": "options", "confidence": 0.83}, {}, "read as a, b · options, 0.83"),
    ({"who": "nobody", "sentiment": "neutral"}, {}, "no flow heard it"),
    ({"who": "person"}, {}, "a person holds the conversation, no flow reads this"),
    ({"who": "stop", "command": "stop", "command_why": "keyword stop"}, {}, "read as a wish to opt out · keyword stop"),
    ({"who": "intent", "intent": "club/join", "intent_confidence": 0.7}, {}, "started the flow by what it means · club/join 0.70"),
]


@pytest.mark.parametrize(("reading", "around", "words"), READINGS)
def test_a_reading_in_words(reading: dict[str, Any], around: dict[str, str], words: str) -> None:
    assert " ".join(part for part, _ in read_as(reading, **around)) == words


LACKING: list[tuple[Expect, str]] = [
    (Rating(), "no number found"),
    (Nps(), "no number found"),
    (Number(min=1), "no number found"),
    (YesNo(), "no yes or no found"),
    (Choice(options=(Option(key="a", label="A"),)), "none of the options found"),
    (Typed(Kind.DATE), "no date found"),
    (Typed(Kind.PHOTO), "no picture came with it"),
    (Pattern("x"), "not in the expected form"),
]


@pytest.mark.parametrize(("expect", "words"), LACKING)
def test_what_a_misfit_lacked(expect: Expect, words: str) -> None:
    assert lacking(expect) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 160, (1, 160, 160, "GSM-7", None)),
        ("a" * 161, (2, 161, 306, "GSM-7", None)),
        ("I’m", (1, 3, 70, "Unicode", "’")),
        ("你" * 71, (2, 71, 134, "Unicode", "你")),
    ],
)
def test_the_counter(text: str, shown: tuple[int, int, int, str, str | None]) -> None:
    cost = counted(text)
    assert (cost.segments, cost.units, cost.room, cost.encoding, cost.because) == shown
    assert len(cost.cells) >= 4
    full = [cell.used == cell.width for cell in cost.cells]
    assert sum(cell.used > 0 for cell in cost.cells) == cost.segments
    assert full[: cost.segments - 1] == [True] * (cost.segments - 1)


FLOW = """\
flow: survey
title: A survey
triggers: [{keyword: FEEDBACK}]
steps:
  hello: {say: Hi}
  rating:
    ask: "1 to 5?"
    expect: rating
    else: human
    timeout: {after: 1d, go: bye}
    go: [{if: "answers.rating >= 4", to: thanks}, {to: sorry}]
  thanks: {say: Thanks, go: end}
  sorry: {say: Sorry, go: rating}
  human: {handoff: {to: support}}
  bye: {end: silent}
"""


def flow_of(source: str) -> Flow:
    flow, problems = parse(source, "survey.yaml")
    assert flow is not None, problems
    return flow


def test_the_picture_has_every_step_once_and_says_itself_in_words() -> None:
    drawn = picture(flow_of(FLOW), now="rating", been=("hello", "rating"), start="a text “FEEDBACK”")
    boxes = {box.name: box for box in drawn.boxes}
    assert set(boxes) == {"hello", "rating", "thanks", "sorry", "human", "bye"}
    assert (boxes["hello"].kind, boxes["rating"].kind, boxes["human"].kind, boxes["bye"].kind) == ("been", "lit", "person", "")
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(boxes), "no step lies on another"
    assert all(box.x >= 0 and box.x + box.width <= drawn.width and box.y + box.height <= drawn.height for box in drawn.boxes)
    assert sum(edge.been for edge in drawn.edges) == 1
    words = {word for edge in drawn.edges for word in edge.words}
    assert words == {"rating >= 4", "otherwise", "not understood", "silent"}
    assert drawn.told.startswith("A survey as a picture, 6 steps. Now at rating. Next from rating: thanks for rating >= 4,")


def test_chips_fit_the_open_question() -> None:
    flow = flow_of(FLOW)
    assert replies_to(flow, None)[0] == "FEEDBACK"
    assert "5 stars!!" in replies_to(flow, {"at": "rating"})
    assert replies_to(flow, {"at": "rating", "phase": "held"})[0] == "FEEDBACK"
    assert all("STOP" in replies_to(flow, state) for state in (None, {"at": "rating"}))


def test_the_chart_draws_rates_only_where_there_is_enough() -> None:
    share = response_share(50, 200)
    drawn = charted([("a r1", share, 200), ("b r1", response_share(1, 12), 12), ("c r1", None, 0)], least=30)
    assert drawn is not None
    first, second, third = drawn.bars
    assert first.low is not None
    assert first.point is not None
    assert first.high is not None
    assert drawn.left < first.low < first.point < first.high < drawn.right
    assert (second.point, second.words, third.words) == (None, "12 delivered: too few", "no data")
    assert "25.0 percent, 19.5 to 31.4" in drawn.told
    assert charted([("b", response_share(1, 12), 12)], least=30) is None


@pytest.mark.parametrize(("most", "top"), [(0.0, 0.05), (0.05, 0.05), (0.314, 0.5), (0.6, 1.0), (1.0, 1.0)])
def test_the_axis_ends_at_a_round_share(most: float, top: float) -> None:
    assert scale(most) == top


@pytest.mark.parametrize("line", [*FLOW.splitlines(), "", 'a: "it\'s # no comment" # one', "- 'x': 3d", "\t<script>"])
def test_colouring_changes_no_letter(line: str) -> None:
    (pieces,) = coloured(line) or [[("", " ")]]
    assert "".join(text for _, text in pieces) == (line or " ")


def test_what_is_coloured() -> None:
    (pieces,) = coloured('  ask: "1 to 5? # no" # why')
    assert [piece for piece in pieces if piece[0]] == [("k", "ask"), ("s", '"1 to 5? # no"'), ("c", "# why")]


def test_numbers_as_typed() -> None:
    typed = "+14155550123\n(415) 555-0123\n\n  212 555 0199, \nnot a number\n12\n+44 7700 900418"
    read = read_numbers(typed, "US")
    assert read.fit == ("+14155550123", "+12125550199", "+447700900418")
    assert read.bad == (("not a number", "not a telephone number"), ("12", "too short or too long for its country"))


@pytest.mark.parametrize(
    ("span", "words"),
    [(20, "under a minute"), (42 * 60, "42 min"), (3.5 * 3600, "3 h 30 min"), (7200, "2 h"), (3 * 86400, "3 days")],
)
def test_spans_in_words(span: float, words: str) -> None:
    assert how_long(timedelta(seconds=span)) == words


def test_small_words() -> None:
    assert [ago(NOON - n * MINUTE, NOON) for n in (0, 4, 180, 3000)] == ["now", "4 min ago", "3 h ago", "2 d ago"]
    assert [initials(name) for name in ("Maya Okafor", "陈嘉怡", "+14155550123")] == ["MO", "陈", "#"]
    assert ahead(NOON, "America/Los_Angeles", "America/New_York") == "3 h behind you"
    assert ahead(NOON, "Asia/Kolkata", "UTC") == "5.5 h ahead of you"
    assert ahead(NOON, "Europe/London", "UTC") == ""
