"""What the doorbell rings: small frozen facts, never the data itself.

A listener that hears one reads the truth from the store (or from the object
that owns it).  So an event lost or heard twice does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agent.ids import ReceiptId

Paper = Literal["ok", "near_end", "out"]


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What the real printer last said of itself; ``known`` is false before that."""

    known: bool = False
    online: bool = True
    cover_open: bool = False
    paper: Paper = "ok"
    drawer_open: bool = False
    error: bool = False
    mute: bool = False
    """It was asked, and has never answered; not so one that is never asked."""
    backup: bool = False
    """What is printed comes out of the second printer meanwhile."""


@dataclass(frozen=True, slots=True)
class CounterChanged:
    """The counter's picture changed: screens read a new snapshot."""


@dataclass(frozen=True, slots=True)
class LogGrew:
    """The event log has entries that the RCU may not have yet."""


@dataclass(frozen=True, slots=True)
class DeliveryDue:
    """A parcel was put on the shelf for a channel."""

    channel: str
    receipt: ReceiptId


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The real printer's state changed."""

    state: PrinterState = field(default_factory=PrinterState)


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The RCU (``link='rcu'``), a carrier or a screen went away or came back.

    ``mail``, ``sms``; ``display`` and ``cashier``: whether any such page is open.
    """

    link: str
    up: bool


Event = CounterChanged | LogGrew | DeliveryDue | PrinterChanged | LinkChanged
