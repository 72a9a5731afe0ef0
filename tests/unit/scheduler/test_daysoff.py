"""Public holidays: a few of each country and year by hand, from calendars on paper; where the region decides; and what is not known."""

from datetime import date

import pytest

from scheduler.daysoff import Extent, countries, days_off, has_region

CERTAIN, POSSIBLE = Extent
NATIONWIDE = {
    "US": {
        2026: "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25",
        2027: "01-01 01-18 05-31 07-04 07-05 09-06 11-25 12-24 12-25",
        2028: "01-17 02-21 05-29 07-04 09-04 11-23 12-25",
    },
    "FR": {
        2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
        2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
        2028: "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
    },
    "GB": {
        2026: "01-01 04-03 05-04 05-25 12-25 12-26 12-28",
        2027: "01-01 03-26 05-03 05-31 12-25 12-26 12-27 12-28",
        2028: "01-03 04-14 05-01 05-29 12-25 12-26",
    },
    "DE": {
        2026: "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
        2027: "01-01 03-26 03-29 05-01 05-06 05-17 10-03 12-25 12-26",
        2028: "01-01 04-14 04-17 05-01 05-25 06-05 10-03 12-25 12-26",
    },
    "ES": {
        2026: "01-01 01-06 04-03 05-01 08-15 10-12 12-08 12-25",
        2027: "01-01 01-06 03-26 05-01 10-12 11-01 12-06 12-08 12-25",
        2028: "01-01 01-06 04-14 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    },
    "CN": {
        2026: "01-01 02-16 02-17 02-18 02-19 04-05 05-01 06-19 09-25 10-01 10-02 10-03",
        2027: "01-01 02-06 02-07 02-08 04-05 05-01 06-09 09-15 10-01 10-02 10-03",
        2028: "01-01 01-26 01-27 01-28 04-04 05-01 05-28 10-01 10-02 10-03",
    },
}
WHOLE = {"FR", "DE"}
"""Countries whose rows above hold every day, so that none too many may be closed."""


@pytest.mark.parametrize(("country", "year"), [(country, year) for country, years in NATIONWIDE.items() for year in years])
def test_days_off_of_the_whole_country(country: str, year: int) -> None:
    known = {date.fromisoformat(f"{year}-{day}") for day in NATIONWIDE[country][year].split()}
    found = days_off(country, None, year, CERTAIN)
    assert known <= found.keys()
    assert all(found.values()), "each has a name"
    if country in WHOLE:
        assert found.keys() == known


@pytest.mark.parametrize(
    ("country", "region", "day", "closed", "why"),
    [
        ("FR", "57", "2026-04-03", True, "Good Friday in Moselle"),
        ("FR", "67", "2027-12-26", True, "26 December in Bas-Rhin"),
        ("FR", "68", "2028-04-14", True, "Good Friday in Haut-Rhin"),
        ("FR", "75", "2026-04-03", False, "not in Paris"),
        ("RE", None, "2026-12-20", True, "the end of slavery in Réunion"),
        ("FR", None, "2026-12-20", False, "and there alone"),
        ("DE", "BY", "2026-01-06", True, "Epiphany in Bavaria"),
        ("DE", "HH", "2026-01-06", False, "not in Hamburg"),
        ("DE", "BE", "2027-03-08", True, "Women's Day in Berlin"),
        ("DE", "SN", "2028-11-22", True, "the day of repentance in Saxony"),
        ("GB", "SCT", "2026-11-30", True, "Saint Andrew's"),
        ("GB", "ENG", "2026-08-31", True, "the summer bank holiday"),
        ("GB", "SCT", "2026-08-31", False, "which Scotland has four weeks earlier"),
        ("GB", "NIR", "2027-07-12", True, "the Boyne"),
        ("ES", "CT", "2027-09-11", True, "Catalonia's"),
        ("ES", "MD", "2028-05-02", True, "Madrid's"),
        ("US", "LA", "2026-02-17", True, "Mardi Gras"),
        ("US", "UT", "2026-07-24", True, "Pioneer Day"),
        ("US", "NY", "2026-07-24", False, "in Utah alone"),
        ("US", "RI", "2026-08-10", True, "Victory Day"),
    ],
)
def test_the_regions_own(country: str, region: str | None, day: str, closed: bool, why: str) -> None:
    when = date.fromisoformat(day)
    assert (when in days_off(country, region, when.year, CERTAIN)) is closed, why
    if region is not None:
        assert days_off(country, region, when.year, POSSIBLE) == days_off(country, region, when.year, CERTAIN), "where it is known"


def test_where_the_region_is_not_known_every_region_may_be_it() -> None:
    for year in (2026, 2027, 2028):
        certain, possible = ({*days_off("FR", None, year, extent)} for extent in (CERTAIN, POSSIBLE))
        assert possible - certain == {*days_off("FR", "57", year, CERTAIN)} - certain
        assert len(possible - certain) == 2, "Good Friday and 26 December"
        assert {*days_off("DE", "BY", year, CERTAIN)} <= {*days_off("DE", None, year, POSSIBLE)}
        assert days_off("CN", None, year, POSSIBLE) == days_off("CN", None, year, CERTAIN), "China has no regions here"


def test_what_is_not_known_closes_nothing() -> None:
    assert days_off("AQ", None, 2026, POSSIBLE) == {}
    assert not has_region("AQ", "57")
    assert not has_region(None, "57")
    assert not has_region("FR", "75")
    assert has_region("FR", "57")


def test_every_country_of_the_table_has_its_days() -> None:
    assert {"CN", "DE", "ES", "FR", "GB", "US"} <= countries()
    for country in countries():
        assert len(days_off(country, None, 2026, POSSIBLE)) >= 7, country
