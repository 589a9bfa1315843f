"""The real daemon under a retailer's own rules, and under rules that cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent import policy_file
from hardware_sim import library_bytes
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S, SEEDS, WAIT_S, ring_up
from tests.acceptance.test_consent import agent

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


def mine(folder: Path) -> Path:
    """France's pack, with a version and a reason of the retailer's."""
    text = policy_file.text_of(policy_file.named("fr", "FR")).decode()
    text = text.replace('id = "fr"', 'id = "enseigne"')
    text = text.replace('reason_fr = "Garantie légale', 'reason_fr = "Chez nous')
    path = folder / "enseigne.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_receipt_is_explained_beside_the_running_agent(tmp_path: Path) -> None:
    more = f"[policy]\npack = '{mine(tmp_path)}'\n"
    async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
        offered, _ = await ring_up(shop, "diy")
        receipt = offered["shown"]["id"]
        assert offered["shown"]["rule"] == "R10"
        assert offered["shown"]["reason"]["fr"].startswith("Chez nous")
        assert offered["legal"][0]["id"] == "display-enseigne"
        await shop.counter.choose(receipt, "paper")
        await shop.counter.until(
            lambda now: now["shown"]["phase"] == "done", WAIT_S, "printed receipt"
        )
        code, said = await agent(shop, "policy", "explain", receipt)
        assert code == 0, said
        code, english = await agent(shop, "policy", "explain", receipt, "--lang", "en")
    assert said.startswith(f"receipt {receipt}: R10, offer")
    assert "Chez nous" in said
    assert "enseigne 2026.11.2, en vigueur depuis le 2023-08-01" in said
    assert "C. conso., art. D. 211-6 et D. 211-7" in said
    assert "R11  weighed = non" in said
    assert "choice.made.v1  choice=paper by=customer rule=R10" in said
    assert "ORIGINAL     paper" in said
    assert "Rows above, which do not fit" in english


async def test_under_rules_that_cannot_be_read_every_receipt_is_printed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[[row]]\nid = 'R10'\n")
    more = f"[policy]\npack = '{path}'\n"
    async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
        job = library_bytes.encode(sale("bakery", next(SEEDS)))
        assert (await shop.pos.play(job)).failure == ""
        await shop.printer.wait_until(
            lambda: shop.printer.paper_bytes.find(job) >= 0, WAIT_S, "such receipt"
        )
        now = await shop.counter.snapshot()
        journal = await asyncio.to_thread((shop.folder / "agent.log").read_text)
    assert now["shown"] is None
    assert now["notice"]["says"]["fr"] == "Tous les tickets s’impriment"
    assert "règles" in now["notice"]["remedy"]["fr"]
    assert "no rules, every job is printed" in journal
    assert "row 1 (R10): paper: missing" in journal
