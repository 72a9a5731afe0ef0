"""Which number of a pool a contact is texted from, for as long as the contact has texted none of them. Pure.

Rendezvous hashing: each number draws a lot for each contact, and the highest wins. The same contact always meets the same number;
a number that is added takes its share from all the others, one that is taken away leaves its contacts to them, and nobody else moves.
"""

import re
from collections.abc import Sequence
from hashlib import sha256

import phonenumbers


def choose(pool: Sequence[str], phone: str, home: str) -> str:
    """The number for a contact: of the contact's country, else of its country code, where the pool has one; "" of an empty pool.

    home: the country of short codes, as US.
    """
    if len(pool) < 2:
        return next(iter(pool), "")
    near = {sender: _nearness(sender, phone, home) for sender in pool}
    nearest = max(near.values())
    return max((sender for sender in pool if near[sender] == nearest), key=lambda sender: _lot(sender, phone))


def _lot(sender: str, phone: str) -> bytes:
    return sha256(f"{sender} {phone}".encode()).digest()


def _nearness(sender: str, phone: str, home: str) -> int:
    """2: the same country; 1: the same country code (the United States and Canada); 0: another."""
    to = _parsed(phone)
    if to is None:
        return 0
    if re.fullmatch(r"\d{3,8}", sender):
        return 2 * (phonenumbers.region_code_for_number(to) == home)
    ours = _parsed(sender)
    if ours is None or ours.country_code != to.country_code:
        return 0
    return 1 + (phonenumbers.region_code_for_number(ours) == phonenumbers.region_code_for_number(to))


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
