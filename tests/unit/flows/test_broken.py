"""Every broken flow under tests/flows/broken gets exactly the problems in the .txt beside it. UPDATE=1 rewrites them: read the diff."""

import os
from pathlib import Path

import pytest

from flows.check import load

BROKEN = Path(__file__).parents[2] / "flows" / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_says_what_is_wrong_and_where(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    flow, problems = load(file.name)
    said = "".join(f"{problem}\n" for problem in problems)
    told = file.with_suffix(".txt")
    if os.environ.get("UPDATE"):
        told.write_text(said, "utf-8")
    assert said == told.read_text("utf-8")
    assert problems, "a broken flow has a problem"
    assert (flow is None) == any(problem.severity == "error" for problem in problems), "a flow with an error is none"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """Not kept beside the others: 256 KiB of nothing."""
    file = tmp_path / "large.yaml"
    file.write_text("flow: large\nsteps: {s: {say: Hi}}\n" + "#" * 256 * 1024, "utf-8")
    flow, problems = load(file)
    assert flow is None
    assert [problem.what for problem in problems] == ["The file is larger than 256 KiB."]


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 120
    assert {file.stem for file in BROKEN.glob("*.txt")} == {file.stem for file in FILES}, "a .txt without its flow"
