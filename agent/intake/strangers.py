"""Who speaks HTTP to a printer port is no POS.

A web page can have the till's browser send a request to any port of this machine; a
printer prints it, with whatever the page wrote.  The first line of such a request is
unlike anything that a POS sends: what begins with it is dropped, not printed.  A
receipt that begins with the word POST is printed.

RFC 9112, 3: ``method SP request-target SP HTTP-version``; a target that is longer than
anybody waits for is one as well.  A TLS greeting (RFC 8446, 5.1)
is dropped as well.
"""

from __future__ import annotations

import logging
import re
from typing import Final

from agent.intake.limits import FIRST_LINE_BYTES, FIRST_LINE_S
from agent.intake.ports import Line

log = logging.getLogger(__name__)

METHODS: Final = (
    *(b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS"),
    *(b"TRACE", b"PATCH", b"PRI"),
)
VERSIONS: Final = tuple(
    name + end
    for name in (b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0", b"RTSP/1.0", b"SIP/2.0")
    for end in (b"\r\n", b"\n")
)
_TARGET: Final = re.compile(rb"[!-~]*")
_FORMS: Final = (b"/", b"*", b"http://", b"https://")
"""How what a browser asks for begins (RFC 9112, 3.2)."""
_HELLO: Final = (b"\x16\x03\x00", b"\x16\x03\x01", b"\x16\x03\x02", b"\x16\x03\x03")


def is_request(head: bytes) -> bool | None:
    """Whether a stream that begins so is none for a printer; ``None``: not clear yet."""
    if not head:
        return None
    head = head[:FIRST_LINE_BYTES]
    if any(begins(head, hello) for hello in _HELLO):
        return None if len(head) < len(_HELLO[0]) else True
    return _is_request_line(head)


def _is_request_line(head: bytes) -> bool | None:
    method, *rest = head.split(b" ", 2)
    if not rest:
        return None if any(word.startswith(method) for word in METHODS) else False
    target, version = rest[0], b"".join(rest[1:])
    plain = _TARGET.fullmatch(target)
    if method not in METHODS or not plain or (len(rest) > 1 and not target):
        return False
    if version.startswith(VERSIONS):
        return True
    if not any(each.startswith(version) for each in VERSIONS):
        return False
    # No receipt has a line of so many letters without a space behind such a word.
    return target.startswith(_FORMS) if len(head) == FIRST_LINE_BYTES else None


def begins(head: bytes, word: bytes) -> bool:
    """Whether one is the beginning of the other."""
    return head[: len(word)] == word[: len(head)]


class Wary:
    """A line of a network that is read once its first words are known to be a POS's."""

    def __init__(self, line: Line, door: str) -> None:
        self._line = line
        self._door = door
        self._known = False
        self.refused = False
        """It was a request of the web."""

    @property
    def broken(self) -> bool:
        return self._line.broken

    @property
    def source(self) -> str:
        return self._line.source

    async def read(self, patience_s: float) -> bytes | None:
        """As the line; the hang-up of who is none."""
        if self.refused:
            return b""
        if self._known:
            return await self._line.read(patience_s)
        return await self._first_words(patience_s)

    async def _first_words(self, patience_s: float) -> bytes | None:
        head, data = b"", await self._line.read(patience_s)
        while data:
            head += data
            verdict = is_request(head)
            if verdict:
                self.refused = True
                fields = {"door": self._door, "bytes": len(head)}
                log.warning("a request of the web came to a printer port", extra=fields)
                return b""
            if verdict is False:
                break
            data = await self._line.read(FIRST_LINE_S)
        self._known = bool(head)
        return head or data

    def ready(self) -> bytes:
        return self._line.ready() if self._known else b""

    def write(self, data: bytes) -> None:
        self._line.write(data)
