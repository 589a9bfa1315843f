"""A day at a till, with reprints, copies, slips, annulments and kills: at the RCU its sales.

Papers of the generator, read by the agent's own reading; the corridor over a store in
memory, its log sent to the real RCU, twice and in pieces.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from agent.receipt.read import from_text
from agent.store.records import LoggedEntry
from agent.sync.batch import pack
from agent.wire.receipt import DocKind, Receipt
from agent.wire.sameness import SALES, printed
from hardware_sim.papers.generate import generate
from tests.pipeline.rig import Rig, document
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE

SOLD = int(os.environ.get("A_DAY_OF_SALES", "60"))
"""A shop rings up a thousand a day; more by hand."""
BATCH = 50


@dataclass
class Sold:
    """A sale as its paper was, and as it is read."""

    lines: list[str]
    receipt: Receipt

    @property
    def job(self) -> bytes:
        return self.receipt.model_dump_json(exclude_defaults=True).encode()

    def again(self, *head: str) -> bytes:
        return as_job([*head, *self.lines])

    @property
    def card(self) -> int | None:
        return next((p.amount for p in self.receipt.payments if p.kind == "card"), None)


@dataclass
class Truth:
    """What the day was."""

    sales: int = 0
    slips: int = 0
    tied: int = 0
    annulled: set[str] = field(default_factory=set)
    papers: Counter[str] = field(default_factory=Counter)


def as_job(lines: list[str]) -> bytes:
    return from_text(lines).model_dump_json(exclude_defaults=True).encode()


def sales(seed: int) -> Iterator[Sold]:
    """French ones that bear number, day and time, each another number."""
    seen = set()
    for each in count(seed):
        paper = generate(each, broken="")
        plain = paper.axes.get("mark", "none") == "none"
        if paper.country != "FR" or paper.truth.get("doc_type") != "sale" or not plain:
            continue
        receipt = from_text(paper.lines)
        said = printed(receipt)
        told = said.number and said.dated and receipt.kind is DocKind.SALE
        if told and said.number not in seen and (receipt.number or "")[-1:].isdigit():
            seen.add(said.number)
            yield Sold([*paper.lines], receipt)


class Day:
    """The till."""

    def __init__(self, seed: int) -> None:
        self.rig = Rig()
        self.truth = Truth()
        self._dice = random.Random(seed)
        self._sales = sales(seed)
        self._rung: list[Sold] = []

    async def ring_up(self) -> None:
        """A sale, and what belongs to it, in an order that tills have."""
        sold, dice = next(self._sales), self._dice
        papers = [("sale", sold.job)]
        if sold.card and dice.random() < 0.7:
            slips = [("slip", document(kind="card_slip", total=sold.card))]
            if dice.random() < 0.4:
                slips.append(
                    ("merchant", document(kind="merchant_slip", total=sold.card))
                )
            papers = slips + papers if dice.random() < 0.5 else papers + slips
            self.truth.slips += 1
            self.truth.tied += 1
        for name, job in papers:
            await self._print(name, job)
            if dice.random() < 0.1:
                await self.kill()
        self.truth.sales += 1
        self._rung.append(sold)
        await self._afterwards(sold)

    async def _afterwards(self, sold: Sold) -> None:
        dice = self._dice
        await self.rig.pass_time(dice.choice([1, 9, 70]))
        if dice.random() < 0.3:
            other = dice.choice(self._rung[-20:])
            await self._print("reprint", other.job)
        if dice.random() < 0.2:
            other = dice.choice(self._rung[-20:])
            await self._print("duplicata", other.again("*** DUPLICATA ***"))
        if dice.random() < 0.1:
            await self._print("annulled", sold.again("*** TICKET ANNULE ***"))
            self._annul(sold)
        if dice.random() < 0.1:
            await self._replace(sold)
        if dice.random() < 0.05:
            amount = 1_000_000 + dice.randrange(1_000_000)
            await self._print("slip", document(kind="card_slip", total=amount))
            self.truth.slips += 1
        await self.rig.pass_time(dice.choice([70, 200]))

    async def _replace(self, sold: Sold) -> None:
        old = sold.receipt.number or ""
        new = f"{old[:-1]}{(int(old[-1]) + 1) % 10}"
        lines = [line.replace(old, new) for line in sold.lines]
        head = f"Ce ticket annule et remplace le ticket n° {old}"
        await self._print("replaces", as_job([head, *lines]))
        self.truth.sales += 1
        self._annul(sold)

    def _annul(self, sold: Sold) -> None:
        self.truth.annulled.add(printed(sold.receipt).number or "")

    async def _print(self, name: str, job: bytes) -> None:
        self.truth.papers[name] += 1
        await self.rig.job(job)

    async def kill(self) -> None:
        """What was in memory is gone."""
        self.truth.papers["kill"] += 1
        await self._running.__aexit__(None, None, None)
        self.rig.build()
        await self.__aenter__()

    async def __aenter__(self) -> Self:
        self._running = self.rig.running()
        await self._running.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.__aexit__(None, None, None)


async def send(rcu: Rcu, day: Day, dice: random.Random) -> None:
    """In pieces that come in any order, some of them twice."""
    logged = [LoggedEntry(n, entry) for n, entry in enumerate(day.rig.shelf.entries, 1)]
    pieces = [logged[at : at + BATCH] for at in range(0, len(logged), BATCH)]
    pieces += dice.sample(pieces, len(pieces) // 2)
    dice.shuffle(pieces)
    for piece in pieces:
        batch = pack(piece, EDGE)
        answer = await rcu.client.post(
            "/v1/events",
            content=batch.body,
            headers={**batch.headers, "Authorization": f"Bearer {rcu.key}"},
        )
        counts = answer.json()["counts"]
        assert set(counts) <= {"accepted", "duplicate"}, answer.text


async def test_as_many_receipts_as_sales_and_each_slip_with_its_sale(rcu: Rcu) -> None:
    async with Day(7_000) as day:
        for _ in range(SOLD):
            await day.ring_up()
    await send(rcu, day, random.Random(1))
    kinds: Counter[str] = Counter(
        dict(read(rcu, "SELECT kind, count(*) FROM receipt GROUP BY 1"))
    )
    truth = day.truth
    assert sum(kinds[kind.value] for kind in SALES) == truth.sales
    assert kinds["card_slip"] == truth.slips
    ties = read(rcu, "SELECT DISTINCT receipt_id, sale_id FROM attached")
    assert len(ties) == truth.tied
    for slip, sale in ties:
        assert body(rcu, slip).total in {
            *(abs(p.amount) for p in body(rcu, sale).payments if p.kind == "card"),
            body(rcu, sale).total,
        }
    annulled = {
        printed(body(rcu, key)).number
        for (key,) in read(rcu, "SELECT DISTINCT receipt_id FROM voided")
    }
    assert annulled == truth.annulled
    wanted = {
        "sale",
        "slip",
        "merchant",
        "reprint",
        "duplicata",
        "annulled",
        "replaces",
    }
    assert set(truth.papers) == {*wanted, "kill"}


def body(rcu: Rcu, receipt_id: str) -> Receipt:
    ((found,),) = read(
        rcu, "SELECT body FROM receipt WHERE receipt_id = ?", (receipt_id,)
    )
    return Receipt.model_validate(json.loads(found))


def read(rcu: Rcu, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    reader = sqlite3.connect(f"file:{rcu.directory}/rcu.db?mode=ro", uri=True)
    try:
        return reader.execute(sql, values).fetchall()
    finally:
        reader.close()
