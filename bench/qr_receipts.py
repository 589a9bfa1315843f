"""Receipts of stores that no dictionary has seen: labels put together here, from a seed.

The words are those of French shelves in general; half of them also occur in the papers
that the general dictionary was trained on, as in real life.  A store has its own 600
articles; what sells is spread as it is in shops (Zipf).
"""

from __future__ import annotations

import datetime as dt
import random
import re
from decimal import Decimal
from typing import Final

from agent.wire.fiscal import Fiscal
from agent.wire.receipt import (
    DocKind,
    Item,
    Level,
    Merchant,
    Payment,
    Receipt,
    Vat,
    Verdict,
)

NOUNS: Final = tuple(
    re.findall(
        r"\S+",
        """
YAOURT PUREE COMPOTE SAUCISSON JAMBON FROMAGE CREME LAIT BEURRE OEUFS PATES RIZ SEMOULE LENTILLES FARINE SUCRE
CONFITURE MIEL BISCUITS CHOCOLAT CEREALES PAIN BRIOCHE GALETTES PIZZA QUICHE SOUPE SALADE TOMATES CAROTTES
POIREAUX ENDIVES RADIS COURGETTES POMMES POIRES RAISIN CLEMENTINES BANANES KIWI ANANAS AVOCAT CITRON SAUMON
CABILLAUD CREVETTES THON SARDINES POULET DINDE BOEUF VEAU AGNEAU LARDONS SAUCISSES EAU JUS SIROP LIMONADE BIERE
CIDRE VIN CAFE THE TISANE LESSIVE ADOUCISSANT LIQUIDE EPONGES SACS PAPIER MOUCHOIRS SHAMPOOING DENTIFRICE SAVON
COTON COUCHES LITIERE CROQUETTES PILES AMPOULE BOUGIES CAHIER STYLO
""",
    )
)
KINDS: Final = tuple(
    re.findall(
        r"\S+",
        """
NATURE BREBIS CHEVRE ENTIER 1/2ECR BIO FERMIER SUPERIEUR FUME SEC DOUX DEMI-SEL COMPLET BLE SARRASIN LONG
BASMATI CORAIL NOIR LAIT NOISETTE FRAISE ABRICOT VANILLE CITRON MENTHE PROVENCALE NORMANDE MAISON TRADITION
PREMIER EXTRA ROUGE BLANC ROSE VERT JAUNE LOOSE VRAC FILET BARQ SURG ECO XL
""",
    )
)
SIZES: Final = tuple(
    re.findall(
        r"\S+",
        """
1KG 500G 250G 400G 125G 4X125G 8X125G X4 X6 X10 X12 X20 1L 2L 6X1L 75CL 33CL 6X33CL 50CL 30L 3KG PCE BTE SACHET
ETUI
""",
    )
)
STORES: Final = ("A", "B", "C", "D", "E", "F")
RATES: Final = ((550, "B"), (2000, "A"))


