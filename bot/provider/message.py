"""A message as Twilio's API shows it, and what else the stand-in knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from flows.segments import segments

API_VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})

ERRORS: Mapping[int, str] = {
    20001: "The parameter cannot be used like this",
    20003: "Authenticate",
    20009: "Cannot change this resource before it is complete",
    20404: "The requested resource was not found",
    20429: "Too many requests",
    20500: "Internal server error",
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21619: "A text message body or media urls must be specified.",
}


@dataclass(slots=True)
class Media:
    """A picture that came with an inbound text."""

    sid: str
    content_type: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Message:
    """One message. to, sender, service: as they were given; callback: where its status is reported, or empty."""

    sid: str
    account_sid: str
    to: str
    sender: str
    body: str
    direction: str
    status: str
    created_at: datetime
    service: str = ""
    callback: str = ""
    media: list[Media] = field(default_factory=list)
    n_media: int = 0
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    error_code: int | None = None
    seen_in_list_at: float = 0.0

    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json"

    def resource(self) -> dict[str, object]:
        """Exactly the fields of Twilio's Message resource, of its types: numbers of segments and media are strings there."""
        counted = segments(self.body).segments if not self.service or self.sent_at else 0  # a service has not chosen its sender yet
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.sent_at),
            "date_updated": rfc2822(self.updated_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": ERRORS.get(self.error_code) if self.error_code else None,
            "from": self.sender or None,
            "messaging_service_sid": self.service or None,
            "num_media": str(self.n_media),
            "num_segments": str(counted),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri().replace(".json", "/Media.json")},
            "to": self.to,
            "uri": self.uri(),
        }

    def report(self) -> list[tuple[str, str]]:
        """The form of a status callback for the status that it has now."""
        form = [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("From", self.sender),
            ("MessageSid", self.sid),
            ("MessageStatus", self.status),
            ("SmsSid", self.sid),
            ("SmsStatus", self.status),
            ("To", self.to),
        ]
        if self.service:
            form.append(("MessagingServiceSid", self.service))
        if self.error_code:
            form.append(("ErrorCode", str(self.error_code)))
        if self.status in ("delivered", "undelivered"):
            form.append(("RawDlrDoneDate", datetime.now(UTC).strftime("%y%m%d%H%M")))
        return form


def rfc2822(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None


def error(code: int, status: int, message: str = "") -> dict[str, object]:
    """The body of an API error."""
    return {"code": code, "message": message or ERRORS[code], "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
