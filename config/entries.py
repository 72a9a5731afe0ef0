"""What the text of a setting may hold: each function returns the value, or raises ValueError for a text that is none."""

import re
from pathlib import Path
from string import Formatter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.hosts import host_of

_NUMBER, _SERVICE = r"\+[1-9]\d{6,14}|\d{3,8}", r"MG[0-9a-fA-F]{32}"
_SENDER = f"{_NUMBER}|{_SERVICE}"


def listed(text: str) -> list[str]:
    """The entries of a list in one variable, parted by commas or spaces."""
    return [part for part in re.split(r"[\s,]+", text) if part]


def plain_url(url: str) -> str:
    """An http(s) address without query, fragment or user, and without a slash at its end."""
    parts = urlsplit(url)
    ok = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment or parts.username)
    if not ok or "_" in (parts.hostname or ""):  # Twilio calls no host with an underscore
        raise ValueError("not such an address")
    return url.rstrip("/")


def whole_path(path: Path) -> Path:
    """The path from the root, whatever folder the process works in."""
    return path.expanduser().resolve()


def folder(path: Path) -> Path:
    """A folder that exists."""
    if not path.is_dir():
        raise ValueError("no such folder")
    return path


def database(url: str) -> str:
    """SQLAlchemy's address of a SQLite file or a PostgreSQL database."""
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///") and ":memory:" not in url:
        return url
    if found := re.fullmatch(r"postgres(?:ql)?(?:\+psycopg)?://(.+)", url):
        return f"postgresql+psycopg://{found[1]}"
    raise ValueError("not such an address")


def redis(url: str) -> str:
    """The address of a Redis-compatible server."""
    if not re.match(r"(redis|rediss|unix)://.", url):
        raise ValueError("not such an address")
    return url


def senders(given: object) -> object:
    """Numbers, or one messaging service alone."""
    if not isinstance(given, str):
        return given
    found = tuple(listed(given))
    service = len(found) == 1 and re.fullmatch(_SERVICE, found[0])
    if not service and not all(re.fullmatch(_NUMBER, sender) for sender in found):
        raise ValueError("not such numbers")
    return found


def rates(given: object) -> object:
    """Segments a second by sender."""
    if not isinstance(given, str):
        return given
    found = dict(part.split("=", 1) for part in listed(given))  # ValueError where one has no "="
    for sender, rate in found.items():
        if not re.fullmatch(_SENDER, sender) or not 0 < float(rate) <= 1000:
            raise ValueError("no such sender, or no such rate")
    return found


def nations(given: object) -> object:
    """Codes of countries, written in either case."""
    return tuple(listed(given.upper())) if isinstance(given, str) else given


def hosts(given: object) -> object:
    """Names of hosts that flows may ask."""
    if not isinstance(given, str):
        return given
    names = tuple(listed(given))
    for name in names:
        host_of(name)  # ValueError where it is none
    return names


def secrets(given: object) -> object:
    """Secrets by name; a secret may hold commas, so only spaces part them."""
    if not isinstance(given, str):
        return given
    named = dict(part.split("=", 1) for part in given.split())  # ValueError where one has no "="
    if not all(re.fullmatch(r"[A-Za-z_]\w*", name) and secret.isascii() for name, secret in named.items()):
        raise ValueError("not such secrets")
    return named


def branded(text: str | None) -> str | None:
    """A text whose only placeholder is `{brand}`: any other brace would show in it, or break it at the first STOP."""
    if text is not None and {name for _, name, _, _ in Formatter().parse(text) if name is not None} - {"brand"}:
        raise ValueError("another placeholder than {brand}")
    return text


def zone(name: str) -> str:
    """The name of an IANA zone."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError) as error:  # unknown, or the name of a folder of zones
        raise ValueError("no such zone") from error
    return name


def long_enough(key: str) -> str:
    """A key that signs: none, or one of at least 16 characters."""
    if 0 < len(key) < 16:
        raise ValueError("too short")
    return key
