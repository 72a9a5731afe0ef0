"""Releasing: members whose moment has come get their start, a few at a time, so that the outbox never holds more than a moment's work.

What has not been released can be paused and canceled at once, however many they are; several campaigns share the room fairly; and a
STOP, or a changed mind of the marketer's, meets at most that moment's work.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import people
from bot.campaigns.drafting import meant
from bot.campaigns.planning import behind, due_of, next_of
from bot.process import Process
from flows.campaign import Came, Campaign
from flows.localtime import to_instant
from models import campaign, event, member, restored
from models import room as room_of
from models.campaign import CampaignRow
from models.event import EventKind
from models.member import Due
from scheduler.windows import send_at

log = structlog.get_logger(__name__)

ROOM_STARTS = 200
"""So many starts may wait to be heard."""
ROOM_TEXTS = 1_000
"""So many unasked texts may wait to be sent, with their window open."""
APART = timedelta(hours=12)
"""What comes every day may be held until shortly before its next time, or over it (Sundays, holidays): then only the next one leaves."""
SILENT = {Came.NO_REPLY: "reply", Came.NO_CLICK: "click"}


def release_due(process: Process, rows: Sequence[CampaignRow]) -> int:
    """Releases what is due of these campaigns, as far as there is room, each its share; how many."""
    now = process.now()
    with process.store.read() as db:
        room = min(ROOM_STARTS - room_of.n_starts(db, now, ROOM_STARTS), ROOM_TEXTS - room_of.n_unasked(db, now, ROOM_TEXTS))
        waiting = [(row, ids) for row in rows if (ids := _open_runs(db, row))]
    released = 0
    for n, (row, run_ids) in enumerate(waiting):
        share = (room - released) // (len(waiting) - n)
        if share > 0:
            released += _release(process, row, run_ids, now, share)
    if released:
        process.bell.ring()
    return released


def _open_runs(db: Connection, row: CampaignRow) -> list[int]:
    return [one.id for one in campaign.runs(db, row.id) if (one.planned > 0 or one.planned_at is not None) and one.released_at is None]


def _release(process: Process, row: CampaignRow, run_ids: Sequence[int], now: datetime, most: int) -> int:
    made = meant(row)
    ends = ends_at(process, made)
    if ends is not None and now >= ends:
        return 0
    with process.store.write() as db:
        if not campaign.is_running(db, row.id):
            return 0  # paused since we looked
        following = {run_id: _following(db, made, run_id) for run_id in run_ids}
        due = member.due(db, run_ids, now, most)
        theirs = _originals(db, row)
        fates = [None if theirs is not None and one.due_at <= theirs else _fate(made, following[one.run_id], one, now, ends) for one in due]
        ready = [one for one, fate in zip(due, fates, strict=True) if fate == now]
        event.add(db, [start for one in ready for start in _starts(row, made, one, now, ends)])
        for run_id in {one.run_id for one in due}:
            for until, ids in _by_fate(due, fates, run_id).items():
                if until is None:
                    member.pass_over(db, run_id, ids)
                elif until == now:
                    member.release(db, run_id, ids, now)
                else:
                    member.put_off(db, run_id, ids, until)
        if not due:
            _close_runs(db, run_ids, now)
    return len(ready)


def _originals(db: Connection, row: CampaignRow) -> datetime | None:
    """Until when who was due may have got it from the original of this restored copy; None where the campaign is the copy's own."""
    armed = restored.armed_at(db)
    return armed if armed is not None and row.started_at is not None and row.started_at <= armed else None


def _following(db: Connection, made: Campaign, run_id: int) -> datetime | None:
    """The wall time of the next run for the same people: a rest is followed by the next rest."""
    run = campaign.run_by_id(db, run_id)
    assert run is not None, "a run is never removed"
    later = behind(made, run.phase)
    following = next_of(made, datetime.fromisoformat(run.at_local) - later)
    return None if following is None else following + later


def _fate(made: Campaign, following: datetime | None, one: Due, now: datetime, ends: datetime | None) -> datetime | None:
    """When a member who is due may get it: now, or when the window opens; None where the next occurrence comes so soon after that."""
    place = people.place(one.owner)
    leaves = send_at(now, place, made.purpose)
    if following is not None:
        then = send_at(due_of(made, following, people.zone(one.owner), one.owner.id), place, made.purpose)
        if then < leaves + APART and (ends is None or then < ends):
            return None
    return leaves


def _by_fate(due: Sequence[Due], fates: Sequence[datetime | None], run_id: int) -> dict[datetime | None, list[int]]:
    found: dict[datetime | None, list[int]] = {}
    for one, fate in zip(due, fates, strict=True):
        if one.run_id == run_id:
            found.setdefault(fate, []).append(one.owner.id)
    return found


def _close_runs(db: Connection, run_ids: Sequence[int], now: datetime) -> None:
    """A run of which nobody waits any more is done, once all of it is planned."""
    for run_id in run_ids:
        run = campaign.run_by_id(db, run_id)
        if run is not None and run.planned_at is not None and not member.any_waiting(db, run_id):
            campaign.set_released(db, run_id, now)


def _starts(row: CampaignRow, made: Campaign, one: Due, now: datetime, ends: datetime | None) -> list[dict[str, Any]]:
    """The start of a member's flow, and what comes later if nothing is heard: their time begins when the first text has left."""
    variant = next(variant for variant in made.variants if variant.name == one.variant)
    key = f"campaign-{one.run_id}-{one.owner.id}"
    over = {"not_after": ends.isoformat()} if ends is not None else {}
    data = {"flow": variant.offer.flow, "campaign": row.id, **over}
    planned = one.due_at if row.resumed_at is None else max(one.due_at, row.resumed_at)  # a pause makes nobody late
    found = [event.values(key, one.owner.id, EventKind.START, now, data=data, planned_at=planned)]
    for n, later in enumerate(made.then, 1):
        if later.on in SILENT:
            more = {"flow": later.offer.flow, "campaign": row.id, "unless": SILENT[later.on], **over}
            span = {"due_at": None, "after_key": f"{key}-1", "days": later.after.days, "seconds": later.after.seconds}
            found.append(event.values(f"{key}-then-{n}", one.owner.id, EventKind.LATER, now, data=more, **span))
    return found


def ends_at(process: Process, made: Campaign) -> datetime | None:
    """The moment from which on nobody starts."""
    return to_instant(made.ends, process.settings.timezone) if made.ends is not None else None
