"""The load: texts that come in, people who get a broadcast, and queued rows whose leaving is watched. Each knows what it expects."""

import json
import queue
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from bot.provider.posting import Poster
from flows.types import Purpose
from models import contact, outbox
from models.message import blank
from models.store import Store
from scheduler.windows import is_open
from scheduler.zones import place_of
from tests.chaos.house import ACCOUNT, OURS, TICKS, TOKEN, House

COUNTRY = "ZZ"
"""No country, so that the default hours count."""
TWILIO_GIVES_UP_S, TRIES = 15.0, 4
"""#rc=3&rp=all: four tries within fifteen seconds."""
TICK_S = 0.5
WEBHOOK = "/webhooks/twilio/sms"
CAMPAIGN = """\
campaign: crowd
segment: tag:crowd
at: {at:%Y-%m-%d %H:%M} UTC
spread: {minutes}m
flow: offer
"""
WORDS = ("lamp", "river", "maple", "button", "kettle", "window", "garden", "pencil", "harbor", "ribbon")


@dataclass(slots=True)
class Text:
    """A text that was sent to us. tried, answered: seconds of the monotonic clock; answered: when a webhook took it."""

    phone: str
    body: str
    wants: str
    tried: float
    sid: str = ""
    answered: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """A text that has to be accepted once. at: when it was due, monotonic."""

    phone: str
    body: str
    at: float
    kind: str  # reply | broadcast | tick


def zone_open(moments: Sequence[datetime]) -> str:
    """A zone in which anybody may be texted at all these instants. Raises LookupError where there is none."""
    for hours in range(-12, 15):
        zone = f"Etc/GMT{-hours:+d}"
        if all(is_open(at, place_of("+6595550000", zone, COUNTRY), Purpose.MARKETING) for at in moments):
            return zone
    raise LookupError("no zone is open at all of these instants")


def form_of(text: Text) -> list[tuple[str, str]]:
    """The form of a text's webhook."""
    known = {"AccountSid": ACCOUNT, "Body": text.body, "From": text.phone, "MessageSid": text.sid, "NumMedia": "0", "To": OURS}
    return list({**known, "SmsSid": text.sid}.items())


