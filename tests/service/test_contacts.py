"""Contacts by CSV, on both databases: nothing lost on a bad row, nobody opted in against their word, out and in again unchanged."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.contacts_file import Imported, NoPhoneColumn, RejectedFile, export_contacts, import_contacts, write_rejected
from models import consent, contact, outbox
from models.contact import ContactRow
from models.message import Status, blank
from models.store import Store

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
MAYA, TOM, ANA = "+14155550101", "+12125550102", "+13055550103"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def take(store: Store, content: str, *, country: str = "US", kind: str = "real") -> Imported:
    return import_contacts(store, io.StringIO(content, newline=""), country=country, now=NOW, kind=kind)


def known(store: Store, phone: str) -> ContactRow:
    with store.read() as db:
        row = contact.by_phone(db, phone)
    assert row is not None
    return row


def words(store: Store, phone: str) -> list[str]:
    with store.read() as db:
        return [row.words for row in consent.ledger(db, known(store, phone).id)]


def test_good_rows_go_in_and_bad_ones_come_back(store: Store) -> None:
    content = (
        "phone,first_name,shoe size,tags\n"
        '(415) 555-0101,"Maya, the boss",38,vip;tea\n'
        "12,Tom,40,\n"
        "+12125550102,Tom,,\n"
        '+13055550103,"Ana\n'
        "4155550101,Maya again,39,\n"
        "+13125550105,Jonas,1,2,3\n"
    )
    done = take(store, content)
    assert (done.added, done.changed) == (2, 0)
    assert [(bad.line, bad.reason.split(";")[0]) for bad in done.rejected] == [
        (3, '"12" is no telephone number'),
        (5, "a quote is opened and not closed, or stands inside a cell"),
        (6, "the same number stands in line 2"),
        (7, "it has 5 cells, and the file 4 columns"),
    ]
    maya = known(store, MAYA)
    assert (maya.first_name, maya.fields, list(maya.tags)) == ("Maya, the boss", {"shoe size": "38"}, ["vip", "tea"])
    out = io.StringIO(newline="")
    write_rejected(done.rejected, out)
    given, back = content.splitlines(), out.getvalue()
    lost = [cell for line in (given[2], given[4], given[5]) for cell in line.replace('"', "").split(",") if cell not in back]
    assert lost == []


def test_a_row_again_changes_what_it_names_and_nothing_else(store: Store) -> None:
    take(store, f"phone,first_name,city,tags\n{MAYA},Maya,Oakland,vip\n")
    done = take(store, f"phone,last_name,city,tags\n{MAYA},Okafor,,tea\n")
    assert (done.added, done.changed) == (0, 1)
    maya = known(store, MAYA)
    assert (maya.first_name, maya.last_name, maya.fields, list(maya.tags)) == ("Maya", "Okafor", {"city": "Oakland"}, ["vip", "tea"])
    assert maya.version == 2, "a turn that was made from the old row is made again"


def test_consent_by_a_file_needs_a_proof_and_stands_in_the_ledger(store: Store) -> None:
    done = take(store, f"phone,consent,proof\n{MAYA},in,\n{TOM},in,web form 2026-01-02\n{ANA},out,\n")
    assert [bad.row["phone"] for bad in done.rejected] == [MAYA]
    assert (known(store, TOM).consent, known(store, ANA).consent) == ("in", "out")
    assert words(store, TOM) == ["web form 2026-01-02"]
    assert words(store, ANA) == ["import"]


@pytest.mark.parametrize("stands", ["out", "held"])
def test_who_opted_out_is_never_opted_in_by_a_file(store: Store, stands: str) -> None:
    with store.write() as db:
        contact.add(db, contact.new_values(MAYA, NOW, consent=stands, consent_at=NOW))
    done = take(store, f"phone,first_name,consent,proof\n{MAYA},Maya,in,signed on paper\n")
    assert (done.changed, done.stay_out, done.rejected) == (1, 1, ())
    assert (known(store, MAYA).consent, known(store, MAYA).first_name) == (stands, "Maya")
    assert words(store, MAYA) == []


def test_an_opt_out_by_a_file_cancels_what_is_queued(store: Store) -> None:
    with store.write() as db:
        contact_id = contact.add(db, contact.new_values(MAYA, NOW, consent="in"))
        outbox.add(db, [blank(contact_id, "out", "Sale!", NOW, key="k-1", status=Status.QUEUED.value, author="flow")])
    take(store, f"phone,consent\n{MAYA},out\n")
    with store.read() as db:
        assert db.execute(text("SELECT status FROM message")).scalar_one() == "canceled"


def test_a_file_without_phone_or_with_nothing_is_refused(store: Store) -> None:
    for content in ("", "number,name\n1,2\n"):
        with pytest.raises(NoPhoneColumn):
            take(store, content)
    with store.read() as db:
        assert contact.count(db) == 0


def test_bom_and_line_ends_of_windows(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_bytes("phone,first_name\r\n+14155550101,Hélène\r\n\r\n".encode("utf-8-sig"))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        done = import_contacts(store, lines, country="US", now=NOW)
    assert (done.added, done.rejected) == (1, ())
    assert known(store, MAYA).first_name == "Hélène"


def test_out_and_in_again_changes_nothing(store: Store) -> None:
    with store.write() as db:
        fields = {"n": 5, "note": "=1+1", "ok": True, "list": ["a", "b"], "text": 'a "b", c\nd'}
        first = contact.add(
            db, contact.new_values(MAYA, NOW, first_name="=Maya", tags=["x", "y"], fields=fields, consent="in", language="en")
        )
        consent.add(db, contact_id=first, at=NOW, before="unknown", after="in", source="keyword", words="JOIN", ours="")
        contact.add(db, contact.new_values(TOM, NOW, consent="held", consent_at=NOW))
        contact.add(db, contact.new_values(ANA, NOW, consent="out"))
        contact.add(db, contact.new_values("+13125550105", NOW, kind="test"))
    out = io.StringIO(newline="")
    assert export_contacts(store, out) == 3, "test contacts stay here"
    before = [known(store, phone) for phone in (MAYA, TOM, ANA)]
    done = take(store, out.getvalue())
    assert (done.added, done.changed, done.rejected) == (0, 3, ())
    after = [known(store, phone) for phone in (MAYA, TOM, ANA)]
    same = ("phone", "kind", "consent", "first_name", "fields", "tags", "language", "consent_at")
    assert [[getattr(row, name) for name in same] for row in after] == [[getattr(row, name) for name in same] for row in before]
    assert words(store, MAYA) == ["JOIN"], "no second line of the same"


def test_what_is_exported_can_be_taken_elsewhere(store: Store, sqlite_template: Path, tmp_path: Path) -> None:
    take(store, f"phone,first_name,city,consent,proof\n{MAYA},Maya,Oakland,in,web form 2026-01-02\n{ANA},Ana,,held,\n")
    out = io.StringIO(newline="")
    export_contacts(store, out)
    (tmp_path / "elsewhere.db").write_bytes(sqlite_template.read_bytes())
    elsewhere = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    done = take(elsewhere, out.getvalue())
    assert (done.added, done.rejected) == (2, ())
    assert (known(elsewhere, MAYA).consent, known(elsewhere, ANA).consent) == ("in", "held")
    assert words(elsewhere, MAYA) == ["2026-03-04 18:00 UTC, import: web form 2026-01-02"]
    elsewhere.close()


def test_an_import_beside_turns_loses_neither(store: Store) -> None:
    """Turns raise the contacts' versions while the file is taken: both go in."""
    numbers = [f"+1415555{n:04d}" for n in range(100, 160)]
    take(store, "phone\n" + "\n".join(numbers))
    stop = threading.Event()
    turns: list[int] = []

    def text_all() -> None:
        while not stop.is_set():
            for phone in numbers[:20]:
                with store.write() as db:
                    row = contact.by_phone(db, phone)
                    assert row is not None
                    turns.append(contact.take_turn(db, row.id, row.version, {"last_in_at": NOW}))

    texting = threading.Thread(target=text_all)
    texting.start()
    try:
        done = take(store, "phone,first_name,consent,proof\n" + "\n".join(f"{phone},Name,in,paper" for phone in numbers))
    finally:
        stop.set()
        texting.join()
    assert done.changed == 60
    assert {known(store, phone).first_name for phone in numbers} == {"Name"}
    assert {known(store, phone).consent for phone in numbers} == {"in"}
    assert all(words(store, phone) == ["paper"] for phone in numbers)


