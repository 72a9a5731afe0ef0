"""Labelled sets: what they are told to be, what is learned from, and what is wrong with a line."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import reading
from bot.cli.sets import Kind, SetError, sets_in


def put(file: Path, rows: Iterable[tuple[str, str]], lang: str = "en") -> None:
    file.write_text("".join(json.dumps({"text": text, "label": label, "lang": lang}) + "\n" for text, label in rows), "utf-8")


def test_sets_are_told_apart_by_their_labels(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", [("stop it", "optout"), ("hi", "not_optout")])
    put(tmp_path / "b.jsonl", [("sure", "yes"), ("nah", "no")])
    put(tmp_path / "c.jsonl", [("great", "positive"), ("it is blue", "neutral")])
    put(tmp_path / "talk_train10.jsonl", [("when do you open", "hours"), ("one tea please", "order")])
    put(tmp_path / "talk_dev.jsonl", [("opening hours?", "hours")])
    put(tmp_path / "none.jsonl", [("what is the moon made of", "oos")])
    put(tmp_path / "z_valid.jsonl", [(f"text {n}", "only") for n in range(30)] + [("rare", "rare"), ("rarer", "rare"), ("once", "once")])
    found = sets_in(tmp_path)
    assert [(one.name, one.kind, len(one.texts)) for one in found] == [
        ("a.jsonl", Kind.CONSENT, 2),
        ("b.jsonl", Kind.YES_NO, 2),
        ("c.jsonl", Kind.SENTIMENT, 2),
        ("talk_dev.jsonl", Kind.INTENTS, 2),
        ("z_valid.jsonl", Kind.INTENTS, 22),
    ]
    assert found[3].intents == {"hours": ["when do you open"], "order": ["one tea please"]}
    assert {label: len(texts) for label, texts in found[4].intents.items()} == {"only": 10, "rare": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [("no json", "a.jsonl:2: this is no JSON"), ('{"text": 3, "label": "yes"}', "a.jsonl:2: a line is"), ('{"text": "x"}', "a.jsonl:2")],
)
def test_a_line_that_is_none_is_named(line: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"text": "ok", "label": "yes"}}\n{line}\n', "utf-8")
    with pytest.raises(SetError, match=said):
        sets_in(tmp_path)


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="holds no"):
        sets_in(tmp_path)
    answer = CliRunner().invoke(reading.commands, ["eval", str(tmp_path)])
    assert (answer.exit_code, "holds no .jsonl" in answer.output) == (2, True)


def test_every_kind_is_measured(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", [("STOP", "optout"), ("see you at the bus stop", "not_optout"), ("let me talk to a person", "handoff")])
    put(tmp_path / "b.jsonl", [("yes please", "yes"), ("no thanks", "no")], "fr")
    put(tmp_path / "c.jsonl", [("I love it", "positive"), ("this is awful", "negative")])
    put(
        tmp_path / "d_train.jsonl", [("when do you open", "hours"), ("opening times", "hours"), ("a tea please", "tea"), ("one tea", "tea")]
    )
    put(tmp_path / "d_test.jsonl", [("when are you open", "hours"), ("two teas please", "tea")])
    put(tmp_path / "none.jsonl", [("the moon is far away", "oos")])
    answer = CliRunner().invoke(reading.commands, ["eval", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert "a.jsonl en: 3 texts, consent" in lines
    assert "b.jsonl fr: 2 texts, yes_no" in lines
    assert any(line.startswith("  opt-outs: opted out 100.00% (20.65% to 100.00%)") for line in lines)
    assert any(line.startswith("  others: opted out 0.00%") for line in lines)
    assert any(line.startswith("  wishes for a person: heard 100.00%") for line in lines)
    assert any(line.startswith("  yes read as no or the reverse 0.00%") for line in lines)
    assert any(line.startswith("  right 100.00%") and "macro-F1 1.000" in line for line in lines)
    assert any("none of the 2 intents" in line for line in lines)
    assert sum("(p99)" in line for line in lines) == 4
    assert lines[-1].startswith("memory: ")
