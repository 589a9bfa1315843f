"""What a paper says to the rules: the sorts of its goods, and by what they are known.

Goods under legal guarantee are known by the mention that the shop prints, by the
profile's map, and by two signs that no map is needed for: a telephone's serial number,
and the fee that electric goods and furniture bear by law.  No name of a shop or brand
is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from stdnum import luhn

from agent.profiles.goods import goods_of
from agent.profiles.model import Profile
from agent.receipt.lines import folded
from agent.rules.facts import Sign
from agent.wire.goods import Goods
from agent.wire.mentions import stated
from agent.wire.receipt import DocKind, Receipt

MAX_LINES: Final = 400
NO_SIGNS: Final[frozenset[Sign]] = frozenset()
_SERIAL: Final = re.compile(r"(?:IMEI|S/?N|SERIE|SERIAL)\D{0,12}(\d{15})(?!\d)")
"""15 digits with a check digit (3GPP TS 23.003, 6.2.1), beside a word for what they are:
a loyalty card's number may be as long."""
_ECO_FEE: Final = re.compile(
    r"\bECO[- ]?(?:PART|CONTRIB|TAXE)|\b(?:DEEE|D3E|DEA)\b(?=.*\d[.,]\d\d)"
)
_COUPON: Final = re.compile(
    r"\bBON\s+DE\s+REDUCTION|\bCOUPON\b|\bOFFRE\b|\bPROCHAINE?S?\s+(?:ACHATS?|VISITES?)|"
    r"\bRABATT-?COUPON|\bMONEY\s+OFF|\bCUPON\b|\bTALAO\s+DE\s+DESCONTO"
)
_RIGHT: Final = re.compile(
    r"\bAVOIR\b|\bACOMPTE|\bARRHES|\bSOLDE\b|\bREPRISE|\bCONSIGNE|\bCODE\b|\bACTIVATION|\bRESERV|"
    r"\bCADEAU|\bBON\s+D'ACHAT|\bREMBOURS|\bGUTSCHEIN|\bPFAND|\bGIFT|\bVALEUR\b|\bRECHARGE|\bDEPOSIT"
)
"""What a bearer could claim: in doubt a voucher is one of these, and printed."""


def facts_of(
    receipt: Receipt, profile: Profile | None
) -> tuple[tuple[Goods, ...], frozenset[Sign], bool]:
    """Goods, signs of a guarantee, and whether it is a promotional voucher."""
    lines = [folded(line) for line in receipt.lines[:MAX_LINES]]
    sale = receipt.kind is DocKind.SALE
    goods = goods_of(receipt, profile) if sale else ()
    by_map = profile is not None and not stated("guarantee", "\n".join(receipt.lines))
    signs = (
        frozenset(_signs(receipt, goods, lines, by_map=by_map)) if sale else NO_SIGNS
    )
    return goods, signs, receipt.kind is DocKind.VOUCHER and _promotes(lines)


def told(receipt: Receipt, profile: Profile | None) -> tuple[Receipt, dict[str, Any]]:
    """The receipt with the mention that its goods want; and the facts, for a frame."""
    goods, signs, promotion = facts_of(receipt, profile)
    if signs and "guarantee" not in receipt.mentions:
        mentions = (*receipt.mentions, "guarantee")
        receipt = receipt.model_copy(update={"mentions": mentions})
    return receipt, {"goods": goods, "signs": sorted(signs), "promotion": promotion}


def _signs(
    receipt: Receipt, goods: tuple[Goods, ...], lines: list[str], *, by_map: bool
) -> Iterator[Sign]:
    """``by_map``: the mention, if there is one, is a profile's and not the paper's."""
    mention = "guarantee" in receipt.mentions
    if mention and not by_map:
        yield "mention"
    if any(line.category for line in goods) or (mention and by_map):
        yield "map"
    for line in lines:
        if any(luhn.is_valid(number) for number in _SERIAL.findall(line)):
            yield "serial"
        if _ECO_FEE.search(line):
            yield "eco_fee"


def _promotes(lines: list[str]) -> bool:
    text = " ".join(lines)
    return bool(_COUPON.search(text)) and not _RIGHT.search(text)
