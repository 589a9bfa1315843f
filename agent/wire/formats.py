"""``python -m agent.wire.formats [DIR]``: what other formats hold of a receipt.

Writes ``docs/wire/formats.md`` from the mappers' own tables (``HELD``), which the tests
compare with what a receipt is after the way there and back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Final, Union, get_args, get_origin

from pydantic import BaseModel

from agent.wire import arts_se, ekabs, schema_org
from agent.wire.receipt import DocKind, Receipt

FOLDER: Final = Path("docs/wire")
FORMATS: Final[Mapping[str, Mapping[str, str]]] = {
    "EKaBS": ekabs.HELD,
    "ARTS-SE": arts_se.HELD,
    "schema.org": schema_org.HELD,
}
KINDS: Final[Mapping[str, frozenset[DocKind]]] = {
    "EKaBS": ekabs.KINDS,
    "ARTS-SE": arts_se.KINDS,
    "schema.org": schema_org.KINDS,
}
ABSENT: Final = "–"

HEAD: Final = """# Other formats, and what they can't hold

Made by `python -m agent.wire.formats` from the mappers' tables; a test compares it with what comes back. Per format:
`to_…(receipt)`, `from_…(document)` and `projection(receipt)`, which is what the format holds; `from_…(to_…(r)) == projection(r)`.

A cell says where the field goes; – says that the format has no place for it. Nothing is rounded and nothing cut: what does not fit at all
(another kind of document, a currency that is not three letters, a number of more than 15 digits) is refused (`NotHeldError`).

"""
NOTES: Final = """
## EKaBS 1.0.0
`agent/wire/ekabs.py`. The names and what is required as in `epap-app/receipt-api-sdk` (MIT); DFKA publishes a PDF, no JSON Schema.
- `type` has one value, `INVOICE`: every document is read as a sale, a credit note by its negative total. The kind of a line and of a payment is lost,
  a discount is a line with a negative amount.
- Required: a date and a total, else the receipt is refused. Required texts that the paper does not have are empty, and absent again when read.
- The paper's clock has no zone: give `zone=`, else it is written as UTC. When read, the clock stays and the zone goes. Midnight is no time.
- Quantity and price of a piece stand together or not at all. A line without a VAT rate has its amount as the price of one piece, since
  there is no other place for it; a line with an article number and no quantity is one piece.
- A VAT row needs its rate and two of net, VAT and gross. Change is a negative payment named `Rückgeld`.
- The TSE block is filled from the receipt's QR (`V0;…`), and left out without one. EKaBS has no place for the laws of other countries.
- An attachment is text in base64; its kind is lost.
- Not taken: buyer, delivery periods, additional text, logo, footer, tax exemption, foreign amounts of a payment.

## ARTS Digital Receipt 2.0.0 with the Swedish extension 1.0.0
`agent/wire/arts_se.py`. Documents made from generated receipts are valid by both schemas of `SwedishPaymentAndECRGroup/digital-receipt-standard` (MIT; 640 KB, so
they are not kept here).
- Amounts up to 99,999,999.99 and without sign; the sign is an `Action` or a `TypeCode`. A VAT row with gains and losses is left out.
- That it is a copy is held (`se:Copy`), which copy is not. A `duplicate`, a `gift` and an `invoice` are read as sales.
- Control characters are no XML and go; line breaks become LF; an empty text is an absent one.
- The schema's currencies are of 2005: RON, TRY and RSD are written and are not in its list. Of countries, Europe's without ME and RS.
- A document with a DOCTYPE is not read.
- Not taken: customer and receiver, header and trailer texts, lot and serial numbers, reminders, receipt codes, merchandise groups, card data.

## schema.org Order
`agent/wire/schema_org.py`: JSON-LD for the customer's page and mail. `script_text` writes it for a `<script>`, which no text of the receipt can end.
- Amounts are decimal texts. Payments, VAT and the fiscal block have no place in an Order. The kind of a line is lost.
- A `duplicate` and an `invoice` are read as sales; an Order in another state than delivered, returned or cancelled is of kind `unknown`.
- A `date` without a time stays one; midnight is no time.
- Not taken: billing and delivery, order items, broker, discount codes, payment method.
"""


def page() -> str:
    """The whole page."""
    names = " | ".join(FORMATS)
    rows = [f"| receipt/1 | {names} |", "|---" * (len(FORMATS) + 1) + "|"]
    rows.append(_row("documents", [_kinds(KINDS[name]) for name in FORMATS]))
    rows += [
        _row(f"`{path}`", [held.get(path, ABSENT) for held in FORMATS.values()])
        for path in paths(Receipt)
        if path != "schema_version"
    ]
    return HEAD + "\n".join(rows) + "\n" + NOTES


def paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every field with a value of its own: ``items.discounts.amount``."""
    for name, field in model.model_fields.items():
        part = _part(field.annotation)
        if part is None:
            yield above + name
        else:
            yield from paths(part, f"{above}{name}.")


def _part(kind: object) -> type[BaseModel] | None:
    """The model inside ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    if get_origin(kind) in {Union, UnionType, tuple}:
        return next((part for arg in get_args(kind) if (part := _part(arg))), None)
    return None


def _kinds(kinds: frozenset[DocKind]) -> str:
    return ", ".join(kind.value for kind in DocKind if kind in kinds)


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | {' | '.join(cells)} |"


def main(folder: Path = FOLDER) -> None:
    """Write it."""
    (folder / "formats.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
