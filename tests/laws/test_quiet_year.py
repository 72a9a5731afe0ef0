"""A year of texts that nobody asked for, planned at every hour, through the gate: none leaves while it is quiet where the contact may be.

Whether it is quiet is worked out here a second time, by hand and as plainly as possible: hours from a table of its own, holidays from
the calendars' own rules (Easter by Gauss), clocks by zoneinfo. It shares no line with what it checks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from bot.gate import Asked, Hold, Leave, Urgency, ask
from flows.events import Consent
from flows.hearing import Desk
from scheduler.zones import place_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEARS = (2026, 2028)
"""A common year and a leap year."""


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian rule (Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def on(year: int, *days: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in days}


def from_easter(year: int, *days: int) -> set[date]:
    return {easter(year) + DAY * n for n in days}


def never(_year: int) -> set[date]:
    return set()


def french(year: int) -> set[date]:
    return on(year, "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25") | from_easter(year, 1, 39, 50)


def french_or_alsatian(year: int) -> set[date]:
    return french(year) | from_easter(year, -2) | on(year, "12-26")


def german(year: int) -> set[date]:
    return on(year, "01-01", "05-01", "10-03", "12-25", "12-26") | from_easter(year, -2, 1, 39, 50)


def bavarian(year: int) -> set[date]:
    return german(year) | on(year, "01-06", "11-01") | from_easter(year, 60)


def spanish(year: int) -> set[date]:
    """Those on which no community decides."""
    return on(year, "01-01", "05-01", "10-12", "12-25") | from_easter(year, -2)


def british(year: int) -> set[date]:
    return on(year, "12-25", "12-26") | from_easter(year, -2)


def chinese(year: int) -> set[date]:
    festivals = {2026: ("02-17", "02-18", "02-19"), 2028: ("01-26", "01-27", "01-28")}
    return on(year, "01-01", "05-01", "10-01", "10-02", "10-03", *festivals[year])


def alabaman(year: int) -> set[date]:
    """Those on the same day each year, and Thanksgiving."""
    november = date(year, 11, 1)
    thanksgiving = november + DAY * ((3 - november.weekday()) % 7 + 21)
    return on(year, "01-01", "07-04", "11-11", "12-25") | {thanksgiving}


Days = str
"""Seven spans, Monday first, parted by spaces: "08-20", or "-" for closed."""


def week(every: str, sat: str | None = None, sun: str | None = None) -> Days:
    return " ".join([every] * 5 + [sat or every, sun or sat or every])


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A contact, and when it is quiet there."""

    name: str
    phone: str
    marketing: Days
    service: Days
    no_marketing: Callable[[int], set[date]] = never
    no_service: Callable[[int], set[date]] = never
    zone: str | None = None
    region: str | None = None


