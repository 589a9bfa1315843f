"""Where the log goes: the journal, with fields; a pipe, as ``<6>{json}``; a terminal.

Under systemd each record is an entry of the journal with fields of its own
(:mod:`agent.journal`, docs/logs.md).  Elsewhere one line a record on standard error: the
syslog priority (sd-daemon(3)), and one JSON object with level, logger, the fixed sentence
and the fields that the call gave.  On a terminal a plain line instead.  What must never
be logged (receipt text, addresses, tokens) is not given to a logger in the first place.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Final, TextIO

from agent import journal
from agent.errors import StoreAbsentError
from agent.journal import PRIORITIES
from agent.record_fields import own_fields, trace_of


class JournalFormatter(logging.Formatter):
    """For a pipe that leads to journald, or to a collector of lines."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **own_fields(record),
        }
        if record.exc_info:
            entry["trace"] = trace_of(record)
        priority = PRIORITIES.get(record.levelno, 6)
        return f"<{priority}>{json.dumps(entry, ensure_ascii=False, default=str)}"


class TerminalFormatter(logging.Formatter):
    """For a person: time, level, sentence, fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{key}={value}" for key, value in own_fields(record).items())
        when = self.formatTime(record, "%H:%M:%S")
        line = f"{when} {record.levelname.lower():8} {record.getMessage()} {fields}"
        return f"{line.rstrip()}\n{trace_of(record)}".rstrip()


def expected(record: logging.LogRecord) -> bool:
    """What follows from there being no database: an ordinary line without its trace.

    That there is none is said once, as critical and with its remedy; a trace under each
    job would drown it.  The first handler of all lowers it for those behind it too.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, StoreAbsentError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.exc_info, record.exc_text = None, None
        vars(record)["problem"] = "no database"
    return logging.getLogger().isEnabledFor(record.levelno)


QUIET: Final = ("httpx", "httpcore", "aiosqlite", "escpos", "asyncio")
"""Libraries that chatter."""


def set_up(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every logger there.  Libraries that chatter are turned down."""
    lines = logging.StreamHandler(stream)
    lines.setFormatter(TerminalFormatter() if stream.isatty() else JournalFormatter())
    handler: logging.Handler = lines
    if journal.is_ours(stream) and os.path.exists(journal.SOCKET):  # noqa: PTH110 -- a string
        handler = journal.JournalHandler(lines)
    handler.addFilter(expected)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
