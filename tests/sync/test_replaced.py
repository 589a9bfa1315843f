"""A till that comes anew, or out of a backup: orders that stand, then its uploads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from agent import cellar
from agent.cli import main
from agent.clock import SystemClock
from agent.config import Config, load
from agent.ids import EntryId
from agent.keyring.ring import Keyring
from agent.pipeline.forgetting import Forgetting
from agent.store.people import KnowBy, Traces
from agent.store.records import (
    AcceptJob,
    Append,
    DecideReceipt,
    Entry,
    JobState,
    OpenReceipt,
    SettleJob,
)
from agent.store.store import Store
from agent.sync.gate import Gate
from agent.sync.orders import Forgotten
from agent.sync.proofs import Prover
from agent.sync.uplink import Uplink
from agent.telephone import _Forgets
from agent.wire import orders
from agent.wire.events import IdentityCaptured
from tests.store.builders import a_job, a_receipt, an_entry, job_id, raw_of, receipt_id
from tests.sync import shop as rig
from tests.sync.shop import SOURCE, Rcu, Till
from tests.sync.test_with_rcu import _erasure, proved, told
from tests.test_backups_cli import ANNA
from tests.test_config import GOOD

pytestmark = pytest.mark.timeout(120)


class Shop:
    """One till's folder, its configuration, and the RCU."""

    def __init__(self, tmp_path: Path) -> None:
        self.rcu = Rcu(tmp_path / "rcu")
        self.folder = tmp_path / "till"
        self.folder.mkdir(mode=0o700)
        self.path = tmp_path / "agent.toml"
        text = GOOD.replace("[till]", f"[till]\nstate_dir = '{self.folder}'")
        self.path.write_text(text.replace('"enseigne"', '"ENS1"'))

    @property
    def config(self) -> Config:
        return load(self.path)

    async def enrol(self) -> None:
        code = await self.rcu.code()
        await asyncio.to_thread(rig.enrol, self.folder, self.rcu.url, code)

    def run(self, *arguments: str) -> int:
        return main([*arguments, "--config", str(self.path)])

    def subject(self) -> bytes:
        from agent.identity import contacts

        key = Keyring(self.folder / "keys").subject_key()
        found = contacts.read("email", ANNA)
        return bytes.fromhex(key.kid) + contacts.match_key(found, key.secret)  # type: ignore[arg-type]

    def till(self, gate: Gate | None = None) -> AbstractAsyncContextManager[Till]:
        """As it starts: the gate is shut, who is forgotten is forgotten."""
        ring, config = Keyring(self.folder / "keys"), self.config
        clock = SystemClock()

        def forgetter(
            store: Store, prover: Prover, uplink: Uplink
        ) -> Callable[[str, bytes], Awaitable[Forgotten]]:
            folder = cellar.forget_dir(config)
            forgetting = Forgetting(folder, store, ring, SOURCE, clock)
            return _Forgets(forgetting, store, prover, uplink).forget

        return rig.till(
            self.folder,
            self.rcu.url,
            gate=gate or Gate(is_open=False),
            sealer=cellar.vault(config),
            forgetter=forgetter,
        )


async def known_to_the_rcu(at: Till) -> None:
    """Anna's receipt, and its entry with her address."""
    await at.store.commit(
        AcceptJob(a_job(1), raw_of(1)),
        OpenReceipt(a_receipt(1)),
        KnowBy(receipt_id(1), "email", ANNA),
        SettleJob(job_id(1), JobState.NO_PAPER, "R21"),
        DecideReceipt(receipt_id(1), "email"),
    )
    said = IdentityCaptured(
        receipt_id=str(receipt_id(1)),
        kind="email",
        value=ANNA,
        provenance="typed_by_customer",
    )
    plain = an_entry(50)
    entry = Entry(
        EntryId(plain.id),
        "identity.captured.v1",
        plain.at_ms,
        receipt_id(1),
        said.model_dump_json().encode(),
    )
    await at.store.commit(Append(entry))
    at.uplink.wake()
    await at.until_acked(1)


class Watched(Gate):
    """Looks around when the way up is opened."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__(is_open=False)
        self._look = look

    def open(self) -> None:
        self._look()
        super().open()


async def test_a_backup_that_still_holds_her_forgets_her_before_it_sends_anything(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    saved = tmp_path / "usb.db"
    async with shop.rcu.up():
        await shop.enrol()
        async with shop.till() as at:
            await known_to_the_rcu(at)
            assert await asyncio.to_thread(shop.run, "backup", str(saved)) == 0
            await told(shop.rcu, orders.ERASE, _erasure(ANNA), edge="")
            await proved(shop.rcu, at, "completed")
            await at.until_acked(2)
            assert await at.store.traces(shop.subject()) == Traces()
        for each in shop.folder.glob("agent.db*"):  # the disk is a new one
            each.unlink()
        assert await asyncio.to_thread(shop.run, "restore", str(saved)) == 0

        posts, at_opening = len(shop.rcu.posts), []
        gate = Watched(lambda: at_opening.append(len(shop.rcu.posts)))
        async with shop.till(gate) as at:
            await proved(shop.rcu, at, "completed", "completed")
            assert await at.store.traces(shop.subject()) == Traces()
            assert at_opening == [posts]  # nothing had gone up by then
            await at.sell(60, 62)

            async def told_of_all() -> bool:
                return len(await shop.rcu.sequences()) == 6

            await at.until(told_of_all)
            refused = await shop.rcu._ask("SELECT count(*) FROM refusal")
            assert refused[0][0] == 0  # no number was given twice
    for path in shop.rcu.folder.glob("rcu.db*"):
        assert ANNA.encode() not in path.read_bytes()


async def test_a_new_machine_in_a_till_s_place_counts_on_and_knows_what_stands(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path)
    card = {"identity_type": "loyalty", "identity_value": "2000000000008"}
    wants = {"identity": card, "channel": "paper", "updated_at": "2026-11-29T10:00:00Z"}
    async with shop.rcu.up():
        await shop.enrol()
        async with shop.till() as at:
            await at.sell(1, 5)
            await told(shop.rcu, orders.PREFER, wants, edge="")
            await proved(shop.rcu, at, "completed")
            await told(shop.rcu, orders.BLOCK, {"identity": _address()}, edge="")
            await proved(shop.rcu, at, "completed", "completed")
            await at.until_acked(7)
        shop.folder.rename(tmp_path / "broken")
        shop.folder.mkdir(mode=0o700)
        await _enrolled_by_command(shop)
        async with shop.till() as at:
            await at.sell(101, 103)
            await proved(shop.rcu, at, *["completed"] * 4)
            await at.until_acked(12)
            kept: Any = await at.store.ask(
                lambda db, _: (
                    db.execute("SELECT channel FROM preference").fetchall(),
                    db.execute("SELECT count(*) FROM blocked").fetchone(),
                )
            )
            assert kept == ([("paper",)], (1,))
        assert await shop.rcu.sequences() == list(range(1, 13))
        assert (await shop.rcu._ask("SELECT count(*) FROM refusal"))[0][0] == 0


def _address() -> dict[str, str]:
    return {"identity_type": "email", "identity_value": "caisse@example.org"}


async def _enrolled_by_command(shop: Shop) -> None:
    """``receipt-agent enrol``, as the person does who brings the new machine."""
    code = await shop.rcu.code()
    assert await asyncio.to_thread(shop.run, "enrol", shop.rcu.url, code) == 0
