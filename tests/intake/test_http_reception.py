"""The print service with the reception that all doors have, and a corridor behind it."""

from __future__ import annotations

from agent.bus import Bus
from agent.clock import SystemClock
from agent.entropy import SystemEntropy
from agent.escpos.status import Identity
from agent.events import Event, PrinterState
from agent.intake.dialect import escpos
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.intake.reception import Reception
from agent.intake.surroundings import Surroundings
from hardware_sim.epos_pos import envelope, open_drawer
from tests.intake.book import Book
from tests.intake.http_shop import RECEIPT, Inside, shop, translated


class Corridor(Book):
    """With a worker behind it."""

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        return await translated(Inside(), tongue, body, dots_per_inch)


def reception(corridor: Book) -> Reception:
    around = Surroundings(
        door="http",
        counter=corridor,
        state=lambda: PrinterState(known=True),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        idle_close_s=60.0,
        dialect=escpos(Identity()),
    )
    return Reception(around, Bus[Event]())


async def test_a_document_is_one_job_that_ends_with_its_cut() -> None:
    corridor = Corridor()
    async with shop(reception(corridor)) as here, here.pos() as pos:
        assert (await pos.send(RECEIPT)).success
        ((job, raw),) = corridor.jobs
    assert (job.shape, job.evidence, job.forwarded) == ("document", "cut", ())
    assert raw.endswith(b"\x1dV\x42\x00")


async def test_a_pulse_alone_is_kicked_at_once_and_is_no_receipt() -> None:
    corridor = Corridor()
    async with shop(reception(corridor)) as here, here.pos() as pos:
        assert (await pos.send(open_drawer())).success
    assert corridor.kicks == [b"\x1bp\x00\x32\x32"]
    assert corridor.jobs == []


async def test_a_pulse_in_a_receipt_is_kicked_once_and_marked_as_gone() -> None:
    corridor = Corridor()
    said = envelope("<text>TOTAL 9,50&#10;</text><pulse/><cut/>")
    async with shop(reception(corridor)) as here, here.pos() as pos:
        assert (await pos.send(said)).success
    ((job, raw),) = corridor.jobs
    ((begin, end),) = job.forwarded
    assert corridor.kicks == [raw[begin:end]] == [b"\x1bp\x00\x32\x32"]


async def test_two_receipts_in_one_document_are_two_jobs() -> None:
    corridor = Corridor()
    said = envelope("<text>A&#10;</text><cut/><text>B&#10;</text><cut/>")
    async with shop(reception(corridor)) as here, here.pos() as pos:
        assert (await pos.send(said)).success
    assert [job.shape for job, _ in corridor.jobs] == ["document", "document"]
