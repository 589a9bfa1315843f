"""A code that is shown before there is a receipt: whose phone reads it gets the next one.

The till makes two tokens of 128 bits: the code's, which is on the display, and the page's.
The RCU is told how the code is found and the page's token sealed by it, so that neither
its database nor its log opens a page; the first phone that presses takes the page, and
after that the code leads nowhere.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from hashlib import sha256
from typing import Final

SHOWN_S: Final = 120
"""As long as one code stands on a display where nobody takes it."""
VALID_S: Final = SHOWN_S + 60
"""A phone that read it just before may still press."""
CLAIM_S: Final = 600
"""A full trolley; after it the phone is told that no receipt came."""


def finder_of(code: str) -> str:
    """How a code is found, in hex."""
    return sha256(b"finder\0" + code.encode("ascii")).hexdigest()


def seal(code: str, page: str) -> str:
    """The page's token, for whoever has the code; and the way back, in hex."""
    return _mixed(code, b32decode(page + "======")).hex()


def unseal(code: str, sealed: str) -> str:
    """The page's token."""
    return b32encode(_mixed(code, bytes.fromhex(sealed))).decode().rstrip("=")


def number_of(code: str) -> str:
    """Two figures that stand on the phone and on the display, to be compared."""
    found = sha256(b"number\0" + code.encode("ascii")).digest()
    return str(10 + int.from_bytes(found[:4], "big") % 90)


def _mixed(code: str, token: bytes) -> bytes:
    pad = sha256(b"page\0" + code.encode("ascii")).digest()
    return bytes(one ^ other for one, other in zip(token, pad, strict=False))
