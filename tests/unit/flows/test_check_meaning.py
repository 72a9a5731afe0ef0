"""What `check` says of intents that cannot be told apart: with a trial that answers as the encoder would, and with the encoder."""

from pathlib import Path

import pytest

from flows.check import load_all
from nlp.meaning.encoder import load_encoder
from nlp.meaning.trial import Tried, trial

FLOW = """flow: desk
purpose: service
triggers:
  - intent: opening
  - intent: closing
  - intent: parking
intents:
  opening: [when do you open, what time do you open, opening hours please, from when are you open, how early can I come]
  closing: [until when are you open, when are you open till, when are you open, opening hours today, what are your opening hours]
  parking:
    - where can I park my car
    - is there a car park
    - how much is parking
    - can I leave my bike outside
    - is there room for a van{allowed}
steps:
  say:
    say: "Nine to five."
"""


def said(text: str, tmp_path: Path, tried: list[Tried] | None = None) -> list[str]:
    file = tmp_path / "desk.yaml"
    file.write_text(text, "utf-8")
    _, problems = load_all([file], lambda examples: trial(examples, load_encoder()) if tried is None else tried)
    return [f"{problem.line}:{problem.column} {problem.code} {problem.what}" for problem in problems if "intent" in problem.what]


def stray(label: str, text: str, guess: str) -> Tried:
    return Tried(label=label, text=text, guess=guess, example="where can I park my car", lonely=False)


OVERLAPPING = [
    stray("desk/opening", "when do you open", "desk/closing"),
    stray("desk/opening", "opening hours please", "desk/closing"),
    stray("desk/parking", "is there room for a van", "desk/opening"),
]
OPEN = "8:13 example-nearer `when do you open` is nearer to the intent `closing`, to `where can I park my car`."
VAN = "15:7 example-nearer `is there room for a van` is nearer to the intent `opening`, to `where can I park my car`."


@pytest.mark.parametrize(
    ("tried", "allowed", "expected", "why"),
    [
        ([], "", [], "every example is read as its own intent"),
        (
            OVERLAPPING,
            "",
            ["8:3 intents-overlap The intents `opening` and `closing` overlap: 2 of 5 examples are read as the other.", VAN],
            "two of five are an overlap, named once; a single one is named itself",
        ),
        (
            OVERLAPPING[:1],
            "",
            ["8:13 example-nearer `when do you open` is nearer to the intent `closing`, to `where can I park my car`."],
            "one",
        ),
        (OVERLAPPING[2:], "  # parley: allow example-nearer because vans come rarely", [], "the author knows"),
    ],
)
def test_what_is_said_of_examples(tried: list[Tried], allowed: str, expected: list[str], why: str, tmp_path: Path) -> None:
    assert said(FLOW.replace("{allowed}", allowed), tmp_path, tried) == expected, why


def test_with_the_encoder(tmp_path: Path) -> None:
    warned = said(FLOW.replace("{allowed}", ""), tmp_path)
    assert {warning.split(":")[0] for warning in warned if "intents-overlap" in warning} == {"8", "9"}, warned
    assert not any(warning.startswith(("10:", "11:", "12:", "13:")) for warning in warned), warned


def test_flows_compete_and_a_folder_of_very_many_is_tried_flow_by_flow(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def note(examples: object) -> list[Tried]:
        assert isinstance(examples, dict)
        asked.append([*examples])
        return []

    for n in range(2):
        (tmp_path / f"desk{n}.yaml").write_text(FLOW.replace("{allowed}", "").replace("flow: desk", f"flow: desk{n}"), "utf-8")
    load_all([tmp_path], note)
    assert [len(labels) for labels in asked] == [6], "all flows' intents together"
    asked.clear()
    many = "\n".join(f"    - question number {n} about parking" for n in range(600))
    (tmp_path / "desk1.yaml").write_text(FLOW.replace("{allowed}", "\n" + many).replace("flow: desk", "flow: desk1"), "utf-8")
    load_all([tmp_path], note)
    assert sorted(map(len, asked)) == [3, 3], "each flow alone"
