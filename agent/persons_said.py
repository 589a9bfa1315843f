"""What records of a person say in codes, in French, for the page that they are given."""

from __future__ import annotations

from typing import Final

FRENCH: Final[dict[str, str]] = {
    # purposes
    "receipt_delivery": "envoi du ticket",
    "receipt_archive_account": "tickets dans le compte",
    "loyalty_attach": "rattachement à la carte de fidélité",
    "marketing_email": "offres par e-mail",
    "marketing_sms": "offres par SMS",
    "satisfaction_survey": "enquête de satisfaction",
    "profiling_360": "profil client",
    "share_third_party": "partage avec des tiers",
    # decisions
    "given": "accordé",
    "refused": "refusé",
    "withdrawn": "retiré",
    "objected": "opposition",
    # channels, contacts
    "email": "e-mail",
    "sms": "SMS",
    "paper": "papier",
    "qr": "QR code",
    "account": "compte",
    "phone": "téléphone",
    "loyalty": "carte de fidélité",
    # where an identifier came from
    "printed": "imprimé sur le ticket",
    "scanned": "scanné",
    "looked_up": "trouvé",
    "typed_by_customer": "saisi par le client",
    "typed_by_cashier": "saisi en caisse",
    # what became of a hand-over
    "waiting": "en attente",
    "done": "faite",
    "failed": "échouée",
}
