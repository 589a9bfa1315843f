"""The letters, in English."""

from __future__ import annotations

from typing import Final

from agent.letters.phrases import Phrases
from agent.wire.receipt import DocKind

SAID: Final = Phrases(
    titles={
        DocKind.REFUND: "Your refund receipt",
        DocKind.VOID: "Your cancellation receipt",
        DocKind.INVOICE: "Your invoice",
        DocKind.PROFORMA: "Your provisional bill",
        DocKind.CARD_SLIP: "Your card receipt",
        DocKind.VOUCHER: "Your credit note",
        DocKind.GIFT: "Your gift receipt",
    },
    title="Your receipt",
    copy="DUPLICATA {number}",
    greeting="Here is the receipt you asked for at {shop}.",
    total="Total",
    subtotal="Subtotal",
    rounding="Rounding",
    change="Change",
    vat="VAT {rate}",
    payments={
        "card": "Card",
        "cash": "Cash",
        "cheque": "Cheque",
        "meal_voucher": "Meal voucher",
        "gift_card": "Gift card",
        "voucher": "Voucher",
        "other": "Other payment",
    },
    number="Receipt no. {number}",
    articles=("{count} item", "{count} items"),
    page="See my receipt online",
    strip="The receipt, as the till printed it",
    machine=(
        "The text of this picture, read by a machine: it may hold errors, the"
        " picture prevails"
    ),
    picture="Picture of the receipt",
    attached="The till printed this receipt as a picture: it is attached.",
    why=(
        "{shop} is writing because this address was given at the till to"
        " receive this receipt."
    ),
    use="It is used for this message and for nothing else.",
    not_me="This is not mine",
    not_me_how=(
        "If this receipt is not yours, the address was mistyped."
        " This link detaches it from the receipt and tells the store; no other"
        " message will follow. You may also write to {sender}."
    ),
    discreet=(
        "For discretion, this message says nothing of what you bought:"
        " the receipt is at the address below."
    ),
    not_me_subject="This receipt is not mine",
    at="at",
    decimal=".",
    percent="%",
    code="To be shown in the store for an exchange or a return",
    code_picture="Bar code of the receipt: {text}",
    pdf="The receipt, as the till printed it, is attached as PDF.",
    pdf_name="receipt.pdf",
    more="… and {count} more lines: the whole receipt is attached and online.",
    annulled="CANCELLED",
    annulled_subject="Your receipt is cancelled",
    annulled_says=(
        "The sale of {day} at {shop}, whose receipt was sent to this address, was"
        " cancelled at the till."
    ),
    annulled_by="Cancellation document no. {number}",
    annulled_then=(
        "The receipt that you got before is no longer valid. There is nothing for you"
        " to do."
    ),
    offer="From {shop}",
    offer_why="You agreed to receive offers by e-mail.",
    no_mail="No more e-mails to this address",
    colon=":",
)
