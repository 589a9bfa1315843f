"""An erasure in the RCU's own tables: whom, until when, and the signed certificate.

An order to erase stands for some weeks (:mod:`rcu.store.standing`).  As long it is done
again whenever a till has proved it: what had waited there came up before the proof.  What
a person buys after the request is theirs, and stays.
"""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Final

from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.wire.orders import (
    ERASE,
    PREFER,
    Erasure,
    SubjectIdentity,
    canonical,
)
from rcu.sealing import Sealing
from rcu.seams import Clock
from rcu.signing import RcuKey
from rcu.store.erasures import Erasures, Whom
from rcu.typography import timestamp

log = logging.getLogger(__name__)

CERTIFIED: Final = b"receipt-rcu erasure/1\0"


@dataclass(frozen=True, slots=True)
class Asked:
    """One erasure to do; ``first``: nothing of it was done."""

    request: str
    asked_ms: int
    order: Erasure = field(repr=False)
    first: bool


class Erasing:
    """Does them."""

    def __init__(
        self, erasures: Erasures, sealing: Sealing, key: RcuKey, clock: Clock
    ) -> None:
        self._erasures = erasures
        self._sealing = sealing
        self._key = key
        self._clock = clock
        self._dirty = True  # a run before this one may have been cut off

    async def ask(self, order: Erasure, asked_ms: int) -> None:
        """It is done at the next look.  Its order stands already."""
        request = order.subject_request_id
        await self._erasures.ask(request, f"{ERASE} {request}", asked_ms)

    async def due(self, *, all_that_stand: bool = False) -> list[Asked]:
        """What is to be done now."""
        found: list[Asked] = []
        for one in await self._erasures.due(all_that_stand=all_that_stand):
            data = self._sealing.open(ERASE, one.data)
            if data is None:
                log.error(
                    "an erasure is sealed under another rcu.pem; ask it again",
                    extra={"request": one.request},
                )
                continue
            order = Erasure.model_validate(data)
            found.append(Asked(one.request, one.asked_ms, order, one.first))
        return found

    async def do(self, asked: Asked) -> int:
        """Erase, and certify it.  How much was found."""
        identities = asked.order.subject_identities
        whom = [each for one in identities if (each := self._whom(one))]
        found = await self._erasures.erase(asked.request, whom, asked.asked_ms)
        certificate = ""
        if found or asked.first:
            self._dirty = True
            certificate = await self._certificate(asked, len(identities) - len(whom))
            log.info(
                "a person is erased", extra={"request": asked.request, "found": found}
            )
        now_ms = self._clock.now_ms()
        await self._erasures.certify(asked.request, certificate, now_ms)
        await self.clean()
        return found

    async def clean(self) -> None:
        """What was erased is in no file any more; where somebody reads, the next time."""
        if self._dirty:
            self._dirty = not await self._erasures.scrub()

    def about(self, kind: str, identity: SubjectIdentity) -> str:
        """Under what the latest order of that type about that identifier stands."""
        found = contacts.read(identity.identity_type, identity.identity_value)
        key = found.key if isinstance(found, Contact) else identity.identity_value
        hashed = self._sealing.about(identity.identity_type, key)
        return f"{kind} {hashed}"

    def _whom(self, one: SubjectIdentity) -> Whom | None:
        """``None``: named by a till's own key, which nobody has here."""
        if one.identity_format != "raw":
            return None
        # That nobody writes to an address is no secret of its owner: a block stays.
        about = (self.about(PREFER, one),)
        return Whom(one.identity_type, spellings(one), about)

    async def _certificate(self, asked: Asked, unread: int) -> str:
        counted = await self._erasures.counts(asked.request)
        said: dict[str, Any] = {
            "erasure": "1",
            "request": asked.request,
            "asked_at": timestamp(asked.asked_ms),
            "at": timestamp(self._clock.now_ms()),
            "done": dict(counted),
            "kept": ["counts of documents", "hashes of consent records", "objections"],
            "unreadable": unread,
            "kid": self._key.kid,
        }
        signature = self._key.sign(CERTIFIED + canonical(said))
        return json.dumps({**said, "sig": b64encode(signature).decode()})


def spellings(one: SubjectIdentity) -> frozenset[str]:
    """As the order has it, as it is sent, as it is compared."""
    found = contacts.read(one.identity_type, one.identity_value)
    own = {one.identity_value}
    both = {found.key, found.value} if isinstance(found, Contact) else set()
    return frozenset(own | both)
