"""`migrate:` on both databases: live conversations move where the author says, and nowhere else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.publishing import Published, publish
from config.settings import Settings
from nlp.types import Reader
from tests.service.house import MAYA, NOW, TOM, House

OLD = """\
flow: club
purpose: service
triggers: [{keyword: [CLUB]}]
steps:
  drink: {ask: "Tea or coffee?", expect: {choice: {tea: [tea], coffee: [coffee]}}, timeout: {after: 2h, go: bye}}
  cups: {ask: "How many?", expect: {number: {min: 1, max: 9}}}
  bye: {say: "{{ answers.cups }} {{ answers.drink }}. Bye."}
"""
NEW = OLD.replace("  drink:", "  choose:").replace("answers.drink", "answers.choose").replace("Bye.", "See you.")
MOVED = "migrate: {drink: choose}\n"


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    yield built
    built.close()


def put(house: House, folder: Path, text: str) -> Published:
    (folder / "club.yaml").write_text(text, "utf-8")
    return publish(house.store, [folder / "club.yaml"], by="ann", why="", now=NOW)


def test_who_stands_where_the_map_says_goes_on_in_the_new_revision(house: House, tmp_path: Path) -> None:
    put(house, tmp_path, OLD)
    house.says("club", MAYA)
    house.says("club", TOM)
    house.says("tea", TOM)  # stands at cups, which the map does not name
    assert put(house, tmp_path, NEW + MOVED).n_moved == 1
    house.work()
    assert house.says("coffee", MAYA) == ["How many?"]
    assert house.says("3", MAYA) == ["3 coffee. See you."]
    assert house.says("2", TOM) == ["2 tea. Bye."]
    assert house.count("interaction", "kind = 'migrated'") == 1
    assert house.one("SELECT count(*) FROM conversation WHERE revision = 2") == 1


def test_answers_keep_their_values_under_the_new_names(house: House, tmp_path: Path) -> None:
    put(house, tmp_path, OLD)
    house.says("club")
    house.says("tea")
    put(house, tmp_path, NEW + "migrate: {drink: choose, cups: cups}\n")
    house.work()
    assert house.says("4") == ["4 tea. See you."]


def test_timers_go_on_by_the_new_revision(house: House, tmp_path: Path) -> None:
    put(house, tmp_path, OLD)
    house.says("club")
    put(house, tmp_path, NEW + MOVED)
    house.work()
    house.passes(timedelta(hours=3))
    assert [row.body for row in house.messages(direction="out")][-1] == ". See you."


def test_who_answered_first_stays(house: House, tmp_path: Path) -> None:
    put(house, tmp_path, OLD)
    house.says("club")
    put(house, tmp_path, NEW + MOVED)
    house.says("tea")  # the event is due, so the text waits for it, and both are heard in their order
    house.work()
    house.says("2")
    house.work()
    assert [row.body for row in house.messages(direction="out")][-1] == "2 tea. See you."


@pytest.mark.parametrize(
    ("migrate", "what"),
    [
        ("{nowhere: choose}", "The live revision has no step `nowhere`."),
        ("{drink: cups}", "what was asked expects another reply"),
        ("{drink: bye}", "one is `ask`, the other `say`"),
        ("{bye: bye}", "nobody ever waits at `say`"),
        ("{drink: chose}", "There is no step `chose`."),
    ],
)
def test_a_map_that_leads_nowhere_is_refused_with_its_place(house: House, tmp_path: Path, migrate: str, what: str) -> None:
    put(house, tmp_path, OLD)
    done = put(house, tmp_path, f"{NEW}migrate: {migrate}\n")
    assert done.refused
    (problem,) = (problem for problem in done.problems if problem.severity == "error")
    assert what in problem.what
    assert problem.line == 8
    assert house.one("SELECT number FROM revision WHERE live") == 1


def test_the_first_publishing_has_nobody_to_move(house: House, tmp_path: Path) -> None:
    done = put(house, tmp_path, NEW + MOVED)
    assert (done.refused, done.n_moved) == (False, 0)
