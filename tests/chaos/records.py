"""The three records, and what they say when they are laid side by side: what the provider accepted, the outbox, the inbox."""

import json
import time
import urllib.request
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from sqlalchemy import select, text

from models.consent import consent
from models.contact import contact
from models.message import message
from models.store import Store
from tests.chaos.house import ACCOUNT, TOKEN
from tests.chaos.load import Expected

OPEN = frozenset({"queued", "sending", "unknown"})
GIVEN_UP = frozenset({"refused", "expired", "canceled"})
"""Never sent, for a reason that stands on the row: an opt-out, a text that became too late."""


LONGEST_LAG_S = 30.0
"""Another provider's list may show late what it has."""
LONGEST_TURN = timedelta(seconds=6)
"""SQLite waits for its lock for five."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the provider has, as its list shows it."""

    sid: str
    to: str
    body: str
    direction: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A text in our database."""

    sid: str | None
    phone: str
    body: str
    direction: str
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """One text that did not go as it should. n: how many are missing or too many. at: when it was due, monotonic."""

    phone: str
    body: str
    at: float
    n: int
    why: str


@dataclass(slots=True)
class Verdict:
    """What came out. given_up: by a rule, with its reason on the row. unresolved: still open, and counted so."""

    messages: int = 0
    lost: list[Fate] = field(default_factory=list)
    doubled: list[Fate] = field(default_factory=list)
    unresolved: list[Fate] = field(default_factory=list)
    given_up: Counter[str] = field(default_factory=Counter)
    after_stop: int = 0

    @property
    def ok(self) -> bool:
        return not self.lost and not self.doubled and not self.after_stop


def compare(expected: Sequence[Expected], accepted: Sequence[Accepted], rows: Sequence[Row], came: Set[str]) -> Verdict:
    """Lays the records side by side. Each expected text stands for exactly one message at the provider, and no row for two.

    came: the sids of the texts that were sent to us. An offer that had not even been written when a STOP was heard is none that is lost;
    heard is what stands in the inbox, whether or not the webhook that brought it was answered.
    """
    verdict = Verdict(messages=len(accepted))
    out = {row.phone for row in rows if row.direction == "in" and row.body == "STOP"}
    sent = Counter((one.to, one.body) for one in accepted if one.direction.startswith("outbound"))
    ours: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.direction == "out":
            ours[row.phone, row.body].append(row)
    due = Counter((one.phone, one.body) for one in expected)
    first = {(one.phone, one.body): one.at for one in reversed(expected)}
    for name, wanted in due.items():
        if name[0] in out and not sent[name] and name not in ours:
            verdict.given_up["opted out before it was written"] += wanted
            continue
        _judge(verdict, name, wanted, sent[name], ours.get(name, []), first[name])
    for name, n in sent.items():
        known = len([row for row in ours.get(name, []) if row.status not in GIVEN_UP])
        if name not in due and n > known:
            verdict.doubled.append(Fate(*name, 0.0, n - known, "accepted more often than rows say"))
    _judge_inbox(verdict, came, rows)
    return verdict


def _judge(verdict: Verdict, name: tuple[str, str], wanted: int, got: int, rows: list[Row], at: float) -> None:
    phone, body = name
    if got > wanted:
        verdict.doubled.append(Fate(phone, body, at, got - wanted, f"accepted {got} times; rows: {[row.status for row in rows]}"))
    missing = wanted - got
    for row in rows if missing > 0 else []:
        if missing and row.status in GIVEN_UP:
            verdict.given_up[f"{row.status}: {row.reason or 'no reason'}"] += 1
            missing -= 1
        elif missing and row.status in OPEN:
            verdict.unresolved.append(Fate(phone, body, at, 1, f"{row.status}: {row.reason}"))
            missing -= 1
    if missing > 0:
        verdict.lost.append(Fate(phone, body, at, missing, f"rows: {[row.status for row in rows]}"))


def _judge_inbox(verdict: Verdict, came: Set[str], rows: Sequence[Row]) -> None:
    """Each text that was sent to us stands once, and no other one."""
    known = Counter(row.sid for row in rows if row.direction == "in")
    verdict.lost += [Fate("", sid, 0.0, 1, "a text that came in stands nowhere") for sid in came if known[sid] == 0]
    for sid, n in known.items():
        if n > 1 or sid not in came:
            verdict.doubled.append(Fate("", str(sid), 0.0, max(n - 1, 1), "a text stands twice, or was never sent to us"))


# --- reading the records ----------------------------------------------------------------------------------------------


def provider_record(address: str, known: Set[str] = frozenset(), seconds: float = LONGEST_LAG_S) -> list[Accepted]:
    """All that the provider has, through Twilio's own list. known: what it says that it has; a list that lags is waited for so long."""
    give_up = time.monotonic() + seconds
    while True:
        found = _listed(address)
        if known <= {one.sid for one in found} or time.monotonic() > give_up:
            return found
        time.sleep(2)


