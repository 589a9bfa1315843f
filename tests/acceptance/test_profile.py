"""A till whose profile says where its numbers stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware_sim.shop import Shop
from tests.acceptance.rig import PATIENT_S, ring_up

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

PROFILE = r"""
schema = "profile/1"
name = "resto"
[fields]
number = 'Note n° *\d{3}-(\d+)'
"""


async def test_the_profile_in_the_configuration_is_read_with(tmp_path: Path) -> None:
    path = tmp_path / "resto.toml"
    path.write_text(PROFILE, encoding="utf-8")
    more = f"[receipt]\nprofile = '{path}'\n"
    async with Shop(tmp_path / "shop", window_s=PATIENT_S, more=more) as shop:
        now, ticket = await ring_up(shop, read=lambda number: number.partition("-")[2])
    assert now["shown"]["number"] == ticket.truth.number.partition("-")[2]
