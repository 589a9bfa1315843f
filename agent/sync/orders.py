"""What the RCU orders is done, once in effect, and proved.

The proof (``order.applied.v1``) is an entry of the log, signed by the till's transport
key, in one commit with what was done and with the feed's cursor.  Only a forgetting is a
commit of its own before it, and knows by the order's id what it did when it is repeated.
An order that cannot be done is proved too, as failed: the RCU shows it to a person.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from agent.choice.preference import Preference
from agent.errors import ConfigError
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.store import closings
from agent.store.card_holders import Block, KeepHolder
from agent.store.feed import FollowFeed
from agent.store.preferences import KeepPreference
from agent.store.records import Change
from agent.store.store import Store
from agent.sync.configuring import Configuring
from agent.sync.downlink import Take
from agent.sync.proofs import Outcome, Prover
from agent.sync.uplink import Uplink
from agent.wire.feed import Downward
from agent.wire.orders import (
    BLOCK,
    CONFIGURE,
    ERASE,
    PREFER,
    RESEND,
    ConfigUpdated,
    Erasure,
    IdentifierBlocked,
    PreferenceUpdated,
    ResendRequest,
    SubjectIdentity,
)

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)


class Subjects(Protocol):
    """The secret under which contacts are compared."""

    @property
    def kid(self) -> str: ...

    @property
    def secret(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting one contact came to.

    ``left``: something waits (for paper, for the upload); it is done later, and told.
    """

    done: Mapping[str, int]
    left: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What orders are done with.

    ``forget(name, subject)``: the 24 bytes of a contact's reference, under the order's id,
    a dot and which of its contacts; safe to repeat.
    ``subjects``: blocking, raises ``ConfigError``.
    """

    forget: Callable[[str, bytes], Awaitable[Forgotten]]
    subjects: Callable[[], Awaitable[Subjects]]
    configuring: Configuring
    country: str = "FR"


@dataclass(slots=True)
class _Done:
    """An outcome, what is committed with it, and what is done ``then``."""

    outcome: Outcome
    changes: list[Change] = field(default_factory=list)
    rewind: int = 0
    then: Callable[[], None] | None = None


class Orders:
    """Does them."""

    def __init__(
        self, store: Store, uplink: Uplink, prover: Prover, means: Means
    ) -> None:
        self._store = store
        self._uplink = uplink
        self._prover = prover
        self._means = means

    @property
    def takes(self) -> Mapping[str, Take]:
        """By type, as the downlink wants them."""
        return {
            ERASE: self._taking(Erasure, self._erase),
            PREFER: self._taking(PreferenceUpdated, self._prefer),
            BLOCK: self._taking(IdentifierBlocked, self._block),
            CONFIGURE: self._taking(ConfigUpdated, self._configure),
            RESEND: self._taking(ResendRequest, self._resend),
        }

    def _taking(
        self, model: type[M], does: Callable[[Downward, M], Awaitable[_Done]]
    ) -> Take:
        async def take(event: Downward, follow: FollowFeed) -> None:
            done = await self._try(event, model, does)
            proof = self._prover.entry(event.id, event.type, done.outcome)
            held = (*done.changes, proof, follow)
            if done.rewind:
                await self._uplink.rewind(done.rewind, *held)
            else:
                await self._store.commit(*held)
                self._uplink.wake()
            log.info(
                "an order is done",
                extra={"order": event.type, "status": done.outcome.status},
            )
            if done.then is not None:
                done.then()

        return take

    async def _try(
        self,
        event: Downward,
        model: type[M],
        does: Callable[[Downward, M], Awaitable[_Done]],
    ) -> _Done:
        if not self._prover.enrolled:
            return _failed("this till knows no key of the RCU; enrol it")
        try:
            return await does(event, model.model_validate(event.data))
        except ValidationError:
            return _failed("not of the order's shape")
        except ConfigError:
            return _failed("the till's keys or files cannot be read or written")

    async def _erase(self, event: Downward, order: Erasure) -> _Done:
        keys = await self._means.subjects()
        found = [self._key(one, keys) for one in order.subject_identities]
        known = [bytes.fromhex(keys.kid) + key for key in found if key]
        counted: Counter[str] = Counter()
        left = False
        for at, subject in enumerate(dict.fromkeys(known)):
            forgotten = await self._means.forget(f"{event.id}.{at}", subject)
            counted.update(forgotten.done)
            left = left or forgotten.left
        unread = len(found) - len(known)
        if unread:
            counted["unreadable"] = unread
        if not known:
            return _failed("no identity that this till can read")
        empty = not any(counted.values())
        status: Any = "partial" if left or unread else "completed"
        return _Done(Outcome("nothing_found" if empty else status, dict(counted)))

    async def _prefer(self, _: Downward, order: PreferenceUpdated) -> _Done:
        keys = await self._means.subjects()
        card = self._key(order.identity, keys)
        if card is None or order.identity.identity_type != "loyalty":
            return _failed("no card that this till can read")
        told_ms = round(order.updated_at.timestamp() * 1000)
        kept = (
            Preference(order.channel, order.account_only, order.no_email)
            if order.channel
            else None
        )
        holder = order.holder.model_dump_json().encode() if order.holder else None
        changes: list[Change] = [
            KeepPreference(card, kept, told_ms),
            KeepHolder(card, holder, told_ms),
        ]
        return _Done(Outcome("completed", {"preference": 1}), changes)

    async def _block(self, _: Downward, order: IdentifierBlocked) -> _Done:
        keys = await self._means.subjects()
        key = self._key(order.identity, keys)
        if key is None:
            return _failed("no identity that this till can read")
        changes: list[Change] = [Block(key, order.blocked)]
        return _Done(Outcome("completed", {"identifier": 1}), changes)

    async def _configure(self, event: Downward, order: ConfigUpdated) -> _Done:
        outcome, then = await self._means.configuring.take(event.id, order)
        return _Done(outcome, then=then)

    async def _resend(self, _: Downward, order: ResendRequest) -> _Done:
        there, empty = await self._store.ask(
            lambda db, _sealer: closings.gone(db, order.first)
        )
        if not there:
            return _Done(Outcome("nothing_found"))
        done = {"entries": there - empty, "erased": empty}
        return _Done(Outcome("completed", done), rewind=order.first)

    def _key(self, identity: SubjectIdentity, keys: Subjects) -> bytes | None:
        """The 16 bytes under which that identity is compared here."""
        if identity.identity_format == "hmac-sha256":
            return _hashed(identity, keys)
        found = contacts.read(
            identity.identity_type, identity.identity_value, country=self._means.country
        )
        if not isinstance(found, Contact):
            return None
        return contacts.match_key(found, keys.secret)


def _hashed(identity: SubjectIdentity, keys: Subjects) -> bytes | None:
    try:
        key = bytes.fromhex(identity.identity_value)
    except ValueError:
        return None
    fits = identity.key == keys.kid and len(key) == contacts.MATCH_KEY_BYTES
    return key if fits else None


def _failed(why: str) -> _Done:
    return _Done(Outcome("failed", why=why))
