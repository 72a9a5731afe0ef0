"""Secrets that are made at first start and kept in PARLEY_HOME, readable by their owner only."""

import hashlib
import os
import secrets
from pathlib import Path


def kept(path: Path) -> str:
    """The secret kept at `path`, made now (32 hex digits) where there is none; the same for every process that asks at once.

    It is written aside and then linked into place: a link either appears whole or fails because another process was first.
    """
    if path.exists():
        return path.read_text("ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text("ascii").strip()


def local_account_sid(token: str) -> str:
    """An AccountSid of Twilio's shape for an installation without an account, always the same for one token."""
    return "AC" + hashlib.sha256(b"parley account " + token.encode()).hexdigest()[:32]
