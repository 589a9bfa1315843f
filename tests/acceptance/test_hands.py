"""The real daemon and a scanner on a serial line: the card by the till answers for the POS."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from hardware_sim.keypad import FACES, UINPUT, UinputKeypad
from hardware_sim.scanner import SerialScanner
from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S, WAIT_S, ring_up

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

PAPER, NONE, MORE_TIME = "RA1-PO", "RA1-NS", "RA1-TG"
"""As they stand on the card."""


def journal(shop: Shop) -> str:
    return (shop.folder / "agent.log").read_text()


async def journal_says(shop: Shop, words: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while words not in journal(shop):  # noqa: ASYNC110 -- a file rings no bell
            await asyncio.sleep(0.05)


async def test_a_choice_is_scanned_and_a_scanned_receipt_is_found(
    tmp_path: Path,
) -> None:
    with SerialScanner(tmp_path / "scanner") as scanner:
        more = f"\n[[scanner]]\nserial = '{scanner.path}'\n"
        async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
            offered, _ = await ring_up(shop)
            first = offered["shown"]["id"]
            scanner.scan(PAPER)
            now = await shop.counter.until(
                lambda now: now["shown"]["phase"] == "done", WAIT_S, "printed receipt"
            )
            assert now["shown"]["id"] == first
            assert now["shown"]["choice"] == "paper"
            assert now["shown"]["paper_copies"] == 1

            scanner.unplug()
            await ring_up(shop)
            scanner.plug()
            await journal_says(shop, "a hand is back")
            scanner.scan("3017620422003")
            scanner.scan(NONE)
            now = await shop.counter.until(
                lambda now: now["shown"]["choice"] == "none", WAIT_S, "no receipt"
            )
            assert now["shown"]["id"] != first
            assert now["shown"]["paper_copies"] == 0
            assert "3017620422003" not in journal(shop)


@pytest.mark.skipif(
    not os.access(UINPUT, os.W_OK),
    reason=f"{UINPUT} cannot be written: modprobe uinput, and run as root",
)
async def test_a_choice_is_a_key_of_the_keypad(tmp_path: Path) -> None:
    name = f"Keypad of the acceptance {os.getpid()}"
    more = f"\n[[keypad]]\nname = '{name}'\n"
    async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
        offered, _ = await ring_up(shop)
        with UinputKeypad(name) as pad:
            await journal_says(shop, "a hand is back")
            pad.press(FACES["1"])
            now = await shop.counter.until(
                lambda now: now["shown"]["phase"] == "done", WAIT_S, "printed receipt"
            )
        assert now["shown"]["id"] == offered["shown"]["id"]
        assert now["shown"]["paper_copies"] == 1
        await journal_says(shop, "unplugged")
