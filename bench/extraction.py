"""How much of labelled receipts is read right, and how fast.

``python -m bench.extraction --corpus DIR --scorer FILE [scorer's options...]``

Reads every ``*.json`` of DIR (one receipt each: id, lines, country), writes
predictions in the scorer's format, runs the scorer on them, and prints the CPU time
per receipt.  DIR's parent is the scorer's root and its last part the split.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from agent.receipt.read import from_text
from agent.wire.receipt import DocKind, Item, Level, Receipt, Vat

DOC_TYPES = {DocKind.OTHER: "non_receipt"}
"""The scorer's word where it is another than ours."""


def money(cents: int | None) -> str | None:
    return None if cents is None else f"{cents / 100:.2f}"


def _item(item: Item) -> dict[str, Any]:
    return {
        "name": item.label,
        "amount": money(item.amount),
        "qty": None if item.quantity is None else str(item.quantity),
        "unit_price": money(item.unit_price),
        "vat_code": item.vat_code,
    }


def _vat(row: Vat) -> dict[str, Any]:
    return {
        "rate": None if row.rate is None else str(row.rate / 100),
        "net": money(row.net),
        "vat": money(row.vat),
        "gross": money(row.gross),
    }


def prediction(receipt: Receipt) -> dict[str, Any]:
    """A receipt in the scorer's words."""
    taxes = [row.vat for row in receipt.vat if row.vat is not None]
    return {
        "company": receipt.merchant.name,
        "address": " ".join(receipt.merchant.address) or None,
        "date": receipt.date.isoformat() if receipt.date else None,
        "time": receipt.time.isoformat() if receipt.time else None,
        "total": money(receipt.total),
        "subtotal": money(receipt.subtotal),
        "tax": money(sum(taxes)) if taxes else None,
        "change": money(receipt.change),
        "receipt_no": receipt.number,
        "till": receipt.till,
        "cashier": receipt.operator,
        "siret": receipt.merchant.siret,
        "vat_id": receipt.merchant.vat_id,
        "phone": receipt.merchant.phone,
        "loyalty": receipt.loyalty_card,
        "n_items": receipt.item_count,
        "doc_type": DOC_TYPES.get(receipt.kind, receipt.kind.value),
        "verified": receipt.verdict.level is Level.V2,
        "items": [_item(item) for item in receipt.items],
        "payments": [
            {"type": p.kind, "amount": money(p.amount)} for p in receipt.payments
        ],
        "vat": [_vat(row) for row in receipt.vat],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    options, rest = parser.parse_known_args()
    times_ms: list[float] = []
    predictions: dict[str, Any] = {}
    for path in sorted(options.corpus.glob("*.json")):
        labelled = json.loads(path.read_text(encoding="utf-8"))
        start = time.process_time()
        receipt = from_text(labelled["lines"], country=labelled.get("country", "FR"))
        times_ms.append((time.process_time() - start) * 1000)
        predictions[labelled["id"]] = prediction(receipt)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(predictions, file)
        file.flush()
        root, split = str(options.corpus.parent), options.corpus.name
        scored = subprocess.run(
            [sys.executable, str(options.scorer), "--pred", file.name, "--root", root,
             "--split", split, *rest],
            check=False,
        )  # fmt: skip
    if times_ms:
        p99 = sorted(times_ms)[int(0.99 * (len(times_ms) - 1))]
        print(
            f"\nCPU time per receipt: p50 {statistics.median(times_ms):.2f} ms, "
            f"p99 {p99:.2f} ms, worst {max(times_ms):.2f} ms"
        )
    return scored.returncode


if __name__ == "__main__":
    sys.exit(main())
