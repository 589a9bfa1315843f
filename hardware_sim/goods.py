"""Shops that don't exist, and what they sell.

Their registration numbers are well formed (Luhn, VAT key) and start with
zeros, as no French company's does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trade = Literal["bakery", "supermarket", "fashion", "diy", "restaurant"]


def luhn_digit(digits: str) -> str:
    """The digit that makes ``digits`` + it pass the Luhn check (SIREN, SIRET)."""
    doubled = "".join(
        str(int(digit) * (2 if place % 2 == 0 else 1))
        for place, digit in enumerate(reversed(digits))
    )
    return str(-sum(map(int, doubled)) % 10)


def ean13(first_twelve: str) -> str:
    """With its check digit: weights 1 and 3 from the left."""
    total = sum(
        int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve)
    )
    return first_twelve + str(-total % 10)


@dataclass(frozen=True, slots=True)
class Shop:
    """Who prints."""

    name: str
    legal: str
    street: str
    phone: str
    ape: str
    number: int

    @property
    def siren(self) -> str:
        body = f"{self.number:08d}"
        return body + luhn_digit(body)

    @property
    def siret(self) -> str:
        body = self.siren + "0001"
        return body + luhn_digit(body)

    @property
    def vat_id(self) -> str:
        """FR, key, SIREN; key = (12 + 3 (SIREN mod 97)) mod 97."""
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}"


@dataclass(frozen=True, slots=True)
class Good:
    """One thing on the shelf; ``cents`` with VAT."""

    label: str
    cents: int
    permille: int
    ean: str


SHOPS: dict[Trade, Shop] = {
    "bakery": Shop("Le Fournil des Halles", "SARL Le Fournil des Halles", "3 place des Halles", "04 00 00 00 11", "1071C", 101),
    "supermarket": Shop("Le Comptoir des Halles", "SAS Comptoir des Halles", "12 cours des Halles", "04 00 00 00 12", "4711D", 202),
    "fashion": Shop("Atelier Presqu'île", "SAS Atelier Presqu'île", "27 rue du Confluent", "04 00 00 00 13", "4771Z", 303),
    "diy": Shop("Brico des Deux Fleuves", "SAS Brico Deux Fleuves", "1 quai des Outils", "04 00 00 00 14", "4752B", 404),
    "restaurant": Shop("Le Bouchon du Marché", "EURL Bouchon du Marché", "8 passage des Halles", "04 00 00 00 15", "5610A", 505),
}  # fmt: skip
TOWN = "69002 LYON"


def _shelf(prefix: str, rows: list[tuple[str, int, int]]) -> tuple[Good, ...]:
    return tuple(
        Good(label, cents, permille, ean13(f"2{prefix}{place:08d}"))
        for place, (label, cents, permille) in enumerate(rows, start=1)
    )


SHELVES: dict[Trade, tuple[Good, ...]] = {
    "bakery": _shelf("101", [
        ("Tradition", 135, 55), ("Baguette", 110, 55), ("Croissant", 125, 55),
        ("Pain au chocolat", 145, 55), ("Chausson aux pommes", 190, 55), ("Éclair café", 320, 55),
        ("Tarte aux pralines", 410, 55), ("Pain complet 400 g", 290, 55), ("Brioche", 260, 55),
        ("Café crème", 240, 100), ("Thé", 280, 100), ("Jus d'orange 33 cl", 310, 55),
    ]),
    "supermarket": _shelf("202", [
        ("LAIT 1/2 ECREME 1L", 119, 55), ("BEURRE DOUX 250G", 279, 55), ("COMTÉ 12 MOIS", 549, 55),
        ("PATES COQUILLETTES", 105, 55), ("OEUFS PLEIN AIR X6", 239, 55), ("YAOURT NATURE X8", 189, 55),
        ("TOMATES GRAPPE", 267, 55), ("CRÈME FRAÎCHE 20CL", 132, 55), ("CHOCOLAT NOIR 70%", 215, 55),
        ("LESSIVE LIQUIDE 2L", 989, 200), ("PAPIER TOILETTE X6", 329, 200), ("DENTIFRICE MENTHE", 249, 200),
        ("COTES DU RHONE 75CL", 695, 200), ("EAU GAZEUSE 6X1L", 342, 55), ("SAC CABAS", 15, 200),
    ]),
    "fashion": _shelf("303", [
        ("CHEMISE LIN COL OFFICIER", 5999, 200), ("JEAN DROIT BRUT", 7990, 200),
        ("PULL COL ROND MERINOS", 6900, 200), ("CEINTURE CUIR", 3500, 200),
        ("CHAUSSETTES X3", 1290, 200), ("ÉCHARPE LAINE", 4500, 200), ("ROBE PORTEFEUILLE", 8900, 200),
    ]),
    "diy": _shelf("404", [
        ("PERCEUSE VISSEUSE 18V", 12990, 200), ("PEINTURE BLANC MAT 2,5L", 3490, 200),
        ("VIS BOIS 4X40 BTE 200", 890, 200), ("CHEVILLES NYLON X50", 495, 200),
        ("ROULEAU ANTIGOUTTE", 1150, 200), ("JOINT SILICONE BLANC", 795, 200),
        ("ENDUIT REBOUCHAGE 1KG", 665, 200), ("AMPOULE LED E27 X2", 790, 200),
    ]),
    "restaurant": _shelf("505", [
        ("Menu du jour", 1890, 100), ("Quenelle de brochet", 1950, 100),
        ("Salade lyonnaise", 1390, 100), ("Andouillette moutarde", 1790, 100),
        ("Tarte à la praline", 750, 100), ("Saint-Marcellin", 690, 100),
        ("Café", 220, 100), ("Pot de Côtes 46 cl", 1150, 200), ("Verre Viognier", 580, 200),
        ("Vittel 1/2", 390, 100),
    ]),
}  # fmt: skip
