"""ePOS-Print over real sockets: what a POS sends and what it hears."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from agent.errors import StoreError
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.events import PrinterState
from agent.intake import http_documents
from agent.intake.limits import MAX_READING
from agent.paper.strip import Cut, Kick, Raster
from hardware_sim.epos_pos import (
    EPSON,
    Answer,
    envelope,
    open_drawer,
    receipt_as_picture,
    receipt_as_text,
)
from tests.intake.http_shop import POS, RECEIPT, WELL, Desk, Gone, Hung, shop


async def test_a_receipt_is_durable_before_the_pos_hears_of_success() -> None:
    async with shop(Desk(durable_s=0.3)) as here, here.pos(manner=EPSON) as pos:
        answer = await pos.send(RECEIPT)
        assert here.desk.printed() == ["ÉPICERIE LUCIE", "TOTAL 9,50 €"]
    assert answer == Answer(True, True, "", 251658262)


async def test_odoo_prints_its_picture_and_reads_what_it_needs() -> None:
    """The form of the request is that of Odoo's ``pos_epson_printer`` (16.0 to 19.0,
    ``epson_printer.js`` and ``epos_templates.xml``), written anew by hand: an
    ``<image>`` with width, height and align, a ``<cut type="feed"/>``, sent by ``fetch``
    as a string.  No live Odoo was tried.
    """
    width, height = 560, 900
    bits = bytes((n * 37 + n // 70) & 0xFF for n in range(width * height // 8))
    async with shop(origins=(POS,)) as here, here.pos(origin=POS) as pos:
        answer = await pos.send(receipt_as_picture(width, height, bits))
        (raw,) = here.desk.jobs
    assert (answer.success, answer.code) == (True, "")
    assert not answer.paper_out
    assert not answer.paper_low
    raster, cut = interpret(raw, Printer()).elements
    assert isinstance(raster, Raster)
    assert (raster.x, raster.width, raster.height) == (8, width, height)
    assert raster.bits == bits
    assert cut == Cut(full=False)


async def test_odoo_opens_the_drawer_by_a_pulse_alone_even_without_paper() -> None:
    desk = Desk(PrinterState(known=True, paper="out"))
    async with shop(desk, origins=(POS,)) as here, here.pos(origin=POS) as pos:
        answer = await pos.send(open_drawer())
    assert answer.success
    assert desk.jobs == [b"\x1bp\x00\x32\x32"]
    assert interpret(desk.jobs[0], Printer()).elements == (Kick(0, 100, 100),)


async def test_no_drawer_is_said_to_be_open_while_its_printer_is_away() -> None:
    desk = Desk(PrinterState(known=False, online=False))
    async with shop(desk) as here, here.pos() as pos:
        answer = await pos.send(open_drawer())
    assert (answer.success, answer.code) == (False, "EX_BADPORT")
    assert desk.jobs == []


@pytest.mark.parametrize(
    ("state", "code", "out", "low"),
    [
        (PrinterState(known=True, paper="out"), "EPTR_REC_EMPTY", True, True),
        (PrinterState(known=True, cover_open=True), "EPTR_COVER_OPEN", False, False),
        (PrinterState(known=True, error=True), "EPTR_CUTTER", False, False),
        (PrinterState(known=True, online=False), "EX_TIMEOUT", False, False),
        (PrinterState(known=False, online=False), "EX_BADPORT", False, False),
    ],
)
async def test_what_the_printer_could_not_print_is_not_taken(
    state: PrinterState, code: str, *, out: bool, low: bool
) -> None:
    async with shop(Desk(state)) as here, here.pos() as pos:
        answer = await pos.send(RECEIPT)
        assert here.desk.jobs == []
        assert (answer.reached, answer.success, answer.code) == (True, False, code)
        assert (answer.paper_out, answer.paper_low) == (out, low)
        here.desk.state = WELL
        assert (await pos.send(RECEIPT)).success
        assert len(here.desk.jobs) == 1


async def test_force_takes_the_document_whatever_the_printer_says() -> None:
    forced = RECEIPT.replace(b"<epos-print", b'<epos-print force="true"')
    async with shop(Desk(PrinterState(known=True, paper="out"))) as here:
        async with here.pos() as pos:
            answer = await pos.send(forced)
        assert answer.success
        assert answer.paper_out
        assert len(here.desk.jobs) == 1


async def test_paper_near_its_end_is_said_with_success() -> None:
    async with (
        shop(Desk(PrinterState(known=True, paper="near_end"))) as here,
        here.pos() as pos,
    ):
        answer = await pos.send(RECEIPT)
    assert answer.success
    assert answer.paper_low
    assert not answer.paper_out


async def test_an_empty_document_asks_how_the_printer_is() -> None:
    async with shop() as here, here.pos() as pos:
        assert await pos.send(envelope("")) == Answer(True, True, "", 0x0F000014)
        here.desk.state = replace(WELL, cover_open=True)
        assert (await pos.send(envelope(""))).code == "EPTR_COVER_OPEN"
        assert here.desk.jobs == []


@pytest.mark.parametrize("devid", ["", "kitchen"])
async def test_a_device_that_is_not_there_is_not_found(devid: str) -> None:
    async with shop() as here, here.pos(devid=devid) as pos:
        answer = await pos.send(RECEIPT)
    assert (answer.success, answer.code) == (False, "DeviceNotFound")
    assert here.desk.jobs == []


async def test_a_device_may_have_any_name_that_is_configured() -> None:
    async with shop(devices=("kitchen", "bar")) as here, here.pos(devid="bar") as pos:
        assert (await pos.send(RECEIPT)).success


@pytest.mark.parametrize(
    "body", [b"", b"hello", envelope("<txt/>"), b"<!DOCTYPE x><epos-print/>"]
)
async def test_what_is_no_document_is_a_schema_error_of_the_printer(
    body: bytes,
) -> None:
    async with shop() as here, here.pos() as pos:
        answer = await pos.send(body)
    assert (answer.reached, answer.success, answer.code) == (True, False, "SchemaError")


async def test_a_job_with_a_name_can_be_asked_about_by_its_name() -> None:
    space = "http://www.epson-pos.com/schemas/2011/03/epos-print"
    header = (
        f'<s:Header><parameter xmlns="{space}"><devid>local_printer</devid>'
        "<timeout>60000</timeout><printjobid>ABC123</printjobid></parameter></s:Header>"
        "<s:Body>"
    ).encode()
    named = [
        each.replace(b"<s:Body>", header)
        for each in (envelope("<feed/>"), envelope(""))
    ]
    async with shop() as here, here.pos(devid="") as pos:
        assert (await pos.send(named[1])).code == "JobNotFound"
        assert (await pos.send(named[0])).success
        asked = await pos.send(named[1])
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"{here.url}/cgi-bin/epos/service.cgi"
            answer = (await http.post(url, content=named[0])).text
    assert asked.success
    assert asked.status & 2
    assert "<printjobid>ABC123</printjobid>" in answer


@pytest.mark.parametrize(
    "failure", [StoreError("full"), ExceptionGroup("served", [StoreError("full")])]
)
async def test_a_document_that_could_not_be_kept_is_an_error_of_the_system(
    failure: Exception,
) -> None:
    async with shop(Desk(fails=failure)) as here, here.pos() as pos:
        answer = await pos.send(RECEIPT)
    assert (answer.success, answer.code) == (False, "PrintSystemError")


async def test_a_document_that_nobody_could_read_is_an_error_and_nothing_is_done() -> (
    None
):
    async with shop(Desk(worker=Gone())) as here, here.pos() as pos:
        for document in (RECEIPT, open_drawer(), envelope("")):
            answer = await pos.send(document)
            assert (answer.reached, answer.success) == (True, False)
            assert (answer.code, answer.status) == ("PrintSystemError", 0x0F000014)
    assert here.desk.jobs == []


async def test_behind_a_worker_that_hangs_a_pos_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_documents, "TURN_S", 0.1)
    worker = Hung()
    async with shop(Desk(worker=worker)) as here:

        async def sell() -> str:
            async with here.pos() as pos:
                return (await pos.send(RECEIPT)).code

        async with asyncio.TaskGroup() as group:
            first = [group.create_task(sell()) for _ in range(MAX_READING)]
            while worker.asked < MAX_READING:  # noqa: ASYNC110 -- until they hang
                await asyncio.sleep(0.01)
            assert await sell() == "TooManyRequests"
            worker.let_go.set()
    assert [each.result() for each in first] == ["PrintSystemError"] * MAX_READING
    assert here.desk.jobs == []


async def test_many_tills_print_at_once() -> None:
    async with shop(Desk(durable_s=0.05)) as here:

        async def sell(number: int) -> None:
            async with here.pos() as pos:
                assert (await pos.send(receipt_as_text([f"TICKET {number}"]))).success

        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(sell(number))
    assert sorted(here.desk.printed()) == sorted(f"TICKET {n}" for n in range(20))


async def test_who_asks_while_a_picture_is_read_hears_in_turn() -> None:
    bits = bytes(300_000)
    picture = receipt_as_picture(576, len(bits) // 72, bits)
    tones = picture.replace(b'align="center"', b'mode="gray16"')
    async with (
        shop() as here,
        here.pos() as big,
        here.pos() as small,
        asyncio.TaskGroup() as group,
    ):
        printing = group.create_task(big.send(tones))
        for _ in range(5):
            assert (await small.send(envelope(""))).success
        assert (await printing).success
    assert len(here.desk.jobs) == 1


async def test_the_answer_says_what_it_is() -> None:
    async with shop() as here, httpx.AsyncClient(trust_env=False) as http:
        url = f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer"
        answer = await http.post(url, content=RECEIPT)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
