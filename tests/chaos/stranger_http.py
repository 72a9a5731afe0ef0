"""The HTTP side of the other stand-in for Twilio: the four routes of its OpenAPI file for messages, and three of its own.

    .venv/bin/python -m tests.chaos.stranger_http --port 9400 --webhook http://127.0.0.1:8000/webhooks/twilio/sms --odd gzip,list_lag=5

`--odd` names what is unusual or goes wrong (ODD lists it; a share or seconds after `=`); POST /stranger/odd changes it while it runs.
POST /stranger/inbound texts the webhook; GET /stranger/record has all that was accepted.
"""

import argparse
import gzip
import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.chaos.stranger import ODD, Kept, Stranger, parse_odd

AFTER = ("accept_then_500", "accept_then_html", "accept_then_reset", "accept_then_half", "accept_then_hang")
HANG_S = 15.0


class Refusal(Exception):
    """An error as Twilio words it."""

    def __init__(self, status: int, code: int, message: str, **headers: str) -> None:
        self.status, self.headers = status, headers
        self.body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


@contextmanager
def listen(account: str, token: str, *, webhook: str = "", port: int = 0, odd: str = "") -> Iterator[Stranger]:
    """A stand-in that listens until the end."""
    with Stranger(account, token, webhook=webhook, odd=odd) as stranger:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(stranger))
        server.daemon_threads = True
        stranger.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield stranger
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(stranger: Stranger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        wbufsize = 1 << 16  # head and body leave in one piece: in two, each answer waits 40 ms for the client's acknowledgement

        def setup(self) -> None:
            super().setup()
            self.protocol_version = "HTTP/1.0" if "http10" in stranger.odd else "HTTP/1.1"

        def answer(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            try:
                self._say(*_routed(stranger, self, form))
            except Refusal as refusal:
                self._say(refusal.status, refusal.body, refusal.headers)
            except ConnectionAbortedError:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815  # as the library names them

        def _say(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            half = status < 0
            self.send_response(abs(status))
            for name, value in {"Content-Type": "text/html" if isinstance(body, str) else "application/json", **(headers or {})}.items():
                self.send_header(name.replace("_", "-"), value)
            if "gzip" in stranger.odd and "gzip" in self.headers.get("Accept-Encoding", ""):
                data = gzip.compress(data)
                self.send_header("Content-Encoding", "gzip")
            if "chunked" in stranger.odd and self.protocol_version == "HTTP/1.1":
                self.send_header("Transfer-Encoding", "chunked")
                data = b"".join(b"%x\r\n%s\r\n" % (len(data[n : n + 50]), data[n : n + 50]) for n in range(0, len(data), 50)) + b"0\r\n\r\n"
            else:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if "drip" in stranger.odd:
                self._drip(data)
            else:
                self.wfile.write(data[: len(data) // 2] if half else data)
            self.close_connection = self.close_connection or half

        def _drip(self, data: bytes) -> None:
            for byte in data:
                if stranger.off.wait(stranger.odd.get("drip", 0)):
                    self.close_connection = True
                    return
                self.wfile.write(bytes([byte]))
                self.wfile.flush()

        def handle(self) -> None:
            with suppress(ConnectionError):  # a client that was killed, or waits no longer
                super().handle()

        def log_message(self, *_: object) -> None:
            """Nothing: a query holds a phone number."""

    return Handler


def _routed(stranger: Stranger, request: BaseHTTPRequestHandler, form: str) -> tuple[int, object]:
    """Status and body; a negative status: the answer is cut in its middle."""
    parts = urlsplit(request.path)
    query = dict(parse_qsl(parts.query))
    if parts.path.startswith("/stranger/"):
        return 200, _own(stranger, parts.path, form)
    login = b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
    if login != f"{stranger.account}:{stranger.token}":
        raise Refusal(401, 20003, "Authenticate")
    base = f"/2010-04-01/Accounts/{stranger.account}/Messages"
    if "slow" in stranger.odd:
        time.sleep(stranger.odd["slow"])
    if parts.path == f"{base}.json":
        if request.command == "POST":
            return _created(stranger, {name: values[-1] for name, values in parse_qs(form).items()})
        if stranger.chance("list_500"):
            raise Refusal(500, 20500, "Internal Server Error")
        return 200, stranger.page(query)
    found = [one for one in stranger.kept if parts.path == f"{base}/{one.sid}.json"]
    if found:
        return 200, _updated(stranger, found[0], form) if request.command == "POST" else stranger.resource(found[0])
    if parts.path.endswith("/Media.json") and "no_media" not in stranger.odd:
        return 200, {"media_list": [], "next_page_uri": None, "page": 0, "uri": parts.path}
    raise Refusal(404, 20404, f"The requested resource {parts.path} was not found")


def _created(stranger: Stranger, form: Mapping[str, str]) -> tuple[int, object]:
    if stranger.chance("429"):
        raise Refusal(429, 20429, "Too Many Requests", **({"Retry_After": "2"} if stranger.counts["429"] % 2 else {}))
    if stranger.chance("500"):
        raise Refusal(500, 20500, "Internal Server Error")
    if stranger.chance("reset"):
        raise ConnectionAbortedError
    if not form.get("To", "").rpartition(":")[2].startswith("+"):
        raise Refusal(400, 21211, f"Invalid 'To' Phone Number: {form.get('To', '')}")
    if not (form.get("From") or form.get("MessagingServiceSid")):
        raise Refusal(400, 21603, "A 'From' phone number is required.")
    if not (form.get("Body") or form.get("MediaUrl")):
        raise Refusal(400, 21602, "Message body is required.")
    shown = stranger.resource(message := stranger.accept(form))
    shown |= {"status": "accepted" if message.service else "queued", "date_sent": None}  # whatever the carrier did meanwhile
    match next((name for name in AFTER if stranger.chance(name)), ""):
        case "accept_then_500":
            raise Refusal(500, 20500, "Internal Server Error")
        case "accept_then_html":
            return 502, "<html><h1>502 Bad Gateway</h1></html>"
        case "accept_then_reset":
            raise ConnectionAbortedError
        case "accept_then_half":
            return -201, shown
        case "accept_then_hang":
            stranger.off.wait(HANG_S)
        case _:
            pass
    return 201, shown


def _updated(stranger: Stranger, message: Kept, form: str) -> object:
    """A body is taken out, or what has not left is canceled."""
    asked = dict(parse_qsl(form, keep_blank_values=True))
    if asked.get("Body") == "":
        message.body = ""
    elif asked.get("Status") == "canceled" and message.status in ("queued", "accepted"):
        message.status = "canceled"
    else:
        raise Refusal(400, 20001, "Invalid parameter")
    return stranger.resource(message)


def _own(stranger: Stranger, path: str, form: str) -> object:
    match path:
        case "/stranger/odd":
            stranger.odd = parse_odd(form)
            return stranger.odd
        case "/stranger/inbound":
            return stranger.text(**json.loads(form))
        case "/stranger/record":
            return {"messages": [stranger.resource(one) for one in stranger.kept], "counts": stranger.counts}
        case _:
            raise Refusal(404, 20404, path)


def main() -> None:
    listed = "; ".join(f"{name}: {what}" for name, (_, what) in ODD.items())
    parser = argparse.ArgumentParser(description=f"A stand-in for Twilio. What may be odd: {listed}.".replace("%", "%%"))
    parser.add_argument("--port", type=int, default=9400)
    parser.add_argument("--account", default="AC" + "c" * 32)
    parser.add_argument("--token", default="the token of chaos")
    parser.add_argument("--webhook", default="")
    parser.add_argument("--odd", default="")
    given = parser.parse_args()
    with listen(given.account, given.token, webhook=given.webhook, port=given.port, odd=given.odd) as stranger:
        print(f"Listening on {stranger.url}", flush=True)
        stranger.off.wait()


if __name__ == "__main__":
    main()
