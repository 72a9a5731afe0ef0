"""What is misconfigured, and how to mend it: one finding for each thing that was looked at."""

import difflib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.settings import OptoutReplies, Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from flows.types import Flow

REPORTED_LEEWAY_S = 30
"""Seconds by which two clocks may differ: a Date header has whole seconds and an answer takes its time."""

LOW_DISK, NO_DISK = 1 << 30, 100 << 20
"""Bytes free below which we warn, and below which SQLite and the append-only file will soon fail."""

NEARBY = ("TWILIO_", "PARLEY_")
"""Prefixes that only we use: a name with one of them that we do not know is likely a slip."""


class State(StrEnum):
    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. what: what was seen; how: what to do about it, empty where nothing is to be done."""

    check: str
    state: State
    what: str
    how: str = ""


def fine(check: str, what: str) -> Finding:
    return Finding(check, State.FINE, what)


def note(check: str, what: str, how: str) -> Finding:
    return Finding(check, State.NOTE, what, how)


def wrong(check: str, what: str, how: str) -> Finding:
    return Finding(check, State.WRONG, what, how)


def examine(environ: Mapping[str, str], from_file: Iterable[str] = ()) -> list[Finding]:
    """All findings, in the order in which they are best mended. from_file: the names that the `.env` file sets."""
    found = list(slips(environ, from_file))
    try:
        settings = load_settings(environ)
    except SettingsError as error:
        mistakes = [wrong(problem.name, f"got {problem.got}", f"It wants {problem.wants}.") for problem in error.problems]
        return [*mistakes, *found]
    found.append(fine("settings", f"{len(settings.model_fields_set)} given, the rest by default"))
    for look in LOOKS:
        found += look(settings)
    return found


def slips(environ: Mapping[str, str], from_file: Iterable[str]) -> Iterator[Finding]:
    """Names in the `.env` file, or with a prefix of ours, that no setting has."""
    known = [name.upper() for name in Settings.model_fields]
    suspects = {*from_file, *(name for name in environ if name.startswith(NEARBY))}
    for name in sorted(suspects - {*known, "PARLEY_CHROMIUM"}):
        near = difflib.get_close_matches(name, known, 1, 0.6)
        yield note(name, "is no setting of Parley and does nothing", f"Did you mean {near[0]}?" if near else "")


def home(settings: Settings) -> Iterator[Finding]:
    """PARLEY_HOME: there, ours to write, closed to others, with room."""
    folder = settings.parley_home
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        yield wrong("PARLEY_HOME", f"{existing} cannot be written to", "Set PARLEY_HOME to a folder of yours, or change its owner.")
        return
    free = shutil.disk_usage(existing).free
    state = State.WRONG if free < NO_DISK else State.NOTE if free < LOW_DISK else State.FINE
    how = "Make room: on a full disk no text is taken." if free < LOW_DISK else ""
    yield Finding("disk", state, f"{free / (1 << 30):.1f} GiB free in {existing}", how)
    for secret in ("auth-token", "secret-key"):
        file = folder / secret
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield wrong("PARLEY_HOME", f"{file} can be read by others", f"chmod 600 {file}")


def database(settings: Settings) -> Iterator[Finding]:
    """That it answers, has a schema, and keeps every character."""
    import sqlalchemy

    kind = "SQLite" if settings.uses_sqlite else "PostgreSQL"
    if settings.uses_sqlite and not os.path.exists(settings.database_url.removeprefix("sqlite:///")):  # noqa: PTH110 - connecting would make it
        yield note("DATABASE_URL", "the SQLite file is not made yet", "It is made at the first `parley up`.")
        return
    engine = sqlalchemy.create_engine(settings.database_url, connect_args={} if settings.uses_sqlite else {"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            if not settings.uses_sqlite:
                yield from _postgres(connection)
            made = sqlalchemy.inspect(connection).has_table("alembic_version")
        yield fine("DATABASE_URL", f"{kind} answers") if made else note("DATABASE_URL", f"{kind} is empty", "`parley up` makes the tables.")
    except sqlalchemy.exc.DBAPIError as error:
        why = str(error.orig).strip().splitlines()[0]
        yield wrong("DATABASE_URL", f"{kind} does not answer: {why}", "Start it, or correct host, name and password.")
    finally:
        engine.dispose()


def alarms(settings: Settings) -> Iterator[Finding]:
    """What staff have not seen to yet; nothing where the database is away, is empty, or older than alarms are."""
    if settings.uses_sqlite and not os.path.exists(settings.database_url.removeprefix("sqlite:///")):  # noqa: PTH110
        return
    import sqlalchemy

    from bot.alarms import words
    from models import alarm, outbox
    from models.store import Store

    store = Store(settings.database_url)
    try:
        with store.read() as connection:
            known = sqlalchemy.inspect(connection).has_table("alarm")
            rows = alarm.open_ones(connection) if known else []
            given_up = outbox.count_given_up(connection) if known else 0
    except sqlalchemy.exc.DBAPIError:
        return  # `database` has said so
    finally:
        store.close()
    if given_up:
        yield note("messages", f"{given_up} in doubt for good (PROVIDER_LIST=untrusted)", "`parley why` tells of each; none is sent again.")
    for row in rows:
        said = words(row.kind)
        times = f"{row.n} times since {row.first_at:%Y-%m-%d %H:%M} UTC" if row.n > 1 else f"{row.first_at:%Y-%m-%d %H:%M} UTC"
        yield wrong("alarm", f"{said.what} {row.detail} ({times})", f"{said.how} Then close it in the console, under Alarms.")


def _postgres(connection: "object") -> Iterator[Finding]:
    import sqlalchemy

    assert isinstance(connection, sqlalchemy.Connection)
    encoding, now = connection.execute(
        sqlalchemy.text("SELECT current_setting('server_encoding'), extract(epoch FROM clock_timestamp())")
    ).one()
    if encoding != "UTF8":
        yield wrong("DATABASE_URL", f"the database's encoding is {encoding}", "Make it again WITH ENCODING 'UTF8': texts hold emoji.")
    yield from skew("PostgreSQL", float(now))


def redis_server(settings: Settings) -> Iterator[Finding]:
    """That it answers, and throws nothing away when its memory is full."""
    import redis

    client = redis.Redis.from_url(settings.redis_url, socket_timeout=5, socket_connect_timeout=5, decode_responses=True)
    try:
        info = client.info()
        policy = info.get("maxmemory_policy", "noeviction")
    except redis.RedisError as error:
        if settings.embeds_valkey:
            yield note("REDIS_URL", "the embedded Valkey is not running", "It starts with `parley up`.")
        else:
            yield wrong("REDIS_URL", f"does not answer ({type(error).__name__})", "Start it, or correct the address.")
        return
    finally:
        client.close()
    if policy != "noeviction":
        how = "Set maxmemory-policy to noeviction: it also holds opt-outs that the database has not seen yet."
        yield wrong("REDIS_URL", f"its maxmemory-policy is {policy}", how)
    else:
        yield fine("REDIS_URL", f"Redis {info.get('redis_version', '?')} answers")


def flow_files(settings: Settings) -> Iterator[Finding]:
    """The flows of FLOWS_DIR as `parley check` sees them."""
    from flows.check import load_folder
    from flows.types import Severity

    found, problems = load_folder(settings.flows_dir)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        yield wrong("FLOWS_DIR", f"{len(errors)} errors, the first: {errors[0]}", f"parley check {settings.flows_dir}")
    elif not found:
        yield wrong(
            "FLOWS_DIR",
            f"{settings.flows_dir} holds no flow",
            "Put a .yaml file there, or unset FLOWS_DIR for those that ship.",
        )
    else:
        yield fine("FLOWS_DIR", f"{len(found)} flows without an error")
        yield from _asked(settings, found)


def _asked(settings: Settings, flows: Mapping[str, "Flow"]) -> Iterator[Finding]:
    """The web services that flows ask and may not: the check sees to it that a host is written out."""
    from bot.targets import target_of
    from config.hosts import host_of
    from flows.types import CallOut

    hosts = [host_of(host) for host in settings.call_hosts]
    urls = {step.verb.url.source: flow.name for flow in flows.values() for step in flow.steps.values() if isinstance(step.verb, CallOut)}
    for url, flow in urls.items():
        written = url.partition("{{")[0]
        if target_of(written, hosts) is None:
            host = urlsplit(written).netloc
            yield wrong("CALL_HOSTS", f"the flow {flow} asks {host}, which is not in it", f"Add {host}, if that service is to be asked.")


def account(settings: Settings) -> Iterator[Finding]:
    """Whether there is an account, and whether its token opens it."""
    if settings.messenger == "paper":
        how = "To send, set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM."
        yield note("TWILIO_ACCOUNT_SID", "no account: texts go to the paper messenger and stay here", how)
        return
    base = urlsplit(settings.twilio_api_base)
    if base.scheme != "https" and base.hostname not in ("127.0.0.1", "localhost", "::1"):
        yield wrong("TWILIO_API_BASE", "sends the token unencrypted to another machine", "Use https.")
        return
    url = f"{settings.twilio_api_base}/2010-04-01/Accounts/{settings.account_sid}/Messages.json?PageSize=1"
    status, date, why = _get(url, (settings.account_sid, settings.auth_token))
    match status:
        case 200:
            yield fine("TWILIO_AUTH_TOKEN", "opens the account")
        case 401 | 403:
            yield wrong(
                "TWILIO_AUTH_TOKEN",
                f"is refused (HTTP {status})",
                "Copy SID and primary auth token from Twilio's console again.",
            )
        case _:
            yield wrong("TWILIO_API_BASE", f"the API gave no answer to use ({why})", "Check the network and TWILIO_API_BASE.")
    if date is not None:
        yield from skew("Twilio", date)


def senders(settings: Settings) -> Iterator[Finding]:
    """Whether the numbers that texts leave from can exist."""
    import phonenumbers

    if not settings.twilio_from:
        yield wrong(
            "TWILIO_FROM",
            "nothing",
            "It wants the number or messaging service (MG...) that campaigns and reminders leave from.",
        )
    for sender in settings.twilio_from:
        if sender.startswith("+") and not phonenumbers.is_valid_number(phonenumbers.parse(sender)):
            yield wrong("TWILIO_FROM", f"{sender} is no number of any country", "Write it as Twilio shows it, with + and country code.")
    if settings.country not in phonenumbers.SUPPORTED_REGIONS:
        yield wrong("COUNTRY", f"{settings.country} is no country with telephone numbers", "Write US, FR, DE, ...")


def address(settings: Settings) -> Iterator[Finding]:
    """Whether Twilio can call PUBLIC_URL, and whether we are who answers there."""
    url = urlsplit(settings.public_url)
    real = settings.messenger == "twilio" and urlsplit(settings.twilio_api_base).hostname not in ("127.0.0.1", "localhost", "::1")
    local = url.hostname in ("127.0.0.1", "localhost", "::1")
    if real and local:
        yield wrong(
            "PUBLIC_URL",
            "is this machine's own address, which Twilio cannot call",
            "Set it to the address that the world sees.",
        )
        return
    if real and url.scheme != "https":
        yield wrong(
            "PUBLIC_URL",
            "is not https: anybody on the way can read the texts",
            "Put a TLS proxy in front, and write https://.",
        )
    status, _, why = _get(f"{settings.public_url}/healthz")
    if status == 200:
        yield fine("PUBLIC_URL", f"Parley answers at {settings.public_url}")
    elif local:
        yield note("PUBLIC_URL", f"nobody answers at {settings.public_url} ({why})", "Start it: parley up")
    else:
        yield wrong("PUBLIC_URL", f"Parley does not answer at {settings.public_url} ({why})", "Check that it runs, DNS, and the proxy.")


def clock(_settings: Settings) -> Iterator[Finding]:
    """Quiet hours and signatures of sessions need a clock that is right; here we see only whether it can be."""
    if time.time() < 1_750_000_000:  # before this program was written
        yield wrong("clock", "this machine's clock is years behind", "Set it, and run an NTP service.")


def reading(_settings: Settings) -> Iterator[Finding]:
    """That the models which read replies are there, and are the ones that were pinned."""
    from nlp.read import load_reader

    reader = load_reader()
    reader.warm()
    if reader.problem:
        yield wrong("reading", f"texts are read by rules alone: {reader.problem}", "Install Parley anew: make clean && make install")
    else:
        yield fine("reading", "the sentence encoder and the models are those that were pinned")


def skew(whose: str, theirs: float) -> Iterator[Finding]:
    """theirs: seconds since the epoch by another clock, read just now."""
    seconds = time.time() - theirs
    if abs(seconds) > REPORTED_LEEWAY_S:
        way = "ahead of" if seconds > 0 else "behind"
        yield wrong(
            "clock",
            f"this machine's clock is {abs(seconds):.0f} s {way} {whose}'s",
            "Run an NTP service: quiet hours depend on it.",
        )
    else:
        yield fine("clock", f"agrees with {whose}'s")


def choices(settings: Settings) -> Iterator[Finding]:
    """Settings that are allowed and may surprise."""
    if not settings.sending:
        yield note("SENDING", "off: proactive texts stay in the outbox", "Set SENDING=on to let them go.")
    if settings.optout_replies is OptoutReplies.APP and settings.messenger == "twilio":
        how = "Right for short codes, or where Twilio's own handling was switched off; else people get two answers to STOP."
        yield note("OPTOUT_REPLIES", "app: Parley answers STOP, START and HELP itself", how)
    if settings.uses_sqlite and settings.web_processes > 1:
        yield note(
            "WEB_PROCESSES",
            "several web processes share one SQLite file",
            "PostgreSQL (DATABASE_URL) is where more of them help.",
        )


def _get(url: str, login: tuple[str, str] | None = None) -> tuple[int, float | None, str]:
    """Status (0: no answer), the other side's clock in seconds since the epoch where it says, and why it failed."""
    import httpx

    try:
        answer = httpx.get(url, auth=login, timeout=5, follow_redirects=False)
    except (httpx.HTTPError, OSError) as error:
        return 0, None, type(error).__name__
    date = answer.headers.get("Date")
    return answer.status_code, parsedate_to_datetime(date).timestamp() if date else None, f"HTTP {answer.status_code}"


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    home,
    database,
    redis_server,
    flow_files,
    account,
    senders,
    address,
    clock,
    reading,
    choices,
    alarms,
)
