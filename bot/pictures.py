"""Pictures that came with texts: fetched by credentials, from the provider's hosts only, within a size, and kept."""

from urllib.parse import urlsplit

import httpx
import structlog

from bot.process import Process
from models import media
from models.media import MediaRow

log = structlog.get_logger(__name__)

MOST_BYTES = 5 * 1024 * 1024
"""Twilio's own limit for a message's media."""
TIMEOUT_S = 15.0
MOST_REDIRECTS = 3
_PROVIDER = (".twilio.com", ".twiliocdn.com")


class Unfit(Exception):
    """The picture cannot be had, now or ever; says why."""


def fetch_waiting(process: Process, most: int = 20) -> int:
    """Fetches pictures that wait; how many came. One that fails is tried again later, five times in all."""
    with process.store.read() as db:
        waiting = media.to_fetch(db, most)
    return sum(_fetch(process, row) for row in waiting)


def _fetch(process: Process, row: MediaRow) -> bool:
    try:
        content, kind = _download(process, row.url)
    except (Unfit, httpx.HTTPError) as error:
        log.warning("picture not fetched", media=row.id, error=type(error).__name__)
        with process.store.write() as db:
            media.failed(db, row.id, str(error)[:500], final=isinstance(error, Unfit))
        return False
    with process.store.write() as db:
        media.fetched(db, row.id, content, kind or row.content_type, process.now())
    return True


def _download(process: Process, url: str) -> tuple[bytes, str]:
    """The bytes and the type. Redirects are followed by hand: each host is looked at, and only the API's gets our credentials."""
    settings = process.settings
    api = urlsplit(settings.twilio_api_base)
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        for _ in range(MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            ours = (parts.scheme, parts.netloc) == (api.scheme, api.netloc)
            if not ours and not (parts.scheme == "https" and (parts.hostname or "").endswith(_PROVIDER)):
                raise Unfit("not an address of the provider's")
            with_credentials = ours or parts.hostname == "api.twilio.com"
            auth = (settings.account_sid, settings.auth_token) if with_credentials else None
            with client.stream("GET", url, auth=auth) as answer:
                if answer.is_redirect:
                    url = str(answer.next_request.url) if answer.next_request else ""
                    continue
                answer.raise_for_status()
                return _bounded(answer), answer.headers.get("content-type", "").partition(";")[0]
    raise Unfit("too many redirects")


def _bounded(answer: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise Unfit(f"larger than {MOST_BYTES} bytes")
    return bytes(content)
