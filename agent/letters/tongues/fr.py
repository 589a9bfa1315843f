"""The letters, in French."""

from __future__ import annotations

from typing import Final

from agent.letters.phrases import Phrases
from agent.wire.receipt import DocKind

SAID: Final = Phrases(
    titles={
        DocKind.REFUND: "Votre ticket de remboursement",
        DocKind.VOID: "Votre ticket d’annulation",
        DocKind.INVOICE: "Votre facture",
        DocKind.PROFORMA: "Votre note provisoire",
        DocKind.CARD_SLIP: "Votre ticket de carte bancaire",
        DocKind.VOUCHER: "Votre avoir",
        DocKind.GIFT: "Votre ticket cadeau",
    },
    title="Votre ticket",
    copy="DUPLICATA {number}",
    greeting="Bonjour, voici le ticket que vous avez demandé chez {shop}.",
    total="Total",
    subtotal="Sous-total",
    rounding="Arrondi",
    change="Rendu",
    vat="TVA {rate}",
    payments={
        "card": "Carte bancaire",
        "cash": "Espèces",
        "cheque": "Chèque",
        "meal_voucher": "Titre-restaurant",
        "gift_card": "Carte cadeau",
        "voucher": "Bon ou avoir",
        "other": "Autre règlement",
    },
    number="Ticket n°\u00a0{number}",
    articles=("{count} article", "{count} articles"),
    page="Voir mon ticket en ligne",
    strip="Le ticket, tel que la caisse l’a imprimé",
    machine=(
        "Le texte de cette image, lu par une machine : il peut comporter des"
        " erreurs, l’image fait foi"
    ),
    picture="Image du ticket",
    attached="La caisse a imprimé ce ticket en image : elle est jointe.",
    why=(
        "{shop} vous écrit parce que cette adresse a été donnée en caisse"
        " pour recevoir ce ticket."
    ),
    use="Elle sert à cet envoi, et à rien d’autre.",
    not_me="Ce n’est pas moi",
    not_me_how=(
        "Si ce ticket n’est pas le vôtre, l’adresse a été mal saisie."
        " Ce lien la détache du ticket et prévient le magasin ; aucun autre message"
        " ne suivra. Vous pouvez aussi écrire à {sender}."
    ),
    discreet=(
        "Par discrétion, ce message ne dit rien de vos achats :"
        " le ticket est à l’adresse ci-dessous."
    ),
    not_me_subject="Ce ticket n’est pas le mien",
    at="à",
    decimal=",",
    percent="\u00a0%",
    code="À présenter en magasin pour un échange ou un retour",
    code_picture="Code-barres du ticket\u00a0: {text}",
    pdf="Le ticket, tel que la caisse l’a imprimé, est joint en PDF.",
    pdf_name="ticket.pdf",
    more="… et {count} autres lignes\u00a0: le ticket entier est joint et en ligne.",
    annulled="ANNULÉ",
    annulled_subject="Votre ticket est annulé",
    annulled_says=(
        "La vente du {day} chez {shop}, dont le ticket vous a été envoyé à cette"
        " adresse, a été annulée en caisse."
    ),
    annulled_by="Document d’annulation n°\u00a0{number}",
    annulled_then=(
        "Le ticket reçu auparavant n’est plus valable. Vous n’avez rien à faire."
    ),
    offer="De la part de {shop}",
    offer_why="Vous avez accepté de recevoir des offres par e-mail.",
    no_mail="Ne plus recevoir d’e-mails à cette adresse",
    colon="\u00a0:",
)
