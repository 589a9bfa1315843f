"""The messages that operators search for, and every field that a line of the log may have.

``docs/logs.md`` is made from this.  A message is known by its id however its sentence is
worded or translated later (systemd.journal-fields(7), ``MESSAGE_ID``); a field never
holds the text of a receipt, a contact or a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Known(NamedTuple):
    """``id``: 128 bits in hex, made once and never given to another message."""

    id: str
    means: str


MESSAGES: Final[Mapping[str, Known]] = {
    "job accepted": Known("5d1b0f6e2a944c0b8e6f3f0f6a7c2a11", "a job is on the disk"),
    "job understood": Known("8f2a6d0c41b34d53a1b7c6d94e0f5b22", "and what was decided"),
    "sheet printed": Known("0c7e4b1d9a5f4e68b2d3a8f7165c9e33", "the printer has it"),
    "job not understood, printed": Known(
        "b46c9f27e8d14a0795c3e2f18a6d7b44", "rule R00: the worker gave no answer"
    ),
    "a job could not be kept, it is printed": Known(
        "e1975a3c6b2f4d80a94e7c0d53f86b55", "the store refused it: passed through"
    ),
    "printer went away": Known("27d8e6b0f35c4196ab1e9d4c70f28a66", "not to be reached"),
    "printer is back": Known("93b5f1c8d6024e7fa8d03b6e19c47a77", "it answers again"),
    "service fell, it is started again": Known(
        "6a0e3d7b95c84f12b7f6e1a2d84c9088", "a part of the daemon; which, and why"
    ),
    "worker is given up": Known(
        "d29c7f4e1b6a4038958ef0c3a7b51d99", "it overran or died; jobs go on"
    ),
    "the probe does not answer": Known(
        "4f81b6a2c7e04d95a3c8d70e6f1b29aa", "systemd will restart the agent"
    ),
    "no room: every job is printed as it comes": Known(
        "a7e4c0d1385f4b69b1f2e96d5a0c83bb", "the disk is full"
    ),
    "no room: every job is printed as it comes: %s": Known(
        "1c6fb9e8d5a24703a69d3e7f2b8c40cc", "the disk or the quota is nearly full"
    ),
    "there is room again, jobs are taken in": Known(
        "c83d2a7f60e94b1596b8f4d1e7a05cdd", "the end of either"
    ),
    "no database, every job is printed: %s": Known(
        "7b90e5f3a1c64d28b5d7a2c8f46e1bee", "a plain relay; why"
    ),
    "store failed for good": Known(
        "f5a2d8c6b3e74091a8c1e0f97d64b2ff", "the process ends, systemd starts it anew"
    ),
    "a record is damaged": Known("3e9d7c1f5b8a4260a7e4c9d2f01b6811", "it is left out"),
    "the RCU is away": Known("98c4b2e7f1d64a53b0a9d6e3c75f8122", "the log grows"),
    "the RCU is there": Known("b1e60d9a4c7f4835a2f8c3e5d97b6033", "and is sent"),
    "an entry was refused for good": Known(
        "2d7a5f8e0b3c4916a6d1f4b9c8e27544", "the RCU will never take it: call support"
    ),
    "a parcel is given up": Known(
        "ec18f6d3a9b54720b7c5e2a0d4f96855", "nobody took it for two days: a dead letter"
    ),
}
"""By the sentence as the code has it."""

FIELDS: Final[Mapping[str, str]] = {
    "act": "what a key or a code asked for",
    "action": "what the rules decided: print, offer, attach",
    "aside": "the file that was put aside",
    "at": "a time, Unix milliseconds",
    "by": "who asked: customer, cashier, a device's role",
    "bytes": "a size",
    "choice": "none, paper, qr, email, sms, account",
    "code": "kind of a code that was scanned",
    "copy": "0 the original, n the DUPLICATA n",
    "count": "how many",
    "damaged": "how many",
    "day": "a date",
    "days": "how many",
    "device": "id of a paired screen",
    "door": "tcp, star, serial, device, folder, http",
    "engine": "version of the reader of pictures",
    "enrol": "the command that enrols this till",
    "entries": "of the log, how many",
    "entry": "its id",
    "error": "what the system said",
    "event": "type of an event of the feed",
    "evidence": "what ended a job (docs/metrics.md)",
    "fault": "what broke a line to the printer",
    "file": "a path of this machine",
    "files": "names in overdue/ of the state folder",
    "first": "id of the job that came before",
    "folder": "a path of this machine",
    "found": "how many",
    "free_mb": "of the disk",
    "generation": "number of an ordered configuration",
    "hand": "a keypad or a scanner",
    "hours": "how many",
    "how": "how a card came: scanned, typed, printed",
    "id": "of an event or an entry",
    "job": "id of a job",
    "keys": "of the configuration that were ordered",
    "kid": "id of a key",
    "kind": "kind of document",
    "language": "of the reader of pictures",
    "languages": "of the reader of pictures",
    "limit": "a bound that was met",
    "lines": "how many connections are open",
    "listen": "where metrics are served",
    "order": "number of an order",
    "ours": "whether it is a mail of this till",
    "path": "a path of this machine",
    "pid": "of a worker",
    "port": "a TCP port",
    "ports": "TCP ports",
    "printer": "its link, as configured",
    "problem": "what the far side or the system said",
    "purpose": "of a consent",
    "reason": "a code of agent/delivery/reasons.py",
    "receipt": "id of a receipt",
    "record": "which record of the database",
    "records": "how many",
    "refused": "code of a refusal",
    "reserve": "whether the disk's reserve was there",
    "role": "of a paired screen",
    "rows": "how many, by table",
    "rule": "row of the country's pack",
    "seq": "number of an entry of the log",
    "service": "a part of the daemon",
    "shape": "document, tail, control, raw",
    "shut_out": "why an address gets no mail for a time",
    "size_bytes": "of the database",
    "skew_s": "the RCU's clock less ours",
    "slip": "kind of a slip of ours",
    "source": "network address of a POS",
    "sqlite_error": "its name",
    "sqlite_version": "of the library",
    "state": "of a printer, a parcel or a job",
    "status": "of an answer or an order",
    "taken": "how many",
    "taken_back": "how many",
    "version": "of the database",
    "why": "the reason, in words or a code",
    "wish": "id of what a phone asked for",
}
"""Of ``extra=`` in the code; in the journal each is RECEIPT_AGENT_ and its capitals."""
