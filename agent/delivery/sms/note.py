"""What a parcel by SMS is on its way from the composer to a channel.

``id`` is the parcel's and the same at every try: a carrier that can tell two requests
from one is told by it.  ``doubts``: how many tries before this one ended without
anybody knowing whether the message left.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from agent import gsm7
from agent.delivery.outcome import Deferred, Outcome, Refused
from agent.delivery.reasons import Reason

MAX_DOUBTS: Final = 2
"""Tries that may each have sent one, where nobody can be asked; then paper."""
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164; the shortest international numbers have seven digits."""


@dataclass(frozen=True, slots=True)
class Note:
    """One message of one segment, in letters of GSM 03.38."""

    id: str
    text: str = field(repr=False)
    doubts: int = 0

    def __bytes__(self) -> bytes:
        said = {"id": self.id, "text": self.text, "doubts": self.doubts}
        return json.dumps(said).encode()

    @property
    def tag(self) -> str:
        """The id in 20 letters, for carriers whose field is short."""
        return sha256(self.id.encode()).hexdigest()[:20]


def read(message: bytes) -> Note:
    """What a composer wrote.

    Raises:
        ValueError: it is no note, or longer than a segment: a bug.
    """
    said = json.loads(message)
    note = Note(said["id"], said["text"], said["doubts"])
    if gsm7.length(note.text) > gsm7.SEGMENT_SEPTETS:
        raise ValueError("longer than one segment")
    return note


def is_number(text: str) -> bool:
    """Whether it is a number in E.164 and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def doubts(detail: str) -> int:
    """How often, by what the parcel's last try left in its ``detail``."""
    head, _, count = detail.partition(":")
    known = head == Reason.SMS_DOUBT and count.isascii() and count.isdigit()
    return int(count) if known else 0


def in_doubt(note: Note, *, can_tell: bool) -> Outcome:
    """It may have left.

    ``can_tell``: the carrier will know it again, by its id, or when it is asked.
    """
    if can_tell:
        return Deferred(f"{Reason.SMS_DOUBT}:{max(note.doubts, 1)}")
    if note.doubts + 1 >= MAX_DOUBTS:
        return Refused(Reason.SMS_DOUBT)
    return Deferred(f"{Reason.SMS_DOUBT}:{note.doubts + 1}")


def remembering(note: Note, outcome: Outcome) -> Outcome:
    """That this try was put off does not settle whether an earlier one left."""
    if not note.doubts or not isinstance(outcome, Deferred):
        return outcome
    if outcome.reason.startswith(Reason.SMS_DOUBT):
        return outcome
    return Deferred(f"{Reason.SMS_DOUBT}:{note.doubts}", outcome.retry_after_s)
