"""Only numbers of the countries that COUNTRIES names are texted: nobody can make us text a number that costs its owner's caller money."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from nlp.types import Reader
from tests.service.house import MAYA, House

HELLO = 'flow: hello\npurpose: service\ntriggers:\n  - keyword: [HELLO]\nsteps:\n  hi:\n    say: "Hello!"\n'
ELSEWHERE = "+37120012345"  # Latvia


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings.model_copy(update={"countries": ("US", "CA")}), reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    yield built
    built.close()


def test_answers_leave_for_these_countries_alone(house: House) -> None:
    assert house.says("HELLO", sender=MAYA) == ["Hello!"]
    assert house.says("HELLO", sender=ELSEWHERE) == []
    assert house.one("SELECT reason FROM message WHERE direction = 'out' AND status = 'refused'") == "a country that is not texted"
    assert house.count("message", "direction = 'in'") == 2, "what came in is kept"


def test_stop_is_heard_from_anywhere(house: House) -> None:
    house.says("STOP", sender=ELSEWHERE)
    assert house.count("contact", "consent = 'out'") == 1
