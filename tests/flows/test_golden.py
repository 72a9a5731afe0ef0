"""Golden transcripts: golden/*.yaml (flows, and last what is texted and done) make golden/*.txt, on the real reader.

Each conversation goes through JSON at every turn. `pytest tests/flows --update` rewrites them: read the diff.
A line of `talk` is `< text`, `wait 2h`, `call {n: 3}`, `call failed`, `start NAME`, `take over`, `hand back` or `close`.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.check import LIBRARY, load_folder
from flows.events import Consent, Happened
from flows.parse_steps import VERBS
from flows.simulation import at_once
from flows.spans import span
from flows.transcript import run
from flows.types import Purpose
from scheduler.windows import Place, send_at
from tests.talking import ZONE, Phone, flow_of, phone, reader

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.yaml"))


def in_quiet_hours(planned: datetime, purpose: Purpose) -> datetime:
    return send_at(planned, Place(zones=(ZONE,), country="US", region="NY"), purpose)


def transcript(file: Path) -> list[str]:
    *flows, script = file.read_text("utf-8").split("\n---\n")
    told: dict[str, Any] = yaml.safe_load(script)
    known = {**told.get("contact", {})}
    if "consent" in known:
        known["consent"] = Consent(known["consent"])
    known["double_opt_in"] = told.get("double opt-in", False)
    if "at" in told:
        known["local"] = datetime.fromisoformat(told["at"])
    of = phone(
        *(flow_of(text, file.name, *flows) for text in flows), send_at=in_quiet_hours if told.get("quiet hours") else at_once, **known
    )
    for line in told["talk"]:
        of.lines.append(line)
        act(of, line)
    return of.lines


def act(of: Phone, line: str) -> None:
    verb, _, rest = line.partition(" ")
    acts: dict[str, Callable[[], object]] = {"take over": of.take_over, "hand back": of.hand_back, "close": of.close}
    if verb == "<":
        of.text(rest)
    elif verb == "wait":
        length = span(rest)
        assert length is not None, line
        of.wait(length)
    elif verb == "call":
        of.answer(failed="no_answer") if rest == "failed" else of.answer(yaml.safe_load(rest))
    elif verb == "start":
        of.start(rest)
    else:
        acts[line]()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_goes_as_it_went(file: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)  # where the codes are
    made = "\n".join(transcript(file)) + "\n"
    kept = file.with_suffix(".txt")
    if request.config.getoption("--update", default=False):
        kept.write_text(made, "utf-8")
    assert made == kept.read_text("utf-8")


def test_every_transcript_has_its_flow() -> None:
    assert len(FILES) >= 12
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {file.stem for file in FILES}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_one(verb: str) -> None:
    assert any(f" {verb}:" in line or f"{{{verb}:" in line for file in FILES for line in file.read_text("utf-8").splitlines()), (
        f"no golden transcript has a `{verb}`"
    )


@pytest.mark.parametrize(
    "kind",
    [
        "set",
        "tag",
        "consent",
        "less",
        "more",
        "ask opt-in",
        "take",
        "vote",
        "timer nudge",
        "timer timeout",
        "timer wait",
        "call POST",
        "hand over",
        "call a person",
    ],
)
def test_every_effect_is_in_one(kind: str) -> None:
    assert any(kind in line for file in FILES for line in file.with_suffix(".txt").read_text("utf-8").splitlines())


BY_THE_SERVER = {"taken_over", "handed_back", "closed", "delivered", "not_delivered", "clicked", "migrated"}
"""What the shell notes, outside any conversation."""


@pytest.mark.parametrize("kind", sorted({kind.value for kind in Happened} - BY_THE_SERVER))
def test_everything_that_is_logged_is_in_one(kind: str) -> None:
    assert any(line.split("· ")[-1].startswith(kind) for file in FILES for line in file.with_suffix(".txt").read_text("utf-8").splitlines())


LIBRARY_TESTS = [(flow, test) for flow in load_folder(LIBRARY)[0].values() for test in flow.tests]


@pytest.mark.parametrize("name", sorted({flow.name for flow, _ in LIBRARY_TESTS}))
def test_the_flows_that_ship_pass_their_own_tests(name: str) -> None:
    flow = next(flow for flow, _ in LIBRARY_TESTS if flow.name == name)
    outcomes = run(flow, reader(), brand="Bean")
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.passed] == []
