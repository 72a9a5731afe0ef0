"""Drafts, publishing and going back in the console, on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from models import revision
from nlp.types import Reader
from tests.service.house import House
from tests.service.members import Member, signed_in, staffed

FLOW = 'flow: tea\npurpose: service\ntriggers: [{keyword: [TEA]}]\nsteps:\n  hello: {say: "%s"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flows"
    made.mkdir()
    (made / "tea.yaml").write_text(FLOW % "Hello.", "utf-8")
    return made


@pytest.fixture
def house(settings: Settings, reader: Reader, folder: Path) -> Iterator[House]:
    built = staffed(settings.model_copy(update={"flows_dir": folder}), reader)
    yield built
    built.close()


def offered(member: Member) -> list[str]:
    return re.findall(r'name="draft" value="([^"]+)"', member.get("/drafts").text)


def test_a_draft_is_looked_at_and_published(house: House, folder: Path) -> None:
    member = signed_in(house, "marketer")
    assert "1 draft on the disk" in member.get("/flows").text
    member.post("/drafts", draft=offered(member)[0], why="we need tea")
    assert house.says("tea") == ["Hello."]
    with house.store.read() as db:
        row = revision.live_of(db, "tea")
    assert row is not None
    assert (row.number, row.published_by, row.why) == (1, "Marketer", "we need tea")
    assert offered(member) == []
    (folder / "tea.yaml").write_text(FLOW % "Good day.", "utf-8")
    page = member.get("/drafts").text
    assert "text (en) changed: &#34;Hello.&#34;, now &#34;Good day.&#34;" in page


def test_what_changed_since_it_was_looked_at_is_looked_at_again(house: House, folder: Path) -> None:
    member = signed_in(house, "marketer")
    seen = offered(member)[0]
    (folder / "tea.yaml").write_text(FLOW % "Something else.", "utf-8")
    member.post("/drafts", draft=seen)
    assert "a file has changed since you looked" in member.get("/drafts").text
    assert house.says("tea") == []


def test_a_file_with_errors_is_shown_with_them_and_not_offered(house: House, folder: Path) -> None:
    member = signed_in(house, "marketer")
    (folder / "tea.yaml").write_text("flow: tea\nsteps:\n  hello: {sya: Hi}\n", "utf-8")
    page = member.get("/drafts").text
    assert "3:11" in page
    assert "Has errors" in page
    assert offered(member) == []
    member.post("/drafts", draft="../../etc/passwd x")
    assert house.says("tea") == []


def test_going_back(house: House, folder: Path) -> None:
    member = signed_in(house, "marketer")
    member.post("/drafts", draft=offered(member)[0])
    (folder / "tea.yaml").write_text(FLOW % "Good day.", "utf-8")
    member.post("/drafts", draft=offered(member)[0])
    assert "Make revision 1 live again" in member.get("/flows/tea?revision=1").text
    assert "text (en) changed" in member.get("/flows/tea?revision=2").text
    assert member.post("/flows/tea/rollback", to="x").status_code == 400
    member.post("/flows/tea/rollback", to="1", why="too formal")
    assert house.says("tea") == ["Hello."]
    member.post("/flows/tea/rollback", to="9")
    assert "no revision 9" in member.get("/flows/tea").text


@pytest.mark.parametrize("path", ["/drafts", "/flows/tea/rollback"])
def test_support_reads_and_publishes_nothing(house: House, path: str) -> None:
    member = signed_in(house, "support")
    assert member.get("/drafts").status_code == 200
    assert member.post(path, draft="tea.yaml x", to="1").status_code == 403
