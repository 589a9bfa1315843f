"""Every sentence that the counter says, in one place.

What a customer reads is said in five languages, what only the cashier reads in two.
A contact is set apart from Arabic by isolates (UAX #9), or its dots would wander.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from agent.choice.session import Leg, Progress
from agent.identity.kinds import Kind
from agent.store.shut_out import Why
from agent.verbs import Channel, Choice, Lang, Reason, Refusal, Words

# -- refusals ------------------------------------------------------------------

GONE: Final = Refusal(
    "gone",
    Words(
        "Ce ticket n’est plus à l’écran",
        "This receipt is no longer here",
        "Este tique ya no está en pantalla",
        "Dieser Bon ist nicht mehr auf dem Bildschirm",
        "لم يعد هذا الإيصال معروضًا",
    ),
)
NO_SUCH_CHANNEL: Final = Refusal(
    "no_such_channel",
    Words(
        "Ce choix n’est pas proposé ici",
        "This choice is not offered here",
        "Esta opción no está disponible aquí",
        "Diese Auswahl gibt es hier nicht",
        "هذا الخيار غير متاح هنا",
    ),
)
TOO_LATE: Final = Refusal(
    "too_late",
    Words(
        "Ce ticket n’est plus conservé à la caisse",
        "The till no longer keeps this receipt",
        "La caja ya no conserva este tique",
        "Die Kasse bewahrt diesen Bon nicht mehr auf",
        "لم يعد هذا الإيصال محفوظًا في الصندوق",
    ),
)
SHUT_OUT: Final = Refusal(
    "shut_out",
    Words(
        "Cette adresse ne reçoit pas nos e-mails",
        "This address does not get our e-mails",
        "Esta dirección no recibe nuestros correos",
        "Diese Adresse erhält unsere E-Mails nicht",
        "هذا العنوان لا يتلقى رسائلنا",
    ),
)
BLOCKED_ADDRESS: Final = Refusal(
    "blocked",
    Words(
        "Rien ne peut être envoyé à cette adresse\u00a0: donnez-en une autre",
        "Nothing can be sent to this address: please give another one",
        "No se puede enviar nada a esta dirección: indique otra",
        "An diese Adresse geht nichts: bitte eine andere angeben",
        "لا يمكن إرسال شيء إلى هذا العنوان: يُرجى إدخال عنوان آخر",
    ),
)
BLOCKED_NUMBER: Final = Refusal(
    "blocked",
    Words(
        "Rien ne peut être envoyé à ce numéro\u00a0: donnez-en un autre",
        "Nothing can be sent to this number: please give another one",
        "No se puede enviar nada a este número: indique otro",
        "An diese Nummer geht nichts: bitte eine andere angeben",
        "لا يمكن إرسال شيء إلى هذا الرقم: يُرجى إدخال رقم آخر",
    ),
)
ANOTHER_SENTENCE: Final = Refusal(
    "another_sentence",
    Words(
        "La mention d’information a changé\u00a0: demandez à nouveau",
        "The notice has changed: please ask again",
        "El aviso ha cambiado: vuelva a pedirlo",
        "Der Hinweis hat sich geändert: bitte erneut anfragen",
        "تغيّر نص الإشعار: يُرجى الطلب من جديد",
    ),
)
NO_CARD: Final = Refusal(
    "no_card",
    Words(
        "Aucune carte de fidélité pour cet achat",
        "No loyalty card for this purchase",
        "No hay tarjeta de fidelidad en esta compra",
        "Keine Kundenkarte zu diesem Einkauf",
        "لا توجد بطاقة ولاء لهذه المشتريات",
    ),
)
NOTHING_TO_KEEP: Final = Refusal(
    "nothing_chosen",
    Words(
        "Choisissez d’abord, puis conservez ce choix",
        "Choose first, then keep the choice",
        "Elija primero y después guarde la opción",
        "Bitte zuerst wählen, dann die Auswahl behalten",
        "اختر أولًا ثم احتفظ باختيارك",
    ),
)
NOTHING_SENT: Final = Refusal(
    "nothing_sent",
    Words(
        "Rien n’est en attente d’envoi",
        "Nothing is waiting to be sent",
        "No hay ningún envío pendiente",
        "Es wartet nichts auf den Versand",
        "لا يوجد شيء بانتظار الإرسال",
    ),
)
NO_SLIP: Final = Refusal(
    "no_slip",
    Words(
        "Ce talon ne peut pas être imprimé",
        "This slip cannot be printed",
        "Este resguardo no se puede imprimir",
        "Dieser Abschnitt kann nicht gedruckt werden",
        "لا يمكن طباعة هذه القصاصة",
    ),
)
ADDRESS_FORGOTTEN: Final = Refusal(
    "address_forgotten",
    Words(
        "Adresse oubliée\u00a0: saisissez-la, ou imprimez",
        "Address forgotten: type it, or print",
        "Dirección olvidada: escríbala o imprima",
        "Adresse vergessen: eintippen oder drucken",
        "العنوان غير محفوظ: أدخله أو اطبع",
    ),
)
NO_GOODS: Final = Refusal(
    "no_goods",
    Words(
        "Les articles de ce ticket ne sont pas lisibles",
        "The items of this receipt cannot be read",
    ),
)
NOT_WRITTEN: Final = Refusal(
    "store",
    Words("La caisse ne peut rien enregistrer", "The till cannot record anything"),
)

# -- what happened ---------------------------------------------------------------

PRINTING: Final = Words(
    "Le ticket s’imprime",
    "The receipt is printing",
    "El tique se está imprimiendo",
    "Der Bon wird gedruckt",
    "جارٍ طباعة الإيصال",
)
PRINTED: Final = Words(
    "Ticket imprimé",
    "Receipt printed",
    "Tique impreso",
    "Bon gedruckt",
    "تمت طباعة الإيصال",
)
NOT_KEPT: Final = Words(
    "Choix non enregistré · papier\u00a0: touche P",
    "Not recorded · paper: key P",
    "Opción no guardada · papel: tecla P",
    "Auswahl nicht gespeichert · Papier: Taste P",
    "لم يُحفظ الاختيار · للورق: المفتاح P",
)
NOTHING: Final = Words(
    "Pas de papier", "No paper", "Sin papel", "Kein Papier", "من دون ورق"
)
NEXT: Final = Words(
    "Pas de papier · le QR reste affiché",
    "No paper · the QR stays on screen",
    "Sin papel · el QR sigue en pantalla",
    "Kein Papier · der QR-Code bleibt sichtbar",
    "من دون ورق · يبقى رمز QR معروضًا",
)
SCANNED: Final = Words(
    "Ticket à scanner",
    "Receipt to scan",
    "Tique para escanear",
    "Bon zum Scannen",
    "الإيصال جاهز للمسح",
)
SLIP: Final = Words(
    "Le QR s’imprime",
    "The QR is printing",
    "El QR se está imprimiendo",
    "Der QR-Code wird gedruckt",
    "جارٍ طباعة رمز QR",
)
TAKEN_BACK: Final = Words(
    "Envoi annulé",
    "Sending cancelled",
    "Envío cancelado",
    "Versand abgebrochen",
    "أُلغي الإرسال",
)
NO_MORE_THERE: Final = Words(
    "Adresse retirée",
    "Address removed",
    "Dirección retirada",
    "Adresse entfernt",
    "أُزيل العنوان",
)
REFUSED_PRINTS: Final = Words(
    "Adresse refusée · le ticket s’imprime",
    "Address refused · the receipt is printing",
    "Dirección rechazada · el tique se imprime",
    "Adresse abgelehnt · der Bon wird gedruckt",
    "رُفض العنوان · جارٍ طباعة الإيصال",
)
REFUSED_PRINTED: Final = Words(
    "Adresse refusée · ticket imprimé",
    "Address refused · receipt printed",
    "Dirección rechazada · tique impreso",
    "Adresse abgelehnt · Bon gedruckt",
    "رُفض العنوان · تمت طباعة الإيصال",
)
_EMAIL_LATER: Final = Words(
    "E-mail\u00a0: partira dès le retour du réseau",
    "E-mail: leaves once the network is back",
    "E-mail: saldrá cuando vuelva la red",
    "E-Mail: geht ab, sobald das Netz zurück ist",
    "البريد: سيُرسل عند عودة الشبكة",
)
_SMS_LATER: Final = Words(
    "SMS\u00a0: partira dès le retour du réseau",
    "SMS: leaves once the network is back",
    "SMS: saldrá cuando vuelva la red",
    "SMS: geht ab, sobald das Netz zurück ist",
    "رسالة SMS: سترسل عند عودة الشبكة",
)
_EMAIL_WAY: Final = Words(
    "E-mail en route",
    "On its way",
    "E-mail en camino",
    "E-Mail unterwegs",
    "البريد في الطريق",
)
_EMAIL_REFUSED: Final = Words(
    "E-mail refusé",
    "E-mail refused",
    "E-mail rechazado",
    "E-Mail abgelehnt",
    "رُفض البريد",
)
_EMAIL_BACK: Final = Words(
    "E-mail revenu (adresse à vérifier)",
    "E-mail came back (check the address)",
    "E-mail devuelto (compruebe la dirección)",
    "E-Mail kam zurück (Adresse prüfen)",
    "عاد البريد (تحقق من العنوان)",
)
_SMS_WAY: Final = Words(
    "SMS en route",
    "SMS on its way",
    "SMS en camino",
    "SMS unterwegs",
    "رسالة SMS في الطريق",
)
_SMS_REFUSED: Final = Words(
    "SMS refusé", "SMS refused", "SMS rechazado", "SMS abgelehnt", "رُفضت رسالة SMS"
)
_ACCOUNT_WAY: Final = Words(
    "Bientôt dans votre compte",
    "Soon in your account",
    "Pronto en su cuenta",
    "Bald in Ihrem Konto",
    "قريبًا في حسابك",
)
_ACCOUNT_REFUSED: Final = Words(
    "Compte non trouvé",
    "Account not found",
    "Cuenta no encontrada",
    "Konto nicht gefunden",
    "لم يُعثر على الحساب",
)
_NOT_PRINTED: Final = Words(
    "Impression impossible",
    "Printing is not possible",
    "No se puede imprimir",
    "Drucken ist nicht möglich",
    "تعذرت الطباعة",
)
STATES: Final[Mapping[tuple[Channel, Progress], Words]] = {
    ("paper", "asked"): PRINTING,
    ("paper", "waiting"): PRINTING,
    ("paper", "done"): PRINTED,
    ("paper", "failed"): _NOT_PRINTED,
    ("qr", "asked"): SCANNED,
    ("qr", "waiting"): SCANNED,
    ("qr", "done"): SCANNED,
    ("qr", "failed"): NOT_KEPT,
    ("email", "asked"): _EMAIL_WAY,
    ("email", "waiting"): _EMAIL_WAY,
    ("email", "done"): Words(
        "E-mail envoyé",
        "E-mail sent",
        "E-mail enviado",
        "E-Mail gesendet",
        "أُرسل البريد",
    ),
    ("email", "failed"): _EMAIL_REFUSED,
    ("sms", "asked"): _SMS_WAY,
    ("sms", "waiting"): _SMS_WAY,
    ("sms", "done"): Words(
        "SMS envoyé", "SMS sent", "SMS enviado", "SMS gesendet", "أُرسلت رسالة SMS"
    ),
    ("sms", "failed"): _SMS_REFUSED,
    ("account", "asked"): _ACCOUNT_WAY,
    ("account", "waiting"): _ACCOUNT_WAY,
    ("account", "done"): Words(
        "Ticket dans votre compte",
        "Receipt in your account",
        "Tique en su cuenta",
        "Bon in Ihrem Konto",
        "الإيصال في حسابك",
    ),
    ("account", "failed"): _ACCOUNT_REFUSED,
}
LATER: Final[Mapping[str, Words]] = {"email": _EMAIL_LATER, "sms": _SMS_LATER}
"""What is said of a channel that waits for its network."""
BACK: Final[Mapping[str, Words]] = {"email": _EMAIL_BACK}
"""What is said of a channel whose message had left and came back."""

TOUCHED: Final[Mapping[str, Words]] = {
    NOT_KEPT.fr: Words(
        "Choix non enregistré · touchez Imprimer",
        "Not recorded · touch Print",
        "Opción no guardada · toque Imprimir",
        "Auswahl nicht gespeichert · Drucken berühren",
        "لم يُحفظ الاختيار · المس «طباعة»",
    ),
}
"""What names a key, for the customer's display."""

