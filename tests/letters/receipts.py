"""Receipts to write letters about."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from agent.wire.receipt import (
    DocKind,
    Equation,
    Item,
    Level,
    Merchant,
    Payment,
    Receipt,
    Vat,
    Verdict,
)

GROCER = Receipt(
    kind=DocKind.SALE,
    confidence=0.98,
    merchant=Merchant(name="Épicerie Lucie"),
    number="000482",
    date=dt.date(2026, 11, 21),
    time=dt.time(18, 42),
    items=(
        Item(label="Pain de campagne", amount=320),
        Item(
            label="Pommes Reinette",
            amount=197,
            quantity=Decimal("0.792"),
            unit="kg",
            unit_price=249,
        ),
        Item(label="Comté 18 mois", amount=900, quantity=Decimal(2), unit_price=450),
        Item(label="Remise fidélité", amount=-100, kind="discount"),
        Item(label="Vin de Loire « Les Cailloux », cuvée des trois sœurs", amount=2900),
    ),
    total=4217,
    vat=(
        Vat(rate=550, net=1248, vat=69, gross=1317),
        Vat(rate=2000, net=2417, vat=483, gross=2900),
    ),
    payments=(Payment(kind="cash", label="ESPECES", amount=5000),),
    change=783,
    item_count=5,
    lines=(
        "            ÉPICERIE LUCIE",
        "Pain de campagne                    3,20",
        "TOTAL                              42,17",
    ),
    verdict=Verdict(
        level=Level.V2, equations=(Equation(name="items=total", holds=True),)
    ),
)

UNPROVEN = GROCER.model_copy(update={"verdict": Verdict(level=Level.V0)})
BARE = Receipt()