class Store:
    """One store: its articles, and a till that rings some of them up."""

    def __init__(self, name: str) -> None:
        dice = random.Random(f"store-{name}")
        self.name = name
        self._goods = [
            (
                f"{dice.choice(NOUNS)} {dice.choice(KINDS)} {dice.choice(SIZES)}"[:24],
                dice.randrange(60, 1990),
                int(dice.random() < 0.2),
                f"3{dice.randrange(10**11):011d}",
            )
            for _ in range(600)
        ]
        self._weights = [1 / (rank + 8) for rank in range(600)]
        self.merchant = Merchant(
            name=f"MARCHE {name}ROMANDIER",
            address=(f"{dice.randrange(1, 99)} rue des Halles", "69002 LYON"),
            siret="00000000000018",
        )

    def receipt(self, seed: int, count: int, *, gtins: bool = False) -> Receipt:
        """``count`` lines of goods, and a discount under every twelfth."""
        dice = random.Random(f"receipt-{self.name}-{seed}-{count}")
        lines = []
        for label, price, standard, figures in dice.choices(
            self._goods, self._weights, k=count
        ):
            lines.append(_line(dice, label, price, standard, figures if gtins else ""))
            if dice.random() < 1 / 12:
                part = -max(1, lines[-1].amount // 10)
                lines.append(
                    Item(
                        label="REMISE IMMEDIATE",
                        amount=part,
                        kind="discount",
                        of=len(lines) - 1,
                    )
                )
        total = sum(line.amount for line in lines)
        day = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(
            seconds=dice.randrange(20_000_000)
        )
        return Receipt(
            kind=DocKind.SALE,
            merchant=self.merchant,
            number=f"{dice.randrange(1, 30):03d}-{dice.randrange(100_000):05d}",
            store="7641",
            till=f"{dice.randrange(1, 9):03d}",
            operator=f"{dice.randrange(1000):04d}",
            date=day.date(),
            time=day.time(),
            items=tuple(lines),
            total=total,
            vat=tuple(_vat(lines)),
            payments=(Payment(kind="card", label="CARTE BANCAIRE", amount=total),),
            item_count=count,
            fiscal=Fiscal(
                regime="nf525",
                signature="".join(dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=4)),
                software="CAISSE 4",
                software_version="4.2.1",
            ),
            mentions=("guarantee",),
            verdict=Verdict(level=Level.V2),
        )


def _line(
    dice: random.Random, label: str, price: int, standard: int, figures: str
) -> Item:
    rate, code = RATES[standard]
    chance = dice.random()
    quantity, unit, amount = None, None, price
    if chance < 0.12:
        grams = dice.randrange(150, 2200)
        quantity, unit = Decimal(grams).scaleb(-3), "kg"
        amount = round(price * grams / 1000)
    elif chance < 0.25:
        pieces = dice.choice((2, 2, 2, 3, 4, 6))
        quantity, amount = Decimal(pieces), price * pieces
    return Item(
        label=label,
        amount=amount,
        quantity=quantity,
        unit=unit,
        unit_price=None if quantity is None else price,
        vat_code=code,
        vat_rate=rate,
        gtin=_completed(figures) if figures else None,
    )


def _completed(figures: str) -> str:
    total = sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(figures))
    return figures + str(-total % 10)


def _vat(lines: list[Item]) -> list[Vat]:
    rows = []
    for rate, code in RATES:
        gross = sum(line.amount for line in lines if line.vat_code == code)
        if gross:
            net = round(gross * 10_000 / (10_000 + rate))
            rows.append(
                Vat(rate=rate, code=code, net=net, vat=gross - net, gross=gross)
            )
    return rows


def as_text(receipt: Receipt) -> str:
    """The paper in 42 columns: what a naive symbol would hold."""
    shop = receipt.merchant
    out = [shop.name or "", *shop.address, f"SIRET {shop.siret}", ""]
    out += [
        f"{receipt.date} {receipt.time} {receipt.number} {receipt.operator}",
        "-" * 42,
    ]
    for line in receipt.items:
        out.append(
            f"{line.label:<30}{line.amount / 100:>10.2f} {line.vat_code or ''}".rstrip()
        )
        if line.quantity is not None and line.unit_price is not None:
            out.append(f"   {line.quantity} x {line.unit_price / 100:.2f}")
    out += ["-" * 42, f"{'TOTAL':<30}{(receipt.total or 0) / 100:>10.2f}"]
    out += [f"{paid.label:<30}{paid.amount / 100:>10.2f}" for paid in receipt.payments]
    for row in receipt.vat:
        rate, net, vat, gross = (
            (n or 0) / 100 for n in (row.rate, row.net, row.vat, row.gross)
        )
        out.append(f"{row.code} {rate:5.2f}% {net:9.2f} {vat:9.2f} {gross:9.2f}")
    return "\n".join(
        [*out, "GARANTIE LEGALE DE CONFORMITE 2 ANS", "MERCI DE VOTRE VISITE"]
    )
