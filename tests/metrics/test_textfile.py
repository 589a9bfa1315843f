"""What node_exporter reads: by the socket alone, and of each agent of a machine."""

from __future__ import annotations

import asyncio
from http.client import HTTPConnection
from pathlib import Path

import pytest

from agent.cli import main
from agent.it import units
from agent.metrics.picture import Picture, StoreSeen
from agent.metrics.server import MetricsServer
from agent.metrics.settings import MetricsSettings
from agent.metrics.tally import Tally
from tests.fakes.clock import FakeClock
from tests.metrics.test_exposition import samples
from tests.metrics.test_server import a_place

pytestmark = pytest.mark.timeout(120)
TILL = """\
[till]
tenant = "t"
store = "s"
till = "1"
shop = "Le Comptoir"
tickets_url = "https://tickets.example"
state_dir = "{state}"
[printer]
link = "tcp://127.0.0.1:9"
[metrics]
listen = "{listen}"
"""


async def look() -> Picture:
    return Picture(now_s=1.0, store=StoreSeen())


async def probe() -> None:
    """Alive."""


async def is_there(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True


async def left_by(folder: Path, listen: str, state: Path) -> str:
    """The file, of a till with that state whose metrics listen there."""
    path, left = folder / "agent.toml", folder / "agent.prom"
    path.write_text(TILL.format(state=state, listen=listen))
    await asyncio.to_thread(state.mkdir)
    tally = Tally()
    tally.add("jobs_total", "tcp", "document", "kept")
    server = MetricsServer(
        MetricsSettings(listen=listen),
        state,
        tally,
        look,
        probe,
        FakeClock(),
        opens=True,
        accepting=lambda: True,
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server.run())
        async with asyncio.timeout(20):
            while True:
                if await is_there(state / "metrics.sock"):
                    break
                await asyncio.sleep(0.02)
        words = ["metrics", "--config", str(path), "--textfile", str(left)]
        assert await asyncio.to_thread(main, words) == 0
        running.cancel()
    assert not (state / "metrics.sock").exists()
    return left.read_text()


async def test_it_needs_no_network_whatever_metrics_listens_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the timer's unit."""

    def nowhere(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(HTTPConnection, "connect", nowhere)
    found = samples(await left_by(tmp_path, a_place(), tmp_path / "state"))
    assert found["receipt_agent_up", ()] == 1
    assert not any("agent" in dict(labels) for _, labels in found)


async def test_two_agents_of_a_machine_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "STATE", tmp_path)
    text = await left_by(tmp_path, "unix", tmp_path / "receipt-agent-bar")
    found = samples(text)
    assert found["receipt_agent_up", (("agent", "bar"),)] == 1
    kept = {"agent": "bar", "door": "tcp", "outcome": "kept", "shape": "document"}
    assert found["receipt_agent_jobs_total", tuple(sorted(kept.items()))] == 1
    assert {dict(labels).get("agent") for _, labels in found} == {"bar"}
