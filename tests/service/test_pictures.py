"""Pictures that came with texts: from the provider's hosts only, with credentials to its API only, in bounds, and kept."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import inbox, pictures
from bot.inbound import from_form
from bot.signature import pairs_of
from config.settings import Settings
from models import media
from nlp.types import Reader
from tests.service.conftest import SID, TOKEN
from tests.service.house import House
from tests.service.webhost import PNG, Host


@pytest.fixture
def api() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@pytest.fixture
def foreign() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


@pytest.fixture
def house(settings: Settings, reader: Reader, api: Host) -> Iterator[House]:
    built = House(settings.model_copy(update={"twilio_api_base": api.url}), reader)
    yield built
    built.close()


def receive(house: House, url: str) -> None:
    house.send("look", NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")


def kept(house: House) -> tuple[str, bytes] | None:
    with house.store.read() as db:
        return media.content(db, 1, 0)


def test_a_picture_is_fetched_with_credentials_and_kept(house: House, api: Host) -> None:
    receive(house, f"{api.url}/2010-04-01/Media/ME1")
    assert pictures.fetch_waiting(house.process) == 1
    assert kept(house) == ("image/png", PNG), "its type is what the provider says it is"
    login = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    assert api.asked == [("/2010-04-01/Media/ME1", f"Basic {login}")]
    assert pictures.fetch_waiting(house.process) == 0


def test_a_text_that_waited_as_an_event_has_its_picture_too(house: House, api: Host) -> None:
    picture = f"NumMedia=1&MediaUrl0={api.url}/ME1&MediaContentType0=image/png"
    form = f"MessageSid=SMx&From=%2B14155550101&To=%2B15005550006&Body=look&{picture}".encode()
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    inbox.store(house.process, inbound)
    house.work()
    assert pictures.fetch_waiting(house.process) == 1
    assert kept(house) == ("image/png", PNG)


FOREIGN = [
    "http://127.0.0.1:1/ME1",
    "https://evil.example/ME1",
    "https://api.twilio.com.evil.example/ME1",
    "https://eviltwilio.com/ME1",
    "http://api.twilio.com/ME1",
    "https://api.twilio.com:8443/ME1",
    "https://api.twilio.com@evil.example/ME1",
    "https://s3-external-1.amazonaws.com/another-bucket/ME1",
    "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../another-bucket/ME1",
    "file:///etc/passwd",
    "https://[::1/ME1",
    "nonsense",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_no_other_host_is_ever_asked(house: House, url: str) -> None:
    receive(house, url)
    assert pictures.fetch_waiting(house.process) == 0
    assert house.one("SELECT tries FROM media") == media.MOST_TRIES, "there is no use in asking again"
    assert kept(house) is None


PROVIDERS = [
    ("https://api.twilio.com/2010-04-01/ME1", True),
    ("https://mms.twiliocdn.com/AC1/ME1?Signature=x", True),
    ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/ME1", True),
    ("https://twilio.com.evil.example/ME1", False),
    ("https://user@mms.twiliocdn.com/ME1", False),
]


@pytest.mark.parametrize(("url", "ours"), PROVIDERS)
def test_the_providers_hosts(url: str, ours: bool) -> None:
    assert pictures._is_providers(url) is ours


def test_a_redirect_to_a_foreign_host_is_not_followed(house: House, api: Host, foreign: Host) -> None:
    api.answers = lambda _path: (307, {"Location": f"{foreign.url}/secret"}, b"")
    receive(house, f"{api.url}/ME1")
    assert pictures.fetch_waiting(house.process) == 0
    assert foreign.asked == []


def test_redirects_within_are_followed_but_not_for_ever(house: House, api: Host) -> None:
    api.answers = lambda path: (200, {"Content-Type": "image/png"}, PNG) if path == "/there" else (307, {"Location": "/there"}, b"")
    receive(house, f"{api.url}/ME1")
    assert pictures.fetch_waiting(house.process) == 1
    api.answers = lambda path: (307, {"Location": path + "x"}, b"")
    receive(house, f"{api.url}/ME2")
    api.asked.clear()
    assert pictures.fetch_waiting(house.process) == 0
    assert len(api.asked) == pictures.MOST_REDIRECTS + 1


def test_what_is_too_large_is_left(house: House, api: Host) -> None:
    api.answers = lambda _path: (200, {"Content-Type": "image/png"}, b"\0" * (pictures.MOST_BYTES + 1))
    receive(house, f"{api.url}/ME1")
    assert pictures.fetch_waiting(house.process) == 0
    assert house.one("SELECT error FROM media") == f"larger than {pictures.MOST_BYTES} bytes"


def test_a_picture_that_is_not_there_yet_is_tried_again_later_and_later(house: House, api: Host) -> None:
    api.answers = lambda _path: (404, {}, b"")
    receive(house, f"{api.url}/ME1")
    spans = [timedelta(0), *media.WAITS]
    for span in spans:
        house.clock.pass_(span - timedelta(seconds=1) if span else span)
        tried = len(api.asked)
        if span:
            pictures.fetch_waiting(house.process)
            assert len(api.asked) == tried, "not before its time"
            house.clock.pass_(timedelta(seconds=1))
        pictures.fetch_waiting(house.process)
        assert len(api.asked) == tried + 1
    house.clock.pass_(timedelta(days=1))
    pictures.fetch_waiting(house.process)
    assert len(api.asked) == media.MOST_TRIES


def test_one_that_fails_keeps_no_other_waiting(house: House, api: Host) -> None:
    api.answers = lambda path: (500, {}, b"") if path == "/bad" else (200, {"Content-Type": "image/gif"}, b"GIF89a")
    receive(house, f"{api.url}/bad")
    receive(house, f"{api.url}/good")
    assert pictures.fetch_waiting(house.process) == 1


def test_without_an_account_nobody_is_asked(house: House, api: Host) -> None:
    receive(house, f"{api.url}/ME1")
    paper = house.settings.model_copy(update={"twilio_account_sid": ""})
    process = type(house.process)(**{**vars(house.process), "settings": paper})
    assert pictures.fetch_waiting(process) == 0
    assert api.asked == []
