"""Backup and restore. A restored copy sends nothing until `parley arm`: two installations must never text the same people.

The marker lives outside the database, as a backup would carry it along: `PARLEY_HOME/disarmed`.
"""

import contextlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, insert, inspect, select, text
from sqlalchemy import Table as SqlTable

from bot import steered
from bot.messenger import LookupFailed, Messenger, messenger_for
from bot.supervisor import UpError, claimed
from config.settings import Settings
from models import campaign, outbox, restored
from models.migrations import is_current, upgrade
from models.store import Store
from models.tables import metadata

FORMAT = 1
KEPT = ("auth-token", "secret-key")
"""Beside the database: the keys that signed sessions and webhooks."""
_BROKEN = (OSError, tarfile.TarError, EOFError, zlib.error, ValueError, TypeError, KeyError, sqlite3.Error)
COPY = "restored from a backup: see whom it reached, then resume it"
"""Why a campaign that ran when the backup was made is paused in the copy."""
_FILLED = (
    "SELECT 1 FROM message LIMIT 1",
    "SELECT 1 FROM contact WHERE kind = 'real' LIMIT 1",
    "SELECT 1 FROM staff WHERE NOT one_time LIMIT 1",
)
"""What no first start makes by itself: texts, people, somebody who has signed in."""


class KeepingError(Exception):
    """The backup or the restore cannot be made; says why and what to do."""


def is_armed(settings: Settings) -> bool:
    """Whether this installation may send."""
    return not settings.disarmed_marker.exists()


@dataclass(frozen=True, slots=True)
class Armed:
    """A copy may send now. left: why what came due until then is left to the original, and never started here; "" where it need not."""

    left: str


def arm(settings: Settings, now: datetime | None = None, messenger: Messenger | None = None) -> Armed | None:
    """Lets a restored copy send; None where it might already.

    The provider's list says whether the original has sent anything since the backup. If not (an installation was moved), the copy goes
    on exactly where it stood. If so, or where nobody knows, what was to start meanwhile is left to it.
    """
    if is_armed(settings):
        return None
    left = ""
    if not settings.uses_sqlite or _file(settings).exists():
        if not is_current(settings.database_url):  # armed by a newer Parley than the one that restored it
            upgrade(settings.database_url)
        store = Store(settings.database_url)
        try:
            left = _sent_since(store, messenger or messenger_for(settings), settings.twilio_from)
            if left:
                _leave_to_the_original(store, now or datetime.now(UTC))
        finally:
            store.close()
    settings.disarmed_marker.unlink(missing_ok=True)
    return Armed(left)


def _sent_since(store: Store, messenger: Messenger, senders: Sequence[str]) -> str:
    """What says that the original went on after the backup; "" where it did not."""
    with store.read() as db:
        made_at, ours = restored.made_at(db), {*senders, *(number for _, number in outbox.our_numbers(db))}
    if made_at is None:
        return "nobody knows when the backup was made"
    try:
        found = messenger.find("", made_at)
    except LookupFailed as error:
        return f"the provider's list could not be read ({error})"
    sent = [one for one in found if one.direction.startswith("outbound") and one.created_at > made_at]
    with store.read() as db:
        known = outbox.known_sids(db, [one.sid for one in sent])
    n = sum(one.sid not in known and (not ours or bool({one.sender, one.service} & ours)) for one in sent)
    return f"the original has sent texts since the backup ({n})" if n else ""


def _leave_to_the_original(store: Store, now: datetime) -> None:
    with store.write() as db:
        restored.drop_starts(db, restored.made_at(db) or now, asked=True)
        restored.drop_starts(db, now, asked=False)
        restored.set_armed(db, now)
        for row in campaign.running(db):
            steered.pause(db, row.id, row.name, COPY, now)


# --- backup -----------------------------------------------------------------------------------------------------------


