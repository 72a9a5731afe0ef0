"""The schema: what the migrations make is what the models say, from empty and from every step, by one process or several at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from config.settings import Settings
from models.migrations import _config, is_current, upgrade
from models.tables import metadata


def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": connection.dialect.name != "sqlite", "include_object": _ours}
        )
        differences = compare_metadata(context, metadata)
        indexes = {index["name"] for table in metadata.tables for index in inspect(connection).get_indexes(table)}
    engine.dispose()
    assert differences == []
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= indexes


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def test_every_table_has_its_columns_in_both(database_url: str) -> None:
    engine = create_engine(database_url)
    made = {table: {column["name"] for column in inspect(engine).get_columns(table)} for table in metadata.tables}
    engine.dispose()
    assert made == {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}


def test_an_older_database_is_brought_up_with_its_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(_config(url), "0001")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('installed_at', '\"2026-01-01\"')"))
    assert not is_current(url)
    upgrade(url)
    assert is_current(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM meta")).scalar_one() == '"2026-01-01"'
    engine.dispose()


def test_pins_come_out_of_meta_into_their_column(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(_config(url), "0006")
    engine = create_engine(url)
    published = "'x', 1, '', '', 'x.yaml', 'flow: x', 1, '2026-01-01', 'ann', ''"
    with engine.begin() as connection:
        names = "flow, number, hash, title, file, source, live, published_at, published_by, why"
        connection.execute(text(f"INSERT INTO revision (id, {names}) VALUES (5, {published})"))
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('parts-5', '{\"part\": 3}')").execution_options(no_parameters=True))
    upgrade(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT parts FROM revision")).scalar_one() == '{"part": 3}'
        assert connection.execute(text("SELECT count(*) FROM meta")).scalar_one() == 0
    engine.dispose()


def test_when_a_link_was_opened_gets_its_zone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(_config(url), "0016")
    engine = create_engine(url)
    with engine.begin() as connection:
        for token, at in (("a", "'2026-03-02 15:00:00.000000'"), ("b", "NULL"), ("c", "'2026-03-02 15:00:00.000000+00:00'")):
            names = "token, contact_id, message_key, target, test, created_at, n_opened, n_previewed, opened_at"
            values = f"'{token}', 1, 'k', 'https://example.com', 0, '2026-03-02 14:00:00.000000+00:00', 1, 0, {at}"
            connection.execute(text(f"INSERT INTO link ({names}) VALUES ({values})").execution_options(no_parameters=True))
    upgrade(url)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT opened_at FROM link ORDER BY token")).scalars())
    engine.dispose()
    assert found == ["2026-03-02 15:00:00.000000+00:00", None, "2026-03-02 15:00:00.000000+00:00"]


def test_what_was_waived_stays_waived_as_of_its_resuming(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(_config(url), "0017")
    engine = create_engine(url)
    names = "name, waived, started_at, resumed_at, title, file, source, state, why, heard_id, clicked_id, created_at, created_by"
    rest = "'', 'x.yaml', '', 'running', '', 0, 0, '2026-01-01', 'ann'"
    with engine.begin() as connection:
        for values in ("'a', 1, 'Monday', 'Tuesday'", "'b', 1, 'Monday', NULL", "'c', 0, 'Monday', 'Tuesday'"):
            connection.execute(text(f"INSERT INTO campaign ({names}) VALUES ({values}, {rest})"))
    upgrade(url)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT waived_at FROM campaign ORDER BY name")).scalars())
    engine.dispose()
    assert found == ["Tuesday", "Monday", None]


def test_the_steps_are_one_line() -> None:
    steps = list(ScriptDirectory.from_config(_config("sqlite://")).walk_revisions())
    assert [step.revision for step in steps][::-1] == [f"{n:04d}" for n in range(1, len(steps) + 1)]
    for step in steps:
        source = Path(step.path).read_text("utf-8")
        assert "from models" not in source, "a migration imports no models: it never changes again"
        assert "import models" not in source


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_migrate_once(kind: str, request: pytest.FixtureRequest, tmp_path: Path, valkey_url: str) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.db'}"
    else:
        url = str(request.getfixturevalue("postgres_url"))
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    code = "from bot import schema; from config.settings import load_settings; schema.ensure(load_settings())"
    environ = {"PARLEY_HOME": str(tmp_path / "home"), "DATABASE_URL": url, "REDIS_URL": valkey_url, "PATH": "/usr/bin:/bin"}
    children = [subprocess.Popen([sys.executable, "-c", code], env=environ, stderr=subprocess.PIPE) for _ in range(4)]
    said = [child.communicate(timeout=60)[1].decode() for child in children]
    assert [child.returncode for child in children] == [0] * 4, said
    assert is_current(url)


def test_a_database_that_is_away_is_named(settings: Settings) -> None:
    from bot import schema

    away = settings.model_copy(update={"database_url": "postgresql+psycopg://parley@127.0.0.1:9/parley"})
    with pytest.raises(schema.UnreachableError):
        schema.ensure(away)


def test_a_backup_knows_every_table_whatever_was_imported_before(sqlite_url: str) -> None:
    code = "from bot.keeping import metadata; print(*sorted(metadata.tables))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    engine = create_engine(sqlite_url)
    made = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert set(told.stdout.split()) == made
