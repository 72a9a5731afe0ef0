"""A web server on this machine, for tests of whoever asks one."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


class Host:
    """A web server on this machine that answers as it is told and keeps who asked for what, with which credentials."""

    def __init__(self) -> None:
        self.answers: Callable[[str], Answer] = lambda _path: (200, {"Content-Type": "image/png"}, PNG)
        self.asked: list[tuple[str, str]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                host.asked.append((self.path, self.headers.get("Authorization", "")))
                status, headers, body = host.answers(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # who had enough hung up

            do_GET = do_POST = answer  # noqa: N815  # as the library names them

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
