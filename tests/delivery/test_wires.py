"""Serial lines and character devices, on ptys; what is peculiar to each wire."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import socket
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.delivery.outcome import Deferred, Delivered
from agent.delivery.settings import FileLink, SerialLink, TcpLink
from agent.delivery.transports.base import TransportError
from agent.delivery.transports.char_device import CharDeviceTransport
from agent.delivery.transports.descriptor import Descriptor
from agent.delivery.transports.opening import transport_for
from agent.delivery.transports.serial_line import SerialTransport, write_when
from tests.delivery.rig import linked, quick, turns_watched, until

RECEIPT = b"\x1b@BOUCHERIE MARTIN\nTOTAL 12,30\n\x1dV\x00"
ANSWERS = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
GS_R = b"\x1dr\x01"


class PtyPrinter:
    """The printer's end of a serial line.  ``reads`` off: its buffer is full."""

    def __init__(self) -> None:
        self.fd, self._till_end = pty.openpty()
        tty.setraw(self.fd)
        tty.setraw(self._till_end)
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._till_end)
        self.paper = b""
        self.reads = True
        self.answers = True

    async def live(self) -> None:
        held = b""
        while True:
            await asyncio.sleep(0.002)
            try:
                held += os.read(self.fd, 4096) if self.reads else b""
            except BlockingIOError:
                continue
            for number, byte in ANSWERS.items():
                question = bytes((0x10, 4, number))
                if question in held and self.answers:
                    os.write(self.fd, bytes((byte,)))
                held = held.replace(question, b"")
            if held[-1:] not in (b"\x10", b"\x04"):
                self.paper, held = self.paper + held, b""
            if GS_R in self.paper:
                self.paper = self.paper.replace(GS_R, b"")
                if self.answers:
                    os.write(self.fd, b"\0")

    def unplug(self) -> None:
        for fd in (self.fd, self._till_end):
            if fd >= 0:
                os.close(fd)
        self.fd = self._till_end = -1


@pytest.fixture
def printer() -> Iterator[PtyPrinter]:
    made = PtyPrinter()
    yield made
    made.unplug()


@pytest.mark.parametrize(
    "flow", ["none", "rtscts", "xonxoff"], ids=lambda flow: f"flow={flow}"
)
async def test_a_serial_printer_answers_and_prints(
    printer: PtyPrinter, flow: str
) -> None:
    life = asyncio.create_task(printer.live())
    settings = quick(f"serial://{printer.path}?baud=38400&flow={flow}")
    async with linked(settings) as link:
        await until(lambda: link.state.known)
        long = RECEIPT * 300  # more than a pty holds
        assert await link.print(long, deadline_s=5) == Delivered()
        await until(lambda: printer.paper == long)
    life.cancel()


async def test_the_line_is_set_as_the_link_says(printer: PtyPrinter) -> None:
    link = SerialLink(printer.path, baud=9600, flow="xonxoff", parity="even", bits=7)
    wire = SerialTransport(link)
    await wire.open(within_s=1)
    control = termios.tcgetattr(printer.fd)
    wire.close()
    assert control[0] & termios.IXON
    assert control[4] == control[5] == termios.B9600


async def test_a_serial_printer_that_does_not_read_never_blocks_the_loop(
    printer: PtyPrinter,
) -> None:
    settings = quick(f"serial://{printer.path}", asks="never")
    async with linked(settings) as link:
        async with turns_watched() as turns:
            outcome = await link.print(b"x" * 48_000, deadline_s=5)
        assert outcome == Deferred("stalled")
        assert turns.taken > 20
        assert turns.longest_cpu_s < 0.1


