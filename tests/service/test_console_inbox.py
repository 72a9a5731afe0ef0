"""The inbox on both databases: what a search finds, pages of the list, what is undone, notes, canned replies, sending again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from config.settings import Settings
from models import canned, contact, event, outbox, search
from models.event import EventKind
from models.message import Status, blank
from nlp.types import Reader
from tests.service.house import OURS, TOM, House
from tests.service.members import Member, known, signed_in, staffed

PERSON = "I want to talk to a person"
STRANGER = "+14155550199"


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = staffed(settings, reader)
    yield built
    built.close()


@pytest.fixture
def ines(house: House) -> Member:
    return signed_in(house, "support")


def listed(page: str) -> list[str]:
    """The names in the list, in order."""
    return [unescape(name) for name in re.findall(r'<a class="q"[^>]*>\s*<b[^>]*>([^<]*)</b>', page)]


def headings(page: str) -> list[str]:
    return [unescape(words) for words in re.findall(r'<h2 id="h-[^"]*">([^<]*)</h2>', page)]


def undo_key(page: str) -> str:
    """The key that the page's toast offers, "" where it offers none."""
    return next(iter(re.findall(r'name="key" value="([0-9a-f]+)"', page)), "")


# --- search -----------------------------------------------------------------------------------------------------------


def test_a_search_finds_names_numbers_and_words_of_texts_in_both_directions(house: House, ines: Member) -> None:
    house.says("do you have Oat Milk at quay street", sender=STRANGER)
    house.says("LUNCH", sender=TOM)
    found = ines.get("/inbox?q=oat+MILK").text
    assert listed(found) == [STRANGER]
    assert "do you have <mark>Oat</mark> <mark>Milk</mark> at quay street" in found
    assert headings(found) == ["FOUND IN TEXTS · 1, NEWEST FIRST"]
    assert listed(ines.get("/inbox?q=shall+we+order").text) == ["Tom Bright"], "what we wrote is found too"
    assert listed(ines.get("/inbox?q=bright+tom").text) == ["Tom Bright"], "first and last name, in any order"
    assert listed(ines.get("/inbox?q=(415)+555-0199").text) == [STRANGER]
    assert "No name, no number and no text has" in ines.get("/inbox?q=no+such+thing").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请问优惠码还能用吗", "优惠码"),
        ("请问优惠码还能用吗", "用"),
        ("Ça c'est ÉNORME", "énorme"),
        ("grüße an alle", "GRÜSSE".replace("SS", "ß")),
        ("100% sure", "100%"),
        ("snake_case", "e_c"),
        ("a \\ b", "\\"),
        ('it\'s "here"', '"here"'),
        ("so good 🎉", "🎉"),
    ],
)
def test_what_is_found(house: House, ines: Member, text: str, words: str) -> None:
    house.says("nothing of that kind", sender=STRANGER)
    house.says(text)
    answer = ines.client.get("/console/inbox", query_string={"q": words})
    assert listed(answer.text) == ["Maya Okafor"]
    assert "<mark>" in answer.text


@pytest.mark.parametrize(
    "words", ["%", "_", "'", '"', "\\", "🎉" * 500, "x" * 1000, "a\x00b", "\ud800", "<script>", "(((", "  ", "' OR 1=1 --", "a " * 500]
)
def test_no_search_fails(house: House, ines: Member, words: str) -> None:
    house.says("hello")
    who = known(house)
    for path in ("/inbox", f"/inbox/{who}", f"/inbox/{who}/live", "/people"):
        asked = {"q": words.encode("utf-8", "surrogatepass"), "group": words.encode("utf-8", "surrogatepass"), "from": "x"}
        answer = ines.client.get(f"/console{path}", query_string=asked)
        assert answer.status_code == 200, (path, words[:20])
        assert "<script>alert" not in answer.text
    assert listed(ines.client.get("/console/inbox", query_string={"q": "%"}).text) == []


def test_a_search_looks_at_the_newest_texts_only(house: House) -> None:
    house.says("marmalade")
    house.says("jam", sender=TOM)
    with house.store.read() as db:
        n = house.count("message")
        assert search.said(db, ["marmalade"], scanned=n).n == 1
        assert search.said(db, ["marmalade"], scanned=1).n == 0


def test_a_live_page_does_not_search_again(house: House, ines: Member) -> None:
    house.says("marmalade")
    page = ines.get(f"/inbox/{known(house)}/live?q=marmalade").text
    assert "queue-rows" not in page
    assert f'id="thread-{known(house)}"' in page


# --- pages of the list ------------------------------------------------------------------------------------------------


