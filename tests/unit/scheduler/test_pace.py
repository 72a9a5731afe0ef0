"""How fast a number of ours may send."""

import pytest

from scheduler.pace import Kind, cost_s, kind_of, rate_of

SERVICE = "MG" + "a" * 32


@pytest.mark.parametrize(
    ("sender", "kind", "why"),
    [
        ("+14155550100", Kind.LONG, "a ten-digit number"),
        ("+33612345678", Kind.LONG, "a mobile number abroad"),
        ("+18005550199", Kind.TOLL_FREE, "800"),
        ("+18445550199", Kind.TOLL_FREE, "844 is toll-free too"),
        ("36123", Kind.SHORT, "a short code"),
        (SERVICE, Kind.LONG, "nobody knows how many numbers are in a service: the slowest"),
        ("", Kind.LONG, "no sender"),
    ],
)
def test_kinds(sender: str, kind: Kind, why: str) -> None:
    assert kind_of(sender) is kind, why


@pytest.mark.parametrize(
    ("sender", "rate", "why"),
    [
        ("+14155550100", 3.75, "as configured"),
        (SERVICE, 10.0, "as configured"),
        ("+18005550199", 3.0, "by its kind"),
        ("36123", 100.0, "kind"),
    ],
)
def test_rates(sender: str, rate: float, why: str) -> None:
    assert rate_of(sender, {"+14155550100": 3.75, SERVICE: 10.0}) == rate, why


@pytest.mark.parametrize(
    ("body", "rate", "seconds"), [("a" * 160, 1, 1), ("a" * 161, 1, 2), ("a" * 161, 4, 0.5), ("你" * 70, 1, 1), ("你" * 71, 2, 1)]
)
def test_a_text_costs_its_segments(body: str, rate: float, seconds: float) -> None:
    assert cost_s(body, rate) == seconds