def test_two_imports_of_the_same_file_at_once(store: Store) -> None:
    rows = [f"+1415555{n:04d},N{n}" for n in range(100, 160)]
    contents = ["phone,first_name\n" + "\n".join(order) for order in (rows, rows[::-1], rows[30:] + rows[:30])]
    done: list[Imported] = []
    threads = [threading.Thread(target=lambda content=content: done.append(take(store, content))) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.rejected for one in done] == [(), (), ()]
    assert sum(one.added for one in done) == 60


def count(store: Store, what: str) -> int:
    with store.read() as db:
        return int(db.execute(text(f"SELECT count({what}")).scalar_one())


def test_an_import_that_is_killed_and_run_again_doubles_nobody(store: Store, database_url: str, tmp_path: Path) -> None:
    rows = [f"+1415{2000000 + n},N{n},in,web form {n}" if n % 100 else f"twelve {n},,," for n in range(20_000)]
    file = tmp_path / "many.csv"
    file.write_text("phone,first_name,consent,proof\n" + "\n".join(rows) + "\n", "utf-8")
    env = {**os.environ, "DATABASE_URL": database_url, "PARLEY_HOME": str(tmp_path / "home")}
    child = subprocess.Popen([sys.executable, "-m", "bot.cli", "contacts", "import", str(file)], env=env, stdout=subprocess.DEVNULL)
    while child.poll() is None and not count(store, "*) FROM contact"):
        time.sleep(0.01)
    child.kill()
    child.wait(10)
    assert 0 < count(store, "*) FROM contact") < 19_800, "it was killed in the middle"
    bad: list[int] = []
    with file.open(encoding="utf-8", newline="") as lines:
        done = import_contacts(store, lines, country="US", now=NOW, reject=lambda row: bad.append(row.line))
    assert done.added + done.changed == 19_800
    assert done.n_rejected == len(bad) == 200
    assert bad[:2] == [2, 102]
    assert count(store, "*) FROM contact") == count(store, "DISTINCT phone) FROM contact") == 19_800
    assert count(store, "*) FROM consent") == count(store, "DISTINCT contact_id) FROM consent") == 19_800


