"""What tests with real parts share: settings of an installation of their own."""

from pathlib import Path

import pytest

from config.settings import Settings, load_settings

SID = "AC" + "5" * 32
TOKEN = "the token of the tests"


@pytest.fixture
def settings(database_url: str, valkey_url: str, tmp_path: Path) -> Settings:
    """An installation with an account, on a fresh database (SQLite, then PostgreSQL) and an empty Valkey."""
    return load_settings(
        {
            "PARLEY_HOME": str(tmp_path / "home"),
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey_url,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": "+15005550006",
            "TWILIO_API_BASE": "http://127.0.0.1:9",  # nobody listens there: a test that sends starts a provider of its own
            "PUBLIC_URL": "http://127.0.0.1:8000",
        }
    )
