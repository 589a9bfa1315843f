"""A mailbox by IMAP4rev1 (RFC 3501), as much of it as a reader of bounces asks."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "bounces", "s3cret word"


@dataclass
class Box:
    """Messages by number; which are read, and where they went."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    moved: dict[int, str] = field(default_factory=dict)
    port: int = 0
    fails_at: str = ""
    """Answers NO to that command."""

    def put(self, raw: bytes) -> None:
        self.messages[len(self.messages) + 1] = raw


class _Session(socketserver.StreamRequestHandler):
    @property
    def box(self) -> Box:
        return self.server.box  # type: ignore[attr-defined,no-any-return]

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split(" ")
            verb = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
            said = self._answer(verb, rest)
            fine = said is not None and verb != self.box.fails_at
            for each in said or [] if fine else []:
                self.wfile.write(each + b"\r\n")
            self.wfile.write(f"{tag} {'OK' if fine else 'NO'} {verb}\r\n".encode())
            if verb == "LOGOUT":
                return

    def _answer(self, verb: str, rest: str) -> list[bytes] | None:
        box, said = self.box, []
        match verb:
            case "CAPABILITY":
                said = [b"* CAPABILITY IMAP4rev1 MOVE"]
            case "LOGIN":
                return [] if rest == f'LOGIN {USER} "{PASSWORD}"' else None
            case "SELECT":
                said = [f"* {len(box.messages)} EXISTS".encode()]
            case "SEARCH":
                new = [uid for uid in box.messages if uid not in box.seen]
                said = [b" ".join([b"* SEARCH", *(b"%d" % uid for uid in new)])]
            case "FETCH":
                said = self._fetch(rest)
            case "STORE":
                box.seen.add(int(rest.split(" ")[2]))
            case "MOVE":
                box.moved[int(rest.split(" ")[2])] = rest.split(" ", 3)[3]
            case _:
                pass
        return said

    def _fetch(self, rest: str) -> list[bytes]:
        uid, most = re.fullmatch(
            r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest
        ).groups()  # type: ignore[union-attr]
        raw = self.box.messages[int(uid)][: int(most)]
        head = f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}".encode()
        return [head + b"\r\n" + raw + b")"]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def mailbox() -> Iterator[Box]:
    """On a loopback port, as long as the block."""
    box = Box()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
