"""The letters, in German."""

from __future__ import annotations

from typing import Final

from agent.letters.phrases import Phrases
from agent.wire.receipt import DocKind

SAID: Final = Phrases(
    titles={
        DocKind.REFUND: "Ihr Erstattungsbeleg",
        DocKind.VOID: "Ihr Stornobeleg",
        DocKind.INVOICE: "Ihre Rechnung",
        DocKind.PROFORMA: "Ihre vorläufige Rechnung",
        DocKind.CARD_SLIP: "Ihr Kartenbeleg",
        DocKind.VOUCHER: "Ihr Gutschein",
        DocKind.GIFT: "Ihr Geschenkbon",
    },
    title="Ihr Kassenbon",
    copy="DUPLICATA {number}",
    greeting="Guten Tag, hier ist der Bon, um den Sie bei {shop} gebeten haben.",
    total="Summe",
    subtotal="Zwischensumme",
    rounding="Rundung",
    change="Rückgeld",
    vat="MwSt. {rate}",
    payments={
        "card": "Karte",
        "cash": "Bar",
        "cheque": "Scheck",
        "meal_voucher": "Essensgutschein",
        "gift_card": "Geschenkkarte",
        "voucher": "Gutschein",
        "other": "Andere Zahlung",
    },
    number="Bon Nr.\u00a0{number}",
    articles=("{count} Artikel", "{count} Artikel"),
    page="Meinen Bon online ansehen",
    strip="Der Bon, wie ihn die Kasse gedruckt hat",
    machine=(
        "Der Text dieses Bildes, von einer Maschine gelesen: Er kann Fehler enthalten,"
        " maßgeblich ist das Bild"
    ),
    picture="Bild des Bons",
    attached="Die Kasse hat diesen Bon als Bild gedruckt: Es liegt bei.",
    why=(
        "{shop} schreibt Ihnen, weil diese Adresse an der Kasse für den Empfang dieses"
        " Bons angegeben wurde."
    ),
    use="Sie dient nur diesem Versand.",
    not_me="Das bin ich nicht",
    not_me_how=(
        "Wenn dieser Bon nicht Ihrer ist, wurde die Adresse falsch eingegeben. Dieser"
        " Link löst sie vom Bon und benachrichtigt das Geschäft; es folgt keine weitere"
        " Nachricht. Sie können auch an {sender} schreiben."
    ),
    discreet=(
        "Aus Diskretion sagt diese Nachricht nichts über Ihren Einkauf: Der Bon steht"
        " unter der folgenden Adresse."
    ),
    not_me_subject="Dieser Bon ist nicht meiner",
    at="um",
    decimal=",",
    percent="\u00a0%",
    code="Im Geschäft vorzeigen bei Umtausch oder Rückgabe",
    code_picture="Strichcode des Bons: {text}",
    pdf="Der Bon, wie ihn die Kasse gedruckt hat, liegt als PDF bei.",
    pdf_name="bon.pdf",
    more="… und {count} weitere Zeilen: Der ganze Bon liegt bei und steht online.",
    annulled="STORNIERT",
    annulled_subject="Ihr Kassenbon ist storniert",
    annulled_says=(
        "Der Verkauf vom {day} bei {shop}, dessen Bon an diese Adresse ging, wurde an der"
        " Kasse storniert."
    ),
    annulled_by="Stornobeleg Nr.\u00a0{number}",
    annulled_then=(
        "Der zuvor erhaltene Bon gilt nicht mehr. Sie brauchen nichts zu tun."
    ),
    offer="Von {shop}",
    offer_why="Sie haben zugestimmt, Angebote per E-Mail zu erhalten.",
    no_mail="Keine E-Mails mehr an diese Adresse",
    colon=":",
)
