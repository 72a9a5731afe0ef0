"""What the environment may say, what it becomes, and how a wrong one is reported."""

import stat
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.keys import kept
from config.limits import CapEntry
from config.settings import OptoutReplies, Replies, SettingsError, load_settings

SID = "AC" + "0" * 32
DAY = timedelta(days=1)

TAKEN = [
    # variable, text, attribute, value, why
    ("PORT", "9000", "port", 9000, "a number"),
    ("PORT", " ", "port", 8000, "blank counts as not given"),
    (
        "PUBLIC_URL",
        "https://sms.example.org/",
        "public_url",
        "https://sms.example.org",
        "a slash at the end would double in every joined path",
    ),
    ("DATABASE_URL", "postgres://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d", "the form that hosting services hand out"),
    ("DATABASE_URL", "postgresql://u:p@h/d", "database_url", "postgresql+psycopg://u:p@h/d", "psycopg 3 is the driver"),
    ("TWILIO_FROM", "+15005550006, +15005550007", "twilio_from", ("+15005550006", "+15005550007"), "several numbers"),
    ("TWILIO_FROM", "MG" + "a" * 32, "twilio_from", ("MG" + "a" * 32,), "a messaging service"),
    ("REPLIES", "api", "replies", Replies.API, "a word of a list"),
    ("OPTOUT_REPLIES", "app", "optout_replies", OptoutReplies.APP, "a word of a list"),
    ("TEXT_HELP", "{brand}: call us", "text_help", "{brand}: call us", "a template"),
    ("SENDING", "off", "sending", False, "a switch"),
    ("SENDER_RATES", f"+15005550006=3, MG{'a' * 32}=10", "sender_rates", {"+15005550006": 3.0, "MG" + "a" * 32: 10.0}, "two senders"),
    ("COUNTRIES", "us, FR", "countries", ("US", "FR"), "two countries"),
    ("CAP_MARKETING_DAY", "3", "cap_marketing_day", 3, "a number"),
    ("CAP_MARKETING_WEEK", "0", "cap_marketing_week", 0, "no cap"),
    (
        "CAPS",
        "Marketing 2/1d 5/7d; service 6/36h; marketing new 1/1d;",
        "caps",
        (
            CapEntry(purpose="marketing", stage=None, most=2, span=DAY),
            CapEntry(purpose="marketing", stage=None, most=5, span=7 * DAY),
            CapEntry(purpose="service", stage=None, most=6, span=1.5 * DAY),
            CapEntry(purpose="marketing", stage="new", most=1, span=DAY),
        ),
        "caps by purpose and stage",
    ),
    ("PRICES", "us=0.0083, FR=0.07 *=0.1", "prices", {"US": Decimal("0.0083"), "FR": Decimal("0.07"), "*": Decimal("0.1")}, "to the cent"),
    ("CURRENCY", "EUR", "currency", "EUR", "a currency"),
    ("CALL_HOSTS", "api.example.com, *.example.org:8443", "call_hosts", ("api.example.com", "*.example.org:8443"), "two hosts"),
    ("CALL_HOSTS", "127.0.0.1:8123 [::1]:8123", "call_hosts", ("127.0.0.1:8123", "[::1]:8123"), "this machine, by its address and port"),
    ("CALL_SECRETS", "STOCK_KEY=a=b SHOP=x,y", "call_secrets", {"STOCK_KEY": "a=b", "SHOP": "x,y"}, "a secret may hold = and ,"),
    ("BRAND", "  Café ☕ ", "brand", "Café ☕", "spaces at the ends are nobody's name"),
]


@pytest.mark.parametrize(("name", "text", "attribute", "value", "why"), TAKEN)
def test_taken(name: str, text: str, attribute: str, value: object, why: str) -> None:
    assert getattr(load_settings({name: text}), attribute) == value, why


