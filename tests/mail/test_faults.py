"""The table of docs/delivery-faults.md, section E-mail: nothing lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mail import faults
from tests.mail.faults import FAULTS, Fault, Played

ENDS = {
    "relay away, comes back": ("sent", 1),
    "relay silent for longer than a step may take": ("sent", 1),
    "first relay away, second there": ("sent", 1),
    "greylisting (451 4.7.1 to RCPT)": ("sent", 1),
    "disk full (452 to the message), twice": ("sent", 1),
    "busy (421 to MAIL)": ("sent", 1),
    "our sender refused (550 to MAIL), repaired": ("sent", 1),
    "mailbox unknown (550 to RCPT)": ("paper", 0),
    "message refused (554 to the message)": ("paper", 0),
    "closes in the middle of DATA": ("sent", 1),
    # The one way to a double: nobody can know, and the mails are alike.
    "takes the message, closes before its answer": ("sent", 2),
    "does so each time": ("paper", 3),
}


def test_every_fault_has_its_end() -> None:
    assert ENDS.keys() == {fault.name for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_receipt_ends_where_it_should(fault: Fault, tmp_path: Path) -> None:
    played = await faults.play(fault, tmp_path)
    assert (played.end, played.taken) == ENDS[fault.name]
    assert len(played.identifiers) <= 1


async def test_a_password_put_right_is_used_without_a_restart(tmp_path: Path) -> None:
    played = await faults.play_password(tmp_path)
    assert (played.end, played.taken) == ("sent", 1)
    assert played.outcomes[:2] == ["mail_setup:535"] * 2


async def test_a_strange_certificate_gets_nothing_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "mail.log")
    played = await faults.play_certificate(tmp_path)
    assert (played.end, played.taken) == ("waits", 0)
    assert set(played.outcomes) == {"mail_setup"}


def test_the_document_has_a_row_for_each() -> None:
    text = faults.DOCUMENT.read_text(encoding="utf-8")
    for fault in FAULTS:
        assert f"| {fault.name} |" in text


def test_a_row_says_how_it_ends() -> None:
    played = Played(["mail_doubt", "Q1"], 2, {"<1@x>"}, "sent")
    said = faults.row("cut", played)
    assert said.startswith("| cut | `mail_doubt` | 2 | 2 (same Message-ID) | e-mail |")
