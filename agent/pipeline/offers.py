"""What is said of a choice before it is made: what is kept, what is slow, what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.choice.preference import Kept
from agent.verbs import Words

APPLIED: Final[Mapping[Kept, Words]] = {
    "account": Words(
        "Ticket dans votre compte · papier\u202f? touche P",
        "Receipt in your account · paper? key P",
        "Tique en su cuenta · ¿papel? tecla P",
        "Bon in Ihrem Konto · Papier? Taste P",
        "الإيصال في حسابك · تريد ورقًا؟ المفتاح P",
    ),
    "paper": Words(
        "Votre choix habituel\u00a0: papier",
        "Your usual choice: paper",
        "Su opción habitual: papel",
        "Ihre übliche Wahl: Papier",
        "اختيارك المعتاد: ورق",
    ),
    "none": Words(
        "Votre choix habituel\u00a0: sans papier · papier\u202f? touche P",
        "Your usual choice: no paper · paper? key P",
        "Su opción habitual: sin papel · ¿papel? tecla P",
        "Ihre übliche Wahl: kein Papier · Papier? Taste P",
        "اختيارك المعتاد: من دون ورق · تريد ورقًا؟ المفتاح P",
    ),
    "qr": Words(
        "Votre choix habituel\u00a0: QR · papier\u202f? touche P",
        "Your usual choice: QR · paper? key P",
        "Su opción habitual: QR · ¿papel? tecla P",
        "Ihre übliche Wahl: QR-Code · Papier? Taste P",
        "اختيارك المعتاد: رمز QR · تريد ورقًا؟ المفتاح P",
    ),
}

APPLIED_TOUCH: Final[Mapping[Kept, Words]] = {
    "account": Words(
        "Ticket dans votre compte · papier\u202f? touchez Imprimer",
        "Receipt in your account · paper? touch Print",
        "Tique en su cuenta · ¿papel? toque Imprimir",
        "Bon in Ihrem Konto · Papier? Drucken berühren",
        "الإيصال في حسابك · تريد ورقًا؟ المس «طباعة»",
    ),
    "paper": APPLIED["paper"],
    "none": Words(
        "Votre choix habituel\u00a0: sans papier · papier\u202f? touchez Imprimer",
        "Your usual choice: no paper · paper? touch Print",
        "Su opción habitual: sin papel · ¿papel? toque Imprimir",
        "Ihre übliche Wahl: kein Papier · Papier? Drucken berühren",
        "اختيارك المعتاد: من دون ورق · تريد ورقًا؟ المس «طباعة»",
    ),
    "qr": Words(
        "Votre choix habituel\u00a0: QR",
        "Your usual choice: QR",
        "Su opción habitual: QR",
        "Ihre übliche Wahl: QR-Code",
        "اختيارك المعتاد: رمز QR",
    ),
}
"""The same for the customer, who has no keys."""
# -- why a way is not ready ---------------------------------------------------------

MAIL_LATER: Final = Words(
    "Partira dès le retour du réseau",
    "Leaves once the network is back",
    "Saldrá cuando vuelva la red",
    "Geht ab, sobald das Netz zurück ist",
    "سيُرسل عند عودة الشبكة",
)
QR_LATER: Final = Words(
    "La page s’ouvrira dès le retour du réseau",
    "The page opens once the network is back",
    "La página se abrirá cuando vuelva la red",
    "Die Seite öffnet sich, sobald das Netz zurück ist",
    "ستُفتح الصفحة عند عودة الشبكة",
)
UP_FRONT: Final = Words(
    "Votre ticket sur votre téléphone : scannez dès maintenant",
    "Your receipt on your phone: scan now",
    "Su tique en su teléfono: escanee ya",
    "Ihr Bon auf Ihr Telefon: jetzt scannen",
    "إيصالك على هاتفك: امسح الرمز الآن",
)
PHONE_WAITS: Final = Words(
    "Un téléphone attend votre ticket : il affiche ce nombre",
    "A phone waits for your receipt: it shows this number",
    "Un teléfono espera su tique: muestra este número",
    "Ein Telefon wartet auf Ihren Bon: Es zeigt diese Zahl",
    "هاتف ينتظر إيصالك: يعرض هذا الرقم",
)
NO_QR: Final = Words(
    "Pas de QR pour ce ticket sans réseau : demandez le papier",
    "No QR for this receipt without network: ask for paper",
    "Sin QR para este tique sin red: pida el papel",
    "Kein QR für diesen Bon ohne Netz: bitte Papier wählen",
    "لا رمز لهذا الإيصال من دون شبكة: اطلب الورق",
)
WHOLE: Final = Words(
    "Votre ticket complet : scannez-le avec l’appareil photo du téléphone",
    "Your whole receipt: scan it with your phone’s camera",
    "Su tique completo: escanéelo con la cámara del teléfono",
    "Ihr ganzer Bon: scannen Sie ihn mit der Kamera des Telefons",
    "إيصالك كاملًا: امسحه بكاميرا هاتفك",
)
"""Beside a symbol of ours, so that nobody takes it for the receipt's own fiscal one."""
NO_EMAIL: Final = Words(
    "Pas d’e-mail pour cette carte",
    "No e-mail for this card",
    "Sin e-mail para esta tarjeta",
    "Keine E-Mail für diese Karte",
    "لا بريد لهذه البطاقة",
)
SHOW_CARD: Final = Words(
    "Présentez votre carte de fidélité",
    "Show your loyalty card",
    "Presente su tarjeta de fidelidad",
    "Bitte Kundenkarte vorzeigen",
    "أبرز بطاقة الولاء",
)
NOT_A_SALE: Final = Words(
    "Pas d’envoi en mode école ou dégradé",
    "Nothing is sent in training or degraded mode",
    "Sin envíos en modo de formación o degradado",
    "Kein Versand im Schulungs- oder Notbetrieb",
    "لا إرسال في وضع التدريب أو الوضع المحدود",
)
PAPER_WAITS: Final = Words(
    "Le papier viendra dès que l’imprimante est prête",
    "Paper comes once the printer is ready",
    "El papel saldrá cuando la impresora esté lista",
    "Papier kommt, sobald der Drucker bereit ist",
    "سيُطبع الورق عندما تصبح الطابعة جاهزة",
)
