"""The page that a person is given: French first, without what only machines read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from agent.letters.person_page import Section, draw

Found = dict[str, Any]

ONLY_HERE: Final = (
    "Données conservées sur cette caisse seulement ; le service central répond pour "
    "les siennes."
)
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


def pages(found: Found, shop: str) -> bytes:
    """The same for people, without what only machines read."""
    contact = found["contact"]["value"]
    sections = [
        Section(
            "Qui, où, quand",
            "Who, where, when",
            (
                f"Contact\u00a0: {contact}",
                f"Magasin\u00a0: {shop}",
                f"Caisse\u00a0: {found['till']}",
                f"Édité le {_date(found['at'])}",
                ONLY_HERE,
            ),
        ),
        *map(_page_of, found["receipts"]),
        Section(
            "Consentements",
            "Consents",
            tuple(map(_consent_line, found["consents"])) or ("Aucun.",),
        ),
    ]
    if found["preference"]:
        said = ", ".join(f"{k}\u00a0: {v}" for k, v in found["preference"].items())
        sections.append(Section("Choix conservé", "Kept choice", (said,)))
    if found["unsent"]:
        lines = tuple(map(_unsent_line, found["unsent"]))
        sections.append(Section("Jamais envoyé", "Exported, never sent", lines))
    if found["card"]:
        said = ", ".join(f"{k}\u00a0: {v}" for k, v in found["card"].items())
        sections.append(Section("Carte de fidélité", "Loyalty card", (said,)))
    return draw(
        "Vos données à la caisse", "Your data at the till", sections, found["till"]
    )


def _page_of(said: Found) -> Section:
    if "damaged" in said:
        return Section(
            f"Ticket {said['receipt']}",
            "Receipt",
            ("Illisible sur le disque (damaged on the disk).",),
        )
    document = said["document"]
    handed = [
        f"Remise n°\u00a0{each['number']}\u00a0: {_fr(each['channel'])}, "
        f"{_date(each['ordered_at'])}, {_fr(each['outcome'])}"
        for each in said["handed_over"]
    ]
    captured = [
        f"Identifiant\u00a0: {_fr(each['data']['kind'])} {each['data']['value']} "
        f"({_fr(each['data']['provenance'])})"
        for each in said["log"]
        if each["type"] == "identity.captured.v1" and each["data"]
    ]
    number = document.get("number") or said["receipt"]
    return Section(
        f"Ticket {number}",
        f"Receipt of {said['printed_at']}",
        (f"Imprimé le {_date(said['printed_at'])}", *handed, *captured),
        tuple(document.get("lines") or _item_lines(document)),
    )


def _item_lines(document: Found) -> Sequence[str]:
    return [
        f"{item.get('label', '')}  {item.get('amount', 0) / 100:.2f}".replace(".", ",")
        for item in document.get("items", ())
    ]


def _unsent_line(said: Found) -> str:
    what = said["data"].get("value", "") if said["data"] else ""
    return f"{said['file']}, {_date(said['at'])}\u00a0: {said['type']} {what}"


def _consent_line(said: Found) -> str:
    return (
        f"N°\u00a0{said['number']}, {_date(said['at'])}\u00a0: {_fr(said['purpose'])} "
        f"({_fr(said['channel'])}), {_fr(said['decision'])}"
    )


def _fr(code: str) -> str:
    return FRENCH.get(code, code)


def _date(moment: str) -> str:
    """In the time zone of this machine, which is the shop's."""
    at = dt.datetime.fromisoformat(moment).astimezone()
    return f"{at:%d/%m/%Y} à {at:%H}\u00a0h\u00a0{at:%M}"
