"""What a customer reads in « mes tickets »: five languages.

As in :mod:`rcu.phone_words`; ``~`` is a no-break space in the French.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.wire.money import Tongue
from rcu.phone_words import TONGUES

_TEXTS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "title": ("Mes tickets", "My receipts", "Mis tiques", "Meine Bons", "إيصالاتي"),
    "languages": ("Langues", "Languages", "Idiomas", "Sprachen", "اللغات"),
    "why": (
        "Retrouvez ici les tickets de vos achats. Sans mot de passe~: un lien vous est envoyé par e-mail.",
        "Find the receipts of your purchases here. No password: a link is sent to you by e-mail.",
        "Encuentre aquí los tiques de sus compras. Sin contraseña: le enviamos un enlace por correo.",
        "Hier finden Sie die Bons Ihrer Einkäufe. Ohne Passwort: Sie erhalten einen Link per E-Mail.",
        "هنا تجد إيصالات مشترياتك. من دون كلمة سر: يصلك رابط بالبريد الإلكتروني.",
    ),
    "address": (
        "Votre adresse e-mail",
        "Your e-mail address",
        "Su correo electrónico",
        "Ihre E-Mail-Adresse",
        "عنوان بريدك الإلكتروني",
    ),
    "use": (
        "Elle sert à retrouver vos tickets, et à rien d’autre.",
        "It is used to find your receipts, and for nothing else.",
        "Se usa para encontrar sus tiques, y para nada más.",
        "Sie dient dazu, Ihre Bons zu finden, und zu nichts anderem.",
        "يُستعمل للعثور على إيصالاتك، لا لغير ذلك.",
    ),
    "ask": (
        "Recevoir le lien",
        "Get the link",
        "Recibir el enlace",
        "Link erhalten",
        "إرسال الرابط",
    ),
    "sent_title": (
        "Regardez vos e-mails",
        "Look at your mail",
        "Mire su correo",
        "Sehen Sie in Ihre E-Mails",
        "تحقق من بريدك",
    ),
    "sent": (
        "Un lien vient de partir. Il ouvre vos tickets une seule fois, pendant {minutes}~minutes.",
        "A link is on its way. It opens your receipts once, for {minutes} minutes.",
        "Le hemos enviado un enlace. Abre sus tiques una sola vez, durante {minutes} minutos.",
        "Ein Link ist unterwegs. Er öffnet Ihre Bons einmal, {minutes} Minuten lang.",
        "أُرسل إليك رابط يفتح إيصالاتك مرة واحدة خلال {minutes} دقيقة.",
    ),
    "not_sent": (
        "L’e-mail n’est pas parti. Réessayez dans un instant.",
        "The e-mail could not be sent. Try again in a moment.",
        "El correo no ha salido. Inténtelo de nuevo en un momento.",
        "Die E-Mail konnte nicht gesendet werden. Bitte gleich noch einmal.",
        "تعذّر إرسال البريد. حاول بعد قليل.",
    ),
    "not_valid": (
        "Cette adresse n’est pas valable.",
        "This address is not valid.",
        "Esta dirección no es válida.",
        "Diese Adresse ist nicht gültig.",
        "هذا العنوان غير صالح.",
    ),
    "too_many": (
        "Trop d’essais. Attendez une minute.",
        "Too many tries. Wait a minute.",
        "Demasiados intentos. Espere un minuto.",
        "Zu viele Versuche. Bitte eine Minute warten.",
        "محاولات كثيرة. انتظر دقيقة.",
    ),
    "subject": (
        "Votre lien vers « Mes tickets »",
        "Your link to “My receipts”",
        "Su enlace a «Mis tiques»",
        "Ihr Link zu „Meine Bons“",
        "رابطك إلى «إيصالاتي»",
    ),
    "letter": (
        "Bonjour,\n\nCe lien ouvre vos tickets, une seule fois et pendant {minutes} minutes~:\n\n{url}\n\nSi vous n’avez rien demandé, ne faites rien~: personne n’y accède sans ce lien.\n",
        "Hello,\n\nThis link opens your receipts, once and for {minutes} minutes:\n\n{url}\n\nIf you asked for nothing, do nothing: nobody gets there without this link.\n",
        "Hola:\n\nEste enlace abre sus tiques, una sola vez y durante {minutes} minutos:\n\n{url}\n\nSi no ha pedido nada, no haga nada: nadie accede sin este enlace.\n",
        "Guten Tag,\n\ndieser Link öffnet Ihre Bons, einmal und {minutes} Minuten lang:\n\n{url}\n\nWenn Sie nichts angefordert haben, tun Sie nichts: Ohne diesen Link gelangt niemand hinein.\n",
        "مرحبًا،\n\nيفتح هذا الرابط إيصالاتك مرة واحدة خلال {minutes} دقيقة:\n\n{url}\n\nإن لم تطلب شيئًا فلا تفعل شيئًا: لا يدخل أحد من دون هذا الرابط.\n",
    ),
    "enter_title": (
        "Ouvrir mes tickets",
        "Open my receipts",
        "Abrir mis tiques",
        "Meine Bons öffnen",
        "فتح إيصالاتي",
    ),
    "enter_text": (
        "Sur cet appareil, pour {days}~jours au plus.",
        "On this device, for {days} days at most.",
        "En este dispositivo, durante {days} días como máximo.",
        "Auf diesem Gerät, höchstens {days} Tage lang.",
        "على هذا الجهاز، {days} يومًا على الأكثر.",
    ),
    "open": ("Ouvrir", "Open", "Abrir", "Öffnen", "فتح"),
    "used": (
        "Ce lien a déjà servi, ou il est trop ancien. Demandez-en un autre.",
        "This link was used already, or is too old. Ask for another.",
        "Este enlace ya se ha usado o es demasiado antiguo. Pida otro.",
        "Dieser Link wurde schon benutzt oder ist zu alt. Fordern Sie einen neuen an.",
        "استُعمل هذا الرابط أو انتهت مدته. اطلب رابطًا آخر.",
    ),
    "search": ("Chercher", "Search", "Buscar", "Suchen", "بحث"),
    "search_hint": (
        "Magasin, article, montant ou date",
        "Shop, item, amount or date",
        "Tienda, artículo, importe o fecha",
        "Geschäft, Artikel, Betrag oder Datum",
        "متجر أو صنف أو مبلغ أو تاريخ",
    ),
    "none": (
        "Aucun ticket pour le moment. Ceux de vos prochains achats apparaîtront ici quand vous présenterez votre carte ou votre e-mail.",
        "No receipt so far. Those of your next purchases will appear here once you show your card or give your e-mail.",
        "Ningún tique por ahora. Los de sus próximas compras aparecerán aquí cuando muestre su tarjeta o dé su correo.",
        "Noch kein Bon. Die Ihrer nächsten Einkäufe erscheinen hier, wenn Sie Ihre Karte oder E-Mail-Adresse angeben.",
        "لا إيصالات حتى الآن. ستظهر إيصالات مشترياتك القادمة هنا حين تقدّم بطاقتك أو بريدك.",
    ),
    "found_none": (
        "Aucun ticket ne correspond.",
        "No receipt matches.",
        "Ningún tique coincide.",
        "Kein Bon passt dazu.",
        "لا إيصال مطابق.",
    ),
    "older": ("Plus anciens", "Older", "Más antiguos", "Ältere", "الأقدم"),
    "all": (
        "Tous les tickets",
        "All receipts",
        "Todos los tiques",
        "Alle Bons",
        "كل الإيصالات",
    ),
    "known_by": (
        "Vous êtes connu par",
        "You are known by",
        "Se le conoce por",
        "Sie sind bekannt durch",
        "أنت معروف عبر",
    ),
    "card": (
        "Ajouter une carte de fidélité",
        "Add a loyalty card",
        "Añadir una tarjeta de fidelidad",
        "Kundenkarte hinzufügen",
        "إضافة بطاقة ولاء",
    ),
    "card_hint": (
        "Pour prouver qu’elle est à vous~: le total et la date d’un ticket passé avec elle.",
        "To prove that it is yours: the total and the day of a receipt made with it.",
        "Para probar que es suya: el total y la fecha de un tique hecho con ella.",
        "Als Nachweis: Summe und Datum eines Bons, der mit ihr entstand.",
        "لإثبات أنها لك: مجموع إيصال استُعملت فيه وتاريخه.",
    ),
    "card_number": (
        "Numéro de la carte",
        "Card number",
        "Número de tarjeta",
        "Kartennummer",
        "رقم البطاقة",
    ),
    "card_total": (
        "Total d’un ticket",
        "Total of a receipt",
        "Total de un tique",
        "Summe eines Bons",
        "مجموع إيصال",
    ),
    "card_day": (
        "Date de ce ticket",
        "Day of that receipt",
        "Fecha de ese tique",
        "Datum dieses Bons",
        "تاريخ ذلك الإيصال",
    ),
    "add": ("Ajouter", "Add", "Añadir", "Hinzufügen", "إضافة"),
    "card_refused": (
        "Cette carte n’a pas été ajoutée~: vérifiez le numéro, le total et la date.",
        "This card was not added: check the number, the total and the day.",
        "La tarjeta no se ha añadido: compruebe el número, el total y la fecha.",
        "Die Karte wurde nicht hinzugefügt: prüfen Sie Nummer, Summe und Datum.",
        "لم تُضف البطاقة: تحقق من الرقم والمجموع والتاريخ.",
    ),
    "out": (
        "Fermer sur cet appareil",
        "Close on this device",
        "Cerrar en este dispositivo",
        "Auf diesem Gerät schließen",
        "إغلاق على هذا الجهاز",
    ),
    "erase": (
        "Supprimer mon compte",
        "Delete my account",
        "Eliminar mi cuenta",
        "Mein Konto löschen",
        "حذف حسابي",
    ),
    "erase_text": (
        "Vos tickets ne seront plus liés à vous. C’est définitif.",
        "Your receipts will no longer be tied to you. This cannot be undone.",
        "Sus tiques ya no estarán vinculados a usted. Es definitivo.",
        "Ihre Bons sind dann nicht mehr mit Ihnen verknüpft. Das ist endgültig.",
        "لن ترتبط إيصالاتك بك بعد الآن. لا رجوع في ذلك.",
    ),
    "erased_title": (
        "Compte supprimé",
        "Account deleted",
        "Cuenta eliminada",
        "Konto gelöscht",
        "حُذف الحساب",
    ),
    "erased": (
        "Plus aucun ticket n’est lié à vous.",
        "No receipt is tied to you any more.",
        "Ningún tique está ya vinculado a usted.",
        "Kein Bon ist mehr mit Ihnen verknüpft.",
        "لم يعد أي إيصال مرتبطًا بك.",
    ),
    "by_sms": (
        "Vous n’avez donné que votre numéro~? Ouvrez le ticket reçu par SMS~: il mène ici.",
        "You gave a telephone number only? Open the receipt that came by SMS: it leads here.",
        "¿Solo dio su número? Abra el tique recibido por SMS: lleva hasta aquí.",
        "Sie haben nur Ihre Nummer angegeben? Öffnen Sie den Bon aus der SMS: Er führt hierher.",
        "أعطيتَ رقم هاتفك فقط؟ افتح الإيصال الذي وصلك برسالة قصيرة: فهو يقود إلى هنا.",
    ),
    "by_number": (
        "Mes tickets~: tous ceux envoyés à ce numéro",
        "My receipts: all those sent to this number",
        "Mis tiques: todos los enviados a este número",
        "Meine Bons: alle, die an diese Nummer gingen",
        "إيصالاتي: كل ما أُرسل إلى هذا الرقم",
    ),
    "back": ("Mes tickets", "My receipts", "Mis tiques", "Meine Bons", "إيصالاتي"),
    "private": (
        "Un seul cookie, pour rester entré sur cet appareil. Aucun traceur.",
        "One cookie, to stay in on this device. No tracker.",
        "Una sola cookie, para seguir dentro en este dispositivo. Sin rastreadores.",
        "Ein einziges Cookie, um auf diesem Gerät angemeldet zu bleiben. Kein Tracker.",
        "ملف تعريف واحد للبقاء متصلًا على هذا الجهاز. بلا تتبّع.",
    ),
    "no_shop": ("Ticket", "Receipt", "Tique", "Bon", "إيصال"),
}


def me_words(tongue: Tongue) -> Mapping[str, str]:
    """All of them in one language."""
    at = TONGUES.index(tongue)
    return {name: said[at].replace("~", "\u00a0") for name, said in _TEXTS.items()}
