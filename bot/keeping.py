"""Backup and restore. A restored copy sends nothing until `parley arm`: two installations must never text the same people.

The marker lives outside the database, as a backup would carry it along: `PARLEY_HOME/disarmed`.
"""

import contextlib
import json
import sqlite3
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy import Table as SqlTable

from config.settings import Settings
from models.migrations import is_current, upgrade
from models.store import Store, metadata

FORMAT = 1
KEPT = ("auth-token", "secret-key")
"""Beside the database: the keys that signed sessions and webhooks."""


class KeepingError(Exception):
    """The backup or the restore cannot be made; says why and what to do."""


def is_armed(settings: Settings) -> bool:
    """Whether this installation may send."""
    return not settings.disarmed_marker.exists()


def arm(settings: Settings) -> bool:
    """Lets a restored copy send; whether it was disarmed."""
    was = not is_armed(settings)
    settings.disarmed_marker.unlink(missing_ok=True)
    return was


def backup(settings: Settings, target: Path) -> int:
    """Writes database, keys and spool to one file, from a moment's consistent state, while everything runs; its size in bytes."""
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        made = Path(folder) / "parley.db"
        if settings.uses_sqlite:
            _copy_sqlite(settings.database_url.removeprefix("sqlite:///"), made)
        else:
            _copy_tables(settings.database_url, f"sqlite:///{made}", fresh=True)
        about = Path(folder) / "about.json"
        about.write_text(json.dumps({"format": FORMAT, "made_at": datetime.now(UTC).isoformat()}))
        unfinished = Path(folder) / "backup.tar.gz"
        with tarfile.open(unfinished, "w:gz") as archive:
            archive.add(about, "about.json")
            archive.add(made, "parley.db")
            for name in KEPT:
                if (settings.parley_home / name).exists():
                    archive.add(settings.parley_home / name, name)
            if (settings.parley_home / "spool").is_dir():
                archive.add(settings.parley_home / "spool", "spool")
        unfinished.chmod(0o600)
        unfinished.replace(target)
    return target.stat().st_size


def restore(settings: Settings, source: Path) -> None:
    """Brings a backup into an empty installation, disarmed.

    Raises KeepingError where there is data already, or the file is none of ours.
    """
    home = settings.parley_home
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        unpacked = Path(folder)
        try:
            with tarfile.open(source) as archive:
                archive.extractall(unpacked, filter="data")
            about = json.loads((unpacked / "about.json").read_text())
        except (OSError, tarfile.TarError, ValueError) as error:
            raise KeepingError(f"{source} is no backup of Parley's ({type(error).__name__}).") from error
        if about.get("format") != FORMAT:
            raise KeepingError(f"{source} is of format {about.get('format')}; this Parley reads format {FORMAT}.")
        _refuse_full(settings)
        settings.disarmed_marker.write_text("A restored copy: `parley arm` lets it send.\n")
        if settings.uses_sqlite:
            (unpacked / "parley.db").replace(settings.database_url.removeprefix("sqlite:///"))
            upgrade(settings.database_url)
        else:
            upgrade(f"sqlite:///{unpacked / 'parley.db'}")
            _copy_tables(f"sqlite:///{unpacked / 'parley.db'}", settings.database_url, fresh=True)
        for name in (*KEPT, "spool"):
            if (unpacked / name).exists() and not (home / name).exists():
                (unpacked / name).replace(home / name)


def _refuse_full(settings: Settings) -> None:
    """A restore never writes over anything."""
    if settings.uses_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        return
    store = Store(settings.database_url)
    try:
        with store.read() as db:
            full = inspect(db).has_table("contact") and db.execute(text("SELECT 1 FROM message LIMIT 1")).first() is not None
    finally:
        store.close()
    if full:
        raise KeepingError("There are texts in this database already. Restore into an empty one: another PARLEY_HOME or DATABASE_URL.")
    if settings.uses_sqlite:
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(settings.database_url.removeprefix("sqlite:///") + ending).unlink()


def _copy_sqlite(source: str, target: Path) -> None:
    """SQLite's own online backup: consistent, while others write."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _copy_tables(source: str, target: str, *, fresh: bool) -> None:
    """Every row from one database to another of either kind, in one transaction each."""
    if fresh and not is_current(target):
        upgrade(target)
    old, new = Store(source), Store(target)
    try:
        with old.engine.connect() as reading, new.write() as writing:
            if reading.dialect.name == "postgresql":
                reading = reading.execution_options(isolation_level="REPEATABLE READ")
            for table in reversed(metadata.sorted_tables):
                writing.execute(table.delete())
            for table in metadata.sorted_tables:
                _copy_rows(reading, writing, table)
    finally:
        old.close()
        new.close()


def _copy_rows(reading: Connection, writing: Connection, table: SqlTable, batch: int = 500) -> None:
    rows = reading.execute(select(table)).mappings()
    while some := rows.fetchmany(batch):
        writing.execute(insert(table), [dict(row) for row in some])
    if writing.dialect.name == "postgresql" and "id" in table.c:
        name = table.name
        writing.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 1) FROM {name}))"))  # noqa: S608
