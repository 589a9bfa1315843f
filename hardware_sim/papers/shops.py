"""Shops that don't exist: a name, a register entry, an address, for one paper each."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hardware_sim.papers.abroad import NAMES_ABROAD
from hardware_sim.papers.lands import Land
from hardware_sim.papers.registers import VAT_IDS, french_vat, siren, siret

_FIRST: Final = ("Bro", "Cal", "Dar", "Fen", "Gal", "Jov", "Kel", "Lor", "Mav", "Nol", "Pir", "Quel",
                 "Rom", "Sav", "Tor", "Vel", "Wim", "Yst")  # fmt: skip
_LAST: Final = ("andier", "bault", "court", "dieu", "ennec", "ichot", "lage", "mond", "ouet", "rigal",
                "ssac", "tieux", "vert", "zin")  # fmt: skip
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "fr": ("Au Panier {}", "Le Comptoir {}", "Les Halles {}", "Maison {}", "Chez {}", "{} et Fils", "La Réserve {}", "{}"),
    "de": ("{} Markt", "Kaufhaus {}", "Zum {}", "{} am Eck"),
    "nl": ("Winkel {}", "De {}", "Huis {}"),
    "es": ("Casa {}", "Almacenes {}", "El Rincón {}"),
    "it": ("Bottega {}", "Da {}", "Emporio {}"),
    "pt": ("Casa {}", "Mercearia {}", "O {}"),
    "en": ("{} & Sons", "The {} Store", "{} Corner"),
}  # fmt: skip
_NAF: Final = {
    "grocery": "4711D", "frozen": "4711A", "fashion": "4771Z", "bakery": "1071C", "restaurant": "5610A",
    "diy": "4752B", "pharmacy": "4773Z", "fuel": "4730Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shop:
    """Who prints; ``siret`` and ``naf`` are French."""

    name: str
    legal: str
    street: str
    town: str
    phone: str
    vat_id: str
    siret: str | None
    naf: str | None
    branch: int


def shop(dice: random.Random, land: Land, trade: str) -> Shop:
    """An invented shop of that trade and country."""
    who = dice.choice(_FIRST) + dice.choice(_LAST)
    name = dice.choice({**_NAMES, **NAMES_ABROAD}[land.lang]).format(who)
    loud = dice.random() < 0.6
    form = dice.choice(land.legal)
    legal = (
        f"{form} {name}"
        if land.lang == "fr" and dice.random() < 0.6
        else f"{name} {form}"
    )
    number, branch = siren(dice), dice.randint(1, 60)
    french = land.country == "FR"
    area = dice.randint(1, 5)
    phone = land.phone.format(area, *(dice.randrange(100) for _ in range(4)))
    street = dice.choice(land.streets).format(dice.randint(1, 140))
    town = dice.choice(land.towns)
    return Shop(
        name=name.upper() if loud else name,
        legal=legal.upper() if loud else legal,
        street=street.upper() if loud else street,
        town=town,
        phone=phone,
        vat_id=_vat_id(dice, land, number),
        siret=siret(number, branch) if french else None,
        naf=_NAF[trade] if french else None,
        branch=branch,
    )


def _vat_id(dice: random.Random, land: Land, number: str) -> str:
    if land.country == "FR":
        return french_vat(number)
    return VAT_IDS[land.country](dice) if land.vat_label else ""


PEOPLE: Final = (
    "JULIE",
    "MARC",
    "INES",
    "LEA",
    "KARIM",
    "SOPHIE",
    "NADIA",
    "PAUL",
    "EMMA",
    "HUGO",
)
