"""Everything that a customer reads on a page, in five languages.

French and English stand here, the others in :mod:`rcu.tongues`, each by the same names.

French typography: no-break spaces (written ``~`` here) before ``: ; ?`` and
inside « », the curly apostrophe, *vous*.  A text is a sentence of its own: none
is glued together from pieces, save for ``{places}`` that hold a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from agent.wire.money import Tongue
from rcu.tongues import ar, de, es

Lang = Tongue
LANGS: Final[tuple[Lang, ...]] = ("fr", "en", "es", "de", "ar")
NAMES: Final[Mapping[Lang, str]] = {
    "fr": "Français",
    "en": "English",
    "es": "Español",
    "de": "Deutsch",
    "ar": "العربية",
}
T = TypeVar("T", bound=str)

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # the page of a receipt
    "title": ("Votre ticket", "Your receipt"),
    "languages": ("Langues", "Languages"),
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
    "annuls": ("Annule le ticket n°", "Annuls receipt no."),
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
    "slip_hint": (
        "Imprimé par le terminal de paiement pour cet achat.",
        "Printed by the payment terminal for this purchase.",
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
    "wish": (
        "Le recevoir autrement~: e-mail, papier, compte",
        "Get it another way: e-mail, paper, account",
    ),
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
    # kinds of document
    "kind_sale": ("Ticket de caisse", "Receipt"),
    "kind_training": ("Essai en mode école", "Made in training mode"),
    "kind_provisional": ("Document provisoire", "Provisional document"),
    "kind_degraded": ("Ticket en mode dégradé", "Receipt in degraded mode"),
    "kind_refund": ("Ticket de remboursement", "Refund receipt"),
    "kind_void": ("Annulation", "Void"),
    "kind_duplicate": ("Duplicata", "Copy"),
    "kind_gift": ("Ticket cadeau", "Gift receipt"),
    "kind_proforma": ("Note provisoire", "Provisional bill"),
    "kind_card_slip": ("Ticket de carte bancaire", "Card slip"),
    "kind_merchant_slip": ("Ticket carte du commerçant", "Merchant’s card slip"),
    "kind_voucher": ("Bon", "Voucher"),
    "kind_exit_slip": ("Ticket de sortie", "Exit slip"),
    "kind_invoice": ("Facture", "Invoice"),
    "kind_document": ("Document", "Document"),
    "copy": ("Duplicata", "Copy"),
    "copy_number": ("Duplicata n°~{n}", "Copy no. {n}"),
    # kinds of line
    "line_discount": ("Remise", "Discount"),
    "line_deposit": ("Consigne", "Deposit"),
    "line_void": ("Annulation", "Void"),
    "line_fee": ("Frais", "Fee"),
    # verdicts
    "verdict_V2": ("Sommes vérifiées", "Sums checked"),
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
    "proof": ("Le détail de la vérification", "How it was checked"),
    "proof_holds": ("concorde", "agrees"),
    "proof_fails": ("ne concorde pas", "does not agree"),
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
            "Garantie légale de conformité~: deux ans au moins à compter de la remise "
            "des biens concernés. Ce ticket en est la preuve, conservez‑le."
        ),
        (
            "Legal guarantee of conformity: at least two years from the delivery of "
            "the goods concerned. This receipt is your proof of purchase, keep it."
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
    "mention_degraded": (
        "Mode dégradé~: la caisse n’a pas pu joindre son dispositif de sécurité.",
        "Degraded mode: the till could not reach its security device.",
    ),
    "mention_card_refused": (
        "Le paiement par carte a été refusé~: rien n’a été débité.",
        "The card payment was refused: nothing was debited.",
    ),
    "mention_annulled": (
        "Cette vente a été annulée.",
        "This sale was annulled.",
    ),
    "annulled_by": (
        "Cette vente a été annulée par le ticket n°~{n}.",
        "This sale was annulled by receipt no. {n}.",
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
    "not_me_title": ("Ce ticket n’est pas le vôtre~?", "Is this receipt not yours?"),
    "not_me_text": (
        (
            "L’adresse a sans doute été mal saisie en caisse. Touchez le bouton~: votre "
            "adresse sera détachée de ce ticket, et le magasin prévenu."
        ),
        (
            "The address was probably mistyped at the till. Touch the button: your "
            "address will be detached from this receipt, and the shop told."
        ),
    ),
    "not_me_button": ("Ce n’est pas mon ticket", "This is not my receipt"),
    "not_me_done_title": ("C’est noté", "Noted"),
    "not_me_done_text": (
        (
            "Votre adresse n’est plus rattachée à ce ticket, et le magasin est prévenu. "
            "Vous n’avez rien d’autre à faire~: vous pouvez effacer le message."
        ),
        (
            "Your address is no longer attached to this receipt, and the shop has been "
            "told. There is nothing else to do: you may delete the message."
        ),
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
    "es": es.TEXTS,
    "de": de.TEXTS,
    "ar": ar.TEXTS,
}


def words(lang: Lang) -> Mapping[str, str]:
    """All texts in one language."""
    return _BY_LANG[lang]


def choose_lang(asked: str | None, accepted: str, fallback: Lang) -> Lang:
    """The language of a page: ``?lang=`` first, then Accept-Language (RFC 9110)."""
    return choose(asked, accepted, fallback, LANGS)


def choose(asked: str | None, accepted: str, fallback: T, among: Sequence[T]) -> T:
    """The same among other languages."""
    for lang in among:
        if asked == lang:
            return lang
    best: tuple[float, T] = (0.0, fallback)
    for part in accepted[:512].split(","):
        name, _, parameter = part.strip().partition(";")
        primary = name.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        for lang in among:
            if primary == lang and weight > best[0]:
                best = (weight, lang)
    return best[1]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
