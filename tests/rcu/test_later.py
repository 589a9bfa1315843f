"""What is said of a receipt later: its card slips, that it was annulled."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.wire import ekabs
from agent.wire.receipt import Receipt
from rcu.housekeeping import Housekeeper
from rcu.store.db import Database
from rcu.store.schema import LEDGER
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import DAY_MS, EDGE, TOKEN, captured, event, issued

SLIP_TOKEN = "SLIPSLIPSLIPSLIPSLIPSLIP23"
SLIP = {
    "kind": "card_slip",
    "total": 4217,
    "number": "77",
    "lines": ["CARTE BANCAIRE", "MONTANT 42,17 EUR", "<b>AUTO 001</b>"],
}
ANNULLED = "annulée par le ticket n°\u00a04218"


def slip(sequence: int, receipt_id: str = "s-1", **changed: Any) -> dict[str, Any]:
    token = SLIP_TOKEN if receipt_id == "s-1" else changed.pop("token")
    return issued(
        sequence, token=token, receipt_id=receipt_id, receipt={**SLIP, **changed}
    )


def attached(sequence: int, to: str = "r-1", of: str = "s-1") -> dict[str, Any]:
    return event(sequence, "receipt.attached.v1", {"receipt_id": of, "to": to})


def voided(sequence: int, **said: Any) -> dict[str, Any]:
    return event(sequence, "receipt.voided.v1", {"receipt_id": "r-1", **said})


async def page(rcu: Rcu, token: str = TOKEN, kind: str = "") -> str:
    answer = await rcu.client.get(f"/r/{token}{kind}")
    assert answer.status_code == 200
    return answer.text


async def data(rcu: Rcu, token: str = TOKEN) -> Receipt:
    return Receipt.model_validate_json(await page(rcu, token, ".json"))


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_slip_is_with_its_sale_in_whatever_order_they_come(
    rcu: Rcu, order: Sequence[int], at_once: bool
) -> None:
    events = [issued(1), slip(2), attached(3)]
    mixed = [events[at] for at in order]
    for batch in [mixed] if at_once else [[each] for each in mixed]:
        for _ in range(2):  # each answer is lost once
            assert (await rcu.till.post(batch)).status_code == 200
    html = await page(rcu)
    assert "MONTANT 42,17 EUR" in html
    assert "Ticket de carte bancaire" in html
    assert "&lt;b&gt;AUTO 001" in html
    text = await page(rcu, kind=".txt")
    assert text.index("Merci de votre visite") < text.index("CARTE BANCAIRE")
    (attachment,) = (await data(rcu)).attachments
    assert attachment.kind == "card_slip"
    assert list(attachment.lines) == SLIP["lines"]
    alone = await data(rcu, SLIP_TOKEN)
    assert (alone.kind, alone.attachments) == ("card_slip", ())


async def test_a_sale_with_its_slip_is_one_ekabs_document(rcu: Rcu) -> None:
    await rcu.till.post([issued(1), slip(2), attached(3)])
    receipt = await data(rcu)
    (extra,) = ekabs.to_ekabs(receipt)["misc"]["additional_receipts"]
    assert extra["content_type"] == ekabs.PLAIN
    back = ekabs.from_ekabs(ekabs.to_ekabs(receipt))
    assert list(back.attachments[0].lines) == SLIP["lines"]


async def test_a_slip_whose_sale_is_not_known_stays_by_itself(rcu: Rcu) -> None:
    await rcu.till.post([issued(1), slip(2)])
    assert "MONTANT 42,17 EUR" not in await page(rcu)
    assert "MONTANT 42,17 EUR" in await page(rcu, SLIP_TOKEN)


async def test_a_sale_paid_by_two_cards_has_both_slips_in_their_order(rcu: Rcu) -> None:
    other = slip(3, "s-2", token="S" * 26, lines=["AUTRE CARTE"])
    await rcu.till.post([issued(1), attached(4, of="s-2"), attached(5), other, slip(2)])
    kept = [each.lines[0] for each in (await data(rcu)).attachments]
    assert kept == ["CARTE BANCAIRE", "AUTRE CARTE"]


async def test_the_last_word_on_a_slip_holds(rcu: Rcu) -> None:
    second = issued(2, token="R" * 26, receipt_id="r-2")
    first = {**attached(4, to="r-2"), "time": "2026-11-21T17:42:04Z"}
    await rcu.till.post([issued(1), second, slip(3), attached(5), first])
    assert (await data(rcu)).attachments
    assert not (await data(rcu, "R" * 26)).attachments


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
async def test_an_annulled_sale_says_so_in_whatever_order_it_is_told(
    rcu: Rcu, order: Sequence[int]
) -> None:
    events = [issued(1), voided(2, by="r-9"), voided(3, by="r-9", number="4218")]
    for at in order:
        await rcu.till.post([events[at]])
        await rcu.till.post([events[at]])
    assert ANNULLED in await page(rcu)
    assert (await page(rcu, kind=".txt")).startswith("Cette vente a été annulée")
    receipt = await data(rcu)
    assert receipt.links.annulled_by == "4218"
    assert receipt.mentions.count("annulled") == 1


async def test_an_annulled_sale_may_be_so_without_a_number(rcu: Rcu) -> None:
    await rcu.till.post([issued(1), voided(2)])
    assert "Cette vente a été annulée." in await page(rcu)
    assert (await data(rcu)).links.annulled_by is None


async def test_the_document_that_annuls_names_the_sale(rcu: Rcu) -> None:
    receipt = {"kind": "void", "total": -4217, "links": {"annuls": "004217"}}
    await rcu.till.post([issued(1, receipt=receipt)])
    assert "Annule le ticket n°" in await page(rcu)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (attached(1, to="s-1"), "/data/to"),
        (attached(1, to=""), "/data/to"),
        (voided(1, by="r-1"), "/data/by"),
        (voided(1, number="4" * 65), "/data/number"),
    ],
)
async def test_what_names_no_other_receipt_is_refused(
    rcu: Rcu, said: dict[str, Any], pointer: str
) -> None:
    (item,) = (await rcu.till.post([said])).json()["items"]
    assert item["status"] == "rejected"
    assert item["problem"]["pointer"] == pointer


async def test_the_slip_of_a_customers_sale_stays_as_long_as_it(rcu: Rcu) -> None:
    named = captured(4, "loyalty", "2900000000001")
    loose = slip(5, "s-2", token="S" * 26)
    await rcu.till.post([issued(1), slip(2), attached(3), named, loose])
    rcu.clock.ms += 91 * DAY_MS
    keeper = Housekeeper(rcu.store.retention, rcu.settings, rcu.clock)
    await keeper.sweep()
    assert _read(rcu.directory, "SELECT receipt_id FROM receipt ORDER BY 1") == [
        ("r-1",), ("s-1",),
    ]  # fmt: skip
    rcu.clock.ms += 400 * DAY_MS
    while await keeper.sweep():
        pass
    assert _read(rcu.directory, "SELECT count(*) FROM receipt") == [(0,)]
    assert _read(rcu.directory, "SELECT count(*) FROM attached") == [(0,)]


async def test_what_an_older_version_only_kept_is_read_by_this_one(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "old"
    older = replace(LEDGER, migrations=LEDGER.migrations[:1])
    async with Database.open(folder / "rcu.db", older) as database:
        for said in (attached(3), voided(4, number="4218"), voided(5, number=[{}])):
            await _kept(database, said)
        await _kept(database, event(6, "receipt.attached.v1", {"to": 3}))
    async with Database.open(folder / "rcu.db", LEDGER):
        pass
    assert _read(folder, "SELECT receipt_id, sale_id FROM attached") == [("s-1", "r-1")]
    numbers = _read(folder, "SELECT number FROM voided WHERE receipt_id = 'r-1'")
    assert ("4218",) in numbers
    assert _read(folder, "SELECT count(*) FROM event WHERE receipt_id = 'r-1'") == [
        (2,)
    ]


async def _kept(database: Database, said: dict[str, Any]) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, NULL, 1, 1, x'00', ?)",
            (EDGE, said["id"], int(said["sequence"]), said["type"],
             json.dumps(said).encode()),
        )  # fmt: skip


def _read(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    reader = sqlite3.connect(f"file:{folder}/rcu.db?mode=ro", uri=True)
    try:
        return reader.execute(sql).fetchall()
    finally:
        reader.close()
