"""A look beforehand: how many people, who is left out and why, what it costs, when it leaves; and every reason not to start it.

People are counted. Segments, costs and hours, and for how many it comes too late, are reckoned from a sample of at most some hundreds,
drawn by lot, with the very texts that the engine would write for them (bot.campaigns.reckoning); the figures say so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import phonenumbers
from sqlalchemy import ColumnElement, and_, false, or_

from bot import people, publishing
from bot.campaigns.planning import behind, belongs, days_meant, due_of, hours_end, next_of
from bot.campaigns.reckoning import ABROAD, Hour, Seen, Text, cost, hours, last, look, texts
from bot.campaigns.releasing import ends_at
from bot.process import Process
from flows.campaign import PARTS, Campaign, Once, OnDate, Recurring, bounds, lot
from flows.localtime import to_local
from flows.schedule import next_time
from flows.types import Purpose
from models import audience, contact, member
from models.audience import Frame
from models.campaign import Phase
from scheduler import pace, spend
from scheduler.windows import is_open

SAMPLE = 200
SOME = 8
"""Of what comes again and again, so many times are looked at: a week of days."""
JUST_NOW = timedelta(hours=1)
"""Who starts a campaign so soon after its hour means now; later, the hour is a slip."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to start it, and what to change."""

    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.what} {self.how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """n_segment: contacts in the segment. excluded: those who get nothing, by reason. variants: people by variant, the holdout among them.

    n_segments, micros: reckoned, None where nothing could be; micros: millionths of `currency`, None without a price table.
    first_at, last_at: the first and the last text, at the pace of the senders. sampled: how many the reckoning rests on.
    """

    n_segment: int
    excluded: dict[str, int]
    variants: dict[str, int]
    sampled: int
    n_segments: int | None
    micros: int | None
    currency: str
    first_at: datetime | None
    last_at: datetime | None
    per_second: float
    hours: tuple[Hour, ...]
    texts: tuple[Text, ...]
    refusals: tuple[Refusal, ...]

    @property
    def has_pilot(self) -> bool:
        return any(hour.phase is not Phase.ALL for hour in self.hours)

    @property
    def n_people(self) -> int:
        """Who gets something."""
        return sum(n for variant, n in self.variants.items() if variant != member.HOLDOUT)


def preview(process: Process, made: Campaign) -> Preview:
    """What would come of a campaign that started now."""
    now = process.now()
    at_local = next_hour(made, now)
    plan = _plan(process, made, now, at_local)
    with process.store.read() as db:
        inside = audience.condition(made.segment, _frame(process, now))
        marketing = made.purpose is Purpose.MARKETING
        n_segment = sum(member.by_standing(db, inside, marketing=marketing).values())
        stands = member.by_standing(db, and_(inside, *_texted(process)), marketing=marketing)
        variants = member.count_planned(db, plan)
        n = sum(count for name, count in variants.items() if name != member.HOLDOUT)
        rows = member.sample(db, plan, lot(made.name, "sample"), min(1.0, SAMPLE / n)) if n else []
    seen = look(process, made, rows[:SAMPLE], at_local, now)
    scale = n / len(seen) if seen else 0.0
    stands[ABROAD] = n_segment - sum(stands.values())
    variants, excluded = _less(variants, {why: count for why, count in stands.items() if why and count}, seen, scale)
    get_it = [one for one in seen if not one.left_out]
    n_segments = round(scale * sum(spend.billed(body, pictures) for one in get_it for body, pictures in one.bodies)) if seen else None
    micros = round(scale * sum(cost(process, one) for one in get_it)) if seen and process.settings.prices else None
    rate = sum(pace.rate_of(sender, process.settings.sender_rates) for sender in process.settings.twilio_from) or 1.0
    made_of = Preview(
        n_segment=n_segment,
        excluded=excluded,
        variants=variants,
        sampled=len(seen),
        n_segments=n_segments,
        micros=micros,
        currency=process.settings.currency,
        first_at=min((one.opens_at for one in get_it), default=None),
        last_at=last(get_it, scale, rate, made.purpose),
        per_second=rate,
        hours=hours(get_it, scale),
        texts=texts(get_it),
        refusals=(),
    )
    return replace(made_of, refusals=tuple(_refusals(process, made, made_of, seen, at_local, now)))


def _less(variants: dict[str, int], excluded: dict[str, int], seen: Sequence[Seen], scale: float) -> tuple[dict[str, int], dict[str, int]]:
    """Variants and excluded, where those of the sample who are left out count among the excluded, each for `scale` people."""
    variants, excluded = dict(variants), dict(excluded)
    for (variant, why), n in Counter((one.variant, one.left_out) for one in seen if one.left_out).items():
        less = min(variants[variant], round(scale * n))
        variants[variant] -= less
        excluded[why] = excluded.get(why, 0) + less
    return variants, excluded


# --- who, and when ----------------------------------------------------------------------------------------------------


def next_hour(made: Campaign, now: datetime) -> datetime:
    """The wall time of the next occurrence."""
    match made.when:
        case Once(at_local=at_local):
            return at_local
        case Recurring(schedule=schedule):
            return next_time(schedule, None, now, "UTC").replace(tzinfo=None)
        case OnDate(at=at):
            return datetime.combine(to_local(now, "UTC").date() + timedelta(days=1), at)


def _frame(process: Process, now: datetime) -> Frame:
    return Frame(sqlite=process.store.sqlite, at=now, zone=process.settings.timezone)


def _texted(process: Process) -> list[ColumnElement[bool]]:
    """Whether a number has the code of a country that is texted; countries that share one are told apart in the sample."""
    countries = process.settings.countries
    codes = sorted({phonenumbers.country_code_for_region(country) for country in countries} - {0})
    return [or_(false(), *(contact.contact.c.phone.startswith(f"+{code}") for code in codes))] if countries else []


def _plan(process: Process, made: Campaign, now: datetime, at_local: datetime) -> member.Plan:
    """Everybody whom the gate would let pass, pilot and rest, of the next occurrence; on a date of the contact's: who have it that day."""
    frame = _frame(process, now)
    stands = member.standing(marketing=made.purpose is Purpose.MARKETING)
    who = and_(belongs(made, frame), stands == "", *_texted(process))
    if isinstance(made.when, OnDate):
        day = at_local.date() - timedelta(days=made.when.offset_days)
        on = [audience.on_day(made.when.name, one, frame, yearly=made.when.yearly) for one in days_meant(day, yearly=made.when.yearly)]
        who = and_(who, on[0] if len(on) == 1 else on[0] | on[1])
    names = [variant.name for variant in made.variants]
    return member.Plan(
        run_id=0,
        belongs=who,
        lots={use: lot(made.name, use) for use in ("holdout", "variant", "pilot", "spread")},
        holdout_ends=round(made.holdout * PARTS),
        variants=list(zip(names, bounds(made.variants), strict=True)),
        slots=1,
    )


# --- why not ----------------------------------------------------------------------------------------------------------


def _refusals(process: Process, made: Campaign, seen: Preview, sample: Sequence[Seen], at_local: datetime, now: datetime) -> list[Refusal]:
    past = _past(process, made, sample, now)
    nobody = [] if past and sample else _nobody(made, seen)  # nobody is left, and it is said why
    return [*_taken(process, made), *nobody, *past, *_quiet(made, sample, at_local), *_dear(process, made, seen)]


def _nobody(made: Campaign, seen: Preview) -> list[Refusal]:
    if seen.n_people or isinstance(made.when, Recurring | OnDate):
        return []
    if seen.n_segment == 0:
        return [Refusal(f"Nobody is in the segment `{made.segment_text}`.", "Look at it with `parley segment`.")]
    if held := seen.variants.get(member.HOLDOUT, 0):
        return [Refusal(f"Everybody who may be texted is held out by lot: {held}.", "Choose more people, or leave out `holdout`.")]
    why, n = Counter(seen.excluded).most_common(1)[0]
    basis = "Without an opt-in there is no consent to rest on: ask for one first, or import proof of it." if why == "never opted in" else ""
    return [Refusal(f"Nobody of the {seen.n_segment} in the segment may be texted: {n} {why}.", basis or "Choose other people.")]


def reason(made: Campaign) -> str:
    """Why the flows that its texts are have gone live."""
    return publishing.OF_CAMPAIGN + made.name


def _taken(process: Process, made: Campaign) -> list[Refusal]:
    """Its texts become flows, and would replace those of the same names."""
    names = [offer.flow for offer in made.offers if offer.text]
    with process.store.read() as db:
        found = publishing.taken(db, names, reason(made))
    return [Refusal(f"Another flow `{name}` is live, and the campaign would replace it.", "Choose another name.") for name in found]


def _past(process: Process, made: Campaign, sample: Sequence[Seen], now: datetime) -> list[Refusal]:
    """Its hour, or its end, has gone by."""
    ends, how = ends_at(process, made), "Choose a moment to come."
    if ends is not None and ends <= now:
        return [Refusal(f"`ends` is over: it was {made.ends:%Y-%m-%d %H:%M} in {process.settings.timezone}.", how)]
    if not isinstance(made.when, Once):
        return []
    if hours_end(made, made.when.at_local) < now - JUST_NOW:
        return [Refusal(f"`at` is over: {made.when.at_local:%Y-%m-%d %H:%M} has passed everywhere.", how)]
    if sample and all(one.hour_at < now - JUST_NOW for one in sample):
        return [Refusal(f"`at` is over: {made.when.at_local:%Y-%m-%d %H:%M} has passed where these people are.", how)]
    return [] if ends is None else _ends_early(made, sample, ends)


def _ends_early(made: Campaign, sample: Sequence[Seen], ends: datetime) -> list[Refusal]:
    """Its end comes before all its people's hours, or those of the rest after a pilot."""
    rest = [one for one in sample if one.phase is Phase.REST]
    if sample and all(one.opens_at >= ends for one in sample):
        return [Refusal("It ends before it begins.", "Let `ends` come after `at`.")]
    if rest and all(one.opens_at >= ends for one in rest):
        days = behind(made, Phase.REST).days
        what = f"It ends before the rest comes, {days} day{'s' * (days != 1)} after the pilot."
        return [Refusal(what, "Let `ends` come after that, or leave out `pilot`.")]
    return []


def _quiet(made: Campaign, sample: Sequence[Seen], at_local: datetime) -> list[Refusal]:
    """Everybody's hour lies in quiet hours, whenever it comes: the author meant another."""
    times = _times(made, at_local)
    if not sample or any(_is_open(made, one, time) for one in sample for time in times):
        return []
    opens = Counter(f"{to_local(one.opens_at, people.zone(one.row)):%H:%M}" for one in sample).most_common(1)[0][0]
    name = "every" if isinstance(made.when, Recurring) else "at"
    what = f"`{name}` lies in quiet hours for everybody" + (" (a Sunday or a holiday?)." if opens < "12:00" else ".")
    return [Refusal(what, f"For most the window opens at {opens}: choose an hour after that, on an open day.")]


def _times(made: Campaign, at_local: datetime) -> list[datetime]:
    """The wall times of the next occurrences, enough of them that one falls on an open day if any does."""
    times = [at_local]
    while len(times) < SOME and not isinstance(made.when, Once):
        times.append(next_of(made, times[-1]) or times[-1] + timedelta(days=1))  # a date of the contact's: any day is somebody's
    return times


def _is_open(made: Campaign, one: Seen, time: datetime) -> bool:
    due_at = due_of(made, time + behind(made, one.phase), people.zone(one.row), one.row.id)
    return is_open(due_at, people.place(one.row), made.purpose)


def _dear(process: Process, made: Campaign, seen: Preview) -> list[Refusal]:
    if made.budget is None:
        return []
    if seen.micros is None or seen.currency != made.budget.currency:
        have = f"prices in {seen.currency}" if process.settings.prices else "no prices"
        return [Refusal(f"The budget is in {made.budget.currency}, and there are {have}.", "Set PRICES and CURRENCY.")]
    most = made.budget.cents * 10_000
    if seen.micros <= most:
        return []
    sums = f"{spend.amount(seen.micros)} {seen.currency}, more than the budget of {spend.amount(most)}"
    return [Refusal(f"It would cost about {sums}.", "Shorten the text, choose fewer people, or raise the budget.")]
