"""Does an event read well?  Sans-IO: parsed JSON in, ``Candidate`` or ``Refusal`` out.

A type that we know must be of its shape.  A type that we do not know is taken
as it is (a till may be newer than its RCU).  What is refused names the place by
a JSON pointer and never repeats what stood there.  Page tokens are replaced by
their hash here, before anything can store or log the event.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import Any, Final

from pydantic import ValidationError

from agent.identity.contacts import email
from agent.wire.closing import CLOSED, DayClosed
from agent.wire.consent import ConsentRecord
from agent.wire.events import (
    MAX_EVENT_BYTES,
    AccountPushed,
    ChoiceAnswered,
    ChoiceMade,
    CloudEvent,
    ConsentRecorded,
    DeliveryStatus,
    IdentityCaptured,
    IdentityRefused,
    PageReserved,
    PhoneInvited,
    Problem,
    ProofSent,
    ReceiptAttached,
    ReceiptIssued,
    ReceiptVoided,
)
from agent.wire.orders import APPLIED, OrderApplied
from rcu.answers import problem
from rcu.records import Candidate, Fact, OfItself, Page, Refusal, Said

MAX_ID_CHARS: Final = 64
MAX_NAME_CHARS: Final = 128
"""Of a type, a receipt id."""
MAX_POINTER_CHARS: Final = 200
MAX_AMOUNT: Final = 2**53
"""What every JSON reader holds exactly (RFC 8259, section 6)."""

TOKEN: Final = re.compile(r"[A-Z2-7]{26}")
"""A page token: 128 bits as base32 without padding."""
_ID: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_ID_CHARS}}}")
_NAME: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_NAME_CHARS}}}")
_SURROGATE: Final = re.compile(rb"\xed[\xa0-\xbf]")
"""What only ``surrogatepass`` writes (RFC 3629, section 3)."""
_SEQUENCE: Final = re.compile(r"[0-9]{1,18}")

_FACTS: Final[dict[str, type[Said]]] = {
    "account.pushed.v1": AccountPushed,
    "page.reserved.v1": PageReserved,
    "receipt.attached.v1": ReceiptAttached,
    "receipt.voided.v1": ReceiptVoided,
    "identity.captured.v1": IdentityCaptured,
    "identity.refused.v1": IdentityRefused,
    "phone.invited.v1": PhoneInvited,
    "proof.sent.v1": ProofSent,
    "choice.answered.v1": ChoiceAnswered,
    "choice.made.v1": ChoiceMade,
    "consent.recorded.v1": ConsentRecorded,
    "delivery.status.v1": DeliveryStatus,
}

_OF_ITSELF: Final[dict[str, type[OfItself]]] = {
    APPLIED: OrderApplied,
    CLOSED: DayClosed,
}


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def event_id(item: Any) -> str | None:
    """The id under which an item can be answered at all, or ``None``."""
    if not isinstance(item, dict):
        return None
    found = item.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def judge(item: dict[str, Any], edge: str) -> Candidate | Refusal:
    """Read one event of the till ``edge``; ``event_id(item)`` is not ``None``."""
    name = str(item["id"])
    canonical = _canonical(item)
    content = hashlib.sha256(canonical).digest()
    # Another till's number says nothing of this till's log.
    sequence = _sequence(item) if item.get("source") == edge else None
    try:
        number = _check_item(item, edge, canonical, sequence)
        event = CloudEvent.model_validate(item)
        _check_envelope(event)
        fact = _of_itself(event) or _fact(event)
    except ValidationError as error:
        return Refusal(name, sequence, content, _schema_problem(error, ""))
    except _RefusedError as refused:
        return Refusal(name, sequence, content, refused.problem)
    return Candidate(
        id=name,
        sequence=number,
        type=event.type,
        time_ms=_unix_ms(event.time),
        content_sha256=content,
        body=_without_token(item, canonical),
        fact=fact,
    )


def token_sha256(token: str) -> str:
    """How a page token is kept: hex of its SHA-256."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def _check_item(
    item: dict[str, Any], edge: str, canonical: bytes, sequence: int | None
) -> int:
    if item.get("source") != edge:
        raise _RefusedError(problem("source", pointer="/source"))
    if sequence is None:
        raise _RefusedError(problem("sequence", pointer="/sequence"))
    if len(canonical) > MAX_EVENT_BYTES:
        raise _RefusedError(problem("event-size"))
    if _SURROGATE.search(canonical):
        # An escape of half a character is JSON, but nothing could show it.
        raise _RefusedError(problem("schema", "a lone surrogate"))
    return sequence


def _check_envelope(event: CloudEvent) -> None:
    if event.time.tzinfo is None:
        raise _RefusedError(problem("schema", "a time needs its offset", "/time"))
    if not _NAME.fullmatch(event.type):
        raise _RefusedError(problem("schema", "printable ASCII, 1 to 128", "/type"))


def _of_itself(event: CloudEvent) -> OfItself | None:
    model = _OF_ITSELF.get(event.type)
    try:
        return model.model_validate(event.data) if model else None
    except ValidationError as error:
        raise _RefusedError(_schema_problem(error, "/data")) from error


