"""Goods that are nobody's business: health, and what the shop itself calls so.

A mail passes through others' hands, and an address may be a stranger's, so of such a
sale a mail holds a link and no goods, and no contact is tied to it at the RCU (GDPR,
art. 9; DOMAIN G06, G14).
"""

from __future__ import annotations

import json
import re
from typing import Final

NAF: Final = (
    "4773",  # pharmacies
    "4774",  # medical and orthopaedic goods
    "4778A",  # opticians
    "86",  # human health
    "87",  # residential care
)
"""Divisions, classes and one subclass of the French activity codes (NAF rev. 2)."""
_BETWEEN: Final = re.compile(r"[^0-9A-Z]")


def trade_is_discreet(naf: str | None) -> bool:
    """Whether the shop's activity, as its receipt names it, is one of these."""
    plain = _BETWEEN.sub("", (naf or "").upper())
    return plain.startswith(NAF)


def document_is_discreet(document: bytes) -> bool:
    """The same of a receipt/1 in JSON; what cannot be read is."""
    try:
        said = json.loads(document.decode())
    except (ValueError, RecursionError):
        return True
    merchant = said.get("merchant") if isinstance(said, dict) else None
    naf = merchant.get("naf") if isinstance(merchant, dict) else None
    return trade_is_discreet(naf if isinstance(naf, str) else None)
