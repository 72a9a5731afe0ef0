"""The limits on what nobody asked for, as facts for the gate: the caps that a text meets, and what may still be spent."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from bot import gate
from config.settings import Settings
from flows.types import Purpose
from models import activity, alarm, campaign, outbox, spend
from models.alarm import AlarmKind
from models.contact import ContactRow
from models.message import MessageRow
from scheduler import caps
from scheduler import spend as spending
from scheduler.caps import Cap
from scheduler.spend import FREE, Budget, Ceiling, Period
from scheduler.zones import place_of


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gate asks about limits. sent: when texts of the purpose left before, as far back as the caps look."""

    caps: tuple[Cap, ...] = ()
    sent: tuple[datetime, ...] = ()
    budget: Budget = FREE


NONE = Limits()
_COUNTED = {gate.Urgency.SERVICE.value: Purpose.SERVICE, gate.Urgency.MARKETING.value: Purpose.MARKETING}


def of_message(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, now: datetime) -> Limits:
    """The limits that a message meets: what nobody asked for, to real contacts, and nothing else."""
    purpose = _COUNTED.get(message.urgency)
    if purpose is None or message.test:
        return NONE
    allowed = caps_of(db, settings, owner, purpose, now)
    sent = outbox.unasked_since(db, owner.id, purpose, now - caps.longest(allowed)) if allowed else ()
    return Limits(allowed, sent, _budget(db, settings, owner, message, now))


def is_capped(settings: Settings, message: MessageRow) -> bool:
    """Whether a message may meet a cap: then it is claimed by one worker at a time for each contact, so that the count is right."""
    purpose = _COUNTED.get(message.urgency)
    return purpose is not None and not message.test and any(rule.purpose is purpose for rule in rules(settings))


def rules(settings: Settings) -> tuple[caps.Rule, ...]:
    """The caps of the settings. Those of CAPS come last, and so win."""
    more = (
        caps.Rule(purpose=Purpose(entry.purpose), stage=caps.Stage(entry.stage) if entry.stage else None, most=entry.most, span=entry.span)
        for entry in settings.caps
    )
    return (*caps.marketing_rules(day=settings.cap_marketing_day, week=settings.cap_marketing_week), *more)


def caps_of(db: Connection, settings: Settings, owner: ContactRow, purpose: Purpose, now: datetime) -> tuple[Cap, ...]:
    """The caps for a contact. Its stage is looked up only where a rule asks for it."""
    known = rules(settings)
    stage = stage_of(db, owner, now) if caps.tells_stages(known, purpose) else None
    return caps.caps_for(known, purpose, stage, halved=owner.less_at is not None)


def stage_of(db: Connection, owner: ContactRow, now: datetime) -> caps.Stage:
    """Where the contact stands in its life with us."""
    opted_in_at = owner.consent_at if owner.consent == "in" else None
    signs = (owner.last_in_at, *activity.last_signs(db, owner.id))
    return caps.stage_of(created_at=owner.created_at, opted_in_at=opted_in_at, signs=signs, now=now)


# --- money ------------------------------------------------------------------------------------------------------------


def charge(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, now: datetime) -> None:
    """Adds a message that has just been claimed to what was spent: once, however often it is tried. Answers cost as much as the rest."""
    if message.attempt == 0:
        _charge(db, settings, owner, message, now)


def charge_answer(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, now: datetime) -> None:
    """Likewise an answer that a webhook's own answer carried: nobody claimed it, so it counts when it is first heard of."""
    if message.carrier == "twiml":
        _charge(db, settings, owner, message, now)


def _charge(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, now: datetime) -> None:
    if settings.prices and not message.test:
        names = [period.name for period in spending.periods(now, settings.timezone)]
        names += [campaign.purse(message.campaign_id)] if message.campaign_id is not None else []
        spend.charge(db, names, cost_of(settings, owner, message), _billed(message))


def cost_of(settings: Settings, owner: ContactRow, message: MessageRow) -> int:
    """What a message costs, in millionths: by the country of the number, whatever the contact says of itself."""
    return spending.cost(_billed(message), place_of(owner.phone).country, settings.prices)


def _billed(message: MessageRow) -> int:
    return spending.billed(message.body, len(message.media))


def ceilings(db: Connection, settings: Settings, now: datetime) -> tuple[Ceiling, ...]:
    """The ceilings of the settings, with what has been spent below each."""
    day, month = spending.periods(now, settings.timezone)
    given: list[tuple[Period, Decimal | None]] = [(day, settings.spend_day), (month, settings.spend_month)]
    set_ = [(period, most) for period, most in given if most is not None]
    spent = spend.spent(db, [period.name for period, _ in set_]) if set_ else {}
    return tuple(
        Ceiling(period=period, most=spending.micros(most), spent=spent[period.name], currency=settings.currency) for period, most in set_
    )


def _budget(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, now: datetime) -> Budget:
    if message.attempt > 0:
        return FREE  # it was paid for when it was first tried
    found = ceilings(db, settings, now)
    return Budget(cost_of(settings, owner, message), found) if found else FREE


def tell(db: Connection, limits: Limits, verdict: gate.Verdict, now: datetime) -> None:
    """An alarm, once for each day or month, where a ceiling holds a text back.

    It takes no lock on the sums: a claim that follows in the same transaction waits for its sender, whose holder may wait for the sums.
    """
    ceiling = spending.exceeded(limits.budget, now)
    match verdict:
        case gate.Hold(reason=reason) | gate.Expire(reason=reason) if ceiling is not None and ceiling.reason in reason:
            detail = f"{ceiling.period.kind} {ceiling.period.name}"
            if not alarm.was_raised(db, AlarmKind.SPENDING, detail):
                alarm.raise_or_count(db, AlarmKind.SPENDING, detail, now)
        case _:
            pass
