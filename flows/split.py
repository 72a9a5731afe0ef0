"""A/B/n: the same contact always lands in the same arm, on every machine and in every revision that keeps the weights."""

import hashlib
from collections.abc import Mapping


def arm_of(contact: str, flow: str, step: str, arms: Mapping[str, float]) -> str:
    """The arm for a contact: a stable hash of contact, flow and step, laid on the arms' weights in the author's order."""
    digest = hashlib.sha256(f"{contact}\0{flow}\0{step}".encode()).digest()
    mark = int.from_bytes(digest[:8], "big") / 2**64 * sum(arms.values())
    for arm, weight in arms.items():
        mark -= weight
        if mark < 0:
            return arm
    return list(arms)[-1]
