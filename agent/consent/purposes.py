"""The purposes, apart from each other: what each may use, on what ground, how long.

One purpose never stands for another (CNIL, 21 March 2023: an address given for a receipt
serves the receipt), so each is asked, decided and recorded by itself, and every box
begins unticked (GDPR, recital 32; CJEU C-673/17).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from agent.verbs import Words
from agent.wire.consent import Basis, Channel, Purpose

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
DELIVERY: Final[Purpose] = "receipt_delivery"

DAYS_OF_A_DELIVERY: Final = 7
"""An address given for one receipt is erased by then (DOMAIN G08)."""
DAYS_OF_A_SURVEY: Final = 30
DAYS_OF_A_RELATION: Final = 1095
"""Three years without contact (CNIL, délibération SAN-2020-008)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What goes with a purpose.

    ``basis`` is the ground of a consent given (GDPR, art. 6); ``days`` after which it
    has to be given again; ``dpv`` its name in the Data Privacy Vocabulary; ``primary``:
    it is what the customer came for.
    """

    channels: tuple[Channel, ...]
    basis: Basis
    days: int
    dpv: str
    pii: str
    says: Words
    primary: bool = False


TERMS: Final[Mapping[Purpose, Terms]] = {
    "receipt_delivery": Terms(
        ("email", "sms", "account"),
        "consent",
        DAYS_OF_A_DELIVERY,
        "dpv:DeliveryOfGoods",
        "contact",
        Words("Envoyer ce ticket", "Send this receipt"),
        primary=True,
    ),
    "receipt_archive_account": Terms(
        ("account",),
        "contract",
        DAYS_OF_A_RELATION,
        "dpv:RecordManagement",
        "receipt",
        Words("Conserver mes tickets", "Keep my receipts"),
    ),
    "loyalty_attach": Terms(
        ("account",),
        "contract",
        DAYS_OF_A_RELATION,
        "dpv:CustomerRelationshipManagement",
        "receipt",
        Words("Rattacher ce ticket à ma carte", "Attach this receipt to my card"),
    ),
    "marketing_email": Terms(
        ("email",),
        "consent",
        DAYS_OF_A_RELATION,
        "dpv:DirectMarketing",
        "contact",
        Words("Recevoir des offres par e-mail", "Get offers by e-mail"),
    ),
    "marketing_sms": Terms(
        ("sms",),
        "consent",
        DAYS_OF_A_RELATION,
        "dpv:DirectMarketing",
        "contact",
        Words("Recevoir des offres par SMS", "Get offers by SMS"),
    ),
    "satisfaction_survey": Terms(
        ("email", "sms"),
        "consent",
        DAYS_OF_A_SURVEY,
        "dpv:CustomerCare",
        "contact",
        Words("Donner mon avis", "Be asked for my opinion"),
    ),
    "profiling_360": Terms(
        ("account",),
        "consent",
        DAYS_OF_A_RELATION,
        "dpv:Personalisation",
        "receipt",
        Words("Personnaliser ce que je reçois", "Make what I get personal"),
    ),
    "share_third_party": Terms(
        ("account",),
        "consent",
        DAYS_OF_A_RELATION,
        "dpv:ThirdPartyMarketing",
        "contact",
        Words("Partager avec des partenaires", "Share with partners"),
    ),
}


def boxes(offered: Collection[Purpose]) -> dict[Purpose, bool]:
    """The form as it begins: one box a purpose, none ticked."""
    return dict.fromkeys((each for each in PURPOSES if each in offered), False)
