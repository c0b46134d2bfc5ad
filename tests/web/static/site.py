"""A local HTTP server with the project's static files, the pages of ``fixtures/`` and vectors."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex

from staydown.web.kit.security.headers import headers_for

HERE = Path(__file__).parent
STATIC = HERE.parents[2] / "src/staydown/web/static"
VECTORS = HERE.parents[1] / "vectors/pdq"

#: Where the paths of the site lead; the first prefix that fits counts.
ROOTS = {"/static/": STATIC, "/vectors/": VECTORS, "/": HERE / "fixtures"}

#: Under these paths, in place of "/static/", the worker runs in a browser that is made worse.
WORSE = ("/noisy/", "/slightly-noisy/", "/white/", "/no-canvas/")


@dataclass
class StaticSite:
    """A running site."""

    url: str
    #: Every request: method, path and length of the body.
    requests: list[tuple[str, str, int]]
    #: Files offered for a while, by path.
    offered: dict[str, bytes] = field(default_factory=dict)

    @contextmanager
    def offering(self, data: bytes) -> Iterator[str]:
        """Serve the bytes during the block, at the path that it gets."""
        path = f"/offered/{token_hex(8)}"
        self.offered[path] = data
        try:
            yield path
        finally:
            del self.offered[path]


@cache
def headers() -> dict[str, str]:
    """Return what a site adds to an answer."""
    return dict(headers_for({}))


def content(path: str) -> tuple[bytes, str] | None:
    """Return the bytes and type at a path, None where there is nothing."""
    if path == "/favicon.ico":  # asked for by a page without an icon, such as a plain text
        return b"", "image/x-icon"
    worse = next((prefix for prefix in WORSE if path.startswith(prefix)), None)
    if worse is not None:
        path = path.replace(worse, "/static/", 1)
    prefix, root = next((prefix, root) for prefix, root in ROOTS.items() if path.startswith(prefix))
    file = root / path.removeprefix(prefix)
    if not file.is_file():
        return None
    data = file.read_bytes()
    if worse is not None and file.name == "pdq-worker.js":
        data = (HERE / f"fixtures/worse{worse.rstrip('/')}.js").read_bytes() + data
    kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file)[0]
    return data, kind or "application/octet-stream"


@contextmanager
def static_site() -> Iterator[StaticSite]:
    """Serve on a free port of this machine until the end of the block."""
    site = StaticSite(url="", requests=[])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            offered = site.offered.get(path)
            self.answer(content(path) if offered is None else (offered, "image/x"), 0)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answer((body, "text/plain"), len(body))

        def answer(self, found: tuple[bytes, str] | None, sent: int) -> None:
            site.requests.append((self.command, self.path, sent))
            data, kind = found or (b"", "text/plain")
            if kind == "text/html":  # *Exit this page* leads to another site
                data = data.replace(b"{port}", str(server.server_port).encode())
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers().items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        site.url = f"http://127.0.0.1:{server.server_port}"
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
