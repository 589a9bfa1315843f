from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from hardware_sim.browser import open_browser
from hardware_sim.programs import Program
from hardware_sim.receipts import sale
from hardware_sim.shop import Shop
from hardware_sim.story import ADDRESS, Story

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

WINDOW_S = 8.0


async def test_the_story_holds_through_pixels_glass_and_paper(tmp_path: Path) -> None:
    """QR from a screenshot, paper's bytes, e-mail, kitchen, drawer, RCU away, silence."""
    async with open_browser() as browser:
        if browser is None:
            pytest.skip("no Chromium here: apt-get install chromium libatomic1")
        async with Shop(tmp_path / "shop", WINDOW_S) as shop:
            story = Story(shop, browser)
            told = [each async for each in story.play()]
            page = story.customer.page
    assert [(each.letter, each.says) for each in told if not each.well] == []
    assert len(told) == 7
    _assert_logs_keep_secrets(shop, page.url)


def _assert_logs_keep_secrets(shop: Shop, url: str) -> None:
    own = ("agent/rcu/token", "agent/rcu/keys.jsonl")
    for name in ("agent.toml", "rcu.toml", "rcu/rcu.pem", *own):
        assert (shop.folder / name).stat().st_mode & 0o777 == 0o600
    said = shop.agent.said() + shop.rcu.said() + (shop.folder / "enrol.log").read_text()
    assert "store opened" in said
    assert "batch" in said
    token = (shop.folder / "agent/rcu/token").read_text().strip()
    receipt_texts = [
        line.strip()
        for line in sale("restaurant", 1).text.splitlines()
        if len(line.strip()) > 8
    ]
    secrets = [ADDRESS, ADDRESS.partition("@")[0], token, url.rpartition("/")[2]]
    secrets += receipt_texts
    assert [each for each in secrets if each in said] == []


async def test_the_demonstration_ends_well_without_a_browser(tmp_path: Path) -> None:
    demo = _demo(tmp_path, "--once", "--no-browser")
    await demo.start(_at_once, 5.0)
    assert demo.process is not None
    async with asyncio.timeout(90):
        status = await demo.process.wait()
    assert status == 0, demo.said()
    assert "no browser" in demo.said()
    assert "✗" not in demo.said()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for orphans in /proc")
async def test_the_demonstration_ends_cleanly_when_told(tmp_path: Path) -> None:
    """Both ways at once: most of it is five programs that start."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        (tmp_path / number.name).mkdir()
    async with asyncio.TaskGroup() as group:
        for number in numbers:
            group.create_task(_told(tmp_path / number.name, number))


async def _told(folder: Path, number: signal.Signals) -> None:
    demo = _demo(folder, "--no-browser")

    async def welcomes() -> bool:
        return "Ctrl-C" in demo.said()

    await demo.start(welcomes, 60.0)
    assert demo.process is not None
    programs = _children(demo.process.pid)
    assert len(programs) >= 2
    for page in ("/display", "/cashier", "/it", "the RCU: ", "operator link"):
        assert page in demo.said()
    assert await demo.stop(number) == 0
    assert "Traceback" not in demo.said()
    assert _alive(programs) == []


def _demo(folder: Path, *flags: str) -> Program:
    arguments = ["-m", "hardware_sim", "shop", "--dir", str(folder / "shop"), *flags]
    return Program("demo", arguments, folder / "demo.log")


async def _at_once() -> bool:
    return True


def _alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _children(parent: int) -> list[int]:
    """Every process below that one, by /proc."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text()
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == parent:
            pid = int(folder.name)
            found += [pid, *_children(pid)]
    return found
