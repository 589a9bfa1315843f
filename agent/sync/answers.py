"""What an answer of the RCU means: the table of WIRE 2.1, as values.

Pure.  A ``200`` counts only with a body of our schema, and signed by the RCU
where its key is known: a captive portal says 200 to everything.  A ``400`` or
``413`` counts only as a problem document of the RCU's about the content: a proxy
in between must not cost an entry.
Whatever the table does not name is a failure that backs off the destination.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from agent.wire.events import BatchAnswer, Problem

M = TypeVar("M", bound=BaseModel)

RETRY_AFTER_MAX_S: Final = 3600.0
"""A peer may ask for an hour of silence, not for a day."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; header names in lower case.

    ``ours``: the RCU signed it, to what we asked; ``None``: no key of its is known.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    ours: bool | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer: ``reason`` is a name, never an address or a header."""

    reason: str
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """Every entry is durable there or refused for good.

    ``refused``: CloudEvents id -> what was wrong with it.
    """

    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Poisoned:
    """The batch cannot be read; one of its entries is the cause."""

    problem: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Send fewer at a time.  ``ours``: said by the RCU, not by a proxy."""

    ours: bool


@dataclass(frozen=True, slots=True)
class KeyClash:
    """The key was used with another payload: take a new one."""


@dataclass(frozen=True, slots=True)
class ClockOff:
    """Our clock is not the RCU's; its answer has told us the time."""


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """The RCU does not know this till; a person must act."""

    status: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Not now.  ``smaller``: with fewer entries next time."""

    reason: str
    at_least_s: float = 0.0
    smaller: bool = False


Verdict = Stored | Poisoned | TooLarge | KeyClash | ClockOff | NotAdmitted | Failed

_ON_THE_WAY: Final = frozenset(
    {"digest", "encoding", "idempotency-key", "idempotency-key-missing"}
)
"""Kinds of 400 (the last part of the problem's type) that something between
till and RCU causes, whatever the entries are."""


def judge(reply: Reply | Unreachable) -> Verdict:
    """The verdict on one request.  Never raises."""
    if isinstance(reply, Unreachable):
        return Failed(reply.reason, smaller=reply.timed_out)
    if reply.ours is False:
        return _strangers(reply)
    return _TABLE.get(reply.status, _failed)(reply)


def _strangers(reply: Reply) -> Verdict:
    """Something on the way answered; it can at most ask for less, or for later."""
    if reply.status == 413:
        return TooLarge(ours=False)
    failed = _failed(reply)
    told = f"{failed.reason}, not signed by the RCU (a captive portal or a proxy?)"
    return Failed(told, failed.at_least_s)


def _stored(reply: Reply) -> Verdict:
    answer = _parse(BatchAnswer, reply.body)
    if answer is None:
        return Failed("status 200 without an answer of ours (a captive portal?)")
    refused = {
        item.id: item.problem.model_dump_json(exclude_none=True)
        if item.problem
        else item.status
        for item in answer.items
        if item.status in ("conflict", "rejected")
    }
    return Stored(refused)


def _poisoned(reply: Reply) -> Verdict:
    problem = _parse(Problem, reply.body)
    if problem is None or problem.type.rpartition(":")[2] in _ON_THE_WAY:
        return _failed(reply)
    return Poisoned(problem.model_dump_json(exclude_none=True))


def _too_large(reply: Reply) -> Verdict:
    return TooLarge(ours=_parse(Problem, reply.body) is not None)


def _key_clash(_: Reply) -> Verdict:
    return KeyClash()


def _not_admitted(reply: Reply) -> Verdict:
    problem = _parse(Problem, reply.body)
    if problem is not None and problem.type.endswith(":clock"):
        return ClockOff()
    return NotAdmitted(reply.status)


def _failed(reply: Reply) -> Failed:
    return Failed(f"status {reply.status}", at_least_s=retry_after_s(reply.headers))


_TABLE: Final[Mapping[int, Callable[[Reply], Verdict]]] = {
    200: _stored,
    400: _poisoned,
    401: _not_admitted,
    403: _not_admitted,
    413: _too_large,
    422: _key_clash,
}


def retry_after_s(headers: Mapping[str, str]) -> float:
    """``Retry-After`` (RFC 9110, 10.2.3) as seconds from 0 to an hour.

    The date form is read against the peer's own ``Date``: the till's clock may
    be wrong.  What cannot be read is 0.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), RETRY_AFTER_MAX_S)
    until, now = _date(text), _date(headers.get("date", ""))
    if until is None or now is None:
        return 0.0
    return min(max((until - now).total_seconds(), 0.0), RETRY_AFTER_MAX_S)


def _parse(model: type[M], body: bytes) -> M | None:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        return None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    # "-0000" parses to a naive date, which cannot be compared.
    return moment if moment.tzinfo else None
