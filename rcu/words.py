"""Everything that a customer reads on a page, in French and in English.

French typography: no-break spaces (written ``~`` here) before ``: ; ?`` and
inside « », the curly apostrophe, *vous*.  A text is a sentence of its own: none
is glued together from pieces, save for ``{places}`` that hold a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Lang = Literal["fr", "en"]

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # the page of a receipt
    "title": ("Votre ticket", "Your receipt"),
    "skip": ("Aller au ticket", "Skip to the receipt"),
    "items": ("Articles", "Items"),
    "item": ("Article", "Item"),
    "amount": ("Montant", "Amount"),
    "subtotal": ("Sous-total", "Subtotal"),
    "rounding": ("Arrondi", "Rounding"),
    "total": ("Total", "Total"),
    "total_unread": (
        "Le montant n’a pas été lu~: voyez le texte imprimé.",
        "The amount was not read: see the printed text.",
    ),
    "count_one": ("{n} article", "{n} item"),
    "count_many": ("{n} articles", "{n} items"),
    "vat": ("TVA", "VAT"),
    "vat_rate": ("Taux", "Rate"),
    "vat_net": ("HT", "Net"),
    "vat_gross": ("TTC", "Gross"),
    "payment": ("Paiement", "Payment"),
    "change": ("Rendu", "Change"),
    "about": ("Références", "References"),
    "number": ("Ticket n°", "Receipt no."),
    "store": ("Magasin", "Store"),
    "till": ("Caisse", "Till"),
    "operator": ("Hôte de caisse", "Cashier"),
    "loyalty": ("Carte de fidélité", "Loyalty card"),
    "shop": ("Le magasin", "The shop"),
    "phone": ("Téléphone", "Telephone"),
    "siret": ("SIRET", "SIRET"),
    "vat_id": ("N° de TVA", "VAT no."),
    "codes": ("Pour un échange ou un retour", "For an exchange or a return"),
    "codes_hint": (
        "Présentez ce code à la caisse, luminosité de l’écran au maximum.",
        "Show this code at the till, with the screen at full brightness.",
    ),
    "code": ("Code {system}~: {text}", "{system} code: {text}"),
    "printed": ("Ce qui a été imprimé", "What was printed"),
    "printed_hint": (
        "Le texte du ticket, tel que la caisse l’a envoyé.",
        "The text of the receipt, as the till sent it.",
    ),
    "picture": ("L’image du ticket", "The picture of the receipt"),
    "picture_hint": (
        "La caisse a imprimé ce ticket en image~: la voici, point par point.",
        "The till printed this receipt as a picture: here it is, dot by dot.",
    ),
    "total_in_picture": (
        "Le montant n’a pas été lu~: voyez l’image du ticket.",
        "The amount was not read: see the picture of the receipt.",
    ),
    "machine_hint": (
        "Lu par une machine dans l’image du ticket~: l’image fait foi.",
        "Read by a machine in the picture of the receipt: the picture prevails.",
    ),
    "keep": ("Conserver ce ticket", "Keep this receipt"),
    "keep_print": (
        (
            "Pour l’imprimer ou l’enregistrer en PDF, ouvrez le menu de votre "
            "navigateur (ou Partager), puis choisissez Imprimer."
        ),
        (
            "To print it or save it as a PDF, open your browser’s menu (or Share), "
            "then choose Print."
        ),
    ),
    "keep_text": ("Texte (.txt)", "Text (.txt)"),
    "keep_data": ("Données (.json)", "Data (.json)"),
    "private": (
        (
            "Page privée~: seule cette adresse l’ouvre. Aucun cookie, aucun traceur. "
            "En ligne jusqu’au {day}."
        ),
        (
            "Private page: only this address opens it. No cookie, no tracker. "
            "Online until {day}."
        ),
    ),
    "other_lang": ("English", "Français"),
    # kinds of document
    "kind_sale": ("Ticket de caisse", "Receipt"),
    "kind_refund": ("Ticket de remboursement", "Refund receipt"),
    "kind_duplicate": ("Duplicata", "Copy"),
    "kind_gift": ("Ticket cadeau", "Gift receipt"),
    "kind_proforma": ("Note provisoire", "Provisional bill"),
    "kind_card_slip": ("Ticket de carte bancaire", "Card slip"),
    "kind_voucher": ("Bon", "Voucher"),
    "kind_document": ("Document", "Document"),
    "copy": ("Duplicata", "Copy"),
    "copy_number": ("Duplicata n°~{n}", "Copy no. {n}"),
    # kinds of line
    "line_discount": ("Remise", "Discount"),
    "line_deposit": ("Consigne", "Deposit"),
    "line_void": ("Annulation", "Void"),
    "line_fee": ("Frais", "Fee"),
    # verdicts
    "verdict_V2": ("Comptes vérifiés", "Sums checked"),
    "verdict_V2_why": (
        "Les articles donnent bien le total, et un second calcul le confirme.",
        "The items add up to the total, and a second sum confirms it.",
    ),
    "verdict_V1": ("Total vérifié", "Total checked"),
    "verdict_V1_why": (
        "Un calcul confirme le total, aucun ne le contredit.",
        "One sum confirms the total, none contradicts it.",
    ),
    "verdict_V0": ("À comparer au texte imprimé", "Compare with the printed text"),
    "verdict_V0_why": (
        "Les montants n’ont pas pu être vérifiés~: le texte imprimé fait foi.",
        "The amounts could not be checked: the printed text prevails.",
    ),
    "verdict_picture": (
        "À comparer à l’image du ticket",
        "Compare with the picture of the receipt",
    ),
    "verdict_picture_why": (
        "Les montants n’ont pas pu être vérifiés~: l’image fait foi.",
        "The amounts could not be checked: the picture prevails.",
    ),
    # mentions
    "mention_guarantee": (
        (
            "Ce ticket porte la mention de la garantie légale de conformité~: "
            "il en est la preuve, conservez‑le."
        ),
        (
            "This receipt carries the legal guarantee of conformity: it is your "
            "proof of purchase, keep it."
        ),
    ),
    "mention_training": (
        "Mode école~: ce document n’est pas un ticket de caisse.",
        "Training mode: this document is not a receipt.",
    ),
    "mention_provisional": (
        "Document provisoire~: il ne vaut pas ticket de caisse.",
        "Provisional document: it is not a receipt.",
    ),
    "mention_card_refused": (
        "Le paiement par carte a été refusé~: rien n’a été débité.",
        "The card payment was refused: nothing was debited.",
    ),
    # calm pages
    "waiting_title": ("Votre ticket est en route", "Your receipt is on its way"),
    "waiting_text": (
        (
            "Il arrive d’ordinaire en quelques secondes. Sans réseau au magasin, cela "
            "peut durer davantage~: gardez cette adresse, elle restera la bonne."
        ),
        (
            "It usually takes a few seconds. If the shop is offline it can take longer: "
            "keep this address, it will stay the right one."
        ),
    ),
    "waiting_auto": (
        "Cette page se met à jour d’elle‑même.",
        "This page updates by itself.",
    ),
    "waiting_again": ("Regarder à nouveau", "Look again"),
    "closed_title": ("Cette page est fermée", "This page is closed"),
    "closed_text": (
        (
            "Ce ticket est resté en ligne pendant {days}~jours. "
            "Le magasin peut vous en remettre un duplicata."
        ),
        "This receipt was online for {days} days. The shop can give you a copy.",
    ),
    "nowhere_title": (
        "Cette adresse ne mène à aucun ticket",
        "This address leads to no receipt",
    ),
    "nowhere_text": (
        "Scannez à nouveau le QR code, ou vérifiez que l’adresse est entière.",
        "Scan the QR code again, or check that the address is complete.",
    ),
    "home_title": ("Tickets de caisse", "Receipts"),
    "home_text": (
        "Scannez le QR code affiché à la caisse~: il ouvre votre ticket.",
        "Scan the QR code shown at the till: it opens your receipt.",
    ),
}

_BY_LANG: Final[dict[Lang, Mapping[str, str]]] = {
    "fr": {key: texts[0].replace("~", "\u00a0") for key, texts in _TEXTS.items()},
    "en": {key: texts[1] for key, texts in _TEXTS.items()},
}


def words(lang: Lang) -> Mapping[str, str]:
    """All texts in one language."""
    return _BY_LANG[lang]


def choose_lang(asked: str | None, accepted: str, fallback: Lang) -> Lang:
    """The language of a page: ``?lang=`` first, then Accept-Language (RFC 9110)."""
    if asked == "fr":
        return "fr"
    if asked == "en":
        return "en"
    best: tuple[float, Lang] = (0.0, fallback)
    for part in accepted[:512].split(","):
        name, _, parameter = part.strip().partition(";")
        primary = name.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if primary == "fr" and weight > best[0]:
            best = (weight, "fr")
        elif primary == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
