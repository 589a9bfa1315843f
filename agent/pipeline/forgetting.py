"""Forgets a person: orders that a command left are done while the agent runs.

An order holds a reference and no name.  What still has to be printed, or has not reached
the RCU, stays until it has: the order lies there and is repeated.  Each time a signed
statement of what was destroyed is kept, in numbers: by it the ledger of consents stays
whole (``consent verify``).
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from agent.clock import Clock
from agent.consent.erasures import to_sign
from agent.errors import ConfigError, StoreError
from agent.keyring import safe
from agent.store.people import SUBJECT_BYTES, Forget, Traces

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
MAX_ORDER_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class ForgetOrder:
    """Whom, by reference; ``number`` names the order."""

    number: str
    subject: bytes

    def written(self) -> bytes:
        return json.dumps(
            {"order": self.number, "subject": self.subject.hex()}
        ).encode()


def read(content: bytes) -> ForgetOrder | None:
    """The order in a file; ``None``: it is none."""
    try:
        said = json.loads(content)
        order = ForgetOrder(str(said["order"]), bytes.fromhex(said["subject"]))
    except (ValueError, KeyError, TypeError):
        return None
    return order if len(order.subject) == SUBJECT_BYTES else None


class Shelf(Protocol):
    """The part of the store that forgetting needs."""

    async def traces(self, subject: bytes) -> Traces: ...

    async def forget(self, change: Forget) -> None: ...


class Signs(Protocol):
    """A key at work."""

    @property
    def kid(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Ring(Protocol):
    """The keys; blocking."""

    def signer(self, purpose: Literal["consent"], now: datetime) -> Signs: ...


class Forgetting:
    """Looks for orders.  A service."""

    name = "forgetting"

    def __init__(
        self, folder: Path, shelf: Shelf, ring: Ring, source: str, clock: Clock
    ) -> None:
        self._folder = folder
        self._shelf = shelf
        self._ring = ring
        self._source = source
        self._clock = clock
        self.told: Callable[[ForgetOrder], Awaitable[None]] | None = None
        """Whom an order is reported to that took more than one look.  It may come again."""

    async def run(self) -> None:
        """Look, do, wait, again."""
        while True:
            try:
                await self.take_up()
            except StoreError:
                log.exception("who is to be forgotten waits for the store")
            await self._clock.sleep(LOOK_S)

    async def take_up(self) -> int:
        """Do what was ordered; how many are done.

        Raises:
            StoreError: not done; the order stays.
        """
        done = 0
        for path in await asyncio.to_thread(_orders, self._folder):
            order = await asyncio.to_thread(_read, path)
            if order is None:
                log.error("a file orders nothing", extra={"file": path.name})
                path.rename(path.with_suffix(".bad"))
                continue
            left = await self.do(order)
            if not left.waiting:
                if self.told is not None:
                    await self.told(order)
                path.unlink()
                done += 1
        return done

    async def waiting(self, beginning: str) -> int:
        """How many orders whose number begins so lie here."""
        found = await asyncio.to_thread(_orders, self._folder)
        return sum(path.name.startswith(beginning) for path in found)

    async def leave(self, order: ForgetOrder) -> None:
        """What waits of it is done later, and whoever ordered it is told then.

        Raises:
            ConfigError: it cannot be written down.
        """

        def write() -> None:
            safe.make_folder(self._folder)
            name = f"{order.number}-{order.subject.hex()[-16:]}.json"
            safe.replace(self._folder / name, order.written())

        await asyncio.to_thread(write)

    async def do(self, order: ForgetOrder) -> Traces:
        """Destroy what may be destroyed.  What was found.

        Raises:
            StoreError: nothing is destroyed.
        """
        found = await self._shelf.traces(order.subject)
        if found.empty or (found.waiting and not found.may_go):
            return found
        statement = await self._statement(order, found)
        await self._shelf.forget(Forget(order.subject, found, statement))
        log.info("a person is forgotten", extra=found.numbers)
        if found.exports_unread:
            log.critical(
                "exports of unsent entries cannot be read, the person may be in them: put "
                "their key back and forget again, or destroy them",
                extra={"files": list(found.exports_unread)},
            )
        return found

    async def _statement(self, order: ForgetOrder, found: Traces) -> str:
        said: dict[str, Any] = {
            "erasure": "1",
            "till": self._source,
            "order": order.number,
            "at": f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}",
            **found.numbers,
        }
        try:
            now = self._clock.now()
            signer = await asyncio.to_thread(self._ring.signer, "consent", now)
        except (ConfigError, OSError) as error:
            log.critical("an erasure is not signed: %s", error)
            return json.dumps(said)
        said["kid"] = signer.kid
        signature = signer.sign(to_sign(said))
        said["sig"] = urlsafe_b64encode(signature).decode().rstrip("=")
        return json.dumps(said)


def _orders(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("*.json"))


def _read(path: Path) -> ForgetOrder | None:
    with path.open("rb") as file:
        return read(file.read(MAX_ORDER_BYTES))
