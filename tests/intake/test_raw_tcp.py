"""A POS at the printer port: real sockets, a corridor that only writes down."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from agent.bus import Bus
from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.escpos.jobs import JobEnd, JobReader, Step
from agent.escpos.status import Identity
from agent.events import Event, PrinterChanged, PrinterState
from agent.intake.dialect import escpos
from agent.intake.doors.raw_tcp import RawTcpDoor
from agent.intake.limits import LimitSettings
from agent.intake.listening import listening
from agent.intake.reception import Reception
from agent.intake.settings import TcpDoorSettings
from agent.intake.surroundings import Surroundings
from agent.store.records import Evidence
from tests.intake.book import Book

RECEIPT = b"\x1b@TOTAL   9,50\n\n\n\n\x1dV\x00"
KICK = b"\x1bp\x00\x19\x19"


@dataclass
class Shop:
    """A door that listens."""

    book: Book
    port: int
    bus: Bus[Event]
    state: PrinterState = field(default_factory=lambda: PrinterState(known=True))
    other: Reception | None = None
    """Of another door of the same till."""

    async def call(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, data: bytes) -> bytes:
        """As CUPS does: send, half close, read until the printer hangs up."""
        reader, writer = await self.call()
        writer.write(data)
        writer.write_eof()
        async with asyncio.timeout(5):
            answers = await reader.read()
        writer.close()
        return answers


@asynccontextmanager
async def shop(
    durable_s: float = 0.0,
    idle_close_s: float = 60.0,
    limits: LimitSettings | None = None,
    port: socket.socket | None = None,
) -> AsyncGenerator[Shop]:
    """``port`` listens already, as one of systemd's does, and is closed."""
    book, bus = Book(durable_s), Bus[Event]()
    place = Shop(book, 0, bus)
    around = Surroundings(
        door="tcp",
        counter=book,
        state=lambda: place.state,
        clock=SystemClock(),
        entropy=SystemEntropy(),
        idle_close_s=idle_close_s,
        dialect=escpos(Identity()),
        limits=limits or LimitSettings(),
    )
    place.other = Reception(around, bus)
    port = port or listening("127.0.0.1", 0)
    place.port = port.getsockname()[1]
    door = RawTcpDoor("door.tcp", TcpDoorSettings(), Reception(around, bus), [port])
    async with asyncio.TaskGroup() as group:
        service = group.create_task(door.run())
        await asyncio.sleep(0)
        try:
            yield place
        finally:
            service.cancel()
    port.close()


async def test_a_job_arrives_whole_and_the_hang_up_is_answered_at_once() -> None:
    async with shop() as here:
        assert await here.send(RECEIPT) == b""
        ((job, raw),) = here.book.jobs
    assert raw == RECEIPT
    assert (job.shape, job.evidence, job.follows) == ("document", "cut", None)


async def test_the_hang_up_is_answered_only_when_the_job_is_durable() -> None:
    async with shop(durable_s=0.3) as here:
        await here.send(b"no cut at all\n")
        assert [raw for _, raw in here.book.jobs] == [b"no cut at all\n"]


async def test_one_byte_at_a_time_is_the_same_job() -> None:
    async with shop() as here:
        _, writer = await here.call()
        for byte in RECEIPT:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        await here.book.until(1)
        writer.close()
    assert here.book.jobs[0][1] == RECEIPT


async def test_two_receipts_on_one_connection_are_two_jobs_and_a_tail_follows() -> None:
    async with shop() as here:
        await here.send(RECEIPT + b"\x1bd\x03" + RECEIPT)
        jobs = here.book.jobs
    assert [(job.shape, raw) for job, raw in jobs] == [
        ("document", RECEIPT),
        ("tail", b"\x1bd\x03"),
        ("document", RECEIPT),
    ]
    assert jobs[1][0].follows == jobs[0][0].id


async def test_a_receipt_without_a_cut_ends_in_silence() -> None:
    async with shop() as here:
        _, writer = await here.call()
        writer.write(b"TOTAL 9,50\n\n\n\n\n\n")
        await here.book.until(1)
        writer.close()
    assert here.book.jobs[0][0].evidence == "idle"


