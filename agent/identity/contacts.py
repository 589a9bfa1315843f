"""An e-mail address: is it one, and how is it shown in public.

The check is the strict everyday part of RFC 5321 (dot-atom local part, host
name with a dot, 64 and 254 octets): it refuses what no mail service hands out,
and above all what could inject a second address or a header.
"""

from __future__ import annotations

import re
from typing import Final

MAX_ADDRESS: Final = 254
"""RFC 5321 4.5.3.1.3, less the angle brackets."""
MAX_LOCAL: Final = 64

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*\.[A-Za-z]{{2,63}})"
)


def email(text: str) -> str | None:
    """The address with its domain in lower case, or ``None`` if it is none."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(found[0]) > MAX_ADDRESS or len(found[1]) > MAX_LOCAL:
        return None
    return f"{found[1]}@{found[2].lower()}"


def mask_email(address: str) -> str:
    """``marie@gmail.com`` -> ``m•••@gmail.com``: enough to know one's own."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
