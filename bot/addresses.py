"""Short addresses for links in texts: letters and digits, always of one length, so that segments are counted right."""

import re
import secrets
from string import ascii_letters, digits

ALPHABET = ascii_letters + digits
"""Letters and digits alone: a telephone may cut an address at anything else."""
LENGTH = 12
"""71 bits: nobody finds another's link by trying."""


def new_address(base: str) -> str:
    """A fresh address below `base`, as a text shows it."""
    return f"{base}/l/{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def without_addresses(base: str, text: str) -> str:
    """The text without its short addresses: those of two texts that say the same differ."""
    return re.sub(rf"{re.escape(base)}/l/[{ALPHABET}]{{{LENGTH}}}", "", text)


def token_of(address: str) -> str:
    """What names the link in its address."""
    return address.rpartition("/")[2]