@pytest.mark.parametrize("sent", [b"", b"\x10\x04\x01", b"\x1b@", KICK])
async def test_what_is_no_receipt_is_no_job(sent: bytes) -> None:
    async with shop() as here:
        await here.send(sent)
        assert here.book.jobs == []
        assert here.book.kicks == ([KICK] if sent == KICK else [])


async def test_a_drawer_opens_before_its_receipt_is_complete() -> None:
    async with shop() as here:
        _, writer = await here.call()
        writer.write(b"\x1b@HELLO\n" + KICK)
        async with asyncio.timeout(5):
            await here.book.kicked.wait()
        assert here.book.jobs == []
        writer.write(b"TOTAL 9,50\n\x1dV\x00")
        await here.book.until(1)
        writer.close()
    job, raw = here.book.jobs[0]
    ((begin, end),) = job.forwarded
    assert raw[begin:end] == KICK


async def test_status_is_answered_while_another_client_prints() -> None:
    async with shop(durable_s=0.5) as here:
        _, printing = await here.call()
        printing.write(RECEIPT * 4)
        reader, asking = await here.call()
        asking.write(b"\x10\x04\x01\x10\x04\x04")
        async with asyncio.timeout(0.4):
            answer = await reader.readexactly(2)
        printing.close()
        asking.close()
    assert [byte & 0x93 for byte in answer] == [0x12, 0x12]


async def test_a_pos_whose_job_is_on_its_way_to_the_disk_still_gets_its_status() -> (
    None
):
    async with shop(durable_s=1.0) as here:
        reader, writer = await here.call()
        writer.write(RECEIPT)
        await asyncio.sleep(0.1)
        writer.write(b"\x10\x04\x01")
        async with asyncio.timeout(0.5):
            assert (await reader.readexactly(1))[0] & 0x93 == 0x12
        assert here.book.jobs == []
        await here.book.until(1)
        writer.close()


async def test_many_unfinished_jobs_end_before_the_memory_does() -> None:
    limits = LimitSettings.model_construct(held_mb=1, crowded_job_kb=16)
    async with shop(limits=limits) as here:
        lines = [await here.call() for _ in range(6)]
        for _, writer in lines:
            writer.write(b"x" * 300_000)
            await writer.drain()
        await here.book.until(1)
        for _, writer in lines:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(10):
            # A line may be several jobs: six of them need not be all.
            while sum(len(raw) for _, raw in here.book.jobs) < 1_800_000:
                here.book.came.clear()
                await here.book.came.wait()
    assert sum(len(raw) for _, raw in here.book.jobs) == 1_800_000
    assert {job.evidence for job, _ in here.book.jobs} >= {"size"}


async def test_gs_r_is_answered_when_what_was_sent_before_it_is_durable() -> None:
    async with shop(durable_s=0.2) as here:
        reader, writer = await here.call()
        writer.write(b"\x1b@TOTAL 9,50\n\x1dr\x01")
        async with asyncio.timeout(2):
            answer = await reader.readexactly(1)
        ((job, number, piece),) = here.book.pieces
        writer.write(b"\n\x1dV\x00")
        await here.book.until(1)
        writer.close()
    assert answer[0] & 0x90 == 0
    assert (number, piece) == (0, b"\x1b@TOTAL 9,50\n")
    assert here.book.jobs[0][0].id == job
    assert here.book.jobs[0][1] == b"\x1b@TOTAL 9,50\n\x1dr\x01\n\x1dV\x00"


async def test_a_pos_that_asked_hears_of_paper_out_by_itself() -> None:
    async with shop() as here:
        reader, writer = await here.call()
        writer.write(b"\x1da\xff")
        async with asyncio.timeout(2):
            first = await reader.readexactly(4)
            here.state = replace(here.state, paper="out", online=False)
            here.bus.publish(PrinterChanged(here.state))
            second = await reader.readexactly(4)
        writer.close()
    assert first[0] & 0x93 == second[0] & 0x93 == 0x10
    assert first[2] & 0x0C == 0
    assert second[2] & 0x0C == 0x0C