def waiters(house: House, n: int, *, body: str = "") -> None:
    """As many who wait for a person, the first of them longest."""
    with house.store.write() as db:
        for number in range(n):
            since = house.clock() - timedelta(minutes=n - number)
            waits = {"desk": "handoff", "desk_reason": "asked_for_person", "desk_since": since, "last_in_at": since}
            who = contact.add(db, contact.new_values(f"+1415556{number:04d}", house.clock(), **waits))
            if body:
                outbox.add(db, [blank(who, "in", body, since, status="received", author="contact", ours=OURS)])


def test_pages_of_those_who_wait_are_whole_and_counted(house: House, ines: Member) -> None:
    waiters(house, 123)
    first = ines.get("/inbox").text
    assert headings(first)[0] == "WAITING FOR A PERSON · 123, LONGEST FIRST"
    assert "1 to 50 of 123" in first
    seen, path = listed(first), "/inbox?show=waiting&group=waiting&from=50"
    assert path in unescape(first)
    seen += listed(ines.get(path).text)
    last = ines.get(path.replace("50", "100")).text
    assert "101 to 123 of 123" in last
    assert ">Older<" not in last
    assert ">Newer<" in last
    assert seen + listed(last) == [f"+1415556{number:04d}" for number in range(123)]
    assert "Nobody is on this page any more." in ines.get(path.replace("50", "500")).text


def test_a_page_keeps_its_search_and_a_conversation_its_page(house: House, ines: Member) -> None:
    waiters(house, 60, body="marmalade, please")
    first = ines.get("/inbox?q=marmalade").text
    assert headings(first) == ["FOUND IN TEXTS · 60, NEWEST FIRST"]
    assert "/console/inbox?q=marmalade&group=said&from=50" in unescape(first)
    second = ines.get("/inbox?q=marmalade&group=said&from=50").text
    assert len(listed(first) + listed(second)) == len({*listed(first), *listed(second)}) == 60
    assert re.search(r"/console/inbox/\d+\?q=marmalade&group=said&from=50", unescape(second))


def test_one_sees_all_whom_one_holds_however_many_others_hold(house: House, ines: Member) -> None:
    waiters(house, 60)
    with house.store.write() as db:
        for number in range(60):
            row = contact.by_phone(db, f"+1415556{number:04d}")
            assert row is not None
            contact.change(db, row.id, desk="held", desk_staff_id=1 if number == 59 else 2)
    page = ines.get("/inbox?show=yours").text
    assert (headings(page), listed(page)) == (["YOURS · 1"], ["+14155560059"])


# --- undo -------------------------------------------------------------------------------------------------------------


def standing(house: House, who: int) -> tuple[object, ...]:
    """All that an undo has to bring back."""
    with house.store.read() as db:
        row = contact.by_id(db, who)
    assert row is not None
    talks = house.one("SELECT count(*) FROM conversation WHERE ended_at IS NULL")
    return row.desk, row.desk_reason, row.desk_since, row.desk_staff_id, talks, house.count("conversation", "listening")


@pytest.mark.parametrize("act", ["take-over", "done"])
@pytest.mark.parametrize("before", [("LUNCH",), ("LUNCH", PERSON)])
def test_undone_it_stands_as_before(house: House, ines: Member, act: str, before: tuple[str, ...]) -> None:
    for text in before:
        house.says(text)
    who = known(house)
    stood = standing(house, who)
    page = ines.get(ines.post(f"/inbox/{who}/{act}").headers["Location"].removeprefix("/console")).text
    assert standing(house, who) != stood
    assert ines.post(f"/inbox/{who}/undo", key=undo_key(page)).status_code == 302
    assert standing(house, who) == stood
    assert "Undone. Maya Okafor stands as before." in ines.get(f"/inbox/{who}").text
    if len(before) == 1:
        assert house.says("a please") == ["Got it! So far: tacos 1, pizza 0, salad 0. Tacos is ahead."], "the question is open again"


def test_handing_back_is_undone_and_what_it_queued_is_taken_back(house: House, ines: Member) -> None:
    house.says("LUNCH")
    who = known(house)
    ines.post(f"/inbox/{who}/take-over")
    ines.get(f"/inbox/{who}")  # its toast is read
    house.clock.pass_(timedelta(minutes=5))
    stood = standing(house, who)
    ines.post(f"/inbox/{who}/hand-back")
    assert [row.status for row in house.messages(author="flow")][1:] == ["queued"], "the question, asked again"
    ines.post(f"/inbox/{who}/undo", key=undo_key(ines.get(f"/inbox/{who}").text))
    assert standing(house, who) == stood
    assert [row.status for row in house.messages(author="flow")][1:] == ["canceled"]
    assert "Undone" in ines.get(f"/inbox/{who}").text


