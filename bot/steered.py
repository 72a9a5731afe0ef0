"""What its campaign says of a text that is about to leave: that it waits, as the campaign is paused or has spent its budget, or goes."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot import limits
from bot.limits import Limits
from config.settings import Settings
from models import alarm, campaign, spend
from models.alarm import AlarmKind
from models.campaign import State
from models.contact import ContactRow
from models.message import MessageRow
from scheduler import spend as spending

log = structlog.get_logger(__name__)


def is_canceled(db: Connection, message: MessageRow) -> bool:
    """Whether its campaign was canceled while its turn was on the way."""
    return message.campaign_id is not None and campaign.state_of(db, message.campaign_id) is State.CANCELED


def why_paused(db: Connection, settings: Settings, owner: ContactRow, message: MessageRow, met: Limits, now: datetime) -> str:
    """Why it waits for its campaign; "" if it need not. A campaign whose budget, or a ceiling, this text would go over is paused by it.

    Else all who are left would come to the ceiling, one after the other, and be too late for the next day.
    """
    row = campaign.by_id(db, message.campaign_id) if message.campaign_id is not None else None
    if row is None:
        return ""
    if row.state == State.PAUSED:
        return row.why
    if (ceiling := spending.exceeded(met.budget, now)) is not None:
        pause(db, row.id, row.name, ceiling.reason, now)
        return ceiling.reason
    if row.budget_micros is None or message.attempt > 0:
        return ""
    purse = campaign.purse(row.id)
    if spend.spent(db, [purse])[purse] + limits.cost_of(settings, owner, message) <= row.budget_micros:
        return ""
    pause(db, row.id, row.name, "its budget is spent", now)
    return "its budget is spent"


def pause(db: Connection, campaign_id: int, name: str, why: str, now: datetime) -> None:
    """Pauses a campaign for a reason that staff have to hear of; nothing where it does not run."""
    if campaign.move(db, campaign_id, State.PAUSED, why=why):
        log.error("campaign paused", campaign=campaign_id, why=why)
        alarm.raise_or_count(db, AlarmKind.CAMPAIGN, f"{name}: {why}"[:200], now)