async def test_ten_megabytes_without_a_cut_end_as_jobs_and_the_next_one_works() -> None:
    noise = b"x" * (10 << 20)
    async with shop() as here:
        await here.send(noise)
        assert b"".join(raw for _, raw in here.book.jobs) == noise
        assert len(here.book.jobs) > 1
        await here.send(RECEIPT)
        assert here.book.jobs[-1][1] == RECEIPT


async def test_a_client_that_stalls_in_a_picture_is_hung_up_on_and_kept() -> None:
    stalled = b"\x1dv0\x00\x48\x00\xff\x00" + b"\x55" * 100
    async with shop(idle_close_s=0.3) as here:
        reader, writer = await here.call()
        writer.write(stalled)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()
    ((_, raw),) = here.book.jobs
    # The rest of the picture is white: a printer would wait for it in the next job.
    assert raw == stalled.ljust(8 + 0x48 * 0xFF, b"\0")


async def test_a_hundred_clients_at_once_are_all_served() -> None:
    async with shop() as here, asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(here.send(RECEIPT))
    assert len(here.book.jobs) == 100


async def test_when_the_reader_of_jobs_fails_the_bytes_are_kept_raw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(self: JobReader, data: bytes) -> list[Step]:
        raise IndexError("a bug in the tokeniser")

    monkeypatch.setattr(JobReader, "feed", broken)
    async with shop() as here:
        await here.send(RECEIPT)
        ((job, raw),) = here.book.jobs
    assert (job.shape, raw) == ("raw", RECEIPT)


async def test_a_stop_out_of_time_does_not_say_that_the_job_is_safe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.intake.reception.STOP_S", 0.1)
    async with shop(durable_s=3600) as here:
        reader, writer = await here.call()
        writer.write(RECEIPT)
        writer.write_eof()
        async with asyncio.timeout(5):
            await here.book.begun.wait()
    # A POS takes a FIN for "done".
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionResetError):
            await reader.read()
    writer.close()
    assert here.book.jobs == []


async def test_nor_does_the_line_of_a_job_that_could_be_neither_kept_nor_printed() -> (
    None
):
    async with shop() as here:
        here.book.broken = True
        reader, writer = await here.call()
        writer.write(RECEIPT)
        writer.write_eof()
        async with asyncio.timeout(5):
            with pytest.raises(ConnectionResetError):
                await reader.read()
        writer.close()


async def test_a_stop_keeps_what_has_come_so_far() -> None:
    async with shop() as here:
        _, writer = await here.call()
        writer.write(b"half a rec")
        await asyncio.sleep(0.1)
    ((job, raw),) = here.book.jobs
    assert (job.evidence, raw) == ("stop", b"half a rec")
    writer.close()


async def test_who_was_let_in_when_the_stop_came_is_still_heard() -> None:
    callers = [socket.socket() for _ in range(3)]
    async with shop() as here:
        for caller in callers:
            caller.connect(("127.0.0.1", here.port))
            caller.sendall(RECEIPT)
            caller.shutdown(socket.SHUT_WR)
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # taken from the kernel, not one of them met
        assert not here.book.jobs
    assert [raw for _, raw in here.book.jobs] == [RECEIPT] * len(callers)
    for caller in callers:
        assert caller.recv(1) == b""  # a hang-up, which says that it is safe
        caller.close()


async def test_nothing_is_ever_written_that_a_printer_would_not_say() -> None:
    async with shop() as here:
        for sent in (RECEIPT, b"\x00\xff" * 500, b"GET / HTTP/1.1\r\n\r\n"):
            assert await here.send(sent) == b""


async def test_answers_leave_without_waiting_for_more() -> None:
    async with shop() as here:
        reader, writer = await here.call()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(20):
            writer.write(b"\x10\x04\x01")
            async with asyncio.timeout(0.5):
                await reader.readexactly(1)
        writer.close()


