"""A configuration from the RCU to the till and its proof, through the real programs.

One that is well, one that fits every table and yet is not well there, and one that the
agent does not survive: each is told by the till itself, and the fleet shows it.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.flaky_net import FlakyNet
from hardware_sim.programs import Program
from hardware_sim.shop import EDGE, Shop
from tests.acceptance.rig import WAIT_S, ring_up
from tests.acceptance.test_orders import command

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(280)]

KILLS = """\
import agent.app
import os
built = agent.app._house
def dies(config, *rest):
    if config.choice.linger_s == 13.0:
        os._exit(9)  # a bug that only this value meets
    return built(config, *rest)
agent.app._house = dies
from agent.__main__ import main
raise SystemExit(main())
"""


def ordered(shop: Shop) -> dict[str, Any]:
    place = shop.folder / "agent" / "rcu" / "configuration.json"
    found: dict[str, Any] = json.loads(place.read_text()) if place.exists() else {}
    return found


async def heard(shop: Shop) -> dict[str, Any]:
    """The till, as the fleet shows it."""
    _, said = await command(shop, "rcu", "tills", "--json")
    (till,) = json.loads(said)
    found: dict[str, Any] = till
    return found


async def until_heard(shop: Shop, generation: int) -> dict[str, Any]:
    """Its trial over: a proof may be there before the beat that follows it."""
    async with asyncio.timeout(WAIT_S):
        while True:
            till = await heard(shop)
            config = (till["heartbeat"] or {"config": {}})["config"]
            if config and config["generation"] == generation and not config["trial"]:
                return till
            await asyncio.sleep(0.2)


async def roll_out(shop: Shop, *said: str, trial_s: int = 16) -> tuple[int, str]:
    rest = ("--trial", str(trial_s), "--wait", *said)
    return await command(shop, "rcu", "configure", *rest)


def over(shop: Shop, net: FlakyNet) -> None:
    """Beats often, over that line; the folder's own settings stay."""
    before, _, sync = shop.configuration.read_text().rpartition("[sync]")
    sync = sync.replace(shop.rcu_url, f"http://127.0.0.1:{net.port}")
    shop.configuration.write_text(f"{before}[sync]\nheartbeat_s = 2.0\n{sync}")


async def test_a_configuration_is_tried_held_or_taken_back_and_the_fleet_knows(
    tmp_path: Path,
) -> None:
    async with (
        Shop(tmp_path / "shop", window_s=3.0) as shop,
        FlakyNet("127.0.0.1", int(shop.rcu_url.rpartition(":")[2])) as net,
    ):
        await shop.agent.stop()
        over(shop, net)
        starter = shop.folder / "starter.py"
        starter.write_text(KILLS)
        own = [str(starter), "run", "--config", str(shop.configuration)]
        shop.agent = Program("agent", own, shop.folder / "agent.log")
        await shop.open_agent()
        till = await until_heard(shop, 0)
        assert till["heartbeat"]["printer"]["state"] == "ok"

        # One that is well: the agent starts anew by itself, and says so.
        code, said = await roll_out(shop, "--set", "choice.linger_s=60")
        assert code == 0, said
        till = await until_heard(shop, 1)
        assert [each["code"] for each in till["troubles"]] == []
        _, shown = await command(shop, "agent", "config", "show")
        assert "choice.linger_s = 60.0  # ordonné" in shown
        await ring_up(shop)

        # One that fits, and over this line nothing comes in a second.
        net.turn(delay_s=1.2)
        hasty = ("--set", "sync.transfer_timeout_s=1")
        code, said = await roll_out(shop, *hasty, trial_s=12)
        assert code == 1
        assert "rolled back: the RCU" in said
        assert ordered(shop)["now"]["number"] == 1
        net.turn(delay_s=0.0)
        till = await until_heard(shop, 1)
        assert "config.rolled_back" in [each["code"] for each in till["troubles"]]

        # One that the agent does not survive: its next start takes it back.
        rolling = asyncio.create_task(roll_out(shop, "--set", "choice.linger_s=13"))
        await asyncio.wait_for(shop.agent.ended(), WAIT_S)
        assert ordered(shop)["trial"]["starts"] == 1
        await shop.open_agent()  # as its service manager does
        code, said = await rolling
        assert code == 1
        assert "did not come through its start" in said
        assert ordered(shop)["now"]["settings"] == {"choice.linger_s": 60}
        await ring_up(shop)
        _, orders = await command(shop, "rcu", "orders")
        assert orders.count(EDGE) == 3