def _listed(address: str) -> list[Accepted]:
    login = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    path: str | None = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1000"
    found: list[Accepted] = []
    while path:
        request = urllib.request.Request(urljoin(address, path), headers={"Authorization": f"Basic {login}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            page = json.loads(answer.read())
        found += [_accepted(one) for one in page["messages"]]
        path = page["next_page_uri"]
    return list({one.sid: one for one in found}.values())  # pages that shift while they are read show one twice


def _accepted(one: Mapping[str, str]) -> Accepted:
    return Accepted(one["sid"], one["to"], one["body"], one["direction"], parsedate_to_datetime(one["date_created"]))


def database_record(store: Store) -> list[Row]:
    """Outbox and inbox."""
    query = "SELECT m.provider_sid, c.phone, m.body, m.direction, m.status, m.reason FROM message m JOIN contact c ON c.id = m.contact_id"
    with store.read() as db:
        return [Row(*row) for row in db.execute(text(query))]


def n_exchanged(store: Store) -> int:
    """Texts that the provider has, of both directions, as far as we know by now."""
    with store.read() as db:
        return int(db.execute(text("SELECT count(*) FROM message WHERE provider_sid IS NOT NULL")).scalar_one())


def n_open(store: Store) -> Counter[str]:
    """What is still under way: messages by status, and events that nobody has heard."""
    with store.read() as db:
        rows = db.execute(text("SELECT status, count(*) FROM message WHERE status IN ('queued', 'sending', 'unknown') GROUP BY status"))
        found = Counter({str(status): int(n) for status, n in rows})
        events = "SELECT count(*) FROM event WHERE handled_at IS NULL AND set_aside_at IS NULL AND kind IN ('text', 'start', 'opt_out')"
        found["events"] = int(db.execute(text(events)).scalar_one())
    return +found


def sent_after_stop(store: Store, answered: Mapping[str, datetime]) -> int:
    """Marketing texts that were claimed after the contact's opt-out had been committed, and sent.

    answered: by phone, when the webhook of a STOP had been answered: by then it was committed, or spooled. The ledger's own time is
    that at which the turn began; one that was heard later has been committed LONGEST_TURN after it.
    """
    query = (
        select(contact.c.phone, message.c.tried_at, consent.c.at)
        .join_from(message, contact, contact.c.id == message.c.contact_id)
        .join(consent, consent.c.contact_id == contact.c.id)
        .where(consent.c.after == "out", message.c.urgency == "marketing", message.c.provider_sid.is_not(None))
        .where(message.c.tried_at > consent.c.at)
    )
    with store.read() as db:
        rows = db.execute(query).all()
    return sum(is_after(tried, began, answered.get(phone)) for phone, tried, began in rows)


def is_after(tried: datetime, began: datetime, answered: datetime | None) -> bool:
    """Whether a claim came after the commit of an opt-out whose turn began then."""
    inline = answered is not None and began <= answered
    return tried > (answered if inline and answered else began + LONGEST_TURN)


def wait_for_campaign(store: Store, seconds: float) -> None:
    """Waits until everybody's moment has come in the campaigns that run."""
    open_runs = """SELECT count(*) FROM run JOIN campaign ON campaign.id = run.campaign_id
                   WHERE campaign.state = 'running' AND run.released_at IS NULL"""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        with store.read() as db:
            if not db.execute(text(open_runs)).scalar_one():
                return
        time.sleep(1)


def settle(store: Store, seconds: float) -> float:
    """Waits until nothing is under way; how long. What is still open then is counted by `compare`."""
    began = time.monotonic()
    while n_open(store) and time.monotonic() - began < seconds:
        time.sleep(1)
    return time.monotonic() - began
