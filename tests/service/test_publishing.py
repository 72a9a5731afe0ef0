"""Publishing, on both databases: all or nothing, what is live stays as it was, and every process sees the change."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import drafts, start
from bot.publishing import Published, PublishingError, publish, retire, rollback
from config.settings import SHIPPED_FLOWS, Settings
from models import revision
from models.store import Store
from nlp.types import Reader
from tests.service.house import MAYA, NOW, TOM, House

FLOW = """\
flow: {name}
purpose: service
triggers:
  - keyword: [{keyword}]
steps:
  which:
    ask: "{question}"
    expect: {{choice: {{tea: [tea], coffee: [coffee]}}}}
  done:
    say: "{answer}"
    end: ordered
"""
CODES = """\
flow: gift
triggers:
  - keyword: [GIFT]
coupons:
  codes: {codes: codes.csv, valid: 14d}
steps:
  take:
    coupon: codes
    say: "Your code: {{ coupon.code }}"
    sold_out: none
    go: end
  none:
    say: "All gone."
"""


def flow(name: str = "drink", keyword: str = "DRINK", question: str = "Tea or coffee?", answer: str = "Fine.") -> str:
    return FLOW.format(name=name, keyword=keyword, question=question, answer=answer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "flows"
    made.mkdir()
    return made


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = House(settings, reader)
    yield built
    built.close()


def put(house: House, folder: Path, **files: str) -> Published:
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, "utf-8")
    return publish(house.store, [folder], by="ann", why="new words", now=NOW)


def live(house: House) -> dict[str, int]:
    with house.store.read() as db:
        return {row.flow: row.number for row in revision.live(db)}


def test_a_first_a_second_and_the_same_again(house: House, folder: Path) -> None:
    assert put(house, folder, drink=flow()).fresh == (("drink", 1),)
    version = house.one("SELECT value FROM meta WHERE name = 'catalogue'")
    again = put(house, folder)
    assert (again.fresh, again.unchanged, again.refused) == ((), ("drink",), False)
    assert house.one("SELECT value FROM meta WHERE name = 'catalogue'") == version, "no process has to read anything again"
    assert put(house, folder, drink=flow(answer="Good.")).fresh == (("drink", 2),)
    with house.store.read() as db:
        rows = revision.of_flow(db, "drink")
    assert [(row.number, row.live, row.published_by, row.why) for row in rows] == [
        (2, True, "ann", "new words"),
        (1, False, "ann", "new words"),
    ]


def test_one_broken_file_and_nothing_goes_live(house: House, folder: Path) -> None:
    put(house, folder, drink=flow())
    done = put(house, folder, drink=flow(answer="Good."), other="flow: other\nsteps:\n  a:\n    sya: hello\n")
    assert done.refused
    assert [problem.file for problem in done.problems] == [str(folder / "other.yaml")]
    assert live(house) == {"drink": 1}
    assert house.says("drink") == ["Tea or coffee?"]
    assert house.says("tea") == ["Fine."]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"steps: ["])
def test_what_is_no_flow_is_a_problem_and_no_crash(house: House, folder: Path, content: bytes) -> None:
    (folder / "bad.yaml").write_bytes(content)
    assert publish(house.store, [folder], by="ann", why="", now=NOW).refused
    assert publish(house.store, [folder / "missing.yaml"], by="ann", why="", now=NOW).refused
    assert live(house) == {}


def test_a_conversation_stays_on_its_revision(house: House, folder: Path) -> None:
    put(house, folder, drink=flow())
    assert house.says("drink", MAYA) == ["Tea or coffee?"]
    put(house, folder, drink=flow(question="Tea, coffee or both?", answer="Good."))
    assert house.says("drink", TOM) == ["Tea, coffee or both?"]
    assert house.says("tea", MAYA) == ["Fine."]
    assert house.says("tea", TOM) == ["Good."]
    assert house.says("drink", MAYA) == ["Tea, coffee or both?"]
    assert house.one("SELECT count(DISTINCT revision) FROM conversation") == 2


def test_a_keyword_of_a_flow_that_stays_live_is_taken(house: House, folder: Path) -> None:
    put(house, folder, drink=flow())
    (folder / "drink.yaml").unlink()
    done = put(house, folder, other=flow("other"))
    assert done.refused
    assert "parley retire drink" in str(done.problems[0])
    assert retire(house.store, "drink") is True
    assert retire(house.store, "drink") is False
    assert put(house, folder).fresh == (("other", 1),)
    assert live(house) == {"other": 1}


def test_a_retired_flow_starts_no_more_and_finishes(house: House, folder: Path) -> None:
    put(house, folder, drink=flow(), other=flow("other", "OTHER"))
    assert house.says("drink", MAYA) == ["Tea or coffee?"]
    retire(house.store, "drink")
    assert house.says("drink", TOM) == []
    assert house.says("tea", MAYA) == ["Fine."]


def test_codes_are_added_and_never_doubled(house: House, folder: Path) -> None:
    (folder / "codes.csv").write_text("code\nA1\n\n A2 \n")
    assert put(house, folder, gift=CODES).n_codes == 2
    first = house.says("gift")
    assert first[0] in ("Your code: A1", "Your code: A2")
    (folder / "codes.csv").write_text("code\nA1\nA2\nA3\n", "utf-8-sig")
    done = put(house, folder)
    assert (done.n_codes, done.fresh, done.unchanged) == (1, (), ("gift",))
    assert house.count("coupon") == 3
    assert house.says("gift") == first, "who has a code keeps it"
    assert house.count("coupon", "contact_id IS NOT NULL") == 1


def test_tests_and_hidden_files_are_no_flows(house: House, folder: Path) -> None:
    (folder / ".hidden.yaml").write_text("nonsense: [")
    (folder / "drink.test.yaml").write_text("nonsense: [")
    assert put(house, folder, drink=flow()).fresh == (("drink", 1),)


def test_the_flows_that_ship_go_live(house: House) -> None:
    done = publish(house.store, [SHIPPED_FLOWS], by="parley", why="", now=NOW)
    assert not done.refused
    assert [name for name, _ in done.fresh] == ["appointment", "coupon-welcome", "lunch-poll", "satisfaction"]


def test_machines_that_start_at_once_prepare_once(settings: Settings) -> None:
    """First starts at the same moment: flows, demo contacts and the first admin are made once, and nobody fails."""
    passwords: list[str | None] = []
    barrier = threading.Barrier(4)

    def first_start() -> None:
        barrier.wait()
        passwords.append(start.prepare(settings).first_password)

    threads = [threading.Thread(target=first_start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passwords) == 4
    assert sum(password is not None for password in passwords) == 1
    store = Store(settings.database_url)
    with store.read() as db:
        counts = [db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in ("staff", "contact", "revision")]
    store.close()
    assert counts == [1, 5, 4]


def test_a_start_with_broken_flows_keeps_those_that_are_live(settings: Settings, folder: Path) -> None:
    assert start.prepare(settings).problems == ()
    (folder / "bad.yaml").write_text("flow: bad\n")
    prepared = start.prepare(settings.model_copy(update={"flows_dir": folder}))
    assert prepared.problems
    assert prepared.first_password is None, "it is shown once"
    store = Store(settings.database_url)
    with store.read() as db:
        assert len(revision.live(db)) == 4
    store.close()


def test_demo_contacts_that_were_removed_stay_away(settings: Settings) -> None:
    start.prepare(settings)
    store = Store(settings.database_url)
    with store.write() as db:
        db.execute(text("DELETE FROM contact"))
    start.prepare(settings)
    with store.read() as db:
        assert db.execute(text("SELECT count(*) FROM contact")).scalar_one() == 0
    store.close()


def test_a_process_that_runs_sees_the_next_publishing(house: House, folder: Path, settings: Settings, reader: Reader) -> None:
    put(house, folder, drink=flow())
    other = House(settings, reader)
    other.process = replace(other.process)
    assert other.says("drink") == ["Tea or coffee?"]
    put(house, folder, drink=flow(), more=flow("more", "MORE", "More?"))
    assert other.says("more", TOM) == ["More?"]
    other.close()


# --- flows that run others --------------------------------------------------------------------------------------------

ORDER = """\
flow: order
purpose: service
triggers: [{keyword: ORDER}]
steps:
  where: {run: address}
  done: {say: "To {{ answers.where.street or 'you' }}."}
