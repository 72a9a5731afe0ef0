"""When an unasked text may leave: tables of places and nights, and laws that hold for any."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.localtime import to_local
from flows.types import Purpose
from scheduler.daysoff import countries, has_region
from scheduler.telling import tell
from scheduler.windows import DAYS, Place, hours_for, is_open, rules_for, send_at
from scheduler.zones import home_zone, place_of

MARKETING, SERVICE = Purpose.MARKETING, Purpose.SERVICE
NEW_YORK = Place(zones=("America/New_York",), country="US", region="NY")
FLORIDA = Place(zones=("America/New_York",), country="US", region="FL")
TEXAS = Place(zones=("America/Chicago",), country="US", region="TX")
FRANCE = Place(zones=("Europe/Paris",), country="FR")
GERMANY = Place(zones=("Europe/Berlin",), country="DE")
TOLL_FREE = Place(zones=("America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu"), country="US")
PARIS, MOSELLE = (Place(zones=("Europe/Paris",), country="FR", region=region) for region in ("75", "57"))
BAVARIA = Place(zones=("Europe/Berlin",), country="DE", region="BY")
BRITAIN, SCOTLAND = (Place(zones=("Europe/London",), country="GB", region=region) for region in (None, "SCT"))
SPAIN = Place(zones=("Europe/Madrid",), country="ES")
CHINA = Place(zones=("Asia/Shanghai",), country="CN")
LOUISIANA = Place(zones=("America/Chicago",), country="US", region="LA")
NOWHERE = Place(zones=("UTC",))
LORD_HOWE = Place(zones=("Australia/Lord_Howe",), country="AU")
PLACES = (NEW_YORK, FLORIDA, TEXAS, FRANCE, GERMANY, BRITAIN, SPAIN, LOUISIANA, TOLL_FREE, NOWHERE, LORD_HOWE)

places = st.sampled_from(PLACES)
purposes = st.sampled_from(Purpose)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "purpose", "planned", "leaves", "why"),
    [
        (NEW_YORK, MARKETING, "2026-01-05T17:00", "2026-01-05T17:00", "noon on a Monday"),
        (NEW_YORK, MARKETING, "2026-01-05T15:00", "2026-01-05T15:00", "10:00 is open"),
        (NEW_YORK, MARKETING, "2026-01-05T14:59:59", "2026-01-05T15:00", "09:59:59 is not"),
        (NEW_YORK, MARKETING, "2026-01-06T01:00", "2026-01-06T15:00", "20:00 is closed: tomorrow"),
        (NEW_YORK, MARKETING, "2026-01-06T00:59:59", "2026-01-06T00:59:59", "19:59:59 is open"),
        (NEW_YORK, SERVICE, "2026-01-06T01:00", "2026-01-06T01:00", "a service has longer hours"),
        (NEW_YORK, MARKETING, "2026-01-04T15:00", "2026-01-04T17:00", "Sundays begin at noon"),
        (NEW_YORK, SERVICE, "2026-03-08T07:30", "2026-03-08T12:00", "the night of the gap: 08:00 is an hour earlier by the sun"),
        (NEW_YORK, SERVICE, "2026-11-01T06:30", "2026-11-01T13:00", "the night of the fold: an hour later"),
        (FLORIDA, MARKETING, "2026-01-05T13:30", "2026-01-05T13:30", "a state's own hours: 08:30 is open"),
        (TEXAS, MARKETING, "2026-01-04T16:00", "2026-01-04T18:00", "a Sunday in Texas"),
        (FRANCE, MARKETING, "2026-01-04T12:00", "2026-01-05T07:00", "no Sundays in France"),
        (FRANCE, SERVICE, "2026-07-14T12:00", "2026-07-15T06:00", "nor on the Quatorze Juillet"),
        (FRANCE, SERVICE, "2026-12-24T20:00", "2026-12-26T07:00", "nor at Christmas"),
        (FRANCE, MARKETING, "2026-12-24T20:00", "2026-12-28T07:00", "26 December is a holiday in Alsace-Moselle, which we cannot exclude"),
        (PARIS, MARKETING, "2026-12-24T20:00", "2026-12-26T07:00", "who lives in Paris has no holiday then"),
        (MOSELLE, SERVICE, "2026-12-24T20:00", "2026-12-28T07:00", "and who lives in Moselle has one, for all purposes"),
        (FRANCE, MARKETING, "2026-04-03T08:00", "2026-04-04T06:00", "nor is Good Friday open, for the same reason"),
        (FRANCE, SERVICE, "2026-04-03T08:00", "2026-04-03T08:00", "an appointment is reminded of"),
        (GERMANY, MARKETING, "2026-10-03T08:00", "2026-10-05T06:00", "the day of German unity, a Saturday"),
        (GERMANY, MARKETING, "2026-11-01T08:00", "2026-11-02T07:00", "a Sunday"),
        (GERMANY, MARKETING, "2027-11-01T08:00", "2027-11-01T08:00", "All Saints' is no day of the whole country"),
        (BAVARIA, MARKETING, "2027-11-01T08:00", "2027-11-02T07:00", "but one of Bavaria's"),
        (BRITAIN, MARKETING, "2026-12-25T12:00", "2026-12-27T10:00", "Christmas and Boxing Day"),
        (BRITAIN, SERVICE, "2026-12-25T12:00", "2026-12-25T12:00", "a service is told even then"),
        (SCOTLAND, MARKETING, "2026-11-30T12:00", "2026-12-01T09:00", "Saint Andrew's is Scotland's alone"),
        (BRITAIN, MARKETING, "2026-11-30T12:00", "2026-11-30T12:00", "where we know of no part"),
        (SPAIN, MARKETING, "2026-10-10T10:00", "2026-10-13T07:00", "a weekend, then the national day"),
        (SPAIN, SERVICE, "2026-10-10T10:00", "2026-10-10T10:00", "a service is told on Saturdays"),
        (CHINA, MARKETING, "2026-02-16T04:00", "2026-02-21T01:00", "the Spring Festival, with its bridging day"),
        (NEW_YORK, MARKETING, "2026-07-04T16:00", "2026-07-04T16:00", "no federal rule closes a holiday"),
        (LOUISIANA, MARKETING, "2026-02-17T18:00", "2026-02-18T14:00", "Mardi Gras"),
        (LOUISIANA, MARKETING, "2026-02-15T18:00", "2026-02-18T14:00", "a Sunday, Washington's birthday, Mardi Gras"),
        (LOUISIANA, SERVICE, "2026-02-17T18:00", "2026-02-17T18:00", "its rule is on marketing"),
        (FRANCE, MARKETING, "2026-03-28T20:00", "2026-03-30T06:00", "a Sunday with a gap in it"),
        (GERMANY, MARKETING, "2026-01-03T20:00", "2026-01-05T07:00", "Sundays at rest"),
        (TOLL_FREE, MARKETING, "2026-01-05T15:00", "2026-01-05T20:00", "where all zones agree: 10:00 in Honolulu, 15:00 in New York"),
        (TOLL_FREE, MARKETING, "2026-01-06T02:00", "2026-01-06T20:00", "21:00 in New York is too late, whatever it is in Honolulu"),
        (LORD_HOWE, MARKETING, "2026-10-03T15:30", "2026-10-04T01:00", "the night of half an hour's gap: Sunday 12:00 at +11"),
        (NOWHERE, MARKETING, "2026-01-05T09:00", "2026-01-05T10:00", "nothing known: the narrow hours"),
    ],
)
def test_leaves_at(place: Place, purpose: Purpose, planned: str, leaves: str, why: str) -> None:
    assert send_at(utc(planned), place, purpose) == utc(leaves), why


@given(instants, places, purposes)
def test_never_before_planned_never_closed_and_the_same_when_asked_again(planned: datetime, place: Place, purpose: Purpose) -> None:
    leaves = send_at(planned, place, purpose)
    assert leaves >= planned
    assert is_open(leaves, place, purpose)
    assert send_at(leaves, place, purpose) == leaves
    assert leaves - planned < timedelta(days=6), "the longest rest of any place here: Easter, or Christmas beside a Sunday"
    hours = hours_for(place, purpose)
    for zone in place.zones:
        local = to_local(leaves, zone)
        assert any(window.opens <= local.time() < window.closes for window in hours.week[local.weekday()]), zone


@given(instants, instants, places, purposes)
def test_who_is_planned_later_leaves_no_earlier(one: datetime, other: datetime, place: Place, purpose: Purpose) -> None:
    first, second = sorted((one, other))
    assert send_at(first, place, purpose) <= send_at(second, place, purpose)


@given(instants, st.sampled_from([NEW_YORK, FLORIDA, TEXAS, GERMANY]))
def test_marketing_has_no_longer_hours_than_a_service(planned: datetime, place: Place) -> None:
    assert send_at(planned, place, MARKETING) >= send_at(planned, place, SERVICE)


def test_zones_that_never_agree_are_an_error() -> None:
    apart = Place(zones=("Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Paris", "Asia/Tokyo"), country="US")
    with pytest.raises(ValueError, match="opens within 30 days"):
        send_at(utc("2026-01-05T12:00"), apart, MARKETING)


@pytest.mark.parametrize(
    ("place", "like", "why"),
    [
        (Place(zones=("UTC",), country="US", region="FL"), "Fla. Stat.", "region before country"),
        (Place(zones=("UTC",), country="US", region="ZZ"), "47 CFR", "country where the region has no row"),
        (Place(zones=("UTC",), country="FR", region=None), "operators' rules", "country"),
        (Place(zones=("UTC",), country="XX"), "the narrowest hours", "default"),
        (NOWHERE, "the narrowest hours", "nothing known"),
    ],
)
def test_the_most_exact_row_wins(place: Place, like: str, why: str) -> None:
    assert hours_for(place, MARKETING).source.startswith(like), why


def test_every_row_of_the_data_is_sound() -> None:
    from pathlib import Path

    import yaml

    import scheduler.windows

    rows = yaml.safe_load((Path(scheduler.windows.__file__).parent / "data" / "windows.yaml").read_text("utf-8"))
    assert "default" in rows
    for name, row in rows.items():
        country, _, region = name.partition("-")
        for purpose in Purpose:
            hours = hours_for(Place(zones=("UTC",), country=country, region=region or None), purpose)
            assert hours.source, f"{name}: where does it come from?"
            assert hours.row == name
            assert hours.holidays is None or country in countries(), f"{name}: nobody knows its holidays"
            assert len(hours.week) == len(DAYS)
            for windows in hours.week:
                assert all(window.opens < window.closes for window in windows), name
                assert [*windows] == sorted(windows, key=lambda window: window.opens), f"{name}: windows in their order"
                assert all(window.opens >= time(8) and window.closes <= time(21) for window in windows), f"{name}: 47 CFR 64.1200(c)(1)"
        assert row["read"], f"{name}: when was it read?"
        assert {*row} <= {"marketing", "service", "closed_on_holidays", "source", "read"}, f"{name}: what is that?"
        assert {*row.get("closed_on_holidays", {})} <= {*Purpose}, f"{name}: no such purpose"
        assert not region or has_region(country, region), f"{name}: no such region"


def test_a_rule_has_a_version_that_fits_its_column() -> None:
    for place in PLACES:
        row, _, version = rules_for(place).partition("@")
        assert row in {hours_for(place, purpose).row for purpose in Purpose}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d\.[0-9a-f]{8}", version)
        assert len(rules_for(place)) <= 40


@pytest.mark.parametrize(
    ("place", "purpose", "planned", "closed", "hours", "why"),
    [
        (NEW_YORK, MARKETING, "2026-01-05T17:00", [""], "mon-sat 10:00-20:00, sun 12:00-20:00", "open"),
        (NEW_YORK, MARKETING, "2026-01-06T04:00", ["outside 10:00-20:00"], "mon-sat 10:00-20:00, sun 12:00-20:00", "at night"),
        (FRANCE, SERVICE, "2026-01-04T12:00", ["closed on Sundays"], "mon-sat 08:00-20:00, sun closed", "a day of rest"),
        (FRANCE, SERVICE, "2026-07-14T12:00", ["holiday: National Day"], "mon-sat 08:00-20:00, sun closed", "a holiday"),
        (SPAIN, MARKETING, "2026-01-10T12:00", ["closed on Saturdays"], "mon-fri 09:00-21:00, sat-sun closed", "a weekend"),
        (
            Place(zones=("America/New_York", "America/Los_Angeles"), country="US", region="RI"),
            SERVICE,
            "2026-01-05T15:00",
            ["", "outside 09:00-18:00"],
            "mon-fri 09:00-18:00, sat-sun 10:00-17:00",
            "open in one of two zones",
        ),
    ],
)
def test_told_why(place: Place, purpose: Purpose, planned: str, closed: list[str], hours: str, why: str) -> None:
    told = tell(utc(planned), place, purpose)
    assert [clock.closed for clock in told.clocks] == closed, why
    assert told.hours == hours
    assert told.is_open is (closed == [""])
    assert told.leaves_at == send_at(utc(planned), place, purpose)


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "zone", "country", "place", "why"),
    [
        ("+12125550100", None, None, Place(zones=("America/New_York",), country="US", region="NY"), "an area code"),
        ("+13055550100", None, None, Place(zones=("America/New_York",), country="US", region="FL"), "another"),
        ("+33612345678", None, None, Place(zones=("Europe/Paris",), country="FR"), "a French mobile"),
        ("+447400123456", None, None, Place(zones=("Europe/London",), country="GB"), "a British one: no island's zone"),
        ("+12125550100", "Pacific/Honolulu", None, Place(zones=("Pacific/Honolulu",), country="US", region="NY"), "what we know wins"),
        (
            "+33612345678",
            None,
            "US",
            Place(zones=("Europe/Paris",), country="US", region=None),
            "a French number has no American area code",
        ),
        ("12345", None, None, Place(zones=("UTC",)), "a short code"),
        ("12345", "Europe/Paris", "FR", Place(zones=("Europe/Paris",), country="FR"), "a short code of whom we know more"),
        ("anonymous", None, None, Place(zones=("UTC",)), "no number"),
        ("anonymous", None, "CN", Place(zones=("Asia/Shanghai",), country="CN"), "no number, but a country"),
        ("+33000000000", None, None, Place(zones=("Europe/Paris",), country="FR"), "a number that nobody can have"),
    ],
)
def test_place_of(phone: str, zone: str | None, country: str | None, place: Place, why: str) -> None:
    assert place_of(phone, zone, country) == place, why


@pytest.mark.parametrize(
    ("phone", "country", "given", "region", "why"),
    [
        ("+33612345678", None, "FR-57", "57", "with its country"),
        ("+33612345678", None, " 67 ", "67", "or without"),
        ("+33612345678", None, "75", None, "no rule knows Paris"),
        ("+33612345678", None, "Grand Est", None, "a name is no code"),
        ("+33612345678", None, "DE-BY", None, "a region of another country"),
        ("+4915112345678", None, "by", "BY", "in small letters"),
        ("+12125550100", None, "TX", "TX", "what we know wins over the area code"),
        ("+12125550100", None, "north", "NY", "and what means nothing does not"),
        ("anonymous", "GB", "SCT", "SCT", "no number, but a country"),
        ("anonymous", None, "SCT", None, "no country either"),
    ],
)
def test_the_region_that_a_contact_says(phone: str, country: str | None, given: str, region: str | None, why: str) -> None:
    assert place_of(phone, None, country, given).region == region, why


FAR_APART = {
    "+15551234567": "an American number that nobody can have: any of its zones, never UTC",
    "+18005550100": "toll-free, Guam to Newfoundland",
    "+15005550006": "Twilio's test number, likewise",
    "+79161234567": "a Russian mobile, eleven zones",
    "+77011234567": "a Kazakh one, of the same plan",
    "+61412345678": "an Australian one",
}


@pytest.mark.parametrize(("phone", "why"), FAR_APART.items())
def test_of_many_zones_those_are_kept_that_have_an_hour_in_common(phone: str, why: str) -> None:
    place = place_of(phone)
    assert len(place.zones) > 3, why
    assert home_zone(place) in place.zones
    for hour in range(0, 24 * 7, 5):
        planned = utc("2026-01-04T00:00") + timedelta(hours=hour)
        leaves = send_at(planned, place, MARKETING)
        assert timedelta(0) <= leaves - planned < timedelta(days=2), why
        assert all(time(8) <= to_local(leaves, zone).time() < time(21) for zone in place.zones), why


def test_toll_free_waits_for_the_west_coast_and_the_east() -> None:
    assert {"America/New_York", "America/Chicago", "America/Los_Angeles"} <= set(place_of("+18005550100").zones)
