"""Real clients print through the real daemon, and are content.

Content with a printer that is out of paper means: the client says what it says of
a real one (``python -m tests.clients`` has that row too, ``direct``).  Every day each
client prints once at its door; the command plays all of the table.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.clients import by_browser
from tests.clients.cells import Cell, Round, drawer_aside
from tests.clients.clients import CLIENTS, Client, missing
from tests.clients.conftest import kept
from tests.clients.cups import scheduler, why_no_cups
from tests.clients.place import DOORS
from tests.clients.till import STATES, Make, Mode, State, open_till

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.timeout(400),  # the first one may have to get the clients
]

TOGETHER = 3
"""At a time: each is a process that mostly starts."""

Told = tuple[str, str]
"""Of the printer, of the job."""
_SENT: Mapping[State, Told] = dict.fromkeys(STATES, ("", "sent"))
_CONNECTED: Mapping[State, Told] = dict.fromkeys(STATES, ("connected", "sent"))
_PYTHON: Mapping[State, Told] = {
    "there": ("online, paper 2", "sent"),
    "paper out": ("offline, paper 0", "sent"),
    "cover open": ("offline, paper 2", "sent"),
    "away": ("offline, paper 2", "sent"),
}
_RECEIPTIO: Mapping[State, Told] = {
    "there": ("online", "success"),
    "paper out": ("paperempty", "paperempty"),
    "cover open": ("coveropen", "coveropen"),
    "away": ("online", "success"),  # its question knows no such state
}
_FOUR_BYTES: Mapping[State, Told] = {  # the drawer's bit aside
    "there": ("16121212", "sent"),
    "paper out": ("1e7e3212", "sent"),
    "cover open": ("1e121612", "sent"),
    "away": ("1e121212", "sent"),
}
_EPOS: Mapping[State, Told] = {
    "there": ("drawer ok", "printed"),
    "paper out": ("drawer ok, paper out", "EPTR_REC_EMPTY"),
    "cover open": ("drawer ok", "EPTR_COVER_OPEN"),
    "away": ("drawer EX_BADPORT", "EX_BADPORT"),
}
_JSON: Mapping[State, Told] = {
    "there": ("online ok", "kept"),
    "paper out": ("offline out", "kept"),
    "cover open": ("offline ok cover", "kept"),
    "away": ("offline ok", "kept"),
}
CONTENT: Mapping[str, Mapping[State, Told]] = {
    "python-escpos": _PYTHON,
    "CUPS socket": dict.fromkeys(STATES, ("none", "completed")),
    "CUPS receipt-agent": {
        "there": ("none", "completed"),
        "paper out": ("media-empty-error", "completed"),
        "cover open": ("cover-open-error", "completed"),
        "away": ("none", "completed"),
    },
    "receiptio": _RECEIPTIO,
    "@node-escpos": _FOUR_BYTES,
    "ReceiptPrinterStatus": {
        "there": ("esc-pos EPSON TM-T88V online paperLoaded", "sent"),
        "paper out": ("esc-pos EPSON TM-T88V", "sent"),
        "cover open": ("esc-pos EPSON TM-T88V coverOpened paperLoaded", "sent"),
        "away": ("esc-pos EPSON TM-T88V paperLoaded", "sent"),
    },
    "node-thermal-printer": _CONNECTED,
    "escpos": _SENT,
    "PHP, fsockopen": _SENT,
    "python-escpos serial": _PYTHON,
    "node serialport": _FOUR_BYTES,
    "receiptio serial": _RECEIPTIO,
    "cat > tty": _SENT,
    "python-escpos file": _SENT,
    "node-thermal-printer file": _CONNECTED,
    "cat > device": _SENT,
    "cp": dict.fromkeys(STATES, ("", "copied")),
    "mv": dict.fromkeys(STATES, ("", "renamed")),
    "ePOS by httpx": _EPOS,
    "ePOS as Odoo's": _EPOS,
    "ePOS in Chromium": {**_EPOS, "paper out": ("drawer ok", "EPTR_REC_EMPTY")},
    "JSON by httpx": _JSON,
    "JSON by fetch": _JSON,
    "receiptio starline": _RECEIPTIO,
    "receiptio Star, found": _RECEIPTIO,
    "receiptio stargraphic": _RECEIPTIO,
    "node-thermal-printer Star": _CONNECTED,
}
EXITS = {"paperempty": 102, "coveropen": 101}
"""receiptio's; a code of ePOS ends with 1, all others with 0."""

