"""Without holding: no job takes the printer before one whose paper is still to come."""

from __future__ import annotations

from agent.events import PrinterState
from agent.pipeline.signs import lamps, trouble
from tests.pipeline.rig import Rig, document

SALE = document(kind="sale", total=950)


async def test_the_wire_is_had_when_nothing_waits_for_paper() -> None:
    rig = Rig(hold=False)
    rig.printer.free = True
    async with rig.running():
        assert rig.hatch.flow() is not None
        rig.printer.trouble = "offline"
        await rig.job(SALE)
        assert rig.printer.printed == []
        assert rig.hatch.flow() is None
        rig.printer.trouble = ""
        await rig.pass_time(5)
        assert rig.printer.printed == [SALE]
        assert rig.hatch.flow() is not None


async def test_a_job_that_is_still_being_understood_goes_first() -> None:
    rig = Rig(hold=False)
    rig.printer.free = True
    await rig.job(SALE)  # nobody takes it yet
    assert rig.hatch.flow() is None
    async with rig.running():
        await rig.pass_time(0)
        assert rig.printer.printed == [SALE]
        assert rig.hatch.flow() is not None


async def test_what_an_earlier_run_left_goes_first() -> None:
    rig = Rig(hold=False)
    await rig.job(SALE)  # and then it died
    rig.build()
    rig.printer.free = True
    assert rig.hatch.flow() is None
    rig.printer.trouble = "offline"
    async with rig.running():
        await rig.settle()
        assert rig.hatch.flow() is None
        rig.printer.trouble = ""
        await rig.pass_time(5)
        assert rig.printer.printed == [SALE]
        assert rig.hatch.flow() is not None


async def test_one_that_went_as_it_came_holds_nobody_up() -> None:
    rig = Rig(hold=False)
    rig.printer.free = True
    rig.hatch.resumed = True
    await rig.job(SALE, forwarded=((0, len(SALE)),))
    assert rig.hatch.flow() is not None
    async with rig.running():
        await rig.pass_time(0)
        assert rig.printer.printed == []
        assert rig.hatch.flow() is not None


async def test_with_holding_nothing_goes_through() -> None:
    rig = Rig()
    rig.printer.free = True
    async with rig.running():
        assert rig.hatch.flow() is None


def test_a_printer_that_is_away_is_no_ready_one() -> None:
    away = PrinterState(known=False, online=False)
    notice = trouble(away, stuck=False, keeps=True)
    assert notice is not None
    assert "ne répond pas" in notice.says.fr
    assert lamps(away, notice, {})[0].state == "needs"
    mute = PrinterState(known=False, online=True)  # one that has no way to answer
    assert trouble(mute, stuck=False, keeps=True) is None