class Load:
    """Phones that text, over and over, each waiting for its own answer before the next."""

    def __init__(self, house: House, rate: float, phones: int, zone: str, luck: random.Random) -> None:
        self.house, self.rate, self.luck, self.zone = house, rate, luck, zone
        self.store = Store(house.database.url)
        self.texts: list[Text] = []
        self.expected: list[Expected] = []
        self.latencies: list[tuple[float, float]] = []  # when, seconds
        self.ticks: dict[str, tuple[float, float | None]] = {}  # body: when queued, when seen at the provider
        self.off = threading.Event()
        self.rest = threading.Event()  # nobody texts while it is set
        self._phones = deque(f"+65{95550000 + n:08d}" for n in range(phones))
        self._tickers = [f"+65{96660000 + n:08d}" for n in range(40)]
        self._numbers = iter(range(1, 1 << 40))
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[Text | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._local = threading.local()
        self._poster = Poster(TOKEN)

    # --- people

    def add_people(self, phones: Sequence[str], *tags: str) -> list[int]:
        """Contacts who have agreed, where it is day."""
        now = datetime.now(UTC)
        with self.store.write() as db:
            known = [
                contact.new_values(
                    phone,
                    now - timedelta(days=1),
                    consent="in",
                    consent_at=now,
                    zone=self.zone,
                    country=COUNTRY,
                    fields={"number": phone[3:]},
                    tags=list(tags),
                )
                for phone in phones
            ]
            return [contact.add(db, values) for values in known]

    def prepare(self) -> None:
        """Everybody is known, and stands at the question of the flow that echoes, before anything goes wrong."""
        self.add_people(list(self._phones))
        self._tick_ids = self.add_people(self._tickers)
        self._begin(self._text_thread, 24)
        for phone in list(self._phones):
            self._jobs.put(Text(phone, "ECHO", "Say a word.", time.monotonic()))
        self._phones.clear()
        give_up = time.monotonic() + 120
        while any(text.answered is None for text in self.texts) or not self.texts or not self._jobs.empty():
            if time.monotonic() > give_up:
                raise TimeoutError("the phones could not begin their conversations")
            time.sleep(0.1)

    def broadcast(self, n: int) -> list[str]:
        """So many people get an offer: every tenth by a flow that is started, the others by a campaign. Returns their phones.

        They are told apart by chance, and the phones come in no order, so that faults meet both kinds.
        """
        phones = [f"+65{80000000 + k:08d}" for k in range(n)]
        self.luck.shuffle(phones)
        now = time.monotonic()
        for phone in phones:
            self._expect(phone, self._offer(phone), now, "broadcast")
        self.add_people(phones[: n // 10])
        self.add_people(phones[n // 10 :], "crowd")
        self._start_flow(phones[: n // 10])
        self._start_campaign(n)
        self.luck.shuffle(phones)
        return phones

    def _offer(self, phone: str) -> str:
        return f"Parley Demo: today's offer for {phone[3:]}. STOP to opt out."

    def _start_flow(self, phones: Sequence[str]) -> None:
        file = self.house.folder / "people.csv"
        file.write_text("phone\n" + "\n".join(phones) + "\n")
        started = self.house.run("start", "offer", "--file", str(file), "--format", "json", timeout=300)
        if started.returncode != 0 or json.loads(started.stdout)["started"] != len(phones):
            raise RuntimeError(f"the broadcast did not start: {started.stdout}{started.stderr}")

    def _start_campaign(self, n: int) -> None:
        """Whose hour has just begun; those of it come over minutes, so that faults meet its planning, its releases and its texts."""
        file = self.house.folder / "crowd.yaml"
        file.write_text(CAMPAIGN.format(at=datetime.now(UTC), minutes=max(2, n // 1500)))
        for command in (("campaign", "load", str(file)), ("campaign", "start", "crowd", "--yes")):
            done = self.house.run(*command, timeout=300)
            if done.returncode != 0:
                raise RuntimeError(f"the campaign did not start: {done.stdout}{done.stderr}")

    # --- running

    def start(self) -> None:
        self._begin(self._pace, 1)
        self._begin(self._tick, 1)
        self._begin(self._watch_ticks, 1)

    def stop(self) -> None:
        """No new texts; those under way end."""
        self.off.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(60)
        self.store.close()
        self._poster.close()

    def _begin(self, work: Callable[[], None], n: int) -> None:
        for _ in range(n):
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _pace(self) -> None:
        due = time.monotonic()
        while not self.off.is_set():
            due = max(due + 1 / self.rate, time.monotonic() - 1)
            self.off.wait(max(0.0, due - time.monotonic()))
            if self._phones and not self.rest.is_set():
                self._jobs.put(self._next())

    def _next(self) -> Text:
        with self._lock:
            phone, n = self._phones.popleft(), next(self._numbers)
        body = f"{self.luck.choice(WORDS)} {self.luck.choice(WORDS)} number {n}"
        return Text(phone, body, f"Heard {body}.", time.monotonic())

    def _expect(self, phone: str, body: str, at: float, kind: str) -> None:
        with self._lock:
            self.expected.append(Expected(phone, body, at, kind))

    # --- texts

    def _text_thread(self) -> None:
        while (text := self._jobs.get()) is not None:
            self.send(text)
            self.give_back(text)

    def send(self, text: Text) -> Text:
        """Offers a text as Twilio would, until a webhook takes it or Twilio would give up."""
        text.tried = time.monotonic()
        with self._lock:
            self.texts.append(text)
        if text.wants:
            self._expect(text.phone, text.wants, text.tried, "reply")
        for _ in range(TRIES):
            if self.offer(text) == 200:
                text.answered = time.monotonic()
                text.seconds = text.answered - text.tried
                break
            if time.monotonic() - text.tried > TWILIO_GIVES_UP_S or self.off.wait(0.3):
                break
        give_up = text.tried + 120
        while text.answered is None and not self.house.own_provider and time.monotonic() < give_up:  # no list brings it back
            time.sleep(1)
            if self.offer(text) == 200:
                text.answered = time.monotonic()
        return text

    def borrow(self) -> Text | None:
        """The next text of a phone that has none under way, for the caller to send; None where all are waiting."""
        return self._next() if self._phones else None

    def give_back(self, text: Text) -> None:
        self._phones.append(text.phone)

    def reopen(self) -> None:
        """The house has moved to another database."""
        old, self.store = self.store, Store(self.house.database.url)
        old.close()

    def stops(self) -> dict[str, datetime]:
        """Who texted STOP, and when the webhook had answered it."""
        now, steady = datetime.now(UTC), time.monotonic()
        told = [one for one in self.texts if one.body == "STOP" and one.answered]
        return {one.phone: now - timedelta(seconds=steady - (one.answered or steady)) for one in told}

    def offer(self, text: Text) -> int:
        """One webhook; its status, 0 where there was no answer."""
        status, seconds = self._through_provider(text) if self.house.own_provider else self._by_hand(text)
        if status == 200:
            self.latencies.append((time.monotonic(), seconds))
        return status

    def _through_provider(self, text: Text) -> tuple[int, float]:
        """Ours knows of the text from then on, and does what the answer says."""
        given = {"from": text.phone, "to": OURS, "body": text.body, **({"sid": text.sid} if text.sid else {})}
        told = self._post("/provider/inbound", given)
        if told is None:
            return 0, 0.0
        text.sid = str(told["sid"])
        return int(told["status"]), float(told["seconds"])

    def _by_hand(self, text: Text) -> tuple[int, float]:
        """Another stand-in for Twilio has no way to be told of a text: it is signed here, and answers leave by the API."""
        text.sid = text.sid or "SM" + token_hex(16)
        posted = self._poster.post(f"http://127.0.0.1:{self.house.port}{WEBHOOK}", form_of(text))
        return posted.status, posted.seconds

    def _post(self, path: str, body: object) -> dict[str, Any] | None:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = HTTPConnection(urlsplit(self.house.provider_url).netloc, timeout=60)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            connection.close()
            return None
        return found if answer.status == 200 else None

    # --- queued rows

    def _tick(self) -> None:
        """Queues a row, over and over; where the database is away, it is tried again."""
        n = 0
        while not self.off.wait(TICK_S):
            if self.rest.is_set():
                continue
            n += 1
            who, body, now = n % len(self._tickers), f"Tick {n}.", datetime.now(UTC)
            row = blank(
                self._tick_ids[who], "out", body, now, ours=TICKS, author="parley", urgency="service", status="queued", key=f"tick-{n}"
            )
            at = time.monotonic()
            try:
                with self.store.write() as db:
                    outbox.add(db, [row])
            except SQLAlchemyError:
                if not self._stands(f"tick-{n}"):
                    continue
            self.ticks[body] = (at, None)
            self._expect(self._tickers[who], body, at, "tick")

    def _stands(self, key: str) -> bool:
        """Whether a row was written after all: a connection that broke in a commit does not say."""
        while not self.off.wait(0.2):
            try:
                with self.store.read() as db:
                    return outbox.by_key(db, key) is not None
            except SQLAlchemyError:
                continue
        return True

    def _watch_ticks(self) -> None:
        """Looks at the provider which of the rows it has."""
        from base64 import b64encode

        login = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?From=%2B{TICKS[1:]}&PageSize=20"
        connection = HTTPConnection(urlsplit(self.house.provider_url).netloc, timeout=20)
        while not self.off.wait(0.25):
            try:
                connection.request("GET", path, headers={"Authorization": f"Basic {login}"})
                found = json.loads(connection.getresponse().read())["messages"]
            except (OSError, HTTPException, ValueError, KeyError):
                connection.close()
                continue
            for message in found:
                queued, seen = self.ticks.get(message["body"], (0.0, 0.0))
                if seen is None:
                    self.ticks[message["body"]] = (queued, time.monotonic())

    # --- recovery

    def answered_after(self, moment: float) -> float | None:
        """When the first text that was sent after this moment was answered."""
        with self._lock:
            recent = self.texts[-3000:]
        return min((text.answered for text in recent if text.tried >= moment and text.answered), default=None)

    def left_after(self, moment: float) -> float | None:
        """When the first row that was queued after this moment was seen at the provider."""
        recent = list(self.ticks.values())[-400:]
        return min((seen for queued, seen in recent if queued >= moment and seen is not None), default=None)