DAILY: Mapping[Mode, Mapping[State, tuple[str, ...]]] = {
    "holding": {
        "there": (
            *("receiptio", "receiptio serial", "receiptio starline", "CUPS socket"),
            *("node-thermal-printer", "escpos", "PHP, fsockopen", "cat > tty"),
            *("node-thermal-printer file", "cat > device", "cp", "mv"),
            *("ePOS in Chromium", "ePOS as Odoo's", "receiptio stargraphic"),
            *("JSON by fetch", "node-thermal-printer Star"),
        ),
        "paper out": (
            *("python-escpos", "CUPS receipt-agent", "@node-escpos"),
            *("ReceiptPrinterStatus", "python-escpos serial", "ePOS by httpx"),
            *("JSON by httpx", "receiptio Star, found", "receiptio", "node serialport"),
        ),
        "away": ("python-escpos", "ePOS by httpx", "mv"),
    },
    "pass-through": {
        "there": (
            *("receiptio", "python-escpos serial", "python-escpos file", "cp"),
            *("ePOS by httpx", "JSON by httpx"),
        ),
        "paper out": ("python-escpos", "cat > tty", "ePOS as Odoo's"),
    },
}
"""Each client at its door once at least; each door in each mode, Star's aside."""
CELLS: list[tuple[Mode, State, str]] = [
    (mode, state, name)
    for mode, states in DAILY.items()
    for state, names in states.items()
    for name in names
]


class Table:
    """Cells, a till's played when the first of them is asked for."""

    def __init__(self, visits: Round, origin: str) -> None:
        self._visits = visits
        self._origin = origin
        self._cells: dict[tuple[Mode, State, str], Cell] = {}
        self._played: dict[tuple[Mode, Make], str] = {}
        self.absent = missing()

    async def cell(self, mode: Mode, state: State, name: str) -> Cell:
        if name in self.absent:
            pytest.skip(self.absent[name])
        client = next(each for each in CLIENTS if each.name == name)
        make: Make = "star" if client.door == "star" else "escpos"
        if (mode, make) not in self._played:
            self._played[mode, make] = "it fell in an earlier test"
            await self._play(mode, make)
            self._played[mode, make] = ""
        assert self._played[mode, make] == ""
        return self._cells[mode, state, name]

    async def _play(self, mode: Mode, make: Make) -> None:
        able = [each for each in CLIENTS if each.name not in self.absent]
        await self._visits.record(able)
        folder = self._visits.folder / f"{mode}-{make}"
        async with open_till(folder, mode, make, self._origin) as till:
            for state, names in DAILY[mode].items():
                if clients := self._those(names, make):
                    for cell in await self._visits.row(till, state, clients):
                        self._cells[mode, state, cell.client.name] = cell

    def _those(self, names: tuple[str, ...], make: Make) -> list[Client]:
        return [
            each
            for each in CLIENTS
            if each.name in names
            and each.name not in self.absent
            and (each.door == "star") == (make == "star")
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def table(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Table]:
    folder = tmp_path_factory.mktemp("clients")
    async with contextlib.AsyncExitStack() as stack:
        cups = None
        if not why_no_cups():
            cups = await stack.enter_async_context(kept(scheduler()))
        origin, page = await stack.enter_async_context(kept(by_browser.page()))
        yield Table(Round(folder, cups, page, TOGETHER), origin)


def test_every_client_prints_and_every_door_is_printed_to_in_both_modes() -> None:
    doors = {each.name: each.door for each in CLIENTS}
    assert {name for _, _, name in CELLS} == set(CONTENT) == set(doors)
    both = {doors[name] for mode, _, name in CELLS if mode == "pass-through"}
    assert both == set(DOORS) - {"star"}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("mode", "state", "name"), CELLS)
async def test_the_client_is_content_and_its_receipt_comes_once_and_unchanged(
    table: Table, mode: Mode, state: State, name: str
) -> None:
    cell = await table.cell(mode, state, name)
    status, printed = CONTENT[name][state]
    assert drawer_aside(cell) == status
    assert cell.said.printed == printed
    assert cell.said.exit == EXITS.get(printed, int(printed.isupper()))
    # A pulse goes ahead of everything; what a client keeps to itself never comes.
    apart = cell.client.apart or not cell.kept_back
    sent = name != "escpos" and state != "away" and apart
    assert cell.pulse == ("at once" if sent else "-")
    assert cell.paper == ("none" if cell.kept_back else "same")
