"""The provider's form as a text."""

from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound import Inbound, address, clean, from_form, split_address
from bot.signature import pairs_of

WHOLE = {"MessageSid": "SM1", "From": "+15005550100", "To": "+15005550006", "Body": "hi"}


def read(**form: str) -> Inbound | None:
    raw = urlencode({**WHOLE, **form}).encode()
    return from_form(pairs_of(raw), raw)


def known(**form: str) -> Inbound:
    inbound = read(**form)
    assert inbound is not None
    return inbound


def test_a_plain_text() -> None:
    inbound = known()
    assert (inbound.sid, inbound.phone, inbound.ours, inbound.channel, inbound.text) == ("SM1", "+15005550100", "+15005550006", "sms", "hi")
    assert (inbound.pictures, inbound.opt_out_type) == ((), None)
    assert inbound.raw == urlencode(WHOLE).encode(), "the form as it came"


@pytest.mark.parametrize(
    ("body", "text", "why"),
    [
        ("", "", "a picture by itself"),
        ("  spaces  ", "  spaces  ", "not trimmed"),
        ("a\r\nb\tc", "a\nb\tc", "line breaks and tabs"),
        ("a\x00b\x1bc\x7f\x85", "a\ufffdb\ufffdc\ufffd\ufffd", "NUL and control characters"),
        ("🎉 é 你好", "🎉 é 你好", "anything that prints"),
        ("x" * 1600, "x" * 1600, "the longest"),
    ],
)
def test_bodies(body: str, text: str, why: str) -> None:
    assert known(Body=body).text == text, why


@pytest.mark.parametrize(("raw", "text"), [(b"%ED%A0%80", "\ufffd\ufffd\ufffd"), (b"a%FFb", "a\ufffdb"), (b"%F0%9F%8E%89", "🎉")])
def test_bytes_that_are_no_text(raw: bytes, text: str) -> None:
    form = urlencode({**WHOLE, "Body": ""}).encode() + raw
    inbound = from_form(pairs_of(form), form)
    assert inbound is not None
    assert (inbound.text, inbound.raw) == (text, form)


def test_a_lone_surrogate_is_replaced() -> None:
    assert clean("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("form", "pictures", "why"),
    [
        (
            {"NumMedia": "2", "MediaUrl0": "u0", "MediaContentType0": "image/png", "MediaUrl1": "u1"},
            (("u0", "image/png"), ("u1", "")),
            "two",
        ),
        ({"NumMedia": "0", "MediaUrl0": "u0"}, (), "none, whatever else is there"),
        ({"NumMedia": "x"}, (), "no number"),
        ({"NumMedia": "-1", "MediaUrl0": "u0"}, (), "a bad one"),
        ({"NumMedia": "3", "MediaUrl1": "u1"}, (("u1", ""),), "those that are there"),
        ({"NumMedia": "99", **{f"MediaUrl{n}": f"u{n}" for n in range(12)}}, tuple((f"u{n}", "") for n in range(10)), "ten at most"),
    ],
)
def test_pictures(form: dict[str, str], pictures: tuple[tuple[str, str], ...], why: str) -> None:
    assert known(**form).pictures == pictures, why


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_what_every_text_has(missing: str) -> None:
    assert read(**{missing: ""}) is None


def test_the_older_name_of_the_sid() -> None:
    assert known(MessageSid="", SmsSid="SM2").sid == "SM2"


@pytest.mark.parametrize(
    ("sender", "channel", "phone"),
    [
        ("+15005550100", "sms", "+15005550100"),
        (" +15005550100", "sms", "+15005550100"),
        ("whatsapp:+15005550100", "whatsapp", "+15005550100"),
        ("WhatsApp:+15005550100", "whatsapp", "+15005550100"),
        ("rcs:brand_agent", "rcs", "brand_agent"),
        ("12345", "sms", "12345"),
    ],
)
def test_channels(sender: str, channel: str, phone: str) -> None:
    inbound = known(From=sender)
    assert (inbound.channel, inbound.phone) == (channel, phone)


@pytest.mark.parametrize(
    ("channel", "number", "expected"),
    [("sms", "+1500", "+1500"), ("whatsapp", "+1500", "whatsapp:+1500"), ("whatsapp", "MG" + "0" * 32, "MG" + "0" * 32)],
)
def test_addresses_for_the_provider(channel: str, number: str, expected: str) -> None:
    assert address(channel, number) == expected


@given(st.sampled_from(["sms", "whatsapp"]), st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_an_address_comes_back(channel: str, number: str) -> None:
    assert split_address(address(channel, number)) == (channel, number)


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE, "NumMedia", "MediaUrl0", "OptOutType", "é"]), st.text(st.characters(exclude_categories=["Cs"]))
    )
)
def test_any_form_is_read_or_refused(form: dict[str, str]) -> None:
    inbound = read(**form)
    if inbound is not None:
        assert inbound.sid
        assert len(inbound.phone) <= 64
        assert "\x00" not in inbound.text + inbound.phone + inbound.channel


def test_the_first_of_repeated_fields() -> None:
    raw = (urlencode(WHOLE) + "&Body=" + quote_plus("second")).encode()
    inbound = from_form(pairs_of(raw), raw)
    assert inbound is not None
    assert inbound.text == "hi"


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
def test_twilios_verdict(kind: str) -> None:
    assert known(OptOutType=kind).opt_out_type == kind
