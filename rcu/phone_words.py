"""What a customer reads where their own phone asks for something: five languages.

As in :mod:`rcu.words`; ``~`` is a no-break space in the French.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.wire.money import Tongue

TONGUES: Final[tuple[Tongue, ...]] = ("fr", "en", "es", "de", "ar")

_TEXTS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "wish_title": (
        "Recevoir ce ticket autrement",
        "Get this receipt another way",
        "Recibir este tique de otra forma",
        "Diesen Bon anders erhalten",
        "استلام هذا الإيصال بطريقة أخرى",
    ),
    "back": (
        "Retour au ticket",
        "Back to the receipt",
        "Volver al tique",
        "Zurück zum Bon",
        "العودة إلى الإيصال",
    ),
    "languages": ("Langues", "Languages", "Idiomas", "Sprachen", "اللغات"),
    "email": (
        "Recevoir aussi par e-mail",
        "Also get it by e-mail",
        "Recibirlo también por correo",
        "Auch per E-Mail erhalten",
        "استلامه أيضًا بالبريد الإلكتروني",
    ),
    "address": (
        "Votre adresse e-mail",
        "Your e-mail address",
        "Su correo electrónico",
        "Ihre E-Mail-Adresse",
        "عنوان بريدك الإلكتروني",
    ),
    "send": ("Envoyer", "Send", "Enviar", "Senden", "إرسال"),
    "paper": ("Imprimer", "Print", "Imprimir", "Drucken", "طباعة"),
    "paper_hint": (
        "À la caisse où vous avez payé, dans les minutes qui suivent l’achat.",
        "At the till where you paid, in the minutes after the purchase.",
        "En la caja donde pagó, en los minutos siguientes a la compra.",
        "An der Kasse, an der Sie bezahlt haben, in den Minuten nach dem Einkauf.",
        "عند الصندوق الذي دفعت فيه، في الدقائق التالية للشراء.",
    ),
    "account": (
        "Sur mon compte",
        "In my account",
        "En mi cuenta",
        "In mein Konto",
        "في حسابي",
    ),
    "nothing": (
        "Le magasin ne propose rien d’autre pour ce ticket.",
        "The shop offers nothing else for this receipt.",
        "La tienda no ofrece nada más para este tique.",
        "Der Laden bietet für diesen Bon nichts weiter an.",
        "لا يعرض المتجر شيئًا آخر لهذا الإيصال.",
    ),
    "asked": (
        "Vos demandes",
        "What you asked for",
        "Sus peticiones",
        "Ihre Anfragen",
        "طلباتك",
    ),
    "waiting": (
        "Transmis au magasin.",
        "Passed on to the shop.",
        "Transmitido a la tienda.",
        "An den Laden übermittelt.",
        "أُرسل إلى المتجر.",
    ),
    "offline": (
        "Le magasin est hors ligne~: ce sera fait dès son retour.",
        "The shop is offline: it will be done as soon as it is back.",
        "La tienda está sin conexión: se hará en cuanto vuelva.",
        "Der Laden ist offline: es geschieht, sobald er zurück ist.",
        "المتجر غير متصل: سيُنفَّذ الطلب فور عودته.",
    ),
    "taken_email": (
        "Le magasin l’envoie.",
        "The shop is sending it.",
        "La tienda lo envía.",
        "Der Laden sendet ihn.",
        "المتجر يرسله.",
    ),
    "taken_paper": (
        "Il s’imprime à la caisse.",
        "It is printing at the till.",
        "Se imprime en la caja.",
        "Er wird an der Kasse gedruckt.",
        "تجري طباعته عند الصندوق.",
    ),
    "taken_account": (
        "Bientôt dans votre compte.",
        "In your account soon.",
        "Pronto en su cuenta.",
        "Bald in Ihrem Konto.",
        "قريبًا في حسابك.",
    ),
    "optional": (
        "Facultatif~: rien n’est coché d’avance",
        "Optional: nothing is ticked in advance",
        "Opcional: nada está marcado de antemano",
        "Freiwillig: nichts ist vorab angekreuzt",
        "اختياري: لا شيء محدد مسبقًا",
    ),
    "given": (
        "Vous avez accepté",
        "You agreed to",
        "Usted aceptó",
        "Sie haben zugestimmt",
        "لقد وافقت على",
    ),
    "withdraw": (
        "Accord retiré",
        "Consent withdrawn",
        "Consentimiento retirado",
        "Einwilligung widerrufen",
        "سُحبت الموافقة",
    ),
    "withdraw_button": (
        "Retirer mon accord",
        "Withdraw my consent",
        "Retirar mi consentimiento",
        "Einwilligung widerrufen",
        "سحب موافقتي",
    ),
    "taken_withdraw": (
        "C’est noté~: cet accord ne vaut plus.",
        "Noted: this consent no longer holds.",
        "Anotado: este consentimiento ya no vale.",
        "Notiert: diese Einwilligung gilt nicht mehr.",
        "تم التسجيل: لم تعد هذه الموافقة سارية.",
    ),
    "purpose_receipt_archive_account": (
        "Conserver mes tickets dans mon compte",
        "Keep my receipts in my account",
        "Guardar mis tiques en mi cuenta",
        "Meine Bons in meinem Konto aufbewahren",
        "حفظ إيصالاتي في حسابي",
    ),
    "purpose_loyalty_attach": (
        "Rattacher mes tickets à ma carte",
        "Attach my receipts to my card",
        "Vincular mis tiques a mi tarjeta",
        "Meine Bons meiner Karte zuordnen",
        "ربط إيصالاتي ببطاقتي",
    ),
    "purpose_marketing_email": (
        "Recevoir des offres par e-mail",
        "Get offers by e-mail",
        "Recibir ofertas por correo",
        "Angebote per E-Mail erhalten",
        "استلام عروض بالبريد الإلكتروني",
    ),
    "purpose_marketing_sms": (
        "Recevoir des offres par SMS",
        "Get offers by SMS",
        "Recibir ofertas por SMS",
        "Angebote per SMS erhalten",
        "استلام عروض برسائل SMS",
    ),
    "purpose_satisfaction_survey": (
        "Donner mon avis",
        "Be asked for my opinion",
        "Dar mi opinión",
        "Nach meiner Meinung gefragt werden",
        "إبداء رأيي",
    ),
    "purpose_profiling_360": (
        "Personnaliser ce que je reçois",
        "Make what I get personal",
        "Personalizar lo que recibo",
        "Was ich erhalte, persönlich gestalten",
        "تخصيص ما يصلني",
    ),
    "purpose_share_third_party": (
        "Partager avec des partenaires",
        "Share with partners",
        "Compartir con socios",
        "Mit Partnern teilen",
        "المشاركة مع الشركاء",
    ),
    "refused": (
        "Le magasin n’a pas pu le faire~: adressez-vous à la caisse.",
        "The shop could not do it: please ask at the till.",
        "La tienda no ha podido hacerlo: pregunte en la caja.",
        "Der Laden konnte es nicht tun: bitte an der Kasse fragen.",
        "لم يتمكن المتجر من ذلك: يُرجى سؤال الصندوق.",
    ),
    "expired": (
        "Trop tard pour cette demande~: adressez-vous à la caisse.",
        "Too late for this request: please ask at the till.",
        "Demasiado tarde para esta petición: pregunte en la caja.",
        "Zu spät für diese Anfrage: bitte an der Kasse fragen.",
        "فات الأوان لهذا الطلب: يُرجى سؤال الصندوق.",
    ),
    "too_many": (
        "Trop de demandes. Réessayez dans une minute, ou demandez à la caisse.",
        "Too many requests. Try again in a minute, or ask at the till.",
        "Demasiadas peticiones. Inténtelo en un minuto o pregunte en la caja.",
        "Zu viele Anfragen. Bitte in einer Minute erneut, oder an der Kasse fragen.",
        "طلبات كثيرة. حاول بعد دقيقة أو اسأل الصندوق.",
    ),
    "not_offered": (
        "Le magasin ne le propose pas (ou plus) pour ce ticket.",
        "The shop does not offer that (any more) for this receipt.",
        "La tienda no lo ofrece (o ya no) para este tique.",
        "Der Laden bietet das für diesen Bon nicht (mehr) an.",
        "لا يعرض المتجر ذلك لهذا الإيصال (أو لم يعد يعرضه).",
    ),
    "check": (
        "Vérifiez l’adresse, puis envoyez à nouveau.",
        "Please check the address, then send again.",
        "Compruebe la dirección y vuelva a enviar.",
        "Bitte die Adresse prüfen und erneut senden.",
        "تحقق من العنوان ثم أرسله من جديد.",
    ),
    "meant": (
        "Vouliez-vous dire {hint}~?",
        "Did you mean {hint}?",
        "¿Quería decir {hint}?",
        "Meinten Sie {hint}?",
        "هل تقصد {hint}؟",
    ),
    "code_title": (
        "Ouvrir mon ticket",
        "Open my receipt",
        "Abrir mi tique",
        "Meinen Bon öffnen",
        "فتح إيصالي",
    ),
    "code_text": (
        "Saisissez le code affiché à la caisse. Il vaut dix minutes après l’achat.",
        "Type the code shown at the till. It is valid for ten minutes after the purchase.",
        "Escriba el código que muestra la caja. Vale diez minutos tras la compra.",
        "Geben Sie den Code von der Kasse ein. Er gilt zehn Minuten nach dem Einkauf.",
        "اكتب الرمز الظاهر عند الصندوق. يصلح عشر دقائق بعد الشراء.",
    ),
    "code": ("Code", "Code", "Código", "Code", "الرمز"),
    "open": ("Ouvrir", "Open", "Abrir", "Öffnen", "فتح"),
    "code_unknown": (
        "Ce code ne mène à aucun ticket. Vérifiez-le, ou attendez un instant que le ticket arrive.",
        "This code leads to no receipt. Check it, or wait a moment for the receipt to arrive.",
        "Este código no lleva a ningún tique. Compruébelo o espere un instante a que llegue.",
        "Dieser Code führt zu keinem Bon. Bitte prüfen, oder einen Moment warten, bis er da ist.",
        "لا يقود هذا الرمز إلى أي إيصال. تحقق منه أو انتظر لحظة حتى يصل الإيصال.",
    ),
}
_BY_TONGUE: Final[Mapping[Tongue, Mapping[str, str]]] = {
    tongue: {
        key: texts[at].replace("~", "\u00a0" if tongue == "fr" else " ")
        for key, texts in _TEXTS.items()
    }
    for at, tongue in enumerate(TONGUES)
}


def phone_words(tongue: Tongue) -> Mapping[str, str]:
    """All of it in one language."""
    return _BY_TONGUE[tongue]
