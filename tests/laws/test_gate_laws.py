"""The laws of the gate, over many questions."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings

from bot.gate import Asked
from tests.asking import check_what_leaves, check_who_is_held, questions


def test_many_questions() -> None:
    held = 0

    @settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(questions())
    def look(question: tuple[Asked, datetime]) -> None:
        nonlocal held
        check_what_leaves(*question)
        held += check_who_is_held(*question)

    look()
    assert held > 150, "many of them were held, or nothing was looked at"
