"""A contact as effects leave it: what a later conversation of the same turn sees, and what the simulation keeps."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flows.events import AskOptIn, ChangeConsent, ChangePace, Consent, Contact, Effect, SetField, Tagged
from flows.localtime import is_zone
from nlp.types import Value

OWN_FIELDS = ("first_name", "language", "country")
"""Fields with a place of their own on `Contact`; all others stand in its `fields`."""


def after(contact: Contact, effects: Iterable[Effect]) -> Contact:
    """The contact with every change that these effects make, in order."""
    for effect in effects:
        match effect:
            case SetField(name="zone", value=value):
                contact = replace(contact, zone=str(value)) if is_zone(str(value)) else contact
            case SetField(name=name, value=value) if name in OWN_FIELDS:
                contact = replace(contact, **{name: None if value is None else str(value)})  # type: ignore[arg-type]  # texts all
            case SetField(name=name, value=value):
                others = {known: old for known, old in contact.fields.items() if known != name}
                contact = replace(contact, fields=others if value is None else {**others, name: value})
            case Tagged(added=added, dropped=dropped):
                tags = dict.fromkeys(tag for tag in (*contact.tags, *added) if tag not in dropped)
                contact = replace(contact, tags=tuple(tags))
            case ChangeConsent(to=to):
                known = contact.consent is Consent.HELD and to is Consent.HELD  # doubt upon doubt: what was before it stays
                before = contact.consent_before if known else contact.consent
                contact = replace(contact, consent=to, consent_before=before, asked_at=None)
            case ChangePace(less=less):
                contact = replace(contact, less=less)
            case AskOptIn(at=at):
                contact = replace(contact, asked_at=at)
            case _:
                pass
    return contact


def plain(value: object) -> Value | None:
    """A value as the contact's fields keep it: dates as ISO text."""
    match value:
        case None | str() | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat()
        case tuple() | list():
            return tuple(str(item) for item in value)
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
