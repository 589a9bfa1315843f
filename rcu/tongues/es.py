"""The pages in Spanish; see :mod:`rcu.words`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "title": "Su tique",
    "languages": "Idiomas",
    "skip": "Ir al tique",
    "items": "Artículos",
    "item": "Artículo",
    "amount": "Importe",
    "subtotal": "Subtotal",
    "rounding": "Redondeo",
    "total": "Total",
    "total_unread": "El importe no se ha podido leer: consulte el texto impreso.",
    "count_one": "{n} artículo",
    "count_many": "{n} artículos",
    "vat": "IVA",
    "vat_rate": "Tipo",
    "vat_net": "Base",
    "vat_gross": "Con IVA",
    "payment": "Pago",
    "change": "Cambio",
    "about": "Referencias",
    "number": "Tique n.º",
    "annuls": "Anula el tique n.º",
    "store": "Tienda",
    "till": "Caja",
    "operator": "Cajero",
    "loyalty": "Tarjeta de fidelidad",
    "shop": "La tienda",
    "phone": "Teléfono",
    "siret": "SIRET",
    "vat_id": "N.º de IVA",
    "codes": "Para un cambio o una devolución",
    "codes_hint": "Muestre este código en la caja, con el brillo al máximo.",
    "code": "Código {system}: {text}",
    "printed": "Lo que se imprimió",
    "printed_hint": "El texto del tique, tal como lo envió la caja.",
    "slip_hint": "Impreso por el terminal de pago para esta compra.",
    "picture": "La imagen del tique",
    "picture_hint": (
        "La caja imprimió este tique como imagen: aquí está, punto por punto."
    ),
    "total_in_picture": (
        "El importe no se ha podido leer: consulte la imagen del tique."
    ),
    "machine_hint": (
        "Leído por una máquina en la imagen del tique: prevalece la imagen."
    ),
    "keep": "Conservar este tique",
    "keep_print": (
        "Para imprimirlo o guardarlo en PDF, abra el menú de su navegador "
        "(o Compartir) y elija Imprimir."
    ),
    "keep_text": "Texto (.txt)",
    "keep_data": "Datos (.json)",
    "wish": "Recibirlo de otra forma: correo, papel, cuenta",
    "private": (
        "Página privada: solo la abre esta dirección. Sin cookies ni rastreadores. "
        "En línea hasta el {day}."
    ),
    "kind_sale": "Tique de compra",
    "kind_training": "Prueba en modo de formación",
    "kind_provisional": "Documento provisional",
    "kind_degraded": "Tique en modo degradado",
    "kind_refund": "Tique de reembolso",
    "kind_void": "Anulación",
    "kind_duplicate": "Duplicado",
    "kind_gift": "Tique regalo",
    "kind_proforma": "Cuenta provisional",
    "kind_card_slip": "Recibo de tarjeta",
    "kind_merchant_slip": "Recibo de tarjeta del comercio",
    "kind_voucher": "Vale",
    "kind_exit_slip": "Tique de salida",
    "kind_invoice": "Factura",
    "kind_document": "Documento",
    "copy": "Duplicado",
    "copy_number": "Duplicado n.º {n}",
    "line_discount": "Descuento",
    "line_deposit": "Envase retornable",
    "line_void": "Anulación",
    "line_fee": "Gastos",
    "verdict_V2": "Sumas comprobadas",
    "verdict_V2_why": ("Los artículos dan el total, y un segundo cálculo lo confirma."),
    "verdict_V1": "Total comprobado",
    "verdict_V1_why": "Un cálculo confirma el total y ninguno lo contradice.",
    "verdict_V0": "Compárelo con el texto impreso",
    "verdict_V0_why": (
        "Los importes no se han podido comprobar: prevalece el texto impreso."
    ),
    "proof": "Cómo se ha comprobado",
    "proof_holds": "coincide",
    "proof_fails": "no coincide",
    "verdict_picture": "Compárelo con la imagen del tique",
    "verdict_picture_why": (
        "Los importes no se han podido comprobar: prevalece la imagen."
    ),
    "mention_guarantee": (
        "Garantía legal de conformidad: dos años como mínimo desde la entrega de los "
        "bienes. Este tique es la prueba de compra: consérvelo."
    ),
    "mention_training": "Modo de formación: este documento no es un tique.",
    "mention_provisional": "Documento provisional: no es un tique.",
    "mention_degraded": (
        "Modo degradado: la caja no pudo conectar con su dispositivo de seguridad."
    ),
    "mention_card_refused": "El pago con tarjeta fue rechazado: no se ha cobrado nada.",
    "mention_annulled": "Esta venta fue anulada.",
    "annulled_by": "Esta venta fue anulada por el tique n.º {n}.",
    "waiting_title": "Su tique está en camino",
    "waiting_text": (
        "Suele llegar en unos segundos. Si la tienda no tiene red puede tardar más: "
        "guarde esta dirección, seguirá siendo la buena."
    ),
    "waiting_auto": "Esta página se actualiza sola.",
    "waiting_again": "Volver a mirar",
    "closed_title": "Esta página está cerrada",
    "closed_text": (
        "Este tique estuvo en línea {days} días. La tienda puede darle un duplicado."
    ),
    "nowhere_title": "Esta dirección no lleva a ningún tique",
    "nowhere_text": (
        "Vuelva a escanear el código QR o compruebe que la dirección está completa."
    ),
    "not_me_title": "¿Este tique no es suyo?",
    "not_me_text": (
        "Probablemente la dirección se escribió mal en la caja. Toque el botón: su "
        "dirección se separará de este tique y se avisará a la tienda."
    ),
    "not_me_button": "No es mi tique",
    "not_me_done_title": "Anotado",
    "not_me_done_text": (
        "Su dirección ya no está vinculada a este tique y la tienda ha sido avisada. "
        "No tiene que hacer nada más: puede borrar el mensaje."
    ),
    "home_title": "Tiques de compra",
    "home_text": "Escanee el código QR que muestra la caja: abre su tique.",
}
