"""Chains of made-up decisions, signed by a key of the test's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from agent.consent.acts import Act, Agreed, Declined, Told
from agent.consent.chain import Circumstances, Head, Key, Till, When, signed, write
from agent.consent.checking import Kept, Report, verify
from agent.consent.notices import Notices
from agent.notice_file import load
from agent.wire.consent import ConsentRecord, Controller, digest

NOTICES = load()
CONTROLLER = Controller(
    name="Enseigne SAS",
    siren="732829320",
    contact="dpo@enseigne.example",
    policy_url="https://enseigne.example/donnees",
)
TILL = Till("enseigne", "S0042", "T03", CONTROLLER)
AT = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
ACTS: tuple[Act, ...] = (
    Told("email"),
    Agreed("receipt_delivery", "email", "customer_screen"),
    Agreed("receipt_delivery", "sms", "own_phone"),
    Agreed("receipt_delivery", "account", "stored_pref"),
    Declined("receipt_delivery", "email", "withdrawn", "account"),
    Declined("receipt_delivery", "sms", "objected", "cashier_oral"),
)


@dataclass(frozen=True)
class FakeKey:
    """64 bytes that nobody makes without the secret: SHA-512 with it in front."""

    secret: bytes = b"a"
    revoked: str = ""

    @property
    def kid(self) -> str:
        return hashlib.sha256(self.secret).hexdigest()[:16]

    def sign(self, message: bytes) -> bytes:
        return hashlib.sha512(self.secret + message).digest()

    def verifies(self, message: bytes, signature: bytes) -> bool:
        return signature == self.sign(message)


KEY = FakeKey()


def a_record(
    act: Act = ACTS[1],
    head: Head = TILL.beginning,
    *,
    key: FakeKey | None = KEY,
    till: Till = TILL,
    number: int = 1,
) -> ConsentRecord:
    notice = NOTICES.current(act.purpose, act.channel)
    assert notice is not None
    about = Circumstances(
        f"hmac-sha256:{'ab' * 8}:{number:032x}",
        "phone" if act.channel == "sms" else "email",
        receipt="019b7def-6680-7200-8000-000000000007",
    )
    at = AT + timedelta(seconds=number)
    when = When(at - timedelta(seconds=5), at, 1000 * number, "synchronised")
    plain = write(till, head, str(UUID(int=number)), act, notice, about, when)
    return signed(plain, Key(key.kid, key.sign) if key else None)


def a_row(record: ConsentRecord) -> Kept:
    body = record.kept()
    return Kept(record.seq, digest(body), body)


def a_chain(acts: Sequence[Act], key: FakeKey | None = KEY) -> list[Kept]:
    head, rows = TILL.beginning, []
    for number, act in enumerate(acts, start=1):
        row = a_row(a_record(act, head, key=key, number=number))
        rows.append(row)
        head = Head(row.seq, row.digest)
    return rows


def checked(
    rows: Sequence[Kept],
    *keys: FakeKey,
    notices: Notices = NOTICES,
    kept_since_ms: int = 1,
) -> Report:
    known = {key.kid: key for key in keys or (KEY,)}
    return verify(rows, TILL.beginning, known, notices, kept_since_ms)
