from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from agent.epos.answers import Code, hindrance, response, status
from agent.escpos.status import asb
from agent.events import PrinterState

WELL = PrinterState(known=True)
NAMESPACE = "{http://www.epson-pos.com/schemas/2011/03/epos-print}"


@pytest.mark.parametrize(
    ("state", "bits", "code"),
    [
        (WELL, 0x0F000014, ""),
        (PrinterState(), 0x0F000014, ""),
        (PrinterState(known=True, drawer_open=True), 0x0F000010, ""),
        (PrinterState(known=True, paper="near_end"), 0x0F030014, ""),
        (PrinterState(known=True, paper="out"), 0x0F0F001C, "EPTR_REC_EMPTY"),
        (PrinterState(known=True, cover_open=True), 0x0F00003C, "EPTR_COVER_OPEN"),
        (PrinterState(known=True, error=True), 0x0F00081C, "EPTR_CUTTER"),
        (PrinterState(known=True, online=False), 0x0F00001C, "EX_TIMEOUT"),
        (PrinterState(known=False, online=False), 0x00000001, "EX_BADPORT"),
        (
            PrinterState(known=True, cover_open=True, paper="out"),
            0x0F0F003C,
            "EPTR_COVER_OPEN",
        ),
    ],
)
def test_the_status_says_how_the_printer_is(
    state: PrinterState, bits: int, code: Code
) -> None:
    assert f"{status(state):#010x}" == f"{bits:#010x}"
    assert hindrance(state) == code


def test_a_job_done_sets_the_bit_of_success_and_gives_epsons_own_number() -> None:
    """251658262 is what printers in the field answer (0x0F000016)."""
    assert status(WELL, printed=True) == 251658262


@pytest.mark.parametrize("paper", ["ok", "near_end", "out"])
@pytest.mark.parametrize("cover", [False, True])
@pytest.mark.parametrize("drawer", [False, True])
@pytest.mark.parametrize("error", [False, True])
def test_the_status_is_the_automatic_status_back_of_the_other_doors(
    paper: str, *, cover: bool, drawer: bool, error: bool
) -> None:
    state = PrinterState(
        known=True,
        paper=paper,  # type: ignore[arg-type]
        cover_open=cover,
        drawer_open=drawer,
        error=error,
    )
    assert status(state) == int.from_bytes(asb(state), "little")


def test_the_document_is_one_that_a_pos_can_read() -> None:
    root = ET.fromstring(response("", 251658262))
    (found,) = root.iter(f"{NAMESPACE}response")
    assert found.attrib == {
        "success": "true",
        "code": "",
        "status": "251658262",
        "battery": "0",
    }
    assert not list(root.iter(f"{NAMESPACE}parameter"))


def test_a_job_with_a_name_gets_its_name_back() -> None:
    raw = response("EPTR_REC_EMPTY", 1, devid="a<b", printjobid='"&]]>')
    root = ET.fromstring(raw)
    assert [each.text for each in root.iter(f"{NAMESPACE}devid")] == ["a<b"]
    assert [each.text for each in root.iter(f"{NAMESPACE}printjobid")] == ['"&]]>']
    (found,) = root.iter(f"{NAMESPACE}response")
    assert (found.get("success"), found.get("code")) == ("false", "EPTR_REC_EMPTY")
