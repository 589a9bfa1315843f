"""Every answer that is not a 200, as a table of RFC 9457 problems.

The ``type`` is a URN of ours: it identifies, nobody has to fetch it.  What a
till does about each status is WIRE 2.1.  A problem never repeats the payload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from agent.wire.events import Problem

URN: Final = "urn:receipt-agent:problem:"
PROBLEM_TYPE: Final = "application/problem+json"
RETRY_IN_FLIGHT_S: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of problem.  ``status`` is ``None`` for one event of a batch."""

    status: int | None
    title: str
    headers: tuple[tuple[str, str], ...] = ()


PROBLEMS: Final[dict[str, Row]] = {
    # of a request
    "unauthorised": Row(
        401,
        "No till is enrolled under this bearer token",
        (("WWW-Authenticate", 'Bearer realm="receipt-rcu"'),),
    ),
    "unsigned": Row(
        401,
        "This server admits tills by their signature (receipt-agent enrol)",
        (("WWW-Authenticate", 'Signature realm="receipt-rcu"'),),
    ),
    "signature": Row(401, "The signature does not cover or fit this request"),
    "clock": Row(401, "The signature is of another time; the answer's has ours"),
    "enrolment": Row(403, "No such code, or it is over, used, or another till's"),
    "enrolment-shape": Row(400, "The content is no announcement of a till's keys"),
    "too-often": Row(429, "Too many tries from one address", (("Retry-After", "60"),)),
    "media-type": Row(
        415,
        "Send application/cloudevents-batch+json, as it is or with gzip",
        (("Accept-Encoding", "gzip"),),
    ),
    "idempotency-key-missing": Row(400, "The Idempotency-Key header is missing"),
    "idempotency-key": Row(400, "The Idempotency-Key is not 1 to 128 characters"),
    "digest": Row(400, "Content-Digest does not match the content"),
    "encoding": Row(400, "The content is not one whole gzip stream"),
    "batch": Row(400, "The content is not a JSON array of CloudEvents"),
    "timeout": Row(408, "The content did not arrive in time"),
    "in-flight": Row(
        409,
        "A request with this Idempotency-Key is being processed",
        (("Retry-After", str(RETRY_IN_FLIGHT_S)),),
    ),
    "out-of-turn": Row(
        409,
        "The batch before has not come",
        (("Retry-After", str(RETRY_IN_FLIGHT_S)),),
    ),
    "turn": Row(400, "Batch-After is no number of 12 digits"),
    "too-large": Row(413, "The batch is larger than 1 MiB inflated or 500 events"),
    "key-reused": Row(422, "This Idempotency-Key was used with another payload"),
    "unavailable": Row(503, "The store does not answer", (("Retry-After", "5"),)),
    "another-edge": Row(403, "This token speaks for another till"),
    "feed-question": Row(400, "after is no cursor, or limit or wait is no number"),
    # of one event
    "source": Row(None, "The source is not the till that this token speaks for"),
    "sequence": Row(None, "The sequence is not a positive decimal number"),
    "event-size": Row(None, "The event is larger than 64 KiB"),
    "schema": Row(None, "The event is not of its type's shape"),
    "proof": Row(None, "Not signed by the till's key"),
    "id-conflict": Row(None, "Another event has this id"),
    "sequence-conflict": Row(None, "Another event of this till has this sequence"),
    "receipt-conflict": Row(None, "This receipt or page token was issued before"),
}


def problem(name: str, detail: str = "", pointer: str | None = None) -> Problem:
    """A row of the table as a document."""
    row = PROBLEMS[name]
    return Problem(
        type=URN + name,
        title=row.title,
        status=row.status,
        detail=detail,
        pointer=pointer,
    )


def refuse(name: str, detail: str = "", pointer: str | None = None) -> Response:
    """A row of the table as a response."""
    row = PROBLEMS[name]
    return Response(
        problem(name, detail, pointer).model_dump_json(exclude_none=True),
        status_code=row.status or 400,
        headers=dict(row.headers),
        media_type=PROBLEM_TYPE,
    )
