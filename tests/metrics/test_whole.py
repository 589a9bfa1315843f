"""The whole agent, scraped: a sale is counted, its words are nowhere, the command agrees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import Config
from agent.it import metrics
from tests.house.test_paper_wins import RECEIPT, Understands, till
from tests.metrics.test_exposition import samples

Sample = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def configured(tmp_path: Path) -> tuple[Config, Path]:
    """The file that commands read of an agent that a test runs in this process."""
    path = tmp_path / "agent.toml"
    path.write_text(
        f"""
[till]
tenant = "t"
store = "s"
till = "1"
shop = "Le Comptoir"
tickets_url = "https://tickets.example"
state_dir = "{tmp_path / "state"}"
[printer]
link = "tcp://127.0.0.1:9"
"""
    )
    return Config.model_validate({"till": _till(tmp_path), "printer": _PRINTER}), path


_PRINTER = {"link": "tcp://127.0.0.1:9"}


def _till(tmp_path: Path) -> dict[str, object]:
    return {
        "tenant": "t",
        "store": "s",
        "till": "1",
        "shop": "Le Comptoir",
        "tickets_url": "https://tickets.example",
        "state_dir": tmp_path / "state",
    }


async def page(config: Config, path: str = "/metrics") -> str | None:
    found = await asyncio.to_thread(metrics.asked, config, path)
    return found[1] if found else None


async def until(config: Config, holds: Callable[[Sample], bool]) -> str:
    async with asyncio.timeout(60):
        while True:
            text = await page(config)
            if text is not None and holds(samples(text)):
                return text
            await asyncio.sleep(0.1)


def of(found: Sample, name: str, **labels: str) -> float:
    return found.get((f"receipt_agent_{name}", tuple(sorted(labels.items()))), 0.0)


@pytest.mark.timeout(120)
async def test_a_sale_is_counted_from_the_door_to_the_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, path = configured(tmp_path)
    async with till(tmp_path, Understands(), window_s=3) as here:
        await here.send(RECEIPT)

        def settled(found: Sample) -> bool:
            by_silence = {"choice": "none", "by": "silence"}
            return of(found, "choices_total", **by_silence) == 1

        text = await until(config, settled)
        found = samples(text)
        kept = {"door": "tcp", "shape": "document", "outcome": "kept"}
        assert of(found, "jobs_total", **kept) == 1
        assert of(found, "receipts_total", outcome="offered") == 1
        assert of(found, "job_offered_seconds_count") == 1
        assert of(found, "store_up") == of(found, "store_taking_in") == 1
        assert of(found, "printer_online") == of(found, "watchdog_ok") == 1
        assert of(found, "printer_last_answer_timestamp_seconds") > 1e9
        assert of(found, "store_transactions_total") >= 2
        for word in ("COMPTOIR", "BAGUETTE", "3,50", "0042", "127.0.0.1"):
            assert word not in text
        alive, ready = await page(config, "/healthz"), await page(config, "/readyz")
        assert alive is not None
        assert ready is not None
        assert json.loads(alive) == {"alive": True, "store": "ok"}
        assert json.loads(ready)["ready"] is True
        wanted = ["metrics", "--ready", "--require", "foo", "--config", str(path)]
        assert await asyncio.to_thread(main, wanted) == 64
        refused = capsys.readouterr()
        assert (refused.out, "printer, rcu" in refused.err) == ("", True)
        words = ("metrics", "--config", str(path))
        assert await asyncio.to_thread(main, [*words, "--ready"]) == 0
        assert json.loads(capsys.readouterr().out)["parts"]["jobs"]["ok"] is True
        assert await asyncio.to_thread(main, [*words, "--openmetrics"]) == 0
        assert capsys.readouterr().out.endswith("# EOF\n")
        left = tmp_path / "agent.prom"
        assert await asyncio.to_thread(main, [*words, "--textfile", str(left)]) == 0
        found = samples(left.read_text())
        assert (of(found, "up"), of(found, "bypass_active")) == (1, 0)
        assert of(found, "jobs_total", **kept) == 1


def test_a_dead_agent_is_told_of_in_the_textfile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, path = configured(tmp_path)
    left = tmp_path / "agent.prom"
    words = ("metrics", "--config", str(path))
    assert main([*words, "--textfile", str(left)]) == 0
    assert of(samples(left.read_text()), "up") == 0
    assert list(samples(left.read_text())) == [
        ("receipt_agent_up", ()),
        ("receipt_agent_bypass_active", ()),
    ]
    assert main(list(words)) == metrics.EXIT_UNAVAILABLE
    assert "ne répond pas" in capsys.readouterr().err
    assert main([*words, "--textfile", "/nowhere/x.prom"]) == metrics.EXIT_UNAVAILABLE