US, US_MARKETING, ANY_DAY = week("08-21"), week("10-20", "10-20", "12-20"), week("08-21")
FR = week("08-20", "08-20", "-")
PEOPLE = (
    Somebody(name="New York", phone="+12125550100", marketing=US_MARKETING, service=US),
    Somebody(name="Florida", phone="+13055550100", marketing=week("08-20"), service=week("08-20")),
    Somebody(name="Pensacola, in two zones", phone="+18505550100", marketing=week("08-20"), service=week("08-20")),
    Somebody(name="Connecticut", phone="+12035550100", marketing=week("09-20"), service=week("09-20")),
    Somebody(name="Texas", phone="+12145550100", marketing=week("09-21", "09-21", "12-21"), service=week("09-21", "09-21", "12-21")),
    Somebody(name="Rhode Island", phone="+14015550100", marketing=week("09-18", "10-17"), service=week("09-18", "10-17")),
    Somebody(name="Kentucky", phone="+15025550100", marketing=week("10-21"), service=week("10-21")),
    Somebody(name="Alabama", phone="+12055550100", marketing=week("08-20", "08-20", "-"), service=week("08-20"), no_marketing=alabaman),
    Somebody(name="Arizona", phone="+16025550100", marketing=US_MARKETING, service=US),
    Somebody(name="Hawaii", phone="+18085550100", marketing=US_MARKETING, service=US),
    Somebody(name="Alaska", phone="+19075550100", marketing=US_MARKETING, service=US),
    Somebody(name="a Texan in Guam", phone="+12145550101", zone="Pacific/Guam", marketing=week("09-21", "09-21", "12-21"), service=US),
    Somebody(name="toll-free", phone="+18005550100", marketing=US_MARKETING, service=US),
    Somebody(name="nobody's", phone="+15551234567", marketing=US_MARKETING, service=US),
    Somebody(name="France", phone="+33612345678", marketing=FR, service=FR, no_marketing=french_or_alsatian, no_service=french),
    Somebody(name="Paris", phone="+33612345678", region="75", marketing=FR, service=FR, no_marketing=french, no_service=french),
    Somebody(
        name="Strasbourg",
        phone="+33612345678",
        region="67",
        marketing=FR,
        service=FR,
        no_marketing=french_or_alsatian,
        no_service=french_or_alsatian,
    ),
    Somebody(name="Réunion", phone="+262692123456", marketing=FR, service=FR, no_marketing=french, no_service=french),
    Somebody(name="Germany", phone="+4915112345678", marketing=FR, service=FR, no_marketing=german, no_service=german),
    Somebody(name="Bavaria", phone="+4915112345678", region="DE-BY", marketing=FR, service=FR, no_marketing=bavarian, no_service=bavarian),
    Somebody(name="Britain", phone="+447400123456", marketing=week("09-20", "09-20", "10-18"), service=ANY_DAY, no_marketing=british),
    Somebody(name="Spain", phone="+34612345678", marketing=week("09-21", "-"), service=week("09-21"), no_marketing=spanish),
    Somebody(name="China", phone="+8613800138000", marketing=week("09-20"), service=ANY_DAY, no_marketing=chinese),
    Somebody(name="Japan", phone="+819012345678", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="India", phone="+919812345678", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Nepal", phone="+9779812345678", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Brazil", phone="+5511961234567", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Russia", phone="+79161234567", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Australia", phone="+61412345678", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Lord Howe", phone="+61412345678", zone="Australia/Lord_Howe", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Chatham", phone="+64211234567", zone="Pacific/Chatham", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Kiribati", phone="+68672012345", zone="Pacific/Kiritimati", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Morocco", phone="+212650123456", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Lebanon", phone="+96171123456", marketing=US_MARKETING, service=ANY_DAY),
    Somebody(name="Greenland", phone="+299221234", zone="America/Nuuk", marketing=US_MARKETING, service=ANY_DAY),
)


def is_quiet(local: datetime, days: Days, off: set[date]) -> bool:
    span = days.split()[local.weekday()]
    if span == "-" or local.date() in off:
        return True
    opens, closes = map(int, span.split("-"))
    return not opens <= local.hour < closes


@lru_cache(maxsize=200)
def off(holidays: Callable[[int], set[date]], year: int) -> set[date]:
    return holidays(year) | holidays_after(holidays, year)


def holidays_after(holidays: Callable[[int], set[date]], year: int) -> set[date]:
    """1 January of the next year: what is planned for New Year's Eve may wait until then."""
    return set() if holidays in (never,) else on(year + 1, "01-01")


def every_hour(year: int) -> Iterator[datetime]:
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        yield moment
        moment += HOUR


def leaves_at(question: Asked, planned: datetime) -> datetime:
    """When the gate lets it leave, asked again whenever it said that it should be."""
    now = planned
    for _ in range(3):
        match ask(question, now):
            case Leave():
                return now
            case Hold(until=until):
                assert until > now
                now = until
            case verdict:
                raise AssertionError(verdict)
    raise AssertionError("held three times")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("one", PEOPLE, ids=lambda one: one.name)
def test_nothing_leaves_while_it_is_quiet(one: Somebody, year: int) -> None:
    place = place_of(one.phone, one.zone, None, one.region)
    zones = [ZoneInfo(zone) for zone in place.zones]
    rules: Mapping[Urgency, tuple[Days, set[date]]] = {
        Urgency.MARKETING: (one.marketing, off(one.no_marketing, year)),
        Urgency.SERVICE: (one.service, off(one.no_service, year)),
    }
    left = set()
    for urgency, (days, closed) in rules.items():
        question = Asked(
            urgency=urgency,
            author="flow",
            created_at=datetime(year, 1, 1, tzinfo=UTC),
            expires_at=None,
            consent=Consent.IN,
            desk=Desk.NONE,
            place=place,
            last_in_at=None,
        )
        for planned in every_hour(year):
            moment = leaves_at(question, planned)
            left.add((urgency, days, moment))
            assert planned <= moment < planned + 10 * DAY
        for _, rule, moment in {row for row in left if row[0] is urgency}:
            for zone in zones:
                assert not is_quiet(moment.astimezone(zone), rule, closed), (one.name, urgency, moment, zone)
    assert len(left) > 1000, "they do leave"
