"""``consent/1``: the record of one decision, as it is kept, signed and sent.

The fields are those that ISO/IEC TS 27560:2023 wants of a consent record, under short
names (docs/consent.md has the table).  No contact is in it: ``subject`` is the contact's
keyed hash.

Canonical JSON, of which hash and signature are taken: UTF-8, keys in order, no blanks,
whole numbers only, strings escaped as RFC 8259 must and no more.  For these records
that is RFC 8785 (JCS), since every key is ASCII and no number has a fraction.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from agent.wire.model import Part

Purpose = Literal[
    "receipt_delivery",
    "receipt_archive_account",
    "loyalty_attach",
    "marketing_email",
    "marketing_sms",
    "satisfaction_survey",
    "profiling_360",
    "share_third_party",
]
Channel = Literal["email", "sms", "account"]
Decision = Literal["given", "refused", "withdrawn", "objected"]
Method = Literal[
    "customer_screen", "own_phone", "cashier_oral", "stored_pref", "account"
]
Basis = Literal["consent", "legit_interest", "contract", "soft_optin"]
Trust = Literal["synchronised", "unknown", "went_back"]
Identifier = Literal["email", "phone", "loyalty"]

NO_RECEIPT: Final = "-"
"""For a decision that is about no receipt in particular."""

NO_NOTICE: Final = "none"
"""For a no to what the shop has no sentence for."""

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", max_length=24)
]
"""UTC to the millisecond, RFC 3339."""
Name = Annotated[str, Field(max_length=200)]


class Controller(Part):
    """Who answers for the data (GDPR, art. 4, 7), and how they are reached."""

    name: Name
    siren: Annotated[str, Field(pattern=r"^([0-9]{9})?$")] = ""
    contact: Name = ""
    policy_url: Name = ""


class Notice(Part):
    """Which sentence was shown: the hash is of its text, in UTF-8, as shown."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[str, Field(min_length=1, max_length=32)]
    lang: Literal["fr", "en", "es", "de", "ar"]
    sha256: Hash


class ConsentRecord(Part):
    """One decision on one purpose and one channel.

    ``seq`` counts from 1 in the till's chain; ``prev`` is the SHA-256 of the record
    before, as it is kept; ``sig`` is Ed25519 over the canonical JSON without ``sig``, in
    base64url, by the key ``kid``.  Both are empty where the till had no key.
    """

    version: Literal["consent/1"] = "consent/1"
    consent_id: Annotated[str, Field(min_length=36, max_length=36)]
    seq: Annotated[int, Field(ge=1, le=2**53)]
    subject: Annotated[str, Field(pattern=r"^hmac-sha256:[0-9a-f]{16}:[0-9a-f]{32}$")]
    identifier: Identifier
    controller: Controller
    tenant: Name
    store: Name
    till: Name
    operator: Name = ""
    purpose: Purpose
    channel: Channel
    basis: Basis
    decision: Decision
    method: Method
    notice: Notice | None = Field(
        description="null where nothing was shown: to say no needs no notice "
        "(GDPR, art. 21)"
    )
    shown_at: Moment
    decided_at: Moment
    mono_ms: Annotated[int, Field(ge=0, le=2**53)]
    clock: Trust
    receipt: Annotated[str, Field(min_length=1, max_length=128)] = NO_RECEIPT
    expires_at: Moment
    evidence: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    prev: Hash
    kid: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")] = ""
    sig: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]{86})?$")] = ""

    @property
    def sentence(self) -> str:
        """Which one was shown, in a word or three."""
        said = self.notice
        return f"{said.id} {said.version} {said.lang}" if said else NO_NOTICE

    @model_validator(mode="after")
    def _given_under_a_sentence(self) -> Self:
        if self.notice is None and self.decision == "given":
            raise ValueError("given: under which sentence?")
        return self

    @model_validator(mode="after")
    def _oral_is_for_delivery(self) -> Self:
        """What nobody can prove gives nothing but the delivery (DOMAIN G03)."""
        check_oral(self.purpose, self.decision, self.method)
        return self

    def to_sign(self) -> bytes:
        """The canonical JSON without the signature."""
        return canonical(self.model_dump(exclude={"sig"}))

    def kept(self) -> bytes:
        """The canonical JSON with it: what is stored, hashed and sent."""
        return canonical(self.model_dump())


def check_oral(purpose: Purpose, decision: Decision, method: Method) -> None:
    """Raise ``ValueError`` for what was given by word of mouth and cannot be."""
    oral = method == "cashier_oral" and decision == "given"
    if oral and purpose != "receipt_delivery":
        raise ValueError("said to a cashier: gives receipt_delivery only")


def canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785 for what has ASCII keys and whole numbers.

    Raises:
        UnicodeEncodeError: half a character (a lone surrogate) in a text.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(kept: bytes) -> str:
    """The SHA-256 of a record as it is kept, in hex: what the next one calls ``prev``."""
    return sha256(kept).hexdigest()
