"""``docs/clients.md``: what each client makes of the agent, at each door, in each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from tests.clients.cells import Cell, as_alone, table

Verdict = Literal["content", "explained", "not content"]

HEAD = """\
# Real clients at the front door

Made by `python -m tests.clients --page docs/clients.md` (six minutes); `tests/clients/test_contentment.py` plays a part of it and holds each
client to its words. Every client is a program of somebody else's: python-escpos, CUPS (its socket backend, and ours), from npm `receiptio`,
`@node-escpos/core`, `escpos`, `node-thermal-printer`, `@point-of-sale/receipt-printer-status` and `serialport`, PHP's escpos-php, Chromium with Odoo's
own requests, `cp`, `mv` and `cat`. `direct` is that client at the simulated printer without an agent: what it shows for a real one.

* *exit*: the client's status. *pulse*: its drawer pulse at the printer within a second; `-`: it sent none, or nobody was there.
* *paper*: its ink, byte for byte as a printer alone gets it, once the printer was well again: `same`, or `none` where the client kept its job to itself.
  *size*: so many bytes, or lines of a document. *visit*: all of it, the client's own start included. *line*: its longest connection, where that shows from within.
* `=`: it says what it says of a printer without an agent. `≠`: it does not, for one of these reasons:
  * **away**: the printer is off, the agent is there. It takes the job, and prints it when the printer is back (`paper` says `same`); a printer alone refuses the connection.
  * **ReceiptPrinterStatus**, printer stopped: it asks for the printer's name, which a printer answers after what stands before it is printed. With the agent that is
    durable, so it hears its answer; a printer alone leaves it without one.
  * **ePOS**, printer stopped: the drawer opens, since the pulse goes to the printer in real time; the receipt is refused with the same code as by a printer alone.
"""


def verdict(cell: Cell, *, alone: bool | None) -> Verdict:
    """``alone``: whether it says the same of a printer without an agent, if that has such a door."""
    owed = "none" if cell.kept_back else "same"
    if cell.paper != owed or cell.pulse == "late":
        return "not content"
    return "explained" if alone is False else "content"


def page(cells: Sequence[Cell]) -> str:
    """Markdown."""
    same = as_alone(cells)
    through = [cell for cell in cells if cell.mode != "direct"]
    counts = Counter(verdict(cell, alone=same(cell)) for cell in through)
    said = ", ".join(
        f"{counts[each]} {each}" for each in ("content", "explained", "not content")
    )
    return (
        f"{HEAD}\nOf {len(through)} cells through the agent: {said}. "
        f"{len(cells) - len(through)} more are `direct`.\n\n```\n{table(cells)}\n```\n"
    )
