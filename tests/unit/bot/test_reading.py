"""`parley read`, `eval` and `intents eval`, as a person or a program runs them."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import reading
from bot.cli.rows import KNOWN_TRAININGS, Rows

LUNCH = {"order": ["I would like to order", "one pizza please"], "hours": ["when do you open", "are you open on sunday"]}


def parley(*words: str, stdin: str | bytes = "") -> Result:
    app = typer.Typer()
    app.add_typer(reading.commands)
    return CliRunner().invoke(app, [*words], input=stdin)


def read(*rows: object) -> list[dict[str, Any]]:
    lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    result = parley("read", "--jsonl", stdin=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_read_refuses_what_no_flow_could_expect() -> None:
    result = parley("read", "hi", "--expect", "{numbr: 1}")
    assert result.exit_code == 2
    assert "number" in result.output


NEW_YORK = {"zone": "America/New_York", "now": "2026-01-05T15:00:00Z"}  # a Monday, 10:00 there


@pytest.mark.parametrize(
    ("row", "fits", "value", "kind"),
    [
        ({"text": "five stars!!", "expect": "rating"}, True, 5, "rating"),
        ({"text": "b", "expect": {"choice": {"small": None, "large": ["big"]}}}, True, "large", "choice"),
        ({"text": "ham and cheese", "expect": {"choices": {"ham": [], "cheese": []}}}, True, ["ham", "cheese"], "choices"),
        ({"text": "yes please", "expect": "yes_no"}, True, True, "yes_no"),
        ({"text": "nope", "expect": "yes_no"}, True, False, "yes_no"),
        ({"text": "not sure", "expect": "yes_no"}, True, "maybe", "yes_no"),
        ({"text": "7", "expect": {"number": {"min": 1, "max": 5}}}, False, None, "number"),
        ({"text": "7", "expect": {"number": {"min": 1, "max": None}}}, True, 7, "number"),
        ({"text": "tomorrow at 3pm", "expect": "datetime", **NEW_YORK}, True, "2026-01-06T15:00:00-05:00", "datetime"),
        ({"text": "tomorrow at 3pm", "expect": "datetime", "now": "2026-01-05T10:00"}, True, "2026-01-06T15:00:00", "datetime"),
        ({"text": "3/4", "expect": "date", "date_order": "DD-MM-YYYY", **NEW_YORK}, True, "2026-04-03", "date"),
        ({"text": "3/4", "expect": "date", "date_order": "mdy", **NEW_YORK}, True, "2026-03-04", "date"),
        ({"text": "3/4", "expect": "date", "country": "us", **NEW_YORK}, True, "2026-03-04", "date"),
        ({"text": "06 12 34 56 78", "expect": "phone", "country": "FR"}, True, "+33612345678", "phone"),
        ({"text": "AB1234", "expect": {"pattern": "[A-Z]{2}[0-9]{4}"}}, True, "AB1234", "pattern"),
        ({"text": "hello", "expect": None, "lang": None, "intents": None}, None, None, None),
        ({"text": "what time do you open", "expect": "intent", "intents": LUNCH}, True, "hours", "intent"),
        ({"text": "what time do you open", "expect": {"intent": ["order"]}, "intents": LUNCH}, False, None, "intent"),
    ],
    ids=lambda one: str(one.get("text")) if isinstance(one, dict) else None,
)
def test_a_row(row: dict[str, object], fits: bool | None, value: object, kind: str | None) -> None:
    (answer,) = read(row)
    assert (answer["fits"], answer["value"], answer["kind"]) == (fits, value, kind), answer["because"]


def test_consent_topic_and_sentiment() -> None:
    texts = ("STOP", "start", "HELP", "let me talk to a human", "wrong number mate", "I will call my lawyer", "I love it, thanks!")
    told = [(one["consent"], one["topic"], one["sentiment"]) for one in read(*({"text": text} for text in texts))]
    assert [one[0] for one in told[:4]] == ["out", "in", "help", "human"]
    assert told[-1][0] is None
    assert [one[1] for one in told[4:]] == ["wrong_number", "legal_threat", None]
    assert told[-1][2] == "positive"


def test_the_best_intent_is_told_however_unsure() -> None:
    sure, unsure, decided = read(*({"text": text, "intents": LUNCH} for text in ("when are you open", "my cat is purple", "yes")))
    assert (sure["intent"], set(LUNCH) >= {unsure["intent"], decided["intent"]}) == ("hours", True)
    assert 0 <= unsure["confidence"] < sure["confidence"] <= 1


def test_a_line_that_cannot_be_read_stops_nothing() -> None:
    wrong = [
        "no json",
        {"texts": "hi"},
        {"text": "hi", "expect": "colour"},
        {"text": "hi", "expect": "choice"},
        {"text": "hi", "zone": "Mars/Olympus"},
        {"text": "hi", "now": "soon"},
        {"text": "hi", "date_order": "DDD"},
        {"text": "hi", "intents": ["a"]},
        "[" * 10_000,
    ]
    *errors, last = read(*wrong, '{"text": "bad \\ud800 half"}')
    assert [list(error) for error in errors] == [["error"]] * len(wrong)
    assert last["sentiment"] in {"positive", "neutral", "negative"}


def test_equal_intents_are_trained_once_and_few_are_kept() -> None:
    rows = Rows()
    for n in range(KNOWN_TRAININGS + 2):
        rows.answer({"text": "hello there", "intents": {"a": [f"word {n}"], "b": ["other"]}})
    assert len(rows._trained) == KNOWN_TRAININGS
    kept = list(rows._trained.values())
    rows.answer({"text": "and again", "intents": {"a": [f"word {KNOWN_TRAININGS + 1}"], "b": ["other"]}})
    assert list(rows._trained.values())[-1] is kept[-1]


def test_explained_in_words() -> None:
    told = parley("read", "--explain", "stop the bot, a human please").stdout
    assert "consent: human" in told
    assert "because: " in told


def test_eval_counts_what_was_wanted() -> None:
    lines = [
        {"text": "4", "expect": "rating", "want": {"value": 4}},
        {"text": "9", "expect": "rating", "want": {"value": 9, "fits": False}},
    ]
    result = parley("eval", "--misses", stdin="\n".join(map(json.dumps, lines)))
    assert result.stdout.splitlines()[1:] == ["fits: 1 of 1 right (100.0%)", "value: 1 of 2 right (50.0%)"]
    assert parley("eval", stdin="").exit_code == 1
    assert parley("eval", stdin='{"text": "hi"}').exit_code == 2


def test_intents_eval(tmp_path: Path) -> None:
    assert "join: " in parley("intents", "eval", "flows/library/coupon-welcome.yaml").stdout
    flow = tmp_path / "bare.yaml"
    flow.write_text("flow: bare\nsteps: {hello: {say: hi}}\n")
    assert parley("intents", "eval", str(flow)).exit_code == 1
