"""The harness itself: each database is migrated, fresh and the test's own; the socket guard lets only this machine through."""

import socket
import threading

import pytest
import sqlalchemy
from pytest_socket import SocketConnectBlockedError

from bot import schema
from config.settings import Settings


@pytest.mark.parametrize("time", ["first", "again"])
def test_each_test_gets_an_empty_database(database_url: str, time: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE left_behind (n INTEGER)"))  # fails where the other run's table is still there
        tables = sqlalchemy.inspect(connection).get_table_names()
    engine.dispose()
    assert {"alembic_version", "left_behind"} < set(tables), time


def test_parts_that_start_at_once_migrate_in_turn(settings: Settings) -> None:
    ends: list[str] = []
    threads = [threading.Thread(target=lambda: (schema.ensure(settings), ends.append("ok"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == ["ok"] * 4


def test_no_network_beyond_this_machine() -> None:
    with socket.socket() as outside, pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))
