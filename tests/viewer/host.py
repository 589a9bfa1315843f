"""A static host, as any is: files of a folder, and nothing that runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

VIEWER = Path(__file__).parents[2] / "rcu" / "viewer"
VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "qr" / "vectors.json").read_text()
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".bin": "application/octet-stream",
}


@dataclass
class Host:
    """``heard`` is every request, method and path as they came."""

    url: str = ""
    heard: list[str] = field(default_factory=list)
    lists: dict[str, bytes] = field(default_factory=dict)
    allows: bool = True

    def page(self, address: str) -> str:
        """Where an address of a symbol leads on this host."""
        return f"{self.url}/r#{address.partition('#')[2]}"

    def file(self, path: str) -> tuple[bytes, str] | None:
        name = path.removeprefix("/r").removeprefix("/") or "index.html"
        if name in self.lists:
            return self.lists[name], TYPES[".json"]
        place = (VIEWER / name).resolve()
        if not place.is_relative_to(VIEWER) or not place.is_file():
            return None
        return place.read_bytes(), TYPES[place.suffix]


def published() -> Mapping[str, bytes]:
    return {
        "keys.json": json.dumps(VECTORS["keys"]).encode(),
        "root.json": json.dumps(VECTORS["root"]).encode(),
    }


@contextmanager
def hosting(**lists: bytes) -> Generator[Host]:
    """Up, with the key list of the vectors."""
    host = Host(lists={**published(), **lists})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.heard.append(f"{self.command} {self.path}")
            found = host.file(self.path) if self.path.startswith("/r") else None
            body, kind = found or (b"", "text/plain")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if host.allows:
                self.send_header("Service-Worker-Allowed", "/")
            self.end_headers()
            # A page that is closed does not wait for its files.
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
