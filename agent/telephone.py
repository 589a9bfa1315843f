"""Everything between this till and its RCU, put together.  Pure wiring."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Final

from agent import config as config_of
from agent import consent_ledger
from agent.app import Outside
from agent.bus import Bus
from agent.config import Config
from agent.errors import ConfigError
from agent.events import Event
from agent.keyring.ring import SubjectKey
from agent.pipeline.forgetting import ForgetOrder, Forgetting
from agent.store import people
from agent.store.store import Store
from agent.supervisor import Service
from agent.sync import credentials, limits
from agent.sync.configuring import ConfigMeans, Configuring
from agent.sync.day_end import DayEnd
from agent.sync.downlink import Downlink, Take
from agent.sync.gate import Gate
from agent.sync.heartbeat import Heart
from agent.sync.jitter import Jitter
from agent.sync.orders import Forgotten, Means, Orders
from agent.sync.overlay import Owed
from agent.sync.proofs import Outcome, Prover
from agent.sync.speaker import Speaker
from agent.sync.trial import Trial
from agent.sync.uplink import Uplink
from agent.wire.orderable import Value
from agent.wire.orders import CONFIGURE, ERASE

ORDERED: Final = "rcu-"
"""Before the number of a forgetting that the RCU has ordered."""


def lines(  # noqa: PLR0913, PLR0917 -- the rooms that the RCU is told of
    config: Config,
    store: Store,
    outside: Outside,
    bus: Bus[Event],
    takes: Mapping[str, Take],
    forgetting: Forgetting,
    trial: Trial,
) -> list[Service]:
    """Uplink, downlink with its orders, the closing of days, heartbeats.

    Blocking: reads keys.

    Raises:
        ConfigError: this till is not enrolled, or its credentials cannot be used.
    """
    clock, entropy, settings = outside.clock, outside.entropy, config.sync
    ring = consent_ledger.ring_of(config)
    held = credentials.load(settings, config.till.state_dir, ring, clock.now())
    speaker = Speaker(held, config.till.source, clock, entropy)
    gate = Gate(is_open=False)
    uplink = Uplink(store, bus, clock, entropy, settings, speaker, gate)
    prover = Prover(speaker, clock, entropy)
    forgets = _Forgets(forgetting, store, prover, uplink)
    forgetting.told = forgets.told

    async def subjects() -> SubjectKey:
        return await asyncio.to_thread(ring.subject_key)

    heart = Heart(settings, speaker, clock, entropy)
    heart.entries_wait = uplink.wake

    async def proves(owed: Owed) -> None:
        outcome = Outcome(owed.status, owed.done, owed.why)
        await store.commit(prover.entry(owed.order, CONFIGURE, outcome))
        uplink.wake()

    def live(values: Mapping[str, Value]) -> None:
        own = limits.of(config_of.ordered(config, {}).sync)
        uplink.bound(limits.with_ordered(own, values))

    trial.hands.prove, trial.hands.live = proves, live
    trial.hands.told = heart.soon
    configuring = Configuring(
        ConfigMeans(
            config.till.state_dir,
            lambda values: _misfit(config, values),
            trial.hands.printer,
            live,
            trial.begun,
        )
    )
    means = Means(forgets.forget, subjects, configuring, config.till.country)
    orders = Orders(store, uplink, prover, means)
    all_takes = {**takes, **orders.takes}
    downlink = Downlink(store, clock, entropy, settings, speaker, all_takes, gate)
    jitter = Jitter(speaker.source, entropy)
    day_end = DayEnd(store, prover, clock, jitter, uplink.wake)
    return [uplink, downlink, day_end, heart]


def _misfit(config: Config, values: Mapping[str, Value]) -> str:
    try:
        config_of.ordered(config, values)
    except ConfigError as error:
        return str(error)
    return ""


class _Forgets:
    """The RCU's orders to forget, done by whoever forgets here."""

    def __init__(
        self, forgetting: Forgetting, store: Store, prover: Prover, uplink: Uplink
    ) -> None:
        self._uplink = uplink
        self._forgetting = forgetting
        self._store = store
        self._prover = prover

    async def forget(self, name: str, subject: bytes) -> Forgotten:
        """Forget that contact.  What waits is left, and told when it is done."""
        order = ForgetOrder(ORDERED + name, subject)
        found = await self._forgetting.do(order)
        if found.waiting:
            await self._forgetting.leave(order)
        left = bool(found.waiting or found.exports_unread)
        return Forgotten(await self._done(order.number), left)

    async def told(self, order: ForgetOrder) -> None:
        """A later look has done the rest."""
        if not order.number.startswith(ORDERED):
            return
        name = order.number.removeprefix(ORDERED).partition(".")[0]
        whole = f"{ORDERED}{name}."
        last = await self._forgetting.waiting(whole) <= 1
        done = await self._done(whole)
        all_of_it = last and not done.get("exports_unread")
        outcome = Outcome("completed" if all_of_it else "partial", done)
        await self._store.commit(self._prover.entry(name, ERASE, outcome))
        self._uplink.wake()

    async def _done(self, number: str) -> dict[str, int]:
        """All that was destroyed under orders of that beginning, as statements say."""
        said = await self._store.ask(lambda db, _sealer: people.statements(db))
        counted: Counter[str] = Counter()
        for each in map(json.loads, said):
            if str(each.get("order")).startswith(number):
                counted.update(_numbers(each))
        return dict(counted)


_COUNTED: Final = (
    *("receipts", "jobs", "entries", "parcels", "preference", "consents"),
    *("exported", "exports_unread"),
)


def _numbers(statement: Mapping[str, object]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for name in _COUNTED:
        match statement.get(name):
            case list() as listed:
                counted[name] = len(listed)
            case int() as number:  # a truth value is one too
                counted[name] = int(number)
            case _:
                pass
    return {name: number for name, number in counted.items() if number}
