"""The command line as people call it: by subprocess, with its exit codes, its JSON, and what it says when something is wrong."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import typer
from sqlalchemy import text

from bot.cli import modules
from models import spend
from models.store import Store

MODULES = modules()
DOCS = Path(__file__).parents[2] / "docs"
README = Path(__file__).parents[2] / "README.md"
DRINK = """\
flow: drink
title: Tea or coffee
purpose: service
triggers:
  - keyword: [DRINK]
steps:
  which:
    ask: "Tea or coffee?"
    expect: {choice: {tea: [tea], coffee: [coffee]}}
    nudge: {after: 2h, say: "Still thirsty?"}
  done:
    say: "Fine, {{ answers.which }}."
"""


class Shell:
    """An installation on SQLite in a folder of its own, worked by the command line alone."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.environ = {
            "PATH": os.environ["PATH"],
            "PARLEY_HOME": str(folder / "home"),
            "DATABASE_URL": url,
            "REDIS_URL": "redis://127.0.0.1:9/0",
        }

    def __call__(self, *words: str, code: int = 0, typed: str = "", **more: str) -> str:
        """Runs `parley` with these words; what it printed. Fails where it ends with another code, or with a traceback."""
        command = [sys.executable, "-P", "-m", "bot.cli", *words]
        done = subprocess.run(
            command, env={**self.environ, **more}, cwd=self.folder, input=typed, capture_output=True, text=True, timeout=120, check=False
        )
        self.error = done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def file(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, "utf-8")
        return str(self.folder / name)

    def one(self, sql: str) -> object:
        store = Store(self.url)
        with store.read() as db:
            found = db.execute(text(sql)).scalar_one()
        store.close()
        return found


@pytest.fixture
def parley(tmp_path: Path, sqlite_url: str) -> Shell:
    return Shell(tmp_path, sqlite_url)


