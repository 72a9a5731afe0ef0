"""What a webhook's answer asks its provider to send."""

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree


class TwimlError(ValueError):
    """The answer is no TwiML (Twilio's error 12100 or 12200)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One <Message>: to and sender where it names them, callback as an absolute URL."""

    body: str
    media: tuple[str, ...] = ()
    to: str = ""
    sender: str = ""
    callback: str = ""


def answers(document: str, webhook: str) -> tuple[Answer, ...]:
    """The messages of a TwiML document in order; none for an empty <Response/>. Raises TwimlError.

    webhook: the URL that gave it, against which relative addresses are read.
    """
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - the answer of the very server that we drive
    except ElementTree.ParseError as error:
        raise TwimlError(f"not well-formed: {error}") from error
    if root.tag != "Response":
        raise TwimlError(f"the root is <{root.tag}>, not <Response>")
    return tuple(_answer(element, webhook) for element in root if element.tag == "Message")


def _answer(element: ElementTree.Element, webhook: str) -> Answer:
    bodies = [part.text or "" for part in element if part.tag == "Body"]
    callback = element.get("statusCallback") or element.get("action") or ""
    return Answer(
        body="".join(bodies) if bodies else (element.text or "").strip(),
        media=tuple((part.text or "").strip() for part in element if part.tag == "Media"),
        to=element.get("to", ""),
        sender=element.get("from", ""),
        callback=urljoin(webhook, callback) if callback else "",
    )
