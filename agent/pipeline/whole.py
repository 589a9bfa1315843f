"""A receipt as a QR of its own: packed by the worker, signed here, drawn by the worker.

The private key never leaves the relay, and what is signed begins with words of ours: a
worker that a stranger's bytes had turned could get no other signature with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from agent.clock import Clock
from agent.errors import ConfigError, WorkerError
from agent.ids import token_bytes
from agent.pipeline.workshop import Packed, Workshop
from agent.store.records import ReceiptRow

log = logging.getLogger(__name__)

CONTEXT: Final = b"tkt1"
"""Before what is signed (docs/decisions/0010-offline-qr.md)."""
GENERAL: Final = 1
"""The dictionary that comes along."""
MAX_DICTIONARY_BYTES: Final = 32_000


class Public(Protocol):
    """See :class:`agent.keyring.index.PublicKey`."""

    @property
    def kid(self) -> str: ...

    @property
    def alg(self) -> str: ...


class Signs(Protocol):
    """See :class:`agent.keyring.ring.Signer`."""

    @property
    def public(self) -> Public: ...

    def sign(self, message: bytes) -> bytes: ...


class Ring(Protocol):
    """See :class:`agent.keyring.ring.Keyring`."""

    def init(self, now: datetime) -> object: ...

    def signer(self, purpose: Literal["qr"], now: datetime) -> Signs: ...


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around a receipt.  ``prefix`` of the address, with its ``#``."""

    prefix: str
    listed: bool = False
    number: int = GENERAL
    dictionary: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Impossible:
    """This receipt gets none: it is a picture, or too long.  ``why`` for the log."""

    why: str


class Whole:
    """A service: it makes ready what would keep the first customer waiting."""

    name = "whole"

    def __init__(
        self, head: Head, pixels: int, workshop: Workshop, ring: Ring, clock: Clock
    ) -> None:
        """``pixels``: of the square on the customer's display."""
        self._head = head
        self._pixels = pixels
        self._workshop = workshop
        self._ring = ring
        self._clock = clock
        self._lacks = False

    @property
    def there(self) -> bool:
        """Whether there is a key to sign with, as far as anybody knows."""
        return not self._lacks

    async def run(self) -> None:
        """Once; then wait."""
        try:
            await asyncio.to_thread(self._ring.init, self._clock.now())
        except (ConfigError, OSError) as error:
            log.critical("no key for receipts in a QR: %s", error)
        try:
            await self._workshop.warm_qr()
        except WorkerError as error:
            log.warning("tables of symbols are not warm", extra={"why": str(error)})
        await asyncio.Event().wait()

    async def on_screen(self, row: ReceiptRow) -> str | Impossible | None:
        """As SVG; ``None``: it could be, but not now (no key, no worker)."""
        made = await self._signed(row, {"pixels": self._pixels})
        if made is None or isinstance(made, Impossible):
            return made
        packed, raw = made
        try:
            return await self._workshop.draw_whole(packed, raw)
        except WorkerError as error:
            log.warning("no whole receipt was drawn", extra={"why": str(error)})
            return None

    async def on_paper(self, row: ReceiptRow) -> Mapping[str, Any] | Impossible | None:
        """As the field of a slip, for the width of this printer's paper."""
        made = await self._signed(row, {"profile": self._workshop.profile})
        if made is None or isinstance(made, Impossible):
            return made
        packed, raw = made
        return {"prefix": packed.prefix, "raw": raw.hex(), "fit": packed.fit}

    async def _signed(
        self, row: ReceiptRow, target: Mapping[str, Any]
    ) -> tuple[Packed, bytes] | Impossible | None:
        try:
            signer = await asyncio.to_thread(self._ring.signer, "qr", self._clock.now())
        except (ConfigError, OSError) as error:
            if not self._lacks:
                log.critical("no receipt is put into a QR: %s", error)
            self._lacks = True
            return None
        self._lacks = False
        head, public = self._head, signer.public
        params = {
            "prefix": head.prefix,
            "kid": public.kid,
            "alg": public.alg,
            "number": head.number,
            "listed": head.listed,
            "target": target,
            "token": token_bytes(row.token).hex(),
        }
        try:
            packed = await self._workshop.pack(params, row.body, head.dictionary)
        except WorkerError as error:
            log.warning("no whole receipt was packed", extra={"why": str(error)})
            return None
        if isinstance(packed, str):
            fields = {"receipt": str(row.id), "why": packed}
            log.info("a receipt gets no QR of its own", extra=fields)
            return Impossible(packed)
        signature = await asyncio.to_thread(signer.sign, CONTEXT + packed.told)
        return packed, packed.told + signature


def head(prefix: str, dictionary: Path | None = None, *, listed: bool = False) -> Head:
    """With the retailer's dictionary, ``16.bin`` to ``255.bin``; or without one.

    Raises:
        ConfigError: no such file, or no dictionary.
    """
    if dictionary is None:
        return Head(prefix, listed)
    try:
        content = dictionary.read_bytes()
    except OSError as error:
        raise ConfigError(f"qr.dictionary: {dictionary}: {error.strerror}") from error
    number = int(dictionary.stem) if dictionary.stem.isdecimal() else 0
    if not 16 <= number <= 255 or not 0 < len(content) <= MAX_DICTIONARY_BYTES:
        raise ConfigError(
            f"qr.dictionary: {dictionary}: no dictionary; name the N.bin that "
            "receipt-agent dictionary train has made"
        )
    return Head(prefix, listed, number, content)
