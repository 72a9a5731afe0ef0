"""One line for each event, on stderr: for people on a terminal, JSON elsewhere. Ids only; phone numbers are cut to their end."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from config.settings import LogLevel

CHATTY = ("alembic", "apscheduler", "asyncio", "httpcore", "httpx", "rq", "sqlalchemy", "twilio", "urllib3", "werkzeug")
"""Libraries that speak from WARNING on: at INFO some of them log what a text says."""

SHOWN_DIGITS = 3
_PLUS = r"(?:\+|%2B)\d(?:[\s().-]{0,2}\d){6,14}"
_PLAIN = r"(?<![\w.:+-])(?!\d{4}-\d\d-\d\d)\(?\d(?:[\s().-]{0,2}\d){9,14}(?![\w-])"
_NUMBER = re.compile(f"{_PLUS}|{_PLAIN}", re.ASCII | re.IGNORECASE)


def configure(level: LogLevel = LogLevel.INFO, stream: TextIO | None = None) -> None:
    """Sets logging up for this process, structlog's and the standard library's alike. Called once, at a root."""
    stream = stream or sys.stderr
    first: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*first, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            _renderer(stream),
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        cache_logger_on_first_use=True,
    )


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: the event with every phone number in its values cut to the last digits."""
    for name, value in event.items():
        if name != "timestamp":
            event[name] = _without_numbers(value)
    return event


def hide(text: str) -> str:
    """The text with what looks like a phone number cut to its end: `+14155550101` becomes `...101`.

    Ten or more digits, or seven after a plus; dates, SIDs and UUIDs stay.
    """
    return _NUMBER.sub(lambda found: "..." + re.sub(r"\D", "", found[0])[-SHOWN_DIGITS:], text)


def _without_numbers(value: Any) -> Any:
    match value:
        case str():
            return hide(value)
        case dict():
            return {name: _without_numbers(part) for name, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_without_numbers(part) for part in value]
        case _:
            return value


def _renderer(stream: TextIO) -> structlog.typing.Processor:
    if stream.isatty():
        return structlog.dev.ConsoleRenderer(colors=True, pad_event_to=0)
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda value: hide(repr(value)))
