"""Short addresses on our own domain: made for a text, opened by whoever got it. The way out is what was stored, never what is asked for.

Telephones and mail gateways look at links on their own, for a preview or for safety. Those visits are told apart by what they
say of themselves (the words below are what such programs send, collected on 2026-11-22), and by HEAD; they get the same
answer, and count as previews. One that poses as a browser counts as a person: an opened link is a sign, no proof.
"""

import re

from flask import Blueprint, Response, current_app, request

from bot import counters
from bot.addresses import LENGTH
from bot.process import Process
from flows.events import Happened
from models import interaction, link

links = Blueprint("links", __name__, url_prefix="/l")

_MACHINES = re.compile(
    r"bot\b|crawl|spider|preview|facebookexternalhit|whatsapp|telegram|slack|discord|skype|viber|linkedin|twitter|embed|fetch|scan|monitor"
    r"|curl|wget|python|java/|go-http|okhttp|headless|google-safety|proofpoint|mimecast|barracuda|virustotal|applebot|messages/|linkpresentation",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"}


@links.get("/<token>")
def open_link(token: str) -> Response:
    """On to where the link leads; the visit is counted. 404 for what is no link of ours."""
    process: Process = current_app.extensions["parley"]
    if not _TOKEN.fullmatch(token):
        return _nowhere()
    now, preview = process.now(), is_preview(request.method, request.headers.get("User-Agent", ""), request.headers.get("Purpose", ""))
    with process.store.read() as db:
        row = link.by_token(db, token)
    if row is None:
        return _nowhere()
    with process.store.write() as db:
        link.count(db, token, now, preview=preview)
        if not preview:
            spot = {"flow": row.flow, "revision": row.revision, "step": row.step, "message_key": row.message_key}
            interaction.add(db, [interaction.values(Happened.CLICKED.value, row.contact_id, now, test=row.test, **spot)])
    counters.LINKS.labels("preview" if preview else "person").inc()
    return Response("", 302, {**HEADERS, "Location": row.target})


def is_preview(method: str, agent: str, purpose: str) -> bool:
    """Whether a visit is a machine's own, as far as it says so itself."""
    return method == "HEAD" or not agent or "prefetch" in purpose.lower() or _MACHINES.search(agent) is not None


def _nowhere() -> Response:
    return Response("This link leads nowhere.\n", 404, HEADERS, mimetype="text/plain")