# -- cut-through ----------------------------------------------------------------


@dataclass
class Paper:
    """A printer that takes what it gets; ``dies`` after so many bytes."""

    taken_bytes: bytes = b""
    dies: int = 1 << 30
    ended: bool = False
    read: int = 0

    @property
    def failed(self) -> bool:
        return len(self.taken_bytes) > self.dies

    def write(self, data: bytes) -> None:
        self.taken_bytes += data

    def place(self, start: int, end: int) -> None:
        """A pulse may be said there."""

    @property
    def given(self) -> int:
        return len(self.taken_bytes)

    def known(self, count: int) -> None:
        """So much of it is read."""
        self.read = max(self.read, count)

    def stands(self, aside: object) -> None:
        pass

    async def room(self) -> None:
        pass

    async def taken(self, count: int) -> bool:
        return not self.failed and len(self.taken_bytes) >= count

    def end(self) -> None:
        self.ended = True


async def test_a_job_that_went_through_is_not_printed_again() -> None:
    async with shop() as here:
        here.book.flows = [Paper(), Paper()]
        first, second = here.book.flows
        _, writer = await here.call()
        writer.write(KICK + RECEIPT[:12])
        await writer.drain()
        await asyncio.sleep(0.05)
        assert first.taken_bytes == KICK + RECEIPT[:12]
        assert not first.ended
        writer.write(RECEIPT[12:])
        await here.book.until(1)
        assert first.ended
        assert first.read == len(KICK + RECEIPT)
        writer.write(RECEIPT)
        await here.book.until(2)
        writer.close()
        assert second.taken_bytes == RECEIPT
    (job, raw), _ = here.book.jobs
    assert job.forwarded[0] == (0, len(raw))
    assert here.book.kicks == []  # its pulse was among the bytes


async def test_a_pos_that_writes_command_by_command_prints_while_it_writes() -> None:
    async with shop() as here:
        here.book.flows = [Paper()]
        (paper,) = here.book.flows
        _, writer = await here.call()
        for at in range(0, len(RECEIPT) - 1, 2):
            writer.write(RECEIPT[at : at + 2])
            await writer.drain()
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert RECEIPT.startswith(paper.taken_bytes)
        assert len(paper.taken_bytes) > 16
        writer.write(RECEIPT[len(RECEIPT) - len(RECEIPT) % 2 :])
        writer.write_eof()
        await here.book.until(1)
        writer.close()
        assert paper.taken_bytes == RECEIPT
    ((job, raw),) = here.book.jobs
    assert job.forwarded[0] == (0, len(raw))


async def test_a_pulse_that_is_out_does_not_go_out_again_with_its_job() -> None:
    async with shop() as here:
        _, writer = await here.call()
        writer.write(b"\x1b@" + KICK)
        await writer.drain()
        async with asyncio.timeout(5):
            await here.book.kicked.wait()
        here.book.flows = [Paper()]
        writer.write(RECEIPT)
        await here.book.until(1)
        writer.close()
        assert len(here.book.flows) == 1
    assert here.book.kicks == [KICK]


async def test_no_job_of_a_line_overtakes_one_that_waits_for_its_paper() -> None:
    async with shop(durable_s=0.3) as here:
        _, writer = await here.call()
        writer.write(RECEIPT)  # the printer was busy
        await writer.drain()
        await asyncio.sleep(0.05)
        here.book.flows = [Paper()]
        writer.write(RECEIPT)
        await here.book.until(2)
        assert len(here.book.flows) == 1
        writer.write(RECEIPT)
        await here.book.until(3)
        writer.close()
        assert here.book.flows == []


async def test_a_job_that_was_torn_on_its_way_is_printed_whole() -> None:
    async with shop() as here:
        here.book.flows = [Paper(dies=5)]
        await here.send(KICK + RECEIPT)
        ((job, raw),) = here.book.jobs
    assert (job.forwarded, raw) == (((0, len(KICK)),), KICK + RECEIPT)


