"""Signed requests to a webhook, as Twilio makes them."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from bot.signature import sign

WEBHOOK_SECONDS = 15.0
"""Twilio's limit for the answer of a webhook."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one signed request: the status is 0 where there was no answer."""

    status: int
    text: str
    seconds: float


class Poster:
    """Posts signed forms as Twilio does: 15 s for the answer, and one more try where no connection could be made."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._client = httpx.Client(timeout=WEBHOOK_SECONDS, follow_redirects=False, trust_env=False)

    def post(self, url: str, form: list[tuple[str, str]], at: str = "") -> Posted:
        """Posts to `url`; or to `at`, with the signature of `url`, where the server is reached by another address than its public one."""
        signed = url.partition("#")[0]  # the fragment (`#rc=2`) is for Twilio alone
        pairs = tuple(
            (name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in form
        )  # half an emoji is input like any other
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(self._token, signed, pairs).decode(),
        }
        began = time.monotonic()
        for last in (False, True):
            try:
                answer = self._client.post(at.partition("#")[0] or signed, content=urlencode(pairs), headers=headers)
                return Posted(answer.status_code, answer.text, time.monotonic() - began)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if last:
                    break
            except httpx.HTTPError:
                break
        return Posted(0, "", time.monotonic() - began)

    def close(self) -> None:
        self._client.close()
