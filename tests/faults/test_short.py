"""Each fault once, as short as it can be and still bite; its control beside it.

``make torture`` runs the long forms.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import blocks, clocks, cuts, disks, kills, syncs, trace

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


async def test_kills_and_lost_replies_lose_nothing_and_make_nothing_double(
    tmp_path: Path,
) -> None:
    figures = await kills.rcu_kills(tmp_path / "shop", 1, seed=1, agents=1)
    assert figures.held, figures.line()
    assert figures.accepted > 3
    assert figures.more["integrity"] == ["ok", "ok"], figures.line()
    assert figures.more["dead_lettered"] == 0, figures.line()


async def test_an_agent_that_answers_before_it_writes_loses(tmp_path: Path) -> None:
    # Of this seed the kill comes a tenth of a second behind an answer.
    figures = await kills.agent_kills(tmp_path / "shop", 1, 13, "ack-early", alone=True)
    assert figures.lost > 0, figures.line()


@pytest.mark.skipif(bool(trace.why_not()), reason=trace.why_not())
async def test_no_power_cut_and_no_flipped_bit_takes_what_was_acknowledged(
    tmp_path: Path,
) -> None:
    recording = await cuts.recorded(tmp_path / "shop", 12)
    figures = await cuts.replayed(recording, 80, seed=1)
    assert figures.held, figures.line()
    assert figures.corrupt == 0, figures.line()
    assert figures.faults == 80
    figures = await disks.flipped(recording.keys.parent, 60, seed=1)
    assert figures.held, figures.line()


@pytest.mark.skipif(bool(trace.why_not()), reason=trace.why_not())
async def test_without_a_sync_a_power_cut_takes_it(tmp_path: Path) -> None:
    figures = await cuts.run(tmp_path / "shop", 6, 30, 1, "sync-normal")
    assert figures.lost > 0, figures.line()


@pytest.mark.skipif(bool(blocks.why_not()), reason=blocks.why_not())
async def test_a_picture_of_the_disk_has_what_was_acknowledged(tmp_path: Path) -> None:
    try:
        figures = await blocks.run(tmp_path / "shop", 3, seed=1)
    except disks.NoDiskError as why:
        pytest.skip(str(why))
    assert figures.held, figures.line()
    assert figures.corrupt == 0, figures.line()


@pytest.mark.skipif(bool(syncs.why_not()), reason=syncs.why_not())
async def test_a_disk_that_fails_ends_the_process_and_loses_nothing(
    tmp_path: Path,
) -> None:
    figures = await syncs.failing(tmp_path / "shop", seed=1, alone=True)
    assert figures.held, figures.line()
    assert figures.more["exit_status"] == syncs.GAVE_UP


async def test_a_full_disk_loses_nothing_and_the_process_stays(tmp_path: Path) -> None:
    try:
        figures = await disks.full(tmp_path / "shop", seed=1, alone=True)
    except disks.NoDiskError as why:
        pytest.skip(str(why))
    assert figures.held, figures.line()
    assert figures.more["same_process"]
    assert figures.more["printed_while_full"] == disks.PRINTED_SALES


@pytest.mark.skipif(bool(clocks.why_not()), reason=clocks.why_not())
async def test_a_clock_that_jumps_costs_no_sale(tmp_path: Path) -> None:
    figures = await clocks.jumps(tmp_path / "shop", 1, seed=1, alone=True)
    assert figures.held, figures.line()
