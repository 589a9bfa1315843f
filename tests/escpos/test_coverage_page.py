"""The page of coverage says what is."""

from __future__ import annotations

import pytest

from agent.escpos.catalogue.entry import Entry
from agent.escpos.catalogue.index import ROLL
from agent.escpos.replies.table import SILENT
from tests.escpos.coverage_page import PAGE, WHY, reader, render
from tests.escpos.proofs.table import PROOFS, WITHOUT


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "write it again: python -m tests.escpos.coverage_page"
    )


@pytest.mark.parametrize(
    "entry",
    [entry for entry in ROLL if entry.mnemonic in PROOFS],
    ids=lambda entry: f"{entry.mnemonic} {entry.where}".strip(),
)
def test_what_is_proved_is_read_by_something(entry: Entry) -> None:
    assert reader(entry)


def test_what_nothing_reads_has_one_reason_why_not() -> None:
    unread = {each.mnemonic for each in ROLL if not reader(each) and not each.why}
    reasons = [*WHY, *WITHOUT, *SILENT]
    assert unread == set(reasons)
    assert len(reasons) == len(unread)
