"""A till with its real store, keys and telephone, a bad line, and the real RCU behind it.

Everything talks over loopback sockets; the RCU is the application that is served, with
its databases; the till is enrolled by a code, as a person does it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn

from agent.bus import Bus
from agent.clock import SystemClock
from agent.enrol import exchange
from agent.entropy import SystemEntropy
from agent.events import Event, LogGrew
from agent.ids import EntryId
from agent.keyring.ring import Keyring
from agent.store.records import Append, Entry
from agent.store.seal import Sealing
from agent.store.store import Store
from agent.supervisor import Service
from agent.sync import credentials, limits
from agent.sync.configuring import ConfigMeans, Configuring
from agent.sync.credentials import Credentials
from agent.sync.downlink import Downlink, Take
from agent.sync.gate import Gate
from agent.sync.orders import Forgotten, Means, Orders
from agent.sync.overlay import OnTrial, Owed
from agent.sync.proofs import Outcome, Prover
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.trial import Hands, Trial
from agent.sync.uplink import Uplink
from agent.wire import enrolment
from agent.wire.orders import CONFIGURE
from hardware_sim.flaky_net import FlakyNet
from rcu import signing
from rcu.app import Store as RcuStore
from rcu.app import build, clerk_of, open_store
from rcu.bells import Bells
from rcu.clerk import Clerk
from rcu.config import Settings, StoreSettings, TillSettings
from rcu.seams import SystemClock as RcuClock
from tests.store.builders import VAULT, an_entry, opened

SOURCE = "urn:edge:ENS1:S0042:T03"
PATIENCE_S = 60.0
QUICK = {"retry_base_s": 0.05, "retry_cap_s": 0.2, "refused_retry_s": 0.2}


@dataclass
class Rcu:
    """The RCU, up or not, always at the same port."""

    folder: Path
    tills: TillSettings = field(default_factory=TillSettings)
    port: int = 0
    store: RcuStore | None = None
    clerk: Clerk | None = None
    posts: list[int] = field(default_factory=list)
    """Answers to ``POST /v1/events``, by status."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def up(self) -> AsyncGenerator[Rcu]:
        settings = Settings(
            store=StoreSettings(directory=self.folder), tills=self.tills
        )
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = listener.getsockname()[1]
        bells = Bells(RcuClock())
        async with open_store(self.folder) as self.store:
            key = signing.load(self.folder)
            self.clerk = clerk_of(self.store, key, bells, RcuClock())
            app = self._counting(build(self.store, settings, RcuClock(), bells))
            config = uvicorn.Config(
                app, lifespan="off", log_config=None, timeout_graceful_shutdown=1
            )
            server = uvicorn.Server(config)
            server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
            task = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                while not server.started:  # noqa: ASYNC110 -- uvicorn's flag
                    await asyncio.sleep(0.01)
                yield self
            finally:
                bells.close()
                server.should_exit = True
                await task
                listener.close()

    def _counting(self, app: Any) -> Any:
        async def counted(scope: Any, receive: Any, send: Any) -> None:
            async def heard(message: Any) -> None:
                begins = message["type"] == "http.response.start"
                if begins and scope["path"] == "/v1/events":
                    self.posts.append(message["status"])
                await send(message)

            await app(scope, receive, heard)

        return counted

    async def sequences(self) -> list[int]:
        """Of the entries, in the order in which they took effect."""
        return [
            int(row[0])
            for row in await self._ask("SELECT sequence FROM event ORDER BY rowid")
        ]

    async def _ask(self, sql: str) -> Sequence[Any]:
        assert self.store is not None
        return [*await self.store.ledger._database.all(sql, ())]

    async def proofs(self) -> list[tuple[str, str]]:
        """Type and status of the orders."""
        found = await self._ask("SELECT type, status FROM till_order ORDER BY rowid")
        return [(row[0], row[1]) for row in found]

    async def code(self, edge: str = SOURCE, minutes: float = 15) -> str:
        assert self.store is not None
        code = enrolment.make_code(SystemEntropy().draw)
        now_ms = RcuClock().now_ms()
        await self.store.tills.put_code(
            edge,
            enrolment.finder_of(code),
            enrolment.secret_of(code),
            round(now_ms + minutes * 60_000),
            now_ms,
        )
        return code


Forgets = Callable[[str, bytes], Awaitable[Forgotten]]
Forgetter = Callable[[Store, Prover, Uplink], Forgets]


@dataclass
class Till:
    store: Store
    bus: Bus[Event]
    uplink: Uplink
    downlink: Downlink
    speaker: Speaker
    gate: Gate
    forgets: list[tuple[str, bytes]]
    problems: list[str]
    """The last is what a trial finds."""

    async def sell(self, first: int, last: int, size: int = 0) -> None:
        """Entries ``first`` to ``last``, numbered like their sequence."""
        made = [_entry(number, size) for number in range(first, last + 1)]
        for at in range(0, len(made), 200):
            await self.store.commit(*map(Append, made[at : at + 200]))
        self.bus.publish(LogGrew())

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await reached():  # noqa: ASYNC110 -- a row has no event
                await asyncio.sleep(0.01)

    async def until_acked(self, seq: int) -> None:
        async def reached() -> bool:
            return await self.store.cursor("rcu") >= seq

        await self.until(reached)


