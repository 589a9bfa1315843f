"""What an equation of the verdict says, for people.

A receipt's equations (docs/receipt.md) have names for machines; a cashier reads a
sentence, and where one fails what is missing or too much.  No amount is put right
here: the gap is what the paper itself leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from agent.wire.money import NO_BREAK, Tongue, format_money
from agent.wire.receipt import Equation, Level, Tried

E = TypeVar("E", Equation, Tried)


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language; ``{gap}`` is written without its sign."""

    levels: Mapping[Level, str]
    equations: Mapping[str, str]
    missing: str
    too_much: str
    counted: tuple[str, str]
    days: tuple[str, str]
    differs: str
    untried: str


PHRASES: Final[Mapping[Tongue, Phrases]] = {
    "fr": Phrases(
        levels={
            Level.V2: "Sommes vérifiées",
            Level.V1: "Total vérifié",
            Level.V0: "Sommes non vérifiées",
        },
        equations={
            "A1": "Articles et total",
            "A2": "Quantité × prix",
            "A3": "TVA et total",
            "A4": "Articles par taux de TVA",
            "A5": "Règlement et total",
            "A6": "Nombre d’articles",
            "A7": "Date du ticket carte",
            "A8": "Numéros SIRET et TVA",
            "A9": "Montant annoncé et total",
        },
        missing=f"il manque{NO_BREAK}{{gap}}",
        too_much="{gap} de trop",
        counted=(f"{{gap}}{NO_BREAK}article", f"{{gap}}{NO_BREAK}articles"),
        days=(f"{{gap}}{NO_BREAK}jour", f"{{gap}}{NO_BREAK}jours"),
        differs="écart",
        untried="Aucune somme à vérifier",
    ),
    "en": Phrases(
        levels={
            Level.V2: "Sums verified",
            Level.V1: "Total verified",
            Level.V0: "Sums not verified",
        },
        equations={
            "A1": "Items and total",
            "A2": "Quantity × price",
            "A3": "VAT and total",
            "A4": "Items by VAT rate",
            "A5": "Payment and total",
            "A6": "Number of items",
            "A7": "Date of the card slip",
            "A8": "Register and VAT numbers",
            "A9": "Amount called due and total",
        },
        missing=f"{{gap}}{NO_BREAK}missing",
        too_much="{gap} too much",
        counted=(f"{{gap}}{NO_BREAK}item", f"{{gap}}{NO_BREAK}items"),
        days=(f"{{gap}}{NO_BREAK}day", f"{{gap}}{NO_BREAK}days"),
        differs="they differ",
        untried="No sum to verify",
    ),
    "es": Phrases(
        levels={
            Level.V2: "Sumas comprobadas",
            Level.V1: "Total comprobado",
            Level.V0: "Sumas no comprobadas",
        },
        equations={
            "A1": "Artículos y total",
            "A2": "Cantidad × precio",
            "A3": "IVA y total",
            "A4": "Artículos por tipo de IVA",
            "A5": "Pago y total",
            "A6": "Número de artículos",
            "A7": "Fecha del recibo de tarjeta",
            "A8": "Números SIRET y de IVA",
            "A9": "Importe anunciado y total",
        },
        missing=f"faltan{NO_BREAK}{{gap}}",
        too_much="{gap} de más",
        counted=(f"{{gap}}{NO_BREAK}artículo", f"{{gap}}{NO_BREAK}artículos"),
        days=(f"{{gap}}{NO_BREAK}día", f"{{gap}}{NO_BREAK}días"),
        differs="no coinciden",
        untried="Ninguna suma que comprobar",
    ),
    "de": Phrases(
        levels={
            Level.V2: "Summen geprüft",
            Level.V1: "Summe geprüft",
            Level.V0: "Summen nicht geprüft",
        },
        equations={
            "A1": "Artikel und Summe",
            "A2": "Menge × Preis",
            "A3": "MwSt. und Summe",
            "A4": "Artikel je MwSt.-Satz",
            "A5": "Zahlung und Summe",
            "A6": "Anzahl der Artikel",
            "A7": "Datum des Kartenbelegs",
            "A8": "SIRET- und USt-Nummern",
            "A9": "Angesagter Betrag und Summe",
        },
        missing=f"es fehlen{NO_BREAK}{{gap}}",
        too_much="{gap} zu viel",
        counted=(f"{{gap}}{NO_BREAK}Artikel", f"{{gap}}{NO_BREAK}Artikel"),
        days=(f"{{gap}}{NO_BREAK}Tag", f"{{gap}}{NO_BREAK}Tage"),
        differs="sie weichen ab",
        untried="Keine Summe zu prüfen",
    ),
    "ar": Phrases(
        levels={
            Level.V2: "تم التحقق من المبالغ",
            Level.V1: "تم التحقق من المجموع",
            Level.V0: "لم يتم التحقق من المبالغ",
        },
        equations={
            "A1": "السلع والمجموع",
            "A2": "الكمية × السعر",
            "A3": "الضريبة والمجموع",
            "A4": "السلع حسب نسبة الضريبة",
            "A5": "الدفع والمجموع",
            "A6": "عدد السلع",
            "A7": "تاريخ إيصال البطاقة",
            "A8": "رقما السجل والضريبة",
            "A9": "المبلغ المعلن والمجموع",
        },
        missing=f"ينقص{NO_BREAK}{{gap}}",
        too_much="زيادة {gap}",
        counted=(f"سلعة:{NO_BREAK}{{gap}}", f"سلع:{NO_BREAK}{{gap}}"),
        days=(f"يوم:{NO_BREAK}{{gap}}", f"أيام:{NO_BREAK}{{gap}}"),
        differs="غير متطابقين",
        untried="لا مبلغ للتحقق منه",
    ),
}


def said(equation: Equation | Tried, currency: str, lang: Tongue) -> str:
    """``Articles et total : il manque 0,36 €``; a new name as it is."""
    phrases = PHRASES[lang]
    name = phrases.equations.get(equation.name, equation.name)
    if equation.holds:
        return name
    colon = f"{NO_BREAK}:" if lang == "fr" else ":"
    gap = _gap(equation, currency, lang) if equation.gap else phrases.differs
    return f"{name}{colon} {gap}"


def ordered(equations: Iterable[E]) -> list[E]:
    """Those that fail first: they are what somebody has to look at."""
    return sorted(equations, key=lambda equation: equation.holds)


def _gap(equation: Equation | Tried, currency: str, lang: Tongue) -> str:
    phrases, size = PHRASES[lang], abs(equation.gap)
    units = {"A6": phrases.counted, "A7": phrases.days}.get(equation.name)
    if units is None:
        written = format_money(size, currency, lang)
    else:
        written = units[size > 1].format(gap=size)
    if equation.name == "A7":
        return written
    pattern = phrases.missing if equation.gap < 0 else phrases.too_much
    return pattern.format(gap=written)