async def test_the_kernel_is_given_little_ahead_of_a_slow_line(
    printer: PtyPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pty sends at once; a line of 9600 baud carries 48 bytes in 50 ms."""
    held = 0
    monkeypatch.setattr(Descriptor, "unsent", lambda _: held)
    wire = SerialTransport(SerialLink(printer.path, baud=9600))
    await wire.open(within_s=1)
    assert wire.write_now(b"x" * 500) == 48
    held = 40
    assert wire.write_now(b"x" * 500) == 8
    held = 48
    assert wire.write_now(b"x" * 500) == 0
    with pytest.raises(TransportError, match="stalled"):
        await wire.write(b"x", stall_s=0.1)
    wire.close()


async def test_two_programs_cannot_have_the_same_line(printer: PtyPrinter) -> None:
    first, second = (SerialTransport(SerialLink(printer.path)) for _ in range(2))
    await first.open(within_s=1)
    with pytest.raises(TransportError, match="unreachable"):
        await second.open(within_s=1)
    first.close()


async def test_an_unplugged_cable_is_an_outcome(printer: PtyPrinter) -> None:
    life = asyncio.create_task(printer.live())
    async with linked(quick(f"serial://{printer.path}")) as link:
        await until(lambda: link.state.known)
        life.cancel()
        printer.unplug()
        outcome = await link.print(RECEIPT, deadline_s=2)
        assert outcome == Deferred("unreachable")


async def test_dtr_holds_the_bytes_back_until_the_printer_is_ready(
    printer: PtyPrinter,
) -> None:
    life = asyncio.create_task(printer.live())
    ready = False
    till_end = os.open(printer.path, os.O_RDWR | os.O_NOCTTY)
    wire = Descriptor(till_end)
    writing = asyncio.create_task(
        write_when(lambda: ready, wire, RECEIPT * 10, stall_s=2)
    )
    await asyncio.sleep(0.05)
    assert printer.paper == b""
    ready = True
    await writing
    await until(lambda: printer.paper == RECEIPT * 10)
    with pytest.raises(TransportError, match="stalled"):
        await write_when(lambda: False, wire, RECEIPT, stall_s=0.05)
    life.cancel()
    os.close(till_end)


async def test_a_line_without_dsr_says_so(printer: PtyPrinter) -> None:
    wire = SerialTransport(SerialLink(printer.path, flow="dtr"))
    await wire.open(within_s=1)
    with pytest.raises(TransportError, match="no DSR"):
        await wire.write(RECEIPT, stall_s=0.1)
    wire.close()


async def test_a_character_device_answers_and_prints(printer: PtyPrinter) -> None:
    life = asyncio.create_task(printer.live())
    async with linked(quick(f"file://{printer.path}")) as link:
        await until(lambda: link.state.known)
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        await until(lambda: printer.paper == RECEIPT)
    life.cancel()


async def test_a_character_device_that_takes_nothing_never_blocks_the_loop(
    printer: PtyPrinter,
) -> None:
    async with linked(quick(f"file://{printer.path}", asks="never")) as link:
        async with turns_watched() as turns:
            outcome = await link.print(b"x" * 48_000, deadline_s=5)
        assert outcome == Deferred("stalled")
        assert turns.taken > 20
        assert turns.longest_cpu_s < 0.1


async def test_a_plain_file_keeps_every_byte_and_is_never_asked(tmp_path: Path) -> None:
    paper = tmp_path / "paper.bin"
    paper.touch()
    async with linked(quick(f"file://{paper}")) as link:
        assert await link.print(RECEIPT * 200, deadline_s=3) == Delivered()
        assert await link.print(RECEIPT, deadline_s=3) == Delivered()
        assert not link.state.known
    assert paper.read_bytes() == RECEIPT * 201


async def test_a_missing_device_is_not_created(tmp_path: Path) -> None:
    missing = tmp_path / "lp0"
    async with linked(quick(f"file://{missing}")) as link:
        assert await link.print(RECEIPT, deadline_s=1) == Deferred("unreachable")
    assert not missing.exists()


async def test_a_full_fifo_stalls_and_says_how_much_was_left(tmp_path: Path) -> None:
    fifo = tmp_path / "printer"
    os.mkfifo(fifo)
    wire = CharDeviceTransport(str(fifo))
    with pytest.raises(TransportError, match="unreachable"):  # nobody reads it
        await wire.open(within_s=1)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    await wire.open(within_s=1)
    started = time.monotonic()
    with pytest.raises(TransportError, match="of 200000 bytes not taken"):
        await wire.write(b"x" * 200_000, stall_s=0.1)
    assert time.monotonic() - started < 15
    wire.close()
    os.close(reader)


async def test_a_device_without_answers_is_dev_null() -> None:
    wire = transport_for(FileLink("/dev/null"))
    await wire.open(within_s=1)
    await wire.write(RECEIPT, stall_s=1)
    assert await wire.read(within_s=0.05) == b""
    wire.close()
    wire.close()
    with pytest.raises(TransportError, match="not open"):
        wire.discard_input()


async def test_a_wire_that_never_stops_talking_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    for _ in range(40):
        with contextlib.suppress(BlockingIOError):
            theirs.send(b"\x14" * 4096)
    wire = Descriptor(ours.fileno())
    with pytest.raises(TransportError, match="never stops talking"):
        wire.discard_input()
    theirs.close()
    ours.close()


async def test_a_far_side_that_hung_up_is_noticed_before_a_job() -> None:
    ours, theirs = socket.socketpair()
    wire = Descriptor(ours.fileno())
    wire.discard_input()
    theirs.close()
    with pytest.raises(TransportError, match="hung up"):
        wire.discard_input()
    with pytest.raises(TransportError, match="lost"):
        await wire.write(RECEIPT, stall_s=1)
    ours.close()


async def test_settling_waits_until_the_far_side_has_it() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    wire = transport_for(TcpLink("127.0.0.1", listener.getsockname()[1]))
    await wire.open(within_s=1)
    far, _ = listener.accept()
    far.setblocking(False)
    try:
        sent = wire.write_now(b"x" * 20_000)  # what the kernel has room for
        assert sent
        with pytest.raises(TransportError, match="stalled"):
            await wire.settle(within_s=0.1)
        settling = asyncio.create_task(wire.settle(within_s=2))
        taken = 0
        while taken < sent:
            taken += len(await asyncio.get_running_loop().sock_recv(far, 65536))
        await settling
    finally:
        wire.close()
        far.close()
        listener.close()


async def test_little_is_taken_by_the_kernel_for_a_printer_that_takes_nothing() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    wire = transport_for(TcpLink("127.0.0.1", listener.getsockname()[1]))
    await wire.open(within_s=1)
    with pytest.raises(TransportError) as caught:
        await wire.write(b"x" * 300_000, stall_s=0.1)
    not_taken = int(caught.value.detail.split()[0])
    assert not_taken > 300_000 - 16_000
    wire.close()
    listener.close()


async def test_a_host_that_never_answers_costs_the_deadline_and_no_more() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    full = [socket.socket() for _ in range(4)]
    for one in full:  # the accept queue is full: Linux drops the next SYN
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
    wire = transport_for(TcpLink("127.0.0.1", port))
    started = time.monotonic()
    with pytest.raises(TransportError, match="unreachable"):
        await wire.open(within_s=0.2)
    assert time.monotonic() - started < 15
    for one in (*full, listener):
        one.close()


async def test_a_name_without_an_address_is_unreachable() -> None:
    wire = transport_for(TcpLink("printer.invalid", 9100))
    with pytest.raises(TransportError, match="unreachable"):
        await wire.open(within_s=2)
