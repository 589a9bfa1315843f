"""A printer on USB, by python-escpos' own driver; the bus is a fake."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator

import pytest
from escpos.printer import usb as driver

from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.settings import UsbLink, parse_link
from agent.delivery.transports import drivers
from agent.delivery.transports.base import CHUNK_BYTES, TransportError
from agent.delivery.transports.thread import DriverThread
from agent.delivery.transports.usb import UsbTransport
from tests.delivery.rig import linked, quick, until
from tests.fakes.usb import UsbPrinter, plug

LINK = "usb://04b8:0202"
RECEIPT = b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30\n\x1dV\x00"


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsbPrinter]:
    found = UsbPrinter()
    plug(monkeypatch, found)
    yield found
    gc.collect()  # python-escpos closes a device when its driver is collected


def transport() -> UsbTransport:
    return UsbTransport(UsbLink(0x04B8, 0x0202))


async def test_a_job_reaches_the_paper_byte_for_byte(printer: UsbPrinter) -> None:
    job = RECEIPT + bytes(range(256)).replace(b"\x10\x04", b"") * 60
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.known)
        assert await link.print(job, deadline_s=5) == Delivered()
    assert printer.paper == job
    assert max(printer.pieces) <= CHUNK_BYTES
    await until(lambda: printer.released == printer.opened)


async def test_a_job_is_proved_by_its_answer_behind_it(
    printer: UsbPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(quick(LINK, confirm_s=30)) as link:
        await until(lambda: link.state.known)
        for _ in range(3):
            async with asyncio.timeout(10):
                assert await link.print(RECEIPT, deadline_s=60) == Delivered()
    assert "does not say" not in caplog.text
    assert "did not confirm" not in caplog.text


async def test_it_says_when_it_has_no_paper_and_gets_nothing(
    printer: UsbPrinter,
) -> None:
    printer.answers[4] = 0x72
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.paper == "out")
        assert await link.print(RECEIPT, deadline_s=3) == Deferred("paper_out")
        assert printer.paper == b""
        printer.answers[4] = 0x12
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()


async def test_one_without_a_way_back_is_mute_and_prints(printer: UsbPrinter) -> None:
    printer.has_back = False
    async with linked(quick(LINK)) as link:
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert not link.state.known
    assert printer.paper == RECEIPT


async def test_a_cable_that_is_pulled_within_a_job_is_lost_and_found_again(
    printer: UsbPrinter,
) -> None:
    printer.breaks_after = 10
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.known)
        assert await link.print(RECEIPT, deadline_s=3) == Deferred("lost")
        assert not link.state.online
        assert await link.print(RECEIPT, deadline_s=3) == Deferred("unreachable")
        printer.breaks_after, printer.there, printer.paper = None, True, b""
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert printer.paper == RECEIPT


async def test_one_that_takes_no_bytes_is_stalled(printer: UsbPrinter) -> None:
    async with linked(quick(LINK)) as link:
        await until(lambda: link.state.known)
        wire = transport()
        await wire.open(within_s=2)
        printer.stuck = True
        with pytest.raises(TransportError) as told:
            await wire.write(RECEIPT, stall_s=0.1)
        assert told.value.fault == "stalled"
        wire.close()


async def test_what_had_arrived_before_a_question_is_no_answer_to_it(
    printer: UsbPrinter,
) -> None:
    wire = transport()
    await wire.open(within_s=2)
    printer.waiting = b"\x7e\x7e"
    wire.discard_input()
    await wire.write(b"\x10\x04\x01", stall_s=1)
    assert await wire.read(within_s=1) == b"\x16"
    wire.close()


async def test_a_driver_that_hangs_is_left_behind_and_the_loop_goes_on(
    printer: UsbPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = threading.Event()
    take = UsbPrinter.write

    def hang(self: UsbPrinter, endpoint: int, data: bytes, timeout: int) -> int:
        hold.wait(20)
        return take(self, endpoint, data, timeout)

    monkeypatch.setattr("agent.delivery.transports.usb.MARGIN_S", 0.05)
    wire = transport()
    await wire.open(within_s=2)
    monkeypatch.setattr(UsbPrinter, "write", hang)
    with pytest.raises(TransportError) as told:
        await wire.write(RECEIPT, stall_s=0.05)
    assert told.value.fault == "stalled"
    wire.close()
    monkeypatch.setattr(UsbPrinter, "write", take)
    await wire.open(within_s=2)
    await wire.write(RECEIPT, stall_s=1)
    assert printer.paper == RECEIPT
    hold.set()
    wire.close()


async def test_a_thread_does_one_thing_at_a_time_and_its_last_when_it_is_left() -> None:
    thread, done = DriverThread("test"), []
    first = asyncio.create_task(thread.call(lambda: done.append(1), within_s=5))
    await asyncio.sleep(0)
    await thread.call(lambda: done.append(2), within_s=5)
    await first
    thread.close(lambda: done.append(3))
    await until(lambda: done == [1, 2, 3])


async def test_without_the_library_it_is_unreachable_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "_DEP_USB", False)
    with pytest.raises(TransportError, match=r"receipt-agent\[usb\]") as told:
        await transport().open(within_s=5)
    assert told.value.fault == "unreachable"


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"there": False}, "not found"), ({"busy": True}, "usblp")],
)
async def test_why_it_does_not_open(
    printer: UsbPrinter,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, bool],
    says: str,
) -> None:
    for name, value in changes.items():
        setattr(printer, name, value)
    if printer.busy:  # python-escpos only logs it; libusb claims at the first transfer
        monkeypatch.setattr(UsbPrinter, "get_active_configuration", _busy)
    with pytest.raises(TransportError, match=says) as told:
        await transport().open(within_s=2)
    assert told.value.fault == "unreachable"


def _busy(self: UsbPrinter) -> None:
    self.set_configuration()


def test_two_alike_are_told_apart_by_their_serial_number(printer: UsbPrinter) -> None:
    link = parse_link("usb://04B8:0202?serial=X2")
    assert link == UsbLink(0x04B8, 0x0202, "X2")
    assert isinstance(link, UsbLink)
    with pytest.raises(Exception, match="not found"):
        UsbTransport(link)._find()
    assert UsbTransport(UsbLink(0x04B8, 0x0202, "X1"))._find()


@pytest.mark.parametrize(
    "text", ["usb://04b8", "usb://04b8:02", "usb:///dev/usb/lp0", "usb://04b8:0202?x=1"]
)
def test_any_other_address_is_told_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="lsusb"):
        parse_link(text)


def test_what_is_lacking_is_told_without_loading_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drivers, "find_spec", lambda _name: None)
    assert "libusb" in drivers.lacking("usb")
    monkeypatch.setattr(drivers, "find_spec", lambda name: name)
    assert drivers.lacking("usb") == ""
