"""Real clients print through the real daemon, and are content.

Content with a printer that is out of paper means: the client says what it says of
a real one (``python -m tests.clients`` has that row too, ``direct``).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.clients.cells import Cell, Round, missing
from tests.clients.clients import CLIENTS
from tests.clients.conftest import kept
from tests.clients.cups import scheduler, why_no_cups
from tests.clients.till import DOORS, STATES, Mode, State

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(400),  # the first one may have to get the clients
    pytest.mark.asyncio(loop_scope="module"),
]

MODES: tuple[Mode, ...] = ("holding", "pass-through")
DAILY: Mapping[Mode, tuple[State, ...]] = {
    "holding": STATES,
    "pass-through": ("there", "paper out"),
}
"""``python -m tests.clients`` plays the others too: what differs is the printer's side,
and that is the same code when it does not take a job while it comes."""
TOGETHER = 3
"""At a time: each is a process that mostly starts."""
NAMES = [each.name for each in CLIENTS]

Told = tuple[str, str]
"""Of the printer, of the job."""

CONTENT: Mapping[str, Mapping[State, Told]] = {
    "python-escpos": {
        "there": ("online, paper 2", "sent"),
        "paper out": ("offline, paper 0", "sent"),
        "cover open": ("offline, paper 2", "sent"),
        "away": ("offline, paper 2", "sent"),
    },
    "CUPS socket": dict.fromkeys(STATES, ("none", "completed")),
    "CUPS receipt-agent": {
        "there": ("none", "completed"),
        "paper out": ("media-empty-error", "completed"),
        "cover open": ("cover-open-error", "completed"),
        "away": ("none", "completed"),
    },
    "receiptio": {
        "there": ("online", "success"),
        "paper out": ("paperempty", "paperempty"),
        "cover open": ("coveropen", "coveropen"),
        "away": ("online", "success"),  # its question knows no such state
    },
    "@node-escpos": {  # its four bytes; the drawer's bit aside
        "there": ("16121212", "sent"),
        "paper out": ("1e7e3212", "sent"),
        "cover open": ("1e121612", "sent"),
        "away": ("1e121212", "sent"),
    },
    "ReceiptPrinterStatus": {
        "there": ("esc-pos EPSON TM-T88V online paperLoaded", "sent"),
        "paper out": ("esc-pos EPSON TM-T88V", "sent"),
        "cover open": ("esc-pos EPSON TM-T88V coverOpened paperLoaded", "sent"),
        "away": ("esc-pos EPSON TM-T88V paperLoaded", "sent"),
    },
    "node-thermal-printer": dict.fromkeys(STATES, ("connected", "sent")),
    "escpos": dict.fromkeys(STATES, ("", "sent")),
    "PHP, fsockopen": dict.fromkeys(STATES, ("", "sent")),
}
EXITS = {"paperempty": 102, "coveropen": 101}
"""receiptio's; all others end with 0."""


class Table:
    """Cells of one door, each mode played when first asked for."""

    def __init__(self, visits: Round) -> None:
        self._visits = visits
        self._cells: dict[tuple[str, Mode, State], Cell] = {}
        self.absent = missing(CLIENTS)
        self._clients = [
            each
            for each in CLIENTS
            if each.name not in self.absent and visits.door in each.doors
        ]

    async def begin(self) -> None:
        await self._visits.record(self._clients)

    async def cell(self, name: str, mode: Mode, state: State) -> Cell:
        if name in self.absent:
            pytest.skip(self.absent[name])
        if (name, mode, state) not in self._cells:
            rows = {
                state: [each for each in self._clients if _tells(each.name, state)]
                for state in DAILY[mode]
            }
            for cell in await self._visits.play(mode, rows):
                self._cells[cell.client, mode, cell.state] = cell
        return self._cells[name, mode, state]


def _tells(name: str, state: State) -> bool:
    """Who asks nothing sees two states: a printer that takes it, and one that is away."""
    asks = {each.name: each.asks for each in CLIENTS}
    return asks[name] or state in {"there", "away"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tables(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[dict[str, Table]]:
    """By door."""
    folder = tmp_path_factory.mktemp("clients")
    async with contextlib.AsyncExitStack() as stack:
        cups = None
        if not why_no_cups():
            cups = await stack.enter_async_context(kept(scheduler()))
        rounds = [Round(folder, cups, door, TOGETHER) for door in DOORS]
        made = {visits.door: Table(visits) for visits in rounds}
        for each in made.values():
            await each.begin()
        yield made


def _reaches(name: str, door: str) -> bool:
    return any(each.name == name and door in each.doors for each in CLIENTS)


every_cell = pytest.mark.parametrize(
    ("door", "mode", "state", "name"),
    [
        (door, mode, state, name)
        for door in DOORS
        for mode in MODES
        for state in DAILY[mode]
        for name in NAMES
        if _tells(name, state) and _reaches(name, door)
    ],
)


@every_cell
async def test_the_client_is_content(
    tables: dict[str, Table], door: str, mode: Mode, state: State, name: str
) -> None:
    cell = await tables[door].cell(name, mode, state)
    status, printed = CONTENT[name][state]
    assert _drawer_aside(name, cell.said.status) == status
    assert cell.said.printed == printed
    assert cell.said.exit == EXITS.get(printed, 0)


@every_cell
async def test_its_drawer_pulse_is_at_the_printer_at_once(
    tables: dict[str, Table], door: str, mode: Mode, state: State, name: str
) -> None:
    cell = await tables[door].cell(name, mode, state)
    sent = name != "escpos" and state != "away" and not cell.kept_back
    assert cell.pulse == ("at once" if sent else "-")


@every_cell
async def test_what_it_was_rid_of_is_printed_once_and_unchanged(
    tables: dict[str, Table], door: str, mode: Mode, state: State, name: str
) -> None:
    cell = await tables[door].cell(name, mode, state)
    assert cell.paper == ("none" if cell.kept_back else "same")


def _drawer_aside(name: str, status: str) -> str:
    """The drawer is open when an earlier client has sent its pulse."""
    if name == "@node-escpos" and status:
        return f"{int(status[:2], 16) | 0x04:02x}{status[2:]}"
    return status
