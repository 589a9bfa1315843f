"""Countries: VAT rates and how their tills call them, currency, addresses, law.

Rates are keyed by what goods bear: ``std`` ``mid`` ``food`` ``low``; a country that has
no such rate charges the next one.  As of 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Tails = tuple[str, ...]
_EURO: Final[Tails] = ("", "", " €", "€", " EUR")


@dataclass(frozen=True, slots=True)
class Land:
    """One country in one of its languages.

    ``on_top``: tax is added below prices without it; ``words`` go before the language's.
    """

    country: str
    lang: str
    rates: Mapping[str, int]
    letters: Mapping[str, str]
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    legal: tuple[str, ...]
    phone: str
    vat_label: tuple[str, ...]
    fiscal: tuple[str, ...] = ("none",)
    currency: str = "EUR"
    point: str = ","
    tails: Tails = _EURO
    heads: Tails = ("",)
    cash_step: int = 1
    deposits: bool = False
    on_top: bool = False
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_FR: Final = {"std": 2000, "mid": 1000, "food": 550, "low": 210}
_BE: Final = {"std": 2100, "mid": 1200, "food": 600}
_CH: Final = {"std": 810, "food": 260}
_LU: Final = {"std": 1700, "mid": 800, "food": 300}
_BE_TOWNS: Final = ("4000 LIEGE", "5000 NAMUR", "1050 BRUXELLES", "7000 MONS")
_BE_STREETS: Final = (
    "Rue du Perron {}",
    "Chaussée de l'Ourthe {}",
    "Place du Marché {}",
)

LANDS: Final[Mapping[str, Land]] = {
    "FR": Land(
        "FR", "fr", _FR, {"std": "A", "food": "B", "mid": "C", "low": "D"},
        ("69002 LYON", "49100 ANGERS", "44800 SAINT-HERBLAIN", "31000 TOULOUSE", "35000 RENNES",
         "59000 LILLE", "13006 MARSEILLE", "67000 STRASBOURG", "29200 BREST", "63000 CLERMONT-FD"),
        ("{} rue des Halles", "{} avenue du Confluent", "{} bd des Tisserands", "{} place du Marché",
         "{} quai des Outils", "ZAC des Deux Rives - {} rue du Port", "{} bis chemin Vert"),
        ("SAS", "SARL", "EURL", "SA", "SNC"), "0{} {:02} {:02} {:02} {:02}",
        ("TVA {}", "N° TVA {}", "TVA intracom. {}", "TVA : {}"), ("nf525", "nf525", "nf525", "none"),
        tails=("", "", " €", "€", "Eur", " EUR"),
    ),
    "BE": Land(
        "BE", "fr", _BE, {"std": "A", "mid": "B", "food": "C"}, _BE_TOWNS, _BE_STREETS,
        ("SRL", "SA", "SPRL"), "0{} {:02} {:02} {:02} {:02}", ("TVA {}", "TVA: {}"), ("gks", "none"),
        cash_step=5, deposits=True,
    ),
    "BE-nl": Land(
        "BE", "nl", _BE, {"std": "A", "mid": "B", "food": "C"},
        ("9000 GENT", "2000 ANTWERPEN", "3000 LEUVEN"), ("Marktstraat {}", "Kouter {}", "Vismarkt {}"),
        ("BV", "NV"), "0{} {:02} {:02} {:02} {:02}", ("BTW {}", "BTW: {}"), ("gks", "none"),
        cash_step=5, deposits=True,
    ),
    "NL": Land(
        "NL", "nl", {"std": 2100, "food": 900}, {"std": "H", "food": "L"},
        ("3511 AB UTRECHT", "1012 XY AMSTERDAM", "9711 CD GRONINGEN"),
        ("Oudegracht {}", "Kerkstraat {}", "Havenweg {}"), ("B.V.", "V.O.F."),
        "0{}-{:02}{:02}{:02}{:02}", ("BTW nr. {}", "BTW {}"), cash_step=5, deposits=True,
    ),
    "DE": Land(
        "DE", "de", {"std": 1900, "food": 700}, {"std": "A", "food": "B"},
        ("51061 Köln", "80331 München", "01067 Dresden", "24103 Kiel"),
        ("Marktstr. {}", "Am Mühlbach {}", "Bahnhofstraße {}", "Lindenweg {}"),
        ("GmbH", "OHG", "e.K.", "KG"), "0{}{:02} {:02}{:02}{:02}",
        ("UID Nr.: {}", "USt-IdNr. {}", "USt-ID: {}"), ("tse", "tse", "none"), deposits=True,
        tails=("", "", " EUR", " €"),
    ),
    "AT": Land(
        "AT", "de", {"std": 2000, "mid": 1300, "food": 1000}, {"std": "A", "mid": "C", "food": "B"},
        ("1070 Wien", "8010 Graz", "5020 Salzburg", "6020 Innsbruck"),
        ("Lindengasse {}", "Hauptplatz {}", "Getreidegasse {}"), ("GmbH", "KG", "e.U."),
        "0{}/{:02} {:02} {:02} {:02}", ("UID: {}", "UID-Nr.: {}"), ("rksv", "rksv", "none"),
        deposits=True, tails=("", " EUR", " €"),
    ),
    "ES": Land(
        "ES", "es", {"std": 2100, "mid": 1000, "food": 400}, {"std": "A", "mid": "B", "food": "C"},
        ("28013 MADRID", "08002 BARCELONA", "41004 SEVILLA", "46001 VALENCIA"),
        ("C/ Mayor, {}", "Avda. del Puerto, {}", "Plaza del Mercado, {}"), ("S.L.", "S.A."),
        "9{} {:02} {:02} {:02} {:02}", ("NIF: {}", "CIF {}", "N.I.F. {}"), ("verifactu", "none"),
    ),
    "IT": Land(
        "IT", "it", {"std": 2200, "mid": 1000, "food": 400}, {"std": "A", "mid": "B", "food": "C"},
        ("20121 MILANO MI", "40121 BOLOGNA BO", "10121 TORINO TO"),
        ("Via dei Mercanti, {}", "Corso Magenta, {}", "Piazza delle Erbe, {}"), ("S.r.l.", "S.p.A."),
        "0{} {:02}{:02}{:02}{:02}", ("P.IVA {}", "P. IVA {}", "Partita IVA {}"), ("rt", "none"),
        tails=("", "", " €"),
    ),
    "PT": Land(
        "PT", "pt", {"std": 2300, "mid": 1300, "food": 600}, {"std": "C", "mid": "B", "food": "A"},
        ("1100-053 LISBOA", "4050-014 PORTO", "3000-030 COIMBRA"),
        ("Rua das Flores, {}", "Largo do Mercado, {}", "Av. da Ribeira, {}"), ("Lda.", "S.A."),
        "2{} {:02} {:02} {:02} {:02}", ("NIF: {}", "Contribuinte n.º {}", "NIF {}"), ("atcud", "atcud", "none"),
    ),
    "CH": Land(
        "CH", "de", _CH, {"std": "1", "food": "2"}, ("8001 Zürich", "3011 Bern", "4051 Basel"),
        ("Marktgasse {}", "Seestrasse {}", "Rheinweg {}"), ("AG", "GmbH"), "0{} {:02} {:02} {:02} {:02}",
        ("{} MWST", "MWST-Nr. {}"), currency="CHF", point=".", tails=("", "", " CHF"), cash_step=5,
    ),
    "CH-fr": Land(
        "CH", "fr", _CH, {"std": "1", "food": "2"}, ("1204 Genève", "1003 Lausanne", "2000 Neuchâtel"),
        ("Rue du Lac {}", "Quai des Bergues {}", "Rue de Bourg {}"), ("SA", "Sàrl"),
        "0{} {:02} {:02} {:02} {:02}", ("{} TVA", "TVA {}"), currency="CHF", point=".",
        tails=("", "", " CHF"), cash_step=5,
    ),
    "LU": Land(
        "LU", "fr", _LU, {"std": "A", "mid": "B", "food": "C"},
        ("L-1445 STRASSEN", "L-4011 ESCH-SUR-ALZETTE", "L-2449 LUXEMBOURG"),
        ("{}, rue de l'Alzette", "{}, avenue de la Gare", "{}, Grand-Rue"), ("S.à r.l.", "S.A."),
        "2{} {:02} {:02} {:02} {:02}", ("TVA {}", "N° TVA: {}"),
    ),
    "GB": Land(
        "GB", "en", {"std": 2000, "food": 0}, {"std": "A", "food": "Z"},
        ("LEEDS LS1 4DT", "BRISTOL BS1 5TR", "YORK YO1 8AQ", "NORWICH NR2 1AA"),
        ("{} Market Street", "{} Harbour Road", "Unit {} Mill Lane"), ("Ltd", "LLP"),
        "01{}{:02} {:02}{:02}{:02}", ("VAT No. {}", "VAT Reg No: {}"), currency="GBP", point=".",
        tails=("",), heads=("£", "£", ""),
    ),
}  # fmt: skip

WEIGHTED: Final = (
    *["FR"] * 26, *["BE"] * 3, *["BE-nl"] * 2, *["NL"] * 2, *["DE"] * 4, *["AT"] * 2, *["ES"] * 2,
    *["IT"] * 2, *["PT"] * 2, "CH", "CH-fr", *["LU"] * 2, *["GB"] * 3,
)  # fmt: skip
"""How often each comes: half of the papers are French."""


def key_of(land: Land, key: str) -> str:
    """The rate that this country charges where another has its own."""
    for known in (key, {"low": "food", "mid": "std"}.get(key, "std"), "std"):
        if known in land.rates:
            return known
    raise LookupError(key)