REFUSED = [
    ("PORT", "abc", "not a number"),
    ("PORT", "70000", "no such port"),
    ("PUBLIC_URL", "sms.example.org", "no scheme"),
    ("PUBLIC_URL", "https://sms_1.example.org", "Twilio calls no host with an underscore"),
    ("PUBLIC_URL", "https://me:pw@example.org", "a user in it breaks every signature"),
    ("DATABASE_URL", "mysql://h/d", "not supported"),
    ("DATABASE_URL", "sqlite://", "in memory: each process would have its own"),
    ("REDIS_URL", "localhost:6379", "no scheme"),
    ("FLOWS_DIR", "/no/such/folder", "no such folder"),
    ("COUNTRY", "usa", "not two capitals"),
    ("TIMEZONE", "Mars/Olympus", "no such zone"),
    ("TIMEZONE", "Europe", "a folder of zones"),
    ("TWILIO_FROM", "555-0100", "not E.164"),
    ("TWILIO_FROM", f"+15005550006,MG{'a' * 32}", "a service stands alone"),
    ("SENDER_RATES", "+15005550006", "no rate"),
    ("CALL_HOSTS", "https://api.example.com", "an address is no host"),
    ("CALL_HOSTS", "127.0.0.1", "every port of this machine"),
    ("CALL_HOSTS", "10.0.0.5:80", "the own network"),
    ("CALL_HOSTS", "localhost:80", "a name of this machine: it is listed by its address"),
    ("CALL_HOSTS", "2130706433", "a way to write an address"),
    ("CALL_HOSTS", "*.com", "half the world"),
    ("CALL_HOSTS", "api.example.com:99999", "no such port"),
    ("CALL_SECRETS", "STOCK_KEY", "no secret"),
    ("CALL_SECRETS", "9=1", "no name"),
    ("SENDER_RATES", "+15005550006=0", "it would never send"),
    ("SENDER_RATES", "5550006x=3", "no sender"),
    ("COUNTRIES", "France", "no two letters"),
    ("CAP_MARKETING_DAY", "-1", "less than nothing"),
    ("CAPS", "reply 2/1d", "an answer has no cap"),
    ("CAPS", "marketing", "no cap"),
    ("CAPS", "marketing old 2/1d", "no such stage"),
    ("CAPS", "marketing 2/day", "no such span"),
    ("CAPS", "marketing 2/61d", "longer than anybody looks back"),
    ("CAPS", "marketing 2/0d", "no span at all"),
    ("PRICES", "US", "no price"),
    ("PRICES", "USA=1", "no such country"),
    ("PRICES", "US=free", "no number"),
    ("PRICES", "US=NaN", "no number either"),
    ("PRICES", "US=0.0000001", "finer than we count"),
    ("PRICES", "US=-1", "less than nothing"),
    ("CURRENCY", "euro", "no code"),
    ("REPLIES", "fax", "not in the list"),
    ("SENDING", "perhaps", "not a switch"),
    ("SECRET_KEY", "short", "guessable"),
    ("TEXT_HELP", "Call {phone}", "a placeholder that nobody fills"),
    ("TEXT_OPTOUT", "Bye {", "a brace that is none"),
    ("WEB_THREADS", "0", "nobody would answer"),
]


@pytest.mark.parametrize(("name", "text", "why"), REFUSED)
def test_refused_with_name_what_it_got_and_what_it_wants(name: str, text: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: text})
    (problem,) = caught.value.problems
    assert problem.name == name, why
    assert problem.wants, why


def test_every_wrong_variable_is_listed_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"PORT": "x", "TIMEZONE": "y", "REPLIES": "z"})
    assert {problem.name for problem in caught.value.problems} == {"PORT", "TIMEZONE", "REPLIES"}
    assert 'PORT: got "x", wants a port from 1 to 65535.' in str(caught.value)


@pytest.mark.parametrize(("given", "missing"), [("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID")])
def test_half_an_account_is_refused(given: str, missing: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({given: SID})
    assert [problem.name for problem in caught.value.problems] == [missing]


@pytest.mark.parametrize("name", ["SPEND_DAY", "SPEND_MONTH"])
def test_a_ceiling_wants_a_price_for_every_country(name: str) -> None:
    for prices in ({}, {"PRICES": "US=0.0083"}):
        with pytest.raises(SettingsError) as caught:
            load_settings({name: "25.50", **prices})
        (problem,) = caught.value.problems
        assert problem.name == "PRICES"
        assert problem.wants.endswith(f"{name} is set")
    settings = load_settings({name: "25.50", "PRICES": "*=0.01"})
    assert getattr(settings, name.lower()) == Decimal("25.5")
    for wrong in ("0", "-5", "much"):
        with pytest.raises(SettingsError, match=name):
            load_settings({name: wrong, "PRICES": "*=0.01"})


def test_no_secret_in_a_problem_or_in_a_representation() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"DATABASE_URL": "mysql://me:hunter2@h/d", "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
    settings = load_settings({"DATABASE_URL": "postgresql://me:hunter2@h/d", "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "hunter2"})
    assert "hunter2" not in repr(settings)


def test_an_account_is_used_as_given(tmp_path: Path) -> None:
    settings = load_settings({"PARLEY_HOME": str(tmp_path), "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "t0ken"})
    assert (settings.account_sid, settings.auth_token, settings.messenger) == (SID, "t0ken", "twilio")
    assert settings.twilio_from == (), "a real account never sends from a test number"
    assert list(tmp_path.iterdir()) == []


def test_without_an_account_a_token_is_made_once_and_kept(tmp_path: Path) -> None:
    environ = {"PARLEY_HOME": str(tmp_path / "home")}
    first, second = load_settings(environ), load_settings(environ)
    assert first.messenger == "paper"
    assert first.auth_token == second.auth_token
    assert first.account_sid == second.account_sid
    assert len(first.account_sid) == 34
    assert first.session_key != first.auth_token
    assert stat.S_IMODE((tmp_path / "home" / "auth-token").stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_the_token(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    seen: list[str] = []

    def start() -> None:
        together.wait()
        seen.append(kept(tmp_path / "token"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["token"]


def test_the_embedded_socket_is_short_enough_for_the_system(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    near, far = load_settings({"PARLEY_HOME": "/srv/parley"}), load_settings({"PARLEY_HOME": str(deep)})
    assert near.redis_url == "unix:///srv/parley/valkey/valkey.sock"
    assert len(far.redis_url) < 108
    assert near.embeds_valkey
    assert not load_settings({"REDIS_URL": "redis://127.0.0.1/0"}).embeds_valkey


def test_the_file_in_the_working_folder_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("BRAND=From the file\nPORT=8123\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "8200")
    settings = load_settings()
    assert (settings.brand, settings.port) == ("From the file", 8200)
    assert settings.parley_home == tmp_path / "var"