def test_the_zone_of_a_number_is_kept_until_its_country_changes(store: Store) -> None:
    take(store, f"phone,country\n{MAYA},\n")
    assert known(store, MAYA).number_zone == "America/Los_Angeles"
    take(store, f"phone,country\n{MAYA},CA\n")
    assert (known(store, MAYA).country, known(store, MAYA).number_zone) == ("CA", None)


def test_rejected_rows_of_every_kind_go_to_one_file_under_the_files_own_header(store: Store, tmp_path: Path) -> None:
    content = f'phone,first_name\n"Maya\n{MAYA},Maya,Okafor\ntwelve,Tom\n'
    file = RejectedFile(lambda: (tmp_path / "bad.csv").open("w", encoding="utf-8", newline=""))
    import_contacts(store, io.StringIO(content, newline=""), country="US", now=NOW, reject=file.add)
    file.close()
    lines = (tmp_path / "bad.csv").read_text("utf-8").splitlines()
    assert lines[0] == "rejected_because,rejected_line,phone,first_name"
    assert [line.rpartition(";")[2].partition(",")[2] for line in lines[2:]] == [f"3,{MAYA},Maya,Okafor", "4,twelve,Tom"]


def test_rejected_rows_that_no_file_takes_are_shown(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("phone,first_name\ntwelve,Tom\nthirteen,Ana\n", "utf-8")
    env = {**os.environ, "DATABASE_URL": sqlite_url, "PARLEY_HOME": str(tmp_path / "home")}
    command = [
        sys.executable,
        "-m",
        "bot.cli",
        "contacts",
        "import",
        str(tmp_path / "few.csv"),
        "--rejected",
        str(tmp_path / "no" / "x.csv"),
    ]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "x.csv cannot be written (No such file or directory); the rejected rows:" in ended.stderr
    assert [line.rpartition('",')[2] for line in ended.stderr.splitlines() if "is no telephone number" in line] == [
        "2,twelve,Tom",
        "3,thirteen,Ana",
    ]
    assert "0 added, 0 changed, 2 rejected" in ended.stdout