async def test_a_status_question_takes_no_printer() -> None:
    async with shop() as here:
        here.book.flows = [Paper()]
        await here.send(b"\x10\x04\x01")
        assert len(here.book.flows) == 1


async def test_a_question_behind_one_that_waits_is_answered_at_once() -> None:
    async with shop(durable_s=3.0) as here:
        reader, writer = await here.call()
        writer.write(RECEIPT + b"\x1dr\x01")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(b"\x10\x04\x01")
        async with asyncio.timeout(1.5):
            assert await reader.readexactly(1) == b"\x16"
        writer.close()


async def test_a_line_that_was_kept_raw_is_read_again_after_its_job() -> None:
    limits = LimitSettings.model_construct(held_mb=0, crowded_job_kb=1)
    async with shop(limits=limits) as here:
        reader, writer = await here.call()
        writer.write(b"x" * 5000)
        await here.book.until(1)
        writer.write(b"y" * 200)
        async with asyncio.timeout(10):
            while (
                b"".join(raw for _, raw in here.book.jobs) != b"x" * 5000 + b"y" * 200
            ):
                here.book.came.clear()
                await here.book.came.wait()
        writer.write(b"\x10\x04\x01")
        async with asyncio.timeout(5):
            assert await reader.readexactly(1) == b"\x16"
        count = len(here.book.jobs)
        writer.write(RECEIPT)
        await here.book.until(count + 1)
        job, raw = here.book.jobs[count]
        writer.close()
    assert (job.shape, raw) == ("document", RECEIPT) or raw.endswith(RECEIPT)


async def broken_off(here: Shop, sent: bytes, *, reset: bool = True) -> Evidence:
    """What the door thinks of the last job, when its POS is gone behind it."""
    _, writer = await here.call()
    writer.write(b"\x10\x04\x01" + sent)
    await asyncio.sleep(0.1)
    if reset:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.close()
    await here.book.until(1)
    return here.book.jobs[-1][0].evidence


PICTURE = b"\x1b@LOGO\n\x1dv0\x00\x48\x00\xff\x00" + b"\x55" * 100


@pytest.mark.parametrize("reset", [True, False], ids=["RST", "FIN"])
async def test_a_line_that_ends_inside_a_picture_was_torn(reset: bool) -> None:
    async with shop() as here:
        assert await broken_off(here, PICTURE, reset=reset) == "torn"


@pytest.mark.parametrize(
    ("sent", "reset", "evidence"),
    [
        (b"\x1b@TOTAL   9", True, "torn"),
        (b"\x1b@TOTAL   9,50\n", True, "torn"),
        # Fed out to be torn off: a POS that does not read our answers resets as well.
        (b"\x1b@TOTAL   9,50\n\n\n\n\n", True, "close"),
        (b"\x1b@TOTAL   9,50\n", False, "close"),
        (b"\x1b@TOTAL   9,50\n\x1dV", False, "close"),
        (RECEIPT, True, "cut"),
    ],
)
async def test_what_was_fed_out_is_whole_though_the_line_breaks(
    sent: bytes, reset: bool, evidence: Evidence
) -> None:
    async with shop() as here:
        assert await broken_off(here, sent, reset=reset) == evidence


async def test_a_picture_that_stalls_was_torn_too() -> None:
    reader = JobReader()
    reader.feed(PICTURE)
    ends = [step for step in reader.quiet(31, broken=True) if isinstance(step, JobEnd)]
    assert [end.evidence for end in ends] == ["torn"]


async def test_a_web_page_that_posts_to_the_printer_port_prints_nothing() -> None:
    request = b"POST / HTTP/1.1\r\nHost: till:9100\r\n\r\n\x1b@BONJOUR\n\n\n"
    async with shop() as here:
        reader, writer = await here.call()
        writer.write(request)
        async with asyncio.timeout(5):
            with suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        assert await here.send(b"POST CAFE 1,20\n" + RECEIPT) == b""
    assert [raw for _, raw in here.book.jobs] == [b"POST CAFE 1,20\n" + RECEIPT]
