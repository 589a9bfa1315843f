"""The words of ``/r/{token}/no-mail``, in five languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.wire.money import Tongue


@dataclass(frozen=True, slots=True)
class Words:
    """One language: the question, what was done, that it is too early."""

    title: str
    text: str
    button: str
    done_title: str
    done_text: str
    early_title: str
    early_text: str
    again: str


WORDS: Final[Mapping[Tongue, Words]] = {
    "fr": Words(
        "Ne plus recevoir d’e-mails à cette adresse\u00a0?",
        "Touchez le bouton\u00a0: les caisses de ce magasin n’enverront plus de ticket à"
        " l’adresse qui a reçu ce message. Vous pourrez toujours demander le papier ou"
        " le QR code.",
        "Ne plus recevoir d’e-mails",
        "C’est noté",
        "Cette adresse ne recevra plus de ticket de ce magasin.",
        "Encore un instant",
        "Le magasin n’a pas encore transmis ce ticket.",
        "Réessayer",
    ),
    "en": Words(
        "No more e-mails to this address?",
        "Touch the button: the tills of this store will send no more receipts to the"
        " address that got this message. You can always ask for paper or the QR code.",
        "No more e-mails",
        "Noted",
        "This address will get no more receipts from this store.",
        "One moment",
        "The store has not sent this receipt yet.",
        "Try again",
    ),
    "es": Words(
        "¿No recibir más correos en esta dirección?",
        "Toque el botón: las cajas de esta tienda no enviarán más tiques a la dirección"
        " que recibió este mensaje. Siempre podrá pedir el papel o el código QR.",
        "No recibir más correos",
        "Anotado",
        "Esta dirección no recibirá más tiques de esta tienda.",
        "Un momento",
        "La tienda aún no ha enviado este tique.",
        "Reintentar",
    ),
    "de": Words(
        "Keine E-Mails mehr an diese Adresse?",
        "Berühren Sie die Taste: Die Kassen dieses Geschäfts senden keine Bons mehr an"
        " die Adresse, die diese Nachricht erhielt. Papier oder QR-Code bekommen Sie"
        " weiterhin.",
        "Keine E-Mails mehr",
        "Notiert",
        "Diese Adresse erhält keine Bons mehr von diesem Geschäft.",
        "Einen Moment",
        "Das Geschäft hat diesen Bon noch nicht übermittelt.",
        "Erneut versuchen",
    ),
    "ar": Words(
        "هل تريد عدم تلقي رسائل أخرى على هذا العنوان؟",
        "المس الزر: لن ترسل صناديق هذا المتجر أي إيصال إلى العنوان الذي تلقى هذه الرسالة."
        " ويمكنك دائمًا طلب الورق أو رمز QR.",
        "عدم تلقي رسائل أخرى",
        "تم التسجيل",
        "لن يتلقى هذا العنوان أي إيصال من هذا المتجر.",
        "لحظة من فضلك",
        "لم يرسل المتجر هذا الإيصال بعد.",
        "إعادة المحاولة",
    ),
}
