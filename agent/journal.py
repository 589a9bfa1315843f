"""journald's native protocol: a line of the log with its fields, in one datagram.

https://systemd.io/JOURNAL_NATIVE_PROTOCOL: ``KEY=value`` a line; a value of several lines
as ``KEY``, newline, its length as 64 bits little endian, the value, newline.  It never
waits: a journal that does not keep up loses lines, and is told how many.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from agent.messages import MESSAGES
from agent.record_fields import own_fields, trace_of

SOCKET: Final = "/run/systemd/journal/socket"
PREFIX: Final = "RECEIPT_AGENT_"
MAX_VALUE_BYTES: Final = 16 << 10
"""A trace of a deep bug has four; a datagram may have two hundred."""
PRIORITIES: Final = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
_NOT_IN_A_KEY: Final = re.compile(r"[^A-Z0-9_]")
MAX_KEY_CHARS: Final = 64


def encode(fields: Mapping[str, str]) -> bytes:
    """One entry.  Keys are made fit: capitals, digits, no underscore in front."""
    return b"".join(_field(key, value) for key, value in fields.items())


def _field(key: str, value: str) -> bytes:
    name = _NOT_IN_A_KEY.sub("_", key.upper()).lstrip("_0123456789")[:MAX_KEY_CHARS]
    raw = value.encode("utf-8", "replace")[:MAX_VALUE_BYTES]
    if not name:
        return b""
    if b"\n" not in raw:
        return b"%s=%s\n" % (name.encode(), raw)
    return b"%s\n%s%s\n" % (name.encode(), len(raw).to_bytes(8, "little"), raw)


def fields_of(
    record: logging.LogRecord, own: Mapping[str, object], trace: str = ""
) -> Iterator[tuple[str, str]]:
    """``own``: those that the call gave.  A field that is empty is left out."""
    yield "MESSAGE", record.getMessage()
    yield "PRIORITY", str(PRIORITIES.get(record.levelno, 6))
    yield "SYSLOG_IDENTIFIER", "receipt-agent"
    if known := MESSAGES.get(str(record.msg)):
        yield "MESSAGE_ID", known.id
    yield "CODE_FILE", record.pathname
    yield "CODE_LINE", str(record.lineno)
    yield "CODE_FUNC", record.funcName or ""
    yield f"{PREFIX}SENTENCE", str(record.msg)
    yield f"{PREFIX}LOGGER", record.name
    for key, value in own.items():
        if value not in ("", None):
            yield PREFIX + key, str(value)
    if trace:
        yield f"{PREFIX}TRACE", trace


def is_ours(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether that stream leads to the journal (systemd.exec(5), ``JOURNAL_STREAM``)."""
    try:
        there = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"


class JournalHandler(logging.Handler):
    """Sends each record there; what cannot be sent goes to ``otherwise``."""

    def __init__(self, otherwise: logging.Handler, path: str = SOCKET) -> None:
        super().__init__()
        self._otherwise = otherwise
        self._path = path
        self._lost = 0
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.setblocking(False)  # noqa: FBT003 -- socket's own signature

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(record)
        except Exception:  # noqa: BLE001 -- as every handler: no line of the log ends its caller
            self.handleError(record)

    def _send(self, record: logging.LogRecord) -> None:
        said = dict(fields_of(record, own_fields(record), trace_of(record)))
        if self._lost:
            said[f"{PREFIX}LOST"] = str(self._lost)
        try:
            self._line.sendto(encode(said), self._path)
            self._lost = 0
        except BlockingIOError:
            self._lost += 1
        except OSError:
            self._otherwise.handle(record)

    def close(self) -> None:
        """Also closes the socket."""
        self._line.close()
        super().close()
