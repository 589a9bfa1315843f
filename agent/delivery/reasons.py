"""Why something did not go out, as a code for records and words for people.

An ``Outcome`` carries the code only; whoever shows it to a cashier looks the
words up here.  No word names an address, an amount or a receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """The codes.  They are written into the event log: never rename one."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    PRINTER_ERROR = "printer_error"
    PRINTER_OFFLINE = "printer_offline"
    PRINTER_UNREACHABLE = "unreachable"
    PRINTER_SILENT = "silent"
    PRINTER_STALLED = "stalled"
    PRINTER_LOST = "lost"
    PRINTER_BUSY = "busy"
    STOPPING = "stopping"
    EXPIRED = "expired"
    MAIL_UNREACHABLE = "mail_unreachable"
    MAIL_SETUP = "mail_setup"
    MAIL_LATER = "mail_later"
    MAIL_DOUBT = "mail_doubt"
    MAIL_BOUNCED = "mail_bounced"
    MAIL_REFUSED = "mail_refused"
    MAIL_ADDRESS = "mail_address"
    MAIL_SHUT_OUT = "mail_shut_out"
    MAIL_NOT_COMPOSED = "mail_not_composed"
    SMS_UNREACHABLE = "sms_unreachable"
    SMS_MODEM = "sms_modem"
    SMS_SETUP = "sms_setup"
    SMS_BUSY = "sms_busy"
    SMS_LATER = "sms_later"
    SMS_DOUBT = "sms_doubt"
    SMS_REFUSED = "sms_refused"
    SMS_NUMBER = "sms_number"
    SMS_SHUT_OUT = "sms_shut_out"
    SMS_NOT_COMPOSED = "sms_not_composed"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a screen says, and what the person in front of it can do."""

    fr: str
    en: str
    remedy_fr: str
    remedy_en: str


_CHECK_PRINTER: Final = (
    "Vérifiez que l’imprimante est allumée et branchée.",
    "Check that the printer is switched on and plugged in.",
)
_NOTHING_TO_DO: Final = (
    "Rien à faire : un nouvel essai suit.",
    "Nothing to do: another try follows.",
)
_PAPER_INSTEAD: Final = (
    "Le ticket est imprimé à la place.",
    "The receipt is printed instead.",
)
_CALL_IT: Final = (
    "Prévenez le service informatique du magasin.",
    "Tell the shop’s IT support.",
)

WORDINGS: Final[Mapping[Reason, Wording]] = {
    Reason.PAPER_OUT: Wording(
        "L’imprimante n’a plus de papier.",
        "The printer is out of paper.",
        "Mettez un rouleau neuf et fermez le capot.",
        "Put in a new roll and close the cover.",
    ),
    Reason.COVER_OPEN: Wording(
        "Le capot de l’imprimante est ouvert.",
        "The printer’s cover is open.",
        "Fermez le capot.",
        "Close the cover.",
    ),
    Reason.PRINTER_ERROR: Wording(
        "L’imprimante signale une panne.",
        "The printer reports a fault.",
        "Ouvrez le capot, retirez le papier coincé, puis rallumez l’imprimante.",
        "Open the cover, remove jammed paper, then switch the printer off and on.",
    ),
    Reason.PRINTER_OFFLINE: Wording(
        "L’imprimante est hors ligne.", "The printer is offline.", *_CHECK_PRINTER
    ),
    Reason.PRINTER_UNREACHABLE: Wording(
        "L’imprimante est injoignable.",
        "The printer cannot be reached.",
        *_CHECK_PRINTER,
    ),
    Reason.PRINTER_SILENT: Wording(
        "L’imprimante ne répond plus.",
        "The printer no longer answers.",
        *_CHECK_PRINTER,
    ),
    Reason.PRINTER_STALLED: Wording(
        "L’imprimante s’est arrêtée en cours d’impression.",
        "The printer stopped while printing.",
        "Vérifiez le papier et le capot.",
        "Check the paper and the cover.",
    ),
    Reason.PRINTER_LOST: Wording(
        "La liaison avec l’imprimante s’est coupée.",
        "The connection to the printer broke.",
        *_CHECK_PRINTER,
    ),
    Reason.PRINTER_BUSY: Wording(
        "D’autres tickets attendent l’imprimante.",
        "Other receipts are waiting for the printer.",
        *_NOTHING_TO_DO,
    ),
    Reason.STOPPING: Wording(
        "Le programme de caisse redémarre.",
        "The till’s receipt program is restarting.",
        *_NOTHING_TO_DO,
    ),
    Reason.EXPIRED: Wording(
        "Deux jours d’essais\u00a0: l’envoi est abandonné.",
        "Tried for two days: given up.",
        "Renvoyez-le, ou imprimez le ticket si le client le demande.",
        "Send it again, or print the receipt if the customer asks for it.",
    ),
    Reason.MAIL_UNREACHABLE: Wording(
        "L’e-mail partira dès le retour du réseau.",
        "The e-mail will leave as soon as the network is back.",
        *_NOTHING_TO_DO,
    ),
    Reason.MAIL_SETUP: Wording(
        "Le serveur de messagerie refuse cette caisse.",
        "The mail server refuses this till.",
        *_CALL_IT,
    ),
    Reason.MAIL_LATER: Wording(
        "Le serveur de messagerie demande d’attendre.",
        "The mail server asks to wait.",
        *_NOTHING_TO_DO,
    ),
    Reason.MAIL_REFUSED: Wording(
        "Cette adresse a été refusée.", "This address was refused.", *_PAPER_INSTEAD
    ),
    Reason.MAIL_DOUBT: Wording(
        "L’e-mail est peut-être parti\u00a0: le relais n’a pas confirmé.",
        "The e-mail may have left: the relay did not confirm.",
        *_NOTHING_TO_DO,
    ),
    Reason.MAIL_BOUNCED: Wording(
        "L’e-mail est revenu\u00a0: cette adresse ne l’a pas reçu.",
        "The e-mail came back: this address did not get it.",
        *_PAPER_INSTEAD,
    ),
    Reason.MAIL_ADDRESS: Wording(
        "Cette adresse ne peut pas exister.",
        "This address cannot exist.",
        *_PAPER_INSTEAD,
    ),
    Reason.MAIL_SHUT_OUT: Wording(
        "Cette adresse ne reçoit pas nos e-mails.",
        "This address gets no e-mails of ours.",
        *_PAPER_INSTEAD,
    ),
    Reason.MAIL_NOT_COMPOSED: Wording(
        "L’e-mail n’a pas pu être préparé.",
        "The e-mail could not be prepared.",
        *_PAPER_INSTEAD,
    ),
    Reason.SMS_UNREACHABLE: Wording(
        "Le SMS partira dès le retour du réseau.",
        "The SMS will leave as soon as the network is back.",
        *_NOTHING_TO_DO,
    ),
    Reason.SMS_MODEM: Wording(
        "Le modem GSM ne répond pas.",
        "The GSM modem does not answer.",
        "Vérifiez qu’il est branché.",
        "Check that it is plugged in.",
    ),
    Reason.SMS_SETUP: Wording(
        "Le service SMS refuse cette caisse.",
        "The SMS service refuses this till.",
        *_CALL_IT,
    ),
    Reason.SMS_BUSY: Wording(
        "Le service SMS demande d’attendre.",
        "The SMS service asks to wait.",
        *_NOTHING_TO_DO,
    ),
    Reason.SMS_LATER: Wording(
        "Le SMS n’a pas pu partir.", "The SMS could not leave.", *_NOTHING_TO_DO
    ),
    Reason.SMS_DOUBT: Wording(
        "Le SMS est peut-être parti\u00a0: le service n’a pas confirmé.",
        "The SMS may have left: the service did not confirm.",
        *_NOTHING_TO_DO,
    ),
    Reason.SMS_REFUSED: Wording(
        "Ce SMS a été refusé.", "This SMS was refused.", *_PAPER_INSTEAD
    ),
    Reason.SMS_NUMBER: Wording(
        "Ce numéro ne reçoit pas de SMS.",
        "This number takes no SMS.",
        *_PAPER_INSTEAD,
    ),
    Reason.SMS_SHUT_OUT: Wording(
        "Rien n’est envoyé à ce numéro.",
        "Nothing is sent to this number.",
        *_PAPER_INSTEAD,
    ),
    Reason.SMS_NOT_COMPOSED: Wording(
        "Le SMS n’a pas pu être préparé.",
        "The SMS could not be prepared.",
        *_PAPER_INSTEAD,
    ),
}


def wording(code: str) -> Wording | None:
    """The words for an outcome's reason (``paper_out``, ``mail_refused:550``)."""
    head = code.partition(":")[0]
    return WORDINGS[Reason(head)] if head in Reason.__members__.values() else None