def _fact(event: CloudEvent) -> Fact | None:
    try:
        if event.type == "receipt.issued.v1":
            return _page(ReceiptIssued.model_validate(event.data))
        model = _FACTS.get(event.type)
        if model is None:
            return None
        fact = model.model_validate(event.data)
    except ValidationError as error:
        raise _RefusedError(_schema_problem(error, "/data")) from error
    _check_receipt_id(fact.receipt_id)
    _check_other(fact)
    if isinstance(fact, ConsentRecorded) and fact.record:
        _check_record(fact, event.source)
    if isinstance(fact, PhoneInvited | PageReserved):
        _check_moments(fact)
    if isinstance(fact, DeliveryStatus) and abs(fact.copy_number) > MAX_AMOUNT:
        raise _RefusedError(problem("schema", "beyond 2^53", "/data/copy_number"))
    if isinstance(fact, IdentityCaptured) and fact.kind == "email":
        # The till's spelling stays in the event; the projection is found by it.
        return fact.model_copy(update={"value": email(fact.value) or fact.value})
    return fact


def _page(issued: ReceiptIssued) -> Page:
    _check_receipt_id(issued.receipt_id)
    if not TOKEN.fullmatch(issued.token):
        raise _RefusedError(problem("schema", "26 characters A-Z 2-7", "/data/token"))
    if abs(issued.receipt.total or 0) > MAX_AMOUNT:
        raise _RefusedError(problem("schema", "beyond 2^53", "/data/receipt/total"))
    if issued.issued_at.tzinfo is None:
        raise _RefusedError(
            problem("schema", "a time needs its offset", "/data/issued_at")
        )
    return Page(
        receipt_id=issued.receipt_id,
        token_sha256=token_sha256(issued.token),
        issued_ms=_unix_ms(issued.issued_at),
        receipt=issued.receipt,
    )


def _check_record(fact: ConsentRecorded, edge: str) -> None:
    """The proof reads well, is this till's, and says what the event says."""
    try:
        record = ConsentRecord.model_validate_json(fact.record)
    except ValidationError as error:
        raise _RefusedError(_schema_problem(error, "/data/record")) from error
    said = (record.purpose, record.channel, record.decision, record.method)
    same = said == (fact.purpose, fact.channel, fact.decision, fact.method)
    till = f"urn:edge:{record.tenant}:{record.store}:{record.till}"
    named = (record.receipt, till) == (fact.receipt_id, edge)
    if not (same and named and record.kept() == fact.record.encode()):
        raise _RefusedError(
            problem("schema", "the record says something else", "/data/record")
        )


def _check_moments(fact: PhoneInvited | PageReserved) -> None:
    for name in ("paper_until", "code_until", "until"):
        moment = getattr(fact, name, None)
        if moment is not None and moment.tzinfo is None:
            raise _RefusedError(
                problem("schema", "a time needs its offset", f"/data/{name}")
            )


def _check_receipt_id(receipt_id: str, pointer: str = "/data/receipt_id") -> None:
    if not _NAME.fullmatch(receipt_id):
        raise _RefusedError(problem("schema", "printable ASCII, 1 to 128", pointer))


def _check_other(fact: Said) -> None:
    """The other receipt that an event names is another one."""
    match fact:
        case ReceiptAttached(to=other):
            pointer = "/data/to"
        case ReceiptVoided(by=str(other)):
            pointer = "/data/by"
        case _:
            return
    _check_receipt_id(other, pointer)
    if other == fact.receipt_id:
        raise _RefusedError(problem("schema", "a receipt of its own", pointer))


def _sequence(item: dict[str, Any]) -> int | None:
    found = item.get("sequence")
    if not isinstance(found, str) or not _SEQUENCE.fullmatch(found):
        return None
    return int(found) or None  # the first is 1


def _schema_problem(error: ValidationError, prefix: str) -> Problem:
    fault = error.errors(include_url=False, include_context=False, include_input=False)[
        0
    ]
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in fault["loc"])
    pointer = "/".join([prefix, *steps])[:MAX_POINTER_CHARS]
    return problem("schema", str(fault["type"]), pointer)


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _without_token(item: dict[str, Any], canonical: bytes) -> bytes:
    """The canonical JSON with every page token in it replaced by its hash."""
    if b'"token"' not in canonical:
        return canonical
    if item["type"] == "receipt.issued.v1":
        # Its shape was checked: 26 plain characters, wherever they stand.
        token = str(item["data"]["token"])
        hashed = "sha256:" + token_sha256(token)
        return canonical.replace(token.encode("ascii"), hashed.encode("ascii"))
    return _canonical(_without_tokens(item))


def _without_tokens(value: Any) -> Any:
    match value:
        case dict():
            return {
                key: "sha256:" + token_sha256(inner)
                if key == "token" and isinstance(inner, str) and inner.isascii()
                else _without_tokens(inner)
                for key, inner in value.items()
            }
        case list():
            return [_without_tokens(inner) for inner in value]
        case _:
            return value


def _unix_ms(moment: dt.datetime) -> int:
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(
        milliseconds=1
    )
