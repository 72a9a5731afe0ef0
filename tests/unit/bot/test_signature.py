"""Signatures, held against Twilio's own validator."""

import hashlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from bot.signature import is_signed, pairs_of, sign

TOKEN = "c0ffee" * 5
URL = "https://sms.example.org/webhooks/twilio/sms"
TWILIO = RequestValidator(TOKEN)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
forms = st.lists(
    st.tuples(st.one_of(st.sampled_from(["Body", "From", "MediaUrl0", "MediaUrl1"]), texts), st.one_of(st.just(""), texts)), max_size=8
)
ADDRESSES = (
    URL,
    f"{URL}?bot=1&x=%C3%A9+y",
    f"{URL}?",
    "https://sms.example.org:443/webhooks/twilio/sms",
    "https://sms.example.org:8443/webhooks/twilio/sms",
    "https://sms.example.org:8443/webhooks/twilio/sms?a=b",
    "https://sms.example.org/webhooks/twilio/sms?a=b",
    "http://sms.example.org/sms",
    "http://sms.example.org:80/sms",
    "http://sms.example.org:8000/sms",
    "https://192.0.2.1/sms",
)


def signed(url: str, form: list[tuple[str, str]], signature: str | None = None) -> bool:
    body = urlencode(form).encode()
    made = signature if signature is not None else TWILIO.compute_signature(url, MultiDict(form))
    return is_signed(TOKEN, made, url, body, pairs_of(body))


@given(forms, st.sampled_from(ADDRESSES))
def test_signs_as_twilio_does(form: list[tuple[str, str]], url: str) -> None:
    assert sign(TOKEN, url, pairs_of(urlencode(form).encode())).decode() == TWILIO.compute_signature(url, MultiDict(form))
    assert signed(url, form)


@pytest.mark.parametrize("url", ADDRESSES)
@pytest.mark.parametrize("other", ADDRESSES)
def test_takes_what_twilios_validator_takes_and_nothing_else(url: str, other: str) -> None:
    """Signed for one address, received at another: the port may be written out or left out, nothing else may differ."""
    signature = TWILIO.compute_signature(other, {"Body": "hi"})
    assert signed(url, [("Body", "hi")], signature) == (TWILIO.validate(url, {"Body": "hi"}, signature) or url == other)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ([], "no form"),
        ([("FromCity", ""), ("Body", "  spaces kept  ")], "blank values, spaces"),
        ([("A", "2"), ("A", "1"), ("A", "2")], "repeated names: distinct values, sorted"),
        ([("b", "1"), ("B", "2"), ("a", "3")], "names sorted by code point"),
        ([("Body", "Grüße 🎉 \u4f60\u597d\r\n\x00 a+b&c=d%20")], "any character"),
        ([("\uffff", "1"), ("\U0001f389", "2")], "beyond the basic plane too"),
        ([("New", "field"), ("Unknown", "")], "fields that Twilio adds without notice"),
    ],
)
def test_forms(form: list[tuple[str, str]], why: str) -> None:
    assert signed(URL, form), why


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"token": "another"}, "another account"),
        ({"url": URL + "/"}, "a slash more"),
        ({"url": URL.replace("https", "http")}, "another scheme"),
        ({"body": b"Body=hi&From=x"}, "a field more"),
        ({"body": b"Body=hI"}, "another value"),
        ({"signature": ""}, "no signature"),
        ({"signature": "é€\udcff"}, "no signature at all"),
    ],
)
def test_refuses(changed: dict[str, object], why: str) -> None:
    asked: dict[str, object] = {"token": TOKEN, "url": URL, "body": b"Body=hi", **changed}
    asked.setdefault("signature", TWILIO.compute_signature(URL, {"Body": "hi"}))
    body = asked["body"]
    assert isinstance(body, bytes)
    assert not is_signed(str(asked["token"]), str(asked["signature"]), str(asked["url"]), body, pairs_of(body)), why


# --- JSON bodies: the address carries the body's SHA-256 --------------------------------------------------------------


def by_hash(body: bytes, digest: str, url: str = URL) -> bool:
    address = f"{url}?bodySHA256={digest}"
    return is_signed(TOKEN, TWILIO.compute_signature(address, {}), address, body, pairs_of(body))


@given(st.binary(max_size=50))
def test_a_json_body_is_signed_by_its_hash(body: bytes) -> None:
    assert by_hash(body, hashlib.sha256(body).hexdigest())
    assert not by_hash(body + b" ", hashlib.sha256(body).hexdigest())


def test_twilio_agrees_about_json() -> None:
    body = '{"a": "é"}'
    address = f"{URL}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    assert TWILIO.validate(address, body, TWILIO.compute_signature(address, {}))
    assert by_hash(body.encode(), hashlib.sha256(body.encode()).hexdigest())


@pytest.mark.parametrize("digest", ["", "0", "%C3%A9", "é", "\x7f"])
def test_what_is_no_hash_is_refused_and_breaks_nothing(digest: str) -> None:
    address = f"{URL}?bodySHA256={digest}x"
    assert not is_signed(TOKEN, TWILIO.compute_signature(address, {}), address, b"{}", ())


# --- pairs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pairs", "why"),
    [
        (b"", (), "nothing"),
        (b"a=1&b=&c", ((b"a", b"1"), (b"b", b""), (b"c", b"")), "blank values stay"),
        (b"&&a=1&", ((b"a", b"1"),), "nothing between"),
        (b"a=1=2", ((b"a", b"1=2"),), "the first sign parts"),
        (b"a+b=c%20d%2B", ((b"a b", b"c d+"),), "plus and percent"),
        (b"a=%FF%zz%", ((b"a", b"\xff%zz%"),), "bytes that are no text, and broken escapes"),
        (b"a=2&a=1", ((b"a", b"2"), (b"a", b"1")), "repeated, in their order"),
    ],
)
def test_pairs_of_a_body(body: bytes, pairs: tuple[tuple[bytes, bytes], ...], why: str) -> None:
    assert pairs_of(body) == pairs, why


@given(forms)
def test_pairs_are_what_was_encoded(form: list[tuple[str, str]]) -> None:
    pairs = pairs_of(urlencode(form).encode())
    assert [(name.decode(), value.decode()) for name, value in pairs] == form