def test_a_hand_back_that_is_pressed_twice_asks_once(house: House, ines: Member) -> None:
    house.says("LUNCH")
    who = known(house)
    ines.post(f"/inbox/{who}/take-over")
    ines.post(f"/inbox/{who}/hand-back")
    stood, said = standing(house, who), len(house.messages())
    ines.post(f"/inbox/{who}/hand-back")
    with house.store.write() as db:  # and where both presses were written down before the first was heard
        event.add(db, [event.values("pressed-twice", who, EventKind.HAND_BACK, house.clock(), data={"staff_id": 1})])
    house.work()
    assert len(house.messages()) == said
    assert standing(house, who) == stood


def test_a_reply_that_is_pressed_twice_is_sent_once(house: House, ines: Member) -> None:
    house.says("LUNCH")
    who = known(house)
    page = ines.get(f"/inbox/{who}").text
    form = re.findall(r'name="form" value="([0-9a-f]{32})"', page)[0]
    for body in ("Hello!", "Hello!", "And one more."):
        assert ines.post(f"/inbox/{who}/reply", body=body, form=form).status_code == 302
    assert [row.body for row in house.messages(author="staff")] == ["Hello!", "And one more."]
    again = re.findall(r'name="form" value="([0-9a-f]{32})"', ines.get(f"/inbox/{who}").text)[0]
    ines.post(f"/inbox/{who}/reply", body="Hello!", form=again)
    assert len(house.messages(author="staff")) == 3, "meant to be said again"


def test_too_late_to_undo(house: House, ines: Member) -> None:
    house.says("LUNCH")
    who = known(house)
    keys = []
    for _ in range(2):
        ines.post(f"/inbox/{who}/take-over")
        keys.append(undo_key(ines.get(f"/inbox/{who}").text))
        ines.post(f"/inbox/{who}/hand-back")
        ines.get(f"/inbox/{who}")
    ines.post(f"/inbox/{who}/take-over")
    key = undo_key(ines.get(f"/inbox/{who}").text)
    stood = standing(house, who)
    assert "Too late" in _undo(ines, who, keys[0]), "more has happened since"
    assert "Too late" in _undo(ines, who, "nonsense")
    assert "Too late" in _undo(signed_in(house, "admin"), who, key), "it was somebody else's act"
    assert "Too late" in _undo(ines, known(house, TOM), key), "it was done to somebody else"
    house.clock.pass_(timedelta(minutes=11))
    assert "Too late" in _undo(ines, who, key)
    assert standing(house, who) == stood


def _undo(member: Member, who: int, key: str) -> str:
    member.post(f"/inbox/{who}/undo", key=key)
    return member.get(f"/inbox/{who}").text


def test_texts_taken_back_by_taking_over_leave_no_undo(house: House, ines: Member) -> None:
    house.says("LUNCH")
    who = known(house)
    with house.store.write() as db:
        waits = {"status": Status.QUEUED.value, "author": "flow", "key": "later-1", "urgency": "marketing", "ours": OURS}
        outbox.add(db, [blank(who, "out", "more", house.clock(), **waits, not_before=house.clock() + timedelta(hours=2))])
    ines.post(f"/inbox/{who}/take-over")
    page = ines.get(f"/inbox/{who}").text
    assert "Maya Okafor is yours." in page
    assert undo_key(page) == ""


def test_what_can_be_undone_is_kept_for_minutes(house: House, ines: Member) -> None:
    house.says("LUNCH")
    house.says("LUNCH", sender=TOM)
    ines.post(f"/inbox/{known(house)}/take-over")
    house.clock.pass_(timedelta(minutes=11))
    ines.post(f"/inbox/{known(house, TOM)}/take-over")
    assert house.one("SELECT contact_id FROM undo") == known(house, TOM)


# --- notes ------------------------------------------------------------------------------------------------------------


def test_a_note_is_shown_to_staff_and_never_sent(house: House, ines: Member) -> None:
    house.says(PERSON)
    who, before = known(house), house.count("message")
    ines.post(f"/inbox/{who}/note", body="third <b>cold</b> coffee")
    page = signed_in(house, "admin").get(f"/inbox/{who}").text
    assert "Note, only staff see it" in page
    assert "third &lt;b&gt;cold&lt;/b&gt; coffee" in page
    assert re.search(r"<span>Support <time>10:00</time></span>", page)
    house.work()
    assert house.count("message") == before
    assert house.one(f"SELECT desk FROM contact WHERE id = {who}") == "handoff", "a note takes nothing over"
    assert "Write the note first." in ines.post(f"/inbox/{who}/note", body=" ").text
    assert "a note has 1600 at most" in ines.post(f"/inbox/{who}/note", body="x" * 1601).text
    assert house.count("note") == 1


