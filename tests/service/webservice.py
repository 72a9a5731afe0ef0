"""A web service on this machine that answers as it is told: properly, late, drop by drop, or too much."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Work = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request, to be answered."""

    body: bytes = b""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        service: Service = self.server.service  # type: ignore[attr-defined]
        service.asked.append(self)
        work = service.works.pop(0) if service.works else says({"left": 3})
        try:
            work(self)
        except OSError:
            self.close_connection = True  # who had enough hung up

    def do_GET(self) -> None:
        self.do_POST()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Patient(ThreadingHTTPServer):
    """Lets many wait at its door."""

    request_queue_size = 64


class Service:
    """A web service on this machine that answers as it is told, one piece of work for each request, and keeps what it was asked."""

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.asked: list[Asked] = []
        self.server = Patient(("127.0.0.1", 0), Asked)
        self.server.daemon_threads = True
        self.server.service = self  # type: ignore[attr-defined]
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def keys(self) -> list[str]:
        return [asked.headers["Idempotency-Key"] for asked in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def says(answer: object, status: int = 200) -> Work:
    return lambda asked: asked.answer(status, json.dumps(answer).encode())


def hangs(asked: Asked) -> None:
    time.sleep(1.5)
    asked.close_connection = True


def drips(asked: Asked) -> None:
    """A byte now and then: no single wait is long."""
    asked.send_response(200)
    asked.end_headers()
    for _ in range(40):
        asked.wfile.write(b" ")
        time.sleep(0.1)


def drips_headers(asked: Asked) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(40):
        asked.wfile.write(b"X-%d: 1\r\n" % n)
        time.sleep(0.1)


def unpacks_to_much(asked: Asked) -> None:
    asked.answer(200, gzip.compress(b"[" + b"0," * 5_000_000 + b"0]"), Content_Encoding="gzip")
