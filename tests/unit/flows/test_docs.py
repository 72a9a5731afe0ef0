"""The page for authors names everything there is, and its examples hold."""

import json
import re
from pathlib import Path

import pytest

from flows.check import check_text
from flows.parse import FLOW_KEYS, TEST_LINES
from flows.parse_questions import QUESTION_KEYS
from flows.parse_steps import JOINING, VERBS
from flows.parse_triggers import EXTRAS
from flows.schema import schema
from flows.syntax import DATE_STYLES, FILTERS, FUNCTIONS
from nlp.types import Kind

PAGE = (Path(__file__).parents[3] / "docs" / "flows.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(flow:.*?)```", PAGE, re.DOTALL)
KINDS = ("any", "yes_no", "choice", "choices", "number", "rating", "nps", "intent", "pattern", *Kind)
WORDS = {*FLOW_KEYS, *EXTRAS, *VERBS, *JOINING, *QUESTION_KEYS, *KINDS, *TEST_LINES, *FILTERS, *FUNCTIONS, *DATE_STYLES}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_the_page_names(word: str) -> None:
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", PAGE, re.DOTALL))
    assert re.search(rf"\b{re.escape(word)}\b", code), f"docs/flows.md says nothing of `{word}`"


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_has_no_problem(text: str) -> None:
    assert check_text(text, "docs/flows.md")[1] == ()


def test_there_is_an_example() -> None:
    assert EXAMPLES


def test_the_schema_names_every_key_that_is_there_by_now() -> None:
    text = json.dumps(schema())
    for word in {*FLOW_KEYS, *EXTRAS, *VERBS, *JOINING, *QUESTION_KEYS, *KINDS, *TEST_LINES}:
        assert f'"{word}"' in text, f"the schema does not know `{word}`"
    for name in re.findall(r'"#/\$defs/(\w+)"', text):
        assert name in schema()["$defs"], f"the schema refers to `{name}`, which is not there"  # type: ignore[operator]
