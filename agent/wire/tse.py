"""The QR of a German receipt, taken apart (DSFinV-K 2.3, annex I).

``V0;till;process type;process data;transaction;counter;start;end;algorithm;
time format;signature;public key``.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}(?:Z|[+-][0-9]{2}:[0-9]{2})"
_FIELD: Final = r"[^;]{0,1024}"
_CODE: Final = re.compile(
    rf"V0;{_FIELD};({_FIELD});({_FIELD});([0-9]{{1,15}});([0-9]{{1,15}});"
    rf"({_MOMENT});({_MOMENT});({_FIELD});"
    r"(unixTime|utcTime|utcTimeWithSeconds|generalizedTime|"
    rf"generalizedTimeWithMilliseconds);({_FIELD});{_FIELD}"
)


class Signed(NamedTuple):
    """What the code says, in its order; the till and the public key left out."""

    process_type: str
    process_data: str
    transaction: int
    counter: int
    started: str
    ended: str
    algorithm: str
    time_format: str
    signature: str


def signed(code: str) -> Signed | None:
    """What a security device signed, or ``None``: it is no such code."""
    found = _CODE.fullmatch(code)
    if not found:
        return None
    kind, data, transaction, counter, *rest = found.groups()
    return Signed(kind, data, int(transaction), int(counter), *rest)
