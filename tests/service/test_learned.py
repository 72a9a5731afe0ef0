"""What flows' examples teach is learned when they are published, and read by every process after that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogue import FlowShelf, learn_ahead
from bot.publishing import publish, retire, rollback
from config.settings import Settings
from models import learned
from models.learned import Learned
from nlp.meaning.intents import TrainedIntents
from nlp.read import SpacyReader, load_reader
from nlp.types import Context, Reader
from tests.service.house import House

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FLOW = """flow: hours
purpose: service
intents:
  opening: [when do you open, opening hours please, how late are you open, are you open on sunday, what time do you close]
triggers:
  - intent: opening
steps:
  say:
    say: "From 9 to 5."
"""


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    yield built
    built.close()


def test_a_process_that_begins_later_learns_nothing(house: House, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "hours.yaml").write_text(FLOW, "utf-8")
    learn = learn_ahead(house.store, reader)
    assert not publish(house.store, [tmp_path], by="ann", why="", now=NOW, learn=learn).refused
    assert house.count("learned") == 1
    late = load_reader()
    shelf = FlowShelf(house.store, late).newest()
    assert isinstance(shelf.intents, TrainedIntents)
    assert not late.ready, "the encoder was not even loaded"
    assert reader.read("until when are you open today?", Context(intents=shelf.intents)).intent == "hours/opening"


def test_other_examples_are_learned_anew_and_a_rollback_learns_nothing(house: House, reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "hours.yaml"
    learn = learn_ahead(house.store, reader)
    for source in (FLOW, FLOW.replace("what time do you close", "is the shop open now")):
        file.write_text(source, "utf-8")
        publish(house.store, [tmp_path], by="ann", why="", now=NOW, learn=learn)
    assert house.count("learned") == 2
    rollback(house.store, "hours", to=1, by="ann", why="", now=NOW, learn=learn)
    assert house.count("learned") == 2
    assert retire(house.store, "hours", learn=learn)
    assert house.count("learned") == 2, "no flow is left, and nothing to be learned"


def test_only_the_last_ones_are_kept(house: House) -> None:
    memory = Learned(house.store)
    for n in range(learned.KEPT + 5):
        memory.put(f"{n:064}", b"x")
    memory.put(f"{learned.KEPT:064}", b"another process was faster")
    assert house.count("learned") == learned.KEPT
    assert (memory.get(f"{0:064}"), memory.get(f"{learned.KEPT + 4:064}")) == (None, b"x")


def test_what_is_stored_is_read_as_it_was_learned(house: House, reader: SpacyReader) -> None:
    examples = {
        "a/open": ("when do you open", "opening hours", "are you open today"),
        "b/order": ("I want to order", "can I buy one", "one please"),
    }
    memory = Learned(house.store)
    fresh, again = (reader.train(examples, memory) for _ in range(2))
    assert again is not fresh
    for text in ("opening times?", "I'd like to buy three", "the weather is nice", "营业时间"):
        one, other = (reader.read(text, Context(intents=intents, thorough=True)) for intents in (fresh, again))
        assert one.nearest_intent == other.nearest_intent
        assert one.intent_confidence == pytest.approx(other.intent_confidence, abs=1e-3)
        assert one.because == other.because
