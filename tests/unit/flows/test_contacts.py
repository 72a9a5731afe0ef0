"""A contact as effects leave it."""

import pytest

from flows.contacts import after
from flows.events import CallPerson, ChangeConsent, Consent, Contact, Effect, SetField, Tagged
from tests.talking import somebody

IN = ChangeConsent(to=Consent.IN, source="flow")
HELD = ChangeConsent(to=Consent.HELD, source="sentence")


@pytest.mark.parametrize(
    ("effects", "expected", "why"),
    [
        ((SetField("first_name", "Ann"),), somebody(first_name="Ann"), "a field with a place of its own"),
        ((SetField("size", 5),), somebody(fields={"size": 5}), "any other field"),
        ((SetField("size", 5), SetField("size", None)), somebody(), "taken away again"),
        ((SetField("zone", "Europe/Paris"),), somebody(zone="Europe/Paris"), "another zone"),
        ((SetField("zone", "Mars/Olympus"),), somebody(), "a zone that is none changes nothing"),
        ((SetField("zone", None),), somebody(), "nor does no zone"),
        ((Tagged(("a", "b"), ()), Tagged(("a",), ("b",))), somebody(tags=("a",)), "each tag once, dropped ones gone"),
        ((IN,), somebody(consent=Consent.IN, consent_before=Consent.IN), "consent remembers what it was"),
        ((HELD, HELD), somebody(consent=Consent.HELD, consent_before=Consent.IN), "doubt upon doubt does not hide what was before"),
        ((CallPerson("x"),), somebody(), "what is no change of the contact"),
    ],
)
def test_after(effects: tuple[Effect, ...], expected: Contact, why: str) -> None:
    assert after(somebody(), effects) == expected, why
