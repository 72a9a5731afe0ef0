"""The console without a browser, on both databases: who may do what, what a form must carry, and what is written."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import campaigns
from config.settings import Settings
from models import consent, contact, media, outbox
from nlp.types import Reader
from tests.service.house import MAYA, TOM, House
from tests.service.members import ROLES, Member, known, signed_in, staffed


@pytest.fixture
def house(settings: Settings, reader: Reader) -> Iterator[House]:
    built = staffed(settings, reader)
    yield built
    built.close()


# --- the door ---------------------------------------------------------------------------------------------------------

PLACES = [
    ("GET", "/inbox", "support"),
    ("GET", "/inbox/1", "support"),
    ("GET", "/inbox/1/live", "support"),
    ("GET", "/simulator", "support"),
    ("GET", "/flows", "support"),
    ("GET", "/flows/lunch-poll", "support"),
    ("GET", "/people", "support"),
    ("GET", "/keys", "support"),
    ("GET", "/canned", "support"),
    ("POST", "/inbox/1/note", "support"),
    ("POST", "/inbox/1/undo", "support"),
    ("POST", "/inbox/1/again/1", "support"),
    ("POST", "/canned", "marketer"),
    ("POST", "/canned/1", "marketer"),
    ("POST", "/canned/1/delete", "marketer"),
    ("GET", "/report", "marketer"),
    ("GET", "/report.csv", "marketer"),
    ("POST", "/flows/lunch-poll/start", "marketer"),
    ("GET", "/staff", "admin"),
    ("POST", "/staff", "admin"),
    ("POST", "/staff/1/role", "admin"),
    ("POST", "/staff/1/password", "admin"),
]


def test_each_role_gets_in_where_it_may_and_nowhere_else(house: House) -> None:
    for role in ROLES:
        member = signed_in(house, role)
        for method, path, least in PLACES:
            answer = member.get(path) if method == "GET" else member.post(path)
            allowed = ROLES.index(role) >= ROLES.index(least)
            assert (answer.status_code != 403) is allowed, (role, method, path, answer.status_code)
            assert answer.status_code < 500, (role, method, path)


def test_every_page_wants_a_session_and_every_form_a_token(house: House) -> None:
    nobody, member = Member(house, "nobody"), signed_in(house, "admin")
    routes = [rule for rule in house.app.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    assert len(routes) > 25
    open_to_all = {"console.static", "console.login", "console.sign_in"}
    for rule in routes:
        path = re.sub(r"<int[^>]+>", "1", re.sub(r"<(?!int)[^>]+>", "x", rule.rule)).removeprefix("/console")
        if rule.endpoint not in open_to_all:
            answer = nobody.post(path) if "POST" in (rule.methods or ()) else nobody.get(path)
            assert answer.status_code == 302, rule
            assert "/console/login" in answer.headers["Location"], rule
        if "POST" in (rule.methods or ()):
            refused = member.post(path, token=None)
            assert refused.status_code == 400, rule
            assert "token" in refused.text, rule


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_row_has_leads_nowhere(house: House, number: int) -> None:
    member = signed_in(house, "support")
    for path in (f"/inbox/{number}", f"/inbox/{number}/live", f"/media/{number}/0", f"/media/1/{number}"):
        assert member.get(path).status_code == 404, path
    assert member.post(f"/inbox/{number}/take-over").status_code == 404


def test_a_nul_is_refused_wherever_it_stands(house: House) -> None:
    nobody, member, contact_id = Member(house, "nobody"), signed_in(house, "admin"), known(house)
    assert nobody.post("/login", email="a\x00@parley.local", password="x").status_code == 400
    for path, form in ((f"/inbox/{contact_id}/opt-out", {"words": "stop\x00"}), (f"/inbox/{contact_id}/undo", {"key": "\x00"})):
        assert member.post(path, **form).status_code == 400, path
    assert member.get("/flows/lunch%00").status_code == 400


def test_headers_keep_a_page_to_itself(house: House) -> None:
    answer = signed_in(house, "support").get("/inbox")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", answer.text), "no inline script or style"


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/console/people", "/console/people"),
        ("https://evil.example/", "/console/inbox"),
        ("//evil.example/console/", "/console/inbox"),
        ("/console/\\evil.example", "/console/inbox"),
        ("/console//evil.example", "/console/inbox"),
        ("/console/../healthz", "/console/inbox"),
        ("/console/people%0d%0aX:y", "/console/inbox"),
        ("/console/inbox/1%3Fshow=all%26q=zo%C3%AB+b", "/console/inbox/1?show=all&q=zo%C3%AB%20b"),
    ],
)
def test_signing_in_leads_to_a_page_of_ours(house: House, wanted: str, goes_to: str) -> None:
    answer = Member(house, "support").signs_in(path=f"/login?next={wanted}")
    assert answer.headers["Location"] == goes_to


def test_five_misses_lock_for_a_quarter_of_an_hour(house: House) -> None:
    member = Member(house, "support")
    assert [member.signs_in("wrong").status_code for _ in range(5)] == [401] * 5
    assert "Wait 15 minutes" in member.signs_in().text
    house.clock.pass_(timedelta(minutes=16))
    assert member.signs_in().status_code == 302


# --- the inbox --------------------------------------------------------------------------------------------------------


def test_an_answer_takes_over_and_leaves(house: House) -> None:
    house.says("I want to talk to a person")
    member, who = signed_in(house, "support"), known(house)
    assert member.post(f"/inbox/{who}/reply?show=all", body="Here I am.").headers["Location"] == f"/console/inbox/{who}?show=all"
    house.work()
    sent = house.messages(author="staff")
    assert [(row.body, row.status, row.staff_id) for row in sent] == [("Here I am.", "delivered", 1)]
    assert house.one(f"SELECT desk FROM contact WHERE id = {who}") == "held"
    member.post(f"/inbox/{who}/hand-back")
    assert house.one(f"SELECT desk FROM contact WHERE id = {who}") == "none"


def test_what_cannot_be_sent_is_said_and_kept(house: House) -> None:
    house.says("STOP")
    member, who = signed_in(house, "support"), known(house)
    refused = member.post(f"/inbox/{who}/reply", body="but wait")
    assert refused.status_code == 400
    assert "opted out" in refused.text
    assert ">but wait</textarea>" in refused.text
    long = member.post(f"/inbox/{known(house)}/reply", body="x" * 1601)
    assert "1601 characters" in long.text
    assert "Write a text first." in member.post(f"/inbox/{who}/reply", body=" \n").text
    assert house.messages(author="staff") == []


def test_opting_out_keeps_the_words_as_proof(house: House) -> None:
    house.says("LUNCH")
    member, who = signed_in(house, "support"), known(house)
    assert member.post(f"/inbox/{who}/opt-out", words=" ").status_code == 400
    assert member.post(f"/inbox/{who}/no-opt-out").status_code == 302, "nothing is in doubt: nothing changes"
    member.post(f"/inbox/{who}/opt-out", words="by phone: no more")
    with house.store.read() as db:
        newest = consent.ledger(db, who)[0]
    assert (newest.after, newest.source, newest.words, newest.staff_id) == ("out", "staff", "by phone: no more", 1)
    assert house.count("conversation", "ended_at IS NULL") == 0


def test_what_people_write_is_escaped_everywhere(house: House) -> None:
    evil = "<script>alert(1)</script>"
    house.says(evil)
    with house.store.write() as db:
        contact.change(db, known(house), first_name=evil, tags=[evil], fields={"x": evil})
    admin, who = signed_in(house, "admin"), known(house)
    pages = ["/inbox", f"/inbox/{who}", f"/inbox/{who}/live", "/people", f"/people?q={evil}", f"/inbox?q={evil}", "/simulator", "/report"]
    for path in pages:
        assert evil not in admin.get(path).text, path


def test_quiet_hours_are_said(house: House) -> None:
    house.says("LUNCH")
    house.clock.pass_(timedelta(days=2, hours=16))  # 02:00 in California, and nothing heard for two days
    page = signed_in(house, "support").get(f"/inbox/{known(house)}").text
    assert "Quiet hours where this contact lives" in page


def test_a_picture_is_shown_and_anything_else_is_a_file(house: House) -> None:
    pictures = {"NumMedia": "2", "MediaUrl0": "https://api.twilio.com/a", "MediaContentType0": "image/png"}
    house.says("look", **pictures, MediaUrl1="https://api.twilio.com/b", MediaContentType1="text/html")
    with house.store.write() as db:
        text = outbox.transcript(db, known(house))[0]
        for row, content in zip(media.to_fetch(db, house.clock(), 5), (b"png", b"<script>"), strict=True):
            media.fetched(db, row.id, content, row.content_type, house.clock())
    member = signed_in(house, "support")
    picture, page = member.get(f"/media/{text.id}/0"), member.get(f"/media/{text.id}/1")
    assert (picture.mimetype, picture.data) == ("image/png", b"png")
    assert (page.mimetype, page.headers["Content-Disposition"]) == ("application/octet-stream", "attachment")
    assert member.get(f"/media/{text.id}/2").status_code == 404


def test_the_counter_answers_by_form(house: House) -> None:
    member = signed_in(house, "support")
    assert "2 segments" in member.post("/segments", text="a" * 161).text
    assert "1700 characters, 1600 at most" in member.post("/segments", text="a" * 1700).text
    assert member.get("/segments?text=hello").status_code == 404, "no draft in an address"


# --- flows, the simulator, the report, staff --------------------------------------------------------------------------


def test_starting_a_flow_asks_first_and_loses_no_line(house: House) -> None:
    member = signed_in(house, "marketer")
    typed = "+14155550171\n212 555 0172\nnonsense"
    asked = member.post("/flows/lunch-poll/start", numbers=typed)
    assert "2 contacts would get this flow." in asked.text
    assert "<code>nonsense</code> not a telephone number" in asked.text
    assert "nonsense</textarea>" in asked.text
    assert house.count("event", "kind = 'start'") == 0
    member.post("/flows/lunch-poll/start", numbers=typed, sure="yes")
    assert house.count("event", "kind = 'start'") == 2
    assert house.count("contact", "phone IN ('+14155550171', '+12125550172')") == 2
    assert member.post("/flows/no-such-flow/start", numbers=typed, sure="yes").status_code == 404


def test_the_simulator_texts_for_test_contacts_only(house: House) -> None:
    house.says("LUNCH", sender=TOM.replace("0102", "0199"))
    member = signed_in(house, "support")
    real, test = known(house, TOM.replace("0102", "0199")), known(house, MAYA)
    for path in ("text", "start", "over", "skip"):
        assert member.post(f"/simulator/{path}", contact=str(real), text="hi", flow="lunch-poll").status_code == 404, path
        assert member.post(f"/simulator/{path}", contact="x", text="hi", flow="lunch-poll").status_code == 404, path
    member.post("/simulator/text", contact=str(test), text="LUNCH")
    member.post("/simulator/text", contact=str(test), text="b\x00 please")
    page = member.get(f"/simulator?as={test}&flow=lunch-poll").text
    assert "Got it! So far: tacos 0, pizza 1" in page
    assert len(house.paper.sent) == 0, "a test contact's texts never meet the account's carrier"
    assert house.count("message", "direction = 'out' AND test") == 2


def test_the_simulator_sends_and_hears_nobody_elses(house: House) -> None:
    stranger = "+14155550199"
    house.says("I want to talk to a person", sender=stranger)
    member, test = signed_in(house, "support"), known(house, MAYA)
    member.post(f"/inbox/{known(house, stranger)}/reply", body="I am coming.")
    campaigns.start_flow(house.process, "lunch-poll", [stranger])
    member.post("/simulator/text", contact=str(test), text="LUNCH")
    member.post("/simulator/start", contact=str(test), flow="lunch-poll")
    assert [row.status for row in house.messages(author="staff")] == ["queued"], "it is a real person's, and the worker's to send"
    assert house.count("event", f"kind = 'start' AND handled_at IS NULL AND contact_id = {known(house, stranger)}") == 1
    assert {row.status for row in house.messages(author="flow") if row.test} == {"delivered"}
    assert len(house.paper.sent) == 0
    house.work()
    assert [row.status for row in house.messages(author="staff")] == ["delivered"]


def test_the_report_counts_real_contacts_only(house: House) -> None:
    member = signed_in(house, "marketer")
    member.post("/simulator/text", contact=str(known(house)), text="LUNCH")
    assert "<b>No data.</b>" in member.get("/report").text
    assert member.get("/report.csv").text.strip().count("\n") == 0
    house.says("LUNCH", sender="+14155550181")
    assert "lunch-poll,1,vote,0,1,0,,,,,0," in member.get("/report.csv").text


def test_staff_are_added_changed_and_reset(house: House) -> None:
    admin = signed_in(house, "admin")
    added = admin.post("/staff", name="Lena Fox", email="Lena@Parley.Local", role="support")
    first = re.findall(r'class="secret">([^<]+)<', added.text)[0]
    assert "already" in admin.post("/staff", name="Lena", email="lena@parley.local", role="support").text
    assert admin.post("/staff", name="Lena", email="nonsense", role="support").status_code == 400
    assert admin.post("/staff", name="Lena", email="a@b", role="king").status_code == 400
    lena = Member(house, "lena")
    assert lena.signs_in(first).status_code == 302
    assert lena.get("/inbox").headers["Location"] == "/console/password"
    changed = lena.post("/password", old=first, new="a long enough one", again="a long enough one")
    assert changed.headers["Location"] == "/console/inbox"
    assert lena.get("/report").status_code == 403
    admin.post("/staff/4/role", role="marketer")
    assert lena.get("/report").status_code == 200
    reset = admin.post("/staff/4/password")
    assert "secret" in reset.text
    assert lena.get("/inbox").status_code == 302, "the session died with the password"


def test_an_admin_is_always_left(house: House) -> None:
    admin = signed_in(house, "admin")
    assert admin.post("/staff/3/role", role="support").status_code == 400
    assert house.one("SELECT role FROM staff WHERE id = 3") == "admin"


def test_contacts_are_paged(house: House) -> None:
    with house.store.write() as db:
        for n in range(205):
            contact.add(db, contact.new_values(f"+1415556{n:04d}", house.clock(), first_name=f"Nr{n:03d}"))
    member = signed_in(house, "support")
    n_all = house.count("contact")
    first, second = member.get("/people").text, member.get("/people?from=200").text
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (200, n_all - 200)
    assert f"201 to {n_all} of {n_all}" in second
    assert "Back to the first" in member.get("/people?from=9999").text
    assert member.get("/people?from=-1&q=Nr2").text.count('<th scope="row">') == 5
    assert member.get("/people?from=99999999999999999999").status_code == 200
