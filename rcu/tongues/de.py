"""The pages in German; see :mod:`rcu.words`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "title": "Ihr Bon",
    "languages": "Sprachen",
    "skip": "Zum Bon",
    "items": "Artikel",
    "item": "Artikel",
    "amount": "Betrag",
    "subtotal": "Zwischensumme",
    "rounding": "Rundung",
    "total": "Summe",
    "total_unread": ("Der Betrag wurde nicht gelesen: siehe den gedruckten Text."),
    "count_one": "{n} Artikel",
    "count_many": "{n} Artikel",
    "vat": "MwSt.",
    "vat_rate": "Satz",
    "vat_net": "Netto",
    "vat_gross": "Brutto",
    "payment": "Zahlung",
    "change": "Rückgeld",
    "about": "Angaben",
    "number": "Bon-Nr.",
    "annuls": "Storniert Bon-Nr.",
    "store": "Filiale",
    "till": "Kasse",
    "operator": "Kassenkraft",
    "loyalty": "Kundenkarte",
    "shop": "Das Geschäft",
    "phone": "Telefon",
    "siret": "SIRET",
    "vat_id": "USt-IdNr.",
    "codes": "Für Umtausch oder Rückgabe",
    "codes_hint": (
        "Zeigen Sie diesen Code an der Kasse, mit voller Bildschirmhelligkeit."
    ),
    "code": "{system}-Code: {text}",
    "printed": "Was gedruckt wurde",
    "printed_hint": "Der Text des Bons, wie ihn die Kasse gesendet hat.",
    "slip_hint": "Vom Kartenterminal zu diesem Einkauf gedruckt.",
    "picture": "Das Bild des Bons",
    "picture_hint": (
        "Die Kasse hat diesen Bon als Bild gedruckt: hier ist es, Punkt für Punkt."
    ),
    "total_in_picture": ("Der Betrag wurde nicht gelesen: siehe das Bild des Bons."),
    "machine_hint": (
        "Von einer Maschine im Bild des Bons gelesen: maßgeblich ist das Bild."
    ),
    "keep": "Diesen Bon behalten",
    "keep_print": (
        "Zum Drucken oder Speichern als PDF öffnen Sie das Menü Ihres Browsers "
        "(oder Teilen) und wählen Drucken."
    ),
    "keep_text": "Text (.txt)",
    "keep_data": "Daten (.json)",
    "wish": "Anders erhalten: E-Mail, Papier, Konto",
    "private": (
        "Private Seite: nur diese Adresse öffnet sie. Keine Cookies, kein Tracking. "
        "Online bis {day}."
    ),
    "kind_sale": "Kassenbon",
    "kind_training": "Im Schulungsmodus erstellt",
    "kind_provisional": "Vorläufiges Dokument",
    "kind_degraded": "Bon im Notbetrieb",
    "kind_refund": "Erstattungsbon",
    "kind_void": "Storno",
    "kind_duplicate": "Duplikat",
    "kind_gift": "Geschenkbon",
    "kind_proforma": "Vorläufige Rechnung",
    "kind_card_slip": "Kartenbeleg",
    "kind_merchant_slip": "Händlerbeleg",
    "kind_voucher": "Gutschein",
    "kind_exit_slip": "Ausgangsbon",
    "kind_invoice": "Rechnung",
    "kind_document": "Beleg",
    "copy": "Duplikat",
    "copy_number": "Duplikat Nr. {n}",
    "line_discount": "Rabatt",
    "line_deposit": "Pfand",
    "line_void": "Storno",
    "line_fee": "Gebühr",
    "verdict_V2": "Summen geprüft",
    "verdict_V2_why": (
        "Die Artikel ergeben die Summe, und eine zweite Rechnung bestätigt es."
    ),
    "verdict_V1": "Summe geprüft",
    "verdict_V1_why": ("Eine Rechnung bestätigt die Summe, keine widerspricht ihr."),
    "verdict_V0": "Mit dem gedruckten Text vergleichen",
    "verdict_V0_why": (
        "Die Beträge ließen sich nicht prüfen: maßgeblich ist der gedruckte Text."
    ),
    "proof": "Wie geprüft wurde",
    "proof_holds": "stimmt",
    "proof_fails": "stimmt nicht",
    "verdict_picture": "Mit dem Bild des Bons vergleichen",
    "verdict_picture_why": (
        "Die Beträge ließen sich nicht prüfen: maßgeblich ist das Bild."
    ),
    "mention_guarantee": (
        "Gesetzliche Gewährleistung: mindestens zwei Jahre ab Übergabe der Ware. "
        "Dieser Bon ist der Kaufnachweis, bewahren Sie ihn auf."
    ),
    "mention_training": "Schulungsmodus: dieses Dokument ist kein Kassenbon.",
    "mention_provisional": "Vorläufiges Dokument: es ist kein Kassenbon.",
    "mention_degraded": (
        "Notbetrieb: die Kasse konnte ihre Sicherheitseinrichtung nicht erreichen."
    ),
    "mention_card_refused": (
        "Die Kartenzahlung wurde abgelehnt: es wurde nichts abgebucht."
    ),
    "mention_annulled": "Dieser Verkauf wurde storniert.",
    "annulled_by": "Dieser Verkauf wurde durch Bon-Nr. {n} storniert.",
    "waiting_title": "Ihr Bon ist unterwegs",
    "waiting_text": (
        "Meist dauert es wenige Sekunden. Ist der Laden offline, kann es länger "
        "dauern: behalten Sie diese Adresse, sie bleibt die richtige."
    ),
    "waiting_auto": "Diese Seite aktualisiert sich von selbst.",
    "waiting_again": "Noch einmal nachsehen",
    "closed_title": "Diese Seite ist geschlossen",
    "closed_text": (
        "Dieser Bon war {days} Tage online. Der Laden kann Ihnen ein Duplikat geben."
    ),
    "nowhere_title": "Diese Adresse führt zu keinem Bon",
    "nowhere_text": (
        "Scannen Sie den QR-Code noch einmal, oder prüfen Sie, ob die Adresse "
        "vollständig ist."
    ),
    "not_me_title": "Ist das nicht Ihr Bon?",
    "not_me_text": (
        "Die Adresse wurde an der Kasse wohl falsch eingegeben. Tippen Sie auf den "
        "Knopf: Ihre Adresse wird von diesem Bon gelöst und der Laden informiert."
    ),
    "not_me_button": "Das ist nicht mein Bon",
    "not_me_done_title": "Notiert",
    "not_me_done_text": (
        "Ihre Adresse gehört nicht mehr zu diesem Bon, und der Laden ist informiert. "
        "Sie müssen nichts weiter tun: die Nachricht können Sie löschen."
    ),
    "home_title": "Kassenbons",
    "home_text": "Scannen Sie den QR-Code an der Kasse: er öffnet Ihren Bon.",
}
