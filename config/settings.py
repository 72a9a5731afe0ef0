"""Every setting of Parley as data: its name, default, unit and meaning. The environment is read here, once, at a root."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from config import entries, keys, limits, sockets
from config.limits import CapEntry
from config.problems import SettingProblem, SettingsError

__all__ = ["OptoutReplies", "ProviderList", "Replies", "SettingProblem", "Settings", "SettingsError", "load_settings"]

SHIPPED_FLOWS = Path(__file__).resolve().parent.parent / "flows" / "library"
TEST_SENDER = "+15005550006"
"""Twilio's own test number; the paper messenger sends from it where no other is set."""


class Replies(StrEnum):
    """Which way the answer to a text leaves."""

    TWIML = "twiml"
    API = "api"


class ProviderList(StrEnum):
    """Whether what the provider's list of messages does not hold counts as not sent."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


class OptoutReplies(StrEnum):
    """Who answers STOP, START and HELP: Twilio's defaults, Twilio's Advanced Opt-Out, or Parley."""

    TWILIO = "twilio"
    ADVANCED = "advanced"
    APP = "app"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _setting(default: Any, meaning: str, *, wants: str, unit: str = "", secret: bool = False, **limits: Any) -> Any:
    """A field with its documentation. `default` is a value, or a function of the settings read so far (with `shown` for the docs)."""
    shown = limits.pop("shown", None)
    extra = {"wants": wants, "unit": unit, "shown": shown, "secret": secret}
    if callable(default):
        return Field(default_factory=default, description=meaning, repr=not secret, json_schema_extra=extra, **limits)
    return Field(default, description=meaning, repr=not secret, json_schema_extra=extra, **limits)


def _has_account(data: Mapping[str, Any]) -> bool:
    return bool(data.get("twilio_account_sid"))


def _home_sender(data: Mapping[str, Any]) -> tuple[str, ...]:
    return () if _has_account(data) else (TEST_SENDER,)


class Settings(BaseModel):
    """What the environment says, checked and completed; the same in every process of one installation."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, str_strip_whitespace=True)

    port: int = _setting(8000, "Port of the web server.", wants="a port from 1 to 65535", ge=1, le=65535)
    host: str = _setting("127.0.0.1", "Address that the web server listens on; `0.0.0.0` for all.", wants="an IP address or a host name")
    public_url: str = _setting(
        lambda data: f"http://127.0.0.1:{data['port']}",
        "Address that Twilio calls, exactly as typed there. Signatures are checked against it.",
        wants="http(s)://host[:port][/path], with no user, query or fragment, and no underscore in the host",
        shown="`http://127.0.0.1:PORT`",
    )
    link_url: str = _setting(
        lambda data: data["public_url"],
        "Address that short links in texts begin with: a short domain of your own that leads to this server.",
        wants="http(s)://host[:port][/path], with no user, query or fragment, and no underscore in the host",
        shown="`PUBLIC_URL`",
    )
    parley_home: Path = _setting(Path("var"), "Folder that holds all state.", wants="a folder that can be written to", shown="`./var`")
    database_url: str = _setting(
        lambda data: f"sqlite:///{data['parley_home'] / 'parley.db'}",
        "Database.",
        wants="sqlite:///path/to/file or postgresql://user:password@host/name",
        shown="SQLite in `PARLEY_HOME`",
        secret=True,
    )
    redis_url: str = _setting(
        lambda data: f"unix://{quote(str(sockets.valkey_socket(data['parley_home'])))}",
        "Redis or Valkey server. Where none is given, `parley up` starts its own.",
        wants="redis://host:port/0, rediss://... or unix:///path/to/socket",
        shown="embedded Valkey in `PARLEY_HOME`",
        secret=True,
    )
    flows_dir: Path = _setting(
        SHIPPED_FLOWS, "Folder whose flows are published at start.", wants="a folder that exists", shown="`flows/library`"
    )
    brand: str = _setting("Parley Demo", "Name that customers know you by; `{brand}` in texts.", wants="1 to 60 characters", max_length=60)
    country: str = _setting(
        "US", "Country of numbers written without +.", wants="two letters of ISO 3166, as US or FR", pattern=r"^[A-Z]{2}$"
    )
    timezone: str = _setting("UTC", "Time zone of staff, for reports and the console.", wants="an IANA zone, as Europe/Paris")
    twilio_account_sid: str = _setting(
        "",
        "Account SID. Where none is given, texts go to the paper messenger.",
        wants="AC and 32 hex digits",
        pattern=r"^(AC[0-9a-fA-F]{32})?$",
    )
    twilio_auth_token: str = _setting(
        "", "Auth token: signs webhooks and opens the API.", wants="the account's primary auth token", secret=True
    )
    twilio_api_base: str = _setting("https://api.twilio.com", "Address of the Messages API.", wants="http(s)://host[:port]")
    twilio_from: tuple[str, ...] = _setting(
        _home_sender,
        "Numbers (E.164, separated by commas) or one messaging service (MG...) that unasked texts leave from. "
        "Of several, a contact always meets the same one, of its own country where there is one.",
        wants="numbers as +15005550006,+15005550007 or MG and 32 hex digits",
        shown=f"`{TEST_SENDER}` without an account",
    )
    provider_list: ProviderList = _setting(
        ProviderList.TRUSTED,
        "Whether a text that the provider's list does not hold surely never left. Where it is not trusted, marketing in doubt is given up.",
        wants="trusted or untrusted",
    )
    replies: Replies = _setting(Replies.TWIML, "Answers leave in the webhook's answer, or by the API.", wants="twiml or api")
    optout_replies: OptoutReplies = _setting(
        OptoutReplies.TWILIO,
        "Who answers STOP, START and HELP.",
        wants="twilio, advanced or app (short codes, or handling switched off at Twilio)",
    )
    text_help: str | None = _setting(
        None,
        "Answer to HELP; may hold `{brand}`.",
        wants="1 to 320 characters, with no braces but {brand}",
        max_length=320,
        shown="built in, per language",
    )
    text_optout: str | None = _setting(
        None,
        "Confirmation of an opt-out.",
        wants="1 to 320 characters, with no braces but {brand}",
        max_length=320,
        shown="built in, per language",
    )
    text_optin: str | None = _setting(
        None,
        "Confirmation of an opt-in.",
        wants="1 to 320 characters, with no braces but {brand}",
        max_length=320,
        shown="built in, per language",
    )
    double_opt_in: bool = _setting(
        False, "Who opts in by keyword, flow or import is asked once, and is in only after a YES within 24 hours.", wants="on or off"
    )
    web_form: bool = _setting(
        False, "The public page /join, where people give their number and agree; a text asks them to confirm.", wants="on or off"
    )
    sending: bool = _setting(True, "Kill switch: `off` keeps every proactive text in the outbox.", wants="on or off")
    sender_rates: dict[str, float] = _setting(
        {},
        "Segments a second for each sender, where the number's registration allows another rate than is usual for its kind.",
        wants="senders with their rates, as +15005550006=3,MG...=10, each above 0 and at most 1000",
        shown="long number or messaging service 1, toll-free 3, short code 100",
    )
    countries: tuple[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")], ...] = _setting(
        (),
        "The only countries whose numbers are texted, answers too: nobody can make you text numbers that cost you money. None: all.",
        wants="two letters each of ISO 3166, as US,CA,FR",
        shown="all",
    )
    cap_marketing_day: int = _setting(
        2, "Marketing texts that one contact may get in any 24 hours; 0 is no cap.", wants="0 to 100", ge=0, le=100
    )
    cap_marketing_week: int = _setting(
        5, "Marketing texts that one contact may get in any 7 days; 0 is no cap.", wants="0 to 100", ge=0, le=100
    )
    caps: tuple[CapEntry, ...] = _setting(
        (),
        "More caps on what nobody asked for, by purpose (marketing, service) and, if you like, by a contact's stage: new (30 days), active "
        "(texted, clicked or ordered in 90 days) or lapsed. It wins over the two above for the same span, a stage over none; 0 is no cap.",
        wants="purpose, stage or none, and texts/span, as marketing 2/1d 5/7d; service 6/1d; marketing new 1/1d (h or d, up to 60d)",
        shown="none",
    )
    prices: dict[str, Decimal] = _setting(
        {},
        "What a segment costs, by the country of the number; `*` for all others. Spending is counted by it.",
        wants="prices as US=0.0083,FR=0.07,*=0.09, each up to 100 with six decimals; with * where SPEND_DAY or SPEND_MONTH is set",
        shown="none: spending is not counted",
    )
    currency: str = _setting("USD", "Currency of `PRICES`.", wants="three letters of ISO 4217, as USD or EUR", pattern=r"^[A-Z]{3}$")
    spend_day: Decimal | None = _setting(
        None,
        "Ceiling of what is spent on one day in `TIMEZONE`: what nobody asked for waits for the next one.",
        wants="an amount of the currency, above 0, as 25 or 25.50",
        shown="none",
        gt=0,
        le=1_000_000_000,
    )
    spend_month: Decimal | None = _setting(
        None,
        "Ceiling of what is spent in one month, likewise.",
        wants="an amount of the currency, above 0, as 500",
        shown="none",
        gt=0,
        le=1_000_000_000,
    )
    call_hosts: tuple[str, ...] = _setting(
        (),
        "Web services that flows may ask (`call`): names, `*.` for all below one, a port where it is not the usual one. "
        "A loopback address with its port is for a service that you develop on this machine.",
        wants="hosts as api.example.com,*.example.org,shop.example.net:8443 or 127.0.0.1:8123",
        shown="none",
    )
    call_secrets: dict[str, str] = _setting(
        {},
        "What `secret('NAME')` of a `call` stands for; no secret holds a space.",
        wants="names with their secrets, between spaces, as STOCK_KEY=... SHOP_KEY=...",
        secret=True,
        shown="none",
    )
    demo: bool = _setting(True, "Load demo contacts (kind `test`) at the first start.", wants="on or off")
    secret_key: str = _setting(
        "", "Signs console sessions; the same on every machine.", wants="at least 16 characters", secret=True, shown="made at first start"
    )
    web_processes: int = _setting(1, "Web processes.", wants="1 to 64", ge=1, le=64)
    web_threads: int = _setting(8, "Threads of each web process.", unit="threads", wants="1 to 128", ge=1, le=128)
    workers: int = _setting(1, "Worker processes.", wants="1 to 64", ge=1, le=64)
    log_level: LogLevel = _setting(LogLevel.INFO, "Least level that is logged.", wants="debug, info, warning or error")

    _urls = field_validator("public_url", "link_url", "twilio_api_base")(entries.plain_url)
    _folders = field_validator("parley_home", "flows_dir")(entries.whole_path)
    _flows = field_validator("flows_dir")(entries.folder)
    _database = field_validator("database_url")(entries.database)
    _redis = field_validator("redis_url")(entries.redis)
    _senders = field_validator("twilio_from", mode="before")(entries.senders)
    _rates = field_validator("sender_rates", mode="before")(entries.rates)
    _nations = field_validator("countries", mode="before")(entries.nations)
    _caps = field_validator("caps", mode="before")(limits.caps)
    _prices = field_validator("prices", mode="before")(limits.prices)
    _hosts = field_validator("call_hosts", mode="before")(entries.hosts)
    _secrets = field_validator("call_secrets", mode="before")(entries.secrets)
    _texts = field_validator("text_help", "text_optout", "text_optin")(entries.branded)
    _zone = field_validator("timezone")(entries.zone)
    _key = field_validator("secret_key")(entries.long_enough)

    @property
    def messenger(self) -> str:
        """`twilio` where an account is configured, else `paper`: texts are kept and reported delivered, and nothing leaves."""
        return "twilio" if self.twilio_account_sid else "paper"

    @cached_property
    def auth_token(self) -> str:
        """The token that webhooks are signed with: the account's, or the one made at first start and kept in PARLEY_HOME."""
        return self.twilio_auth_token or keys.kept(self.parley_home / "auth-token")

    @property
    def account_sid(self) -> str:
        """The account's SID, or a local one that is always the same for one PARLEY_HOME."""
        return self.twilio_account_sid or keys.local_account_sid(self.auth_token)

    @cached_property
    def session_key(self) -> str:
        """The key that console sessions are signed with: SECRET_KEY, or one made at first start and kept in PARLEY_HOME."""
        return self.secret_key or keys.kept(self.parley_home / "secret-key")

    @property
    def embeds_valkey(self) -> bool:
        """Whether `parley up` starts the Redis-compatible server itself, because REDIS_URL was not given."""
        return "redis_url" not in self.model_fields_set

    @property
    def uses_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @cached_property
    def disarmed_marker(self) -> Path:
        """While this file is there, nothing is sent: a restored copy must not text the people whom the original texts."""
        return self.parley_home / "disarmed"

    @property
    def metrics_dir(self) -> Path:
        """Folder of the counters that all processes share (prometheus_client's multiprocess mode)."""
        return self.parley_home / "metrics"

    @classmethod
    def checked(cls, given: Mapping[str, str]) -> Self:
        """Settings from upper-case names and their texts. Raises SettingsError with every problem at once."""
        problems = _halves(given) + _unpriced(given)
        try:
            settings = cls.model_validate({name.lower(): text for name, text in given.items()})
        except ValidationError as error:
            problems += [_problem(str(e["loc"][0]), given) for e in error.errors() if e["type"] != "default_factory_not_called"]
        if problems:
            raise SettingsError(problems)
        return settings


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ`, or from the process's environment over the `.env` file in the working folder.

    A variable that is set but blank counts as not given. Raises SettingsError listing every variable that is wrong.
    """
    if environ is None:
        environ = _environment()
    names = {name.upper() for name in Settings.model_fields}
    return Settings.checked({name: text for name, text in environ.items() if name in names and text.strip()})


def _environment() -> Mapping[str, str]:
    import os

    from dotenv import dotenv_values  # costs 20 ms, and a process that was started by `parley up` needs it only once

    return {**{name: text or "" for name, text in dotenv_values(".env").items()}, **os.environ}


def _halves(given: Mapping[str, str]) -> list[SettingProblem]:
    """An account has both a SID and a token; one alone is a mistake that would show only at the first text."""
    pair = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    missing = [name for name in pair if name not in given]
    if len(missing) != 1:
        return []
    other = pair[1 - pair.index(missing[0])]
    return [SettingProblem(missing[0], "nothing", f"{wants(missing[0])}, because {other} is set")]


def _unpriced(given: Mapping[str, str]) -> list[SettingProblem]:
    """A ceiling on spending needs a price for every country: what costs nothing would never reach it."""
    ceilings = [name for name in ("SPEND_DAY", "SPEND_MONTH") if name in given]
    if not ceilings or "*=" in given.get("PRICES", ""):
        return []
    got = f'"{given["PRICES"]}"' if "PRICES" in given else "nothing"
    return [SettingProblem("PRICES", got, f"{wants('PRICES')}; {ceilings[0]} is set")]


def _problem(field: str, given: Mapping[str, str]) -> SettingProblem:
    name = field.upper()
    return SettingProblem(name, "a value that is not shown here" if _extra(field)["secret"] else f'"{given[name]}"', wants(name))


def wants(name: str) -> str:
    """What a variable may hold, in words."""
    return str(_extra(name.lower())["wants"])


def _extra(field: str) -> dict[str, Any]:
    extra = Settings.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return dict(extra)
