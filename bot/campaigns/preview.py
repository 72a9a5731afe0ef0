"""A look beforehand: how many people, who is left out and why, what it costs, when it leaves; and every reason not to start it.

People are counted. Segments, costs and hours are reckoned from a sample of at most some hundreds, drawn by lot, with the very texts
that the engine would write for them; the figures say so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_

from bot import facts, people, publishing
from bot.campaigns.drafting import flow_of
from bot.campaigns.planning import belongs, days_meant, due_of, hours_end
from bot.campaigns.releasing import ends_at
from bot.process import Process
from bot.wording import worded
from flows import hearing
from flows.campaign import PARTS, Campaign, Once, OnDate, Recurring, bounds, lot
from flows.events import Needs
from flows.localtime import to_instant, to_local
from flows.schedule import next_time
from flows.types import Flow, Purpose
from models import audience, member, snapshot
from models.audience import Frame
from models.contact import ContactRow
from scheduler import pace, spend
from scheduler.windows import send_at

SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to start it, and what to change."""

    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.what} {self.how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """When it leaves in one zone. opens_at: where the window is closed at `due_at`, when it opens; n: of the people, reckoned."""

    zone: str
    local: datetime
    due_at: datetime
    opens_at: datetime
    n: int

    @property
    def waits(self) -> bool:
        return self.opens_at > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What one of the sample would read, in one variant and language."""

    variant: str
    language: str
    body: str
    segments: int


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
    def n_people(self) -> int:
        """Who gets something."""
        return sum(n for variant, n in self.variants.items() if variant != member.HOLDOUT)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One of the sample, with the texts that it would get at first."""

    row: ContactRow
    variant: str
    due_at: datetime
    opens_at: datetime
    bodies: tuple[tuple[str, int], ...]  # text, number of pictures
    language: str


def preview(process: Process, made: Campaign) -> Preview:
    """What would come of a campaign that started now."""
    now = process.now()
    at_local = next_hour(made, now)
    plan = _plan(process, made, now, at_local)
    with process.store.read() as db:
        inside = audience.condition(made.segment, _frame(process, now))
        stands = member.by_standing(db, inside, marketing=made.purpose is Purpose.MARKETING)
        variants = member.count_planned(db, plan)
        n = sum(count for name, count in variants.items() if name != member.HOLDOUT)
        rows = member.sample(db, plan, lot(made.name, "sample"), min(1.0, SAMPLE / n)) if n else []
    seen = _look(process, made, rows[:SAMPLE], at_local, now)
    scale = n / len(seen) if seen else 0.0
    n_segments = round(scale * sum(spend.billed(body, pictures) for one in seen for body, pictures in one.bodies)) if seen else None
    micros = round(scale * sum(_cost(process, one) for one in seen)) if seen and process.settings.prices else None
    rate = sum(pace.rate_of(sender, process.settings.sender_rates) for sender in process.settings.twilio_from) or 1.0
    made_of = Preview(
        n_segment=sum(stands.values()),
        excluded={why: count for why, count in stands.items() if why},
        variants=variants,
        sampled=len(seen),
        n_segments=n_segments,
        micros=micros,
        currency=process.settings.currency,
        first_at=min((one.opens_at for one in seen), default=None),
        last_at=_last(seen, scale, rate),
        per_second=rate,
        hours=_hours(seen, scale),
        texts=_texts(seen),
        refusals=(),
    )
    return _with_refusals(process, made, made_of, seen, now)


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


def _plan(process: Process, made: Campaign, now: datetime, at_local: datetime) -> member.Plan:
    """Everybody, pilot and rest, of the next occurrence; on a date of the contact's: of all who have it, whatever the day."""
    frame = _frame(process, now)
    who = belongs(made, frame)
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


def _look(process: Process, made: Campaign, rows: Sequence[ContactRow], at_local: datetime, now: datetime) -> list[_Seen]:
    flows = {variant.name: flow_of(process, made, variant.offer) for variant in made.variants}
    ends = list(zip(flows, bounds(made.variants), strict=True))
    found = []
    for row in rows:
        variant = next(name for name, end in ends if lot(made.name, "variant").part(row.id) < end)
        flow = flows[variant]
        if flow is None:
            continue
        due_at = due_of(made, at_local, people.zone(row), row.id)
        opens_at = send_at(max(due_at, now), people.place(row), made.purpose)
        bodies, language = _says(process, flow, row, max(due_at, now))
        found.append(_Seen(row, variant, due_at, opens_at, bodies, language))
    return found


def _says(process: Process, flow: Flow, row: ContactRow, at: datetime) -> tuple[tuple[tuple[str, int], ...], str]:
    """What the flow would say first to a contact: the engine is asked, and nothing is written."""
    with process.store.read() as db:
        seen = snapshot.of_contact(db, row, at)
    situation = facts.situation_of(process, process.shelf.at(seen.catalogue), seen, row.phone, at, None)
    situation = replace(situation, talks=(), desk=hearing.Desk.NONE)
    heard = hearing.start(situation, flow, at)
    for _ in range(8):
        if not isinstance(heard, Needs):
            break
        situation = replace(situation, facts=facts.with_asked(process, row, situation.facts, heard))
        heard = hearing.start(situation, flow, at)
    if isinstance(heard, Needs):
        return (), flow.languages[0]
    language = next((move.state.language for move in heard.moves), flow.languages[0])
    return tuple((one.text, len(one.media)) for one in worded(heard)), language


# --- what it costs, and when the last leaves --------------------------------------------------------------------------


def _cost(process: Process, one: _Seen) -> int:
    country = people.place(one.row).country
    return sum(spend.cost(spend.billed(body, pictures), country, process.settings.prices) for body, pictures in one.bodies)


def _last(seen: Sequence[_Seen], scale: float, rate: float) -> datetime | None:
    """When the senders are done: each of the sample stands for `scale` people, in the order in which their windows open."""
    done: datetime | None = None
    for one in sorted(seen, key=lambda one: one.opens_at):
        busy = timedelta(seconds=scale * sum(spend.billed(body, pictures) for body, pictures in one.bodies) / rate)
        done = max(one.opens_at, done or one.opens_at) + busy
    return done


def _hours(seen: Sequence[_Seen], scale: float) -> tuple[Hour, ...]:
    groups: dict[str, list[_Seen]] = {}
    for one in seen:
        groups.setdefault(people.zone(one.row), []).append(one)
    made = []
    for zone, some in groups.items():
        first = min(some, key=lambda one: one.due_at)
        opens = min(one.opens_at for one in some)
        local = to_local(first.due_at, zone)
        made.append(Hour(zone=zone, local=local, due_at=first.due_at, opens_at=opens, n=round(len(some) * scale)))
    return tuple(sorted(made, key=lambda hour: (hour.due_at, hour.zone)))


def _texts(seen: Sequence[_Seen]) -> tuple[Text, ...]:
    """The first text of each variant in each language, as the longest of the sample would read it."""
    longest: dict[tuple[str, str], Text] = {}
    for one in seen:
        if not one.bodies:
            continue
        body, pictures = one.bodies[0]
        text = Text(variant=one.variant, language=one.language, body=body, segments=spend.billed(body, pictures))
        known = longest.get((one.variant, one.language))
        if known is None or (text.segments, len(text.body)) > (known.segments, len(known.body)):
            longest[one.variant, one.language] = text
    return tuple(longest[key] for key in sorted(longest))


# --- why not ----------------------------------------------------------------------------------------------------------


def _with_refusals(process: Process, made: Campaign, seen: Preview, sample: Sequence[_Seen], now: datetime) -> Preview:
    reasons = [*_taken(process, made), *_nobody(made, seen), *_past(process, made, now), *_quiet(made, sample), *_dear(process, made, seen)]
    return replace(seen, refusals=tuple(reasons))


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
    """Why the flows that its texts are have gone live: by this a campaign knows them as its own."""
    return f"campaign {made.name}"


def _taken(process: Process, made: Campaign) -> list[Refusal]:
    """Its texts become flows, and would replace those of the same names."""
    names = [offer.flow for offer in made.offers if offer.text]
    with process.store.read() as db:
        found = publishing.taken(db, names, reason(made))
    return [Refusal(f"Another flow `{name}` is live, and the campaign would replace it.", "Choose another name.") for name in found]


def _past(process: Process, made: Campaign, now: datetime) -> list[Refusal]:
    ends = ends_at(process, made)
    if ends is not None and ends <= now:
        return [Refusal(f"`ends` is over: it was {made.ends:%Y-%m-%d %H:%M} in {process.settings.timezone}.", "Choose a moment to come.")]
    if isinstance(made.when, Once):
        if hours_end(made, made.when.at_local) < now:
            return [Refusal(f"`at` is over: {made.when.at_local:%Y-%m-%d %H:%M} has passed everywhere.", "Choose a moment to come.")]
        first = to_instant(made.when.at_local, made.when.zone) if made.when.zone else made.when.at_local.replace(tzinfo=UTC)
        if ends is not None and ends <= first:
            return [Refusal("It ends before it begins.", "Let `ends` come after `at`.")]
    return []


def _quiet(made: Campaign, sample: Sequence[_Seen]) -> list[Refusal]:
    """Everybody's hour lies in quiet hours: the author meant another."""
    closed = [one for one in sample if one.opens_at > one.due_at and send_at(one.due_at, people.place(one.row), made.purpose) > one.due_at]
    if not sample or len(closed) < len(sample):
        return []
    opens = Counter(f"{to_local(one.opens_at, people.zone(one.row)):%H:%M}" for one in closed).most_common(1)[0][0]
    what = "`at` lies in quiet hours for everybody" + (" (a Sunday or a holiday?)." if opens < "12:00" else ".")
    return [Refusal(what, f"For most the window opens at {opens}: choose an hour after that, on an open day.")]


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
