"""A model that is missing or damaged: rules go on reading, and `/readyz`, `parley doctor` and staff's alarms say so."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from models.alarm import AlarmKind
from nlp.types import Reader
from tests.service.house import House

HELLO = 'flow: hello\npurpose: service\ntriggers:\n  - keyword: [HELLO]\nsteps:\n  say:\n    say: "Hello!"\n'
ROOT = Path(__file__).parents[2]
LOOK = """
import json, os
from bot import doctor, jobs
from bot.app import create_app
from bot.process import open_process
from config.settings import load_settings
from nlp.types import NOTHING_EXPECTED

process = open_process(load_settings(os.environ))
process.reader.warm()
jobs._tell_of_reading(process)
answer = create_app(process.settings, process).test_client().get("/readyz")
said = [found.what for found in doctor.reading(process.settings)]
process.reader.read("\u592a\u597d\u4e86", NOTHING_EXPECTED)
heard = process.reader.read("please stop texting me", NOTHING_EXPECTED).command
print(json.dumps([answer.status_code, answer.get_json(), said, heard]))
"""


@pytest.fixture
def house(settings: Settings, reader: Reader, tmp_path: Path) -> Iterator[House]:
    built = House(settings, reader)
    flows = tmp_path / "flows"
    flows.mkdir()
    built.publish(flows, hello=HELLO)
    yield built
    built.close()


DAMAGES = [
    ("wishes.npz", "gone", "cannot be read"),
    ("mood.npz", "cut", "make models"),
    ("indirect.npz", "gone", "indirect.npz"),
    ("mood/lexicon.txt", "gone", "lexicon.txt"),
]


@pytest.mark.parametrize(("file", "damage", "named"), DAMAGES)
def test_what_is_damaged_is_told_of_and_texts_are_read(
    house: House, valkey_url: str, tmp_path: Path, file: str, damage: str, named: str
) -> None:
    copy = tmp_path / "damaged" / "nlp"
    shutil.copytree(ROOT / "nlp", copy, ignore=shutil.ignore_patterns("__pycache__"))
    model = copy / "data" / file
    if damage == "gone":
        model.unlink()
    else:
        model.write_bytes(model.read_bytes()[:100])
    settings = house.settings
    known = {"PARLEY_HOME": str(settings.parley_home), "DATABASE_URL": settings.database_url, "PUBLIC_URL": settings.public_url}
    environ = {"PATH": os.environ["PATH"], **known, "REDIS_URL": valkey_url, "PYTHONPATH": f"{copy.parent}:{ROOT}"}
    child = subprocess.run([sys.executable, "-c", LOOK], env=environ, cwd=copy.parent, capture_output=True, text=True, timeout=60)
    assert child.stdout, child.stderr
    status, answer, said, heard = json.loads(child.stdout.splitlines()[-1])
    assert (status, answer["ready"], answer["missing"]) == (200, True, {})
    assert Path(file).name in answer["impaired"]["model"]
    assert named in answer["impaired"]["model"]
    assert "by rules alone" in said[0]
    assert heard == "stop"
    assert house.count("alarm", f"kind = '{AlarmKind.READING}'") == 1
