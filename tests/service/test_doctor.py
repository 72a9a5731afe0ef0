"""`parley doctor`: each thing that can be wrong is named, with what to do."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Finding, State, examine, skew
from bot.provider.app import Provider
from models import alarm, contact, outbox
from models.message import blank
from models.store import Store

SID, TOKEN = "AC" + "5" * 32, "the token of the tests"
ACCOUNT = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": "+15005550006", "TWILIO_API_BASE": "http://127.0.0.1:9"}


def finding(environ: Mapping[str, str], check: str) -> Finding:
    """The gravest finding about one thing."""
    found = [f for f in examine(environ) if f.check == check]
    return max(found, key=lambda f: list(State).index(f.state))


WRONG = [
    ({"PORT": "x"}, "PORT", State.WRONG, "a port from 1 to 65535"),
    ({"TWILIO_SID": "x"}, "TWILIO_SID", State.NOTE, "Did you mean TWILIO_ACCOUNT_SID?"),
    ({"DATABASE_URL": "postgresql://127.0.0.1:1/none"}, "DATABASE_URL", State.WRONG, "host, name and password"),
    ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL", State.WRONG, "correct the address"),
    ({}, "REDIS_URL", State.NOTE, "starts with `parley up`"),
    ({}, "TWILIO_ACCOUNT_SID", State.NOTE, "set TWILIO_ACCOUNT_SID"),
    ({**ACCOUNT}, "TWILIO_API_BASE", State.WRONG, "Check the network"),
    ({**ACCOUNT, "TWILIO_API_BASE": "http://example.org"}, "TWILIO_API_BASE", State.WRONG, "Use https"),
    ({**ACCOUNT, "TWILIO_API_BASE": "http://example.org"}, "PUBLIC_URL", State.WRONG, "the address that the world sees"),
    ({**ACCOUNT, "TWILIO_FROM": ""}, "TWILIO_FROM", State.WRONG, "messaging service"),
    ({"TWILIO_FROM": "+19995550100"}, "TWILIO_FROM", State.WRONG, "as Twilio shows it"),
    ({"COUNTRY": "XX"}, "COUNTRY", State.WRONG, "US, FR"),
    ({"PUBLIC_URL": "http://127.0.0.1:9"}, "PUBLIC_URL", State.NOTE, "parley up"),
    ({"SENDING": "off"}, "SENDING", State.NOTE, "SENDING=on"),
    ({"WEB_PROCESSES": "2"}, "WEB_PROCESSES", State.NOTE, "PostgreSQL"),
]


@pytest.mark.parametrize(("environ", "check", "state", "how"), WRONG)
def test_what_is_wrong_and_how_to_mend_it(environ: dict[str, str], check: str, state: State, how: str, tmp_path: Path) -> None:
    found = finding({"PARLEY_HOME": str(tmp_path / "home"), "PUBLIC_URL": "http://127.0.0.1:9", **environ}, check)
    assert found.state is state, found
    assert how in found.how
    assert TOKEN not in str(found)


def test_a_whole_installation_is_fine(settings: Any, app: Any) -> None:
    with Provider(account_sid=SID, auth_token=TOKEN, webhook=f"{app.url}/sms") as provider:
        environ = {
            **ACCOUNT,
            "TWILIO_API_BASE": provider.url,
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "PARLEY_HOME": str(settings.parley_home),
        }
        found = examine(environ)
        assert [f for f in found if f.state is State.WRONG] == []
        fine = {f.check for f in found if f.state is State.FINE}
        assert {"DATABASE_URL", "REDIS_URL", "FLOWS_DIR", "TWILIO_AUTH_TOKEN", "clock", "disk"} <= fine
        refused = finding({**environ, "TWILIO_AUTH_TOKEN": "old"}, "TWILIO_AUTH_TOKEN")
        assert (refused.state, refused.what) == (State.WRONG, "is refused (HTTP 401)")


def test_open_alarms_are_said_until_somebody_has_seen_to_them(settings: Any) -> None:
    environ = {
        "DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "PARLEY_HOME": str(settings.parley_home),
        "PUBLIC_URL": "http://127.0.0.1:9",
    }
    store = Store(settings.database_url)
    with store.write() as db:
        for _ in range(2):
            alarm.raise_or_count(db, alarm.AlarmKind.FILTERED, "flow news, step hi", datetime(2026, 3, 4, 18, tzinfo=UTC))
    found = finding(environ, "alarm")
    assert found.state is State.WRONG
    assert found.what == "The carrier filtered a text as spam. flow news, step hi (2 times since 2026-03-04 18:00 UTC)"
    assert "Change the wording" in found.how
    with store.write() as db:
        alarm.close_kind(db, alarm.AlarmKind.FILTERED, datetime(2026, 3, 4, 19, tzinfo=UTC), "Ines")
        who = contact.add(db, contact.new_values("+14155550101", datetime(2026, 3, 4, tzinfo=UTC)))
        given_up = blank(who, "out", "Hi", datetime(2026, 3, 4, tzinfo=UTC), key="m-1", status="unknown", author="flow")
        outbox.add(db, [given_up])
    store.close()
    assert "alarm" not in {f.check for f in examine(environ)}
    assert finding(environ, "messages").what == "1 in doubt for good (PROVIDER_LIST=untrusted)", "told as long as it is so"


def test_a_flow_that_does_not_check_is_named(tmp_path: Path) -> None:
    (tmp_path / "lunch.yaml").write_text("flow: lunch\nsteps: 7\n", "utf-8")
    found = finding({"PARLEY_HOME": str(tmp_path / "home"), "FLOWS_DIR": str(tmp_path)}, "FLOWS_DIR")
    assert found.state is State.WRONG
    assert "lunch.yaml" in found.what


def test_a_service_that_a_flow_asks_and_may_not_is_named(tmp_path: Path) -> None:
    call = "{call: {get: 'https://api.example.com/{{ contact.phone }}'}, failed: end}"
    (tmp_path / "asks.yaml").write_text(f"flow: asks\nsteps:\n  a: {call}\n", "utf-8")
    known = {"FLOWS_DIR": str(tmp_path), "PARLEY_HOME": str(tmp_path / "home")}
    told = [found for found in examine(known) if found.check == "CALL_HOSTS"]
    assert [(found.state, found.what) for found in told] == [(State.WRONG, "the flow asks asks api.example.com, which is not in it")]
    assert [found for found in examine({**known, "CALL_HOSTS": "*.example.com"}) if found.check == "CALL_HOSTS"] == []


def test_a_secret_that_others_can_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "auth-token").write_text("x", "ascii")
    (tmp_path / "auth-token").chmod(0o644)
    found = finding({"PARLEY_HOME": str(tmp_path)}, "PARLEY_HOME")
    assert (found.state, found.how) == (State.WRONG, f"chmod 600 {tmp_path / 'auth-token'}")


@pytest.mark.parametrize(("offset", "state"), [(0, State.FINE), (-120, State.WRONG), (120, State.WRONG)])
def test_a_clock_that_is_off_is_said_with_its_direction(offset: int, state: State) -> None:
    (found,) = skew("Twilio", time.time() - offset)
    assert found.state is state
    assert state is State.FINE or ("ahead of" if offset > 0 else "behind") in found.what


def test_the_command_ends_with_1_where_something_is_wrong_and_reads_the_file(tmp_path: Path) -> None:
    environ = {**os.environ, "PARLEY_HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-P", "-m", "bot.cli", "doctor", "--format", "json"]
    fine = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    (tmp_path / ".env").write_text("REPLIES=fax\nBRNAD=Tea House\n", "utf-8")
    wrong = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert wrong.returncode == 1
    found = {f["check"]: f for f in json.loads(wrong.stdout)}
    assert found["REPLIES"]["state"] == "wrong"
    assert found["BRNAD"]["how"] == "Did you mean BRAND?"
