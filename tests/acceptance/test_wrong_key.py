"""The key of the database is lost: paper always wins, and nothing is destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.receipts import sale
from tests.acceptance.rig import SEEDS, WAIT_S, patient_shop, ring_up

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


async def test_without_its_key_every_job_is_printed_and_with_it_all_is_there(
    tmp_path: Path,
) -> None:
    async with patient_shop(tmp_path) as shop:
        kept, _ = await ring_up(shop)
        await shop.agent.stop()
        (key,) = _found(tmp_path, "store.key")
        hidden = key.rename(tmp_path / "in the safe")

        await shop.open_agent()
        papers = len(shop.printer.papers)
        order = library_bytes.encode(kitchen(next(SEEDS)))
        assert (await shop.pos.play(order)).failure == ""
        played = await shop.pos.play_with_library(sale("supermarket", next(SEEDS)))
        assert played.failure == ""
        await shop.printer.wait_paper(papers + 2, WAIT_S)
        await shop.agent.stop()
        assert not key.exists()

        hidden.rename(key)
        await shop.open_agent()
        again = await shop.counter.offered(None, WAIT_S)
        assert again["shown"]["id"] == kept["shown"]["id"]


def _found(folder: Path, name: str) -> list[Path]:
    return list(folder.rglob(name))
