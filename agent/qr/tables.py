"""What the numbers and letters of a body mean.  Part of the format: only ever appended to.

The viewer has the same tables (``rcu/viewer/js/tables.js``); the tests compare them.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from agent.wire.fiscal import Regime
from agent.wire.receipt import DocKind, ItemKind, Mention, PaymentKind

EPOCH: Final = dt.datetime(2025, 1, 1)  # noqa: DTZ001 -- the clock on the shop's wall
TEXT: Final = 4
"""Bit of the first byte: the body is packed text."""
TRUNCATED: Final = 8
FORMAT: Final = 1
ALGORITHMS: Final = {"Ed25519": 1, "ES256": 2}
CONTEXT: Final = b"tkt1"
"""Stands before what is signed, so that no other signature is taken for one of ours."""

KINDS: Final = (
    *(DocKind.SALE, DocKind.REFUND, DocKind.VOID, DocKind.DUPLICATE, DocKind.GIFT),
    *(DocKind.PROFORMA, DocKind.CARD_SLIP, DocKind.MERCHANT_SLIP, DocKind.KITCHEN),
    *(DocKind.X_REPORT, DocKind.Z_REPORT, DocKind.CASH_REPORT, DocKind.VOUCHER),
    *(DocKind.EXIT_SLIP, DocKind.INVOICE, DocKind.DRAWER, DocKind.TEST_PAGE),
    *(DocKind.LABEL, DocKind.OTHER, DocKind.UNKNOWN),
)
PAYMENTS: Final[tuple[PaymentKind, ...]] = (
    *("card", "cash", "cheque", "meal_voucher", "gift_card", "voucher", "other"),
)
MENTIONS: Final[tuple[Mention, ...]] = (
    *("guarantee", "exchange", "duplicate", "training", "provisional", "degraded"),
    *("annuls", "annulled", "modifies", "card_refused", "card_preauthorised"),
    "card_credited",
)
REGIMES: Final[tuple[Regime, ...]] = (
    *("nf525", "tse", "rksv", "atcud", "verifactu", "ticketbai", "rt", "ksef"),
    *("control_unit", "other"),
)
ITEMS: Final[dict[ItemKind, str]] = {
    "item": "i",
    "discount": "d",
    "deposit": "p",
    "void": "v",
    "fee": "f",
}
"""The capital letter: it belongs to the line before it."""