def commands(app: typer.Typer, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command that there is, as the words that call it."""
    own = [
        (*before, (info.name or info.callback.__name__.rstrip("_").replace("_", "-"))) for info in app.registered_commands if info.callback
    ]
    return own + [
        words
        for group in app.registered_groups
        if group.typer_instance
        for words in commands(group.typer_instance, (*before, group.name or ""))
    ]


EVERY = sorted(tuple(word for word in words if word) for module in MODULES for words in commands(module.commands))


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_says_what_it_does_and_has_a_line_of_docs(parley: Shell, words: tuple[str, ...]) -> None:
    said = parley(*words, "--help")
    assert f"Usage: parley {' '.join(words)}" in said.replace("python -m bot.cli", "parley").replace("root", "parley")
    docs = "".join(path.read_text("utf-8") for path in [*DOCS.rglob("*.md"), README])
    assert f"parley {' '.join(words)}" in docs


def test_without_a_command_the_list_of_them(parley: Shell) -> None:
    said = parley(code=2) + parley.error
    for words in EVERY:
        if words != ("prepare",):
            assert re.search(rf"\b{words[0]}\b", said), words[0]


WRONG = [
    ({"PORT": "eighty"}, "PORT", '"eighty"'),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL", "sqlite:///path/to/file"),
    ({"TWILIO_ACCOUNT_SID": "AC" + "1" * 32}, "TWILIO_AUTH_TOKEN", "because TWILIO_ACCOUNT_SID is set"),
    ({"TIMEZONE": "Mars/Base"}, "TIMEZONE", '"Mars/Base"'),
]


@pytest.mark.parametrize(("more", "name", "what"), WRONG)
def test_a_wrong_setting_is_named_with_what_it_wants(parley: Shell, more: dict[str, str], name: str, what: str) -> None:
    parley("revisions", "drink", code=2, **more)
    assert name in parley.error
    assert what in parley.error
    assert "mysql" not in parley.error, "an address may hold a password"


def test_a_database_that_somebody_else_has_locked_is_away_in_one_line(parley: Shell) -> None:
    parley("contacts", "import", parley.file("people.csv", "phone\n+14155550101\n"))
    with closing(sqlite3.connect(parley.url.removeprefix("sqlite:///"), isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        parley("contacts", "import", parley.file("people.csv", "phone\n+14155550102\n"), code=75)
    assert parley.error.strip() == "parley: the database is away: database is locked. Try again in a moment, or look at `parley doctor`."


def test_publish_revisions_and_retire(parley: Shell) -> None:
    flow = parley.file("drink.yaml", DRINK)
    assert "drink: revision 1 is live" in parley("publish", flow, "--why", "first")
    assert json.loads(parley("publish", flow, "--format", "json")) == {
        "published": [],
        "unchanged": ["drink"],
        "codes_added": 0,
        "moved": 0,
        "problems": [],
    }
    parley.file("drink.yaml", DRINK.replace("ask:", "aks:"))
    assert "nothing was published" in parley("publish", flow, code=1)
    assert str(flow) in parley("publish", flow, code=1)
    rows = json.loads(parley("revisions", "drink", "--format", "json"))
    assert [(row["revision"], row["live"], row["why"]) for row in rows] == [(1, True, "first")]
    assert "1 live" in parley("revisions", "drink")
    parley.file("drink.yaml", DRINK.replace("Fine", "Good"))
    assert 'step "done": text (en) changed' in parley("diff", "drink", flow)
    parley("publish", flow)
    said = json.loads(parley("diff", "drink@1", "drink@2", "--format", "json"))
    assert [(one["change"], one["step"], one["aspect"]) for one in said] == [("changed", "done", "text (en)")]
    parley("diff", "drink@7", "drink", code=1)
    assert "no revision 7" in parley.error
    assert "revision 3 is live; it says what revision 1 said" in parley("rollback", "drink")
    parley("rollback", "drink", "--to", "9", code=1)
    assert "not live any more" in parley("retire", "drink")
    parley("retire", "drink", code=1)
    parley("revisions", "nothing", code=1)
    assert 'no flow "nothing"' in parley.error


def test_start(parley: Shell) -> None:
    parley("publish", parley.file("drink.yaml", DRINK))
    parley("start", "nothing", "--to", "+14155550101", code=1)
    assert 'no flow "nothing" is live' in parley.error
    parley("start", "drink", code=2)
    said = parley("start", "drink", "--to", "+14155550101", "--to", "twelve", "--to", "(415) 555-0101", code=1)
    assert "drink starts for 1 contact " in said
    assert '"twelve" is no telephone number' in said
    file = parley.file("some.csv", "phone,name\n+12125550102,Tom\n+13055550103,Ana\n")
    told = json.loads(parley("start", "drink", "--file", file, "--format", "json"))
    assert (told["started"], told["rejected"]) == (2, [])
    parley("start", "drink", "--file", parley.file("no.csv", "name\nTom\n"), code=1)
    assert "no column `phone`" in parley.error
    assert parley.one("SELECT count(*) FROM event WHERE kind = 'start'") == 3


def test_contacts_in_and_out(parley: Shell) -> None:
    file = parley.file("people.csv", "\ufeffphone,first_name,city\n+14155550101,Maya,Oakland\nnobody,X,Y\n")
    said = parley("contacts", "import", file, code=1)
    assert "1 added, 0 changed, 1 rejected" in said
    with (parley.folder / "people.rejected.csv").open(newline="") as lines:
        assert [(row["phone"], row["city"], row["rejected_line"]) for row in csv.DictReader(lines)] == [("nobody", "Y", "3")]
    told = json.loads(parley("contacts", "import", file, "--format", "json", code=1))
    assert (told["added"], told["changed"], [row["line"] for row in told["rejected"]]) == (0, 1, [3])
    rows = list(csv.DictReader(parley("contacts", "export").splitlines()))
    assert [(row["phone"], row["first_name"], row["city"], row["consent"]) for row in rows] == [
        ("+14155550101", "Maya", "Oakland", "unknown")
    ]
    assert "1 contact in" in parley("contacts", "export", str(parley.folder / "out.csv"))
    assert "0 added, 1 changed, 0 rejected" in parley("contacts", "import", str(parley.folder / "out.csv"))
    parley("contacts", "import", parley.file("bad.csv", "name\nX\n"), code=1)
    assert "no column `phone`" in parley.error
    (parley.folder / "latin.csv").write_bytes(b"phone\n\xff\xfe\n")
    parley("contacts", "import", str(parley.folder / "latin.csv"), code=1)
    assert "not UTF-8" in parley.error


def test_a_report_of_nothing_is_no_zero(parley: Shell) -> None:
    assert json.loads(parley("report", "responses", "--format", "json")) == []
    assert "No data yet" in parley("report", "responses")


def test_chat_by_a_pipe(parley: Shell) -> None:
    file = parley.file("drink.yaml", DRINK)
    said = parley("chat", file, typed="drink\n/wait 3h\n/wait soonish\n/state\ntea\n/what\n/quit\n")
    for part in (
        "Tea or coffee (drink). Starts with: DRINK",
        "bot ‹ Tea or coffee?",
        "Still thirsty?",
        '"soonish" is no time',
        "step which",
        "Fine, tea.",
    ):
        assert part in said, part
    assert "bot ‹ Tea or coffee?" in parley("chat", file, "--unasked", typed="")
    parley("chat", "nothing", code=1)
    assert "lunch-poll" in parley.error
    parley("chat", parley.file("bad.yaml", "flow: bad\n"), code=1)
    assert "bad.yaml" in parley.error


def test_backup_restore_arm_and_resume(parley: Shell, tmp_path: Path) -> None:
    parley("publish", parley.file("drink.yaml", DRINK))
    parley("contacts", "import", parley.file("people.csv", "phone\n+14155550101\n"))
    assert "KiB" in parley("backup", "b.tar.gz")
    parley("restore", "b.tar.gz", code=1)
    assert "data in this database already" in parley.error
    copy = Shell(tmp_path, f"sqlite:///{tmp_path / 'copy.db'}")
    copy.environ["PARLEY_HOME"] = str(tmp_path / "copy")
    assert "parley arm" in copy("restore", "b.tar.gz")
    assert copy.one("SELECT count(*) FROM contact") == 1
    assert (tmp_path / "copy" / "disarmed").exists()
    assert "sends from now on" in copy("arm")
    assert "armed already" in copy("arm")
    assert "not paused" in copy("resume")
    copy("restore", parley.file("none.tar.gz", "nonsense"), code=1)
    assert "no backup of Parley's" in copy.error
    parley("backup", "no/such/folder/b.tar.gz", code=1)
    assert "cannot be written" in parley.error


def test_a_database_that_is_away_is_tried_again_later(parley: Shell) -> None:
    parley("revisions", "drink", code=75, DATABASE_URL="postgresql://parley@127.0.0.1:9/parley")
    assert "the database is away" in parley.error


def test_a_segment_is_counted_and_orders_count_in_it(parley: Shell, tmp_path: Path) -> None:
    people, bought = tmp_path / "people.csv", tmp_path / "orders.csv"
    people.write_text("phone,first_name,city\n+14155550101,Ann,Paris\n+14155550102,Bob,Lyon\n", "utf-8")
    parley("contacts", "import", str(people))
    assert parley("segment", "contact.city = Paris") == "1 contact\n  +14155550101  Ann\n"
    bought.write_text(
        "phone,order,at,amount,currency\n"
        "+14155550102,A1,2026-01-05T10:00,19.99,eur\n+14155550102,A1,2026-01-05T10:00,19.99,EUR\n"
        "+14155559999,A2,2026-01-05,5,EUR\n+14155550101,A3,yesterday,5,EUR\n+14155550101,A4,2026-01-05,five,EUR\n",
        "utf-8",
    )
    assert parley("orders", "import", str(bought), code=1).splitlines() == [
        "1 order added",
        '  line 4: "+14155559999" is no contact of ours',
        '  line 5: "yesterday" is no moment: write it as 2026-03-01T12:30',
        '  line 6: "five" is no amount: write it as 19.99',
    ]
    told = json.loads(parley("segment", "ordered since 2026-01-01", "--format", "json"))
    assert told == {"segment": "ordered since 2026-01-01", "contacts": 1, "sample": ["+14155550102"]}
    assert parley("segment", "all", "--at", "2020-01-01", "--sample", "0") == "0 contacts\n"
    parley("segment", "replyed within 3d", code=1)
    assert "Did you mean `replied`?" in parley.error


def test_hours_says_when_a_text_leaves_and_why(parley: Shell) -> None:
    said = parley("hours", "+12035550100", "--at", "2026-07-05T02:00Z", "--purpose", "service")
    assert "A service text planned for 2026-07-05 02:00:00 UTC leaves at 2026-07-05 13:00:00 UTC." in said
    assert "Place: US-CT, 1 zone possible" in said
    assert "Rule US-CT: mon-sun 09:00-20:00; public holidays open." in said
    assert "America/New_York: planned Sat 2026-07-04 22:00 (outside 09:00-20:00), leaves Sun 2026-07-05 09:00" in said
    assert "leaves at once" in parley("hours", "+12035550100", "--at", "2026-07-04T18:00Z")
    told = json.loads(parley("hours", "+33612345678", "--at", "2026-04-03T09:00+02:00", "--format", "json"))
    assert (told["leaves_at"], told["row"], told["holidays"]) == ("2026-04-04T06:00:00+00:00", "FR", "closed, possible")
    assert told["clocks"][0]["closed"] == "holiday: Good Friday", "as in Alsace-Moselle"
    assert told["rules"].startswith("FR@2026-11-22.")
    paris = json.loads(parley("hours", "+33612345678", "--at", "2026-04-06T10:00Z", "--region", "FR-67", "--format", "json"))
    assert (paris["region"], paris["clocks"][0]["closed"]) == ("67", "holiday: Easter Monday")
    assert "closed on Sundays" in parley(
        "hours", "+4915112345678", "--at", "2026-11-22T10:00", "--zone", "Europe/Berlin", "--country", "de"
    )


def test_hours_answers_lines_and_says_what_is_wrong(parley: Shell) -> None:
    typed = '{"phone": "+12125550100", "at": "2026-01-06T04:00Z"}\n\nnot JSON\n{"phone": "+12125550100", "purpose": "fun"}\n[1]\n'
    lines = [json.loads(line) for line in parley("hours", "--jsonl", typed=typed).splitlines()]
    assert lines[0]["leaves_at"] == "2026-01-06T15:00:00+00:00"
    assert [line.get("line") for line in lines] == [None, 3, 4, 5]
    assert lines[2]["error"] == '"fun" is no purpose: give marketing or service'
    for words, problem in (
        (("+12125550100", "--at", "noonish"), "write it as 2026-07-04T23:00Z"),
        (("+12125550100", "--zone", "Mars/Base"), "give one as America/Chicago"),
        ((), "no number"),
    ):
        parley("hours", *words, code=2)
        assert problem in parley.error


def test_spend_shows_sums_and_ceilings(parley: Shell) -> None:
    parley("spend", code=1)
    assert "PRICES is not set" in parley.error
    prices = {"PRICES": "US=0.0083,*=0.09", "SPEND_DAY": "25", "CURRENCY": "EUR"}
    assert "Nothing has been spent." in parley("spend", **prices)
    store = Store(parley.url)
    with store.write() as db:
        spend.charge(db, ["2026-11-22", "2026-11"], 16_600, 2)
        spend.charge(db, ["2026-11-23", "2026-11"], 90_000, 1)
    store.close()
    lines = parley("spend", **prices).splitlines()
    assert re.fullmatch(r"This day \(\d{4}-\d\d-\d\d\): \S+ of 25.00 EUR", lines[0])
    assert [line.split() for line in lines[1:]] == [
        ["2026-11-23", "0.09", "EUR", "1", "texts", "1", "segments"],
        ["2026-11-22", "0.0166", "EUR", "1", "texts", "2", "segments"],
        ["2026-11", "0.1066", "EUR", "2", "texts", "3", "segments"],
    ]
    told = json.loads(parley("spend", "--format", "json", **prices))
    assert told["periods"][-1] == {"period": "2026-11", "spent": "0.1066", "texts": 2, "segments": 3}
    assert [one["most"] for one in told["ceilings"]] == ["25.00"]
