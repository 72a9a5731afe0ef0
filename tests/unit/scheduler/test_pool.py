"""Which number of a pool texts a contact."""

from collections import Counter

import pytest

from scheduler.pool import choose

US, US_2, US_3 = "+14155550190", "+12125550190", "+13125550190"
CA, FR, SHORT = "+16135550190", "+33644640000", "36500"
PHONES = [f"+1415555{n:04d}" for n in range(2000)]


@pytest.mark.parametrize(
    ("pool", "phone", "chosen", "why"),
    [
        ((), PHONES[0], "", "an empty pool has none"),
        (("MG" + "0" * 32,), PHONES[0], "MG" + "0" * 32, "a service chooses for itself"),
        ((FR, US), PHONES[0], US, "the same country"),
        ((US, FR), "+33612345678", FR, "the same country, abroad"),
        ((US, FR), "+16135550104", US, "the same country code, where the country itself has none"),
        ((US, CA, FR), "+16135550104", CA, "the country before the code"),
        ((SHORT, FR), PHONES[0], SHORT, "a short code is at home in the country of the settings"),
        ((SHORT, FR), "+33612345678", FR, "and nowhere else"),
    ],
)
def test_the_country_decides_first(pool: tuple[str, ...], phone: str, chosen: str, why: str) -> None:
    assert choose(pool, phone, "US") == chosen, why


def test_a_number_from_nowhere_gets_one_all_the_same() -> None:
    assert choose((US, FR), "+447700900123", "US") in (US, FR)
    assert choose((US, FR), "12", "US") in (US, FR)


def test_each_number_gets_its_share() -> None:
    shares = Counter(choose((US, US_2, US_3), phone, "US") for phone in PHONES)
    assert all(0.28 < n / len(PHONES) < 0.39 for n in shares.values()), shares


def test_the_order_of_the_pool_means_nothing() -> None:
    assert all(choose((US, US_2, US_3), phone, "US") == choose((US_3, US, US_2), phone, "US") for phone in PHONES[:200])


def test_a_number_that_is_added_or_taken_away_moves_its_own_contacts_only() -> None:
    before = {phone: choose((US, US_2), phone, "US") for phone in PHONES}
    after = {phone: choose((US, US_2, US_3), phone, "US") for phone in PHONES}
    moved = [phone for phone in PHONES if before[phone] != after[phone]]
    assert {after[phone] for phone in moved} == {US_3}
    assert 0.28 < len(moved) / len(PHONES) < 0.39, "its share, and no more"