REASONS: Final[Mapping[Reason, Words]] = {
    "asked": Words("À la demande du client", "At the customer’s request"),
    "lost": Words("Ticket perdu", "Receipt lost"),
    "unreadable": Words("Ticket illisible", "Receipt unreadable"),
    "not_arrived": Words("E-mail ou SMS non reçu", "E-mail or SMS not received"),
    "printer": Words("Incident d’imprimante", "Printer trouble"),
    "other": Words("Autre motif", "Other reason"),
}
"""Of a copy; what stands in the ledger is the code."""


def written_in(lang: Lang) -> Literal["fr", "en"]:
    """The language of mails and slips for somebody who reads that one."""
    return "fr" if lang == "fr" else "en"


def shut_out(kind: Kind, why: Why | None) -> Refusal | None:
    """Why nothing goes to that contact; a number is shut out by the RCU only."""
    if why == "blocked":
        return BLOCKED_ADDRESS if kind == "email" else BLOCKED_NUMBER
    return SHUT_OUT if why and kind == "email" else None


def with_contact(words: Words, contact: str) -> Words:
    """The sentence and whom it is about, masked."""
    if not contact:
        return words
    tail = f" · {contact}"
    return Words(
        words.fr + tail,
        words.en + tail,
        words.es + tail,
        words.de + tail,
        f"{words.ar} · \u2066{contact}\u2069",
    )


def state(leg: Leg, *, later: bool = False) -> Words:
    """How far a channel has come; ``later``: it waits for its network."""
    said = STATES[leg.channel, leg.progress]
    if later and leg.progress == "waiting":
        said = LATER.get(leg.channel, said)
    elif leg.returned and leg.progress == "failed":
        said = BACK.get(leg.channel, said)
    return with_contact(said, leg.contact)


def resolved(choice: Choice, by: str | None, leg: Leg | None, *, later: bool) -> Words:
    """What became of the last choice, in a few words."""
    if choice == "none" or leg is None:
        return NEXT if by == "silence" else NOTHING
    return state(leg, later=later)
