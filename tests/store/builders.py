"""Records for the tests of the cellar, made from a number each."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from uuid import UUID

from agent.clock import Clock, SystemClock
from agent.ids import EntryId, JobId, PageToken, ReceiptId, page_token, uuid7
from agent.keyring import safe
from agent.keyring.store_key import kid_of
from agent.store.data_keys import KeyEncryptionKey
from agent.store.records import Entry, Job, JobState, Parcel, ReceiptRow
from agent.store.seal import Sealing
from agent.store.settings import StoreSettings
from agent.store.store import Store
from agent.store.vault import Vault

AT_MS = 1_767_344_400_000
_SECRET = bytes(range(32))
KEK = KeyEncryptionKey(kid_of(_SECRET), _SECRET)
VAULT = Vault((KEK,))
BODY = b'{"total":1234,"label":"Caf\xc3\xa9 noir"}'


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    clock: Clock | None = None,
    settings: StoreSettings | None = None,
    sealer: Sealing = VAULT,
) -> AsyncGenerator[Store]:
    async with Store.open(
        folder / "agent.db",
        sealer=sealer,
        clock=clock or SystemClock(),
        settings=settings or StoreSettings(),
    ) as store:
        yield store


def leave_key(folder: Path) -> None:
    """What ``opened`` encrypts with, where commands look for it."""
    safe.make_folder(folder / "keys")
    safe.replace(folder / "keys" / "store.key", KEK.secret)


def _uuid(kind: int, number: int) -> UUID:
    return uuid7(AT_MS + number, bytes([kind]) + number.to_bytes(9, "big"))


def job_id(number: int) -> JobId:
    return JobId(_uuid(1, number))


def receipt_id(number: int) -> ReceiptId:
    return ReceiptId(_uuid(2, number))


def token(number: int) -> PageToken:
    return page_token(number.to_bytes(16, "big"))


def a_job(number: int, state: JobState = JobState.ACCEPTED) -> Job:
    return Job(
        job_id(number), "raw_tcp", AT_MS + number, "cut", "document", state=state
    )


def an_entry(number: int, body: bytes = BODY) -> Entry:
    return Entry(
        EntryId(_uuid(3, number)),
        "receipt.issued.v1",
        AT_MS + number,
        receipt_id(number),
        body,
    )


def a_receipt(number: int) -> ReceiptRow:
    return ReceiptRow(
        id=receipt_id(number),
        job=job_id(number),
        token=token(number),
        at_ms=AT_MS + number,
        rule="R10",
        on_silence="none",
        body=BODY,
        strip_html="<pre>Café noir 12,34</pre>".encode(),
    )


def a_parcel(number: int, next_ms: int = 0) -> Parcel:
    return Parcel(
        "email", receipt_id(number), "anna@example.org", "fr", next_ms=next_ms
    )


def raw_of(number: int) -> bytes:
    """A job's bytes, different for each number, of the size of a receipt."""
    return b"\x1b@Ticket %d\n" % number + Random(number).randbytes(600) + b"\x1dV\x00"
