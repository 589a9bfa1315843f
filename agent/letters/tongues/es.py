"""The letters, in Spanish."""

from __future__ import annotations

from typing import Final

from agent.letters.phrases import Phrases
from agent.wire.receipt import DocKind

SAID: Final = Phrases(
    titles={
        DocKind.REFUND: "Su tique de devolución",
        DocKind.VOID: "Su tique de anulación",
        DocKind.INVOICE: "Su factura",
        DocKind.PROFORMA: "Su nota provisional",
        DocKind.CARD_SLIP: "Su recibo de tarjeta",
        DocKind.VOUCHER: "Su vale",
        DocKind.GIFT: "Su tique regalo",
    },
    title="Su tique",
    copy="DUPLICATA {number}",
    greeting="Hola, este es el tique que ha pedido en {shop}.",
    total="Total",
    subtotal="Subtotal",
    rounding="Redondeo",
    change="Cambio",
    vat="IVA {rate}",
    payments={
        "card": "Tarjeta",
        "cash": "Efectivo",
        "cheque": "Cheque",
        "meal_voucher": "Vale de comida",
        "gift_card": "Tarjeta regalo",
        "voucher": "Vale",
        "other": "Otro pago",
    },
    number="Tique n.º\u00a0{number}",
    articles=("{count} artículo", "{count} artículos"),
    page="Ver mi tique en línea",
    strip="El tique, tal como lo imprimió la caja",
    machine=(
        "El texto de esta imagen, leído por una máquina: puede contener errores; la"
        " imagen es la que vale"
    ),
    picture="Imagen del tique",
    attached="La caja imprimió este tique como imagen: va adjunta.",
    why=(
        "{shop} le escribe porque esta dirección se dio en caja para recibir este tique."
    ),
    use="Solo sirve para este envío.",
    not_me="No soy yo",
    not_me_how=(
        "Si este tique no es suyo, la dirección se escribió mal. Este enlace la separa"
        " del tique y avisa a la tienda; no le llegará ningún otro mensaje. También puede"
        " escribir a {sender}."
    ),
    discreet=(
        "Por discreción, este mensaje no dice nada de su compra: el tique está en la"
        " dirección siguiente."
    ),
    not_me_subject="Este tique no es mío",
    at="a las",
    decimal=",",
    percent="\u00a0%",
    code="Para mostrar en la tienda en caso de cambio o devolución",
    code_picture="Código de barras del tique: {text}",
    pdf="El tique, tal como lo imprimió la caja, va adjunto en PDF.",
    pdf_name="tique.pdf",
    more="… y {count} líneas más: el tique completo está adjunto y en línea.",
    annulled="ANULADO",
    annulled_subject="Su tique está anulado",
    annulled_says=(
        "La venta del {day} en {shop}, cuyo tique se envió a esta dirección, se ha"
        " anulado en caja."
    ),
    annulled_by="Documento de anulación n.º\u00a0{number}",
    annulled_then="El tique recibido antes ya no es válido. No tiene que hacer nada.",
    offer="De parte de {shop}",
    offer_why="Ha aceptado recibir ofertas por correo electrónico.",
    no_mail="No recibir más correos en esta dirección",
    colon=":",
)
