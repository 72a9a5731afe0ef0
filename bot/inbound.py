"""A text as it came in: the provider's form, read once."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.signature import Pairs

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


def from_form(pairs: Pairs, raw: bytes) -> Inbound | None:
    """The text that a form carries; None where it lacks what every text has."""
    form = texts_of(pairs)
    sid, sender, ours = form.get("MessageSid") or form.get("SmsSid", ""), form.get("From", ""), form.get("To", "")
    if not sid or not sender or not ours:
        return None
    channel, phone = split_address(sender.strip())
    n_media = int(form["NumMedia"]) if form.get("NumMedia", "").isdecimal() else 0
    pictures = [(form[f"MediaUrl{n}"], form.get(f"MediaContentType{n}", "")) for n in range(min(n_media, 10)) if form.get(f"MediaUrl{n}")]
    return Inbound(
        sid=sid[:64],
        phone=phone[:64],
        ours=split_address(ours.strip())[1][:64],
        channel=channel[:16],
        text=form.get("Body", ""),
        raw=raw,
        pictures=tuple(pictures),
        opt_out_type=form.get("OptOutType") or None,
    )


def texts_of(pairs: Pairs) -> Mapping[str, str]:
    """The form as text, the first of repeated fields; what no database takes becomes U+FFFD (the raw form keeps it)."""
    return {name.decode("utf-8", "replace"): clean(value.decode("utf-8", "replace")) for name, value in reversed(pairs)}


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
