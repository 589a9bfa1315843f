"""The words around what a receipt says on a terminal, in French and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.wire.money import Lang
from agent.wire.receipt import CodeRole, DocKind, ItemKind, Mention


@dataclass(frozen=True, slots=True)
class Names:
    """What stands before a value, in one language."""

    kinds: dict[DocKind, str]
    sure: str
    shop: str
    address: str
    phone: str
    number: str
    store: str
    till: str
    operator: str
    when: str
    loyalty: str
    items: str
    discounts: str
    total: str
    count: str
    net: str
    code: str
    mentions: str
    links: str
    fiscal: str
    attached: str
    items_of: dict[ItemKind, str]
    said: dict[Mention, str]
    linked: dict[str, str]
    fiscal_block: dict[str, str]
    roles: dict[CodeRole, str]


NAMES: Final[dict[Lang, Names]] = {
    "fr": Names(
        kinds={
            DocKind.SALE: "Ticket de caisse",
            DocKind.REFUND: "Remboursement ou avoir",
            DocKind.VOID: "Annulation",
            DocKind.DUPLICATE: "Duplicata",
            DocKind.GIFT: "Ticket cadeau",
            DocKind.PROFORMA: "Note provisoire",
            DocKind.CARD_SLIP: "Ticket carte du client",
            DocKind.MERCHANT_SLIP: "Ticket carte du commerçant",
            DocKind.KITCHEN: "Bon de préparation",
            DocKind.X_REPORT: "Lecture X",
            DocKind.Z_REPORT: "Clôture Z",
            DocKind.CASH_REPORT: "Rapport de caisse",
            DocKind.VOUCHER: "Bon d’achat ou avoir",
            DocKind.EXIT_SLIP: "Ticket de sortie",
            DocKind.INVOICE: "Facture",
            DocKind.DRAWER: "Ouverture du tiroir",
            DocKind.TEST_PAGE: "Page d’essai",
            DocKind.LABEL: "Étiquette",
            DocKind.OTHER: "Autre document",
            DocKind.UNKNOWN: "Document non reconnu",
        },
        sure="sûr à {percent}\u00a0%",
        shop="Commerçant",
        address="Adresse",
        phone="Téléphone",
        number="Ticket n°",
        store="Magasin",
        till="Caisse",
        operator="Opérateur",
        when="Date",
        loyalty="Carte fidélité",
        items="Articles",
        discounts="Remises",
        total="TOTAL",
        count="Articles imprimés",
        net="HT {net}",
        code="Code-barres",
        mentions="Mentions",
        links="Renvois",
        fiscal="Bloc fiscal",
        attached="Joint",
        items_of={
            "discount": "remise",
            "deposit": "consigne",
            "void": "annulation",
            "fee": "frais",
        },
        said={
            "guarantee": "garantie légale de conformité",
            "exchange": "conditions d’échange",
            "duplicate": "duplicata",
            "training": "mode école",
            "provisional": "note provisoire",
            "degraded": "mode dégradé",
            "annuls": "annule un ticket",
            "annulled": "ticket annulé",
            "modifies": "modifie un ticket",
            "card_refused": "carte refusée",
            "card_preauthorised": "préautorisation",
            "card_credited": "carte créditée",
        },
        linked={
            "annuls": "annule le ticket",
            "annulled_by": "annulé par le ticket",
            "modifies": "modifie le ticket",
            "returns_of": "retour du ticket",
        },
        fiscal_block={
            "regime": "régime",
            "number": "numéro",
            "device": "appareil",
            "signature": "signature",
            "certificate": "certificat",
            "software": "logiciel",
            "software_version": "version",
            "line_count": "lignes",
            "print_count": "impressions",
            "code": "code",
        },
        roles={
            "fiscal": "fiscal",
            "loyalty": "fidélité",
            "receipt": "ticket",
            "link": "lien",
            "other": "autre",
        },
    ),
    "en": Names(
        kinds={
            DocKind.SALE: "Sales receipt",
            DocKind.REFUND: "Refund or credit note",
            DocKind.VOID: "Void",
            DocKind.DUPLICATE: "Duplicate",
            DocKind.GIFT: "Gift receipt",
            DocKind.PROFORMA: "Provisional bill",
            DocKind.CARD_SLIP: "Customer's card slip",
            DocKind.MERCHANT_SLIP: "Merchant's card slip",
            DocKind.KITCHEN: "Kitchen order",
            DocKind.X_REPORT: "X report",
            DocKind.Z_REPORT: "Z report",
            DocKind.CASH_REPORT: "Cash report",
            DocKind.VOUCHER: "Voucher",
            DocKind.EXIT_SLIP: "Exit slip",
            DocKind.INVOICE: "Invoice",
            DocKind.DRAWER: "Drawer opening",
            DocKind.TEST_PAGE: "Test page",
            DocKind.LABEL: "Label",
            DocKind.OTHER: "Other document",
            DocKind.UNKNOWN: "Not recognised",
        },
        sure="{percent}% sure",
        shop="Merchant",
        address="Address",
        phone="Phone",
        number="Receipt no.",
        store="Shop",
        till="Till",
        operator="Operator",
        when="Date",
        loyalty="Loyalty card",
        items="Items",
        discounts="Discounts",
        total="TOTAL",
        count="Items printed",
        net="net {net}",
        code="Bar code",
        mentions="Mentions",
        links="Refers to",
        fiscal="Fiscal block",
        attached="Attached",
        items_of={
            "discount": "discount",
            "deposit": "deposit",
            "void": "void",
            "fee": "fee",
        },
        said={
            "guarantee": "legal guarantee of conformity",
            "exchange": "terms of exchange",
            "duplicate": "duplicate",
            "training": "training mode",
            "provisional": "provisional bill",
            "degraded": "degraded mode",
            "annuls": "annuls a receipt",
            "annulled": "annulled",
            "modifies": "modifies a receipt",
            "card_refused": "card refused",
            "card_preauthorised": "pre-authorised",
            "card_credited": "card credited",
        },
        linked={
            "annuls": "annuls receipt",
            "annulled_by": "annulled by receipt",
            "modifies": "modifies receipt",
            "returns_of": "return of receipt",
        },
        fiscal_block={
            "regime": "regime",
            "number": "number",
            "device": "device",
            "signature": "signature",
            "certificate": "certificate",
            "software": "software",
            "software_version": "version",
            "line_count": "lines",
            "print_count": "printed",
            "code": "code",
        },
        roles={
            "fiscal": "fiscal",
            "loyalty": "loyalty",
            "receipt": "receipt",
            "link": "link",
            "other": "other",
        },
    ),
}
