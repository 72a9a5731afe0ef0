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
_BUCKET = "https://s3-external-1.amazonaws.com/media.twiliocdn.com/"
"""Where media of accounts without "HTTP auth on media URLs" lie: Twilio's own bucket, and no other of that host's."""


class Unfit(Exception):
    """The picture cannot be had, now or ever; says why."""


def fetch_waiting(process: Process, most: int = 20) -> int:
    """Fetches pictures that wait; how many came. One that fails is tried again later, five times within some 65 minutes."""
    if process.settings.messenger == "paper":
        return 0  # without an account there is nobody who would let us in
    with process.store.read() as db:
        waiting = media.to_fetch(db, process.now(), most)
    return sum(_fetch(process, row) for row in waiting)


def _fetch(process: Process, row: MediaRow) -> bool:
    try:
        content, kind = _download(process, row.url)
    except (Unfit, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        log.warning("picture not fetched", media=row.id, error=type(error).__name__)
        with process.store.write() as db:
            media.failed(db, row, str(error)[:500], process.now(), final=not isinstance(error, httpx.HTTPError))
        return False
    with process.store.write() as db:
        media.fetched(db, row.id, content, (kind or row.content_type)[:100], process.now())
    return True


def _download(process: Process, url: str) -> tuple[bytes, str]:
    """The bytes and the type. Redirects are followed by hand: each host is looked at, and only the API's gets our credentials."""
    settings = process.settings
    api = urlsplit(settings.twilio_api_base)
    plain = {"Accept-Encoding": "identity"}  # the limit counts bytes as they come
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, headers=plain) as client:
        for _ in range(MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            ours = (parts.scheme, parts.netloc) == (api.scheme, api.netloc)
            if not ours and not _is_providers(url):
                raise Unfit("not an address of the provider's")
            with_credentials = ours or (parts.hostname == "api.twilio.com" and parts.port in (None, 443))
            auth = (settings.account_sid, settings.auth_token) if with_credentials else None
            with client.stream("GET", url, auth=auth) as answer:
                if answer.is_redirect:
                    url = str(answer.next_request.url) if answer.next_request else ""
                    continue
                answer.raise_for_status()
                return _bounded(answer), answer.headers.get("content-type", "").partition(";")[0]
    raise Unfit("too many redirects")


def _is_providers(url: str) -> bool:
    """Whether an address is Twilio's. One with a user in it, or another port, is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    plain = parts.scheme == "https" and parts.username is None and parts.port in (None, 443) and "\\" not in url
    return plain and (host.endswith(_PROVIDER) or url.startswith(_BUCKET)) and "/../" not in url


def _bounded(answer: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in answer.iter_raw():
        content += chunk
        if len(content) > MOST_BYTES:
            raise Unfit(f"larger than {MOST_BYTES} bytes")
    return bytes(content)
