"""One JSON line for each event, and no phone number in any of them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import configure, hide
from config.settings import LogLevel

HIDDEN = [
    ("+14155550101", "...101", "E.164"),
    ("whatsapp:+14155550101", "whatsapp:...101", "a channel's address"),
    ("To=%2B14155550101&Body=x", "To=...101&Body=x", "as it stands in a form"),
    ("call (415) 555-0101 now", "call ...101 now", "as Americans write it"),
    ("4155550101", "...101", "bare"),
    ("+33 6 12 34 56 78", "...678", "with spaces"),
    ("a +1 415.555.0101, b +442079460000", "a ...101, b ...000", "two of them"),
    ("SM0123456789abcdef0123456789abcdef", "SM0123456789abcdef0123456789abcdef", "a SID"),
    ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000", "a UUID"),
    ("2026-11-22 03:51:29", "2026-11-22 03:51:29", "an instant"),
    ("2026-11-22T03:51:29.123456Z", "2026-11-22T03:51:29.123456Z", "an instant with microseconds"),
    ("127.0.0.1:8000", "127.0.0.1:8000", "an address"),
    ("message 1234567", "message 1234567", "a row's id"),
]


@pytest.mark.parametrize(("text", "expected", "why"), HIDDEN)
def test_numbers_are_cut_and_ids_stay(text: str, expected: str, why: str) -> None:
    assert hide(text) == expected, why


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(LogLevel.INFO, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_ids(stream: io.StringIO) -> None:
    structlog.get_logger().info("text taken", message=41234567890, sender="+14155550101", nested={"to": ["+14155550102"]})
    (line,) = lines(stream)
    assert line["event"] == "text taken"
    assert line["message"] == 41234567890, "a row's id is a number and stays"
    assert line["sender"] == "...101"
    assert line["nested"] == {"to": ["...102"]}
    assert str(line["timestamp"]).endswith("Z")


def test_a_library_and_its_traceback_are_cut_too(stream: io.StringIO) -> None:
    try:
        raise ValueError("no route to +14155550101")
    except ValueError:
        logging.getLogger("somebody").exception("could not reach %s", "+14155550102")
    (line,) = lines(stream)
    assert "5550101" not in str(line)
    assert "5550102" not in str(line)
    assert "ValueError" in str(line["exception"])


def test_libraries_that_log_texts_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("twilio.http_client").info("Body=secret")
    structlog.get_logger().debug("below the level")
    assert stream.getvalue() == ""
