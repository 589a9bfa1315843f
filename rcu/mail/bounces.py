"""A message of the return path's mailbox -> what it says of a mail of ours.  Pure.

Standard: multipart/report with message/delivery-status (RFC 3462, 3464, 3798), and ARF
complaints (RFC 5965).  Not standard: what qmail, old Exim and exchange servers write in
words; such a message must come from a mailer, hold an id of ours, and say a code or a
known phrase.  An absence, a challenge and a receipt of reading are answers, not bounces.

Ours are found by the ENVID (RFC 3461, 4.4), else the Message-ID of what is returned: each
is the receipt's id and its copy's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Final, Literal

from rcu.mail_report import Report, State

MAX_TEXT_CHARS: Final = 64_000
"""Of a report, looked at: the rest is the returned message."""
_ID: Final = re.compile(
    r"\b([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
    r"(?:\.([0-9]{1,4}))?(?:\.annulled)?\b"
)
"""``agent.delivery.channels.email.message_id``."""
_MESSAGE_ID: Final = re.compile(
    r"^(?:Message-ID|In-Reply-To|References):\s*(.{1,400})$",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_MAILERS: Final = re.compile(
    r"\b(mailer-daemon|postmaster|mail-daemon|maildaemon|mdaemon|microsoftexchange\w*)@"
    r"|mail delivery (?:sub)?system",
    re.IGNORECASE,
)
_FAILS: Final = re.compile(
    r"user unknown|unknown user|no such user|does not exist|doesn't exist|no mailbox here"
    r"|invalid (?:recipient|address)|recipient (?:address )?rejected|mailbox unavailable"
    r"|address not found|undeliverable|could not be delivered|delivery (?:has )?failed"
    r"|permanent (?:fatal )?error|giving up|n'a pas pu être (?:remis|distribué)"
    r"|adresse introuvable|unzustellbar|no se ha podido entregar",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox|recipient)|does not exist"
    r"|doesn't exist|no mailbox here|address not found|adresse introuvable"
    r"|account (?:is )?(?:disabled|closed|inactive)|unknown recipient|invalid recipient",
    re.IGNORECASE,
)
_WAITS: Final = re.compile(
    r"will (?:be retried|retry|keep trying|continue)|has been delayed|delivery delayed"
    r"|not (?:yet )?been delivered after|message warning|warning only|retardé|verzögert",
    re.IGNORECASE,
)
_HARD: Final = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1|4\.4)")
"""RFC 3463: no such mailbox, system or domain, or a mailbox that is shut.  A full one
(5.2.2) and a policy (5.7.x) say nothing of the address."""


Other = Literal["answer", "good", "unmatched"]
"""An answer of a person or a machine; good news; a bounce of something else."""


def read(raw: bytes) -> Report | Other:
    """What a message says.  Raises nothing, whatever it is."""
    try:
        return _read(message_from_bytes(raw))
    except (RecursionError, ValueError, LookupError):
        return "unmatched"  # parts in parts, made-up charsets


def judged(identifier: str, state: State, status: str, said: str) -> Report | None:
    """What somebody else says of a mail of ours; ``None``: it is not ours."""
    found = _ID.search(identifier)
    return None if found is None else _report(found, state, _status(status, said), said)


def _read(message: Message) -> Report | Other:
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type") or "").lower()
        if kind == "feedback-report":
            return _complaint(message)
        if kind == "disposition-notification":
            return "answer"
        if (status := _part(message, "message/delivery-status")) is not None:
            return _standard(message, status)
    return _in_words(message)


def _standard(message: Message, status: Message) -> Report | Other:
    blocks = [block for block in _blocks(status) if block.keys()]
    said = [each for each in blocks if each["Action"]]
    by_action = {_field(each, "Action").lower(): each for each in reversed(said)}
    state: State
    if "failed" in by_action:
        state, block = "bounced", by_action["failed"]
    elif "delayed" in by_action:
        state, block = "delayed", by_action["delayed"]
    else:
        return "good" if by_action else "unmatched"
    envid = next(
        (
            _field(each, "Original-Envelope-Id")
            for each in blocks
            if each["Original-Envelope-Id"]
        ),
        "",
    )
    found = _ID.search(_unxtext(envid)) or _returned_id(message)
    if found is None:
        return "unmatched"
    diagnostic = _field(block, "Diagnostic-Code")
    code = _status(_field(block, "Status"), diagnostic)
    return _report(found, state, code, diagnostic)


def _complaint(message: Message) -> Report | Other:
    """Somebody pressed « spam »: they want none any more."""
    found = _returned_id(message)
    if found is None:
        return "unmatched"
    return Report(found[1], int(found[2] or 0), "unwanted")


def _in_words(message: Message) -> Report | Other:
    sender = f"{message['From'] or ''} {message['Return-Path'] or ''}"
    automatic = str(message["Auto-Submitted"] or "").lower()
    failed = message["X-Failed-Recipients"]
    if automatic.startswith("auto-replied") or not (failed or _MAILERS.search(sender)):
        return "answer"
    text = "\n".join(_texts(message))[:MAX_TEXT_CHARS]
    found = _returned_id(message)
    if found is None:
        return "unmatched"
    # What is quoted of our own mail may hold any word.
    said = re.split(
        r"^(?:Return-Path|Received|Message-ID|From):",
        text,
        maxsplit=1,
        flags=re.MULTILINE,
    )[0]
    code = _status("", said)
    waits = code.startswith("4") or _WAITS.search(said) is not None
    if not (code or failed or waits or _FAILS.search(said)):
        return "answer"
    return _report(found, "delayed" if waits else "bounced", code, said)


def _report(found: re.Match[str], state: State, code: str, said: str) -> Report:
    vague = code in {"", "5.0.0", "5.1.0", "5.5.0"}
    hard = state == "bounced" and (
        _HARD.fullmatch(code) is not None
        or (vague and _NOBODY.search(said) is not None)
    )
    return Report(found[1], int(found[2] or 0), state, code, hard)


def _status(field: str, said: str) -> str:
    """``5.1.1``; ``5.0.0`` of a bare 550; empty where there is neither.

    Servers often say 5.0.0 in the field, and more in what they quote.
    """
    fields = _STATUS.search(field)
    quoted = _STATUS.search(said)
    best = quoted if fields is None or fields[0] in {"5.0.0", "4.0.0"} else fields
    best = best or fields
    if best is not None:
        return best[0]
    bare = _CODE.search(said)
    return f"{bare[1]}.0.0" if bare else ""


def _returned_id(message: Message) -> re.Match[str] | None:
    """Of the message that is returned, whole or as headers, or quoted in words."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                found = _ID.search(str(inner[0]["Message-ID"] or ""))
                if found is not None:
                    return found
    for text in _texts(message):
        for line in _MESSAGE_ID.finditer(text):
            if (found := _ID.search(line[1])) is not None:
                return found
    threads = f"{message['In-Reply-To'] or ''} {message['References'] or ''}"
    return _ID.search(threads)


def _texts(message: Message) -> Iterator[str]:
    """Its parts in words; those of the returned message not."""
    if message.is_multipart() and message.get_content_type() != "message/rfc822":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _texts(part)
        return
    kind = message.get_content_type()
    if kind.startswith("text/") or kind == "message/delivery-status":
        body = message.get_payload(decode=True)
        if isinstance(body, bytes):
            yield body[:MAX_TEXT_CHARS].decode("utf-8", "replace")


def _part(message: Message, kind: str) -> Message | None:
    return next(
        (each for each in message.walk() if each.get_content_type() == kind), None
    )


def _blocks(status: Message) -> list[Message]:
    payload = status.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)]
        if isinstance(payload, list)
        else []
    )


def _field(block: Message, name: str) -> str:
    return " ".join(str(block[name] or "").split())


def _unxtext(text: str) -> str:
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)
