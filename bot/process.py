"""What one process works with: built once at a root (app, jobs, cli), handed down the road."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.bell import Bell, RedisBell
from bot.catalogue import FlowShelf
from bot.messenger import Messenger, PaperMessenger, messenger_for
from config.settings import Settings
from flows.consent import OptOutReplies
from flows.notices import Notice, Notices
from models.store import WORKER, Patience, Store
from nlp.types import Context, IntentModel, Memory, Reader, Reading
from scheduler import pool


def utc_now() -> datetime:
    return datetime.now(UTC)


class LateReader:
    """A reader that is loaded when a text first needs it, or beside other work.

    spaCy and the encoder are 200 MB that a clock seldom has a use for, and seconds in which a process can do what needs no reading.
    """

    def __init__(self, load: Callable[[], Reader]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Reader | None = None
        self._there = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Whether a text can be read, after so long at most: somebody else loads it."""
        return self._there.wait(seconds)

    def loaded(self) -> Reader:
        """The real one."""
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
                self._there.set()
            return self._loaded

    def read(self, text: str, context: Context) -> Reading:
        if isinstance(context.intents, LateIntents):
            context = replace(context, intents=context.intents.trained(self.loaded()))
        return self.loaded().read(text, context)

    def warm(self) -> None:
        self.loaded().warm()

    @property
    def ready(self) -> bool:
        """Whether a text can be read without waiting."""
        return self._loaded is not None and self._loaded.ready

    @property
    def problem(self) -> str | None:
        """What is missing or damaged, as far as it has been looked at."""
        return self._loaded.problem if self._loaded is not None else None

    def train(self, examples: Mapping[str, tuple[str, ...]], memory: Memory | None = None) -> IntentModel | None:
        """The examples, to be learned when a text is read."""
        if self._loaded is not None:
            return self._loaded.train(examples, memory)
        return LateIntents(examples, memory) if examples else None


class LateIntents:
    """Intents whose examples have not been learned yet."""

    def __init__(self, examples: Mapping[str, tuple[str, ...]], memory: Memory | None = None) -> None:
        self.labels = tuple(examples)
        self._examples = examples
        self._memory = memory
        self._lock = threading.Lock()
        self._trained: list[IntentModel | None] = []

    def trained(self, reader: Reader) -> IntentModel | None:
        """Learned at the first call."""
        with self._lock:
            if not self._trained:
                self._trained.append(reader.train(self._examples, self._memory))
            return self._trained[0]


def load_reader() -> Reader:
    """The real reader."""
    from nlp.read import load_reader as load  # spaCy: 1 s, which commands that read nothing do not pay

    return load()


@dataclass(frozen=True, kw_only=True)
class Process:
    """The world of one process. now: the clock; tests hand in their own. paper: carries what test contacts are sent."""

    settings: Settings
    store: Store
    reader: Reader
    shelf: FlowShelf
    messenger: Messenger
    paper: PaperMessenger
    bell: Bell
    notices: Notices
    replies: OptOutReplies
    now: Callable[[], datetime] = utc_now

    @property
    def default_sender(self) -> str:
        """The number or service that stands for a text whose row names none."""
        return next(iter(self.settings.twilio_from), "")

    def sender_for(self, phone: str, texted: str | None) -> str:
        """The number or service that a contact is texted from: the one that it texted last, else always the same one of ours."""
        return texted or pool.choose(self.settings.twilio_from, phone, self.settings.country)

    @property
    def armed(self) -> bool:
        """Whether this installation may send at all; a restored copy may not, until `parley arm`."""
        return not os.path.exists(self.settings.disarmed_marker)  # noqa: PTH110  # asked in every turn

    @property
    def callback_url(self) -> str:
        return f"{self.settings.public_url}/webhooks/twilio/status"


def open_process(
    settings: Settings,
    *,
    reader: Reader | None = None,
    bell: Bell | None = None,
    messenger: Messenger | None = None,
    patience: Patience = WORKER,
) -> Process:
    """The parts that the settings name. The reader is loaded here, once a process, unless the caller brings a `LateReader`."""
    reader = reader or load_reader()
    store = Store(settings.database_url, pool_size=settings.web_threads + 4, patience=patience)
    return Process(
        settings=settings,
        store=store,
        reader=reader,
        shelf=FlowShelf(store, reader),
        messenger=messenger or messenger_for(settings),
        paper=PaperMessenger(),
        bell=bell or RedisBell(settings.redis_url),
        notices=notices_of(settings),
        replies=OptOutReplies(settings.optout_replies.value),
    )


def notices_of(settings: Settings) -> Notices:
    """What is said above the flows, with the texts that the settings replace."""
    given = {Notice.HELP: settings.text_help, Notice.OPTED_OUT: settings.text_optout, Notice.OPTED_IN: settings.text_optin}
    return Notices(brand=settings.brand, own={notice: text for notice, text in given.items() if text})