"""
ADDRESS = """\
flow: address
purpose: service
steps:
  street: {ask: "%s"}
"""


def test_a_conversation_keeps_the_part_that_was_pinned(house: House, folder: Path) -> None:
    house.publish(folder, order=ORDER, address=ADDRESS % "Which street?")
    assert house.says("ORDER") == ["Which street?"]
    house.publish(folder, address=ADDRESS % "Where do you live?")  # the folder: what runs it is pinned anew
    assert house.count("revision", "flow = 'order'") == 2, "a flow whose part has changed is another one"
    assert house.says("Main Street") == ["To Main Street."], "the old one goes on"
    assert house.says("ORDER", TOM) == ["Where do you live?"]
    (folder / "order.yaml").unlink()
    house.publish(folder, address=ADDRESS % "And now?")
    assert house.says("ORDER", TOM) == ["Where do you live?"], "published alone, a part changes nobody who runs it"


def test_a_part_is_live_before_who_runs_it(house: House, folder: Path) -> None:
    (folder / "order.yaml").write_text(ORDER)
    (folder / "address.yaml").write_text(ADDRESS % "Which street?")
    alone = publish(house.store, [folder / "order.yaml"], by="test", why="test", now=NOW)
    assert [problem.what for problem in alone.problems if problem.severity == "error"] == ["The flow `address` that it runs is not live."]
    assert house.count("revision", "flow = 'order'") == 0
    assert not publish(house.store, [folder / "address.yaml"], by="test", why="test", now=NOW).refused
    assert publish(house.store, [folder / "order.yaml"], by="test", why="test", now=NOW).fresh == (("order", 1),)
    assert publish(house.store, [folder], by="test", why="test", now=NOW).unchanged == ("address", "order")


# --- back, and what waits on the disk ---------------------------------------------------------------------------------


def test_a_rollback_is_a_new_revision_that_says_the_old_words(house: House, folder: Path) -> None:
    put(house, folder, drink=flow())
    put(house, folder, drink=flow(answer="Good."))
    assert house.says("drink") == ["Tea or coffee?"]
    assert rollback(house.store, "drink", to=None, by="ann", why="", now=NOW) == (3, 1)
    assert house.says("tea") == ["Good."], "a live conversation stays on its revision"
    assert (house.says("drink"), house.says("tea")) == (["Tea or coffee?"], ["Fine."])
    with house.store.read() as db:
        assert next((row.number, row.live, row.why) for row in revision.of_flow(db, "drink")) == (3, True, "rollback to 1")


@pytest.mark.parametrize(
    ("flow_name", "to", "why"), [("drink", 7, "no revision 7"), ("drink", 1, "live already"), ("tea", None, "to go back to")]
)
def test_no_way_back(house: House, folder: Path, flow_name: str, to: int | None, why: str) -> None:
    put(house, folder, drink=flow())
    with pytest.raises(PublishingError, match=why):
        rollback(house.store, flow_name, to=to, by="ann", why="", now=NOW)
    assert live(house) == {"drink": 1}


def test_a_start_does_not_undo_a_rollback_and_a_publishing_does(house: House, folder: Path) -> None:
    put(house, folder, drink=flow())
    put(house, folder, drink=flow(answer="Good."))
    rollback(house.store, "drink", to=1, by="ann", why="", now=NOW)
    started = publish(house.store, [folder], by="parley", why="start", now=NOW, only_news=True)
    assert (started.fresh, started.left) == ((), (("drink", 2),))
    assert live(house) == {"drink": 3}
    assert put(house, folder).fresh == (("drink", 4),)


def test_a_part_goes_back_with_its_flow(house: House, folder: Path) -> None:
    part = "flow: part\npurpose: service\nsteps:\n  say: {say: %s}\n"
    whole = "flow: whole\npurpose: service\ntriggers: [{keyword: [WHOLE]}]\nsteps:\n  run: {run: part}\n  bye: {say: Bye.}\n"
    put(house, folder, part=part % "One.", whole=whole)
    put(house, folder, part=part % "Two.")
    assert house.says("whole") == ["Two.\n\nBye."]
    rollback(house.store, "whole", to=1, by="ann", why="", now=NOW)
    assert house.says("whole") == ["One.\n\nBye."]


def test_drafts_are_what_a_publishing_would_change(house: House, folder: Path) -> None:
    put(house, folder, drink=flow(), gift=flow("gift", "GIFT"))
    assert drafts.drafts(house.store, folder) == ()
    (folder / "drink.yaml").write_text(flow(answer="Good."), "utf-8")
    (folder / "new.yaml").write_text(flow("new", "NEW"), "utf-8")
    (folder / "bad.yaml").write_text("flow: bad\nsteps:\n  a: {sya: Hi}\n", "utf-8")
    bad, drink, new = drafts.drafts(house.store, folder)
    assert (bad.file, bad.fit, [problem.line for problem in bad.problems]) == ("bad.yaml", False, [3])
    assert [str(one) for one in drink.differences] == ['step "done": text (en) changed: "Fine.", now "Good."']
    assert (drink.live is not None, new.live, new.fit) == (True, None, True)
    (folder / "bad.yaml").unlink()
    put(house, folder)
    assert drafts.drafts(house.store, folder) == ()
    rollback(house.store, "drink", to=1, by="ann", why="", now=NOW)
    assert [(draft.file, draft.former) for draft in drafts.drafts(house.store, folder)] == [("drink.yaml", 2)]
