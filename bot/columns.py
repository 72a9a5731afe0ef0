"""A contact's columns as a turn leaves them: what its effects make of the row, in their order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.events import AskOptIn, CallPerson, ChangeConsent, ChangePace, Consent, Effect, HandOver, Happened, Note, SetField, Tagged
from flows.hearing import Desk
from models.contact import ContactRow

OF_THEIR_OWN = ("first_name", "last_name", "language", "zone", "country")
"""Names that flows may set and that have a column; all others are kept in `fields`."""


@dataclass(slots=True)
class Columns:
    """row: as it was read; None for a stranger. changes: the columns that the turn changes, by name."""

    row: ContactRow | None
    at: datetime
    changes: dict[str, Any] = field(default_factory=dict)

    def now(self, column: str, default: Any) -> Any:
        """A column as it stands within this turn."""
        return self.changes[column] if column in self.changes else getattr(self.row, column, default)

    def take(self, effects: Iterable[Effect]) -> None:
        """Makes the changes of these effects; those that change nothing of the contact are passed over."""
        for effect in effects:
            match effect:
                case SetField(name=name, value=value) if name in OF_THEIR_OWN:
                    self.changes[name] = None if value is None else str(value)
                    if name == "country":
                        self.changes["number_zone"] = None  # it was read with the old one
                case SetField(name=name, value=value):
                    self.changes["fields"] = {**self.now("fields", {}), name: list(value) if isinstance(value, tuple) else value}
                case Tagged(added=added, dropped=dropped):
                    tags = [tag for tag in (*self.now("tags", []), *added) if tag not in dropped]
                    self.changes["tags"] = list(dict.fromkeys(tags))
                case ChangeConsent(to=to):
                    self.consent(to)
                case ChangePace(less=less):
                    self.changes["less_at"] = self.at if less else None
                case AskOptIn(at=at):
                    self.changes["optin_asked_at"] = at
                case HandOver(reason=reason):
                    self.call(Desk.HANDOFF, reason)
                case CallPerson(reason=reason):
                    self.call(Desk.INBOX, reason)
                case Note(kind=Happened.HEARD_BY_PERSON) if self.now("desk_since", None) is None:
                    self.changes["desk_since"] = self.at
                case _:
                    pass

    def consent(self, to: Consent) -> None:
        """Consent, and what it was before: that is what a doubt goes back to, however often it is doubted."""
        still_held = to is Consent.HELD and self.now("consent", "") == Consent.HELD
        before = self.now("consent_before" if still_held else "consent", "unknown")
        self.changes |= {"consent": to.value, "consent_before": before, "consent_at": self.at}
        if self.now("optin_asked_at", None) is not None:
            self.changes["optin_asked_at"] = None  # answered one way or the other; in doubt, a YES would answer another question

    def call(self, desk: Desk, reason: str) -> None:
        """Calls a person. Who waits already goes on waiting since then; a person who is there stays there."""
        standing = Desk(self.now("desk", "none"))
        if standing is Desk.HELD or (standing is Desk.HANDOFF and desk is Desk.INBOX):
            return
        since = self.now("desk_since", None) if standing is desk else None
        self.changes |= {"desk": desk.value, "desk_reason": reason, "desk_since": since or self.at}


def source_of(effect: ChangeConsent | ChangePace | AskOptIn) -> str:
    """Where it comes from, as the ledger names it. Lines that leave consent as it was say first what they are."""
    match effect:
        case ChangeConsent(source=source):
            return source
        case ChangePace(less=less, source=source):
            return f"{'less' if less else 'more'}: {source}"
        case AskOptIn(source=source):
            return f"asked: {source}"
