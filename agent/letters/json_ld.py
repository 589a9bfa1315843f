"""The receipt for mail programs that read it: a schema.org Order, as Google describes it.

An invoice is an Invoice that refers to its Order.

Without the customer's card: a mail that reached somebody else must not hand it over.
"""

from __future__ import annotations

from typing import Any, Final

from agent.letters.view import clean
from agent.wire.holding import NotHeldError
from agent.wire.receipt import DocKind, Level, Receipt
from agent.wire.schema_org import script_text, to_schema_org

MAX_CHARS: Final = 16_000
"""A trolley of goods; more would push the mail over what Gmail shows."""


def of_receipt(receipt: Receipt) -> str:
    """For inside a script element; empty: it is no order, proves nothing, or is long."""
    if receipt.verdict.level is Level.V0:
        return ""
    bare = receipt.model_copy(update={"loyalty_card": None, "loyalty": None})
    try:
        document = to_schema_org(bare)
    except NotHeldError:
        return ""
    if receipt.kind is DocKind.INVOICE:
        document = _invoice(document)
    text = script_text(_tidy(document))
    return text if len(text) <= MAX_CHARS else ""


def _invoice(order: dict[str, Any]) -> dict[str, Any]:
    context = order.pop("@context")
    document = {
        "@context": context,
        "@type": "Invoice",
        "confirmationNumber": order.get("orderNumber"),
        "provider": order.get("seller"),
        "paymentStatus": "https://schema.org/PaymentComplete",
        "totalPaymentDue": {
            "@type": "PriceSpecification",
            "price": order.get("price"),
            "priceCurrency": order["priceCurrency"],
        },
        "referencesOrder": order,
    }
    return {key: each for key, each in document.items() if each is not None}


def _tidy(value: Any) -> Any:
    """Without characters that are none."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _tidy(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    return value
