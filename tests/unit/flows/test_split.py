"""A/B/n: stable, fair, and the same on every machine."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.split import arm_of

HALVES = {"plain": 50.0, "story": 50.0}


@pytest.mark.parametrize(
    ("contact", "arm"),
    [("+15005550001", "plain"), ("+15005550002", "story"), ("+15005550003", "story"), ("+15005550004", "story"), ("+15005550005", "story")],
)
def test_the_arms_of_some_contacts_never_change(contact: str, arm: str) -> None:
    """Written down once: a change of the hash would send everybody another way in the middle of an experiment."""
    assert arm_of(contact, "coffee-club", "offer", HALVES) == arm


@pytest.mark.parametrize(
    ("weights", "why"),
    [({"a": 50.0, "b": 50.0}, "halves"), ({"a": 80.0, "b": 15.0, "holdout": 5.0}, "three of any size"), ({"a": 1.0, "b": 2.0}, "any sum")],
)
def test_shares_are_as_the_weights(weights: dict[str, float], why: str) -> None:
    n = 20_000
    counts = Counter(arm_of(f"+1500{number:07}", "x", "s", weights) for number in range(n))
    for arm, weight in weights.items():
        share = weight / sum(weights.values())
        assert abs(counts[arm] / n - share) < 4.5 * (share * (1 - share) / n) ** 0.5, f"{why}: {arm}"


def test_steps_and_flows_draw_by_themselves() -> None:
    contacts = [f"+1500{number:07}" for number in range(4000)]
    for other in (("x", "t"), ("y", "s")):
        same = sum(arm_of(contact, "x", "s", HALVES) == arm_of(contact, *other, HALVES) for contact in contacts)
        assert 1850 < same < 2150, f"who is in one arm of x/s is in either of {other}"


def test_scaled_weights_are_the_same_weights() -> None:
    for number in range(500):
        assert arm_of(str(number), "x", "s", {"a": 1, "b": 3}) == arm_of(str(number), "x", "s", {"a": 25, "b": 75})


@given(st.text(), st.text(), st.dictionaries(st.text(), st.floats(0.01, 1e6), min_size=1))
def test_always_one_of_the_arms_and_always_the_same(contact: str, step: str, arms: dict[str, float]) -> None:
    arm = arm_of(contact, "x", step, arms)
    assert arm in arms
    assert arm == arm_of(contact, "x", step, dict(arms))


@given(st.text())
def test_an_arm_of_no_weight_gets_nobody(contact: str) -> None:
    assert arm_of(contact, "x", "s", {"none": 0, "all": 1, "nobody": 0}) == "all"
