"""Backup and restore, on all four ways between SQLite and PostgreSQL; a restored copy is disarmed; a bad file changes nothing."""

import contextlib
import json
import os
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import text

from bot import campaigns, inbox, jobs, keeping, lookups, unspooling
from bot.messenger import Accepted, Found, Outgoing, Sent
from bot.spool import Spool, Spooled
from bot.supervisor import claimed
from config.settings import Settings, load_settings
from models import restored
from models.store import Store, metadata
from nlp.types import Reader
from tests.service.house import MAYA, TOM, House

HELLO = """\
flow: hello
purpose: service
triggers:
  - keyword: [HELLO]
steps:
  which:
    ask: "Tea or coffee?"
    expect: {choice: {tea: [tea], coffee: [coffee]}}
  done:
    say: "{{ answers.which }} it is."
    end: ordered
"""
WAYS = ("sqlite to sqlite", "postgresql to postgresql", "sqlite to postgresql", "postgresql to sqlite")


def settings_of(home: Path, database_url: str, valkey_url: str) -> Settings:
    return load_settings(
        {"PARLEY_HOME": str(home), "DATABASE_URL": database_url, "REDIS_URL": valkey_url, "PUBLIC_URL": "http://127.0.0.1:8000"}
    )


@pytest.fixture
def empty_postgres(postgres_template: str) -> Iterator[str]:
    """A second database on the server, with nothing in it."""
    name = f"copy_{os.urandom(4).hex()}"
    with psycopg.connect(postgres_template, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        parts = urlsplit(postgres_template)
        yield parts._replace(scheme="postgresql+psycopg", path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def address(kind: str, request: pytest.FixtureRequest, sqlite: str, postgres: str) -> str:
    return sqlite if kind == "sqlite" else str(request.getfixturevalue(postgres))


@pytest.fixture(params=WAYS)
def pair(request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str) -> tuple[Settings, Settings]:
    """An installation and an empty one, of each of the two kinds."""
    kinds = request.param.split(" to ")
    first = address(kinds[0], request, request.getfixturevalue("sqlite_url"), "postgres_url")
    second = address(kinds[1], request, f"sqlite:///{tmp_path / 'second' / 'parley.db'}", "empty_postgres")
    return settings_of(tmp_path / "first", first, valkey_url), settings_of(tmp_path / "second", second, valkey_url)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of their first column."""
    store = Store(url)
    with store.read() as db:
        rows = {
            table.name: [tuple(row) for row in db.execute(table.select().order_by(*table.primary_key))] for table in metadata.sorted_tables
        }
    store.close()
    return rows


def filled(settings: Settings, reader: Reader, tmp_path: Path) -> House:
    """An installation where something has happened: two contacts, a conversation in the middle, a picture of bytes in the raw forms."""
    house = House(settings, reader)
    flows = tmp_path / "flows"
    flows.mkdir(exist_ok=True)
    house.publish(flows, hello=HELLO)
    assert house.says("hello") == ["Tea or coffee?"]
    assert house.says("tea \U0001f375 \x00", TOM) == []
    return house


def test_what_is_restored_is_what_was_there(pair: tuple[Settings, Settings], reader: Reader, tmp_path: Path) -> None:
    first, second = pair
    filled(first, reader, tmp_path).close()
    size = keeping.backup(first, tmp_path / "b.tar.gz")
    assert size == (tmp_path / "b.tar.gz").stat().st_size > 0
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0, "it holds numbers and keys"
    keeping.restore(second, tmp_path / "b.tar.gz")
    before, after = everything(first.database_url), everything(second.database_url)
    assert [after["meta"].pop()[0]] == [restored.MADE], "but when it was made"
    assert before == after
    assert len(before["message"]) == 3
    assert second.auth_token == first.auth_token, "the copy takes the webhooks of its original"


def test_a_copy_is_silent_until_it_is_armed(pair: tuple[Settings, Settings], reader: Reader, tmp_path: Path) -> None:
    first, second = pair
    filled(first, reader, tmp_path).close()
    keeping.backup(first, tmp_path / "b.tar.gz")
    keeping.restore(second, tmp_path / "b.tar.gz")
    copy = House(second, reader)
    try:
        copy.n_texts = 10
        assert copy.says("tea") == [], "stored, and answered with nothing"
        campaigns.start_flow(copy.process, "hello", [TOM])
        copy.passes(timedelta(minutes=1))
        jobs.tick_due(copy.process)
        assert not copy.paper.sent
        assert copy.count("event", "handled_at IS NULL") == 2
        assert keeping.arm(second) is not None
        copy.passes(timedelta(seconds=5))
        assert sorted(sent.body for sent in copy.paper.sent) == ["Tea or coffee?", "tea it is."]
        assert keeping.arm(second) is None
        assert copy.says("hello") == ["Tea or coffee?"], "new rows get ids of their own"
    finally:
        copy.close()


class Carrier:
    """A provider that has the texts in `has`, and keeps what it is sent."""

    name = "api"

    def __init__(self) -> None:
        self.has: list[Found] = []
        self.sent: list[str] = []

    def send(self, outgoing: Outgoing) -> Sent:
        self.sent.append(outgoing.body)
        return Accepted(f"SMcarried{len(self.sent)}")

    def find(self, to: str, since: datetime) -> list[Found]:
        return [found for found in self.has if found.sender == to]


def test_what_was_queued_and_left_the_original_since_is_not_sent_again(
    settings: Settings, reader: Reader, tmp_path: Path, valkey_url: str
) -> None:
    house = filled(settings, reader, tmp_path)
    campaigns.start_flow(house.process, "hello", [TOM, "+13055550103"])
    while inbox.hear_due(house.process, 50):
        pass
    assert len(house.messages(status="queued")) == 2
    keeping.backup(settings, tmp_path / "b.tar.gz")
    house.close()
    second = settings_of(tmp_path / "second", f"sqlite:///{tmp_path / 'second' / 'parley.db'}", valkey_url)
    keeping.restore(second, tmp_path / "b.tar.gz")
    carrier = Carrier()
    left = {"body": "Tea or coffee?", "status": "delivered", "created_at": house.clock.at}
    carrier.has = [
        Found(sid="SMx", direction="outbound-api", sender=TOM, **left),
        Found(sid="SMy", direction="outbound-reply", sender=MAYA, **left),
    ]
    copy = House(second, reader, carrier)
    try:
        copy.clock.pass_(timedelta(minutes=2))
        keeping.arm(second)
        lookups.recover(copy.process)
        copy.work()
        assert carrier.sent == ["Tea or coffee?"], "the other contact's alone"
        assert copy.one("SELECT status FROM message WHERE provider_sid = 'SMx'") == "delivered"
    finally:
        copy.close()


def test_a_backup_while_texts_come_in_is_of_one_moment(settings: Settings, reader: Reader, tmp_path: Path, valkey_url: str) -> None:
    house = filled(settings, reader, tmp_path)
    stop = threading.Event()

    def texts() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            house.says("hello", f"+1415556{n:04d}")

    writing = threading.Thread(target=texts)
    writing.start()
    try:
        sizes = [keeping.backup(settings, tmp_path / f"b{n}.tar.gz") for n in range(3)]
    finally:
        stop.set()
        writing.join()
    assert all(sizes)
    second = settings_of(tmp_path / "second", f"sqlite:///{tmp_path / 'second' / 'parley.db'}", valkey_url)
    keeping.restore(second, tmp_path / "b2.tar.gz")
    store = Store(second.database_url)
    with store.read() as db:
        assert db.execute(text("PRAGMA foreign_key_check")).all() == []
        answered = "SELECT 1 FROM message o WHERE o.answers_to = i.provider_sid"
        halves = f"SELECT count(*) FROM message i WHERE direction = 'in' AND NOT EXISTS ({answered})"
        assert db.execute(text(halves)).scalar() == 1, "only the text that nobody answered: no turn was cut in two"
    store.close()
    house.close()


def test_texts_in_the_spool_come_along(settings: Settings, reader: Reader, tmp_path: Path, valkey_url: str) -> None:
    house = filled(settings, reader, tmp_path)
    form = b"MessageSid=SMspooled&From=%2B14155550101&To=%2B15005550006&Body=tea"
    spool = Spool(settings.parley_home / "spool")
    spool.add(Spooled(house.clock(), form))
    keeping.backup(settings, tmp_path / "b.tar.gz")
    house.close()
    second = settings_of(tmp_path / "second", f"sqlite:///{tmp_path / 'second' / 'parley.db'}", valkey_url)
    keeping.restore(second, tmp_path / "b.tar.gz")
    copy = House(second, reader)
    keeping.arm(second)
    Spool(second.parley_home / "spool").drain(lambda spooled: unspooling.unspool(copy.process, spooled))
    copy.work()
    assert copy.count("message", "provider_sid = 'SMspooled'") == 1
    assert [sent.body for sent in copy.paper.sent] == ["tea it is."]
    copy.close()
    spool._own().close()


def repacked(good: Path, target: Path, **changed: bytes | None) -> None:
    """The archive with other members in the place of these (`about_json`: about.json); None leaves one out."""
    names = {"about_json": "about.json", "parley_db": "parley.db"}
    folder = target.with_suffix(".d")
    with tarfile.open(good) as archive:
        archive.extractall(folder, filter="data")
    for name, content in changed.items():
        (folder / names[name]).unlink() if content is None else (folder / names[name]).write_bytes(content)
    with tarfile.open(target, "w:gz") as archive:
        for member in sorted(folder.iterdir()):
            archive.add(member, member.name)


def newer(good: Path, target: Path) -> None:
    """As a later Parley would make it: its database is at a migration that this one does not know."""
    repacked(good, target)
    with contextlib.closing(sqlite3.connect(target.with_suffix(".d") / "parley.db", isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    with tarfile.open(target, "w:gz") as archive:
        for name in ("about.json", "parley.db"):
            archive.add(target.with_suffix(".d") / name, name)


BROKEN = {
    "no archive": lambda good, bad: bad.write_bytes(b"this is no archive"),
    "empty": lambda good, bad: bad.write_bytes(b""),
    "cut off": lambda good, bad: bad.write_bytes(good.read_bytes()[:-400]),
    "bits flipped": lambda good, bad: bad.write_bytes(good.read_bytes()[:600] + b"\xff" * 64 + good.read_bytes()[664:]),
    "no database": lambda good, bad: repacked(good, bad, parley_db=None),
    "no about": lambda good, bad: repacked(good, bad, about_json=None),
    "about is a list": lambda good, bad: repacked(good, bad, about_json=b"[1]"),
    "another format": lambda good, bad: repacked(good, bad, about_json=json.dumps({"format": 99}).encode()),
    "a database of somebody else's": lambda good, bad: repacked(good, bad, parley_db=b"SQLite format 3\0" + b"\0" * 4000),
    "a newer Parley's": newer,
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_refused_and_changes_nothing(how: str, sqlite_url: str, reader: Reader, tmp_path: Path, valkey_url: str) -> None:
    first = settings_of(tmp_path / "first", sqlite_url, valkey_url)
    filled(first, reader, tmp_path).close()
    good, bad = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz"
    keeping.backup(first, good)
    BROKEN[how](good, bad)
    second = settings_of(tmp_path / "second", f"sqlite:///{tmp_path / 'second' / 'parley.db'}", valkey_url)
    with pytest.raises(keeping.KeepingError):
        keeping.restore(second, bad)
    assert keeping.is_armed(second)
    left = {path.name for path in (tmp_path / "second").rglob("*")} - {"up.lock"}
    assert left == set(), "nothing is left behind"


def test_an_installation_with_data_is_not_written_over(pair: tuple[Settings, Settings], reader: Reader, tmp_path: Path) -> None:
    first, second = pair
    filled(first, reader, tmp_path).close()
    keeping.backup(first, tmp_path / "b.tar.gz")
    keeping.restore(second, tmp_path / "b.tar.gz")
    keeping.arm(second)
    before = everything(second.database_url)
    with pytest.raises(keeping.KeepingError, match="data in this database"):
        keeping.restore(second, tmp_path / "b.tar.gz")
    assert everything(second.database_url) == before
    assert keeping.is_armed(second)


def test_no_restore_under_a_parley_that_runs(sqlite_url: str, reader: Reader, tmp_path: Path, valkey_url: str) -> None:
    first = settings_of(tmp_path / "first", sqlite_url, valkey_url)
    filled(first, reader, tmp_path).close()
    keeping.backup(first, tmp_path / "b.tar.gz")
    second = settings_of(tmp_path / "second", f"sqlite:///{tmp_path / 'second' / 'parley.db'}", valkey_url)
    with claimed(second.parley_home), pytest.raises(keeping.KeepingError, match="Another `parley up`"):
        keeping.restore(second, tmp_path / "b.tar.gz")


def test_a_backup_that_cannot_be_written_says_so(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(keeping.KeepingError, match="cannot be written"):
        keeping.backup(settings, tmp_path / "no such folder" / "b.tar.gz")


def test_the_copy_keeps_waiting_events(pair: tuple[Settings, Settings], reader: Reader, tmp_path: Path) -> None:
    first, second = pair
    house = filled(first, reader, tmp_path)
    waiting = house.count("event")
    house.close()
    keeping.backup(first, tmp_path / "b.tar.gz")
    keeping.restore(second, tmp_path / "b.tar.gz")
    copy = House(second, reader)
    assert copy.count("event") == waiting
    keeping.arm(second)
    copy.n_texts = 20
    assert copy.says("tea", MAYA) == ["tea it is."], "the conversation goes on where it stood"
    copy.close()