def backup(settings: Settings, target: Path, now: datetime | None = None) -> int:
    """Writes database, keys and spool to one file, from a moment's consistent state, while everything runs; its size in bytes.

    Raises KeepingError where the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
            unfinished = _packed(settings, Path(folder), now)
            unfinished.replace(target)
    except OSError as error:
        raise KeepingError(f"{target} cannot be written: {error.strerror}.") from error
    return target.stat().st_size


def _packed(settings: Settings, folder: Path, now: datetime | None) -> Path:
    """The spool comes before the database: a text that is drained meanwhile is then in both (which is harmless), never in neither."""
    made_at = now or datetime.now(UTC)  # before the copy: what leaves after that is not surely in it
    _copy_spool(settings.parley_home / "spool", folder / "spool")
    made = folder / "parley.db"
    if settings.uses_sqlite:
        _copy_sqlite(_file(settings), made)
    else:
        _copy_tables(settings.database_url, f"sqlite:///{made}")
    (folder / "about.json").write_text(json.dumps({"format": FORMAT, "made_at": made_at.isoformat()}))
    packed = folder / "backup.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        for name in ("about.json", "parley.db", "spool"):
            archive.add(folder / name, name)
        for name in KEPT:
            if (settings.parley_home / name).exists():
                archive.add(settings.parley_home / name, name)
    packed.chmod(0o600)
    return packed


def _copy_spool(source: Path, target: Path) -> None:
    target.mkdir()
    for file in sorted(source.glob("*.jsonl")):
        with contextlib.suppress(FileNotFoundError):  # drained since we looked: its texts are in the database, which is copied next
            (target / file.name).write_bytes(file.read_bytes())


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online backup: consistent, while others write."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)


# --- restore ----------------------------------------------------------------------------------------------------------


def restore(settings: Settings, source: Path) -> None:
    """Brings a backup into an empty installation, disarmed.

    Raises KeepingError where there is data already, Parley runs there, or the file is none of ours; nothing is changed then.
    """
    home = settings.parley_home
    with _unused(home), tempfile.TemporaryDirectory(dir=home) as folder:
        unpacked = Path(folder)
        _unpack(source, unpacked)
        _refuse_full(settings)
        was_armed = is_armed(settings)
        settings.disarmed_marker.write_text("A restored copy: `parley arm` lets it send.\n")
        try:
            _put_in_place(settings, unpacked / "parley.db")
        except BaseException:
            if was_armed:
                settings.disarmed_marker.unlink(missing_ok=True)
            raise
        for name in KEPT:
            if (unpacked / name).exists():
                (unpacked / name).replace(home / name)
        (home / "spool").mkdir(exist_ok=True)
        for file in (unpacked / "spool").glob("*.jsonl"):
            file.replace(home / "spool" / file.name)


@contextlib.contextmanager
def _unused(home: Path) -> Iterator[None]:
    try:
        with claimed(home):
            yield
    except UpError as error:
        raise KeepingError(str(error)) from error


def _unpack(source: Path, folder: Path) -> None:
    """Unpacks a backup and brings its database to this version's schema, all in `folder`. Raises KeepingError for what is none."""
    database = folder / "parley.db"
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        about = dict(json.loads((folder / "about.json").read_text()))
        if (made_as := about["format"]) != FORMAT:
            raise KeepingError(f"{source} is of format {made_as}; this Parley reads format {FORMAT}.")
        made_at = datetime.fromisoformat(about["made_at"])
        with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as look:
            if look.execute("PRAGMA quick_check").fetchone() != ("ok",) or not look.execute("SELECT 1 FROM alembic_version").fetchone():
                raise ValueError("the database in it is damaged")
    except _BROKEN as error:
        raise KeepingError(f"{source} is no backup of Parley's, or a damaged one ({type(error).__name__}). Nothing was changed.") from error
    try:
        upgrade(f"sqlite:///{database}")
    except CommandError as error:
        raise KeepingError(f"{source} was made by a newer Parley than this one. Nothing was changed.") from error
    _doubt_unsent(f"sqlite:///{database}", made_at)


def _doubt_unsent(url: str, made_at: datetime) -> None:
    """What was queued may have left the original since: once armed, it is looked up at the provider before it is sent."""
    store = Store(url)
    try:
        with store.write() as db:
            outbox.doubt_queued(db)
            restored.set_made(db, made_at)
    finally:
        store.close()


def _refuse_full(settings: Settings) -> None:
    """A restore never writes over anybody's data."""
    if settings.uses_sqlite and not _file(settings).exists():
        return
    store = Store(settings.database_url)
    try:
        with store.read() as db:
            full = inspect(db).has_table("staff") and any(db.execute(text(query)).first() for query in _FILLED)
    finally:
        store.close()
    if full:
        raise KeepingError("There is data in this database already. Restore into an empty one: another PARLEY_HOME or DATABASE_URL.")


def _put_in_place(settings: Settings, database: Path) -> None:
    """All or nothing: on SQLite one file takes another's place, on PostgreSQL it is one transaction."""
    if not settings.uses_sqlite:
        _copy_tables(f"sqlite:///{database}", settings.database_url)
        return
    target = _file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(database, beside)  # it may be on another disk, where no file can simply be moved to
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    beside.replace(target)


# --- rows from one database to another --------------------------------------------------------------------------------


def _file(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _copy_tables(source: str, target: str) -> None:
    """Every row from one database to another of either kind, in one transaction each."""
    if not is_current(target):
        upgrade(target)
    old, new = Store(source), Store(target)
    try:
        with _moment(old.engine) as reading, new.write() as writing:
            for table in reversed(metadata.sorted_tables):
                writing.execute(table.delete())
            for table in metadata.sorted_tables:
                _copy_rows(reading, writing, table)
    finally:
        old.close()
        new.close()


@contextlib.contextmanager
def _moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment, whatever others write meanwhile."""
    with engine.connect() as connection:
        yield connection if connection.dialect.name == "sqlite" else connection.execution_options(isolation_level="REPEATABLE READ")


def _copy_rows(reading: Connection, writing: Connection, table: SqlTable, batch: int = 500) -> None:
    rows = reading.execution_options(yield_per=batch).execute(select(table)).mappings()
    while some := rows.fetchmany(batch):
        writing.execute(insert(table), [dict(row) for row in some])
    if writing.dialect.name == "postgresql" and "id" in table.c:
        name = table.name
        most = f"(SELECT max(id) FROM {name})"  # noqa: S608  # a name of ours
        writing.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce({most}, 1), {most} IS NOT NULL)"))
