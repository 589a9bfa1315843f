"""One line a record on standard error, as journald likes it: ``<6>{json}``.

The number is the syslog priority (sd-daemon(3)); the rest is one JSON object:
level, logger, the fixed sentence, and the fields that the call gave.  On a
terminal a plain line instead.  What must never be logged (receipt text,
addresses, tokens) is not given to a logger in the first place.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Final, TextIO

PRIORITIES: Final = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
_STANDARD: Final = frozenset(
    vars(logging.LogRecord("", 0, "", 0, "", None, None)) | {"message": 0, "asctime": 0}
)


class JournalFormatter(logging.Formatter):
    """For journald."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            key: value for key, value in vars(record).items() if key not in _STANDARD
        }
        entry = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        priority = PRIORITIES.get(record.levelno, 6)
        return f"<{priority}>{json.dumps(entry, ensure_ascii=False, default=str)}"


class TerminalFormatter(logging.Formatter):
    """For a person: time, level, sentence, fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(
            f"{key}={value}"
            for key, value in vars(record).items()
            if key not in _STANDARD
        )
        when = self.formatTime(record, "%H:%M:%S")
        line = f"{when} {record.levelname.lower():8} {record.getMessage()} {fields}"
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        return f"{line.rstrip()}\n{trace}".rstrip()


def set_up(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every logger there.  Libraries that chatter are turned down."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TerminalFormatter() if stream.isatty() else JournalFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "aiosqlite", "escpos", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
