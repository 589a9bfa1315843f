"""What a cell of the table comes to."""

from __future__ import annotations

import pytest

from tests.clients.cells import Cell
from tests.clients.clients import CLIENTS
from tests.clients.page import page, verdict
from tests.clients.said import Said
from tests.clients.till import Mode

KEPT, LET_GO = Said("", "sent", 1), Said("online", "sent", 0)


def cell(
    mode: Mode, said: Said = LET_GO, paper: str = "same", pulse: str = "at once"
) -> Cell:
    return Cell(CLIENTS[0], mode, "there", 101, said, pulse=pulse, paper=paper)


@pytest.mark.parametrize(
    ("judged", "alone", "comes_to"),
    [
        (cell("holding"), True, "content"),
        (cell("holding"), None, "content"),
        (cell("holding"), False, "explained"),
        (cell("holding", KEPT, "none"), True, "content"),
        (cell("holding", KEPT), True, "not content"),
        (cell("holding", paper="none"), True, "not content"),
        (cell("holding", paper="2 times"), False, "not content"),
        (cell("holding", pulse="late"), True, "not content"),
    ],
)
def test_who_let_go_of_a_job_has_it_once_on_paper(
    judged: Cell, *, alone: bool | None, comes_to: str
) -> None:
    assert verdict(judged, alone=alone) == comes_to


def test_the_page_counts_what_came_through_the_agent() -> None:
    other = Said("offline", "sent", 0)
    said = page([cell("direct"), cell("holding"), cell("pass-through", other)])
    assert (
        "Of 2 cells through the agent: 1 content, 1 explained, 0 not content." in said
    )
    assert "1 more are `direct`" in said