def test_a_note_may_be_written_where_nothing_may_be_sent(house: House, ines: Member) -> None:
    house.says("STOP")
    assert ines.post(f"/inbox/{known(house)}/note", body="called back").status_code == 302
    assert house.count("note") == 1


# --- canned replies ---------------------------------------------------------------------------------------------------


def test_canned_replies_are_written_by_marketers_and_used_by_support(house: House, ines: Member) -> None:
    jonas, who = signed_in(house, "marketer"), known(house)
    jonas.post("/canned", title="Sorry", body="I am sorry, {{first name}}. {{ 7*7 }}")
    assert ines.post("/canned", title="x", body="y").status_code == 403
    page = ines.get(f"/inbox/{who}?canned=1").text
    assert 'data-text="I am sorry, Maya. {{ 7*7 }}"' in page
    assert ">I am sorry, Maya. {{ 7*7 }}</textarea>" in page, "without a script, too"
    jonas.post("/canned/1", title="So sorry", body="Oh dear")
    assert 'data-text="Oh dear"' in ines.get(f"/inbox/{who}").text
    assert "<form" not in ines.get("/canned").text, "support reads them here"
    jonas.post("/canned/1/delete")
    assert house.count("canned") == 0
    assert [jonas.post(path, title="x", body="y").status_code for path in ("/canned/1", "/canned/1/delete")] == [404, 404]


def test_a_canned_reply_needs_a_title_and_fits_a_text(house: House) -> None:
    jonas = signed_in(house, "marketer")
    assert "needs a title and a text" in jonas.post("/canned", title=" ", body="y").text
    assert "81 characters: 80 at most" in jonas.post("/canned", title="x" * 81, body="y").text
    assert "1601 characters" in jonas.post("/canned", title="x", body="y" * 1601).text
    with house.store.write() as db:
        canned.add(db, title="a", body="b", staff_id=1, now=house.clock())
    refused = jonas.post("/canned/1", title="", body="kept as typed")
    assert refused.status_code == 400
    assert ">kept as typed</textarea>" in refused.text


# --- sending again ----------------------------------------------------------------------------------------------------


def lost(house: House, ines: Member, status: str = "undelivered") -> int:
    """A person's text that did not arrive; its number."""
    house.says(PERSON)
    ines.post(f"/inbox/{known(house)}/reply", body="Which days?")
    house.work()
    sent = house.messages(author="staff")[0]
    with house.store.write() as db:
        outbox.change(db, sent.id, status=status, error_code=30003)
    return sent.id


def test_what_did_not_arrive_is_sent_again_once_as_a_new_text(house: House, ines: Member) -> None:
    number, who = lost(house, ines), known(house)
    assert "Send again" in ines.get(f"/inbox/{who}").text
    assert ines.post(f"/inbox/{who}/again/{number}").status_code == 302
    house.work()
    assert [(row.body, row.status) for row in house.messages(author="staff")] == [
        ("Which days?", "undelivered"),
        ("Which days?", "delivered"),
    ]
    page = ines.get(f"/inbox/{who}").text
    assert "The text is sent again." in page
    assert ">Send again<" not in page
    assert "tried again already" in ines.post(f"/inbox/{who}/again/{number}").text
    assert len(house.messages(author="staff")) == 2


def test_what_is_not_ones_to_send_again(house: House, ines: Member) -> None:
    number, who = lost(house, ines, "delivered"), known(house)
    refused = "not one to send again"
    assert refused in ines.post(f"/inbox/{who}/again/{number}").text, "it has arrived"
    flow = house.messages(author="parley")[0].id if house.messages(author="parley") else 1
    assert refused in ines.post(f"/inbox/{who}/again/{flow}").text, "no person wrote it"
    with house.store.write() as db:
        outbox.change(db, number, status="failed")
    assert refused in ines.post(f"/inbox/{known(house, TOM)}/again/{number}").text, "it was somebody else's"
    assert refused in ines.post(f"/inbox/{who}/again/99999").text


def test_nothing_is_sent_again_to_who_opted_out(house: House, ines: Member) -> None:
    number, who = lost(house, ines), known(house)
    house.says("STOP")
    assert ">Send again<" not in ines.get(f"/inbox/{who}").text
    assert "opted out" in ines.post(f"/inbox/{who}/again/{number}").text
    assert len(house.messages(author="staff")) == 1
