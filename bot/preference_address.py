"""The address of a contact's preference page: its number in our tables, signed, and nothing else that says who it is."""

from functools import lru_cache
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from config import keys
from config.settings import Settings
from models.contact import ContactRow

TEST = "TEST"
"""What test contacts get for a token: nobody's page."""


def address(settings: Settings, row: ContactRow) -> str:
    """The page of a contact."""
    return f"{settings.public_url}/p/{TEST if row.test else _signed(_key(settings), row.id)}"


def contact_id_of(settings: Settings, token: str) -> int | None:
    """Whose page this is; None for what we did not sign."""
    try:
        said = _signer(_key(settings)).loads(token)
    except BadSignature:
        return None
    return said if isinstance(said, int) else None


def _key(settings: Settings) -> str:
    return settings.secret_key or _kept(settings.parley_home)


@lru_cache(maxsize=4)
def _kept(home: Path) -> str:
    """The key that this installation made for itself, read once: every turn may show the address."""
    return keys.kept(home / "secret-key")


@lru_cache(maxsize=4096)
def _signed(key: str, contact_id: int) -> str:
    return _plain(_signer(key).dumps(contact_id))


@lru_cache(maxsize=4)
def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="preferences")  # the purpose: a token of another one does not open this page


def _plain(signed: str | bytes) -> str:
    return signed if isinstance(signed, str) else signed.decode()
