"""`parley campaign`, worked by the command line alone, on SQLite."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.service.test_cli import Shell

SALE = """\
campaign: sale
segment: tag:club
at: {day} 12:00 local
text: "{{{{ brand }}}}: 20% off. Reply STOP to opt out."
"""


@pytest.fixture
def parley(tmp_path: Path, sqlite_url: str) -> Shell:
    shell = Shell(tmp_path, sqlite_url)
    rows = "phone,first_name,tags,consent,proof\n"
    people = "".join(f"+1212555{n:04d},Ann,club,in,form of 2026-01-01\n" for n in range(100, 105))
    shell("contacts", "import", shell.file("people.csv", rows + people + "+14155550101,Bob,club,,\n"))
    return shell


def a_tuesday() -> str:
    """A day to come on which every window is open at noon."""
    day = datetime.now(UTC) + timedelta(days=3)
    while day.weekday() != 1:
        day += timedelta(days=1)
    return f"{day:%Y-%m-%d}"


def test_from_a_file_to_a_running_campaign_and_its_end(parley: Shell) -> None:
    file = parley.file("sale.yaml", SALE.format(day=a_tuesday()))
    assert parley("campaign", "check", file) == "nothing is wrong\n"
    assert parley("check", file).splitlines()[-1] == "1 flow: 0 errors, 0 warnings"
    assert parley("campaign", "load", file) == "sale: kept\n"
    lines = parley("campaign", "preview", "sale").splitlines()
    assert lines[:2] == ["5 people of 6 in the segment", "  1 left out: never opted in"]
    assert "about 5 segments for the first texts, no price table is set (reckoned from 5 people)" in lines
    told = json.loads(parley("campaign", "preview", "sale", "--format", "json"))
    assert (told["n_people"], told["n_segment"], told["refusals"]) == (5, 6, [])
    parley("campaign", "start", "sale", typed="n\n", code=1)
    assert "draft" in parley("campaign", "list")
    assert parley("campaign", "start", "sale", "--yes") == "sale runs: 5 people now, asked again when its hour comes near\n"
    parley("campaign", "start", "sale", "--yes", code=1)
    assert "is running already" in parley.error
    assert "is paused" in parley("campaign", "pause", "sale")
    assert parley("campaign", "resume", "sale") == "sale runs\n"
    assert parley("campaign", "show", "sale").startswith("sale is running\n")
    assert "Nobody is planned yet" in parley("campaign", "why", "sale", "+12125550100")
    parley("campaign", "why", "sale", "+12125559999", code=1)
    assert "no contact of ours" in parley.error
    assert "0 starts and 0 queued texts were taken back" in parley("campaign", "cancel", "sale")
    (listed,) = json.loads(parley("campaign", "list", "--format", "json"))
    assert (listed["name"], listed["state"]) == ("sale", "canceled")
    assert json.loads(parley("campaign", "show", "sale", "--format", "json"))["runs"] == []


def test_a_pilot_is_told_from_the_rest(parley: Shell) -> None:
    day = a_tuesday()
    parley("campaign", "load", parley.file("sale.yaml", SALE.format(day=day) + "pilot: 40%\n"))
    hours = [line for line in parley("campaign", "preview", "sale").splitlines() if "from 20" in line]
    after = datetime.fromisoformat(day) + timedelta(days=1)
    told = [re.sub(r"about \d", "about N", line.partition(" their time")[0]) for line in hours]
    assert told == [
        f"  America/New_York, the pilot: about N, from {day} 12:00",
        f"  America/New_York, the rest: about N, from {after:%Y-%m-%d} 12:00",
    ]


def test_what_is_wrong_is_said_and_nothing_is_kept(parley: Shell) -> None:
    file = parley.file("sale.yaml", SALE.format(day=a_tuesday()).replace(" Reply STOP to opt out.", ""))
    said = parley("campaign", "check", file, code=1)
    assert 'sale.yaml:4:7: The text does not say how to opt out (en). Add "Reply STOP to opt out."' in said
    assert "sale.yaml: not kept" in parley("campaign", "load", file, code=1)
    assert parley("campaign", "list") == "no campaigns yet\n"
    for act in ("preview", "start", "pause", "resume", "cancel", "show"):
        parley("campaign", act, "sale", *(["--yes"] if act == "start" else []), code=1)
        assert "No campaign `sale`. None was ever loaded." in parley.error
    parley("campaign", "load", parley.file("late.yaml", SALE.format(day="2026-01-05")))
    assert "`at` is over" in parley("campaign", "preview", "sale", code=1)
