"""Following: the later steps for those who did answer. A reply or a click of somebody whom the campaign texted starts the next flow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import people
from bot.campaigns.drafting import meant
from bot.campaigns.releasing import SILENT, ends_at
from bot.process import Process
from flows import localtime
from flows.campaign import Came, Campaign
from flows.spans import total_seconds
from flows.types import Span
from models import answered, campaign, contact, event, restored
from models.answered import Answer
from models.campaign import CampaignRow
from models.event import EventKind

SETTLED = timedelta(seconds=5)
"""What is so old is committed: a transaction that began before another may end after it."""
MOST = 500


def follow(process: Process, row: CampaignRow) -> int:
    """Queues the next step for everybody who answered since the last look; how many."""
    made, n = meant(row), 0
    for came, column in ((Came.REPLY, "heard_id"), (Came.CLICK, "clicked_id")):
        if any(later.on is came for later in made.then):
            n += _follow(process, row, made, came, column)
    return n + _hang(process, row, made)


def _hang(process: Process, row: CampaignRow, made: Campaign) -> int:
    """A start that was put off has said its text by now, in another turn: what waits for a silence counts from that text."""
    if not any(later.on in SILENT for later in made.then):
        return 0
    with process.store.read() as db:
        found = answered.put_off(db, row.id, MOST)
        owners = {one.contact_id: contact.by_id(db, one.contact_id) for one in found}
    for one in found:
        owner = owners[one.contact_id]
        assert owner is not None, "an event has a contact"
        due_at = localtime.add(one.handed_over_at, Span(days=one.days, seconds=one.seconds), people.zone(owner))
        with process.store.write() as db:
            answered.hang_on(db, one.id, one.key, due_at)
    return len(found)


def _follow(process: Process, row: CampaignRow, made: Campaign, came: Came, column: str) -> int:
    """Looks through what came, from where the last look ended; that place moves on with what is queued."""
    now = process.now()
    looked = answered.texts if came is Came.REPLY else answered.clicks
    seen = row.heard_id if came is Came.REPLY else row.clicked_id
    with process.store.read() as db:
        found, to = looked(db, row.id, seen, now - SETTLED, MOST)
        armed = restored.armed_at(db)
    if to <= seen:
        return 0
    with process.store.write() as db:
        n = sum(event.add_once(db, start) for one in found for start in _starts(process, row, made, came, one, now, armed))
        campaign.change(db, row.id, **{column: to})
    if n:
        process.bell.ring()
    return n


def _starts(
    process: Process, row: CampaignRow, made: Campaign, came: Came, one: Answer, now: datetime, armed: datetime | None
) -> Sequence[dict[str, object]]:
    """The steps that an answer starts; in a restored copy none that was due before it was armed."""
    ends = ends_at(process, made)
    over = {"not_after": ends.isoformat()} if ends is not None else {}
    found = []
    for n, later in enumerate(made.then, 1):
        comes = one.at + timedelta(seconds=total_seconds(later.after))
        if later.on is came and (armed is None or comes > armed):
            data = {"flow": later.offer.flow, "campaign": row.id, **over}
            due = max(now, comes)
            key = f"campaign-{one.run_id}-{one.contact_id}-then-{n}"
            found.append(event.values(key, one.contact_id, EventKind.START, now, data=data, due_at=due))
    return found
