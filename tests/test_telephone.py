"""The RCU's order to forget, done here: what waits is done later, and proved again."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent import cellar, consent_ledger, persons
from agent.cli import main
from agent.clock import SystemClock
from agent.config import load
from agent.entropy import SystemEntropy
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.pipeline.entries import Scribe
from agent.pipeline.forgetting import ForgetOrder, Forgetting
from agent.store.card_holders import KeepHolder
from agent.store.records import (
    AcceptJob,
    DecideReceipt,
    JobState,
    MoveCursor,
    OpenReceipt,
    SettleJob,
)
from agent.store.store import Store
from agent.sync.credentials import Credentials
from agent.sync.proofs import Prover
from agent.sync.speaker import Speaker
from agent.telephone import _Forgets
from tests.store.builders import a_job, a_receipt, job_id, raw_of, receipt_id
from tests.test_config import GOOD

ANNA = "anna.lefevre@gmail.com"
CARD = "2000000000008"


@dataclass
class Woken:
    """In the uplink's place."""

    times: int = 0

    def wake(self) -> None:
        self.times += 1


@dataclass
class At:
    store: Store
    forgetting: Forgetting
    forgets: _Forgets
    subject: bytes
    uplink: Woken

    async def proofs(self) -> list[tuple[str, dict[str, int]]]:
        """Of the orders, as the log has them."""
        entries = await self.store.entries_after(0, 99, 1 << 20)
        said = [
            json.loads(each.entry.body)
            for each in entries
            if each.entry.type == "order.applied.v1"
        ]
        return [(each["status"], each["done"]) for each in said]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    found.write_text(GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'"))
    (tmp_path / "state").mkdir(mode=0o700)
    assert main(["keys", "init", "--config", str(found)]) == 0
    return found


@asynccontextmanager
async def till(path: Path) -> AsyncGenerator[At]:
    config, clock, dice = load(path), SystemClock(), SystemEntropy()
    source, ring = config.till.source, consent_ledger.ring_of(config)
    key = ring.subject_key()
    found = contacts.read("email", ANNA)
    assert isinstance(found, Contact)
    subject = bytes.fromhex(key.kid) + contacts.match_key(found, key.secret)
    folder = cellar.forget_dir(config)
    async with cellar.opened(config) as store:
        forgetting = Forgetting(folder, store, ring, source, clock)
        prover = Prover(Speaker(Credentials(), source, clock, dice), clock, dice)
        uplink = Woken()
        forgets = _Forgets(forgetting, store, prover, uplink)  # type: ignore[arg-type]
        forgetting.told = forgets.told
        yield At(store, forgetting, forgets, subject, uplink)


async def sell(store: Store, number: int) -> None:
    row = replace(a_receipt(number), body=b"{}")
    scribe = Scribe(SystemClock(), SystemEntropy())
    await store.commit(AcceptJob(a_job(number), raw_of(number)), OpenReceipt(row))
    await store.commit(
        *scribe.identified(row, "email", ANNA, "typed_by_customer"),
        SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
        DecideReceipt(row.id, "email"),
    )


async def test_what_has_not_gone_up_is_forgotten_later_and_proved_again(
    path: Path,
) -> None:
    async with till(path) as at:
        await at.store.commit(MoveCursor("rcu", 0))
        await sell(at.store, 1)
        first = await at.forgets.forget("order-1.0", at.subject)
        assert first.left
        assert await at.store.receipt(receipt_id(1)) is not None
        assert await at.forgetting.take_up() == 0
        assert await at.proofs() == []

        await at.store.commit(MoveCursor("rcu", 99))
        assert await at.forgetting.take_up() == 1
        assert await at.store.receipt(receipt_id(1)) is None
        ((status, done),) = await at.proofs()
        assert (status, done["receipts"]) == ("completed", 1)
        assert at.uplink.times == 1
        assert await at.forgetting.take_up() == 0


async def test_an_order_that_is_repeated_knows_what_it_did(path: Path) -> None:
    """A crash between the forgetting and its proof."""
    async with till(path) as at:
        await sell(at.store, 1)
        first = await at.forgets.forget("order-1.0", at.subject)
        again = await at.forgets.forget("order-1.0", at.subject)
        other = await at.forgets.forget("order-2.0", at.subject)
    assert first.done["receipts"] == 1
    assert again == first
    assert other.done == {}


async def test_of_two_contacts_the_first_that_is_done_is_a_part(path: Path) -> None:
    async with till(path) as at:
        await at.store.commit(MoveCursor("rcu", 0))
        await sell(at.store, 1)
        await at.forgets.forget("order-1.0", at.subject)
        other = at.subject[:8] + bytes(16)
        await at.forgetting.leave(ForgetOrder("rcu-order-1.1", other))
        await at.store.commit(MoveCursor("rcu", 99))
        assert await at.forgetting.take_up() == 2
        assert [status for status, _ in await at.proofs()] == ["partial", "completed"]


async def test_what_was_told_of_a_card_is_exported(path: Path) -> None:
    config = load(path)
    found = contacts.read("loyalty", CARD)
    assert isinstance(found, Contact)
    digest = contacts.match_key(
        found, consent_ledger.ring_of(config).subject_key().secret
    )
    async with cellar.opened(config) as store:
        await store.commit(KeepHolder(digest, b'{"tier":"or"}', 1))
    assert persons.person(config, found)["card"] == {"tier": "or"}
