"""Error codes: what each means is data, the same in the program and in docs/operating.md."""

import re
from pathlib import Path

import pytest

from bot.reactions import MEANINGS, REACTIONS, Reaction, meaning, reaction_to

DOCS = Path(__file__).parents[3] / "docs" / "operating.md"

CODES = [
    (21610, Reaction.OPT_OUT, "the carrier says that the contact is out"),
    (21211, Reaction.UNREACHABLE, "no valid number"),
    (21635, Reaction.UNREACHABLE, "a landline"),
    (20003, Reaction.STOP_ALL, "nothing can be sent with wrong credentials"),
    (20429, Reaction.SLOW_DOWN, "too many at once"),
    (21606, Reaction.HOLD, "the sender is misconfigured"),
    (30003, Reaction.SOFT, "the phone is off"),
    (30007, Reaction.FAIL, "filtered: the same text is not sent again"),
    (21617, Reaction.BUG, "too long: ours to see before"),
    (99999, Reaction.SOFT, "a code that nobody knows"),
]


@pytest.mark.parametrize(("code", "reaction", "why"), CODES)
def test_reactions(code: int, reaction: Reaction, why: str) -> None:
    assert reaction_to(code) is reaction, why


def test_every_meaning_is_of_a_code_that_we_react_to() -> None:
    assert set(MEANINGS) <= set(REACTIONS)
    assert "list of error codes" in meaning(99999)


def test_every_reaction_is_used() -> None:
    assert set(REACTIONS.values()) == set(Reaction)


def test_the_docs_have_every_code_under_its_reaction() -> None:
    section = DOCS.read_text("utf-8").split("## When the provider refuses", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\d, ]+) \|", section, re.MULTILINE)
    documented = {int(code): reaction for reaction, codes in rows for code in codes.split(",")}
    assert documented == {code: reaction.value for code, reaction in REACTIONS.items()}
