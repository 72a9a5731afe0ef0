"""Texts of machines, and texts of people that sound alike."""

import pytest

from nlp.consent.automatic import is_automatic
from nlp.folding import look

ROWS = [
    ("Auto-reply: I am away until Monday.", True, "says so"),
    ("I'm driving with Focus turned on. I'll see your message when I get where I'm going.", True, "a telephone in a car"),
    ("I am currently out of the office and will answer on Monday", True, "a mail system's words"),
    ("Réponse automatique : je suis absente", True, "French"),
    ("Respuesta automática: estoy de vacaciones", True, "Spanish"),
    ("Automatische Antwort: Ich bin im Urlaub", True, "German"),
    ("【自动回复】我现在不在", True, "Chinese"),
    ("I'm driving to you, there in ten", False, "a person who drives"),
    ("are you out of office supplies?", False, "a person who asks"),
    ("5", False, "an answer"),
    ("", False, "nothing"),
]


@pytest.mark.parametrize(("text", "expected", "why"), ROWS)
def test_machines_are_told_from_people(text: str, expected: bool, why: str) -> None:
    assert is_automatic(look(text)) is expected, why
