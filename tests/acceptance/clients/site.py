"""A shop's site on an origin of its own: a page with a client's usual snippet."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def site(page: str, *, module: Path | None = None, **words: str) -> Iterator[str]:
    """Serve a page with words in it replaced; give its origin.

    module: a client's file, which the page imports as /client.mjs.
    """
    text = (Path(__file__).parent / page).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    served = {"/client.mjs": ("text/javascript", module.read_bytes())} if module else {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = served.get(
                self.path, ("text/html; charset=utf-8", text.encode())
            )
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