def _entry(number: int, size: int) -> Entry:
    plain = an_entry(number)
    noise = SystemEntropy().draw(size // 2).hex()
    body = b'{"note":"' + noise.encode() + b'"}'
    return Entry(EntryId(plain.id), "note.v1", plain.at_ms, None, body)


def said(rcu_url: str, **more: object) -> SyncSettings:
    return SyncSettings.model_validate(
        {"url": rcu_url, "transfer_timeout_s": 2.0, **QUICK, **more}
    )


def enrol(folder: Path, url: str, code: str, edge: str = SOURCE) -> None:
    """As the command does it.  Blocking."""
    config = SimpleNamespace(
        till=SimpleNamespace(source=edge), keys_dir=folder / "keys"
    )
    answer, pin = exchange(config, said(url), code)  # type: ignore[arg-type]
    credentials.keep(credentials.folder_of(folder), None, answer.token, pin)


def known(folder: Path, settings: SyncSettings) -> Credentials:
    ring = Keyring(folder / "keys")
    return credentials.load(settings, folder, ring, SystemClock().now())


@asynccontextmanager
async def till(
    folder: Path,
    url: str,
    *,
    takes: dict[str, Take] | None = None,
    gate: Gate | None = None,
    fits: Callable[[Mapping[str, Any]], str] | None = None,
    sealer: Sealing = VAULT,
    forgetter: Forgetter | None = None,
    **more: object,
) -> AsyncGenerator[Till]:
    """Uplink and downlink at work, on the real clock, with short pauses.

    ``forgetter`` forgets for real; else it is noted who is to be forgotten.
    """
    settings = said(url, **more)
    bus: Bus[Event] = Bus()
    clock, dice = SystemClock(), SystemEntropy()
    speaker = Speaker(known(folder, settings), SOURCE, clock, dice)
    gate = gate or Gate()
    forgets: list[tuple[str, bytes]] = []

    async def note(name: str, subject: bytes) -> Forgotten:
        forgets.append((name, subject))
        return Forgotten({"receipts": 1})

    forget: Forgets = note

    async def subjects() -> Any:
        return await asyncio.to_thread(Keyring(folder / "keys").subject_key)

    async with opened(folder, sealer=sealer) as store:
        uplink = Uplink(store, bus, clock, dice, settings, speaker, gate)
        prover = Prover(speaker, clock, dice)
        if forgetter is not None:
            forget = forgetter(store, prover, uplink)
        problems: list[str] = []
        trial, config = _trying(folder, (store, uplink, prover), settings, problems)
        if fits:
            config = replace(config, fits=fits)
        means = Means(forget, subjects, Configuring(config))
        orders = Orders(store, uplink, prover, means)
        all_takes = {**orders.takes, **(takes or {})}
        downlink = Downlink(store, clock, dice, settings, speaker, all_takes, gate)
        running = [_run(uplink), _run(downlink), _run(trial)]
        try:
            yield Till(store, bus, uplink, downlink, speaker, gate, forgets, problems)
        finally:
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            for task in running:
                if not task.cancelled():
                    task.result()


def _trying(
    folder: Path,
    parts: tuple[Store, Uplink, Prover],
    settings: SyncSettings,
    problems: list[str],
) -> tuple[Trial, ConfigMeans]:
    store, uplink, prover = parts

    def live(values: Mapping[str, Any]) -> None:
        uplink.bound(limits.with_ordered(limits.of(settings), values))

    async def proves(owed: Owed) -> None:
        outcome = Outcome(owed.status, owed.done, owed.why)
        await store.commit(prover.entry(owed.order, CONFIGURE, outcome))
        uplink.wake()

    async def look(_: OnTrial) -> str:
        return problems[-1] if problems else ""

    hands = Hands(look, lambda: None, lambda: True, live=live, prove=proves)
    trial = Trial(folder, hands, SystemClock())
    return trial, ConfigMeans(folder, lambda _: "", lambda: True, live, trial.begun)


def _run(service: Service) -> asyncio.Task[None]:
    return asyncio.create_task(service.run())


@asynccontextmanager
async def shop(
    tmp_path: Path, **more: Any
) -> AsyncGenerator[tuple[Rcu, FlakyNet, Till]]:
    """An enrolled till behind a line whose weather can change."""
    rcu = Rcu(tmp_path / "rcu")
    folder = tmp_path / "till"
    folder.mkdir()
    async with rcu.up(), FlakyNet("127.0.0.1", rcu.port) as net:
        code = await rcu.code()
        await asyncio.to_thread(enrol, folder, rcu.url, code)
        async with till(folder, f"http://127.0.0.1:{net.port}", **more) as at:
            yield rcu, net, at
