"""Facts about one document -> what is done with it, by the first row that fits.

France only so far, the ordinary till.  Rows are named as in the policy they
come from (R00-R33).  The three actions:

* ``print``: the bytes go to the printer at once, unchanged;
* ``offer``: the customer is asked, and ``on_silence`` says what no answer means;
* ``attach``: a customer's card slip, which goes where its sale goes.

A picture that nobody read may be anything, also what the customer needs on paper to
exercise a right; so it is R02 that makes paper of silence.

Art. L. 541-15-10, IV and D. 541-370 to 372 of the Code de l'environnement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from agent.wire.receipt import DocKind

Action = Literal["print", "offer", "attach"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the reading found; ``None`` where it found nothing.

    ``unread``: it is a picture, and nobody is sure what it says.
    """

    kind: DocKind
    total: int | None = None
    mentions: frozenset[str] = frozenset()
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why."""

    action: Action
    on_silence: Literal["none", "paper"]
    rule: str
    legal_ref: str
    reason_fr: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: when it fits, and what follows."""

    fits: Callable[[Facts], bool]
    decision: Decision


NOT_UNDERSTOOD: Final = Decision(
    "print",
    "paper",
    "R00",
    "",
    "Document non reconnu : imprimé tel quel",
    "Not recognised: printed as it is",
)
"""Also what a failure anywhere comes to."""

_INTERNAL: Final = frozenset(
    {
        *(DocKind.KITCHEN, DocKind.X_REPORT, DocKind.Z_REPORT, DocKind.MERCHANT_SLIP),
        *(DocKind.CASH_REPORT, DocKind.DRAWER, DocKind.TEST_PAGE),
    }
)
_RIGHTS: Final = frozenset(
    {
        *(DocKind.VOUCHER, DocKind.REFUND, DocKind.PROFORMA),
        *(DocKind.VOID, DocKind.EXIT_SLIP, DocKind.INVOICE),
    }
)
_NO_SALE: Final = frozenset({"card_refused", "card_preauthorised", "card_credited"})
_ASKED: Final = frozenset({DocKind.DUPLICATE, DocKind.GIFT})

TABLE: Final[tuple[Row, ...]] = (
    Row(
        lambda facts: facts.kind in _INTERNAL,
        Decision(
            "print",
            "paper",
            "R01",
            "",
            "Document du magasin, pas du client",
            "The shop’s own document",
        ),
    ),
    Row(
        lambda facts: facts.kind in {DocKind.OTHER, DocKind.LABEL},
        Decision(
            "print",
            "paper",
            "R01",
            "",
            "Pas un ticket de caisse",
            "Not a receipt",
        ),
    ),
    Row(
        lambda facts: facts.kind in _RIGHTS,
        Decision(
            "print",
            "paper",
            "R02",
            "C. env., art. L. 541-15-10, IV (hors champ)",
            "Nécessaire à l’exercice des droits du client",
            "Needed by the customer to exercise a right",
        ),
    ),
    Row(
        lambda facts: facts.kind is DocKind.UNKNOWN and facts.unread,
        Decision(
            "offer",
            "paper",
            "R02",
            "C. env., art. L. 541-15-10, IV (hors champ)",
            "Ticket en image, non lu : papier, sauf choix du client",
            "A picture that was not read: paper, unless the customer chooses",
        ),
    ),
    Row(
        lambda facts: facts.kind in _ASKED,
        Decision(
            "print",
            "paper",
            "R03",
            "C. env., art. L. 541-15-10, IV",
            "Demandé sur papier à la caisse",
            "Asked for on paper at the till",
        ),
    ),
    Row(
        lambda facts: (
            facts.kind is DocKind.CARD_SLIP and bool(facts.mentions & _NO_SALE)
        ),
        Decision(
            "print",
            "paper",
            "R12",
            "C. env., art. D. 541-371, 3°",
            "Opération carte annulée ou refusée",
            "Card operation cancelled or refused",
        ),
    ),
    Row(
        lambda facts: facts.kind is DocKind.CARD_SLIP,
        Decision(
            "attach",
            "none",
            "R21",
            "C. env., art. L. 541-15-10, IV, 2°",
            "Ticket carte : imprimé à la demande",
            "Card slip: printed on request",
        ),
    ),
    Row(
        lambda facts: (
            facts.kind is DocKind.SALE
            and bool(facts.mentions & {"training", "provisional"})
        ),
        Decision(
            "print",
            "paper",
            "R33",
            "BOI-TVA-DECLA-30-10-30",
            "Mode école ou document provisoire",
            "Training or provisional document",
        ),
    ),
    Row(
        lambda facts: (
            facts.kind is DocKind.SALE
            and facts.total is not None
            and "guarantee" in facts.mentions
        ),
        Decision(
            "offer",
            "paper",
            "R10",
            "C. env., art. D. 541-371, 1° ; C. conso., art. D. 211-7",
            "Garantie légale de conformité : papier sauf accord du client",
            "Legal guarantee goods: paper unless the customer agrees",
        ),
    ),
    Row(
        lambda facts: facts.kind is DocKind.SALE and facts.total is not None,
        Decision(
            "offer",
            "none",
            "R21",
            "C. env., art. L. 541-15-10, IV, 1°",
            "Imprimé seulement à la demande",
            "Printed only on request",
        ),
    ),
)


def decide(facts: Facts) -> Decision:
    """The first row that fits; none: not understood, paper."""
    for row in TABLE:
        if row.fits(facts):
            return row.decision
    return NOT_UNDERSTOOD
