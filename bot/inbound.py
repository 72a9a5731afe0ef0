"""A text as it came in: the provider's form, read once."""

import unicodedata
from dataclasses import dataclass

REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One text. phone: the sender without the channel's prefix. ours: our number that was texted, likewise. raw: the form as it came."""

    sid: str
    phone: str
    ours: str
    channel: str
    text: str
    raw: bytes
    pictures: tuple[tuple[str, str], ...] = ()
    opt_out_type: str | None = None


def clean(body: str) -> str:
    """A body without NUL, control characters and lone surrogates: each becomes U+FFFD. Line breaks and tabs stay."""
    if body.isprintable():
        return body
    return "".join(REPLACEMENT if _bad(char) else char for char in body.replace("\r\n", "\n"))


def _bad(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs")


def split_address(address: str) -> tuple[str, str]:
    """The channel and the number of "whatsapp:+14155550103"; a bare number is SMS."""
    channel, colon, number = address.partition(":")
    return (channel.lower(), number) if colon else ("sms", address)


def address(channel: str, number: str) -> str:
    """The number as the provider wants it for a channel. A messaging service has no prefix."""
    return number if channel == "sms" or number.startswith("MG") else f"{channel}:{number}"
