"""What a person reads on a terminal of a receipt."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import get_args

import pytest

from agent.letters.readout import COLUMNS, lines
from agent.letters.readout_names import NAMES
from agent.receipt.read import from_text
from agent.wire.fiscal import Fiscal
from agent.wire.money import Lang
from agent.wire.receipt import (
    Attachment,
    Code,
    CodeRole,
    DocKind,
    Equation,
    Item,
    ItemKind,
    Level,
    Links,
    Mention,
    Merchant,
    Payment,
    Receipt,
    Vat,
    Verdict,
)

WHOLE = Receipt(
    kind=DocKind.SALE,
    confidence=0.9,
    merchant=Merchant(name="ÉPICERIE", address=("1 rue A",), siret="1" * 14),
    number="12",
    date=dt.date(2026, 7, 13),
    time=dt.time(17, 40),
    items=(
        Item(label="Pommes", amount=197, quantity=Decimal("0.792"), unit="kg",
             unit_price=249, vat_code="A", gtin="4006381333931"),
        Item(label="Remise", amount=-80, kind="discount"),
    ),
    subtotal=197,
    total=153,
    vat=(Vat(rate=550, code="A", net=111, vat=6), Vat(gross=117)),
    payments=(Payment(kind="card", label="CB", amount=117),),
    item_count=1,
    mentions=("guarantee",),
    links=Links(annuls="11"),
    fiscal=Fiscal(signature="x7Qa"),
    codes=(Code(system="QR", text="https://a.example"),),
    attachments=(Attachment(kind=DocKind.CARD_SLIP),),
    verdict=Verdict(
        equations=(
            Equation(name="A5", holds=True),
            Equation(name="A1", holds=False, gap=-36),
        )
    ),
)  # fmt: skip


def shown(receipt: Receipt, lang: Lang = "fr") -> list[str]:
    return [line.replace("\u00a0", " ") for line in lines(receipt, "job.bin", lang)]


def test_the_proof_stands_on_top_with_what_fails_first() -> None:
    assert shown(WHOLE)[:5] == [
        "job.bin",
        "  Ticket de caisse, sûr à 90 %",
        "  V0 Sommes non vérifiées",
        "    ✗ A1 Articles et total : il manque 0,36 €",
        "    ✓ A5 Règlement et total",
    ]
    assert "    ✗ A1 Items and total: €0.36 missing" in shown(WHOLE, "en")


@pytest.mark.parametrize(
    "words",
    ["ÉPICERIE", "1 rue A", "1" * 14, "13/07/2026 17:40:00", "Pommes A", "−0,80 €",
     "0,792 kg × 2,49 € 4006381333931", "1,53 €", "5,5 % A (HT 1,11 €)", "(CB)",
     "garantie légale de conformité", "annule le ticket 11", "(autre)", "[remise]", "signature x7Qa", "https://a.example",
     "Ticket carte du client"],
)  # fmt: skip
def test_all_that_was_found_is_shown(words: str) -> None:
    assert words in "\n".join(shown(WHOLE))


def test_amounts_stand_under_each_other() -> None:
    money = [line for line in shown(WHOLE) if line.endswith("€") and "×" not in line]
    assert {len(line) for line in money[1:]} == {COLUMNS}


@pytest.mark.parametrize("lang", NAMES)
def test_every_kind_mention_role_and_field_has_a_name(lang: Lang) -> None:
    names = NAMES[lang]
    assert names.kinds.keys() == set(DocKind)
    assert {"item", *names.items_of} == set(get_args(ItemKind))
    assert names.said.keys() == set(get_args(Mention))
    assert names.roles.keys() == set(get_args(CodeRole))
    assert names.linked.keys() == set(Links.model_fields)
    assert names.fiscal_block.keys() == set(Fiscal.model_fields)


def test_nothing_is_shown_of_nothing() -> None:
    assert shown(Receipt(), "en") == [
        "job.bin",
        "  Not recognised, 0% sure",
        "  V0 No sum to verify",
    ]


def test_a_terminal_obeys_none_of_it() -> None:
    evil = "\x1b]0;x\x07\x9b2J\u202e"
    receipt = from_text(
        [f"{evil}SHOP", f"PAIN{evil}A 1,00", f"TOTAL{evil} 1,00", f"CB {evil}1,00"]
    ).model_copy(
        update={
            "currency": "\x1b\x1b\x1b",
            "number": evil,
            "codes": (Code(system=evil, text=evil),),
            "fiscal": Fiscal(code=evil),
            "verdict": Verdict(
                level=Level.V1,
                equations=(Equation(name=evil, holds=False, gap=1),),
            ),
            "vat": (Vat(code=evil, vat=1),),
        }
    )
    for line in lines(receipt, evil, "fr"):
        assert not set(line) & set("\x1b\x07\x9b\u202e\n")
