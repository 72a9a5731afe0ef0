"""What a sample of a campaign's people would read, and when: from it a preview reckons segments, costs and hours. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import facts, people
from bot.campaigns.drafting import flow_of
from bot.campaigns.planning import behind, due_of
from bot.campaigns.releasing import ends_at
from bot.process import Process
from bot.wording import worded
from flows import hearing, localtime
from flows.campaign import PARTS, Campaign, bounds, lot
from flows.events import Needs
from flows.localtime import to_local
from flows.types import Flow, Purpose
from models import snapshot
from models.campaign import Phase
from models.contact import ContactRow
from scheduler import spend
from scheduler.windows import Place, send_at

ABROAD, TOO_LATE, AFTER_ITS_END = "of a country that COUNTRIES leaves out", "too late by now", "after its end"
"""Why one of the sample gets nothing."""
LEAST_SLICE, MOST_SLICES = timedelta(minutes=5), 2_000
"""The senders' work is reckoned in slices of at least so long, at most so many: a slice that has begun ends even if the window closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """When it leaves in one zone, for each phase apart. opens_at: where the window is closed at `due_at`, when it opens.

    n: of the people, reckoned.
    """

    zone: str
    phase: Phase
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
class Seen:
    """One of the sample, with the texts that it would get at first.

    hour_at: its moment, as the campaign says; due_at: the same, or days later for the rest after a pilot. opens_at: when the window is
    open, at the earliest now. left_out: why it gets nothing; "" where it does. bodies: texts, each with its number of pictures.
    """

    row: ContactRow
    variant: str
    hour_at: datetime
    phase: Phase
    due_at: datetime
    opens_at: datetime
    left_out: str
    bodies: tuple[tuple[str, int], ...]
    language: str


def look(process: Process, made: Campaign, rows: Sequence[ContactRow], at_local: datetime, now: datetime) -> list[Seen]:
    """What these contacts would get of the occurrence at that wall time, if the campaign started now."""
    flows = {variant.name: flow_of(process, made, variant.offer) for variant in made.variants}
    parts = list(zip(flows, bounds(made.variants), strict=True))
    ends, countries = ends_at(process, made), process.settings.countries
    found = []
    for row in rows:
        variant = next(name for name, end in parts if lot(made.name, "variant").part(row.id) < end)
        flow = flows[variant]
        if flow is None:
            continue
        phase = phase_of(made, row)
        due_at = due_of(made, at_local + behind(made, phase), people.zone(row), row.id)
        opens_at = send_at(max(due_at, now), people.place(row), made.purpose)
        bodies, language = _says(process, flow, row, max(due_at, now))
        found.append(
            Seen(
                row=row,
                variant=variant,
                hour_at=due_of(made, at_local, people.zone(row), row.id),
                phase=phase,
                due_at=due_at,
                opens_at=opens_at,
                left_out=ABROAD if people.is_abroad(row.phone, countries) else _left_out(flow, row, due_at, opens_at, ends, now),
                bodies=bodies,
                language=language,
            )
        )
    return found


def phase_of(made: Campaign, row: ContactRow) -> Phase:
    """Whether a contact is drawn for the pilot."""
    if made.pilot is None:
        return Phase.ALL
    return Phase.PILOT if lot(made.name, "pilot").part(row.id) < round(made.pilot.share * PARTS) else Phase.REST


def _left_out(flow: Flow, row: ContactRow, due_at: datetime, opens_at: datetime, ends: datetime | None, now: datetime) -> str:
    """Why it gets nothing although it may be texted. Who waits for a window that opens has its moment then."""
    if ends is not None and opens_at >= ends:
        return AFTER_ITS_END
    return TOO_LATE if opens_at == now and localtime.add(due_at, flow.late, people.zone(row)) < now else ""


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


def cost(process: Process, one: Seen) -> int:
    country = people.place(one.row).country
    return sum(spend.cost(spend.billed(body, pictures), country, process.settings.prices) for body, pictures in one.bodies)


def last(seen: Sequence[Seen], scale: float, rate: float, purpose: Purpose) -> datetime | None:
    """When the senders are done, to some minutes: each of the sample stands for `scale` people.

    They send what waits longest among those whose window is open, and nothing in a night that all of them share.
    """
    waiting: dict[Place, list[tuple[datetime, timedelta]]] = {}
    for one in sorted(seen, key=lambda one: one.opens_at, reverse=True):
        busy = timedelta(seconds=scale * sum(spend.billed(body, pictures) for body, pictures in one.bodies) / rate)
        waiting.setdefault(people.place(one.row), []).append((one.opens_at, busy))
    most = max(LEAST_SLICE, sum((busy for some in waiting.values() for _, busy in some), timedelta()) / MOST_SLICES)
    done: datetime | None = None
    while waiting:
        heads = ((place, some[-1][0]) for place, some in waiting.items())
        begins, since, place = min(
            ((send_at(max(at, done or at), place, purpose), at, place) for place, at in heads), key=lambda one: one[:2]
        )
        _, busy = waiting[place].pop()
        done = begins + min(busy, most)
        if busy > most:
            waiting[place].append((since, busy - most))
        if not waiting[place]:
            del waiting[place]
    return done


def hours(seen: Sequence[Seen], scale: float) -> tuple[Hour, ...]:
    """Each zone's, of those of the sample who get something."""
    groups: dict[tuple[str, Phase], list[Seen]] = {}
    for one in seen:
        groups.setdefault((people.zone(one.row), one.phase), []).append(one)
    made = []
    for (zone, phase), some in groups.items():
        first = min(some, key=lambda one: one.due_at)
        opens = min(one.opens_at for one in some)
        local = to_local(first.due_at, zone)
        n = round(len(some) * scale)
        made.append(Hour(zone=zone, phase=phase, local=local, due_at=first.due_at, opens_at=opens, n=n))
    return tuple(sorted(made, key=lambda hour: (hour.due_at, hour.zone)))


def texts(seen: Sequence[Seen]) -> tuple[Text, ...]:
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
